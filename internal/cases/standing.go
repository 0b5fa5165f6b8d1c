package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// A case of which a sheet is in has a second, narrow row, written in the transaction that saves the case: what a ranking needs, a sixth as
// long as the document. A row that is of another version than its case, or missing, is not read; the document is read instead. So the
// ranking never depends on the rows, it is only made faster by them.

const insertStanding = `INSERT INTO case_standings (case_id, version, own, total, scores, doc) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, own = excluded.own, total = excluded.total, scores = excluded.scores, doc = excluded.doc`

// stand adds the narrow row of a case that is saved, or takes it away when the case ended.
func (d *draft) stand(b *db.Batch) {
	if len(d.Case.Members) == 0 {
		return
	}
	if _, n := d.Case.sheets(d.Programme.Screening); n == 0 || d.Case.Ended {
		b.Add(`DELETE FROM case_standings WHERE case_id = $1`, d.Case.ID)
		return
	}
	n, own, total := d.Case.standing(d.Programme)
	b.Add(insertStanding, n.ID, n.Seq, own, total, d.Case.fingerprintOfSheets(), string(n.document()))
}

// standing is what a ranking needs of a case, as headquarters reads it, with its own money and its whole cost in yen.
func (c *Case) standing(p *programme.Programme) (n *Case, own, total int64) {
	seen := *c
	seen.asHandedIn(account.Who{}, p)
	seen.singles, seen.version = nil, p
	own, _ = seen.answerTo(programme.MeansOwn).(int64)
	total = form.Totals(form.Rows(seen.answerTo(programme.MeansCosts))).Total
	n = &Case{ID: c.ID, Number: c.Number, Programme: c.Programme, Definition: c.Definition, FiscalYear: c.FiscalYear, Section: c.Section,
		Org: OrgRef{Code: c.Org.Code, Type: c.Org.Type, Name: c.Org.Name, Branch: c.Org.Branch, Prefecture: c.Org.Prefecture}, Via: c.Via,
		State: c.State, Phase: c.Phase, Holder: c.Holder, Raw: map[string]json.RawMessage{}, Owner: c.Owner, Created: c.Created, Submitted: c.Submitted,
		Updated: c.Updated, ScoresHash: c.ScoresHash, Proposal: c.Proposal, Requested: c.Requested, Decided: c.Decided, Demo: c.Demo, Seq: c.Seq, version: p}
	key := p.Meant(programme.MeansTitle)
	if title, ok := seen.Raw[key]; ok {
		n.Raw[key] = title
	}
	for _, m := range c.Members {
		m.Comments = nil
		n.Members = append(n.Members, m)
	}
	return n, own, total
}

// fingerprintOfSheets is the frozen fingerprint, or that of the sheets as they are.
func (c *Case) fingerprintOfSheets() string {
	if c.ScoresHash != "" {
		return c.ScoresHash
	}
	return scoresHash(c.Members)
}

// standingRow is one narrow row, or none of a case that has none of its version.
type standingRow struct {
	id, doc, scores string
	own, total      int64
	narrow          bool
}

// rankedMost is how many cases of a call are ranked in one meeting [our design].
const rankedMost = 5000

// standings are the cases of a call that are ranked, in no order that counts, and the sheet they are judged by.
func (s *Store) standings(ctx context.Context, who account.Who, code string, fy int) ([]Ranked, programme.Screening, error) {
	var screening programme.Screening
	where, args := s.visible(who, 4)
	rows, err := db.List(ctx, s.DB.Read(), scanStanding, `SELECT cases.id, COALESCE(n.own, 0), COALESCE(n.total, 0), COALESCE(n.scores, ''), COALESCE(n.doc, '')
		FROM cases LEFT JOIN case_standings n ON n.case_id = cases.id AND n.version = cases.version
		WHERE programme = $1 AND fiscal_year = $2 AND phase >= 2 AND score > 0 AND NOT ended AND demo = $3 AND `+where+`
		ORDER BY score DESC, submitted, id LIMIT `+strconv.Itoa(rankedMost+1), append([]any{code, fy, who.Sample}, args...)...)
	if err != nil {
		return nil, screening, err
	}
	if len(rows) > rankedMost { // a ranking that leaves out cases would be a wrong one
		return nil, screening, fault.New(fault.Refused, "cases.ranking.many", "n", lang.Num(rankedMost))
	}
	list := make([]Ranked, 0, len(rows))
	for _, x := range rows {
		c, p, err := s.readStanding(ctx, &x)
		if err != nil {
			return nil, screening, err
		}
		screening = p.Screening
		if !seesMeant(who, p, programme.MeansTitle) {
			delete(c.Raw, p.Meant(programme.MeansTitle))
		}
		if !seesMeant(who, p, programme.MeansOwn) || !seesMeant(who, p, programme.MeansCosts) {
			x.own, x.total = 0, 0
		}
		list = append(list, rankOf(c, p, x.own, x.total, x.scores))
	}
	return list, screening, nil
}

// seesMeant reports whether this hat may read the answer to the question that holds what is meant.
func seesMeant(who account.Who, p *programme.Programme, m programme.Meaning) bool {
	f, _, _, ok := p.Field(p.Meant(m))
	return !ok || Sees(who, f.Visibility)
}

func scanStanding(r *sql.Rows) (x standingRow, err error) {
	err = r.Scan(&x.id, &x.own, &x.total, &x.scores, &x.doc)
	x.narrow = x.doc != ""
	return x, err
}

// readStanding decodes a narrow row, or makes one of the whole document.
func (s *Store) readStanding(ctx context.Context, x *standingRow) (*Case, *programme.Programme, error) {
	if x.narrow {
		return s.read(ctx, []byte(x.doc))
	}
	doc, err := db.One(ctx, s.DB.Read(), scanDoc, `SELECT doc FROM cases WHERE id = $1`, x.id)
	if err != nil {
		return nil, nil, err
	}
	c, p, err := s.read(ctx, doc)
	if err != nil {
		return nil, nil, err
	}
	n, own, total := c.standing(p)
	x.own, x.total, x.scores = own, total, c.fingerprintOfSheets()
	return n, p, nil
}

// Whole reads the ranked cases of a list whole, as Get does, in place of what the ranking knows of them. R06, R07 and auditors, as for Ranking.
func (s *Store) Whole(ctx context.Context, who account.Who, code string, fy int, list []Ranked) error {
	where, args := s.visible(who, 4)
	at := map[string]*Ranked{}
	for i := range list {
		at[list[i].Case.ID] = &list[i]
	}
	docs, err := db.List(ctx, s.DB.Read(), scanDoc, `SELECT doc FROM cases WHERE programme = $1 AND fiscal_year = $2 AND phase >= 2 AND score > 0 AND NOT ended
		AND demo = $3 AND `+where, append([]any{code, fy, who.Sample}, args...)...)
	if err != nil {
		return err
	}
	for _, doc := range docs {
		c, p, err := s.read(ctx, doc)
		if err != nil {
			return err
		}
		if r := at[c.ID]; r != nil {
			c.redact(who, p)
			r.Case = c
		}
	}
	return nil
}
