package sheet

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/resident/easy"
)

// Place is a place as signs in Japan write it, with what readers of other scripts can say.
type Place struct {
	JA    string            `json:"ja"`
	Kana  string            `json:"kana,omitempty"`
	Latin string            `json:"latn,omitempty"`
	Names map[string]string `json:"names,omitempty"`
}

// UnmarshalJSON takes a plain name too.
func (p *Place) UnmarshalJSON(b []byte) error {
	var name string
	if json.Unmarshal(b, &name) == nil {
		p.JA = name
		return nil
	}
	type place Place
	return json.Unmarshal(b, (*place)(p))
}

// Order is what somebody wants on a sheet. Slots are texts; a place may carry its names in other scripts.
type Order struct {
	Template string           `json:"template"`
	Slots    map[string]Place `json:"slots"`
	Langs    []string         `json:"langs"`
	Issuer   string           `json:"issuer"`
	Until    string           `json:"until"` // ISO day after which the sheet comes down
}

// Sheet is a finished sheet, still without paper.
type Sheet struct {
	Template Template
	Blocks   []Block
	Order    Order
}

// Block is one language of a sheet. Mark is "" only where the translation has passed the gate of its risk.
type Block struct {
	Language Language
	Lines    [][]easy.Piece
	State    string
	Mark     string
}

// mostLangs is how many languages stand on one sheet.
const mostLangs = 8

// Make fills a template. Faults name the slot: a day that is no day, an hour that is no hour, a slot without a value.
// ruby gives やさしい日本語 its readings; nil leaves them out.
func (l *Library) Make(o Order, ruby func(string) []easy.Piece) (Sheet, error) {
	t, ok := l.Template(o.Template)
	if !ok {
		return Sheet{}, fault.At("template", "resident.sheet.template", "id", o.Template)
	}
	if len(o.Langs) == 0 || len(o.Langs) > mostLangs {
		return Sheet{}, fault.At("langs", "resident.sheet.langs", "most", mostLangs)
	}
	for _, name := range keys(t.Slots) {
		if err := checkSlot(t.Slots[name], name, o.Slots[name]); err != nil {
			return Sheet{}, err
		}
	}
	for name := range o.Slots {
		if t.Slots[name] == "" {
			return Sheet{}, fault.At("slots."+name, "resident.sheet.slot_unknown", "name", name)
		}
	}
	s := Sheet{Template: t, Order: o}
	for i, tag := range o.Langs {
		g, ok := l.Language(tag)
		if !ok || slices.Contains(o.Langs[:i], tag) {
			return Sheet{}, fault.At("langs", "resident.sheet.lang", "tag", tag)
		}
		b := Block{Language: g, State: t.State(tag)}
		if l.Unverified(t, tag) {
			b.Mark = g.Mark
		}
		for line := range strings.SplitSeq(t.Text[tag], "\n") {
			b.Lines = append(b.Lines, fill(line, t, o, g, ruby))
		}
		s.Blocks = append(s.Blocks, b)
	}
	return s, nil
}

// fill puts the values into a line: isolated from the writing direction around them, never inflected.
func fill(line string, t Template, o Order, g Language, ruby func(string) []easy.Piece) []easy.Piece {
	text := slotName.ReplaceAllStringFunc(line, func(m string) string {
		name := m[1 : len(m)-1]
		return write(t.Slots[name], o.Slots[name], g)
	})
	if g.Tag == "ja-x-easy" && ruby != nil {
		return ruby(text)
	}
	return []easy.Piece{{Text: text}}
}

// write is one value as a reader of the language reads it.
func write(kind string, p Place, g Language) string {
	switch kind {
	case "day":
		return g.WriteDay(p.JA)
	case "time":
		return g.WriteTime(p.JA)
	case "place":
		own := p.Names[g.Tag]
		if own == "" && g.Code() != "ja" {
			own = p.Latin
		}
		if own != "" && own != p.JA {
			return own + " (" + p.JA + ")"
		}
	}
	return p.JA
}

// WriteDay writes an ISO day with its weekday: a sheet hangs for days, so never "today".
func (g Language) WriteDay(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	month := strconv.Itoa(int(day.Month()))
	if names := strings.Fields(g.Months); len(names) == 12 {
		month = names[day.Month()-1]
	}
	weekday := strings.Fields(g.Weekdays)[(int(day.Weekday())+6)%7]
	return strings.NewReplacer("{m}", month, "{d}", strconv.Itoa(day.Day()), "{w}", strings.ReplaceAll(weekday, "_", " ")).Replace(g.Day)
}

// WriteTime writes 15:00 as the language does: 午後3時, 15.00, 15:00 น.
func (g Language) WriteTime(hour string) string {
	t, err := time.Parse("15:04", hour)
	if err != nil {
		return hour
	}
	if g.Time != "easy" {
		return t.Format(g.Time)
	}
	half, h := "午前", t.Hour()
	if h >= 12 {
		half, h = "午後", h-12
	}
	s := fmt.Sprintf("%s%d時", half, h)
	if t.Minute() > 0 {
		s += fmt.Sprintf("%d分", t.Minute())
	}
	return s
}

var phone = regexp.MustCompile(`^[0-9+#*][0-9 +#*()-]{1,24}$`)

func checkSlot(kind, name string, p Place) error {
	at := "slots." + name
	switch {
	case strings.TrimSpace(p.JA) == "":
		return fault.At(at, "resident.sheet.slot_missing", "name", name)
	case len([]rune(p.JA)) > 60 || strings.ContainsAny(p.JA, "\n\r\t{}"):
		return fault.At(at, "resident.sheet.slot_long", "name", name)
	case kind == "day" && !jp.ValidDate(p.JA):
		return fault.At(at, "resident.sheet.slot_day", "name", name)
	case kind == "phone" && !phone.MatchString(p.JA):
		return fault.At(at, "resident.sheet.slot_phone", "name", name)
	}
	if kind == "time" {
		if _, err := time.Parse("15:04", p.JA); err != nil {
			return fault.At(at, "resident.sheet.slot_time", "name", name)
		}
	}
	return nil
}

func keys(m map[string]string) (names []string) {
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// SlotNames are the slots of a template in order of their first place in the Japanese text.
func (t Template) SlotNames() (names []string) {
	for _, m := range slotName.FindAllStringSubmatch(t.Text["ja"], -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}
