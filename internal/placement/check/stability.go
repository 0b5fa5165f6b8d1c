package check

import "slices"

// seated is an assignment with its posts, regions and plans counted.
type seated struct {
	r      *Round
	at     []int
	held   [][]int
	region []int
	plan   []int
}

func (r *Round) seated(at []int) *seated {
	s := &seated{r: r, at: at, held: make([][]int, len(r.posts)), region: make([]int, len(r.regions)), plan: make([]int, len(r.quotas))}
	for p, o := range at {
		if o < 0 {
			continue
		}
		s.held[o] = append(s.held[o], p)
		for g := r.posts[o].region; g >= 0; g = r.regions[g].parent {
			s.region[g]++
		}
		for i := range r.quotas {
			if r.quotas[i].covers(&r.people[p]) {
				s.plan[i]++
			}
		}
	}
	return s
}

func (s *seated) fixed(p int) bool { return s.r.pinned(p, s.at) }

// wished lists the posts a person could prefer.
func (s *seated) wished(p int) []int {
	var list []int
	if !s.r.jet {
		for o := range s.r.people[p].tier {
			list = append(list, o)
		}
		slices.Sort(list)
		return list
	}
	for o := range s.r.posts {
		list = append(list, o)
	}
	return list
}

// blocking finds every person who would rather sit at a post that would rather have them, and every couple.
func (s *seated) blocking(rep *Report) {
	r := s.r
	note := func(b Block) {
		if rep.Blocks++; len(rep.Blocking) < mostFaults {
			rep.Blocking = append(rep.Blocking, b)
		}
	}
	// The worst class that may be displaced at every post, so that few people need a closer look.
	worst := make([]int, len(r.posts))
	displaceable := make([]bool, len(r.posts))
	for o := range r.posts {
		for _, q := range s.held[o] {
			if s.fixed(q) {
				continue
			}
			if class := r.classOf(q, o); !displaceable[o] || class > worst[o] {
				worst[o], displaceable[o] = class, true
			}
		}
	}
	for p := range r.people {
		if s.fixed(p) || r.people[p].couple >= 0 || s.at[p] < 0 && s.planFull(p) {
			continue
		}
		tier := 1 << 30
		if s.at[p] >= 0 {
			tier, _ = r.tierOf(p, s.at[p])
		}
		if tier == 0 {
			continue
		}
		for _, o := range s.wished(p) {
			free := len(s.held[o]) < r.posts[o].seats
			if !free && !displaceable[o] || o == s.at[p] {
				continue
			}
			if t, _ := r.tierOf(p, o); t >= tier || r.broken(p, o) != "" {
				continue
			}
			if displaceable[o] && worst[o] > r.classOf(p, o) || free && s.roomFor(p, o) {
				note(Block{[]string{r.people[p].id}, []*string{&r.posts[o].id}})
			}
		}
	}
	for i := range r.couples {
		s.coalitions(&r.couples[i], note)
	}
	rep.Stable = rep.Blocks == 0
}

// planFull says whether a country plan is used up for a person.
func (s *seated) planFull(p int) bool {
	for i := range s.r.quotas {
		if s.r.quotas[i].covers(&s.r.people[p]) && s.plan[i] >= s.r.quotas[i].Max {
			return true
		}
	}
	return false
}

// roomFor judges a free seat under the caps, after Kamada and Kojima (2015): where a cap binds, only a move inside one region that
// brings its posts nearer to their targets counts.
func (s *seated) roomFor(p, o int) bool {
	r := s.r
	binding := false
	for g := r.posts[o].region; g >= 0; g = r.regions[g].parent {
		if r.regions[g].limit >= 0 && s.region[g] >= r.regions[g].limit {
			binding = true
		}
	}
	if !binding {
		return true
	}
	from := s.at[p]
	if from < 0 || r.posts[from].region != r.posts[o].region {
		return false
	}
	return len(s.held[o])-r.target(o)+1 <= len(s.held[from])-r.target(from)-1
}

// target of a post: as given, else its share of the cap of its region by seats.
func (r *Round) target(o int) int {
	g := r.posts[o].region
	if g < 0 {
		return r.posts[o].seats
	}
	if r.regions[g].target != nil {
		return r.regions[g].target[r.posts[o].id]
	}
	if r.regions[g].limit < 0 {
		return 0
	}
	total := 0
	for i := range r.posts {
		if r.posts[i].region == g {
			total += r.posts[i].seats
		}
	}
	if total == 0 {
		return 0
	}
	return min(r.posts[o].seats, r.regions[g].limit*r.posts[o].seats/total)
}

// coalitions finds the pairs of posts a couple prefers that would choose both from their holders without the couple.
func (s *seated) coalitions(c *couple, note func(Block)) {
	r := s.r
	if s.fixed(c.a) && s.fixed(c.b) || s.at[c.a] < 0 && s.planFull(c.a) || s.at[c.b] < 0 && s.planFull(c.b) {
		return
	}
	now := c.rank(s.at[c.a], s.at[c.b])
	pairs := make([][2]int, 0, len(c.ranks))
	for pair, rank := range c.ranks {
		if s.fixed(c.a) && pair[0] != s.at[c.a] || s.fixed(c.b) && pair[1] != s.at[c.b] {
			continue
		}
		if now < 0 || rank < now {
			pairs = append(pairs, pair)
		}
	}
	slices.SortFunc(pairs, func(x, y [2]int) int {
		if d := c.ranks[x] - c.ranks[y]; d != 0 {
			return d
		}
		return slices.Compare(x[:], y[:])
	})
	for _, pair := range pairs {
		if s.welcome(c, pair) {
			name := func(o int) *string {
				if o < 0 {
					return nil
				}
				return &r.posts[o].id
			}
			ids, posts := []string{r.people[c.a].id, r.people[c.b].id}, []*string{name(pair[0]), name(pair[1])}
			note(Block{ids, posts})
		}
	}
}

// welcome plays the move: the couple leaves, each newcomer takes a free seat under the caps or displaces a holder of a worse class.
func (s *seated) welcome(c *couple, pair [2]int) bool {
	r := s.r
	newcomers := map[int][]int{} // post → classes
	for k, p := range []int{c.a, c.b} {
		if o := pair[k]; o >= 0 && !s.fixed(p) {
			newcomers[o] = append(newcomers[o], r.classOf(p, o))
		}
	}
	gone := func(p int) bool { return (p == c.a || p == c.b) && !s.fixed(p) }
	region := slices.Clone(s.region)
	for _, p := range []int{c.a, c.b} {
		if s.at[p] >= 0 && gone(p) {
			for g := r.posts[s.at[p]].region; g >= 0; g = r.regions[g].parent {
				region[g]--
			}
		}
	}
	posts := make([]int, 0, 2)
	for o := range newcomers {
		posts = append(posts, o)
	}
	slices.Sort(posts)
	displaced := map[int]int{}
	for _, o := range posts {
		free := r.posts[o].seats
		var classes []int
		for _, q := range s.held[o] {
			if gone(q) {
				continue
			}
			free--
			if !s.fixed(q) {
				classes = append(classes, r.classOf(q, o))
			}
		}
		for g := r.posts[o].region; g >= 0; g = r.regions[g].parent {
			if limit := r.regions[g].limit; limit >= 0 {
				free = min(free, limit-region[g])
			}
		}
		slices.SortFunc(classes, func(a, b int) int { return b - a })
		// As many as find no free seat must be worth more than somebody held, even the lesser of two newcomers.
		if leave := len(newcomers[o]) - max(free, 0); leave > 0 && (leave > len(classes) || classes[leave-1] <= slices.Max(newcomers[o])) {
			return false
		}
		for _, class := range newcomers[o] {
			if len(classes) > 0 && classes[0] > class {
				displaced[o]++
			}
		}
	}
	return len(posts) < 2 || s.roomForBoth(posts, region, displaced)
}

// roomForBoth looks at the caps two newcomers share: each needs room, or displaces somebody.
func (s *seated) roomForBoth(posts, region []int, displaced map[int]int) bool {
	r := s.r
	for a := r.posts[posts[0]].region; a >= 0; a = r.regions[a].parent {
		for b := r.posts[posts[1]].region; b >= 0; b = r.regions[b].parent {
			if a != b || r.regions[a].limit < 0 {
				continue
			}
			if r.regions[a].limit-region[a]+displaced[posts[0]]+displaced[posts[1]] < 2 {
				return false
			}
		}
	}
	return true
}
