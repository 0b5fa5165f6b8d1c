package library_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/library"
)

func editor(person string) account.Who {
	return account.Who{Person: person, Hat: account.Hat{Role: account.RoleEditor, Body: "hq:kikaku"}}
}

func shelf(d *db.DB) *library.Store {
	return &library.Store{DB: d, Clock: func() time.Time { return jp.Start("2026-10-14") }}
}

func TestTheTenVolumesAreThereOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := shelf(d), context.Background()
		for range 2 {
			if err := s.Seed(ctx); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		if err := s.Public(ctx, func(p library.Publication) error { n++; return nil }); err != nil || n != 10 {
			t.Errorf("%d volumes, %v", n, err)
		}
		p, err := s.Get(ctx, account.Who{}, "countries-it")
		if err != nil || p.Office != "" || p.Countries[0] != "IT" || p.Year != 2022 {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

func TestADraftIsPublishedByASecondPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := shelf(d), context.Background()
		told := 0
		s.Changed = func(context.Context, db.Q, string) error { told++; return nil }
		p := library.Publication{ID: "report-1", Series: "クレアレポート", Form: "report", Year: 2026}
		p.Record = library.Record{Title: lang.Text{JA: "見本の報告"}, Languages: []string{"ja"}, Fields: []string{"上下水道"}}
		p, err := s.Save(ctx, editor("a"), p)
		if err != nil || p.Fields[0] != "water" {
			t.Fatal(p, err)
		}
		if _, err := s.Get(ctx, account.Who{}, p.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("a draft is public: %v", err)
		}
		if err := s.Move(ctx, editor("a"), p.ID, library.Send, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.Move(ctx, editor("a"), p.ID, library.Publish, ""); !fault.Is(err, fault.Refused) {
			t.Errorf("published by who sent it: %v", err)
		}
		if err := s.Move(ctx, editor("b"), p.ID, library.Publish, ""); err != nil || told != 1 {
			t.Fatal(err, told)
		}
		if got, err := s.Get(ctx, account.Who{}, p.ID); err != nil || got.Day != "2026-10-14" {
			t.Errorf("%+v, %v", got, err)
		}
		if err := s.Move(ctx, editor("b"), p.ID, library.Withdraw, " "); !fault.Is(err, fault.Invalid) {
			t.Errorf("withdrawn without reason: %v", err)
		}
		if _, err := s.Save(ctx, editor("b"), p); !fault.Is(err, fault.Refused) {
			t.Errorf("a published one is changed: %v", err)
		}
	})
}

func TestAnImportTellsRowByRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := shelf(d), context.Background()
		file := "識別子,題名,シリーズ,国・地域,分野,年度\na-1,水道の報告,クレアレポート,CN,上下水道,2025\na-1,二度目,クレアレポート,CN,,2025\nb-1,題,無い,,,2025\nc-1,題,事例集,XX,,2025\nd-1,題,事例集,,,十\n"
		dry, err := s.Import(ctx, editor("a"), strings.NewReader(file), true, false)
		if err != nil || dry.Added != 1 || dry.Refused != 4 {
			t.Fatalf("%+v, %v", dry, err)
		}
		for i, column := range []string{"", "id", "series", "countries", "year"} {
			if dry.Rows[i].Column != column {
				t.Errorf("row %d fails at %q, want %q", i, dry.Rows[i].Column, column)
			}
		}
		if list, _ := s.List(ctx, editor("a"), library.Draft); len(list) != 0 {
			t.Error("a dry run wrote")
		}
		for _, want := range []string{"add", "same"} {
			r, err := s.Import(ctx, editor("a"), strings.NewReader(file), false, false)
			if err != nil || r.Rows[0].Act != want {
				t.Errorf("%+v, %v", r.Rows[0], err)
			}
		}
	})
}
