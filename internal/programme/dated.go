package programme

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/lang"
)

// datedText finds a year or a calendar day inside a sentence, in half or full width.
var datedText = regexp.MustCompile(`(?:令和|平成)[ 0-9０-９元]+年|[12１２][0-9０-９]{3}年|FY ?20[0-9]{2}|(?:fiscal|year) 20[0-9]{2}|[0-9０-９]{1,2}月[0-9０-９]{1,2}日|\b[0-9]{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b`)

// datedTexts are the sentences of a definition that name a year or a day. A copied call takes them over as they are: a person has to
// look whether they are still true. Call and examples are left out, their days move by themselves.
func (d *Definition) datedTexts() []Difference {
	bare := *d
	bare.Call, bare.Examples = Call{}, nil
	encoded, err := json.Marshal(bare)
	if err != nil {
		return nil // a definition of the store was encoded before
	}
	var tree map[string]any
	if json.Unmarshal(encoded, &tree) != nil {
		return nil
	}
	var list []Difference
	for _, key := range sortedKeys(tree) {
		list = append(list, dated(key, lang.Text{}, tree[key])...)
	}
	slices.SortStableFunc(list, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// dated walks a part of a definition; name is the title of what it belongs to.
func dated(path string, name lang.Text, x any) (list []Difference) {
	switch x := x.(type) {
	case []any:
		for i, e := range x {
			step := strconv.Itoa(i)
			if m, ok := e.(map[string]any); ok {
				if id, ok := m["id"].(string); ok {
					step = id
				}
			}
			list = append(list, dated(path+"."+step, name, e)...)
		}
	case map[string]any:
		if t, ok := text(x); ok {
			if datedText.MatchString(t.JA) || datedText.MatchString(t.EN) {
				list = append(list, Difference{Path: "texts." + path, Label: name, Text: t, Check: true})
			}
			return list
		}
		for _, title := range []string{"title", "label"} {
			if t, ok := text(x[title]); ok {
				name = t
				break
			}
		}
		for _, key := range sortedKeys(x) {
			list = append(list, dated(path+"."+key, name, x[key])...)
		}
	}
	return list
}

// text reads words in both languages out of decoded JSON.
func text(x any) (lang.Text, bool) {
	m, ok := x.(map[string]any)
	if !ok || len(m) == 0 {
		return lang.Text{}, false
	}
	for key, word := range m {
		if _, isWord := word.(string); !isWord || key != "ja" && key != "en" {
			return lang.Text{}, false
		}
	}
	ja, _ := m["ja"].(string)
	en, _ := m["en"].(string)
	return lang.Text{JA: ja, EN: en}, true
}
