package cases

import (
	"cmp"
	"context"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/programme"
)

// Ranked is one case in the order of the screening sheet. Case has no answers but its title, and no comments, papers or money (see
// standing.go).
type Ranked struct {
	Case     *Case
	Score    int64   // tenths of a point, 20.0–100.0
	Scores   string  // fingerprint of its sheets, frozen or as they are
	Far      bool    // a member differs by two or more from the median (secretary only)
	Tie      string  // what decided a tie: criterion | own | arrival
	OwnShare float64 // own money of the total cost
	Amount   int64   // proposed, or asked for
	Sum      int64   // running sum down the ranking, of those above the floor
	Fits     bool    // within what the budget has left
	Floor    bool    // reaches the floor
	Decided  bool    // its grant is decided: the budget holds it already

	sum, sheets int64     // Score without rounding
	means       []float64 // of each criterion, the weightiest first
}

// Ranking orders the cases of a call that are to be decided by score, ties by criterion weight order, higher share of own money, earlier
// arrival – never by chance (J03.3, J04.3); those already decided follow in the same order. What ended, and the samples of the
// demonstration (for its own people: everything else), are left out. left is what the budget has for the undecided, in yen. R06, R07 of
// the section and auditors.
func (s *Store) Ranking(ctx context.Context, who account.Who, code string, fy int, left int64) ([]Ranked, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	list, screening, err := s.standings(ctx, who, code, fy)
	if err != nil {
		return nil, err
	}
	criteria, ties := screening.ByWeight(), screening.Ties()
	for i := range list {
		list[i].means = means(list[i].Case, criteria)
	}
	slices.SortStableFunc(list, func(a, b Ranked) int {
		if a.Decided != b.Decided {
			return cmp.Compare(rank(a.Decided), rank(b.Decided))
		}
		o, _ := compare(&a, &b, ties)
		return o
	})
	var sum int64
	for i := range list {
		r := &list[i]
		if i > 0 && r.Decided == list[i-1].Decided {
			_, r.Tie = compare(&list[i-1], r, ties)
		}
		if r.Decided {
			r.Fits = true
			continue
		}
		if r.Floor {
			sum += r.Amount
		}
		r.Sum, r.Fits = sum, r.Floor && sum <= left
	}
	return list, nil
}

// rank puts what is still to be decided first.
func rank(decided bool) int {
	if decided {
		return 1
	}
	return 0
}

// rankOf is a case in the ranking; own and total are yen of own money and of the whole cost.
func rankOf(c *Case, p *programme.Programme, own, total int64, scores string) Ranked {
	r := Ranked{Case: c, Scores: scores, Far: far(c, p.Screening), Amount: c.Requested}
	r.sum, r.sheets = c.sheets(p.Screening)
	r.Score = rounded(r.sum, r.sheets)
	r.Floor = r.sum >= p.Screening.Floor*10*r.sheets
	if total > 0 {
		r.OwnShare = float64(own) / float64(total)
	}
	if c.Proposal != nil && c.Proposal.Amount > 0 {
		r.Amount = c.Proposal.Amount
	}
	if r.Decided = c.Decided > 0; r.Decided {
		r.Amount = c.Decided
	}
	return r
}

// Apart reports whether the case is to be talked over: its sheets lie further apart than the definition lets pass, or a mark is far from
// the median of its criterion.
func (r *Ranked) Apart(s programme.Screening) bool {
	if r.Far {
		return true
	}
	low, high := int64(-1), int64(-1)
	for _, m := range r.Case.Members {
		if n := m.Score(s); m.Judges() && m.Scored() {
			if low < 0 || n < low {
				low = n
			}
			high = max(high, n)
		}
	}
	return s.Spread > 0 && low >= 0 && high-low >= s.Spread*10
}

// compare orders two ranked cases and says what decided.
func compare(a, b *Ranked, ties []string) (int, string) {
	if o := cmp.Compare(b.sum*a.sheets, a.sum*b.sheets); o != 0 {
		return o, ""
	}
	for _, rule := range ties {
		o := 0
		switch rule {
		case programme.TieByCriterion:
			for i := 0; i < len(a.means) && o == 0; i++ {
				o = cmp.Compare(b.means[i], a.means[i])
			}
		case programme.TieByOwnShare:
			o = cmp.Compare(b.OwnShare, a.OwnShare)
		case programme.TieByArrival:
			o = a.Case.Submitted.Compare(b.Case.Submitted)
		}
		if o != 0 {
			return o, rule
		}
	}
	return cmp.Compare(a.Case.ID, b.Case.ID), ""
}

// means are those of the criteria over the sheets that count, 0 where there is none.
func means(c *Case, criteria []programme.Criterion) []float64 {
	out := make([]float64, len(criteria))
	for i, k := range criteria {
		sum, n := 0, 0
		for j := range c.Members {
			if m := &c.Members[j]; m.Judges() && m.Scored() {
				sum += m.Marks[k.ID]
				n++
			}
		}
		if n > 0 {
			out[i] = float64(sum) / float64(n)
		}
	}
	return out
}

// far reports whether some mark lies so far from the median of its criterion that the secretary is to see it.
func far(c *Case, s programme.Screening) bool {
	limit := s.Far()
	var few [8]int
	for _, k := range s.Criteria {
		list := few[:0]
		for j := range c.Members {
			if m := &c.Members[j]; m.Judges() && m.Scored() {
				list = append(list, m.Marks[k.ID])
			}
		}
		n := len(list)
		if n == 0 {
			return false
		}
		slices.Sort(list)
		median := float64(list[(n-1)/2]+list[n/2]) / 2
		if median-float64(list[0]) >= limit || float64(list[n-1])-median >= limit {
			return true
		}
	}
	return false
}
