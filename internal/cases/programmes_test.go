package cases_test

import (
	"maps"
	"slices"
	"testing"

	"kakehashi/internal/cases"
)

// TestEveryGrantLivesByTheSameCode plays each shipped programme from its first example to the payment. There is nothing of a programme
// here but its folder.
func TestEveryGrantLivesByTheSameCode(t *testing.T) {
	for _, d := range shipped() {
		if d.Workflow.ID != "W-GRANT" {
			continue
		}
		t.Run(d.Number, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.moveTo("2026-09-01 09:00")
				answers := w.exampleAnswers(d.Code, nil)
				amount := int64(answers["fund.requested"].(int))
				c := w.adopted(nanao, d.Code, nil, amount)
				if c.Number != d.Number+"-2027-00001" || c.Decided != amount || c.Section != d.Section {
					t.Fatalf("%s decided %d section %s", c.Number, c.Decided, c.Section)
				}
				w.moveTo("2027-05-01 09:00")
				w.must(w.s.Tick(bg))
				if c = w.full(c.ID); c.State != "running" {
					t.Fatalf("in the period: %s", c.State)
				}
				w.moveTo("2028-03-01 09:00")
				w.must(w.s.Tick(bg))
				report := maps.Clone(reported)
				report["r.cost.lines"] = answers["cost.lines"]
				w.save(staff(nanao), c.ID, report)
				w.do(approver(nanao), c.ID, "report", cases.Needs{})
				c = w.full(c.ID)
				var admitted []cases.Admit
				for i, row := range answers["cost.lines"].([]any) {
					admitted = append(admitted, cases.Admit{Row: i, Amount: int64(row.(map[string]any)["amount"].(int))})
				}
				w.do(officer(d.Section), c.ID, "check_report", cases.Needs{Comment: "確認した。", Admitted: admitted})
				c = w.do(chief(d.Section), c.ID, "fix", cases.Needs{})
				if c.Fixed != amount {
					t.Errorf("fixed %d, wanted %d", c.Fixed, amount)
				}
				w.save(staff(nanao), c.ID, map[string]any{"bill.amount": amount, "bill.date": "2028-03-10", "bank": bank})
				w.do(approver(nanao), c.ID, "bill", cases.Needs{})
				w.do(finance, c.ID, "pay", cases.Needs{PayDate: "2028-03-01"})
				c = w.do(officer(d.Section), c.ID, "close", cases.Needs{})
				if b := w.balance(d.Code); c.State != "closed" || b.Settled != amount || b.Committed != 0 {
					t.Errorf("%s %+v", c.State, b)
				}
				var kinds []string
				for _, l := range w.full(c.ID).Letters {
					kinds = append(kinds, l.Kind)
				}
				if !slices.Equal(kinds, []string{"L01", "L10", "L02", "L05", "L08"}) {
					t.Errorf("letters %v", kinds)
				}
				w.must(w.s.Jobs.Drain(bg))
				list, _, err := w.s.Adopted(bg, d.Code, 2027, "", false)
				w.must(err)
				if len(list) != 1 || list[0].Title != answers["p.title"] {
					t.Errorf("published: %+v", list)
				}
				w.verified()
			})
		})
	}
}
