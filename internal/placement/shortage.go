package placement

import (
	"fmt"
	"slices"
)

// Bottleneck is a set of posts and people that no assignment can serve in full: more seats than people who may fill them, or more people
// than seats that may take them. Rule is the hard rule that keeps most others out; Relax says what giving up one rule would add.
type Bottleneck struct {
	Side   string       `json:"side"` // "posts": seats stay empty; "people": people stay unplaced
	Posts  []string     `json:"posts"`
	Seats  int          `json:"seats"`
	People int          `json:"people"`
	Short  int          `json:"short"`
	Rule   string       `json:"rule"`
	Relax  []Relaxation `json:"relax"`
	Text   Text         `json:"text"`
}

// Relaxation is what giving up one rule alone would add: candidates to these posts, or posts to these people.
type Relaxation struct {
	Rule  string `json:"rule"`
	Words Text   `json:"words"`
	Adds  int    `json:"adds"`
}

// mostBottlenecks is how many are written out.
const mostBottlenecks = 30

// hall looks for Hall violators: it fills as many seats as rules and seats alone allow, then follows who could go where.
type hall struct {
	*Market
	at   Assignment
	held [][]int32
	back [][]int32 // people who may fill a post
}

// Bottlenecks finds what the rules make impossible, caps, plans and couples apart.
func (res *Result) Bottlenecks() []Bottleneck {
	h := &hall{Market: res.Market, at: slices.Clone(res.At), held: make([][]int32, len(res.Posts)), back: make([][]int32, len(res.Posts))}
	for p, o := range h.at {
		if o >= 0 {
			h.held[o] = append(h.held[o], int32(p))
		}
	}
	for p := range h.at {
		if h.at[p] < 0 {
			h.augment(int32(p))
		}
	}
	for p := range h.People {
		for _, e := range h.of(int32(p)) {
			h.back[e.post] = append(h.back[e.post], int32(p))
		}
	}
	list := []Bottleneck{}
	seenPost, seenPerson := make([]bool, len(h.Posts)), make([]bool, len(h.People))
	for p := range h.at {
		if h.at[p] < 0 && !seenPerson[p] && len(list) < mostBottlenecks {
			list = append(list, h.tooMany(int32(p), seenPerson))
		}
	}
	for o := range h.Posts {
		if len(h.held[o]) < h.Posts[o].Seats && !seenPost[o] && len(list) < mostBottlenecks {
			if b, ok := h.tooFew(int32(o), seenPost); ok {
				list = append(list, b)
			}
		}
	}
	return list
}

// augment seats one more person by letting others move on.
func (h *hall) augment(p int32) bool {
	from := map[int32]int32{} // post → who would take it
	queue := []int32{p}
	for len(queue) > 0 {
		q := queue[0]
		queue = queue[1:]
		for _, e := range h.of(q) {
			if _, seen := from[e.post]; seen {
				continue
			}
			from[e.post] = q
			if len(h.held[e.post]) < h.Posts[e.post].Seats {
				h.shift(p, e.post, from)
				return true
			}
			for _, x := range h.held[e.post] {
				if h.locked[x] < 0 {
					queue = append(queue, x)
				}
			}
		}
	}
	return false
}

// shift moves everybody on the path one post on.
func (h *hall) shift(p, o int32, from map[int32]int32) {
	for {
		q := from[o]
		before := h.at[q]
		h.at[q] = o
		h.held[o] = append(h.held[o], q)
		if q == p {
			return
		}
		h.held[before] = slices.DeleteFunc(h.held[before], func(x int32) bool { return x == q })
		o = before
	}
}

// tooMany closes a set of people whose posts are all full with people of the set.
func (h *hall) tooMany(p int32, seen []bool) Bottleneck {
	people, posts := []int32{p}, map[int32]bool{}
	seen[p] = true
	seats := 0
	for i := 0; i < len(people); i++ {
		for _, e := range h.of(people[i]) {
			if posts[e.post] {
				continue
			}
			posts[e.post] = true
			for _, q := range h.held[e.post] {
				if h.locked[q] >= 0 {
					continue
				}
				seats++
				if !seen[q] {
					seen[q] = true
					people = append(people, q)
				}
			}
		}
	}
	b := Bottleneck{Side: "people", Posts: h.names(posts), Seats: seats, People: len(people), Short: len(people) - seats}
	adds := map[int]map[int32]bool{}
	h.alone(people, nil, func(rule int, _, o int32) {
		if !posts[o] {
			if adds[rule] == nil {
				adds[rule] = map[int32]bool{}
			}
			adds[rule][o] = true
		}
	})
	count := map[int]int{}
	for rule, of := range adds {
		count[rule] = len(of)
	}
	b.relax(count)
	b.Text = b.say("%d人を受け入れられる求人は%d件、空きは計%d人分です。", "%d people can only be taken by %d posts with %d seats.", b.People, len(b.Posts), b.Seats)
	b.advise("の条件を外すと求人が%d件増えます。", " would open %d more posts.")
	return b
}

// tooFew closes a set of posts whose candidates all sit in posts of the set. ok is false when that is everybody there is.
func (h *hall) tooFew(o int32, seen []bool) (b Bottleneck, ok bool) {
	posts, people := map[int32]bool{o: true}, map[int32]bool{}
	queue := []int32{o}
	seen[o] = true
	seats := 0
	for i := 0; i < len(queue); i++ {
		seats += h.Posts[queue[i]].Seats
		for _, p := range h.back[queue[i]] {
			people[p] = true
			if at := h.at[p]; at >= 0 && !posts[at] && h.locked[p] < 0 {
				posts[at], seen[at] = true, true
				queue = append(queue, at)
			}
		}
	}
	if len(people) == len(h.People) && len(posts) > 1 {
		return b, false
	}
	b = Bottleneck{Side: "posts", Posts: h.names(posts), Seats: seats, People: len(people), Short: seats - len(people)}
	adds := map[int]map[int32]bool{}
	h.alone(nil, queue, func(rule int, p, _ int32) {
		if !people[p] {
			if adds[rule] == nil {
				adds[rule] = map[int32]bool{}
			}
			adds[rule][p] = true
		}
	})
	count := map[int]int{}
	for rule, of := range adds {
		count[rule] = len(of)
	}
	b.relax(count)
	b.Text = b.say("この%d件の求人（%d人分）に就けるのは%d人です。", "These %d posts with %d seats can take only %d people.", len(b.Posts), b.Seats, b.People)
	b.advise("の条件を外すと候補が%d人増えます。", " would add %d candidates.")
	return b, true
}

// names lists posts by id.
func (h *hall) names(posts map[int32]bool) []string {
	list := []string{}
	for o := range posts {
		list = append(list, h.Posts[o].ID)
	}
	slices.Sort(list)
	return list
}

// alone calls each for every pair that exactly one hard rule keeps apart, of these people or of these posts.
func (h *hall) alone(people, posts []int32, each func(rule int, p, o int32)) {
	if people == nil {
		people = make([]int32, len(h.People))
		for p := range people {
			people[p] = int32(p)
		}
	}
	if posts == nil {
		posts = make([]int32, len(h.Posts))
		for o := range posts {
			posts[o] = int32(o)
		}
	}
	for _, p := range people {
		for _, o := range posts {
			if mask := h.broken(p, o); mask != 0 && mask&(mask-1) == 0 {
				for i := range ruleNames {
					if mask == 1<<i {
						each(i, p, o)
					}
				}
			}
		}
	}
}

// broken says which rules a pair breaks, in both forms.
func (m *Market) broken(p, o int32) Rule {
	if m.locked[p] >= 0 && m.locked[p] != o {
		return RuleLock
	}
	if m.Form == JET {
		return m.kinds.rows[m.kinds.row[p]].mask[o]
	}
	mask := Rule(0)
	if !slices.ContainsFunc(m.People[p].Wishes, func(w Wish) bool { return w.Post == o }) && m.edge(p, o) == nil {
		mask |= RuleList
	}
	if _, ok := m.Posts[o].class(p); !ok {
		mask |= RuleAcceptance
	}
	if m.excluded(p, o) {
		mask |= RuleExclude
	}
	return mask
}

// relax orders what the rules would add, most first.
func (b *Bottleneck) relax(count map[int]int) {
	b.Relax = []Relaxation{}
	for i, n := range ruleNames {
		if count[i] > 0 {
			b.Relax = append(b.Relax, Relaxation{n.Code, n.Text, count[i]})
		}
	}
	slices.SortStableFunc(b.Relax, func(x, y Relaxation) int { return y.Adds - x.Adds })
	if len(b.Relax) > 0 {
		b.Rule = b.Relax[0].Rule
	}
}

func (b *Bottleneck) say(ja, en string, args ...any) Text {
	return Text{fmt.Sprintf(ja, args...), fmt.Sprintf(en, args...)}
}

// advise adds what giving up the foremost rule would do.
func (b *Bottleneck) advise(ja, en string) {
	if len(b.Relax) == 0 {
		return
	}
	r := b.Relax[0]
	b.Text.JA += "「" + r.Words.JA + "」" + fmt.Sprintf(ja, r.Adds)
	b.Text.EN += " Giving up the rule on " + r.Words.EN + fmt.Sprintf(en, r.Adds)
}
