// Package notice shows every signed-in person what happened to the cases they have to do with (お知らせ): the mails about them, read or
// not, each with the way to its case. It also says in every side navigation how many are unread.
package notice

import (
	"context"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// Pages are the pages of notices.
type Pages struct {
	Mail     *mail.Outbox
	Cases    *cases.Store
	Accounts *account.Store
	Orgs     *org.Store
	// Programme is the title of a programme by its code.
	Programme func(ctx context.Context, code string) lang.Text
}

// Register adds the pages to the site.
func (p *Pages) Register(s *page.Site) {
	s.Get("/notices", page.Member(p.list))
	s.Get("/notices/{id}", page.Member(p.open))
	s.Post("/notices/read", page.Member(p.readAll))
}

// Item is the entry of the side navigation with the number of unread notices, none where it cannot be told.
func (p *Pages) Item(r *page.Request) page.NavItem {
	it := page.NavItem{Label: r.T("notice.nav"), URL: "/notices"}
	if me, err := p.Accounts.Person(r.Context(), r.Who.Person); err == nil {
		it.Count, _ = p.Mail.Unread(r.Context(), me.ID, me.Email)
	}
	return it
}

// view is the page of notices.
type view struct {
	Title  string
	Rows   []part.Row
	Unread int
	Newest string
	Next   string
}

func (p *Pages) list(r *page.Request) (page.View, error) {
	me, err := p.Accounts.Person(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	list, next, err := p.Mail.Notices(r.Context(), me.ID, me.Email, r.URL.Query().Get("before"))
	if err != nil {
		return page.View{}, err
	}
	mine, others, err := p.visible(r, list)
	if err != nil {
		return page.View{}, err
	}
	v := view{Next: next}
	for _, n := range list {
		if v.Newest == "" {
			v.Newest = n.ID
		}
		if l, ok := mine[n.CaseID]; ok {
			v.Rows = append(v.Rows, p.row(r, n, l, true))
		} else if l, ok := others[n.CaseID]; ok {
			v.Rows = append(v.Rows, p.row(r, n, l, false))
		}
	}
	if v.Unread, err = p.Mail.Unread(r.Context(), me.ID, me.Email); err != nil {
		return page.View{}, err
	}
	v.Title = r.T("notice.title.read")
	switch {
	case v.Unread >= mail.UnreadMost:
		v.Title = r.T("notice.title.many", "n", mail.UnreadMost)
	case v.Unread > 0:
		v.Title = r.T("notice.title", "n", v.Unread)
	}
	return page.View{Title: v.Title, Sub: r.T("notice.nav"), Shell: shell(r.Who), Body: listBody(v)}, nil
}

// visible sorts the cases of notices: those of the hat that is worn, and those of another hat of the same person. A case that no hat of theirs
// may see is in neither.
func (p *Pages) visible(r *page.Request, list []mail.Notice) (mine, others map[string]cases.Line, err error) {
	var ids []string
	for _, n := range list {
		if !slices.Contains(ids, n.CaseID) {
			ids = append(ids, n.CaseID)
		}
	}
	others = map[string]cases.Line{}
	if mine, err = p.Cases.Seen(r.Context(), r.Who, ids); err != nil {
		return nil, nil, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { _, ok := mine[id]; return ok })
	if len(ids) == 0 {
		return mine, others, nil
	}
	hats, err := p.Accounts.Hats(r.Context(), r.Who.Person)
	if err != nil {
		return nil, nil, err
	}
	for _, h := range hats {
		who := r.Who
		who.Hat = h.Hat()
		seen, err := p.Cases.Seen(r.Context(), who, ids)
		if err != nil {
			return nil, nil, err
		}
		for id, l := range seen {
			others[id] = l
		}
	}
	return mine, others, nil
}

func (p *Pages) row(r *page.Request, n mail.Notice, l cases.Line, mine bool) part.Row {
	values := map[string]string{}
	if title := p.Programme(r.Context(), l.Programme).In(r.Lang); title != "" {
		values["programme"] = title
	}
	subject := part.Cell{Text: mail.Subject(n.Subject, r.Lang, values), URL: "/notices/" + n.ID}
	if !mine {
		subject.Sub = r.T("notice.other_hat")
	}
	state := part.Cell{Text: r.T("notice.unread"), Status: true}
	if n.Read {
		state = part.Cell{Text: r.T("notice.read"), Status: true, Look: "end"}
	}
	about := strings.TrimSpace(l.Number + " " + l.Title)
	if about == "" {
		about = record.Org(r, p.Orgs, l.Org, l.OrgName)
	}
	return part.Row{Cells: []part.Cell{{Text: lang.Moment(r.Lang, n.At), Tight: true}, subject, {Text: about}, state}}
}

// open marks a notice as read and leads to its case, or, where another hat is needed for it, to the choice of hats.
func (p *Pages) open(r *page.Request) (page.View, error) {
	me, err := p.Accounts.Person(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	n, err := p.Mail.Open(r.Context(), me.ID, me.Email, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	mine, others, err := p.visible(r, []mail.Notice{n})
	if err != nil {
		return page.View{}, err
	}
	if _, ok := mine[n.CaseID]; ok {
		return page.Redirect(page.HomeOf(r.Who) + "/cases/" + n.CaseID), nil
	}
	if _, ok := others[n.CaseID]; ok {
		return page.Redirect("/hat?next=/notices/" + n.ID), nil
	}
	return page.View{}, fault.New(fault.Missing, "db.missing")
}

// readAll marks as read what the page showed and everything before it.
func (p *Pages) readAll(r *page.Request) (page.View, error) {
	me, err := p.Accounts.Person(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	if err := p.Mail.OpenAll(r.Context(), me.ID, me.Email, r.Value("newest")); err != nil {
		return page.View{}, err
	}
	return page.Redirect("/notices", page.Say("notice.all_read")), nil
}

func shell(who account.Who) page.Shell {
	switch page.HomeOf(who) {
	case "/work":
		return page.Work
	case "/desk", "/admin":
		return page.Desk
	}
	return page.Plain
}

// next is the address of the older notices, "" when there are none.
func next(ctx context.Context, before string) string {
	if before == "" {
		return ""
	}
	return page.Here(ctx, "before", before)
}
