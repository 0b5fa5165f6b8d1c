package form

import (
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/zengin"
)

// bankKind is an account for payment; sub-keys code, branch, kind, number, holder_kana; the value is a Bank. Parts that cannot be
// read stay in it as typed, with a problem each. It is shown to finance and the body itself only.
type bankKind struct{}

func (bankKind) parse(_ Field, in Input, path string) (any, []Problem) {
	b := Bank{Code: jp.FoldID(clean(in.first("code"))), Branch: jp.FoldID(clean(in.first("branch"))), Kind: line(in.first("kind")),
		Number: strings.ReplaceAll(jp.FoldID(clean(in.first("number"))), "-", ""), HolderKana: line(in.first("holder_kana"))}
	if b == (Bank{}) {
		return unreadable(in, path)
	}
	var problems []Problem
	need := func(name, value string, ok bool, key string) {
		switch {
		case value == "":
			problems = append(problems, problem(part(path, name), CodeRequired, "form.required", "label", partLabel(name)))
		case !ok:
			problems = append(problems, problem(part(path, name), CodeBadBank, key, "typed", quoted(value)))
		}
	}
	need("code", b.Code, digitsOf(b.Code, 4), "form.bank_code")
	need("branch", b.Branch, digitsOf(b.Branch, 3), "form.bank_branch")
	need("kind", b.Kind, b.Kind == "普通" || b.Kind == "当座", "form.bank_kind")
	if n := len(b.Number); n > 0 && n < 7 && strings.Trim(b.Number, "0123456789") == "" {
		b.Number = strings.Repeat("0", 7-n) + b.Number // passbooks drop leading zeros, transfers want them
	}
	need("number", b.Number, digitsOf(b.Number, 7), "form.bank_number")
	need("holder_kana", b.HolderKana, holder(b.HolderKana), "form.bank_holder")
	return b, problems
}

func digitsOf(s string, n int) bool { return len(s) == n && strings.Trim(s, "0123456789") == "" }

// holder reports whether a name can stand in a transfer: what the bank's file takes, in the 30 characters it has for it.
func holder(s string) bool {
	kana, _, ok := zengin.Kana(s)
	return ok && len([]rune(kana)) <= 30
}

func (bankKind) input(_ Field, v any) Input {
	b, _ := v.(Bank)
	return Input{"code": {b.Code}, "branch": {b.Branch}, "kind": {b.Kind}, "number": {b.Number}, "holder_kana": {b.HolderKana}}
}

func (bankKind) show(_ Field, v any, tag lang.Tag) string {
	b, _ := v.(Bank)
	kind := b.Kind
	switch kind { // an account of another kind is a problem, shown as it was typed
	case "普通":
		kind = lang.T(tag, "part.bank.ordinary")
	case "当座":
		kind = lang.T(tag, "part.bank.current")
	}
	return lang.T(tag, "form.bank", "code", b.Code, "branch", b.Branch, "kind", kind, "number", b.Number, "holder", b.HolderKana)
}
