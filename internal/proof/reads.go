package proof

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

const (
	readsSoon  = time.Second      // so long a line waits for others to be written with it
	readsRetry = 5 * time.Second  // after the database failed
	readsMost  = 20_000           // lines that wait at most; beyond that they are counted as lost, and the log says so
	readsKnown = 50_000           // readings remembered within the hour
	readYears  = 3                // whole years a line keeps its words after the reading (our design)
	readsTake  = 500              // lines written in one transaction
	readsGrace = 10 * time.Second // for the last lines when the service stops
)

// Reads is the log of who read what (閲覧記録). Note never waits for the database: lines are written together a moment later, each bound to
// the one before, and the last of a day is named in its signed head. A clean stop loses none.
type Reads struct {
	DB    *db.DB
	Clock func() time.Time
	Log   *slog.Logger

	mu      sync.Mutex
	waiting []Read
	known   map[readKey]bool
	hour    int64
	lost    int
	timer   *time.Timer
	closed  bool
	writing sync.Mutex
}

// Note takes down that somebody read something. Case may be empty when Item is a letter's or a file's id: whose it is, is found when
// the line is written. What a body's own people read of a draft is left out then.
func (s *Reads) Note(r Read) {
	if r.At.IsZero() {
		r.At = s.Clock()
	}
	r.At = r.At.UTC().Truncate(time.Microsecond)
	k := r.key()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	if s.known == nil || s.hour != k.hour || len(s.known) >= readsKnown {
		s.known, s.hour = map[readKey]bool{}, k.hour
	}
	if s.known[k] {
		return
	}
	s.known[k] = true
	if len(s.waiting) >= readsMost {
		s.lost++
		return
	}
	s.waiting = append(s.waiting, r)
	s.soon(readsSoon)
}

// soon sees to it that what waits is written. The caller holds mu.
func (s *Reads) soon(wait time.Duration) {
	if s.timer == nil && !s.closed {
		s.timer = time.AfterFunc(wait, s.later)
	}
}

func (s *Reads) later() {
	s.mu.Lock()
	s.timer = nil
	s.mu.Unlock()
	if err := s.Flush(context.Background()); err != nil {
		if s.Log != nil {
			s.Log.Error("log of reading", "err", err)
		}
		s.mu.Lock()
		s.soon(readsRetry)
		s.mu.Unlock()
	}
}

// Close writes what waits and takes no more. The database must still be open.
func (s *Reads) Close() error {
	s.mu.Lock()
	s.closed = true
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	s.mu.Unlock()
	ctx, stop := context.WithTimeout(context.Background(), readsGrace)
	defer stop()
	return s.Flush(ctx)
}

// Flush writes every line that waits. What could not be written waits on.
func (s *Reads) Flush(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	for {
		s.mu.Lock()
		n := min(len(s.waiting), readsTake)
		list := slices.Clone(s.waiting[:n])
		lost := s.lost
		s.mu.Unlock()
		if n == 0 {
			return nil
		}
		kept, err := s.placed(ctx, list)
		if err != nil {
			return err
		}
		if lost > 0 {
			kept = append(kept, Read{At: s.Clock().UTC().Truncate(time.Microsecond), Person: "system", Role: "system", What: "lost", Item: fmt.Sprint(lost)})
		}
		if err := s.write(ctx, kept); err != nil {
			return err
		}
		s.mu.Lock()
		s.waiting = slices.Delete(s.waiting, 0, n)
		s.lost -= lost
		s.mu.Unlock()
	}
}

// placed finds the cases of letters and files, and leaves out what needs no line: what is of no case, and a body's own draft.
func (s *Reads) placed(ctx context.Context, list []Read) ([]Read, error) {
	var files, letters, ids []string
	for _, r := range list {
		if id := r.letter(); id != "" {
			letters = append(letters, id)
		}
		if id := r.file(); id != "" {
			files = append(files, id)
		}
	}
	of, err := s.pairs(ctx, `SELECT id, case_id FROM letters WHERE id IN (%s)`, letters)
	if err != nil {
		return nil, err
	}
	refs, err := s.pairs(ctx, `SELECT id, ref FROM files WHERE id IN (%s)`, files)
	if err != nil {
		return nil, err
	}
	for i, r := range list {
		if id := r.letter(); id != "" {
			list[i].Case = of[id]
		} else if id := r.file(); id != "" {
			list[i].Case, _ = strings.CutPrefix(refs[id], "case:")
		}
		if list[i].Case != "" {
			ids = append(ids, list[i].Case)
		}
	}
	in, err := s.pairs(ctx, `SELECT id, submitted FROM cases WHERE id IN (%s)`, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(r Read) bool {
		if r.Case == "" {
			return r.What == "letter" || r.What == "file" || r.What == Refused
		}
		submitted, ok := in[r.Case]
		return !ok || submitted == "" && strings.HasPrefix(r.Body, "lg:") && r.What != Refused
	}), nil
}

// pairs reads two columns for some ids.
func (s *Reads) pairs(ctx context.Context, query string, ids []string) (map[string]string, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found := map[string]string{}
	for part := range slices.Chunk(ids, 200) {
		marks, args := make([]string, len(part)), make([]any, len(part))
		for i, id := range part {
			marks[i], args[i] = fmt.Sprintf("$%d", i+1), id
		}
		_, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x struct{}, err error) {
			var id, value string
			err = r.Scan(&id, &value)
			found[id] = value
			return x, err
		}, fmt.Sprintf(query, strings.Join(marks, ", ")), args...)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// write adds lines to the chain. Another process may add to it at the same moment: then the number is taken, and it is tried again.
func (s *Reads) write(ctx context.Context, list []Read) error {
	if len(list) == 0 {
		return nil
	}
	for try := 1; ; try++ {
		err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error { return s.extend(ctx, tx, list) })
		if err == nil || !db.Duplicate(err) || try == 50 {
			return err
		}
		time.Sleep(time.Duration(try) * time.Millisecond)
	}
}

func (s *Reads) extend(ctx context.Context, tx db.Q, list []Read) error {
	last, err := lastRead(ctx, tx, "")
	if err != nil {
		return err
	}
	now := s.Clock().UTC().Truncate(time.Microsecond)
	if now.Before(last.Logged) {
		now = last.Logged
	}
	var b db.Batch
	for _, r := range list {
		r.Seq, r.Logged, r.words = last.Seq+1, now, r.digest()
		r.Hash = r.link(last.Hash)
		b.Add(`INSERT INTO case_reads (seq, logged, at, person, name, role, body, behalf, origin, case_id, what, item, words, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, r.Seq, db.At(r.Logged), db.At(r.At), r.Person, r.Name, string(r.Role), r.Body,
			r.Behalf, r.Origin, r.Case, r.What, r.Item, r.words, r.Hash)
		last = r
	}
	_, err = b.Run(ctx, tx)
	return err
}

const readColumns = `r.seq, r.logged, r.at, r.person, r.name, r.role, r.body, r.behalf, r.origin, r.case_id, r.what, r.item, r.words, r.gone, r.hash`

func scanRead(rows *sql.Rows) (r Read, err error) {
	var logged, at db.Time
	err = rows.Scan(&r.Seq, &logged, &at, &r.Person, &r.Name, &r.Role, &r.Body, &r.Behalf, &r.Origin, &r.Case, &r.What, &r.Item, &r.words, &r.Gone, &r.Hash)
	r.Logged, r.At = logged.Time, at.Time
	return r, err
}

// lastRead is the last line written before a moment ("" for now); the zero Read when there is none.
func lastRead(ctx context.Context, q db.Q, before string) (Read, error) {
	where, args := "1 = 1", []any(nil)
	if before != "" {
		where, args = "r.logged < $1", []any{before}
	}
	list, err := db.List(ctx, q, scanRead, `SELECT `+readColumns+` FROM case_reads r WHERE `+where+` ORDER BY r.seq DESC LIMIT 1`, args...)
	if err != nil || len(list) == 0 {
		return Read{}, err
	}
	return list[0], nil
}

// until is the end of the log when a day ended in Japan: the number of its last line and that line's hash.
func (s *Reads) until(ctx context.Context, day string) (int64, string, error) {
	r, err := lastRead(ctx, s.DB.Read(), db.At(jp.Start(jp.AddDays(day, 1))).String())
	return r.Seq, r.Hash, err
}

// Verify recomputes the chain from its first line and returns the number of lines and what is wrong, in words for the operator.
func (s *Reads) Verify(ctx context.Context) (n int, wrong []string, err error) {
	last := Read{}
	for {
		list, err := db.List(ctx, s.DB.Read(), scanRead, `SELECT `+readColumns+` FROM case_reads r WHERE r.seq > $1 ORDER BY r.seq LIMIT 2000`, last.Seq)
		if err != nil {
			return n, wrong, err
		}
		if len(list) == 0 {
			return n, wrong, nil
		}
		for _, r := range list {
			n++
			switch {
			case r.Seq != last.Seq+1:
				wrong = append(wrong, fmt.Sprintf("log of reading: lines %d to %d are missing", last.Seq+1, r.Seq-1))
			case !r.Gone && r.words != r.digest():
				wrong = append(wrong, fmt.Sprintf("log of reading: line %d does not say what it said", r.Seq))
			case r.Hash != r.link(last.Hash):
				wrong = append(wrong, fmt.Sprintf("log of reading: line %d does not follow the one before it", r.Seq))
			case r.Logged.Before(last.Logged):
				wrong = append(wrong, fmt.Sprintf("log of reading: line %d is older than the one before it", r.Seq))
			}
			last = r
		}
	}
}

// Retire takes the words out of lines whose term is over: three whole years after the reading, unless the case is on hold. Their digests
// stay, so the chain verifies as before.
func (s *Reads) Retire(ctx context.Context) (int64, error) {
	before := db.At(s.Clock().AddDate(-readYears, 0, 0))
	var n int64
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) (err error) {
		n, err = db.Changed(ctx, tx, `UPDATE case_reads SET gone = TRUE, person = '', name = '', role = '', body = '', behalf = '', origin = '', case_id = '', item = ''
			WHERE gone = FALSE AND at < $1 AND NOT EXISTS (SELECT 1 FROM case_holds h WHERE h.case_id = case_reads.case_id)`, before)
		return err
	})
	return n, err
}

// ReadFilter narrows the log. From and To are ISO days in Japan, both included; Before is the number of the line a page ends before.
type ReadFilter struct {
	Case   string // number of a case
	Person string // part of a name, or an id
	From   string
	To     string
	What   string
	Before int64
	Limit  int
}

// ReadLine is a line with the case it speaks of.
type ReadLine struct {
	Read
	Number, Title, OrgCode, Org, Programme string
}

// List reads the log for those whose duty it is, newest first: the auditor all of it; a section chief, as the officer for personal data
// (保護管理者), what was read of the section's own cases. Fault: Missing for anybody else.
func (s *Reads) List(ctx context.Context, who account.Who, f ReadFilter) ([]ReadLine, error) {
	where, args := "r.gone = FALSE", []any(nil)
	add := func(words string, value any) {
		args = append(args, value)
		where += " AND " + strings.ReplaceAll(words, "?", fmt.Sprintf("$%d", len(args)))
	}
	switch {
	case who.Is(account.RoleAuditor):
	case who.Is(account.RoleChief):
		add("c.section = ?", who.BodyID())
		if who.Home != "" { // a secondee does not deal with the body that sent them
			add("c.org_code <> ?", who.Home)
		}
		if codes := strings.Fields(who.Hat.Programmes); len(codes) > 0 {
			add("(' ' || ? || ' ') LIKE ('% ' || c.programme || ' %')", strings.Join(codes, " "))
		}
	default:
		return nil, fault.New(fault.Missing, "db.missing")
	}
	if f.Case != "" {
		add("c.number = ?", f.Case)
	}
	if f.Person != "" {
		add("(r.name LIKE ? OR r.person = SUBSTR(?, 2, LENGTH(?) - 2))", "%"+strings.NewReplacer("%", "", "_", "").Replace(f.Person)+"%")
	}
	if f.From != "" {
		add("r.at >= ?", db.At(jp.Start(f.From)))
	}
	if f.To != "" {
		add("r.at < ?", db.At(jp.Start(jp.AddDays(f.To, 1))))
	}
	if f.What != "" {
		add("r.what = ?", f.What)
	}
	if f.Before > 0 {
		add("r.seq < ?", f.Before)
	}
	return s.lines(ctx, where, args, f.Limit)
}

// Of lists what was read of one case, newest first. The caller has seen to it that the case may be seen.
func (s *Reads) Of(ctx context.Context, caseID string, n int) ([]ReadLine, error) {
	return s.lines(ctx, "r.gone = FALSE AND r.case_id = $1", []any{caseID}, n)
}

// By lists what a person has read, newest first, for that person alone.
func (s *Reads) By(ctx context.Context, person string, n int) ([]ReadLine, error) {
	return s.lines(ctx, "r.gone = FALSE AND r.person = $1", []any{person}, n)
}

func (s *Reads) lines(ctx context.Context, where string, args []any, n int) ([]ReadLine, error) {
	if err := s.Flush(ctx); err != nil {
		return nil, err
	}
	return db.List(ctx, s.DB.Read(), func(rows *sql.Rows) (l ReadLine, err error) {
		var logged, at db.Time
		err = rows.Scan(&l.Seq, &logged, &at, &l.Person, &l.Name, &l.Role, &l.Body, &l.Behalf, &l.Origin, &l.Case, &l.What, &l.Item, &l.words, &l.Gone, &l.Hash,
			&l.Number, &l.Title, &l.OrgCode, &l.Org, &l.Programme)
		l.Logged, l.At = logged.Time, at.Time
		return l, err
	}, `SELECT `+readColumns+`, COALESCE(c.number, ''), COALESCE(c.title, ''), COALESCE(c.org_code, ''), COALESCE(c.org_name, ''), COALESCE(c.programme, '')
		FROM case_reads r LEFT JOIN cases c ON c.id = r.case_id WHERE `+where+fmt.Sprintf(` ORDER BY r.seq DESC LIMIT %d`, max(1, n)), args...)
}
