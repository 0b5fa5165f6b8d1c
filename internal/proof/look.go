package proof

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
)

// Look is one nightly look (照合): what was looked at, and what is wrong with it.
type Look struct {
	ID      string
	Started time.Time
	Ended   time.Time
	Counts  Counts
	Faults  []Fault
}

// Counts say how much was looked at. Deep counts the files that were read to their last byte; each is at least once in thirty nights.
type Counts struct {
	Cases, Files, Deep, Letters int
	Bytes                       int64
}

// Fault is one thing that is not as it was accepted. Kind: file | letter | mail | job | number.
type Fault struct {
	Kind   string `json:"kind"`
	Case   string `json:"case,omitempty"`
	Number string `json:"number,omitempty"`
	Text   string `json:"text"`
}

const (
	lookPage  = 200
	turns     = 30        // nights in which every file is read once
	patience  = time.Hour // how long a letter's PDF or a mail may be under way
	faultMost = 1000      // so many are written down; the rest is counted
)

// Look holds what was accepted against what is there: every file that an accepted case names is readable and unchanged, every letter
// has its number and its PDF, no mail and no job was laid aside. The result is kept; two processes that look at once keep two.
func (s *Store) Look(ctx context.Context) (Look, error) {
	l := Look{ID: db.NewID("k"), Started: s.Clock(), Faults: []Fault{}}
	night := uint32(jp.Days("2020-01-01", jp.Date(l.Started)))
	for after := ""; ; {
		list, err := s.Cases.Declared(ctx, after, lookPage)
		if err != nil {
			return l, err
		}
		if len(list) == 0 {
			break
		}
		for _, d := range list {
			if err := s.lookAt(ctx, &l, d, night); err != nil {
				return l, err
			}
		}
		after = list[len(list)-1].ID
	}
	if err := s.lookAside(ctx, &l); err != nil {
		return l, err
	}
	l.Ended = s.Clock()
	return l, s.note(ctx, l)
}

// lookAt is the look at one case.
func (s *Store) lookAt(ctx context.Context, l *Look, d cases.Declared, night uint32) error {
	l.Counts.Cases++
	file := func(kind string, f form.File) error {
		h := fnv.New32a()
		h.Write([]byte(f.ID))
		deep := h.Sum32()%turns == night%turns
		wrong, err := s.Files.Whole(ctx, f, deep)
		if err != nil {
			return err
		}
		if deep {
			l.Counts.Deep++
			l.Counts.Bytes += f.Size
		}
		if wrong != "" {
			l.add(Fault{kind, d.ID, d.Number, f.Name + " " + wrong})
		}
		return nil
	}
	for _, f := range d.Files {
		l.Counts.Files++
		if err := file("file", f); err != nil {
			return err
		}
	}
	for _, x := range d.Letters {
		l.Counts.Letters++
		name := x.Kind + " " + x.Number
		if x.File == "" {
			if issued, err := time.Parse(time.RFC3339Nano, x.Issued); err != nil || s.Clock().Sub(issued) > patience {
				l.add(Fault{"letter", d.ID, d.Number, name + " has no PDF"})
			}
			continue
		}
		m, err := s.Files.Info(ctx, x.File)
		if err != nil {
			l.add(Fault{"letter", d.ID, d.Number, name + " has lost its PDF"})
			continue
		}
		if err := file("letter", form.File{ID: x.File, Name: name, SHA256: x.SHA256, Size: m.Size}); err != nil {
			return err
		}
	}
	return nil
}

// lookAside is the look at numbers, mails and jobs.
func (s *Store) lookAside(ctx context.Context, l *Look) error {
	gaps, err := s.Cases.Gaps(ctx)
	if err != nil {
		return err
	}
	for _, text := range gaps {
		l.add(Fault{Kind: "number", Text: text})
	}
	late := db.At(l.Started.Add(-24 * time.Hour))
	mails, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (f Fault, err error) {
		var subject, state string
		err = r.Scan(&f.Case, &subject, &state)
		f.Kind, f.Text = "mail", fmt.Sprintf("%s: %s", state, subject)
		return f, err
	}, `SELECT case_id, subject, state FROM mails WHERE case_id <> '' AND (state = 'failed' OR state = 'queued' AND queued < $1) ORDER BY id`, late)
	if err != nil {
		return err
	}
	jobs, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (f Fault, err error) {
		var kind, failure string
		err = r.Scan(&kind, &failure)
		f.Kind, f.Text = "job", kind+": "+failure
		return f, err
	}, `SELECT kind, failure FROM job_dead ORDER BY id`)
	for _, f := range append(mails, jobs...) {
		l.add(f)
	}
	return err
}

// add notes a fault.
func (l *Look) add(f Fault) { l.Faults = append(l.Faults, f) }

func (s *Store) note(ctx context.Context, l Look) error {
	counts, err := json.Marshal(l.Counts)
	if err != nil {
		return err
	}
	faults, err := json.Marshal(l.Faults[:min(len(l.Faults), faultMost)])
	if err != nil {
		return err
	}
	if len(l.Faults) > 0 && s.Log != nil {
		s.Log.Error("nightly look", "faults", len(l.Faults), "first", l.Faults[0].Text)
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO proof_looks (id, started, ended, counts, faults) VALUES ($1, $2, $3, $4, $5)`,
			l.ID, db.At(l.Started), db.At(l.Ended), string(counts), string(faults))
		return err
	})
}

// Looks lists the newest looks.
func (s *Store) Looks(ctx context.Context, n int) ([]Look, error) {
	return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (l Look, err error) {
		var started, ended db.Time
		var counts, faults string
		if err = r.Scan(&l.ID, &started, &ended, &counts, &faults); err != nil {
			return l, err
		}
		l.Started, l.Ended = started.Time, ended.Time
		if err = json.Unmarshal([]byte(counts), &l.Counts); err != nil {
			return l, err
		}
		return l, json.Unmarshal([]byte(faults), &l.Faults)
	}, `SELECT id, started, ended, counts, faults FROM proof_looks ORDER BY id DESC LIMIT $1`, n)
}
