package placement

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// edge is a possible pair seen from the person: the tier of the wish, the class the post puts the person in (0 the best).
type edge struct {
	post  int32
	class int32
	tier  int16
}

// Market is a round ready for the mechanisms: possible pairs only, lottery drawn, couples as ranked pairs.
type Market struct {
	*Round
	draw
	start   []int32 // edges of person p are edges[start[p]:start[p+1]]
	edges   []edge
	tiers   int // tiers there are, with "anywhere" as the last in the JET form
	locked  []int32
	couple  []int32 // index of the couple of a person, -1
	pairs   [][]ranked
	cut     []bool // couples with more pairs than are kept: nothing about them is proven
	removed []Removed
	group   []int32 // quota of a person, -1
	kinds   kinds
	targets []int32 // per post
	sorted  bool
}

// ranked is one pair of posts of a couple; smaller rank is better, equal ranks are ties.
type ranked struct {
	a, b int32
	rank int32
}

// Removed counts the pairs a hard rule takes away, and those no other rule takes.
type Removed struct {
	Rule  string `json:"rule"`
	Words Text   `json:"words"`
	Pairs int    `json:"pairs"`
	Alone int    `json:"alone"`
}

// Open builds the market of a round. A lock that breaks a hard rule is a *Refusal.
func Open(r *Round) (*Market, error) { return open(r, 0) }

// open leaves out the hard rules relaxed.
func open(r *Round, relax Rule) (*Market, error) {
	m := &Market{Round: r, draw: r.drawing()}
	m.locked, m.couple = filled(len(r.People)), filled(len(r.People))
	for _, l := range r.Locks {
		m.locked[l.Person] = l.Post
	}
	for i, c := range r.Couples {
		m.couple[c.A], m.couple[c.B] = int32(i), int32(i)
	}
	if r.Form == JET {
		if err := m.joinJET(relax); err != nil {
			return nil, err
		}
	} else {
		m.joinLists()
	}
	m.pinContracts()
	m.joinCouples()
	m.group = m.quotaGroups()
	m.targets = m.allTargets()
	return m, m.capped()
}

func filled(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = -1
	}
	return list
}

// of lists the possible posts of a person, best first once they are sorted.
func (m *Market) of(p int32) []edge { return m.edges[m.start[p]:m.start[p+1]] }

// edge finds the pair, nil when it is impossible.
func (m *Market) edge(p, o int32) *edge {
	list := m.of(p)
	for i := range list {
		if list[i].post == o {
			return &list[i]
		}
	}
	return nil
}

// score orders people at a post: class, then lottery; smaller is better.
func (m *Market) score(p int32, class int32) int64 {
	return int64(class)<<32 | int64(m.person[p])
}

// sortEdges puts the best first: tier, then the person's own draw among posts.
func (m *Market) sortEdges(p int32, list []edge) {
	key := m.personKey[p]
	slices.SortFunc(list, func(a, b edge) int {
		if a.tier != b.tier {
			return int(a.tier) - int(b.tier)
		}
		return cmp.Or(cmp.Compare(mix(key, m.postKey[a.post]), mix(key, m.postKey[b.post])), cmp.Compare(a.post, b.post))
	})
}

// sort puts everybody's best post first, once.
func (m *Market) sort() {
	if m.sorted {
		return
	}
	m.sorted = true
	for p := range m.People {
		m.sortEdges(int32(p), m.of(int32(p)))
	}
}

// joinLists makes the edges of the list form: wished by the person and ranked by the post.
func (m *Market) joinLists() {
	r := m.Round
	extra := m.jointWishes()
	total, list := 0, 0
	m.start = make([]int32, len(r.People)+1)
	for p := range r.People {
		n := len(r.People[p].Wishes) + len(extra[int32(p)])
		total += n
		list += len(r.Posts) - n
		m.start[p+1] = int32(total)
	}
	m.edges = make([]edge, 0, total)
	for p := range r.People {
		for _, w := range r.People[p].Wishes {
			m.edges = append(m.edges, edge{w.Post, -1, int16(w.Tier)})
		}
		for _, w := range extra[int32(p)] {
			m.edges = append(m.edges, edge{w.Post, -1, int16(w.Tier)})
		}
	}
	m.joinRanks()
	kept := m.edges[:0]
	from := int32(0)
	for p := range r.People {
		first := len(kept)
		for _, e := range m.edges[from:m.start[p+1]] {
			if e.class >= 0 && !m.excluded(int32(p), e.post) {
				kept = append(kept, e)
			}
			m.tiers = max(m.tiers, int(e.tier)+1)
		}
		from, m.start[p+1] = m.start[p+1], int32(len(kept))
		m.sortEdges(int32(p), kept[first:])
	}
	m.edges = kept
	m.sorted = true
	acceptance := total - len(kept)
	m.removed = []Removed{
		{Rule: "list", Words: RuleList.words(), Pairs: list, Alone: list},
		{Rule: "acceptance", Words: RuleAcceptance.words(), Pairs: acceptance, Alone: acceptance},
	}
}

// longRow is how many wishes make looking up the posts' lists cheaper than looking through the person's.
const longRow = 48

// joinRanks writes the class of every edge. Each half of the posts writes edges of its own, so two may work side by side.
func (m *Market) joinRanks() {
	half := func(from, to int) {
		for o := from; o < to; o++ {
			for _, k := range m.Posts[o].Ranks {
				row := m.of(k.Person)
				if len(row) > longRow {
					continue
				}
				for i := range row {
					if row[i].post == int32(o) {
						row[i].class = k.Class
						break
					}
				}
			}
		}
	}
	done := make(chan bool)
	middle := len(m.Posts) / 2
	go func() { half(0, middle); close(done) }()
	half(middle, len(m.Posts))
	<-done
	for p := range m.People {
		row := m.of(int32(p))
		for i := range row {
			if o := &m.Posts[row[i].post]; !o.Ranked {
				row[i].class = 0
			} else if len(row) > longRow {
				row[i].class, _ = o.class(int32(p))
			}
		}
	}
}

// class of a person at a post of the list form.
func (o *Post) class(p int32) (int32, bool) {
	if !o.Ranked {
		return 0, true
	}
	i := sort.Search(len(o.Ranks), func(i int) bool { return o.Ranks[i].Person >= p })
	if i == len(o.Ranks) || o.Ranks[i].Person != p {
		return -1, false
	}
	return o.Ranks[i].Class, true
}

// jointWishes are posts a member names only together with the partner; their tier is the place in the joint list.
func (m *Market) jointWishes() map[int32][]Wish {
	extra := map[int32][]Wish{}
	for _, c := range m.Couples {
		for i, pair := range c.Pairs {
			for _, one := range [][2]int32{{c.A, pair.A}, {c.B, pair.B}} {
				p, o := one[0], one[1]
				there := func(w Wish) bool { return w.Post == o }
				if o >= 0 && !slices.ContainsFunc(m.People[p].Wishes, there) && !slices.ContainsFunc(extra[p], there) {
					extra[p] = append(extra[p], Wish{o, int32(min(i, mostTiers))})
				}
			}
		}
	}
	return extra
}

func (m *Market) excluded(p, o int32) bool {
	_, found := slices.BinarySearchFunc(m.Exclude, Lock{p, o}, func(a, b Lock) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Post, b.Post))
	})
	return found
}

// excludedOf lists the recorded conflicts of a person.
func (m *Market) excludedOf(p int32) []Lock {
	from := sort.Search(len(m.Exclude), func(i int) bool { return m.Exclude[i].Person >= p })
	to := from
	for to < len(m.Exclude) && m.Exclude[to].Person == p {
		to++
	}
	return m.Exclude[from:to]
}

// tierOf is the tier a person has at a post, the number of tiers for none.
func (m *Market) tierOf(p, o int32) int {
	if o < 0 {
		return m.tiers
	}
	if e := m.edge(p, o); e != nil {
		return int(e.tier)
	}
	return m.tiers
}

// classOf is the class of a holder; a locked holder is beyond comparison.
func (m *Market) classOf(p, o int32) int32 {
	if m.locked[p] == o {
		return -1
	}
	if e := m.edge(p, o); e != nil {
		return e.class
	}
	return math.MaxInt32
}

// quotaGroups ties people to the narrowest quota that binds them.
func (m *Market) quotaGroups() []int32 {
	group := filled(len(m.People))
	if len(m.Quotas) == 0 {
		return group
	}
	for p := range m.People {
		profile := m.People[p].Profile
		for i, q := range m.Quotas {
			if q.Nationality == profile.Nationality && (q.Type == "" || q.Type == profile.Type) {
				// Sorted with "" first, so the last that fits is the narrowest.
				group[p] = int32(i)
			}
		}
	}
	return group
}

// outer is the wider quota of a quota, -1 for none.
func (m *Market) outer(i int32) int32 {
	q := m.Quotas[i]
	if q.Type == "" {
		return -1
	}
	return int32(slices.IndexFunc(m.Quotas, func(w Quota) bool { return w.Type == "" && w.Nationality == q.Nationality }))
}

// caps walks the capped regions around a post, from the inside.
func (m *Market) caps(o int32, each func(region int)) {
	for i := m.Posts[o].Region; i >= 0; i = m.Regions[i].Parent {
		if m.Regions[i].Cap >= 0 {
			each(i)
		}
	}
}
