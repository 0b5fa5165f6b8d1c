package placement

import (
	"cmp"
	"slices"
)

// network is the flow of one round: people → tiers of wishes → posts → regions → root. People of one kind share the nodes of their
// wishes, so dense rounds stay small; who goes to which post of a shared node is settled by lottery afterwards.
type network struct {
	simplex
	m        *Market
	labels   []label
	personAt []int32 // node of a person, -1 = not in the network
	postAt   []int32
	regionAt []int32
	quotaAt  []int32
	seats    []int32 // left after the fixed
	room     []int32 // of capped regions
	nodes    int32
	tree     []int32
	start    map[int32]int32 // flow of tree arcs that start with some
	shared   map[int64]int32 // kind and place → node
	sharedBy []int32         // nodes in the order they were made
	members  map[int32][]int32
}

// only restricts the posts of a member of a couple; nil is no restriction.
type only map[int32]map[int32]bool

// build makes the network for everybody whose post is not fixed. Fixed people are given by fixed[p] >= 0, or -2 for staying unplaced.
func (m *Market) build(fixed []int32, restrict only) *network {
	n := &network{m: m, personAt: filled(len(m.People)), postAt: filled(len(m.Posts)), regionAt: filled(len(m.Regions)), quotaAt: filled(len(m.Quotas)),
		seats: make([]int32, len(m.Posts)), room: make([]int32, len(m.Regions)), start: map[int32]int32{}, shared: map[int64]int32{},
		members: map[int32][]int32{}}
	n.node()
	n.capacities(fixed)
	n.postsAndRegions(fixed)
	left := m.leftOf(fixed)
	for p := range m.People {
		if fixed[p] == -1 && n.reaches(int32(p), restrict) && m.planned(int32(p), left) {
			n.personAt[p] = n.node()
		}
	}
	n.supplies(left)
	for p := range m.People {
		if n.personAt[p] >= 0 {
			n.wishes(int32(p), restrict)
		}
	}
	n.plant(int(n.nodes), 0, n.tree, func(a int32) int32 { return n.start[a] })
	return n
}

func (n *network) node() int32 {
	n.nodes++
	n.tree = append(n.tree, -1)
	return n.nodes - 1
}

// add makes an arc; the first of a node is its tree arc.
func (n *network) add(from, to, capacity int32, l label) int32 {
	a := n.arc(from, to, capacity)
	n.labels = append(n.labels, l)
	if n.tree[from] < 0 {
		n.tree[from] = a
	}
	return a
}

func (n *network) capacities(fixed []int32) {
	m := n.m
	for o := range m.Posts {
		n.seats[o] = int32(m.Posts[o].Seats)
	}
	for i := range m.Regions {
		n.room[i] = int32(max(m.Regions[i].Cap, 0))
	}
	for _, o := range fixed {
		if o >= 0 {
			n.seats[o]--
			m.caps(o, func(region int) { n.room[region]-- })
		}
	}
	for o := range m.Posts {
		m.caps(int32(o), func(region int) {
			if n.room[region] <= 0 {
				n.seats[o] = 0
			}
		})
	}
}

// postsAndRegions makes the part of the network behind the wishes: first the regions, so that their arcs point to the root.
func (n *network) postsAndRegions(fixed []int32) {
	m := n.m
	taken := make([]int32, len(m.Posts))
	for _, o := range fixed {
		if o >= 0 {
			taken[o]++
		}
	}
	for i := range m.Regions {
		if m.Regions[i].Cap >= 0 && n.room[i] > 0 {
			n.regionAt[i] = n.node()
		}
	}
	for i := range m.Regions {
		if n.regionAt[i] >= 0 {
			n.add(n.regionAt[i], n.above(m.Regions[i].Parent), n.room[i], label{what: arcRegion, who: int32(i)})
		}
	}
	for o := range m.Posts {
		if n.seats[o] <= 0 {
			continue
		}
		n.postAt[o] = n.node()
		essential := min(n.seats[o], max(0, int32(m.essential(o))-taken[o]))
		above := n.above(m.Posts[o].Region)
		if essential > 0 {
			n.add(n.postAt[o], above, essential, label{what: arcEssential, who: int32(o)})
		}
		if rest := n.seats[o] - essential; rest > 0 {
			n.add(n.postAt[o], above, rest, label{what: arcSeat, who: int32(o)})
		}
	}
}

// above is the node of the next capped region from here outwards, the root when there is none.
func (n *network) above(region int) int32 {
	for ; region >= 0; region = n.m.Regions[region].Parent {
		if n.regionAt[region] >= 0 {
			return n.regionAt[region]
		}
	}
	return 0
}

// reaches says whether a person has a possible post with a seat left.
func (n *network) reaches(p int32, restrict only) bool {
	allowed, bound := restrict[p]
	for _, e := range n.m.of(p) {
		if n.seats[e.post] > 0 && (!bound || allowed[e.post]) {
			return true
		}
	}
	return false
}

// leftOf is what the country plans leave to people who are not fixed.
func (m *Market) leftOf(fixed []int32) []int32 {
	left := make([]int32, len(m.Quotas))
	for i, q := range m.Quotas {
		left[i] = int32(q.Max)
	}
	for p := range m.People {
		if fixed[p] < 0 {
			continue
		}
		for i := m.group[p]; i >= 0; i = m.outer(i) {
			left[i]--
		}
	}
	return left
}

// planned says whether the country plans leave a place for a person.
func (m *Market) planned(p int32, left []int32) bool {
	for i := m.group[p]; i >= 0; i = m.outer(i) {
		if left[i] <= 0 {
			return false
		}
	}
	return true
}

// supplies gives everybody one unit: alone, or through their quota with what it may hold.
func (n *network) supplies(left []int32) {
	m := n.m
	waiting := make([]int32, len(m.Quotas))
	for p := range m.People {
		if n.personAt[p] < 0 {
			continue
		}
		for i := m.group[p]; i >= 0; i = m.outer(i) {
			waiting[i]++
		}
	}
	for p := range m.People {
		if n.personAt[p] < 0 {
			continue
		}
		if i := m.group[p]; i >= 0 {
			n.add(n.quotaNode(i, left, waiting), n.personAt[p], 1, label{what: arcQuota, who: int32(p)})
			continue
		}
		a := n.add(n.personAt[p], 0, unbounded, label{what: arcUnplaced, who: int32(p)})
		n.start[a] = 1
	}
}

// quotaNode makes the node of a quota and those around it.
func (n *network) quotaNode(i int32, left, waiting []int32) int32 {
	if n.quotaAt[i] >= 0 {
		return n.quotaAt[i]
	}
	n.quotaAt[i] = n.node()
	supply := min(left[i], waiting[i])
	if outer := n.m.outer(i); outer >= 0 {
		n.add(n.quotaNode(outer, left, waiting), n.quotaAt[i], supply, label{what: arcQuota, who: -1})
		return n.quotaAt[i]
	}
	a := n.add(n.quotaAt[i], 0, unbounded, label{what: arcUnplaced, who: -1})
	n.start[a] = supply
	return n.quotaAt[i]
}

// wishes connects a person: directly in the list form and for couples, through shared nodes else.
func (n *network) wishes(p int32, restrict only) {
	m := n.m
	allowed, bound := restrict[p]
	if m.Form == Lists || bound {
		for _, e := range m.of(p) {
			if n.postAt[e.post] >= 0 && (!bound || allowed[e.post]) {
				l := label{what: arcDirect, tier: e.tier, class: e.class, who: p}
				if m.Form == JET {
					l.merit = m.kinds.rows[m.kinds.row[p]].merit[e.post]
				}
				n.add(n.personAt[p], n.postAt[e.post], unbounded, l)
			}
		}
		return
	}
	row := m.kinds.row[p]
	for tier, place := range m.kinds.wished[p] {
		if v := n.place(row, place); v >= 0 {
			n.add(n.personAt[p], v, unbounded, label{what: arcWish, tier: int16(tier), who: p})
		}
	}
	if v := n.place(row, -1); v >= 0 {
		n.add(n.personAt[p], v, unbounded, label{what: arcWish, tier: int16(m.tiers - 1), who: p})
	}
}

// place is the shared node of a kind and a tier of wishes (-1 for anywhere); -1 when it leads nowhere.
func (n *network) place(row, place int32) int32 {
	key := int64(row)<<32 | int64(place+1)
	if v, ok := n.shared[key]; ok {
		return v
	}
	m := n.m
	kind := m.kinds.rows[row]
	v := int32(-1)
	for o := range m.Posts {
		if n.postAt[o] < 0 || kind.mask[o] != 0 || place >= 0 && !m.kinds.places[place][o] {
			continue
		}
		if v < 0 {
			v = n.node()
			n.sharedBy = append(n.sharedBy, v)
		}
		n.add(v, n.postAt[o], unbounded, label{what: arcMerit, merit: kind.merit[o], who: int32(o)})
	}
	n.shared[key] = v
	return v
}

// solve runs all levels and gives the potentials of each.
func (n *network) solve(levels []level) [][]int64 {
	var duals [][]int64
	n.blend(levels)
	for i := range levels {
		if !levels[i].flow {
			duals = append(duals, nil)
			continue
		}
		for a := range n.labels {
			n.cost[a] = levels[i].cost(&n.labels[a])
		}
		n.minimise()
		duals = append(duals, slices.Clone(n.pi))
	}
	return duals
}

// blend runs a first pass on a weighted sum of the levels. Its tree is so near to the optimum of every level that each then needs few
// steps; what the levels decide does not depend on it.
func (n *network) blend(levels []level) {
	for a := range n.labels {
		sum := int64(0)
		for i := range levels {
			if levels[i].flow && levels[i].name != "lottery" && levels[i].name != "draw" {
				sum = sum*8 + levels[i].cost(&n.labels[a])
			}
		}
		n.cost[a] = sum
	}
	n.sparsely(func(a int32) bool { return n.labels[a].what == arcMerit })
}

// read takes the assignment off the flow. People of a shared node get its posts by lottery.
func (n *network) read(fixed []int32) Assignment {
	m := n.m
	at := Assignment(filled(len(m.People)))
	for p, o := range fixed {
		at[p] = max(o, -1)
	}
	node := make([]int32, n.nodes)
	for o, v := range n.postAt {
		if v >= 0 {
			node[v] = int32(o)
		}
	}
	people, posts := map[int32][]int32{}, map[int32][]int32{}
	for a, l := range n.labels {
		if n.flow[a] <= 0 {
			continue
		}
		switch l.what {
		case arcDirect:
			at[l.who] = node[n.to[a]]
		case arcWish:
			people[n.to[a]] = append(people[n.to[a]], l.who)
		case arcMerit:
			for range n.flow[a] {
				posts[n.from[a]] = append(posts[n.from[a]], l.who)
			}
		}
	}
	for _, v := range n.sharedBy {
		slices.SortFunc(people[v], func(a, b int32) int { return cmp.Compare(m.person[a], m.person[b]) })
		slices.SortFunc(posts[v], func(a, b int32) int { return cmp.Compare(m.draw.post[a], m.draw.post[b]) })
		for i, p := range people[v] {
			at[p] = posts[v][i]
		}
	}
	return at
}
