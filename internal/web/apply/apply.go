// Package apply is what a body (自治体・団体) sees: what needs it by deadline, its cases, the application page by page, the cost table
// on the page and as Excel, corrections, reports, bills and the letters it received. Pages work without JavaScript.
package apply

import (
	"fmt"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// Pages are the body's pages.
type Pages struct {
	Cases      *cases.Store
	Programmes *programme.Store
	Orgs       *org.Store
	Files      *blob.Store
	Accounts   *account.Store
}

// uploadMax bounds one page of an application with its files, in bytes.
const uploadMax = 110 << 20

// Register adds the pages to the site.
func (p *Pages) Register(s *page.Site) {
	get := func(pattern string, h page.Handler) { s.Get(pattern, page.Member(p.bodyOnly(h))) }
	post := func(pattern string, h page.Handler) { s.Post(pattern, page.Member(p.bodyOnly(h))) }
	get("/work", p.home)
	get("/work/cases", p.list)
	get("/work/new", p.choose)
	post("/work/new", p.create)
	get("/work/letters", p.letters)
	get("/work/cases/{id}", p.overview)
	get("/work/cases/{id}/history", p.history)
	get("/work/cases/{id}/form/{form}", p.firstSection)
	get("/work/cases/{id}/form/{form}/{section}", p.section)
	s.Upload("/work/cases/{id}/form/{form}/{section}", uploadMax, page.Member(p.bodyOnly(p.saveSection)))
	post("/work/cases/{id}/form/{form}/{section}/judge", p.judge)
	get("/work/cases/{id}/check/{form}", p.check)
	post("/work/cases/{id}/do/{move}", p.do)
	get("/work/cases/{id}/receipt", p.receipt)
	post("/work/cases/{id}/version", p.adopt)
	get("/work/cases/{id}/sheet/{field}", p.sheet)
	s.Upload("/work/cases/{id}/sheet/{field}", 12<<20, page.Member(p.bodyOnly(p.readSheet)))
	get("/work/cases/{id}/paper/{form}", p.paper)
	get("/work/cases/{id}/partners", p.partners)
	post("/work/cases/{id}/partners/ask", p.askPartner)
	post("/work/cases/{id}/partners/consent", p.consent)
	post("/work/cases/{id}/partners/decline", p.declinePart)
	post("/work/cases/{id}/partners/part", p.savePart)
	s.Upload("/work/cases/{id}/partners/paper", 30<<20, page.Member(p.bodyOnly(p.consentPaper)))
	get("/work/cases/{id}/talk", p.talk)
	s.Upload("/work/cases/{id}/talk", talkMost, page.Member(p.bodyOnly(p.say)))
	post("/work/cases/{id}/fix", p.answerFix)
	s.Get("/consent/{token}", p.link)
	s.Post("/consent/{token}", p.answerLink)
	p.uploads(s)
}

// bodyOnly lets through hats that act for a body of the register.
func (p *Pages) bodyOnly(h page.Handler) page.Handler {
	return func(r *page.Request) (page.View, error) {
		if !r.Who.Is(account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO) {
			return p.asAgent(r, h)
		}
		return h(r)
	}
}

// get reads the case of the address.
func (p *Pages) get(r *page.Request) (*cases.Case, *programme.Programme, error) {
	return p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
}

// Nav is the body's own navigation.
func Nav(r *page.Request) page.Nav {
	items := []page.NavItem{{Label: r.T("apply.nav.home"), URL: "/work"}, {Label: r.T("apply.nav.cases"), URL: "/work/cases"},
		{Label: r.T("apply.nav.new"), URL: "/work/new"}, {Label: r.T("apply.nav.letters"), URL: "/work/letters"}}
	team := []page.NavItem{{Label: r.T("apply.nav.people"), URL: "/work/people"}, {Label: r.T("apply.nav.handover"), URL: "/work/handover"}}
	return page.Nav{Groups: []page.NavGroup{{Items: items}, {Title: r.T("apply.nav.team"), Items: team}}}
}

// caseURL is the address of a page of a case.
func caseURL(c *cases.Case, rest ...any) string {
	u := "/work/cases/" + c.ID
	for _, x := range rest {
		u += "/" + fmt.Sprint(x)
	}
	return u
}

// shown decides which fields of a section stand on the page: those whose condition holds or cannot be told yet.
func shown(p *programme.Programme, s form.Section, a form.Answers) []form.Field {
	return slices.DeleteFunc(slices.Clone(s.Fields), func(f form.Field) bool { return p.Shown(f, a) == programme.No })
}

// sectionOf finds a section of a form by its id.
func sectionOf(f *programme.Form, id string) (int, *form.Section) {
	for i := range f.Sections {
		if f.Sections[i].ID == id {
			return i, &f.Sections[i]
		}
	}
	return -1, nil
}

// forms lists the forms this hat may fill now.
func forms(c *cases.Case, p *programme.Programme) []string {
	st := p.State(c.State)
	if st == nil {
		return nil
	}
	if !st.Opens {
		return p.Edits(st)
	}
	var ids []string
	for _, key := range c.Opened() {
		if _, id, _, ok := p.Field(key); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
