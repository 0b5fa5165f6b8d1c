package letter

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

var placeholder = regexp.MustCompile(`\{([^{}\s]*)\}`)

// Placeholders lists the names in {braces} in text, in order, each as often as it stands there.
func Placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// Mistake is one thing wrong in a template: the path of the text and the name nobody knows.
type Mistake struct {
	At   string // items[1].value
	Name string
}

// Check lists what a template names that letters do not know.
func Check(t Template) []Mistake {
	var found []Mistake
	text := func(at, s string) {
		for _, name := range Placeholders(s) {
			if !Known(name) {
				found = append(found, Mistake{at, name})
			}
		}
	}
	if t.To != "applicant" && t.To != "hq" {
		found = append(found, Mistake{"to", t.To})
	}
	if t.From != "hq" && t.From != "branch" && t.From != "desk" {
		found = append(found, Mistake{"from", t.From})
	}
	for i, s := range t.Body {
		text(fmt.Sprintf("body[%d]", i), s)
	}
	for i, s := range t.Conditions {
		text(fmt.Sprintf("conditions[%d]", i), s)
	}
	for i, item := range t.Items {
		at := fmt.Sprintf("items[%d].", i)
		text(at+"label", item.Label)
		text(at+"value", item.Value)
		text(at+"calc", item.Calc)
		if item.List != "" && !KnownList(item.List) {
			found = append(found, Mistake{at + "list", item.List})
		}
		if name := strings.TrimPrefix(item.When, "!"); name != "" && !Known(name) && !KnownList(name) {
			found = append(found, Mistake{at + "when", name})
		}
	}
	return found
}

// parties are who writes and who receives: the facts that name them.
var parties = map[string][2]string{
	"applicant": {"applicant_name", "applicant_head"},
	"hq":        {"sender_org", "sender_head"},
	"branch":    {"branch_name", "branch_head"},
}

// Fill puts facts and lists into a template. A fact the template uses that is unknown, absent, empty or not of its kind is an
// error, so that no letter goes out with a hole. Facts no text uses may be absent. The caller sets Sample and Copy.
func Fill(t Template, facts map[string]string, lists map[string][]string) (Document, error) {
	f := &filling{facts: facts, lists: lists}
	d := Document{Lang: lang.JA, Paper: "様式" + t.ID, Title: t.Title.JA, Seal: true, Receipt: facts["case_number"], Date: facts["date"]}
	if t.Numbered {
		d.Number = f.text("{letter_number}")
	}
	if !jp.ValidDate(d.Date) {
		f.fail("date", "is not a day")
	}
	from := t.From
	if from == "desk" {
		from = map[bool]string{true: "branch", false: "hq"}[facts["desk"] == "branch"]
	}
	d.To, d.From = f.party(t.To), f.party(from)
	d.Desk = desk(facts, from)
	for _, s := range t.Body {
		d.Body = append(d.Body, f.text(s))
	}
	for _, item := range t.Items {
		if f.holds(item.When) {
			d.Items = append(d.Items, f.item(t, item))
		}
	}
	if err := errors.Join(f.faults...); err != nil {
		return Document{}, fmt.Errorf("letter %s: %w", t.ID, err)
	}
	return d, nil
}

// filling gathers all that is wrong instead of stopping at the first.
type filling struct {
	facts  map[string]string
	lists  map[string][]string
	faults []error
}

func (f *filling) fail(name, what string) {
	f.faults = append(f.faults, fmt.Errorf("fact %s %s", name, what))
}

func (f *filling) text(s string) string {
	if strings.IndexByte(s, '{') < 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for _, at := range placeholder.FindAllStringIndex(s, -1) {
		b.WriteString(s[from:at[0]])
		b.WriteString(f.fact(s[at[0]+1 : at[1]-1]))
		from = at[1]
	}
	b.WriteString(s[from:])
	return b.String()
}

func (f *filling) fact(name string) string {
	known, ok := factNamed(name)
	given := f.facts[name]
	switch {
	case !ok || known.Kind == Many:
		f.fail(name, "is unknown")
	case strings.TrimSpace(given) == "":
		f.fail(name, "is not given")
	case known.Kind == Day && !jp.ValidDate(given):
		f.fail(name, "is not a day")
	case known.Kind == Day:
		return jp.Wareki(given)
	case known.Kind == Sum:
		n, err := strconv.ParseInt(given, 10, 64)
		if err != nil || n < 0 {
			f.fail(name, "is not a sum in yen")
		}
		return "金" + lang.Num(n) + "円"
	}
	return given
}

// holds: "" always; "name" when that fact or list is given; "!name" when it is not.
func (f *filling) holds(when string) bool {
	name, not := strings.CutPrefix(when, "!")
	if name == "" {
		return true
	}
	given := strings.TrimSpace(f.facts[name]) != "" || len(f.lists[name]) > 0
	return given != not
}

func (f *filling) item(t Template, item TemplateItem) Item {
	out := Item{Label: f.text(item.Label), Value: f.text(item.Value), Calc: f.text(item.Calc)}
	if item.List == "conditions" {
		for _, s := range t.Conditions {
			out.List = append(out.List, f.text(s))
		}
	}
	if item.List != "" {
		out.List = append(out.List, f.lists[item.List]...)
		if len(out.List) == 0 {
			f.fail(item.List, "is not given")
		}
	}
	return out
}

// party names a side on one or two lines: 富士市長, or 公益財団法人… and 理事長.
func (f *filling) party(who string) []string {
	names, ok := parties[who]
	if !ok {
		f.fail(who, "is no party to letters")
		return nil
	}
	body, head := f.fact(names[0]), f.fact(names[1])
	if strings.HasPrefix(head, body) {
		return []string{head}
	}
	return []string{body, head}
}

// desk is whom to ask: the section of headquarters, or the branch for its own letters.
func desk(facts map[string]string, from string) string {
	name, phone := facts["section"], facts["desk_phone"]
	if from == "branch" {
		name, phone = facts["branch_name"], facts["branch_phone"]
	}
	if phone == "" {
		return name
	}
	return strings.TrimSpace(name + "　電話 " + phone)
}
