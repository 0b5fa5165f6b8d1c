package programme

import (
	"cmp"
	"fmt"
	"slices"

	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

// Screening is the sheet of the committee and how it works (§4.0.9).
type Screening struct {
	Members   int         `json:"members" yaml:"members"`               // least number without interest
	Seats     int         `json:"seats,omitempty" yaml:"seats"`         // how many are asked for each case; Members unless said
	Floor     int64       `json:"floor" yaml:"floor"`                   // of 100, for adoption
	Blind     bool        `json:"blind,omitempty" yaml:"blind"`         // members do not learn whose application it is before the decision
	Expertise string      `json:"expertise,omitempty" yaml:"expertise"` // field of the application whose answer names the subject a member should know
	Spread    int64       `json:"spread,omitempty" yaml:"spread"`       // points of 100 between two sheets from which a case is talked over
	Outlier   int64       `json:"outlier,omitempty" yaml:"outlier"`     // distance of a mark from the median at which the secretary sees it; 2 unless said
	TieBreak  []string    `json:"tieBreak,omitempty" yaml:"tieBreak"`   // what decides between equal scores, first to last: criterion, own, arrival
	Disclose  string      `json:"disclose,omitempty" yaml:"disclose"`   // what the body reads of its marks once it is told the decision: "" nothing, mean, criteria
	Conflicts Conflicts   `json:"conflicts,omitzero" yaml:"conflicts"`
	Criteria  []Criterion `json:"criteria" yaml:"criteria"`
}

// Conflicts say which ties of a person to the applicant bar them, beside what they declare. The applicant itself always does.
type Conflicts struct {
	Area      bool `json:"area,omitempty" yaml:"area"`           // a home body of the applicant's prefecture
	PostYears int  `json:"postYears,omitempty" yaml:"postYears"` // a post at the applicant that ended less than so many years ago
}

// Criterion is scored 1–5; weights sum to 100. Anchors say what a mark means.
type Criterion struct {
	ID      string    `json:"id" yaml:"id"`
	Title   lang.Text `json:"title" yaml:"title"`
	Weight  int64     `json:"weight" yaml:"weight"`
	Help    lang.Text `json:"help,omitzero" yaml:"help"`
	Anchors []Anchor  `json:"anchors,omitempty" yaml:"anchors"`
}

// Anchor is what one mark of a criterion means.
type Anchor struct {
	Mark int       `json:"mark" yaml:"mark"`
	Text lang.Text `json:"text" yaml:"text"`
}

// What decides between equal scores.
const (
	TieByCriterion = "criterion" // the criteria by weight
	TieByOwnShare  = "own"       // the higher share of own money
	TieByArrival   = "arrival"   // the earlier arrival
)

var tieBreaks = []string{TieByCriterion, TieByOwnShare, TieByArrival}

// What a body can be told of its marks.
const (
	DiscloseMean     = "mean"     // the mean beside the floor
	DiscloseCriteria = "criteria" // and the mean of each criterion
)

var discloses = []string{DiscloseMean, DiscloseCriteria}

// Ties are the rules of TieBreak, or the usual order when the definition gives none.
func (s Screening) Ties() []string {
	if len(s.TieBreak) == 0 {
		return tieBreaks
	}
	return s.TieBreak
}

// ByWeight are the criteria, the weightiest first.
func (s Screening) ByWeight() []Criterion {
	list := slices.Clone(s.Criteria)
	slices.SortStableFunc(list, func(a, b Criterion) int { return cmp.Compare(b.Weight, a.Weight) })
	return list
}

// Asked is how many members are asked to score a case.
func (s Screening) Asked() int { return max(s.Seats, s.Members) }

// Far is the distance of a mark from the median at which the secretary sees it.
func (s Screening) Far() float64 {
	if s.Outlier == 0 {
		return 2
	}
	return float64(s.Outlier)
}

// panels checks what the definition says of the committee's work beside its criteria.
func (c *compiler) panels() {
	s := c.p.Screening
	for _, t := range s.TieBreak {
		if !slices.Contains(tieBreaks, t) {
			c.fail("screening.tieBreak", say("lint.tie_break", "a", t), rule.Nearest(t, tieBreaks))
		}
	}
	if s.Disclose != "" && !slices.Contains(discloses, s.Disclose) {
		c.fail("screening.disclose", say("lint.disclose", "a", s.Disclose), rule.Nearest(s.Disclose, discloses))
	}
	if s.Expertise != "" {
		if _, _, _, ok := c.p.Field(s.Expertise); !ok {
			c.fail("screening.expertise", say("lint.no_field", "a", s.Expertise), rule.Nearest(s.Expertise, c.keys()))
		}
	}
	if s.Seats != 0 && s.Seats < s.Members {
		c.fail("screening.seats", say("lint.seats", "a", fmt.Sprint(s.Seats), "b", fmt.Sprint(s.Members)), "")
	}
	for _, k := range s.Criteria {
		for i, a := range k.Anchors {
			at := fmt.Sprintf("screening.criteria.%s.anchors.%d", k.ID, i)
			if a.Mark < 1 || a.Mark > 5 {
				c.fail(at+".mark", say("lint.marks"), "")
			}
			c.both(at+".text", a.Text)
		}
	}
}
