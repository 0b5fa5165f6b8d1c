package form

import "kakehashi/internal/lang"

// textIntKind is a description and a number (the compound long+int of the spec); sub-keys text and n; the value is a TextInt. Max
// and Min bound the number.
type textIntKind struct{}

func (textIntKind) parse(f Field, in Input, path string) (any, []Problem) {
	v := TextInt{Text: lines(in.first("text"))}
	if v.Text == "" {
		v.Text = lines(in.first(""))
	}
	var problems []Problem
	if v.Text == "" {
		problems = append(problems, problem(part(path, "text"), CodeRequired, "form.required", "label", partLabel("text")))
	}
	problems = append(problems, longPart(path, "text", v.Text, defaultLong)...)
	n, ok := readInt(in.first("n"))
	switch {
	case line(in.first("n")) == "":
		return Raw{in}, append(problems, problem(part(path, "n"), CodeRequired, "form.required", "label", partLabel("n")))
	case !ok:
		return Raw{in}, append(problems, notANumber(part(path, "n"), Typed(in.first("n"))))
	}
	v.N = n
	return v, append(problems, limits(f, n, part(path, "n"))...)
}

// partLabel is the name of a part of a compound value.
func partLabel(name string) lang.Text {
	return lang.Text{JA: lang.T(lang.JA, "form.part."+name), EN: lang.T(lang.EN, "form.part."+name)}
}

func (textIntKind) input(_ Field, v any) Input {
	t, _ := v.(TextInt)
	return Input{"text": {t.Text}, "n": {lang.Num(t.N)}}
}

func (textIntKind) show(_ Field, v any, tag lang.Tag) string {
	t, _ := v.(TextInt)
	return t.Text + lang.T(tag, "form.in_brackets", "text", lang.Num(t.N))
}
