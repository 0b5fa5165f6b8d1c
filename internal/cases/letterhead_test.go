package cases_test

import (
	"context"
	"strings"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
)

// An empty letterhead is HQ's to mend: the applicant's submission and its receipt go through, HQ's own letters wait.
func TestAnEmptyLetterheadStopsHQAndNotTheApplicant(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.s.Letterhead = func(context.Context) (cases.Letterhead, error) {
			return cases.Letterhead{Body: "運営団体", Head: "代表", Pattern: "運{mark}第{n}号", Lacking: true}, nil
		}
		c := w.forwarded(nanao, grant, nil)
		receipt := w.letter(c.ID, "L01").Document
		if len(receipt.From) != 1 || !strings.Contains(receipt.From[0], "経済交流課") || receipt.Seal {
			t.Errorf("the receipt is signed by %q, 公印省略 %t", receipt.From, receipt.Seal)
		}
		now := w.full(c.ID)
		_, p, err := w.s.Get(bg, officer(c.Section), c.ID)
		w.must(err)
		for _, choice := range w.s.Moves(bg, officer(c.Section), now, p) {
			if (choice.ID == "hq_return") != (choice.Blocked != nil && choice.Blocked.Key == "cases.letterhead") {
				t.Errorf("before it is filled in, %s says %v", choice.ID, choice.Blocked)
			}
		}
		back := cases.Needs{Due: "2026-10-26", Remarks: []cases.Remark{{Field: "p.title", Kind: "誤り", Text: "直してください。"}}}
		_, err = w.try(officer(c.Section), c.ID, "hq_return", back)
		if f := fault.Of(err); f == nil || f.Kind != fault.Conflict || f.Key != "cases.letterhead" {
			t.Errorf("HQ sends a letter without a letterhead: %v", err)
		}
		if now := w.full(c.ID); now.State != c.State {
			t.Errorf("the refused move left the case %s", now.State)
		}
		sample := staff(nanao)
		sample.Sample = true
		demo := w.filled(sample, grant, map[string]any{"p.title": "見本"})
		w.do(sample, demo.ID, "ask_approval", cases.Needs{})
		boss := approver(nanao)
		boss.Sample = true
		w.do(boss, demo.ID, "submit", cases.Needs{})
		if from := w.letter(demo.ID, "L01").Document; from.From[0] != "見本財団" || !from.Sample {
			t.Errorf("the demonstration's receipt is signed by %q", from.From)
		}
		w.s = w.open(w.d)
		w.do(officer(c.Section), c.ID, "hq_return", back)
	})
}
