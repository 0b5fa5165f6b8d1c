package desk

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// What an officer does with many cases at once (一括処理): rows of a list are chosen, the page says for each whether it will be done and why
// not, and the work waits for a moment in which it can be called off. Nothing is done before that moment has passed, so that nothing that
// cannot be taken back, a mail or a letter, has left. Then each case is done by itself and stands in its own journal.

const (
	bulkURL   = "/desk/lists/bulk"
	bulkMost  = 2000 // cases in one go
	bulkShown = 200  // rows of a preview; the counts speak of all
	movePart  = "move:"
)

// Acts that are no move of a definition.
const (
	actOfficer = "officer"
	actRemind  = "remind"
	actMail    = "mail"
)

// bulkActs are what this hat may do with many cases: what its desk notes, mails, and the moves that definitions mark for it.
func (p *Pages) bulkActs(r *page.Request) ([]option, error) {
	if !cases.KeepsDesk(r.Who) {
		return nil, nil
	}
	list := []option{{Value: actOfficer, Label: r.T("list.act.officer")}, {Value: actRemind, Label: r.T("list.act.remind")}}
	if r.Who.Is(account.RoleBranch, account.RoleOfficer) {
		list = append(list, option{Value: actMail, Label: r.T("list.act.mail")})
	}
	own, err := p.own(r)
	for _, prog := range own {
		for _, m := range prog.Workflow.Moves {
			x := option{Value: movePart + m.ID, Label: m.Title.In(r.Lang)}
			if m.Bulk && slices.Contains(m.By, string(r.Who.Hat.Role)) && !slices.Contains(list, x) {
				list = append(list, x)
			}
		}
	}
	return list, err
}

// bulkPage is what would be done to which cases, and what it asks for.
type bulkPage struct {
	Act, Title string
	Move       *programme.Move
	Officers   []option
	Values     url.Values
	Errors     map[string]string
	Items      []page.Item
	Will, Wont []part.Row
	N, Not     int
	Amounts    bool
	List       query
	All        bool
	IDs        []string
	Token      string
	Phrases    []string
	Changed    bool // the cases are not those the page before showed
	Seal       string
	Seconds    int
}

// bulkCase is one case the work is to be done to, as it was when somebody looked.
type bulkCase struct {
	ID      string
	Version int
	Amount  int64 `json:",omitempty"` // yen to propose
}

// askBulk shows what would be done. Nothing is done by it.
func (p *Pages) askBulk(r *page.Request) (page.View, error) {
	if err := r.ParseForm(); err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.unreadable")
	}
	if r.PostForm.Has("sent") {
		return p.beginBulk(r)
	}
	v, _, err := p.previewBulk(r)
	if f := fault.Of(err); f != nil && f.Field == "l-act" {
		return p.showList(r, v.List, []page.Item{{ID: f.Field, Text: page.FaultText(r.Lang, f)}}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return p.bulkView(r, v, 0)
}

func (p *Pages) bulkView(r *page.Request, v bulkPage, status int) (page.View, error) {
	nav, err := p.listNav(r, v.List.View)
	return page.View{Title: v.Phrases[0], Sub: v.Title, Shell: page.Desk, Status: status, Nav: nav, Errors: v.Items, Body: bulkBody(v)}, err
}

// previewBulk works out what the act would do to the chosen cases. Faults at "l-act" belong to the list.
func (p *Pages) previewBulk(r *page.Request) (bulkPage, []bulkCase, error) {
	values, _ := url.ParseQuery(r.Value("list"))
	v := bulkPage{Act: r.Value("act"), List: queryFrom(values), All: r.Value("whole") != "", Values: r.PostForm, Errors: map[string]string{}, Token: newToken(), Seconds: int(p.undo().Seconds())}
	acts, err := p.bulkActs(r)
	if err != nil {
		return v, nil, err
	}
	i := slices.IndexFunc(acts, func(o option) bool { return o.Value == v.Act })
	if i < 0 {
		return v, nil, fault.At("l-act", "list.act.none")
	}
	v.Title = acts[i].Label
	if v.IDs, err = p.chosen(r, &v); err != nil {
		return v, nil, err
	}
	list, err := p.judgeBulk(r, &v)
	if err != nil {
		return v, nil, err
	}
	v.Seal = sealOf(list)
	v.Phrases = []string{r.T("list.bulk.title", "act", v.Title, "n", lang.Num(v.N))}
	if v.Act == actOfficer {
		people, err := p.colleagues(r)
		if err != nil {
			return v, nil, err
		}
		v.Officers = append(v.Officers, option{cases.Nobody, r.T("list.officer.none"), v.Values.Get("officer") == cases.Nobody})
		for _, w := range people {
			v.Officers = append(v.Officers, option{w.Person, w.Name, cmp.Or(v.Values.Get("officer"), r.Who.Person) == w.Person})
		}
	}
	return v, list, nil
}

// chosen are the cases that were ticked, or all that the list finds.
func (p *Pages) chosen(r *page.Request, v *bulkPage) ([]string, error) {
	ids := r.PostForm["case"]
	if v.All {
		f, err := p.filter(r, v.List)
		if err != nil {
			return nil, err
		}
		var more bool
		if ids, more, err = p.Cases.Pick(r.Context(), r.Who, f, bulkMost); err != nil {
			return nil, err
		}
		if more {
			return nil, fault.At("l-act", "list.act.many", "n", lang.Num(bulkMost))
		}
	}
	if len(ids) == 0 {
		return nil, fault.At("l-act", "list.act.nothing")
	}
	if len(ids) > bulkMost {
		return nil, fault.At("l-act", "list.act.many", "n", lang.Num(bulkMost))
	}
	return ids, nil
}

// judgeBulk sorts the cases into those the act will be done to and those it cannot be done to, each with the reason.
func (p *Pages) judgeBulk(r *page.Request, v *bulkPage) ([]bulkCase, error) {
	var list []bulkCase
	words := p.words(r)
	for part := range slices.Chunk(v.IDs, exportPart) {
		lines, err := p.Cases.Seen(r.Context(), r.Who, part)
		if err != nil {
			return nil, err
		}
		for _, id := range part {
			l, ok := lines[id]
			if !ok {
				continue // not theirs, or gone: no word of it
			}
			one, why, err := p.judgeOne(r, v, l)
			if err != nil {
				return nil, err
			}
			v.note(r, words, l, one, why)
			if why == "" {
				list = append(list, one)
			}
		}
	}
	return list, nil
}

// judgeOne says how the act would be done to one case, or why it cannot.
func (p *Pages) judgeOne(r *page.Request, v *bulkPage, l cases.Line) (one bulkCase, why string, err error) {
	one = bulkCase{ID: l.ID, Version: l.Seq}
	id, move := strings.CutPrefix(v.Act, movePart)
	if !move {
		return one, "", nil
	}
	c, prog, err := p.Cases.Get(r.Context(), r.Who, l.ID)
	if fault.Is(err, fault.Missing) {
		return one, r.T("list.bulk.gone"), nil
	}
	if err != nil {
		return one, "", err
	}
	choices := p.Cases.Moves(r.Context(), r.Who, c, prog)
	i := slices.IndexFunc(choices, func(x cases.Choice) bool { return x.ID == id && x.Bulk })
	switch {
	case i < 0:
		return one, r.T("list.bulk.not_here", "state", prog.State(c.State).Title.In(r.Lang)), nil
	case choices[i].Blocked != nil:
		return one, page.FaultText(r.Lang, choices[i].Blocked), nil
	}
	if one.Version = c.Seq; v.Move == nil {
		v.Move = &choices[i].Move
	}
	if slices.ContainsFunc(choices[i].Needs, func(n programme.Need) bool { return n.ID == "amount" }) {
		one.Amount, v.Amounts = suggested(c), true
	}
	return one, "", nil
}

// note adds a case to the tables of the page.
func (v *bulkPage) note(r *page.Request, words *lineWords, l cases.Line, one bulkCase, why string) {
	t := words.todo(l)
	cells := []part.Cell{{Text: t.Title, URL: t.URL, Sub: l.Number + "　" + t.Reason}, {Text: t.State, Look: t.Look, Status: true}}
	if why != "" {
		if v.Not++; v.Not <= bulkShown {
			v.Wont = append(v.Wont, part.Row{Cells: append(cells, part.Cell{Text: why})})
		}
		return
	}
	if v.N++; v.N <= bulkShown {
		if one.Amount > 0 {
			cells = append(cells, part.Cell{Text: lang.Num(one.Amount)})
		}
		v.Will = append(v.Will, part.Row{Cells: cells})
	}
}

// beginBulk queues the work. The same page sent twice is one work; what changed since the page was made is shown again first.
func (p *Pages) beginBulk(r *page.Request) (page.View, error) {
	v, list, err := p.previewBulk(r)
	if f := fault.Of(err); f != nil && f.Field == "l-act" {
		return p.showList(r, v.List, []page.Item{{ID: f.Field, Text: page.FaultText(r.Lang, f)}}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	token := r.Value("token")
	if id, err := p.bulkOf(r, token); err != nil || id != "" {
		return page.Redirect(bulkURL + "/" + id), err
	}
	o, err := p.bulkOrder(r, &v)
	if err != nil {
		return page.View{}, err
	}
	if v.Changed = v.Seal != r.Value("seal"); v.Changed {
		v.Items = append(v.Items, page.Item{Text: r.T("list.bulk.changed")})
	}
	if len(list) == 0 && !v.Changed {
		v.Items = append(v.Items, page.Item{Text: r.T("list.bulk.none")})
	}
	if len(v.Items) > 0 {
		return p.bulkView(r, v, http.StatusUnprocessableEntity)
	}
	id, err := p.queueBulk(r, token, v.Title, o, list)
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(bulkURL + "/" + id), nil
}

// bulkOrder reads what the act asks for; what is wrong stands at its control.
func (p *Pages) bulkOrder(r *page.Request, v *bulkPage) (bulkOrder, error) {
	o := bulkOrder{Act: v.Act, Who: r.Who, Subject: r.Value("subject"), Text: r.Value("text")}
	wrong := func(f *fault.Fault) {
		v.Errors[f.Field] = page.FaultText(r.Lang, f)
		v.Items = append(v.Items, page.Item{ID: "b-" + f.Field, Text: v.Errors[f.Field]})
	}
	switch v.Act {
	case actOfficer:
		i := slices.IndexFunc(v.Officers, func(x option) bool { return x.Value == r.Value("officer") })
		if i < 0 {
			wrong(fault.At("officer", "list.bulk.officer"))
		} else if x := v.Officers[i]; x.Value != cases.Nobody {
			o.Officer = account.Who{Person: x.Value, Name: x.Label}
		}
	case actRemind:
		day, ok := jp.ParseDate(r.Value("remind"))
		if o.Day = day; !ok {
			wrong(fault.At("remind", "cases.desk.day"))
		}
	case actMail:
		if f := fault.Of(cases.CheckWords(o.Subject, o.Text)); f != nil {
			wrong(f)
		}
	default:
		o.Needs = record.Needs(r)
		if v.Move == nil {
			return o, nil
		}
		for _, n := range v.Move.Needs {
			if f := bulkLack(r, n, &o.Needs); f != nil {
				wrong(f)
			}
		}
	}
	return o, nil
}

// bulkLack is what a need of a move for many still lacks. Amounts are worked out for each case; the formal check is confirmed for all.
func bulkLack(r *page.Request, n programme.Need, needs *cases.Needs) *fault.Fault {
	lacks := false
	switch n.ID {
	case "comment":
		lacks = needs.Comment == ""
	case "opinion":
		lacks = needs.Opinion == ""
	case "reasonClass":
		lacks = !slices.ContainsFunc(n.Options, func(o form.Option) bool { return o.Value == needs.ReasonClass })
	case "checklist":
		if r.Value("checklist") == "" {
			return fault.At("checklist", "list.bulk.checklist")
		}
	}
	if lacks && n.Required {
		return fault.At(n.ID, "cases.need", "what", n.Label.In(r.Lang))
	}
	return nil
}

// queueBulk begins the work at the end of the moment in which it can be called off; a token begins one work.
func (p *Pages) queueBulk(r *page.Request, token, title string, o bulkOrder, list []bulkCase) (id string, err error) {
	w, given, err := o.work(r, token, title, list, p.undo())
	if err != nil {
		return "", err
	}
	err = p.Jobs.InTx(r.Context(), func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `INSERT INTO case_tokens (token, case_id, at) VALUES ($1, $2, $3) ON CONFLICT (token) DO NOTHING`, bulkToken(r, token), w.ID, db.At(r.Now))
		if err != nil {
			return err
		}
		if n == 0 {
			id, err = db.One(ctx, tx, db.String, `SELECT case_id FROM case_tokens WHERE token = $1`, bulkToken(r, token))
			return err
		}
		id, err = p.beginAfter(ctx, tx, w, given, o)
		return err
	})
	return id, err
}

// bulkOf is the work that this token began, "" when none.
func (p *Pages) bulkOf(r *page.Request, token string) (string, error) {
	list, err := db.List(r.Context(), p.Cases.DB.Read(), db.String, `SELECT case_id FROM case_tokens WHERE token = $1`, bulkToken(r, token))
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0], nil
}

// bulkToken is a token as it is kept: nobody meets another's work by its token.
func bulkToken(r *page.Request, token string) string { return "bulk " + r.Who.Person + " " + token }

// sealOf tells whether two previews spoke of the same cases in the same state.
func sealOf(list []bulkCase) string {
	var b strings.Builder
	for _, x := range list {
		b.WriteString(x.ID + "/" + strconv.Itoa(x.Version) + "/" + strconv.FormatInt(x.Amount, 10) + "\n")
	}
	return short256(b.String())
}

// willHeads are the columns of the cases the act will be done to.
func (v bulkPage) willHeads(ctx context.Context) []part.Head {
	heads := []part.Head{{Label: page.T(ctx, "desk.list.case")}, {Label: page.T(ctx, "list.col.state")}}
	if v.Amounts {
		heads = append(heads, part.Head{Label: page.T(ctx, "list.bulk.proposed"), Num: true})
	}
	return heads
}
