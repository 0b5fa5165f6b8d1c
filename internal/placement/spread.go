package placement

import "slices"

// mostPrices bounds the search for exchanges that spread nationalities.
const mostPrices = 400_000

// spreading exchanges people of different nationalities between coordinating bodies where no level above loses anything: only along pairs
// whose price is nothing at every level. It is a local search; the bound printed beside it is not.
type spreading struct {
	*search
	best   *solved
	last   int // levels above spread
	count  map[[2]int32]int64
	nation []int32
	held   [][]int32
	left   int
	any    bool
}

// spreadOut improves an answer in place.
func (s *search) spreadOut(best *solved) {
	m := s.m
	x := &spreading{search: s, best: best, count: map[[2]int32]int64{}, nation: filled(len(m.People)), held: make([][]int32, len(m.Posts)), left: mostPrices}
	x.last = slices.IndexFunc(s.levels, func(l level) bool { return l.name == "spread" })
	if x.last < 0 {
		return
	}
	names := map[string]int32{}
	for p := range m.People {
		n := m.People[p].Nationality
		if n == "" {
			continue
		}
		if _, ok := names[n]; !ok {
			names[n] = int32(len(names))
		}
		x.nation[p] = names[n]
	}
	for p, o := range best.at {
		if o >= 0 {
			x.held[o] = append(x.held[o], int32(p))
			x.add(int32(p), o, 1)
		}
	}
	by := make([]int32, len(m.People))
	for p := range by {
		by[m.person[p]] = int32(p)
	}
	for moved := true; moved && x.left > 0; {
		moved = false
		for _, p := range by {
			moved = x.exchange(p) || moved
		}
	}
	best.spread = x.any
}

func (x *spreading) add(p, o int32, n int64) {
	if g := x.m.Posts[o].Region; g >= 0 && x.nation[p] >= 0 {
		x.count[[2]int32{int32(g), x.nation[p]}] += n
	}
}

// of counts the people of a nationality in a region.
func (x *spreading) of(region int, nation int32) int64 {
	if region < 0 || nation < 0 {
		return 0
	}
	return x.count[[2]int32{int32(region), nation}]
}

// exchange looks for somebody elsewhere to change places with, so that fewer people of one nationality share a region.
func (x *spreading) exchange(p int32) bool {
	m, from := x.m, x.best.at[p]
	if from < 0 || !x.moves(p) || x.nation[p] < 0 {
		return false
	}
	here := m.Posts[from].Region
	if here < 0 || x.of(here, x.nation[p]) < 2 {
		return false
	}
	for _, e := range m.of(p) {
		there := m.Posts[e.post].Region
		if there == here || there >= 0 && x.of(there, x.nation[p])+1 >= x.of(here, x.nation[p]) || len(x.held[e.post]) == 0 {
			continue
		}
		if !x.freely(p, e.post) {
			continue
		}
		for _, q := range x.held[e.post] {
			if x.nation[q] == x.nation[p] || !x.moves(q) {
				continue
			}
			gain := x.of(here, x.nation[p]) - 1 - x.of(there, x.nation[p])
			if x.nation[q] >= 0 && there >= 0 {
				gain += x.of(there, x.nation[q]) - 1
			}
			gain -= x.of(here, x.nation[q])
			if gain > 0 && x.freely(q, from) {
				x.swap(p, q)
				return true
			}
		}
		if x.left <= 0 {
			return false
		}
	}
	return false
}

// moves says whether a person is alone and not fixed.
func (x *spreading) moves(p int32) bool { return x.m.couple[p] < 0 && x.best.net.personAt[p] >= 0 }

// freely says whether a pair costs nothing at any level above.
func (x *spreading) freely(p, o int32) bool {
	e := x.m.edge(p, o)
	if x.left--; e == nil || x.left < 0 || x.best.net.postAt[o] < 0 {
		return false
	}
	for _, c := range x.m.price(p, *e, x.levels[:x.last], x.best) {
		if c != 0 {
			return false
		}
	}
	return true
}

func (x *spreading) swap(p, q int32) {
	a, b := x.best.at[p], x.best.at[q]
	x.add(p, a, -1)
	x.add(q, b, -1)
	x.best.at[p], x.best.at[q] = b, a
	x.add(p, b, 1)
	x.add(q, a, 1)
	x.held[a][slices.Index(x.held[a], p)] = q
	x.held[b][slices.Index(x.held[b], q)] = p
	x.any = true
}

// spread counts, per coordinating body and nationality, the pairs of people who share it: the k-th of a nationality costs k-1.
func (m *Market) spread(at Assignment) int64 {
	type key struct {
		region int
		nation string
	}
	count, sum := map[key]int64{}, int64(0)
	for p, o := range at {
		if o < 0 || m.Posts[o].Region < 0 || m.People[p].Nationality == "" {
			continue
		}
		k := key{m.Posts[o].Region, m.People[p].Nationality}
		sum += count[k]
		count[k]++
	}
	return sum
}

// spreadBound is what spread cannot fall below: everybody placed of a nationality divided evenly over all regions there are, when those
// without a post are all of that nationality.
func (m *Market) spreadBound(at Assignment) int64 {
	total, out := map[string]int64{}, int64(0)
	for p, o := range at {
		if o < 0 || m.Posts[o].Region < 0 {
			out++
		}
		total[m.People[p].Nationality]++
	}
	regions := int64(0)
	for i := range m.Regions {
		if slices.ContainsFunc(m.Posts, func(o Post) bool { return o.Region == i && o.Seats > 0 }) {
			regions++
		}
	}
	bound := int64(0)
	for nation, n := range total {
		if n -= out; nation == "" || n <= 0 || regions == 0 {
			continue
		}
		each, more := n/regions, n%regions
		bound += regions*each*(each-1)/2 + more*each
	}
	return bound
}
