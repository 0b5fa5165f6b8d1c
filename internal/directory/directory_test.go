package directory_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/directory"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

var clerk = account.Who{Person: "p1", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:koushin"}}

func registry(t *testing.T, d *db.DB) (*directory.Store, func(day string)) {
	t.Helper()
	now := jp.Start("2026-10-14")
	clock := func() time.Time { return now }
	orgs := org.New(d).Clock(clock)
	if _, err := orgs.Add(context.Background(), org.System, org.Body{Code: "172014", Type: "city", Name: "金沢市", Kana: "かなざわし", English: "Kanazawa City", Prefecture: "17", HeadTitle: "市長", Source: "test"}); err != nil {
		t.Fatal(err)
	}
	return &directory.Store{DB: d, Orgs: orgs, Clock: clock}, func(day string) { now = jp.Start(day) }
}

func tie(name, agreed string) directory.Tie {
	return directory.Tie{Body: "172014", Name: lang.Text{JA: name}, Country: "FR", Agreed: agreed, Heads: true, Open: true, Assembly: true}
}

func TestATieWithoutTheAssemblyIsStoredOutsideTheStatistics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := registry(t, d)
		ctx := context.Background()
		if _, err := s.Save(ctx, clerk, tie("甲市", "1980-05-01"), ""); err != nil {
			t.Fatal(err)
		}
		less := tie("乙市", "1990-05-01")
		less.Assembly = false
		if _, err := s.Save(ctx, clerk, less, ""); err != nil {
			t.Fatal(err)
		}
		f, all, err := s.Now(ctx)
		if err != nil || f.Total != 1 || f.Outside != 1 || len(all) != 2 {
			t.Errorf("%+v, %v", f, err)
		}
		if list := directory.Anniversaries(all, 2030); len(list) != 1 || list[0].Name.JA != "甲市" {
			t.Errorf("anniversaries %v", list)
		}
	})
}

func TestAClosedMonthStaysAndIsCorrectedInTheNext(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, on := registry(t, d)
		ctx := context.Background()
		first, err := s.Save(ctx, clerk, tie("甲市", "1980-05-01"), "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Close(ctx, clerk, "2026-10"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a month that is not over was closed: %v", err)
		}
		on("2026-11-02")
		m, err := s.Close(ctx, clerk, "2026-10")
		if err != nil || m.Total != 1 {
			t.Fatal(m, err)
		}
		first.Assembly = false
		if _, err := s.Save(ctx, clerk, first, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("a change without reason: %v", err)
		}
		if _, err := s.Save(ctx, clerk, first, "議会の承認がなかった"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(ctx, clerk, tie("丙市", "2026-11-01"), ""); err != nil {
			t.Fatal(err)
		}
		on("2026-12-05")
		next, err := s.Close(ctx, clerk, "2026-11")
		if err != nil || next.Total != 1 || len(next.New) != 1 || len(next.Corrections) != 1 || next.Corrections[0].Reason != "議会の承認がなかった" || next.Corrections[0].In {
			t.Errorf("%+v, %v", next, err)
		}
		list, err := s.Months(ctx)
		if err != nil || len(list) != 2 || list[1].Total != 1 || list[1].Ties[0] != first.ID {
			t.Errorf("the closed month has changed: %+v, %v", list, err)
		}
		if _, err := s.Close(ctx, clerk, "2026-11"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a month is closed twice: %v", err)
		}
	})
}

func TestWhatATieMustBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := registry(t, d)
		ctx := context.Background()
		if _, err := s.Save(ctx, clerk, tie("甲市", "1980-05-01"), ""); err != nil {
			t.Fatal(err)
		}
		for field, change := range map[string]func(*directory.Tie){
			"agreed": func(t *directory.Tie) { t.Agreed = "2026-10-15" }, "country": func(t *directory.Tie) { t.Country = "JP" }, "partner_ja": func(t *directory.Tie) {},
			"body": func(t *directory.Tie) { t.Name.JA, t.Body = "丁市", "999999" }, "status": func(t *directory.Tie) { t.Status = "?" },
		} {
			x := tie("甲市", "1981-05-01")
			change(&x)
			if _, err := s.Save(ctx, clerk, x, ""); fault.Of(err) == nil || fault.Of(err).Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := s.Save(ctx, account.Who{}, tie("戊市", "1981-05-01"), ""); !fault.Is(err, fault.Refused) {
			t.Errorf("a visitor writes: %v", err)
		}
	})
}

func TestAnImportMatchesNamesAndCodes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := registry(t, d)
		ctx := context.Background()
		file := "自治体,提携先,国,提携日,首長の署名,分野の限定なし,議会の承認\n金沢市,甲市,フランス,昭和55年5月1日,○,○,○\n172014,乙市,DE,1990/4/1,○,○,\n石川県金沢市,甲市,FR,1980-05-01,○,○,○\n無い市,丙市,FR,1980-05-01,,,\n金沢市,丁市,FR,いつか,,,\n"
		dry, err := s.Import(ctx, clerk, strings.NewReader(file), true)
		if err != nil || dry.Added != 2 || dry.Same != 1 || dry.Refused != 2 || dry.Outside != 1 {
			t.Fatalf("%+v, %v", dry, err)
		}
		if f, _, _ := s.Now(ctx); f.Total != 0 {
			t.Error("a dry run wrote")
		}
		if dry.Rows[3].Column != "body" || dry.Rows[4].Column != "agreed" || dry.Rows[4].Problem.JA == "" {
			t.Errorf("%+v", dry.Rows)
		}
		if _, err := s.Import(ctx, clerk, strings.NewReader(file), false); err != nil {
			t.Fatal(err)
		}
		if f, _, _ := s.Now(ctx); f.Total != 1 || f.Outside != 1 {
			t.Errorf("%+v", f)
		}
		if _, err := s.Import(ctx, clerk, strings.NewReader("a,b\x00\n"), true); !fault.Is(err, fault.Invalid) {
			t.Errorf("a torn file: %v", err)
		}
	})
}
