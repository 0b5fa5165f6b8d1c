package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/ledger"
)

// Event is one line of a case's journal. It never changes; Hash binds it to all before it.
type Event struct {
	Case   string
	Seq    int
	Type   string // created | saved | moved | version | settled | assigned | interest | declined | abstained | scored | approved | noted | opened | handed | held | released | erased | year_end | erratum_asked | erratum_refused | erratum | disclosure_asked | disclosure_refused | disclosure | desk | mailed
	At     time.Time
	Person string
	Name   string
	Role   account.Role
	Body   string
	Behalf string // id of the person on whose behalf it was done
	For    string // that person's name as it is now, for those who may read Name; not part of the journal
	Origin string // address the act came from
	Data   Data
	data   []byte // Data as stored, the bytes that are hashed
	Prev   string
	Hash   string
}

// Data is what an event says. Each type of event fills its own part; a move carries what it asked for and everything it caused, so
// that the fold needs neither the programme nor a clock.
type Data struct {
	Created    *Case                      `json:"created,omitempty"`
	Set        map[string]json.RawMessage `json:"set,omitempty"`
	Unset      []string                   `json:"unset,omitempty"`
	Definition string                     `json:"definition,omitempty"`
	Changes    []string                   `json:"changes,omitempty"` // what a new version changed, in words
	ChangesEN  []string                   `json:"changes_en,omitempty"`
	Move       string                     `json:"move,omitempty"`
	From       string                     `json:"from,omitempty"`
	To         string                     `json:"to,omitempty"`
	Done       string                     `json:"done,omitempty"` // sentence of the move, Japanese
	DoneEN     string                     `json:"done_en,omitempty"`
	Phase      int                        `json:"phase,omitempty"`
	Holder     string                     `json:"holder,omitempty"`
	Due        string                     `json:"due,omitempty"`
	Ended      bool                       `json:"ended,omitempty"`
	Opens      bool                       `json:"opens,omitempty"`
	Form       string                     `json:"form,omitempty"` // form handed in with this move
	Needs      *Needs                     `json:"needs,omitempty"`
	Told       bool                       `json:"told,omitempty"`     // the body reads the comment
	Extended   string                     `json:"extended,omitempty"` // the new last day of an open return
	Handed     []string                   `json:"handed,omitempty"`   // fields whose change others may read from now on
	Number     string                     `json:"number,omitempty"`
	Arrived    *time.Time                 `json:"arrived,omitempty"`
	Judged     *Judged                    `json:"judged,omitempty"`
	Requested  *int64                     `json:"requested,omitempty"`
	Clock      string                     `json:"clock,omitempty"` // start | stop
	Outcome    string                     `json:"outcome,omitempty"`
	Decided    *int64                     `json:"decided,omitempty"`
	DecidedOn  string                     `json:"decided_on,omitempty"`
	WithdrawBy string                     `json:"withdraw_by,omitempty"`
	Conditions []string                   `json:"conditions,omitempty"`
	Fixed      *int64                     `json:"fixed,omitempty"`
	ToReturn   *int64                     `json:"to_return,omitempty"`
	Paid       *int64                     `json:"paid,omitempty"`
	PaidOn     string                     `json:"paid_on,omitempty"`
	Money      []ledger.Movement          `json:"money,omitempty"`
	Advance    *Advance                   `json:"advance,omitempty"`
	Payment    *Payment                   `json:"payment,omitempty"`
	Claim      *Claim                     `json:"claim,omitempty"`
	Tax        *Tax                       `json:"tax,omitempty"`
	FixedOn    string                     `json:"fixed_on,omitempty"`
	// What the move did to proceedings, the award, and where the case goes on afterwards (set | clear).
	Proceedings []Proceeding `json:"proceedings,omitempty"`
	Revoked     *int64       `json:"revoked,omitempty"`
	Disposal    *Disposal    `json:"disposal,omitempty"`
	Aside       string       `json:"aside,omitempty"`
	Asked       string       `json:"asked,omitempty"`  // set | clear: who asked the body's approver
	Freeze      string       `json:"freeze,omitempty"` // hash over all score sheets
	Letters     []LetterRef  `json:"letters,omitempty"`
	Rule        string       `json:"rule,omitempty"`
	Key         string       `json:"key,omitempty"`
	Value       string       `json:"value,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	Member      *Member      `json:"member,omitempty"`
	Approval    *Approval    `json:"approval,omitempty"`
	Owner       string       `json:"owner,omitempty"`
	Party       *Party       `json:"party,omitempty"`
	Intake      *Intake      `json:"intake,omitempty"`
	Message     *Message     `json:"message,omitempty"`
	Fix         *Fix         `json:"fix,omitempty"`
	Window      string       `json:"window,omitempty"` // page of a browser a save came from (Window)
}

// Needs is what a move asked the person for.
type Needs struct {
	Comment     string   `json:"comment,omitempty"`
	Opinion     string   `json:"opinion,omitempty"`
	Shareable   bool     `json:"shareable,omitempty"`
	Remarks     []Remark `json:"remarks,omitempty"`
	Due         string   `json:"due,omitempty"`
	ReasonClass string   `json:"reason_class,omitempty"`
	Amount      *int64   `json:"amount,omitempty"`
	Conditions  []string `json:"conditions,omitempty"`
	Checklist   []string `json:"checklist,omitempty"`
	Admitted    []Admit  `json:"admitted,omitempty"`
	PayDate     string   `json:"pay_date,omitempty"`
	Reference   string   `json:"reference,omitempty"`
	Received    *int64   `json:"received,omitempty"` // yen that came back
	Corrected   bool     `json:"corrected,omitempty"`
	Revoked     *int64   `json:"revoked,omitempty"` // yen of the award that are to be revoked
}

// seal computes the event's hash over its own words and the hash before it. Every part is length-prefixed, so no two events share
// an encoding. What may have to be erased one day (a name, an address, what was said) goes in as its digest: the chain verifies without it.
func (e *Event) seal() {
	if e.data == nil {
		e.data = e.Data.text()
	}
	e.bind(e.words())
}

// words is the digest of what an erasure takes out of an event.
func (e *Event) words() string {
	h := sha256.New()
	var room [512]byte
	b := appendPart(appendPart(room[:0], e.Name), e.Origin)
	b = append(strconv.AppendInt(b, int64(len(e.data)), 10), ':')
	h.Write(b)
	h.Write(e.data)
	return hex.EncodeToString(h.Sum(room[:0]))
}

// bind computes the hash from the digest of the words.
func (e *Event) bind(words string) {
	var room, at [1024]byte
	b := appendPart(appendPart(room[:0], e.Case), strconv.Itoa(e.Seq))
	b = appendPart(b, e.Type)
	b = appendPart(b, string(e.At.UTC().AppendFormat(at[:0], time.RFC3339Nano)))
	for _, s := range [...]string{e.Person, string(e.Role), e.Body, e.Behalf, words, e.Prev} {
		b = appendPart(b, s)
	}
	sum := sha256.Sum256(b)
	e.Hash = hex.EncodeToString(sum[:])
}

// appendPart adds one part with its length before it.
func appendPart(b []byte, s string) []byte {
	return append(append(strconv.AppendInt(b, int64(len(s)), 10), ':'), s...)
}

// apply folds one event into the case. It is the only code that changes a Case.
func (c *Case) apply(e *Event) {
	d := &e.Data
	defer c.enteredBy(e)
	switch e.Type {
	case "created":
		*c = *d.Created
		c.Raw = maps.Clone(c.Raw)
		c.Revs = map[string]int{}
		for k := range c.Raw {
			c.Revs[k] = e.Seq
		}
		c.Created = e.At
	case "saved":
		c.hold(e)
	case "moved":
		c.applyMove(e)
	case "version":
		c.Definition, c.Due, c.answers, c.version = d.Definition, d.Due, nil, nil
	case "settled":
		s := Settled{Value: d.Value, Reason: d.Reason, By: e.Person, At: e.At}
		if d.Rule != "" {
			c.Overrides = with(c.Overrides, d.Rule, s)
		} else {
			c.Confirmed = with(c.Confirmed, d.Key, s)
		}
		if d.Judged != nil {
			c.Evaluation = d.Judged
		}
		c.Approvals = nil // they were given to something else
	case "assigned":
		if m := c.Member(d.Member.Person); m == nil {
			c.Members = append(c.Members, *d.Member)
		} else if m.Left != "" {
			*m = *d.Member
		}
	case "interest":
		if m := c.Member(d.Member.Person); m != nil {
			m.Interest = d.Reason
			m.Marks, m.Comments, m.At = nil, nil, time.Time{}
		}
	case "declined":
		if m := c.Member(d.Member.Person); m != nil {
			m.Left = d.Reason
			m.Marks, m.Comments, m.At = nil, nil, time.Time{}
		}
	case "abstained":
		if m := c.Member(d.Member.Person); m != nil {
			m.Abstain = d.Reason
		}
	case "approved":
		c.Approvals = append(slices.Clone(c.Approvals), *d.Approval)
	case "scored":
		if m := c.Member(d.Member.Person); m != nil {
			m.Marks, m.Comments, m.At = d.Member.Marks, d.Member.Comments, e.At
		}
	case "party_asked", "party_agreed", "party_refused", "party_left":
		c.putParty(*d.Party)
		if d.Judged != nil {
			c.Evaluation = d.Judged
		}
	case "message":
		c.Talk = append(slices.Clone(c.Talk), *d.Message)
	case "fix_proposed", "fix_agreed", "fix_refused", "fix_withdrawn", "fix_void":
		c.foldFix(d)
	case "intake":
		c.Intakes = append(slices.Clone(c.Intakes), *d.Intake)
	case "handed":
		c.Owner = d.Owner
	case "erratum":
		c.Letters = append(slices.Clone(c.Letters), d.Letters...)
	case "erased":
		*c = *d.Created
	}
	c.applyMoney(d)
	c.applySet(e)
	c.Seq, c.Head, c.Updated = e.Seq, e.Hash, e.At
}

func with(m map[string]Settled, k string, s Settled) map[string]Settled {
	m = maps.Clone(m)
	if m == nil {
		m = map[string]Settled{}
	}
	m[k] = s
	return m
}

func (c *Case) applySet(e *Event) {
	if len(e.Data.Set) == 0 && len(e.Data.Unset) == 0 {
		return
	}
	c.answers = nil
	if c.Raw == nil {
		c.Raw = map[string]json.RawMessage{}
	}
	if c.Revs == nil {
		c.Revs = map[string]int{}
	}
	for k, v := range e.Data.Set {
		c.Raw[k] = v
		c.Revs[k] = e.Seq
	}
	for _, k := range e.Data.Unset {
		delete(c.Raw, k)
		c.Revs[k] = e.Seq
	}
}

func (c *Case) applyMove(e *Event) {
	d := &e.Data
	c.Before, c.State = c.State, d.To
	if !d.Ended { // an end opens the case to nobody who did not see it before
		c.Phase = max(c.Phase, d.Phase)
	}
	c.Holder, c.Due, c.Ended = d.Holder, d.Due, d.Ended
	c.letGo(d)
	switch r := c.Correction(); {
	case r == nil:
	case d.Extended != "":
		r.Due = d.Extended
	case !d.Opens:
		r.Done = e.At
		c.Back = ""
	}
	if d.Opens && d.Extended == "" && d.Needs != nil {
		c.Back = d.From
		r := Return{At: e.At, Role: e.Role, From: d.From, Remarks: d.Needs.Remarks, Message: d.Needs.Comment, Due: d.Needs.Due,
			Was: map[string]json.RawMessage{}}
		for _, m := range r.Remarks {
			if v, ok := c.Raw[m.Field]; ok {
				r.Was[m.Field] = v
			}
		}
		c.Returns = append(c.Returns, r)
	}
	if d.Number != "" {
		c.Number = d.Number
	}
	if d.Form != "" {
		c.FormsIn = maps.Clone(c.FormsIn)
		if c.FormsIn == nil {
			c.FormsIn = map[string]time.Time{}
		}
		c.FormsIn[d.Form] = e.At
	}
	if d.Arrived != nil && c.Submitted.IsZero() {
		c.Submitted = *d.Arrived
		c.Submitter = e.Person
	}
	c.applyResults(e)
	c.applyProceedings(d)
	c.Letters = append(c.Letters, d.Letters...)
}

// applyResults folds what the effects of a move brought about.
func (c *Case) applyResults(e *Event) {
	d, n := &e.Data, e.Data.Needs
	set := func(to *int64, from *int64) {
		if from != nil {
			*to = *from
		}
	}
	set(&c.Requested, d.Requested)
	set(&c.Decided, d.Decided)
	set(&c.Fixed, d.Fixed)
	set(&c.ToReturn, d.ToReturn)
	set(&c.Paid, d.Paid)
	set(&c.Revoked, d.Revoked)
	if d.Judged != nil && d.Form == "application" {
		c.Evaluation = d.Judged
	}
	if d.DecidedOn != "" {
		c.DecidedOn, c.WithdrawBy, c.Conditions = d.DecidedOn, d.WithdrawBy, d.Conditions
	}
	if d.PaidOn != "" {
		c.PaidOn = d.PaidOn
	}
	if d.Freeze != "" {
		c.ScoresHash = d.Freeze
	}
	clock := d.Clock
	if d.Ended {
		clock = "stop"
	}
	switch clock {
	case "start":
		if k := len(c.Clock); k == 0 || !c.Clock[k-1].To.IsZero() {
			c.Clock = append(c.Clock, Span{From: e.At})
		}
	case "stop":
		if k := len(c.Clock); k > 0 && c.Clock[k-1].To.IsZero() {
			c.Clock[k-1].To = e.At
		}
	}
	switch d.Asked {
	case "set":
		c.Asker = e.Person
	case "clear":
		c.Asker = ""
	}
	if n == nil {
		n = &Needs{}
	}
	if n.Opinion != "" {
		c.Opinion = &Opinion{Text: n.Opinion, Shareable: n.Shareable, At: e.At, Branch: e.Body}
	}
	if len(n.Checklist) > 0 {
		c.Checklist = n.Checklist
	}
	if n.Admitted != nil {
		c.Admitted = n.Admitted
	}
	if d.Outcome != "" { // another proposal, or none: what was approved is void
		c.Approvals = nil
	}
	if d.Approval != nil {
		c.Approvals = append(slices.Clone(c.Approvals), *d.Approval)
	}
	switch d.Outcome {
	case "":
	case "none":
		c.Proposal = nil
	default:
		p := Proposal{Outcome: d.Outcome, Conditions: n.Conditions, ReasonClass: n.ReasonClass, Reason: n.Comment, Due: n.Due, By: e.Person, At: e.At}
		if n.Amount != nil {
			p.Amount = *n.Amount
		}
		if n.Revoked != nil {
			p.Amount = *n.Revoked
		}
		c.Proposal = &p
	}
}
