package cases

import (
	"context"
	"fmt"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// Adopted is one line of the list of adopted projects (採択事業一覧): only what the definition marks public.
type Adopted struct {
	Number     string
	Programme  string
	FiscalYear int
	Org        string
	OrgCode    string
	Decided    int64
	Revoked    int64 // of Decided, in yen
	Title      string
	Fields     []Public
}

// Public is one answer whose field is marked public.
type Public struct {
	Field form.Field
	Value any
}

// Adopted lists adopted projects for everybody, newest number first; programme and year narrow. Sample cases are left out unless demo. A
// grant that was revoked as a whole is not on it, whatever is still going on: an objection does not stay the revocation. Nor does one take
// a project off the list while the decision stands; what was revoked in part is told.
func (s *Store) Adopted(ctx context.Context, code string, fy int, after string, demo bool) ([]Adopted, string, error) {
	const limit = 50
	docs, err := db.List(ctx, s.DB.Read(), db.String, fmt.Sprintf(`SELECT doc FROM cases WHERE (phase >= 3 OR phase = 2 AND decided > 0)
		AND state NOT IN ('%s') AND ($1 = '' OR programme = $1) AND ($2 = 0 OR fiscal_year = $2) AND ($3 = '' OR number < $3)
		AND ($4 OR NOT demo) ORDER BY number DESC LIMIT %d`, strings.Join(programme.Void, "', '"), limit+1), code, fy, after, demo)
	if err != nil {
		return nil, "", err
	}
	var list []Adopted
	next := ""
	for i, doc := range docs {
		c, p, err := s.read(ctx, []byte(doc))
		if err != nil {
			return nil, "", err
		}
		switch {
		case i == limit:
			return list, next, nil
		case c.Revoked == 0 || c.Award() > 0:
			list = append(list, adoptedOf(c, p))
		}
		next = c.Number
	}
	return list, "", nil
}

func adoptedOf(c *Case, p *programme.Programme) Adopted {
	c.asHandedIn(account.Who{}, p)
	a := Adopted{Number: c.Number, Programme: c.Programme, FiscalYear: c.FiscalYear, Org: c.Org.Name, OrgCode: c.Org.Code, Decided: c.Decided, Revoked: c.Revoked}
	for _, sec := range p.Form("application").Sections {
		for _, f := range sec.Fields {
			if v, ok := c.Answers()[f.Key]; ok && f.Public {
				a.Fields = append(a.Fields, Public{f, v})
				if f.Key == p.Meant(programme.MeansTitle) {
					a.Title, _ = v.(string)
				}
			}
		}
	}
	return a
}

// pastEach is how many other cases of a body rules look at.
const pastEach = 200

// historyTo is the body's other cases, for rules that look back; they stand once the batch has run. Their answers are read only when a
// rule of p looks into them, and those of other years only when one looks at these.
func (s *Store) historyTo(ctx context.Context, b *db.Batch, c *Case, p *programme.Programme) (past func() ([]programme.Past, error)) {
	doc, args := `''`, []any{c.Org.Code, c.ID}
	if p.LooksIntoOthers() {
		doc = `CASE WHEN programme = $3 AND fiscal_year = $4 THEN doc ELSE '' END`
		args = append(args, c.Programme, c.FiscalYear)
	}
	where := ""
	if p.OthersOf(c.FiscalYear) {
		where = fmt.Sprintf(" AND fiscal_year = $%d", len(args)+1)
		args = append(args, c.FiscalYear)
	}
	var docs []string
	var list []programme.Past
	b.Query(func(r db.Row) error {
		p := programme.Past{Org: form.Org{Type: c.Org.Type, Code: c.Org.Code, Name: c.Org.Name}}
		var doc string
		err := r.Scan(&p.Programme, &p.FiscalYear, &p.State, &p.Title, &p.Number, &p.Requested, &doc)
		docs, list = append(docs, doc), append(list, p)
		return err
	}, `SELECT programme, fiscal_year, state, title, number, requested, `+doc+`
		FROM cases WHERE org_code = $1 AND id <> $2 AND number <> ''`+where+` ORDER BY due, id LIMIT `+fmt.Sprint(pastEach), args...)
	return func() ([]programme.Past, error) {
		for i, doc := range docs {
			if doc == "" {
				continue
			}
			other, _, err := s.read(ctx, []byte(doc))
			if err != nil {
				return nil, err
			}
			list[i].Answers = other.Answers()
		}
		return list, nil
	}
}

// history is the body's other cases, read alone.
func (s *Store) history(ctx context.Context, q db.Q, c *Case, p *programme.Programme) ([]programme.Past, error) {
	var b db.Batch
	past := s.historyTo(ctx, &b, c, p)
	if _, err := b.Run(ctx, q); err != nil {
		return nil, err
	}
	return past()
}

// File reports whether this person may read a stored file where it is attached; fault.Missing otherwise. blind tells that they must not
// learn from it whose application it is: they get it under another name and without what it says of its maker.
func (s *Store) File(ctx context.Context, who account.Who, ref, field, file string) (blind bool, err error) {
	id, ok := strings.CutPrefix(ref, "case:")
	if !ok {
		return false, fault.New(fault.Missing, "db.missing")
	}
	c, p, err := s.load(ctx, s.DB.Read(), who, id)
	if fault.Is(err, fault.Missing) { // they may be entering it
		if who, _, _, err = s.Agent(ctx, who, id); err == nil {
			c, p, err = s.load(ctx, s.DB.Read(), who, id)
		}
	}
	if err != nil {
		return false, err
	}
	if strings.HasPrefix(field, "@") { // of no question of a form
		if !c.aside(who, field, file) {
			return false, fault.New(fault.Missing, "db.missing")
		}
		return false, nil
	}
	if f, _, _, ok := p.Field(field); !ok || !c.Sees(who, f.Visibility) || !who.Is(staff...) && c.unread(field, file) {
		return false, fault.New(fault.Missing, "db.missing")
	}
	return c.blind(who, p), nil
}

// Note writes an internal note into the journal; HQ only reads it.
func (s *Store) Note(ctx context.Context, who account.Who, id, text string) error {
	if strings.TrimSpace(text) == "" {
		return fault.At("text", "cases.need", "what", "メモ")
	}
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !who.Is(account.RoleOfficer, account.RoleChief) {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		return d.append("noted", Data{Reason: strings.TrimSpace(text)})
	})
	return err
}

// OwnedBy counts the open cases a person is in charge of in a body.
func (s *Store) OwnedBy(ctx context.Context, person, orgCode string) (int, error) {
	n, err := db.One(ctx, s.DB.Read(), db.Int, `SELECT COUNT(*) FROM cases WHERE org_code = $1 AND owner = $2 AND NOT ended`, orgCode, person)
	return int(n), err
}

// HandOver makes another person of the same body responsible for every open case the first one had. It is the hook that account's
// hand-over calls inside its own transaction.
func (s *Store) HandOver(ctx context.Context, tx db.Q, who account.Who, from, to, body string) (int, error) {
	orgCode, ok := strings.CutPrefix(body, "lg:")
	if !ok {
		return 0, nil
	}
	ids, err := db.List(ctx, tx, db.String, `SELECT id FROM cases WHERE org_code = $1 AND owner = $2 AND NOT ended ORDER BY due, id`, orgCode, from)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		by := who
		_, err := s.changeIn(ctx, tx, System, id, nil, func(d *draft) error {
			d.who = by
			return d.append("handed", Data{Owner: to})
		})
		if err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}
