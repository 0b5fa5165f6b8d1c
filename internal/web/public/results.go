package public

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// Results are what the browser checks of one commit found: written by `make results`, never by hand, and shown as they are.
type Results struct {
	Date      string            `json:"date"`    // of the run, 2006-01-02
	Commit    string            `json:"commit"`  // that was checked
	Changed   bool              `json:"changed"` // there were changes on top of it
	Tools     map[string]string `json:"tools"`   // versions by name
	Addresses int               `json:"addresses"`
	Pages     int               `json:"pages"`  // opened in the browser
	Markup    int               `json:"markup"` // whose HTML was checked
	Languages map[string]int    `json:"languages"`
	States    map[string]int    `json:"states"` // pages by resultStates
	Ways      []Way             `json:"ways"`
	Criteria  []Criterion       `json:"criteria"`
	Unsure    []Unsure          `json:"unsure"`
	Found     []Found           `json:"found"`
}

// Way is one way pages were looked at.
type Way struct {
	Kind  string `json:"kind"`            // of resultKinds
	Width int    `json:"width,omitempty"` // of the window in CSS pixels; 0 where several or none
	Theme string `json:"theme,omitempty"` // light, dark
	Pages int    `json:"pages"`
}

// Criterion is one of WCAG 2.2 A and AA with the rules that speak of it. No rules: a person has to look.
type Criterion struct {
	Number string   `json:"number"`
	Rules  []string `json:"rules"`
	Found  int      `json:"found"`
}

// Unsure is a rule that could not judge some pages by itself.
type Unsure struct {
	Rule  string `json:"rule"`
	Pages int    `json:"pages"`
}

// Found is one thing a rule objects to.
type Found struct {
	Address string `json:"address"`
	Lang    string `json:"lang"`
	Rule    string `json:"rule"`
	Where   string `json:"where"`
	Say     string `json:"say"`
}

// resultKinds and resultStates have their words in public.results.kind.* and public.results.state.*.
var (
	resultKinds  = []string{"rules", "axe", "contrast", "keyboard", "forced", "motion", "spacing", "zoom", "font", "print"}
	resultStates = []string{"full", "wrong", "refused", "long", "crowded"}
)

//go:embed results.json
var resultsFile []byte

var shippedResults = sync.OnceValues(func() (Results, error) { return ReadResults(resultsFile) })

// ReadResults reads a file of results and refuses one that says less than it must.
func ReadResults(content []byte) (Results, error) {
	var r Results
	if err := json.Unmarshal(content, &r); err != nil {
		return r, fmt.Errorf("results of the browser checks: %w", err)
	}
	switch {
	case len(r.Commit) != 40 || len(r.Date) != len("2006-01-02"):
		return r, fmt.Errorf("results of the browser checks: commit %q of %q", r.Commit, r.Date)
	case r.Pages == 0 || len(r.Ways) == 0 || len(r.Tools) == 0:
		return r, fmt.Errorf("results of the browser checks: nothing was run")
	case len(r.Criteria) != 55:
		return r, fmt.Errorf("results of the browser checks: %d criteria, 55 are of level A and AA", len(r.Criteria))
	}
	for _, w := range r.Ways {
		if !slices.Contains(resultKinds, w.Kind) {
			return r, fmt.Errorf("results of the browser checks: nobody knows the way %q", w.Kind)
		}
	}
	return r, nil
}

// outcome is the page of the last run.
func outcome(r *page.Request) (page.View, error) {
	results, err := shippedResults()
	if err != nil {
		return page.View{}, err
	}
	return page.View{Title: r.T("public.results.title"), Body: outcomeOf(results, r.Lang)}, nil
}

// by are the criteria some rule speaks of, or those none does.
func (r Results) by(checked bool) []Criterion {
	var list []Criterion
	for _, c := range r.Criteria {
		if len(c.Rules) > 0 == checked {
			list = append(list, c)
		}
	}
	return list
}

// facts are the circumstances of the run.
func (r Results) facts(tag lang.Tag) []part.Fact {
	word := func(key string) string { return lang.T(tag, "public.results."+key) }
	commit := part.Fact{Label: word("commit"), Body: code(r.Commit)}
	if r.Changed {
		commit.Reason = word("changed")
	}
	var tools []string
	for _, name := range slices.Sorted(maps.Keys(r.Tools)) {
		tools = append(tools, name+" "+r.Tools[name])
	}
	var tongues, states []string
	for _, l := range slices.Sorted(maps.Keys(r.Languages)) {
		tongues = append(tongues, l+" "+lang.Num(r.Languages[l]))
	}
	for _, s := range resultStates {
		if r.States[s] > 0 {
			states = append(states, word("state."+s)+" "+lang.Num(r.States[s]))
		}
	}
	return []part.Fact{
		{Label: word("day"), Text: lang.LongDay(tag, r.Date)},
		commit,
		{Label: word("tools"), Body: foreign(strings.Join(tools, ", "))},
		{Label: word("addresses"), Text: lang.Num(r.Addresses)},
		{Label: word("languages"), Text: strings.Join(tongues, ", ")},
		{Label: word("states"), Text: strings.Join(states, "\n")},
		{Label: word("markup"), Text: lang.Num(r.Markup)},
	}
}

// ways is the table of what was done with how many pages.
func (r Results) ways(tag lang.Tag) part.Grid {
	word := func(key string) string { return lang.T(tag, "public.results."+key) }
	var rows []part.Row
	for _, w := range r.Ways {
		var window []string
		if w.Width > 0 {
			window = append(window, lang.T(tag, "public.results.px", "n", w.Width))
		}
		if w.Theme != "" {
			window = append(window, word(w.Theme))
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: word("kind." + w.Kind)}, {Text: strings.Join(window, ", ")}, {Text: lang.Num(w.Pages), Tight: true}}})
	}
	return part.Rows(word("ways"), []part.Head{{Label: word("way")}, {Label: word("window")}, {Label: word("pages"), Num: true}}, rows)
}

// criteria is the table of what some rule speaks of.
func (r Results) criteria(tag lang.Tag) part.Grid {
	word := func(key string) string { return lang.T(tag, "public.results."+key) }
	var rows []part.Row
	for _, c := range r.by(true) {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: c.Number + " " + lang.T(tag, "public.criterion."+c.Number)}, {Body: code(strings.Join(c.Rules, ", "))}, {Text: lang.Num(c.Found), Tight: true}}})
	}
	g := part.Rows(word("criteria"), []part.Head{{Label: word("criterion")}, {Label: word("rules")}, {Label: word("count"), Num: true}}, rows)
	g.Class = "named"
	return g
}

// findings is the table of everything a rule objected to.
func (r Results) findings(tag lang.Tag) part.Grid {
	word := func(key string) string { return lang.T(tag, "public.results."+key) }
	var rows []part.Row
	for _, f := range r.Found {
		rows = append(rows, part.Row{Cells: []part.Cell{{Body: code(f.Address)}, {Text: f.Lang}, {Body: code(f.Rule)}, {Body: foreign(f.Say)}, {Body: foreign(f.Where)}}})
	}
	return part.Rows(word("found"), []part.Head{{Label: word("address")}, {Label: word("language")}, {Label: word("rule")}, {Label: word("say")}, {Label: word("where")}}, rows)
}
