package cases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
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
	facts := s.facts(c, p, who, s.now())
	for _, m := range p.Workflow.Moves {
		if !slices.Contains(m.From, c.State) || !may(who, c, m) || !s.holds(c, p, m, m.Offer, facts) {
			continue
		}
		list = append(list, Choice{Move: m, Blocked: s.blocked(c, p, who, m, facts)})
	}
	return list
}

// may reports whether the hat's role and body allow the move at all.
func may(who account.Who, c *Case, m programme.Move) bool {
	if who.Person == System.Person && m.Auto != "" {
		return true
	}
	if !slices.Contains(m.By, string(who.Hat.Role)) {
		return false
	}
	switch {
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
func (s *Store) blocked(c *Case, p *programme.Programme, who account.Who, m programme.Move, facts programme.Facts) *fault.Fault {
	for _, not := range m.NotBy {
		switch {
		case not == "asker" && c.Asker == who.Person && c.Asker != "",
			not == "drafter" && c.Proposal != nil && c.Proposal.By == who.Person,
			not == "submitter" && c.Submitter == who.Person,
			not == "editor" && c.TwoStep && slices.Contains(c.Editors, who.Person):
			return fault.New(fault.Refused, "cases.same_person")
		}
	}
	switch {
	case !s.holds(c, p, m, m.Offer, facts):
		return fault.New(fault.Refused, "cases.not_yours")
	case !s.holds(c, p, m, m.Guard, facts):
		return &fault.Fault{Kind: fault.Refused, Key: "cases.not_now", JA: m.Refusal.JA, EN: m.Refusal.EN}
	}
	return nil
}

// holds reports whether a condition of a move holds; one with a defect does not.
func (s *Store) holds(c *Case, p *programme.Programme, m programme.Move, condition string, facts programme.Facts) bool {
	ok, err := p.Guard(condition, facts)
	if err != nil {
		s.Log.Error("condition of a move", "case", c.ID, "move", m.ID, "err", err)
	}
	return ok && err == nil
}

// Incomplete is returned by Do when the move's form has missing answers, problems or failing E rules.
type Incomplete struct {
	Form       string
	Evaluation programme.Evaluation
}

func (i *Incomplete) Error() string { return "form " + i.Form + " is not complete" }

// Do makes one move: checks role, guard, form and what it asks for, appends the event, saves the projection and queues every effect,
// all in one transaction. The same Token again returns the case as it is. Faults: Missing, Refused (not theirs or not now),
// Conflict (the page is old), Invalid (something asked for is missing); *Incomplete when the form is.
func (s *Store) Do(ctx context.Context, who account.Who, id string, act Act) (*Case, error) {
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
	again := false
	c, err := s.changeFrom(ctx, who, id, ready, func(d *draft) error {
		owner, first, err := s.claim(d.ctx, d.tx, act.Token, id)
		if again = !first; err != nil || again {
			if err == nil && owner != id {
				err = fault.New(fault.Conflict, "cases.sent_twice")
			}
			return err
		}
		d.sender = ready.sender
		return d.move(act, ready)
	})
	if err != nil {
		return nil, err
	}
	if again {
		c, _, err = s.Get(ctx, who, id)
		return c, err
	}
	c.redact(who, c.programme(s, ctx))
	return c, nil
}

// ready is what was read and worked out before the transaction, so that the one writer only writes. It holds as long as the case does.
type ready struct {
	*Case
	programme  *programme.Programme
	sender     *sender // of the letters the move issues; nil when it issues none
	form       string  // judged for the move, "" when the move hands none in
	evaluation programme.Evaluation
	others     int64 // how many applications the body had handed in
}

// handedInSeries counts the applications a body has handed in.
func handedInSeries(c *Case) string { return "body " + c.Org.Code }

// prepare evaluates the form of the move outside the transaction, so that the one writer only writes.
func (s *Store) prepare(ctx context.Context, who account.Who, id string, act Act) (*ready, error) {
	c, p, err := s.load(ctx, s.DB.Read(), who, id)
	if err != nil {
		return nil, err
	}
	r := &ready{Case: c, programme: p}
	m := p.Move(act.Move)
	if m == nil || !slices.Contains(m.From, c.State) || !may(who, c, *m) {
		return r, nil
	}
	if slices.ContainsFunc(m.Effects, func(e string) bool { return strings.HasPrefix(e, "letter:") }) {
		if r.sender, err = s.sender(ctx, c); err != nil {
			return nil, err
		}
	}
	if m.Form == "" {
		return r, nil
	}
	return r, s.judge(ctx, r, m, act)
}

// judge evaluates the form the move hands in.
func (s *Store) judge(ctx context.Context, r *ready, m *programme.Move, act Act) (err error) {
	c, p := r.Case, r.programme
	r.others, err = db.One(ctx, s.DB.Read(), db.Int, `SELECT COALESCE(MAX(n), 0) FROM case_counters WHERE series = $1`, handedInSeries(c))
	if err != nil {
		return err
	}
	if r.form = m.Form; r.form == "@opened" {
		r.form = openedForm(c, p)
	}
	if r.evaluation, err = s.evaluate(ctx, s.DB.Read(), c, p, r.form, arrived(act, s.now())); err != nil {
		return err
	}
	if !Complete(r.evaluation) {
		return &Incomplete{Form: r.form, Evaluation: r.evaluation}
	}
	if files := c.files(p, r.form); len(files) > 0 {
		return s.Files.Check(ctx, files)
	}
	return nil
}

// Complete reports whether a form may be submitted: every required answer is there, every value can be read, no E rule fails or is open.
func Complete(ev programme.Evaluation) bool {
	for _, r := range ev.Rules {
		if r.Severity == "E" && r.Outcome != programme.Pass {
			return false
		}
	}
	return len(ev.Missing) == 0 && len(ev.Problems) == 0
}

func arrived(act Act, now time.Time) time.Time {
	if act.Arrived.IsZero() {
		return now
	}
	return act.Arrived.UTC().Truncate(time.Microsecond)
}

// openedForm is the form whose fields the open return named.
func openedForm(c *Case, p *programme.Programme) string {
	for _, key := range c.Opened() {
		if _, id, _, ok := p.Field(key); ok {
			return id
		}
	}
	return "application"
}

// Evaluate judges a form of the case as it stands.
func (s *Store) Evaluate(ctx context.Context, c *Case, p *programme.Programme, formID string) (programme.Evaluation, error) {
	return s.evaluate(ctx, s.DB.Read(), c, p, formID, s.now())
}

// Try judges a form as it would stand with these inputs, saving nothing: what the page shows while somebody types.
func (s *Store) Try(ctx context.Context, c *Case, p *programme.Programme, formID string, inputs map[string]form.Input) (programme.Evaluation, error) {
	n := c.clone()
	n.answers, n.problems = maps.Clone(c.answers), nil
	for key, in := range inputs {
		f, _, _, ok := p.Field(key)
		if !ok || f.Kind == form.KindFile {
			continue
		}
		if value, answered, _ := typed(f, in); answered {
			n.answers[key] = value
		} else {
			delete(n.answers, key)
		}
	}
	return s.Evaluate(ctx, n, p, formID)
}

func (s *Store) evaluate(ctx context.Context, q db.Q, c *Case, p *programme.Programme, formID string, at time.Time) (programme.Evaluation, error) {
	past, err := s.history(ctx, q, c, p)
	if err != nil {
		return programme.Evaluation{}, err
	}
	in := programme.Input{Now: at, Org: c.org(), Answers: c.answers,
		History: past, Confirmed: c.confirmed(), Form: formID, Fixed: c.Fixed}
	if c.Phase > 0 && !c.Submitted.IsZero() && formID == "application" {
		in.Now = c.Submitted // a correction keeps the moment of the first arrival
	} else if open, _ := s.Programmes.Open(ctx, p, at); !open {
		in.Closed = true
	}
	in.Problems, in.Checked = c.problemsOf(p, formID)
	return p.Evaluate(in), nil
}

func (c *Case) confirmed() map[string]any {
	out := map[string]any{}
	for k, v := range c.Confirmed {
		out[k] = v.Value
	}
	return out
}

// files lists every stored file the answers of a form declare.
func (c *Case) files(p *programme.Programme, formID string) []form.File {
	var files []form.File
	f := p.Form(formID)
	if f == nil {
		return nil
	}
	for _, sec := range f.Sections {
		for _, field := range sec.Fields {
			if list, ok := c.answers[field.Key].([]form.File); ok {
				files = append(files, list...)
			}
		}
	}
	return files
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
	if m.Form != "" && (ready.form == "" || ready.Seq != c.Seq) {
		return fault.New(fault.Conflict, "cases.changed_meanwhile")
	}
	if f := d.blocked(c, p, d.who, *m, d.facts(c, p, d.who, arrived(act, d.now))); f != nil {
		return f
	}
	if err := d.checkNeeds(m, &act.Needs); err != nil {
		return err
	}
	to, err := d.target(m)
	if err != nil {
		return err
	}
	data := Data{Move: m.ID, From: c.State, To: to.ID, Done: m.Done.JA, DoneEN: m.Done.EN, Phase: to.Phase, Holder: to.Holder,
		Ended: to.End, Opens: to.Opens}
	if len(m.Needs) > 0 {
		data.Needs = &act.Needs
		data.Told = slices.ContainsFunc(m.Needs, func(n programme.Need) bool { return n.ID == "comment" && n.Told })
	}
	if err := d.effects(m, &data, act, ready); err != nil {
		return err
	}
	// The due day of the new state may rest on what the move itself brings about.
	after := c.clone()
	after.apply(&Event{Type: "moved", At: d.now, Data: data, Person: d.who.Person, Role: d.who.Hat.Role, Body: d.who.Hat.Body})
	if after.answers == nil { // the move changed answers
		if err := after.decode(p); err != nil {
			return err
		}
	}
	if data.Due, err = p.Day(to.Due, d.facts(after, p, d.who, d.now)); err != nil {
		return err
	}
	if err := d.letters(m, &data, after); err != nil {
		return err
	}
	if err := d.append("moved", data); err != nil {
		return err
	}
	return d.follows(m, &data)
}

// target resolves where the move leads: a fixed state, the first arm that holds, the state the return came from, or the one before.
func (d *draft) target(m *programme.Move) (*programme.State, error) {
	to := m.To
	switch to {
	case "@back":
		to = d.Case.Back
	case "@before":
		to = d.Case.Before
	case "":
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
	st := d.Programme.State(to)
	if st == nil {
		return nil, fmt.Errorf("case %s: move %s leads to no state %q", d.Case.ID, m.ID, to)
	}
	return st, nil
}

// checkNeeds sees that everything the move asks for was given and makes sense.
func (d *draft) checkNeeds(m *programme.Move, n *Needs) error {
	n.trim()
	for _, need := range m.Needs {
		if need.Required && !n.has(need.ID) {
			return fault.At(need.ID, "cases.need", "what", need.Label.In(d.who.Lang))
		}
		if err := d.checkNeed(need, n); err != nil {
			return err
		}
	}
	return nil
}

func (d *draft) checkNeed(need programme.Need, n *Needs) error {
	switch need.ID {
	case "remarks":
		checked := d.handedIn()
		for i := range n.Remarks {
			r := &n.Remarks[i]
			r.Text = strings.TrimSpace(r.Text)
			f, id, _, ok := d.Programme.Field(r.Field)
			if !ok || r.Text == "" || id != checked || f.ReadOnly || !slices.Contains(RemarkKinds, r.Kind) {
				return fault.At("remarks", "cases.remark")
			}
		}
	case "due":
		if n.Due != "" && !jp.ValidDate(n.Due) || n.has("due") && n.Due < day(d.now) {
			return fault.At("due", "cases.due_past")
		}
	case "amount":
		return d.checkAmount(n)
	case "reasonClass":
		if n.has("reasonClass") && !slices.ContainsFunc(need.Options, func(o form.Option) bool { return o.Value == n.ReasonClass }) {
			return fault.At("reasonClass", "cases.need", "what", need.Label.In(d.who.Lang))
		}
	case "payDate":
		if n.has("payDate") && (!jp.ValidDate(n.PayDate) || n.PayDate > day(d.now)) {
			return fault.At("payDate", "cases.pay_future")
		}
	case "checklist":
		for _, item := range d.Programme.Checklist() {
			if !slices.Contains(n.Checklist, item.Value) {
				return fault.At("checklist", "cases.checklist", "what", item.Label.In(d.who.Lang))
			}
		}
	case "admitted":
		return d.checkAdmitted(n)
	}
	return nil
}

// RemarkKinds are the kinds of remarks on a field: wrong, incomplete, outdated.
var RemarkKinds = []string{"誤り", "不足", "古い"}

// handedIn is the form the body handed in last: the one that is being checked.
func (c *Case) handedIn() string {
	id, last := "", time.Time{}
	for name, at := range c.FormsIn {
		if at.After(last) {
			id, last = name, at
		}
	}
	return id
}

// checkAmount: more than nothing, in the unit, within what was asked for and within the maximum as it stands with what HQ has settled.
func (d *draft) checkAmount(n *Needs) error {
	if n.Amount == nil {
		return nil
	}
	most := d.Case.Requested
	now := d.Programme.Evaluate(programme.Input{Now: d.Case.Submitted, Org: d.Case.org(), Answers: d.Case.answers, Confirmed: d.Case.confirmed()})
	if max, ok := now.Amounts["maxGrant"]; ok {
		most = min(most, max)
	}
	if *n.Amount <= 0 || *n.Amount > most {
		return fault.At("amount", "cases.amount_above", "max", most)
	}
	if unit := d.Programme.Params["unit"]; unit > 1 && *n.Amount%unit != 0 {
		return fault.At("amount", "cases.amount_unit", "unit", unit)
	}
	return nil
}

// org is the body as rules see it.
func (c *Case) org() form.Org { return form.Org{Type: c.Org.Type, Code: c.Org.Code, Name: c.Org.Name} }

// checkAdmitted: one amount per reported line, not above what was claimed, with a reason where it is less.
func (d *draft) checkAdmitted(n *Needs) error {
	rows, _ := d.Case.answers["r.cost.lines"].([]form.Row)
	if len(n.Admitted) != len(rows) {
		return fault.At("admitted", "cases.admitted_rows")
	}
	for i, a := range n.Admitted {
		claimed, _ := form.Amount(rows[i])
		if a.Row != i || a.Amount < 0 || a.Amount > claimed {
			return fault.At(fmt.Sprintf("admitted.%d", i), "cases.admitted_above", "row", i+1, "max", claimed)
		}
		if a.Amount < claimed && a.Reason == "" {
			return fault.At(fmt.Sprintf("admitted.%d", i), "cases.admitted_reason", "row", i+1)
		}
	}
	return nil
}

func (n *Needs) trim() {
	for _, s := range []*string{&n.Comment, &n.Opinion, &n.Due, &n.ReasonClass, &n.PayDate, &n.Reference} {
		*s = strings.TrimSpace(*s)
	}
	n.Conditions = slices.DeleteFunc(n.Conditions, func(s string) bool { return strings.TrimSpace(s) == "" })
}

func (n *Needs) has(id string) bool {
	switch id {
	case "comment":
		return n.Comment != ""
	case "opinion":
		return n.Opinion != ""
	case "remarks":
		return len(n.Remarks) > 0
	case "due":
		return n.Due != ""
	case "reasonClass":
		return n.ReasonClass != ""
	case "amount":
		return n.Amount != nil
	case "checklist":
		return len(n.Checklist) > 0
	case "admitted":
		return n.Admitted != nil
	case "payDate":
		return n.PayDate != ""
	case "reference":
		return n.Reference != ""
	case "corrected":
		return n.Corrected
	}
	return false
}

// NeedIDs are the things a move can ask for; the linter of definitions knows them.
func NeedIDs() []string {
	return []string{"comment", "opinion", "shareable", "remarks", "due", "reasonClass", "amount", "conditions", "checklist", "admitted",
		"payDate", "reference", "corrected"}
}
