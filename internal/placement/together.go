package placement

import (
	"cmp"
	"slices"
)

// mostOrders is how many orders of the couples are tried before the fewest blocking coalitions win.
const mostOrders = 24

// mostMoves is how often a couple may better itself; then it keeps the pair it gets, at the price of the few it would have to yield to.
const mostMoves = 12

// mostChoices bounds the exhaustive search over what every couple holds, for rounds small enough.
const mostChoices = 4096

// withCouples lets couples in one after another until none can better itself; orders are drawn from the seed.
func (m *Market) withCouples(base *clearing) Assignment {
	var best Assignment
	fewest := -1
	for try := range max(4, min(mostOrders, 400_000/(len(m.edges)+1))) {
		c := base
		if try > 0 {
			c = m.clearingOf()
			c.singles(c.everySingle())
		}
		c.reverse()
		c.joinIn(m.coupleOrder(uint64(try)))
		n, _ := m.blocking(c.at, 1)
		if fewest < 0 || n.total() < fewest {
			best, fewest = slices.Clone(c.at), n.total()
		}
		if fewest == 0 {
			return best
		}
	}
	if found, n := m.everyChoice(fewest); found != nil && n < fewest {
		return found
	}
	return best
}

// coupleOrder is the order of a try: by lottery at first, then drawn anew.
func (m *Market) coupleOrder(try uint64) []int32 {
	by := make([]int32, len(m.Couples))
	keys := make([]uint64, len(m.Couples))
	for i, c := range m.Couples {
		by[i] = int32(i)
		keys[i] = min(m.personKey[c.A], m.personKey[c.B])
		if try > 0 {
			keys[i] = mix(keys[i], try)
		}
	}
	slices.SortFunc(by, func(a, b int32) int { return cmp.Or(cmp.Compare(keys[a], keys[b]), cmp.Compare(a, b)) })
	return by
}

// reverse lists for every post the single people who may take a seat that falls free, best first.
func (c *clearing) reverse() {
	if c.rev != nil {
		return
	}
	m := c.m
	c.rev = make([][]applicant, len(m.Posts))
	for p := range m.People {
		if c.out[p] || m.couple[p] >= 0 {
			continue
		}
		for i := m.start[p]; i < m.start[p+1]; i++ {
			e := m.edges[i]
			c.rev[e.post] = append(c.rev[e.post], applicant{holder{c.score(int32(p), e.class), int32(p)}, i, e.class})
		}
	}
	for o := range c.rev {
		slices.SortFunc(c.rev[o], func(a, b applicant) int { return cmp.Compare(a.score, b.score) })
	}
}

// joinIn lets every couple better itself in turn until a whole turn changes nothing, or the steps run out.
func (c *clearing) joinIn(order []int32) {
	steps := 40 + 20*len(order)
	moved := make([]int, len(order))
	for changed := true; changed && steps > 0; {
		changed = false
		for _, i := range order {
			if moved[i] > mostMoves {
				continue
			}
			// A couple that goes round in circles displaces itself by its own moves. In the end it stays where it is taken.
			c.staying = moved[i] == mostMoves
			if c.better(i) {
				changed = true
				steps--
				moved[i]++
			}
			c.staying = false
			c.refill(&steps)
		}
	}
}

// stay makes the members of a couple first at the posts they have just been taken by.
func (c *clearing) stay(couple Couple) {
	for _, p := range []int32{couple.A, couple.B} {
		if o := c.at[p]; o >= 0 && !c.out[p] {
			c.leave(p)
			c.pinned[p] = true
			c.push(o, holder{c.score(p, 0), p})
		}
	}
}

// score orders people at a post as the market does, those pinned first.
func (c *clearing) score(p int32, class int32) int64 {
	if c.pinned[p] {
		return -1
	}
	return c.m.score(p, class)
}

// dissolve takes a couple out when one of them lost the seat; the other seat falls free.
func (c *clearing) dissolve(i int32) {
	couple := c.m.Couples[i]
	for _, p := range []int32{couple.A, couple.B} {
		if o := c.at[p]; o >= 0 && !c.out[p] {
			c.leave(p)
			c.vacate(o)
		}
	}
}

// vacate remembers posts with room: the post itself, or all that choose with it.
func (c *clearing) vacate(o int32) {
	if k := c.cluster[o]; k >= 0 {
		c.vacant = append(c.vacant, c.all[k].posts...)
		return
	}
	c.vacant = append(c.vacant, o)
}

// refill gives free seats to single people who want them more than what they hold.
func (c *clearing) refill(steps *int) {
	budget := 200 * (len(c.m.People) + 10)
	for len(c.vacant) > 0 && budget > 0 {
		o := c.vacant[len(c.vacant)-1]
		c.vacant = c.vacant[:len(c.vacant)-1]
		for _, a := range c.rev[o] {
			if budget--; budget < 0 {
				*steps = 0
				return
			}
			if !c.wants(a) {
				continue
			}
			if !c.moveUp(o, a) {
				break
			}
		}
	}
}

// wants says whether an applicant likes the post better than the one held: earlier in the person's order.
func (c *clearing) wants(a applicant) bool {
	held := c.at[a.person]
	if held < 0 {
		return true
	}
	for i := c.m.start[a.person]; i < a.position; i++ {
		if c.m.edges[i].post == held {
			return false
		}
	}
	return c.m.edges[a.position].post != held
}

// moveUp gives the seat to an applicant if the post takes them; the seat left behind falls free.
func (c *clearing) moveUp(o int32, a applicant) bool {
	before := c.at[a.person]
	if c.cluster[o] < 0 && int32(len(c.held[o])) >= c.free[o] && (c.free[o] == 0 || c.held[o][0].score < a.score) {
		return false
	}
	var old holder
	if before >= 0 {
		old = c.leave(a.person)
	}
	away := c.offer(a.person, o, a.class, nil)
	if slices.Contains(away, a.person) {
		c.undo(away, a.person)
		if before >= 0 {
			c.push(before, old)
		}
		return false
	}
	c.next[a.person] = a.position + 1
	if before >= 0 {
		c.vacate(before)
	}
	c.singles(away)
	return true
}

// undo seats again those a refused newcomer had displaced.
func (c *clearing) undo(away []int32, newcomers ...int32) {
	for _, p := range away {
		if !slices.Contains(newcomers, p) {
			o := c.last[p]
			c.push(o, holder{c.score(p, c.m.classOf(p, o)), p})
		}
	}
}

// better moves a couple to the best pair that takes both, if that is better than what they hold.
func (c *clearing) better(i int32) bool {
	m := c.m
	couple := m.Couples[i]
	if c.out[couple.A] && c.out[couple.B] || c.blockedOut(couple) {
		return false
	}
	held := m.rankOf(int(i), c.at[couple.A], c.at[couple.B])
	for _, pair := range m.pairs[i] {
		if pair.rank >= held {
			return false
		}
		if c.mayTake(couple.A, pair.a) && c.mayTake(couple.B, pair.b) && c.moveTo(couple, pair) {
			return true
		}
	}
	return false
}

// blockedOut says whether a member is beyond a quota.
func (c *clearing) blockedOut(couple Couple) bool {
	return c.out[couple.A] && c.m.locked[couple.A] < 0 || c.out[couple.B] && c.m.locked[couple.B] < 0
}

// mayTake is the quick look: whether a post could take a member at all.
func (c *clearing) mayTake(p, o int32) bool {
	if o < 0 || c.at[p] == o || c.cluster[o] >= 0 {
		return true
	}
	if int32(len(c.held[o])) < c.free[o] {
		return true
	}
	if c.free[o] == 0 {
		return false
	}
	if c.held[o][0].score > c.score(p, c.m.classOf(p, o)) {
		return true
	}
	other := c.held[o]
	i := c.m.couple[p]
	return slices.ContainsFunc(other, func(h holder) bool { return c.m.couple[h.person] == i })
}

// moveTo tries one pair: both leave what they hold, both must be taken, else all is as before.
func (c *clearing) moveTo(couple Couple, pair ranked) bool {
	m := c.m
	var from [2]int32
	members, posts := [2]int32{couple.A, couple.B}, [2]int32{pair.a, pair.b}
	for k, p := range members {
		from[k] = c.at[p]
		if !c.out[p] && from[k] >= 0 {
			c.leave(p)
		}
	}
	var away []int32
	for k, p := range members {
		if !c.out[p] && posts[k] >= 0 {
			c.push(posts[k], holder{c.score(p, m.classOf(p, posts[k])), p})
		}
	}
	for k, p := range members {
		if !c.out[p] && posts[k] >= 0 {
			away = c.trim(posts[k], away)
		}
	}
	if !slices.Contains(away, couple.A) && !slices.Contains(away, couple.B) {
		for k := range members {
			if from[k] >= 0 && from[k] != posts[k] {
				c.vacate(from[k])
			}
		}
		if c.staying {
			c.stay(couple)
		}
		c.singles(away)
		return true
	}
	c.undo(away, couple.A, couple.B)
	for k, p := range members {
		if c.out[p] {
			continue
		}
		if c.at[p] >= 0 {
			c.leave(p)
		}
		if from[k] >= 0 {
			c.push(from[k], holder{c.score(p, m.classOf(p, from[k])), p})
		}
	}
	return false
}

// trim lets a post, or its cluster, turn away who is too many.
func (c *clearing) trim(o int32, out []int32) []int32 {
	if k := c.cluster[o]; k >= 0 {
		return c.settle(c.all[k], out)
	}
	for int32(len(c.held[o])) > c.free[o] {
		out = append(out, c.pop(o))
	}
	return out
}
