package placement

import (
	"cmp"
	"slices"
)

// solved is one answer of the balanced mechanism.
type solved struct {
	at     Assignment
	values []int64   // per level, more is better
	duals  [][]int64 // per level of the last flow, by node
	net    *network
	spread bool    // whether people changed places afterwards to spread nationalities
	exact  bool    // whether the search over couples was complete
	root   *solved // that relaxation, nil when it is the answer itself
	bound  []int64 // of the relaxation in which couples are single people
}

// search looks for the best choice of pairs for couples: bound by the flow in which undecided couples are single people.
type search struct {
	m      *Market
	levels []level
	fixed  []int32
	ready  []bool // couples that have a pair at all
	best   *solved
	left   int // flows that may still be solved
	done   bool
}

// mostWork bounds the search over couples: arcs times flows, a matter of seconds.
const mostWork = 6_000_000

// balanced runs the mechanism: lexicographic flow, couples by branch and bound as far as the work allows, by price beyond.
func (m *Market) balanced() *solved {
	s := &search{m: m, levels: m.levels(), fixed: slices.Clone(m.locked), done: true}
	s.prepare()
	root := s.relax(s.fixed)
	if s.settled(root) {
		root.values = m.measure(s.levels, root.at)
		root.exact, root.bound = !slices.Contains(m.cut, true), root.values
		if len(m.Couples) > 0 {
			root.root = &solved{at: slices.Clone(root.at), duals: root.duals, net: root.net}
		}
		s.spreadOut(root)
		return root
	}
	s.left = mostWork / (len(root.net.labels)*len(s.levels) + 100)
	s.incumbent(root)
	s.branch(s.fixed, root)
	s.best.exact = s.done && !slices.Contains(m.cut, true)
	s.best.bound, s.best.root = root.values, root
	if s.best.exact {
		s.best.bound = s.best.values
	}
	s.spreadOut(s.best)
	return s.best
}

// prepare leaves couples without any pair unplaced: they are escalated.
func (s *search) prepare() {
	m := s.m
	s.ready = make([]bool, len(m.Couples))
	for i, c := range m.Couples {
		s.ready[i] = len(m.pairs[i]) > 0
		if !s.ready[i] {
			for _, p := range []int32{c.A, c.B} {
				if m.locked[p] < 0 {
					s.fixed[p] = -2
				}
			}
		}
	}
}

// open couples are those not decided yet.
func (s *search) open(fixed []int32, i int) bool {
	c := s.m.Couples[i]
	return s.ready[i] && (fixed[c.A] == -1 || fixed[c.B] == -1)
}

// relax solves the flow with undecided couples as single people who may only sit where a pair of theirs does.
func (s *search) relax(fixed []int32) *solved {
	m := s.m
	restrict := only{}
	for i, c := range m.Couples {
		if !s.open(fixed, i) || m.cut[i] {
			continue
		}
		restrict[c.A], restrict[c.B] = map[int32]bool{}, map[int32]bool{}
		for _, pair := range m.pairs[i] {
			restrict[c.A][pair.a], restrict[c.B][pair.b] = true, true
		}
	}
	net := m.build(fixed, restrict)
	duals := net.solve(s.levels)
	at := net.read(fixed)
	values := m.measure(s.levels, at)
	for i := range s.levels {
		if s.levels[i].name == "couples" {
			values[i] = s.couplesAtMost(fixed, at)
		}
	}
	return &solved{at: at, values: values, duals: duals, net: net}
}

// couplesAtMost counts the decided couples together and all undecided.
func (s *search) couplesAtMost(fixed []int32, at Assignment) int64 {
	n := int64(0)
	for i, c := range s.m.Couples {
		if s.open(fixed, i) || (at[c.A] >= 0 || at[c.B] >= 0) && s.m.rankOf(i, at[c.A], at[c.B]) < 1<<30 {
			n++
		}
	}
	return n
}

// settled says whether every couple holds one of its pairs, or neither member a post and nothing could be had.
func (s *search) settled(r *solved) bool {
	for i := range s.m.Couples {
		if s.ready[i] && !s.holds(i, r.at) {
			return false
		}
	}
	return true
}

func (s *search) holds(i int, at Assignment) bool {
	c := s.m.Couples[i]
	return s.m.rankOf(i, at[c.A], at[c.B]) < 1<<30
}

// branch decides one couple after the other, best prices first, and drops what cannot beat the best answer.
func (s *search) branch(fixed []int32, r *solved) {
	if s.best != nil && slices.Compare(r.values, s.best.values) <= 0 {
		return
	}
	at := -1
	for i := range s.m.Couples {
		if s.open(fixed, i) && !s.holds(i, r.at) {
			at = i
			break
		}
	}
	if at < 0 {
		// Undecided couples hold pairs of theirs by themselves.
		r.values = s.m.measure(s.levels, r.at)
		if s.best == nil || slices.Compare(r.values, s.best.values) > 0 {
			s.best = r
		}
		return
	}
	c := s.m.Couples[at]
	for _, pair := range append(s.priced(at, fixed, r), ranked{-2, -2, 0}) {
		if s.left--; s.left < 0 {
			s.done = false
			return
		}
		next := slices.Clone(fixed)
		s.decide(next, c, pair.a, pair.b)
		s.branch(next, s.relax(next))
	}
}

// decide fixes the members of a couple, "no post" too; a member who is locked stays.
func (s *search) decide(fixed []int32, c Couple, a, b int32) {
	for k, p := range []int32{c.A, c.B} {
		if s.m.locked[p] >= 0 {
			continue
		}
		if fixed[p] = []int32{a, b}[k]; fixed[p] < 0 {
			fixed[p] = -2
		}
	}
}

// incumbent is a first answer: couples take their cheapest pair in turn, then the flow is solved for the rest.
func (s *search) incumbent(root *solved) {
	m := s.m
	fixed := slices.Clone(s.fixed)
	turn := m.coupleOrder(0)
	slices.SortStableFunc(turn, func(a, b int32) int {
		return cmp.Compare(truth(!s.holds(int(a), root.at)), truth(!s.holds(int(b), root.at)))
	})
	for _, i := range turn {
		if !s.open(fixed, int(i)) {
			continue
		}
		c := m.Couples[i]
		if s.holds(int(i), root.at) {
			s.decide(fixed, c, root.at[c.A], root.at[c.B])
			continue
		}
		pairs := s.priced(int(i), fixed, root)
		if len(pairs) == 0 {
			s.decide(fixed, c, -1, -1)
			continue
		}
		s.decide(fixed, c, pairs[0].a, pairs[0].b)
	}
	s.best = s.relax(fixed)
	s.best.values = m.measure(s.levels, s.best.at)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// priced lists the pairs there is room for, the cheapest at the prices of the flow first.
func (s *search) priced(i int, fixed []int32, r *solved) []ranked {
	m := s.m
	c := m.Couples[i]
	seats := newRoom(m, fixed)
	type offer struct {
		ranked
		price []int64
	}
	first, second := s.prices(c.A, r), s.prices(c.B, r)
	var offers []offer
	for _, pair := range m.pairs[i] {
		if fixed[c.A] >= 0 && fixed[c.A] != pair.a || fixed[c.B] >= 0 && fixed[c.B] != pair.b || !seats.fits(c, pair, fixed) {
			continue
		}
		price := make([]int64, len(s.levels))
		for k := range price {
			if pair.a >= 0 && first[pair.a] != nil {
				price[k] += first[pair.a][k]
			}
			if pair.b >= 0 && second[pair.b] != nil {
				price[k] += second[pair.b][k]
			}
		}
		offers = append(offers, offer{pair, price})
	}
	slices.SortStableFunc(offers, func(a, b offer) int { return slices.Compare(a.price, b.price) })
	list := make([]ranked, len(offers))
	for k := range offers {
		list[k] = offers[k].ranked
	}
	return list
}

// prices gives the reduced cost of a person at every possible post, level by level.
func (s *search) prices(p int32, r *solved) map[int32][]int64 {
	of := map[int32][]int64{}
	if r.net.personAt[p] < 0 {
		return of
	}
	for _, e := range s.m.of(p) {
		if r.net.postAt[e.post] >= 0 {
			of[e.post] = s.m.price(p, e, s.levels, r)
		}
	}
	return of
}

// price of one pair at the potentials of an answer: what it would cost each level to force it.
func (m *Market) price(p int32, e edge, levels []level, r *solved) []int64 {
	price := make([]int64, len(levels))
	l := label{what: arcDirect, tier: e.tier, class: e.class, who: p}
	if m.Form == JET {
		l.merit = m.kinds.rows[m.kinds.row[p]].merit[e.post]
	}
	from, to := r.net.personAt[p], r.net.postAt[e.post]
	for k := range levels {
		if levels[k].flow {
			price[k] = levels[k].cost(&l) + r.duals[k][from] - r.duals[k][to]
		}
	}
	return price
}

// roomLeft counts seats and caps after some people are fixed.
type roomLeft struct {
	m      *Market
	seats  []int
	region []int
	plan   []int
}

func newRoom(m *Market, fixed []int32) *roomLeft {
	r := &roomLeft{m: m, seats: make([]int, len(m.Posts)), region: make([]int, len(m.Regions)), plan: make([]int, len(m.Quotas))}
	for o := range m.Posts {
		r.seats[o] = m.Posts[o].Seats
	}
	for i := range m.Regions {
		r.region[i] = m.Regions[i].Cap
	}
	for i := range m.Quotas {
		r.plan[i] = m.Quotas[i].Max
	}
	for p, o := range fixed {
		if o >= 0 {
			r.take(o, 1)
			r.count(int32(p), 1)
		}
	}
	return r
}

func (r *roomLeft) take(o int32, n int) {
	r.seats[o] -= n
	r.m.caps(o, func(region int) { r.region[region] -= n })
}

// count takes a person from the country plans.
func (r *roomLeft) count(p int32, n int) {
	for i := r.m.group[p]; i >= 0; i = r.m.outer(i) {
		r.plan[i] -= n
	}
}

// planned says whether no country plan is overdrawn for a person.
func (r *roomLeft) planned(p int32) bool {
	for i := r.m.group[p]; i >= 0; i = r.m.outer(i) {
		if r.plan[i] < 0 {
			return false
		}
	}
	return true
}

// free says whether a post has a seat under every cap.
func (r *roomLeft) free(o int32) bool {
	ok := r.seats[o] >= 0
	r.m.caps(o, func(region int) { ok = ok && r.region[region] >= 0 })
	return ok
}

// fits says whether the members not fixed yet both find room.
func (r *roomLeft) fits(c Couple, pair ranked, fixed []int32) bool {
	var posts, people []int32
	for k, p := range []int32{c.A, c.B} {
		if o := []int32{pair.a, pair.b}[k]; o >= 0 && fixed[p] < 0 {
			posts, people = append(posts, o), append(people, p)
		}
	}
	ok := true
	for _, p := range people {
		r.count(p, 1)
	}
	for _, p := range people {
		ok = ok && r.planned(p)
	}
	for _, p := range people {
		r.count(p, -1)
	}
	for _, o := range posts {
		r.take(o, 1)
	}
	for _, o := range posts {
		ok = ok && r.free(o)
	}
	for _, o := range posts {
		r.take(o, -1)
	}
	return ok
}
