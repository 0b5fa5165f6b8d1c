package programme_test

import (
	"context"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/programmes"
)

const grant = "economic-activity-grant"

var (
	author    = account.Who{Person: "p1", Name: "見本 一郎", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}
	publisher = account.Who{Person: "p2", Name: "見本 花子", Hat: account.Hat{Role: account.RoleChief, Body: "hq:keishin"}}
	applicant = account.Who{Person: "p3", Hat: account.Hat{Role: account.RoleApprover, Body: "lg:172022"}}
	now       = time.Date(2026, 10, 1, 9, 0, 0, 0, jp.JST)
)

func seeded(t *testing.T, d *db.DB) (context.Context, *programme.Store) {
	t.Helper()
	ctx := context.Background()
	s := programme.New(d, func() time.Time { return now })
	if err := s.Seed(ctx, programmes.FS); err != nil {
		t.Fatal(err)
	}
	return ctx, s
}

func TestTheShippedProgrammesAreInForceOnceEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := seeded(t, d)
		if err := s.Seed(ctx, programmes.FS); err != nil {
			t.Fatal(err)
		}
		all, err := s.All(ctx)
		if err != nil || len(all) < 4 || all[0].Number != "P01" {
			t.Fatal(all, err)
		}
		versions, err := s.Versions(ctx, grant)
		if err != nil || len(versions) != 1 || versions[0].State != programme.Published || versions[0].Version != all[0].Version {
			t.Errorf("%+v %v", versions, err)
		}
		byNumber, err := s.Current(ctx, "P01")
		if err != nil || byNumber.Code != grant {
			t.Error(err)
		}
		if _, err := s.Current(ctx, "nothing"); !fault.Is(err, fault.Missing) {
			t.Error(err)
		}
		// another process reads the stored text, not the folder
		fresh := programme.New(d, nil)
		stored, err := fresh.ByHash(ctx, byNumber.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if h, _ := programme.Hash(stored.Definition); h != byNumber.Hash {
			t.Error("the stored definition is another one")
		}
		for _, i := range stored.RunExamples() {
			t.Error(i)
		}
	})
}

func TestAVersionIsPublishedByTwoPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := seeded(t, d)
		old, err := s.Current(ctx, grant)
		if err != nil {
			t.Fatal(err)
		}
		next := old.Definition
		next.Version = "2027.1.1"
		next.Title = lang.Text{JA: "経済活動助成事業（改）", EN: "Economic activity grant, revised"}
		if _, _, err := s.Propose(ctx, applicant, next); !fault.Is(err, fault.Refused) {
			t.Error(err)
		}
		hash, issues, err := s.Propose(ctx, author, next)
		if err != nil || len(issues) > 0 {
			t.Fatal(issues, err)
		}
		if cur, _ := s.Current(ctx, grant); cur.Hash != old.Hash {
			t.Error("a proposal is in force")
		}
		if err := s.Publish(ctx, author, hash); !fault.Is(err, fault.Refused) {
			t.Errorf("the author published: %v", err)
		}
		if err := s.Publish(ctx, applicant, hash); !fault.Is(err, fault.Refused) {
			t.Error(err)
		}
		if err := s.Publish(ctx, publisher, hash); err != nil {
			t.Fatal(err)
		}
		if err := s.Publish(ctx, publisher, hash); !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
		if cur, _ := s.Current(ctx, grant); cur.Hash != hash || cur.Title.JA != "経済活動助成事業（改）" {
			t.Error("the new version is not in force")
		}
		if kept, err := s.ByHash(ctx, old.Hash); err != nil || kept.Title != old.Title {
			t.Error("the old version is gone or changed", err)
		}
		versions, _ := s.Versions(ctx, grant)
		if len(versions) != 2 || versions[0].Publisher != "p2" || versions[0].Author != "p1" || versions[1].State != programme.Superseded {
			t.Errorf("%+v", versions)
		}
		if err := s.Seed(ctx, programmes.FS); err != nil {
			t.Fatal(err)
		}
		if cur, _ := programme.New(d, nil).Current(ctx, grant); cur.Hash != hash {
			t.Error("a restart brings the release's version back")
		}
	})
}

func TestAPublishedNumberCannotBeTakenAndMistakesAreNotStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := seeded(t, d)
		old, _ := s.Current(ctx, grant)
		other := old.Definition
		other.Title.JA += "（別）"
		if _, _, err := s.Propose(ctx, author, other); !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
		other.Version = "2027.1.1"
		other.Rules = append([]programme.Rule(nil), other.Rules...)
		other.Rules[0].Assert = "a.nothing == 1"
		if _, issues, err := s.Propose(ctx, author, other); !fault.Is(err, fault.Invalid) || len(issues) == 0 {
			t.Error(issues, err)
		}
		if versions, _ := s.Versions(ctx, grant); len(versions) != 1 {
			t.Error("a mistake was stored")
		}
	})
}

func TestNextYearsCallIsCopiedProposedAndPublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := seeded(t, d)
		old, _ := s.Current(ctx, grant)
		next, diff, err := s.CopyCall(ctx, author, grant)
		if err != nil || len(diff) < 8 {
			t.Fatal(diff, err)
		}
		hash, issues, err := s.Propose(ctx, author, next)
		if err != nil {
			t.Fatal(issues, err)
		}
		if err := s.Publish(ctx, publisher, hash); err != nil {
			t.Fatal(err)
		}
		if cur, _ := s.Current(ctx, grant); cur.Hash != old.Hash {
			t.Errorf("next year's call shuts the one that is open: %+v", cur.Call)
		}
		later := programme.New(d, func() time.Time { return time.Date(2026, 11, 15, 0, 0, 0, 0, jp.JST) })
		if cur, _ := later.Current(ctx, grant); cur.Call.FiscalYear != old.Call.FiscalYear+1 {
			t.Errorf("after the close the coming call is not in force: %+v", cur.Call)
		}
		versions, _ := s.Versions(ctx, grant)
		if len(versions) != 2 || versions[1].State != programme.Published {
			t.Errorf("last year's call must stay as it was: %+v", versions)
		}
	})
}

func TestAProgrammeClosesAndReopensWithAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := seeded(t, d)
		p, _ := s.Current(ctx, grant)
		if open, _ := s.Open(ctx, p, now); !open {
			t.Fatal("it is closed from the start")
		}
		if err := s.SetState(ctx, applicant, grant, "closed", "終了"); !fault.Is(err, fault.Refused) {
			t.Error(err)
		}
		if err := s.SetState(ctx, author, grant, "closed", " "); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		if err := s.SetState(ctx, author, grant, "closed", "予算額に達したため。"); err != nil {
			t.Fatal(err)
		}
		open, why := s.Open(ctx, p, now)
		if open || why.JA != "この事業は令和8年10月1日（木）から募集していません。予算額に達したため。" {
			t.Error(open, why)
		}
		if calls, _ := s.OpenCalls(ctx, now); len(calls) == 0 || calls[0].Code == grant {
			t.Error("it is among the open calls")
		}
		if err := s.SetState(ctx, publisher, "P01", "open", "予算を追加したため。"); err != nil {
			t.Fatal(err)
		}
		if open, _ := s.Open(ctx, p, now); !open {
			t.Error("it did not reopen")
		}
		log, err := s.StateLog(ctx, grant)
		if err != nil || len(log) != 2 || log[0].Who != "p1" || log[1].State != "open" || log[1].Reason != "予算を追加したため。" {
			t.Errorf("%+v %v", log, err)
		}
	})
}

func TestOpenCallsAreThoseWhoseDaysRun(t *testing.T) {
	d := dbtest.Open(t, "sqlite")
	ctx, s := seeded(t, d)
	for at, want := range map[string]int{"2026-06-30": 0, "2026-07-01": 3, "2026-09-30": 5, "2026-10-01": 4, "2026-11-01": 1, "2026-12-19": 0} {
		calls, err := s.OpenCalls(ctx, jp.Start(at).Add(23*time.Hour))
		if err != nil || len(calls) != want {
			t.Errorf("%s: %d calls, %v", at, len(calls), err)
		}
	}
}
