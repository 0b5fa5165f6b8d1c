package desk

import (
	"net/http"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// readers are the hats that look at definitions.
var readers = []account.Role{account.RoleOfficer, account.RoleChief, account.RoleAuditor, account.RoleAdmin}

// mine reports whether an officer or chief of the programme's section is asking.
func mine(r *page.Request, x *programme.Programme) bool {
	return r.Who.Is(account.RoleOfficer, account.RoleChief) && x.Section == r.Who.BodyID() && r.Who.Hat.Covers(x.Code)
}

// programmes lists every programme with the version in force and the days of its call.
func (p *Pages) programmes(r *page.Request) (page.View, error) {
	if err := only(r, readers...); err != nil {
		return page.View{}, err
	}
	list, err := p.Programmes.All(r.Context())
	if err != nil {
		return page.View{}, err
	}
	var rows []part.Row
	openNow := 0
	for _, x := range list {
		look, word := "end", r.T("desk.call.closed")
		if open, _ := p.Programmes.Open(r.Context(), x, r.Now); open {
			switch today := jp.Date(r.Now); {
			case x.Receiving(r.Now):
				look, word = "", r.T("desk.call.open")
				openNow++
			case today < x.Call.Opens:
				look, word = "wait", r.T("desk.call.before")
			default:
				word = r.T("desk.call.over")
			}
		}
		section := x.Section
		if s, err := p.Orgs.Section(r.Context(), x.Section); err == nil {
			section = s.Name.In(r.Lang)
		}
		rows = append(rows, part.Row{Cells: []part.Cell{
			{Text: x.Title.In(r.Lang), URL: "/desk/programmes/" + x.Code, Sub: x.Number + "　" + section},
			{Text: word, Look: look, Status: true}, {Text: lang.FiscalYear(r.Lang, x.Call.FiscalYear)},
			{Text: r.T("common.range", "from", lang.Day(r.Lang, x.Call.Opens), "to", lang.Day(r.Lang, x.Call.Closes))},
			{Text: x.Version, Sub: shortHash(x.Hash)}, {Text: budgetWords(x)}}})
	}
	title := r.T("desk.programmes.title", "n", len(list), "open", openNow)
	return page.View{Title: title, Shell: page.Desk, Body: programmesBody(title, rows)}, nil
}

// budgetWords is the budget of a call in yen; a programme that gives no money has none.
func budgetWords(d *programme.Programme) string {
	if !d.Pays() {
		return ""
	}
	return lang.Num(d.Call.Budget)
}

// shortHash is enough of a hash to tell versions apart by eye.
func shortHash(h string) string { return h[:min(len(h), 12)] }

// programmePage is one programme: its call, its versions, when it was opened and closed.
type programmePage struct {
	Programme *programme.Programme
	Facts     []part.HeadFact
	Versions  []part.Row
	Waiting   int
	Log       []part.Row
	Open      bool
	Why       string
	Mine      bool
	Copy      bool
	Reason    string
	Errors    map[string]string
	Items     []page.Item
	Closing   []part.Fact // whom closing reaches, once an officer asks
	calls     map[string]programme.Call
}

// programme shows one programme.
func (p *Pages) programme(r *page.Request) (page.View, error) { return p.showProgramme(r, nil, 0) }

func (p *Pages) showProgramme(r *page.Request, f *fault.Fault, status int) (page.View, error) {
	if err := only(r, readers...); err != nil {
		return page.View{}, err
	}
	prog, err := p.Programmes.Current(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	v := programmePage{Programme: prog, Mine: mine(r, prog), Errors: map[string]string{}}
	v.Copy = v.Mine && r.Who.Is(account.RoleOfficer)
	if r.Method == http.MethodPost {
		v.Reason = r.Value("reason")
	}
	if v.Reason != "" && f == nil {
		if v.Closing, err = p.closing(r, prog); err != nil {
			return page.View{}, err
		}
	}
	if f != nil {
		v.Errors[f.Field] = page.FaultText(r.Lang, f)
		v.Items = []page.Item{{ID: "state-" + f.Field, Text: v.Errors[f.Field]}}
	}
	open, why := p.Programmes.Open(r.Context(), prog, r.Now)
	v.Open, v.Why = open, why.In(r.Lang)
	if err := p.versions(r, &v); err != nil {
		return page.View{}, err
	}
	log, err := p.Programmes.StateLog(r.Context(), prog.Code)
	if err != nil {
		return page.View{}, err
	}
	for _, c := range slices.Backward(log) {
		look, word := "", r.T("desk.state.open")
		if c.State == "closed" {
			look, word = "end", r.T("desk.state.closed")
		}
		v.Log = append(v.Log, part.Row{Cells: []part.Cell{{Text: lang.LongDay(r.Lang, c.From)}, {Text: word, Look: look, Status: true},
			{Text: c.Reason}, {Text: c.WhoName, Sub: lang.Moment(r.Lang, c.At.Time)}}})
	}
	v.Facts = callFacts(r, &prog.Definition)
	return page.View{Title: prog.Title.In(r.Lang), Sub: r.T("desk.nav.programmes"), Shell: page.Desk, Status: status, Errors: v.Items, Body: programmeBody(v)}, nil
}

// callFacts are the days and the money of a call.
func callFacts(r *page.Request, d *programme.Definition) []part.HeadFact {
	list := []part.HeadFact{
		{Label: r.T("common.year"), Value: lang.FiscalYear(r.Lang, d.Call.FiscalYear), Small: r.T("desk.call.round", "n", max(d.Call.Round, 1))},
		{Label: r.T("desk.call.days"), Value: record.Day(r, d.Call.Opens), Small: r.T("common.must_arrive", "day", record.Day(r, d.Call.Closes))},
		{Label: r.T("desk.call.period"), Value: lang.LongDay(r.Lang, d.Call.From), Small: r.T("desk.call.until", "day", lang.LongDay(r.Lang, d.Call.To))},
		{Label: r.T("desk.version"), Value: d.Version, Small: shortHash(d.Hash)}}
	if d.Pays() {
		list = slices.Insert(list, 3, part.HeadFact{Label: r.T("desk.call.budget"), Value: lang.Yen(r.Lang, d.Call.Budget)})
	}
	return list
}

// versions lists the stored versions, newest first.
func (p *Pages) versions(r *page.Request, v *programmePage) error {
	list, err := p.Programmes.Versions(r.Context(), v.Programme.Code)
	if err != nil {
		return err
	}
	v.calls = map[string]programme.Call{}
	for _, x := range list {
		if x.State == programme.Published {
			held, err := p.Programmes.ByHash(r.Context(), x.Hash)
			if err != nil {
				return err
			}
			v.calls[x.Hash] = held.Call
		}
	}
	for _, x := range list {
		if x.State == programme.Checked {
			v.Waiting++
		}
		look, word := versionState(r, x.State)
		since := part.Cell{Text: word, Look: look, Status: true, Sub: v.when(r, list, x)}
		if x.Hash == v.Programme.Hash {
			since.Text = r.T("desk.version.now")
		}
		author, publisher := x.AuthorName, x.Publishers
		if author == "" {
			author = r.T("desk.version.shipped")
		}
		if publisher == "" && x.State != programme.Checked && x.State != programme.Withdrawn {
			publisher = r.T("desk.version.shipped")
		}
		v.Versions = append(v.Versions, part.Row{Cells: []part.Cell{
			{Text: x.Version, URL: "/desk/programmes/" + v.Programme.Code + "/versions/" + x.Hash, Sub: shortHash(x.Hash)},
			since, {Text: lang.FiscalYear(r.Lang, x.FiscalYear), Sub: r.T("desk.call.round", "n", x.Round)},
			{Text: author, Sub: lang.Moment(r.Lang, x.Proposed.Time)}, {Text: publisher, Sub: lang.Moment(r.Lang, x.Published.Time)}}})
	}
	return nil
}

// when says from when a version holds, until when it did, and which one took its place.
func (v *programmePage) when(r *page.Request, list []programme.Version, x programme.Version) string {
	switch x.State {
	case programme.Superseded:
		for _, y := range slices.Backward(list) {
			if y.FiscalYear == x.FiscalYear && y.Round == x.Round && y.Published.After(x.Published.Time) && (y.State == programme.Published || y.State == programme.Superseded) {
				return r.T("desk.version.replaced", "version", y.Version, "day", lang.Day(r.Lang, jp.Date(y.Published.Time)))
			}
		}
	case programme.Published:
		call, ok := v.calls[x.Hash]
		if !ok {
			return ""
		}
		switch today := jp.Date(r.Now); {
		case today < call.Opens:
			return r.T("desk.version.from", "day", lang.LongDay(r.Lang, call.Opens))
		case today <= call.Closes:
			return r.T("desk.version.receiving", "day", lang.Day(r.Lang, call.Closes))
		default:
			return r.T("desk.version.over", "day", lang.LongDay(r.Lang, call.Closes))
		}
	}
	return ""
}

func versionState(r *page.Request, state string) (look, word string) {
	switch state {
	case programme.Checked:
		look = "wait"
	case programme.Published:
		look = "ok"
	default:
		look = "end"
	}
	return look, r.T("desk.version." + state)
}

// setState closes or reopens a programme from today, with a reason everybody can read.
func (p *Pages) setState(r *page.Request) (page.View, error) {
	prog, err := p.Programmes.Current(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	if !mine(r, prog) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	if r.Value("state") == "closed" && r.Value("confirm") == "" && jp.NFC(r.Value("reason")) != "" {
		return p.showProgramme(r, nil, 0)
	}
	err = p.Programmes.SetState(r.Context(), r.Who, prog.Code, r.Value("state"), jp.NFC(r.Value("reason")))
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showProgramme(r, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/programmes/"+prog.Code, page.Say("desk.state.done")), nil
}

// closing says whom closing a programme today reaches: drafts that can no longer be handed in, cases that go on, the call that is cut short.
func (p *Pages) closing(r *page.Request, prog *programme.Programme) ([]part.Fact, error) {
	drafts, open, err := p.Cases.Reach(r.Context(), r.Who, prog.Code)
	if err != nil {
		return nil, err
	}
	list := []part.Fact{
		{Label: r.T("desk.closing.drafts"), Text: r.T("desk.n", "n", lang.Num(drafts)), Reason: r.T("desk.closing.drafts.why")},
		{Label: r.T("desk.closing.open"), Text: r.T("desk.n", "n", lang.Num(open)), Reason: r.T("desk.closing.open.why")}}
	call := part.Fact{Label: r.T("desk.closing.call"), Text: r.T("desk.closing.call.none")}
	if prog.Receiving(r.Now) {
		call.Text = r.T("desk.closing.call.cut", "day", lang.LongDay(r.Lang, prog.Call.Closes))
	}
	return append(list, call), nil
}

// versionPage is one version: what it changes, whether its examples come out, and the way to publish it.
type versionPage struct {
	Programme *programme.Programme
	Version   programme.Version
	Facts     []part.HeadFact
	Look      string
	State     string
	Against   string
	Changes   []part.Row
	Examples  []part.Row
	Issues    []string
	Publish   bool
	Withdraw  bool
	Own       bool
	Refusal   string
	Revise    bool
	Replays   []part.Row
}

// version shows one version and what it changes against the one in force.
func (p *Pages) version(r *page.Request) (page.View, error) { return p.showVersion(r, "", 0) }

func (p *Pages) showVersion(r *page.Request, refusal string, status int) (page.View, error) {
	if err := only(r, readers...); err != nil {
		return page.View{}, err
	}
	code, hash := r.PathValue("code"), r.PathValue("hash")
	list, err := p.Programmes.Versions(r.Context(), code)
	if err != nil {
		return page.View{}, err
	}
	i := slices.IndexFunc(list, func(v programme.Version) bool { return v.Hash == hash })
	if i < 0 {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	prog, err := p.Programmes.ByHash(r.Context(), hash)
	if err != nil {
		return page.View{}, err
	}
	v := versionPage{Programme: prog, Version: list[i], Facts: callFacts(r, &prog.Definition), Refusal: refusal}
	v.Look, v.State = versionState(r, list[i].State)
	if err := p.against(r, &v, list, i); err != nil {
		return page.View{}, err
	}
	issues := prog.RunExamples()
	v.Issues = issueWords(r.Lang, issues)
	v.examples(r, issues)
	waiting := list[i].State == programme.Checked
	v.Own = list[i].Author == r.Who.Person
	v.Publish = waiting && mine(r, prog) && r.Who.Is(account.RoleChief) && !v.Own
	v.Withdraw = waiting && mine(r, prog)
	v.Revise = mine(r, prog) && r.Who.Is(account.RoleOfficer)
	if v.Replays, err = p.replays(r, prog); err != nil {
		return page.View{}, err
	}
	title := r.T("desk.version.title", "programme", prog.Title.In(r.Lang), "version", list[i].Version)
	return page.View{Title: title, Sub: v.State, Shell: page.Desk, Status: status, Body: versionBody(title, v)}, nil
}

// against compares with the version before: the one in force for a proposal, the next older otherwise.
func (p *Pages) against(r *page.Request, v *versionPage, list []programme.Version, i int) error {
	k := slices.IndexFunc(list[i+1:], func(x programme.Version) bool {
		return x.State == programme.Published || x.State == programme.Superseded
	})
	if k < 0 {
		return nil
	}
	older := list[i+1+k]
	before, err := p.Programmes.ByHash(r.Context(), older.Hash)
	if err != nil {
		return err
	}
	v.Against = older.Version
	for _, c := range programme.Compare(&before.Definition, &v.Programme.Definition) {
		v.Changes = append(v.Changes, part.Row{Cells: []part.Cell{{Text: c.Text.In(r.Lang)}, {Text: r.T("desk.class." + c.Class), Look: classLook(c.Class), Status: true}, {Body: part.Code(c.Path)}}})
	}
	return nil
}

func classLook(class string) string {
	switch class {
	case programme.Restricting, programme.Structural:
		return "back"
	case programme.Compatible:
		return "yes"
	}
	return "end"
}

// examples shows each example with its outcome; what failed is named in Issues with its place.
func (v *versionPage) examples(r *page.Request, issues programme.Issues) {
	for _, x := range v.Programme.Examples {
		look, word := "yes", r.T("desk.example.ok")
		for _, y := range issues {
			if at := "examples." + x.Name; y.Path == at || len(y.Path) > len(at) && y.Path[:len(at)+1] == at+"." {
				look, word = "no", r.T("desk.example.bad")
			}
		}
		want := x.Want.Verdict
		if want != "" {
			want = r.T("desk.verdict." + want)
		}
		if x.Want.Fixed != nil {
			want = r.T("record.fact.fixed") + " " + lang.Yen(r.Lang, *x.Want.Fixed)
		}
		if n, ok := x.Want.Amounts["maxGrant"]; ok {
			want += "　" + lang.Yen(r.Lang, n)
		}
		v.Examples = append(v.Examples, part.Row{Cells: []part.Cell{{Text: x.Name}, {Text: want}, {Text: word, Look: look, Status: true}}})
	}
}

// publish puts a proposed version in force: another person than its author, a section chief.
func (p *Pages) publish(r *page.Request) (page.View, error) {
	return p.decideVersion(r, account.RoleChief, p.Programmes.Publish, "desk.version.published.done")
}

// withdraw gives a proposed version up.
func (p *Pages) withdraw(r *page.Request) (page.View, error) {
	return p.decideVersion(r, "", p.Programmes.Withdraw, "desk.version.withdrawn.done")
}

func (p *Pages) decideVersion(r *page.Request, role account.Role, decide decision, done string) (page.View, error) {
	code, hash := r.PathValue("code"), r.PathValue("hash")
	prog, err := p.Programmes.ByHash(r.Context(), hash)
	if err != nil {
		return page.View{}, err
	}
	if prog.Code != code || !mine(r, prog) || role != "" && !r.Who.Is(role) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	err = decide(r.Context(), r.Who, hash)
	if f := fault.Of(err); f != nil && (f.Kind == fault.Refused || f.Kind == fault.Conflict) {
		status := http.StatusForbidden
		if f.Kind == fault.Conflict {
			status = http.StatusConflict
		}
		return p.showVersion(r, page.FaultText(r.Lang, f), status)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/programmes/"+code, page.Say(done)), nil
}
