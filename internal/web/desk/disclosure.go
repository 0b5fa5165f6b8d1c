package desk

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// disclosurePage is where a copy for somebody outside is drawn up (開示用の写し): what is left out and why, or the proposal that waits for
// another person, and the copies there were.
type disclosurePage struct {
	Case    *cases.Case
	Title   string
	Edit    bool
	Matter  string
	Forms   []disclosedForm
	Grounds []option
	Waiting *cases.Disclosure
	When    string
	Left    []part.Row // what the waiting copy leaves out
	Decide  bool
	Why     string // why this person cannot decide
	Answer  string
	Past    []part.Row
	Wrong   map[string]string
	Items   []page.Item
}

type disclosedForm struct {
	ID, Title string
	In        bool
	Answers   []disclosedAnswer
}

// disclosedAnswer is an answer with the ground on which it is left out; Fixed is one that nobody at the desk may show.
type disclosedAnswer struct {
	ID, Key, Label, Text, Ground, Wrong string
	Fixed                               bool
}

func (p *Pages) disclosure(r *page.Request) (page.View, error) { return p.showDisclosure(r, nil, 0) }

func (p *Pages) showDisclosure(r *page.Request, f *fault.Fault, status int) (page.View, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief, account.RoleAuditor); err != nil {
		return page.View{}, err
	}
	c, prog, err := p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	list, err := p.Cases.Disclosures(r.Context(), r.Who, c.ID)
	if err != nil {
		return page.View{}, err
	}
	v := disclosurePage{Case: c, Title: r.T("desk.disclosure.title"), Matter: r.PostFormValue("matter"), Answer: r.PostFormValue("answer"), Wrong: map[string]string{}}
	if f != nil {
		v.Wrong[f.Field] = page.FaultText(r.Lang, f)
		v.Items = []page.Item{{ID: "d-" + f.Field, Text: v.Wrong[f.Field]}}
	}
	for i := range list {
		if x := &list[i]; x.State == "proposed" {
			v.Waiting, v.When = x, lang.LongMoment(r.Lang, x.At)
		} else {
			v.Past = append(v.Past, disclosedRow(r, x))
		}
	}
	p.disclosureWork(r, &v, prog)
	return page.View{Title: v.Title, Sub: c.Number, Shell: page.Desk, Status: status, Errors: v.Items, Body: disclosureBody(v)}, nil
}

func disclosedRow(r *page.Request, x *cases.Disclosure) part.Row {
	result := part.Cell{Text: r.T("desk.disclosure." + x.State), Sub: x.Answer}
	if x.File != "" {
		result.URL, result.Sub = disclosedURL(x), x.SHA256
	}
	return part.Row{Cells: []part.Cell{{Text: lang.Moment(r.Lang, x.Decided), Tight: true}, result, {Text: x.Matter, Sub: r.T("desk.disclosure.n", "n", len(x.Hidden))}, {Text: x.Name, Sub: x.Decider}}}
}

func disclosedURL(x *cases.Disclosure) string {
	return caseURL(x.Case, "disclosure", x.ID+".pdf")
}

// disclosureWork fills in the form, or what is proposed and who may decide it.
func (p *Pages) disclosureWork(r *page.Request, v *disclosurePage, prog *programme.Programme) {
	may := v.Case.Erased == "" && r.Who.Is(account.RoleOfficer, account.RoleChief)
	for _, g := range cases.Grounds() {
		v.Grounds = append(v.Grounds, option{Value: g, Label: r.T("desk.disclosure.ground." + g)})
	}
	if v.Waiting == nil {
		v.Edit = may && v.Case.Number != ""
		for _, f := range v.Case.Disclosable(prog) {
			v.Forms = append(v.Forms, discloses(r, v, f))
		}
		return
	}
	v.Left = leftOut(r.Lang, v.Case, prog, *v.Waiting)
	switch {
	case !may:
	case !r.Who.Is(account.RoleChief):
		v.Why = r.T("desk.disclosure.chief")
	case v.Waiting.Person == r.Who.Person:
		v.Why = r.T("cases.same_person")
	default:
		v.Decide = true
	}
}

// discloses is a form as it was chosen, or as it is proposed at first.
func discloses(r *page.Request, v *disclosurePage, f *programme.Form) disclosedForm {
	sent := len(r.PostForm["sent"]) > 0
	x := disclosedForm{ID: f.ID, Title: f.Title.In(r.Lang), In: !sent || slices.Contains(r.PostForm["form"], f.ID)}
	for _, s := range f.Sections {
		for _, field := range s.Fields {
			value, answered := v.Case.Answers()[field.Key]
			fixed := cases.Closed(field)
			if !answered && !fixed {
				continue
			}
			a := disclosedAnswer{ID: "d-" + field.Key, Key: field.Key, Label: field.Label.In(r.Lang), Ground: cases.Withheld(field), Fixed: fixed, Wrong: v.Wrong[field.Key]}
			if answered {
				a.Text = disclosedText(field, value)
			}
			if sent && !fixed {
				a.Ground = r.PostFormValue("h." + field.Key)
			}
			x.Answers = append(x.Answers, a)
		}
	}
	return x
}

// disclosedMost is how much of an answer the choice shows, in characters.
const disclosedMost = 60

// disclosedText is the beginning of an answer as the copy has it, which is in Japanese.
func disclosedText(f form.Field, value any) string {
	if rows, ok := value.([]form.Row); ok {
		return lang.T(lang.JA, "desk.disclosure.rows", "n", len(rows))
	}
	text := []rune(strings.Join(strings.Fields(f.Show(value, lang.JA)), " "))
	if len(text) > disclosedMost {
		return string(text[:disclosedMost]) + "…"
	}
	return string(text)
}

// leftOut lists the answers a copy leaves out, each with its ground, in the order of the forms.
func leftOut(tag lang.Tag, c *cases.Case, prog *programme.Programme, x cases.Disclosure) (rows []part.Row) {
	for _, f := range c.Disclosable(prog) {
		for _, field := range prog.Fields(f.ID) {
			if ground := x.Hidden[field.Key]; ground != "" && slices.Contains(x.Forms, f.ID) {
				rows = append(rows, part.Row{Cells: []part.Cell{{Text: f.Title.In(tag)}, {Text: field.Label.In(tag)}, {Text: lang.T(tag, "desk.disclosure.ground."+ground)}}})
			}
		}
	}
	return rows
}

// setDisclosure proposes, approves or refuses, by the button that was pressed.
func (p *Pages) setDisclosure(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief); err != nil {
		return page.View{}, err
	}
	id, said := r.PathValue("id"), "desk.disclosure.asked"
	var err error
	switch r.Value("do") {
	case "approve":
		said = "desk.disclosure.issued"
		err = p.approveDisclosure(r, id, r.Value("proposal"))
	case "refuse":
		said = "desk.disclosure.declined"
		err = p.Cases.RefuseDisclosure(r.Context(), r.Who, id, r.Value("proposal"), jp.NFC(r.Value("answer")))
	default:
		x := cases.Disclosure{Matter: jp.NFC(r.Value("matter")), Forms: r.PostForm["form"], Hidden: map[string]string{}}
		for name := range r.PostForm {
			if key, ok := strings.CutPrefix(name, "h."); ok {
				x.Hidden[key] = r.PostFormValue(name)
			}
		}
		err = p.Cases.ProposeDisclosure(r.Context(), r.Who, id, x)
	}
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showDisclosure(r, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(caseURL(id, "disclosure"), page.Say(said)), nil
}

func (p *Pages) approveDisclosure(r *page.Request, id, proposal string) error {
	list, err := p.Cases.Disclosures(r.Context(), r.Who, id)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(x cases.Disclosure) bool { return x.ID == proposal && x.State == "proposed" })
	if at < 0 {
		return fault.New(fault.Conflict, "cases.disclosure.gone")
	}
	content, err := p.drawDisclosure(r, list[at], false)
	if err != nil {
		return err
	}
	return p.Cases.ApproveDisclosure(r.Context(), r.Who, id, proposal, content)
}

// disclosed serves the copy: the one that was approved, or the draft of one that waits.
func (p *Pages) disclosed(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief, account.RoleAuditor); err != nil {
		return page.View{}, err
	}
	id, key := r.PathValue("id"), strings.TrimSuffix(r.PathValue("copy"), ".pdf")
	list, err := p.Cases.Disclosures(r.Context(), r.Who, id)
	if err != nil {
		return page.View{}, err
	}
	at := slices.IndexFunc(list, func(x cases.Disclosure) bool { return x.ID == key })
	if at < 0 || list[at].State == "refused" {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	var content []byte
	if list[at].State == "proposed" {
		content, err = p.drawDisclosure(r, list[at], true)
	} else {
		_, content, err = p.Cases.DisclosedCopy(r.Context(), r.Who, id, key)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Bytes("application/pdf", lang.T(lang.JA, "desk.disclosure.title")+"_"+jp.Date(list[at].At)+".pdf", content), nil
}

// drawDisclosure draws the copy of the case as it stood when it was proposed: its forms with what is left out blacked (the same length
// whatever stood there), the course and the letters without names, and the list of what is left out.
func (p *Pages) drawDisclosure(r *page.Request, x cases.Disclosure, draft bool) ([]byte, error) {
	c, prog, err := p.Cases.AsOf(r.Context(), r.Who, x.Case, x.At)
	if err != nil {
		return nil, err
	}
	t := func(key string, args ...any) string { return lang.T(lang.JA, key, args...) }
	doc := letter.Filled{Title: t("desk.disclosure.title"), Paper: prog.Title.JA, Date: jp.Date(x.At), Foot: c.Number, Sample: c.Demo, Draft: draft, Head: []letter.Pair{
		{Label: t("record.fact.number"), Value: c.Number}, {Label: t("desk.disclosure.matter"), Value: x.Matter}, {Label: t("desk.disclosure.as_of"), Value: lang.LongMoment(lang.JA, x.At)}}}
	mask := func(key string) string {
		if ground := x.Hidden[key]; ground != "" {
			return "■■■■■■■■（" + t("desk.disclosure.ground."+ground) + "）"
		}
		return ""
	}
	for _, f := range c.Disclosable(prog) {
		if !slices.Contains(x.Forms, f.ID) {
			continue
		}
		for _, s := range record.Filled(c, prog, f, mask).Sections {
			s.Title = strings.TrimSpace(f.Paper+" "+f.Title.JA) + "　" + s.Title
			doc.Sections = append(doc.Sections, s)
		}
	}
	course := letter.Table{Head: []string{t("audit.at"), t("audit.what")}}
	_, _, events, err := p.Cases.Record(r.Context(), r.Who, x.Case)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if e.Type == "moved" && !e.At.After(x.At) && e.Data.Done != "" && !e.Internal() {
			course.Rows = append(course.Rows, []string{lang.LongMoment(lang.JA, e.At), e.Data.Done})
		}
	}
	papers := letter.Table{Head: []string{t("desk.letter.day"), t("desk.letter")}}
	for _, l := range c.Letters {
		papers.Rows = append(papers.Rows, []string{lang.LongDay(lang.JA, l.Day), strings.TrimSpace(l.Title + "　" + l.Number)})
	}
	left := letter.Table{Head: []string{t("desk.disclosure.form"), t("desk.disclosure.field"), t("desk.disclosure.ground")}}
	for _, row := range leftOut(lang.JA, c, prog, x) {
		left.Rows = append(left.Rows, []string{row.Cells[0].Text, row.Cells[1].Text, row.Cells[2].Text})
	}
	for _, s := range []letter.FilledSection{{Title: t("desk.journal"), Tables: []letter.Table{course}}, {Title: t("desk.tab.letters"), Tables: []letter.Table{papers}}, {Title: t("desk.disclosure.left"), Tables: []letter.Table{left}}} {
		if len(s.Tables[0].Rows) > 0 {
			doc.Sections = append(doc.Sections, s)
		}
	}
	var b bytes.Buffer
	err = letter.FilledPDF(&b, doc)
	return b.Bytes(), err
}
