package bring

import (
	"context"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

const (
	seatsMost = 20_000 // rows: a case and a member
	postsMost = 5_000
)

// seats say which member of a call's panel judges which case, a row for each pair. A member with a conflict, one who is not on the panel and
// one who handed the case back are refused, as on the page. Pairs that are not in the file stay as they are.
func (p *Pages) seats() list {
	return list{ID: "seats", Roles: []account.Role{account.RoleOfficer}, Open: func(ctx context.Context, who account.Who, scope string) (*sheet, error) {
		prog, fy, err := p.ownCall(ctx, who, scope)
		if err != nil {
			return nil, err
		}
		panel, err := p.Cases.Panel(ctx, who, prog.Code, fy)
		if err != nil {
			return nil, err
		}
		var people []account.Who
		var names []string
		for _, x := range panel.Seats {
			people, names = append(people, account.Who{Person: x.Person, Name: x.Name}), append(names, x.Name)
		}
		return &sheet{Of: of(who.Lang, prog, fy), Back: panelLink(who.Lang, prog, fy), Most: seatsMost, Keys: []string{"number", "member"}, Columns: []column{
			{Name: "number", Label: both("desk.export.number"), Need: true}, {Name: "title", Label: both("desk.export.title"), Info: true},
			{Name: "member", Label: both("bring.member"), Need: true, Choices: names}, {Name: "state", Label: both("bring.state"), Info: true}},
			Rows: func(ctx context.Context, put func(...string) error) error {
				return p.seatRows(ctx, who, prog, fy, put)
			},
			Bring: func(ctx context.Context, x cells) (fate, error) {
				return p.bringSeat(ctx, who, prog, fy, people, x)
			}}, nil
	}}
}

func panelLink(tag lang.Tag, prog *programme.Programme, fy int) page.Link {
	return page.Link{Label: lang.T(tag, "bring.panel"), URL: "/desk/screening/" + prog.Code + "/panel?fy=" + figure(fy)}
}

// ownCall is the call of an address, of the officer's own section and with a screening.
func (p *Pages) ownCall(ctx context.Context, who account.Who, scope string) (*programme.Programme, int, error) {
	code, fy, err := callOf(scope)
	if err != nil {
		return nil, 0, err
	}
	prog, err := p.Programmes.Current(ctx, code)
	if err == nil && (prog.Section != who.BodyID() || !who.Hat.Covers(prog.Code) || prog.Screening.Members == 0) {
		err = fault.New(fault.Missing, "db.missing")
	}
	return prog, fy, err
}

// seatRows writes the cases that are being screened, with a row for each member who has them, or one without a member.
func (p *Pages) seatRows(ctx context.Context, who account.Who, prog *programme.Programme, fy int, put func(...string) error) error {
	ids, _, err := p.Cases.Pick(ctx, who, cases.Filter{Programme: prog.Code, FiscalYear: fy, Open: true, Holders: []string{"committee"}}, seatsMost)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, _, err := p.Cases.Get(ctx, who, id)
		if err != nil {
			return err
		}
		n := 0
		for _, m := range c.Members {
			if m.Interest != "" || m.Left != "" {
				continue
			}
			n++
			if err := put(c.Number, c.Title(), m.Name, lang.T(who.Lang, seatState(m))); err != nil {
				return err
			}
		}
		if n == 0 {
			if err := put(c.Number, c.Title(), "", ""); err != nil {
				return err
			}
		}
	}
	return nil
}

func seatState(m cases.Member) string {
	switch {
	case m.Scored():
		return "desk.score.sent"
	case m.Abstain != "":
		return "panel.abstained"
	}
	return "desk.score.open"
}

func (p *Pages) bringSeat(ctx context.Context, who account.Who, prog *programme.Programme, fy int, people []account.Who, x cells) (fate, error) {
	f := fate{Act: actSame, Code: x.of("number")}
	id, err := p.Cases.ByNumber(ctx, who, f.Code)
	if err != nil {
		return f, at(err, "number")
	}
	c, _, err := p.Cases.Get(ctx, who, id)
	if err != nil {
		return f, err
	}
	if c.Programme != prog.Code || c.FiscalYear != fy {
		return f, fault.At("number", "bring.other_call", "number", f.Code)
	}
	f.Name = c.Title()
	name := x.of("member")
	if name == "" {
		return f, nil // a case nobody was given yet
	}
	m, err := whom(people, "member", name)
	if err != nil {
		return f, err
	}
	if old := c.Member(m.Person); old != nil && old.Interest == "" && old.Left == "" {
		return f, nil
	}
	f.Act, f.Words = actAdd, both("bring.seated", "name", m.Name)
	_, err = p.Cases.AssignAll(ctx, who, prog.Code, fy, cases.Pairs{id: {m.Person}})
	return f, at(err, "member")
}

// posts are those that committee members hold or held: from them conflicts are derived, and a case of that body is shut to the member at
// once.
func (p *Pages) posts() list {
	return list{ID: "posts", Roles: []account.Role{account.RoleOfficer}, Open: func(ctx context.Context, who account.Who, scope string) (*sheet, error) {
		prog, fy, err := p.ownCall(ctx, who, scope)
		if err != nil {
			return nil, err
		}
		people, err := p.Accounts.Committee(ctx)
		if err != nil {
			return nil, err
		}
		people = slices.DeleteFunc(people, func(m account.Who) bool { return m.Sample != who.Sample })
		var names []string
		for _, m := range people {
			names = append(names, m.Name)
		}
		return &sheet{Of: of(who.Lang, prog, fy), Back: panelLink(who.Lang, prog, fy), Most: postsMost, Keys: []string{"member", "org", "title"}, Columns: []column{
			{Name: "member", Label: both("bring.member"), Need: true, Choices: names}, {Name: "org", Label: both("bring.org"), Need: true},
			{Name: "org_name", Label: both("bring.org_name"), Info: true}, {Name: "title", Label: both("cases.post.title"), Need: true}, {Name: "until", Label: both("bring.until")}},
			Rows: func(ctx context.Context, put func(...string) error) error { return p.postRows(ctx, who, people, put) },
			Bring: func(ctx context.Context, x cells) (fate, error) {
				return p.bringPost(ctx, who, people, x)
			}}, nil
	}}
}

func (p *Pages) postRows(ctx context.Context, who account.Who, people []account.Who, put func(...string) error) error {
	for _, m := range people {
		list, err := p.Cases.Posts(ctx, who, m.Person)
		if err != nil {
			return err
		}
		for _, x := range list {
			if err := put(m.Name, x.OrgCode, x.OrgName, x.Title, x.Until); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Pages) bringPost(ctx context.Context, who account.Who, people []account.Who, x cells) (fate, error) {
	f := fate{Act: actSame, Name: x.of("member")}
	m, err := whom(people, "member", x.of("member"))
	if err != nil {
		return f, err
	}
	org, title, until := jp.FoldID(x.of("org")), jp.NFC(x.of("title")), x.of("until")
	if iso, ok := jp.ParseDate(until); ok {
		until = iso
	}
	list, err := p.Cases.Posts(ctx, who, m.Person)
	if err != nil {
		return f, err
	}
	if slices.ContainsFunc(list, func(x cases.Post) bool { return x.OrgCode == org && x.Title == title && x.Until == until }) {
		return f, nil
	}
	f.Act, f.Words = actAdd, lang.Text{JA: title, EN: title}
	if b, err := p.Orgs.Get(ctx, org); err == nil {
		f.Words = lang.Text{JA: b.Name + "　" + title, EN: b.In(lang.EN) + ", " + title}
	}
	return f, p.Cases.AddPost(ctx, who, m.Person, org, title, until)
}
