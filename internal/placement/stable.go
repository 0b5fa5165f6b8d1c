package placement

import (
	"slices"
)

// holder is a person held by a post, ordered by score.
type holder struct {
	score  int64
	person int32
}

// clearing is one run of deferred acceptance. Posts hold heaps with the worst on top; posts under a cap choose together.
type clearing struct {
	m       *Market
	at      Assignment
	next    []int32 // the next edge a person proposes to
	held    [][]holder
	free    []int32 // seats not locked
	cluster []int32 // per post: capped regions choosing together, -1 = alone
	all     []*cluster
	staying bool   // the couple that moves next is not displaced any more
	pinned  []bool // members of couples that are not displaced any more
	out     []bool // takes no part: locked, or beyond a quota
	rev     [][]applicant
	vacant  []int32
	last    []int32 // the last post of everybody, to seat again who was displaced in vain
}

// applicant is a possible single person of a post, for seats that fall free again.
type applicant struct {
	holder
	position int32
	class    int32
}

// cluster is a tree of capped regions: its posts in order, their targets, the room of each region.
type cluster struct {
	posts   []int32
	target  []int32
	regions []int
	room    map[int]int32
	numbers []int32
}

// clearingOf prepares a run: locked people hold their seats, people beyond a quota stand aside by lottery.
func (m *Market) clearingOf() *clearing {
	m.sort()
	c := &clearing{m: m, at: Assignment(filled(len(m.People))), next: slices.Clone(m.start[:len(m.People)]), held: make([][]holder, len(m.Posts)),
		free: make([]int32, len(m.Posts)), last: filled(len(m.People)), pinned: make([]bool, len(m.People)), out: m.beyondQuota()}
	for o := range m.Posts {
		c.free[o] = int32(m.Posts[o].Seats)
	}
	for p, o := range m.locked {
		if o >= 0 {
			c.at[p], c.out[p] = o, true
			c.free[o]--
		}
	}
	c.clusters()
	return c
}

// beyondQuota marks people above the country plans: the last of the lottery stand aside, with their partners.
func (m *Market) beyondQuota() []bool {
	out := make([]bool, len(m.People))
	if len(m.Quotas) == 0 {
		return out
	}
	room := make([]int, len(m.Quotas))
	for i, q := range m.Quotas {
		room[i] = q.Max
	}
	by := make([]int32, len(m.People))
	for p, place := range m.person {
		by[place] = int32(p)
	}
	take := func(p int32) {
		g := m.group[p]
		for i := g; i >= 0; i = m.outer(i) {
			if room[i] <= 0 {
				out[p] = m.locked[p] < 0
			}
		}
		if !out[p] {
			for i := g; i >= 0; i = m.outer(i) {
				room[i]--
			}
		}
	}
	for _, locked := range []bool{true, false} {
		for _, p := range by {
			if (m.locked[p] >= 0) == locked {
				take(p)
			}
		}
	}
	for _, c := range m.Couples {
		if out[c.A] || out[c.B] {
			out[c.A], out[c.B] = m.locked[c.A] < 0, m.locked[c.B] < 0
		}
	}
	return out
}

// clusters groups posts under the outermost capped region above them.
func (c *clearing) clusters() {
	m := c.m
	c.cluster = filled(len(m.Posts))
	byRoot := map[int]*cluster{}
	index := map[int]int32{}
	for o := range m.Posts {
		root := -1
		m.caps(int32(o), func(region int) { root = region })
		if root < 0 {
			continue
		}
		if byRoot[root] == nil {
			byRoot[root] = &cluster{room: map[int]int32{}}
			index[root] = int32(len(c.all))
			c.all = append(c.all, byRoot[root])
		}
		k := byRoot[root]
		k.posts = append(k.posts, int32(o))
		c.cluster[o] = index[root]
		m.caps(int32(o), func(region int) { k.room[region] = int32(m.Regions[region].Cap) })
	}
	for p, o := range m.locked {
		if o >= 0 && c.cluster[o] >= 0 && m.locked[p] >= 0 {
			m.caps(o, func(region int) { c.all[c.cluster[o]].room[region]-- })
		}
	}
	for _, k := range c.all {
		turn := make(map[int32]int, len(k.posts))
		for _, o := range k.posts {
			turn[o] = m.turn(o)
		}
		slices.SortFunc(k.posts, func(a, b int32) int { return turn[a] - turn[b] })
		k.numbers = make([]int32, len(k.posts))
		for _, o := range k.posts {
			locked := int32(m.Posts[o].Seats) - c.free[o]
			k.target = append(k.target, max(0, min(c.free[o], m.target(o)-locked)))
		}
		for region := range k.room {
			k.regions = append(k.regions, region)
		}
		slices.Sort(k.regions)
	}
}

// turn orders the posts of a capped region: as given, then by lottery.
func (m *Market) turn(o int32) int {
	if i := slices.Index(m.Regions[m.Posts[o].Region].Order, o); i >= 0 {
		return i
	}
	return len(m.Posts) + int(m.draw.post[o])
}

// target of a post in its region.
func (m *Market) target(o int32) int32 { return m.targets[o] }

// allTargets are as given, else the share of each post in the cap of its region by seats, rounded down.
func (m *Market) allTargets() []int32 {
	seats := make([]int, len(m.Regions))
	for o := range m.Posts {
		if i := m.Posts[o].Region; i >= 0 {
			seats[i] += m.Posts[o].Seats
		}
	}
	targets := make([]int32, len(m.Posts))
	for o := range m.Posts {
		i, n := m.Posts[o].Region, m.Posts[o].Seats
		switch {
		case i < 0:
			targets[o] = int32(n)
		case m.Regions[i].Targets != nil:
			targets[o] = int32(m.Regions[i].Targets[int32(o)])
		case m.Regions[i].Cap >= 0 && seats[i] > 0:
			targets[o] = int32(min(n, m.Regions[i].Cap*n/seats[i]))
		}
	}
	return targets
}

// offer lets a person ask a post; those turned away are appended to out, possibly the person.
func (c *clearing) offer(p, o int32, class int32, out []int32) []int32 {
	h := holder{c.score(p, class), p}
	held := c.held[o]
	if c.cluster[o] < 0 {
		if int32(len(held)) >= c.free[o] && (c.free[o] == 0 || held[0].score < h.score) {
			return append(out, p)
		}
		c.push(o, h)
		if int32(len(c.held[o])) > c.free[o] {
			out = append(out, c.pop(o))
		}
		return out
	}
	c.push(o, h)
	return c.settle(c.all[c.cluster[o]], out)
}

func (c *clearing) push(o int32, h holder) {
	heap := append(c.held[o], h)
	i := len(heap) - 1
	for i > 0 {
		up := (i - 1) / 2
		if heap[up].score >= heap[i].score {
			break
		}
		heap[up], heap[i] = heap[i], heap[up]
		i = up
	}
	c.held[o] = heap
	c.at[h.person], c.last[h.person] = o, o
}

// pop turns the worst holder away.
func (c *clearing) pop(o int32) int32 {
	p := c.held[o][0].person
	c.take(o, 0)
	return p
}

// take removes the holder at a place of the heap.
func (c *clearing) take(o int32, i int) holder {
	heap := c.held[o]
	h := heap[i]
	last := len(heap) - 1
	heap[i] = heap[last]
	heap = heap[:last]
	c.held[o] = heap
	c.at[h.person] = -1
	for i < last {
		down := 2*i + 1
		if down+1 < last && heap[down+1].score > heap[down].score {
			down++
		}
		if down >= last || heap[down].score <= heap[i].score {
			break
		}
		heap[down], heap[i] = heap[i], heap[down]
		i = down
	}
	for i > 0 && i < last && heap[(i-1)/2].score < heap[i].score {
		heap[(i-1)/2], heap[i] = heap[i], heap[(i-1)/2]
		i = (i - 1) / 2
	}
	return h
}

// leave takes a person out of the post held.
func (c *clearing) leave(p int32) holder {
	o := c.at[p]
	i := slices.IndexFunc(c.held[o], func(h holder) bool { return h.person == p })
	return c.take(o, i)
}

// settle is the common choice of a cluster: every post first up to its target, then in turn one by one while caps and seats last.
func (c *clearing) settle(k *cluster, out []int32) []int32 {
	room := make([]int32, len(k.regions))
	for i, region := range k.regions {
		room[i] = k.room[region]
	}
	grow := func(i int) bool {
		o := k.posts[i]
		if k.numbers[i] >= min(int32(len(c.held[o])), c.free[o]) {
			return false
		}
		fits := true
		c.m.caps(o, func(region int) {
			at, _ := slices.BinarySearch(k.regions, region)
			fits = fits && room[at] > 0
		})
		if fits {
			k.numbers[i]++
			c.m.caps(o, func(region int) {
				at, _ := slices.BinarySearch(k.regions, region)
				room[at]--
			})
		}
		return fits
	}
	for i := range k.posts {
		k.numbers[i] = 0
		for k.numbers[i] < k.target[i] && grow(i) {
		}
	}
	for more := true; more; {
		more = false
		for i := range k.posts {
			more = grow(i) || more
		}
	}
	for i, o := range k.posts {
		for int32(len(c.held[o])) > k.numbers[i] {
			out = append(out, c.pop(o))
		}
	}
	return out
}

// singles lets everybody on the stack propose until nobody is left who wants to. Couples that lose a seat are dissolved.
func (c *clearing) singles(stack []int32) {
	m := c.m
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if i := m.couple[p]; i >= 0 && !c.out[p] {
			c.dissolve(i)
			continue
		}
		for c.at[p] < 0 && c.next[p] < m.start[p+1] {
			e := m.edges[c.next[p]]
			c.next[p]++
			from := len(stack)
			stack = c.offer(p, e.post, e.class, stack)
			if i := slices.Index(stack[from:], p); i >= 0 {
				stack = slices.Delete(stack, from+i, from+i+1)
			}
		}
	}
}

// everySingle is the stack of all people who propose alone.
func (c *clearing) everySingle() []int32 {
	var stack []int32
	for p := len(c.at) - 1; p >= 0; p-- {
		if !c.out[p] && c.m.couple[p] < 0 {
			stack = append(stack, int32(p))
		}
	}
	return stack
}

// stable runs the mechanism: deferred acceptance with flexible caps, then couples; the run with the fewest blocking coalitions wins.
func (m *Market) stable() Assignment {
	c := m.clearingOf()
	c.singles(c.everySingle())
	at := c.at
	if len(m.Couples) > 0 {
		at = m.withCouples(c)
	}
	if n, _ := m.blocking(at, 0); n.total() > 0 {
		if better := m.fewestOfAll(n.total()); better != nil {
			return better
		}
	}
	return at
}
