package cases

import (
	"context"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// copies are the letters of joint applications that a body which takes part reads beside the lead (写し): those sent to the lead, but for
// letters that speak of its account. where narrows them further, its arguments begin at $2.
func (s *Store) copies(ctx context.Context, who account.Who, where string, args ...any) ([]Letter, error) {
	if !who.Is(staff...) {
		return nil, nil
	}
	list, err := db.List(ctx, s.DB.Brief(), scanLetter, `SELECT `+letterColumns+` FROM letters l JOIN cases ON cases.id = l.case_id
		WHERE l.addressee = 'applicant' AND EXISTS (SELECT 1 FROM case_parties x WHERE x.case_id = l.case_id AND x.org_code = $1 AND x.answered)
		AND `+where+` ORDER BY l.issued DESC, l.id DESC LIMIT 100`, append([]any{who.BodyID()}, args...)...)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// copyOf is a letter that is not the acting person's body's own but reaches it as a copy.
func (s *Store) copyOf(ctx context.Context, who account.Who, id string) (Letter, error) {
	list, err := s.copies(ctx, who, "l.id = $2", id)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Missing, "db.missing")
	}
	if err != nil {
		return Letter{}, err
	}
	return list[0], nil
}
