package form

import (
	"encoding/json"
	"slices"
	"strings"

	"kakehashi/internal/lang"
)

// kind is what every domain type of a field can do. There is one file per kind or family of kinds.
type kind interface {
	// parse reads a non-blank Input. It returns nil when nothing of it counts as an answer, and a Raw when it is no value of the
	// kind. path is the field's own path, for problems.
	parse(f Field, in Input, path string) (any, []Problem)
	// input is the value as the control shows it; parse(input(v)) = v.
	input(f Field, v any) Input
	// show is the value in words.
	show(f Field, v any, tag lang.Tag) string
}

var kinds map[Kind]kind

func init() {
	kinds = map[Kind]kind{
		KindText: textKind{}, KindLong: textKind{}, KindInt: intKind{}, KindDecimal: decimalKind{}, KindYen: yenKind{},
		KindDate: dateKind{}, KindPeriod: periodKind{}, KindTime: timeKind{}, KindBool: boolKind{}, KindOne: oneKind{},
		KindMany: manyKind{}, KindCountry: countryKind{}, KindRegion: oneKind{}, KindOrg: orgKind{}, KindPerson: personKind{},
		KindEmail: emailKind{}, KindTel: telKind{}, KindURL: urlKind{}, KindFile: fileKind{}, KindTable: tableKind{},
		KindMoney: moneyKind{}, KindCode: codeKind{}, KindTextInt: textIntKind{}, KindBank: bankKind{},
	}
}

// Known reports whether k is a kind of field.
func Known(k Kind) bool { return kinds[k] != nil }

// Kinds lists every kind in the order of the alphabet.
func Kinds() []Kind {
	var out []Kind
	for k := range kinds {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (f Field) kind() kind {
	if k, ok := kinds[f.Kind]; ok {
		return k
	}
	return textKind{}
}

// Parse reads what a browser sent. answered is false when nothing was typed. A value beyond a limit (length, size, number of rows)
// is kept and has a problem; what is no value of the kind comes back as a Raw with a problem. Whether the field had to be answered
// is for the caller to say (Missing); a required cell of a filled row is a problem with code required.
func (f Field) Parse(in Input) (value any, answered bool, problems []Problem) {
	return f.parse(in, f.Key)
}

func (f Field) parse(in Input, path string) (any, bool, []Problem) {
	if in.blank() {
		return nil, false, nil
	}
	v, problems := f.kind().parse(f, in, path)
	return v, v != nil, problems
}

// FromJSON reads a value decoded from JSON, in the shape of domain.md "JSON of the domain types" or as people type it: 8400000,
// "８，４００，０００円", "令和9年4月1日". An empty array answers a table that may be empty.
func (f Field) FromJSON(v any) (value any, answered bool, problems []Problem) {
	if value, ok := f.settled(v); ok {
		return value, true, nil
	}
	v = plain(v)
	if rows, ok := v.([]any); ok && len(rows) == 0 && f.tabular() && !f.Required && f.MinRows == 0 {
		return []Row{}, true, nil
	}
	return f.parse(whole(f, v), f.Key)
}

// whole flattens v; an object where the kind has no parts is kept as its JSON text, so that it is seen and not lost.
func whole(f Field, v any) Input {
	in := flatten(v)
	if _, single := in[""]; len(in) > 0 && !single && !f.compound() {
		if m, ok := v.(map[string]any); ok && m[rawKey] != nil {
			return in
		}
		b, err := json.Marshal(v)
		if err != nil {
			return Input{}
		}
		return Typed(string(b))
	}
	return in
}

func (f Field) compound() bool {
	switch f.Kind {
	case KindPeriod, KindOrg, KindPerson, KindFile, KindTable, KindMoney, KindTextInt, KindBank:
		return true
	}
	return false
}

func (f Field) tabular() bool { return f.Kind == KindTable || f.Kind == KindMoney }

// Input is the value as the browser's controls show it: amounts with commas, dates as 2027/4/1. A Raw shows what was typed.
func (f Field) Input(value any) Input {
	switch v := value.(type) {
	case nil:
		return Input{}
	case Raw:
		return v.Typed
	default:
		return f.kind().input(f, v)
	}
}

// Show is the value in words for reading, "" when it is absent. A Raw shows what was typed.
func (f Field) Show(value any, tag lang.Tag) string {
	switch v := value.(type) {
	case nil:
		return ""
	case Raw:
		return v.String()
	default:
		return f.kind().show(f, v, tag)
	}
}

// Check finds the problems of a stored value again.
func (f Field) Check(value any) []Problem {
	_, _, problems := f.Parse(f.Input(value))
	return problems
}

// Missing is the problem of a field that had to be answered and was not.
func (f Field) Missing() Problem {
	return missing(f, f.Key)
}

// MissingAt is Missing for a part or cell of the answer, as an evaluation lists it: "bank.number", "cost.lines[3].reason".
func (f Field) MissingAt(path string) Problem {
	if path == f.Key {
		return f.Missing()
	}
	return problem(path, CodeRequired, "form.required", "label", lang.Text{JA: f.Place(path, lang.JA), EN: f.Place(path, lang.EN)})
}

func missing(f Field, path string) Problem {
	key := "form.required"
	switch {
	case f.Kind == KindBool && len(f.Options) > 0:
		key = "form.required_choice"
	case f.Kind == KindBool:
		label := lang.Text{JA: strings.TrimRight(f.Label.JA, "。"), EN: strings.TrimRight(f.Label.EN, ".")}
		return problem(path, CodeRequired, "form.required_tick", "label", label)
	case slices.Contains([]Kind{KindOne, KindMany, KindCountry, KindRegion, KindOrg}, f.Kind):
		key = "form.required_choice"
	case f.Kind == KindFile:
		key = "form.required_file"
	case f.Kind == KindTable, f.Kind == KindMoney:
		key = "form.required_rows"
	}
	return problem(path, CodeRequired, key, "label", f.Label)
}
