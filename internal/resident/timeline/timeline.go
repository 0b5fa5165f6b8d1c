// Package timeline is My Timeline (マイ・タイムライン): what a household does, and when it leaves, before a flood, landslide, storm
// surge, tsunami, typhoon, heavy snow or earthquake. The words are data in content/timeline. The page runs the same rules as a script
// (package script).
package timeline

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Input are the answers of a household; the lists of values stand in lists. Minutes, hours and days are whole numbers.
type Input struct {
	Lang   string `json:"lang"`
	Date   string `json:"date"`
	Hazard string `json:"hazard"`
	Home   struct {
		Storeys      *int   `json:"storeys,omitempty"`
		Floor        *int   `json:"floor,omitempty"`
		Structure    string `json:"structure,omitempty"`
		Depth        string `json:"depth,omitempty"`
		Collapse     string `json:"collapse,omitempty"`
		Landslide    string `json:"landslide,omitempty"`
		Surge        string `json:"surge,omitempty"`
		Tsunami      string `json:"tsunami,omitempty"`
		DrainHours   *int   `json:"drain_hours,omitempty"`
		SuppliesDays *int   `json:"supplies_days,omitempty"`
	} `json:"home"`
	People []struct {
		Age       *int     `json:"age,omitempty"`
		Months    *int     `json:"months,omitempty"`
		Needs     []string `json:"needs,omitempty"`
		Medicines any      `json:"medicines,omitempty"`
	} `json:"people"`
	Pets []struct {
		Kind    string `json:"kind"`
		Carrier bool   `json:"carrier"`
	} `json:"pets"`
	Car          bool          `json:"car"`
	Prep         *int          `json:"prep_minutes,omitempty"`
	Destinations []Destination `json:"destinations"`
	StatusAsked  bool          `json:"status_asked,omitempty"` // the municipality's shelters ask for the status of residence
	Night        bool          `json:"night,omitempty"`
	Wind         *float64      `json:"wind_before_hours,omitempty"`
}

// Destination is where a household could go. Pets is what is said of them there: nothing, no, yes, or a word like "outdoors".
type Destination struct {
	Kind    string   `json:"kind"`
	Minutes *int     `json:"minutes,omitempty"`
	Means   string   `json:"means,omitempty"`
	Pets    any      `json:"pets,omitempty"`
	Outside *bool    `json:"outside_zone,omitempty"`
	Suits   []string `json:"suits,omitempty"`
}

// Plan is the answer. Clock is nil when nobody leaves; its minutes count from the nominal hour (level 5 = 0), for a tsunami from
// the shaking. LatestLeave is the last moment to leave and still arrive before level 4.
type Plan struct {
	Decision    string   `json:"decision"`
	Reasons     []string `json:"reasons"`
	Trigger     string   `json:"trigger"`
	Destination *int     `json:"destination"`
	Clock       *Clock   `json:"clock"`
	Slow        []string `json:"slow"`
	PassedOver  []Passed `json:"passed_over"`
	Actions     []Action `json:"actions"`
	Vocabulary  string   `json:"vocabulary"`
	State       string   `json:"state"` // of the translation: draft until people have reviewed it
}

// Clock is when to do what, in minutes. Arrive and LatestLeave are nil while no destination serves.
type Clock struct {
	PrepStart   int  `json:"prep_start"`
	Leave       int  `json:"leave"`
	Arrive      *int `json:"arrive"`
	LatestLeave *int `json:"latest_leave"`
}

// Passed is a destination the plan could not take.
type Passed struct {
	Destination int    `json:"destination"`
	Why         string `json:"why"`
}

// Action is one thing to do; Text by language: Japanese and the reader's.
type Action struct {
	At   int               `json:"at"`
	Code string            `json:"code"`
	Text map[string]string `json:"text"`
}

// Words are the sentences by language and action code.
type Words map[string]map[string]string

// ReadWords reads content/timeline: one file a language, each with every code.
func ReadWords(fsys fs.FS) (Words, error) {
	files, err := fs.Glob(fsys, "timeline/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("timeline words: %w", err)
	}
	w := Words{}
	for _, file := range files {
		b, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("timeline words: %w", err)
		}
		var texts map[string]string
		if err := yaml.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("timeline words: %s: %w", file, err)
		}
		w[strings.TrimSuffix(path.Base(file), ".yaml")] = texts
	}
	return w, nil
}

// Languages are the languages there are words in.
func (w Words) Languages() (tags []string) {
	for tag := range w {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	return tags
}

var lists = map[string][]string{
	"hazard":      {"flood", "inland-flood", "landslide", "surge", "tsunami", "typhoon", "snow", "quake"},
	"structure":   {"", "wood", "steel", "rc"},
	"depth":       {"", "none", "<0.5", "0.5-3", "3-5", "5-10", ">10", "unknown"},
	"collapse":    {"", "yes", "no", "unknown"},
	"landslide":   {"", "none", "warning", "special", "unknown"},
	"surge":       {"", "none", "yes", "unknown"},
	"tsunami":     {"", "none", "yes", "unknown"},
	"needs":       {"formula", "pregnant", "wheelchair", "walking", "dialysis", "oxygen", "insulin", "hearing", "seeing", "no-japanese"},
	"destination": {"relative", "shelter", "site", "hotel", "work", "stay"},
	"means":       {"", "walk", "car", "public"},
}

// check refuses what the rules do not know (fault.Invalid with the place): a misspelt danger must never count as none.
func (in Input) check(words Words) error {
	one := func(at, list, value string) error {
		if !slices.Contains(lists[list], value) {
			return fault.At(at, "resident.timeline.value", "value", value, "known", strings.Join(lists[list], " "))
		}
		return nil
	}
	whole := func(at string, n *int, most int) error {
		if n != nil && (*n < 0 || *n > most) {
			return fault.At(at, "resident.timeline.number", "most", most)
		}
		return nil
	}
	h := in.Home
	wrong := []error{one("hazard", "hazard", in.Hazard), one("home.structure", "structure", h.Structure), one("home.depth", "depth", h.Depth),
		one("home.collapse", "collapse", h.Collapse), one("home.landslide", "landslide", h.Landslide), one("home.surge", "surge", h.Surge),
		one("home.tsunami", "tsunami", h.Tsunami), whole("home.storeys", h.Storeys, 200), whole("home.drain_hours", h.DrainHours, 10000),
		whole("home.supplies_days", h.SuppliesDays, 3650), whole("prep_minutes", in.Prep, 1440)}
	for i, p := range in.People {
		at := fmt.Sprintf("people[%d].", i)
		wrong = append(wrong, whole(at+"age", p.Age, 130), whole(at+"months", p.Months, 36))
		for j, n := range p.Needs {
			wrong = append(wrong, one(fmt.Sprintf("%sneeds[%d]", at, j), "needs", n))
		}
	}
	for i, d := range in.Destinations {
		at := fmt.Sprintf("destinations[%d].", i)
		wrong = append(wrong, one(at+"kind", "destination", d.Kind), one(at+"means", "means", d.Means), whole(at+"minutes", d.Minutes, 1440))
		for j, s := range d.Suits {
			wrong = append(wrong, one(fmt.Sprintf("%ssuits[%d]", at, j), "hazard", s))
		}
	}
	if in.Date != "" && !jp.ValidDate(in.Date) {
		wrong = append(wrong, fault.At("date", "resident.timeline.day"))
	}
	if in.Lang != "" && words[in.Lang] == nil {
		wrong = append(wrong, fault.At("lang", "resident.timeline.value", "value", in.Lang, "known", strings.Join(words.Languages(), " ")))
	}
	for _, err := range wrong {
		if err != nil {
			return err
		}
	}
	return nil
}

// Make runs the rules. version names the vocabulary of warnings in force on a day (warning.Vocabulary.VersionOn).
func Make(in Input, words Words, version func(day string) string) (Plan, error) {
	var plan Plan
	if err := in.check(words); err != nil {
		return plan, err
	}
	plan = in.rules()
	for i, a := range plan.Actions {
		plan.Actions[i].Text = map[string]string{"ja": words["ja"][a.Code]}
		if in.Lang != "" {
			plan.Actions[i].Text[in.Lang] = words[in.Lang][a.Code]
		}
	}
	plan.Vocabulary, plan.State = version(in.Date), "draft"
	return plan, nil
}
