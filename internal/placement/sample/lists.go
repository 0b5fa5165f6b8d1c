// Package sample makes rounds of placement (標本) for trying, testing and measuring: the same seed gives the same round. The
// distributions are those of the design: popularity of posts falls as rank to the power of -0.6, seats are Pareto and sum to 1.03 per
// person, posts rank people by seven parts of common quality and three of their own opinion, couples look inside one region.
package sample

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kakehashi/internal/placement"
)

// Size says how large a round to make.
type Size struct {
	People, Posts int
	Least, Most   int // wishes per person of the list form
	Couples       int
	Regions       int
	Capped        bool // regions of the list form have caps a little below their seats
	Seed          uint64
	CoupleWishes  int // most wishes of a member of a couple; 10 unless set
}

// Lists makes a round of the literature's form.
func Lists(s Size) *placement.Round {
	d := rand.New(rand.NewPCG(s.Seed, 0x6c69737473))
	r := &placement.Round{Form: placement.Lists, Seed: fmt.Sprintf("%016x", s.Seed), Config: placement.Config{CoupleMinutes: 60, Speed: 50}}
	s.Regions = max(1, min(s.Regions, s.Posts))
	for i := range s.Regions {
		r.Regions = append(r.Regions, placement.Region{ID: fmt.Sprintf("r%03d", i), Cap: -1, Parent: -1})
	}
	seats := seatsOf(d, s.Posts, s.People)
	r.Posts = make([]placement.Post, s.Posts)
	inRegion := make([][]int32, s.Regions)
	for o := range r.Posts {
		region := o % s.Regions
		r.Posts[o] = placement.Post{ID: fmt.Sprintf("P%06d", o), Seats: seats[o], Region: region, Ranked: true}
		inRegion[region] = append(inRegion[region], int32(o))
	}
	if s.Capped {
		for i := range r.Regions {
			total := 0
			for _, o := range inRegion[i] {
				total += r.Posts[o].Seats
			}
			r.Regions[i].Cap = max(1, total*95/100)
		}
	}
	popular := popularity(d, s.Posts)
	r.People = make([]placement.Person, s.People)
	for p := range r.People {
		r.People[p] = placement.Person{ID: fmt.Sprintf("a%07d", p)}
	}
	pairUp(d, s, r, inRegion)
	wishes(d, s, r, popular)
	ranks(d, r)
	return r
}

// seatsOf draws Pareto sizes that sum to 1.03 per person.
func seatsOf(d *rand.Rand, posts, people int) []int {
	weight := make([]float64, posts)
	sum := 0.0
	for i := range weight {
		weight[i] = math.Pow(1-d.Float64(), -1/1.6)
		sum += weight[i]
	}
	total := max(posts, people*103/100)
	seats := make([]int, posts)
	left := total - posts
	for i := range seats {
		seats[i] = 1 + int(float64(total-posts)*weight[i]/sum)
		left -= seats[i] - 1
	}
	for i := 0; left > 0; i, left = (i+1)%posts, left-1 {
		seats[i]++
	}
	return seats
}

// drawer draws posts by popularity.
type drawer struct {
	until []int64
}

func popularity(d *rand.Rand, posts int) *drawer {
	w := &drawer{until: make([]int64, posts)}
	rank := d.Perm(posts)
	sum := int64(0)
	for o := range w.until {
		sum += int64(1e6*math.Pow(float64(rank[o]+1), -0.6)) + 1
		w.until[o] = sum
	}
	return w
}

func (w *drawer) draw(d *rand.Rand) int32 {
	at, _ := slices.BinarySearch(w.until, d.Int64N(w.until[len(w.until)-1])+1)
	return int32(at)
}

// pairUp makes couples of the first people, each looking inside one region, with a joint list by the sum of their ranks.
func pairUp(d *rand.Rand, s Size, r *placement.Round, inRegion [][]int32) {
	most := s.CoupleWishes
	if most == 0 {
		most = 10
	}
	for i := range min(s.Couples, s.People/2) {
		c := placement.Couple{A: int32(2 * i), B: int32(2*i + 1), Given: true}
		posts := inRegion[d.IntN(len(inRegion))]
		for _, p := range []int32{c.A, c.B} {
			for k, at := range d.Perm(len(posts)) {
				if k < most {
					r.People[p].Wishes = append(r.People[p].Wishes, placement.Wish{Post: posts[at], Tier: int32(k)})
				}
			}
		}
		type joint struct {
			placement.Pair
			sum, worse int32
		}
		var list []joint
		for _, a := range r.People[c.A].Wishes {
			for _, b := range r.People[c.B].Wishes {
				if a.Post != b.Post || r.Posts[a.Post].Seats > 1 {
					list = append(list, joint{placement.Pair{A: a.Post, B: b.Post}, a.Tier + b.Tier, max(a.Tier, b.Tier)})
				}
			}
		}
		slices.SortStableFunc(list, func(x, y joint) int { return cmp.Or(cmp.Compare(x.sum, y.sum), cmp.Compare(x.worse, y.worse)) })
		for _, j := range list {
			c.Pairs = append(c.Pairs, j.Pair)
		}
		r.Couples = append(r.Couples, c)
	}
}

// wishes gives every single person a strict list of posts by popularity.
func wishes(d *rand.Rand, s Size, r *placement.Round, popular *drawer) {
	least, most := max(1, min(s.Least, s.Posts)), max(1, min(s.Most, s.Posts))
	taken := make([]int32, s.Posts)
	for p := range r.People {
		if len(r.People[p].Wishes) > 0 {
			continue
		}
		n := least + d.IntN(max(1, most-least+1))
		list := make([]placement.Wish, 0, n)
		for tries := 0; len(list) < n && tries < 40*n; tries++ {
			if o := popular.draw(d); taken[o] != int32(p)+1 {
				taken[o] = int32(p) + 1
				list = append(list, placement.Wish{Post: o, Tier: int32(len(list))})
			}
		}
		r.People[p].Wishes = list
	}
}

// ranks lets every post rank those who wish for it: seven parts of quality all see, three of its own opinion.
func ranks(d *rand.Rand, r *placement.Round) {
	quality := make([]int32, len(r.People))
	for p := range quality {
		quality[p] = d.Int32N(1 << 20)
	}
	count := make([]int32, len(r.Posts))
	for p := range r.People {
		for _, w := range r.People[p].Wishes {
			count[w.Post]++
		}
	}
	for o := range r.Posts {
		r.Posts[o].Ranks = make([]placement.Rank, 0, count[o])
	}
	for p := range r.People {
		for _, w := range r.People[p].Wishes {
			r.Posts[w.Post].Ranks = append(r.Posts[w.Post].Ranks, placement.Rank{Person: int32(p)})
		}
	}
	var order []int64
	for o := range r.Posts {
		list := r.Posts[o].Ranks
		order = order[:0]
		for i, k := range list {
			opinion := 7*int64(quality[k.Person]) + 3*d.Int64N(1<<20)
			order = append(order, opinion<<32|int64(i))
		}
		slices.Sort(order)
		for class, key := range order {
			list[int32(key)].Class = int32(class)
		}
	}
}
