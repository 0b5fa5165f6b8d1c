package cases

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Minutes of one meeting of the committee (審査会議事録): who was there, what was said, every case with its sheets' fingerprint, and the
// saved ranking the meeting took. Once written they never change; SHA256 is their fingerprint.
type Minutes struct {
	N       int           `json:"n"` // meeting of the call, from 1
	HeldOn  string        `json:"held_on"`
	Place   string        `json:"place,omitempty"`
	Present []string      `json:"present"`
	Text    string        `json:"text"`
	Ranking string        `json:"ranking,omitempty"` // name of the saved ranking
	Rules   WhatIf        `json:"rules,omitzero"`
	Awards  []Award       `json:"awards,omitempty"`
	Cases   []MinutesCase `json:"cases"`
	SHA256  string        `json:"-"`
	ByName  string        `json:"-"`
	At      time.Time     `json:"-"`
}

// MinutesCase is one case as it stood in the meeting.
type MinutesCase struct {
	Number string `json:"number"`
	Title  string `json:"title"`
	Score  int64  `json:"score"`            // tenths of a point
	Sheets int    `json:"sheets"`           // that count
	Away   int    `json:"away,omitempty"`   // members with a conflict, who abstained or handed the case back
	Scores string `json:"scores,omitempty"` // fingerprint of the sheets, frozen or as they are
	Talked bool   `json:"talked,omitempty"` // it was on the list to be talked over
}

// KeepMinutes writes the minutes of a meeting. ranking is the id of a saved ranking, "" for none. R06 of the section.
func (s *Store) KeepMinutes(ctx context.Context, who account.Who, code string, fy int, m Minutes, ranking string) (int, error) {
	prog, err := s.ownCall(ctx, who, code)
	if err != nil {
		return 0, err
	}
	m.Text = strings.TrimSpace(m.Text)
	m.Present = slices.DeleteFunc(m.Present, func(s string) bool { return strings.TrimSpace(s) == "" })
	switch {
	case !jp.ValidDate(m.HeldOn) || m.HeldOn > jp.Date(s.now()):
		return 0, fault.At("held", "cases.minutes.day")
	case len(m.Present) == 0:
		return 0, fault.At("present", "cases.minutes.present")
	case m.Text == "":
		return 0, fault.At("text", "cases.minutes.text")
	}
	saved, err := s.Rankings(ctx, who, code, fy)
	if err != nil {
		return 0, err
	}
	if i := slices.IndexFunc(saved, func(x SavedRanking) bool { return x.ID == ranking }); i >= 0 {
		m.Ranking, m.Rules, m.Awards = saved[i].Name, saved[i].Rules, saved[i].Awards
	} else if ranking != "" {
		return 0, fault.At("ranking", "cases.minutes.ranking")
	}
	list, err := s.Ranking(ctx, who, prog.Code, fy, 0)
	if err != nil {
		return 0, err
	}
	for _, r := range list {
		if !r.Decided {
			m.Cases = append(m.Cases, minutesCase(r, r.Apart(prog.Screening)))
		}
	}
	return m.N, s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.One(ctx, tx, db.Int, `SELECT COALESCE(MAX(n), 0) FROM minutes WHERE programme = $1 AND fiscal_year = $2 AND sample = $3`, prog.Code, fy, who.Sample)
		if err != nil {
			return err
		}
		m.N = int(n) + 1
		_, err = tx.ExecContext(ctx, `INSERT INTO minutes (id, programme, fiscal_year, sample, n, held_on, body, sha256, by_person, by_name, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, db.NewID("m"), prog.Code, fy, who.Sample, m.N, m.HeldOn, db.JSON[Minutes]{V: m}, fingerprint(m),
			who.Person, who.Name, db.At(s.now()))
		if db.Duplicate(err) {
			return fault.New(fault.Conflict, "cases.changed_meanwhile")
		}
		return err
	})
}

func minutesCase(r Ranked, talked bool) MinutesCase {
	c := r.Case
	x := MinutesCase{Number: c.Number, Title: c.Title(), Score: r.Score, Scores: r.Scores, Talked: talked}
	for _, m := range c.Members {
		switch {
		case !m.Judges():
			x.Away++
		case m.Scored():
			x.Sheets++
		}
	}
	return x
}

// MinutesOf lists the minutes of a call, the newest first. R06, R07 of its section and auditors.
func (s *Store) MinutesOf(ctx context.Context, who account.Who, code string, fy int) ([]Minutes, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (Minutes, error) {
		var body db.JSON[Minutes]
		var sum, by string
		var at db.Time
		err := r.Scan(&body, &sum, &by, &at)
		m := body.V
		m.SHA256, m.ByName, m.At = sum, by, at.Time
		return m, err
	}, `SELECT body, sha256, by_name, at FROM minutes WHERE programme = $1 AND fiscal_year = $2 AND sample = $3 ORDER BY n DESC LIMIT 100`, code, fy, who.Sample)
}

// MinutesYear is the newest fiscal year of a programme whose calls have minutes with this number; fault.Missing when none has. Who may read
// them is said by MinutesOf.
func (s *Store) MinutesYear(ctx context.Context, who account.Who, code string, n int) (int, error) {
	years, err := db.List(ctx, s.DB.Read(), db.Int, `SELECT fiscal_year FROM minutes WHERE programme = $1 AND n = $2 AND sample = $3 ORDER BY fiscal_year DESC LIMIT 1`, code, n, who.Sample)
	if err == nil && len(years) == 0 {
		err = fault.New(fault.Missing, "db.missing")
	}
	if err != nil {
		return 0, err
	}
	return int(years[0]), nil
}
