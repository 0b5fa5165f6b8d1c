package letter

import (
	"fmt"
	"slices"
	"strings"
)

// Passage is one part of a letter that can be put right: the addressee, a paragraph, a fact. A list has one entry a line.
type Passage struct {
	Key   string // to | body.0 | item.1 | calc.1
	Label string // of a fact; "" for the addressee and paragraphs
	Text  string
}

// Shift is a passage before and after.
type Shift struct {
	Passage
	After Passage
}

// Passages are the parts of a letter in their order.
func (d Document) Passages() []Passage {
	list := []Passage{{Key: "to", Text: strings.Join(d.To, "\n")}}
	for i, t := range d.Body {
		list = append(list, Passage{Key: fmt.Sprintf("body.%d", i), Text: t})
	}
	for i, item := range d.Items {
		text := item.Value
		if len(item.List) > 0 {
			text = strings.Join(item.List, "\n")
		}
		list = append(list, Passage{fmt.Sprintf("item.%d", i), item.Label, text})
		if item.Calc != "" {
			list = append(list, Passage{fmt.Sprintf("calc.%d", i), item.Label, item.Calc})
		}
	}
	return list
}

// With is the letter with some passages put right (by key), and what changed. Keys it does not have are passed over.
func (d Document) With(texts map[string]string) (Document, []Shift) {
	out := d
	out.Body, out.Items = slices.Clone(d.Body), slices.Clone(d.Items)
	var shifts []Shift
	for _, p := range d.Passages() {
		text, ok := texts[p.Key]
		if text = strings.TrimSpace(text); !ok || text == strings.TrimSpace(p.Text) {
			continue
		}
		shifts = append(shifts, Shift{p, Passage{p.Key, p.Label, text}})
		kind, number, _ := strings.Cut(p.Key, ".")
		var i int
		fmt.Sscan(number, &i)
		switch {
		case kind == "to":
			out.To = strings.Split(text, "\n")
		case kind == "body":
			out.Body[i] = text
		case kind == "calc":
			out.Items[i].Calc = text
		case len(d.Items[i].List) > 0:
			out.Items[i].List = strings.Split(text, "\n")
		default:
			out.Items[i].Value = text
		}
	}
	return out, shifts
}

// Put is the letter as it is issued again on a day (ISO) under its number: marked as corrected, with what was wrong, what is right and why
// as its last facts.
func (d Document) Put(day, reason string, shifts []Shift) Document {
	d.Corrected = day
	d.Items = slices.DeleteFunc(slices.Clone(d.Items), func(i Item) bool { return i.Erratum })
	var list []string
	for _, s := range shifts {
		name := s.Label
		switch kind, _, _ := strings.Cut(s.Key, "."); {
		case name != "":
		case kind == "to":
			name = "宛先"
		default:
			name = "本文"
		}
		list = append(list, fmt.Sprintf("%s\n（誤）%s\n（正）%s", name, s.Text, s.After.Text))
	}
	d.Items = append(d.Items, Item{Label: "訂正の内容", List: list, Erratum: true}, Item{Label: "訂正の理由", Value: reason, Erratum: true})
	return d
}
