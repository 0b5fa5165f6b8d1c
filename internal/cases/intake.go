package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/programme"
)

// What a body sends on paper or by e-mail an office enters for it (代行入力, casework.md rows 22 and 33): with the same form and the same
// rules, judged by the day on which it arrived, and marked as entered in every event. The body sees the case among its own and may go on
// by itself. Whoever entered something decides nothing on the case (our design).

// Intake is what came in for a body and an office took. Day is the ISO day in JST on which it arrived.
type Intake struct {
	Office  string      `json:"office"` // hq:keishin, branch:17
	Person  string      `json:"person"`
	Name    string      `json:"name"`
	Channel string      `json:"channel"` // one of Channels
	Day     string      `json:"day"`
	Reason  string      `json:"reason"`
	Papers  []form.File `json:"papers,omitempty"` // the scan, the mail
	At      time.Time   `json:"at"`
	First   bool        `json:"first,omitempty"` // of the application itself, not of something that came later
	Done    time.Time   `json:"done,omitzero"`   // when something was handed in, by whomever
	Used    bool        `json:"used,omitempty"`  // the office handed it in
}

// Channels are the ways by which something comes in.
var Channels = []string{"post", "hand", "mail", "fax"}

// intakeFile is the question under which the papers of an intake are attached to the case.
const intakeFile = "@intake"

// Bounds of an intake.
const (
	intakeReason = 400 // characters
	intakePapers = 20  // files
)

// Moment is when it arrived: the end of its day in Japan (必着), or the moment it was taken on that very day.
func (in *Intake) Moment() time.Time {
	end := jp.Start(jp.AddDays(in.Day, 1)).Add(-time.Microsecond).UTC()
	if in.At.Before(end) {
		return in.At
	}
	return end
}

// Intake is what an office took and nobody has handed in yet, or nil.
func (c *Case) Intake() *Intake {
	if n := len(c.Intakes); n > 0 && c.Intakes[n-1].Done.IsZero() {
		return &c.Intakes[n-1]
	}
	return nil
}

// Entered is the intake by which the application came in, or nil when the body handed it in itself.
func (c *Case) Entered() *Intake {
	if len(c.Intakes) > 0 && c.Intakes[0].First && c.Intakes[0].Used && !c.Submitted.IsZero() {
		return &c.Intakes[0]
	}
	return nil
}

// Entered reports whether an officer did it for the body.
func (e *Event) Entered() bool { return strings.HasPrefix(e.Behalf, "lg:") }

// enteredBy folds who entered something for the body, and ends the intake that was handed in.
func (c *Case) enteredBy(e *Event) {
	if e.Entered() && !slices.Contains(c.Agents, e.Person) {
		c.Agents = append(slices.Clone(c.Agents), e.Person)
	}
	if in := c.Intake(); in != nil && e.Type == "moved" && (e.Data.Form != "" && e.Data.Phase > 0 || e.Data.Ended) || in != nil && e.Type == "intake_dropped" {
		c.Intakes = slices.Clone(c.Intakes)
		in = c.Intake()
		in.Done, in.Used = e.At, e.Entered() && e.Type == "moved"
	}
}

// cameFor is when what this person enters arrived; zero for everybody else.
func (c *Case) cameFor(who account.Who) time.Time {
	if in := c.Intake(); in != nil && who.Enters() {
		return in.Moment()
	}
	return time.Time{}
}

// enterable are, of some fields, those that this person may fill: an officer who enters for a body fills no bank data.
func (c *Case) enterable(p *programme.Programme, who account.Who, keys []string) []string {
	if !who.Enters() {
		return keys
	}
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		f, _, _, ok := p.Field(key)
		return !ok || !c.Sees(who, f.Visibility)
	})
}

// settles reports whether a move decides, or drafts a decision.
func settles(m *programme.Move) bool {
	return decides(m) || slices.ContainsFunc(m.Effects, func(e string) bool { return strings.HasPrefix(e, "outcome:") })
}

func (c *Case) intakePaper(id string) bool {
	return slices.ContainsFunc(c.Intakes, func(in Intake) bool {
		return slices.ContainsFunc(in.Papers, func(f form.File) bool { return f.ID == id })
	})
}

// Agent is the acting person as they enter for the body of a case what their office took: in the name of the body, with their own hat kept
// beside; body is the one they act for. Who: officers of the office that took it, until it is handed in. fault.Missing for everybody else.
func (s *Store) Agent(ctx context.Context, who account.Who, id string) (as account.Who, body OrgRef, in Intake, err error) {
	missing := fault.New(fault.Missing, "db.missing")
	if !who.Is(account.RoleBranch, account.RoleOfficer) {
		return who, body, in, missing
	}
	c, _, err := s.load(ctx, s.DB.Brief(), System, id)
	if err != nil {
		return who, body, in, err
	}
	open := c.Intake()
	if open == nil || open.Office != who.Hat.Body || !who.Hat.Covers(c.Programme) || who.Home == c.Org.Code {
		return who, body, in, missing
	}
	return agentOf(who, c.Org.Code), c.Org, *open, nil
}

// agentOf is the acting person in the name of a body.
func agentOf(who account.Who, code string) account.Who {
	who.Desk, who.Hat = who.Hat, account.Hat{ID: who.Hat.ID, Role: account.RoleStaff, Body: "lg:" + code, OnBehalfOf: "lg:" + code}
	return who
}

// Taking is what an officer says when they take something in.
type Taking struct {
	Org, Programme string // of a new case
	Channel, Day   string
	Reason         string
	Papers         []form.File
	Token          string
}

// check sees that everything is said. Faults: Invalid at org, programme, channel, day, reason or papers.
func (t *Taking) check(now time.Time) error {
	t.Reason = jp.NFC(strings.TrimSpace(t.Reason))
	switch {
	case !slices.Contains(Channels, t.Channel):
		return fault.At("channel", "cases.intake.channel")
	case !jp.ValidDate(t.Day):
		return fault.At("day", "cases.intake.day")
	case t.Day > day(now):
		return fault.At("day", "cases.intake.future")
	case t.Reason == "":
		return fault.At("reason", "cases.intake.reason")
	case utf8.RuneCountInString(t.Reason) > intakeReason:
		return fault.At("reason", "cases.write.long", "n", intakeReason)
	case len(t.Papers) == 0:
		return fault.At("papers", "cases.intake.papers")
	case len(t.Papers) > intakePapers:
		return fault.At("papers", "cases.intake.many", "n", intakePapers)
	}
	return nil
}

func (t *Taking) intake(who account.Who, now time.Time) Intake {
	return Intake{Office: who.Hat.Body, Person: who.Person, Name: who.Name, Channel: t.Channel, Day: t.Day, Reason: t.Reason, Papers: t.Papers, At: now}
}

// Enter begins the case of a body that sent its application on paper or by e-mail. Who: the branch of the body, and the section of HQ that
// owns the programme; nobody for the body that sent them. The body is told by mail. Faults: Invalid at a field of Taking, Refused.
func (s *Store) Enter(ctx context.Context, who account.Who, t Taking) (*Case, error) {
	if !who.Is(account.RoleBranch, account.RoleOfficer) {
		return nil, fault.New(fault.Refused, "cases.not_yours")
	}
	ref, twoStep, err := s.body(ctx, t.Org)
	if t.Org == "" || fault.Is(err, fault.Missing) {
		return nil, fault.At("org", "cases.intake.org")
	}
	if err != nil {
		return nil, err
	}
	p, err := s.Programmes.Current(ctx, t.Programme)
	if t.Programme == "" || fault.Is(err, fault.Missing) {
		return nil, fault.At("programme", "cases.intake.programme")
	}
	if err != nil {
		return nil, err
	}
	now := s.now()
	switch {
	case who.Is(account.RoleBranch) && ref.Branch != who.BodyID():
		return nil, fault.At("org", "cases.intake.area")
	case who.Is(account.RoleOfficer) && p.Section != who.BodyID() || !who.Hat.Covers(p.Code):
		return nil, fault.At("programme", "cases.intake.section")
	case who.Home == t.Org:
		return nil, fault.At("org", "cases.intake.home")
	}
	if err := t.check(now); err != nil {
		return nil, err
	}
	in := t.intake(who, now)
	in.First = true
	if open, why := s.Programmes.Open(ctx, p, in.Moment()); !open {
		return nil, &fault.Fault{Kind: fault.Invalid, Field: "programme", Key: "cases.closed", JA: why.JA, EN: why.EN}
	}
	agent := agentOf(who, ref.Code)
	c := &Case{ID: db.NewID("c"), Programme: p.Code, Definition: p.Hash, FiscalYear: p.Call.FiscalYear, Section: p.Section, Org: ref,
		Via: via(p.Call.BranchStep, ref), TwoStep: twoStep, State: p.Workflow.States[0].ID, Holder: p.Workflow.States[0].Holder,
		Demo: who.Sample, Intakes: []Intake{in}}
	if c.Raw, err = s.prefilled(ctx, account.Who{Hat: agent.Hat, Lang: who.Lang}, p, ref); err != nil {
		return nil, err
	}
	if c.Due, err = p.Day(p.Workflow.States[0].Due, s.facts(c, p, agent, now)); err != nil {
		return nil, err
	}
	return s.enter(ctx, agent, c, p, t)
}

// enter writes the new case, once for each token.
func (s *Store) enter(ctx context.Context, agent account.Who, c *Case, p *programme.Programme, t Taking) (*Case, error) {
	var out *Case
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		out = nil
		id, first, err := s.claim(ctx, tx, t.Token, c.ID)
		if err != nil || !first {
			out = &Case{ID: id}
			return err
		}
		d := &draft{Store: s, Case: &Case{ID: c.ID}, Programme: p, ctx: ctx, tx: tx, who: agent, now: c.Intakes[0].At, create: true}
		if err := d.append("created", Data{Created: c}); err != nil {
			return err
		}
		if err := d.save(); err != nil {
			return err
		}
		if err := d.took(&c.Intakes[0]); err != nil {
			return err
		}
		out = d.Case
		return nil
	})
	return out, err
}

// took ties the papers to the case, notes the intake on the office's list and tells the body.
func (d *draft) took(in *Intake) error {
	owner := d.who
	owner.Hat = owner.Desk
	as := *d
	as.who = owner
	ids := make([]string, len(in.Papers))
	for i, f := range in.Papers {
		ids[i] = f.ID
	}
	if err := as.files(map[string][]string{intakeFile: ids}, nil); err != nil {
		return fault.At("papers", "cases.file_unknown")
	}
	_, err := d.tx.ExecContext(d.ctx, `INSERT INTO case_intakes (case_id, n, office, org_name, person, name, channel, day, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.Case.ID, len(d.Case.Intakes), in.Office, d.Case.Org.Name, in.Person, in.Name, in.Channel, in.Day, db.At(in.At))
	if err != nil {
		return err
	}
	list, err := d.boxes(d.Case.Org.Code)
	if err != nil {
		return err
	}
	return d.write(list, "intake_begun", "/work/cases/"+d.Case.ID, nil)
}

// TakeIn notes that a body sent on paper or by e-mail what a case waits for (a correction): the office enters it then. Who: the branch of
// the body and the section of HQ, who see the case. Faults: Invalid at a field of Taking, Conflict when the case waits for nothing of the
// body or something else is being entered.
func (s *Store) TakeIn(ctx context.Context, who account.Who, id string, t Taking) error {
	if err := t.check(s.now()); err != nil {
		return err
	}
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !d.Case.takesIn(d.Programme, who) {
			return fault.New(fault.Conflict, "cases.intake.nothing")
		}
		in := t.intake(who, d.now)
		d.who = agentOf(who, d.Case.Org.Code)
		if err := d.append("intake", Data{Intake: &in}); err != nil {
			return err
		}
		return d.took(&in)
	})
	return err
}

// TakesIn reports whether the hat may enter for the body what the case waits for.
func (c *Case) TakesIn(p *programme.Programme, who account.Who) bool { return c.takesIn(p, who) }

func (c *Case) takesIn(p *programme.Programme, who account.Who) bool {
	st := p.State(c.State)
	return who.Is(account.RoleBranch, account.RoleOfficer) && who.Home != c.Org.Code && c.Erased == "" && !c.Ended && c.Intake() == nil && st != nil && st.Opens &&
		c.Phase > 0 && !strings.HasPrefix(c.Back, "report")
}

// DropIntake ends an intake that was begun by mistake or that the body goes on with by itself: what was entered stays the body's draft.
// Who: the office that took it.
func (s *Store) DropIntake(ctx context.Context, who account.Who, id, reason string) error {
	agent, _, _, err := s.Agent(ctx, who, id)
	if err != nil {
		return err
	}
	if reason = jp.NFC(strings.TrimSpace(reason)); reason == "" {
		return fault.At("reason", "cases.reason_needed")
	}
	_, err = s.change(ctx, agent, id, func(d *draft) error {
		if d.Case.Intake() == nil {
			return nil
		}
		return d.append("intake_dropped", Data{Reason: reason})
	})
	return err
}

// Taken is one line of what an office took in.
type Taken struct {
	Case, Org, Title, Number, Programme string
	Name, Channel, Day                  string
	At                                  time.Time
	Open                                bool // nothing was handed in yet
	Mine                                bool // the acting person entered it
	Reads                               bool // the case is the office's to read
}

// Intakes lists what the acting person's office took in, what is not handed in first, at most n.
func (s *Store) Intakes(ctx context.Context, who account.Who, n int) ([]Taken, error) {
	if !who.Is(account.RoleBranch, account.RoleOfficer) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	where, args := s.visible(who, 4)
	list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x Taken, err error) {
		var at db.Time
		var person string
		var doc []byte
		if err = r.Scan(&x.Case, &x.Org, &x.Title, &x.Number, &x.Programme, &person, &x.Name, &x.Channel, &x.Day, &at, &doc, &x.Reads); err != nil {
			return x, err
		}
		var c struct {
			Intakes []Intake `json:"intakes"`
		}
		err = json.Unmarshal(doc, &c)
		x.At, x.Mine = at.Time, person == who.Person
		x.Open = len(c.Intakes) > 0 && c.Intakes[len(c.Intakes)-1].Done.IsZero()
		return x, err
	}, `SELECT i.case_id, i.org_name, cases.title, cases.number, cases.programme, i.person, i.name, i.channel, i.day, i.at, cases.doc, CASE WHEN `+where+` THEN 1 ELSE 0 END = 1
		FROM case_intakes i JOIN cases ON cases.id = i.case_id WHERE i.office = $1 AND cases.demo = $2 ORDER BY i.at DESC LIMIT $3`,
		append([]any{who.Hat.Body, who.Sample, n}, args...)...)
	slices.SortStableFunc(list, func(a, b Taken) int {
		switch {
		case a.Open == b.Open:
			return 0
		case a.Open:
			return -1
		}
		return 1
	})
	return list, err
}
