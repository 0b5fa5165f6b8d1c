// Package programme reads programme definitions (事業の定義), checks and compiles them, keeps every published version, and says what
// is open for whom. A programme is data: everything that differs between programmes is in a Definition, nothing in Go.
package programme

import (
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
)

// Definition is one version of one programme for one fiscal year, resolved (common groups merged in). Once published it never
// changes; its identity is Hash, SHA-256 of its RFC 8785 JSON. A case keeps the hash it was drafted on.
type Definition struct {
	Code    string    `json:"programme" yaml:"programme"` // economic-activity-grant
	Number  string    `json:"number" yaml:"number"`       // P01
	Version string    `json:"version" yaml:"version"`     // {FY}.{breaking}.{compatible}
	Schema  int       `json:"schemaVersion" yaml:"schemaVersion"`
	Title   lang.Text `json:"title" yaml:"title"`
	Short   lang.Text `json:"short,omitzero" yaml:"short"`
	Lead    lang.Text `json:"lead" yaml:"lead"`           // one paragraph for the public page
	Pillar  string    `json:"pillar" yaml:"pillar"`       // economy | multicultural | jet | exchange | information | people | offices
	Section string    `json:"section" yaml:"section"`     // desk that owns it: keishin, koushin, kokukyou, tabunka …
	Desk    string    `json:"desk,omitempty" yaml:"desk"` // contact desk of the register; the section's own when empty
	Goals   []string  `json:"goals,omitempty" yaml:"goals"`
	Call    Call      `json:"call" yaml:"call"`
	Basis   []Basis   `json:"basis" yaml:"basis"`
	// Means names the fields the service itself looks for where they are not those of the common groups: what a case is called …
	Means  map[Meaning]string `json:"means,omitempty" yaml:"means"`
	Params Params             `json:"params" yaml:"params"` // named whole numbers the expressions use: params.capAbroad …
	// ParamTitles name the params for people: what an officer reads when next year's call is made.
	ParamTitles map[string]lang.Text `json:"paramTitles,omitempty" yaml:"paramTitles"`
	Forms       []Form               `json:"forms" yaml:"forms"` // application, change, report, bill …
	Rules       []Rule               `json:"rules" yaml:"rules"`
	Amounts     []Amount             `json:"amounts" yaml:"amounts"`
	Settle      []Amount             `json:"settle,omitempty" yaml:"settle"` // fixed, return: over decided, report.* and params
	Payments    Payments             `json:"payments,omitzero" yaml:"payments"`
	Workflow    Workflow             `json:"workflow" yaml:"workflow"`
	Screening   Screening            `json:"screening,omitzero" yaml:"screening"`
	Approval    Approval             `json:"approval,omitzero" yaml:"approval"`
	Joint       Joint                `json:"joint,omitzero" yaml:"joint"`
	Aftercare   Aftercare            `json:"aftercare,omitzero" yaml:"aftercare"`
	Objection   *Objection           `json:"objection,omitempty" yaml:"objection"`
	Letters     []Letter             `json:"letters,omitempty" yaml:"letters"`
	Deadlines   Deadlines            `json:"deadlines,omitzero" yaml:"deadlines"`
	Retention   Retention            `json:"retention,omitzero" yaml:"retention"`
	SelfCheck   []Ask                `json:"selfCheck,omitempty" yaml:"selfCheck"`
	Facts       []Fact               `json:"facts,omitempty" yaml:"facts"` // 制度のあらまし on the public page
	Papers      []Paper              `json:"papers,omitempty" yaml:"papers"`
	Examples    []Example            `json:"examples,omitempty" yaml:"examples"`
	Hash        string               `json:"-" yaml:"-"`

	places map[string]place // where each part was written, while it comes from files
}

// Params are a programme's named whole numbers.
type Params map[string]int64

// Call is the yearly call for applications (募集). Dates are whole JST days; Closes is 必着, to the end of that day.
type Call struct {
	FiscalYear     int      `json:"fiscalYear" yaml:"fiscalYear"` // year of the project, not of the call
	Round          int      `json:"round" yaml:"round"`           // 1, or 2 for 2次募集
	Opens          string   `json:"opens" yaml:"opens"`
	Closes         string   `json:"closes" yaml:"closes"`
	From           string   `json:"from" yaml:"from"` // earliest and latest day of the project
	To             string   `json:"to" yaml:"to"`
	ReportBy       string   `json:"reportBy" yaml:"reportBy"`
	Result         string   `json:"result,omitempty" yaml:"result"` // planned day of the result
	ApplicantTypes []string `json:"applicantTypes" yaml:"applicantTypes"`
	TypesHint      Text     `json:"typesHint,omitzero" yaml:"typesHint"`    // appended to M-C-01 for some types (M-P01-06)
	BranchStep     string   `json:"branchStep" yaml:"branchStep"`           // required | info | none
	Budget         int64    `json:"budget" yaml:"budget"`                   // yen for this call
	State          string   `json:"state,omitempty" yaml:"state"`           // open unless "closed"
	ClosedFrom     string   `json:"closedFrom,omitempty" yaml:"closedFrom"` // programme ended on this day
}

// Text is a hint for one organisation type.
type Text struct {
	Type string    `json:"type" yaml:"type"`
	Text lang.Text `json:"text" yaml:"text"`
}

// Basis is one article a rule rests on: 実施要綱 第3条第2項.
type Basis struct {
	ID    string    `json:"id" yaml:"id"`
	Title lang.Text `json:"title" yaml:"title"`
	Text  lang.Text `json:"text" yaml:"text"` // the rule in words, ours, shown as HTML on the rules page
	Mark  string    `json:"mark,omitempty" yaml:"mark"`
}

// Form is a set of sections filled at one stage: application, change, report, bill.
type Form struct {
	ID       string         `json:"id" yaml:"id"`
	Title    lang.Text      `json:"title" yaml:"title"`
	Paper    string         `json:"paper,omitempty" yaml:"paper"` // 様式1
	Sections []form.Section `json:"sections" yaml:"sections"`
}

// Rule must be true. Severity: E blocks submission, S marks 要確認 and blocks a positive decision until an officer overrides
// with a reason, W warns. Assert is CEL. Message may hold {name} placeholders: amounts, answers by key, params, call dates, or
// the entries of With (name → CEL).
type Rule struct {
	ID       string            `json:"id" yaml:"id"`
	Severity string            `json:"severity" yaml:"severity"`
	Form     string            `json:"form,omitempty" yaml:"form"` // application unless said
	On       []string          `json:"on,omitempty" yaml:"on"`     // fields the message stands at
	Basis    string            `json:"basis,omitempty" yaml:"basis"`
	Title    lang.Text         `json:"title,omitzero" yaml:"title"` // what must be true, in words
	Assert   string            `json:"assert" yaml:"assert"`
	When     string            `json:"when,omitempty" yaml:"when"`
	With     map[string]string `json:"with,omitempty" yaml:"with"`
	Message  lang.Text         `json:"message" yaml:"message"`
	Unsure   lang.Text         `json:"unsure,omitzero" yaml:"unsure"`  // said while the rule cannot be told; Title unless given
	Early    bool              `json:"early,omitempty" yaml:"early"`   // worth telling before filling (finder, self-check)
	Settle   bool              `json:"settle,omitempty" yaml:"settle"` // looked at again with the admitted costs; then it only flags
}

// Amount is a named sum with a spoken explanation: Say may hold {name} placeholders as in Rule.Message. SayNoCap is said instead of Say where
// an amount is fixed without knowing the cap, which the answers of the application give.
type Amount struct {
	Name  string            `json:"name" yaml:"name"`
	Title lang.Text         `json:"title" yaml:"title"`
	Expr  string            `json:"expr" yaml:"expr"`
	With  map[string]string `json:"with,omitempty" yaml:"with"`
	Say   lang.Text         `json:"say" yaml:"say"`
	Basis string            `json:"basis,omitempty" yaml:"basis"`

	SayNoCap lang.Text `json:"sayNoCap,omitzero" yaml:"sayNoCap"`
}

// Workflow is the states a case can be in and the moves between them (W-GRANT and others, domain.md §4.0.6).
type Workflow struct {
	ID     string    `json:"id" yaml:"id"`
	States []State   `json:"states" yaml:"states"`
	Steps  []Station `json:"steps,omitempty" yaml:"steps"` // stations of the span from application to payment
	Moves  []Move    `json:"moves" yaml:"moves"`
}

// Station is one stop of the span shown to everybody, from application to payment.
type Station struct {
	ID    string    `json:"id" yaml:"id"`
	Title lang.Text `json:"title" yaml:"title"`
}

// State is where a case stands and who has the ball.
type State struct {
	ID      string    `json:"id" yaml:"id"`
	Title   lang.Text `json:"title" yaml:"title"`
	Look    string    `json:"look" yaml:"look"`             // status glyph class of kk.css: "", wait, exam, back, ok, no, end
	Phase   int       `json:"phase" yaml:"phase"`           // 0 with the body · 1 at the branch · 2 at HQ · 3 decided · 4 ended
	Holder  string    `json:"holder" yaml:"holder"`         // staff | approver | branch | officer | chief | committee | finance | none
	Edits   []string  `json:"edits,omitempty" yaml:"edits"` // forms the applicant may fill here
	Opens   bool      `json:"opens,omitempty" yaml:"opens"` // only the fields named in the return are open
	Due     string    `json:"due,omitempty" yaml:"due"`     // CEL giving the day this state is due: "call.closes", "businessDays(now, 5)" …
	Stop    bool      `json:"stop,omitempty" yaml:"stop"`   // the processing clock stands still
	Step    string    `json:"step,omitempty" yaml:"step"`   // station on the span this state belongs to
	End     bool      `json:"end,omitempty" yaml:"end"`
	Aside   bool      `json:"aside,omitempty" yaml:"aside"`     // "@resume" leads back to where the case stood before it came here
	Passing bool      `json:"passing,omitempty" yaml:"passing"` // the case may have to go back from here to where it stood before it stepped aside
}

// Here is the target of a move that only tells somebody: the case stays where it is, with its day.
const Here = "@here"

// Move leads from one of From to To. By are the roles that may; NotBy what they must not also have done ("submitter",
// "drafter" of the proposal, "editor" of the answers in a body of two steps, "decider" of what is objected to). A move is offered at all
// while Offer holds. Guard is CEL over case facts; Refusal says why it failed. Several conditions, each with its own words, stand in
// Guards. Needs are what the person must give
// (names known to package cases); Effects what follows in the same transaction (names known to package cases). To is a state, or where
// the case came from ("@back", "@before", "@resume", "@undone"), or Here.
type Move struct {
	ID      string            `json:"id" yaml:"id"`
	Title   lang.Text         `json:"title" yaml:"title"` // verb on the button
	Done    lang.Text         `json:"done" yaml:"done"`   // sentence in the journal
	From    []string          `json:"from" yaml:"from"`
	To      string            `json:"to,omitempty" yaml:"to"`
	Branch  []Choice          `json:"branch,omitempty" yaml:"branch"` // first Choice whose When holds; "" = otherwise
	By      []string          `json:"by" yaml:"by"`
	NotBy   []string          `json:"notBy,omitempty" yaml:"notBy"`
	Offer   string            `json:"offer,omitempty" yaml:"offer"`
	Guard   string            `json:"guard,omitempty" yaml:"guard"`
	Refusal lang.Text         `json:"refusal,omitzero" yaml:"refusal"`
	Guards  []Guard           `json:"guards,omitempty" yaml:"guards"`
	Form    string            `json:"form,omitempty" yaml:"form"` // form that must be complete and pass its E rules
	Needs   []Need            `json:"needs,omitempty" yaml:"needs"`
	Effects []string          `json:"effects,omitempty" yaml:"effects"`
	Mail    map[string]string `json:"mail,omitempty" yaml:"mail"`       // to whom (applicant, branch, officer, chief, finance) → mail template
	Kind    string            `json:"kind,omitempty" yaml:"kind"`       // primary | plain | grave
	Bulk    bool              `json:"bulk,omitempty" yaml:"bulk"`       // may be made for many cases at once; asks for nothing that differs from case to case
	Auto    string            `json:"auto,omitempty" yaml:"auto"`       // done by the system when this CEL holds (expiry, report due)
	Fills   bool              `json:"fills,omitempty" yaml:"fills"`     // Form may be filled in wherever the move starts
	Reopens bool              `json:"reopens,omitempty" yaml:"reopens"` // may leave an end
}

// Guard is one condition of a move, CEL over case facts, and the words for when it does not hold.
type Guard struct {
	That    string    `json:"that" yaml:"that"`
	Refusal lang.Text `json:"refusal" yaml:"refusal"`
}

// Conditions are all that must hold for a move to be made, in the order in which they are looked at.
func (m Move) Conditions() []Guard {
	if m.Guard == "" {
		return m.Guards
	}
	return append([]Guard{{That: m.Guard, Refusal: m.Refusal}}, m.Guards...)
}

// Choice is one arm of a branching move.
type Choice struct {
	When string `json:"when,omitempty" yaml:"when"`
	To   string `json:"to" yaml:"to"`
}

// Need is one thing a move asks for.
type Need struct {
	ID       string        `json:"id" yaml:"id"` // comment, opinion, shareable, remarks, due, reasonClass, amount, conditions, checklist, admitted, payDate …
	Label    lang.Text     `json:"label" yaml:"label"`
	Required bool          `json:"required,omitempty" yaml:"required"`
	Told     bool          `json:"told,omitempty" yaml:"told"` // of a comment: the body reads it
	Options  []form.Option `json:"options,omitempty" yaml:"options"`
}

// Letter is the template of one official letter (L01 受付通知 …), drawn up by package letter.
type Letter = letter.Template

// Deadlines are working defaults of §4.0.8, in days or business days as named.
type Deadlines struct {
	Reminders    []int `json:"reminders" yaml:"reminders"` // days before a due day: 14, 7, 2, 0
	BranchDays   int   `json:"branchDays" yaml:"branchDays"`
	HQDays       int   `json:"hqDays" yaml:"hqDays"`
	ReturnDays   int   `json:"returnDays" yaml:"returnDays"`
	ReportDays   int   `json:"reportDays" yaml:"reportDays"` // calendar days after the end
	BillDays     int   `json:"billDays" yaml:"billDays"`
	PayDays      int   `json:"payDays" yaml:"payDays"`
	WithdrawDays int   `json:"withdrawDays" yaml:"withdrawDays"`         // days after the decision to withdraw
	ClockDays    int   `json:"clockDays" yaml:"clockDays"`               // standard processing period, business days
	HearingDays  int   `json:"hearingDays,omitempty" yaml:"hearingDays"` // least days a body has for its statement
}

// Retention in years after the end of the fiscal year.
type Retention struct {
	Adopted  int `json:"adopted" yaml:"adopted"`
	Rejected int `json:"rejected" yaml:"rejected"`
	Draft    int `json:"draftMonths" yaml:"draftMonths"`
}

// Ask is one question of the public self-check: answers set field values, then rules with Early decide.
type Ask struct {
	ID      string      `json:"id" yaml:"id"`
	Text    lang.Text   `json:"text" yaml:"text"`
	Options []AskOption `json:"options" yaml:"options"`
	Rules   []string    `json:"rules" yaml:"rules"`
}

// AskOption sets answers (field key → value) or the organisation type ("org.type").
type AskOption struct {
	ID    string         `json:"id" yaml:"id"`
	Label lang.Text      `json:"label" yaml:"label"`
	Set   map[string]any `json:"set" yaml:"set"`
}

// Fact is one line of the outline on the public page. Text may hold {name} placeholders of params and the call; read it by Outline.
type Fact struct {
	Title lang.Text `json:"title" yaml:"title"`
	Text  lang.Text `json:"text" yaml:"text"`
	Basis string    `json:"basis,omitempty" yaml:"basis"`
}

// Paper is a form of the outline: 様式1 申請書.
type Paper struct {
	ID    string    `json:"id" yaml:"id"`
	Title lang.Text `json:"title" yaml:"title"`
	Form  string    `json:"form" yaml:"form"`
}

// Example runs at publish and in `kakehashi check`.
type Example struct {
	Name      string           `json:"name" yaml:"name"`
	At        string           `json:"at,omitempty" yaml:"at"`
	Org       form.Org         `json:"org,omitzero" yaml:"org"`
	Base      string           `json:"base,omitempty" yaml:"base"` // name of an earlier example whose answers, body and moment are taken
	Answers   map[string]any   `json:"answers,omitempty" yaml:"answers"`
	Confirmed map[string]any   `json:"confirmed,omitempty" yaml:"confirmed"`
	History   []map[string]any `json:"history,omitempty" yaml:"history"`
	Unagreed  int64            `json:"unagreed,omitempty" yaml:"unagreed"` // bodies that take part and have not consented
	Settle    map[string]any   `json:"settle,omitempty" yaml:"settle"`
	Want      ExampleWant      `json:"want" yaml:"want"`
}

// ExampleWant: what must come out; absent keys are not looked at.
type ExampleWant struct {
	Verdict string            `json:"verdict,omitempty" yaml:"verdict"`
	Rules   map[string]string `json:"rules,omitempty" yaml:"rules"` // id → pass | fail | unknown
	Amounts map[string]int64  `json:"amounts,omitempty" yaml:"amounts"`
	Fixed   *int64            `json:"fixed,omitempty" yaml:"fixed"`
	Return  *int64            `json:"return,omitempty" yaml:"return"`
	Flags   []string          `json:"flags,omitempty" yaml:"flags"`
}
