package cases

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
)

// judging reports whether the case stands where sheets are filled.
func (d *draft) judging() bool {
	st := d.Programme.State(d.Case.State)
	return st != nil && st.Holder == "committee"
}

// shut says why no sheet is taken now: the scores are frozen, or it is not the time for them.
func (d *draft) shut() *fault.Fault {
	switch {
	case d.Case.ScoresHash != "":
		return fault.New(fault.Conflict, "cases.frozen", "hash", d.Case.ScoresHash[:16])
	case !d.judging():
		return fault.New(fault.Refused, "cases.not_yours")
	}
	return nil
}

// scoresHash is the fingerprint of all sheets of a case, members with a conflict and those who abstained among them (SHA-256).
func scoresHash(members []Member) string {
	b := marshalled[[]byte](members)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ownSheet is the sheet of the acting member while nothing has been said on it and scores are taken.
func (d *draft) ownSheet() (*Member, error) {
	m := d.Case.Member(d.who.Person)
	if !d.who.Is(account.RoleCommittee) || m == nil || m.Interest != "" {
		return nil, fault.New(fault.Refused, "cases.not_yours")
	}
	if f := d.shut(); f != nil {
		return nil, f
	}
	if m.Scored() || m.Abstain != "" {
		return nil, fault.New(fault.Conflict, "cases.scored")
	}
	return m, nil
}

// Score hands in a member's sheet: every criterion 1–5. It locks; others' sheets show from then on (rule 5). After the freeze nothing is
// taken any more: fault.Conflict.
func (s *Store) Score(ctx context.Context, who account.Who, id string, marks map[string]int, comments map[string]string) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		m, err := d.ownSheet()
		if err != nil {
			return err
		}
		sheet := Member{Person: who.Person, Name: m.Name, Marks: map[string]int{}, Comments: map[string]string{}}
		for _, c := range d.Programme.Screening.Criteria {
			if marks[c.ID] < 1 || marks[c.ID] > 5 {
				return fault.At("mark-"+c.ID, "cases.mark", "criterion", c.Title.In(who.Lang))
			}
			sheet.Marks[c.ID] = marks[c.ID]
			if t := strings.TrimSpace(comments[c.ID]); t != "" {
				sheet.Comments[c.ID] = t
			}
		}
		return d.append("scored", Data{Member: &sheet})
	})
	return err
}
