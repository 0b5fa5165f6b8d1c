package cases_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/ledger"
)

// together runs f n times at once and returns the errors in order.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			errs[i] = f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

func count(errs []error, is func(error) bool) (n int) {
	for _, err := range errs {
		if is(err) {
			n++
		}
	}
	return n
}

func TestFiveSubmissionsWithOneTokenAreOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for round := range 4 {
			c := w.filled(staff(nanao), grant, map[string]any{"p.title": fmt.Sprint("事業", round)})
			w.do(staff(nanao), c.ID, "ask_approval", cases.Needs{})
			version := w.full(c.ID).Seq
			numbers := make([]string, 5)
			errs := together(5, func(i int) error {
				got, err := w.s.Do(bg, approver(nanao), c.ID, cases.Act{Move: "submit", Token: "paper-" + c.ID, Version: version})
				if err == nil {
					numbers[i] = got.Number
				}
				return err
			})
			for i, err := range errs {
				if err != nil || numbers[i] != fmt.Sprintf("P01-2027-%05d", round+1) {
					t.Errorf("post %d: %q %v", i, numbers[i], err)
				}
			}
			if n := w.int(`SELECT COUNT(*) FROM letters WHERE case_id = $1`, c.ID); n != 1 {
				t.Errorf("%d receipts", n)
			}
			if n := len(w.full(c.ID).Letters); n != 1 {
				t.Errorf("%d receipts in the case", n)
			}
			other := w.filled(staff(nanao), grant, map[string]any{"p.title": fmt.Sprint("別の事業", round)})
			_, err := w.s.Do(bg, staff(nanao), other.ID, cases.Act{Move: "ask_approval", Token: "paper-" + c.ID})
			wants(t, fault.Conflict, "the token of another case", err)
		}
		w.verified()
	})
}

func TestFiveSubmissionsWithFiveTokensLetOneThrough(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for round := range 4 {
			c := w.filled(staff(kanazawa), grant, map[string]any{"p.title": fmt.Sprint("事業", round)})
			errs := together(5, func(i int) error {
				_, err := w.s.Do(bg, staff(kanazawa), c.ID, cases.Act{Move: "submit", Token: fmt.Sprint(c.ID, i)})
				return err
			})
			if n := count(errs, func(err error) bool { return err == nil }); n != 1 {
				t.Errorf("%d went through: %v", n, errs)
			}
			if n := count(errs, func(err error) bool { return fault.Is(err, fault.Conflict) }); n != 4 {
				t.Errorf("%d conflicts: %v", n, errs)
			}
			if got := w.full(c.ID); got.Number != fmt.Sprintf("P01-2027-%05d", round+1) {
				t.Errorf("number %s", got.Number)
			}
		}
		w.verified()
	})
}

func TestFiftyCreationsWithOneTokenMakeOneDraft(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids := make([]string, 50)
		errs := together(50, func(i int) error {
			c, err := w.s.New(bg, staff(nanao), grant, "new-paper", "")
			if err == nil {
				ids[i] = c.ID
				if c.Programme != grant || c.Org.Code != nanao {
					return fmt.Errorf("an empty case: %+v", c)
				}
			}
			return err
		})
		for _, err := range errs {
			w.must(err)
		}
		slices.Sort(ids)
		if n := len(slices.Compact(ids)); n != 1 || w.int(`SELECT COUNT(*) FROM cases`) != 1 {
			t.Errorf("%d drafts", n)
		}
		_, err := w.s.New(bg, staff(fuji), grant, "new-paper", "")
		wants(t, fault.Missing, "the token of another body", err)
		w.verified()
	})
}

// proposals are n cases that await their decision, all alike: the journal of one, sown.
func (w *world) proposals(n int, amount int64) []string {
	w.t.Helper()
	one := w.proposed(nanao, grant, nil, amount)
	pattern, err := w.s.Pattern(bg, one.ID)
	w.must(err)
	mould, err := pattern.Mould(0, 0)
	w.must(err)
	sower, err := w.s.Sower(bg)
	w.must(err)
	var seeds []cases.Seed
	for i := range n - 1 {
		seeds = append(seeds, cases.Seed{Mould: mould, Org: one.Org, Title: fmt.Sprint("事業", i)})
	}
	ids, err := sower.Sow(bg, seeds)
	w.must(err)
	return append(ids, one.ID)
}

func TestAHundredApprovalsOnTheLastMillionLetExactlyThoseThroughThatFit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.budget(ledger.KindCut, 60000000)
		ids := w.proposals(100, 70000)
		w.budget(ledger.KindAdd, 1000000)
		before := w.int(`SELECT COUNT(*) FROM letters WHERE kind = 'L02'`)
		errs := together(len(ids), func(i int) error {
			_, err := w.s.Do(bg, chief("keishin"), ids[i], cases.Act{Move: "approve", Token: "decide-" + ids[i]})
			return err
		})
		if n := count(errs, func(err error) bool { return err == nil }); n != 14 {
			t.Errorf("%d decisions passed, 14 fit", n)
		}
		if n := count(errs, func(err error) bool { return fault.Is(err, fault.Refused) }); n != 86 {
			t.Errorf("%d were refused: %v", n, errs)
		}
		if b := w.balance(grant); b.Committed != 980000 || b.Available() != 20000 {
			t.Errorf("%+v", b)
		}
		if n := w.int(`SELECT COUNT(*) FROM cases WHERE state = 'adopted'`); n != 14 {
			t.Errorf("%d cases are adopted", n)
		}
		top := w.int(`SELECT MAX(n) FROM letters WHERE kind = 'L02'`)
		if n := w.int(`SELECT COUNT(DISTINCT n) FROM letters WHERE kind = 'L02'`) - before; n != 14 || top != 14 {
			t.Errorf("%d letters, the highest number is %d", n, top)
		}
		if differ, err := w.s.Ledger.Verify(bg); err != nil || len(differ) != 0 {
			t.Errorf("ledger: %v %v", differ, err)
		}
		w.verified()
	})
}

func TestTwoProcessesNumberLettersTogether(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			address := dbtest.Address(t, engine)
			open := func() *db.DB {
				d, err := db.Open(bg, address)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { d.Close() })
				return d
			}
			w := newWorld(t, open())
			stores := []*cases.Store{w.s, w.open(open())}
			ids := w.proposals(60, 1000000)
			errs := together(60, func(i int) error {
				_, err := stores[i%2].Do(bg, chief("keishin"), ids[i], cases.Act{Move: "approve"})
				return err
			})
			for _, err := range errs {
				w.must(err)
			}
			numbers, err := db.List(bg, w.d.Read(), db.Int, `SELECT n FROM letters WHERE kind = 'L02' ORDER BY n`)
			w.must(err)
			for i, n := range numbers {
				if n != int64(i+1) {
					t.Fatalf("number %d at place %d", n, i+1)
				}
			}
			if len(numbers) != 60 || w.balance(grant).Available() != 0 {
				t.Errorf("%d letters, %+v", len(numbers), w.balance(grant))
			}
			w.verified()
		})
	}
}

func TestSimultaneousSavesOfDifferentFieldsAllStay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.draft(staff(nanao), grant)
		keys := []string{"p.title", "p.summary", "p.purpose", "p.content", "p.place", "p.effect", "p.continuity", "e.direct", "e.target", "e.reference"}
		errs := together(20, func(i int) error {
			key := keys[i%len(keys)]
			_, err := w.s.SaveFields(bg, staff(nanao), c.ID, map[string]form.Input{key: form.Typed("書いた " + key)}, c.Seq, nil)
			return err
		})
		for _, err := range errs {
			w.must(err)
		}
		got := w.full(c.ID)
		for _, key := range keys {
			if got.Answers()[key] != "書いた "+key {
				t.Errorf("%s is %v", key, got.Answers()[key])
			}
		}
		w.verified()
	})
}

func TestMembersScoreAtTheSameMoment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.accepted(nanao, grant, nil)
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, staffed(1, 8)))
		for _, err := range together(8, func(i int) error { return w.tryScore(judge(i+1), c.ID) }) {
			w.must(err)
		}
		if m, s := w.full(c.ID).Judging(); m != 8 || s != 8 {
			t.Errorf("%d of %d sheets", s, m)
		}
		w.verified()
	})
}

func TestTwoOfficersDoNotDecideTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids := w.proposals(4, 1000000)
		for _, id := range ids {
			deputy := chief("keishin")
			deputy.Person = "deputy"
			errs := together(2, func(i int) error {
				if i == 0 {
					_, err := w.s.Do(bg, chief("keishin"), id, cases.Act{Move: "approve"})
					return err
				}
				_, err := w.s.Do(bg, deputy, id, cases.Act{Move: "send_back_proposal", Needs: cases.Needs{Comment: "見直し"}})
				return err
			})
			if n := count(errs, func(err error) bool { return err == nil }); n != 1 {
				t.Errorf("%d passed: %v", n, errs)
			}
		}
		w.verified()
	})
}

func TestAnOldPageIsToldSo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.submitted(nanao, grant, nil)
		_, err := w.s.Do(bg, branch("17"), c.ID, cases.Act{Move: "forward", Version: c.Seq - 1, Needs: cases.Needs{Opinion: "適当"}})
		wants(t, fault.Conflict, "an old page", err)
		_, err = w.s.Do(bg, approver(nanao), c.ID, cases.Act{Move: "submit"})
		wants(t, fault.Conflict, "a second submission", err)
		if f := fault.Of(err); f == nil || f.Key != "cases.moved_on" {
			t.Errorf("says %+v", f)
		}
		_, err = w.s.Do(bg, approver(nanao), c.ID, cases.Act{Move: "nonsense"})
		wants(t, fault.Refused, "a move nobody knows", err)
	})
}
