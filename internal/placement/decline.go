package placement

import (
	"cmp"
	"slices"
)

// Change is one person who goes from one post to another; null is none.
type Change struct {
	Person   string  `json:"person"`
	From     *string `json:"from"`
	To       *string `json:"to"`
	TierFrom *int    `json:"tier_from"`
	TierTo   *int    `json:"tier_to"`
}

// Rematch is the answer to people who declined: seats filled again with the fewest people moved, none of them confirmed.
type Rematch struct {
	Assignment Assignment
	Changes    []Change // the placement of everybody that changed, those who declined apart
	Vacant     []string // posts with a seat that stays free although it was taken before
}

// Decline takes out those who declined and fills their seats: as many people placed as possible, then as few moved as possible, then by
// wish and lottery. Confirmed people, locks and members of couples who have a place never move.
func (res *Result) Decline(confirmed, declined []int32) *Rematch {
	m := res.Market
	d := &declining{Market: m, was: res.At, at: slices.Clone(res.At), held: make([][]int32, len(m.Posts)), free: make([]bool, len(m.People)),
		seats: make([]int32, len(m.Posts)), region: make([]int32, len(m.Regions)), plan: make([]int32, len(m.Quotas)), gone: make([]bool, len(m.People))}
	for p := range m.People {
		d.free[p] = m.locked[p] < 0 && m.couple[p] < 0
	}
	for _, p := range confirmed {
		d.free[p] = false
	}
	for _, p := range declined {
		d.gone[p], d.free[p], d.at[p] = true, false, -1
	}
	for p, o := range d.at {
		if o >= 0 {
			d.sit(int32(p), o, 1)
			d.held[o] = append(d.held[o], int32(p))
		}
	}
	d.waiting = d.reserve()
	for d.fill() {
	}
	d.fillCouples()
	return d.answer()
}

// declining is an assignment being repaired.
type declining struct {
	*Market
	was, at Assignment
	held    [][]int32
	free    []bool // may move
	gone    []bool
	seats   []int32 // taken
	region  []int32
	plan    []int32
	waiting []int32
}

func (d *declining) sit(p, o, n int32) {
	d.seats[o] += n
	for i := d.Posts[o].Region; i >= 0; i = d.Regions[i].Parent {
		d.region[i] += n
	}
	for i := d.group[p]; i >= 0; i = d.outer(i) {
		d.plan[i] += n
	}
}

// reserve lists the single people without a post, by lottery.
func (d *declining) reserve() []int32 {
	var list []int32
	for p := range d.at {
		if d.at[p] < 0 && !d.gone[p] && d.couple[p] < 0 && d.locked[p] < 0 {
			list = append(list, int32(p))
		}
	}
	slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(d.person[a], d.person[b]) })
	return list
}

// within says whether a country plan has room for one more.
func (d *declining) within(p int32) bool {
	for i := d.group[p]; i >= 0; i = d.outer(i) {
		if int(d.plan[i]) >= d.Quotas[i].Max {
			return false
		}
	}
	return true
}

// open says whether a post has a seat under every cap.
func (d *declining) open(o int32) bool {
	ok := int(d.seats[o]) < d.Posts[o].Seats
	d.caps(o, func(region int) { ok = ok && int(d.region[region]) < d.Regions[region].Cap })
	return ok
}

// step is how a post was reached: who would move there, from which post, and what that costs.
type step struct {
	person, from int32 // from -1: unplaced
	asked        int32 // the post this made room for; where a cap binds it is not the one left
	cost         int32
}

// fill places one more person along the way that moves the fewest, false when nobody can be placed.
func (d *declining) fill() bool {
	reached := map[int32]step{}
	var queue []int32
	ask := func(p, from, asked, cost int32) {
		for _, e := range d.of(p) {
			if e.post == from {
				continue
			}
			total := cost
			if from >= 0 {
				total += d.costs(p, from, e.post)
			}
			if s, seen := reached[e.post]; !seen || total < s.cost {
				reached[e.post] = step{p, from, asked, total}
				queue = append(queue, e.post)
			}
		}
	}
	for _, p := range d.waiting {
		if d.within(p) {
			ask(p, -1, -1, 0)
		}
	}
	for steps := 0; len(queue) > 0 && steps < 40*len(d.Posts)+100; steps++ {
		o := queue[0]
		queue = queue[1:]
		cost := reached[o].cost
		if d.open(o) {
			continue
		}
		for _, p := range d.leavers(o) {
			ask(p, d.at[p], o, cost)
		}
	}
	for {
		best := int32(-1)
		for o, s := range reached {
			if d.open(o) && (best < 0 || d.better(o, s, best, reached[best])) {
				best = o
			}
		}
		if best < 0 {
			return false
		}
		if way := d.way(best, reached); way != nil {
			d.move(way)
			return true
		}
		delete(reached, best)
	}
}

// leavers are the people who make room at a post: its own, or anybody under the cap that binds while it has a seat.
func (d *declining) leavers(o int32) []int32 {
	var list []int32
	posts := []int32{o}
	if int(d.seats[o]) < d.Posts[o].Seats {
		posts = nil
		root := -1
		d.caps(o, func(region int) {
			if int(d.region[region]) >= d.Regions[region].Cap && root < 0 {
				root = region
			}
		})
		for x := range d.Posts {
			d.caps(int32(x), func(region int) {
				if region == root {
					posts = append(posts, int32(x))
				}
			})
		}
	}
	for _, x := range posts {
		for _, p := range d.held[x] {
			if d.free[p] {
				list = append(list, p)
			}
		}
	}
	slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(d.person[a], d.person[b]) })
	return list
}

// costs is 1 for a person who moves for the first time, 0 for another move, -1 for going back.
func (d *declining) costs(p, from, to int32) int32 {
	switch {
	case d.was[p] == from:
		return 1
	case d.was[p] == to:
		return -1
	}
	return 0
}

// better compares two ends: fewest moves, then the wish of who arrives, then the lottery of the post.
func (d *declining) better(o int32, s step, best int32, t step) bool {
	return cmp.Or(cmp.Compare(s.cost, t.cost), cmp.Compare(d.tierOf(s.person, o), d.tierOf(t.person, best)),
		cmp.Compare(d.person[s.person], d.person[t.person]), cmp.Compare(d.draw.post[o], d.draw.post[best])) < 0
}

// hop is one person on the way.
type hop struct {
	step
	to int32
}

// way lists the hops from a free seat back to the person who gets a place; nil when somebody would have to hop twice.
func (d *declining) way(o int32, reached map[int32]step) []hop {
	var list []hop
	seen := map[int32]bool{}
	for {
		s, there := reached[o]
		if !there || seen[s.person] {
			return nil
		}
		seen[s.person] = true
		list = append(list, hop{s, o})
		if s.from < 0 {
			return list
		}
		o = s.asked
	}
}

// move seats everybody on the way.
func (d *declining) move(way []hop) {
	for _, h := range way {
		if h.from >= 0 {
			d.sit(h.person, h.from, -1)
			d.held[h.from] = slices.DeleteFunc(d.held[h.from], func(x int32) bool { return x == h.person })
		} else {
			d.waiting = slices.DeleteFunc(d.waiting, func(x int32) bool { return x == h.person })
		}
		d.at[h.person] = h.to
		d.held[h.to] = append(d.held[h.to], h.person)
		d.sit(h.person, h.to, 1)
	}
}

// fillCouples seats couples without a place where both seats are free.
func (d *declining) fillCouples() {
	for i, c := range d.Couples {
		if d.at[c.A] >= 0 || d.at[c.B] >= 0 || d.gone[c.A] || d.gone[c.B] || !d.within(c.A) || !d.within(c.B) {
			continue
		}
		for _, pair := range d.pairs[i] {
			if d.seatBoth(c, pair) {
				break
			}
		}
	}
}

func (d *declining) seatBoth(c Couple, pair ranked) bool {
	var done [][2]int32
	for k, p := range []int32{c.A, c.B} {
		o := []int32{pair.a, pair.b}[k]
		if o < 0 {
			continue
		}
		if !d.open(o) || !d.within(p) {
			for _, one := range done {
				d.sit(one[0], one[1], -1)
				d.at[one[0]] = -1
			}
			return false
		}
		d.sit(p, o, 1)
		d.at[p] = o
		done = append(done, [2]int32{p, o})
	}
	return len(done) > 0
}

func (d *declining) answer() *Rematch {
	r := &Rematch{Assignment: d.at, Changes: []Change{}, Vacant: []string{}}
	for p := range d.at {
		if d.at[p] != d.was[p] && !d.gone[p] {
			r.Changes = append(r.Changes, d.change(int32(p), d.was[p], d.at[p]))
		}
	}
	before := make([]int32, len(d.Posts))
	for _, o := range d.was {
		if o >= 0 {
			before[o]++
		}
	}
	for o := range d.Posts {
		if d.seats[o] < before[o] {
			r.Vacant = append(r.Vacant, d.Posts[o].ID)
		}
	}
	return r
}

// change writes one person's change.
func (m *Market) change(p, from, to int32) Change {
	c := Change{Person: m.People[p].ID, From: m.name(from), To: m.name(to)}
	for _, one := range []struct {
		o    int32
		tier **int
	}{{from, &c.TierFrom}, {to, &c.TierTo}} {
		if one.o >= 0 {
			tier := m.tierOf(p, one.o) + 1
			*one.tier = &tier
		}
	}
	return c
}
