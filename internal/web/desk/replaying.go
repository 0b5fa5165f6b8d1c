package desk

import (
	"context"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// A replay judges all submitted cases of a programme by another version, in steps of replayStep cases, and changes nothing.

const (
	replayKind  = "programme.replay"
	replayStep  = 50
	replayShown = 200 // differing cases on the page; the CSV has all
	differs     = "differs"
)

// replayOrder is what a replay was asked to do.
type replayOrder struct{ Code, Hash string }

// replayer does the steps. It remembers the number the last step ended with, which the next step of the same work begins after,
// and what it read of the bodies' other cases.
type replayer struct {
	pages *Pages
	mu    sync.Mutex
	last  map[string]string
	runs  map[string]*cases.Replayer
}

func (x *replayer) step(ctx context.Context, _ db.Q, w jobs.Work) (s jobs.Step, done bool, err error) {
	var o replayOrder
	if err := w.Settings(&o); err != nil {
		return s, false, err
	}
	with, err := x.pages.Programmes.ByHash(ctx, o.Hash)
	if err != nil {
		return s, false, err
	}
	x.mu.Lock()
	after, known := x.last[w.ID]
	run := x.runs[w.ID]
	x.mu.Unlock()
	if run == nil {
		run = x.pages.Cases.Replayer(o.Code, with)
	}
	s.Total = w.Total
	if !known || w.Done == 0 {
		if s.Total, after, err = x.pages.Cases.Numbered(ctx, o.Code, w.Done); err != nil {
			return s, false, err
		}
	}
	s.Done = w.Done
	last, n, err := run.Part(ctx, after, replayStep, func(c *cases.Case, d cases.Difference) {
		s.Done++
		if !d.Differs() {
			s.Fine++
			return
		}
		s.Warned++
		s.Items = append(s.Items, jobs.Item{Place: s.Done, Outcome: differs, Code: c.Number, Name: c.Org.Name + "　" + c.Title(), Part: c.ID, Words: differenceWords(with, d)})
	})
	if err != nil {
		return s, false, err
	}
	s.Total = max(s.Total, s.Done)
	done = n < replayStep
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.last[w.ID], x.runs[w.ID] = last, run; done {
		delete(x.last, w.ID)
		delete(x.runs, w.ID)
		s.Total = s.Done
	}
	return s, done, nil
}

// differenceWords says in both languages what comes out otherwise.
func differenceWords(with *programme.Programme, d cases.Difference) lang.Text {
	say := func(tag lang.Tag) string {
		var list []string
		add := func(name, before, now string) {
			list = append(list, lang.T(tag, "desk.replay.change", "name", name, "before", before, "now", now))
		}
		word := func(prefix, value string) string {
			if value == "" {
				return lang.T(tag, "desk.replay.absent")
			}
			return lang.T(tag, prefix+value)
		}
		if d.Verdict[0] != d.Verdict[1] {
			add(lang.T(tag, "desk.next.miss.verdict"), word("desk.verdict.", d.Verdict[0]), word("desk.verdict.", d.Verdict[1]))
		}
		for _, x := range with.Amounts {
			if v, ok := d.Amounts[x.Name]; ok {
				add(x.Title.In(tag), lang.Yen(tag, v[0]), lang.Yen(tag, v[1]))
			}
		}
		for _, x := range with.Rules {
			if v, ok := d.Rules[x.ID]; ok {
				add(x.ID, word("desk.rule.", v[0]), word("desk.rule.", v[1]))
				delete(d.Rules, x.ID)
			}
		}
		return strings.Join(list, lang.T(tag, "record.comma"))
	}
	rules := map[string][2]string{}
	for id, v := range d.Rules {
		rules[id] = v
	}
	ja := say(lang.JA)
	d.Rules = rules
	return lang.Text{JA: ja, EN: say(lang.EN)}
}

// beginReplay begins a replay of the version of the address, and waits a moment, as a small programme is judged at once.
func (p *Pages) beginReplay(r *page.Request) (page.View, error) {
	prog, err := p.watchedVersion(r)
	if err != nil {
		return page.View{}, err
	}
	w := jobs.Work{Kind: replayKind, Title: prog.Version, Person: r.Who.Person, Hat: r.Who.Hat.ID}
	id := ""
	if err := p.Jobs.InTx(r.Context(), func(ctx context.Context, tx db.Q) error {
		id, err = p.Jobs.BeginWork(ctx, tx, w, nil, replayOrder{Code: prog.Code, Hash: prog.Hash})
		return err
	}); err != nil {
		return page.View{}, err
	}
	for range 8 {
		time.Sleep(100 * time.Millisecond)
		if w, err := p.Jobs.Work(r.Context(), id); err != nil || w.Ended() {
			break
		}
	}
	return page.Redirect(versionURL(prog) + "/replay/" + id), nil
}

// watchedVersion is the version of the address, for those who read definitions and cases of the section.
func (p *Pages) watchedVersion(r *page.Request) (*programme.Programme, error) {
	if err := only(r, readers...); err != nil {
		return nil, err
	}
	prog, err := p.Programmes.ByHash(r.Context(), r.PathValue("hash"))
	if err != nil {
		return nil, err
	}
	if prog.Code != r.PathValue("code") || !mine(r, prog) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return prog, nil
}

// replayOf reads the replay of the address.
func (p *Pages) replayOf(r *page.Request) (*programme.Programme, jobs.Work, error) {
	prog, err := p.watchedVersion(r)
	if err != nil {
		return nil, jobs.Work{}, err
	}
	w, err := p.Jobs.Work(r.Context(), r.PathValue("work"))
	if err != nil {
		return nil, w, err
	}
	var o replayOrder
	if w.Kind != replayKind || w.Settings(&o) != nil || o.Hash != prog.Hash {
		return nil, w, fault.New(fault.Missing, "db.missing")
	}
	return prog, w, nil
}

// replayPage is a replay that goes on, or what came of it.
type replayPage struct {
	Programme *programme.Programme
	View      part.WorkView
	At        string
	State     jobs.WorkState
	Rows      []part.Row
	More      int64
}

// replay shows how far a replay is and which cases come out otherwise.
func (p *Pages) replay(r *page.Request) (page.View, error) {
	prog, w, err := p.replayOf(r)
	if err != nil {
		return page.View{}, err
	}
	v := replayPage{Programme: prog, At: versionURL(prog) + "/replay/" + w.ID, State: w.State, More: max(0, w.Warned-replayShown),
		View: part.WorkView{Look: workLooks[w.State], State: r.T("work." + string(w.State)), Going: !w.Ended(), Total: w.Total, Done: w.Done, Started: w.Started, Moved: w.Moved,
			Now: time.Now(), Fine: w.Fine, Warned: w.Warned, Refused: w.Refused, Unit: r.T("desk.replay.unit"), Failure: w.Failure,
			Words: [3]string{r.T("desk.replay.same"), r.T("desk.replay.differ"), r.T("desk.replay.unread")}}}
	if r.Htmx() {
		return page.Fragment(part.Work(v.View), 0), nil
	}
	items, err := p.Jobs.Items(r.Context(), w.ID, differs, -1, replayShown)
	if err != nil {
		return page.View{}, err
	}
	for _, x := range items {
		v.Rows = append(v.Rows, part.Row{Cells: []part.Cell{{Text: x.Code, URL: caseURL(x.Part)}, {Text: x.Name}, {Text: x.Words.In(r.Lang)}}})
	}
	refresh := 0
	if v.View.Going {
		refresh = 5
	}
	title := r.T("desk.replay.title", "version", prog.Version)
	return page.View{Title: title, Sub: prog.Title.In(r.Lang), Shell: page.Desk, Refresh: refresh, Body: replayBody(title, v)}, nil
}

// replayCSV is every case that comes out otherwise.
func (p *Pages) replayCSV(r *page.Request) (page.View, error) {
	prog, w, err := p.replayOf(r)
	if err != nil {
		return page.View{}, err
	}
	rows := [][]string{{r.T("money.book.case"), r.T("desk.export.org"), r.T("desk.replay.what")}}
	for after := int64(-1); ; {
		items, err := p.Jobs.Items(r.Context(), w.ID, differs, after, 1000)
		if err != nil {
			return page.View{}, err
		}
		for _, x := range items {
			rows, after = append(rows, []string{x.Code, x.Name, x.Words.In(r.Lang)}), x.Place
		}
		if len(items) < 1000 {
			return csvFile(r, prog.Code+"_"+prog.Version, rows), nil
		}
	}
}

// steerReplay stops a replay at its next safe point, or lets it go on.
func (p *Pages) steerReplay(r *page.Request) (page.View, error) {
	_, w, err := p.replayOf(r)
	if err != nil {
		return page.View{}, err
	}
	act := p.Jobs.ResumeWork
	if r.Value("do") == "stop" {
		act = p.Jobs.HaltWork
	}
	err = p.Jobs.InTx(r.Context(), func(ctx context.Context, tx db.Q) error { return act(ctx, tx, w.ID) })
	return page.Redirect("/desk/programmes/" + r.PathValue("code") + "/versions/" + r.PathValue("hash") + "/replay/" + w.ID), err
}

// replays lists the replays of a version, newest first.
func (p *Pages) replays(r *page.Request, prog *programme.Programme) (rows []part.Row, err error) {
	list, err := p.Jobs.Works(r.Context(), replayKind)
	for _, w := range list {
		var o replayOrder
		if w.Settings(&o) != nil || o.Hash != prog.Hash {
			continue
		}
		first := part.Cell{Text: lang.Moment(r.Lang, w.Created)}
		if mine(r, prog) {
			first.URL = versionURL(prog) + "/replay/" + w.ID
		}
		rows = append(rows, part.Row{Cells: []part.Cell{first, {Text: r.T("work." + string(w.State))}, {Text: lang.Num(w.Done)}, {Text: lang.Num(w.Warned)}}})
	}
	return rows, err
}
