package programme

import (
	"math/rand/v2"
	"testing"

	"kakehashi/internal/jp"
)

// The figures are worked by hand: yen × days × 0.1095 / 365 = yen × days × 0.0003.
func TestInterestIsCountedByDaysAndCutDownOnce(t *testing.T) {
	yearly := &Interest{Rate: 1095, YearDays: 365, Unit: 1}
	for _, x := range []struct {
		name string
		rate *Interest
		list []Stretch
		want int64
	}{
		{"paid on the last day", yearly, []Stretch{{1_000_000, "2028-05-31", "2028-05-31"}}, 0},
		{"one day late", yearly, []Stretch{{1_000_000, "2028-05-31", "2028-06-01"}}, 300},
		{"a whole year", yearly, []Stretch{{1_000_000, "2026-05-31", "2027-05-31"}}, 109_500},
		{"a leap year counts 366 days at 365 a year", yearly, []Stretch{{1_000_000, "2027-05-31", "2028-05-31"}}, 109_800},
		{"below one yen", yearly, []Stretch{{3_333, "2028-05-31", "2028-06-01"}}, 0},
		{"just one yen", yearly, []Stretch{{3_334, "2028-05-31", "2028-06-01"}}, 1},
		{"two parts are cut down together", yearly, []Stretch{{5_000, "2028-05-31", "2028-06-01"}, {5_000, "2028-06-01", "2028-06-02"}}, 3},
		{"cut down to a hundred yen", &Interest{Rate: 1095, YearDays: 365, Unit: 100}, []Stretch{{1_000_000, "2028-05-31", "2028-06-03"}}, 900},
		{"a sum no float holds", yearly, []Stretch{{999_999_999_999, "2000-01-01", "2100-01-01"}}, 10_957_499_999_989},
		{"backwards is nothing", yearly, []Stretch{{1_000_000, "2028-06-03", "2028-05-31"}}, 0},
	} {
		if got := x.rate.On(x.list); got != x.want {
			t.Errorf("%s: %d, want %d", x.name, got, x.want)
		}
	}
}

// However a time is cut into stretches, the interest is the same; and it never falls as days go by.
func TestInterestDoesNotDependOnHowTimeIsCut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	i := &Interest{Rate: 1095, YearDays: 365, Unit: 1}
	for range 500 {
		yen, days := r.Int64N(1e12), 1+r.IntN(4000)
		from := "2026-04-01"
		to := jp.AddDays(from, days)
		whole := i.On([]Stretch{{yen, from, to}})
		middle := jp.AddDays(from, r.IntN(days+1))
		if cut := i.On([]Stretch{{yen, from, middle}, {yen, middle, to}}); cut != whole {
			t.Fatalf("%d yen from %s to %s: %d, cut at %s: %d", yen, from, to, whole, middle, cut)
		}
		if before := i.On([]Stretch{{yen, from, jp.AddDays(to, -1)}}); before > whole {
			t.Fatalf("%d yen: %d after %d days, %d a day before", yen, whole, days, before)
		}
	}
}
