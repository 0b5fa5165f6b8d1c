package placement

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func read(t testing.TB, text string) *Round {
	t.Helper()
	r, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return r
}

// Gale and Shapley, College Admissions and the Stability of Marriage (1962), example 1: the men-optimal matching gives every man
// his first choice.
func TestDeferredAcceptanceGivesTheFirstExampleOfGaleAndShapley(t *testing.T) {
	r := read(t, `{"people":{"a":["A","B","C"],"b":["B","C","A"],"c":["C","A","B"]},
 "posts":{"A":{"ranks":["b","c","a"]},"B":{"ranks":["c","a","b"]},"C":{"ranks":["a","b","c"]}}}`)
	out, err := Solve(r, "stable")
	if err != nil || !out.Stable {
		t.Fatal(err, out)
	}
	for p, o := range map[string]string{"a": "A", "b": "B", "c": "C"} {
		if out.Assignment[p] == nil || *out.Assignment[p] != o {
			t.Errorf("%s: %v", p, out.Assignment[p])
		}
	}
}

func TestWhatCannotBeReadIsRefusedWithItsPlace(t *testing.T) {
	for text, at := range map[string]string{
		`{"people":{"a":["Q"]},"posts":{"A":{}}}`:                                                "people.a[0]",
		`{"people":{"a":["A","A"]},"posts":{"A":{}}}`:                                            "people.a",
		`{"people":{"a":["A"]},"posts":{"A":{"capacity":-1}}}`:                                   "posts.A.capacity",
		`{"people":{"a":["A"]},"posts":{"A":{}},"couples":[{"members":["a"]}]}`:                  "couples[0].members",
		`{"people":{"a":["A"]},"posts":{"A":{"capacity":0}},"frozen":{"a":"A"}}`:                 "frozen.a",
		`{"people":{},"posts":{},"regions":{"x":{"parent":"y"},"y":{"parent":"x"}}}`:             "regions.x.parent",
		`{"form":"round","participants":[{"id":"1","type":"ALT","sex":"f"}],"posts":[]}`:         "participants[0].sex",
		`{"form":"round","participants":[{"id":"1","type":"ALT","wishes":[{}]}],"posts":[]}`:     "participants[0].wishes[0]",
		`{"form":"round","participants":[],"posts":[{"id":"p","type":"ALT","seats":1,"min":2}]}`: "posts[0].min",
		`{"people":{"a":[]},"people":{},"posts":{}}`:                                             "people",
	} {
		_, err := Read(strings.NewReader(text))
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.At != at || refusal.Message.JA == "" || refusal.Message.EN == "" {
			t.Errorf("%s: %v, want %s", text, err, at)
		}
	}
}

func TestAnEnglishSpeakerIsNeverPlacedInAKoreanPost(t *testing.T) {
	r := read(t, `{"form":"round","participants":[{"id":"1","type":"CIR","languages":{"en":"native"}}],
 "posts":[{"id":"p","type":"CIR","language":"ko","org":"142018"}]}`)
	for _, mechanism := range []string{"balanced", "stable", "lottery"} {
		out, err := Solve(r, mechanism)
		if err != nil || out.Assignment["1"] != nil || len(out.Removed) != 1 || out.Removed[0].Rule != "H1" || out.Removed[0].Alone != 1 {
			t.Errorf("%s: %v %+v", mechanism, err, out)
		}
	}
}

// sample is a small random round of the list form, its parts in random order.
func sample(d *rand.Rand, couples bool) string {
	people, posts := 2+d.IntN(4), 1+d.IntN(3)
	ids := func(prefix string, n int) []string {
		var list []string
		for _, i := range d.Perm(n) {
			list = append(list, fmt.Sprintf("%s%d", prefix, i))
		}
		return list
	}
	object := map[string]any{}
	for _, p := range ids("a", people) {
		object[p] = tied(d, ids("P", posts)[:1+d.IntN(posts)])
	}
	lines := map[string]any{}
	for _, o := range ids("P", posts) {
		line := map[string]any{"capacity": 1 + d.IntN(2), "region": "r"}
		if d.IntN(3) > 0 {
			line["ranks"] = tied(d, ids("a", people))
		}
		lines[o] = line
	}
	round := map[string]any{"people": object, "posts": lines, "seed": "00ff"}
	if d.IntN(3) == 0 {
		round["regions"] = map[string]any{"r": map[string]any{"cap": d.IntN(3)}}
	}
	if couples {
		round["couples"] = []any{map[string]any{"members": []string{"a0", "a1"}}}
	}
	text, _ := json.Marshal(round)
	return string(text)
}

// tied makes some neighbours equals.
func tied(d *rand.Rand, ids []string) []any {
	list := []any{}
	for i := 0; i < len(ids); i++ {
		if d.IntN(5) == 0 && i+1 < len(ids) {
			list = append(list, ids[i:i+2])
			i++
			continue
		}
		list = append(list, ids[i])
	}
	return list
}

// everyAssignment calls visit for all assignments that keep seats, caps and couples.
func everyAssignment(m *Market, visit func(Assignment)) {
	at := Assignment(filled(len(m.People)))
	var next func(p int)
	next = func(p int) {
		if p == len(at) {
			for i, c := range m.Couples {
				alone := at[c.A] < 0 && at[c.B] < 0
				if !alone && m.rankOf(i, at[c.A], at[c.B]) == 1<<30 {
					return
				}
			}
			room := newRoom(m, at)
			for o := range m.Posts {
				if !room.free(int32(o)) {
					return
				}
			}
			visit(at)
			return
		}
		at[p] = -1
		next(p + 1)
		for _, e := range m.of(int32(p)) {
			at[p] = e.post
			next(p + 1)
		}
		at[p] = -1
	}
	next(0)
}

func TestTheBalancedAnswerIsTheBestOfAllAssignments(t *testing.T) {
	d := rand.New(rand.NewPCG(5, 1))
	for i := range 14000 {
		text := sample(d, i%2 == 0)
		m, err := open(read(t, text), 0)
		if err != nil {
			t.Fatal(err)
		}
		levels := m.levels()
		var best []int64
		everyAssignment(m, func(at Assignment) {
			if v := m.measure(levels, at); best == nil || slices.Compare(v, best) > 0 {
				best = v
			}
		})
		if got := m.balanced(); !slices.Equal(got.values, best) || !got.exact {
			t.Fatalf("%v, best %v, exact %v\n%s", got.values, best, got.exact, text)
		}
	}
}

func TestTheStableAnswerBlocksLeastOfAllAssignments(t *testing.T) {
	d := rand.New(rand.NewPCG(5, 2))
	for i := range 6000 {
		text := sample(d, i%2 == 0)
		m, err := open(read(t, text), 0)
		if err != nil {
			t.Fatal(err)
		}
		fewest := 1 << 30
		everyAssignment(m, func(at Assignment) {
			if n, _ := m.blocking(at, 0); n.total() < fewest {
				fewest = n.total()
			}
		})
		if n, _ := m.blocking(m.stable(), 0); n.total() != fewest {
			t.Fatalf("%d blocking where %d can be\n%s", n.total(), fewest, text)
		}
	}
}

func TestARerunIsTheSameByteForByte(t *testing.T) {
	d := rand.New(rand.NewPCG(5, 3))
	for range 50 {
		text := sample(d, true)
		for _, mechanism := range []string{"balanced", "stable", "lottery"} {
			var first string
			for range 2 {
				out, err := Solve(read(t, text), mechanism)
				if err != nil {
					t.Fatal(err)
				}
				b, _ := json.Marshal(out)
				if first != "" && first != string(b) {
					t.Fatalf("%s\n%s", first, b)
				}
				first = string(b)
			}
		}
	}
}
