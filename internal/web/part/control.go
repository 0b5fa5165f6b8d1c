package part

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kakehashi/internal/blob"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// Control is one question as it is shown. Input is what was typed, or Field.Input(value) for a stored answer. Problems may be
// those of the whole section: each question takes its own.
type Control struct {
	Field    form.Field
	Input    form.Input
	Problems []form.Problem
	Needed   bool        // must be answered now (Required, or RequiredIf holds): 必須, else 任意
	Files    []form.File // stored files of a file question
	Scans    map[string]blob.Scan
	FileURL  func(id string) string
	// UploadURL is where a file question's files may be sent in pieces; "" where they come with the form only.
	UploadURL string
	Choices   []form.Option // countries for a country or region question, bodies found for an org question
	Remark    string        // what the officer asked for at this question (差戻し)
	Locked    bool          // shown, not asked: not opened for correction, or from the register
	Clash     *Clash        // another version of the answer
}

func (c Control) id(sub string) string { return ID(Name(c.Field.Key, sub)) }

func (c Control) name(sub string) string { return Name(c.Field.Key, sub) }

// value is what the control shows at sub ("" is the control itself).
func (c Control) value(sub string) string {
	if v := c.Input[sub]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (c Control) has(sub, value string) bool {
	for _, v := range c.Input[sub] {
		if v == value {
			return true
		}
	}
	return false
}

// own are the problems of this question, rows and parts included.
func (c Control) own() []form.Problem {
	var own []form.Problem
	for _, p := range c.Problems {
		if inside(c.Field, p.Field) {
			own = append(own, p)
		}
	}
	return own
}

// at are the problems at one control: sub is "", "from" or "2.amount".
func (c Control) at(sub string) []form.Problem {
	want, own := ID(Name(c.Field.Key, sub)), []form.Problem(nil)
	for _, p := range c.own() {
		if ID(p.Field) == want {
			own = append(own, p)
		}
	}
	return own
}

// row are the problems anywhere in row n.
func (c Control) row(n int) []form.Problem {
	prefix, own := ID(Name(c.Field.Key, strconv.Itoa(n))), []form.Problem(nil)
	for _, p := range c.own() {
		if id := ID(p.Field); id == prefix || strings.HasPrefix(id, prefix+"-") {
			own = append(own, p)
		}
	}
	return own
}

// attrs are what every control of the question carries: its id, name, what describes it, and whether it is wrong.
func (c Control) attrs(sub string) templ.Attributes {
	a := templ.Attributes{"id": c.id(sub), "name": c.name(sub)}
	var by []string
	if c.hinted(sub) {
		by = append(by, c.id(sub)+"-hint")
	}
	if c.Remark != "" && sub == "" {
		by = append(by, c.id("")+"-remark")
	}
	if len(c.at(sub)) > 0 {
		by = append(by, c.id(sub)+"-error")
		a["aria-invalid"] = "true"
	}
	if len(by) > 0 {
		a["aria-describedby"] = strings.Join(by, " ")
	}
	return a
}

// grouped reports whether the question is a fieldset: several controls under one legend.
func (c Control) grouped() bool {
	switch c.Field.Kind {
	case form.KindOne:
		return len(c.Field.Options) <= 5
	case form.KindMany, form.KindPeriod, form.KindPerson, form.KindOrg, form.KindBank, form.KindTextInt:
		return true
	}
	return false
}

func (c Control) hinted(sub string) bool {
	return sub == "" && !c.grouped() && (c.hasHelp() || c.example() != "")
}

func (c Control) hasHelp() bool { return c.Field.Help.JA != "" }

// example is the key of the sentence that shows how to write an answer of this kind, "" where it is plain.
func (c Control) example() string {
	switch c.Field.Kind {
	case form.KindDate, form.KindPeriod:
		return "part.hint.date"
	case form.KindTime:
		return "part.hint.time"
	case form.KindCode:
		return "part.hint.code"
	case form.KindURL:
		return "part.hint.url"
	}
	return ""
}

// limit says how long a text may be: 「400字まで」.
func (c Control) limit(ctx context.Context) string {
	if c.Field.Max == nil {
		return ""
	}
	switch c.Field.Kind {
	case form.KindText, form.KindLong:
		return page.T(ctx, "part.hint.length", "n", lang.Num(*c.Field.Max))
	}
	return ""
}

// inputType and mode choose the keyboard a phone shows; the form itself never validates in the browser.
func inputType(k form.Kind) string {
	switch k {
	case form.KindEmail:
		return "email"
	case form.KindTel:
		return "tel"
	}
	return "text"
}

func inputMode(k form.Kind) string {
	switch k {
	case form.KindInt, form.KindYen, form.KindCode:
		return "numeric"
	case form.KindDecimal:
		return "decimal"
	case form.KindURL:
		return "url"
	}
	return ""
}

// autocomplete is the browser's name for what is asked, for questions about the person who fills them in.
func autocomplete(k form.Kind) string {
	switch k {
	case form.KindEmail:
		return "email"
	case form.KindTel:
		return "tel"
	}
	return "off"
}

// rowsOf is how many lines a long answer's box shows.
func rowsOf(f form.Field) string {
	if f.Max != nil && *f.Max > 800 {
		return "10"
	}
	return "5"
}

// wide reports whether the answer takes the whole width of the column.
func wide(f form.Field) bool {
	return f.Kind == form.KindText && (f.Max == nil || *f.Max > 40) || f.Kind == form.KindURL || f.Kind == form.KindEmail
}

func optionLabel(o form.Option, tag lang.Tag) string {
	if s := o.Label.In(tag); s != "" {
		return s
	}
	return o.Value
}

// rows is how many rows a table question shows: those that were sent or stored, at least its least number, at least one.
func (c Control) rows() int {
	n := 0
	for _, r := range rowNumbers(c.Input) {
		n = max(n, r+1)
	}
	return max(n, c.Field.MinRows, 1)
}

// sub is the place of one cell: row 2 column amount is "2.amount".
func sub(row int, column string) string { return strconv.Itoa(row) + "." + column }

// Options makes options of values that are their own labels.
func Options(values ...string) []form.Option {
	list := make([]form.Option, 0, len(values))
	for _, v := range values {
		list = append(list, form.Option{Value: v})
	}
	return list
}
