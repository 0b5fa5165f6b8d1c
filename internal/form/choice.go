package form

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// boolKind is yes or no; the value is a bool. Options, when given, name the two answers ("true", "false").
type boolKind struct{}

var yesWords = []string{"true", "on", "1", "yes", "y", "はい", "有", "あり", "○", "〇", "✓", "✔", "☑"}
var noWords = []string{"false", "off", "0", "no", "n", "いいえ", "無", "なし", "×", "☐"}

func (boolKind) parse(f Field, in Input, path string) (any, []Problem) {
	typed := strings.ToLower(jp.FoldID(in.first("")))
	if value, ok := f.option(in.first("")); ok {
		typed = value
	}
	switch {
	case slices.Contains(yesWords, typed):
		return true, nil
	case slices.Contains(noWords, typed):
		return false, nil
	}
	return Raw{in}, []Problem{notAnOption(f, in.text(), path)}
}

func (boolKind) input(_ Field, v any) Input {
	if b, _ := v.(bool); b {
		return Typed("true")
	}
	return Typed("false")
}

func (boolKind) show(f Field, v any, tag lang.Tag) string {
	b, _ := v.(bool)
	value, key := "false", "common.no"
	if b {
		value, key = "true", "common.yes"
	}
	return cmp.Or(f.optionLabel(value, tag), lang.T(tag, key))
}

// oneKind is one of the options; the value is the option's Value. A field without options takes any short text: its choices are a
// register that the caller knows.
type oneKind struct{}

func (oneKind) parse(f Field, in Input, path string) (any, []Problem) {
	if in.first("") == "" {
		return Raw{in}, []Problem{notAnOption(f, in.text(), path)}
	}
	value, ok := f.option(in.first(""))
	if !ok {
		return Raw{in}, []Problem{notAnOption(f, in.first(""), path)}
	}
	return value, nil
}

func (oneKind) input(_ Field, v any) Input { return single(v) }

func (oneKind) show(f Field, v any, tag lang.Tag) string { return f.optionShown(str(v), tag) }

// manyKind is several of the options in the order chosen, each once; the value is a []string. MinRows and MaxRows bound their
// number. Of = country takes country codes.
type manyKind struct{}

func (manyKind) parse(f Field, in Input, path string) (any, []Problem) {
	var chosen []string
	for _, typed := range in[""] {
		if line(typed) == "" {
			continue
		}
		value, ok := f.option(typed)
		if !ok {
			return Raw{in}, []Problem{notAnOption(f, typed, path)}
		}
		if !slices.Contains(chosen, value) {
			chosen = append(chosen, value)
		}
	}
	if chosen == nil {
		return Raw{in}, []Problem{notAnOption(f, in.text(), path)}
	}
	if len(chosen) < f.MinRows {
		return chosen, []Problem{problem(path, CodeTooFew, "form.too_few_choices", "min", f.MinRows, "n", len(chosen))}
	}
	if f.MaxRows > 0 && len(chosen) > f.MaxRows {
		return chosen, []Problem{problem(path, CodeTooMany, "form.too_many_choices", "max", f.MaxRows, "n", len(chosen))}
	}
	return chosen, nil
}

func (manyKind) input(_ Field, v any) Input {
	values, _ := v.([]string)
	return Input{"": slices.Clone(values)}
}

func (manyKind) show(f Field, v any, tag lang.Tag) string {
	values, _ := v.([]string)
	shown := make([]string, len(values))
	for i, value := range values {
		shown[i] = f.optionShown(value, tag)
	}
	return strings.Join(shown, lang.T(tag, "form.and"))
}

func notAnOption(f Field, typed, path string) Problem {
	return problem(path, CodeNotAnOption, "form.not_an_option", "typed", quoted(typed))
}

// option finds the value meant by typed: an option's value, or its label in either language.
func (f Field) option(typed string) (string, bool) {
	typed = line(typed)
	if f.Kind == KindCountry || f.Of == KindCountry {
		return countryCode(typed)
	}
	if len(f.Options) == 0 {
		return typed, f.Kind != KindBool && typed != "" && utf8.RuneCountInString(typed) <= defaultText
	}
	for _, o := range f.Options {
		if typed == jp.NFC(o.Value) {
			return o.Value, true
		}
	}
	for _, o := range f.Options {
		if typed != "" && (typed == jp.NFC(o.Label.JA) || strings.EqualFold(typed, o.Label.EN)) {
			return o.Value, true
		}
	}
	return "", false
}

func (f Field) optionShown(value string, tag lang.Tag) string {
	if f.Kind == KindCountry || f.Of == KindCountry {
		return CountryName(value, tag)
	}
	return cmp.Or(f.optionLabel(value, tag), value)
}

// optionLabel is the label of the option with this value, "" when it has none.
func (f Field) optionLabel(value string, tag lang.Tag) string {
	for _, o := range f.Options {
		if o.Value == value {
			return o.Label.In(tag)
		}
	}
	return ""
}
