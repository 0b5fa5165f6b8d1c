package apply

import (
	"mime/multipart"
	"net/http"
	"net/url"

	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// partnersPage is who takes part in a case: the lead asks, a body that was asked answers.
type partnersPage struct {
	Case      *cases.Case
	Programme *programme.Programme
	Lead      bool
	Open      bool // consents can still be asked for and given
	Rows      []part.Row
	List      []cases.Partner
	Mine      *cases.Partner
	Part      *cases.Part // what the reader's body may fill in itself
	At        string      // the body a message stands at
	Errors    map[string]string
	Typed     map[string]string
	Sent      url.Values // of the own part
	Items     []page.Item
}

func (v *partnersPage) ask(at, name, label, hint, kind string) record.Asking {
	a := record.Asking{ID: name + "-" + part.ID(at), Name: name, Label: label, Hint: hint, Kind: kind}
	if v.At == at {
		a.Bad, a.Value = v.Errors[name], v.Typed[name]
	}
	if a.Value == "" {
		for _, x := range v.List {
			if x.Key == at {
				a.Value = map[string]string{"contact": x.Contact, "mail": x.Mail}[name]
			}
		}
	}
	return a
}

// partners shows the consents of a joint application.
func (p *Pages) partners(r *page.Request) (page.View, error) { return p.showPartners(r, "", nil) }

func (p *Pages) showPartners(r *page.Request, at string, refused *fault.Fault) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	v := partnersPage{Case: c, Programme: prog, Lead: record.Acting(r.Who, c), Open: c.Phase < 3 && !c.Ended, Rows: record.PartyRows(r, c, prog), List: c.Partners(prog), At: at}
	if len(prog.Joint.Parties) == 0 {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	for i := range v.List {
		if v.List[i].Code == r.Who.BodyID() && v.List[i].State != "" {
			v.Mine = &v.List[i]
		}
	}
	if own, open := c.OwnPart(prog, r.Who); open {
		v.Part = &own
	}
	status := 0
	if refused != nil {
		status = http.StatusUnprocessableEntity
		x := record.Refusal(r, refused)
		v.Errors, v.Typed = x.Errors, x.Values
		item := page.Item{Text: page.FaultText(r.Lang, refused)}
		if refused.Field != "" {
			item.ID = refused.Field + "-" + part.ID(at)
			if at == "part" {
				item.ID = part.ID(refused.Field)
			}
		}
		v.Items = []page.Item{item}
	}
	v.Sent = r.PostForm
	name := record.Name(r.Lang, c, prog)
	return page.View{Title: r.T("apply.partners.title"), Sub: name, Shell: page.Work, Crumbs: []page.Link{{Label: name, URL: caseURL(c)}}, Status: status,
		Errors: v.Items, Body: partnersBody(v)}, nil
}

// answerPartners goes back to the page, with a message where the act was not possible.
func (p *Pages) answerPartners(r *page.Request, at, said string, err error) (page.View, error) {
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing {
		return p.showPartners(r, at, f)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/work/cases/"+r.PathValue("id")+"/partners", page.Say(said)), nil
}

func (p *Pages) askPartner(r *page.Request) (page.View, error) {
	key := r.Value("party")
	err := p.Cases.Ask(r.Context(), r.Who, r.PathValue("id"), key, r.Value("contact"), r.Value("mail"))
	return p.answerPartners(r, key, "apply.partners.asked", err)
}

func (p *Pages) consent(r *page.Request) (page.View, error) {
	return p.answerPartners(r, "own", "apply.partners.consented", p.Cases.Consent(r.Context(), r.Who, r.PathValue("id"), r.Value("seen")))
}

// savePart changes what the application says of the reader's own body.
func (p *Pages) savePart(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	cells := map[string]form.Input{}
	if own, open := c.OwnPart(prog, r.Who); open {
		cells = part.Inputs(own.Columns, r.PostForm)
	}
	return p.answerPartners(r, "part", "apply.partners.part_saved", p.Cases.SavePart(r.Context(), r.Who, c.ID, cells))
}

// partControls are the columns of the reader's own part as controls, with what was typed when it was refused.
func (v *partnersPage) partControls(r url.Values) (list []part.Control) {
	typed := part.Inputs(v.Part.Columns, r)
	for _, col := range v.Part.Columns {
		c := part.Control{Field: col, Input: col.Input(v.Part.Row[col.Key])}
		if v.At == "part" && typed[col.Key] != nil {
			c.Input = typed[col.Key]
			if bad := v.Errors[col.Key]; bad != "" {
				c.Problems = []form.Problem{{Field: col.Key, Message: lang.Text{JA: bad, EN: bad}}}
			}
		}
		list = append(list, c)
	}
	return list
}

// declinePart: afterwards the case is not theirs to read any more.
func (p *Pages) declinePart(r *page.Request) (page.View, error) {
	if err := p.Cases.DeclinePart(r.Context(), r.Who, r.PathValue("id"), r.Value("reason")); err != nil {
		return p.answerPartners(r, "own", "", err)
	}
	return page.Redirect("/work", page.Say("apply.partners.declined")), nil
}

// consentPaper takes the signed paper of a body that cannot answer on screen. Nothing is stored for a case that is not theirs.
func (p *Pages) consentPaper(r *page.Request) (page.View, error) {
	if _, _, err := p.get(r); err != nil {
		return page.View{}, err
	}
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return page.View{}, page.Unreadable(err)
	}
	key := r.Value("party")
	file, err := p.oneFile(r, "paper")
	if err == nil {
		err = p.Cases.ConsentOnPaper(r.Context(), r.Who, r.PathValue("id"), key, r.Value("seen"), r.Value("signer"), file)
	}
	return p.answerPartners(r, key, "apply.partners.paper_in", err)
}

// oneFile stores the one file of a small form; nil when none was sent.
func (p *Pages) oneFile(r *page.Request, name string) (*form.File, error) {
	f, head, err := r.FormFile(name)
	if err != nil {
		return nil, nil // the store says that one is needed
	}
	defer f.Close()
	return p.store(r, f, head, name)
}

func (p *Pages) store(r *page.Request, f multipart.File, head *multipart.FileHeader, name string) (*form.File, error) {
	stored, err := p.Files.Put(r.Context(), f, blob.Meta{Name: head.Filename, OwnerBody: r.Who.Hat.Body, Field: "@" + name, By: r.Who.Person})
	if x := fault.Of(err); x != nil && x.Kind == fault.Invalid {
		x.Field = name
	}
	if err != nil {
		return nil, err
	}
	return &stored, nil
}

// link shows somebody without an account what they are asked to consent to.
func (p *Pages) link(r *page.Request) (page.View, error) {
	in, err := p.Cases.ByLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return page.View{}, err
	}
	return linkView(r, in, nil), nil
}

func (p *Pages) answerLink(r *page.Request) (page.View, error) {
	in, err := p.Cases.AnswerByLink(r.Context(), r.PathValue("token"), r.RemoteAddr, r.Value("name"), r.Value("seen"), r.Value("answer") == "agree", r.Value("reason"))
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing && in != nil {
		return linkView(r, in, f), nil
	}
	if err != nil {
		return page.View{}, err
	}
	return linkView(r, in, nil), nil
}

func linkView(r *page.Request, in *cases.Invited, refused *fault.Fault) page.View {
	title := r.T("apply.link.title", "lead", in.Lead.Name, "party", in.Partner.Name)
	v := page.View{Title: title, Shell: page.Plain}
	if refused != nil {
		v.Status, v.Errors = http.StatusUnprocessableEntity, []page.Item{{ID: refused.Field, Text: page.FaultText(r.Lang, refused)}}
	}
	x := record.Refusal(r, refused)
	ask := func(name, label string, rows int) record.Asking {
		return record.Asking{ID: name, Name: name, Label: label, Bad: x.Errors[name], Value: x.Values[name], Rows: rows}
	}
	v.Body = linkBody(title, in, v.Errors, ask("name", r.T("apply.link.name"), 1), ask("reason", r.T("apply.partners.reason"), 2))
	return v
}

func reasonOf(a record.Asking) record.Asking {
	a.Rows = 2
	return a
}
