package org

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"kakehashi/internal/lang"
)

// A Nation is a country or region (国・地域) of ISO 3166-1 with its names in 27 languages (CLDR). The list is that of the code
// standard; it says nothing about recognition, and routing to an office is another table.
type Nation struct {
	Code    string              `json:"code"`  // two letters
	Code3   string              `json:"code3"` // three letters
	Numeric string              `json:"numeric"`
	Name    map[lang.Tag]string `json:"name"`
	ended   bool                // its name is still known, but nobody chooses it any more
}

type countryList struct {
	all    []Nation
	byCode map[string]int
	tags   []lang.Tag
}

// recorded are the countries with what an installation has changed of them; nil while that is nothing.
var recorded atomic.Pointer[countryList]

// countries are those of this installation.
func countries() countryList {
	if list := recorded.Load(); list != nil {
		return *list
	}
	return shippedNations()
}

// amendCountries lays rows over the shipped countries for this whole process; none gives the shipped ones back.
func amendCountries(rows []Nation) {
	if len(rows) == 0 {
		recorded.Store(nil)
		return
	}
	base := shippedNations()
	list := countryList{all: slices.Clone(base.all), byCode: maps.Clone(base.byCode), tags: base.tags}
	for _, c := range rows {
		if i, ok := list.byCode[c.Code]; ok {
			list.all[i] = c
			continue
		}
		list.byCode[c.Code] = len(list.all)
		list.all = append(list.all, c)
	}
	recorded.Store(&list)
}

// shippedNations are read at their first use: 250 rows, some milliseconds.
var shippedNations = sync.OnceValue(func() countryList {
	z, err := gzip.NewReader(bytes.NewReader(readFile("countries.csv.gz")))
	if err != nil {
		panic(fmt.Sprintf("org: data/countries.csv.gz: %v", err))
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil || len(rows) < 2 {
		panic(fmt.Sprintf("org: data/countries.csv.gz: %v", err))
	}
	list := countryList{byCode: map[string]int{}}
	for _, tag := range rows[0][3:] {
		list.tags = append(list.tags, lang.Tag(tag))
	}
	for _, row := range rows[1:] {
		c := Nation{Code: row[0], Code3: row[1], Numeric: row[2], Name: make(map[lang.Tag]string, len(list.tags))}
		for i, tag := range list.tags {
			c.Name[tag] = row[3+i]
		}
		list.byCode[c.Code] = len(list.all)
		list.all = append(list.all, c)
	}
	return list
})

// Country returns a country by its two letters. One that is not in the list answers with its code as name.
func Country(code string) Nation {
	c, _ := CountryOf(code)
	return c
}

// CountryOf is Country for codes from outside: ok is false for a code that is not in the list.
func CountryOf(code string) (Nation, bool) {
	list := countries()
	i, ok := list.byCode[strings.ToUpper(code)]
	if !ok {
		return Nation{Code: code}, false
	}
	return list.all[i], true
}

// CountryName returns the name of a country in a language.
func CountryName(tag lang.Tag, code string) string { return Country(code).In(tag) }

// In returns the name in a language of lang.Readers or of the list; English where that language has none.
func (c Nation) In(tag lang.Tag) string {
	for _, t := range []lang.Tag{tag, base(tag), lang.EN} {
		if name := c.Name[t]; name != "" {
			return name
		}
	}
	return c.Code
}

// base is the language under a variant: pt-BR → pt, ja-x-easy → ja.
func base(tag lang.Tag) lang.Tag {
	s, _, _ := strings.Cut(string(tag), "-")
	return lang.Tag(s)
}

// CountryTags lists the languages names exist in.
func CountryTags() []lang.Tag { return shippedNations().tags }

// Countries lists the countries one can choose, ordered by their names in a language (Japanese by kana as the code points stand).
func Countries(tag lang.Tag) []Nation {
	all := slices.DeleteFunc(slices.Clone(countries().all), func(c Nation) bool { return c.ended })
	keys := make(map[string]string, len(all))
	for _, c := range all {
		keys[c.Code] = Fold(c.In(tag))
	}
	sort.SliceStable(all, func(i, j int) bool { return keys[all[i].Code] < keys[all[j].Code] })
	return all
}
