package programme

// Tri is an answer in three values: what holds, what does not, and what cannot be told yet (未判定).
type Tri int8

const (
	Untold Tri = iota
	No
	Yes
)

// Outcomes of a rule in an Evaluation.
const (
	Pass    = "pass"
	Fail    = "fail"
	Unknown = "unknown"
)

// Verdicts of an Evaluation, in the order in which they are decided.
const (
	Refused      = "refused"      // an E rule fails
	Undetermined = "undetermined" // an E rule cannot be told yet
	Flagged      = "flagged"      // an S rule fails: 要確認
	Eligible     = "eligible"
)
