package org

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// freshEvery is how long a process trusts that no other process has changed the reference data.
const freshEvery = time.Second

// state is what a process knows of the reference data: when it last looked, and which version it has.
type state struct {
	looked  atomic.Int64
	version atomic.Pointer[string]
	mu      sync.Mutex
}

// stale makes the next Fresh look again, and forgets what was read.
func (s *Store) stale() {
	s.kept.Forget()
	s.state.looked.Store(0)
}

// Version names the state of the reference data as this process last saw it.
func (s *Store) Version() string {
	if v := s.state.version.Load(); v != nil {
		return *v
	}
	return ""
}

// Fresh takes over what another process has changed of the reference data: it reads the number of changes, at most once a second, and where
// it has moved forgets what was kept and lays the holidays, languages and countries of the database over the shipped ones. Every request and every job
// begins with it.
func (s *Store) Fresh(ctx context.Context) error {
	looked := s.state.looked.Load()
	if now := time.Now().UnixNano(); now-looked < int64(freshEvery) {
		return nil
	}
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	if s.state.looked.Load() != looked {
		return nil // somebody else just did
	}
	list, err := db.List(ctx, s.d.Read(), func(rows *sql.Rows) (string, error) {
		var kind string
		var n int64
		err := rows.Scan(&kind, &n)
		return fmt.Sprintf("%s %d", kind, n), err
	}, `SELECT kind, n FROM org_versions ORDER BY kind`)
	if err != nil {
		return err
	}
	version := s.today() + " " + strings.Join(list, ", ")
	if version != s.Version() {
		s.kept.Forget()
		if err := s.overlay(ctx); err != nil {
			return err
		}
		s.state.version.Store(&version)
	}
	s.state.looked.Store(time.Now().UnixNano())
	return nil
}

// overlay lays the recorded holidays of Japan and the recorded countries over the shipped ones. A holiday counts as it was known on its
// day, one to come as it is known today.
func (s *Store) overlay(ctx context.Context) error {
	holidays, err := s.rows(ctx, s.d.Read(), kindHoliday, "", false)
	if err != nil {
		return err
	}
	today := s.today()
	var days []jp.Holiday
	var removed []string
	for key, rows := range byKey(holidays) {
		if rows[0].Values["office"] != Japan {
			continue
		}
		day := strings.TrimPrefix(key, Japan+"-")
		if r, ok := holding(rows, min(day, today)); ok {
			days = append(days, jp.Holiday{Day: day, JA: r.Values["name_ja"], EN: r.Values["name_en"]})
		} else {
			removed = append(removed, day)
		}
	}
	jp.AmendHolidays(days, removed)
	if err := s.overlayLanguages(ctx, today); err != nil {
		return err
	}
	return s.overlayCountries(ctx, today)
}

// overlayLanguages lays the recorded languages over the shipped ones; one that has ended keeps its last name for what was written in it.
func (s *Store) overlayLanguages(ctx context.Context, today string) error {
	rows, err := s.rows(ctx, s.d.Read(), kindLanguage, "", false)
	if err != nil {
		return err
	}
	var list []lang.Language
	for _, r := range slices.Backward(rows) { // of a language, the newest that has begun comes first
		if r.From > today || slices.ContainsFunc(list, func(l lang.Language) bool { return string(l.Tag) == r.Key }) {
			continue
		}
		list = append(list, lang.Language{Tag: lang.Tag(r.Key), Name: r.Values["own"], Japanese: r.Values["name_ja"], English: r.Values["name_en"],
			RTL: r.Values["rtl"] == "true", Reader: r.Values["reader"] == "true"})
	}
	slices.Reverse(list)
	lang.AmendLanguages(list)
	return nil
}

func byKey(rows []Row) map[string][]Row {
	m := map[string][]Row{}
	for _, r := range rows {
		m[r.Key] = append(m[r.Key], r)
	}
	return m
}

func (s *Store) overlayCountries(ctx context.Context, today string) error {
	type row struct {
		nation   Nation
		from, to string
	}
	list, err := db.List(ctx, s.d.Read(), func(rows *sql.Rows) (r row, err error) {
		var j db.JSON[Nation]
		err = rows.Scan(&j, &r.from, &r.to)
		r.nation = j.V
		return r, err
	}, `SELECT body, valid_from, valid_to FROM org_rows WHERE kind = $1 AND gone = '' ORDER BY place, key, valid_from`, kindCountry)
	if err != nil {
		return err
	}
	var nations []Nation
	for _, r := range list {
		if r.from > today {
			continue
		}
		r.nation.ended = r.to != "" && r.to < today
		if i := slices.IndexFunc(nations, func(n Nation) bool { return n.Code == r.nation.Code }); i >= 0 {
			nations[i] = r.nation // a later row of the same country
		} else {
			nations = append(nations, r.nation)
		}
	}
	amendCountries(nations)
	return nil
}
