package app

import (
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// admin registers the administrator's pages: background work, mails, the journal of accounts. Case contents are not among them.
func (a *App) admin() {
	only := func(h page.Handler) page.Handler {
		return page.Member(func(r *page.Request) (page.View, error) {
			if !r.Who.Is(account.RoleAdmin, account.RoleAuditor) {
				return page.View{}, fault.New(fault.Missing, "db.missing")
			}
			return h(r)
		})
	}
	a.Site.Get("/admin", only(a.adminHome))
	a.Site.Get("/admin/jobs", only(a.adminJobs))
	a.Site.Get("/admin/mail", only(a.adminMail))
	a.Site.Get("/admin/journal", only(a.adminJournal))
}

// adminHome says first whether something needs the administrator.
func (a *App) adminHome(r *page.Request) (page.View, error) {
	st, err := a.Jobs.State(r.Context())
	if err != nil {
		return page.View{}, err
	}
	failed, err := a.Mail.Count(r.Context(), mail.Failed)
	if err != nil {
		return page.View{}, err
	}
	title := r.T("app.admin.well")
	if st.Laid > 0 || failed > 0 {
		title = r.T("app.admin.attention", "n", st.Laid+failed)
	}
	var facts []part.Fact
	if r.Who.Is(account.RoleAdmin) {
		facts = append(facts, part.Fact{Label: r.T("entry.settings.title"), Text: r.T("entry.settings.about"), Links: link(r, "/admin/settings", r.T("entry.settings.title"))})
	}
	facts = append(facts, []part.Fact{
		{Label: r.T("register.title"), Text: r.T("app.admin.register.text"), Links: link(r, "/admin/register", r.T("register.title"))},
		{Label: r.T("app.admin.jobs"), Text: r.T("app.admin.jobs.state", "waiting", st.Waiting, "dead", st.Laid), Links: link(r, "/admin/jobs", r.T("app.admin.jobs"))},
		{Label: r.T("app.admin.mail"), Text: r.T("app.admin.mail.state", "failed", failed), Links: link(r, "/admin/mail", r.T("app.admin.mail"))},
		{Label: r.T("audit.looks.title"), Text: r.T("app.admin.looks.text"), Links: link(r, "/admin/looks", r.T("audit.looks.title"))},
		{Label: r.T("app.admin.journal"), Text: r.T("app.admin.journal.text"), Links: link(r, "/admin/journal", r.T("app.admin.journal"))},
	}...)
	return page.View{Title: title, Shell: page.Desk, Body: adminHome(title, facts)}, nil
}

func link(r *page.Request, url, name string) []page.Link {
	return []page.Link{{Label: r.T("app.admin.open", "name", name), URL: url}}
}

// when shows a time, "" for one that never was.
func when(r *page.Request, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return lang.Moment(r.Lang, t)
}

// adminJobs lists schedules and the last runs.
func (a *App) adminJobs(r *page.Request) (page.View, error) {
	schedules, err := a.Jobs.Schedules(r.Context())
	if err != nil {
		return page.View{}, err
	}
	recent, err := a.Jobs.Recent(r.Context(), jobs.Filter{})
	if err != nil {
		return page.View{}, err
	}
	var plan, runs []part.Row
	for _, s := range schedules {
		plan = append(plan, part.Row{Cells: []part.Cell{{Body: part.Code(s.Kind)}, {Text: lang.Moment(r.Lang, s.Next)}, {Text: when(r, s.Started)}}})
	}
	for _, j := range recent {
		runs = append(runs, part.Row{Cells: []part.Cell{{Body: part.Code(j.Kind)}, {Text: lang.Moment(r.Lang, j.Started)}, {Text: j.Failure}}})
	}
	title := r.T("app.admin.jobs")
	return page.View{Title: title, Shell: page.Desk, Body: adminJobs(title, plan, runs)}, nil
}

// adminMail lists the newest mails with what became of them.
func (a *App) adminMail(r *page.Request) (page.View, error) {
	list, err := a.Mail.Page(r.Context(), mail.State(r.URL.Query().Get("state")), r.URL.Query().Get("before"))
	if err != nil {
		return page.View{}, err
	}
	var rows []part.Row
	for _, m := range list {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: m.To}, {Text: m.Subject}, {Text: r.T("app.admin.mail." + string(m.State)), Sub: m.Failure},
			{Text: lang.Moment(r.Lang, m.Queued)}}})
	}
	title := r.T("app.admin.mail")
	return page.View{Title: title, Shell: page.Desk, Body: adminMails(title, rows)}, nil
}

// adminJournal lists the newest entries of the journal of accounts.
func (a *App) adminJournal(r *page.Request) (page.View, error) {
	list, err := a.Accounts.Journal(r.Context(), r.Who, "", 0, 100)
	if err != nil {
		return page.View{}, err
	}
	var rows []part.Row
	for _, e := range list {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: e.At}, {Body: part.Code(e.What)}, {Text: e.Actor}, {Text: e.Subject}, {Text: e.Address}}})
	}
	title := r.T("app.admin.journal")
	return page.View{Title: title, Shell: page.Desk, Body: adminJournal(title, rows)}, nil
}
