package journey_test

import (
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/finance"
	"kakehashi/internal/zengin"
)

// A bill is paid through a file for the bank that one person makes and another releases; what the bank refuses is due again; nobody but
// finance sees the account.
func TestAPaymentGoesThroughTheBankByTwoPeople(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			o := newOffice(t, engine)
			c := o.at("billed")
			clerk := account.Who{Person: "p", Sample: true, Hat: account.Hat{Role: account.RoleFinance, Body: "hq:somu"}}
			one, two := o.house.As("demo-finance"), o.house.As("demo-finance2")
			one.OpenOK("/desk/money/payments").Sees("振込元の口座がまだ登録されていません", c.Number).Press("振込データを作る").WantStatus(422)
			one.OpenOK("/desk/money/payer").Fill("code", "123").Fill("name", "見本").Press("登録する").WantStatus(422).Sees("決められた桁数の数字", "銀行コード（4桁）を入力してください")
			one.Fill("code", "1234567890").Fill("name", "ミホンキョウカイ").Fill("bank", "0001").Fill("branch", "101").Fill("kind", "普通").Fill("number", "0012345").Press("登録する").WantStatus(200)
			one.OpenOK("/desk/money/payments").Fill("on", "2026/10/17").Press("振込データを作る").WantStatus(422).Sees("銀行の営業日")
			one.Fill("on", "2026/10/19").Press("振込データを作る").WantStatus(200).Sees("SHA-256", "作った人は送付を承認できません")
			at := one.Path()
			if one.HasButton("送付を承認する") {
				t.Error("who made the file may release it")
			}
			if b := o.house.As("demo-finance").Open(at + "/file.txt"); b.Status() == 200 {
				t.Error("the file can be fetched before it is released")
			}
			for _, login := range []string{"demo-officer", "demo-chief", "demo-auditor", "demo-branch", "demo-admin"} {
				if b := o.house.As(login).Open(at); b.Status() != 404 {
					t.Errorf("%s opens the file: %d", login, b.Status())
				}
			}
			two.OpenOK(at).Press("送付を承認する").WantStatus(200).Sees("結果待ち")
			list, err := o.house.App.Finance.Transfers(t.Context(), clerk)
			if err != nil || len(list) != 1 {
				t.Fatalf("%v %v", list, err)
			}
			_, content, err := o.house.App.Finance.Content(t.Context(), clerk, list[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			f, err := zengin.Read(content)
			if err != nil || f.Total() != list[0].Total || f.Payees[0].Reference != c.Number {
				t.Errorf("%+v %v", f, err)
			}
			if two.OpenOK(at).Sees("振込指定日の令和8年10月19日"); two.HasButton("すべて振込済みとする") || two.HasButton("結果を読み込む") {
				t.Error("results are asked for before the day of the transfer")
			}
			early := []finance.Result{{Transfer: list[0].N, Line: 1, Number: c.Number, Amount: list[0].Total, Paid: true}}
			if _, _, err := o.house.App.Finance.Import(t.Context(), clerk, list[0].ID, early); !fault.Is(err, fault.Invalid) {
				t.Errorf("a result before the day: %v", err)
			}
			o.house.At(time.Date(2026, 10, 19, 6, 0, 0, 0, time.UTC))
			now, _, err := o.house.App.Cases.Get(t.Context(), cases.System, c.ID)
			if err != nil || now.State != "billed" {
				t.Fatalf("%s %v", now.State, err)
			}
			two = o.house.As("demo-finance2").OpenOK(at)
			two.Press("結果を読み込む").WantStatus(422).Sees("結果のファイルを選んでください")
			two.OpenOK(at).Press("すべて振込済みとする").WantStatus(200).Sees("振込済み1件", "完了")
			if now, _, err = o.house.App.Cases.Get(t.Context(), cases.System, c.ID); err != nil || now.State != "paid" || now.Paid != now.Fixed || !strings.HasPrefix(now.Payments[0].Reference, list[0].N) {
				t.Errorf("%s %+v %v", now.State, now.Payments, err)
			}
			if _, _, found, err := o.house.App.Cases.Verify(t.Context(), nil); err != nil || len(found) > 0 {
				t.Errorf("%v %v", found, err)
			}
		})
	}
}

// The year is closed by two people: what is not paid goes to the next year or lapses, the rest lapses; done again it finds nothing.
func TestAYearIsClosedByTwoPeople(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			o := newOffice(t, engine)
			const book = "/desk/money/budgets/economic-activity-grant/2026"
			officer := o.house.As("demo-officer")
			officer.OpenOK(book).Follow("年度末の締め").Press("一覧を作り直す").WantStatus(422).Sees("準備できます")
			o.house.At(time.Date(2027, 4, 3, 1, 0, 0, 0, time.UTC))
			fund := cases.Sample + "economic-activity-grant"
			before, err := o.house.App.Ledger.Balance(t.Context(), fund, 2026)
			if err != nil || before.Committed == 0 {
				t.Fatalf("%+v %v", before, err)
			}
			officer = o.house.As("demo-officer").OpenOK(book+"/close").Press("一覧を作り直す").WantStatus(200).Sees("翌年度へ繰り越す", "承認待ち")
			if officer.HasButton("承認して締める") {
				t.Error("who prepared the close may approve it")
			}
			chief := o.house.As("demo-chief").OpenOK(book + "/close").Press("承認して締める").WantStatus(422).Sees("理由のない案件")
			officer.Fill("reason_all", "事業が翌年度に続くため。").Press("理由のないものをまとめて繰り越す").WantStatus(200).Sees("事業が翌年度に続くため。")
			if now, err := o.house.App.Ledger.Balance(t.Context(), fund, 2026); err != nil || now != before {
				t.Errorf("preparing moved money: %+v", now)
			}
			// What cannot be done is left with the reason, and the year stays open until somebody has mended it.
			chief.OpenOK(book+"/close").Press("承認して締める").WantStatus(200).Sees("承認しました", "順番を待っています")
			change(t, o.house, `UPDATE closing_items SET case_id = 'gone ' || case_id WHERE number LIKE '%3'`)
			if err := o.house.App.Jobs.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			chief.OpenOK(book+"/close").Sees("処理できなかった案件", "見つかりません", "残りがなくなるまで予算は締まりません")
			if now, err := o.house.App.Ledger.Balance(t.Context(), fund, 2026); err != nil || now.Closed != "" || now.Committed == 0 {
				t.Errorf("closed with items left: %+v %v", now, err)
			}
			if b := o.house.As("demo-officer").OpenOK(book + "/close"); b.HasButton("続きから再開する") || b.HasButton("承認して締める") {
				t.Error("an officer may let the close go on")
			}
			change(t, o.house, `UPDATE closing_items SET case_id = REPLACE(case_id, 'gone ', '')`)
			chief.Press("続きから再開する").WantStatus(200)
			if err := o.house.App.Jobs.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			chief.OpenOK(book+"/close").Sees("締め済み", "完了しました")
			now, err := o.house.App.Ledger.Balance(t.Context(), fund, 2026)
			if err != nil || now.Closed == "" || now.Committed != 0 || now.Reserved != 0 || now.Available() != 0 {
				t.Errorf("after: %+v %v", now, err)
			}
			if next, err := o.house.App.Ledger.Balance(t.Context(), fund, 2027); err != nil || next.Committed != before.Committed {
				t.Errorf("next year: %+v, %d was committed", next, before.Committed)
			}
			boss := account.Who{Person: "x", Sample: true, Hat: account.Hat{Role: account.RoleChief, Body: "hq:keishin"}}
			c, err := o.house.App.Finance.Closing(t.Context(), boss, fund, 2026)
			if err != nil || c.State != finance.Done || c.Open != 0 || c.Items == 0 {
				t.Errorf("%+v %v", c, err)
			}
			if err := o.house.App.Finance.Resume(t.Context(), boss, c); !fault.Is(err, fault.Conflict) {
				t.Errorf("run twice: %v", err)
			}
			if _, err := o.house.App.Finance.Prepare(t.Context(), boss, fund, 2026); !fault.Is(err, fault.Refused) {
				t.Errorf("closed twice: %v", err)
			}
			if _, _, found, err := o.house.App.Cases.Verify(t.Context(), nil); err != nil || len(found) > 0 {
				t.Errorf("%v %v", found, err)
			}
		})
	}
}
