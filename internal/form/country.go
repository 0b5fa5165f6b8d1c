package form

import (
	"cmp"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// countryKind is a country or region by its ISO 3166-1 code; the value is "CH".
type countryKind struct{}

func (countryKind) parse(f Field, in Input, path string) (any, []Problem) {
	code, ok := countryCode(in.first(""))
	if !ok {
		return Raw{in}, []Problem{notAnOption(f, in.text(), path)}
	}
	return code, nil
}

func (countryKind) input(_ Field, v any) Input { return single(v) }

func (countryKind) show(_ Field, v any, tag lang.Tag) string { return CountryName(str(v), tag) }

// countryCode reads an ISO 3166-1 alpha-2 code of either width and case.
func countryCode(typed string) (string, bool) {
	code := strings.ToUpper(jp.FoldID(typed))
	if len(code) != 2 {
		return "", false
	}
	region, err := language.ParseRegion(code)
	return code, err == nil && region.IsCountry() && region.String() == code
}

// CountryName is the name of a country or region by its ISO code as the Unicode locale data give it; the code itself when it has
// none.
func CountryName(code string, tag lang.Tag) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	names := display.Regions(language.Make(string(tag)))
	if names == nil {
		return code
	}
	return cmp.Or(names.Name(region), code)
}
