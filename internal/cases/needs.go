package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// checkNeeds sees that everything the move asks for was given and makes sense. The fault has everything that is wrong, in the order of the page.
func (d *draft) checkNeeds(m *programme.Move, n *Needs) error {
	n.trim()
	var wrong []*fault.Fault
	for _, need := range m.Needs {
		if need.Required && !n.has(need.ID) && need.ID != "checklist" { // that names each of its items
			wrong = append(wrong, fault.At(need.ID, asked(need), "what", need.Label.In(d.who.Lang), "label", need.Label.In(d.who.Lang)))
			continue
		}
		err := d.checkNeed(m, need, n)
		if err != nil && fault.Of(err) == nil {
			return err
		}
		wrong = append(wrong, fault.All(err)...)
	}
	return fault.Together(wrong)
}

// Wrong lists all that is wrong with what somebody would give with a move, without making it; nothing where the move is not theirs now.
func (s *Store) Wrong(ctx context.Context, who account.Who, id, move string, n Needs) ([]*fault.Fault, error) {
	c, p, err := s.load(ctx, s.DB.Brief(), who, id)
	if err != nil {
		return nil, err
	}
	m := p.Move(move)
	if m == nil || !slices.Contains(m.From, c.State) || !may(who, c, *m) {
		return nil, nil
	}
	d := &draft{Store: s, Case: c, Programme: p, ctx: ctx, who: who, now: s.now()}
	err = d.checkNeeds(m, &n)
	if list := fault.All(err); len(list) > 0 {
		return list, nil
	}
	return nil, err
}

// asked is how a missing answer is asked for: typed, chosen or ticked.
func asked(need programme.Need) string {
	switch {
	case need.ID == "corrected":
		return "form.required_tick"
	case len(need.Options) > 0:
		return "form.required_choice"
	}
	return "cases.need"
}

// NeedMost is how long a text given with a move may be, in characters [our design: two pages of a letter].
const NeedMost = 4000

func (d *draft) checkNeed(m *programme.Move, need programme.Need, n *Needs) error {
	if text := map[string]string{"comment": n.Comment, "opinion": n.Opinion}[need.ID]; utf8.RuneCountInString(text) > NeedMost {
		return fault.At(need.ID, "cases.need_long", "what", need.Label.In(d.who.Lang), "most", lang.Num(NeedMost), "n", lang.Num(int64(utf8.RuneCountInString(text))))
	}
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
		if n.Due != "" && !jp.ValidDate(n.Due) {
			return fault.At("due", "cases.day_unread", "text", n.Due)
		}
		if n.has("due") && n.Due < day(d.now) {
			return fault.At("due", "cases.due_past")
		}
		return d.checkHearing(m, n)
	case "revoked":
		return d.checkRevoked(n)
	case "amount":
		return d.checkAmount(n)
	case "reasonClass":
		if n.has("reasonClass") && !slices.ContainsFunc(need.Options, func(o form.Option) bool { return o.Value == n.ReasonClass }) {
			return fault.At("reasonClass", "cases.need", "what", need.Label.In(d.who.Lang))
		}
	case "payDate":
		if n.has("payDate") && !jp.ValidDate(n.PayDate) {
			return fault.At("payDate", "cases.day_unread", "text", n.PayDate)
		}
		if n.has("payDate") && n.PayDate > day(d.now) {
			return fault.At("payDate", "cases.pay_future")
		}
	case "checklist":
		var open []string
		for _, item := range d.Programme.Checklist() {
			if !slices.Contains(n.Checklist, item.Value) {
				open = append(open, item.Label.In(d.who.Lang))
			}
		}
		if len(open) > 0 {
			return fault.At("checklist", "cases.checklist", "what", strings.Join(open, lang.T(d.who.Lang, "cases.checklist.and")))
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
	now := d.Programme.Evaluate(programme.Input{Now: d.Case.Submitted, Org: d.Case.org(), Answers: d.Case.Answers(), Confirmed: d.Case.confirmed()})
	if max, ok := now.Amounts["maxGrant"]; ok {
		most = min(most, max)
	}
	if *n.Amount <= 0 || *n.Amount > most {
		return fault.At("amount", "cases.amount_above", "max", lang.Num(most))
	}
	if unit := d.Programme.Params["unit"]; unit > 1 && *n.Amount%unit != 0 {
		return fault.At("amount", "cases.amount_unit", "unit", lang.Num(unit))
	}
	return nil
}

// checkAdmitted: one amount per reported line, not above what was claimed, with a reason where it is less.
func (d *draft) checkAdmitted(n *Needs) error {
	rows := d.Case.Reported()
	if len(n.Admitted) != len(rows) {
		return fault.At("admitted", "cases.admitted_rows")
	}
	var wrong []*fault.Fault
	for i, a := range n.Admitted {
		claimed, _ := form.Amount(rows[i])
		at := fmt.Sprintf("admitted.%d", i)
		ordered, _ := rows[i]["ordered"].(string)
		switch {
		case a.Row != i || a.Amount < 0 || a.Amount > claimed:
			wrong = append(wrong, fault.At(at, "cases.admitted_above", "row", i+1, "max", lang.Num(claimed)))
		case a.Amount < claimed && a.Reason == "":
			wrong = append(wrong, fault.At(at, "cases.admitted_reason", "row", i+1))
		case a.Amount > 0 && ordered != "" && ordered < d.Case.DecidedOn && d.Case.tooEarly(d.Programme):
			wrong = append(wrong, fault.At(at, "cases.admitted_early", "row", i+1, "day", lang.DayText(d.Case.DecidedOn)))
		}
	}
	return fault.Together(wrong)
}

// tooEarly reports whether what was ordered before the decision cannot be admitted: the definition has a rule on it, and HQ did not let
// the case pass that rule, with its reason, before the decision (事前着手の承認).
func (c *Case) tooEarly(p *programme.Programme) bool {
	return slices.ContainsFunc(p.Rules, func(r programme.Rule) bool {
		_, allowed := c.Overrides[r.ID]
		return !allowed && strings.Contains(r.Assert, "report.early")
	})
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
	case "received":
		return n.Received != nil
	case "corrected":
		return n.Corrected
	case "revoked":
		return n.Revoked != nil
	}
	return false
}

// NeedIDs are the things a move can ask for; the linter of definitions knows them.
func NeedIDs() []string {
	return []string{"comment", "opinion", "shareable", "remarks", "due", "reasonClass", "amount", "conditions", "checklist", "admitted",
		"payDate", "reference", "received", "corrected", "revoked"}
}
