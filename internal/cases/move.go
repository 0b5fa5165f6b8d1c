package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/programme"
)

// Choice is a move the acting person could make now; Refusal, when not empty, says why it would fail.
type Choice struct {
	programme.Move
	Blocked *fault.Fault
}

// Act is one move a person makes. Version is the Seq of the case on the page they saw; Token makes a double submission one; Arrived
// is the moment the request's first byte arrived, which counts for the close of a call.
type Act struct {
	Move    string
	Version int
	Token   string
	Arrived time.Time
	Needs   Needs
}

// Moves lists what this person may do with the case now, in the order of the definition.
func (s *Store) Moves(ctx context.Context, who account.Who, c *Case, p *programme.Programme) []Choice {
	var list []Choice
	if c.Erased != "" {
		return nil
	}
	facts := s.facts(c, p, who, s.now())
	for _, m := range p.Workflow.Moves {
		if !slices.Contains(m.From, c.State) || !may(who, c, m) || !s.holds(c, p, m, m.Offer, facts) {
			continue
		}
		x := Choice{Move: m, Blocked: s.blocked(c, p, who, m, facts)}
		if x.Blocked == nil {
			x.Blocked = s.nobodySigns(ctx, c, p, who, m)
		}
		if x.Blocked == nil {
			x.Blocked = s.notTheirs(ctx, c, p, who, m, facts)
		}
		list = append(list, x)
	}
	return list
}

// nobodySigns tells headquarters before it fills in a move that its letters have no sender yet.
func (s *Store) nobodySigns(ctx context.Context, c *Case, p *programme.Programme, who account.Who, m programme.Move) *fault.Fault {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleFinance) {
		return nil
	}
	for _, e := range m.Effects {
		kind, ok := strings.CutPrefix(e, "letter:")
		if t := p.Letter(kind); !ok || t == nil || t.From == "branch" {
			continue
		}
		if from, err := s.sender(ctx, c); err == nil && from.of(c).Lacking {
			return fault.New(fault.Conflict, "cases.letterhead")
		}
	}
	return nil
}

// may reports whether the hat's role and body allow the move at all.
func may(who account.Who, c *Case, m programme.Move) bool {
	if who.Person == System.Person && (m.Auto != "" || c.Sealed() && c.Approvals[len(c.Approvals)-1].Move == m.ID) {
		return true
	}
	if !slices.Contains(m.By, string(who.Hat.Role)) {
		return false
	}
	switch {
	case who.Enters() && m.Form == "":
		return false // they enter what was sent, nothing else
	case who.Is(staff...):
		return who.Hat.Body == "lg:"+c.Org.Code
	case who.Is(account.RoleBranch):
		return who.Hat.Body == "branch:"+c.Org.Branch
	case who.Is(account.RoleOfficer, account.RoleChief):
		return who.Hat.Body == "hq:"+c.Section
	}
	return true
}

// blocked says why a move that the role allows cannot be made now, or nil.
func (s *Store) blocked(c *Case, p *programme.Programme, who account.Who, m programme.Move, facts programme.Situation) *fault.Fault {
	if c.Sealed() && who.Person != System.Person {
		return fault.New(fault.Conflict, "cases.sealed")
	}
	for _, not := range m.NotBy {
		switch {
		case not == "asker" && c.Asker == who.Person && c.Asker != "",
			not == "drafter" && c.Proposal != nil && c.Proposal.By == who.Person,
			not == "submitter" && c.Submitter == who.Person,
			not == "decider" && c.barred(who.Person):
			return fault.New(fault.Refused, "cases.same_person")
		case not == "editor" && c.TwoStep && !who.Enters() && slices.Contains(c.Editors, who.Person):
			return fault.New(fault.Refused, "cases.editor_hands_in")
		}
	}
	if slices.Contains(c.Agents, who.Person) && settles(&m) {
		return fault.New(fault.Refused, "cases.intake.same_person")
	}
	if !s.holds(c, p, m, m.Offer, facts) {
		return fault.New(fault.Refused, "cases.not_yours")
	}
	for _, g := range m.Conditions() {
		if !s.holds(c, p, m, g.That, facts) {
			return &fault.Fault{Kind: fault.Refused, Key: "cases.not_now", JA: g.Refusal.JA, EN: g.Refusal.EN}
		}
	}
	return nil
}

// holds reports whether a condition of a move holds; one with a defect does not.
func (s *Store) holds(c *Case, p *programme.Programme, m programme.Move, condition string, facts programme.Situation) bool {
	ok, err := p.Guard(condition, facts)
	if err != nil {
		s.Log.Error("condition of a move", "case", c.ID, "move", m.ID, "err", err)
	}
	return ok && err == nil
}

// Do makes one move: checks role, guard, form and what it asks for, appends the event, saves the projection and queues every effect,
// all in one transaction. The same Token again returns the case as it is. Faults: Missing, Refused (not theirs or not now),
// Conflict (the page is old), Invalid (something asked for is missing); *Incomplete when the form is.
func (s *Store) Do(ctx context.Context, who account.Who, id string, act Act) (*Case, error) {
	c, err := s.again(ctx, who, id, act)
	if err != nil {
		return nil, err
	}
	c.redact(who, c.programme(s, ctx))
	return c, nil
}

// Make is Do for somebody who shows nothing of the case afterwards; it returns the hash of the definition the case has then.
func (s *Store) Make(ctx context.Context, who account.Who, id string, act Act) (definition string, err error) {
	c, err := s.again(ctx, who, id, act)
	if err != nil {
		return "", err
	}
	return c.Definition, nil
}

// again makes the move, once more from the beginning when the body handed in another application meanwhile.
func (s *Store) again(ctx context.Context, who account.Who, id string, act Act) (*Case, error) {
	for try := 1; ; try++ {
		c, err := s.do(ctx, who, id, act)
		if !errors.Is(err, errOtherCase) || try == raceMost {
			return c, err
		}
	}
}

// errOtherCase means that the body handed in another application since this one was judged: it has to be judged again, for rules look
// at both.
var errOtherCase = fault.New(fault.Conflict, "cases.changed_meanwhile")

func (s *Store) do(ctx context.Context, who account.Who, id string, act Act) (*Case, error) {
	ready, err := s.prepare(ctx, who, id, act)
	if err != nil {
		return nil, err
	}
	if !ready.came.IsZero() {
		act.Arrived = ready.came
	}
	c, err := s.handIn(ctx, who, id, ready, act)
	if errors.Is(err, errSentBefore) {
		if err := s.DB.Settled(); err != nil {
			return nil, err
		}
		c, _, err = s.load(ctx, s.DB.Brief(), who, id)
	}
	return c, err
}

// errSentBefore undoes a transaction whose token was used before: the same sheet of paper, sent twice.
var errSentBefore = errors.New("sent before")

// take claims the token of the act and, where the move counts an application in, the next numbers, all in one go.
func (d *draft) take(act Act, ready *ready) error {
	var b db.Batch
	b, d.numbers = d.takes(act, ready)
	return d.claim(&b, act)
}

// claim runs the statements of take.
func (d *draft) claim(b *db.Batch, act Act) error {
	touched, err := b.Run(d.ctx, d.tx)
	if err != nil || act.Token == "" || touched[0] > 0 {
		return err
	}
	owner, err := tokenOwner(d.ctx, d.tx, act.Token)
	switch {
	case err != nil:
		return err
	case owner != d.Case.ID:
		return fault.New(fault.Conflict, "cases.sent_twice")
	}
	return errSentBefore
}

// takes are the statements of take; numbers are there once they have run.
func (d *draft) takes(act Act, ready *ready) (b db.Batch, numbers map[string]int64) {
	if act.Token != "" {
		b.Add(claimToken, act.Token, d.Case.ID, db.At(d.now))
	}
	if d.countsIn(act, ready) {
		numbers = countBoth(&b, handedInSeries(d.Case), d.series()) // the body's own first: the other is everybody's
	}
	return b, numbers
}

// countsIn reports whether the move hands in an application that has no number yet.
func (d *draft) countsIn(act Act, ready *ready) bool {
	m := d.Programme.Move(act.Move)
	if m == nil || ready.form != "application" || d.Case.Number != "" || !slices.Contains(m.From, d.Case.State) || !slices.Contains(m.Effects, "receive") {
		return false
	}
	to, err := d.target(m)
	return err == nil && to.Phase > 0
}

// ready is what was read and worked out before the transaction, so that the one writer only writes. It holds as long as the case does.
type ready struct {
	*Case
	seq        int  // of the case as it was read
	taken      bool // a transaction has begun to change the case
	programme  *programme.Programme
	sender     *sender // of the letters the move issues; nil when it issues none
	form       string  // judged for the move, "" when the move hands none in
	evaluation programme.Evaluation
	came       time.Time         // of what is entered for a body
	others     int64             // how many applications the body had handed in when the case was read
	past       *[]programme.Past // its other applications, where they were read with the case
}

// caseToMove reads in one statement, and so as they stood at one moment: the case, how many applications its body has handed in and, of a case
// that nobody has been sent yet, the body's others of the year. $1 is the case, $2 and $3 stand between.
const caseToMove = `SELECT doc, COALESCE((SELECT n FROM case_counters WHERE series = '` + handedIn + `' || cases.org_code), 0),
	CASE WHEN phase = 0 AND NOT ended THEN ` + othersOfYear + ` ELSE '-' END FROM cases WHERE id = $1 AND `

// prepare evaluates the form of the move outside the transaction, so that the one writer only writes.
func (s *Store) prepare(ctx context.Context, who account.Who, id string, act Act) (*ready, error) {
	where, args := s.visibleOne(who, 4)
	r := &ready{}
	var past string
	doc, err := db.One(ctx, s.DB.Brief(), func(rows *sql.Rows) (doc stored, err error) { return doc, rows.Scan(&doc, &r.others, &past) },
		caseToMove+where, append([]any{id, betweenFields, betweenRows}, args...)...)
	if err != nil {
		return nil, err
	}
	c, p, err := s.read(ctx, doc)
	if err != nil {
		return nil, err
	}
	if r.past, err = othersFor(c, p, past); err != nil {
		return nil, err
	}
	r.Case, r.programme, r.seq = c, p, c.Seq
	m := p.Move(act.Move)
	if m == nil || !slices.Contains(m.From, c.State) || !may(who, c, *m) {
		return r, nil
	}
	if r.came = c.cameFor(who); !r.came.IsZero() {
		act.Arrived = r.came
	}
	if slices.ContainsFunc(m.Effects, func(e string) bool { return strings.HasPrefix(e, "letter:") || strings.HasPrefix(e, "demand:") }) {
		if r.sender, err = s.sender(ctx, c); err != nil {
			return nil, err
		}
	}
	if m.Form == "" {
		return r, nil
	}
	return r, s.judge(ctx, r, m, act)
}

// move takes one step inside the transaction.
func (d *draft) move(act Act, ready *ready) error {
	c, p := d.Case, d.Programme
	m := p.Move(act.Move)
	if m == nil || !may(d.who, c, *m) {
		return fault.New(fault.Refused, "cases.not_yours")
	}
	if !slices.Contains(m.From, c.State) {
		return fault.New(fault.Conflict, "cases.moved_on", "state", p.State(c.State).Title.In(d.who.Lang))
	}
	if act.Version != 0 && act.Version != c.Seq {
		return fault.New(fault.Conflict, "cases.changed_meanwhile")
	}
	if m.Form != "" && (ready.form == "" || ready.seq != c.Seq) {
		return fault.New(fault.Conflict, "cases.changed_meanwhile")
	}
	if f := d.blocked(c, p, d.who, *m, d.facts(c, p, d.who, arrived(act, d.now))); f != nil {
		return f
	}
	if err := d.checkNeeds(m, &act.Needs); err != nil {
		return err
	}
	approval, waits, err := d.approval(m)
	if err != nil {
		return err
	}
	if waits { // for the next seat, or for the day on which it is told
		if err := d.append("approved", Data{Approval: approval}); err != nil {
			return err
		}
		return d.tellNext()
	}
	to, err := d.target(m)
	if err != nil {
		return err
	}
	data := Data{Approval: approval, Move: m.ID, From: c.State, Done: m.Done.JA, DoneEN: m.Done.EN}
	data.leads(c, to)
	if len(m.Needs) > 0 {
		data.Needs = &act.Needs
		data.Told = slices.ContainsFunc(m.Needs, func(n programme.Need) bool { return n.ID == "comment" && n.Told })
	}
	if err := d.effects(m, &data, act, ready); err != nil {
		return err
	}
	if err := d.leads(m, &data); err != nil {
		return err
	}
	if err := d.book(&data); err != nil {
		return err
	}
	// The due day of the new state may rest on what the move itself brings about.
	after, err := d.afterwards(data)
	if err != nil {
		return err
	}
	if data.Due = c.Due; m.To != programme.Here { // who stays gains no days by it
		if data.Due, err = p.Day(p.State(data.To).Due, d.facts(after, p, d.who, d.now)); err != nil {
			return err
		}
	}
	if err := d.letters(m, &data, after); err != nil {
		return err
	}
	if err := d.append("moved", data); err != nil {
		return err
	}
	return d.follows(m, &data)
}

// afterwards is the case as the move leaves it.
func (d *draft) afterwards(data Data) (*Case, error) {
	after := d.Case.clone()
	after.apply(&Event{Type: "moved", At: d.now, Data: data, Person: d.who.Person, Role: d.who.Hat.Role, Body: d.who.Hat.Body, Behalf: d.who.Hat.OnBehalfOf})
	if after.version == nil {
		return after, after.decode(d.Programme)
	}
	return after, nil // answers the move changed are read when they are asked for
}

// leads looks once more where a move with arms leads when it moved money: its arms speak of what is due or owed afterwards.
func (d *draft) leads(m *programme.Move, data *Data) error {
	if len(m.Branch) == 0 || !slices.ContainsFunc(m.Effects, func(e string) bool { return slices.Contains(moneyEffects, e) }) {
		return nil
	}
	after, err := d.afterwards(*data)
	if err != nil {
		return err
	}
	then := *d
	then.Case, after.Resume = after, d.Case.Resume
	to, err := then.target(m)
	if err != nil {
		return err
	}
	data.leads(d.Case, to)
	return nil
}

// leads notes the state the move leads to, and whether the case stands aside there or goes on from where it stood.
func (data *Data) leads(c *Case, to *programme.State) {
	data.To, data.Phase, data.Holder, data.Ended, data.Opens, data.Aside = to.ID, to.Phase, to.Holder, to.End, to.Opens, ""
	switch {
	case to.Aside && c.Resume == "":
		data.Aside = "set"
	case c.Resume != "" && !to.Aside && (!to.Passing || to.ID == c.Resume):
		data.Aside = "clear"
	}
}

// target resolves where the move leads: a fixed state, the first arm that holds, the state the return came from, or the one before.
func (d *draft) target(m *programme.Move) (*programme.State, error) {
	to := m.To
	if to == "" {
		for _, b := range m.Branch {
			ok := b.When == ""
			if !ok {
				var err error
				if ok, err = d.Programme.Guard(b.When, d.facts(d.Case, d.Programme, d.who, d.now)); err != nil {
					return nil, err
				}
			}
			if ok {
				to = b.To
				break
			}
		}
	}
	switch to {
	case "@back":
		to = d.Case.Back
	case "@before":
		to = d.Case.Before
	case programme.Here:
		to = d.Case.State
	case "@resume":
		to = d.Case.Resume
	case "@undone":
		to = d.Case.undone()
	}
	st := d.Programme.State(to)
	if st == nil {
		return nil, fmt.Errorf("case %s: move %s leads to no state %q", d.Case.ID, m.ID, to)
	}
	return st, nil
}
