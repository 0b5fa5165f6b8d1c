package bring

import (
	"context"
	"strconv"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// notesMost is how many cases one file of notes may name.
const notesMost = 20_000

// notes are what a desk notes on its cases: who is in charge, the day to be reminded on, a line of text. The case list's own files have the
// same columns. Rows of a file that was written before somebody else changed the same case are refused.
func (p *Pages) notes() list {
	return list{ID: "notes", Roles: []account.Role{account.RoleBranch, account.RoleOfficer, account.RoleChief}, Open: func(ctx context.Context, who account.Who, scope string) (*sheet, error) {
		if scope != Everything {
			return nil, fault.New(fault.Missing, "db.missing")
		}
		people, err := p.colleagues(ctx, who)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, x := range people {
			names = append(names, x.Name)
		}
		return &sheet{Back: page.Link{Label: lang.T(who.Lang, "desk.nav.all"), URL: "/desk/cases?all=1"}, Most: notesMost, Keys: []string{"number"}, Columns: []column{
			{Name: "number", Label: both("desk.export.number"), Need: true}, {Name: "title", Label: both("desk.export.title"), Info: true},
			{Name: "officer", Label: both("list.col.officer"), Choices: names}, {Name: "remind", Label: both("list.col.remind")}, {Name: "note", Label: both("list.col.note")},
			{Name: "rev", Label: both("list.col.rev"), Figure: true}},
			Rows: func(ctx context.Context, put func(...string) error) error { return p.noteRows(ctx, who, put) },
			Bring: func(ctx context.Context, x cells) (fate, error) {
				return p.bringNote(ctx, who, people, x)
			}}, nil
	}}
}

// colleagues are the people of a desk who may be in charge of a case.
func (p *Pages) colleagues(ctx context.Context, who account.Who) (list []account.Who, err error) {
	roles := []account.Role{account.RoleOfficer, account.RoleChief}
	if who.Is(account.RoleBranch) {
		roles = []account.Role{account.RoleBranch}
	}
	for _, role := range roles {
		wearers, err := p.Accounts.Wearers(ctx, who.Hat.Body, role)
		if err != nil {
			return nil, err
		}
		for _, w := range wearers {
			if one, _ := named(list, w.Person); one.Person == "" {
				list = append(list, w)
			}
		}
	}
	return list, nil
}

// named is the one of some people whom a text means by name or id; n says how many it may mean.
func named(list []account.Who, text string) (one account.Who, n int) {
	for _, x := range list {
		if x.Person == text || x.Name == text {
			one, n = x, n+1
		}
	}
	return one, n
}

// whom is the one person of a list a cell names.
func whom(list []account.Who, column, text string) (account.Who, error) {
	switch one, n := named(list, text); n {
	case 1:
		return one, nil
	case 0:
		return one, fault.At(column, "bring.nobody", "name", text)
	default:
		return one, fault.At(column, "bring.namesakes", "name", text)
	}
}

// chunk is how many cases are read in one go.
const chunk = 500

// noteRows writes every open case the person sees, with what their desk noted on it.
func (p *Pages) noteRows(ctx context.Context, who account.Who, put func(...string) error) error {
	ids, _, err := p.Cases.Pick(ctx, who, cases.Filter{Open: true}, notesMost)
	for len(ids) > 0 && err == nil {
		part := ids[:min(chunk, len(ids))]
		ids = ids[len(part):]
		err = p.noteLines(ctx, who, part, put)
	}
	return err
}

func (p *Pages) noteLines(ctx context.Context, who account.Who, ids []string, put func(...string) error) error {
	lines, err := p.Cases.Seen(ctx, who, ids)
	if err != nil {
		return err
	}
	desks, err := p.Cases.Desks(ctx, who, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		l, there := lines[id]
		if !there || l.Number == "" {
			continue
		}
		d := desks[id]
		if err := put(l.Number, l.Title, d.Name, d.Remind, d.Note, strconv.Itoa(d.Rev)); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pages) bringNote(ctx context.Context, who account.Who, people []account.Who, x cells) (fate, error) {
	f := fate{Act: actSame, Code: x.of("number")}
	if f.Code == "" {
		return f, fault.At("number", "bring.empty", "column", lang.T(who.Lang, "desk.export.number"))
	}
	id, err := p.Cases.ByNumber(ctx, who, f.Code)
	if err != nil {
		return f, at(err, "number")
	}
	lines, err := p.Cases.Seen(ctx, who, []string{id})
	if err != nil {
		return f, err
	}
	f.Name = lines[id].Title
	desks, err := p.Cases.Desks(ctx, who, []string{id})
	if err != nil {
		return f, err
	}
	m, words, err := noted(desks[id], people, x)
	if err != nil || words == nil {
		return f, err
	}
	if typed := x.of("rev"); typed != "" {
		rev, err := strconv.Atoi(jp.FoldID(typed))
		if err != nil {
			return f, fault.At("rev", "bring.figure", "text", typed)
		}
		m.Rev = &rev
	}
	f.Act, f.Words = actChange, joined(words)
	_, err = p.Cases.NoteDesk(ctx, who, id, m)
	return f, err
}

// noted are the changes a row asks for, and how they are told; no words where nothing changes. An empty cell takes away what was noted, a
// column that the file does not have changes nothing.
func noted(now cases.Desk, people []account.Who, x cells) (m cases.Marks, words []lang.Text, err error) {
	if name := x.of("officer"); x.has("officer") && name != now.Name {
		who := account.Who{}
		if name != "" {
			if who, err = whom(people, "officer", name); err != nil {
				return m, nil, err
			}
		}
		m.Officer, words = &who, append(words, told("list.col.officer", now.Name, name))
	}
	day := x.of("remind")
	if iso, ok := jp.ParseDate(day); ok {
		day = iso
	} else if day != "" {
		return m, nil, fault.At("remind", "bring.day", "text", day)
	}
	if x.has("remind") && day != now.Remind {
		m.Remind, words = &day, append(words, told("list.col.remind", now.Remind, day))
	}
	if note := jp.NFC(x.of("note")); x.has("note") && note != now.Note {
		m.Note, words = &note, append(words, told("list.col.note", now.Note, note))
	}
	return m, words, nil
}

// told is one change in words: what it is of, before and after.
func told(label, before, after string) lang.Text {
	one := func(tag lang.Tag) string {
		word := func(s string) string {
			if s == "" {
				return lang.T(tag, "bring.none")
			}
			return s
		}
		return lang.T(tag, "bring.from_to", "what", lang.T(tag, label), "before", word(before), "after", word(after))
	}
	return lang.Text{JA: one(lang.JA), EN: one(lang.EN)}
}

func joined(list []lang.Text) (t lang.Text) {
	for i, x := range list {
		if i > 0 {
			t.JA, t.EN = t.JA+"、", t.EN+"; "
		}
		t.JA, t.EN = t.JA+x.JA, t.EN+x.EN
	}
	return t
}

// at names the column a fault belongs to.
func at(err error, column string) error {
	if f := fault.Of(err); f != nil && f.Field == "" {
		with := *f
		with.Field = column
		return &with
	}
	return err
}
