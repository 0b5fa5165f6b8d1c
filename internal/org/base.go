package org

import (
	"context"
	"strings"
	"sync"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// baseRows are rows as the program ships them, of a kind that is written to the database only where somebody changes one.
type baseRows func(context.Context, *Store) ([]Row, error)

const (
	sourceCountries = "CLDR 48.2.0, i18n-iso-countries 7.14.0"
	sourceJapan     = "holiday_jp 2.5.1 (MIT)"
	sourceBranches  = "[B], [P:25,30]"
	sourceReaders   = "[P:15]"
	sourceLanguages = "CLDR 48.2.0"
)

var japanRows = sync.OnceValue(func() []Row {
	var list []Row
	for _, h := range jp.ShippedHolidays() {
		v := Values{"office": Japan, "day": h.Day, "name_ja": h.JA, "name_en": h.EN}
		list = append(list, Row{Kind: kindHoliday, Key: holidayKey(Holiday{Office: Japan, Day: h.Day}), Values: v, Source: sourceJapan})
	}
	return list
})

func japaneseHolidays(context.Context, *Store) ([]Row, error) { return japanRows(), nil }

var countryRows = sync.OnceValue(func() []Row {
	var list []Row
	for i, c := range shippedNations().all {
		v := Values{"code": c.Code, "code3": c.Code3, "numeric": c.Numeric}
		for tag, name := range c.Name {
			if name != "" {
				v["name_"+string(tag)] = name
			}
		}
		list = append(list, Row{Kind: kindCountry, Key: c.Code, Values: v, Source: sourceCountries, Place: int64(i)})
	}
	return list
})

func shippedCountries(context.Context, *Store) ([]Row, error) { return countryRows(), nil }

func shippedLanguages(context.Context, *Store) ([]Row, error) {
	var list []Row
	for i, l := range lang.ShippedLanguages() {
		v := Values{"tag": string(l.Tag), "own": l.Name, "name_ja": l.Japanese, "name_en": l.English}
		source := sourceLanguages
		if l.Reader {
			v["reader"], source = "true", sourceReaders
		}
		if l.RTL {
			v["rtl"] = "true"
		}
		list = append(list, Row{Kind: kindLanguage, Key: string(l.Tag), Values: v, Source: source, Place: int64(i)})
	}
	return list, nil
}

// shippedBranches are the branches as they follow from the prefectures and designated cities of the register.
func shippedBranches(ctx context.Context, s *Store) ([]Row, error) {
	bodies, err := s.bodies(ctx, s.d.Read(), s.today(), ` WHERE o.type IN ('prefecture', 'designated_city') ORDER BY o.code`)
	var list []Row
	for i, b := range bodies {
		x := branchFrom(b)
		v := Values{"code": x.Code, "name_ja": x.Name.JA, "name_en": x.Name.EN}
		list = append(list, Row{Kind: kindBranch, Key: x.Code, Values: v, Source: sourceBranches, Place: int64(i), From: b.ValidFrom, To: b.ValidTo})
	}
	return list, err
}

// BranchRow is what is recorded of a branch beside what follows from its body.
type BranchRow struct {
	Code    string    `json:"code"`
	Name    lang.Text `json:"name"`
	Section string    `json:"section"`
	Address string    `json:"address"`
	Phone   string    `json:"phone"`
	Mail    string    `json:"mail"`
	Source  string    `json:"source"`
}

// with lays what is recorded of a branch over it.
func (b Branch) with(list []BranchRow) Branch {
	for _, x := range list {
		if x.Code == b.Code {
			b.Name, b.Section, b.Address, b.Phone, b.Mail = x.Name, x.Section, x.Address, x.Phone, x.Mail
		}
	}
	return b
}

// Fields are the columns of a kind as questions; choices gives those of a column that names a row of another kind.
func (k Kind) Fields(choices func(ref string) []form.Option) []form.Field {
	var list []form.Field
	for _, c := range k.Columns {
		f := form.Field{Key: c.Name, Kind: c.Kind, Required: c.Required, Label: c.Label()}
		if strings.HasPrefix(c.Name, "address") || strings.HasPrefix(c.Name, "access") {
			f.Kind = form.KindText
		}
		for _, x := range c.List {
			f.Kind, f.Options = form.KindOne, append(f.Options, form.Option{Value: x, Label: lang.Text{JA: lang.T(lang.JA, "reference.computed."+x), EN: lang.T(lang.EN, "reference.computed."+x)}})
		}
		if c.Ref != "" {
			f.Kind, f.Options = form.KindOne, choices(c.Ref)
		}
		list = append(list, f)
	}
	return list
}
