// Package record says in words what a case is and what happened to it, the same for the body that applies and for the desks that
// examine: its state, the span from application to payment, the journal (経過), its letters and answers.
package record

import (
	"context"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// Name is what a case is called on screen.
func Name(l lang.Tag, c *cases.Case, p *programme.Programme) string {
	if t := c.Title(); t != "" {
		return t
	}
	return lang.T(l, "record.untitled", "programme", p.Title.In(l))
}

// Left says how many days are left until a day, and whether that is near (a week or less).
func Left(r *page.Request, day string) (words string, near bool) {
	if day == "" {
		return "", false
	}
	switch n := jp.Days(jp.Date(r.Now), day); {
	case n < 0:
		return r.T("record.overdue", "n", -n), true
	case n == 0:
		return r.T("record.today"), true
	default:
		return r.T("record.left", "n", n), n <= 7
	}
}

// far is from how many days on a day is shown with its year.
const far = 200

// Day is a due day as a list shows it: with its year when it is far away, so that nobody takes it for this year's.
func Day(r *page.Request, day string) string {
	if n := jp.Days(jp.Date(r.Now), day); day != "" && (n > far || n < -far) {
		return lang.LongDay(r.Lang, day)
	}
	return lang.Day(r.Lang, day)
}

// Facts is the head of a case: number, state, who moves next and by when, sums.
func Facts(r *page.Request, c *cases.Case, prog *programme.Programme) []part.HeadFact {
	st := prog.State(c.State)
	number := part.HeadFact{Label: r.T("record.fact.number"), Value: c.Number, Small: lang.FiscalYear(r.Lang, c.FiscalYear)}
	if c.Number == "" {
		number.Value = r.T("record.no_number")
	}
	if !c.Submitted.IsZero() {
		number.Small = r.T("record.received", "at", lang.Moment(r.Lang, c.Submitted))
	}
	if in := c.Entered(); in != nil {
		number.Small = r.T("record.intake.mark", "channel", r.T("cases.intake.by."+in.Channel), "day", lang.Day(r.Lang, in.Day))
	} else if c.Intake() != nil {
		number.Small = r.T("record.intake.open")
	}
	holder := part.HeadFact{Label: r.T("record.fact.holder"), Value: Holder(r.Lang, c.Holder)}
	if c.Due != "" {
		words, near := Left(r, c.Due)
		holder.Small = Day(r, c.Due)
		if near {
			holder.Near = words
		} else {
			holder.Small = words + "　" + holder.Small
		}
	}
	list := []part.HeadFact{number, {Label: r.T("record.fact.state"), Value: st.Title.In(r.Lang), Look: st.Look, Glyph: true}, holder}
	yen := func(key string, n int64, small string) {
		if n > 0 {
			list = append(list, part.HeadFact{Label: r.T(key), Value: lang.Yen(r.Lang, n), Small: small})
		}
	}
	requested, _ := c.Asked()
	cap := ""
	if c.Evaluation != nil {
		if m, ok := c.Evaluation.Amounts["maxGrant"]; ok {
			cap = r.T("record.max", "yen", lang.Yen(r.Lang, m))
		}
	}
	yen("record.fact.requested", requested, cap)
	yen("record.fact.decided", c.Decided, lang.Day(r.Lang, c.DecidedOn))
	yen("record.fact.fixed", c.Fixed, "")
	yen("record.fact.paid", c.Paid, lang.Day(r.Lang, c.PaidOn))
	if c.Claim() != nil && !r.Who.Is(account.RoleCommittee) {
		principal, interest := c.Owed(prog, jp.Date(r.Now))
		added := ""
		if interest > 0 {
			added = r.T("record.fact.interest", "yen", lang.Yen(r.Lang, interest))
		}
		list = append(list, part.HeadFact{Label: r.T("money.claim.principal"), Value: lang.Yen(r.Lang, principal), Small: added})
	}
	return list
}

// Holder says who has the ball, in words.
func Holder(l lang.Tag, holder string) string { return lang.T(l, "record.holder."+holder) }

// Stations is the span from application to payment and where the case stands on it.
func Stations(l lang.Tag, c *cases.Case, prog *programme.Programme) (list []part.Station, current int) {
	st := prog.State(c.State)
	step := st.Step
	if step == "@back" {
		if b := prog.State(c.Back); b != nil {
			step = b.Step
		}
	}
	for _, s := range prog.Workflow.Steps {
		if s.ID == "branch" && c.Via != "required" {
			continue
		}
		x := part.Station{Label: s.Title.In(l)}
		if s.ID == step {
			current = len(list)
			x.When = st.Title.In(l)
		}
		list = append(list, x)
	}
	return list, current
}

// Org is what a body is called in a list. An English list has its English name, and behind it the Japanese one by which offices know it.
func Org(r *page.Request, orgs *org.Store, code, name string) string {
	if r.Lang == lang.JA || code == "" || name == "" || name == cases.Veiled {
		return name
	}
	b, err := orgs.Get(r.Context(), code)
	if err != nil || b.English == "" {
		return name
	}
	return b.English + " (" + name + ")"
}

// Letters links the letters of a case.
func Letters(r *page.Request, letters []cases.Letter) []part.FileLink {
	var list []part.FileLink
	for _, l := range letters {
		note := strings.TrimSpace(lang.Day(r.Lang, l.Day) + "　" + Edition(r, l))
		list = append(list, part.FileLink{Label: strings.TrimSpace(l.Kind + " " + l.Title(r.Lang) + "　" + l.Number), URL: "/letters/" + l.ID, Note: note})
	}
	return list
}

// Edition says of a letter that it corrects an earlier one, or that it was corrected; "" for most.
func Edition(r *page.Request, l cases.Letter) string {
	switch {
	case l.ReplacedBy != "":
		return r.T("record.letter.replaced")
	case l.Corrected():
		return r.T("record.letter.corrected", "day", lang.Day(r.Lang, l.Document.Corrected))
	}
	return ""
}

// Entries turns the journal into lines, newest first, at most n (0 = all).
func Entries(ctx context.Context, orgs *org.Store, l lang.Tag, c *cases.Case, prog *programme.Programme, events []*cases.Event, n int) []part.Entry {
	var list []part.Entry
	for _, e := range slices.Backward(events) {
		text, detail := Sentence(l, e, prog)
		if e.Entered() {
			text = lang.T(l, "record.intake.said", "text", text)
		}
		list = append(list, part.Entry{At: e.At, Who: Actor(ctx, orgs, l, e, c), Text: text, Sub: detail})
		if n > 0 && len(list) == n {
			break
		}
	}
	return list
}

// Sentence says one event of the journal in words.
func Sentence(l lang.Tag, e *cases.Event, prog *programme.Programme) (text, detail string) {
	d := &e.Data
	switch e.Type {
	case "created":
		return lang.T(l, "record.journal.created"), lang.T(l, "record.journal.version", "version", prog.Version)
	case "saved":
		return lang.T(l, "record.journal.saved", "n", len(d.Set)+len(d.Unset)), ""
	case "settled":
		return lang.T(l, "record.journal.settled", "what", d.Rule+d.Key), d.Reason
	case "party_asked", "party_agreed", "party_refused", "party_left":
		return lang.T(l, "record.journal."+e.Type, "name", d.Party.Name), partyDetail(l, d.Party)
	case "message":
		return lang.T(l, "record.journal.message"), d.Message.Text
	case "fix_proposed":
		return lang.T(l, "record.journal.fix_proposed", "n", len(d.Fix.Keys())), d.Fix.Reason
	case "fix_agreed", "fix_refused", "fix_withdrawn", "fix_void":
		return lang.T(l, "record.journal."+e.Type), d.Fix.Answer
	case "intake":
		return lang.T(l, "record.journal.intake", "channel", lang.T(l, "cases.intake.by."+d.Intake.Channel), "day", lang.Day(l, d.Intake.Day)), d.Intake.Reason
	case "assigned":
		return lang.T(l, "record.journal.assigned", "name", d.Member.Name), cases.Because(l, d.Member.Interest)
	case "interest":
		return lang.T(l, "record.journal.interest"), cases.Because(l, d.Reason)
	case "approved":
		return lang.T(l, "record.journal.approved"), approvedBy(l, d.Approval, prog)
	case "disclosure":
		return lang.T(l, "record.journal.disclosure"), d.Reason + apart(l) + lang.T(l, "desk.disclosure.n", "n", len(d.Changes))
	case "desk":
		return deskNote(l, d)
	case "version":
		return lang.T(l, "record.journal.version_taken"), strings.Join(VersionChanges(l, e), "　")
	case "erratum":
		return lang.T(l, "record.journal.erratum"), moveDetail(l, d, prog) + "　" + d.Reason
	case "moved":
		text := lang.Text{JA: d.Done, EN: d.DoneEN}.In(l)
		if a := d.Approval; a != nil && (a.Seat != "" || a.How != "") {
			text += apart(l) + approvedBy(l, a, prog)
		}
		return text, moveDetail(l, d, prog)
	}
	return lang.T(l, "record.journal."+e.Type), d.Reason
}

// deskNote says what a desk noted on the case for its own work.
func deskNote(l lang.Tag, d *cases.Data) (text, detail string) {
	switch {
	case d.Key == "officer" && d.Value == "":
		return lang.T(l, "record.journal.desk.officer.none"), ""
	case d.Key == "officer":
		return lang.T(l, "record.journal.desk.officer", "name", d.Reason), ""
	case d.Key == "remind" && d.Value == "":
		return lang.T(l, "record.journal.desk.remind.none"), ""
	case d.Key == "remind":
		return lang.T(l, "record.journal.desk.remind", "day", lang.LongDay(l, d.Value)), ""
	}
	return lang.T(l, "record.journal.desk.note"), d.Reason
}

// apart parts what is said of one step.
func apart(l lang.Tag) string {
	if l == lang.JA {
		return "　"
	}
	return ", "
}

// approvedBy says in which seat somebody approved and for whom.
func approvedBy(l lang.Tag, a *cases.Approval, prog *programme.Programme) string {
	words := prog.SeatTitle(a.Seat).In(l)
	switch a.How {
	case cases.ByDeputy:
		words += apart(l) + lang.T(l, "panel.by.deputy", "name", a.For)
	case cases.ByRule:
		words += apart(l) + lang.T(l, "panel.by.rule", "seat", prog.SeatTitle(a.For).In(l))
	}
	return words
}

// VersionChanges says what a new version changed for a draft, a line each. What was written before both languages were kept is Japanese.
func VersionChanges(l lang.Tag, e *cases.Event) []string {
	if l == lang.EN && len(e.Data.ChangesEN) > 0 {
		return e.Data.ChangesEN
	}
	return e.Data.Changes
}

// moveDetail names the letters a move issued and what was said with it.
func moveDetail(l lang.Tag, d *cases.Data, prog *programme.Programme) string {
	var parts []string
	for _, x := range d.Letters {
		parts = append(parts, strings.TrimSpace(x.Kind+" "+letterTitle(l, prog, x)+" "+x.Number))
	}
	if n := d.Needs; n != nil {
		for _, s := range []string{n.Opinion, n.Comment} {
			if s != "" {
				parts = append(parts, lang.T(l, "record.journal.quoted", "text", s))
			}
		}
	}
	return strings.Join(parts, "　")
}

// letterTitle is what a letter is called in the reader's language, as far as the definition still calls it as the letter does.
func letterTitle(l lang.Tag, prog *programme.Programme, x cases.LetterRef) string {
	if t := prog.LetterTitle(x.Kind); t.JA == x.Title {
		return t.In(l)
	}
	return x.Title
}

// Actor says who did it: body or desk by the name it had then, and the person where the name may be seen.
func Actor(ctx context.Context, orgs *org.Store, l lang.Tag, e *cases.Event, c *cases.Case) string {
	body := Body(ctx, orgs.AsOf(e.At), l, e.Body, c)
	if e.Name == "" || e.Person == cases.System.Person {
		return body
	}
	if e.For != "" {
		return body + "　" + lang.T(l, "record.actor.for", "name", e.Name, "for", e.For)
	}
	return body + "　" + e.Name
}

// Body names the body of a hat: 富士市, 静岡県支部, 交流支援部 経済交流課.
func Body(ctx context.Context, orgs *org.Store, l lang.Tag, body string, c *cases.Case) string {
	kind, id, _ := strings.Cut(body, ":")
	switch kind {
	case "lg":
		if c != nil && id == c.Org.Code {
			return lang.Text{JA: c.Org.Name, EN: c.Org.English}.In(l)
		}
		if b, err := orgs.Get(ctx, id); err == nil {
			return b.In(l)
		}
	case "branch":
		if b, err := orgs.Branch(ctx, id); err == nil {
			return b.Name.In(l)
		}
	case "hq":
		if s, err := orgs.Section(ctx, id); err == nil {
			return s.Full(l)
		}
		return lang.T(l, "record.body.hq")
	case "panel":
		return lang.T(l, "record.body.panel")
	}
	return lang.T(l, "record.body.system")
}

// Answers lists the answers of one section for reading. change, if not nil, gives the address where one can be changed.
func Answers(r *page.Request, c *cases.Case, prog *programme.Programme, sec form.Section, problems []form.Problem, change func(key string) string) []part.Answer {
	var list []part.Answer
	for _, f := range sec.Fields {
		if prog.Shown(f, c.Answers()) == programme.No || !c.Sees(r.Who, f.Visibility) {
			continue
		}
		value, ok := c.Answers()[f.Key]
		a := part.Answer{Field: f, Value: value, Answered: ok, FileURL: func(id string) string { return page.URL(r.Context(), "/files/"+id) }}
		if change != nil {
			a.URL = change(f.Key)
		}
		for _, x := range problems {
			if x.Field == f.Key || strings.HasPrefix(x.Field, f.Key+"[") {
				a.Problem = x.Message.In(r.Lang)
				break
			}
		}
		list = append(list, a)
	}
	return list
}

// Judged turns the outcome of rules into lines: what must be true, how it came out, the reason and the article. ask, where it may be
// asked, is the address of a question: a rule that cannot be told yet links those that would settle it.
func Judged(l lang.Tag, prog *programme.Programme, rules []programme.Outcome, ask ...func(key string) string) []part.Judgement {
	var list []part.Judgement
	for _, o := range rules {
		title := o.Title.In(l)
		if title == "" {
			continue
		}
		j := part.Judgement{Title: title}
		switch {
		case o.Outcome == programme.Pass:
			j.Look, j.Word = "yes", lang.T(l, "record.rule.pass")
		case o.Outcome == programme.Unknown:
			j.Look, j.Word = "unk", lang.T(l, "record.rule.unknown")
		case o.Severity == "E":
			j.Look, j.Word = "no", lang.T(l, "record.rule.fail")
		case o.Severity == "S":
			j.Look, j.Word = "unk", lang.T(l, "record.rule.soft")
		default:
			j.Look, j.Word = "exam", lang.T(l, "record.rule.warn")
		}
		if o.Outcome == programme.Fail {
			j.Reason = o.Message.In(l)
		} else if o.Outcome == programme.Unknown {
			j.Reason = needs(l, prog, o.Needs)
		}
		if b := prog.Article(o.Basis); b != nil {
			j.Links = []page.Link{{Label: b.Title.In(l), URL: "/programmes/" + prog.Code + "/rules#" + b.ID}}
		}
		if o.Outcome == programme.Unknown {
			for _, at := range ask {
				if links := asked(l, prog, o.Needs, at); len(links) > 0 {
					j.Reason, j.Links = lang.T(l, "record.rule.answer"), append(links, j.Links...)
				}
			}
		}
		list = append(list, j)
	}
	return list
}

// needs says which questions would settle a rule.
func needs(l lang.Tag, prog *programme.Programme, keys []string) string {
	var names []string
	for _, k := range keys {
		f, _, _, ok := prog.Field(k)
		if name := lang.T(l, "record.rule.question", "field", strings.TrimRight(f.Label.In(l), "。.")); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return lang.T(l, "record.rule.wait")
	}
	return lang.T(l, "record.rule.needs", "fields", strings.Join(names, lang.T(l, "record.comma")))
}

// asked links the questions that would settle a rule, at most three.
func asked(l lang.Tag, prog *programme.Programme, keys []string, at func(key string) string) []page.Link {
	var links []page.Link
	for _, k := range keys {
		f, _, _, ok := prog.Field(k)
		if !ok || at(k) == "" || len(links) == 3 {
			continue
		}
		if link := (page.Link{Label: lang.T(l, "record.rule.question", "field", strings.TrimRight(f.Label.In(l), "。.")), URL: at(k)}); !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	return links
}

// Sums turns the steps of an evaluation into the lines of the calculation and its reason, one line for each step.
func Sums(l lang.Tag, steps []programme.Step) (list []part.Sum, reason string) {
	var say []string
	for i, s := range steps {
		list = append(list, part.Sum{Label: s.Title.In(l), Value: lang.Yen(l, s.Value), Total: i == len(steps)-1})
		if t := s.Text.In(l); t != "" {
			say = append(say, t)
		}
	}
	return list, strings.Join(say, "\n")
}

// Settled is how the fixed amount comes about, the amount itself last and large; what is to be paid back only when there is something.
func Settled(l lang.Tag, s programme.Settlement) (list []part.Sum, reason string) {
	_, reason = Sums(l, s.Steps)
	for _, x := range s.Steps {
		if x.Name != "fixed" && x.Value > 0 {
			list = append(list, part.Sum{Label: x.Title.In(l), Value: lang.Yen(l, x.Value)})
		}
	}
	return append(list, part.Sum{Label: lang.T(l, "record.fact.fixed"), Value: lang.Yen(l, s.Fixed), Total: true}), reason
}

// Granted are the sums of a grant from its decision on: decided, fixed once it is, paid so far, and what is still to be paid, the last large.
func Granted(l lang.Tag, c *cases.Case) (list []part.Sum) {
	add := func(label string, yen int64) {
		list = append(list, part.Sum{Label: lang.T(l, label), Value: lang.Yen(l, yen)})
	}
	add("record.fact.decided", c.Decided)
	if c.Fixed > 0 {
		add("record.fact.fixed", c.Fixed)
	}
	if c.Paid > 0 {
		add("record.fact.paid", c.Paid)
	}
	if c.Fixed > 0 {
		add("money.to_pay", c.ToPay())
	}
	list[len(list)-1].Total = true
	return list
}

// Acting reports whether the hat acts for the case's own body.
func Acting(who account.Who, c *cases.Case) bool { return who.Hat.Body == "lg:"+c.Org.Code }
