package entry

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// bodiesShown is how many bodies of the register one page lists.
const bodiesShown = 50

// bodiesPage is where a branch, headquarters and administrators see who has come aboard, and begin to invite: each line leads to the
// people of one body.
type bodiesPage struct {
	Text   string
	Groups []part.Group
	Next   string
	Count  int
	All    bool // the people of every body may be carried away
	Bring  bool // may invite from a file
}

// unit is a body that people belong to: a section, an office, the committee, a branch, or a body of the register.
type unit struct{ key, code, name string }

func (e *Entry) showBodies(r *page.Request) (page.View, error) {
	if !r.Who.Is(account.RoleBranch, account.RoleOfficer, account.RoleChief, account.RoleAdmin) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	v := bodiesPage{Text: value(r, "q"), All: r.Who.Is(account.RoleAdmin), Bring: r.Who.Hat.OnBehalfOf == "" && r.Who.Is(account.RoleBranch, account.RoleOfficer, account.RoleChief, account.RoleAdmin)}
	after := value(r, "after")
	bodies, next, err := e.registered(r, v.Text, after)
	if err != nil {
		return page.View{}, err
	}
	v.Next = next
	if v.Text == "" && after == "" {
		if err := e.houses(r, &v); err != nil {
			return page.View{}, err
		}
	}
	if err := e.unitGroup(r, &v, "entry.bodies.bodies", bodies); err != nil {
		return page.View{}, err
	}
	return page.View{Title: r.T("entry.bodies.title"), Shell: page.Desk, Body: bodiesBody(v)}, nil
}

// registered are bodies of the register that this hat looks after, found by text or in the order of their codes.
func (e *Entry) registered(r *page.Request, text, after string) ([]unit, string, error) {
	f := org.Filter{}
	if r.Who.Is(account.RoleBranch) {
		f.Branch = r.Who.BodyID()
	}
	var list []org.Body
	var next string
	var err error
	if text != "" {
		list, err = e.Register.Search(r.Context(), text, 200)
		list = slices.DeleteFunc(list, func(b org.Body) bool { return b.ValidTo != "" || f.Branch != "" && b.Branch != f.Branch })
		list = list[:min(len(list), bodiesShown)]
	} else {
		list, next, err = e.Register.List(r.Context(), f, after, bodiesShown)
	}
	units := make([]unit, len(list))
	for i, b := range list {
		units[i] = unit{b.Key(), b.Code, b.Label(r.Lang)}
	}
	return units, next, err
}

// houses adds what is not in the register: the own body; for headquarters the branches and the committee; for an administrator also
// sections, offices and the administrators themselves.
func (e *Entry) houses(r *page.Request, v *bodiesPage) error {
	ctx := r.Context()
	var inside, branches []unit
	add := func(to *[]unit, key string) error {
		name, err := e.Accounts.BodyName(ctx, key)
		*to = append(*to, unit{key: key, name: name.In(r.Lang)})
		return err
	}
	keys := []string{r.Who.Hat.Body}
	if !r.Who.Is(account.RoleBranch) {
		keys = append(keys, "panel")
	}
	if r.Who.Is(account.RoleAdmin) {
		sections, err := e.Register.Sections(ctx)
		if err != nil {
			return err
		}
		offices, err := e.Register.Offices(ctx)
		if err != nil {
			return err
		}
		for _, s := range sections {
			keys = append(keys, "hq:"+s.ID)
		}
		for _, o := range offices {
			keys = append(keys, "office:"+o.Code)
		}
	}
	for _, key := range keys {
		if err := add(&inside, key); err != nil {
			return err
		}
	}
	if !r.Who.Is(account.RoleBranch) {
		list, err := e.Register.Branches(ctx)
		if err != nil {
			return err
		}
		for _, b := range list {
			branches = append(branches, unit{"branch:" + b.Code, b.Code, b.Name.In(r.Lang)})
		}
	}
	return cmp.Or(e.unitGroup(r, v, "entry.bodies.inside", inside), e.unitGroup(r, v, "entry.bodies.branches", branches))
}

// unitGroup adds a group of lines with their counts.
func (e *Entry) unitGroup(r *page.Request, v *bodiesPage, title string, units []unit) error {
	if len(units) == 0 {
		return nil
	}
	keys := make([]string, len(units))
	for i, u := range units {
		keys[i] = u.key
	}
	aboard, err := e.Accounts.Aboard(r.Context(), r.Who, keys)
	if err != nil {
		return err
	}
	g := part.Group{Title: r.T(title)}
	for _, u := range units {
		n, reached := aboard[u.key]
		if !reached {
			continue
		}
		state := part.Cell{Status: true, Text: r.T("entry.bodies.people", "n", n.People)}
		if n.People == 0 {
			state.Look, state.Text = "wait", r.T("entry.bodies.nobody")
		}
		var open []string
		if n.Invited > 0 {
			open = append(open, r.T("entry.bodies.invited", "n", n.Invited))
		}
		if n.Waiting > 0 {
			open = append(open, r.T("entry.bodies.waiting", "n", n.Waiting))
		}
		g.Rows = append(g.Rows, part.Row{Cells: []part.Cell{{Text: u.name, URL: "/work/people?body=" + url.QueryEscape(u.key), Sub: u.code}, state,
			{Text: strings.Join(open, r.T("entry.bodies.and"))}}})
	}
	v.Count += len(g.Rows)
	v.Groups = append(v.Groups, g)
	return nil
}

// following is the address of the next part of the list, "" at its end.
func following(ctx context.Context, after string) string {
	if after == "" {
		return ""
	}
	return page.Here(ctx, "after", after)
}
