package placement

// Block is a person, or a couple, and the posts they prefer and that would take them.
type Block struct {
	People []string  `json:"people"`
	Posts  []*string `json:"posts"`
}

// tally counts what blocks. Tolerated are pairs that only a regional cap or a country plan holds back.
type tally struct {
	pairs, couples, tolerated int
}

func (t tally) total() int { return t.pairs + t.couples }

// standing is an assignment with what is needed to ask who would rather sit where.
type standing struct {
	m      *Market
	at     Assignment
	held   [][]int32
	worst  [][2]int32 // classes of the two worst holders that are not locked, -1 for none
	region []int
	quota  []int
}

func (m *Market) standing(at Assignment) *standing {
	s := &standing{m: m, at: at, held: make([][]int32, len(m.Posts)), worst: make([][2]int32, len(m.Posts)), region: make([]int, len(m.Regions)),
		quota: make([]int, len(m.Quotas))}
	for o := range s.worst {
		s.worst[o] = [2]int32{-1, -1}
	}
	for p, o := range at {
		if o < 0 {
			continue
		}
		s.held[o] = append(s.held[o], int32(p))
		class := m.classOf(int32(p), o)
		if w := &s.worst[o]; class > w[0] {
			w[0], w[1] = class, w[0]
		} else if class > w[1] {
			w[1] = class
		}
		for i := m.Posts[o].Region; i >= 0; i = m.Regions[i].Parent {
			s.region[i]++
		}
		for i := m.group[p]; i >= 0; i = m.outer(i) {
			s.quota[i]++
		}
	}
	return s
}

// blocking counts the tier-blocking pairs and coalitions of an assignment and lists the first most of them. Both sides must be
// strictly better off; ties never block. A regional cap is tolerated as in Kamada and Kojima (2015).
func (m *Market) blocking(at Assignment, most int) (tally, []Block) {
	s := m.standing(at)
	var n tally
	list := []Block{}
	for p := range m.People {
		if m.locked[p] >= 0 || m.couple[p] >= 0 {
			continue
		}
		tier := m.tierOf(int32(p), at[p])
		if at[p] < 0 {
			tier = 1 << 20
		}
		for _, e := range m.of(int32(p)) {
			if int(e.tier) >= tier {
				continue
			}
			switch s.single(int32(p), e) {
			case objection:
				if n.pairs++; len(list) < most {
					list = append(list, Block{[]string{m.People[p].ID}, []*string{&m.Posts[e.post].ID}})
				}
			case tolerated:
				n.tolerated++
			}
		}
	}
	for i, c := range m.Couples {
		for _, pair := range s.coalitions(i) {
			if n.couples++; len(list) < most {
				list = append(list, Block{[]string{m.People[c.A].ID, m.People[c.B].ID}, []*string{m.name(pair.a), m.name(pair.b)}})
			}
		}
	}
	return n, list
}

func (m *Market) name(o int32) *string {
	if o < 0 {
		return nil
	}
	return &m.Posts[o].ID
}

type verdict int

const (
	peace verdict = iota
	objection
	tolerated
)

// single judges one person who would rather sit at a post.
func (s *standing) single(p int32, e edge) verdict {
	m := s.m
	if s.at[p] < 0 && s.quotaFull(p) {
		return tolerated
	}
	if s.worst[e.post][0] > e.class {
		return objection
	}
	if len(s.held[e.post]) >= m.Posts[e.post].Seats {
		return peace
	}
	full, inside := false, true
	m.caps(e.post, func(region int) {
		if s.region[region] >= m.Regions[region].Cap {
			full = true
			inside = inside && s.at[p] >= 0 && m.Posts[s.at[p]].Region == m.Posts[e.post].Region
		}
	})
	switch {
	case !full:
		return objection
	case !inside:
		return tolerated
	}
	excess := func(o int32) int { return len(s.held[o]) - int(m.target(o)) }
	if excess(e.post)+1 <= excess(s.at[p])-1 {
		return objection
	}
	return tolerated
}

// quotaFull says whether a country plan keeps an unplaced person out: more people than places.
func (s *standing) quotaFull(p int32) bool {
	for i := s.m.group[p]; i >= 0; i = s.m.outer(i) {
		if s.quota[i] >= s.m.Quotas[i].Max {
			return true
		}
	}
	return false
}

// coalitions lists the pairs of posts a couple prefers and that would choose both.
func (s *standing) coalitions(i int) []ranked {
	m := s.m
	c := m.Couples[i]
	if m.locked[c.A] >= 0 && m.locked[c.B] >= 0 {
		return nil
	}
	if s.at[c.A] < 0 && s.quotaFull(c.A) || s.at[c.B] < 0 && s.quotaFull(c.B) {
		return nil
	}
	held := m.rankOf(i, s.at[c.A], s.at[c.B])
	var list []ranked
	for _, pair := range m.pairs[i] {
		if pair.rank < held && s.both(c, pair) {
			list = append(list, pair)
		}
	}
	return list
}

// both says whether each post would choose its newcomer from its holders without the couple.
func (s *standing) both(c Couple, pair ranked) bool {
	m := s.m
	var need []entry
	for k, p := range []int32{c.A, c.B} {
		o := []int32{pair.a, pair.b}[k]
		if o >= 0 && m.locked[p] < 0 {
			need = append(need, entry{o, m.classOf(p, o)})
		}
	}
	if len(need) == 2 && need[0].post == need[1].post {
		return s.chooses(c, need[0].post, need[0].class, need[1].class)
	}
	for _, n := range need {
		if !s.chooses(c, n.post, n.class) {
			return false
		}
	}
	return len(need) < 2 || s.roomForTwo(c, need)
}

type entry struct {
	post  int32
	class int32
}

// chooses says whether one post takes the newcomers: free seats under the caps, else holders of a worse class.
func (s *standing) chooses(c Couple, o int32, classes ...int32) bool {
	m := s.m
	free := m.Posts[o].Seats
	var worst [2]int32
	worst[0], worst[1] = -1, -1
	for _, p := range s.held[o] {
		if p == c.A || p == c.B {
			if m.locked[p] < 0 {
				continue
			}
		}
		free--
		if class := m.classOf(p, o); class > worst[0] {
			worst[0], worst[1] = class, worst[0]
		} else if class > worst[1] {
			worst[1] = class
		}
	}
	m.caps(o, func(region int) { free = min(free, m.Regions[region].Cap-s.region[region]+s.inside(c, region)) })
	if len(classes) == 1 {
		return free > 0 || worst[0] > classes[0]
	}
	// The post chooses both only when even the lesser newcomer is worth more than those who must leave.
	high := max(classes[0], classes[1])
	switch {
	case free >= 2:
		return true
	case free == 1:
		return worst[0] > high
	}
	return worst[1] > high
}

// inside counts the members of a couple seated in a region.
func (s *standing) inside(c Couple, region int) int {
	n := 0
	for _, p := range []int32{c.A, c.B} {
		if o := s.at[p]; o >= 0 && s.m.locked[p] < 0 {
			for i := s.m.Posts[o].Region; i >= 0; i = s.m.Regions[i].Parent {
				if i == region {
					n++
				}
			}
		}
	}
	return n
}

// worstBut is the worst class a post holds besides the couple, -1 for none.
func (s *standing) worstBut(c Couple, o int32) int32 {
	worst := int32(-1)
	for _, p := range s.held[o] {
		if p != c.A && p != c.B {
			worst = max(worst, s.m.classOf(p, o))
		}
	}
	return worst
}

// roomForTwo looks at caps both newcomers would fill: room for two, or each displaces somebody.
func (s *standing) roomForTwo(c Couple, need []entry) bool {
	m := s.m
	fits := true
	m.caps(need[0].post, func(a int) {
		m.caps(need[1].post, func(b int) {
			if a != b {
				return
			}
			room := m.Regions[a].Cap - s.region[a] + s.inside(c, a)
			for _, n := range need {
				if s.worstBut(c, n.post) > n.class {
					room++
				}
			}
			fits = fits && room >= 2
		})
	})
	return fits
}
