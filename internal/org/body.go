// Package org is the register of bodies (団体台帳): the 1,788 local governments, their 67 branches (支部), the overseas offices with
// the countries they cover, the sections and desks of headquarters, and every association, NGO or company that has a case.
// The shipped data stands in data/ with its sources; Seed puts it into the database, where people edit and import it with
// days of validity, so that a case of last year still shows the name of last year.
package org

import (
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// A Body is one organisation of the register with the name it has on the day that was asked for.
type Body struct {
	// Code is the six-digit code of a local government (check digit included), or the register's own key of another body.
	Code string
	// Type is a code of Types: prefecture, designated_city, city, special_ward, town, village, intl_assoc, npo …
	Type string
	// Name, Kana (hiragana) and English are how the body is called.
	Name, Kana, English string
	// Prefecture is the two-digit code of the prefecture it lies in; "" abroad or where it has none.
	Prefecture string
	// Branch is the branch its papers pass: two digits for a prefecture's, the city's code for a designated city's, "" for none.
	Branch string
	// Founder is the code of the local government that founded an association; its branch is the association's.
	Founder string
	// HeadTitle is the office a letter is addressed to (知事, 市長, 理事長 …).
	HeadTitle string

	Postcode, Address, Phone, Mail, Site string

	// ValidFrom and ValidTo are the first and last ISO day (JST) of the body; "" is open. A body that was merged away names
	// its Successor.
	ValidFrom, ValidTo, Successor string
	// Listed is the ISO day of the list the body was read from, "" when it was not read from one. A body with Listed and without
	// ValidFrom is there "as seen in the list of" that day: how long before is not known, so it is valid on earlier days too.
	Listed string
	// Source says where the row comes from.
	Source string
	// Sample marks a row of the demonstration, removable with it.
	Sample bool
	// Version counts the changes; Update refuses one that began from an older version.
	Version int64
}

// In returns the name in the reader's language.
func (b Body) In(tag lang.Tag) string { return lang.Text{JA: b.Name, EN: b.English}.In(tag) }

// Label returns the name with its prefecture, for lists in which two towns may share a name: "石川県金沢市", "Kanazawa City, Ishikawa".
func (b Body) Label(tag lang.Tag) string {
	name := b.In(tag)
	p, ok := PrefectureName(b.Prefecture)
	if !ok || b.Type == "prefecture" {
		return name
	}
	if tag == lang.JA || b.English == "" {
		return p.JA + name
	}
	return name + ", " + p.EN
}

// Addressee is the line a letter is addressed to: "金沢市長", "石川県知事", otherwise "名称 肩書".
func (b Body) Addressee() string {
	switch {
	case b.HeadTitle == "":
		return b.Name
	case b.LG() && b.Type != "prefecture":
		name := []rune(b.Name)
		title := []rune(b.HeadTitle)
		if len(title) == 2 && len(name) > 0 && name[len(name)-1] == title[0] {
			return b.Name + string(title[1:])
		}
	case b.Type == "prefecture":
		return b.Name + b.HeadTitle
	}
	return b.Name + "　" + b.HeadTitle
}

// LG reports whether the body is a local government (都道府県、市区町村).
func (b Body) LG() bool { return IsLG(b.Type) }

// IsBranch reports whether the body's own government is its branch: then the branch step is left out, not approved by itself.
func (b Body) IsBranch() bool { return b.Type == "prefecture" || b.Type == "designated_city" }

// Key is the body as a hat and a case name it: "lg:172014".
func (b Body) Key() string { return "lg:" + b.Code }

// Since is the day from which the register vouches for the body: its first day, or that of the list it was seen in; "" when neither is known.
func (b Body) Since() string {
	if b.ValidFrom != "" {
		return b.ValidFrom
	}
	return b.Listed
}

// Valid reports whether the body exists on an ISO day.
func (b Body) Valid(day string) bool {
	return b.ValidFrom <= day && (b.ValidTo == "" || day <= b.ValidTo)
}

// Form is the body as a programme's rules see it.
func (b Body) Form() form.Org {
	return form.Org{Type: b.Type, Code: b.Code, Name: b.Name, Confirmed: true}
}

// branchOf is the rule of domain.md §4.0.1: prefectures and designated cities have their own branch, other local governments
// their prefecture's, an association that of its founder (given), others none.
func branchOf(b Body, founder Body) string {
	switch {
	case b.Type == "prefecture":
		return b.Prefecture
	case b.Type == "designated_city":
		return b.Code
	case b.LG():
		return b.Prefecture
	case b.Type == "intl_assoc":
		return founder.Branch
	}
	return ""
}

// lgType tells the kind of local government from its code and name; "" when they do not fit. Only the list of designated
// cities is knowledge from outside (政令, domain.md §5.2).
func lgType(code, name string) string {
	if !jp.ValidCode(code) || name == "" {
		return ""
	}
	if code[2:5] == "000" {
		return "prefecture"
	}
	if shipped().types[code] == "designated_city" {
		return "designated_city"
	}
	switch r := []rune(name); r[len(r)-1] {
	case '市':
		return "city"
	case '区':
		return "special_ward"
	case '町':
		return "town"
	case '村':
		return "village"
	}
	return ""
}
