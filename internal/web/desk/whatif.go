package desk

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// whatIfPage spreads the budget of a call over its ranking in another way (別案), and keeps ways and minutes.
type whatIfPage struct {
	Programme *programme.Programme
	Year      int
	Sample    bool
	Left      string // what the budget has, in words
	Phrases   []string
	Facts     []part.HeadFact
	Rows      []part.Row
	Areas     []part.Row
	Saved     []part.Row
	Minutes   []part.Row
	Choices   []option // saved rankings for the minutes
	Values    url.Values
	May       bool
	Errors    map[string]string
	Items     []page.Item
}

func whatIfURL(code string, fy int) string {
	return "/desk/screening/" + code + "/whatif?fy=" + strconv.Itoa(fy)
}

// whatIf shows the budget spread as the address says. R06, R07 of the section and auditors; only R06 keeps it.
func (p *Pages) whatIf(r *page.Request) (page.View, error) {
	return p.showWhatIf(r, r.URL.Query(), nil, 0)
}

func (p *Pages) showWhatIf(r *page.Request, values url.Values, bad *page.Item, status int) (page.View, error) {
	prog, fy, list, balance, err := p.ranking(r)
	if err != nil {
		return page.View{}, err
	}
	v := whatIfPage{Programme: prog, Year: fy, Values: values, May: r.Who.Is(account.RoleOfficer), Sample: r.Who.Sample, Errors: map[string]string{}}
	if bad != nil {
		v.Items, v.Errors[bad.ID] = []page.Item{*bad}, bad.Text
	}
	way, wrong := wayOf(r, values)
	for _, x := range wrong {
		v.Items, v.Errors[x.ID], status = append(v.Items, x), x.Text, http.StatusUnprocessableEntity
	}
	awards := way.Spread(list, balance.Undecided(), prog.Screening.Floor, prog.Params["unit"])
	v.awards(r, awards, way, balance.Undecided())
	if len(wrong) > 0 {
		v.Phrases = []string{r.T("panel.whatif.fix")}
	}
	if err := p.keptWays(r, &v); err != nil {
		return page.View{}, err
	}
	nav, err := p.nav(r, "")
	return page.View{Title: strings.Join(v.Phrases, ""), Sub: prog.Title.In(r.Lang), Shell: page.Desk, Nav: nav, Status: status, Errors: v.Items, Body: whatIfBody(v)}, err
}

// wayOf reads a way to spread the budget as somebody typed it.
func wayOf(r *page.Request, v url.Values) (cases.WhatIf, []page.Item) {
	var way cases.WhatIf
	var wrong []page.Item
	number := func(name string, most int64) int64 {
		text := strings.TrimSpace(v.Get(name))
		if text == "" {
			return 0
		}
		n, ok := jp.ParseYen(text)
		if !ok || n < 0 || n > most {
			wrong = append(wrong, page.Item{ID: "w-" + name, Text: r.T("panel.whatif.number", "what", r.T("panel.whatif.label."+name), "most", lang.Num(most))})
			return 0
		}
		return n
	}
	way.Budget, way.Share, way.Floor = number("budget", 1_000_000_000_000), number("share", 100), number("floor", 100)
	way.Area = int(number("area", 999))
	way.Rest, way.Skip = v.Get("rest") != "", v.Get("skip") != ""
	return way, wrong
}

// awards are the rows, and the answer the page begins with.
func (v *whatIfPage) awards(r *page.Request, list []cases.Award, way cases.WhatIf, left int64) {
	budget := left
	v.Left = lang.Yen(r.Lang, left)
	if way.Budget > 0 {
		budget = way.Budget
	}
	var sum int64
	given := 0
	count, yen := map[string]int{}, map[string]int64{}
	for i, a := range list {
		amount := part.Cell{Text: "―"}
		if a.Amount > 0 {
			given, sum = given+1, sum+a.Amount
			amount.Text = lang.Num(a.Amount)
			count[a.Area]++
			yen[a.Area] += a.Amount
		}
		if a.Why != "" {
			amount.Sub = r.T("panel.whatif.why." + a.Why)
		}
		running := "―"
		if a.Amount > 0 {
			running = lang.Num(sum)
		}
		v.Rows = append(v.Rows, part.Row{Cells: []part.Cell{{Text: r.T("desk.board.rank", "n", i+1)}, {Text: a.Title, URL: caseURL(a.Case, "screening"), Sub: a.Number},
			{Text: lang.Tenths(a.Score)}, {Text: lang.Num(a.Asked)}, amount, {Text: running}}})
	}
	fact := func(key, value string) { v.Facts = append(v.Facts, part.HeadFact{Label: r.T(key), Value: value}) }
	fact("panel.whatif.budget", lang.Yen(r.Lang, budget))
	fact("panel.whatif.sum", lang.Yen(r.Lang, sum))
	fact("desk.board.left", lang.Yen(r.Lang, budget-sum))
	fact("panel.whatif.cases", r.T("panel.whatif.of", "n", given, "of", len(list)))
	fact("panel.whatif.areas", r.T("panel.whatif.prefectures", "n", len(count)))
	v.Phrases = []string{r.T("panel.whatif.head", "n", given), r.T("desk.board.remaining", "yen", lang.Yen(r.Lang, budget-sum))}
	if given == 0 {
		v.Phrases = []string{r.T("panel.whatif.none")}
	}
	for _, area := range slices.Sorted(maps.Keys(count)) {
		name := area
		if t, ok := org.PrefectureName(area); ok {
			name = t.In(r.Lang)
		}
		v.Areas = append(v.Areas, part.Row{Cells: []part.Cell{{Text: name}, {Text: r.T("panel.cases", "n", count[area])}, {Text: lang.Num(yen[area])}}})
	}
}

// keptWays are the saved ways and the minutes of the call.
func (p *Pages) keptWays(r *page.Request, v *whatIfPage) error {
	saved, err := p.Cases.Rankings(r.Context(), r.Who, v.Programme.Code, v.Year)
	if err != nil {
		return err
	}
	for _, x := range saved {
		var sum int64
		n := 0
		for _, a := range x.Awards {
			if sum += a.Amount; a.Amount > 0 {
				n++
			}
		}
		again := wayValues(x.Rules)
		again.Set("fy", strconv.Itoa(v.Year))
		v.Choices = append(v.Choices, option{Value: x.ID, Label: x.Name})
		v.Saved = append(v.Saved, part.Row{Cells: []part.Cell{{Text: x.Name, URL: "/desk/screening/" + v.Programme.Code + "/whatif?" + again.Encode()},
			{Text: r.T("panel.cases", "n", n)}, {Text: lang.Num(sum)}, {Text: x.ByName, Sub: lang.Moment(r.Lang, x.At)}, {Text: x.SHA256[:16] + "…"}}})
	}
	list, err := p.Cases.MinutesOf(r.Context(), r.Who, v.Programme.Code, v.Year)
	for _, m := range list {
		address := "/desk/screening/" + v.Programme.Code + "/minutes/" + strconv.Itoa(m.N)
		v.Minutes = append(v.Minutes, part.Row{Cells: []part.Cell{{Text: r.T("panel.minutes.n", "n", m.N), URL: address + ".pdf?fy=" + strconv.Itoa(v.Year)}, {Text: lang.LongDay(r.Lang, m.HeldOn)},
			{Text: r.T("panel.cases", "n", len(m.Cases)), Sub: m.Ranking}, {Text: m.ByName, Sub: lang.Moment(r.Lang, m.At)}, {Text: m.SHA256[:16] + "…"}}})
	}
	return err
}

// wayValues are the values of an address that spreads the budget in this way.
func wayValues(w cases.WhatIf) url.Values {
	v := url.Values{}
	for name, n := range map[string]int64{"budget": w.Budget, "floor": w.Floor, "share": w.Share, "area": int64(w.Area)} {
		if n > 0 {
			v.Set(name, strconv.FormatInt(n, 10))
		}
	}
	for name, on := range map[string]bool{"rest": w.Rest, "skip": w.Skip} {
		if on {
			v.Set(name, "1")
		}
	}
	return v
}

// keepWhatIf saves the way that is shown, or writes the minutes of a meeting, as the button says.
func (p *Pages) keepWhatIf(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	if err := r.ParseForm(); err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.invalid.text")
	}
	prog, fy, list, balance, err := p.ranking(r)
	if err != nil {
		return page.View{}, err
	}
	values, said := r.PostForm, "panel.whatif.saved"
	if values.Get("do") == "minutes" {
		said = "panel.minutes.saved"
		m := cases.Minutes{HeldOn: typedDay(values.Get("held")), Place: jp.NFC(strings.TrimSpace(values.Get("place"))), Present: strings.Split(jp.NFC(strings.ReplaceAll(values.Get("present"), "\r", "")), "\n"), Text: jp.NFC(values.Get("text"))}
		_, err = p.Cases.KeepMinutes(r.Context(), r.Who, prog.Code, fy, m, values.Get("ranking"))
	} else {
		way, wrong := wayOf(r, values)
		if len(wrong) > 0 {
			return p.showWhatIf(r, values, nil, http.StatusUnprocessableEntity)
		}
		awards := way.Spread(list, balance.Undecided(), prog.Screening.Floor, prog.Params["unit"])
		_, err = p.Cases.SaveRanking(r.Context(), r.Who, prog.Code, fy, jp.NFC(values.Get("name")), way, awards)
	}
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showWhatIf(r, values, &page.Item{ID: "w-" + f.Field, Text: page.FaultText(r.Lang, f)}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(whatIfURL(prog.Code, fy), page.Say(said)), nil
}

// minutesPDF is the paper of one meeting's minutes ("{n}.pdf" or "{n}"), of the year of the address or else the newest that has them.
func (p *Pages) minutesPDF(r *page.Request) (page.View, error) {
	prog, fy, err := p.call(r)
	if err != nil {
		return page.View{}, err
	}
	n, nerr := strconv.Atoi(strings.TrimSuffix(r.PathValue("n"), ".pdf"))
	if nerr != nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	if r.Value("fy") == "" {
		if fy, err = p.Cases.MinutesYear(r.Context(), r.Who, prog.Code, n); err != nil {
			return page.View{}, err
		}
	}
	list, err := p.Cases.MinutesOf(r.Context(), r.Who, prog.Code, fy)
	if err != nil {
		return page.View{}, err
	}
	i := slices.IndexFunc(list, func(m cases.Minutes) bool { return m.N == n })
	if i < 0 {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	paper := minutesPaper(r, prog, fy, list[i])
	return page.Download("application/pdf", paper.Title+".pdf", func(w io.Writer) error { return letter.FilledPDF(w, paper) }), nil
}

// minutesPaper is the content of the paper.
func minutesPaper(r *page.Request, prog *programme.Programme, fy int, m cases.Minutes) letter.Filled {
	f := letter.Filled{Lang: r.Lang, Date: m.HeldOn, Sample: r.Who.Sample, Title: r.T("panel.minutes.title", "n", m.N), Paper: prog.Title.In(r.Lang) + "　" + lang.FiscalYear(r.Lang, fy)}
	head := letter.FilledSection{Title: r.T("panel.minutes.meeting"), Pairs: []letter.Pair{{Label: r.T("panel.minutes.held"), Value: lang.LongDay(r.Lang, m.HeldOn)},
		{Label: r.T("panel.minutes.place"), Value: m.Place}, {Label: r.T("panel.minutes.present"), Value: strings.Join(m.Present, r.T("record.comma"))},
		{Label: r.T("panel.minutes.text"), Value: m.Text}, {Label: r.T("panel.minutes.ranking"), Value: m.Ranking}, {Label: "SHA-256", Value: m.SHA256}}}
	sheets := letter.Table{Head: []string{r.T("record.fact.number"), r.T("desk.board.score"), r.T("desk.meeting.sheets"), r.T("panel.minutes.talked"), "SHA-256"}}
	for _, c := range m.Cases {
		talked := ""
		if c.Talked {
			talked = "○"
		}
		sheets.Rows = append(sheets.Rows, []string{c.Number + "　" + c.Title, lang.Tenths(c.Score), strconv.Itoa(c.Sheets), talked, c.Scores[:min(16, len(c.Scores))]})
	}
	f.Sections = append(f.Sections, head, letter.FilledSection{Title: r.T("panel.minutes.scores"), Tables: []letter.Table{sheets}})
	if len(m.Awards) > 0 {
		awards := letter.Table{Head: []string{r.T("desk.board.col.rank"), r.T("record.fact.number"), r.T("panel.whatif.asked"), r.T("panel.whatif.amount")}}
		for i, a := range m.Awards {
			awards.Rows = append(awards.Rows, []string{strconv.Itoa(i + 1), a.Number + "　" + a.Title, lang.Num(a.Asked), lang.Num(a.Amount)})
		}
		f.Sections = append(f.Sections, letter.FilledSection{Title: r.T("panel.minutes.awards"), Tables: []letter.Table{awards}})
	}
	return f
}
