package jobs_test

import (
	"context"
	"errors"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
)

// counting is a work of ten parts, four in a step; part seven is refused.
func counting(fail *error) jobs.WorkHandler {
	return func(ctx context.Context, tx db.Q, w jobs.Work) (jobs.Step, bool, error) {
		if *fail != nil {
			return jobs.Step{}, false, *fail
		}
		given, err := w.Given()
		if err != nil || string(given) != "ten parts" {
			return jobs.Step{}, false, errors.Join(err, errors.New("not what was given: "+string(given)))
		}
		s := jobs.Step{Total: 10, Done: min(w.Done+4, 10)}
		for n := w.Done + 1; n <= s.Done; n++ {
			if n == 7 {
				s.Refused++
				s.Items = append(s.Items, jobs.Item{Place: n, Outcome: "refused", Name: "七", Words: lang.Text{JA: "だめです", EN: "no"}})
			} else {
				s.Fine++
				s.Items = append(s.Items, jobs.Item{Place: n, Outcome: "add"})
			}
		}
		return s, s.Done == 10, nil
	}
}

func begin(t *testing.T, q *jobs.Queue) string {
	t.Helper()
	var id string
	if err := q.InTx(ctx, func(ctx context.Context, tx db.Q) (err error) {
		id, err = q.BeginWork(ctx, tx, jobs.Work{Kind: "count", Title: "十", Person: "p1"}, []byte("ten parts"), map[string]bool{"dry": true})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestALongWorkIsDoneStepByStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := jobs.New(d, quiet)
		var fail error
		told := 0
		q.HandleWork("count", counting(&fail), func(_ context.Context, _ db.Q, w jobs.Work) error {
			told++
			if w.Fine != 9 || w.Refused != 1 || w.State != jobs.WorkDone {
				t.Errorf("told of %+v", w)
			}
			return nil
		})
		id := begin(t, q)
		if w, err := q.Work(ctx, id); err != nil || w.State != jobs.WorkWaiting || w.Title != "十" {
			t.Errorf("begun: %+v %v", w, err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		w, err := q.Work(ctx, id)
		var settings struct{ Dry bool }
		if err != nil || w.State != jobs.WorkDone || w.Done != 10 || w.Total != 10 || w.Fine != 9 || w.Refused != 1 || w.End.IsZero() || w.Settings(&settings) != nil || !settings.Dry || told == 0 {
			t.Errorf("done: %+v %v, told %d times", w, err, told)
		}
		if list, err := q.Items(ctx, id, "refused", 0, 10); err != nil || len(list) != 1 || list[0].Place != 7 || list[0].Words.EN != "no" {
			t.Errorf("refused: %+v %v", list, err)
		}
		if n, err := q.Outcomes(ctx, id); err != nil || n["add"] != 9 || n["refused"] != 1 {
			t.Errorf("outcomes: %v %v", n, err)
		}
		if list, err := q.LastItems(ctx, id, 3); err != nil || len(list) != 3 || list[0].Place != 10 {
			t.Errorf("last: %+v %v", list, err)
		}
		if _, err := q.Work(ctx, "w_none"); !fault.Is(err, fault.Missing) {
			t.Errorf("no such work: %v", err)
		}
	})
}

func TestALongWorkStopsGoesOnAndFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := jobs.New(d, quiet)
		var fail error
		q.HandleWork("count", counting(&fail), nil)
		act := func(f func(context.Context, db.Q, string) error, id string) error {
			return q.InTx(ctx, func(ctx context.Context, tx db.Q) error { return f(ctx, tx, id) })
		}
		id := begin(t, q)
		if err := act(q.HaltWork, id); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if w, _ := q.Work(ctx, id); w.State != jobs.WorkStopped || w.Done != 0 {
			t.Errorf("stopped: %+v", w)
		}
		if err := act(q.ResumeWork, id); err != nil {
			t.Fatal(err)
		}
		fail = fault.New(fault.Invalid, "org.file_empty")
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if w, _ := q.Work(ctx, id); w.State != jobs.WorkFailed || w.Failure != lang.T(lang.JA, "org.file_empty") {
			t.Errorf("failed: %+v", w)
		}
		fail = nil
		if err := act(q.ResumeWork, id); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if w, _ := q.Work(ctx, id); w.State != jobs.WorkDone || w.Failure != "" {
			t.Errorf("gone on: %+v", w)
		}
		if err := act(q.ResumeWork, id); !fault.Is(err, fault.Conflict) {
			t.Errorf("what is done cannot go on: %v", err)
		}
		fail = errors.New("the disk is full")
		other := begin(t, q)
		if err := q.Drain(ctx); err == nil {
			t.Error("a failure nobody can mend is the queue's to try again")
		}
		if w, _ := q.Work(ctx, other); w.Ended() {
			t.Errorf("tried again later: %+v", w)
		}
	})
}
