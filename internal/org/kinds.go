package org

import (
	"regexp"
	"slices"

	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// Japan is the calendar of Japan's own holidays among those of the offices.
const Japan = "JP"

// Kinds lists the kinds of reference data in the order administrators see them.
func Kinds() []Kind {
	return []Kind{officeColumns, routeColumns, sectionColumns, deskColumns, holidayColumns, countryColumns(), branchColumns, languageColumns, headColumns, statisticColumns}
}

// KindOf returns one kind by its id.
func KindOf(id string) (Kind, bool) {
	list := Kinds()
	i := slices.IndexFunc(list, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{ID: id, key: func(Values) string { return "" }}, false
	}
	return list[i], true
}

func matches(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }

var (
	threeLetters = matches(`^[A-Z]{3}$`)
	twoLetters   = matches(`^[A-Z]{2}$`)
	threeDigits  = matches(`^[0-9]{3}$`)
	slug         = matches(`^[a-z][a-z0-9-]{1,29}$`)
	dotted       = matches(`^[a-z0-9][a-z0-9._-]{1,59}$`)
	regionForm   = matches(`^[a-z]{2,12}$`)
	languageForm = matches(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-x-[a-z0-9]{1,8})?$`)
	branchForm   = matches(`^([0-9]{2}|[0-9]{6})$`)
)

func text(name string) Column        { return Column{Name: name, Kind: form.KindText} }
func must(c Column) Column           { c.Required = true; return c }
func naming(c Column) Column         { c.Required, c.Key = true, true; return c }
func to(ref string, c Column) Column { c.Ref = ref; return c }
func both(stem string) []Column      { return []Column{must(text(stem + "_ja")), must(text(stem + "_en"))} }
func shaped(name string, shape func(string) bool) Column {
	return Column{Name: name, Kind: form.KindText, shape: shape}
}

func columnsOf(parts ...any) []Column {
	var list []Column
	for _, p := range parts {
		switch x := p.(type) {
		case Column:
			list = append(list, x)
		case []Column:
			list = append(list, x...)
		}
	}
	return list
}

func keyOf(column string) func(Values) string { return func(v Values) string { return v[column] } }

var officeColumns = Kind{ID: kindOffice, key: keyOf("code"), Columns: columnsOf(naming(shaped("code", threeLetters)), both("name"), both("city"),
	must(to(kindCountry, text("host"))), both("address"), must(Column{Name: "phone", Kind: form.KindTel}), Column{Name: "site", Kind: form.KindURL}, must(shaped("zone", zoneKnown)))}

var routeColumns = Kind{ID: kindRoute, Columns: columnsOf(naming(to(kindCountry, text("country"))), Column{Name: "region", Kind: form.KindText, Key: true, shape: regionForm},
	must(to(kindOffice, text("office"))), Column{Name: "hint", Kind: form.KindBool}),
	key: func(v Values) string { return routeKey(RouteRow{Country: v["country"], Region: v["region"]}) }}

var sectionColumns = Kind{ID: kindSection, key: keyOf("id"), Columns: columnsOf(naming(shaped("id", slug)), both("department"), both("name"),
	must(Column{Name: "phone", Kind: form.KindTel}), Column{Name: "mail", Kind: form.KindEmail})}

var deskColumns = Kind{ID: kindDesk, key: keyOf("id"), Columns: columnsOf(naming(shaped("id", slug)), both("topic"), to(kindSection, text("section")), to(kindOffice, text("office")),
	Column{Name: "phone", Kind: form.KindTel}, Column{Name: "mail", Kind: form.KindEmail}),
	check: func(v Values) error {
		switch {
		case v["section"] != "" && v["office"] != "":
			return fault.At("office", "reference.desk_two")
		case v["phone"] == "" && v["mail"] == "":
			return fault.At("phone", "reference.desk_unreachable")
		}
		return nil
	}}

var holidayColumns = Kind{ID: kindHoliday, Columns: columnsOf(naming(to(kindOffice, text("office"))), naming(Column{Name: "day", Kind: form.KindDate}), both("name")), base: japaneseHolidays,
	key:   func(v Values) string { return holidayKey(Holiday{Office: v["office"], Day: v["day"]}) },
	Scope: func(v Values) string { return v["office"] + year(v["day"]) }}

func year(day string) string { return day[:min(4, len(day))] }

// countryColumns has a column for every language names of countries exist in, and for every language an installation has added.
func countryColumns() Kind {
	k := Kind{ID: kindCountry, key: keyOf("code"), base: shippedCountries,
		Columns: columnsOf(naming(shaped("code", twoLetters)), must(shaped("code3", threeLetters)), must(shaped("numeric", threeDigits)), both("name"))}
	for _, tag := range slices.Concat(CountryTags(), lang.Added()) {
		if tag != "ja" && tag != "en" {
			k.Columns = append(k.Columns, text("name_"+string(tag)))
		}
	}
	return k
}

var branchColumns = Kind{ID: kindBranch, key: keyOf("code"), base: shippedBranches, Columns: columnsOf(naming(shaped("code", branchForm)), both("name"), text("section"), text("address"),
	Column{Name: "phone", Kind: form.KindTel}, Column{Name: "mail", Kind: form.KindEmail}),
	check: func(v Values) error {
		if c := v["code"]; len(c) == 6 && !jp.ValidCode(c) {
			return fault.At("code", "org.code_wrong", "code", c)
		}
		return nil
	}}

var languageColumns = Kind{ID: kindLanguage, key: keyOf("tag"), base: shippedLanguages, Columns: columnsOf(naming(shaped("tag", languageForm)), must(text("own")), both("name"),
	Column{Name: "rtl", Kind: form.KindBool}, Column{Name: "reader", Kind: form.KindBool})}

var headColumns = Kind{ID: kindHQ, Single: true, key: func(Values) string { return "hq" }, Columns: columnsOf(both("name"), both("address"), must(Column{Name: "phone", Kind: form.KindTel}), both("access"),
	must(shaped("zone", zoneKnown)))}

var statisticColumns = Kind{ID: kindStatistic, key: keyOf("key"), Columns: columnsOf(naming(shaped("key", dotted)), both("label"), both("value"), text("asof_ja"), text("asof_en"),
	Column{Name: "computed", Kind: form.KindText, List: []string{"offices", "countries", "branches"}})}
