// Package register is where headquarters and administrators look after the register of bodies (団体台帳): finding a body, its contact
// data, a change of name from a day on, mergers, new associations and NGOs, and the import of whole lists with a trial run first.
// Administrators look after the reference data (基礎データ) here too: offices, routes, sections, desks, holidays, countries and branches.
package register

import (
	"context"
	"io"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// Pages are the pages of the register.
type Pages struct {
	Orgs     *org.Store
	Accounts *account.Store
	Jobs     *jobs.Queue
	Mail     *mail.Outbox
	URL      func(path string) string // the whole address of a page, for mails
}

// Register adds the pages to the site.
func (p *Pages) Register(s *page.Site) {
	read := func(h page.Handler) page.Handler { return allow(h, append(keepers, account.RoleAuditor)...) }
	write := func(h page.Handler) page.Handler { return allow(h, keepers...) }
	s.Get("/admin/register", read(p.list))
	s.Get("/admin/register/export.csv", read(p.export))
	s.Get("/admin/register/new", write(p.askNew))
	s.Post("/admin/register/new", write(p.add))
	p.importRoutes(s)
	p.referenceRoutes(s)
	s.Get("/admin/register/{code}", read(p.body))
	s.Get("/admin/register/{code}/edit", write(p.askEdit))
	s.Post("/admin/register/{code}/edit", write(p.edit))
	s.Get("/admin/register/{code}/rename", write(p.askRename))
	s.Post("/admin/register/{code}/rename", write(p.rename))
	s.Get("/admin/register/{code}/merge", write(p.askMerge))
	s.Post("/admin/register/{code}/merge", write(p.merge))
}

// keepers are the roles that may change the register.
var keepers = []account.Role{account.RoleAdmin, account.RoleOfficer, account.RoleChief}

// allow lets only these roles through; for everybody else the page does not exist.
func allow(h page.Handler, roles ...account.Role) page.Handler {
	return page.Member(func(r *page.Request) (page.View, error) {
		if !r.Who.Is(roles...) {
			return page.View{}, fault.New(fault.Missing, "db.missing")
		}
		return h(r)
	})
}

func mayChange(r *page.Request) bool { return r.Who.Is(keepers...) }

// by is the acting person as the register's journal names them.
func by(r *page.Request) org.By {
	return org.By{Person: r.Who.Person, Hat: string(r.Who.Hat.Role) + " " + r.Who.Hat.Body}
}

// shown is how many bodies a list shows at once.
const shown = 50

// listPage is the register as it is searched.
type listPage struct {
	Text, Type string
	Types      []org.Type
	Rows       []part.Row
	Next       string
	Change     bool
}

func (p *Pages) list(r *page.Request) (page.View, error) {
	q := r.URL.Query()
	v := listPage{Text: strings.TrimSpace(q.Get("q")), Type: q.Get("type"), Types: org.Types(), Change: mayChange(r)}
	list, err := p.Orgs.Search(r.Context(), v.Text, shown)
	if err == nil && v.Text == "" {
		f := org.Filter{Ended: true}
		if v.Type != "" {
			f.Types = []string{v.Type}
		}
		list, v.Next, err = p.Orgs.List(r.Context(), f, q.Get("after"), shown)
	}
	if err != nil {
		return page.View{}, err
	}
	if v.Text != "" && v.Type != "" {
		list = slices.DeleteFunc(list, func(b org.Body) bool { return b.Type != v.Type })
	}
	for _, b := range list {
		v.Rows = append(v.Rows, part.Row{Cells: []part.Cell{{Text: b.Code, Tight: true}, {Text: b.Name, URL: "/admin/register/" + b.Code, Sub: b.Kana},
			{Text: org.TypeName(r.Lang, b.Type)}, {Text: prefecture(r, b)}, {Text: lasting(r, b)}}})
	}
	return page.View{Title: r.T("register.title"), Shell: page.Desk, Body: listBody(v)}, nil
}

func prefecture(r *page.Request, b org.Body) string {
	name, _ := org.PrefectureName(b.Prefecture)
	return name.In(r.Lang)
}

// lasting says that a body has ended or has not begun, "" for one of today.
func lasting(r *page.Request, b org.Body) string {
	if b.ValidTo != "" {
		return r.T("register.until", "day", lang.LongDay(r.Lang, b.ValidTo))
	}
	return ""
}

// export writes the whole register as CSV; import reads it back.
func (p *Pages) export(r *page.Request) (page.View, error) {
	return page.Download("text/csv; charset=utf-8", "register.csv", func(w io.Writer) error {
		return p.Orgs.Export(r.Context(), w, org.Filter{Ended: true})
	}), nil
}

// nextOf is the address of the next part of the list, "" at its end.
func nextOf(ctx context.Context, after string) string {
	if after == "" {
		return ""
	}
	return page.Here(ctx, "after", after)
}
