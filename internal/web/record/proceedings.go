package record

import (
	"slices"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// Matter is a proceeding in words: what it is, how it stands, its reasons and days.
type Matter struct {
	ID, Title, Look, State string
	Facts                  []part.Fact
}

// Matters are the proceedings of a case, the newest first, as the reader may see them.
func Matters(r *page.Request, c *cases.Case, prog *programme.Programme) (list []Matter) {
	for _, p := range slices.Backward(c.Proceedings) {
		m := Matter{ID: "matter-" + lang.Num(int64(p.N)), Title: r.T("proceeding.kind." + p.Kind), Look: "exam", State: r.T("proceeding.open")}
		if p.Closed != "" {
			m.Look, m.State = "end", r.T("proceeding.outcome."+p.Outcome)
		}
		fact := func(key, text, reason string) {
			if text != "" {
				m.Facts = append(m.Facts, part.Fact{Label: r.T(key), Text: text, Reason: reason})
			}
		}
		fact("proceeding.on", lang.LongDay(r.Lang, p.On), "")
		for _, l := range c.Letters {
			if l.ID == p.Letter {
				fact("proceeding.against", l.Title+"　"+l.Number, lang.Day(r.Lang, l.Day))
			}
		}
		fact("proceeding.class", reasonClass(prog, r.Lang, p.Class), "")
		fact("proceeding.reason", p.Reason, "")
		if p.Amount > 0 {
			fact("proceeding.amount", lang.Yen(r.Lang, p.Amount), "")
		}
		m.answer(r, c, p, fact)
		list = append(list, m)
	}
	return list
}

// answer adds until when the body may answer and whether it did, and how the matter ended.
func (m *Matter) answer(r *page.Request, c *cases.Case, p cases.Proceeding, fact func(key, text, reason string)) {
	if p.Due != "" {
		left := ""
		if p.Closed == "" && p.Answered == "" && c.Due == p.Due {
			left, _ = Left(r, p.Due)
		}
		fact("proceeding.due."+p.Kind, lang.LongDay(r.Lang, p.Due), left)
	}
	switch {
	case p.Kind == cases.Suspension && p.Answered != "":
		fact("proceeding.remedied", lang.LongDay(r.Lang, p.Answered), "")
	case p.Kind != cases.Revocation:
	case p.Answered != "":
		fact("proceeding.statement", lang.LongDay(r.Lang, p.Answered), "")
	case p.Closed != "" || c.Due != p.Due:
		fact("proceeding.statement", r.T("proceeding.unheard"), "")
	}
	if p.Closed != "" {
		fact("proceeding.closed", lang.LongDay(r.Lang, p.Closed), "")
		fact("proceeding.answer", p.Answer, "")
	}
}

// reasonClass is a class of reasons in words, as a move of the programme offers it.
func reasonClass(prog *programme.Programme, l lang.Tag, value string) string {
	for _, m := range prog.Workflow.Moves {
		for _, n := range m.Needs {
			for _, o := range n.Options {
				if n.ID == "reasonClass" && o.Value == value {
					return o.Label.In(l)
				}
			}
		}
	}
	return value
}
