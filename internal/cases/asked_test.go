package cases_test

import (
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
)

// What a submission looks at before its turn comes in one question with the case; the files it declares are a second.
func TestASubmissionAsksFewQuestions(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, "sqlite"))
	for i, title := range []string{"一つ目の事業", "二つ目の事業"} {
		c := w.filled(staff(kanazawa), grant, map[string]any{"p.title": title})
		before := w.d.Asked()
		_, err := w.s.Make(bg, staff(kanazawa), c.ID, cases.Act{Move: "submit", Token: c.ID})
		w.must(err)
		if n := w.d.Asked() - before; i > 0 && n > 2 { // the first reads what all look at
			t.Errorf("it asked %d questions", n)
		}
	}
}
