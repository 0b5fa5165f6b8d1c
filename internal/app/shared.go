package app

import (
	"errors"
	"fmt"
	"io"
	"strings"

	ics "github.com/arran4/golang-ical"

	"kakehashi/internal/account"
	"kakehashi/internal/blob/plain"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/record"
)

// shared registers what every signed-in role reaches by the same address: letters, files, the calendar of one's deadlines.
func (a *App) shared() {
	a.Site.Get("/letters/{id}", page.Member(a.letter))
	a.Site.Get("/files/{id}", page.Member(a.file))
	a.Site.Get("/feeds", page.Member(a.feeds))
	a.Site.Get("/feeds/{token}", a.feed)
}

// letter shows an official letter as paper, or serves its PDF ("{id}.pdf", "{id}.pdf?copy=1" for a copy marked 再交付).
func (a *App) letter(r *page.Request) (page.View, error) {
	id, isPDF := strings.CutSuffix(r.PathValue("id"), ".pdf")
	if !isPDF {
		var next cases.Letter
		l, err := a.Cases.Letter(r.Context(), r.Who, id)
		if err != nil {
			return page.View{}, err
		}
		if err := a.Cases.Opened(r.Context(), r.Who, id); err != nil {
			return page.View{}, err
		}
		back := "/desk/cases/" + l.Case
		if strings.HasPrefix(r.Who.Hat.Body, "lg:") {
			back = "/work/cases/" + l.Case
		}
		if l.ReplacedBy != "" {
			if next, err = a.Cases.Standing(r.Context(), l); err != nil {
				return page.View{}, err
			}
		}
		return page.View{Title: l.Document.Title, Sub: l.Number, Shell: page.Paper, Toolbar: letterTools(back, l, next.ID), Body: letterPaper(l)}, nil
	}
	b, l, err := a.Cases.PDF(r.Context(), r.Who, id, r.URL.Query().Has("copy"))
	if err != nil {
		return page.View{}, err
	}
	if err := a.Cases.Opened(r.Context(), r.Who, id); err != nil {
		return page.View{}, err
	}
	name := strings.TrimSpace(l.Kind+" "+l.Document.Title+" "+l.Number) + ".pdf"
	return page.Bytes("application/pdf", name, b), nil
}

// file serves an attachment to those who may see the case and the question it answers.
func (a *App) file(r *page.Request) (page.View, error) {
	m, err := a.Files.Info(r.Context(), r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	if m.Ref == "" { // attached to nothing yet: only the person who brought it
		if m.By != r.Who.Person {
			return page.View{}, fault.New(fault.Missing, "db.missing")
		}
	} else if blind, err := a.Cases.File(r.Context(), r.Who, m.Ref, m.Field, m.ID); err != nil {
		return page.View{}, err
	} else if blind {
		return a.plainFile(r, m.ID)
	}
	m, f, err := a.Files.Get(r.Context(), m.ID)
	if err != nil {
		return page.View{}, err
	}
	return page.File(m.MIME, m.Name, true, f), nil
}

// plainFile serves an attachment to somebody who must not learn whose it is: without what tells its maker, under a name that tells nothing.
// What cannot be made so is not served; the secretary is asked for a copy.
func (a *App) plainFile(r *page.Request, id string) (page.View, error) {
	m, f, err := a.Files.Get(r.Context(), id)
	if err != nil {
		return page.View{}, err
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		return page.View{}, err
	}
	copied, err := plain.Copy(m.Ext, content)
	if errors.Is(err, plain.ErrOpaque) {
		return page.View{}, fault.New(fault.Conflict, "app.file.opaque")
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Download(m.MIME, cases.PlainName(m.Name), func(w io.Writer) error { _, err := w.Write(copied); return err }), nil
}

// feeds tells a person the secret address of the calendar of their deadlines.
func (a *App) feeds(r *page.Request) (page.View, error) {
	token, err := a.Accounts.FeedToken(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	shell := page.Desk
	if strings.HasPrefix(r.Who.Hat.Body, "lg:") {
		shell = page.Work
	}
	title := r.T("app.feeds.title")
	return page.View{Title: title, Shell: shell, Body: feedsBody(title, page.Full(r.Context(), "/feeds/"+token+".ics"))}, nil
}

// feed is the calendar of what needs the person behind a token: the due days of every hat they wear now.
func (a *App) feed(r *page.Request) (page.View, error) {
	token, ok := strings.CutSuffix(r.PathValue("token"), ".ics")
	if !ok {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	hats, err := a.Accounts.WhoByFeed(r.Context(), token)
	if err != nil {
		return page.View{}, err
	}
	if len(hats) == 0 {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	cal := ics.NewCalendarFor("Kakehashi")
	cal.SetMethod(ics.MethodPublish)
	cal.SetName(r.T("app.feeds.title"))
	seen := map[string]bool{}
	for _, who := range hats {
		list, err := a.Cases.List(r.Context(), who, cases.Filter{Open: true, Holders: holdersOf(who), Limit: 200})
		if err != nil {
			return page.View{}, err
		}
		for _, l := range list.Lines {
			if l.Due != "" && !seen[l.ID] {
				seen[l.ID] = true
				a.deadline(r, cal, l)
			}
		}
		duties, err := a.Cases.DutiesOf(r.Context(), who)
		if err != nil {
			return page.View{}, err
		}
		for _, d := range duties {
			if id := d.Case + "-" + d.Kind + "-" + d.Item; !seen[id] {
				seen[id] = true
				dutyDay(r, cal, d)
			}
		}
	}
	return page.Stream("text/calendar; charset=utf-8", "deadlines.ics", false, func(w io.Writer) error {
		return cal.SerializeTo(w, ics.WithNewLineWindows)
	}), nil
}

// dutyDay is the day of something a body has to do, or to keep until, after its grant.
func dutyDay(r *page.Request, cal *ics.Calendar, d cases.Duty) {
	e := cal.AddEvent(fmt.Sprintf("%s-%s-%x@kakehashi", d.Case, d.Kind, d.Item))
	e.SetDtStampTime(r.Now)
	e.SetProperty(ics.ComponentPropertyDtStart, strings.ReplaceAll(d.Due, "-", ""), ics.WithValue("DATE"))
	e.SetProperty(ics.ComponentPropertyDtEnd, strings.ReplaceAll(jp.AddDays(d.Due, 1), "-", ""), ics.WithValue("DATE"))
	e.SetSummary(strings.TrimSpace(lang.T(r.Lang, "duty."+d.Kind) + " " + d.Item + " " + d.Title))
	e.SetDescription(d.Number)
	e.SetURL(page.Full(r.Context(), "/work/cases/"+d.Case))
}

// holdersOf is whose turn it is when the ball is with this hat.
func holdersOf(who account.Who) []string {
	switch who.Hat.Role {
	case account.RoleBranch:
		return []string{"branch"}
	case account.RoleOfficer:
		return []string{"officer", "committee"}
	case account.RoleChief:
		return []string{"chief"}
	case account.RoleFinance:
		return []string{"finance"}
	case account.RoleCommittee:
		return []string{"committee"}
	}
	return []string{"staff", "approver"}
}

// deadline is the next due day of a case as an all-day entry. Its UID is the case's for good: what changes is the day, SEQUENCE and
// LAST-MODIFIED, so that a calendar moves the entry it has.
func (a *App) deadline(r *page.Request, cal *ics.Calendar, l cases.Line) {
	state := l.State
	if p, err := a.Programmes.Current(r.Context(), l.Programme); err == nil {
		if st := p.State(l.State); st != nil {
			state = p.Title.In(r.Lang) + "　" + st.Title.In(r.Lang)
		}
	}
	e := cal.AddEvent(l.ID + "@kakehashi")
	e.SetSequence(l.Seq)
	e.SetDtStampTime(l.Updated)
	e.SetModifiedAt(l.Updated)
	e.SetProperty(ics.ComponentPropertyDtStart, strings.ReplaceAll(l.Due, "-", ""), ics.WithValue("DATE"))
	e.SetProperty(ics.ComponentPropertyDtEnd, strings.ReplaceAll(jp.AddDays(l.Due, 1), "-", ""), ics.WithValue("DATE"))
	e.SetSummary(strings.TrimSpace(lang.T(r.Lang, "app.feeds.due") + " " + record.Org(r, a.Orgs, l.Org, l.OrgName) + " " + l.Title))
	e.SetDescription(strings.TrimSpace(state + " " + l.Number))
	if path := "/work/cases/" + l.ID; l.Holder == "staff" || l.Holder == "approver" {
		e.SetURL(page.Full(r.Context(), path))
	} else {
		e.SetURL(page.Full(r.Context(), "/desk/cases/"+l.ID))
	}
}
