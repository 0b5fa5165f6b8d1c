package journey_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/test/journey"
)

// Detail 14 of casework.md §6: events are written with the state and chained, every day's heads are signed, reading is written down, and a
// case is shown as it was; what is changed behind the service's back is found.
func TestDetail14ProofByAChainASignedHeadAReadLogAndThePast(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			real(t, h)
			id, err := db.One(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM cases WHERE state = 'hq_check' AND org_code = '222101' LIMIT 1`)
			if err != nil {
				t.Fatal(err)
			}
			before := h.Now()
			was, _, err := h.App.Cases.AsOf(t.Context(), auditorOf(), id, before)
			if err != nil {
				t.Fatal(err)
			}
			h.Wait(1)
			if err := h.App.Proof.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n, wrong, err := h.App.Proof.Verify(t.Context()); err != nil || n == 0 || len(wrong) > 0 {
				t.Fatalf("%d days are signed, wrong are %v (%v)", n, wrong, err)
			}
			in, err := h.App.Proof.Include(t.Context(), id)
			if err != nil || in.Verify() != nil {
				t.Errorf("the case is not in the signed head: %v", err)
			}
			if _, err := h.App.Cases.Do(t.Context(), officerOf(), id, cases.Act{Move: "hq_return", Needs: cases.Needs{Due: "2026-10-30", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}}}); err != nil {
				t.Fatal(err)
			}
			past, p, err := h.App.Cases.AsOf(t.Context(), auditorOf(), id, before)
			if err != nil || past.State != was.State || past.Head != was.Head || p.Hash != was.Definition {
				t.Errorf("the past is not what it was: %v", err)
			}
			change(t, h, `UPDATE case_events SET name = 'x' WHERE case_id = $1 AND seq = 2`, id)
			_, _, found, err := h.App.Cases.Verify(t.Context(), nil)
			if err != nil || !slices.ContainsFunc(found, func(f cases.Fault) bool { return f.Case == id && f.Seq == 2 }) {
				t.Errorf("a changed event was not found: %v %v", found, err)
			}
		})
	}
}

// Detail 15: draft, refused and awarded cases have clocks of their own; a hold stops one; a list is drawn up by one person and approved by
// another; what is left is a tombstone, and the chain still verifies. Details: TestWhatWasKeptLongEnoughIsDisposedOfByTwo.
func TestDetail15RetentionClocksHoldsAndATombstoneThatVerifies(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			id, err := db.One(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM cases WHERE state = 'hq_check' AND org_code = '222101' LIMIT 1`)
			if err != nil {
				t.Fatal(err)
			}
			title, err := db.One(t.Context(), h.App.DB.Read(), db.String, `SELECT title FROM cases WHERE id = $1`, id)
			if err != nil {
				t.Fatal(err)
			}
			h.As("demo-approver").OpenOK("/work/cases/"+id).Fill("comment", "先方の都合により実施できなくなりました。").Press("申請を取り下げる").WantStatus(200)
			h.Settle()
			real(t, h)
			h.At(time.Date(2030, 3, 31, 10, 0, 0, 0, jp.JST))
			h.As("demo-officer").OpenOK("/desk/disposals").SeesNot(title)
			h.At(time.Date(2030, 4, 1, 10, 0, 0, 0, jp.JST))
			officer := h.As("demo-officer").OpenOK("/desk/disposals").Sees(title)
			officer.OpenOK("/desk/cases/"+id+"/hold").Fill("reason", "情報公開請求への対応のため").Press("廃棄を停止する").WantStatus(200)
			officer.OpenOK("/desk/disposals").SeesNot(title)
			officer.OpenOK("/desk/cases/"+id+"/hold").Fill("reason", "請求への対応が終わったため").Press("停止を解く").WantStatus(200)
			list := officer.OpenOK("/desk/disposals").Press("廃棄目録を作る").WantStatus(200).Sees(title).Path()
			if status, _, _ := officer.Post(list, url.Values{"do": {"approve"}}); status != 403 {
				t.Errorf("who drew it up approves: %d", status)
			}
			h.As("demo-chief").OpenOK(list).Press("承認して廃棄する").WantStatus(200)
			h.Settle()
			c, _, err := h.App.Cases.Get(t.Context(), cases.System, id)
			if err != nil || c.Erased == "" || c.Number == "" || strings.Contains(c.Title(), title) {
				t.Fatalf("no tombstone: %+v %v", c, err)
			}
			if n, err := db.One(t.Context(), h.App.DB.Read(), db.Int, `SELECT count(*) FROM case_events WHERE case_id = $1 AND data LIKE $2`, id, "%"+title+"%"); err != nil || n > 0 {
				t.Errorf("%d events still have the words (%v)", n, err)
			}
			_, _, found, err := h.App.Cases.Verify(t.Context(), nil)
			for _, f := range found {
				if f.Case == id && !strings.HasSuffix(f.Text, " in demo") { // the test made the samples real
					t.Errorf("the tombstone does not verify: %+v", f)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.App.Cases.Do(t.Context(), officerOf(), id, cases.Act{Move: "accept"}); !fault.Is(err, fault.Conflict) {
				t.Errorf("a destroyed case goes on: %v", err)
			}
		})
	}
}

func officerOf() account.Who {
	return account.Who{Person: "p-officer", Name: "見本 桂", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}
}

func auditorOf() account.Who {
	return account.Who{Person: "p-auditor", Name: "監査", Hat: account.Hat{Role: account.RoleAuditor, Body: "system"}}
}
