// Package desk is what branches, headquarters, the committee, finance and the auditor see (支部・本部・審査委員の画面): what needs them
// by deadline, lists of cases with their export, one case as a record of facts, rules, sums and journal, the moves with everything
// they ask for, the screening, and the programmes with their versions. Pages work without JavaScript.
package desk

import (
	"context"
	"crypto/rand"
	"io/fs"
	"slices"
	"sync/atomic"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/finance"
	"kakehashi/internal/jobs"
	"kakehashi/internal/ledger"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// Pages are the pages of the desks. Members lists the people who sit on the committee (R09), with the body they come from.
type Pages struct {
	Cases      *cases.Store
	Programmes *programme.Store
	Orgs       *org.Store
	Accounts   *account.Store
	Ledger     *ledger.Store
	Finance    *finance.Store
	Files      *blob.Store
	Members    func(ctx context.Context) ([]account.Who, error)
	Jobs       *jobs.Queue
	Names      programme.Names // what definitions may name: effects, needs, mails
	Undo       time.Duration   // in which work for many cases can be called off; half a minute unless said
	Shipped    fs.FS           // the folders of the release, for the parts a handed-in definition shares with them

	sorted atomic.Pointer[sorted]
	kept   kept
}

// Register adds the pages to the site.
func (p *Pages) Register(s *page.Site) {
	get := func(pattern string, h page.Handler) { s.Get(pattern, page.Member(p.deskOnly(h))) }
	post := func(pattern string, h page.Handler) { s.Post(pattern, page.Member(p.deskOnly(h))) }
	s.Get("/find", page.Member(p.lookup))
	get("/desk", p.home)
	post("/desk/open", p.breakGlass)
	get("/desk/cases", p.list)
	get("/desk/cases.csv", p.exportCSV)
	get("/desk/cases.xlsx", p.exportXLSX)
	get("/desk/lists/cp932", p.preflight)
	get("/desk/lists/views", p.views)
	post("/desk/lists/views", p.keepView)
	post("/desk/lists/views/{id}", p.changeView)
	get("/desk/lists/bulk", p.bulks)
	post("/desk/lists/bulk", p.askBulk)
	get("/desk/lists/bulk/{work}", p.bulk)
	post("/desk/lists/bulk/{work}", p.steerBulk)
	get("/desk/cases/{id}", p.overview)
	get("/desk/cases/{id}/application", p.application)
	get("/desk/cases/{id}/screening", p.screening)
	get("/desk/cases/{id}/letters", p.letters)
	get("/desk/cases/{id}/payments", p.payments)
	get("/desk/cases/{id}/history", p.history)
	post("/desk/cases/{id}/settle", p.settle)
	post("/desk/cases/{id}/note", p.note)
	post("/desk/cases/{id}/assign", p.assign)
	post("/desk/cases/{id}/score", p.score)
	post("/desk/cases/{id}/interest", p.declare)
	post("/desk/cases/{id}/decline", p.decline)
	post("/desk/cases/{id}/abstain", p.abstain)
	post("/desk/cases/{id}/conflict", p.noteConflict)
	post("/desk/cases/{id}/release", p.release)
	post("/desk/posts", p.addOwnPost)
	get("/desk/cases/{id}/do/{move}", p.ask)
	post("/desk/cases/{id}/do/{move}", p.do)
	get("/desk/cases/{id}/letters/{letter}/erratum", p.erratum)
	post("/desk/cases/{id}/letters/{letter}/erratum", p.setErratum)
	get("/desk/cases/{id}/disclosure", p.disclosure)
	post("/desk/cases/{id}/disclosure", p.setDisclosure)
	get("/desk/cases/{id}/disclosure/{copy}", p.disclosed)
	p.intakePages(s, get, post)
	p.talkPages(s, get, post)
	get("/desk/screening", p.screenings)
	get("/desk/screening/{programme}", p.board)
	get("/desk/screening/{programme}/meeting", p.meeting)
	get("/desk/screening/{programme}/whatif", p.whatIf)
	post("/desk/screening/{programme}/whatif", p.keepWhatIf)
	get("/desk/screening/{programme}/minutes/{n}", p.minutesPDF)
	get("/desk/approvers", p.approvers)
	post("/desk/approvers", p.setApprovers)
	get("/desk/screening/{programme}/panel", p.panel)
	post("/desk/screening/{programme}/panel", p.setPanel)
	get("/desk/screening/{programme}/propose", p.askProposals)
	post("/desk/screening/{programme}/propose", p.propose)
	get("/desk/money/budgets", p.budgetList)
	get("/desk/money/budgets.csv", p.budgetListCSV)
	get("/desk/money/budgets/{programme}/{fy}", p.book)
	get("/desk/money/budgets/{programme}/{fy}/book.csv", p.bookCSV)
	post("/desk/money/budgets/{programme}/{fy}/changes", p.askChange)
	post("/desk/money/budgets/{programme}/{fy}/changes/{change}", p.decideChange)
	get("/desk/money/budgets/{programme}/{fy}/close", p.yearEnd)
	get("/desk/money/budgets/{programme}/{fy}/close.csv", p.yearEndCSV)
	post("/desk/money/budgets/{programme}/{fy}/close", p.yearEndDo)
	get("/desk/money/payments", p.dues)
	get("/desk/money/payments.csv", p.duesCSV)
	get("/desk/money/transfers", p.transfers)
	get("/desk/money/transfers.csv", p.transfersCSV)
	post("/desk/money/transfers", p.build)
	get("/desk/money/transfers/{id}", p.transfer)
	post("/desk/money/transfers/{id}", p.transferDo)
	get("/desk/money/transfers/{id}/file.txt", p.transferFile)
	get("/desk/money/transfers/{id}/results.csv", p.resultsCSV)
	s.Upload("/desk/money/transfers/{id}/results", resultMost, page.Member(p.deskOnly(p.results)))
	get("/desk/money/payer", p.payer)
	post("/desk/money/payer", p.setPayer)
	get("/desk/money/returns", p.returns)
	get("/desk/money/returns.csv", p.returnsCSV)
	get("/desk/programmes", p.programmes)
	get("/desk/programmes/{code}", p.programme)
	post("/desk/programmes/{code}/state", p.setState)
	get("/desk/programmes/{code}/next", p.nextCall)
	post("/desk/programmes/{code}/next", p.proposeCall)
	get("/desk/programmes/{code}/versions/{hash}", p.version)
	post("/desk/programmes/{code}/versions/{hash}/publish", p.publish)
	post("/desk/programmes/{code}/versions/{hash}/withdraw", p.withdraw)
	get("/desk/programmes/{code}/versions/{hash}/definition.yaml", p.definition)
	get("/desk/programmes/{code}/versions/{hash}/preview", p.preview)
	get("/desk/programmes/{code}/versions/{hash}/revise", p.revise)
	s.Upload("/desk/programmes/{code}/versions/{hash}/revise", programme.MostBytes+1<<20, page.Member(p.deskOnly(p.takeDefinition)))
	get("/desk/programmes/{code}/versions/{hash}/rules/{rule}", p.rule)
	post("/desk/programmes/{code}/versions/{hash}/rules/{rule}", p.saveRule)
	post("/desk/programmes/{code}/versions/{hash}/replay", p.beginReplay)
	get("/desk/programmes/{code}/versions/{hash}/replay/{work}", p.replay)
	get("/desk/programmes/{code}/versions/{hash}/replay/{work}/differs.csv", p.replayCSV)
	post("/desk/programmes/{code}/versions/{hash}/replay/{work}", p.steerReplay)
	p.Jobs.HandleWork(replayKind, (&replayer{pages: p, last: map[string]string{}, runs: map[string]*cases.Replayer{}}).step, nil)
	p.Jobs.HandleWork(bulkKind, p.stepBulk, nil)
}

// deskOnly keeps out hats that act for a body of the register, and gives every page of the desk its navigation.
func (p *Pages) deskOnly(h page.Handler) page.Handler {
	return func(r *page.Request) (page.View, error) {
		if r.Who.Is(account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO) {
			return page.View{}, p.otherHat(r)
		}
		v, err := h(r)
		if err == nil && v.Shell == page.Desk && len(v.Nav.Groups) == 0 {
			v.Nav, err = p.nav(r, "")
		}
		return v, err
	}
}

// otherHat sends a hat of a body of the register away. A case that is not its own is not there for it (domain.md §3.2 rule 1), whatever
// stands behind the address.
func (p *Pages) otherHat(r *page.Request) error {
	if id := r.PathValue("id"); id != "" {
		if _, _, err := p.Cases.Get(r.Context(), r.Who, id); err != nil {
			return err
		}
	}
	return fault.New(fault.Refused, "desk.other_hat")
}

// hq are the roles that work on cases at headquarters, and those who may read everything there.
func hq(who account.Who) bool {
	return who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor, account.RoleAdmin)
}

// only refuses a page to everybody but these roles: for others it does not exist.
func only(r *page.Request, roles ...account.Role) error {
	if !r.Who.Is(roles...) {
		return fault.New(fault.Missing, "db.missing")
	}
	return nil
}

// caseURL is the address of a page of a case.
func caseURL(id string, rest ...string) string {
	u := "/desk/cases/" + id
	for _, x := range rest {
		u += "/" + x
	}
	return u
}

// newToken makes the one-time token of a form that must count once.
func newToken() string { return rand.Text() }

// own lists the programmes this hat works on: those of its section, all of them for finance, auditor and branch.
func (p *Pages) own(r *page.Request) ([]*programme.Programme, error) {
	list, err := p.Programmes.All(r.Context())
	if err != nil || !r.Who.Is(account.RoleOfficer, account.RoleChief) {
		return list, err
	}
	return slices.DeleteFunc(slices.Clone(list), func(x *programme.Programme) bool {
		return x.Section != r.Who.BodyID() || !r.Who.Hat.Covers(x.Code)
	}), nil
}

// fund names the budget of a programme this person works with: the demonstration has its own.
func fund(who account.Who, code string) string {
	if who.Sample {
		return cases.Sample + code
	}
	return code
}
