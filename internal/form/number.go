package form

import (
	"math/big"
	"strconv"
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// intKind is a whole number; the value is an int64.
type intKind struct{}

func (intKind) parse(f Field, in Input, path string) (any, []Problem) {
	n, ok := readInt(in.first(""))
	if !ok {
		return Raw{in}, []Problem{notANumber(path, in)}
	}
	return n, limits(f, n, path)
}

func (intKind) input(_ Field, v any) Input { return Typed(lang.Num(integer(v))) }

func (intKind) show(_ Field, v any, _ lang.Tag) string { return lang.Num(integer(v)) }

// yenKind is an amount of yen from 0 to jp.MaxYen; the value is an int64.
type yenKind struct{}

func (yenKind) parse(f Field, in Input, path string) (any, []Problem) {
	n, ok := jp.ParseYen(in.first(""))
	if !ok {
		return Raw{in}, []Problem{notYen(path, in.text())}
	}
	return n, limits(f, n, path)
}

func (yenKind) input(_ Field, v any) Input { return Typed(lang.Num(integer(v))) }

func (yenKind) show(_ Field, v any, tag lang.Tag) string { return lang.Yen(tag, integer(v)) }

func notYen(path, typed string) Problem {
	if n, ok := readInt(strings.TrimSuffix(jp.FoldID(typed), "円")); ok && n < 0 {
		return problem(path, CodeYen, "form.negative_yen", "typed", lang.Num(n))
	}
	figures := strings.TrimSpace(strings.TrimLeft(strings.TrimSuffix(jp.FoldID(typed), "円"), "¥\\ "))
	switch written(figures) {
	case wholeFigures:
		return problem(path, CodeYen, "form.yen_too_large", "max", lang.Num(jp.MaxYen), "typed", quoted(typed))
	case fractionFigures:
		return problem(path, CodeYen, "form.yen_fraction", "typed", quoted(typed))
	}
	return problem(path, CodeYen, "form.not_yen", "typed", quoted(typed))
}

func notANumber(path string, in Input) Problem {
	switch written(jp.FoldID(in.text())) {
	case wholeFigures:
		return problem(path, CodeNotANumber, "form.too_many_digits", "typed", quoted(in.text()))
	case fractionFigures:
		return problem(path, CodeNotANumber, "form.number_fraction", "typed", quoted(in.text()))
	}
	return problem(path, CodeNotANumber, "form.not_a_number", "typed", quoted(in.text()))
}

// How figures that cannot be taken are written.
const (
	otherwise = iota
	wholeFigures
	fractionFigures
)

// written reports whether s, of narrow width, is a whole number, one with a fraction, or something else.
func written(s string) int {
	s = strings.TrimPrefix(groups.Replace(s), "-")
	before, behind, point := strings.Cut(s, ".")
	if before == "" || strings.Trim(before+behind, "0123456789") != "" || point && behind == "" {
		return otherwise
	}
	if point {
		return fractionFigures
	}
	return wholeFigures
}

// decimalKind is a number with a fraction, a multiple of Step; the value is a float64.
type decimalKind struct{}

func (decimalKind) parse(f Field, in Input, path string) (any, []Problem) {
	t := strings.ReplaceAll(jp.FoldID(in.first("")), ",", "")
	x, ok := new(big.Rat).SetString(t)
	if !ok || len(t) > 20 || strings.Trim(t, "-0123456789.") != "" {
		return Raw{in}, []Problem{notANumber(path, in)}
	}
	v, _ := x.Float64()
	switch {
	case f.Min != nil && x.Cmp(big.NewRat(*f.Min, 1)) < 0:
		return v, []Problem{problem(path, CodeTooSmall, "form.too_small", "min", lang.Num(*f.Min), "typed", quoted(t))}
	case f.Max != nil && x.Cmp(big.NewRat(*f.Max, 1)) > 0:
		return v, []Problem{problem(path, CodeTooLarge, "form.too_large", "max", lang.Num(*f.Max), "typed", quoted(t))}
	case f.Step > 0:
		step, _ := new(big.Rat).SetString(decimalText(f.Step))
		if step != nil && step.Sign() > 0 && !new(big.Rat).Quo(x, step).IsInt() {
			return v, []Problem{problem(path, CodeBadStep, "form.bad_step", "step", decimalText(f.Step), "typed", quoted(t))}
		}
	}
	return v, nil
}

func (decimalKind) input(_ Field, v any) Input { return Typed(decimalText(decimal(v))) }

func (decimalKind) show(_ Field, v any, _ lang.Tag) string { return decimalText(decimal(v)) }

func decimalText(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func decimal(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	}
	return 0
}

// integer is a canonical whole number; 0 when v is none.
func integer(v any) int64 {
	n, _ := wholeNumber(v)
	return n
}

// wholeNumber reads a canonical whole number; ok is false for anything else, also for a Raw.
func wholeNumber(v any) (n int64, ok bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	}
	return 0, false
}

// counters are what people write behind a number of things: 300人, 12件.
var counters = []string{"人", "名", "件", "回", "社", "個", "枚", "台", "日", "泊", "式"}

// readInt reads a whole number as typed: either width, commas, blanks, a minus before it, a counter behind it; at most 15 digits.
func readInt(s string) (int64, bool) {
	t := groups.Replace(jp.FoldID(s))
	for _, c := range counters {
		if rest, ok := strings.CutSuffix(t, c); ok {
			t = rest
			break
		}
	}
	if len(t) > 16 || strings.HasPrefix(t, "+") {
		return 0, false
	}
	n, err := strconv.ParseInt(t, 10, 64)
	return n, err == nil
}

var groups = strings.NewReplacer(",", "", " ", "")

func limits(f Field, n int64, path string) []Problem {
	switch {
	case f.Min != nil && *f.Min == 0 && n < 0:
		return []Problem{problem(path, CodeTooSmall, "form.negative", "typed", lang.Num(n))}
	case f.Min != nil && n < *f.Min:
		return []Problem{problem(path, CodeTooSmall, "form.too_small", "min", lang.Num(*f.Min), "typed", lang.Num(n))}
	case f.Max != nil && n > *f.Max:
		return []Problem{problem(path, CodeTooLarge, "form.too_large", "max", lang.Num(*f.Max), "typed", lang.Num(n))}
	}
	return nil
}
