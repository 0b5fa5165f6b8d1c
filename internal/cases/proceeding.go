package cases

import (
	"cmp"
	"fmt"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/letter"
	"kakehashi/internal/programme"
)

// Proceeding is what is taken up against a case after its decision, by headquarters or by the body: why, until when the body may answer,
// and how it ended. Days are ISO days in JST, sums whole yen.
type Proceeding struct {
	N        int      `json:"n"`
	Kind     string   `json:"kind"` // revoke (取消し) | objection (不服の申出) | suspend (停止命令) | order (是正命令)
	On       string   `json:"on"`
	Due      string   `json:"due,omitempty"` // last day for the body to answer or to obey
	Class    string   `json:"class,omitempty"`
	Reason   string   `json:"reason"`
	Amount   int64    `json:"amount,omitempty"`   // of the award that is to be revoked
	From     string   `json:"from,omitempty"`     // state the case stood in
	Letter   string   `json:"letter,omitempty"`   // the decision objected to
	Barred   []string `json:"barred,omitempty"`   // who decided it, and cannot decide on the objection
	Answered string   `json:"answered,omitempty"` // day on which the body's statement came
	Closed   string   `json:"closed,omitempty"`
	Outcome  string   `json:"outcome,omitempty"`
	Answer   string   `json:"answer,omitempty"` // why it ended so, as the body reads it
}

// Kinds of proceedings.
const (
	Revocation  = "revoke"
	Objecting   = "objection"
	Suspension  = "suspend"
	Rectifying  = "order"
	superseding = "superseded"
)

// Proceeding is the newest one that has not ended, or nil.
func (c *Case) Proceeding() *Proceeding {
	for i := len(c.Proceedings) - 1; i >= 0; i-- {
		if c.Proceedings[i].Closed == "" {
			return &c.Proceedings[i]
		}
	}
	return nil
}

// Award is what the body may still expect or keep, in yen: the amount decided, or once it is fixed that, without what was revoked.
func (c *Case) Award() int64 {
	if c.settled() {
		return c.Fixed
	}
	return max(0, c.Decided-c.Revoked)
}

// barred reports whether the person decided what the body now objects to.
func (c *Case) barred(person string) bool {
	p := c.Proceeding()
	return p != nil && slices.Contains(p.Barred, person)
}

// Objectable is the newest letter the body may object to and has not objected to yet, with the last day for it; "" when there is none.
func (c *Case) Objectable(p *programme.Programme) (ref LetterRef, until string) {
	for _, l := range slices.Backward(c.Letters) {
		if until := p.Objection.Until(l.Kind, l.Day); until != "" {
			if slices.ContainsFunc(c.Proceedings, func(x Proceeding) bool { return x.Letter == l.ID }) {
				return LetterRef{}, ""
			}
			return l, until
		}
	}
	return LetterRef{}, ""
}

// proceedingFact is what guards may say about proceedings.
func (c *Case) proceedingFact(name string, p *programme.Programme) (any, bool) {
	open := c.Proceeding()
	switch name {
	case "case.award":
		return c.Award(), true
	case "case.revoking":
		if c.Proposal != nil && c.Proposal.Outcome == "revoke" {
			return c.Proposal.Amount, true
		}
		return int64(0), true
	case "case.proceeding":
		if open != nil {
			return open.Kind, true
		}
		return "", true
	case "case.hearingBy":
		if open != nil {
			return open.Due, true
		}
		return "", true
	case "case.assets":
		return int64(len(c.Assets(p))), true
	case "case.assetsUntil":
		return c.heldUntil(p), true
	case "case.resume":
		return c.Resume, true
	case "case.revoked":
		return c.Revoked, true
	case "case.against":
		return c.against(), true
	case "case.objectable", "case.objectBy":
		_, until := c.Objectable(p)
		if name == "case.objectBy" {
			return until, true
		}
		return until != "", true
	}
	return nil, false
}

// against is the kind of the letter that the newest objection is about.
func (c *Case) against() string {
	for _, p := range slices.Backward(c.Proceedings) {
		if i := slices.IndexFunc(c.Letters, func(l LetterRef) bool { return l.ID == p.Letter }); i >= 0 {
			return c.Letters[i].Kind
		}
	}
	return ""
}

// proceed opens a proceeding with what the move asked for, or with the words of the proposal that is approved; an objection with what the
// body's form says, against the newest decision.
func (d *draft) proceed(kind string, data *Data, act Act) error {
	c, n := d.Case, act.Needs
	p := Proceeding{N: len(c.Proceedings) + 1, Kind: kind, On: d.today(), Due: n.Due, Class: n.ReasonClass, Reason: n.Comment, From: cmp.Or(c.Resume, c.State)}
	if n.Revoked != nil {
		p.Amount = *n.Revoked
	}
	if data.Approval != nil {
		if err := d.asProposed(&p); err != nil {
			return err
		}
	}
	if kind == Objecting {
		ref, until := c.Objectable(d.Programme)
		if until == "" {
			return fault.New(fault.Refused, "cases.nothing_to_object")
		}
		p.Letter = ref.ID
		p.Reason, _ = c.Answers()[d.Programme.Objection.Reason].(string)
		var err error
		if p.Barred, err = d.deciders(ref.ID); err != nil {
			return err
		}
	}
	data.Proceedings = append(data.Proceedings, p)
	return nil
}

// asProposed takes the words of the approved proposal. Days went by since it was drafted: a day that has come too near for the body is
// refused, and so is more than it still may keep.
func (d *draft) asProposed(p *Proceeding) error {
	x := d.Case.Proposal
	p.Class, p.Reason, p.Due, p.Amount = x.ReasonClass, x.Reason, x.Due, x.Amount
	first := d.today()
	if p.Kind == Revocation {
		first = jp.AddDays(first, d.Programme.Deadlines.HearingDays)
	}
	switch {
	case p.Due < first:
		return fault.New(fault.Conflict, "cases.proposed_due", "day", p.Due, "first", first)
	case p.Amount > d.Case.Award():
		return fault.New(fault.Conflict, "cases.revoked_most", "max", lang.Num(d.Case.Award()))
	}
	return nil
}

// stated notes that the body's statement came.
func (d *draft) stated(data *Data) {
	if open := d.Case.Proceeding(); open != nil {
		next := *open
		next.Answered = d.today()
		data.Proceedings = append(data.Proceedings, next)
	}
}

// conclude ends every proceeding that is open: the newest with the outcome, those before it as overtaken. The reason is the proposal's when
// one was approved, else that of the move.
func (d *draft) conclude(outcome string, data *Data) {
	newest := d.Case.Proceeding()
	for _, p := range d.Case.Proceedings {
		if p.Closed != "" {
			continue
		}
		if p.Closed, p.Outcome = d.today(), superseding; p.N == newest.N {
			p.Outcome = outcome
			if d.Case.Proposal != nil && data.Approval != nil {
				p.Answer = d.Case.Proposal.Reason
			}
			if data.Needs != nil {
				p.Answer = cmp.Or(data.Needs.Comment, p.Answer)
			}
		}
		data.Proceedings = append(data.Proceedings, p)
	}
}

// applyProceedings folds what a move did to proceedings.
func (c *Case) applyProceedings(d *Data) {
	if len(d.Proceedings) > 0 {
		c.Proceedings = slices.Clone(c.Proceedings)
	}
	for _, p := range d.Proceedings {
		if i := slices.IndexFunc(c.Proceedings, func(x Proceeding) bool { return x.N == p.N }); i >= 0 {
			c.Proceedings[i] = p
		} else {
			c.Proceedings = append(c.Proceedings, p)
		}
	}
	if d.Disposal != nil {
		c.Disposals = append(slices.Clone(c.Disposals), *d.Disposal)
	}
	switch d.Aside {
	case "set":
		c.Resume = d.From
	case "clear":
		c.Resume = ""
	}
}

// Hears reports whether a move sets the day until which a body is heard on a revocation: it gives the notice, or proposes it.
func Hears(m *programme.Move) bool {
	return slices.Contains(m.Effects, "proceed:"+Revocation) || slices.Contains(m.Effects, "outcome:notice")
}

// checkHearing: whoever is heard has so many days for the answer as the definition says.
func (d *draft) checkHearing(m *programme.Move, n *Needs) error {
	least := d.Programme.Deadlines.HearingDays
	if Hears(m) && n.Due < jp.AddDays(d.today(), least) {
		return fault.At("due", "cases.hearing_days", "n", least, "day", lang.DayText(jp.AddDays(d.today(), least)))
	}
	return nil
}

// checkRevoked: some of the award, and no more than all of it.
func (d *draft) checkRevoked(n *Needs) error {
	if most := d.Case.Award(); n.Revoked != nil && (*n.Revoked <= 0 || *n.Revoked > most) {
		return fault.At("revoked", "cases.revoked_most", "max", lang.Num(most))
	}
	return nil
}

// revoke takes back what the proposal says of the award: what was not paid is released, what was paid is demanded back with the interest
// the definition adds for this cause.
func (d *draft) revoke(held ledger.Purses, data *Data) ([]ledger.Movement, error) {
	c := d.Case
	if c.Proposal == nil || c.Proposal.Outcome != "revoke" {
		return nil, fault.New(fault.Conflict, "cases.nothing_proposed")
	}
	n := c.Proposal.Amount
	if n > c.Award() {
		return nil, fault.New(fault.Conflict, "cases.revoked_most", "max", lang.Num(c.Award()))
	}
	list := held.Revoke(n)
	sum := c.Revoked + n
	if data.Revoked = &sum; c.settled() {
		left := c.Fixed - n
		data.Fixed = &left
	}
	back := int64(0)
	for _, m := range list {
		if m.Kind == ledger.KindDemand {
			back += m.Amount
		}
	}
	if back > 0 {
		total := c.ToReturn + back
		data.ToReturn, data.Claim = &total, d.demand(programme.CauseRevoked, back)
	}
	return list, nil
}

// proceedingFacts tells letters about proceedings: reasons, what is revoked, until when one may object.
func (d *draft) proceedingFacts(f map[string]string, c *Case, data *Data, t *letter.Template) {
	f["object_by"] = d.Programme.Objection.Until(t.ID, day(d.now))
	if data.Claim != nil {
		f["return_yen"], f["return_due"] = fmt.Sprint(data.Claim.Amount), data.Claim.Due
	}
	if data.Revoked != nil {
		f["revoked_yen"] = fmt.Sprint(*data.Revoked - d.Case.Revoked)
	}
	if x := data.Disposal; x != nil {
		f["asset"], f["asset_until"], f["disposal"] = x.Item, x.Until, x.How
	}
	if len(data.Proceedings) == 0 {
		return
	}
	p := data.Proceedings[len(data.Proceedings)-1]
	switch {
	case p.Closed == "":
		f["reason_class"], f["reason_text"] = d.Programme.ReasonClass(p.Class).JA, p.Reason
		if p.Due != "" {
			f["due"] = p.Due
		}
	case p.Answer != "":
		f["reason_text"] = p.Answer
	}
	f["statement_on"] = p.Answered
	if p.Amount > 0 && data.Revoked == nil {
		f["revoked_yen"] = fmt.Sprint(p.Amount)
	}
	for _, l := range c.Letters {
		if l.ID == p.Letter {
			f["objected_on"], f["objected_letter"] = p.On, jp.Wareki(l.Day)+"付け"+l.Number
		}
	}
}

// redactProceedings hides who may not decide from all but headquarters, and proceedings from bodies that only take part and committees.
func (c *Case) redactProceedings(who account.Who) {
	switch {
	case len(c.Proceedings) == 0, who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor), who.Person == System.Person:
		return
	case who.Is(account.RoleCommittee), who.Is(staff...) && who.BodyID() != c.Org.Code:
		c.Proceedings = nil
		return
	}
	c.Proceedings = slices.Clone(c.Proceedings)
	for i := range c.Proceedings {
		c.Proceedings[i].Barred = nil
	}
}
