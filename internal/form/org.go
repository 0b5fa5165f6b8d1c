package form

import (
	"strconv"
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// orgKind names an organisation; sub-keys type, code, name, confirmed; the value is an Org. Whether the register knows the code
// is for the caller to check.
type orgKind struct{}

func (orgKind) parse(_ Field, in Input, path string) (any, []Problem) {
	o := Org{Type: line(in.first("type")), Code: jp.FoldID(clean(in.first("code"))), Name: line(in.first("name"))}
	o.Confirmed, _ = strconv.ParseBool(strings.ToLower(in.first("confirmed")))
	if alone := line(in.first("")); alone != "" {
		if id := jp.FoldID(alone); jp.ValidCode(id) {
			o.Code = id
		} else {
			o.Name = alone
		}
	}
	if o == (Org{}) {
		return unreadable(in, path)
	}
	var problems []Problem
	if o.Code == "" && o.Name == "" {
		problems = append(problems, problem(part(path, "name"), CodeRequired, "form.required_org"))
	}
	if len(o.Code) == 6 && strings.Trim(o.Code, "0123456789") == "" && !jp.ValidCode(o.Code) {
		problems = append(problems, badCode(part(path, "code"), o.Code))
	}
	problems = append(problems, longPart(path, "name", o.Name, defaultText)...)
	return o, problems
}

func (orgKind) input(_ Field, v any) Input {
	o, _ := v.(Org)
	in := Input{"type": {o.Type}, "code": {o.Code}, "name": {o.Name}}
	if o.Confirmed {
		in["confirmed"] = []string{"true"}
	}
	return in
}

func (orgKind) show(_ Field, v any, _ lang.Tag) string {
	o, _ := v.(Org)
	if o.Name == "" {
		return o.Code
	}
	return o.Name
}

// codeKind is a local-government code (全国地方公共団体コード) of six digits with its check digit; the value keeps leading zeros.
type codeKind struct{}

func (codeKind) parse(_ Field, in Input, path string) (any, []Problem) {
	code := hyphens.Replace(jp.FoldID(in.first("")))
	if !jp.ValidCode(code) {
		return Raw{in}, []Problem{badCode(path, in.text())}
	}
	return code, nil
}

func (codeKind) input(_ Field, v any) Input { return single(v) }

func (codeKind) show(_ Field, v any, _ lang.Tag) string { return str(v) }

var hyphens = strings.NewReplacer("-", "", " ", "")

// badCode says what is wrong with a code, and which last digit its first five digits would have.
func badCode(path, typed string) Problem {
	code := hyphens.Replace(jp.FoldID(typed))
	if len(code) == 5 || len(code) == 6 {
		if digit := jp.CheckDigit(code[:5]); digit != 0 {
			return problem(path, CodeBadCode, "form.bad_check_digit", "typed", quoted(typed), "digit", string(digit))
		}
	}
	return problem(path, CodeBadCode, "form.bad_code", "typed", quoted(typed))
}

// longPart is the problem of a part of a value that is longer than max code points.
func longPart(path, name, s string, max int) []Problem {
	if n := len([]rune(s)); n > max {
		return []Problem{problem(part(path, name), CodeTooLong, "form.too_long", "max", max, "n", n, "over", n-max)}
	}
	return nil
}
