package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/letter"
	"kakehashi/internal/programme"
)

// Erase takes the words out of a case whose time of keeping is over (廃棄): answers, names, remarks, files and the words of letters go; the
// number, the body, sums, days and what was published of an adopted project stay, and so does every link of the chain. The journal
// ends with who approved it and why. It runs in the caller's transaction for the person who approved the list. Faults: cases.held (a
// legal hold), cases.still_open, cases.erased.
func (s *Store) Erase(ctx context.Context, tx db.Q, who account.Who, id, reason string) error {
	held, err := db.One(ctx, tx, db.Int, `SELECT COUNT(*) FROM case_holds WHERE case_id = $1`, id)
	if err != nil {
		return err
	}
	if held > 0 {
		return fault.New(fault.Conflict, "cases.held")
	}
	_, err = s.changeIn(ctx, tx, System, id, nil, func(d *draft) error {
		c := d.Case
		if !c.Ended && c.Number != "" {
			return fault.New(fault.Conflict, "cases.still_open")
		}
		rest := c.remains(d.Programme, day(d.now))
		refs, err := d.eraseLetters()
		if err != nil {
			return err
		}
		rest.Letters = refs
		if err := d.eraseWords(); err != nil {
			return err
		}
		d.who = who
		return d.append("erased", Data{Created: rest, Letters: slices.Clone(refs), Reason: reason})
	})
	return err
}

// remains is what is left of a case: what numbers, statistics and the published list need.
func (c *Case) remains(p *programme.Programme, on string) *Case {
	n := &Case{ID: c.ID, Number: c.Number, Programme: c.Programme, Definition: c.Definition, FiscalYear: c.FiscalYear, Section: c.Section,
		Org: c.Org, Via: c.Via, TwoStep: c.TwoStep, State: c.State, Phase: c.Phase, Holder: "none", Ended: true, Raw: map[string]json.RawMessage{},
		Created: c.Created, Submitted: c.Submitted, Requested: c.Requested, Decided: c.Decided, DecidedOn: c.DecidedOn, Fixed: c.Fixed,
		ToReturn: c.ToReturn, Revoked: c.Revoked, Paid: c.Paid, PaidOn: c.PaidOn, FixedOn: c.FixedOn, Purses: c.Purses, FormsIn: maps.Clone(c.FormsIn), Clock: slices.Clone(c.Clock), Demo: c.Demo, Erased: on}
	if c.Decided > 0 {
		for key, v := range c.Raw {
			if f, _, _, ok := p.Field(key); ok && f.Public && f.Kind != form.KindFile {
				n.Raw[key] = v
			}
		}
	}
	return n
}

// eraseWords empties every event of the journal and keeps the digests.
func (d *draft) eraseWords() error {
	events, err := db.List(d.ctx, d.tx, scanSealed, `SELECT `+eventColumns+` FROM case_events WHERE case_id = $1 ORDER BY seq`, d.Case.ID)
	if err != nil {
		return err
	}
	gone, err := d.Store.erased(d.ctx, d.tx, d.Case.ID)
	if err != nil {
		return err
	}
	if len(gone) > 0 {
		return fault.New(fault.Conflict, "cases.erased")
	}
	var b db.Batch
	for _, e := range events {
		b.Add(`INSERT INTO case_erased (case_id, seq, words) VALUES ($1, $2, $3)`, e.Case, e.Seq, e.words())
	}
	id := d.Case.ID
	b.Add(`UPDATE case_events SET name = '', origin = '', data = '' WHERE case_id = $1`, id)
	b.Add(`UPDATE files SET ref = '', loose = $1, name = ext, owner_body = '', uploaded_by = '' WHERE ref = $2
		OR ref IN (SELECT 'letter:' || id FROM letters WHERE case_id = $3)`, db.At(d.now), "case:"+id, id)
	b.Add(`UPDATE mails SET recipient = '', subject = '', body = '' WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_members WHERE case_id = $1`, id)
	b.Add(`DELETE FROM conflicts WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_standings WHERE case_id = $1`, id)
	b.Add(`DELETE FROM letter_errata WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_disclosures WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_parties WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_duties WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_intakes WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_talks WHERE case_id = $1`, id)
	b.Add(`DELETE FROM consent_links WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_desks WHERE case_id = $1`, id)
	b.Add(`DELETE FROM case_tokens WHERE case_id = $1`, id)
	_, err = b.Run(d.ctx, d.tx)
	return err
}

// gonePDF marks a letter whose PDF was destroyed with its case.
const gonePDF = "-"

// eraseLetters leaves of every letter its kind, number and day.
func (d *draft) eraseLetters() ([]LetterRef, error) {
	refs := slices.Clone(d.Case.Letters)
	for i := range refs {
		blank, err := json.Marshal(letter.Document{Title: refs[i].Title})
		if err != nil {
			return nil, fmt.Errorf("letter %s: %w", refs[i].ID, err)
		}
		refs[i].Words = digest(string(blank))
		if _, err := d.tx.ExecContext(d.ctx, `UPDATE letters SET data = $1, file = $2 WHERE id = $3`, string(blank), gonePDF, refs[i].ID); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

// worded are the events of a journal that still have their words.
func worded(list []*Event) []*Event {
	return slices.DeleteFunc(list, func(e *Event) bool { return len(e.data) == 0 })
}

// Hold is a legal hold (廃棄の停止): while it stands nobody can dispose of the case.
type Hold struct {
	Reason, Name string
	At           time.Time
}

// HoldOf is the hold on a case this person may see, or nil. HQ and the auditor ask.
func (s *Store) HoldOf(ctx context.Context, id string) (*Hold, error) {
	list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (*Hold, error) {
		var h Hold
		var at db.Time
		err := r.Scan(&h.Reason, &h.Name, &at)
		h.At = at.Time
		return &h, err
	}, `SELECT reason, name, at FROM case_holds WHERE case_id = $1`, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// SetHold puts a case on hold, or lifts the hold; both with a reason that the journal keeps. HQ's officers and chiefs and the auditor may.
func (s *Store) SetHold(ctx context.Context, who account.Who, id string, hold bool, reason string) error {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return fault.New(fault.Missing, "db.missing")
	}
	if len([]rune(reason)) < 5 {
		return fault.At("reason", "cases.hold_reason")
	}
	kind := "released"
	if hold {
		kind = "held"
	}
	_, err := s.change(ctx, who, id, func(d *draft) error {
		query, args := `DELETE FROM case_holds WHERE case_id = $1`, []any{id}
		if hold {
			query = `INSERT INTO case_holds (case_id, reason, person, name, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id) DO NOTHING`
			args = append(args, reason, who.Person, who.Name, db.At(d.now))
		}
		n, err := db.Changed(d.ctx, d.tx, query, args...)
		if err != nil || n == 0 {
			return err
		}
		return d.append(kind, Data{Reason: reason})
	})
	return err
}

// Aged is a case that may have been kept long enough.
type Aged struct {
	ID, Number, Programme, Definition, Title, Org, OrgName, State string // Org is the body's code
	FiscalYear                                                    int
	Decided                                                       int64
	Forwarded                                                     bool   // HQ may open it; of others it learns number and body only (rule 10)
	Rule                                                          string // adopted | rejected | draft
	Until                                                         string // last day it has to be kept
}

// Aged lists the cases of a section whose time of keeping ended before a day, the longest due first, at most n: what was adopted and
// what was not each so many years after the end of the fiscal year in which it ended, drafts that were never handed in so many months
// after anybody touched them; the definition each case keeps says how many (domain.md §6.6). Held, erased and sample cases are not
// among them, nor what stands on an open list already.
func (s *Store) Aged(ctx context.Context, section, today string, n int) ([]Aged, error) {
	type row struct {
		Aged
		updated db.Time
		ended   bool
	}
	// No definition keeps a case for less than a month; older ones are looked at one by one. The term runs from the last word of the case
	// itself: notes, and holds put on and lifted, do not lengthen it.
	before := db.At(s.now().AddDate(0, -1, 0))
	list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x row, err error) {
		return x, r.Scan(&x.ID, &x.Number, &x.Programme, &x.Definition, &x.Title, &x.Org, &x.OrgName, &x.State, &x.FiscalYear, &x.Decided, &x.Forwarded, &x.ended, &x.updated)
	}, `SELECT id, number, programme, definition, CASE WHEN phase >= 2 THEN title ELSE '' END, org_code, org_name, state, fiscal_year, decided, phase >= 2, ended,
		(SELECT MAX(e.at) FROM case_events e WHERE e.case_id = cases.id AND e.type NOT IN ('held', 'released', 'noted', 'opened', 'desk')) FROM cases
		WHERE section = $1 AND NOT demo AND created < $2 AND (ended OR number = '')
		AND NOT EXISTS (SELECT 1 FROM case_erased x WHERE x.case_id = cases.id) AND NOT EXISTS (SELECT 1 FROM case_holds h WHERE h.case_id = cases.id)
		AND NOT EXISTS (SELECT 1 FROM disposal_lines l JOIN disposals p ON p.id = l.disposal WHERE l.case_id = cases.id AND p.state IN ('drafted', 'approved'))
		ORDER BY created, id`, section, before)
	if err != nil {
		return nil, err
	}
	var out []Aged
	for _, x := range list {
		p, err := s.Programmes.ByHash(ctx, x.Definition)
		if err != nil {
			return nil, err
		}
		x.Rule, x.Until = keepUntil(p.Retention, x.Number != "", x.Decided > 0, x.updated.Time)
		if x.Until != "" && x.Until < today {
			if out = append(out, x.Aged); len(out) == n {
				break
			}
		}
	}
	return out, nil
}

// keepUntil is the last day a case must be kept, and by which rule; "" when the definition does not say.
func keepUntil(r programme.Retention, handedIn, adopted bool, last time.Time) (rule, until string) {
	years := r.Rejected
	switch rule = "rejected"; {
	case !handedIn && r.Draft > 0:
		return "draft", jp.Date(last.AddDate(0, r.Draft, 0))
	case !handedIn:
		return "draft", ""
	case adopted:
		rule, years = "adopted", r.Adopted
	}
	if years <= 0 {
		return rule, ""
	}
	return rule, fmt.Sprintf("%04d-03-31", jp.FY(last)+1+years)
}
