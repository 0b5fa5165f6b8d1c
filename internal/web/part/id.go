package part

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// ID is the id of the control of a field path as problems name it: ID("cost.lines[2].amount") = "f-cost-lines-2-amount".
func ID(path string) string {
	return "f-" + strings.NewReplacer(".", "-", "[", "-", "]", "", "_", "-").Replace(path)
}

// Name is the name of a control in the form: the field's key, and the part of the value after it: Name("cost.lines",
// "0.amount") = "cost.lines.0.amount".
func Name(key, sub string) string {
	if sub == "" {
		return key
	}
	return key + "." + sub
}

// Items turns problems into the lines of an error summary, in the reader's language. Given the fields of the section, a line
// says where it is when its words do not: 「6行目の単価（円）：…」, 「実施期間：…」. Question writes the same words at the control.
func Items(problems []form.Problem, tag lang.Tag, fields ...form.Field) []page.Item {
	items := make([]page.Item, 0, len(problems))
	for _, p := range problems {
		it := page.Item{Text: p.Message.In(tag)}
		if p.Field != "" {
			it.ID = ID(p.Field)
		}
		for _, f := range fields {
			if inside(f, p.Field) {
				it.Text = placed(f, p, tag)
			}
		}
		items = append(items, it)
	}
	return items
}

// inside reports whether a path names the field, a part of it or a cell.
func inside(f form.Field, path string) bool {
	rest, ok := strings.CutPrefix(path, f.Key)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// placed is a problem's sentence with the place in front of it, unless the sentence names the place itself.
func placed(f form.Field, p form.Problem, tag lang.Tag) string {
	words, rest := p.Message.In(tag), strings.TrimPrefix(p.Field, f.Key)
	label := f.Label.In(tag)
	if inner, ok := strings.CutPrefix(rest, "["); ok {
		row, column, _ := strings.Cut(inner, "]")
		n, err := strconv.Atoi(row)
		if err != nil {
			return words
		}
		if f.Kind == form.KindFile {
			return words
		}
		for _, col := range f.Cols() {
			if col.Key == strings.TrimPrefix(column, ".") {
				switch name := col.Label.In(tag); {
				case strings.HasPrefix(words, f.Place(f.Key+rest, tag)):
					return words
				case strings.HasPrefix(words, name):
					return lang.T(tag, "part.at.row", "n", n+1, "words", words)
				default:
					return lang.T(tag, "part.at.cell", "n", n+1, "column", name, "words", words)
				}
			}
		}
		return lang.T(tag, "part.at", "place", lang.T(tag, "part.row.n", "n", n+1), "words", words)
	}
	if label == "" || strings.Contains(words, label) {
		return words
	}
	return lang.T(tag, "part.at", "place", label, "words", words)
}

// Inputs sorts what a browser sent by field: for each field its values under "" (the control itself) or the rest of the
// name ("0.amount", "from"). A name belongs to the longest key that begins it.
func Inputs(fields []form.Field, sent url.Values) map[string]form.Input {
	in := map[string]form.Input{}
	for name, values := range sent {
		best := ""
		for _, f := range fields {
			if (name == f.Key || strings.HasPrefix(name, f.Key+".")) && len(f.Key) > len(best) {
				best = f.Key
			}
		}
		if best == "" {
			continue
		}
		if in[best] == nil {
			in[best] = form.Input{}
		}
		in[best][strings.TrimPrefix(strings.TrimPrefix(name, best), ".")] = values
	}
	return in
}

// Names of the buttons inside a form that change rows and files instead of sending it on.
const (
	AddRow   = "kk-add"    // value: key of the table
	DropRow  = "kk-drop"   // value: key of the table, a blank, the row
	DropFile = "kk-unfile" // value: key of the question, a blank, the file's id
)

// Press is one press of such a button: which table or file question, and which row or file.
type Press struct {
	Button string
	Key    string
	Which  string
}

// Pressed reads which row or file button was pressed, if one was.
func Pressed(sent url.Values) (Press, bool) {
	for _, b := range []string{AddRow, DropRow, DropFile} {
		if v := sent.Get(b); v != "" {
			key, which, _ := strings.Cut(v, " ")
			return Press{b, key, which}, true
		}
	}
	return Press{}, false
}

// Apply adds an empty row to, or takes a row from, the inputs of one table. Rows stay numbered from 0 without gaps. The
// returned path is where the cursor belongs afterwards ("cost.lines[3]").
func (p Press) Apply(in form.Input) (out form.Input, path string) {
	rows := rowNumbers(in)
	switch p.Button {
	case AddRow:
		n := len(rows)
		out = renumber(in, rows)
		out[strconv.Itoa(n)+"."] = []string{""}
		return out, p.Key + "[" + strconv.Itoa(n) + "]"
	case DropRow:
		gone, err := strconv.Atoi(p.Which)
		if err == nil {
			rows = slices.DeleteFunc(rows, func(n int) bool { return n == gone })
		}
		return renumber(in, rows), p.Key + "[" + strconv.Itoa(max(0, min(gone, len(rows)-1))) + "]"
	}
	return in, p.Key
}

// rowNumbers are the rows a table's input names, in order.
func rowNumbers(in form.Input) []int {
	var rows []int
	for sub := range in {
		head, _, ok := strings.Cut(sub, ".")
		if n, err := strconv.Atoi(head); ok && err == nil && n >= 0 && n < 10000 && !slices.Contains(rows, n) {
			rows = append(rows, n)
		}
	}
	slices.Sort(rows)
	return rows
}

func renumber(in form.Input, rows []int) form.Input {
	out := form.Input{}
	for sub, values := range in {
		head, rest, ok := strings.Cut(sub, ".")
		n, err := strconv.Atoi(head)
		if !ok || err != nil {
			out[sub] = values
			continue
		}
		if i := slices.Index(rows, n); i >= 0 {
			out[strconv.Itoa(i)+"."+rest] = values
		}
	}
	return out
}
