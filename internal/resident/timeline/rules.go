package timeline

import (
	"cmp"
	"slices"
	"strings"
)

// The rules of My Timeline: from the answers about a home, its people and where they can go, to the moment they leave. The page has
// them once more as a script (package script), because no answer may leave the reader's device; TestPageAndCommandAgree runs both on
// thousands of households and wants one answer.

// The levels of warnings as moments, in minutes from the nominal hour of the flood (level 5).
var (
	at      = map[string]int{"L2": -720, "L3": -300, "L4": -180, "L5": 0}
	next    = map[string]string{"L2": "L3", "L3": "L4", "L4": "L5"}
	earlier = map[string]string{"L4": "L3", "L3": "L2"}
	// dryFloor is the lowest floor that stays dry; of deeper water: leave the area.
	dryFloor = map[string]int{"<0.5": 2, "0.5-3": 2, "3-5": 3}
)

// usualPrep is how long a household that has not said needs until it can leave, in minutes.
const usualPrep = 60

func (in Input) needs(name string) bool {
	for _, p := range in.People {
		if slices.Contains(p.Needs, name) {
			return true
		}
	}
	return false
}

func (in Input) anyNeeds(names ...string) bool { return slices.ContainsFunc(names, in.needs) }

// aged reports whether somebody's age, where it is known, lies between two ages.
func (in Input) aged(from, to int) bool {
	for _, p := range in.People {
		if p.Age != nil && *p.Age >= from && *p.Age <= to {
			return true
		}
	}
	return false
}

func (in Input) prep() int {
	if in.Prep != nil {
		return *in.Prep
	}
	return usualPrep
}

// dangers of the hazards in play. known: coloured on the map; unknown: the resident has not looked yet.
func (in Input) dangers() (known, unknown []string) {
	h := in.Home
	look := func(value, safe, name string) {
		if value == "" || value == "unknown" {
			unknown = append(unknown, name)
		} else if value != safe {
			known = append(known, name)
		}
	}
	water := slices.Contains([]string{"flood", "inland-flood", "typhoon"}, in.Hazard)
	if water {
		look(h.Collapse, "no", "collapse-zone")
		look(h.Depth, "none", "depth")
	}
	if water || in.Hazard == "landslide" {
		look(h.Landslide, "none", "landslide-zone")
	}
	if in.Hazard == "surge" || in.Hazard == "typhoon" {
		look(h.Surge, "none", "surge-zone")
	}
	if in.Hazard == "tsunami" || in.Hazard == "quake" {
		look(h.Tsunami, "none", "tsunami-zone")
	}
	return known, unknown
}

// againstStaying is what speaks against staying at home although the map is coloured (屋内安全確保 needs all of it to be empty).
func (in Input) againstStaying() (out []string) {
	h := in.Home
	if h.Collapse == "yes" {
		out = append(out, "collapse-zone")
	}
	if h.Depth != "" && h.Depth != "none" && h.Depth != "unknown" {
		if dry, ok := dryFloor[h.Depth]; !ok {
			out = append(out, "depth-over-5m")
		} else if h.Floor == nil || *h.Floor < dry {
			out = append(out, "depth-over-floor")
		}
		if h.DrainHours == nil || h.SuppliesDays == nil || *h.SuppliesDays*24 < *h.DrainHours {
			out = append(out, "supplies-too-short")
		}
	}
	if in.anyNeeds("dialysis", "oxygen") {
		out = append(out, "medical-device")
	}
	return out
}

func (in Input) decide() (decision string, reasons []string) {
	if in.Hazard == "snow" {
		return "stay-possible", []string{"snow-stay-inside"}
	}
	known, unknown := in.dangers()
	water := slices.Contains(known, "depth") || slices.Contains(known, "collapse-zone")
	var against, zones []string
	if water {
		against = in.againstStaying()
	}
	for _, name := range known {
		if name == "landslide-zone" || name == "surge-zone" || name == "tsunami-zone" {
			zones = append(zones, name)
		}
	}
	switch {
	case len(zones)+len(against) > 0:
		return "leave", append(against, zones...)
	case len(unknown) > 0:
		for i, name := range unknown {
			unknown[i] = strings.Replace(name, "-zone", "", 1) + "-unknown"
		}
		return "ask", unknown
	case water:
		return "stay-possible", []string{"above-water", "outside-collapse-zone", "supplies-enough"}
	case in.Hazard == "quake":
		return "stay-possible", []string{"quake-card"}
	}
	return "stay-possible", []string{"not-coloured"}
}

// slow is why a household needs more time than others; to is where it goes, nil for nowhere yet.
func (in Input) slow(to *Destination) []string {
	out := []string{}
	add := func(when bool, why string) {
		if when {
			out = append(out, why)
		}
	}
	add(in.aged(65, 1000), "older-person")
	add(in.aged(0, 6), "small-child")
	for _, n := range []string{"pregnant", "wheelchair", "walking", "dialysis", "oxygen", "insulin", "hearing", "seeing"} {
		add(in.needs(n), n)
	}
	loose := false
	for _, p := range in.Pets {
		loose = loose || !p.Carrier
	}
	add(loose, "pet-without-carrier")
	far := to != nil && (to.Means == "public" || to.Means == "walk" && to.Minutes != nil && *to.Minutes > 15)
	add(!in.Car && far, "no-car-and-far")
	readers, without := 0, 0
	for _, p := range in.People {
		if p.Age != nil && *p.Age < 13 {
			continue
		}
		readers++
		if slices.Contains(p.Needs, "no-japanese") {
			without++
		}
	}
	add(readers > 0 && readers == without, "no-japanese-reader")
	return out
}

// unfit is why the household may not go there in this hazard; "" when it may.
func (in Input) unfit(d Destination) string {
	hazard := in.Hazard
	if hazard == "typhoon" {
		hazard = "flood"
	}
	suits := slices.Contains(d.Suits, hazard)
	switch {
	case d.Kind == "site" && !suits && !slices.Contains(d.Suits, in.Hazard), d.Kind == "shelter" && len(d.Suits) > 0 && !suits:
		return "not-for-this-hazard"
	case slices.Contains([]string{"relative", "hotel", "work"}, d.Kind) && (d.Outside == nil || !*d.Outside):
		return "not-outside-the-zone"
	case len(in.Pets) > 0 && !said(d.Pets):
		return "no-pets"
	case d.Means == "car" && !in.Car:
		return "no-car"
	case d.Minutes == nil:
		return "no-travel-time"
	}
	return ""
}

// said reports whether an answer that may be yes, a word or a number says something: not nothing, no, "" or 0.
func said(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case float64:
		return v != 0
	}
	return true
}

// hurry goes one step earlier for hazards that come fast, when night or strong wind comes before.
func (in Input) hurry(trigger string) string {
	h := in.Home
	fast := slices.Contains([]string{"landslide", "surge", "inland-flood"}, in.Hazard) ||
		in.Hazard == "typhoon" && (h.Surge == "yes" || h.Landslide == "warning" || h.Landslide == "special")
	if fast && (in.Night || in.Wind != nil && *in.Wind > 0) {
		return cmp.Or(earlier[trigger], trigger)
	}
	return trigger
}

// usual is the level at which a household leaves that needs so many minutes in all.
func usual(slow []string, minutes int) string {
	if len(slow) > 0 || minutes > 120 {
		return "L3"
	}
	return "L4"
}

// trigger for one destination: the first, from the usual one backwards, that arrives before the level after it; "" if none does.
func (in Input) trigger(d Destination) (trigger string, why []string) {
	why = in.slow(&d)
	for t := in.hurry(usual(why, in.prep()+*d.Minutes)); t != ""; t = earlier[t] {
		if at[t]+*d.Minutes < at[next[t]] {
			return t, why
		}
	}
	return "", nil
}

// leaving at a level: the resident's own order of destinations, those that do not serve left out.
func (in Input) leaving(p *Plan) {
	for i, d := range in.Destinations {
		if d.Kind == "stay" {
			continue
		}
		no := in.unfit(d)
		if no == "" {
			if t, why := in.trigger(d); t != "" {
				arrive, latest := at[t]+*d.Minutes, at["L4"]-*d.Minutes
				p.Trigger, p.Destination, p.Slow = t, &i, why
				p.Clock = &Clock{PrepStart: at[t] - in.prep(), Leave: at[t], Arrive: &arrive, LatestLeave: &latest}
				return
			}
		}
		p.PassedOver = append(p.PassedOver, Passed{Destination: i, Why: cmp.Or(no, "too-far")})
	}
	p.Slow = in.slow(nil)
	p.Trigger = in.hurry(usual(p.Slow, in.prep()))
	p.Clock = &Clock{PrepStart: at[p.Trigger] - in.prep(), Leave: at[p.Trigger]}
	p.Reasons = append(p.Reasons, "no-destination")
}

// running from a tsunami: now, on foot first, then the nearest. Nothing is prepared.
func (in Input) running(p *Plan) {
	as := in
	as.Hazard, as.Pets = "tsunami", nil
	best := -1
	for i, d := range in.Destinations {
		no := "not-for-this-hazard"
		if d.Kind != "stay" {
			no = as.unfit(d)
		}
		if no != "" {
			p.PassedOver = append(p.PassedOver, Passed{Destination: i, Why: no})
			continue
		}
		foot := d.Means == "walk"
		if best < 0 {
			best = i
		} else if b := in.Destinations[best]; foot != (b.Means == "walk") && foot || foot == (b.Means == "walk") && *d.Minutes < *b.Minutes {
			best = i
		}
	}
	p.Trigger, p.Slow, p.Clock = "now", in.slow(nil), &Clock{LatestLeave: new(int)}
	if best < 0 {
		p.Reasons = append(p.Reasons, "no-destination")
		return
	}
	p.Destination, p.Clock.Arrive = &best, in.Destinations[best].Minutes
}

// rules makes the plan, without words.
func (in Input) rules() Plan {
	p := Plan{Trigger: "none", Slow: []string{}, PassedOver: []Passed{}}
	p.Decision, p.Reasons = in.decide()
	if slices.Contains(p.Reasons, "tsunami-zone") || slices.Contains(p.Reasons, "tsunami-unknown") {
		in.running(&p)
	} else if p.Decision != "stay-possible" {
		in.leaving(&p)
	}
	p.Actions = in.actions(&p)
	return p
}
