package cases

import (
	"context"
	"fmt"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/jp"
)

// Pick lists the ids of all cases a filter finds, in its order, at most most: what is exported or worked on is settled in one reading,
// whatever others change meanwhile. more tells that there are others.
func (s *Store) Pick(ctx context.Context, who account.Who, f Filter, most int) (ids []string, more bool, err error) {
	where, args := s.where(who, f)
	where, args = inStates(where, args, f.States)
	ids, err = db.List(ctx, s.DB.Read(), db.String, fmt.Sprintf(`SELECT id FROM cases WHERE %s ORDER BY %s LIMIT %d`, where, f.order(), most+1), args...)
	if len(ids) > most {
		return ids[:most:most], true, err
	}
	return ids, false, err
}

// ByNumber is the id of the case with a number, typed in any width, among those this person may see; fault.Missing when there is none.
func (s *Store) ByNumber(ctx context.Context, who account.Who, number string) (string, error) {
	where, args := s.visible(who, 2)
	return db.One(ctx, s.DB.Read(), db.String, `SELECT id FROM cases WHERE number = $1 AND number <> '' AND `+where, append([]any{strings.ToUpper(jp.FoldID(number))}, args...)...)
}

// Find looks for cases by number (whole or in part, in any width and with any hyphens or none), by body and by title, among those this
// person may see; what they may not see is not there. The newest first, limit at most; one is true when the text is the number of the only
// case.
func (s *Store) Find(ctx context.Context, who account.Who, text string, limit int) (list []Line, one bool, err error) {
	number := strings.ReplaceAll(strings.ReplaceAll(strings.ToUpper(jp.FoldID(text)), "-", ""), " ", "")
	if number == "" {
		return nil, false, nil
	}
	where, args := s.visible(who, 1)
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	plain := strings.NewReplacer("%", "", "_", "", `\`, "")
	any := "1 = 0"
	if n := plain.Replace(number); n != "" {
		any = "number <> '' AND UPPER(REPLACE(number, '-', '')) LIKE " + arg("%"+n+"%")
	}
	if t := plain.Replace(strings.ToLower(jp.NFC(strings.TrimSpace(text)))); t != "" {
		words := arg("%" + t + "%")
		named := "LOWER(org_name) LIKE " + words + " OR LOWER(title) LIKE " + words
		if who.Is(account.RoleCommittee) { // nobody finds out by searching whose application it is
			named = "phase >= 3 AND (" + named + ")"
		}
		any = "(" + any + " OR " + named + ")"
	}
	list, err = db.List(ctx, s.DB.Brief(), s.lineFor(who), fmt.Sprintf(`SELECT %s FROM cases WHERE %s AND %s ORDER BY updated DESC, id DESC LIMIT %d`,
		lineColumns, where, any, limit), args...)
	if err != nil {
		return nil, false, err
	}
	for _, l := range list {
		if strings.ReplaceAll(l.Number, "-", "") == number {
			return []Line{l}, true, nil
		}
	}
	return list, len(list) == 1 && strings.Contains(strings.ReplaceAll(list[0].Number, "-", ""), number), nil
}
