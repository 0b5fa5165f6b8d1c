package placement

import (
	"cmp"
	"slices"
)

// mostPairs bounds the pairs of posts kept for all couples together; beyond it every couple keeps its best.
const mostPairs = 3_000_000

// joinCouples ranks the pairs of posts of every couple: those given, or all within reach.
func (m *Market) joinCouples() {
	m.pairs, m.cut = make([][]ranked, len(m.Couples)), make([]bool, len(m.Couples))
	if len(m.Couples) == 0 {
		return
	}
	reach := m.reach()
	room := mostPairs / len(m.Couples)
	for i, c := range m.Couples {
		switch {
		case c.Given:
			m.pairs[i] = m.givenPairs(c)
		default:
			m.pairs[i] = m.reachPairs(c, reach)
			if len(m.pairs[i]) > room {
				m.pairs[i] = slices.Clone(m.pairs[i][:room])
				m.cut[i] = true
			}
		}
	}
}

// givenPairs keeps the pairs of the input both posts accept.
func (m *Market) givenPairs(c Couple) []ranked {
	var list []ranked
	for rank, pair := range c.Pairs {
		if m.possible(c.A, pair.A) && m.possible(c.B, pair.B) {
			list = append(list, ranked{pair.A, pair.B, int32(rank)})
		}
	}
	return list
}

func (m *Market) possible(p, o int32) bool {
	if m.locked[p] >= 0 {
		return m.locked[p] == o
	}
	return o < 0 || m.edge(p, o) != nil
}

// reach lists for every post those near enough for a couple, with the class of the way: 0 same place, 1 half the limit, 2 the rest.
func (m *Market) reach() [][]ranked {
	near := make([][]ranked, len(m.Posts))
	limit := m.Config.CoupleMinutes
	for a := range m.Posts {
		for b := range m.Posts {
			minutes, known := m.apart(int32(a), int32(b))
			if !known || minutes > limit {
				continue
			}
			way := int32(2)
			if minutes == 0 {
				way = 0
			} else if minutes*2 <= limit {
				way = 1
			}
			near[a] = append(near[a], ranked{int32(a), int32(b), way})
		}
	}
	return near
}

// reachPairs makes the joint list: sum of the tiers, then the worse tier, then the way.
func (m *Market) reachPairs(c Couple, reach [][]ranked) []ranked {
	second := map[int32]int32{}
	for _, e := range m.of(c.B) {
		if m.possible(c.B, e.post) {
			second[e.post] = int32(e.tier)
		}
	}
	var list []ranked
	wide := int32(m.tiers + 1)
	for _, e := range m.of(c.A) {
		if !m.possible(c.A, e.post) {
			continue
		}
		for _, other := range reach[e.post] {
			tier, ok := second[other.b]
			if !ok || other.b == e.post && m.Posts[e.post].Seats < 2 {
				continue
			}
			sum, worse := int32(e.tier)+tier, max(int32(e.tier), tier)
			list = append(list, ranked{e.post, other.b, (sum*wide+worse)*3 + other.rank})
		}
	}
	key := m.personKey[c.A] ^ m.personKey[c.B]
	slices.SortFunc(list, func(x, y ranked) int {
		if x.rank != y.rank {
			return cmp.Compare(x.rank, y.rank)
		}
		return cmp.Or(cmp.Compare(mix(mix(key, m.postKey[x.a]), m.postKey[x.b]), mix(mix(key, m.postKey[y.a]), m.postKey[y.b])),
			cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return list
}

// rankOf is the rank of the pair a couple holds, worse than all when it is none of its pairs.
func (m *Market) rankOf(i int, a, b int32) int32 {
	worst := int32(1 << 30)
	for _, pair := range m.pairs[i] {
		if pair.a == a && pair.b == b {
			return pair.rank
		}
	}
	return worst
}
