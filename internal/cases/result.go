package cases

import (
	"kakehashi/internal/account"
	"kakehashi/internal/programme"
)

// Result is what a body may read of the marks of its own case once it has been told the decision (得点の開示): means, never a sheet and
// never who gave it. Sums are in tenths of a point of 100.
type Result struct {
	Sheets   int64
	Mean     int64
	Criteria []CriterionMean // where the definition tells them
}

// CriterionMean is the mean of one criterion, in tenths of a mark of 1 to 5.
type CriterionMean struct {
	Criterion programme.Criterion
	Mean      int64
}

// Result is nil for everybody but the body itself, before the decision is told, and where the definition tells nothing.
func (c *Case) Result() *Result { return c.result }

// resultFor works the result out while the sheets are still there. One sheet alone would be a member's own marks: there is no result then.
func (c *Case) resultFor(who account.Who, p *programme.Programme) *Result {
	s := p.Screening
	if s.Disclose == "" || c.Phase < 3 || c.ScoresHash == "" || !who.Is(staff...) || who.BodyID() != c.Org.Code {
		return nil
	}
	sum, n := c.sheets(s)
	if n < 2 {
		return nil
	}
	r := &Result{Sheets: n, Mean: rounded(sum, n)}
	if s.Disclose != programme.DiscloseCriteria {
		return r
	}
	for _, k := range s.Criteria {
		var marks int64
		for i := range c.Members {
			if m := &c.Members[i]; m.Judges() && m.Scored() {
				marks += int64(m.Marks[k.ID]) * 10
			}
		}
		r.Criteria = append(r.Criteria, CriterionMean{k, rounded(marks, n)})
	}
	return r
}
