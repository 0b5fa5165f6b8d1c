package form

import (
	"math"

	"kakehashi/internal/jp"
)

// Sums are the totals of a cost table in yen. A line whose amount, place or eligibility cannot be read is in LeftOut (row numbers
// from 0) and in none of the sums; a line that only lacks words (its content, the reason) counts.
type Sums struct {
	Total          int64
	Eligible       int64
	EligibleAbroad int64
	EligibleJP     int64
	Ineligible     int64
	Place          string // Abroad when the eligible cost abroad is more than half of the eligible cost, Japan when less, Tie when half
	LeftOut        []int
}

// Totals adds up a cost table.
func Totals(rows []Row) Sums {
	var s Sums
	for i, row := range rows {
		amount, ok := Amount(row)
		if !ok {
			s.LeftOut = append(s.LeftOut, i)
			continue
		}
		s.Total = add(s.Total, amount)
		if eligible, known := row["eligible"].(bool); !known {
			continue
		} else if !eligible {
			s.Ineligible = add(s.Ineligible, amount)
			continue
		}
		s.Eligible = add(s.Eligible, amount)
		switch row["where"] {
		case Abroad:
			s.EligibleAbroad = add(s.EligibleAbroad, amount)
		case Japan:
			s.EligibleJP = add(s.EligibleJP, amount)
		}
	}
	switch rest := s.Eligible - s.EligibleAbroad; {
	case s.EligibleAbroad > rest:
		s.Place = Abroad
	case s.EligibleAbroad < rest:
		s.Place = Japan
	default:
		s.Place = Tie
	}
	return s
}

// Map is the amounts by the names they have in definitions.
func (s Sums) Map() map[string]int64 {
	return map[string]int64{"total": s.Total, "eligible": s.Eligible, "eligible_abroad": s.EligibleAbroad, "eligible_jp": s.EligibleJP}
}

// Amount is the amount of a cost line in yen; ok is false when the line does not count in Totals.
func Amount(row Row) (yen int64, ok bool) {
	for _, key := range []string{"qty", "unit", "where", "eligible"} {
		if _, raw := row[key].(Raw); raw {
			return 0, false
		}
	}
	if qty, typed := wholeNumber(row["qty"]); typed && qty < 1 {
		return 0, false
	}
	product, known := costProduct(row)
	amount, typed := wholeNumber(row["amount"])
	switch {
	case row["amount"] == nil && known:
		amount = product
	case !typed, known && product != amount:
		return 0, false
	}
	return amount, amount >= 0 && amount <= jp.MaxYen
}

// add is a + b, held at the largest int64.
func add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
