package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// MoreDemo plays n more cases of a loaded demonstration, each up to and with a move ("ask_approval", "submit", "propose"; "draft" stops
// before the first), and returns their ids. It is stock for rehearsals: people who train, load and crash tests. Like the demonstration
// itself the cases are flagged and go with WipeDemo.
func (a *App) MoreDemo(ctx context.Context, until string, n int) ([]string, error) {
	hats, err := a.demoHats(ctx)
	if err != nil {
		return nil, err
	}
	call, err := a.demoOpen(ctx)
	if err != nil {
		return nil, err
	}
	story := demoStory{until: until}
	if slices.Contains([]string{"start", "report", "check_report", "fix", "bill"}, until) {
		if story.begun, story.ended = true, 45; until == "start" {
			story.ended = 0
		}
		if call, err = a.demoPast(ctx, call); err != nil {
			return nil, err
		}
	}
	var ids []string
	for i := range n {
		story.title = fmt.Sprintf("（見本）練習 %s %d", until, i+1)
		id, err := a.demoCase(ctx, call, story, fmt.Sprintf("%s-%d-", until, i), hats)
		if err != nil {
			return ids, fmt.Errorf("demonstration case %s: %w", story.title, err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// demoHats are the people of a loaded demonstration by login, each with the hat they came with.
func (a *App) demoHats(ctx context.Context) (map[string]account.Who, error) {
	list, err := db.List(ctx, a.DB.Read(), func(r *sql.Rows) (p struct {
		login string
		who   account.Who
	}, err error) {
		p.who = account.Who{Lang: lang.JA, Sample: true, From: "demo"}
		err = r.Scan(&p.login, &p.who.Person, &p.who.Name, &p.who.Home, &p.who.Hat.Role, &p.who.Hat.Body)
		return p, err
	}, `SELECT p.login, p.id, p.name, p.home, m.role, m.body FROM people p JOIN memberships m ON m.person = p.id
		WHERE p.sample AND m.sample AND m.state = 'active' ORDER BY p.login`)
	hats := map[string]account.Who{}
	for _, p := range list {
		hats[p.login] = p.who
	}
	if err == nil && len(hats) == 0 {
		err = errors.New("the demonstration is not loaded")
	}
	return hats, err
}

// demoOpen is the demonstration's call with the answers of its programme's first example; the examples stand in an earlier version.
func (a *App) demoOpen(ctx context.Context) (demoCall, error) {
	list, err := a.Programmes.All(ctx)
	if err != nil {
		return demoCall{}, err
	}
	for _, p := range list {
		if open, _ := a.Programmes.Open(ctx, p, a.Config.Clock()); !open {
			continue
		}
		versions, err := a.Programmes.Versions(ctx, p.Code)
		if err != nil {
			return demoCall{}, err
		}
		for _, v := range versions {
			old, err := a.Programmes.ByHash(ctx, v.Hash)
			if err == nil && len(old.Examples) > 0 && v.FiscalYear == p.Call.FiscalYear {
				return demoCall{p.Code, old.Examples[0].Answers, p.Call}, nil
			}
		}
	}
	return demoCall{}, errors.New("no call of the demonstration is open")
}

// demoPast is the demonstration's call of the past, answered like the open one.
func (a *App) demoPast(ctx context.Context, open demoCall) (demoCall, error) {
	versions, err := a.Programmes.Versions(ctx, open.code)
	if err != nil {
		return demoCall{}, err
	}
	today := jp.Date(a.Config.Clock())
	for _, v := range versions {
		p, err := a.Programmes.ByHash(ctx, v.Hash)
		if err != nil {
			return demoCall{}, err
		}
		if p.Call.FiscalYear < open.call.FiscalYear && p.Call.From <= today {
			return demoCall{open.code, open.answers, p.Call}, nil
		}
	}
	return demoCall{}, errors.New("the demonstration has no call whose projects have begun")
}
