package desk

import (
	"net/http"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// erratumPage is where a wrong letter is put right (訂正): what is to be said instead, or the proposal that waits for another person.
type erratumPage struct {
	Case     *cases.Case
	Letter   cases.Letter
	Title    string
	Next     string // address of the letter that corrects this one
	Passages []passage
	Reason   string
	Answer   string
	Edit     bool
	Waiting  *cases.Erratum
	When     string
	Changes  []part.Change
	Decide   bool
	Why      string // why this person cannot decide
	Past     []part.Row
	Wrong    map[string]string
	Items    []page.Item
}

// passage is one part of the letter in the form.
type passage struct {
	ID, Name, Label, Text, Wrong string
	Rows                         string
}

// erratum shows the page.
func (p *Pages) erratum(r *page.Request) (page.View, error) { return p.showErratum(r, nil, 0) }

// wrongLetter reads the letter of the address: one of this case, sent to the body, that these desks read.
func (p *Pages) wrongLetter(r *page.Request) (cases.Letter, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief, account.RoleAuditor); err != nil {
		return cases.Letter{}, err
	}
	l, err := p.Cases.Letter(r.Context(), r.Who, r.PathValue("letter"))
	if err == nil && (l.Case != r.PathValue("id") || l.Addressee != "applicant") {
		err = fault.New(fault.Missing, "db.missing")
	}
	return l, err
}

func (p *Pages) showErratum(r *page.Request, f *fault.Fault, status int) (page.View, error) {
	l, err := p.wrongLetter(r)
	if err != nil {
		return page.View{}, err
	}
	c, _, err := p.Cases.Get(r.Context(), r.Who, l.Case)
	if err != nil {
		return page.View{}, err
	}
	list, err := p.Cases.Errata(r.Context(), r.Who, l.ID)
	if err != nil {
		return page.View{}, err
	}
	v := erratumPage{Case: c, Letter: l, Title: r.T("desk.erratum.title", "letter", strings.TrimSpace(l.Title(r.Lang)+" "+l.Number)), Reason: r.PostFormValue("reason"),
		Answer: r.PostFormValue("answer"), Wrong: map[string]string{}}
	if f != nil {
		v.Wrong[f.Field] = page.FaultText(r.Lang, f)
		v.Items = []page.Item{{ID: "e-" + f.Field, Text: v.Wrong[f.Field]}}
	}
	if l.ReplacedBy != "" {
		v.Next = "/letters/" + l.ReplacedBy
	}
	for i := range list {
		if e := &list[i]; e.State == "proposed" {
			v.Waiting, v.When = e, lang.LongMoment(r.Lang, e.At)
		} else {
			v.Past = append(v.Past, part.Row{Cells: []part.Cell{{Text: lang.Moment(r.Lang, e.At), Tight: true}, {Text: r.T("desk.erratum." + e.State)}, {Text: e.Name}, {Text: e.Reason, Sub: e.Answer}}})
		}
	}
	p.erratumBody(r, &v)
	return page.View{Title: v.Title, Sub: c.Number, Shell: page.Desk, Status: status, Errors: v.Items, Body: erratumBody(v)}, nil
}

// erratumBody fills in the form, or what is proposed and who may decide it.
func (p *Pages) erratumBody(r *page.Request, v *erratumPage) {
	may := v.Case.Erased == "" && v.Next == "" && r.Who.Is(account.RoleOfficer, account.RoleChief)
	if v.Waiting == nil {
		v.Edit = may
		for _, x := range v.Letter.Document.Passages() {
			in := passage{ID: "e-" + x.Key, Name: x.Key, Label: x.Label, Text: x.Text, Wrong: v.Wrong[x.Key], Rows: "2"}
			switch kind, _, _ := strings.Cut(x.Key, "."); {
			case kind == "calc":
				in.Label = r.T("desk.erratum.calc", "label", x.Label)
			case x.Label == "":
				in.Label = r.T("desk.erratum." + kind)
			}
			if n := strings.Count(x.Text, "\n") + len([]rune(x.Text))/60 + 1; n > 2 {
				in.Rows = lang.Num(int64(min(n, 8)))
			}
			if typed, ok := r.PostForm[x.Key]; ok {
				in.Text = typed[0]
			}
			v.Passages = append(v.Passages, in)
		}
		return
	}
	_, shifts := v.Letter.Document.With(v.Waiting.Texts)
	for _, x := range shifts {
		label := x.Label
		if kind, _, _ := strings.Cut(x.Key, "."); label == "" {
			label = r.T("desk.erratum." + kind)
		}
		v.Changes = append(v.Changes, part.Change{Label: label, Before: x.Text, After: x.After.Text})
	}
	switch {
	case !may:
	case !r.Who.Is(account.RoleChief):
		v.Why = r.T("desk.erratum.chief")
	case v.Waiting.Person == r.Who.Person:
		v.Why = r.T("cases.same_person")
	default:
		v.Decide = true
	}
}

// setErratum proposes, approves or refuses, by the button that was pressed.
func (p *Pages) setErratum(r *page.Request) (page.View, error) {
	l, err := p.wrongLetter(r)
	if err != nil {
		return page.View{}, err
	}
	said := "desk.erratum.asked"
	switch r.Value("do") {
	case "approve":
		said = "desk.erratum.issued"
		err = p.Cases.ApproveErratum(r.Context(), r.Who, l.ID)
	case "refuse":
		said = "desk.erratum.declined"
		err = p.Cases.RefuseErratum(r.Context(), r.Who, l.ID, jp.NFC(r.Value("answer")))
	default:
		texts := map[string]string{}
		for _, x := range l.Document.Passages() {
			if typed, ok := r.PostForm[x.Key]; ok {
				texts[x.Key] = jp.NFC(strings.ReplaceAll(strings.ToValidUTF8(strings.ReplaceAll(typed[0], "\x00", ""), "\uFFFD"), "\r", ""))
			}
		}
		err = p.Cases.ProposeErratum(r.Context(), r.Who, l.ID, texts, jp.NFC(r.Value("reason")))
	}
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showErratum(r, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(caseURL(l.Case, "letters"), page.Say(said)), nil
}
