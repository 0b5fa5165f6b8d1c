package app

import (
	"context"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
)

// named tells who and what would miss a section, an office, a desk or a branch that ends on a day: accounts and invitations, programmes that
// are not closed, cases that have not ended.
func (a *App) named(ctx context.Context, kind, key, until string) (list []lang.Text, err error) {
	add := func(what string, names []lang.Text) {
		if len(names) > 0 {
			list = append(list, org.Naming(bothSay("reference.names."+what), names))
		}
	}
	if body := map[string]string{"section": "hq:", "office": "office:", "branch": "branch:"}[kind]; body != "" {
		end, err := time.ParseInLocation(time.DateOnly, jp.AddDays(until, 1), jp.JST)
		if err != nil {
			return nil, err
		}
		people, invited, err := a.Accounts.Wearing(ctx, body+key, end)
		if err != nil {
			return nil, err
		}
		add("people", unchanged(people))
		add("invited", unchanged(invited))
	}
	if kind == "section" || kind == "desk" {
		programmes, err := a.Programmes.All(ctx)
		if err != nil {
			return nil, err
		}
		var names []lang.Text
		for _, p := range programmes {
			shut, err := a.shut(ctx, p)
			if err != nil {
				return nil, err
			}
			if !shut && (kind == "section" && p.Section == key || kind == "desk" && p.Desk == key) {
				names = append(names, p.Title)
			}
		}
		add("programmes", names)
	}
	if kind == "section" || kind == "branch" {
		numbers, err := a.Cases.Unended(ctx, kind, key)
		if err != nil {
			return nil, err
		}
		var names []lang.Text
		for _, n := range numbers {
			name := lang.Text{JA: n, EN: n}
			if n == "" {
				name = bothSay("reference.draft")
			}
			names = append(names, name)
		}
		add("cases", names)
	}
	return list, nil
}

// shut reports whether a programme was closed for good.
func (a *App) shut(ctx context.Context, p *programme.Programme) (bool, error) {
	log, err := a.Programmes.StateLog(ctx, p.Code)
	return len(log) > 0 && log[len(log)-1].State == "closed", err
}

// unchanged are names that are the same in both languages.
func unchanged(names []string) (list []lang.Text) {
	for _, n := range names {
		list = append(list, lang.Text{JA: n, EN: n})
	}
	return list
}

func bothSay(key string) lang.Text {
	return lang.Text{JA: lang.T(lang.JA, key), EN: lang.T(lang.EN, key)}
}
