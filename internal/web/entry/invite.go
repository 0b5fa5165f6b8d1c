package entry

import (
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// inviteForm is what an invitation's page shows.
type inviteForm struct {
	Invitation account.Invitation
	Body       string
	Role       string
	Token      string
	Boxes      []box
	Mine       string // name of the person signed in, who may take the hat as well
	Errors     []page.Item
}

func (e *Entry) showInvite(r *page.Request) (page.View, error) { return e.invitePage(r, nil, nil) }

func (e *Entry) invitePage(r *page.Request, f faults, cause error) (page.View, error) {
	token := r.PathValue("token")
	i, err := e.Accounts.Invited(r.Context(), token)
	if err != nil {
		return page.View{}, err
	}
	name, err := e.Accounts.BodyName(r.Context(), i.Body)
	if err != nil {
		return page.View{}, err
	}
	form := inviteForm{Invitation: i, Body: name.In(r.Lang), Role: roleName(r.Lang, i.Role), Token: token, Mine: r.Who.Name}
	suggested := ""
	if !i.Shared {
		suggested, _, _ = strings.Cut(i.Email, "@")
	}
	form.Boxes = f.form(r,
		box{Name: "name", Label: r.T("entry.name"), Value: i.Name, Auto: "name"},
		box{Name: "kana", Label: r.T("entry.kana"), Optional: true},
		box{Name: "division", Label: r.T("entry.division"), Hint: r.T("entry.division.hint"), Value: i.Section, Auto: "organization-title", Optional: true, Wide: true},
		box{Name: "phone", Label: r.T("entry.phone"), Hint: r.T("entry.phone.hint"), Type: "tel", Auto: "tel", Optional: true},
		box{Name: "login", Label: r.T("entry.login"), Hint: r.T("entry.login.hint"), Value: suggested, Auto: "username"},
		passwordBox(r),
		box{Name: "lang", Label: r.T("entry.lang"), Value: string(i.Lang), Options: langOptions(r)})
	form.Errors = f.items(form.Boxes...)
	return page.View{Title: r.T("entry.invite.title"), Shell: page.Plain, Body: inviteBody(form), Errors: form.Errors, Status: f.status(cause)}, nil
}

func (e *Entry) accept(r *page.Request) (page.View, error) {
	in, m, err := e.Accounts.Accept(r.Context(), r.PathValue("token"), account.Acceptance{Login: value(r, "login"), Name: value(r, "name"), Kana: value(r, "kana"),
		Division: value(r, "division"), Phone: value(r, "phone"),
		Password: r.FormValue("password"), Lang: tagOf(value(r, "lang"))}, e.from(r))
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.invitePage(r, f, err)
	}
	e.setCookie(r, sessionCookie, in.Token, account.SessionMost)
	path, err := e.onward(r, in.Token, "")
	return page.Redirect(path, page.Say("entry.invite.done."+string(m.State))), err
}

func (e *Entry) acceptMine(r *page.Request) (page.View, error) {
	m, err := e.Accounts.AcceptAs(r.Context(), r.Who, r.PathValue("token"))
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/hat", page.Say("entry.invite.done."+string(m.State))), nil
}

// joinForm is what the page shows on which somebody asks for access: first the body is looked up, then the person entered.
type joinForm struct {
	Query  string
	Found  []found
	Asked  bool // something was looked up
	Body   string
	Name   string // of the body chosen
	Boxes  []box
	Kept   bool // no mail server is set: the link lies with the administrator
	Errors []page.Item
}

type found struct{ Key, Label string }

func (e *Entry) showJoin(r *page.Request) (page.View, error) { return e.joinPage(r, nil, nil) }

func (e *Entry) joinPage(r *page.Request, f faults, cause error) (page.View, error) {
	form := joinForm{Query: value(r, "q"), Body: value(r, "body")}
	if form.Body != "" {
		name, err := e.chosen(r, form.Body)
		if err != nil {
			return page.View{}, err
		}
		if form.Name = name; name != "" {
			form.Boxes = joinBoxes(r, f)
		}
	}
	var err error
	if form.Kept, err = e.keepsMail(r); err != nil {
		return page.View{}, err
	}
	if form.Name == "" && form.Query != "" {
		form.Asked = true
		list, err := e.Register.Search(r.Context(), form.Query, 20)
		if err != nil {
			return page.View{}, err
		}
		for _, b := range list {
			form.Found = append(form.Found, found{b.Key(), b.Label(r.Lang)})
		}
	}
	form.Errors = f.items(form.Boxes...)
	return page.View{Title: r.T("entry.join.title"), Shell: page.Plain, Body: joinBody(form), Errors: form.Errors, Status: f.status(cause)}, nil
}

// chosen is the name of the body that was picked, "" when it is none.
func (e *Entry) chosen(r *page.Request, body string) (string, error) {
	code, ok := strings.CutPrefix(body, "lg:")
	if !ok {
		return "", nil
	}
	b, err := e.Register.Get(r.Context(), code)
	if fault.Is(err, fault.Missing) {
		return "", nil
	}
	return b.Label(r.Lang), err
}

func joinBoxes(r *page.Request, f faults) []box {
	var roles []option
	for _, role := range account.RolesIn("lg:") {
		roles = append(roles, option{string(role), roleName(r.Lang, role)})
	}
	return f.form(r,
		box{Name: "name", Label: r.T("entry.name"), Auto: "name"},
		box{Name: "section", Label: r.T("entry.section"), Hint: r.T("entry.section.hint"), Auto: "organization-title"},
		box{Name: "email", Label: r.T("entry.email"), Hint: r.T("entry.join.email.hint"), Type: "email", Auto: "email", Wide: true},
		box{Name: "shared", Label: r.T("entry.shared"), Hint: r.T("entry.shared.hint"), Type: "checkbox", Optional: true},
		box{Name: "role", Label: r.T("entry.role"), Options: roles},
		box{Name: "note", Label: r.T("entry.join.note"), Hint: r.T("entry.join.note.hint"), Type: "textarea", Optional: true, Wide: true})
}

func (e *Entry) join(r *page.Request) (page.View, error) {
	err := e.Accounts.Join(r.Context(), account.Invitation{Body: value(r, "body"), Role: account.Role(value(r, "role")), Name: value(r, "name"), Section: value(r, "section"),
		Email: value(r, "email"), Shared: value(r, "shared") != "", Lang: r.Lang, Note: value(r, "note")}, e.from(r))
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.joinPage(r, f, err)
	}
	return e.mailed(r, "entry.join.sent", "entry.join.sent.text")
}

// hatsForm is what the page of hats shows.
type hatsForm struct {
	Hats    []hatLine
	Waiting []hatLine
	Next    string
	Second  bool // the tenant asks for a second factor for a hat that cannot be worn
}

type hatLine struct {
	ID, Body, Role, Sub string
	Now                 bool
	Refused             string
}

func (e *Entry) showHats(r *page.Request) (page.View, error) {
	hats, err := e.Accounts.Hats(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	waiting, err := e.Accounts.Waiting(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	form := hatsForm{Next: local(value(r, "next"))}
	for _, m := range hats {
		line, err := e.hatLine(r, m)
		if err != nil {
			return page.View{}, err
		}
		line.Now = m.ID == r.Who.Hat.ID
		form.Hats = append(form.Hats, line)
		needs, err := e.Accounts.NeedsSecond(r.Context(), m.Role)
		if err != nil {
			return page.View{}, err
		}
		form.Second = form.Second || needs && r.Who.Hat.ID == ""
	}
	for _, m := range waiting {
		line, err := e.hatLine(r, m)
		if err != nil {
			return page.View{}, err
		}
		if m.State == account.Refused {
			line.Refused = m.Reason
		}
		form.Waiting = append(form.Waiting, line)
	}
	return page.View{Title: r.T("entry.hat.title"), Shell: page.Plain, Body: hatsBody(form)}, nil
}

func (e *Entry) hatLine(r *page.Request, m account.Membership) (hatLine, error) {
	name, err := e.Accounts.BodyName(r.Context(), m.Body)
	if err != nil && !fault.Is(err, fault.Missing) {
		return hatLine{}, err
	}
	line := hatLine{ID: m.ID, Body: name.In(r.Lang), Role: roleName(r.Lang, m.Role)}
	if line.Body == "" {
		line.Body = m.Body
	}
	if m.Behalf != "" {
		p, err := e.Accounts.Person(r.Context(), m.Behalf)
		if err != nil {
			return line, err
		}
		line.Sub = r.T("entry.hat.behalf", "name", p.Name, "until", lang.Until(r.Lang, m.Until))
	} else if !m.Until.IsZero() {
		line.Sub = r.T("entry.hat.until", "until", lang.Until(r.Lang, m.Until))
	}
	return line, nil
}

func (e *Entry) switchHat(r *page.Request) (page.View, error) {
	token := cookie(r.Request, sessionCookie)
	if err := e.Accounts.SwitchHat(r.Context(), r.Who, token, value(r, "hat")); err != nil {
		return page.View{}, err
	}
	who, err := e.Accounts.Identify(r.Context(), token)
	if err != nil {
		return page.View{}, err
	}
	if who.Hat.ID == "" {
		return page.Redirect(withNext("/hat", value(r, "next"))), nil
	}
	if next := local(value(r, "next")); next != "" {
		return page.Redirect(next), nil
	}
	return page.Redirect(page.HomeOf(who)), nil
}
