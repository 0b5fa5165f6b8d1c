package desk

import (
	"net/http"
	"net/url"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/web/page"
)

// savedView is a kept list as the pages show it.
type savedView struct {
	cases.SavedView
	URL     string
	Count   string // how many cases it finds for whoever looks
	Current bool
}

const viewsURL = "/desk/lists/views"

// savedViews are the kept lists of the acting person and their desk, each with what it finds for them.
func (p *Pages) savedViews(r *page.Request, now query) ([]savedView, error) {
	list, err := p.Cases.Views(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	var out []savedView
	for _, v := range list {
		values, err := url.ParseQuery(v.Query)
		if err != nil {
			return nil, err
		}
		q := queryFrom(values)
		f, err := p.filter(r, q)
		if err != nil {
			return nil, err
		}
		n, err := p.Cases.Count(r.Context(), r.Who, f, countLimit+1)
		if err != nil {
			return nil, err
		}
		out = append(out, savedView{SavedView: v, URL: q.list(), Count: number(r, min(n, countLimit), n > countLimit), Current: q.encoded() == now.encoded()})
	}
	return out, nil
}

// viewsPage is where kept lists are named anew, shared, chosen and deleted.
type viewsPage struct {
	Views []savedView
	Wrong string // at the name of the view with this id
	Typed string
	At    string
	Plain bool // no view was chosen to open with
}

func (p *Pages) views(r *page.Request) (page.View, error) { return p.showViews(r, viewsPage{}, 0) }

func (p *Pages) showViews(r *page.Request, v viewsPage, status int) (page.View, error) {
	if err := lister(r); err != nil {
		return page.View{}, err
	}
	var err error
	if v.Views, err = p.savedViews(r, query{}); err != nil {
		return page.View{}, err
	}
	v.Plain = true
	for _, x := range v.Views {
		v.Plain = v.Plain && !x.Default
	}
	var items []page.Item
	if v.Wrong != "" {
		items = []page.Item{{ID: "v-" + v.At, Text: v.Wrong}}
	}
	return page.View{Title: r.T("list.views.title"), Shell: page.Desk, Status: status, Errors: items, Body: viewsBody(v, items)}, nil
}

// listers are the hats that have a list of cases.
var listers = []account.Role{account.RoleBranch, account.RoleOfficer, account.RoleChief, account.RoleFinance, account.RoleAuditor}

// lister keeps out hats that have no list of cases.
func lister(r *page.Request) error {
	return only(r, listers...)
}

// keepView keeps the filters of a list under a name.
func (p *Pages) keepView(r *page.Request) (page.View, error) {
	if err := lister(r); err != nil {
		return page.View{}, err
	}
	values, _ := url.ParseQuery(r.Value("list"))
	q := queryFrom(values)
	err := p.Cases.KeepView(r.Context(), r.Who, r.Value("name"), q.encoded(), r.Value("shared") != "")
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showList(r, q, []page.Item{{ID: "l-name", Text: page.FaultText(r.Lang, f)}}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(q.list(), page.Say("list.views.kept")), nil
}

// changeView names a view anew, deletes it, or chooses it as the one the list opens with.
func (p *Pages) changeView(r *page.Request) (page.View, error) {
	if err := lister(r); err != nil {
		return page.View{}, err
	}
	id, say := r.PathValue("id"), "list.views.changed"
	var err error
	switch r.Value("do") {
	case "rename":
		err = p.Cases.RenameView(r.Context(), r.Who, id, r.Value("name"), r.Value("shared") != "")
	case "drop":
		say, err = "list.views.dropped", p.Cases.DropView(r.Context(), r.Who, id)
	case "open":
		say, err = "list.views.opens", p.Cases.OpenWith(r.Context(), r.Who, id)
	case "plain":
		say, err = "list.views.plain", p.Cases.OpenWith(r.Context(), r.Who, "")
	default:
		err = fault.New(fault.Invalid, "page.unreadable")
	}
	if f := fault.Of(err); f != nil && f.Field == "name" {
		return p.showViews(r, viewsPage{Wrong: page.FaultText(r.Lang, f), Typed: r.Value("name"), At: id}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(viewsURL, page.Say(say)), nil
}

// wrongAt is what is wrong with the name of a view.
func (v viewsPage) wrongAt(id string) string {
	if v.At == id {
		return v.Wrong
	}
	return ""
}

// nameOf is the name in its control: as typed, where it was refused.
func (v viewsPage) nameOf(x savedView) string {
	if v.At == x.ID {
		return v.Typed
	}
	return x.Name
}
