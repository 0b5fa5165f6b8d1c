package form

import (
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// personKind is a contact; sub-keys name, kana, title, email, tel; the value is a Person. Parts that cannot be read stay in it as
// typed, with a problem at c.person.email and so on.
type personKind struct{}

func (personKind) parse(f Field, in Input, path string) (any, []Problem) {
	p := Person{Name: line(in.first("name")), Kana: line(in.first("kana")), Title: line(in.first("title")),
		Email: line(in.first("email")), Tel: line(in.first("tel"))}
	if p.Name == "" {
		p.Name = line(in.first(""))
	}
	if p == (Person{}) {
		return unreadable(in, path)
	}
	var problems []Problem
	if p.Name == "" {
		problems = append(problems, problem(part(path, "name"), CodeRequired, "form.required_name"))
	}
	if p.Kana != "" && foreign(p.Kana) {
		problems = append(problems, problem(part(path, "kana"), CodeBadKana, "form.bad_kana", "typed", quoted(p.Kana)))
	}
	if p.Email != "" {
		email, ok := readEmail(p.Email)
		if ok {
			p.Email = email
		} else {
			problems = append(problems, problem(part(path, "email"), CodeBadEmail, "form.bad_email", "typed", quoted(p.Email)))
		}
	}
	if p.Tel != "" {
		tel, ok := readTel(p.Tel)
		if ok {
			p.Tel = tel
		} else {
			problems = append(problems, problem(part(path, "tel"), CodeBadTel, "form.bad_tel", "typed", quoted(p.Tel)))
		}
	}
	problems = append(problems, longPart(path, "name", p.Name, 100)...)
	problems = append(problems, longPart(path, "kana", p.Kana, 100)...)
	problems = append(problems, longPart(path, "title", p.Title, 100)...)
	return p, problems
}

// foreign reports whether a reading is written with something else than kana or Latin letters: kanji, digits.
func foreign(kana string) bool {
	if jp.KanaOnly(kana) {
		return false
	}
	for _, r := range jp.FoldID(kana) {
		if r > 0x24f || r < 'A' && !strings.ContainsRune(" '-.,", r) {
			return true
		}
	}
	return false
}

func (personKind) input(_ Field, v any) Input {
	p, _ := v.(Person)
	return Input{"name": {p.Name}, "kana": {p.Kana}, "title": {p.Title}, "email": {p.Email}, "tel": {p.Tel}}
}

func (personKind) show(_ Field, v any, tag lang.Tag) string {
	p, _ := v.(Person)
	name := strings.TrimSpace(p.Title + "　" + p.Name)
	name = strings.Trim(name, "　")
	if p.Kana != "" {
		name += lang.T(tag, "form.in_brackets", "text", p.Kana)
	}
	return joined(tag, name, p.Tel, p.Email)
}

// joined lists the parts that are not empty.
func joined(tag lang.Tag, parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, lang.T(tag, "form.and"))
}
