package bring

import (
	"context"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
)

// peopleMost is how many people one file may invite.
const peopleMost = 5_000

// people invites many people at once: branches the bodies of their area, headquarters the bodies, branches and the committee, administrators
// everybody. Each row is an invitation like those of the page, by the same rules; nobody gets a role without accepting it.
func (p *Pages) people() list {
	roles := []account.Role{account.RoleBranch, account.RoleOfficer, account.RoleChief, account.RoleAdmin}
	return list{ID: "people", Roles: roles, Open: func(_ context.Context, who account.Who, scope string) (*sheet, error) {
		if scope != Everything || who.Hat.OnBehalfOf != "" {
			return nil, fault.New(fault.Missing, "db.missing")
		}
		return &sheet{Back: page.Link{Label: lang.T(who.Lang, "desk.nav.people"), URL: "/desk/people"}, Most: peopleMost, Keys: []string{"body", "email", "role"}, Columns: []column{
			{Name: "body", Label: both("bring.org"), Also: []string{"entry.people.body_key"}, Need: true, Fold: bodyKey}, {Name: "body_name", Label: both("bring.org_name"), Info: true},
			{Name: "name", Label: both("bring.name"), Also: []string{"entry.name"}, Need: true},
			{Name: "email", Label: both("bring.email"), Also: []string{"entry.email"}, Need: true},
			{Name: "role", Label: both("bring.role"), Also: []string{"entry.role"}, Need: true, Choices: roleNames(who.Lang), Fold: roleOf}, {Name: "section", Label: both("bring.section")},
			{Name: "language", Label: both("bring.language"), Choices: []string{"ja", "en"}}, {Name: "state", Label: both("bring.state"), Info: true}},
			Rows: func(ctx context.Context, put func(...string) error) error { return p.peopleRows(ctx, who, put) },
			Bring: func(ctx context.Context, x cells) (fate, error) {
				return p.bringPerson(ctx, who, x)
			}}, nil
	}}
}

// invited are the roles a list may give: those of applicants, branches and the committee.
var invited = []account.Role{account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO, account.RoleBranch, account.RoleOfficer, account.RoleChief,
	account.RoleFinance, account.RoleCommittee, account.RoleOverseas, account.RoleDirector, account.RoleEditor, account.RoleAuditor}

func roleName(tag lang.Tag, role account.Role) string {
	return lang.T(tag, "account.role."+string(role))
}

// roleOf is the role a cell names by its code or in either language, "" for none that can be invited to.
func roleOf(text string) string {
	for _, x := range invited {
		if text == string(x) || text == roleName(lang.JA, x) || strings.EqualFold(text, roleName(lang.EN, x)) {
			return string(x)
		}
	}
	return ""
}

func roleNames(tag lang.Tag) (names []string) {
	for _, x := range invited {
		names = append(names, roleName(tag, x))
	}
	return names
}

// bodyKey is the body a cell names: the code of one of the register, or a body of ours as hats name it (branch:17, hq:keishin, panel).
func bodyKey(cell string) string {
	key := strings.ToLower(jp.FoldID(cell))
	if key == "" || strings.Contains(key, ":") || key == "panel" || key == "system" {
		return key
	}
	return "lg:" + strings.ToUpper(key)
}

// peopleRows writes the people of the person's own body and, for a branch, of the bodies of its area.
func (p *Pages) peopleRows(ctx context.Context, who account.Who, put func(...string) error) error {
	keys := []string{who.Hat.Body}
	if who.Is(account.RoleBranch) {
		list, _, err := p.Orgs.List(ctx, org.Filter{Branch: who.BodyID()}, "", 5000)
		if err != nil {
			return err
		}
		for _, b := range list {
			keys = append(keys, "lg:"+b.Code)
		}
	}
	for _, key := range keys {
		name, err := p.Accounts.BodyName(ctx, key)
		if err != nil {
			return err
		}
		list, err := p.Accounts.People(ctx, who, key)
		if err != nil {
			return err
		}
		for _, x := range list {
			if err := put(strings.TrimPrefix(key, "lg:"), name.In(who.Lang), x.Name, x.Email, roleName(who.Lang, x.Role), x.Section, "", lang.T(who.Lang, "entry.people."+string(x.State))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Pages) bringPerson(ctx context.Context, who account.Who, x cells) (fate, error) {
	f := fate{Act: actSame, Code: x.of("body"), Name: x.of("name")}
	i := account.Invitation{Body: bodyKey(x.of("body")), Name: jp.NFC(x.of("name")), Email: strings.ToLower(jp.FoldID(x.of("email"))), Section: x.of("section"), Lang: lang.JA}
	if strings.EqualFold(x.of("language"), "en") {
		i.Lang = lang.EN
	}
	if i.Role = account.Role(roleOf(x.of("role"))); i.Role == "" {
		return f, fault.At("role", "bring.role.unknown", "text", x.of("role"))
	}
	if _, err := p.Accounts.BodyName(ctx, i.Body); err != nil {
		return f, at(err, "body")
	}
	there, err := p.known(ctx, who, i)
	if err != nil || there {
		return f, at(err, "body")
	}
	f.Act, f.Words = actAdd, both("bring.invited", "email", i.Email, "role", roleName(lang.JA, i.Role))
	f.Words.EN = lang.T(lang.EN, "bring.invited", "email", i.Email, "role", roleName(lang.EN, i.Role))
	_, err = p.Accounts.InviteListed(ctx, who, i)
	return f, at(err, "role")
}

// known reports somebody who has the role, waits for it, or was invited to it already.
func (p *Pages) known(ctx context.Context, who account.Who, i account.Invitation) (bool, error) {
	people, err := p.Accounts.People(ctx, who, i.Body)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(people, func(x account.Member) bool { return x.Role == i.Role && strings.EqualFold(x.Email, i.Email) }) {
		return true, nil
	}
	list, err := p.Accounts.Invitations(ctx, who, i.Body)
	return slices.ContainsFunc(list, func(x account.Invitation) bool {
		return x.State == "open" && x.Role == i.Role && strings.EqualFold(x.Email, i.Email)
	}), err
}
