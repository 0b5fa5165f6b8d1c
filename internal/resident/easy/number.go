package easy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// counter is how a number sounds before a unit; see content/japanese/counters.yaml for the fields.
type counter struct {
	Unit  string         `yaml:"unit"`
	Reads string         `yaml:"reads"`
	Sound string         `yaml:"sound"`
	Digit map[int]string `yaml:"digit"`
	Whole map[int]string `yaml:"whole"`
	First map[int]string `yaml:"first"`
	Three string         `yaml:"three"`
	Most  int            `yaml:"most"`
}

type beforeWord struct {
	Word  string            `yaml:"word"`
	Reads string            `yaml:"reads"`
	After map[string]string `yaml:"after"`
}

type counters struct {
	Counters []counter         `yaml:"counters"`
	Before   []beforeWord      `yaml:"before"`
	Weekdays map[string]string `yaml:"weekdays"`

	byUnit map[string]counter
	number *regexp.Regexp
}

var digits = []string{"", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"}

// compile makes the expression that finds numbers with what belongs to them, longest unit first.
func (c *counters) compile() {
	c.byUnit = map[string]counter{}
	var units, words []string
	for _, x := range c.Counters {
		c.byUnit[x.Unit] = x
		units = append(units, regexp.QuoteMeta(x.Unit))
	}
	slices.SortFunc(units, func(a, b string) int { return len(b) - len(a) })
	for _, b := range c.Before {
		words = append(words, regexp.QuoteMeta(b.Word))
	}
	c.number = regexp.MustCompile(`(` + strings.Join(words, "|") + `)?([0-9][0-9,]*)(` + strings.Join(units, "|") + `|)([強弱]?)([（(][月火水木金土日祝][）)])?`)
}

// cardinal reads 0 to 99,999,999. last, if not nil, is the reading of the last digit.
func cardinal(n int, last map[int]string) string {
	if n == 0 {
		return "ぜろ"
	}
	var b strings.Builder
	if n >= 10000 {
		b.WriteString(strings.Replace(cardinal(n/10000, nil), "せんせん", "せん", 1) + "まん")
		n %= 10000
	}
	place := func(d int, irregular map[int]string, word string) {
		switch {
		case d == 0:
		case irregular[d] != "":
			b.WriteString(irregular[d])
		case d == 1:
			b.WriteString(word)
		default:
			b.WriteString(digits[d] + word)
		}
	}
	place(n/1000, map[int]string{3: "さんぜん", 8: "はっせん"}, "せん")
	place(n/100%10, map[int]string{3: "さんびゃく", 6: "ろっぴゃく", 8: "はっぴゃく"}, "ひゃく")
	place(n/10%10, nil, "じゅう")
	if d := n % 10; d > 0 {
		if last[d] != "" {
			b.WriteString(last[d])
		} else {
			b.WriteString(digits[d])
		}
	}
	return b.String()
}

// read reads a number with this unit: 10 and 本 is じゅっぽん.
func (c counter) read(n int) string {
	if w := c.Whole[n]; w != "" {
		return w
	}
	number, unit := cardinal(n, c.Digit), c.Reads
	if c.Sound == "" {
		if c.Three != "" && n%10 == 3 {
			unit = c.Three
		}
		return number + unit
	}
	soften := func(end, with string) bool {
		cut, ok := strings.CutSuffix(number, end)
		if ok {
			number = cut + with
		}
		return ok
	}
	soft := false
	if c.Sound != "s" {
		soft = soften("ろく", "ろっ") || soften("ひゃく", "ひゃっ") || soften("びゃく", "びゃっ") || soften("ぴゃく", "ぴゃっ")
	}
	soft = soft || soften("いち", "いっ") || soften("はち", "はっ") || soften("じゅう", "じゅっ")
	three := n%10 == 3 || n%1000 == 0 && n%10000 > 0
	switch {
	case three && c.Three != "":
		unit = c.Three
	case c.Sound == "h" && soft, c.Sound == "f" && (soft || three || n%10 == 4 || n%1000 == 0):
		unit = lip(unit, "ぱぴぷぺぽ")
	case c.Sound == "h" && three:
		unit = lip(unit, "ばびぶべぼ")
	}
	return number + unit
}

// lip changes the first sound of a unit in は行.
func lip(unit, to string) string {
	rest := []rune(unit)
	i := strings.Index("はひふへほ", string(rest[:1]))
	if i < 0 {
		return unit
	}
	return string([]rune(to)[i/3]) + string(rest[1:])
}

// read reads one match of the number expression, or says that it is a bare number and needs no reading.
func (c *counters) read(m []string) (pieces []Piece, ok bool) {
	n, err := strconv.Atoi(strings.ReplaceAll(m[2], ",", ""))
	if err != nil || n > 99999999 {
		return nil, false
	}
	i := slices.IndexFunc(c.Before, func(b beforeWord) bool { return b.Word == m[1] })
	if m[1] != "" {
		pieces = ruby(m[1], c.Before[i].Reads)
	}
	unit, known := c.byUnit[m[3]]
	switch {
	case m[3] == "" && m[1] == "":
		return nil, false
	case m[3] == "" && m[4] != "" && c.Before[max(i, 0)].After[m[4]] != "":
		pieces = append(pieces, Piece{Text: m[2] + m[4], Ruby: cardinal(n, nil) + c.Before[i].After[m[4]]})
	case m[3] == "":
		pieces = append(pieces, Piece{Text: m[2]})
	case !known || unit.Most > 0 && n > unit.Most:
		return nil, false
	case unit.First[n] != "":
		pieces = append(pieces, Piece{Text: m[2] + m[3], Ruby: unit.First[n] + unit.Reads})
	default:
		pieces = append(pieces, Piece{Text: m[2] + m[3], Ruby: unit.read(n)})
	}
	if day := []rune(m[5]); len(day) == 3 {
		pieces = append(pieces, Piece{Text: string(day[:1])}, Piece{Text: string(day[1]), Ruby: c.Weekdays[string(day[1])]}, Piece{Text: string(day[2:])})
	}
	return pieces, true
}
