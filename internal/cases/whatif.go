package cases

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// WhatIf is a way to spread a budget over a ranking (別案): with the zero value every case gets what it asked for until the money ends.
type WhatIf struct {
	Budget int64 `json:"budget,omitempty"` // yen; 0 is what the call has left
	Floor  int64 `json:"floor,omitempty"`  // points of 100 from which a case counts; never under the definition's
	Share  int64 `json:"share,omitempty"`  // percent of what was asked that everybody gets; 0 is all of it (partial awards, 一部交付)
	Rest   bool  `json:"rest,omitempty"`   // the case at the line gets what is left, if that is at least half of what it would get
	Area   int   `json:"area,omitempty"`   // cases of one prefecture at most, 0 without limit (regional balance)
	Skip   bool  `json:"skip,omitempty"`   // smaller cases below the line may still fit
}

// Award is what one case would get, and why no more. Area is its prefecture's code.
type Award struct {
	Case   string `json:"case"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Area   string `json:"area"`
	Score  int64  `json:"score"` // tenths of a point
	Asked  int64  `json:"asked"`
	Amount int64  `json:"amount"`
	Why    string `json:"why,omitempty"` // share | rest | floor | area | budget
}

// Spread gives the undecided cases of a ranking their amounts, in its order. left is what the call's budget has, floor the definition's in
// points, unit the yen to which amounts are cut down. It neither reads nor changes anything else, so the same ranking gives the same awards.
func (w WhatIf) Spread(list []Ranked, left, floor, unit int64) []Award {
	budget := left
	if w.Budget > 0 {
		budget = w.Budget
	}
	areas := map[string]int{}
	var out []Award
	over := false
	for i := range list {
		r := &list[i]
		if r.Decided {
			continue
		}
		a := Award{Case: r.Case.ID, Number: r.Case.Number, Title: r.Case.Title(), Area: r.Case.Org.Prefecture, Score: r.Score, Asked: r.Case.Requested}
		want := a.Asked
		if w.Share > 0 && w.Share < 100 {
			want, a.Why = want*w.Share/100, "share"
		}
		want = cutTo(want, unit)
		switch {
		case !r.Floor || r.sum < w.Floor*10*r.sheets:
			want, a.Why = 0, "floor"
		case w.Area > 0 && areas[a.Area] >= w.Area:
			want, a.Why = 0, "area"
		case over && !w.Skip:
			want, a.Why = 0, "budget"
		case want > budget:
			over = true
			rest := cutTo(budget, unit)
			if w.Rest && rest > 0 && rest*2 >= want {
				want, a.Why = rest, "rest"
			} else {
				want, a.Why = 0, "budget"
			}
		}
		if want > 0 {
			areas[a.Area]++
		}
		a.Amount = want
		budget -= want
		out = append(out, a)
	}
	return out
}

func cutTo(yen, unit int64) int64 {
	if unit < 1 {
		return yen
	}
	return yen / unit * unit
}

// SavedRanking is a what-if kept by its name. SHA256 is the fingerprint of rules and awards together.
type SavedRanking struct {
	ID, Name string
	Rules    WhatIf
	Awards   []Award
	SHA256   string
	ByName   string
	At       time.Time
}

// SaveRanking keeps a what-if of a call by name; it never changes again. R06 of the section.
func (s *Store) SaveRanking(ctx context.Context, who account.Who, code string, fy int, name string, rules WhatIf, awards []Award) (string, error) {
	prog, err := s.ownCall(ctx, who, code)
	if err != nil {
		return "", err
	}
	if name = strings.TrimSpace(name); name == "" || len([]rune(name)) > 80 {
		return "", fault.At("name", "cases.ranking.name")
	}
	id := db.NewID("r")
	return id, s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO rankings (id, programme, fiscal_year, sample, name, rules, outcome, sha256, by_person, by_name, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, id, prog.Code, fy, who.Sample, name, db.JSON[WhatIf]{V: rules}, db.JSON[[]Award]{V: awards},
			fingerprint(rules, awards), who.Person, who.Name, db.At(s.now()))
		return err
	})
}

// fingerprint is the SHA-256 over values as JSON.
func fingerprint(values ...any) string {
	h := sha256.New()
	for _, v := range values {
		h.Write(marshalled[[]byte](v))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Rankings lists the saved what-ifs of a call, the newest first. R06, R07 of its section and auditors.
func (s *Store) Rankings(ctx context.Context, who account.Who, code string, fy int) ([]SavedRanking, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x SavedRanking, err error) {
		var rules db.JSON[WhatIf]
		var awards db.JSON[[]Award]
		var at db.Time
		err = r.Scan(&x.ID, &x.Name, &rules, &awards, &x.SHA256, &x.ByName, &at)
		x.Rules, x.Awards, x.At = rules.V, awards.V, at.Time
		return x, err
	}, `SELECT id, name, rules, outcome, sha256, by_name, at FROM rankings WHERE programme = $1 AND fiscal_year = $2 AND sample = $3
		ORDER BY at DESC, id DESC LIMIT 50`, code, fy, who.Sample)
}
