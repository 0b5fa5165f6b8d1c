package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

const (
	bulkKind = "desk.bulk"
	bulkStep = 10 // cases in one transaction, with the progress they make: a process that dies does none of them twice
)

// undoFor is how long a work for many cases can be called off before it begins [our design].
const undoFor = 30 * time.Second

// undo is that time; tests shorten it.
func (p *Pages) undo() time.Duration { return cmp.Or(p.Undo, undoFor) }

// bulkOrder is what a work was asked to do, by whom: the person's hat as it was, looked at again before every step.
type bulkOrder struct {
	Act           string
	Who           account.Who
	Officer       account.Who
	Day           string
	Subject, Text string
	Needs         cases.Needs
	Begins        time.Time
}

// work is the work to queue, and the cases it is given.
func (o *bulkOrder) work(r *page.Request, token, title string, list []bulkCase, undo time.Duration) (jobs.Work, []byte, error) {
	given, err := json.Marshal(list)
	o.Begins = time.Now().Add(undo)
	return jobs.Work{ID: db.NewID("w"), Kind: bulkKind, Title: title, Person: r.Who.Person, Hat: r.Who.Hat.ID}, given, err
}

func (p *Pages) beginAfter(ctx context.Context, tx db.Q, w jobs.Work, given []byte, o bulkOrder) (string, error) {
	return p.Jobs.BeginWork(ctx, tx, w, given, o, jobs.After(o.Begins))
}

func short256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:12])
}

// stepBulk does the next cases. What cannot be done to one, as others changed it meanwhile, is said of that one; the others go on.
func (p *Pages) stepBulk(ctx context.Context, _ db.Q, w jobs.Work) (s jobs.Step, last bool, err error) {
	var o bulkOrder
	if err := w.Settings(&o); err != nil {
		return s, false, err
	}
	given, err := w.Given()
	if err != nil {
		return s, false, err
	}
	var list []bulkCase
	if err := json.Unmarshal(given, &list); err != nil {
		return s, false, err
	}
	if err := p.Accounts.StillWorn(ctx, o.Who); err != nil {
		return s, false, err
	}
	s.Total, s.Done = int64(len(list)), w.Done
	for _, x := range list[w.Done:min(len(list), int(w.Done)+bulkStep)] {
		s.Done++
		item, err := p.bulkOne(ctx, w.ID, o, x)
		if err != nil {
			return s, false, err
		}
		if item.Place = s.Done; item.Outcome == bulkDone {
			s.Fine++
		} else {
			s.Refused++
		}
		s.Items = append(s.Items, item)
	}
	return s, s.Done == s.Total, nil
}

// Outcomes of one case of a work.
const (
	bulkDone = "done"
	bulkNot  = "not"
)

// bulkOne does the act to one case. A fault is what is said of that case; an error is ours, and the step is tried again.
func (p *Pages) bulkOne(ctx context.Context, work string, o bulkOrder, x bulkCase) (jobs.Item, error) {
	item := jobs.Item{Outcome: bulkDone, Part: x.ID}
	c, prog, err := p.Cases.Get(ctx, o.Who, x.ID)
	if err == nil {
		item.Code, item.Name = c.Number, heading(o.Who.Lang, c)
		err = p.bulkAct(ctx, work, o, x, prog)
	}
	f := fault.Of(err)
	if f == nil {
		return item, err
	}
	item.Outcome = bulkNot
	item.Words = lang.Text{JA: page.FaultText(lang.JA, f), EN: page.FaultText(lang.EN, f)}
	return item, nil
}

func (p *Pages) bulkAct(ctx context.Context, work string, o bulkOrder, x bulkCase, prog *programme.Programme) error {
	var err error
	switch id, move := strings.CutPrefix(o.Act, movePart); {
	case move:
		needs := o.Needs
		if needs.Checklist = nil; slices.ContainsFunc(prog.Move(id).Needs, func(n programme.Need) bool { return n.ID == "checklist" }) {
			for _, item := range prog.Checklist() {
				needs.Checklist = append(needs.Checklist, item.Value)
			}
		}
		if x.Amount > 0 {
			needs.Amount = &x.Amount
		}
		_, err = p.Cases.Do(ctx, o.Who, x.ID, cases.Act{Move: id, Version: x.Version, Needs: needs})
	case o.Act == actOfficer:
		_, err = p.Cases.NoteDesk(ctx, o.Who, x.ID, cases.Marks{Officer: &o.Officer})
	case o.Act == actRemind:
		_, err = p.Cases.NoteDesk(ctx, o.Who, x.ID, cases.Marks{Remind: &o.Day})
	case o.Act == actMail:
		err = p.Cases.Write(ctx, o.Who, x.ID, o.Subject, o.Text, work)
	default:
		err = fmt.Errorf("work %s: no act %q", work, o.Act)
	}
	return err
}

// bulkState is a work for many cases: it waits and can be called off, goes on, or what came of it.
type bulkState struct {
	Title, At, State string
	View             part.WorkView
	Waits            string // how long it can still be called off, "" when it cannot
	Stopped          bool   // half-way: it can go on
	Off              bool   // called off before it began
	Done, Not        []part.Row
	NDone, NNot      int64
}

// ownBulk is the work of the address, the acting person's own under this hat.
func (p *Pages) ownBulk(r *page.Request) (jobs.Work, bulkOrder, error) {
	var o bulkOrder
	w, err := p.Jobs.Work(r.Context(), r.PathValue("work"))
	if err == nil && (w.Kind != bulkKind || w.Person != r.Who.Person || w.Settings(&o) != nil || o.Who.Hat.Body != r.Who.Hat.Body) {
		err = fault.New(fault.Missing, "db.missing")
	}
	return w, o, err
}

// bulk shows how far a work is and what became of each case.
func (p *Pages) bulk(r *page.Request) (page.View, error) {
	w, o, err := p.ownBulk(r)
	if err != nil {
		return page.View{}, err
	}
	v := bulkState{Title: w.Title, At: bulkURL + "/" + w.ID, Off: w.State == jobs.WorkStopped && w.Started.IsZero(), Stopped: w.State == jobs.WorkStopped && !w.Started.IsZero(),
		View: part.WorkView{Look: workLooks[w.State], State: r.T("work." + string(w.State)), Going: !w.Ended(), Total: w.Total, Done: w.Done, Started: w.Started, Moved: w.Moved,
			Now: time.Now(), Fine: w.Fine, Refused: w.Refused, Unit: r.T("list.bulk.unit"), Failure: w.Failure,
			Words: [3]string{r.T("list.bulk.done"), r.T("list.bulk.warned"), r.T("list.bulk.not")}}}
	if left := time.Until(o.Begins); w.State == jobs.WorkWaiting && left > 0 {
		v.Waits = r.T("list.bulk.waits", "n", int(left.Seconds())+1)
		v.View.State = v.Waits
	}
	if v.Off {
		v.View.State = r.T("list.bulk.off")
	}
	if r.Htmx() {
		return page.Fragment(part.Work(v.View), 0), nil
	}
	for _, outcome := range []string{bulkNot, bulkDone} {
		items, err := p.Jobs.Items(r.Context(), w.ID, outcome, -1, bulkShown)
		if err != nil {
			return page.View{}, err
		}
		for _, x := range items {
			row := part.Row{Cells: []part.Cell{{Text: x.Code, Tight: true}, {Text: x.Name, URL: caseURL(x.Part)}}}
			if outcome == bulkNot {
				row.Cells = append(row.Cells, part.Cell{Text: x.Words.In(r.Lang)})
				v.Not = append(v.Not, row)
			} else {
				v.Done = append(v.Done, row)
			}
		}
	}
	v.NDone, v.NNot = w.Fine, w.Refused
	view := page.View{Title: w.Title, Shell: page.Desk, Body: bulkStateBody(v), Crumbs: []page.Link{{Label: r.T("desk.nav.all"), URL: "/desk/cases?all=1"}, {Label: r.T("list.bulk.works"), URL: bulkURL}}}
	if !w.Ended() {
		view.Refresh = 5
	}
	return view, nil
}

// steerBulk calls a work off, stops it at a safe point, or lets it go on.
func (p *Pages) steerBulk(r *page.Request) (page.View, error) {
	w, _, err := p.ownBulk(r)
	if err != nil {
		return page.View{}, err
	}
	say := "work.stop.asked"
	err = p.Jobs.InTx(r.Context(), func(ctx context.Context, tx db.Q) error {
		switch r.Value("do") {
		case "undo":
			say = "list.bulk.off"
			return p.Jobs.DropWork(ctx, tx, w.ID)
		case "stop":
			return p.Jobs.HaltWork(ctx, tx, w.ID)
		case "resume":
			if say = "list.bulk.resumed"; w.Started.IsZero() { // what was called off is not done after all
				return fault.New(fault.Conflict, "fault.conflict")
			}
			return p.Jobs.ResumeWork(ctx, tx, w.ID)
		}
		return fault.New(fault.Invalid, "page.unreadable")
	})
	if fault.Is(err, fault.Conflict) && r.Value("do") == "undo" {
		return page.Redirect(bulkURL+"/"+w.ID, page.Say("list.bulk.late")), nil
	}
	return page.Redirect(bulkURL+"/"+w.ID, page.Say(say)), err
}

// bulks lists the works the acting person began.
func (p *Pages) bulks(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleBranch, account.RoleOfficer, account.RoleChief); err != nil {
		return page.View{}, err
	}
	list, err := p.Jobs.WorksOf(r.Context(), bulkKind, r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	var rows []part.Row
	for _, w := range list {
		var o bulkOrder
		if w.Settings(&o) != nil || o.Who.Hat.Body != r.Who.Hat.Body {
			continue
		}
		state := r.T("work." + string(w.State))
		if w.State == jobs.WorkStopped && w.Started.IsZero() {
			state = r.T("list.bulk.off")
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: w.Title, URL: bulkURL + "/" + w.ID}, {Text: lang.Moment(r.Lang, w.Created), Tight: true}, {Text: state},
			{Text: lang.Num(w.Fine)}, {Text: lang.Num(w.Refused)}}})
	}
	return page.View{Title: r.T("list.bulk.works"), Shell: page.Desk, Body: bulksBody(rows)}, nil
}
