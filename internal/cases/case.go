// Package cases is the dealing (申請) of one organisation with one programme in one fiscal year: from the first word of the draft to
// the last yen. A Case is the fold of its journal; every step appends one event in the transaction that changes the projection and
// queues the effects (letter, mail, task). What steps there are is data of the programme; this package only knows how to take one.
package cases

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/form"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
)

// Case is the projection of one journal. Amounts are whole yen, days are ISO days in JST, moments UTC.
type Case struct {
	ID         string                     `json:"id"`
	Number     string                     `json:"number,omitempty"` // P01-2027-00012, from the first submission
	Programme  string                     `json:"programme"`
	Definition string                     `json:"definition"` // hash of the version it keeps
	FiscalYear int                        `json:"fiscal_year"`
	Section    string                     `json:"section"`
	Org        OrgRef                     `json:"org"`
	Via        string                     `json:"via"` // required | info | none: how the branch takes part
	TwoStep    bool                       `json:"two_step"`
	State      string                     `json:"state"`
	Before     string                     `json:"before,omitempty"` // state before the last move
	Back       string                     `json:"back,omitempty"`   // state a return came from
	Phase      int                        `json:"phase"`            // 0 body · 1 branch · 2 HQ · 3 decided · 4 ended; never falls
	Holder     string                     `json:"holder"`
	Ended      bool                       `json:"ended,omitempty"`
	Due        string                     `json:"due,omitempty"`
	Raw        map[string]json.RawMessage `json:"answers"`
	Revs       map[string]int             `json:"revs,omitempty"`    // field → event that last changed it
	Held       map[string]json.RawMessage `json:"held,omitempty"`    // as handed in, of fields the body is changing now; see unfinished.go
	Editors    []string                   `json:"editors,omitempty"` // who changed answers since the last move
	Owner      string                     `json:"owner"`             // person in charge at the body
	Asker      string                     `json:"asker,omitempty"`
	Submitter  string                     `json:"submitter,omitempty"`
	Created    time.Time                  `json:"created"`
	Submitted  time.Time                  `json:"submitted,omitzero"` // arrival of the first submission
	Updated    time.Time                  `json:"updated"`
	Returns    []Return                   `json:"returns,omitempty"`
	Opinion    *Opinion                   `json:"opinion,omitempty"`
	Checklist  []string                   `json:"checklist,omitempty"`
	Overrides  map[string]Settled         `json:"overrides,omitempty"` // S rule → why it may pass
	Confirmed  map[string]Settled         `json:"confirmed,omitempty"` // field → value an officer has settled
	Members    []Member                   `json:"members,omitempty"`
	ScoresHash string                     `json:"scores_hash,omitempty"`
	Proposal   *Proposal                  `json:"proposal,omitempty"`
	Approvals  []Approval                 `json:"approvals,omitempty"`  // of the proposal, in their order; see approval.go
	Evaluation *Judged                    `json:"evaluation,omitempty"` // as judged at the last submission
	Requested  int64                      `json:"requested,omitempty"`
	Decided    int64                      `json:"decided,omitempty"`
	DecidedOn  string                     `json:"decided_on,omitempty"`
	WithdrawBy string                     `json:"withdraw_by,omitempty"`
	Conditions []string                   `json:"conditions,omitempty"`
	Admitted   []Admit                    `json:"admitted,omitempty"`
	Fixed      int64                      `json:"fixed,omitempty"`
	ToReturn   int64                      `json:"to_return,omitempty"`
	Paid       int64                      `json:"paid,omitempty"`
	PaidOn     string                     `json:"paid_on,omitempty"`
	FixedOn    string                     `json:"fixed_on,omitempty"`
	Advances   []Advance                  `json:"advances,omitempty"`
	Payments   []Payment                  `json:"payments,omitempty"`
	Claims     []Claim                    `json:"claims,omitempty"` // money demanded back
	Tax        *Tax                       `json:"tax,omitempty"`
	Purses     ledger.Purses              `json:"purses,omitempty"` // what the case holds of which budget
	// What goes wrong after the decision; see proceeding.go.
	Proceedings []Proceeding         `json:"proceedings,omitempty"`
	Revoked     int64                `json:"revoked,omitempty"`   // of the amount decided or fixed
	Disposals   []Disposal           `json:"disposals,omitempty"` // of what the grant had bought
	Resume      string               `json:"resume,omitempty"`    // state the case goes on from when it no longer stands aside
	FormsIn     map[string]time.Time `json:"forms_in,omitempty"`  // form → when it was last handed in
	Clock       []Span               `json:"clock,omitempty"`     // when the standard processing period ran
	Letters     []LetterRef          `json:"letters,omitempty"`
	Parties     []Party              `json:"parties,omitempty"` // who was asked to take part, and how they answered
	Intakes     []Intake             `json:"intakes,omitempty"` // what came in on paper or by e-mail; see intake.go
	Agents      []string             `json:"agents,omitempty"`  // who entered something for the body
	Talk        []Message            `json:"talk,omitempty"`    // questions and answers; see talk.go
	Fixes       []Fix                `json:"fixes,omitempty"`   // corrections an office proposed; see fix.go
	Demo        bool                 `json:"demo,omitempty"`
	Erased      string               `json:"erased,omitempty"` // day on which its words were taken out; see erase.go
	Seq         int                  `json:"seq"`
	Head        string               `json:"head"`

	answers  form.Answers              // decoded Raw; nil after a change, and until somebody asks
	problems map[string][]form.Problem // of answers, by field; nil when they are not known
	version  *programme.Programme      // whose fields decode Raw when somebody asks
	veiled   bool                      // answers were taken out: problems are not known
	apart    bool                      // answers are others than those of Head
	singles  map[string]single         // answers decoded one by one
	mark     string                    // see Mark
	result   *Result                   // what the body may read of its marks
	came     time.Time                 // when what an office enters arrived; set for the one who enters it
	others   *[]programme.Past         // the body's other applications, where they were read with the case
}

// single is one answer as it was decoded from what is stored.
type single struct {
	stored   json.RawMessage
	value    any
	answered bool
}

// OrgRef is the body as it was named when the case was drafted.
type OrgRef struct {
	Code       string `json:"code"`
	Type       string `json:"type"`
	Name       string `json:"name"`
	English    string `json:"english,omitempty"`
	Head       string `json:"head,omitempty"` // title of the addressee, 富士市長
	Address    string `json:"address,omitempty"`
	Branch     string `json:"branch"`
	BranchName string `json:"branch_name"`
	IsBranch   bool   `json:"is_branch,omitempty"` // the body is the branch's own government
	Prefecture string `json:"prefecture"`
}

// Return is one request for correction (補正): which fields, why, until when, and what they held before.
type Return struct {
	At      time.Time                  `json:"at"`
	Role    account.Role               `json:"role"`
	From    string                     `json:"from"`
	Remarks []Remark                   `json:"remarks"`
	Message string                     `json:"message,omitempty"`
	Due     string                     `json:"due"`
	Was     map[string]json.RawMessage `json:"was"` // the named fields before the correction
	Done    time.Time                  `json:"done,omitzero"`
}

// Remark stands at one field. Kind: 誤り (wrong), 不足 (incomplete), 古い (outdated).
type Remark struct {
	Field string `json:"field"`
	Kind  string `json:"kind"`
	Text  string `json:"text"`
}

// Opinion is what the branch says when it forwards (進達).
type Opinion struct {
	Text      string    `json:"text"`
	Shareable bool      `json:"shareable,omitempty"`
	At        time.Time `json:"at"`
	Branch    string    `json:"branch"`
}

// Settled is something an officer settled, with the reason the journal keeps.
type Settled struct {
	Value  string    `json:"value,omitempty"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Member is a committee member assigned to the case. Interest, when not empty, bars the member by any path.
type Member struct {
	Person   string            `json:"person"`
	Name     string            `json:"name"`
	Interest string            `json:"interest,omitempty"`
	Marks    map[string]int    `json:"marks,omitempty"` // criterion → 1..5
	Comments map[string]string `json:"comments,omitempty"`
	At       time.Time         `json:"at,omitzero"`       // submitted and locked
	Abstain  string            `json:"abstain,omitempty"` // why the member gives no score
	Left     string            `json:"left,omitempty"`    // why the member handed the case back
}

// Judges reports whether the member's sheet counts, once it is in.
func (m Member) Judges() bool { return m.Interest == "" && m.Abstain == "" && m.Left == "" }

// Scored reports whether the member's sheet is in.
func (m Member) Scored() bool { return !m.At.IsZero() }

// Proposal is a drafted decision (起案). By is the drafter, who can never approve it.
type Proposal struct {
	Outcome     string    `json:"outcome"` // adopt | reject | waitlist | change | fix | revoke …
	Amount      int64     `json:"amount,omitempty"`
	Conditions  []string  `json:"conditions,omitempty"`
	ReasonClass string    `json:"reason_class,omitempty"`
	Reason      string    `json:"reason"`
	Due         string    `json:"due,omitempty"` // day the body is given when it is approved
	By          string    `json:"by"`
	At          time.Time `json:"at"`
}

// Judged is the evaluation stored with a submission.
type Judged struct {
	Verdict string              `json:"verdict"`
	Rules   []programme.Outcome `json:"rules"`
	Amounts map[string]int64    `json:"amounts"`
	Steps   []programme.Step    `json:"steps"`
}

// Admit is what HQ admits of one reported cost line; Row counts from 0.
type Admit struct {
	Row    int    `json:"row"`
	Amount int64  `json:"amount"`
	Reason string `json:"reason,omitempty"`
}

// Span is a stretch of time in which the processing clock ran; To is zero while it runs.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// LetterRef points at an official letter of the case.
type LetterRef struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Title     string `json:"title"`
	Number    string `json:"number"`
	Day       string `json:"day"`
	Addressee string `json:"addressee"` // applicant | hq
	Words     string `json:"words"`     // SHA-256 of the document as issued
}

// clone copies what a fold may change; values inside stay shared, they are never changed in place.
func (c *Case) clone() *Case {
	n := *c
	n.Raw, n.Revs, n.Held = maps.Clone(c.Raw), maps.Clone(c.Revs), maps.Clone(c.Held)
	n.Returns, n.Members = slices.Clone(c.Returns), slices.Clone(c.Members)
	n.FormsIn = maps.Clone(c.FormsIn)
	n.Clock, n.Letters = slices.Clone(c.Clock), slices.Clone(c.Letters)
	n.Intakes, n.Fixes = slices.Clone(c.Intakes), slices.Clone(c.Fixes)
	n.Proceedings = slices.Clone(c.Proceedings)
	n.singles = nil
	return &n
}

// Answers are the canonical values of the case, decoded with its own version's fields.
func (c *Case) Answers() form.Answers {
	if c.answers == nil && c.version != nil && c.decode(c.version) != nil {
		c.answers, c.problems = form.Answers{}, nil // journal verify tells what is broken
	}
	return c.answers
}

// Answer is the canonical value of one question, without decoding the others.
func (c *Case) Answer(key string) (value any, answered bool) {
	if c.answers != nil || c.version == nil {
		value, answered = c.answers[key]
		return value, answered
	}
	stored, ok := c.Raw[key]
	f, _, _, known := c.version.Field(key)
	if !ok {
		return nil, false
	}
	if !known {
		value, answered = c.Answers()[key]
		return value, answered
	}
	if x, ok := c.singles[key]; ok && len(x.stored) == len(stored) && len(stored) > 0 && &x.stored[0] == &stored[0] {
		return x.value, x.answered
	}
	v, err := plain(stored)
	if err != nil {
		return nil, false
	}
	if value, answered, _ = f.FromJSON(v); !answered {
		value = nil
	}
	if c.singles == nil {
		c.singles = map[string]single{}
	}
	c.singles[key] = single{stored, value, answered}
	return value, answered
}

// Title is the project's name, or "" while the draft has none.
func (c *Case) Title() string {
	t, _ := c.answerTo(programme.MeansTitle).(string)
	return t
}

// answerTo is the canonical answer to the question that holds what is meant, nil where there is none.
func (c *Case) answerTo(m programme.Meaning) any {
	if c.version == nil {
		return nil
	}
	v, _ := c.Answer(c.version.Meant(m))
	return v
}

// Asked is the amount the answers ask for, in yen; false where the programme asks for none or nothing is answered.
func (c *Case) Asked() (int64, bool) {
	yen, ok := c.answerTo(programme.MeansRequested).(int64)
	return yen, ok
}

// Period is when the project takes place, as answered.
func (c *Case) Period() (form.Period, bool) {
	p, ok := c.answerTo(programme.MeansPeriod).(form.Period)
	return p, ok
}

// Reported are the cost lines of the final report.
func (c *Case) Reported() []form.Row { return form.Rows(c.answerTo(programme.MeansActual)) }

// Fund names the budget the case draws on. The demonstration has budgets of its own.
func (c *Case) Fund() string {
	if c.Demo {
		return Sample + c.Programme
	}
	return c.Programme
}

// Sample begins the name of a budget of the demonstration.
const Sample = ledger.Sample

// Correction is the return that is open now, or nil.
func (c *Case) Correction() *Return {
	if n := len(c.Returns); n > 0 && c.Returns[n-1].Done.IsZero() {
		return &c.Returns[n-1]
	}
	return nil
}

// Opened lists the fields open for correction now.
func (c *Case) Opened() []string {
	r := c.Correction()
	if r == nil {
		return nil
	}
	var keys []string
	for _, m := range r.Remarks {
		if !slices.Contains(keys, m.Field) {
			keys = append(keys, m.Field)
		}
	}
	return keys
}

// Member returns the assigned member, or nil.
func (c *Case) Member(person string) *Member {
	for i := range c.Members {
		if c.Members[i].Person == person {
			return &c.Members[i]
		}
	}
	return nil
}

// Judging counts the members without interest, and how many sheets of theirs are in.
func (c *Case) Judging() (members, scored int) {
	for _, m := range c.Members {
		if m.Judges() {
			members++
			if m.Scored() {
				scored++
			}
		}
	}
	return members, scored
}

// Mean is the weighted mean of the sheets that are in, 20–100 in tenths as it is printed (844 = 84.4), 0 when none is.
func (c *Case) Mean(s programme.Screening) int64 {
	return rounded(c.sheets(s))
}

// rounded is the mean of n sheets.
func rounded(sum, n int64) int64 {
	if n == 0 {
		return 0
	}
	return (sum + n/2) / n
}

// sheets are the sum of the sheets that are in, in tenths, and their number: the mean without rounding, on which floor and order rest.
func (c *Case) sheets(s programme.Screening) (sum, n int64) {
	for i := range c.Members {
		if m := &c.Members[i]; m.Judges() && m.Scored() {
			sum += m.Score(s)
			n++
		}
	}
	return sum, n
}

// Score is one member's weighted sum in tenths: Σ weight × mark × 20 / 100.
func (m Member) Score(s programme.Screening) int64 {
	var sum int64
	for _, c := range s.Criteria {
		sum += c.Weight * int64(m.Marks[c.ID])
	}
	return sum * 2
}

// ClockDays counts the business days the processing clock has run until now, net of stops.
func (c *Case) ClockDays(now time.Time, between func(a, b string) int, day func(time.Time) string) int {
	n := 0
	for _, s := range c.Clock {
		to := s.To
		if to.IsZero() {
			to = now
		}
		n += between(day(s.From), day(to))
	}
	return n
}
