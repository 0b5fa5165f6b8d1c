package check_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/placement"
	"kakehashi/internal/placement/check"
	"kakehashi/internal/placement/sample"
)

var mechanisms = []string{placement.Balanced, placement.Stable, placement.Lottery}

// lists is a small random round of the list form: ties, caps, targets, blocks, locks, exclusions, couples with and without joint lists.
func lists(d *rand.Rand) []byte {
	people, posts := 2+d.IntN(6), 1+d.IntN(5)
	some := func(prefix string, n, least int) []any {
		list := []any{}
		order := d.Perm(n)[:least+d.IntN(n-least+1)]
		for i := 0; i < len(order); i++ {
			if d.IntN(4) == 0 && i+1 < len(order) {
				list = append(list, []string{fmt.Sprint(prefix, order[i]), fmt.Sprint(prefix, order[i+1])})
				i++
				continue
			}
			list = append(list, fmt.Sprint(prefix, order[i]))
		}
		return list
	}
	who, lines := map[string]any{}, map[string]any{}
	for p := range people {
		who[fmt.Sprint("a", p)] = some("P", posts, 0)
	}
	for o := range posts {
		line := map[string]any{"capacity": d.IntN(3), "region": fmt.Sprint("r", d.IntN(2))}
		if d.IntN(3) > 0 {
			line["ranks"] = some("a", people, 1)
		}
		lines[fmt.Sprint("P", o)] = line
	}
	round := map[string]any{"people": who, "posts": lines, "seed": fmt.Sprintf("%04x", d.IntN(1<<16))}
	if d.IntN(2) == 0 {
		round["regions"] = map[string]any{"r0": map[string]any{"cap": d.IntN(3), "parent": "top"}, "r1": map[string]any{}, "top": map[string]any{"cap": 1 + d.IntN(4)}}
	}
	if d.IntN(3) == 0 {
		round["exclude"] = []any{[]string{"a0", "P0"}}
	}
	if people > 3 && d.IntN(2) == 0 {
		couples := []any{map[string]any{"members": []string{"a1", "a0"}}}
		if d.IntN(2) == 0 {
			couples = append(couples, map[string]any{"members": []string{"a2", "a3"}, "ranks": []any{[]any{"P0", "P0"}, []any{fmt.Sprint("P", d.IntN(posts)), nil}}})
		}
		round["couples"] = couples
	}
	b, _ := json.Marshal(round)
	return b
}

// jet is a small random round of the JET form.
func jet(d *rand.Rand) []byte {
	r := sample.JET(sample.Size{People: 4 + d.IntN(12), Posts: 3 + d.IntN(6), Regions: 1 + d.IntN(4), Couples: d.IntN(3), Seed: d.Uint64()})
	b, _ := json.Marshal(r)
	if d.IntN(2) == 0 {
		var round map[string]any
		json.Unmarshal(b, &round)
		round["quotas"] = []any{map[string]any{"nationality": "US", "max": 1 + d.IntN(4)}, map[string]any{"nationality": "US", "type": "ALT", "max": 1 + d.IntN(4)},
			map[string]any{"nationality": "GB", "type": "ALT", "max": d.IntN(2)}}
		round["participants"].([]any)[0].(map[string]any)["recontract"] = map[string]any{"org": r.Posts[0].Org, "year": 2}
		b, _ = json.Marshal(round)
	}
	return b
}

// judged runs a mechanism and holds the answer against the checker.
func judged(t *testing.T, b []byte, mechanism string) (*placement.Result, *check.Report) {
	t.Helper()
	r, err := placement.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	m, err := placement.Open(r)
	if err != nil {
		return nil, nil
	}
	res, err := m.Run(mechanism)
	if err != nil {
		t.Fatal(err)
	}
	out := res.Outcome()
	claim := check.Claim{Stable: &out.Stable, Commitment: out.Commitment, Objective: map[string]int64{}}
	for _, o := range out.Objective {
		claim.Objective[o.Name] = o.Value
	}
	if c := res.Certificate(); c != nil {
		text, _ := json.Marshal(c)
		if err := json.Unmarshal(text, &claim.Certificate); err != nil {
			t.Fatal(err)
		}
	}
	blocks := len(out.Blocking)
	claim.Blocking = &blocks
	checker, err := check.Read(b)
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	report := checker.Verify(out.Assignment, claim)
	if !report.Checked {
		text, _ := json.Marshal(out)
		t.Fatalf("%s: %+v\n%s\n%s", mechanism, report.Faults, b, text)
	}
	return res, report
}

func TestTheCheckerAgreesWithEveryMechanismOnRoundsOfBothForms(t *testing.T) {
	d := rand.New(rand.NewPCG(5, 11))
	proven := 0
	for i := range 3000 {
		b := lists(d)
		if i%3 == 0 {
			b = jet(d)
		}
		res, report := judged(t, b, mechanisms[i%len(mechanisms)])
		if res != nil && slices.Contains(report.Proven, "placed") {
			proven++
		}
	}
	if proven < 750 {
		t.Errorf("only %d answers of the balanced mechanism were proven", proven)
	}
}

func TestTheCheckerRefusesWhatIsWrong(t *testing.T) {
	round := `{"people":{"a":["P","Q"],"b":["P"],"c":["Q"],"d":["Q"]},"posts":{"P":{"ranks":["b","a"],"region":"r"},"Q":{"capacity":2,"region":"s"}},
 "couples":[{"members":["c","d"],"ranks":[["Q","Q"]]}],"regions":{"s":{"cap":1}},"frozen":{"b":"P"},"seed":"00ff"}`
	for assignment, kind := range map[string]string{
		`{"a":null,"b":"P","c":null}`:                   "missing",
		`{"a":null,"b":"P","c":null,"d":null,"x":null}`: "unknown",
		`{"a":null,"b":"Z","c":null,"d":null}`:          "unknown",
		`{"a":null,"b":null,"c":null,"d":null}`:         "lock",
		`{"a":"P","b":"P","c":null,"d":null}`:           "seats",
		`{"a":null,"b":"P","c":"Q","d":null}`:           "couple",
		`{"a":null,"b":"P","c":"Q","d":"Q"}`:            "cap",
		`{"a":null,"b":"P","c":"P","d":null}`:           "rule",
	} {
		r, err := check.Read([]byte(round))
		if err != nil {
			t.Fatal(err)
		}
		var named map[string]*string
		json.Unmarshal([]byte(assignment), &named)
		report := r.Verify(named, check.Claim{})
		if report.Checked || !slices.ContainsFunc(report.Faults, func(f check.Fault) bool { return f.Kind == kind && f.Message.JA != "" && f.Message.EN != "" }) {
			t.Errorf("%s: %+v, want %s", assignment, report.Faults, kind)
		}
	}
}

// One potential changed by one, or a person moved to a worse place, and the proof falls.
func TestAChangedCertificateProvesNothing(t *testing.T) {
	b := []byte(`{"people":{"a":["P","Q"],"b":["P"]},"posts":{"P":{},"Q":{}},"seed":"00ff"}`)
	r, _ := placement.Read(bytes.NewReader(b))
	m, _ := placement.Open(r)
	res, _ := m.Run(placement.Balanced)
	text, _ := json.Marshal(res.Certificate())
	for _, change := range []func(*check.Certificate){
		func(c *check.Certificate) { c.People["a"][0] += 5 },
		func(c *check.Certificate) { delete(c.Posts, "P") },
		func(c *check.Certificate) { c.Levels = c.Levels[:1] },
	} {
		checker, _ := check.Read(b)
		var c check.Certificate
		json.Unmarshal(text, &c)
		if good := checker.Verify(res.Outcome().Assignment, check.Claim{Certificate: &c}); !good.Checked || len(good.Proven) == 0 {
			t.Fatalf("%+v", good)
		}
		change(&c)
		if report := checker.Verify(res.Outcome().Assignment, check.Claim{Certificate: &c}); report.Checked {
			t.Errorf("%+v", report)
		}
	}
	checker, _ := check.Read(b)
	var c check.Certificate
	json.Unmarshal(text, &c)
	p := "P"
	if report := checker.Verify(map[string]*string{"a": &p, "b": nil}, check.Claim{Certificate: &c}); report.Checked {
		t.Error("a worse assignment passed with the certificate of the best")
	}
}

func TestAClaimThatIsNotSoIsRefused(t *testing.T) {
	b := []byte(`{"people":{"a":["P"],"b":["P"]},"posts":{"P":{"ranks":["a","b"]}},"seed":"00ff"}`)
	checker, _ := check.Read(b)
	p := "P"
	yes := true
	report := checker.Verify(map[string]*string{"a": nil, "b": &p}, check.Claim{Stable: &yes, Objective: map[string]int64{"first": 2}, Commitment: strings.Repeat("0", 64)})
	if report.Checked || report.Stable || report.Blocks != 1 || len(report.Faults) != 3 {
		t.Errorf("%+v", report)
	}
}
