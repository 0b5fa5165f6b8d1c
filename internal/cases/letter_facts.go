package cases

import (
	"fmt"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
)

// letterFacts are the closed list of facts letters may speak of: days as ISO days, sums as whole yen.
func (d *draft) letterFacts(t *letter.Template, c *Case, data *Data, head Letterhead, number string) (map[string]string, map[string][]string) {
	p := d.Programme
	f := map[string]string{
		"case_number": c.Number, "letter_number": number, "date": day(d.now), "applicant_name": c.Org.Name, "applicant_head": c.Org.Head,
		"programme": p.Title.JA, "guideline": p.Title.JA + "実施要綱", "fiscal_year": strings.TrimSuffix(lang.FiscalYear(lang.JA, c.FiscalYear), fmt.Sprintf("（%d年度）", c.FiscalYear)),
		"title": c.Title(), "branch_name": c.Org.BranchName, "branch_head": "支部長", "sender_org": head.Body, "sender_head": head.Head,
		"submitted_on": day(c.Submitted), "received_at": jp.Wareki(day(c.Submitted)) + c.Submitted.In(jp.JST).Format(" 15時04分"), "report_due": c.ReportDue(p),
		"report_days": fmt.Sprint(p.Deadlines.ReportDays), "keep_years": fmt.Sprint(p.Retention.Adopted), "change_percent": fmt.Sprint(p.Params["changePercent"]),
		"withdraw_by": c.WithdrawBy, "decided_on": c.DecidedOn, "paid_on": c.PaidOn,
	}
	f["partners"] = c.partnerNames(p)
	if in := c.Entered(); in != nil {
		f["received_at"] = jp.Wareki(in.Day)
		f["intake"] = lang.T(lang.JA, "cases.intake.letter", "channel", lang.T(lang.JA, "cases.intake.by."+in.Channel), "day", jp.Wareki(day(in.At)))
	}
	for name, yen := range map[string]int64{"requested_yen": c.Requested, "decided_yen": c.Decided, "fixed_yen": c.Fixed} {
		if yen > 0 {
			f[name] = fmt.Sprint(yen)
		}
	}
	d.paymentFacts(f, c)
	if period, ok := c.Period(); ok {
		f["period_from"], f["period_to"] = period.From, period.To
	}
	if d.sender.section.ID != "" {
		f["section"], f["desk_phone"] = d.sender.section.Full(lang.JA), d.sender.section.Phone
	}
	f["branch_phone"] = d.sender.branchPhone
	if d.who.Is(account.RoleBranch) {
		f["desk"] = "branch"
	}
	lists := map[string][]string{"conditions": c.Conditions}
	for _, l := range c.Letters {
		if l.Kind == "L02" {
			f["decided_number"] = l.Number
		}
	}
	d.needFacts(f, lists, data.Needs, c)
	d.proceedingFacts(f, c, data, t)
	d.amountFacts(f, c)
	for _, file := range c.files(p, "application") {
		lists["files"] = append(lists["files"], file.Name+"\nSHA-256 "+file.SHA256)
	}
	return f, lists
}

// needFacts adds what the person gave with the move, or gave with the proposal that is now decided.
func (d *draft) needFacts(f map[string]string, lists map[string][]string, n *Needs, c *Case) {
	if c.Proposal != nil {
		f["reason_class"], f["reason_text"] = d.Programme.ReasonClass(c.Proposal.ReasonClass).JA, c.Proposal.Reason
	}
	if c.Opinion != nil {
		f["opinion"] = c.Opinion.Text
	}
	for name, at := range c.asked() {
		f[name] = day(at)
	}
	asked := "ch.reason"
	if c.FormsIn["stop"].After(c.FormsIn["change"]) {
		asked = "st.reason"
	}
	if s, ok := d.Case.Answers()[asked].(string); ok {
		f["change_text"] = s
	}
	d.changeFacts(f, lists)
	if n == nil {
		return
	}
	f["due"] = n.Due
	for _, r := range n.Remarks {
		lists["remarks"] = append(lists["remarks"], fmt.Sprintf("「%s」（%s）：%s", d.label(r.Field), r.Kind, r.Text))
	}
}

// asked gives the days on which the body last asked for a change, reported and billed.
func (c *Case) asked() map[string]time.Time {
	out := map[string]time.Time{}
	for k, v := range map[string]string{"changed_on": "change", "reported_on": "report", "billed_on": "bill"} {
		if t, ok := c.FormsIn[v]; ok {
			out[k] = t
		}
	}
	if t := c.FormsIn["stop"]; t.After(out["changed_on"]) {
		out["changed_on"] = t // a stop is asked for like a change
	}
	return out
}

// amountFacts adds the spoken steps of the sums.
func (d *draft) amountFacts(f map[string]string, c *Case) {
	if c.Evaluation == nil {
		return
	}
	var lines []string
	for _, s := range c.Evaluation.Steps {
		if s.Text.JA != "" {
			lines = append(lines, s.Text.JA)
		}
		if s.Name == "cap" {
			f["cap"] = s.Text.JA
		}
	}
	if max, ok := c.Evaluation.Amounts["maxGrant"]; ok && c.Decided > 0 && c.Decided < max {
		lines = append(lines, "審査により "+lang.Yen(lang.JA, c.Decided))
	}
	f["calc"] = strings.Join(lines, "\n")
	if len(c.Admitted) == 0 {
		return
	}
	var steps []string
	for _, s := range c.Settlement(d.Programme, c.Admitted).Steps {
		if s.Text.JA != "" && s.Value != 0 {
			steps = append(steps, s.Text.JA)
		}
	}
	f["settle_calc"] = strings.Join(steps, "\n")
}

func (d *draft) label(key string) string {
	if f, _, _, ok := d.Programme.Field(key); ok {
		return f.Label.JA
	}
	return key
}
