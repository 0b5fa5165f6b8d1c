package app

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/apply"
	"kakehashi/internal/web/audit"
	"kakehashi/internal/web/bring"
	"kakehashi/internal/web/desk"
	"kakehashi/internal/web/entry"
	"kakehashi/internal/web/find"
	"kakehashi/internal/web/notice"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/public"
	"kakehashi/internal/web/register"
	"kakehashi/programmes"
)

// pages makes the site and registers every page: one place to read what the service answers.
func (a *App) pages() {
	c := a.Config
	door := &entry.Entry{Accounts: a.Accounts, Register: a.Orgs, TryMail: a.tryMail, MailLeaves: a.mailLeaves, Programmes: a.listed, Secure: c.Secure, Mount: c.Mount, Open: a.openWork, Elsewhere: a.heldElsewhere}
	news := &notice.Pages{Mail: a.Mail, Cases: a.Cases, Accounts: a.Accounts, Orgs: a.Orgs, Programme: func(ctx context.Context, code string) (title lang.Text) {
		if p, err := a.Programmes.Current(ctx, code); err == nil {
			title = p.Title
		}
		return title
	}}
	a.Site = page.New(page.Config{Log: c.Log, Now: c.Clock, Secret: a.secret, Host: c.URL, Mount: c.Mount, Secure: c.Secure,
		Identify: door.Identify, SignIn: door.SignIn, Badge: a.badge, Nav: a.nav, News: news.Item, Demo: a.demo, Version: a.contentVersion, Seen: a.seen, Refused: a.refused, Begin: a.fresh})
	door.Routes(a.Site)
	(&public.Pages{Orgs: a.Orgs, Programmes: a.Programmes, Goals: a.goals(), Library: a.Library, Ties: a.Ties, Adopted: a.adopted}).Register(a.Site)
	(&find.Pages{Index: a.Index, Library: a.Library, Ties: a.Ties, Orgs: a.Orgs}).Register(a.Site)
	(&apply.Pages{Cases: a.Cases, Programmes: a.Programmes, Orgs: a.Orgs, Files: a.Files, Accounts: a.Accounts}).Register(a.Site)
	a.desk = &desk.Pages{Cases: a.Cases, Programmes: a.Programmes, Orgs: a.Orgs, Accounts: a.Accounts, Ledger: a.Ledger, Finance: a.Finance, Files: a.Files,
		Members: a.Accounts.Committee, Jobs: a.Jobs, Names: names(), Shipped: programmes.FS}
	a.desk.Register(a.Site)
	(&audit.Pages{Cases: a.Cases, Programmes: a.Programmes, Orgs: a.Orgs, Files: a.Files, Proof: a.Proof, Reads: a.Reads}).Register(a.Site)
	news.Register(a.Site)
	(&bring.Pages{Accounts: a.Accounts, Cases: a.Cases, Jobs: a.Jobs, Ledger: a.Ledger, Mail: a.Mail, Orgs: a.Orgs, Programmes: a.Programmes, URL: a.url}).Register(a.Site)
	(&register.Pages{Orgs: a.Orgs, Accounts: a.Accounts, Jobs: a.Jobs, Mail: a.Mail, URL: a.url}).Register(a.Site)
	a.residents()
	a.shared()
	a.admin()
	a.Site.Handle("GET /healthz", http.HandlerFunc(a.health))
}

// openWork counts the open cases a person is responsible for in a body.
func (a *App) openWork(ctx context.Context, person, body string) (int, error) {
	return a.Cases.OwnedBy(ctx, person, strings.TrimPrefix(body, "lg:"))
}

// badge names the acting person's body and hats for the top line.
func (a *App) badge(r *page.Request) page.Badge {
	name, err := a.Accounts.BodyName(r.Context(), r.Who.Hat.Body)
	if err != nil {
		name.JA = ""
	}
	hats, _ := a.Accounts.Hats(r.Context(), r.Who.Person)
	return page.Badge{Body: name.In(r.Lang), Person: r.Who.Name, Hats: len(hats)}
}

// nav is the side navigation of the two workspaces.
func (a *App) nav(r *page.Request, s page.Shell) page.Nav {
	if s == page.Work {
		return apply.Nav(r)
	}
	n, err := a.desk.Nav(r)
	if err != nil {
		a.Config.Log.Error("navigation", "err", err)
	}
	return n
}

// lately is what read returns, or what it returned a moment ago while this process has written nothing.
func (a *App) lately(what string, read func() (string, error)) (string, error) {
	return a.kept.Get(what+" "+strconv.FormatUint(a.DB.Written(), 36), read)
}

// demo reports whether the installation holds the demonstration.
func (a *App) demo(ctx context.Context) bool {
	n, err := a.lately("demo", func() (string, error) {
		return db.One(ctx, a.DB.Read(), db.String, `SELECT CAST(COUNT(*) AS TEXT) FROM (SELECT 1 AS one FROM people WHERE sample = TRUE LIMIT 1) x`)
	})
	return err == nil && n != "0"
}

// contentVersion changes when something public does: a programme's version or state, a decision, the register.
func (a *App) contentVersion(ctx context.Context) string {
	v, err := a.lately("content", func() (string, error) {
		return db.One(ctx, a.DB.Read(), db.String, `SELECT
			COALESCE((SELECT MAX(published) FROM programme_versions), '') || '/' || COALESCE((SELECT MAX(at) FROM programme_states), '') || '/' ||
			COALESCE((SELECT MAX(id) FROM ledger_entries), 0)`)
	})
	if err != nil {
		return fmt.Sprint(time.Now().UnixNano())
	}
	return a.Orgs.Version() + "/" + v
}

// fresh takes over what another process has changed of the reference data.
func (a *App) fresh(ctx context.Context) {
	if err := a.Orgs.Fresh(ctx); err != nil {
		a.Config.Log.Error("reference data", "err", err)
	}
}

// listed are the programmes as people name them when a delegation is limited.
func (a *App) listed(ctx context.Context) ([]entry.Programme, error) {
	all, err := a.Programmes.All(ctx)
	var list []entry.Programme
	for _, p := range all {
		list = append(list, entry.Programme{Code: p.Code, Number: p.Number, Title: p.Title})
	}
	return list, err
}

// adopted lists adopted projects for the public page.
func (a *App) adopted(ctx context.Context, programme string, fy int, after string) ([]public.Adopted, string, error) {
	list, next, err := a.Cases.Adopted(ctx, programme, fy, after, a.demo(ctx))
	var out []public.Adopted
	for _, x := range list {
		p := public.Adopted{Number: x.Number, Programme: x.Programme, FiscalYear: x.FiscalYear, Org: x.Org, OrgCode: x.OrgCode, Title: x.Title,
			Decided: x.Decided, Revoked: x.Revoked}
		for _, f := range x.Fields {
			p.Fields = append(p.Fields, public.Answer{Field: f.Field, Value: f.Value})
		}
		out = append(out, p)
	}
	return out, next, err
}

// health answers a monitor: 200 when the database does.
func (a *App) health(w http.ResponseWriter, r *http.Request) {
	if _, err := db.One(r.Context(), a.DB.Read(), db.Int, `SELECT 1`); err != nil {
		http.Error(w, "database", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}
