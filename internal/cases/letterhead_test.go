package cases_test

import (
	"context"
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
		if from := w.letter(c.ID, "L01").Document.From; len(from) == 0 || from[0] != "運営団体" {
			t.Errorf("the receipt comes from %q", from)
		}
		back := cases.Needs{Due: "2026-10-26", Remarks: []cases.Remark{{Field: "p.title", Kind: "誤り", Text: "直してください。"}}}
		_, err := w.try(officer(c.Section), c.ID, "hq_return", back)
		if f := fault.Of(err); f == nil || f.Kind != fault.Conflict || f.Key != "cases.letterhead" {
			t.Errorf("HQ sends a letter without a letterhead: %v", err)
		}
		if now := w.full(c.ID); now.State != c.State {
			t.Errorf("the refused move left the case %s", now.State)
		}
		w.s = w.open(w.d)
		w.do(officer(c.Section), c.ID, "hq_return", back)
	})
}
