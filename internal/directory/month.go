package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// A Month is the state of the registry at the end of a month, frozen when the month was closed.
type Month struct {
	Month  string  `json:"month"` // 2026-10
	Frozen db.Time `json:"-"`
	Figures
	Ties        []string     `json:"ties"` // counted, in order
	New         []string     `json:"new"`  // agreed in this month
	Ended       []string     `json:"ended"`
	Corrections []Correction `json:"corrections"` // of months closed before
}

// A Correction is a tie that an earlier month counted wrongly: it comes in or goes out in the month that is closed next.
type Correction struct {
	Tie    string `json:"tie"`
	In     bool   `json:"in"`
	Reason string `json:"reason"`
}

// lastDay is the last ISO day of a month.
func lastDay(month string) (string, bool) {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return "", false
	}
	return t.AddDate(0, 1, -1).Format(time.DateOnly), true
}

// Months lists the closed months, newest first.
func (s *Store) Months(ctx context.Context) ([]Month, error) { return months(ctx, s.DB.Read(), 120) }

func months(ctx context.Context, q db.Q, limit int) ([]Month, error) {
	return db.List(ctx, q, func(rows *sql.Rows) (Month, error) {
		var m db.JSON[Month]
		var frozen db.Time
		err := rows.Scan(&frozen, &m)
		m.V.Frozen = frozen
		return m.V, err
	}, `SELECT frozen, body FROM tie_months ORDER BY month DESC LIMIT $1`, limit)
}

// Close freezes a month that is over: the ties counted on its last day. What differs from the month closed before and was neither agreed
// nor ended in this month is a correction, with the reason of the tie's last change. Months are closed in order, each once.
func (s *Store) Close(ctx context.Context, who account.Who, month string) (Month, error) {
	if !writes(who) {
		return Month{}, fault.New(fault.Refused, "directory.refused")
	}
	last, ok := lastDay(month)
	if !ok || last >= jp.Date(s.Clock()) {
		return Month{}, fault.At("month", "directory.month_open")
	}
	var m Month
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		earlier, err := months(ctx, tx, 1)
		if err != nil {
			return err
		}
		if len(earlier) > 0 && earlier[0].Month >= month {
			return fault.At("month", "directory.month_closed")
		}
		all, err := db.List(ctx, tx, scan, `SELECT `+columns+` FROM ties ORDER BY body, agreed, id`)
		if err != nil {
			return err
		}
		m = Month{Month: month, Figures: count(all, last), Frozen: db.At(s.Clock())}
		if err := s.compare(ctx, tx, &m, earlier, all, last); err != nil {
			return err
		}
		n, err := db.Changed(ctx, tx, `INSERT INTO tie_months (month, frozen, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, month, m.Frozen, db.JSON[Month]{V: m})
		if err == nil && n == 0 {
			err = fault.At("month", "directory.month_closed")
		}
		return err
	})
	if err != nil && fault.Of(err) == nil {
		err = fmt.Errorf("month %s: %w", month, err)
	}
	return m, err
}

// compare sorts what changed since the month closed before into new, ended and corrected.
func (s *Store) compare(ctx context.Context, tx db.Q, m *Month, earlier []Month, all []Tie, last string) error {
	was := map[string]bool{}
	since := ""
	if len(earlier) > 0 {
		since, _ = lastDay(earlier[0].Month)
		for _, id := range earlier[0].Ties {
			was[id] = true
		}
	}
	for _, t := range all {
		now := t.CountedOn(last)
		if now {
			m.Ties = append(m.Ties, t.ID)
		}
		switch {
		case now == was[t.ID] || since == "":
		case now && t.Agreed > since:
			m.New = append(m.New, t.ID)
		case !now && t.Status == "ended" && t.Ended > since:
			m.Ended = append(m.Ended, t.ID)
		default:
			reason, err := db.One(ctx, tx, db.String, `SELECT reason FROM tie_journal WHERE tie = $1 ORDER BY seq DESC LIMIT 1`, t.ID)
			if err != nil {
				return err
			}
			m.Corrections = append(m.Corrections, Correction{Tie: t.ID, In: now, Reason: reason})
		}
	}
	return nil
}

// CloseDue closes every month that is over and follows one that was closed before, or the last month when none was; for the clock. An
// empty registry has no months: what an installation imports first is its beginning, not a correction of nothing.
func (s *Store) CloseDue(ctx context.Context) error {
	list, err := months(ctx, s.DB.Read(), 1)
	if err != nil {
		return err
	}
	if ties, err := db.One(ctx, s.DB.Read(), db.Int, `SELECT COUNT(*) FROM ties`); err != nil || ties == 0 {
		return err
	}
	this := jp.Date(s.Clock())[:7]
	first, err := time.Parse("2006-01", this)
	if err != nil {
		return err
	}
	due := []string{first.AddDate(0, -1, 0).Format("2006-01")}
	if len(list) > 0 {
		due = nil
		for m, err := time.Parse("2006-01", list[0].Month); err == nil && m.AddDate(0, 1, 0).Format("2006-01") < this; m = m.AddDate(0, 1, 0) {
			due = append(due, m.AddDate(0, 1, 0).Format("2006-01"))
		}
	}
	var errs []error
	for _, m := range due {
		_, err := s.Close(ctx, account.Who{Person: "system", Hat: account.Hat{Body: "system"}}, m)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Figures are the statistics of the registry on a day.
type Figures struct {
	Day        string  `json:"day"`
	Total      int     `json:"total"`
	Outside    int     `json:"outside"` // ties that lack a condition
	Prefecture int     `json:"byPrefectures"`
	Municipal  int     `json:"byMunicipalities"`
	Bodies     int     `json:"bodies"` // Japanese bodies with a tie
	Places     []Count `json:"prefectures"`
	Countries  []Count `json:"countries"`
	Years      []Count `json:"years"`
	First      string  `json:"first"` // id of the oldest tie
}

// A Count is how many ties one value has.
type Count struct {
	Value string `json:"value"`
	N     int    `json:"n"`
}

// count makes the figures of a day from all ties.
func count(all []Tie, day string) Figures {
	f := Figures{Day: day}
	places, countries, years, bodies := map[string]int{}, map[string]int{}, map[string]int{}, map[string]bool{}
	oldest := ""
	for _, t := range all {
		if !t.CountedOn(day) {
			if t.Agreed <= day && (t.Status != "ended" || t.Ended > day) {
				f.Outside++
			}
			continue
		}
		f.Total++
		if strings.HasPrefix(t.Body[min(2, len(t.Body)):], "000") {
			f.Prefecture++
		} else {
			f.Municipal++
		}
		bodies[t.Body] = true
		places[t.Body[:min(2, len(t.Body))]]++
		countries[t.Country]++
		years[t.Agreed[:4]]++
		if oldest == "" || t.Agreed < oldest {
			oldest, f.First = t.Agreed, t.ID
		}
	}
	f.Bodies = len(bodies)
	f.Places, f.Countries, f.Years = listed(places, false), listed(countries, true), listed(years, false)
	return f
}

// listed is the counts in order of their values, or the largest first.
func listed(m map[string]int, large bool) []Count {
	var list []Count
	for v, n := range m {
		list = append(list, Count{v, n})
	}
	slices.SortFunc(list, func(a, b Count) int {
		if large && a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Value, b.Value)
	})
	return list
}

// Now is the figures of this moment.
func (s *Store) Now(ctx context.Context) (Figures, []Tie, error) {
	all, err := s.All(ctx)
	if err != nil {
		return Figures{}, nil, fmt.Errorf("ties: %w", err)
	}
	return count(all, jp.Date(s.Clock())), all, nil
}

// Anniversaries are the ties that will be 5, 10, 15 … years old in a calendar year, the oldest first.
func Anniversaries(all []Tie, year int) (list []Tie) {
	for _, t := range all {
		if n := year - yearOf(t.Agreed); t.Counted() && n > 0 && n%5 == 0 {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b Tie) int { return strings.Compare(a.Agreed, b.Agreed) })
	return list
}

func yearOf(day string) int {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return t.Year()
}
