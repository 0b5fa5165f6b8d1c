package check

import "math"

// couple is two people and the pairs of posts they may hold; a smaller rank is better.
type couple struct {
	input, a, b int
	ranks       map[[2]int]int
}

// rank of a pair of posts, -1 when it is none of theirs.
func (c *couple) rank(a, b int) int {
	if rank, there := c.ranks[[2]int{a, b}]; there {
		return rank
	}
	return -1
}

// given reads a joint list.
func (r *Round) given(c *couple, list [][]*string) {
	c.ranks = map[[2]int]int{}
	index := func(id *string) int {
		if id == nil {
			return -1
		}
		return r.post[*id]
	}
	for rank, pair := range list {
		if len(pair) != 2 {
			continue
		}
		a, b := index(pair[0]), index(pair[1])
		for k, o := range []int{a, b} {
			// A post named only together is a wish as well.
			p := []int{c.a, c.b}[k]
			if _, there := r.people[p].tier[o]; o >= 0 && !there && r.people[p].tier != nil {
				r.people[p].tier[o] = min(rank, 30_000)
			}
		}
		if _, there := c.ranks[[2]int{a, b}]; !there {
			c.ranks[[2]int{a, b}] = rank
		}
	}
	for pair := range c.ranks {
		if !r.mayHold(c.a, pair[0]) || !r.mayHold(c.b, pair[1]) {
			delete(c.ranks, pair)
		}
	}
}

// mayHold says whether a member can hold a post of a pair, or none.
func (r *Round) mayHold(p, o int) bool {
	if lock := r.people[p].lock; lock >= 0 {
		return lock == o
	}
	return o < 0 || r.broken(p, o) == ""
}

// within makes the joint list of a couple that gave none: posts near enough, by the sum of the tiers, the worse tier and the way.
func (r *Round) within(c *couple) {
	c.ranks = map[[2]int]int{}
	var second []int
	for o := range r.posts {
		if r.mayHold(c.b, o) {
			second = append(second, o)
		}
	}
	wide := r.tiers + 1
	for a := range r.posts {
		if !r.mayHold(c.a, a) {
			continue
		}
		for _, b := range second {
			way, near := r.way(a, b)
			if !near || a == b && r.posts[a].seats < 2 {
				continue
			}
			first, _ := r.tierOf(c.a, a)
			other, _ := r.tierOf(c.b, b)
			c.ranks[[2]int{a, b}] = ((first+other)*wide+max(first, other))*3 + way
		}
	}
}

// way is the class of the way between two posts: 0 one place, 1 within half the limit, 2 within it.
func (r *Round) way(a, b int) (int, bool) {
	p, q := &r.posts[a], &r.posts[b]
	if a == b || p.jet != nil && p.jet.Org != "" && p.jet.Org == q.jet.Org {
		return 0, true
	}
	if p.jet != nil && p.jet.Lat != nil && p.jet.Lng != nil && q.jet.Lat != nil && q.jet.Lng != nil {
		minutes := travel(*p.jet.Lat, *p.jet.Lng, *q.jet.Lat, *q.jet.Lng, r.speed)
		switch {
		case minutes > r.minutes:
			return 0, false
		case minutes == 0:
			return 0, true
		case 2*minutes <= r.minutes:
			return 1, true
		}
		return 2, true
	}
	return 0, p.region == q.region && (p.region >= 0 || !r.jet)
}

// travel estimates minutes: 1.3 times the straight line at a speed. The estimate is defined in whole numbers, so that the same pairs are
// near on every machine: coordinates in millionths of a degree, cosines in thousandths between whole degrees, metres rounded down.
func travel(lat1, lng1, lat2, lng2 float64, speed int) int {
	const perMicro = 111195
	micro := func(v float64) int64 { return int64(math.Floor(math.Abs(v)*1e6+0.5)) * int64(sign(v)) }
	middle := (micro(lat1) + micro(lat2)) / 2
	if middle < 0 {
		middle = -middle
	}
	thousandths := func(degree int64) int64 { return int64(math.Floor(1000*math.Cos(float64(degree)*math.Pi/180) + 0.5)) }
	degree, rest := middle/1e6, middle%1e6
	cosine := thousandths(degree)
	if rest > 0 {
		cosine -= (cosine - thousandths(degree+1)) * rest / 1e6
	}
	north := (micro(lat1) - micro(lat2)) * perMicro / 1e6
	east := (micro(lng1) - micro(lng2)) * perMicro / 1e6 * cosine / 1000
	square := north*north + east*east
	metres := int64(math.Sqrt(float64(square)))
	for metres*metres > square {
		metres--
	}
	for (metres+1)*(metres+1) <= square {
		metres++
	}
	minutes := metres * 13 / 10 * 60
	perHour := int64(speed) * 1000
	return int((minutes + perHour - 1) / perHour)
}

func sign(v float64) float64 {
	if v < 0 {
		return -1
	}
	return 1
}
