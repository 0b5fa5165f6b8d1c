package cases

import (
	"context"
	"database/sql"
	"fmt"

	"kakehashi/internal/db"
	"kakehashi/internal/form"
)

// Declared is what a case that was handed in rests on: the files its answers name and the letters it was sent.
type Declared struct {
	ID, Number string
	Files      []form.File
	Letters    []DeclaredLetter
}

// DeclaredLetter is a letter with its PDF, "" while it is not made yet.
type DeclaredLetter struct {
	Kind, Number, Issued, SHA256, File string
}

// Declared reads a part of the cases that were handed in and not erased, in order of their ids, after one. The demonstration is not
// among them. It is for the service's own nightly look; nobody's rights are asked.
func (s *Store) Declared(ctx context.Context, after string, limit int) ([]Declared, error) {
	type row struct{ id, number, doc string }
	rows, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x row, err error) { return x, r.Scan(&x.id, &x.number, &x.doc) },
		fmt.Sprintf(`SELECT id, number, doc FROM cases WHERE id > $1 AND number <> '' AND NOT demo
			AND NOT EXISTS (SELECT 1 FROM case_erased x WHERE x.case_id = cases.id) ORDER BY id LIMIT %d`, limit), after)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	letters := map[string][]DeclaredLetter{}
	if _, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (struct{}, error) {
		var id string
		var l DeclaredLetter
		var issued db.Time
		err := r.Scan(&id, &l.Kind, &l.Number, &issued, &l.SHA256, &l.File)
		l.Issued = issued.String()
		letters[id] = append(letters[id], l)
		return struct{}{}, err
	}, `SELECT case_id, kind, number, issued, sha256, file FROM letters WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, issued`,
		rows[0].id, rows[len(rows)-1].id); err != nil {
		return nil, err
	}
	var out []Declared
	for _, x := range rows {
		c, p, err := s.read(ctx, []byte(x.doc))
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", x.id, err)
		}
		d := Declared{ID: x.id, Number: x.number, Letters: letters[x.id]}
		for i := range p.Forms {
			if _, in := c.FormsIn[p.Forms[i].ID]; in {
				d.Files = append(d.Files, c.files(p, p.Forms[i].ID)...)
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// Gaps tells of numbers of cases and letters that are missing or given twice.
func (s *Store) Gaps(ctx context.Context) ([]string, error) {
	found, err := s.gaps(ctx)
	var out []string
	for _, f := range found {
		out = append(out, f.Text)
	}
	return out, err
}
