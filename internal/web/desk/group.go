package desk

import (
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// The kinds of work a state belongs to (業務の区分). Which state belongs where follows from its data, never from its name.
const (
	groupCheck  = "check"  // 受付・確認
	groupBack   = "back"   // 補正待ち
	groupScreen = "screen" // 審査
	groupDecide = "decide" // 決裁待ち
	groupRun    = "run"    // 交付決定・実施中
	groupReport = "report" // 実績・額の確定
	groupPay    = "pay"    // 支払
	groupDone   = "done"   // 完了
)

// groups are all of them in the order of the work.
var groups = []string{groupCheck, groupBack, groupScreen, groupDecide, groupRun, groupReport, groupPay, groupDone}

// groupOf sorts a state into its kind of work; "" for what the body still prepares.
func groupOf(st *programme.State) string {
	switch {
	case st == nil:
		return ""
	case st.End:
		return groupDone
	case st.Opens:
		return groupBack
	case st.Holder == "chief":
		return groupDecide
	case st.Phase == 0:
		return ""
	case st.Holder == "committee", st.Step == "screening", st.Step == "decision" && st.Phase < 3:
		return groupScreen
	case st.Phase < 3:
		return groupCheck
	case st.Step == "money", st.Holder == "finance":
		return groupPay
	case st.Step == "report":
		return groupReport
	}
	return groupRun
}

// sorted are the states of programmes by group, and those of all groups but the last.
type sorted struct {
	of     []*programme.Programme
	groups map[string][]string
	open   []string
}

// states sorts the states of all programmes in force, each once. It is done again when another version is in force.
func (p *Pages) states(r *page.Request) (*sorted, error) {
	list, err := p.Programmes.All(r.Context())
	if err != nil {
		return nil, err
	}
	if s := p.sorted.Load(); s != nil && slices.Equal(s.of, list) {
		return s, nil
	}
	s := &sorted{of: slices.Clone(list), groups: groupStates(list)}
	for _, g := range groups {
		if g != groupDone {
			s.open = append(s.open, s.groups[g]...)
		}
	}
	p.sorted.Store(s)
	return s, nil
}

// groupStates lists the ids of the states of each group over all programmes, each once.
func groupStates(list []*programme.Programme) map[string][]string {
	out := map[string][]string{}
	for _, x := range list {
		for i := range x.Workflow.States {
			st := &x.Workflow.States[i]
			if g := groupOf(st); g != "" && !slices.Contains(out[g], st.ID) {
				out[g] = append(out[g], st.ID)
			}
		}
	}
	return out
}

// counts says how many cases stand in each group for this person; finished ones are not counted.
func (p *Pages) counts(r *page.Request) (map[string]int, error) {
	states, err := p.states(r)
	if err != nil {
		return nil, err
	}
	byState, err := p.Cases.Counts(r.Context(), r.Who, states.open)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for g, ids := range states.groups {
		for _, id := range ids {
			out[g] += byState[id]
		}
	}
	return out, nil
}

// nav is the side navigation by kind of work, with counts. current is the group of the case or list being shown.
func (p *Pages) nav(r *page.Request, current string) (page.Nav, error) {
	if r.Who.Is(account.RoleCommittee) {
		return page.Nav{Groups: []page.NavGroup{{Title: r.T("desk.nav.screening"), Items: []page.NavItem{
			{Label: r.T("desk.nav.assigned"), URL: "/desk", Current: current != ""}}}}}, nil
	}
	if r.Who.Is(account.RoleAdmin) {
		asked, _, err := p.Accounts.Requests(r.Context(), r.Who)
		if err != nil {
			return page.Nav{}, err
		}
		return page.Nav{Groups: []page.NavGroup{{Title: r.T("desk.nav.admin"), Items: []page.NavItem{
			{Label: r.T("desk.nav.home"), URL: "/desk"}, {Label: r.T("desk.nav.settings"), URL: "/admin"}, {Label: r.T("desk.nav.people"), URL: "/desk/people"}, {Label: r.T("register.title"), URL: "/admin/register"},
			{Label: r.T("reference.title"), URL: "/admin/reference"}, {Label: r.T("entry.requests.nav"), URL: "/admin/requests", Count: len(asked)}}}}}, nil
	}
	counts, err := p.counts(r)
	if err != nil {
		return page.Nav{}, err
	}
	item := func(g string) page.NavItem {
		return page.NavItem{Label: r.T("desk.group." + g), URL: "/desk/cases?view=" + g, Count: counts[g], Current: g == current}
	}
	first := page.NavGroup{Title: r.T("desk.nav.receive"), Items: []page.NavItem{
		{Label: r.T("desk.nav.home"), URL: "/desk"}, {Label: r.T("desk.nav.all"), URL: "/desk/cases"}, item(groupCheck), item(groupBack), item(groupScreen), item(groupDecide)}}
	if r.Who.Is(account.RoleBranch, account.RoleOfficer) {
		first.Items = append(first.Items, page.NavItem{Label: r.T("desk.intake.title"), URL: "/desk/intake"})
	}
	second := page.NavGroup{Title: r.T("desk.nav.grant"), Items: []page.NavItem{item(groupRun), item(groupReport), item(groupPay), item(groupDone)}}
	n := page.Nav{Groups: []page.NavGroup{first, second}}
	if r.Who.Is(account.RoleFinance) {
		n.Groups[0].Items = first.Items[:2]
	}
	if r.Who.Is(books...) {
		n.Groups = append(n.Groups, page.NavGroup{Title: r.T("money.nav"), Items: moneyNav(r)})
	}
	if hq(r.Who) {
		n.Groups = append(n.Groups, page.NavGroup{Title: r.T("desk.nav.calls"), Items: append([]page.NavItem{
			{Label: r.T("desk.nav.ranking"), URL: "/desk/screening"}, {Label: r.T("desk.nav.programmes"), URL: "/desk/programmes"},
			{Label: r.T("register.title"), URL: "/admin/register"},
			{Label: r.T("audit.disposals.title"), URL: "/desk/disposals"}}, readsNav(r)...)})
	}
	if r.Who.Is(account.RoleBranch, account.RoleOfficer, account.RoleChief) {
		team := []page.NavItem{{Label: r.T("desk.nav.people"), URL: "/desk/people"}, {Label: r.T("desk.nav.proofs"), URL: "/desk/proofs"}}
		if !r.Who.Is(account.RoleBranch) {
			team = append(team, page.NavItem{Label: r.T("panel.approvers"), URL: "/desk/approvers"})
		}
		n.Groups = append(n.Groups, page.NavGroup{Title: r.T("desk.nav.team"), Items: team})
	}
	return n, nil
}

// listNav is nav on a page about a list of cases that does not stand at the list's own address: view is the group, "" for all cases.
func (p *Pages) listNav(r *page.Request, view string) (page.Nav, error) {
	n, err := p.nav(r, view)
	if view == "" && err == nil {
		for i, item := range n.Groups[0].Items {
			n.Groups[0].Items[i].Current = item.URL == "/desk/cases"
		}
	}
	return n, err
}

// Nav is the side navigation of the desk, for pages of other packages that stand in it.
func (p *Pages) Nav(r *page.Request) (page.Nav, error) { return p.nav(r, "") }

// readsNav is the log of reading, for those who answer for it.
func readsNav(r *page.Request) []page.NavItem {
	if !r.Who.Is(account.RoleAuditor, account.RoleChief) {
		return nil
	}
	return []page.NavItem{{Label: r.T("audit.reads.title"), URL: "/desk/reads"}}
}

// moneyNav are the pages of the finance desk this hat reads.
func moneyNav(r *page.Request) []page.NavItem {
	list := []page.NavItem{{Label: r.T("money.returns"), URL: "/desk/money/returns"}, {Label: r.T("money.budgets"), URL: "/desk/money/budgets"}}
	if r.Who.Is(account.RoleFinance) {
		list = append([]page.NavItem{{Label: r.T("money.due"), URL: "/desk/money/payments"}, {Label: r.T("money.transfers"), URL: "/desk/money/transfers"}}, list...)
	}
	return list
}
