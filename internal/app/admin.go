package app

import (
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/web/entry"
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
	asked, _, err := a.Accounts.Requests(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	title := r.T("app.admin.well")
	if n := st.Laid + failed + int64(len(asked)); n > 0 {
		title = r.T("app.admin.attention", "n", n)
	}
	var doors []part.Row
	if r.Who.Is(account.RoleAdmin) {
		doors = append(doors, door("/admin/settings", r.T("entry.settings.title"), part.Cell{Text: r.T("entry.settings.about")}),
			door("/admin/reference", r.T("reference.title"), part.Cell{Text: r.T("reference.about")}))
	}
	doors = append(doors,
		door("/admin/requests", r.T("entry.requests.nav"), sound(len(asked) == 0, entry.WaitingRequests(r, len(asked)))),
		door("/admin/register", r.T("register.title"), part.Cell{Text: r.T("app.admin.register.text")}),
		door("/admin/jobs", r.T("app.admin.jobs"), sound(st.Laid == 0, r.T("app.admin.jobs.state", "waiting", st.Waiting, "dead", st.Laid))),
		door("/admin/mail", r.T("app.admin.mail"), sound(failed == 0, r.T("app.admin.mail.state", "failed", failed))),
		door("/admin/looks", r.T("audit.looks.title"), part.Cell{Text: r.T("app.admin.looks.text")}),
		door("/admin/journal", r.T("app.admin.journal"), part.Cell{Text: r.T("app.admin.journal.text")}))
	return page.View{Title: title, Shell: page.Desk, Body: adminHome(title, doors)}, nil
}

// door leads to a page of the administrator, with what it is for or how things stand there.
func door(url, name string, says part.Cell) part.Row {
	return part.Row{Cells: []part.Cell{{Text: name, URL: url}, says}}
}

// sound is how something stands: well, or to be looked at.
func sound(well bool, words string) part.Cell {
	return part.Cell{Text: words, Status: true, Look: map[bool]string{true: "yes", false: "back"}[well]}
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
	names := map[string]string{}
	for _, e := range list {
		about := part.Cell{}
		if e.Subject != e.Actor {
			about = part.Cell{Body: part.Said(a.name(r, names, e.Subject))}
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: at(r, e.At), Tight: true}, done(r, e), {Body: part.Said(a.name(r, names, e.Actor))}, about, {Text: e.Address, Tight: true}}})
	}
	title := r.T("app.admin.journal")
	return page.View{Title: title, Shell: page.Desk, Body: adminJournal(title, rows)}, nil
}

// done is what an entry of the journal says happened, in words where there are words for it.
func done(r *page.Request, e account.Entry) part.Cell {
	if key := "app.journal." + e.What; lang.Has(key) {
		return part.Cell{Text: r.T(key)}
	}
	return part.Cell{Body: part.Code(e.What)}
}

// at is a journal's time as a person reads it.
func at(r *page.Request, stamp string) string {
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return stamp
	}
	return lang.Moment(r.Lang, t)
}

// name is a person's name by id; of somebody who is gone, the id.
func (a *App) name(r *page.Request, known map[string]string, id string) string {
	if id == account.System.Person {
		return r.T("app.journal.system")
	}
	if _, ok := known[id]; !ok && id != "" {
		known[id] = id
		if p, err := a.Accounts.Person(r.Context(), id); err == nil {
			known[id] = p.Name
		}
	}
	return known[id]
}
