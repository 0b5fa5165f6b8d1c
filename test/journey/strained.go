package journey

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"kakehashi/test/uxcheck"
)

// Sizes of the strained pages: how much longer words are than in English, how many rows the longest table has and how many characters a
// name in it.
const (
	longer   = 0.4
	manyRows = 200
	longName = 60
)

// Strained are pages again as a person meets them elsewhere: the English ones with longer words, Japanese ones with fuller tables.
func Strained(pages []uxcheck.Page) ([]uxcheck.Page, error) {
	var list []uxcheck.Page
	for _, p := range pages {
		if p.Lang == "en" {
			one, err := Stretched(p)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		if p.Lang == "ja" && p.Status == http.StatusOK {
			one, has, err := Crowded(p)
			if err != nil {
				return nil, err
			}
			if has {
				list = append(list, one)
			}
		}
	}
	return list, nil
}

// Stretched is an English page in a language that takes two fifths more room for every word, as many do. Data in other scripts stay.
func Stretched(p uxcheck.Page) (uxcheck.Page, error) {
	err := rewrite(&p, ".long", func(root *html.Node) { stretch(root) })
	yes := true
	p.Keyboard = &yes
	return p, err
}

// rewrite changes the tree of a page that was answered.
func rewrite(p *uxcheck.Page, suffix string, change func(*html.Node)) error {
	p.Paint = false // it is heavier than anything that is sent
	root, err := html.Parse(strings.NewReader(p.HTML))
	if err != nil {
		return err
	}
	change(root)
	var b strings.Builder
	if err := html.Render(&b, root); err != nil {
		return err
	}
	p.HTML, p.Name, p.Print, p.Shot = strings.ReplaceAll(b.String(), "/>", ">"), p.Name+suffix, nil, "" // the checker asks for void elements without a slash
	p.Kind = "any"
	return nil
}

// literal are elements whose words are nobody's language, and drawings, whose words stand where they are drawn.
var literal = []string{"script", "style", "textarea", "code", "pre", "kbd", "samp", "svg"}

func stretch(n *html.Node) {
	if n.Type == html.TextNode {
		n.Data = lengthen(n.Data)
		return
	}
	if n.Type == html.ElementNode && (slices.Contains(literal, n.Data) || attribute(n, "translate") == "no") {
		return
	}
	for i, a := range n.Attr {
		if slices.Contains([]string{"aria-label", "title", "alt", "placeholder"}, a.Key) {
			n.Attr[i].Val = lengthen(a.Val)
		}
	}
	for c := range n.ChildNodes() {
		stretch(c)
	}
}

// lengthen doubles the end of every word in Latin letters. Addresses, names of files and the word a title of errors begins with stay.
func lengthen(s string) string {
	words := strings.SplitAfter(s, " ")
	for i, w := range words {
		word := strings.TrimRightFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
		core := strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
		if len(core) < 3 || strings.HasPrefix(w, "Error:") || strings.ContainsFunc(core, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && r != '-' && r != '\'' }) {
			continue
		}
		tail := core[len(core)-max(1, int(float64(len(core))*longer+0.5)):]
		words[i] = word + strings.ToLower(tail) + w[len(word):]
	}
	return strings.Join(words, "")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Crowded is a page whose longest table has two hundred rows with names of sixty characters; false when it has no table.
func Crowded(p uxcheck.Page) (uxcheck.Page, bool, error) {
	found := false
	p.Thorough = false
	err := rewrite(&p, ".crowded", func(root *html.Node) {
		var best []*html.Node
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "tbody" && len(rows(n)) > len(best) {
				best = rows(n)
			}
		}
		if found = len(best) > 0; found {
			crowd(best)
		}
	})
	no := false
	p.Keyboard, p.Extras = &no, &no // what the keys and the modes do was seen with the page's own rows
	return p, found, err
}

func rows(body *html.Node) []*html.Node {
	var list []*html.Node
	for c := range body.ChildNodes() {
		if c.Type == html.ElementNode && c.Data == "tr" {
			list = append(list, c)
		}
	}
	return list
}

func crowd(list []*html.Node) {
	body := list[0].Parent
	ids := map[string]bool{}
	for _, row := range list {
		for n := range row.Descendants() {
			if id := attribute(n, "id"); id != "" {
				ids[id] = true
			}
		}
	}
	for i := len(list); i < manyRows; i++ {
		body.AppendChild(again(list[i%len(list)], ids, "-row"+strconv.Itoa(i)))
	}
	for _, row := range rows(body) {
		for n := range row.Descendants() {
			if n.Type == html.TextNode && named(n) {
				n.Data = strings.Repeat(n.Data, longName/utf8.RuneCountInString(n.Data)+1)
			}
		}
	}
}

// again is a copy of a part of a page whose ids, and what refers to them, end in suffix.
func again(n *html.Node, ids map[string]bool, suffix string) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: slices.Clone(n.Attr)}
	for i, a := range c.Attr {
		if slices.Contains([]string{"id", "for", "headers", "list", "aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage"}, a.Key) {
			parts := strings.Fields(a.Val)
			for k, id := range parts {
				if ids[id] {
					parts[k] += suffix
				}
			}
			c.Attr[i].Val = strings.Join(parts, " ")
		}
	}
	for child := range n.ChildNodes() {
		c.AppendChild(again(child, ids, suffix))
	}
	return c
}

// named is true of a text in a cell or its link that is Japanese words without a figure: a name, not a sum, a day or a state's sign.
func named(n *html.Node) bool {
	at := n.Parent
	if at == nil || at.Data != "td" && at.Data != "th" && at.Data != "a" {
		return false
	}
	text := strings.TrimSpace(n.Data)
	return text != "" && utf8.RuneCountInString(text) < longName && !strings.ContainsFunc(text, unicode.IsDigit) && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
