package check

import (
	"slices"
)

// Certificate is the proof of optimality: for every level of Levels, in their order, a potential of every person, post, region and country
// plan. With reduced costs compared level by level no exchange, however long, can make the answer better; Relaxed proves the same of
// the relaxation in which members of couples are single people, whose values bound every answer.
type Certificate struct {
	Levels []string `json:"levels"`
	Potentials
	Relaxed *Relaxed `json:"relaxed,omitempty"`
}

// Potentials are prices by id, one per level. The root has 0.
type Potentials struct {
	People  map[string][]int64 `json:"people"`
	Posts   map[string][]int64 `json:"posts"`
	Regions map[string][]int64 `json:"regions"`
	Quotas  map[string][]int64 `json:"quotas"`
}

// Relaxed is the answer of the relaxation with its proof.
type Relaxed struct {
	Assignment map[string]*string `json:"assignment"`
	Potentials
}

// prove checks the certificate and lists what it proves.
func (r *Round) prove(s *seated, c *Certificate, rep *Report) {
	held := make([]bool, len(r.people))
	for p := range r.people {
		held[p] = s.fixed(p) || r.people[p].couple >= 0
	}
	before := len(rep.Faults)
	(&proof{r: r, levels: c.Levels, held: held, prices: &c.Potentials, rep: rep, name: "certificate"}).run(s)
	if len(rep.Faults) > before {
		return
	}
	if len(r.couples) == 0 {
		rep.Proven = append(rep.Proven, c.Levels...)
		return
	}
	if c.Relaxed == nil {
		return
	}
	at := r.place(c.Relaxed.Assignment, rep)
	if len(rep.Faults) > before {
		return
	}
	free := r.seated(at)
	only := make([]map[int]bool, len(r.people))
	for p := range r.people {
		held[p] = free.fixed(p)
	}
	for i := range r.couples {
		only[r.couples[i].a], only[r.couples[i].b] = map[int]bool{}, map[int]bool{}
		for pair := range r.couples[i].ranks {
			only[r.couples[i].a][pair[0]], only[r.couples[i].b][pair[1]] = true, true
		}
		if len(r.couples[i].ranks) == 0 {
			held[r.couples[i].a], held[r.couples[i].b] = true, true
		}
	}
	(&proof{r: r, levels: c.Levels, held: held, only: only, prices: &c.Relaxed.Potentials, rep: rep, name: "certificate.relaxed"}).run(free)
	if len(rep.Faults) > before {
		return
	}
	bound := &Report{Objective: map[string]int64{}}
	r.measure(free, bound)
	rep.Relaxed = map[string]int64{}
	equal := true
	for _, level := range c.Levels {
		rep.Relaxed[level] = bound.Objective[level]
		// What lies below a gap is bound by nothing.
		if equal = equal && bound.Objective[level] == rep.Objective[level]; equal {
			rep.Proven = append(rep.Proven, level)
		}
	}
}

// proof is one set of potentials held against one assignment.
type proof struct {
	r      *Round
	levels []string
	held   []bool         // people who are not part of the flow
	only   []map[int]bool // posts a member of a couple may take
	prices *Potentials
	rep    *Report
	name   string
	seats  []int
	room   []int
	zero   []int64
}

func (f *proof) wrong(at string) {
	f.rep.fault("certificate", f.name+"."+at, "証明書が成り立ちません。", "the certificate does not hold")
}

// price of a node, nil when the certificate has none.
func (f *proof) price(of map[string][]int64, id string) []int64 {
	if v := of[id]; len(v) == len(f.levels) {
		return v
	}
	return nil
}

// sign compares the reduced cost of an arc with 0, level by level. A level costs what the arc does, plus price from, less price to.
func (f *proof) sign(from, to []int64, cost func(k int) int64) int {
	for k := range f.levels {
		v := from[k] - to[k]
		if cost != nil {
			v += cost(k)
		}
		if v != 0 {
			if v < 0 {
				return -1
			}
			return 1
		}
	}
	return 0
}

// holds is the condition of optimality: an arc that may carry more must not be cheap, one that carries something must not be dear.
func holds(sign, flow, limit int) bool {
	return (flow >= limit || sign >= 0) && (flow <= 0 || sign <= 0)
}

const endless = 1 << 40

func (f *proof) run(s *seated) {
	r := f.r
	f.zero = make([]int64, len(f.levels))
	f.seats, f.room = make([]int, len(r.posts)), make([]int, len(r.regions))
	for o := range r.posts {
		f.seats[o] = r.posts[o].seats
	}
	for g := range r.regions {
		f.room[g] = r.regions[g].limit
	}
	count, region := make([]int, len(r.posts)), make([]int, len(r.regions))
	taken := make([]int, len(r.posts))
	for p, o := range s.at {
		if o < 0 {
			continue
		}
		if f.held[p] {
			f.seats[o]--
			taken[o]++
		} else {
			count[o]++
		}
		for g := r.posts[o].region; g >= 0; g = r.regions[g].parent {
			if f.held[p] {
				f.room[g]--
			} else {
				region[g]++
			}
		}
	}
	for o := range r.posts {
		for g := r.posts[o].region; g >= 0; g = r.regions[g].parent {
			if r.regions[g].limit >= 0 && f.room[g] <= 0 {
				f.seats[o] = 0
			}
		}
	}
	f.behind(count, region, taken)
	if f.people(s) {
		f.plans(s)
	}
}

// above is the price of the next capped region from here outwards, that of the root when there is none.
func (f *proof) above(g int) []int64 {
	for ; g >= 0; g = f.r.regions[g].parent {
		if f.r.regions[g].limit >= 0 && f.room[g] > 0 {
			return f.price(f.prices.Regions, f.r.regions[g].id)
		}
	}
	return f.zero
}

// behind checks the arcs of seats and regions.
func (f *proof) behind(count, region, taken []int) {
	r := f.r
	essential, draw := slices.Index(f.levels, "essential"), slices.Index(f.levels, "draw")
	for o := range r.posts {
		if f.seats[o] <= 0 {
			continue
		}
		from, to := f.price(f.prices.Posts, r.posts[o].id), f.above(r.posts[o].region)
		if from == nil || to == nil {
			f.wrong("posts." + r.posts[o].id)
			continue
		}
		first := min(f.seats[o], max(0, r.essential(o)-taken[o]))
		cost := func(vital bool) func(k int) int64 {
			return func(k int) int64 {
				switch {
				case k == essential && vital:
					return -1
				case k == draw:
					return int64(r.turn[o])
				}
				return 0
			}
		}
		used := min(first, count[o])
		if first > 0 && !holds(f.sign(from, to, cost(true)), used, first) ||
			f.seats[o] > first && !holds(f.sign(from, to, cost(false)), count[o]-used, f.seats[o]-first) {
			f.wrong("posts." + r.posts[o].id)
		}
	}
	for g := range r.regions {
		if r.regions[g].limit < 0 || f.closed(g) {
			continue
		}
		from, to := f.price(f.prices.Regions, r.regions[g].id), f.above(r.regions[g].parent)
		if from == nil || to == nil || !holds(f.sign(from, to, nil), region[g], f.room[g]) {
			f.wrong("regions." + r.regions[g].id)
		}
	}
}

// closed says whether a region, or one around it, has no room.
func (f *proof) closed(g int) bool {
	for ; g >= 0; g = f.r.regions[g].parent {
		if f.r.regions[g].limit >= 0 && f.room[g] <= 0 {
			return true
		}
	}
	return false
}

// people checks the arcs of wishes, and those of staying unplaced for people no plan binds.
func (f *proof) people(s *seated) bool {
	r := f.r
	good := true
	for p := range r.people {
		if f.held[p] {
			continue
		}
		id := r.people[p].id
		price := f.price(f.prices.People, id)
		if price == nil {
			if s.at[p] >= 0 || !f.shutOut(s, p) {
				f.wrong("people." + id)
				good = false
			}
			continue
		}
		if !f.wishes(s, p, price) {
			f.wrong("people." + id)
			good = false
		}
		if _, bound := f.narrowest(p); !bound {
			unplaced := 0
			if s.at[p] < 0 {
				unplaced = 1
			}
			if !holds(f.sign(price, f.zero, nil), unplaced, endless) {
				f.wrong("people." + id)
				good = false
			}
		}
	}
	return good
}

// wishes checks the arcs from one person to every possible post.
func (f *proof) wishes(s *seated, p int, price []int64) bool {
	r := f.r
	for _, o := range s.wished(p) {
		if f.seats[o] <= 0 || f.only != nil && f.only[p] != nil && !f.only[p][o] || r.broken(p, o) != "" {
			continue
		}
		to := f.price(f.prices.Posts, r.posts[o].id)
		if to == nil {
			return false
		}
		flow := 0
		if s.at[p] == o {
			flow = 1
		}
		if !holds(f.sign(price, to, f.cost(p, o)), flow, endless) {
			return false
		}
	}
	return true
}

// cost of an arc from a person to a post at a level: what is gained counts negative.
func (f *proof) cost(p, o int) func(k int) int64 {
	return func(k int) int64 {
		level := f.levels[k]
		if level == "draw" {
			return 0 // paid behind the post
		}
		gain, ok := f.r.gain(level, p, o)
		switch {
		case !ok:
			return 0
		case slices.Contains(down, level):
			return gain
		}
		return -gain
	}
}

// shutOut says why a person may be missing from the certificate: no possible post has a seat left, or the plan is used up.
func (f *proof) shutOut(s *seated, p int) bool {
	for i := range f.r.quotas {
		q := &f.r.quotas[i]
		if q.covers(&f.r.people[p]) && f.left(s, q) <= 0 {
			return true
		}
	}
	for _, o := range s.wished(p) {
		if f.seats[o] > 0 && !(f.only != nil && f.only[p] != nil && !f.only[p][o]) && f.r.broken(p, o) == "" {
			return false
		}
	}
	return true
}

// left is what a plan leaves to people who are not held.
func (f *proof) left(s *seated, q *quota) int {
	n := q.Max
	for p, o := range s.at {
		if f.held[p] && o >= 0 && q.covers(&f.r.people[p]) {
			n--
		}
	}
	return n
}

// narrowest plan of a person.
func (f *proof) narrowest(p int) (int, bool) {
	found := -1
	for i := range f.r.quotas {
		if f.r.quotas[i].covers(&f.r.people[p]) && (found < 0 || f.r.quotas[i].Type != "") {
			found = i
		}
	}
	return found, found >= 0
}

func (q *quota) name() string { return q.Nationality + "/" + q.Type }

// plans checks the arcs of the country plans: supply, from the wide to the narrow, from the narrow to its people.
func (f *proof) plans(s *seated) {
	r := f.r
	if len(r.quotas) == 0 {
		return
	}
	waiting, placed := make([]int, len(r.quotas)), make([]int, len(r.quotas))
	for p := range r.people {
		id := r.people[p].id
		price := f.price(f.prices.People, id)
		if price == nil {
			continue
		}
		for i := range r.quotas {
			if r.quotas[i].covers(&r.people[p]) {
				waiting[i]++
				if s.at[p] >= 0 {
					placed[i]++
				}
			}
		}
		if i, bound := f.narrowest(p); bound {
			flow := 0
			if s.at[p] >= 0 {
				flow = 1
			}
			if from := f.price(f.prices.Quotas, r.quotas[i].name()); from == nil || !holds(f.sign(from, price, nil), flow, 1) {
				f.wrong("people." + id)
			}
		}
	}
	for i := range r.quotas {
		q := &r.quotas[i]
		if waiting[i] == 0 {
			continue
		}
		price, supply := f.price(f.prices.Quotas, q.name()), min(f.left(s, q), waiting[i])
		outer := slices.IndexFunc(r.quotas, func(w quota) bool { return w.Type == "" && q.Type != "" && w.Nationality == q.Nationality })
		switch {
		case price == nil:
			f.wrong("quotas." + q.name())
		case outer < 0:
			if !holds(f.sign(price, f.zero, nil), supply-placed[i], endless) {
				f.wrong("quotas." + q.name())
			}
		default:
			from := f.price(f.prices.Quotas, r.quotas[outer].name())
			if from == nil || !holds(f.sign(from, price, nil), placed[i], supply) {
				f.wrong("quotas." + q.name())
			}
		}
	}
}
