// Package warning is the vocabulary of disaster warnings (警戒レベル) as versioned data: what every current and former term means on
// a given day, whether it is a municipality's order or an agency's information that only corresponds to a level (相当), on which
// scale, and what one says today in its place. The command, the checker of やさしい日本語, My Timeline and the sheets ask it.
// Levels of different scales are never compared: a volcano's level 3 is no 警戒レベル.
package warning

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/width"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// Term is one word of the vocabulary and the days on which it is (or was) in use: from From up to, not including, Until.
type Term struct {
	Name    string    `yaml:"term"`
	Short   string    `yaml:"short"` // the name without 「レベルN」, where nothing else is called so
	Hazard  string    `yaml:"hazard"`
	Level   int       `yaml:"level"`   // 0: none
	Unclear int       `yaml:"unclear"` // level answered after Until, because the same word lives on with another level
	Kind    string    `yaml:"kind"`
	Scale   string    `yaml:"scale"`
	From    string    `yaml:"from"`
	Until   string    `yaml:"until"`
	Now     []string  `yaml:"now"`
	Act     string    `yaml:"act"`
	Note    lang.Text `yaml:"note"`
}

// Vocabulary is every term. Version is the day from which its newest words are in force.
type Vocabulary struct {
	Version  string   `yaml:"version"`
	Versions []string `yaml:"versions"`
	Terms    []Term   `yaml:"terms"`
	byName   map[string]*Term
}

// Read reads warning/terms.yaml and refuses a vocabulary that contradicts itself.
func Read(fsys fs.FS) (*Vocabulary, error) {
	f, err := fsys.Open("warning/terms.yaml")
	if err != nil {
		return nil, fmt.Errorf("vocabulary of warnings: %w", err)
	}
	defer f.Close()
	v := &Vocabulary{byName: map[string]*Term{}}
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(v); err != nil {
		return nil, fmt.Errorf("vocabulary of warnings: %w", err)
	}
	var wrong []error
	for i := range v.Terms {
		t := &v.Terms[i]
		for _, name := range []string{t.Name, t.Short} {
			if name == "" {
				continue
			}
			if v.byName[key(name)] != nil {
				wrong = append(wrong, fmt.Errorf("vocabulary of warnings: %s stands twice", name))
			}
			v.byName[key(name)] = t
		}
	}
	for _, t := range v.Terms {
		wrong = append(wrong, v.check(t)...)
	}
	return v, errors.Join(wrong...)
}

func (v *Vocabulary) check(t Term) (wrong []error) {
	say := func(format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("vocabulary of warnings: "+t.Name+": "+format, args...))
	}
	for _, day := range []string{t.From, t.Until} {
		if day != "" && !jp.ValidDate(day) {
			say("%q is no day", day)
		}
	}
	if t.Level < 0 || t.Level > 5 || (t.Level > 0 && t.Scale == "") {
		say("level %d without a scale", t.Level)
	}
	if t.Until != "" && len(t.Now) == 0 {
		say("is old and nothing takes its place")
	}
	for _, now := range t.Now {
		if new := v.byName[key(now)]; new == nil || new.Until != "" {
			say("%s is not a current term", now)
		}
	}
	if named, digit, ok := strings.Cut(t.Name, "レベル"); ok && named == "" && fmt.Sprint(t.Level) != digit[:1] {
		say("has level %d", t.Level)
	}
	return wrong
}

// key makes the ways of writing a term one: widths, blanks, brackets.
func key(s string) string {
	s = width.Fold.String(strings.TrimSpace(s))
	return strings.NewReplacer(" ", "", "（", "(", "）", ")", "・", "", "･", "").Replace(s)
}

// Notice tells why a word should not be used as it is. Code: OLD_TERM, SHORT_TERM, FUTURE_TERM, UNKNOWN_TERM, LEVEL_CHANGED,
// OTHER_SCALE.
type Notice struct {
	Code  string     `json:"code"`
	Now   string     `json:"now,omitempty"`   // the one word that takes its place
	Or    []string   `json:"or,omitempty"`    // further words, where the old one was split
	Was   int        `json:"was,omitempty"`   // LEVEL_CHANGED: the level before
	Since string     `json:"since,omitempty"` // ISO day of the change
	Note  *lang.Text `json:"note,omitempty"`
}

// Meaning is what a word means on a day. Level is nil where there is none; it counts on Scale only. Order is true only for
// what a municipality says.
type Meaning struct {
	Term    string   `json:"term"`
	Level   *int     `json:"level"`
	Kind    string   `json:"kind"`
	Order   bool     `json:"order"`
	Scale   *string  `json:"scale"`
	Hazard  string   `json:"hazard,omitempty"`
	Act     string   `json:"act,omitempty"` // now | shore | cover where people act without any level
	Notices []Notice `json:"notices"`
}

// Meaning looks a word up as of an ISO day in Japan. A word nobody knows has kind "unknown" and no level.
func (v *Vocabulary) Meaning(word, day string) Meaning {
	t := v.byName[key(word)]
	if t == nil {
		return Meaning{Term: word, Kind: "unknown", Notices: []Notice{{Code: "UNKNOWN_TERM"}}}
	}
	m := Meaning{Term: word, Kind: t.Kind, Order: t.Kind == "order", Hazard: t.Hazard, Act: t.Act, Notices: []Notice{}}
	level := t.Level
	if t.Scale != "" {
		m.Scale = &t.Scale
	}
	if t.From != "" && day < t.From {
		m.Notices = append(m.Notices, Notice{Code: "FUTURE_TERM", Since: t.From})
	}
	if t.Until != "" && day >= t.Until {
		n := Notice{Code: "OLD_TERM", Now: t.Now[0], Or: t.Now[1:], Since: t.Until}
		if t.Note.JA != "" {
			n.Note = &t.Note
		}
		m.Notices = append(m.Notices, n)
		if t.Unclear > 0 {
			m.Notices = append(m.Notices, Notice{Code: "LEVEL_CHANGED", Was: t.Level, Since: t.Until})
			level = t.Unclear
		}
	} else if t.Short != "" && key(word) == key(t.Short) {
		m.Notices = append(m.Notices, Notice{Code: "SHORT_TERM", Now: t.Name})
	}
	if t.Scale != "" && t.Scale != "keikai" {
		m.Notices = append(m.Notices, Notice{Code: "OTHER_SCALE"})
	}
	if level > 0 {
		m.Level = &level
	}
	return m
}

// VersionOn is the version of the vocabulary in force on a day.
func (v *Vocabulary) VersionOn(day string) string {
	in := v.Versions[0]
	for _, version := range v.Versions {
		if version <= day {
			in = version
		}
	}
	return in
}

// Old finds former terms in a text as of a day, longest first, so that 「避難準備」 is not found inside 「避難準備情報」 again.
func (v *Vocabulary) Old(text, day string) []Found {
	var old []*Term
	for i := range v.Terms {
		if t := &v.Terms[i]; t.Until != "" && day >= t.Until {
			old = append(old, t)
		}
	}
	slices.SortStableFunc(old, func(a, b *Term) int { return len(b.Name) - len(a.Name) })
	current := v.currentSpans(text)
	var found []Found
	for _, t := range old {
		for at := 0; ; {
			i := strings.Index(text[at:], t.Name)
			if i < 0 {
				break
			}
			from, to := at+i, at+i+len(t.Name)
			at = to
			inside := func(f Found) bool { return f.From <= from && to <= f.To }
			if !slices.ContainsFunc(found, inside) && !slices.ContainsFunc(current, inside) {
				found = append(found, Found{From: from, To: to, Term: *t})
			}
		}
	}
	slices.SortFunc(found, func(a, b Found) int { return a.From - b.From })
	return found
}

// Found is a term in a text; From and To are byte offsets.
type Found struct {
	From, To int
	Term     Term
}

// wideDigits writes a name as people type it with a Japanese keyboard.
var wideDigits = strings.NewReplacer("1", "１", "2", "２", "3", "３", "4", "４", "5", "５")

// currentSpans are the places of current names: the 「高潮警報」 inside 「レベル3高潮警報」 is not the former one.
func (v *Vocabulary) currentSpans(text string) (spans []Found) {
	for _, t := range v.Terms {
		if t.Until != "" || t.From == "" {
			continue
		}
		for _, name := range []string{t.Name, wideDigits.Replace(t.Name)} {
			for at := 0; ; {
				i := strings.Index(text[at:], name)
				if i < 0 {
					break
				}
				spans = append(spans, Found{From: at + i, To: at + i + len(name), Term: t})
				at += i + len(name)
			}
		}
	}
	return spans
}
