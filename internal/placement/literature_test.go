package placement

import (
	"fmt"
	"strings"
	"testing"
)

// outcome is what a mechanism answers on a round given as text.
func outcome(t testing.TB, text, mechanism string) *Outcome {
	t.Helper()
	out, err := Solve(read(t, text), mechanism)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

// placedAs writes an assignment as "a:P b:-".
func placedAs(out *Outcome, people ...string) string {
	var list []string
	for _, p := range people {
		post := "-"
		if out.Assignment[p] != nil {
			post = *out.Assignment[p]
		}
		list = append(list, p+":"+post)
	}
	return strings.Join(list, " ")
}

// Gale and Shapley, College Admissions and the Stability of Marriage, American Mathematical Monthly 69 (1962), example 2: four and four
// with a single stable matching, in which nobody gets the first choice but nobody can do better.
func TestTheSecondExampleOfGaleAndShapleyHasOneStableMatching(t *testing.T) {
	out := outcome(t, `{"people":{"a":["A","B","C","D"],"b":["A","D","C","B"],"c":["B","A","C","D"],"d":["D","B","C","A"]},
 "posts":{"A":{"ranks":["d","c","a","b"]},"B":{"ranks":["b","d","a","c"]},"C":{"ranks":["d","a","b","c"]},"D":{"ranks":["c","b","a","d"]}}}`, Stable)
	if got := placedAs(out, "a", "b", "c", "d"); got != "a:C b:D c:A d:B" || !out.Stable {
		t.Error(got, out.Blocking)
	}
}

// Klaus and Klijn, Stable matchings and preferences of couples, Journal of Economic Theory 121 (2005): one couple and one single person
// suffice that no matching is stable. The answer says so and blocks least.
func TestACoupleCanLeaveNoStableMatchingAndTheAnswerSaysSo(t *testing.T) {
	out := outcome(t, `{"people":{"s":["P","Q"]},"posts":{"P":{"ranks":["a","s"]},"Q":{"ranks":["s","b"]}},
 "couples":[{"members":["a","b"],"ranks":[["P","Q"]]}]}`, Stable)
	if out.Stable || len(out.Blocking) != 1 {
		t.Errorf("%+v", out)
	}
}

// Kamada and Kojima, Efficient Matching under Distributional Constraints, American Economic Review 105 (2015), example 1: a region of two
// hospitals with ten seats each and a cap of ten. Targets held as caps leave two of ten without a post; flexible ones place all.
func TestFlexibleCapsPlaceEverybodyInTheExampleOfKamadaAndKojima(t *testing.T) {
	var people, ranks []string
	for i := range 10 {
		post := "H2"
		if i < 3 {
			post = "H1"
		}
		people = append(people, fmt.Sprintf(`"d%02d":[%q]`, i, post))
		ranks = append(ranks, fmt.Sprintf(`"d%02d"`, i))
	}
	post := `{"capacity":10,"region":"r","ranks":[` + strings.Join(ranks, ",") + `]}`
	out := outcome(t, `{"people":{`+strings.Join(people, ",")+`},"posts":{"H1":`+post+`,"H2":`+post+`},
 "regions":{"r":{"cap":10,"target":{"H1":5,"H2":5},"order":["H1","H2"]}}}`, Stable)
	if out.Objective[0].Value != 10 || !out.Stable {
		t.Errorf("%+v", out)
	}
}

// Irving, Manlove and Scott, The Hospitals/Residents problem with Ties (2000): with ties, weakly stable matchings differ in size; the
// balanced mechanism finds the large one.
func TestWithTiesTheBalancedAnswerIsTheLargeStableMatching(t *testing.T) {
	out := outcome(t, `{"people":{"a":["P","Q"],"b":["P"]},"posts":{"P":{"ranks":[["a","b"]]},"Q":{"ranks":["a"]}}}`, Balanced)
	if got := placedAs(out, "a", "b"); got != "a:Q b:P" || !out.Stable || !out.Exact {
		t.Error(got, out.Stable)
	}
}

// Irving, Kavitha, Mehlhorn, Michail and Paluch, Rank-maximal matchings, ACM Transactions on Algorithms 2 (2006): as many first wishes as
// possible come before as many second ones, here among matchings of the same size.
func TestTheBalancedAnswerIsRankMaximal(t *testing.T) {
	out := outcome(t, `{"people":{"a":["P","Q","R"],"b":["P","Q","R"],"c":["Q","P","R"]},"posts":{"P":{},"Q":{},"R":{}},"seed":"01"}`, Balanced)
	if first, second := out.Objective[2], out.Objective[3]; first.Value != 2 || second.Value != 0 || !out.Exact {
		t.Errorf("%+v", out.Objective)
	}
}

// A post with one free seat chooses two newcomers only when even the lesser is worth more than who must leave (responsive choice).
func TestAPostTakesBothOfACoupleOnlyIfItWantsBoth(t *testing.T) {
	round := `{"people":{"s":["P"]},"posts":{"P":{"capacity":2,"ranks":["a","s","b"]}},"couples":[{"members":["a","b"],"ranks":[["P","P"]]}]}`
	out := outcome(t, round, Stable)
	if got := placedAs(out, "a", "b", "s"); got != "a:- b:- s:P" || !out.Stable {
		t.Error(got, out.Blocking)
	}
}
