package entry

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// peoplePage is what the page of a body's people shows.
type peoplePage struct {
	Body     string // "lg:172014"
	Name     string
	Own      bool // the hat's own body
	Members  []account.Member
	Waiting  []account.Invitation
	Invite   []box // nil: may not invite
	Kept     bool  // no mail server is set: invitations lie with the administrator
	Delegate []box // nil: may not delegate
	Approval []box // the body's own settings, for its approvers
	Mine     string
	Proofs   int
	Errors   []page.Item
	Take     bool              // the list may be carried away
	Homes    map[string]string // code → name of the bodies that officers come from; nil where nobody is seconded to
}

// bodyOf is the body the page is about: the hat's own, or for a branch, HQ and administrators one that they name.
func bodyOf(r *page.Request) string {
	if b := value(r, "body"); b != "" {
		return b
	}
	return r.Who.Hat.Body
}

func (e *Entry) showPeople(r *page.Request) (page.View, error) { return e.peoplePage(r, "", nil, nil) }

func (e *Entry) peoplePage(r *page.Request, sent string, f faults, cause error) (page.View, error) {
	if r.Who.Hat.ID == "" {
		return page.Redirect("/hat?next=" + url.QueryEscape("/work/people")), nil
	}
	p := peoplePage{Body: bodyOf(r), Mine: r.Who.Person}
	p.Own = p.Body == r.Who.Hat.Body
	name, err := e.Accounts.BodyName(r.Context(), p.Body)
	if err != nil {
		return page.View{}, err
	}
	p.Name = name.In(r.Lang)
	if p.Kept, err = e.keepsMail(r); err != nil {
		return page.View{}, err
	}
	if p.Members, err = e.Accounts.People(r.Context(), r.Who, p.Body); err != nil {
		return page.View{}, err
	}
	if p.Homes, err = e.homes(r, p.Body, p.Members); err != nil {
		return page.View{}, err
	}
	if p.Take, err = e.Accounts.MayTake(r.Context(), r.Who, p.Body); err != nil {
		return page.View{}, err
	}
	if p.Waiting, err = e.Accounts.Invitations(r.Context(), r.Who, p.Body); err != nil {
		return page.View{}, err
	}
	proofs, err := e.Accounts.Proofs(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	p.Proofs = len(proofs)
	if err := e.peopleForms(r, &p, sent, f); err != nil {
		return page.View{}, err
	}
	if err := e.number(r, p.Members); err != nil {
		return page.View{}, err
	}
	p.Errors = f.items(slices.Concat(p.Invite, p.Delegate, p.Approval)...)
	return page.View{Title: r.T("entry.people.title", "body", p.Name), Shell: shellOf(r.Who), Body: peopleBody(p, r.Now), Errors: p.Errors, Status: f.status(cause)}, nil
}

func (e *Entry) peopleForms(r *page.Request, p *peoplePage, sent string, f faults) error {
	of := func(form string) faults {
		if form == sent {
			return f
		}
		return nil
	}
	roles, err := e.Accounts.Grantable(r.Context(), r.Who, p.Body)
	if err != nil {
		return err
	}
	if p.Own && r.Who.Is(account.RoleStaff) && r.Who.Hat.OnBehalfOf == "" {
		roles = append(roles, account.RoleApprover)
	}
	if len(roles) > 0 {
		p.Invite = inviteBoxes(r, roles, of("invite"))
	}
	if p.Own && r.Who.Hat.OnBehalfOf == "" {
		programmes, err := e.listed(r)
		if err != nil {
			return err
		}
		p.Delegate = delegateBoxes(r, p.Members, programmes, of("delegate"))
	}
	if p.Own && r.Who.Is(account.RoleApprover) && r.Who.Hat.OnBehalfOf == "" {
		b, err := e.Accounts.BodySettings(r.Context(), p.Body)
		if err != nil {
			return err
		}
		p.Approval = of("approval").form(r,
			box{Name: "steps", Type: "radio", Label: r.T("entry.approval.steps"), Value: map[bool]string{true: "one", false: "two"}[b.OneStep],
				Options: []option{{"two", r.T("entry.approval.two")}, {"one", r.T("entry.approval.one")}}},
			box{Name: "mailbox", Label: r.T("entry.mailbox"), Hint: r.T("entry.mailbox.hint"), Value: b.Mailbox, Type: "email", Optional: true, Auto: "off", Wide: true})
	}
	return nil
}

func inviteBoxes(r *page.Request, roles []account.Role, f faults) []box {
	var options []option
	for _, role := range roles {
		options = append(options, option{string(role), roleName(r.Lang, role)})
	}
	return f.form(r,
		box{Name: "name", Label: r.T("entry.name"), Auto: "off"},
		box{Name: "section", Label: r.T("entry.section"), Optional: true, Auto: "off"},
		box{Name: "email", Label: r.T("entry.email"), Type: "email", Auto: "off", Wide: true},
		box{Name: "shared", Label: r.T("entry.shared"), Hint: r.T("entry.shared.hint"), Type: "checkbox", Optional: true},
		box{Name: "role", Label: r.T("entry.role"), Options: options},
		box{Name: "lang", Label: r.T("entry.invite.lang"), Value: "ja", Options: langOptions(r)})
}

func delegateBoxes(r *page.Request, members []account.Member, programmes []Programme, f faults) []box {
	var options []option
	seen := map[string]bool{r.Who.Person: true}
	for _, m := range members {
		if m.State == account.Active && m.Source == "" && !seen[m.Person] {
			seen[m.Person] = true
			options = append(options, option{m.Person, m.Name})
		}
	}
	if len(options) == 0 {
		return nil
	}
	var named []string
	for _, p := range programmes {
		named = append(named, p.Number+" "+p.Title.In(r.Lang))
	}
	return f.form(r,
		box{Name: "to", Label: r.T("entry.delegate.to"), Options: options, Names: true},
		box{Name: "until", Label: r.T("entry.delegate.until"), Hint: r.T("entry.date.hint"), Auto: "off"},
		box{Name: "programmes", Label: r.T("entry.delegate.programmes"), Hint: r.T("entry.delegate.programmes.hint", "list", strings.Join(named, r.T("public.comma"))), Optional: true, Auto: "off", Wide: true},
		box{Name: "reason", Label: r.T("entry.delegate.reason"), Optional: true, Auto: "off", Wide: true})
}

// toPeople goes back to the page of people the form was on.
func toPeople(r *page.Request, say string, args ...any) page.View {
	path := "/work/people"
	if b := value(r, "body"); b != "" && b != r.Who.Hat.Body {
		path += "?body=" + url.QueryEscape(b)
	}
	return page.Redirect(path, page.Say(say, args...))
}

func (e *Entry) invite(r *page.Request) (page.View, error) {
	i, err := e.Accounts.Invite(r.Context(), r.Who, account.Invitation{Body: bodyOf(r), Role: account.Role(value(r, "role")), Name: value(r, "name"), Section: value(r, "section"),
		Email: value(r, "email"), Shared: value(r, "shared") != "", Lang: tagOf(value(r, "lang"))})
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.peoplePage(r, "invite", f, err)
	}
	say := "entry.invite.sent"
	if !i.Vouched {
		say = "entry.invite.sent.proposed"
	}
	kept, err := e.keepsMail(r)
	if err != nil {
		return page.View{}, err
	}
	if kept {
		say = "entry.invite.kept"
	}
	return toPeople(r, say, "name", i.Name, "email", i.Email), nil
}

func (e *Entry) withdraw(r *page.Request) (page.View, error) {
	if err := e.Accounts.Withdraw(r.Context(), r.Who, value(r, "id")); err != nil {
		return page.View{}, err
	}
	return toPeople(r, "entry.invite.withdrawn"), nil
}

// endForm is the page that says what ending a hat does, before it is done.
type endForm struct {
	Member account.Member
	Body   string
	Role   string
	Reason box
}

func (e *Entry) showEnd(r *page.Request) (page.View, error) {
	members, err := e.Accounts.People(r.Context(), r.Who, bodyOf(r))
	if err != nil {
		return page.View{}, err
	}
	for _, m := range members {
		if m.ID == value(r, "id") {
			form := endForm{Member: m, Body: bodyOf(r), Role: roleName(r.Lang, m.Role), Reason: box{Name: "reason", Label: r.T("entry.end.reason"), Optional: true, Auto: "off", Wide: true}}
			title := r.T("entry.end.title", "name", m.Name)
			return page.View{Title: title, Shell: shellOf(r.Who), Body: endBody(title, form)}, nil
		}
	}
	return page.View{}, fault.New(fault.Missing, "")
}

func (e *Entry) end(r *page.Request) (page.View, error) {
	if err := e.Accounts.EndMembership(r.Context(), r.Who, value(r, "id"), value(r, "reason")); err != nil {
		return page.View{}, err
	}
	if who, err := e.Accounts.Identify(r.Context(), cookie(r.Request, sessionCookie)); err != nil || who.Hat.ID == "" {
		return page.Redirect("/hat", page.Say("entry.end.done")), err
	}
	return toPeople(r, "entry.end.done"), nil
}

// homes names the bodies that the people of a section, an office or the committee come from.
func (e *Entry) homes(r *page.Request, body string, members []account.Member) (map[string]string, error) {
	if strings.HasPrefix(body, "lg:") || strings.HasPrefix(body, "branch:") || body == "system" {
		return nil, nil
	}
	names := map[string]string{}
	for _, m := range members {
		if m.Home == "" || names[m.Home] != "" {
			continue
		}
		name, err := e.Accounts.BodyName(r.Context(), "lg:"+m.Home)
		if err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
		if names[m.Home] = name.In(r.Lang); name.JA == "" {
			names[m.Home] = m.Home
		}
	}
	return names, nil
}

// homeForm is the page on which the home body (派遣元) of an officer or committee member is recorded.
type homeForm struct {
	Member account.Member
	Body   string
	Box    box
	Errors []page.Item
}

func (e *Entry) showHome(r *page.Request) (page.View, error) { return e.homePage(r, nil, nil) }

func (e *Entry) homePage(r *page.Request, f faults, cause error) (page.View, error) {
	members, err := e.Accounts.People(r.Context(), r.Who, bodyOf(r))
	if err != nil {
		return page.View{}, err
	}
	for _, m := range members {
		if m.ID != value(r, "id") {
			continue
		}
		form := homeForm{Member: m, Body: bodyOf(r)}
		form.Box = f.form(r, box{Name: "home", Label: r.T("entry.home.label"), Hint: r.T("entry.home.hint"), Value: m.Home, Optional: true, Auto: "off", Wide: true})[0]
		form.Errors = f.items(form.Box)
		title := r.T("entry.home.title", "name", m.Name)
		return page.View{Title: title, Shell: shellOf(r.Who), Body: homeBody(title, form), Errors: form.Errors, Status: f.status(cause)}, nil
	}
	return page.View{}, fault.New(fault.Missing, "")
}

func (e *Entry) saveHome(r *page.Request) (page.View, error) {
	code, err := e.homeCode(r, value(r, "home"))
	if err == nil {
		err = e.Accounts.SetHome(r.Context(), r.Who, value(r, "id"), code)
	}
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.homePage(r, f, err)
	}
	return toPeople(r, "entry.saved"), nil
}

// homeCode finds the one body that was typed by code or name.
func (e *Entry) homeCode(r *page.Request, typed string) (string, error) {
	if typed == "" {
		return "", nil
	}
	list, err := e.Register.Search(r.Context(), typed, 20)
	if err != nil {
		return "", err
	}
	for _, b := range list {
		if len(list) == 1 || b.Code == jp.FoldID(typed) {
			return b.Code, nil
		}
	}
	if len(list) == 0 {
		return "", fault.At("home", "account.home.unknown")
	}
	return "", fault.At("home", "entry.home.many", "n", len(list))
}

// endOfDay is the last moment of a day as people type it; fault.Invalid at field when it is none.
func endOfDay(field, typed string) (time.Time, error) {
	day, ok := jp.ParseDate(typed)
	if !ok {
		return time.Time{}, fault.At(field, "entry.date.wrong")
	}
	return jp.Start(jp.AddDays(day, 1)), nil
}

func (e *Entry) delegate(r *page.Request) (page.View, error) {
	until, err := endOfDay("until", value(r, "until"))
	only := ""
	if err == nil {
		only, err = e.codes(r, value(r, "programmes"))
	}
	if err == nil {
		_, err = e.Accounts.Delegate(r.Context(), r.Who, account.Delegation{To: value(r, "to"), Until: until, Programmes: only, Reason: value(r, "reason")})
	}
	if err != nil {
		f, other := problems(r, e.asNumber(r, err))
		if other != nil {
			return page.View{}, other
		}
		return e.peoplePage(r, "delegate", f, err)
	}
	return toPeople(r, "entry.delegate.done", "until", lang.Until(r.Lang, until)), nil
}

// asNumber names the programme that somebody may not delegate by its number, as they typed it.
func (e *Entry) asNumber(r *page.Request, err error) error {
	f := fault.Of(err)
	if f == nil || f.Key != "account.delegate.programmes" || len(f.Args) < 2 {
		return err
	}
	list, listing := e.listed(r)
	if i := slices.IndexFunc(list, func(p Programme) bool { return p.Code == f.Args[1] }); listing == nil && i >= 0 {
		return fault.At(f.Field, f.Key, "what", list[i].Number)
	}
	return err
}

// listed are the programmes a delegation may be limited to.
func (e *Entry) listed(r *page.Request) ([]Programme, error) {
	if e.Programmes == nil {
		return nil, nil
	}
	return e.Programmes(r.Context())
}

// number writes the programmes a hat is limited to as people call them.
func (e *Entry) number(r *page.Request, members []account.Member) error {
	list, err := e.listed(r)
	for i := range members {
		words := strings.Fields(members[i].Programmes)
		for k, code := range words {
			if at := slices.IndexFunc(list, func(p Programme) bool { return p.Code == code }); at >= 0 {
				words[k] = list[at].Number
			}
		}
		members[i].Programmes = strings.Join(words, " ")
	}
	return err
}

// codes turns the numbers somebody typed into the codes of programmes; fault.Invalid at "programmes" for one that does not exist.
func (e *Entry) codes(r *page.Request, typed string) (string, error) {
	list, err := e.listed(r)
	if err != nil {
		return "", err
	}
	var codes []string
	for _, word := range strings.FieldsFunc(jp.FoldID(typed), func(c rune) bool { return c == ' ' || c == ',' || c == '、' || c == '､' }) {
		i := slices.IndexFunc(list, func(p Programme) bool { return strings.EqualFold(p.Number, word) || p.Code == word })
		if i < 0 {
			return "", fault.At("programmes", "entry.delegate.programmes.unknown", "what", word)
		}
		codes = append(codes, list[i].Code)
	}
	return strings.Join(codes, " "), nil
}

func (e *Entry) saveApproval(r *page.Request) (page.View, error) {
	b, err := e.Accounts.BodySettings(r.Context(), r.Who.Hat.Body)
	if err != nil {
		return page.View{}, err
	}
	b.OneStep, b.Mailbox = value(r, "steps") == "one", value(r, "mailbox")
	if err := e.Accounts.SaveBody(r.Context(), r.Who, b); err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.peoplePage(r, "approval", f, err)
	}
	return toPeople(r, "entry.saved"), nil
}

// handoverPage is what the hand-over page shows.
type handoverPage struct {
	Name   string
	Body   string
	Boxes  []box
	List   []account.Handover
	Open   string // how much open work the person has whom the form names
	Errors []page.Item
}

func (e *Entry) showHandover(r *page.Request) (page.View, error) { return e.handoverPage(r, nil, nil) }

func (e *Entry) handoverPage(r *page.Request, f faults, cause error) (page.View, error) {
	if r.Who.Hat.ID == "" {
		return page.Redirect("/hat?next=" + url.QueryEscape("/work/handover")), nil
	}
	p := handoverPage{Body: bodyOf(r)}
	name, err := e.Accounts.BodyName(r.Context(), p.Body)
	if err != nil {
		return page.View{}, err
	}
	p.Name = name.In(r.Lang)
	members, err := e.Accounts.People(r.Context(), r.Who, p.Body)
	if err != nil {
		return page.View{}, err
	}
	var people []option
	seen := map[string]bool{}
	for _, m := range members {
		if m.State == account.Active && m.Source == "" && !seen[m.Person] {
			seen[m.Person] = true
			label := m.Name + "（" + roleName(r.Lang, m.Role) + "）"
			if e.Open != nil {
				n, err := e.Open(r.Context(), m.Person, p.Body)
				if err != nil {
					return page.View{}, err
				}
				label += r.T("entry.handover.open", "n", n)
			}
			people = append(people, option{m.Person, label})
		}
	}
	heir := ""
	for _, o := range people {
		if o.Value != r.Who.Person && heir == "" {
			heir = o.Value
		}
	}
	p.Boxes = f.form(r,
		box{Name: "from", Label: r.T("entry.handover.from"), Value: r.Who.Person, Options: people, Names: true},
		box{Name: "to", Label: r.T("entry.handover.to"), Value: heir, Options: people, Names: true},
		box{Name: "day", Label: r.T("entry.handover.day"), Hint: r.T("entry.handover.day.hint"), Value: jp.Date(r.Now), Auto: "off"},
		box{Name: "note", Label: r.T("entry.handover.note"), Hint: r.T("entry.handover.note.hint"), Type: "textarea", Optional: true, Wide: true})
	p.Errors = f.items(p.Boxes...)
	if p.List, err = e.Accounts.Handovers(r.Context(), r.Who, p.Body); err != nil {
		return page.View{}, err
	}
	return page.View{Title: r.T("entry.handover.title"), Shell: shellOf(r.Who), Body: handoverBody(p), Errors: p.Errors, Status: f.status(cause)}, nil
}

func (e *Entry) handover(r *page.Request) (page.View, error) {
	day, ok := jp.ParseDate(value(r, "day"))
	var err error = fault.At("day", "entry.date.wrong")
	var h account.Handover
	if ok {
		h, err = e.Accounts.PlanHandover(r.Context(), r.Who, account.Handover{From: value(r, "from"), To: value(r, "to"), Body: bodyOf(r), Day: day, Note: value(r, "note")})
	}
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.handoverPage(r, f, err)
	}
	if h.State == "planned" {
		return page.Redirect("/work/handover", page.Say("entry.handover.planned", "day", lang.LongDay(r.Lang, h.Day))), nil
	}
	if h.From == r.Who.Person {
		return page.Redirect("/hat", page.Say("entry.handover.done", "n", h.Moved)), nil
	}
	return page.Redirect("/work/handover", page.Say("entry.handover.done", "n", h.Moved)), nil
}

func (e *Entry) dropHandover(r *page.Request) (page.View, error) {
	if err := e.Accounts.DropHandover(r.Context(), r.Who, value(r, "id")); err != nil {
		return page.View{}, err
	}
	return page.Redirect("/work/handover", page.Say("entry.handover.dropped")), nil
}

// proofLine is one question of the proofs page.
type proofLine struct {
	account.Proof
	BodyName string
	RoleName string
	Reason   box
}

func (e *Entry) showProofs(r *page.Request) (page.View, error) { return e.proofsPage(r, "", nil, nil) }

func (e *Entry) proofsPage(r *page.Request, sent string, f faults, cause error) (page.View, error) {
	list, err := e.Accounts.Proofs(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	var lines []proofLine
	var shown []box
	for n, p := range list {
		name, err := e.Accounts.BodyName(r.Context(), p.Body)
		if err != nil {
			return page.View{}, err
		}
		field := fmt.Sprintf("reason%d", n)
		line := proofLine{Proof: p, BodyName: name.In(r.Lang), RoleName: roleName(r.Lang, p.Role),
			Reason: box{Name: field, Label: r.T("entry.proof.reason"), Hint: r.T("entry.proof.reason.hint"), Optional: true, Auto: "off", Wide: true}}
		if p.ID == sent {
			for i := range f {
				f[i].Field = field
			}
			line.Reason.Errors, line.Reason.Value = f.at(field), r.FormValue("reason")
		}
		lines, shown = append(lines, line), append(shown, line.Reason)
	}
	title := r.T("entry.proofs.title", "n", len(lines))
	return page.View{Title: title, Shell: shellOf(r.Who), Body: proofsBody(title, lines, f.items(shown...)), Errors: f.items(shown...), Status: f.status(cause)}, nil
}

func (e *Entry) prove(r *page.Request) (page.View, error) {
	id := value(r, "id")
	reason := ""
	if err := r.ParseForm(); err == nil {
		for name := range r.PostForm {
			if strings.HasPrefix(name, "reason") {
				reason = value(r, name)
			}
		}
	}
	r.Form.Set("reason", reason)
	err := e.Accounts.Prove(r.Context(), r.Who, id, value(r, "do") == "approve", reason)
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		if fault.Is(err, fault.Conflict) {
			return page.Redirect("/desk/proofs", page.Say("account.proof.done")), nil
		}
		v, e2 := e.proofsPage(r, id, f, err)
		v.Status = http.StatusUnprocessableEntity
		return v, e2
	}
	return page.Redirect("/desk/proofs", page.Say("entry.proof.done."+value(r, "do"))), nil
}
