package placement

import "strconv"

// label says what an arc of the network stands for, so that every level can price it.
type label struct {
	what  int8
	merit merit
	tier  int16
	class int32
	who   int32 // person of a wish, post of a seat
}

const (
	arcUnplaced  int8 = iota
	arcWish           // person → post or → tier of wishes; carries the tier
	arcMerit          // tier of wishes → post; carries what the pair is worth to the post
	arcDirect         // person → post; both
	arcEssential      // post → region: seats that must be filled first
	arcSeat           // post → region: the other seats
	arcRegion
	arcQuota
)

// level is one objective: its name, what an arc costs, and how an assignment is measured (more is better).
type level struct {
	name string
	cost func(*label) int64
	gain func(m *Market, p, o int32, e *edge) int64 // of one placed person
	down bool                                       // printed without its sign: less is better
	flow bool                                       // proven by the certificate
}

// mostRanks is how many ranks of long lists are levels of their own; the rest is one sum.
const mostRanks = 30

// levels are the objectives in their order, the first above all.
func (m *Market) levels() []level {
	list := []level{
		{name: "placed", flow: true, cost: func(l *label) int64 {
			if l.what == arcWish || l.what == arcDirect {
				return -1
			}
			return 0
		}, gain: func(*Market, int32, int32, *edge) int64 { return 1 }},
		{name: "couples"},
	}
	if m.Form == JET {
		list = append(list, level{name: "essential", flow: true, cost: func(l *label) int64 {
			if l.what == arcEssential {
				return -1
			}
			return 0
		}})
	}
	list = append(list, m.rankLevels()...)
	if m.Form == JET {
		list = append(list,
			m.meritLevel("area", func(e merit) int8 { return e.area }), m.meritLevel("strong", func(e merit) int8 { return e.strong }),
			m.meritLevel("wants", func(e merit) int8 { return e.wants }), m.meritLevel("sister", func(e merit) int8 { return e.sister }),
			m.meritLevel("unserved", func(e merit) int8 { return e.unserved }), level{name: "spread", down: true})
	} else {
		list = append(list, level{name: "post_ranks", down: true, flow: true, cost: func(l *label) int64 {
			if l.what == arcDirect {
				return int64(l.class)
			}
			return 0
		}, gain: func(_ *Market, _, _ int32, e *edge) int64 {
			if e == nil {
				return 0
			}
			return -int64(e.class)
		}})
	}
	list = append(list, level{name: "blocking", down: true})
	return append(list, m.drawLevels()...)
}

// rankLevels make the matching rank-maximal: most first wishes, then most second wishes …
func (m *Market) rankLevels() []level {
	names := []string{"first", "second", "third"}
	ranks := m.tiers
	if m.Form == JET {
		ranks--
	}
	var list []level
	for k := range min(ranks, mostRanks) {
		name := "rank_" + strconv.Itoa(k+1)
		if k < len(names) {
			name = names[k]
		}
		list = append(list, level{name: name, flow: true, cost: func(l *label) int64 {
			if (l.what == arcWish || l.what == arcDirect) && int(l.tier) == k {
				return -1
			}
			return 0
		}, gain: func(_ *Market, _, _ int32, e *edge) int64 {
			if e != nil && int(e.tier) == k {
				return 1
			}
			return 0
		}})
	}
	if ranks > mostRanks {
		list = append(list, level{name: "later_ranks", down: true, flow: true, cost: func(l *label) int64 {
			if l.what == arcWish || l.what == arcDirect {
				return int64(l.tier)
			}
			return 0
		}, gain: func(_ *Market, _, _ int32, e *edge) int64 {
			if e == nil {
				return 0
			}
			return -int64(e.tier)
		}})
	}
	return list
}

func (m *Market) meritLevel(name string, of func(merit) int8) level {
	return level{name: name, flow: true, cost: func(l *label) int64 { return -int64(of(l.merit)) },
		gain: func(m *Market, p, o int32, _ *edge) int64 { return int64(of(m.kinds.rows[m.kinds.row[p]].merit[o])) }}
}

// drawLevels break what is still equal by lottery: better tiers for better numbers, then posts in the order of their draw.
func (m *Market) drawLevels() []level {
	n := int64(len(m.People))
	return []level{
		{name: "lottery", flow: true, cost: func(l *label) int64 {
			if l.what == arcWish || l.what == arcDirect {
				return -(int64(m.tiers) - int64(l.tier)) * (n - int64(m.person[l.who]))
			}
			return 0
		}, gain: func(m *Market, p, _ int32, e *edge) int64 {
			if e == nil {
				return 0
			}
			return (int64(m.tiers) - int64(e.tier)) * (n - int64(m.person[p]))
		}},
		{name: "draw", down: true, flow: true, cost: func(l *label) int64 {
			if l.what == arcEssential || l.what == arcSeat {
				return int64(m.draw.post[l.who])
			}
			return 0
		}, gain: func(m *Market, _, o int32, _ *edge) int64 { return -int64(m.draw.post[o]) }},
	}
}

// measure computes every level of an assignment, more always better.
func (m *Market) measure(levels []level, at Assignment) []int64 {
	values := make([]int64, len(levels))
	count := make([]int, len(m.Posts))
	for p, o := range at {
		if o < 0 {
			continue
		}
		count[o]++
		e := m.edge(int32(p), o)
		for i := range levels {
			if levels[i].gain != nil {
				values[i] += levels[i].gain(m, int32(p), o, e)
			}
		}
	}
	for i := range levels {
		switch levels[i].name {
		case "couples":
			values[i] = int64(m.together(at))
		case "essential":
			for o := range m.Posts {
				values[i] += int64(min(count[o], m.essential(o)))
			}
		}
	}
	return values
}

// essential is how many seats of a post must be filled first.
func (m *Market) essential(o int) int {
	q := m.Posts[o].Request
	switch {
	case q == nil:
		return 0
	case q.Essential:
		return m.Posts[o].Seats
	}
	return q.Min
}

// together counts the couples who hold one of their pairs.
func (m *Market) together(at Assignment) int {
	n := 0
	for i, c := range m.Couples {
		if (at[c.A] >= 0 || at[c.B] >= 0) && m.rankOf(i, at[c.A], at[c.B]) < 1<<30 {
			n++
		}
	}
	return n
}
