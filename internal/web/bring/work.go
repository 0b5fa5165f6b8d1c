package bring

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
)

// order is what a file is to be done with, by whom: the person's hat as it was, looked at again before every step.
type order struct {
	Scope string
	Who   account.Who
	Dry   bool
	Of    string // the trial run whose file this is
	Form  string // how the file was read
}

func workOf(id string) string { return "bring." + id }

func orderOf(w jobs.Work) (o order, ok bool) { return o, w.Settings(&o) == nil }

// stepRows is how many rows one transaction takes: other work is not held up, and a process may end at any time.
const stepRows = 50

// kept is the last file that was read, as the next step is most often of the same work.
type kept struct {
	mu   sync.Mutex
	id   string
	rows []row
}

type row struct {
	line  int
	cells cells
	twice int // the line that was about the same, 0 for none
}

func (k *kept) read(w jobs.Work, tag lang.Tag, sh *sheet) ([]row, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.id == w.ID {
		return k.rows, nil
	}
	content, err := w.Given()
	if err != nil {
		return nil, err
	}
	f, err := sh.read(tag, content)
	if err != nil {
		return nil, err
	}
	var rows []row
	seen := map[string]int{}
	err = f.Rows(func(line int, cell func(string) string) error {
		key := sh.key(cell)
		rows = append(rows, row{line, cells{cell, f.Has}, seen[key]})
		if key != "" && seen[key] == 0 {
			seen[key] = line
		}
		return nil
	})
	k.id, k.rows = w.ID, rows
	return rows, err
}

// key is what a row is about, as text; "" of one that does not say it.
func (sh *sheet) key(cell func(string) string) string {
	var b strings.Builder
	for _, c := range sh.Columns {
		if !slices.Contains(sh.Keys, c.Name) {
			continue
		}
		text := strings.ToLower(jp.FoldID(cell(c.Name)))
		if c.Fold != nil {
			text = c.Fold(cell(c.Name))
		}
		if text == "" {
			return ""
		}
		b.WriteString(text + "\x00")
	}
	return b.String()
}

func (k *kept) drop(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.id == id {
		k.id, k.rows = "", nil
	}
}

var errDry = errors.New("trial run")

// step does the next rows of a file.
func (p *Pages) step(l list) jobs.WorkHandler {
	return func(ctx context.Context, _ db.Q, w jobs.Work) (s jobs.Step, last bool, err error) {
		o, ok := orderOf(w)
		if !ok {
			return s, false, errors.New("a work without an order")
		}
		if err := p.Accounts.StillWorn(ctx, o.Who); err != nil {
			return s, false, err
		}
		sh, err := l.Open(ctx, o.Who, o.Scope)
		if err != nil {
			return s, false, err
		}
		rows, err := p.kept.read(w, o.Who.Lang, sh)
		if err != nil {
			return s, false, err
		}
		to := min(len(rows), int(w.Done)+stepRows)
		err = p.Jobs.InTx(ctx, func(ctx context.Context, _ db.Q) error {
			s = jobs.Step{Total: int64(len(rows)), Done: int64(to)}
			for _, x := range rows[w.Done:to] {
				item, err := p.one(ctx, sh, x)
				if err != nil {
					return err
				}
				note(&s, item)
			}
			if o.Dry {
				return errDry
			}
			return nil
		})
		if errors.Is(err, errDry) {
			err = nil
		}
		if last = to == len(rows); last {
			p.kept.drop(w.ID)
		}
		return s, last, err
	}
}

func note(s *jobs.Step, x jobs.Item) {
	if x.Outcome == actRefused {
		s.Refused++
	} else {
		s.Fine++
	}
	if x.Outcome != actSame {
		s.Items = append(s.Items, x)
	}
}

// one does a row in a savepoint of its own.
func (p *Pages) one(ctx context.Context, sh *sheet, x row) (jobs.Item, error) {
	var f fate
	err := p.Jobs.InTx(ctx, func(ctx context.Context, _ db.Q) (err error) {
		if x.twice > 0 {
			return fault.At(sh.Keys[0], "bring.twice", "line", x.twice)
		}
		f, err = sh.Bring(ctx, x.cells)
		return err
	})
	item := jobs.Item{Place: int64(x.line), Outcome: f.Act, Code: f.Code, Name: f.Name, Words: f.Words}
	if wrong := fault.Of(err); wrong != nil {
		item.Outcome, item.Part = actRefused, wrong.Field
		item.Words = lang.Text{JA: page.FaultText(lang.JA, wrong), EN: page.FaultText(lang.EN, wrong)}
		return item, nil
	}
	return item, err
}

// tellAfter is how long a file must have taken for its end to be told by mail.
const tellAfter = 30 * time.Second

// done tells the person who brought the file that it has ended, when it took long enough for them to have left.
func (p *Pages) done(ctx context.Context, tx db.Q, w jobs.Work) error {
	o, ok := orderOf(w)
	if !ok || p.Mail == nil || time.Since(w.Created) < tellAfter {
		return nil
	}
	person, err := p.Accounts.Person(ctx, w.Person)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	id := w.Kind[len(workOf("")):]
	return p.Mail.Queue(ctx, tx, mail.Message{To: mail.Address{Address: person.Email, Name: person.Name, Lang: person.Lang}, Key: "work/" + w.ID + "/" + strconv.FormatInt(w.Done, 10),
		Subject: lang.T(person.Lang, "bring.mail", "file", w.Title),
		Text:    lang.T(person.Lang, "bring.mail.text", "file", w.Title, "fine", w.Fine, "refused", w.Refused, "url", p.URL(At(id, o.Scope)+"/files/"+w.ID))})
}

// try takes the file and begins its trial run.
func (p *Pages) try(r *page.Request, l list, sh *sheet) (page.View, error) {
	name, content, wrong, err := Sent(r)
	if err != nil {
		return page.View{}, err
	}
	o := order{Scope: r.PathValue("scope"), Who: r.Who, Dry: true}
	o.Who.Lang = r.Lang
	if wrong == "" {
		var f org.List
		if f, err = sh.read(r.Lang, content); fault.Of(err) != nil {
			wrong, err = page.ErrorText(r.Lang, err), nil
		} else if err != nil {
			return page.View{}, err
		}
		o.Form = f.Form()
	}
	if wrong != "" {
		return p.askView(r, l, sh, wrong)
	}
	id, err := Begin(r, p.Jobs, jobs.Work{Kind: workOf(l.ID), Title: name, Person: r.Who.Person, Hat: r.Who.Hat.ID}, content, o)
	return page.Redirect(At(l.ID, o.Scope) + "/files/" + id), err
}

// Begin queues a work and waits a moment, as most files are small: then the next page shows the report already.
func Begin(r *page.Request, q *jobs.Queue, w jobs.Work, content []byte, settings any) (id string, err error) {
	if err := q.InTx(r.Context(), func(ctx context.Context, tx db.Q) error {
		id, err = q.BeginWork(ctx, tx, w, content, settings)
		return err
	}); err != nil {
		return "", err
	}
	for range 8 {
		time.Sleep(100 * time.Millisecond)
		if w, err := q.Work(r.Context(), id); err != nil || w.Ended() {
			break
		}
	}
	return id, nil
}

// Committed is the work for good that came of a trial run, "" while there is none.
func Committed(ctx context.Context, q *jobs.Queue, kind, trial string) (string, error) {
	list, err := q.Works(ctx, kind)
	for _, x := range list {
		var o struct{ Of string }
		if x.Settings(&o) == nil && o.Of == trial {
			return x.ID, err
		}
	}
	return "", err
}

// own is the work of the address: of this list and scope, begun by the acting person under this body.
func (p *Pages) own(r *page.Request, l list) (jobs.Work, order, error) {
	w, err := p.Jobs.Work(r.Context(), r.PathValue("work"))
	if err != nil {
		return w, order{}, err
	}
	o, ok := orderOf(w)
	if !ok || w.Kind != workOf(l.ID) || o.Scope != r.PathValue("scope") || w.Person != r.Who.Person || o.Who.Hat.Body != r.Who.Hat.Body {
		return w, o, fault.New(fault.Missing, "db.missing")
	}
	return w, o, nil
}

// steer brings the file of a trial run in for good, once, stops a work at a safe point, or lets it go on.
func (p *Pages) steer(r *page.Request, l list, _ *sheet) (page.View, error) {
	w, o, err := p.own(r, l)
	if err != nil {
		return page.View{}, err
	}
	at := At(l.ID, o.Scope) + "/files/"
	switch r.Value("do") {
	case "commit":
		id, err := p.commit(r, w, o)
		return page.Redirect(at + id), err
	case "stop":
		err = p.Jobs.InTx(r.Context(), func(ctx context.Context, tx db.Q) error { return p.Jobs.HaltWork(ctx, tx, w.ID) })
		return page.Redirect(at+w.ID, page.Say("work.stop.asked")), err
	case "resume":
		err = p.Jobs.InTx(r.Context(), func(ctx context.Context, tx db.Q) error { return p.Jobs.ResumeWork(ctx, tx, w.ID) })
		return page.Redirect(at + w.ID), err
	}
	return page.View{}, fault.New(fault.Invalid, "page.unreadable")
}

func (p *Pages) commit(r *page.Request, w jobs.Work, o order) (string, error) {
	if !o.Dry || w.State != jobs.WorkDone {
		return "", fault.New(fault.Conflict, "fault.conflict")
	}
	if id, err := Committed(r.Context(), p.Jobs, w.Kind, w.ID); err != nil || id != "" {
		return cmp.Or(id, w.ID), err
	}
	content, err := p.Jobs.WorkInput(r.Context(), w.ID)
	if err != nil {
		return "", err
	}
	o.Dry, o.Of = false, w.ID
	return Begin(r, p.Jobs, jobs.Work{Kind: w.Kind, Title: w.Title, Person: r.Who.Person, Hat: r.Who.Hat.ID}, content, o)
}

// Refused is a file of the rows a work refused: their lines, what they are about, columns and reasons.
func Refused(r *page.Request, q *jobs.Queue, w jobs.Work, label func(column string) string) page.View {
	return page.Download("text/csv; charset=utf-8", "errors.csv", func(out io.Writer) error {
		io.WriteString(out, "\ufeff")
		c := csv.NewWriter(out)
		c.UseCRLF = true
		c.Write([]string{r.T("register.import.line"), r.T("register.field.code"), r.T("register.field.name"), r.T("register.import.column"), r.T("register.import.why")})
		for after := int64(-1); ; {
			list, err := q.Items(r.Context(), w.ID, actRefused, after, 1000)
			if err != nil {
				return err
			}
			for _, x := range list {
				c.Write([]string{strconv.FormatInt(x.Place, 10), org.Inert(x.Code), org.Inert(x.Name), label(x.Part), x.Words.In(r.Lang)})
				after = x.Place
			}
			if len(list) < 1000 {
				c.Flush()
				return c.Error()
			}
		}
	})
}

func (p *Pages) errors(r *page.Request, l list, sh *sheet) (page.View, error) {
	w, _, err := p.own(r, l)
	if err != nil {
		return page.View{}, err
	}
	return Refused(r, p.Jobs, w, func(column string) string { return sh.label(r.Lang, column) }), nil
}
