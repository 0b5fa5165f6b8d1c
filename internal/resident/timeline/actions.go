package timeline

import (
	"cmp"
	"slices"
)

// doing is the list of what to do as it grows.
type doing struct {
	list     []Action
	noStatus bool // the shelters do not ask for the status of residence
}

func (d *doing) add(at int, codes ...string) {
	for _, code := range codes {
		d.list = append(d.list, Action{At: at, Code: code})
		if code == "you-may-use" && d.noStatus {
			d.list = append(d.list, Action{At: at, Code: "no-status"})
		}
	}
}

// Days before, in minutes.
const (
	threeDays = -4320
	oneDay    = -1440
)

// actions is what to do when, by code; the words are data. "leave" never stands at or after level 5.
func (in Input) actions(p *Plan) []Action {
	do := &doing{noStatus: !in.StatusAsked} // a municipality that does ask says so
	if p.Decision == "ask" {
		do.add(threeDays, "ask-city")
	}
	switch {
	case p.Trigger == "now":
		if in.Hazard == "quake" {
			do.add(0, "quake-cover")
		}
		do.add(0, "tsunami-run", "no-river")
		there := 0
		if p.Clock.Arrive != nil {
			there = *p.Clock.Arrive
			do.add(there, "tsunami-no-return")
		}
		do.add(there, "you-may-use")
		return do.list
	case in.Hazard == "quake":
		for i, code := range []string{"quake-cover", "quake-fire", "quake-house", "you-may-use"} {
			do.add([]int{0, 2, 5, 10}[i], code)
		}
		return do.list
	}
	in.before(do)
	if in.Hazard == "snow" {
		do.add(0, "snow-home", "snow-car", "snow-heat")
		return do.list
	}
	if p.Trigger == "none" {
		up := "stay-up"
		if p.Reasons[0] == "not-coloured" {
			up = "watch-level"
		}
		do.add(at["L2"], "watch-level")
		do.add(at["L3"], up)
		do.add(at["L4"], "no-river")
	} else {
		going(p.Clock, do)
	}
	do.add(at["L5"], "protect")
	slices.SortStableFunc(do.list, func(a, b Action) int { return cmp.Compare(a.At, b.At) })
	return do.list
}

// before is what is done while nothing has happened yet.
func (in Input) before(do *doing) {
	do.add(threeDays, "check-map", "check-forecast", "stock")
	medicines := in.needs("insulin")
	for _, p := range in.People {
		medicines = medicines || said(p.Medicines)
	}
	when := func(yes bool, at int, code string) {
		if yes {
			do.add(at, code)
		}
	}
	when(medicines, threeDays, "medicine")
	when(in.anyNeeds("dialysis", "oxygen"), oneDay, "call-hospital")
	do.add(oneDay, "charge", "pack")
	when(in.needs("formula") || in.aged(0, 2), oneDay, "pack-baby")
	when(len(in.Pets) > 0, oneDay, "pack-pet")
	when(in.anyNeeds("wheelchair", "walking", "seeing"), oneDay, "helper")
	when(in.Hazard == "typhoon" || in.Wind != nil && *in.Wind > 0, oneDay, "wind")
}

// going is the way from home to the destination.
func going(c *Clock, do *doing) {
	do.add(oneDay, "tell-family")
	do.add(min(at["L2"], c.PrepStart), "check-road")
	if c.Leave > at["L2"] {
		do.add(at["L2"], "watch-level")
	}
	do.add(c.PrepStart, "prepare")
	do.add(c.Leave, "leave", "no-river")
	there := c.Leave
	if c.Arrive != nil {
		there = *c.Arrive
		do.add(there, "arrive")
	}
	do.add(there, "you-may-use")
	if c.Leave < at["L4"] {
		do.add(at["L4"], "last-call")
	}
}
