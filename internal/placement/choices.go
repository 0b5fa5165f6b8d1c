package placement

import (
	"slices"
)

// everyChoice looks through everything the couples could hold, in rounds small enough and without caps. For each choice the
// members apply to that one post; when all are taken, the matching best for the posts blocks least, and the one best for the
// people is kept when it is as good. So a stable matching is found whenever there is one.
func (m *Market) everyChoice(fewest int) (best Assignment, blocks int) {
	blocks = fewest
	probe := m.clearingOf()
	choices := 1
	for _, pairs := range m.pairs {
		if choices *= len(pairs) + 1; choices > mostChoices || len(m.People) > 400 {
			return nil, blocks
		}
	}
	if len(probe.all) > 0 {
		return nil, blocks
	}
	chosen := make([]int, len(m.Couples))
	for range choices {
		for _, at := range m.forChoice(chosen) {
			if n, _ := m.blocking(at, 1); n.total() < blocks {
				best, blocks = at, n.total()
			}
		}
		if blocks == 0 {
			break
		}
		for i := range chosen {
			if chosen[i]++; chosen[i] <= len(m.pairs[i]) {
				break
			}
			chosen[i] = 0
		}
	}
	return best, blocks
}

// forChoice gives the matching best for the people and the one best for the posts when every couple holds the chosen pair
// (the one after the last is none); nothing when a member is turned away.
func (m *Market) forChoice(chosen []int) []Assignment {
	c := m.clearingOf()
	c.reverse()
	only := map[int32]int32{}
	var stack []int32
	for i, couple := range m.Couples {
		if c.blockedOut(couple) || chosen[i] == len(m.pairs[i]) {
			continue
		}
		pair := m.pairs[i][chosen[i]]
		for k, p := range []int32{couple.A, couple.B} {
			o := []int32{pair.a, pair.b}[k]
			if c.out[p] || o < 0 {
				continue
			}
			only[p] = o
			stack = c.offer(p, o, m.classOf(p, o), stack)
		}
	}
	c.singlesWith(append(stack, c.everySingle()...))
	for p, o := range only {
		if c.at[p] != o {
			return nil
		}
	}
	return []Assignment{slices.Clone(c.at), c.postsPropose(only)}
}

// singlesWith is singles where a displaced member just stays out.
func (c *clearing) singlesWith(stack []int32) {
	alone := stack[:0:0]
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if c.m.couple[p] >= 0 {
			continue
		}
		for c.at[p] < 0 && c.next[p] < c.m.start[p+1] {
			e := c.m.edges[c.next[p]]
			c.next[p]++
			alone = c.offer(p, e.post, e.class, alone[:0])
			for _, q := range alone {
				if q != p {
					stack = append(stack, q)
				}
			}
		}
	}
}

// postsPropose is deferred acceptance from the other side.
func (c *clearing) postsPropose(only map[int32]int32) Assignment {
	m := c.m
	at := Assignment(filled(len(m.People)))
	copy(at, m.locked)
	lists := make([][]applicant, len(m.Posts))
	for o := range lists {
		lists[o] = slices.Clone(c.rev[o])
	}
	for p, o := range only {
		class := m.classOf(p, o)
		lists[o] = append(lists[o], applicant{holder: holder{m.score(p, class), p}})
	}
	for o := range lists {
		slices.SortFunc(lists[o], func(a, b applicant) int {
			switch {
			case a.score < b.score:
				return -1
			case a.score > b.score:
				return 1
			}
			return 0
		})
	}
	taken := make([]int32, len(m.Posts))
	position := make([]int32, len(m.People))
	for open := true; open; {
		open = false
		for o := range lists {
			for taken[o] < c.free[o] && len(lists[o]) > 0 {
				a := lists[o][0]
				lists[o] = lists[o][1:]
				if at[a.person] >= 0 && position[a.person] < a.position {
					continue
				}
				if before := at[a.person]; before >= 0 {
					taken[before]--
				}
				at[a.person], position[a.person] = int32(o), a.position
				taken[o]++
				open = true
			}
		}
	}
	return at
}
