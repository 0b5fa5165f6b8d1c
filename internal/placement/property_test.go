package placement

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// plain is a random round of strict lists without couples and caps, as values that can be changed.
type plain struct {
	People map[string][]string  `json:"people"`
	Posts  map[string]plainPost `json:"posts"`
	Seed   string               `json:"seed"`
}

type plainPost struct {
	Capacity int      `json:"capacity"`
	Ranks    []string `json:"ranks"`
}

func plainRound(d *rand.Rand) plain {
	r := plain{map[string][]string{}, map[string]plainPost{}, "00ff"}
	people, posts := 2+d.IntN(5), 1+d.IntN(4)
	for p := range people {
		list := []string{}
		for _, o := range d.Perm(posts)[:1+d.IntN(posts)] {
			list = append(list, fmt.Sprint("P", o))
		}
		r.People[fmt.Sprint("a", p)] = list
	}
	for o := range posts {
		var ranks []string
		for _, p := range d.Perm(people) {
			ranks = append(ranks, fmt.Sprint("a", p))
		}
		r.Posts[fmt.Sprint("P", o)] = plainPost{1 + d.IntN(2), ranks}
	}
	return r
}

func (r plain) text() string {
	b, _ := json.Marshal(r)
	return string(b)
}

// rankOfPost is the place of the post on somebody's true list, after all for none.
func (r plain) rankOfPost(p string, o *string) int {
	if o == nil {
		return len(r.People[p])
	}
	return slices.Index(r.People[p], *o)
}

func TestDeferredAcceptanceKeepsItsTheorems(t *testing.T) {
	d := rand.New(rand.NewPCG(5, 21))
	for range 400 {
		r := plainRound(d)
		text := r.text()
		out := outcome(t, text, Stable)
		if !out.Stable {
			t.Fatalf("%v\n%s", out.Blocking, text)
		}
		m, err := Open(read(t, text))
		if err != nil {
			t.Fatal(err)
		}
		seats := map[string]int{}
		for _, o := range out.Assignment {
			if o != nil {
				seats[*o]++
			}
		}
		// Best of all stable matchings for everybody; the same people placed and the same seats filled in each (rural hospitals).
		everyAssignment(m, func(at Assignment) {
			if n, _ := m.blocking(at, 0); n.total() > 0 {
				return
			}
			count := map[string]int{}
			for p, o := range m.Named(at) {
				if r.rankOfPost(p, o) < r.rankOfPost(p, out.Assignment[p]) || (o == nil) != (out.Assignment[p] == nil) {
					t.Fatalf("%s could have %v\n%s", p, o, text)
				}
				if o != nil {
					count[*o]++
				}
			}
			for o, n := range count {
				if n != seats[o] {
					t.Fatalf("%s fills %d seats and %d\n%s", o, seats[o], n, text)
				}
			}
		})
	}
}

func TestOneMoreSeatHurtsNobodyAndAnUntrueListHelpsNobody(t *testing.T) {
	d := rand.New(rand.NewPCG(5, 22))
	for range 300 {
		r := plainRound(d)
		honest := outcome(t, r.text(), Stable)
		more := plain{r.People, map[string]plainPost{}, r.Seed}
		for o, post := range r.Posts {
			more.Posts[o] = post
		}
		post := more.Posts["P0"]
		post.Capacity++
		more.Posts["P0"] = post
		larger := outcome(t, more.text(), Stable)
		for p := range r.People {
			if r.rankOfPost(p, larger.Assignment[p]) > r.rankOfPost(p, honest.Assignment[p]) {
				t.Fatalf("a seat more hurts %s\n%s", p, r.text())
			}
		}
		var posts []string
		for o := range r.Posts {
			posts = append(posts, o)
		}
		slices.Sort(posts)
		for _, list := range everyList(posts) {
			lie := plain{map[string][]string{}, r.Posts, r.Seed}
			for p, wishes := range r.People {
				lie.People[p] = wishes
			}
			lie.People["a0"] = list
			got := outcome(t, lie.text(), Stable).Assignment["a0"]
			if place := r.rankOfPost("a0", got); got != nil && place >= 0 && place < r.rankOfPost("a0", honest.Assignment["a0"]) {
				t.Fatalf("a0 gains by saying %v\n%s", list, r.text())
			}
		}
	}
}

// everyList is every order of every selection.
func everyList(items []string) [][]string {
	lists := [][]string{{}}
	for i, first := range items {
		rest := slices.Concat(items[:i], items[i+1:])
		for _, tail := range everyList(rest) {
			lists = append(lists, append([]string{first}, tail...))
		}
	}
	return lists
}

func TestTheOrderOfTheInputDecidesNothing(t *testing.T) {
	d := rand.New(rand.NewPCG(5, 23))
	for i := range 300 {
		text := sample(d, i%2 == 0)
		mechanism := []string{Balanced, Stable, Lottery}[i%3]
		want, _ := json.Marshal(outcome(t, text, mechanism))
		// Encoding again sorts the keys: another order of the same input.
		var round map[string]any
		if err := json.Unmarshal([]byte(text), &round); err != nil {
			t.Fatal(err)
		}
		people := round["people"].(map[string]any)
		reversed := `{"seed":"00ff","people":{`
		for k, p := range slices.Backward(slices.Sorted(keys(people))) {
			b, _ := json.Marshal(people[p])
			reversed += fmt.Sprintf("%q:%s", p, b)
			if k > 0 {
				reversed += ","
			}
		}
		delete(round, "people")
		delete(round, "seed")
		rest, _ := json.Marshal(round)
		reversed += "}," + string(rest[1:])
		got, _ := json.Marshal(outcome(t, reversed, mechanism))
		if string(got) != string(want) {
			t.Fatalf("%s\n%s\n%s\n%s", text, reversed, want, got)
		}
	}
}

func keys(of map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range of {
			if !yield(k) {
				return
			}
		}
	}
}

// A declined seat is filled with as few people moved as any assignment that places as many could, and nobody confirmed moves.
func TestADeclineMovesTheFewestAndNobodyConfirmed(t *testing.T) {
	d := rand.New(rand.NewPCG(5, 24))
	for range 600 {
		text := sample(d, false)
		m, err := Open(read(t, text))
		if err != nil {
			t.Fatal(err)
		}
		res, _ := m.Run([]string{Balanced, Stable}[d.IntN(2)])
		var placed []int32
		for p, o := range res.At {
			if o >= 0 {
				placed = append(placed, int32(p))
			}
		}
		if len(placed) < 2 {
			continue
		}
		declined, confirmed := placed[:1], placed[1:1+d.IntN(len(placed)-1)]
		got := res.Decline(confirmed, declined)
		most, fewest := -1, 0
		everyAssignment(m, func(at Assignment) {
			count, moved := 0, 0
			for p, o := range at {
				fixed := slices.Contains(confirmed, int32(p)) && o != res.At[p] || int32(p) == declined[0] && o >= 0 || res.At[p] >= 0 && o < 0 && int32(p) != declined[0]
				if fixed {
					return
				}
				if o >= 0 {
					count++
				}
				if res.At[p] >= 0 && o != res.At[p] && int32(p) != declined[0] {
					moved++
				}
			}
			if count > most || count == most && moved < fewest {
				most, fewest = count, moved
			}
		})
		count, moved := 0, 0
		for p, o := range got.Assignment {
			if o >= 0 {
				count++
			}
			if slices.Contains(confirmed, int32(p)) && o != res.At[p] {
				t.Fatalf("%s was confirmed and moved\n%s", m.People[p].ID, text)
			}
			if res.At[p] >= 0 && o != res.At[p] && int32(p) != declined[0] {
				moved++
			}
		}
		if count != most || moved != fewest {
			t.Fatalf("%d placed with %d moved, could be %d with %d\n%s\n%v\n%v", count, moved, most, fewest, text, m.Named(res.At), got.Changes)
		}
	}
}
