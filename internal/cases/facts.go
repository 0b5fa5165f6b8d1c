package cases

import (
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/programme"
)

// facts are what guards and due days of a workflow may speak of. Days are ISO texts; "" when there is none yet.
func (s *Store) facts(c *Case, p *programme.Programme, who account.Who, now time.Time) programme.Facts {
	members, scored := c.Judging()
	mean := 0.0
	if sum, n := c.sheets(p.Screening); n > 0 {
		mean = float64(sum) / float64(10*n)
	}
	f := programme.Facts{
		"now": now, "who.role": string(who.Hat.Role), "org.type": c.Org.Type, "org.code": c.Org.Code,
		"case.state": c.State, "case.via": c.Via, "case.twoStep": c.TwoStep, "case.isBranch": c.Org.IsBranch,
		"case.requested": c.Requested, "case.decided": c.Decided, "case.fixed": c.Fixed, "case.paid": c.Paid,
		"case.softOpen": c.softOpen(), "case.members": int64(members), "case.scores": int64(scored),
		"case.mean": mean, "case.before": c.Before, "case.returnedFrom": c.Back, "case.toReturn": c.ToReturn,
		"case.outcome": "", "case.proposed": int64(0), "case.from": "", "case.to": "", "case.end": "", "case.reportDue": "",
		"case.returnDue": "", "case.withdrawBy": c.WithdrawBy, "case.decidedOn": c.DecidedOn, "who.body": who.Hat.Body,
	}
	if !c.Submitted.IsZero() {
		f["case.submitted"] = c.Submitted
	}
	if c.Proposal != nil {
		f["case.outcome"], f["case.proposed"] = c.Proposal.Outcome, c.Proposal.Amount
	}
	if r := c.Correction(); r != nil {
		f["case.returnDue"] = r.Due
	}
	if period, ok := c.answers["p.period"].(form.Period); ok {
		f["case.from"], f["case.to"], f["case.end"] = period.From, period.To, period.To
		f["case.reportDue"] = min(jp.AddDays(period.To, p.Deadlines.ReportDays), p.Call.ReportBy)
	}
	return f
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
	period, ok := c.answers["p.period"].(form.Period)
	if !ok {
		return p.Call.ReportBy
	}
	return min(jp.AddDays(period.To, p.Deadlines.ReportDays), p.Call.ReportBy)
}
