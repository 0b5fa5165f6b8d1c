package cases_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/ledger"
)

// The details of casework.md §6, each under its number, through the store and on both engines: those of money. Detail 11 is
// TestFairScreeningDeclaredAndDerivedConflictsBlockReading.

// Three amounts, applied, decided and settled: settled is the lesser of decided and rate × admitted cost, cut down to ¥1,000 by one
// function, and never more than decided even if costs grew. All are whole yen.
func TestDetail01ThreeAmountsAppliedDecidedAndSettledAtMostTheDecided(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		if c.Requested != 5000000 || c.Decided != 4000000 || c.Fixed != 0 {
			t.Fatalf("applied %d decided %d settled %d", c.Requested, c.Decided, c.Fixed)
		}
		p := w.programme(grant)
		w.moveTo("2028-03-10 10:00")
		w.save(staff(nanao), c.ID, reported)
		w.do(approver(nanao), c.ID, "report", cases.Needs{})
		settled := func(first, second int64) int64 {
			return w.get(officer("keishin"), c.ID).Settlement(p, []cases.Admit{{Row: 0, Amount: first}, {Row: 1, Amount: second, Reason: "証拠書類のある分"}, {Row: 2, Reason: "対象外"}}).Fixed
		}
		for _, x := range []struct{ first, second, want int64 }{{7000000, 2500000, 4000000}, {7000000, 1000000, 4000000}, {7000000, 999999, 3999000}, {7000000, 1234, 3500000}, {1999, 0, 0}, {2000, 0, 1000}, {0, 0, 0}} {
			if got := settled(x.first, x.second); got != x.want {
				t.Errorf("%d and %d admitted: settled %d, want %d", x.first, x.second, got, x.want)
			}
		}
		c = w.do(officer("keishin"), c.ID, "check_report", cases.Needs{Comment: "確認した。", Admitted: []cases.Admit{{Row: 0, Amount: 7000000}, {Row: 1, Amount: 1234, Reason: "証拠書類のある分"}, {Row: 2, Reason: "対象外"}}})
		c = w.do(chief("keishin"), c.ID, "fix", cases.Needs{})
		if c.Requested != 5000000 || c.Decided != 4000000 || c.Fixed != 3500000 {
			t.Errorf("applied %d decided %d settled %d", c.Requested, c.Decided, c.Fixed)
		}
		says(t, w.letter(c.ID, "L05"), "金3,500,000円", "7,001,234円")
		if text := w.stored(c.ID); strings.Contains(text, `"fixed":3500000.`) || !strings.Contains(text, `"fixed":3500000,`) {
			t.Error("a sum is not stored as a whole number")
		}
		w.verified()
	})
}

// stored is the document of a case as it lies in the database.
func (w *world) stored(id string) (doc string) {
	w.t.Helper()
	w.must(w.d.Pool().QueryRowContext(bg, `SELECT doc FROM cases WHERE id = $1`, id).Scan(&doc))
	return doc
}

// A decision reserves budget atomically; withdrawal, amendment and settlement release it; officers who decide at once cannot overspend:
// a hundred decisions on the last million.
func TestDetail02CommitmentAccountingReservesReleasesAndIsNeverOverspent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		held := func(what string, reserved, committed int64) {
			t.Helper()
			if b := w.balance(grant); b.Reserved != reserved || b.Committed != committed {
				t.Errorf("%s: reserved %d committed %d, want %d and %d", what, b.Reserved, b.Committed, reserved, committed)
			}
		}
		first := w.proposed(nanao, grant, nil, 4000000)
		held("a proposal", 4000000, 0)
		w.do(chief("keishin"), first.ID, "approve", cases.Needs{})
		held("the decision", 0, 4000000)
		w.do(approver(nanao), first.ID, "decline", cases.Needs{Comment: "条件に応じられないため。"})
		held("declined", 0, 0)
		second := w.adopted(nanao, grant, map[string]any{"p.title": "縮める事業"}, 4000000)
		w.do(staff(nanao), second.ID, "start", cases.Needs{})
		w.moveTo("2028-03-10 10:00")
		w.fixedAt(second.ID, 6000000, nil)
		held("settled at less", 0, 3000000)
		w.verified()
	})
	each(t, func(t *testing.T, w *world) {
		w.budget(ledger.KindCut, 60000000)
		ids := w.proposals(100, 70000)
		w.budget(ledger.KindAdd, 1000000)
		errs := together(len(ids), func(i int) error {
			_, err := w.s.Do(bg, chief("keishin"), ids[i], cases.Act{Move: "approve", Token: "detail-" + ids[i]})
			return err
		})
		passed := count(errs, func(err error) bool { return err == nil })
		if refused := count(errs, func(err error) bool { return fault.Is(err, fault.Refused) }); passed != 14 || refused != 86 {
			t.Errorf("%d decisions passed and %d were refused: 14 of 70,000 fit into a million", passed, refused)
		}
		if b := w.balance(grant); b.Committed != 980000 || b.Available() != 20000 {
			t.Errorf("%+v", b)
		}
		w.verified()
	})
}

// Orders and contracts of before the decision are not admitted; the clearing line has the dates of order, delivery, invoice and payment;
// an early start (事前着手) is approved on its own.
func TestDetail03NoStartBeforeTheDecisionButByAnApprovalOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		early := w.accepted(nanao, grant, map[string]any{"p.title": "事前着手の事業"})
		c := w.running(4000000)
		p := w.programme(grant)
		w.moveTo("2028-03-10 10:00")
		lines := func(order string) map[string]any {
			a := maps.Clone(reported)
			var rows []any
			for i, r := range a["r.cost.lines"].([]any) {
				row := maps.Clone(r.(map[string]any))
				if i == 0 {
					row["ordered"], row["delivered"], row["invoiced"], row["paid"] = order, "2027-06-01", "2027-06-05", "2027-06-10"
				}
				rows = append(rows, row)
			}
			a["r.cost.lines"] = rows
			return a
		}
		admits := []cases.Admit{{Row: 0, Amount: 7000000}, {Row: 1, Amount: 0, Reason: "対象外"}, {Row: 2, Amount: 0, Reason: "対象外"}}
		decided := w.full(c.ID).DecidedOn
		w.save(staff(nanao), c.ID, lines(jp.AddDays(decided, -1)))
		w.do(approver(nanao), c.ID, "report", cases.Needs{})
		if got := w.get(officer("keishin"), c.ID).Settlement(p, admits); !slices.Contains(got.Flags, "M-S-03") {
			t.Errorf("an order of the day before is not flagged: %v", got.Flags)
		}
		row := w.get(officer("keishin"), c.ID).Answers()["r.cost.lines"].([]form.Row)[0]
		for _, day := range []string{"ordered", "delivered", "invoiced", "paid"} {
			if s, _ := row[day].(string); !jp.ValidDate(s) {
				t.Errorf("the clearing line has no day %s: %v", day, row)
			}
		}
		_, err := w.try(officer("keishin"), c.ID, "check_report", cases.Needs{Comment: "確認した。", Admitted: admits})
		if f := fault.Of(err); f == nil || f.Field != "admitted.0" {
			t.Fatalf("a line ordered before the decision is admitted: %v", err)
		}
		none := slices.Clone(admits)
		none[0] = cases.Admit{Row: 0, Amount: 0, Reason: "交付決定前の発注"}
		none[1] = cases.Admit{Row: 1, Amount: 2500000}
		if c = w.do(officer("keishin"), c.ID, "check_report", cases.Needs{Comment: "確認した。", Admitted: none}); c.Proposal.Amount != 1250000 && w.get(officer("keishin"), c.ID).Settlement(p, none).Fixed != 1250000 {
			t.Errorf("without the early line: %+v", c.Proposal)
		}

		// The exception: headquarters approves the early start before it decides, with its reason.
		wants(t, fault.Invalid, "an early start without a reason", w.s.Settle(bg, officer("keishin"), early.ID, "M-S-03", "", "", " "))
		w.must(w.s.Settle(bg, officer("keishin"), early.ID, "M-S-03", "", "", "見本市の申込期限が交付決定より前のため、事前着手を承認する。"))
		w.moveTo("2028-03-20 10:00")
		w.must(w.s.Assign(bg, officer("keishin"), early.ID, staffed(1, 3)))
		for n := 1; n <= 3; n++ {
			w.score(judge(n), early.ID)
		}
		amount := int64(4000000)
		w.do(officer("keishin"), early.ID, "rank", cases.Needs{})
		w.do(officer("keishin"), early.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択"})
		w.do(chief("keishin"), early.ID, "approve", cases.Needs{})
		wants(t, fault.Refused, "an early start approved after the decision", w.s.Settle(bg, officer("keishin"), early.ID, "M-S-03", "", "", "後からの承認"))
		w.do(staff(nanao), early.ID, "start", cases.Needs{})
		w.save(staff(nanao), early.ID, lines("2027-05-01"))
		w.do(approver(nanao), early.ID, "report", cases.Needs{})
		w.do(officer("keishin"), early.ID, "check_report", cases.Needs{Comment: "事前着手の承認を確認した。", Admitted: admits})
		w.verified()
	})
}
