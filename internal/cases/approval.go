package cases

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// Approval is one person's consent to a proposal (決裁), in the seat of the route in which it was given.
type Approval struct {
	Seat   string    `json:"seat"` // of the route, "" where the definition has none
	Person string    `json:"person"`
	Name   string    `json:"name"`
	How    string    `json:"how,omitempty"` // deputy (代決) | rule (専決)
	For    string    `json:"for,omitempty"` // the person a deputy acted for, or the seat the rule takes the decision from
	Final  bool      `json:"final,omitempty"`
	Move   string    `json:"move,omitempty"` // of the last approval: what happens when the decision is told
	At     time.Time `json:"at"`
}

// How an approval was given, when not by the holder of the seat in their own right.
const (
	ByDeputy = "deputy" // 代決: the holder is away
	ByRule   = "rule"   // 専決: a rule gives the decision of a higher seat to this one
)

// Sealed reports whether the proposal is decided and waits for the day on which it is told.
func (c *Case) Sealed() bool {
	n := len(c.Approvals)
	return n > 0 && c.Approvals[n-1].Final && c.Approvals[n-1].Move != "" && c.Holder == "chief"
}

// decides reports whether a move is the decision on a proposal: what its drafter may never do.
func decides(m *programme.Move) bool { return slices.Contains(m.NotBy, "drafter") }

// approval works out what the acting person's consent is: in which seat, for whom, and whether the decision waits, for the next seat of
// the route or for the day on which it is told. A move that decides nothing has none.
func (d *draft) approval(m *programme.Move) (*Approval, bool, error) {
	c := d.Case
	if !decides(m) || c.Proposal == nil {
		return nil, false, nil
	}
	if c.Sealed() { // the day has come: the platform carries out what was decided
		return nil, false, nil
	}
	route, err := d.Programme.Route(c.Proposal.Outcome, d.facts(c, d.Programme, d.who, d.now))
	if err != nil {
		return nil, false, err
	}
	a, err := d.Store.consent(d.ctx, d.tx, c, d.Programme, route, d.who)
	if err != nil {
		return nil, false, err
	}
	a.At = d.now
	if a.Final = route == nil || len(c.Approvals) == len(route.Steps)-1; !a.Final {
		return a, true, nil
	}
	tell, err := d.tellOn()
	if err != nil || tell == "" || tell <= jp.Date(d.now) {
		return a, false, err
	}
	a.Move = m.ID
	return a, true, nil
}

// tellOn is the day on which the decisions of the call are told, "" at once. What comes after the first decision is told at once.
func (d *draft) tellOn() (string, error) {
	c := d.Case
	if c.Decided > 0 || c.Phase >= 3 {
		return "", nil
	}
	days, err := db.List(d.ctx, d.tx, db.String, `SELECT tell_on FROM panels WHERE programme = $1 AND fiscal_year = $2 AND sample = $3`, c.Programme, c.FiscalYear, c.Demo)
	if err != nil || len(days) == 0 {
		return "", err
	}
	return days[0], nil
}

// consent is what this person's approval would be now. fault.Refused when the seat is somebody else's or they approved already.
func (s *Store) consent(ctx context.Context, q db.Q, c *Case, p *programme.Programme, route *programme.Route, who account.Who) (*Approval, error) {
	a := &Approval{Person: who.Person, Name: who.Name}
	if slices.ContainsFunc(c.Approvals, func(x Approval) bool { return x.Person == who.Person }) {
		return nil, fault.New(fault.Refused, "cases.approved_already")
	}
	if route == nil || len(c.Approvals) >= len(route.Steps) {
		return a, nil
	}
	a.Seat = route.Steps[len(c.Approvals)]
	if route.Rule != "" && len(c.Approvals) == len(route.Steps)-1 {
		a.How, a.For = ByRule, route.Rule
	}
	sitting, err := s.sitters(ctx, q, c.Section, a.Seat)
	if err != nil || len(sitting) == 0 { // nobody was entered: any approver of the section
		return a, err
	}
	var names, away []string
	for _, x := range sitting {
		if x.Deputy {
			continue
		}
		if x.Person == who.Person {
			return a, nil
		}
		if names = append(names, x.Name); x.Away {
			away = append(away, x.Name)
		}
	}
	deputy := slices.ContainsFunc(sitting, func(x Sitter) bool { return x.Deputy && x.Person == who.Person })
	if deputy && len(away) == len(names) {
		a.How, a.For = ByDeputy, strings.Join(away, "・")
		return a, nil
	}
	return nil, fault.New(fault.Refused, "cases.seat", "seat", p.SeatTitle(a.Seat).In(who.Lang), "names", strings.Join(names, lang.T(who.Lang, "record.comma")))
}

// notTheirs tells an approver before they fill in a decision that it is not theirs now.
func (s *Store) notTheirs(ctx context.Context, c *Case, p *programme.Programme, who account.Who, m programme.Move, facts programme.Situation) *fault.Fault {
	if !decides(&m) || c.Proposal == nil || !who.Is(account.RoleChief) {
		return nil
	}
	route, err := p.Route(c.Proposal.Outcome, facts)
	if err != nil {
		return nil // the move itself says so
	}
	_, err = s.consent(ctx, s.DB.Read(), c, p, route, who)
	return fault.Of(err)
}

// Sitter is somebody in a seat of approval, or who may act for its holder (代決者) while they are away.
type Sitter struct {
	Seat, Person, Name string
	Deputy             bool
	Away               bool // today
}

// sitters are the holder and the deputies of one seat of a section, or with seat "" of all.
func (s *Store) sitters(ctx context.Context, q db.Q, section, seat string) ([]Sitter, error) {
	return db.List(ctx, q, func(r *sql.Rows) (x Sitter, err error) {
		return x, r.Scan(&x.Seat, &x.Person, &x.Name, &x.Deputy, &x.Away)
	}, `SELECT a.seat, a.person, a.name, a.deputy, EXISTS (SELECT 1 FROM absences b WHERE b.section = a.section AND b.person = a.person
			AND b.from_day <= $3 AND b.until_day >= $3) FROM approver_seats a
		WHERE a.section = $1 AND ($2 = '' OR a.seat = $2) ORDER BY a.seat, a.deputy, a.name, a.person`, section, seat, jp.Date(s.now()))
}

// Absence is a time in which an approver is away, both days included.
type Absence struct {
	ID, Person, Name string
	From, Until      string
	Reason, ByName   string
}

// Approvers are the seats of the person's own section and who is away now or will be. R06, R07; auditors name the section.
func (s *Store) Approvers(ctx context.Context, who account.Who, section string) ([]Sitter, []Absence, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) || !who.Is(account.RoleAuditor) && section != who.BodyID() {
		return nil, nil, fault.New(fault.Missing, "db.missing")
	}
	seats, err := s.sitters(ctx, s.DB.Read(), section, "")
	if err != nil {
		return nil, nil, err
	}
	away, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x Absence, err error) {
		return x, r.Scan(&x.ID, &x.Person, &x.Name, &x.From, &x.Until, &x.Reason, &x.ByName)
	}, `SELECT id, person, name, from_day, until_day, reason, by_name FROM absences WHERE section = $1 AND until_day >= $2
		ORDER BY from_day, id LIMIT 100`, section, jp.Date(s.now()))
	return seats, away, err
}

// SetApprovers replaces who sits in the seats of a section. R07 of the section.
func (s *Store) SetApprovers(ctx context.Context, who account.Who, list []Sitter) error {
	if !who.Is(account.RoleChief) {
		return fault.New(fault.Missing, "db.missing")
	}
	for _, x := range list {
		if n := slices.IndexFunc(list, func(y Sitter) bool { return y.Seat == x.Seat && y.Person == x.Person }); list[n].Deputy != x.Deputy {
			return fault.At(x.Seat, "cases.seat.twice", "name", x.Name)
		}
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		var b db.Batch
		b.Add(`DELETE FROM approver_seats WHERE section = $1`, who.BodyID())
		for _, x := range list {
			b.Add(`INSERT INTO approver_seats (section, seat, person, name, deputy, by_person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				who.BodyID(), x.Seat, x.Person, x.Name, x.Deputy, who.Person, db.At(s.now()))
		}
		_, err := b.Run(ctx, tx)
		return err
	})
}

// AddAbsence records that an approver of the section is away. R06 and R07 of the section.
func (s *Store) AddAbsence(ctx context.Context, who account.Who, x Absence) error {
	if !who.Is(account.RoleOfficer, account.RoleChief) {
		return fault.New(fault.Missing, "db.missing")
	}
	switch {
	case !jp.ValidDate(x.From):
		return fault.At("from", "cases.absence.day")
	case !jp.ValidDate(x.Until) || x.Until < x.From || x.Until < jp.Date(s.now()):
		return fault.At("until", "cases.absence.day")
	case strings.TrimSpace(x.Reason) == "":
		return fault.At("reason", "cases.reason_needed")
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO absences (id, section, person, name, from_day, until_day, reason, by_person, by_name, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, db.NewID("b"), who.BodyID(), x.Person, x.Name, x.From, x.Until, strings.TrimSpace(x.Reason), who.Person, who.Name, db.At(s.now()))
		return err
	})
}

// Tell carries out the decisions whose day has come (公表): each is its own transaction, so that one that cannot be told does not hold the
// others. A job calls it; it returns how many were told.
func (s *Store) Tell(ctx context.Context) (int, error) {
	ids, err := db.List(ctx, s.DB.Read(), db.String, `SELECT c.id FROM panels p JOIN cases c ON c.programme = p.programme AND c.fiscal_year = p.fiscal_year AND c.demo = p.sample
		WHERE p.tell_on <> '' AND p.tell_on <= $1 AND c.holder = 'chief' AND c.phase = 2 AND NOT c.ended ORDER BY c.number`, jp.Date(s.now()))
	told := 0
	for _, id := range ids {
		c, _, lerr := s.load(ctx, s.DB.Read(), System, id)
		if lerr != nil {
			return told, lerr
		}
		if !c.Sealed() {
			continue
		}
		if _, err := s.Do(ctx, System, id, Act{Move: c.Approvals[len(c.Approvals)-1].Move}); err != nil {
			s.Log.Error("telling a decision", "case", id, "err", err)
			continue
		}
		told++
	}
	return told, err
}
