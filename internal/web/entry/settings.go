package entry

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// settingsPage is what the administrator may change after the set-up.
type settingsPage struct {
	Tenant  []box
	Number  string // a number as the pattern makes it
	Mail    []box
	Test    *box
	Said    string
	Carried string // where mails go now
	Errors  []page.Item
}

// settingsRoutes registers the administrator's settings.
func (e *Entry) settingsRoutes(s *page.Site) {
	s.Get("/admin/settings", page.Member(admins(e.showSettings)))
	s.Post("/admin/settings/tenant", page.Member(admins(e.saveTenant)))
	s.Post("/admin/settings/mail", page.Member(admins(e.saveMailSettings)))
}

// admins lets only administrators through; for others the page does not exist.
func admins(h page.Handler) page.Handler {
	return func(r *page.Request) (page.View, error) {
		if !r.Who.Is(account.RoleAdmin) {
			return page.View{}, fault.New(fault.Missing, "")
		}
		return h(r)
	}
}

func tenantBoxes(r *page.Request, t account.Tenant) []box {
	return []box{
		{Name: "name_ja", Label: r.T("entry.tenant.name_ja"), Value: t.Name.JA, Auto: "organization", Wide: true},
		{Name: "name_en", Label: r.T("entry.tenant.name_en"), Value: t.Name.EN, Optional: true, Wide: true},
		{Name: "head", Label: r.T("entry.tenant.head"), Hint: r.T("entry.tenant.head.hint"), Value: t.Head, Wide: true},
		{Name: "address", Label: r.T("entry.tenant.address"), Value: t.Address, Optional: true, Auto: "off", Wide: true},
		{Name: "pattern", Label: r.T("entry.tenant.pattern"), Hint: r.T("entry.tenant.pattern.hint", "n", "{n}", "fy", "{fy}", "section", "{section}"), Value: t.NumberPattern},
		{Name: "contact", Label: r.T("entry.tenant.contact"), Hint: r.T("entry.tenant.contact.hint"), Value: t.Contact, Type: "email", Optional: true, Wide: true},
		{Name: "url", Label: r.T("entry.tenant.url"), Hint: r.T("entry.tenant.url.hint"), Value: t.URL, Mode: "url", Wide: true}}
}

func tenantSent(r *page.Request, t account.Tenant) account.Tenant {
	t.Name = lang.Text{JA: value(r, "name_ja"), EN: value(r, "name_en")}
	t.Head, t.Address, t.NumberPattern, t.Contact, t.URL = value(r, "head"), value(r, "address"), value(r, "pattern"), value(r, "contact"), value(r, "url")
	return t
}

func mailBoxes(r *page.Request, m account.MailServer) []box {
	hint := ""
	if m.Password != "" {
		hint = r.T("entry.mail.password.kept")
	}
	return []box{
		{Name: "host", Label: r.T("entry.mail.host"), Hint: r.T("entry.mail.host.hint"), Value: m.Host, Optional: true, Wide: true},
		{Name: "port", Label: r.T("entry.mail.port"), Value: strconv.Itoa(m.Port), Mode: "numeric"},
		{Name: "security", Label: r.T("entry.mail.security"), Value: m.Security, Options: []option{{"starttls", "STARTTLS"}, {"tls", "TLS"}, {"none", r.T("entry.mail.security.none")}}},
		{Name: "user", Label: r.T("entry.mail.user"), Value: m.User, Optional: true, Auto: "off"},
		{Name: "mailpassword", Label: r.T("entry.mail.password"), Hint: hint, Type: "password", Optional: true, Auto: "off"},
		{Name: "from", Label: r.T("entry.mail.from"), Value: m.From, Type: "email", Optional: true, Wide: true},
		{Name: "sender", Label: r.T("entry.mail.sender"), Value: m.Name, Optional: true, Wide: true}}
}

func mailSent(r *page.Request) account.MailServer {
	port, _ := strconv.Atoi(value(r, "port"))
	return account.MailServer{Host: value(r, "host"), Port: port, Security: value(r, "security"), User: value(r, "user"), Password: r.FormValue("mailpassword"),
		From: value(r, "from"), Name: value(r, "sender")}
}

func (e *Entry) showSettings(r *page.Request) (page.View, error) {
	return e.settingsView(r, "", "", nil, nil)
}

// settingsView shows both forms; what was sent and its faults belong to one of them ("tenant" or "mail").
func (e *Entry) settingsView(r *page.Request, form, said string, f faults, cause error) (page.View, error) {
	t, err := e.Accounts.Tenant(r.Context())
	if err != nil {
		return page.View{}, err
	}
	m, err := e.Accounts.MailServer(r.Context())
	if err != nil {
		return page.View{}, err
	}
	me, err := e.Accounts.Person(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	if t.URL == "" {
		t.URL = origin(r)
	}
	v := settingsPage{Said: said, Tenant: tenantBoxes(r, t), Mail: mailBoxes(r, m), Number: numberLike(r, t.NumberPattern)}
	typed := f
	if len(f) == 0 && form != "" { // shown again without a fault: a preview, a test that was sent
		typed = faults{{Text: said}}
	}
	switch form {
	case "tenant":
		v.Tenant = typed.form(r, v.Tenant...)
		v.Number = numberLike(r, value(r, "pattern"))
	case "mail":
		v.Mail = typed.form(r, v.Mail...)
	}
	v.Carried = r.T("entry.settings.folder")
	if m.Host != "" {
		v.Carried = r.T("entry.settings.server", "host", m.Host, "port", strconv.Itoa(m.Port))
	}
	if e.TryMail != nil {
		v.Test = &box{Name: "to", Label: r.T("entry.mail.test.to"), Value: me.Email, Type: "email", Optional: true, Wide: true}
		if to := value(r, "to"); to != "" {
			v.Test.Value = to
		}
	}
	v.Errors = f.items(append(append([]box{}, v.Tenant...), v.Mail...)...)
	return page.View{Title: r.T("entry.settings.title"), Shell: shellOf(r.Who), Body: settingsBody(v), Errors: v.Errors, Status: f.status(cause)}, nil
}

// sampleNumber is the number a preview shows.
const sampleNumber = 124

// numberLike is a document number as the pattern would make it this fiscal year; it follows cases.number.
func numberLike(r *page.Request, pattern string) string {
	year := jp.FY(r.Now)
	fy := strings.TrimSuffix(lang.FiscalYear(lang.JA, year), fmt.Sprintf("年度（%d年度）", year))
	mark := r.T("entry.settings.mark")
	return strings.NewReplacer("{mark}", mark, "{section}", mark, "{fy}", strings.TrimPrefix(fy, "令和"), "{n}", strconv.Itoa(sampleNumber)).Replace(pattern)
}

func (e *Entry) saveTenant(r *page.Request) (page.View, error) {
	if value(r, "do") == "preview" {
		return e.settingsView(r, "tenant", "", nil, nil)
	}
	t, err := e.Accounts.Tenant(r.Context())
	if err != nil {
		return page.View{}, err
	}
	if err := e.Accounts.SaveTenant(r.Context(), r.Who, tenantSent(r, t)); err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.settingsView(r, "tenant", "", f, err)
	}
	return page.Redirect("/admin/settings", page.Say("entry.settings.saved")), nil
}

func (e *Entry) saveMailSettings(r *page.Request) (page.View, error) {
	m, err := e.Accounts.CheckMailServer(r.Context(), mailSent(r))
	if err == nil && value(r, "do") == "test" && e.TryMail != nil {
		said, err := e.tried(r, m)
		if err != nil {
			f, other := problems(r, err)
			if other != nil {
				return page.View{}, other
			}
			return e.settingsView(r, "mail", "", f, err)
		}
		return e.settingsView(r, "mail", said, nil, nil)
	}
	if err == nil {
		err = e.Accounts.SaveMailServer(r.Context(), r.Who, m)
	}
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.settingsView(r, "mail", "", f, err)
	}
	return page.Redirect("/admin/settings", page.Say("entry.settings.saved")), nil
}

// testMost is how long a test mail may take.
const testMost = 30 * time.Second

// tried sends one mail with settings that are not saved yet; what the server answered is the fault at its host.
func (e *Entry) tried(r *page.Request, m account.MailServer) (said string, err error) {
	to := value(r, "to")
	if m.Host == "" {
		return "", fault.At("host", "entry.settings.host.needed")
	}
	ctx, cancel := context.WithTimeout(r.Context(), testMost)
	defer cancel()
	if err := e.TryMail(ctx, m, to); err != nil {
		why := err.Error()
		if f := fault.Of(err); f != nil {
			why = page.FaultText(r.Lang, f)
		}
		return "", fault.At("host", "entry.mail.test.failed", "why", why)
	}
	return r.T("entry.settings.test.sent", "to", to), nil
}
