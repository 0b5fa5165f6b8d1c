package cases_test

import (
	"fmt"
	"slices"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
)

// Two processes hand in at once, and some of what they hand in is refused in its turn: whatever number an application was foreseen to get,
// it gets the next one, and its event, its letter and the case say the same.
func TestTwoProcessesNumberApplicationsWithoutGaps(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			address := dbtest.Address(t, engine)
			open := func() *db.DB {
				d, err := db.Open(bg, address)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { d.Close() })
				return d
			}
			w := newWorld(t, open())
			stores := []*cases.Store{w.s, w.open(open())}
			stores[1].Files = w.s.Files
			bodies := []string{nanao, fuji}
			var ids []string
			for i := range 16 {
				ids = append(ids, w.filled(staff(bodies[i%2]), grant, map[string]any{"p.title": fmt.Sprint("事業", i)}).ID)
				w.do(staff(bodies[i%2]), ids[i], "ask_approval", cases.Needs{})
			}
			hand := func(i int, token string) error {
				_, err := stores[i/4%2].Do(bg, approver(bodies[i%2]), ids[i], cases.Act{Move: "submit", Token: token})
				return err
			}
			for i := range 4 { // so that both know the last number: the one of them an old one
				w.must(hand(i, ids[i]))
			}
			w.must(hand(4, ids[4]))
			errs := together(10, func(i int) error {
				if i%5 == 4 {
					return hand(5+i, ids[0]) // the token of another case
				}
				return hand(5+i, ids[5+i])
			})
			for i, err := range errs {
				if refused := i%5 == 4; refused != fault.Is(err, fault.Conflict) || !refused && err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
			var numbers []string
			for i, id := range ids {
				c := w.full(id)
				if c.Number == "" {
					continue
				}
				numbers = append(numbers, c.Number)
				list, err := w.s.Journal(bg, staff(bodies[i%2]), id)
				w.must(err)
				if e := list[len(list)-1]; e.Data.Number != c.Number {
					t.Errorf("case %s, its event %s", c.Number, e.Data.Number)
				}
				letters, err := w.s.LettersOf(bg, staff(bodies[i%2]), id)
				w.must(err)
				if len(letters) != 1 || letters[0].Document.Receipt != c.Number {
					t.Errorf("case %s: its letters %+v", c.Number, letters)
				}
			}
			slices.Sort(numbers)
			for i, n := range numbers {
				if n != fmt.Sprintf("P01-2027-%05d", i+1) {
					t.Fatalf("number %s at place %d", n, i+1)
				}
			}
			if len(numbers) != 13 {
				t.Errorf("%d numbers", len(numbers))
			}
			w.verified()
		})
	}
}
