package entry

import (
	"strconv"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// setupForm is one of the four pages of the set-up.
type setupForm struct {
	Step   int // 1 to 4
	Action string
	Lead   string
	Token  string
	Boxes  []box
	Test   *box   // where a test mail goes
	Said   string // outcome of the test mail
	Submit string
	Errors []page.Item
}

func (e *Entry) setupPage(r *page.Request, form setupForm, f faults, cause error) page.View {
	form.Errors = f.items(form.Boxes...)
	form.Lead = r.T("entry.setup." + strconv.Itoa(form.Step) + ".lead")
	title := r.T("entry.setup." + strconv.Itoa(form.Step))
	return page.View{Title: title, Shell: page.Plain, Body: setupBody(title, form), Errors: form.Errors, Status: f.status(cause)}
}

// showSetup is the first page: the administrator. It exists only for the link printed on the console, once.
func (e *Entry) showSetup(r *page.Request) (page.View, error) { return e.adminPage(r, nil, nil) }

func (e *Entry) adminPage(r *page.Request, f faults, cause error) (page.View, error) {
	token := r.FormValue("token")
	if err := e.Accounts.CheckSetup(r.Context(), token); err != nil {
		if r.Who.Is(account.RoleAdmin) {
			if open, err := e.Accounts.SetupOpen(r.Context()); err == nil && open {
				return page.Redirect("/setup/names"), nil
			}
		}
		return page.View{}, err
	}
	boxes := f.form(r,
		box{Name: "name", Label: r.T("entry.name"), Auto: "name"},
		box{Name: "email", Label: r.T("entry.email"), Type: "email", Auto: "email", Wide: true},
		box{Name: "login", Label: r.T("entry.login"), Hint: r.T("entry.login.hint"), Auto: "username"},
		passwordBox(r))
	return e.setupPage(r, setupForm{Step: 1, Action: "/setup", Token: token, Boxes: boxes, Submit: r.T("entry.setup.next")}, f, cause), nil
}

func (e *Entry) setup(r *page.Request) (page.View, error) {
	in, err := e.Accounts.Setup(r.Context(), r.FormValue("token"), account.NewPerson{Login: value(r, "login"), Name: value(r, "name"), Email: value(r, "email"),
		Lang: r.Lang, Password: r.FormValue("password")}, e.from(r))
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.adminPage(r, f, err)
	}
	e.setCookie(r, sessionCookie, in.Token, account.SessionMost)
	return page.Redirect("/setup/names"), nil
}

// inSetup lets only an administrator through, and only until the set-up is finished; afterwards the page does not exist.
func (e *Entry) inSetup(h page.Handler) page.Handler {
	return page.Member(func(r *page.Request) (page.View, error) {
		open, err := e.Accounts.SetupOpen(r.Context())
		if err != nil {
			return page.View{}, err
		}
		if !open || !r.Who.Is(account.RoleAdmin) {
			return page.View{}, fault.New(fault.Missing, "")
		}
		return h(r)
	})
}

func (e *Entry) showNames(r *page.Request) (page.View, error) { return e.namesPage(r, nil, nil) }

func (e *Entry) namesPage(r *page.Request, f faults, cause error) (page.View, error) {
	t, err := e.Accounts.Tenant(r.Context())
	if err != nil {
		return page.View{}, err
	}
	if t.URL == "" {
		t.URL = origin(r)
	}
	named, err := e.Accounts.TenantNamed(r.Context())
	if err != nil {
		return page.View{}, err
	}
	if !named { // the neutral words are nobody's letterhead
		t.Name, t.Head = lang.Text{}, ""
	}
	boxes := f.form(r, tenantBoxes(r, t)...)
	return e.setupPage(r, setupForm{Step: 2, Action: "/setup/names", Boxes: boxes, Submit: r.T("entry.setup.next")}, f, cause), nil
}

func (e *Entry) saveNames(r *page.Request) (page.View, error) {
	t, err := e.Accounts.Tenant(r.Context())
	if err != nil {
		return page.View{}, err
	}
	if err := e.Accounts.SaveTenant(r.Context(), r.Who, tenantSent(r, t)); err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.namesPage(r, f, err)
	}
	return page.Redirect("/setup/mail"), nil
}

func (e *Entry) showMail(r *page.Request) (page.View, error) { return e.mailPage(r, "", nil, nil) }

func (e *Entry) mailPage(r *page.Request, said string, f faults, cause error) (page.View, error) {
	m, err := e.Accounts.MailServer(r.Context())
	if err != nil {
		return page.View{}, err
	}
	me, err := e.Accounts.Person(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	shown := f
	if said != "" && len(f) == 0 { // a test was sent: show what was typed
		shown = faults{{Text: said}}
	}
	boxes := shown.form(r, mailBoxes(r, m)...)
	form := setupForm{Step: 3, Action: "/setup/mail", Boxes: boxes, Said: said, Submit: r.T("entry.setup.next")}
	if e.TryMail != nil {
		form.Test = &box{Name: "to", Label: r.T("entry.mail.test.to"), Value: me.Email, Type: "email", Optional: true, Wide: true}
		if v := value(r, "to"); v != "" {
			form.Test.Value = v
		}
	}
	return e.setupPage(r, form, f, cause), nil
}

func (e *Entry) saveMail(r *page.Request) (page.View, error) {
	m, err := e.Accounts.CheckMailServer(r.Context(), mailSent(r))
	if err == nil && value(r, "do") == "test" && e.TryMail != nil {
		return e.testMail(r, m)
	}
	if err == nil {
		err = e.Accounts.SaveMailServer(r.Context(), r.Who, m)
	}
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.mailPage(r, "", f, err)
	}
	return page.Redirect("/setup/finish"), nil
}

func (e *Entry) testMail(r *page.Request, m account.MailServer) (page.View, error) {
	if err := e.TryMail(r.Context(), m, value(r, "to")); err != nil {
		why := err.Error()
		if f := fault.Of(err); f != nil {
			why = page.FaultText(r.Lang, f)
		}
		cause := fault.At("host", "entry.mail.test.failed", "why", why)
		f, _ := problems(r, cause)
		return e.mailPage(r, "", f, cause)
	}
	return e.mailPage(r, r.T("entry.mail.test.sent", "to", value(r, "to")), nil, nil)
}

func (e *Entry) showFinish(r *page.Request) (page.View, error) {
	return e.setupPage(r, setupForm{Step: 4, Action: "/setup/finish", Submit: r.T("entry.setup.finish")}, nil, nil), nil
}

func (e *Entry) finish(r *page.Request) (page.View, error) {
	if err := e.Accounts.FinishSetup(r.Context(), r.Who); err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.namesPage(r, f, err)
	}
	return page.Redirect("/work/people", page.Say("entry.setup.done")), nil
}
