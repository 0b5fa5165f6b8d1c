package programme

import (
	"context"
	"fmt"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// Difference is one line of the checklist when a call is copied to the next year. Check marks what was taken over unchanged and must
// be looked at by a person (budget, amounts, weekdays of the dates, sentences that name a year or a day).
type Difference struct {
	Path   string
	Label  lang.Text
	Before string
	After  string
	Text   lang.Text // a sentence that was taken over, instead of Before and After
	Check  bool
}

// CopyCall makes next year's definition of a programme: everything as this year, dates a year later, version {FY+1}.1.0. Nothing is
// stored; Propose does that. For officers.
func (s *Store) CopyCall(ctx context.Context, who account.Who, code string) (Definition, []Difference, error) {
	if !officer(who) {
		return Definition{}, nil, fault.New(fault.Refused, "programme.officers_only")
	}
	p, err := s.Current(ctx, code)
	if err != nil {
		return Definition{}, nil, err
	}
	d, diff := p.Definition.Next()
	return d, diff, nil
}

// Next is the definition for the following fiscal year with the list of what differs and what to check.
func (d *Definition) Next() (Definition, []Difference) {
	next := *d
	next.Hash, next.places = "", nil
	next.Call.FiscalYear++
	next.Call.Round = 1
	next.Version = fmt.Sprintf("%d.1.0", next.Call.FiscalYear)
	diff := []Difference{
		{Path: "version", Before: d.Version, After: next.Version},
		{Path: "call.fiscalYear", Before: fmt.Sprint(d.Call.FiscalYear), After: fmt.Sprint(next.Call.FiscalYear)},
	}
	for _, x := range []struct {
		path string
		day  *string
	}{{"opens", &next.Call.Opens}, {"closes", &next.Call.Closes}, {"from", &next.Call.From}, {"to", &next.Call.To},
		{"reportBy", &next.Call.ReportBy}, {"result", &next.Call.Result}} {
		before := *x.day
		if *x.day = nextYear(before); before != "" {
			diff = append(diff, Difference{Path: "call." + x.path, Before: before, After: *x.day, Check: !jp.BusinessDay(*x.day)})
		}
	}
	next.Examples = nextExamples(d.Examples)
	if d.Pays() {
		diff = append(diff, Difference{Path: "call.budget", Before: lang.Num(d.Call.Budget), After: lang.Num(next.Call.Budget), Check: true})
	}
	for _, name := range sortedKeys(d.Params) {
		diff = append(diff, Difference{Path: "params." + name, Before: lang.Num(d.Params[name]), After: lang.Num(next.Params[name]), Check: true})
	}
	for i := range diff {
		path := diff[i].Path
		if name, ok := strings.CutPrefix(path, "params."); ok {
			diff[i].Label = d.ParamTitle(name)
			continue
		}
		diff[i].Label = words("programme.path." + strings.TrimPrefix(path, "call."))
	}
	for _, x := range d.datedTexts() {
		if x.Label.JA == "" {
			x.Label = words("programme.path.lead")
		}
		diff = append(diff, x)
	}
	return next, diff
}

// ParamTitle names a param for people.
func (d *Definition) ParamTitle(name string) lang.Text {
	if t, ok := d.ParamTitles[name]; ok {
		return t
	}
	return words("programme.path.params", "name", name)
}

// nextYear is the same day a year later; the last day of February stays the last day of February.
func nextYear(day string) string {
	if !jp.ValidDate(day) {
		return day
	}
	year := day[:4]
	var y int
	fmt.Sscan(year, &y)
	if strings.HasSuffix(jp.AddDays(day, 1), "-03-01") && day[5:7] == "02" {
		return jp.AddDays(fmt.Sprintf("%04d-03-01", y+1), -1)
	}
	return fmt.Sprintf("%04d%s", y+1, day[4:])
}

// nextExamples moves every day in the examples a year on.
func nextExamples(list []Example) []Example {
	out := make([]Example, len(list))
	for i, x := range list {
		x.At = nextMoment(x.At)
		x.Answers, _ = shifted(x.Answers).(map[string]any)
		x.Confirmed, _ = shifted(x.Confirmed).(map[string]any)
		for j, h := range x.History {
			moved := map[string]any{}
			for k, v := range h {
				moved[k] = shifted(v)
			}
			switch fy := h["fiscal_year"].(type) {
			case int:
				moved["fiscal_year"] = fy + 1
			case int64:
				moved["fiscal_year"] = fy + 1
			case float64:
				moved["fiscal_year"] = fy + 1
			}
			if j == 0 {
				x.History = append([]map[string]any(nil), x.History...)
			}
			x.History[j] = moved
		}
		out[i] = x
	}
	return out
}

func nextMoment(at string) string {
	if len(at) >= 10 && jp.ValidDate(at[:10]) {
		return nextYear(at[:10]) + at[10:]
	}
	return at
}

// shifted moves every day in a value a year on.
func shifted(x any) any { return eachDay(x, nextYear) }

// eachDay moves every day in a value, however deep it lies and whichever way it is written.
func eachDay(x any, move func(day string) string) any {
	switch v := x.(type) {
	case string:
		if jp.ValidDate(v) {
			return move(v)
		}
		if day, ok := jp.ParseDate(v); ok && strings.Contains(v, "年") {
			return jp.Wareki(move(day))
		}
	case map[string]any:
		if v == nil {
			return v
		}
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = eachDay(item, move)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = eachDay(item, move)
		}
		return out
	}
	return x
}
