package check

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
)

// drawLots computes the lottery again: HMAC-SHA256 of the id under the seed, posts marked as such; the smallest number is first.
func (r *Round) drawLots() {
	seed, _ := hex.DecodeString(r.seed)
	order := func(n int, of func(i int) string) []int {
		number := make([]uint64, n)
		by := make([]int, n)
		for i := range n {
			mac := hmac.New(sha256.New, seed)
			mac.Write([]byte(of(i)))
			number[i], by[i] = binary.BigEndian.Uint64(mac.Sum(nil)), i
		}
		slices.SortFunc(by, func(a, b int) int { return cmp.Or(cmp.Compare(number[a], number[b]), a-b) })
		place := make([]int, n)
		for k, i := range by {
			place[i] = k
		}
		return place
	}
	r.draw = order(len(r.people), func(i int) string { return r.people[i].id })
	r.turn = order(len(r.posts), func(i int) string { return "post\x00" + r.posts[i].id })
}

// mostRanks is how many ranks are levels of their own; the later ones are one sum.
const mostRanks = 30

// nameRanks finds the ranks by their levels.
func (r *Round) nameRanks() {
	r.level = map[string]int{}
	for k := range min(r.ranks(), mostRanks) {
		r.level[rankName(k)] = k
	}
}

// rankName names the level of a rank.
func rankName(k int) string {
	switch k {
	case 0:
		return "first"
	case 1:
		return "second"
	case 2:
		return "third"
	}
	return "rank_" + strconv.Itoa(k+1)
}

// ranks is how many ranks of wishes there are: in the JET form "anywhere" is none.
func (r *Round) ranks() int {
	if r.jet {
		return r.tiers - 1
	}
	return r.tiers
}

// gain is what one placed person adds to a level as it is printed; ok is false for levels that are not sums over people.
func (r *Round) gain(level string, p, o int) (gain int64, ok bool) {
	tier, wished := r.tierOf(p, o)
	switch level {
	case "placed":
		return 1, true
	case "later_ranks":
		return int64(tier), true
	case "post_ranks":
		if !wished {
			return 0, true
		}
		return int64(r.classOf(p, o)), true
	case "lottery":
		if !wished {
			return 0, true
		}
		return int64(r.tiers-tier) * int64(len(r.people)-r.draw[p]), true
	case "draw":
		return int64(r.turn[o]), true
	}
	if k, ok := r.level[level]; ok {
		if wished && tier == k {
			return 1, true
		}
		return 0, true
	}
	if !r.jet {
		return 0, false
	}
	w := r.worth(p, o)
	switch level {
	case "strong":
		return w.strong, true
	case "wants":
		return w.wants, true
	case "sister":
		return w.sister, true
	case "area":
		return w.area, true
	case "unserved":
		return w.unserved, true
	}
	return 0, false
}

// down are the levels of which less is better.
var down = []string{"later_ranks", "post_ranks", "spread", "blocking", "draw"}

// sums are the levels that are sums over people, in their order.
func (r *Round) sums() []string {
	list := []string{"placed"}
	for k := range min(r.ranks(), mostRanks) {
		list = append(list, rankName(k))
	}
	if r.ranks() > mostRanks {
		list = append(list, "later_ranks")
	}
	if r.jet {
		list = append(list, "area", "strong", "wants", "sister", "unserved")
	} else {
		list = append(list, "post_ranks")
	}
	return append(list, "lottery", "draw")
}

// essential is how many seats of a post are to be filled first.
func (r *Round) essential(o int) int {
	q := r.posts[o].jet
	switch {
	case q == nil:
		return 0
	case q.Essential:
		return r.posts[o].seats
	}
	return q.Min
}

// measure computes every level.
func (r *Round) measure(s *seated, rep *Report) {
	levels := r.sums()
	for p, o := range s.at {
		if o < 0 {
			continue
		}
		for _, level := range levels {
			gain, _ := r.gain(level, p, o)
			rep.Objective[level] += gain
		}
	}
	for _, level := range levels {
		rep.Objective[level] += 0
	}
	rep.Objective["couples"], rep.Objective["blocking"] = 0, int64(rep.Blocks)
	for i := range r.couples {
		c := &r.couples[i]
		if a, b := s.at[c.a], s.at[c.b]; (a >= 0 || b >= 0) && c.rank(a, b) >= 0 {
			rep.Objective["couples"]++
		}
	}
	if r.jet {
		rep.Objective["essential"], rep.Objective["spread"] = 0, r.spread(s)
		for o := range r.posts {
			rep.Objective["essential"] += int64(min(len(s.held[o]), r.essential(o)))
		}
	}
}

// spread counts, for every coordinating body and nationality, the pairs of people who share it.
func (r *Round) spread(s *seated) int64 {
	type key struct {
		region int
		nation string
	}
	count, sum := map[key]int64{}, int64(0)
	for p, o := range s.at {
		if o < 0 || r.posts[o].region < 0 || r.people[p].jet.Nationality == "" {
			continue
		}
		k := key{r.posts[o].region, r.people[p].jet.Nationality}
		sum += count[k]
		count[k]++
	}
	return sum
}
