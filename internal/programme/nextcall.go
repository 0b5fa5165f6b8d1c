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
	next := d.InYear(d.Call.FiscalYear+1, 1)
	diff := []Difference{
		{Path: "version", Before: d.Version, After: next.Version},
		{Path: "call.fiscalYear", Before: fmt.Sprint(d.Call.FiscalYear), After: fmt.Sprint(next.Call.FiscalYear)},
	}
	before, after := d.Call.days(), next.Call.days()
	for _, name := range []string{"opens", "closes", "from", "to", "reportBy", "result"} {
		if path := "call." + name; before[path] != "" {
			diff = append(diff, Difference{Path: path, Before: before[path], After: after[path], Check: !jp.BusinessDay(after[path])})
		}
	}
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

// InYear is the same definition as the first version of a round of another fiscal year: its days and those of its examples are moved by
// whole years.
func (d *Definition) InYear(fiscalYear, round int) Definition {
	moved, years := *d, fiscalYear-d.Call.FiscalYear
	moved.Hash, moved.places = "", nil
	moved.Call.FiscalYear, moved.Call.Round = fiscalYear, round
	moved.Version = fmt.Sprintf("%d.%d.0", fiscalYear, round)
	for _, day := range []*string{&moved.Call.Opens, &moved.Call.Closes, &moved.Call.From, &moved.Call.To, &moved.Call.ReportBy, &moved.Call.Result} {
		*day = inYears(*day, years)
	}
	moved.Examples = examplesIn(d.Examples, years)
	return moved
}

// ParamTitle names a param for people.
func (d *Definition) ParamTitle(name string) lang.Text {
	if t, ok := d.ParamTitles[name]; ok {
		return t
	}
	return words("programme.path.params", "name", name)
}

// inYears is the same day n years later; the last day of February stays the last day of February.
func inYears(day string, n int) string {
	if !jp.ValidDate(day) {
		return day
	}
	var y int
	fmt.Sscan(day[:4], &y)
	if strings.HasSuffix(jp.AddDays(day, 1), "-03-01") && day[5:7] == "02" {
		return jp.AddDays(fmt.Sprintf("%04d-03-01", y+n), -1)
	}
	return fmt.Sprintf("%04d%s", y+n, day[4:])
}

// examplesIn moves every day in the examples n years on.
func examplesIn(list []Example, n int) []Example {
	move := func(day string) string { return inYears(day, n) }
	out := make([]Example, len(list))
	for i, x := range list {
		if len(x.At) >= 10 && jp.ValidDate(x.At[:10]) {
			x.At = move(x.At[:10]) + x.At[10:]
		}
		x.Answers, _ = eachDay(x.Answers, move).(map[string]any)
		x.Confirmed, _ = eachDay(x.Confirmed, move).(map[string]any)
		for j, h := range x.History {
			moved := map[string]any{}
			for k, v := range h {
				moved[k] = eachDay(v, move)
			}
			switch fy := h["fiscal_year"].(type) {
			case int:
				moved["fiscal_year"] = fy + n
			case int64:
				moved["fiscal_year"] = fy + int64(n)
			case float64:
				moved["fiscal_year"] = fy + float64(n)
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
