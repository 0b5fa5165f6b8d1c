package timeline_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kakehashi/content"
	"kakehashi/internal/resident/timeline"
)

func words(t *testing.T) timeline.Words {
	t.Helper()
	w, err := timeline.ReadWords(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func plan(t *testing.T, w timeline.Words, input string) (timeline.Plan, error) {
	t.Helper()
	var in timeline.Input
	if err := json.Unmarshal([]byte(input), &in); err != nil {
		t.Fatalf("%v in %s", err, input)
	}
	return timeline.Make(in, w, func(string) string { return "2026-05-28" })
}

const dry = `"home":{"storeys":2,"floor":2,"structure":"rc","depth":"0.5-3","collapse":"no","landslide":"none","surge":"none","tsunami":"none","drain_hours":12,"supplies_days":3}`
const wet = `"home":{"storeys":2,"floor":1,"structure":"wood","depth":"3-5","collapse":"yes","landslide":"none","surge":"none","tsunami":"none","drain_hours":12,"supplies_days":3}`
const uncle = `{"kind":"relative","minutes":40,"means":"car","pets":true,"outside_zone":true}`
const school = `{"kind":"site","suits":["flood"],"minutes":20,"means":"walk","pets":"outdoors"}`

func TestHouseholdsLeaveWhenTheRulesSay(t *testing.T) {
	w := words(t)
	for name, c := range map[string]struct{ input, decision, trigger, reason, dest string }{
		"the example of the contract":           {`"hazard":"flood",` + wet + `,"people":[{"age":33},{"age":0,"needs":["formula"]}],"pets":[{"kind":"cat","carrier":true}],"car":true,"prep_minutes":45,"destinations":[` + uncle + `,` + school + `]`, "leave", "L3", "collapse-zone", "0"},
		"adults leave at level 4":               {`"hazard":"flood",` + wet + `,"people":[{"age":33}],"car":true,"prep_minutes":30,"destinations":[` + school + `]`, "leave", "L4", "depth-over-floor", "0"},
		"65 is old enough to need time":         {`"hazard":"flood",` + wet + `,"people":[{"age":65}],"car":true,"prep_minutes":30,"destinations":[` + school + `]`, "leave", "L3", "", "0"},
		"over two hours in all goes earlier":    {`"hazard":"flood",` + wet + `,"people":[{"age":33}],"car":true,"prep_minutes":101,"destinations":[` + school + `]`, "leave", "L3", "", "0"},
		"exactly two hours does not":            {`"hazard":"flood",` + wet + `,"people":[{"age":33}],"car":true,"prep_minutes":100,"destinations":[` + school + `]`, "leave", "L4", "", "0"},
		"a long way starts at level 2":          {`"hazard":"flood",` + wet + `,"people":[{"age":33}],"car":true,"prep_minutes":30,"destinations":[{"kind":"relative","minutes":150,"means":"car","outside_zone":true}]`, "leave", "L2", "", "0"},
		"too far altogether: the next one":      {`"hazard":"flood",` + wet + `,"people":[{"age":33}],"car":true,"prep_minutes":30,"destinations":[{"kind":"relative","minutes":500,"means":"car","outside_zone":true},` + school + `]`, "leave", "L4", "", "1"},
		"dry room, food, outside: may stay":     {`"hazard":"flood",` + dry + `,"people":[{"age":33}]`, "stay-possible", "none", "above-water", ""},
		"dialysis cannot wait for the water":    {`"hazard":"flood",` + dry + `,"people":[{"age":33,"needs":["dialysis"]}],"car":true,"destinations":[` + school + `]`, "leave", "L3", "medical-device", "0"},
		"food for less than the water stays":    {`"hazard":"flood",` + strings.Replace(dry, `"supplies_days":3`, `"supplies_days":0`, 1) + `,"car":true,"people":[{"age":33}]`, "leave", "L4", "supplies-too-short", ""},
		"unknown collapse zone never stays":     {`"hazard":"flood",` + strings.Replace(dry, `"collapse":"no"`, `"collapse":"unknown"`, 1) + `,"people":[{"age":33}],"car":true,"destinations":[` + school + `]`, "ask", "L4", "collapse-unknown", "0"},
		"nothing answered: ask":                 {`"hazard":"flood","home":{},"people":[]`, "ask", "L4", "depth-unknown", ""},
		"a landslide at night goes earlier":     {`"hazard":"landslide","home":{"landslide":"warning"},"night":true,"people":[{"age":33}],"car":true,"prep_minutes":20,"destinations":[{"kind":"site","suits":["landslide"],"minutes":10,"means":"walk"}]`, "leave", "L3", "landslide-zone", "0"},
		"a landslide at night with a baby":      {`"hazard":"landslide","home":{"landslide":"special"},"night":true,"people":[{"age":1}],"car":true,"prep_minutes":20,"destinations":[{"kind":"site","suits":["landslide"],"minutes":10,"means":"walk"}]`, "leave", "L2", "landslide-zone", "0"},
		"a flood site is no landslide site":     {`"hazard":"landslide","home":{"landslide":"warning"},"people":[{"age":33}],"car":true,"destinations":[` + school + `]`, "leave", "L4", "no-destination", ""},
		"storm surge with wind before":          {`"hazard":"surge","home":{"surge":"yes"},"wind_before_hours":6,"people":[{"age":33}],"car":true,"prep_minutes":20,"destinations":[{"kind":"site","suits":["surge"],"minutes":10,"means":"walk"}]`, "leave", "L3", "surge-zone", "0"},
		"a tsunami is now, on foot":             {`"hazard":"tsunami","home":{"tsunami":"yes"},"people":[{"age":80}],"car":true,"destinations":[{"kind":"site","suits":["tsunami"],"minutes":5,"means":"car"},{"kind":"site","suits":["tsunami"],"minutes":8,"means":"walk"}]`, "leave", "now", "tsunami-zone", "1"},
		"an unknown tsunami zone runs too":      {`"hazard":"tsunami","home":{},"people":[]`, "ask", "now", "tsunami-unknown", ""},
		"an earthquake by the sea is a tsunami": {`"hazard":"quake","home":{"tsunami":"yes"},"people":[]`, "leave", "now", "tsunami-zone", ""},
		"snow stays inside":                     {`"hazard":"snow","home":{},"people":[]`, "stay-possible", "none", "snow-stay-inside", ""},
		"pets go where pets may":                {`"hazard":"flood",` + wet + `,"people":[{"age":33}],"pets":[{"kind":"dog","carrier":true}],"car":true,"prep_minutes":30,"destinations":[{"kind":"relative","minutes":10,"means":"car","outside_zone":true,"pets":false},` + school + `]`, "leave", "L4", "", "1"},
		"nobody reads Japanese":                 {`"hazard":"flood",` + wet + `,"people":[{"age":33,"needs":["no-japanese"]},{"age":8}],"car":true,"prep_minutes":30,"destinations":[` + school + `]`, "leave", "L3", "", "0"},
		"a long walk without a car":             {`"hazard":"flood",` + wet + `,"people":[{"age":33}],"prep_minutes":30,"destinations":[` + school + `]`, "leave", "L3", "", "0"},
	} {
		p, err := plan(t, w, `{`+c.input+`}`)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		dest := ""
		if p.Destination != nil {
			dest = string(rune('0' + *p.Destination))
		}
		if p.Decision != c.decision || p.Trigger != c.trigger || dest != c.dest || c.reason != "" && !slices.Contains(p.Reasons, c.reason) {
			t.Errorf("%s: %s %s %v destination %q", name, p.Decision, p.Trigger, p.Reasons, dest)
		}
	}
}

func TestTheClockIsCountedFromTheFlood(t *testing.T) {
	p, err := plan(t, words(t), `{"hazard":"flood",`+wet+`,"people":[{"age":1}],"pets":[],"car":true,"prep_minutes":45,"destinations":[`+uncle+`]}`)
	if err != nil || p.Clock == nil {
		t.Fatal(err)
	}
	if c := *p.Clock; c.PrepStart != -345 || c.Leave != -300 || *c.Arrive != -260 || *c.LatestLeave != -220 {
		t.Errorf("got %+v", c)
	}
}

// Over a grid of homes and households: nobody with an unknown danger stays, nobody starts to leave at level 5, and who has a
// destination is there before the level after the trigger.
func TestNoAnswerLeadsIntoTheWater(t *testing.T) {
	w := words(t)
	next := map[string]int{"L2": -300, "L3": -180, "L4": 0}
	for _, hazard := range []string{"flood", "inland-flood", "landslide", "surge", "tsunami", "typhoon", "snow", "quake"} {
		for _, depth := range []string{"none", "<0.5", "0.5-3", "5-10", "unknown", ""} {
			for _, collapse := range []string{"yes", "no", "unknown"} {
				for _, other := range []string{"none", "unknown"} {
					for _, minutes := range []string{"10", "150", "900"} {
						p, err := plan(t, w, `{"lang":"my","hazard":"`+hazard+`","home":{"floor":3,"depth":"`+depth+`","collapse":"`+collapse+`","landslide":"`+other+`","surge":"`+other+`","tsunami":"`+other+
							`","drain_hours":5,"supplies_days":3},"people":[{"age":30}],"night":true,"car":true,"destinations":[{"kind":"relative","means":"car","outside_zone":true,"minutes":`+minutes+`}]}`)
						if err != nil {
							t.Fatal(err)
						}
						at := hazard + " " + depth + " " + collapse + " " + other + " " + minutes
						unknown := (hazard == "flood" || hazard == "inland-flood" || hazard == "typhoon") && (depth == "unknown" || depth == "" || collapse == "unknown" || other == "unknown")
						if unknown && p.Decision == "stay-possible" {
							t.Errorf("%s: stays", at)
						}
						if p.Decision != "stay-possible" && p.Trigger == "none" {
							t.Errorf("%s: leaves never", at)
						}
						if p.Destination != nil && p.Trigger != "now" && *p.Clock.Arrive >= next[p.Trigger] {
							t.Errorf("%s: arrives at %d after %s", at, *p.Clock.Arrive, p.Trigger)
						}
						for _, a := range p.Actions {
							if a.Code == "leave" && a.At >= 0 {
								t.Errorf("%s: starts to leave at level 5", at)
							}
							if a.Text["ja"] == "" || a.Text["my"] == "" {
								t.Errorf("%s: %s has no words", at, a.Code)
							}
						}
					}
				}
			}
		}
	}
}

func TestEveryLanguageHasEveryAction(t *testing.T) {
	w := words(t)
	if len(w) < 18 {
		t.Errorf("there are %d languages", len(w))
	}
	for tag, texts := range w {
		for code := range w["ja"] {
			if strings.TrimSpace(texts[code]) == "" {
				t.Errorf("%s lacks %s", tag, code)
			}
		}
		if len(texts) != len(w["ja"]) {
			t.Errorf("%s has %d sentences, Japanese %d", tag, len(texts), len(w["ja"]))
		}
	}
}

func TestAMisspeltDangerIsRefused(t *testing.T) {
	w := words(t)
	for _, input := range []string{`{"hazard":"floods"}`, `{"hazard":"flood","home":{"depth":"3～5"}}`, `{"hazard":"flood","people":[{"age":-1}]}`,
		`{"hazard":"flood","destinations":[{"kind":"school"}]}`, `{"hazard":"flood","lang":"xx"}`, `{"hazard":"flood","date":"tomorrow"}`, `{}`} {
		if _, err := plan(t, w, input); err == nil {
			t.Errorf("%s was taken", input)
		}
	}
}
