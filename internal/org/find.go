package org

import (
	"context"
	"fmt"
	"strings"

	"kakehashi/internal/jp"
)

// found is the text Search looks into: every code, name and reading of a body, folded, each between bars.
func found(code string, names []Name) string {
	parts := []string{code}
	for _, n := range names {
		parts = append(parts, Fold(n.Name), Fold(n.Kana), Fold(n.English), Fold(jp.Hepburn(n.Kana)))
	}
	return bars(parts)
}

// areaOf is the folded name of the prefecture, so that "石川 金沢" finds.
func areaOf(prefecture string) string {
	p, ok := PrefectureName(prefecture)
	if !ok {
		return ""
	}
	return bars([]string{Fold(p.JA), Fold(p.EN)})
}

func bars(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		if p = strings.ReplaceAll(p, "|", ""); p != "" {
			b.WriteString("|" + p)
		}
	}
	return b.String() + "|"
}

// Search finds bodies of today by code, kanji, kana or romaji, in any width, case or kana; several words must all be found, one
// may be the prefecture. Whole names come first, then beginnings, then the rest, then those found by their area. Earlier names
// find too. Nothing typed finds nothing.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]Body, error) {
	words := terms(text)
	if len(words) == 0 {
		return nil, nil
	}
	limit = max(1, min(limit, 200))
	args := []any{}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args)+1) // $1 is the day
	}
	where := ` WHERE o.valid_from <= $1 AND (o.valid_to = '' OR o.valid_to >= $1)`
	rank := []string{}
	for _, w := range words {
		e := escape(w)
		inside := arg("%" + e + "%")
		where += fmt.Sprintf(` AND (o.found LIKE %s ESCAPE '\' OR o.area LIKE %s ESCAPE '\')`, inside, inside)
		rank = append(rank, fmt.Sprintf(`CASE WHEN o.found LIKE %s ESCAPE '\' THEN 0 WHEN o.found LIKE %s ESCAPE '\' THEN 1 WHEN o.found LIKE %s ESCAPE '\' THEN 2 ELSE 4 END`,
			arg("%|"+e+"|%"), arg("%|"+e+"%"), inside))
	}
	order := strings.Join(rank, " + ")
	return s.bodies(ctx, s.d.Read(), s.today(), where+` ORDER BY `+order+`, o.code LIMIT `+arg(limit), args...)
}

// escape makes the signs of LIKE ordinary.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Filter narrows List; empty fields do not.
type Filter struct {
	Types      []string
	Prefecture string
	Branch     string
	Ended      bool // with bodies that have ended
}

// List returns up to limit bodies in order of their codes, after the code given ("" from the start), and the code to go on
// from, "" at the end.
func (s *Store) List(ctx context.Context, f Filter, after string, limit int) (list []Body, next string, err error) {
	limit = max(1, min(limit, 5000))
	args := []any{}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args)+1)
	}
	where := ` WHERE o.code > ` + arg(after)
	if !f.Ended {
		where += ` AND o.valid_from <= $1 AND (o.valid_to = '' OR o.valid_to >= $1)`
	}
	if len(f.Types) > 0 {
		places := make([]string, len(f.Types))
		for i, t := range f.Types {
			places[i] = arg(t)
		}
		where += ` AND o.type IN (` + strings.Join(places, ", ") + `)`
	}
	if f.Prefecture != "" {
		where += ` AND o.prefecture = ` + arg(f.Prefecture)
	}
	if f.Branch != "" {
		where += ` AND o.branch = ` + arg(f.Branch)
	}
	list, err = s.bodies(ctx, s.d.Read(), s.today(), where+` ORDER BY o.code LIMIT `+arg(limit+1), args...)
	if err != nil {
		return nil, "", err
	}
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].Code
	}
	return list, next, nil
}
