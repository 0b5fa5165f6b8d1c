package cases_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// place is a case of a ranking as it was computed when whole documents were read: nothing of it comes from the package.
type place struct {
	c    *cases.Case
	mean float64
	own  float64
	far  bool
}

// placesOf ranks whole cases by the words of the definition: the mean of the sheets, then the criteria by weight, then the share of own
// money, then arrival.
func placesOf(list []*cases.Case, s programme.Screening) []place {
	var out []place
	for _, c := range list {
		x := place{c: c}
		n := 0.0
		marks := map[string][]int{}
		for _, m := range c.Members {
			if m.Interest != "" || m.Abstain != "" || m.Left != "" || m.At.IsZero() {
				continue
			}
			n++
			for _, k := range s.Criteria {
				x.mean += float64(k.Weight * int64(m.Marks[k.ID]) * 20)
				marks[k.ID] = append(marks[k.ID], m.Marks[k.ID])
			}
		}
		x.mean /= n
		for _, l := range marks {
			slices.Sort(l)
			median := float64(l[(len(l)-1)/2]+l[len(l)/2]) / 2
			for _, v := range l {
				x.far = x.far || math.Abs(float64(v)-median) >= 2
			}
		}
		own, _ := c.Answers()["fund.own"].(int64)
		rows, _ := c.Answers()["cost.lines"].([]form.Row)
		x.own = float64(own) / float64(form.Totals(rows).Total)
		out = append(out, x)
	}
	mean := func(c *cases.Case, id string) (sum float64) {
		n := 0.0
		for _, m := range c.Members {
			if m.Interest == "" && m.Abstain == "" && m.Left == "" && !m.At.IsZero() {
				sum, n = sum+float64(m.Marks[id]), n+1
			}
		}
		return sum / n
	}
	slices.SortFunc(out, func(a, b place) int {
		if o := cmp.Compare(b.mean, a.mean); math.Abs(a.mean-b.mean) > 1e-6 {
			return o
		}
		for _, k := range s.ByWeight() {
			if o := cmp.Compare(mean(b.c, k.ID), mean(a.c, k.ID)); o != 0 {
				return o
			}
		}
		return cmp.Or(cmp.Compare(b.own, a.own), a.c.Submitted.Compare(b.c.Submitted), cmp.Compare(a.c.ID, b.c.ID))
	})
	return out
}

// The ranking of generated cases, many of them equal in score, is the same from the narrow rows, from whole documents, and by a
// computation that shares nothing with the package; and so are the fingerprints that minutes keep.
func TestTheRankingFromNarrowRowsIsThatFromWholeCases(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		rng := rand.New(rand.NewPCG(3, 5))
		var patterns []*cases.Pattern
		for i := range 14 {
			w.wait(time.Minute)
			own := int64(7000000 + 1000000*rng.IntN(4))
			c := w.accepted([]string{nanao, fuji, kanazawa}[i%3], grant, map[string]any{"p.title": fmt.Sprint("生成", i), "fund.requested": 12000000 - own, "fund.own": own})
			panel := 3 + rng.IntN(2)
			w.must(w.s.Assign(bg, officer("keishin"), c.ID, staffed(1, panel)))
			for n := 1; n <= panel; n++ {
				switch {
				case n == 4 && i%4 == 0:
					w.must(w.s.Declare(bg, judge(n), c.ID, "申請団体の顧問である。"))
				case n == 4 && i%4 == 1:
					w.must(w.s.Abstain(bg, judge(n), c.ID, "専門外のため評価できない。"))
				case i%3 == 0: // equal sheets
					w.score(judge(n), c.ID, 4, 4, 4, 4, 4)
				default:
					w.score(judge(n), c.ID, 1+rng.IntN(5), 3+rng.IntN(3), 2+rng.IntN(4), 3+rng.IntN(3), 3+rng.IntN(3))
				}
			}
			if i%5 == 0 {
				c = w.do(officer("keishin"), c.ID, "rank", cases.Needs{})
				amount := int64(1000000)
				w.try(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択"}) // below the floor it is refused
			}
			p, err := w.s.Pattern(bg, c.ID)
			w.must(err)
			patterns = append(patterns, p)
		}
		w.adopted(nanao, grant, map[string]any{"p.title": "決定済み"}, 2000000)
		model := w.full(w.accepted(kanazawa, grant, map[string]any{"p.title": "団体の手本"}).ID)
		sower, err := w.s.Sower(bg)
		w.must(err)
		var seeds []cases.Seed
		for i := range 120 {
			m, err := patterns[rng.IntN(len(patterns))].Mould(-7, 0)
			w.must(err)
			seeds = append(seeds, cases.Seed{Mould: m, Org: model.Org, Title: fmt.Sprint("まいた案件", i)})
		}
		if _, err := sower.Sow(bg, seeds); err != nil {
			t.Fatal(err)
		}
		if n := w.int(`SELECT count(*) FROM case_standings n JOIN cases c ON c.id = n.case_id AND c.version = n.version`); n != 135 {
			t.Fatalf("%d narrow rows", n)
		}
		narrow, err := w.s.Ranking(bg, officer("keishin"), grant, 2027, 40000000)
		w.must(err)
		text := func(list []cases.Ranked) (out []string) {
			for i, r := range list {
				c := r.Case
				out = append(out, fmt.Sprintln(i, c.ID, c.Number, c.Title(), c.Org.Name, c.Org.Prefecture, c.State, c.Requested, r.Score, r.Scores, r.Far, r.Tie, r.OwnShare, r.Amount, r.Sum, r.Fits, r.Floor, r.Decided))
			}
			return out
		}
		var whole []*cases.Case
		for _, r := range narrow {
			if !r.Decided {
				whole = append(whole, w.get(officer("keishin"), r.Case.ID))
			}
		}
		for i, x := range placesOf(whole, w.programme(grant).Screening) {
			r := narrow[i]
			if r.Case.ID != x.c.ID || r.Score != int64(math.Round(x.mean/10)) || r.Far != x.far || r.OwnShare != x.own || r.Case.Title() != x.c.Title() {
				t.Fatalf("place %d: %s %s, want %s of %v, %v, %v", i+1, strings.TrimSpace(text(narrow)[i]), r.Case.Title(), x.c.ID, x.mean, x.own, x.far)
			}
		}
		from := text(narrow)
		w.exec(`UPDATE case_standings SET version = version - 1, doc = 'x'`) // of another version: never read
		stale, err := w.s.Ranking(bg, officer("keishin"), grant, 2027, 40000000)
		w.must(err)
		w.exec(`DELETE FROM case_standings`)
		none, err := w.s.Ranking(bg, officer("keishin"), grant, 2027, 40000000)
		w.must(err)
		if !slices.Equal(from, text(stale)) || !slices.Equal(from, text(none)) {
			t.Errorf("the ranking differs without narrow rows:\n%v\n%v", from, text(none))
		}
		w.must(w.s.Whole(bg, officer("keishin"), grant, 2027, none))
		for _, r := range none {
			if _, ok := r.Case.Answer("p.summary"); !ok {
				t.Fatalf("%s was not read whole", r.Case.Number)
			}
		}
		w.verified()
	})
}

// A case that ends, or whose sheets are gone, has no narrow row: nothing of it stays behind.
func TestACaseThatEndsLeavesNoNarrowRow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.scored(nanao, grant, nil)
		rows := `SELECT count(*) FROM case_standings WHERE case_id = $1 AND version = $2`
		if w.int(rows, c.ID, w.full(c.ID).Seq) != 1 {
			t.Fatal("a scored case has no narrow row of its version")
		}
		w.do(approver(nanao), c.ID, "withdraw", cases.Needs{Comment: "取りやめ"})
		if w.int(`SELECT count(*) FROM case_standings`) != 0 {
			t.Error("the row of a case that ended is there")
		}
	})
}
