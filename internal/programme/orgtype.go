package programme

import (
	"slices"
	"strings"

	"kakehashi/internal/lang"
)

// OrgTypes are the kinds of organisation (団体種別) of domain.md §4.0.1, in its order.
var OrgTypes = []string{"prefecture", "designated_city", "city", "special_ward", "town", "village", "union", "intl_assoc", "muni_assoc",
	"lg_body", "ministry", "npo", "npo_unincorporated", "company", "overseas_lg", "overseas_body", "school_corp", "jet_alumni", "mission",
	"media", "partner", "individual"}

// governments are the types that together are 都道府県、市区町村.
var governments = OrgTypes[:6]

// TypeName names one kind of organisation.
func TypeName(code string) lang.Text {
	key := "programme.type." + code
	return lang.Text{JA: lang.T(lang.JA, key), EN: lang.T(lang.EN, key)}
}

// typeWords lists kinds of organisation for a sentence: 都道府県、市区町村、地域国際化協会.
func typeWords(types []string) lang.Text {
	var ja, en []string
	all := true
	for _, g := range governments {
		all = all && slices.Contains(types, g)
	}
	if all {
		w := TypeName("governments")
		ja, en = append(ja, w.JA), append(en, w.EN)
	}
	for _, t := range types {
		if !all || !slices.Contains(governments, t) {
			w := TypeName(t)
			ja, en = append(ja, w.JA), append(en, w.EN)
		}
	}
	return lang.Text{JA: strings.Join(ja, "、"), EN: strings.Join(en, ", ")}
}
