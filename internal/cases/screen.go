package cases

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"math"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// judging reports whether the case stands where sheets are filled.
func (d *draft) judging() bool {
	st := d.Programme.State(d.Case.State)
	return st != nil && st.Holder == "committee"
}

// shut says why no sheet is taken now: the scores are frozen, or it is not the time for them.
func (d *draft) shut() *fault.Fault {
	switch {
	case d.Case.ScoresHash != "":
		return fault.New(fault.Conflict, "cases.frozen", "hash", d.Case.ScoresHash[:16])
	case !d.judging():
		return fault.New(fault.Refused, "cases.not_yours")
	}
	return nil
}

// scoresHash is the fingerprint of all sheets of a case, members with a conflict and those who abstained among them (SHA-256).
func scoresHash(members []Member) string {
	b := marshalled(members)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ownSheet is the sheet of the acting member while nothing has been said on it and scores are taken.
func (d *draft) ownSheet() (*Member, error) {
	m := d.Case.Member(d.who.Person)
	if !d.who.Is(account.RoleCommittee) || m == nil || m.Interest != "" {
		return nil, fault.New(fault.Refused, "cases.not_yours")
	}
	if f := d.shut(); f != nil {
		return nil, f
	}
	if m.Scored() || m.Abstain != "" {
		return nil, fault.New(fault.Conflict, "cases.scored")
	}
	return m, nil
}

// Score hands in a member's sheet: every criterion 1–5. It locks; others' sheets show from then on (rule 5). After the freeze nothing is
// taken any more: fault.Conflict.
func (s *Store) Score(ctx context.Context, who account.Who, id string, marks map[string]int, comments map[string]string) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		m, err := d.ownSheet()
		if err != nil {
			return err
		}
		sheet := Member{Person: who.Person, Name: m.Name, Marks: map[string]int{}, Comments: map[string]string{}}
		for _, c := range d.Programme.Screening.Criteria {
			if marks[c.ID] < 1 || marks[c.ID] > 5 {
				return fault.At("mark-"+c.ID, "cases.mark", "criterion", c.Title.In(who.Lang))
			}
			sheet.Marks[c.ID] = marks[c.ID]
			if t := strings.TrimSpace(comments[c.ID]); t != "" {
				sheet.Comments[c.ID] = t
			}
		}
		return d.append("scored", Data{Member: &sheet})
	})
	return err
}

// Ranked is one case in the order of the screening sheet.
type Ranked struct {
	Case     *Case
	Score    int64   // tenths of a point, 20.0–100.0
	Far      bool    // a member differs by two or more from the median (secretary only)
	Tie      string  // what decided a tie: criterion | own | arrival
	OwnShare float64 // own money of the total cost, where it decided a tie
	Amount   int64   // proposed, or asked for
	Sum      int64   // running sum down the ranking, of those above the floor
	Fits     bool    // within what the budget has left
	Floor    bool    // reaches the floor
	Decided  bool    // its grant is decided: the budget holds it already

	sum, sheets int64 // Score without rounding
	ownKnown    bool
}

// Ranking orders the cases of a call that are to be decided by score, ties by criterion weight order, higher share of own money, earlier
// arrival – never by chance (J03.3, J04.3); those already decided follow in the same order. What ended, and the samples of the
// demonstration (for its own people: everything else), are left out. left is what the budget has for the undecided, in yen. R06, R07 of
// the section and auditors.
func (s *Store) Ranking(ctx context.Context, who account.Who, code string, fy int, left int64) ([]Ranked, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	where, args := s.visible(who, 4)
	docs, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (string, error) {
		var doc string
		return doc, r.Scan(&doc)
	}, `SELECT doc FROM cases WHERE programme = $1 AND fiscal_year = $2 AND phase >= 2 AND score > 0 AND NOT ended AND demo = $3
		AND `+where+` ORDER BY score DESC, submitted, id LIMIT 5000`, append([]any{code, fy, who.Sample}, args...)...)
	if err != nil {
		return nil, err
	}
	var list []Ranked
	var screening programme.Screening
	for _, doc := range docs {
		c, p, err := s.read(ctx, []byte(doc))
		if err != nil {
			return nil, err
		}
		screening = p.Screening
		c.redact(who, p)
		list = append(list, rankOf(c, p))
	}
	slices.SortStableFunc(list, func(a, b Ranked) int {
		if a.Decided != b.Decided {
			return cmp.Compare(rank(a.Decided), rank(b.Decided))
		}
		o, _ := compare(&a, &b, screening)
		return o
	})
	var sum int64
	for i := range list {
		r := &list[i]
		if i > 0 && r.Decided == list[i-1].Decided {
			_, r.Tie = compare(&list[i-1], r, screening)
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

func rankOf(c *Case, p *programme.Programme) Ranked {
	r := Ranked{Case: c, Score: c.Mean(p.Screening), Far: far(c, p.Screening.Far()), Amount: c.Requested}
	r.sum, r.sheets = c.sheets(p.Screening)
	r.Floor = r.sum >= p.Screening.Floor*10*r.sheets
	if c.Proposal != nil && c.Proposal.Amount > 0 {
		r.Amount = c.Proposal.Amount
	}
	if r.Decided = c.Decided > 0; r.Decided {
		r.Amount = c.Decided
	}
	return r
}

// own is the share of own money, worked out once somebody asks: it takes two answers of the application.
func (r *Ranked) own() float64 {
	if !r.ownKnown {
		r.ownKnown = true
		own, _ := r.Case.Answer("fund.own")
		lines, _ := r.Case.Answer("cost.lines")
		rows, _ := lines.([]form.Row)
		if n, ok := own.(int64); ok {
			if t := form.Totals(rows); t.Total > 0 {
				r.OwnShare = float64(n) / float64(t.Total)
			}
		}
	}
	return r.OwnShare
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
func compare(a, b *Ranked, s programme.Screening) (int, string) {
	if o := cmp.Compare(b.sum*a.sheets, a.sum*b.sheets); o != 0 {
		return o, ""
	}
	for _, rule := range s.Ties() {
		o := 0
		switch rule {
		case programme.TieByCriterion:
			for _, c := range s.ByWeight() {
				if o = cmp.Compare(mean(b.Case, c.ID), mean(a.Case, c.ID)); o != 0 {
					break
				}
			}
		case programme.TieByOwnShare:
			o = cmp.Compare(b.own(), a.own())
		case programme.TieByArrival:
			o = a.Case.Submitted.Compare(b.Case.Submitted)
		}
		if o != 0 {
			return o, rule
		}
	}
	return cmp.Compare(a.Case.ID, b.Case.ID), ""
}

// mean of one criterion over the sheets that count.
func mean(c *Case, criterion string) float64 {
	sum, n := 0, 0
	for _, m := range c.Members {
		if m.Judges() && m.Scored() {
			sum += m.Marks[criterion]
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}

// far reports whether some mark lies limit or more from the median of its criterion.
func far(c *Case, limit float64) bool {
	marks := map[string][]int{}
	for _, m := range c.Members {
		if m.Judges() && m.Scored() {
			for k, v := range m.Marks {
				marks[k] = append(marks[k], v)
			}
		}
	}
	for _, list := range marks {
		slices.Sort(list)
		n := len(list)
		median := float64(list[(n-1)/2]+list[n/2]) / 2
		for _, v := range list {
			if math.Abs(float64(v)-median) >= limit {
				return true
			}
		}
	}
	return false
}
