package cases

import (
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/jp"
	"kakehashi/internal/programme"
)

// situation is what guards and due days of a workflow may speak of: a case, who acts and when. A fact is worked out when it is asked for.
type situation struct {
	c   *Case
	p   *programme.Programme
	who account.Who
	now time.Time
}

func (s *Store) facts(c *Case, p *programme.Programme, who account.Who, now time.Time) programme.Situation {
	return &situation{c, p, who, now}
}

// Fact is one of them; "" is a day or a text there is none of yet.
func (s *situation) Fact(name string) (any, bool) {
	c := s.c
	switch name {
	case "now":
		return s.now, true
	case "who.role":
		return string(s.who.Hat.Role), true
	case "who.body":
		return s.who.Hat.Body, true
	case "org.type":
		return c.Org.Type, true
	case "org.code":
		return c.Org.Code, true
	case "case.state":
		return c.State, true
	case "case.via":
		return c.Via, true
	case "case.twoStep":
		return c.TwoStep && !s.who.Enters(), true // on paper the body has signed already
	case "case.isBranch":
		return c.Org.IsBranch, true
	case "case.softOpen":
		return c.softOpen(), true
	case "case.before":
		return c.Before, true
	case "case.returnedFrom":
		return c.Back, true
	case "case.submitted":
		return c.Submitted, !c.Submitted.IsZero()
	}
	if sum, ok := s.sum(name); ok {
		return sum, true
	}
	if fact, ok := c.moneyFact(name, s.p, day(s.now)); ok {
		return fact, true
	}
	if fact, ok := c.proceedingFact(name, s.p); ok {
		return fact, true
	}
	return s.outcome(name)
}

// sum is a fact that is a number: yen, or a count.
func (s *situation) sum(name string) (any, bool) {
	c := s.c
	switch name {
	case "case.requested":
		return c.Requested, true
	case "case.decided":
		return c.Decided, true
	case "case.fixed":
		return c.Fixed, true
	case "case.paid":
		return c.Paid, true
	case "case.toReturn":
		return c.ToReturn, true
	case "case.unagreed":
		return c.Unagreed(s.p), true
	case "case.members", "case.scores":
		members, scored := c.Judging()
		if name == "case.scores" {
			return int64(scored), true
		}
		return int64(members), true
	case "case.mean":
		if sum, n := c.sheets(s.p.Screening); n > 0 {
			return float64(sum) / float64(10*n), true
		}
		return 0.0, true
	case "case.proposed":
		if c.Proposal != nil {
			return c.Proposal.Amount, true
		}
		return int64(0), true
	}
	return nil, false
}

// outcome is a fact about what was decided, or a day, as an ISO day.
func (s *situation) outcome(name string) (any, bool) {
	c := s.c
	switch name {
	case "case.outcome":
		if c.Proposal != nil {
			return c.Proposal.Outcome, true
		}
	case "case.returnDue":
		if r := c.Correction(); r != nil {
			return r.Due, true
		}
	case "case.withdrawBy":
		return c.WithdrawBy, true
	case "case.decidedOn":
		return c.DecidedOn, true
	case "case.from", "case.to", "case.end", "case.reportDue":
		period, ok := c.Period()
		switch {
		case !ok:
		case name == "case.reportDue":
			return c.ReportDue(s.p), true
		case name == "case.from":
			return period.From, true
		default:
			return period.To, true
		}
	default:
		return nil, false
	}
	return "", true
}

// softOpen counts the S rules of the last submission that failed and that no officer has settled with a reason.
func (c *Case) softOpen() int64 {
	if c.Evaluation == nil {
		return 0
	}
	var n int64
	for _, r := range c.Evaluation.Rules {
		if r.Severity == "S" && r.Outcome == "fail" {
			if _, ok := c.Overrides[r.ID]; !ok {
				n++
			}
		}
	}
	return n
}

// ReportDue is the day the final report is due: days after the end, and not later than the call's own day.
func (c *Case) ReportDue(p *programme.Programme) string {
	period, ok := c.Period()
	if !ok {
		return p.Call.ReportBy
	}
	return min(jp.AddDays(period.To, p.Deadlines.ReportDays), p.Call.ReportBy)
}
