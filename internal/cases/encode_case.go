package cases

import (
	"encoding/json"
	"reflect"
	"sync"

	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
)

// texts are buffers that were written in; a document grows to several thousand bytes.
var texts = sync.Pool{New: func() any { b := make(jsonText, 0, 16<<10); return &b }}

// encoded is the JSON text of an object.
func encoded[T any](v *T, members func(*jsonText, *T)) (out string) {
	b := texts.Get().(*jsonText)
	*b = append((*b)[:0], '{')
	members(b, v)
	*b = append(*b, '}')
	out = string(*b)
	texts.Put(b)
	return out
}

// document is the case as it is stored, what encoding/json would write.
func (c *Case) document() string {
	if !byHand {
		return marshalled[string](c)
	}
	return encoded(c, caseMembers)
}

// text is what the event says as it is stored and hashed.
func (d *Data) text() []byte {
	if !byHand {
		return marshalled[[]byte](d)
	}
	return []byte(encoded(d, dataMembers))
}

func marshalled[S string | []byte](v any) S {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // an answer is JSON by the time it is in a case
	}
	return S(b)
}

// byHand reports whether the types have as many members as are written here. While one was added and not yet put in here, nothing is
// lost: encoding/json writes until it is, and the test says so.
var byHand = func() bool {
	for t, n := range map[reflect.Type]int{
		reflect.TypeFor[Case](): 68, reflect.TypeFor[Data](): 60, reflect.TypeFor[Needs](): 15, reflect.TypeFor[OrgRef](): 10,
		reflect.TypeFor[Return](): 8, reflect.TypeFor[Remark](): 3, reflect.TypeFor[Opinion](): 4, reflect.TypeFor[Settled](): 4,
		reflect.TypeFor[Member](): 8, reflect.TypeFor[Approval](): 8, reflect.TypeFor[Proposal](): 8, reflect.TypeFor[Judged](): 4, reflect.TypeFor[programme.Outcome](): 10,
		reflect.TypeFor[programme.Step](): 6, reflect.TypeFor[Admit](): 3, reflect.TypeFor[Span](): 2, reflect.TypeFor[LetterRef](): 7,
		reflect.TypeFor[Advance](): 5, reflect.TypeFor[Payment](): 5, reflect.TypeFor[Claim](): 11, reflect.TypeFor[Receipt](): 5,
		reflect.TypeFor[Origin](): 2, reflect.TypeFor[Tax](): 2,
		reflect.TypeFor[ledger.Movement](): 6, reflect.TypeFor[ledger.Purse](): 8, reflect.TypeFor[lang.Text](): 2,
	} {
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				n--
			}
		}
		if n != 0 {
			return false
		}
	}
	return true
}()

// rare writes what few cases have, by encoding/json.
func rare(b *jsonText, name string, there bool, v any) {
	if there {
		b.key(name)
		*b = append(*b, marshalled[[]byte](v)...)
	}
}

func caseMembers(b *jsonText, c *Case) {
	b.text("id", c.ID)
	b.textIf("number", c.Number)
	b.text("programme", c.Programme)
	b.text("definition", c.Definition)
	b.number("fiscal_year", int64(c.FiscalYear))
	b.text("section", c.Section)
	object(b, "org", &c.Org, orgMembers)
	b.text("via", c.Via)
	b.truth("two_step", c.TwoStep)
	b.text("state", c.State)
	b.textIf("before", c.Before)
	b.textIf("back", c.Back)
	b.number("phase", int64(c.Phase))
	b.text("holder", c.Holder)
	b.truthIf("ended", c.Ended)
	b.textIf("due", c.Due)
	named(b, "answers", c.Raw, aRaw)
	namedIf(b, "revs", c.Revs, aNumber)
	namedIf(b, "held", c.Held, aRaw)
	b.textsIf("editors", c.Editors)
	b.text("owner", c.Owner)
	b.textIf("asker", c.Asker)
	b.textIf("submitter", c.Submitter)
	b.time("created", c.Created)
	b.timeIf("submitted", c.Submitted)
	b.time("updated", c.Updated)
	objects(b, "returns", c.Returns, returnMembers)
	object(b, "opinion", c.Opinion, opinionMembers)
	b.textsIf("checklist", c.Checklist)
	namedIf(b, "overrides", c.Overrides, aSettled)
	namedIf(b, "confirmed", c.Confirmed, aSettled)
	objects(b, "members", c.Members, memberMembers)
	b.textIf("scores_hash", c.ScoresHash)
	object(b, "proposal", c.Proposal, proposalMembers)
	objects(b, "approvals", c.Approvals, approvalMembers)
	object(b, "evaluation", c.Evaluation, judgedMembers)
	b.numberIf("requested", c.Requested)
	b.numberIf("decided", c.Decided)
	b.textIf("decided_on", c.DecidedOn)
	b.textIf("withdraw_by", c.WithdrawBy)
	b.textsIf("conditions", c.Conditions)
	objects(b, "admitted", c.Admitted, admitMembers)
	b.numberIf("fixed", c.Fixed)
	b.numberIf("to_return", c.ToReturn)
	b.numberIf("paid", c.Paid)
	b.textIf("paid_on", c.PaidOn)
	b.textIf("fixed_on", c.FixedOn)
	objects(b, "advances", c.Advances, advanceMembers)
	objects(b, "payments", c.Payments, paymentMembers)
	objects(b, "claims", c.Claims, claimMembers)
	object(b, "tax", c.Tax, taxMembers)
	objects(b, "purses", c.Purses, purseMembers)
	rare(b, "proceedings", len(c.Proceedings) > 0, c.Proceedings)
	b.numberIf("revoked", c.Revoked)
	rare(b, "disposals", len(c.Disposals) > 0, c.Disposals)
	b.textIf("resume", c.Resume)
	namedIf(b, "forms_in", c.FormsIn, aTime)
	objects(b, "clock", c.Clock, spanMembers)
	objects(b, "letters", c.Letters, letterMembers)
	rare(b, "parties", len(c.Parties) > 0, c.Parties)
	rare(b, "intakes", len(c.Intakes) > 0, c.Intakes)
	b.textsIf("agents", c.Agents)
	rare(b, "talk", len(c.Talk) > 0, c.Talk)
	rare(b, "fixes", len(c.Fixes) > 0, c.Fixes)
	b.truthIf("demo", c.Demo)
	b.textIf("erased", c.Erased)
	b.number("seq", int64(c.Seq))
	b.text("head", c.Head)
}

func dataMembers(b *jsonText, d *Data) {
	object(b, "created", d.Created, caseMembers)
	namedIf(b, "set", d.Set, aRaw)
	b.textsIf("unset", d.Unset)
	b.textIf("definition", d.Definition)
	b.textsIf("changes", d.Changes)
	b.textsIf("changes_en", d.ChangesEN)
	b.textIf("move", d.Move)
	b.textIf("from", d.From)
	b.textIf("to", d.To)
	b.textIf("done", d.Done)
	b.textIf("done_en", d.DoneEN)
	b.numberIf("phase", int64(d.Phase))
	b.textIf("holder", d.Holder)
	b.textIf("due", d.Due)
	b.truthIf("ended", d.Ended)
	b.truthIf("opens", d.Opens)
	b.textIf("form", d.Form)
	object(b, "needs", d.Needs, needsMembers)
	b.truthIf("told", d.Told)
	b.textIf("extended", d.Extended)
	b.textsIf("handed", d.Handed)
	b.textIf("number", d.Number)
	if d.Arrived != nil {
		b.time("arrived", *d.Arrived)
	}
	object(b, "judged", d.Judged, judgedMembers)
	b.sumIf("requested", d.Requested)
	b.textIf("clock", d.Clock)
	b.textIf("outcome", d.Outcome)
	b.sumIf("decided", d.Decided)
	b.textIf("decided_on", d.DecidedOn)
	b.textIf("withdraw_by", d.WithdrawBy)
	b.textsIf("conditions", d.Conditions)
	b.sumIf("fixed", d.Fixed)
	b.sumIf("to_return", d.ToReturn)
	b.sumIf("paid", d.Paid)
	b.textIf("paid_on", d.PaidOn)
	objects(b, "money", d.Money, movementMembers)
	object(b, "advance", d.Advance, advanceMembers)
	object(b, "payment", d.Payment, paymentMembers)
	object(b, "claim", d.Claim, claimMembers)
	object(b, "tax", d.Tax, taxMembers)
	b.textIf("fixed_on", d.FixedOn)
	rare(b, "proceedings", len(d.Proceedings) > 0, d.Proceedings)
	b.sumIf("revoked", d.Revoked)
	rare(b, "disposal", d.Disposal != nil, d.Disposal)
	b.textIf("aside", d.Aside)
	b.textIf("asked", d.Asked)
	b.textIf("freeze", d.Freeze)
	objects(b, "letters", d.Letters, letterMembers)
	b.textIf("rule", d.Rule)
	b.textIf("key", d.Key)
	b.textIf("value", d.Value)
	b.textIf("reason", d.Reason)
	object(b, "member", d.Member, memberMembers)
	object(b, "approval", d.Approval, approvalMembers)
	b.textIf("owner", d.Owner)
	rare(b, "party", d.Party != nil, d.Party)
	rare(b, "intake", d.Intake != nil, d.Intake)
	rare(b, "message", d.Message != nil, d.Message)
	rare(b, "fix", d.Fix != nil, d.Fix)
	b.textIf("window", d.Window)
}

func needsMembers(b *jsonText, n *Needs) {
	b.textIf("comment", n.Comment)
	b.textIf("opinion", n.Opinion)
	b.truthIf("shareable", n.Shareable)
	objects(b, "remarks", n.Remarks, remarkMembers)
	b.textIf("due", n.Due)
	b.textIf("reason_class", n.ReasonClass)
	b.sumIf("amount", n.Amount)
	b.textsIf("conditions", n.Conditions)
	b.textsIf("checklist", n.Checklist)
	objects(b, "admitted", n.Admitted, admitMembers)
	b.textIf("pay_date", n.PayDate)
	b.textIf("reference", n.Reference)
	b.sumIf("received", n.Received)
	b.truthIf("corrected", n.Corrected)
	b.sumIf("revoked", n.Revoked)
}

func orgMembers(b *jsonText, o *OrgRef) {
	b.text("code", o.Code)
	b.text("type", o.Type)
	b.text("name", o.Name)
	b.textIf("english", o.English)
	b.textIf("head", o.Head)
	b.textIf("address", o.Address)
	b.text("branch", o.Branch)
	b.text("branch_name", o.BranchName)
	b.truthIf("is_branch", o.IsBranch)
	b.text("prefecture", o.Prefecture)
}

func returnMembers(b *jsonText, r *Return) {
	b.time("at", r.At)
	b.text("role", string(r.Role))
	b.text("from", r.From)
	if len(r.Remarks) == 0 {
		eachOf(b, "remarks", r.Remarks, nil)
	}
	objects(b, "remarks", r.Remarks, remarkMembers)
	b.textIf("message", r.Message)
	b.text("due", r.Due)
	named(b, "was", r.Was, aRaw)
	b.timeIf("done", r.Done)
}

func remarkMembers(b *jsonText, r *Remark) {
	b.text("field", r.Field)
	b.text("kind", r.Kind)
	b.text("text", r.Text)
}

func opinionMembers(b *jsonText, o *Opinion) {
	b.text("text", o.Text)
	b.truthIf("shareable", o.Shareable)
	b.time("at", o.At)
	b.text("branch", o.Branch)
}

func aSettled(b *jsonText, _ string, s Settled) {
	*b = append(*b, '{')
	b.textIf("value", s.Value)
	b.text("reason", s.Reason)
	b.text("by", s.By)
	b.time("at", s.At)
	*b = append(*b, '}')
}

func memberMembers(b *jsonText, m *Member) {
	b.text("person", m.Person)
	b.text("name", m.Name)
	b.textIf("interest", m.Interest)
	namedIf(b, "marks", m.Marks, aNumber)
	namedIf(b, "comments", m.Comments, func(b *jsonText, _, s string) { b.quoted(s) })
	b.timeIf("at", m.At)
	b.textIf("abstain", m.Abstain)
	b.textIf("left", m.Left)
}

func approvalMembers(b *jsonText, a *Approval) {
	b.text("seat", a.Seat)
	b.text("person", a.Person)
	b.text("name", a.Name)
	b.textIf("how", a.How)
	b.textIf("for", a.For)
	b.truthIf("final", a.Final)
	b.textIf("move", a.Move)
	b.time("at", a.At)
}

func proposalMembers(b *jsonText, p *Proposal) {
	b.text("outcome", p.Outcome)
	b.numberIf("amount", p.Amount)
	b.textsIf("conditions", p.Conditions)
	b.textIf("reason_class", p.ReasonClass)
	b.text("reason", p.Reason)
	b.textIf("due", p.Due)
	b.text("by", p.By)
	b.time("at", p.At)
}

func judgedMembers(b *jsonText, j *Judged) {
	b.text("verdict", j.Verdict)
	if len(j.Rules) == 0 {
		eachOf(b, "rules", j.Rules, nil)
	}
	objects(b, "rules", j.Rules, outcomeMembers)
	named(b, "amounts", j.Amounts, aNumber)
	if len(j.Steps) == 0 {
		eachOf(b, "steps", j.Steps, nil)
	}
	objects(b, "steps", j.Steps, stepMembers)
}

func outcomeMembers(b *jsonText, o *programme.Outcome) {
	b.text("id", o.ID)
	b.text("severity", o.Severity)
	b.text("outcome", o.Outcome)
	b.wordsIf("title", o.Title)
	b.wordsIf("message", o.Message)
	b.textIf("basis", o.Basis)
	if o.On != nil {
		eachOf(b, "on", o.On, func(b *jsonText, s string) { b.quoted(s) })
	}
	b.textsIf("needs", o.Needs)
	b.textIf("residual", o.Residual)
	b.truthIf("early", o.Early)
}

func stepMembers(b *jsonText, s *programme.Step) {
	b.text("name", s.Name)
	b.wordsIf("title", s.Title)
	b.textIf("formula", s.Formula)
	b.words("text", s.Text)
	b.number("value", s.Value)
	b.textIf("basis", s.Basis)
}

func admitMembers(b *jsonText, a *Admit) {
	b.number("row", int64(a.Row))
	b.number("amount", a.Amount)
	b.textIf("reason", a.Reason)
}

func movementMembers(b *jsonText, m *ledger.Movement) {
	b.text("fund", m.Fund)
	b.number("fiscal_year", int64(m.Year))
	b.text("kind", m.Kind)
	b.text("from", m.From)
	b.text("to", m.To)
	b.number("amount", m.Amount)
}

func purseMembers(b *jsonText, p *ledger.Purse) {
	b.text("fund", p.Fund)
	b.number("fiscal_year", int64(p.Year))
	b.numberIf("reserved", p.Reserved)
	b.numberIf("committed", p.Committed)
	b.numberIf("paid", p.Paid)
	b.numberIf("settled", p.Settled)
	b.numberIf("owed", p.Owed)
	b.numberIf("income", p.Income)
}

func spanMembers(b *jsonText, s *Span) {
	b.time("from", s.From)
	b.timeIf("to", s.To)
}

func letterMembers(b *jsonText, l *LetterRef) {
	b.text("id", l.ID)
	b.text("kind", l.Kind)
	b.text("title", l.Title)
	b.text("number", l.Number)
	b.text("day", l.Day)
	b.text("addressee", l.Addressee)
	b.text("words", l.Words)
}
