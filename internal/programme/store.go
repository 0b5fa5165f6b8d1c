package programme

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// States of a version. Published versions never change; a newer one of the same fiscal year and round supersedes them, and the cases
// that began on them keep them.
const (
	Checked    = "checked"    // proposed; linter and examples passed
	Published  = "published"  // in force
	Superseded = "superseded" // a newer version of the same call is in force
	Withdrawn  = "withdrawn"  // proposed and given up
)

// seedAuthor stands for the release as author and publisher of the versions it ships.
const seedAuthor = "seed"

// fresh is how long the list of what is in force is trusted; another process may have published meanwhile.
const fresh = time.Second

// Store keeps every version of every programme.
type Store struct {
	db    *db.DB
	clock func() time.Time

	compiled sync.Map // hash → *Programme; versions never change

	mu      sync.Mutex
	inForce *inForce
	read    time.Time
	day     string // in Japan, on which it was read
}

// inForce is what was in force when it was read: the version that holds and the newest state by code, in order of number.
type inForce struct {
	list   []*Programme
	states map[string]StateChange
}

// New opens the store. clock gives the present moment; nil is the real clock.
func New(d *db.DB, clock func() time.Time) *Store {
	if clock == nil {
		clock = time.Now
	}
	return &Store{db: d, clock: clock}
}

// Version is one stored version of a definition.
type Version struct {
	Hash       string
	Code       string
	Number     string
	Version    string // 2027.1.0
	FiscalYear int
	Round      int
	State      string
	Author     string
	AuthorName string
	Proposed   db.Time
	Publisher  string
	Publishers string // name of the publisher
	Published  db.Time

	breaking, compatible int
}

const versionColumns = "hash, code, number, fiscal_year, round, breaking, compatible, state, author, author_name, proposed, publisher, publisher_name, published"

func scanVersion(rows *sql.Rows) (v Version, err error) {
	err = rows.Scan(&v.Hash, &v.Code, &v.Number, &v.FiscalYear, &v.Round, &v.breaking, &v.compatible, &v.State, &v.Author, &v.AuthorName,
		&v.Proposed, &v.Publisher, &v.Publishers, &v.Published)
	v.Version = fmt.Sprintf("%d.%d.%d", v.FiscalYear, v.breaking, v.compatible)
	return v, err
}

// Seed stores the shipped folders as published versions, once each, known by their hash. A folder with mistakes is an error: the
// release is broken.
func (s *Store) Seed(ctx context.Context, fsys fs.FS) error {
	digest, err := digestOf(fsys)
	if err != nil {
		return fmt.Errorf("seed programmes: %w", err)
	}
	seen, err := db.List(ctx, s.db.Read(), db.String, `SELECT hash FROM programme_seeds WHERE hash = $1`, digest)
	if err != nil || len(seen) > 0 {
		return err
	}
	definitions, issues := ParseAll(fsys)
	if err := issues.Err(); err != nil {
		return fmt.Errorf("seed programmes: %w", err)
	}
	for _, d := range definitions {
		p, err := shippedVersion(d)
		if err != nil {
			return fmt.Errorf("seed programme %s: %w", d.Code, err)
		}
		s.compiled.Store(p.Hash, p)
		if err := s.seed(ctx, p); err != nil {
			return fmt.Errorf("seed programme %s: %w", d.Code, err)
		}
	}
	s.forget()
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO programme_seeds (hash, at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, digest, db.At(s.clock()))
		return err
	})
}

// digestOf is the hash of every name and byte of the shipped folders: what this program seeded once it need not read again.
func digestOf(fsys fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(fsys, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(fsys, path)
		fmt.Fprintf(h, "%d:%s%d:", len(path), path, len(b))
		h.Write(b)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// shipped are the compiled folders of this process by hash, so that a second store does not compile them again.
var shipped sync.Map

func shippedVersion(d Definition) (*Programme, error) {
	hash, err := Hash(d)
	if err != nil {
		return nil, err
	}
	if p, ok := shipped.Load(hash); ok {
		return p.(*Programme), nil
	}
	p, issues := Compile(d)
	if err := issues.Err(); err != nil {
		return nil, err
	}
	shipped.Store(hash, p)
	return p, nil
}

func (s *Store) seed(ctx context.Context, p *Programme) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		known, err := db.List(ctx, tx, db.String, "SELECT hash FROM programme_versions WHERE hash = $1", p.Hash)
		if err != nil || len(known) > 0 {
			return err
		}
		if err := s.insert(ctx, tx, p, Published, seedAuthor, ""); err != nil {
			return err
		}
		return s.supersede(ctx, tx, p)
	})
}

// ParseAll reads every programme folder of fsys, in order of name.
func ParseAll(fsys fs.FS) ([]Definition, Issues) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, Issues{{Message: err.Error()}}
	}
	var out []Definition
	var all Issues
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), "_") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		d, issues := Parse(fsys, e.Name())
		all = append(all, issues...)
		if len(issues) == 0 {
			out = append(out, d)
		}
	}
	return out, all
}

func (s *Store) insert(ctx context.Context, tx db.Q, p *Programme, state, author, name string) error {
	body, err := Canonical(p.Definition)
	if err != nil {
		return err
	}
	var fy, breaking, compatible int
	if _, err := fmt.Sscanf(p.Version, "%d.%d.%d", &fy, &breaking, &compatible); err != nil {
		return fmt.Errorf("version %s: %w", p.Version, err)
	}
	now := db.At(s.clock())
	publisher, published := "", db.Time{}
	if state == Published {
		publisher, published = author, now
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO programme_versions
		(hash, code, number, fiscal_year, round, breaking, compatible, state, body, author, author_name, proposed, publisher, publisher_name, published)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (hash) DO NOTHING`,
		p.Hash, p.Code, p.Number, fy, max(p.Call.Round, 1), breaking, compatible, state, string(body), author, name, now, publisher, "", published)
	return err
}

// supersede ends the versions of the same call that are older than p.
func (s *Store) supersede(ctx context.Context, tx db.Q, p *Programme) error {
	_, err := tx.ExecContext(ctx, `UPDATE programme_versions SET state = $1
		WHERE code = $2 AND fiscal_year = $3 AND round = $4 AND state = $5 AND hash <> $6
		  AND (breaking, compatible) <= (SELECT n.breaking, n.compatible FROM programme_versions n WHERE n.hash = $6)`,
		Superseded, p.Code, p.Call.FiscalYear, max(p.Call.Round, 1), Published, p.Hash)
	return err
}

// ByHash returns the version a case is pinned to. Fault: Missing.
func (s *Store) ByHash(ctx context.Context, hash string) (*Programme, error) {
	if p, ok := s.compiled.Load(hash); ok {
		return p.(*Programme), nil
	}
	body, err := db.One(ctx, s.db.Read(), db.String, "SELECT body FROM programme_versions WHERE hash = $1", hash)
	if err != nil {
		return nil, err
	}
	return s.decoded(hash, body)
}

// decoded reads a stored version and keeps it.
func (s *Store) decoded(hash, body string) (*Programme, error) {
	var d Definition
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		return nil, fmt.Errorf("definition %s: %w", hash, err)
	}
	p := compileStored(d)
	p.Hash = hash
	s.compiled.Store(hash, p)
	return p, nil
}

// decodeAll reads the versions in force that have not been read yet, on all processors: the service waits for them when it starts.
func (s *Store) decodeAll(ctx context.Context, hashes []string) error {
	if !slices.ContainsFunc(hashes, s.unread) {
		return nil
	}
	list, err := db.List(ctx, s.db.Read(), func(r *sql.Rows) (x [2]string, err error) { return x, r.Scan(&x[0], &x[1]) },
		`SELECT hash, body FROM programme_versions WHERE state = $1`, Published)
	if err != nil {
		return err
	}
	failed := make([]error, len(list))
	var all sync.WaitGroup
	for i, x := range list {
		if s.unread(x[0]) {
			all.Go(func() { _, failed[i] = s.decoded(x[0], x[1]) })
		}
	}
	all.Wait()
	return errors.Join(failed...)
}

func (s *Store) unread(hash string) bool {
	_, read := s.compiled.Load(hash)
	return !read
}

// Current returns the published version of a programme that is in force (see inForceAt), by its code or number (P01). Fault: Missing.
func (s *Store) Current(ctx context.Context, code string) (*Programme, error) {
	now, err := s.now(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range now.list {
		if p.Code == code || p.Number == code {
			return p, nil
		}
	}
	return nil, fault.New(fault.Missing, "programme.missing", "code", code)
}

// All returns the version in force of every programme, in order of number.
func (s *Store) All(ctx context.Context) ([]*Programme, error) {
	now, err := s.now(ctx)
	if err != nil {
		return nil, err
	}
	return now.list, nil
}

// OpenCalls returns the programmes whose call can be applied to at this moment.
func (s *Store) OpenCalls(ctx context.Context, at time.Time) ([]*Programme, error) {
	list, err := s.All(ctx)
	if err != nil {
		return nil, err
	}
	var out []*Programme
	for _, p := range list {
		if open, _ := s.Open(ctx, p, at); open && p.Receiving(at) {
			out = append(out, p)
		}
	}
	return out, nil
}

// Receiving reports whether the moment lies within the call's days (必着, to the end of the last day in Japan).
func (d *Definition) Receiving(at time.Time) bool {
	day := jp.Date(at)
	return d.Call.Opens <= day && day <= d.Call.Closes
}

// Open reports whether the programme is open at this moment, and if not why, in words for anybody. It says nothing about the days of the
// call: a draft may be begun before the call opens.
func (s *Store) Open(ctx context.Context, p *Programme, at time.Time) (bool, lang.Text) {
	now, err := s.now(ctx)
	if err != nil {
		return false, words("programme.unknown_state")
	}
	if c, ok := now.states[p.Code]; ok && c.State == "closed" && c.From <= jp.Date(at) {
		return false, words("programme.closed_from", "day", c.From, "reason", c.Reason)
	}
	if !p.OpenState(at) {
		if p.Call.ClosedFrom != "" {
			return false, words("programme.ended", "day", p.Call.ClosedFrom)
		}
		return false, words("programme.not_open")
	}
	return true, lang.Text{}
}

// words is a catalogue sentence in both languages; an argument called day is written in full.
func words(key string, args ...any) lang.Text {
	in := func(tag lang.Tag) string {
		a := append([]any(nil), args...)
		for i := 0; i+1 < len(a); i += 2 {
			if day, ok := a[i+1].(string); ok && a[i] == "day" {
				a[i+1] = lang.LongDay(tag, day)
			}
		}
		return lang.T(tag, key, a...)
	}
	return lang.Text{JA: in(lang.JA), EN: in(lang.EN)}
}

func (s *Store) forget() {
	s.mu.Lock()
	s.inForce = nil
	s.mu.Unlock()
}

// now reads what is in force, at most once in a while.
func (s *Store) now(ctx context.Context) (*inForce, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	today := jp.Date(s.clock())
	if s.inForce != nil && time.Since(s.read) < fresh && s.day == today {
		return s.inForce, nil
	}
	hashes, err := db.List(ctx, s.db.Read(), db.String, `SELECT hash FROM programme_versions WHERE state = $1
		ORDER BY number, code, fiscal_year DESC, round DESC, breaking DESC, compatible DESC, published DESC`, Published)
	if err != nil {
		return nil, fmt.Errorf("programmes in force: %w", err)
	}
	if err := s.decodeAll(ctx, hashes); err != nil {
		return nil, fmt.Errorf("programmes in force: %w", err)
	}
	out := &inForce{states: map[string]StateChange{}}
	var same []*Programme // published versions of one programme, newest first
	for _, hash := range hashes {
		p, err := s.ByHash(ctx, hash)
		if err != nil {
			return nil, err
		}
		if len(same) > 0 && same[0].Code != p.Code {
			out.list = append(out.list, inForceAt(same, today))
			same = nil
		}
		same = append(same, p)
	}
	if len(same) > 0 {
		out.list = append(out.list, inForceAt(same, today))
	}
	changes, err := db.List(ctx, s.db.Read(), scanState, "SELECT "+stateColumns+" FROM programme_states ORDER BY code, seq")
	if err != nil {
		return nil, fmt.Errorf("programme states: %w", err)
	}
	for _, c := range changes {
		out.states[c.Code] = c
	}
	s.inForce, s.read, s.day = out, time.Now(), today
	return out, nil
}

// inForceAt picks the version that holds on a day: the newest whose call is open, else the one that opens next, else the newest. Next
// year's call, once published, does not shut the one that is still open.
func inForceAt(newestFirst []*Programme, today string) *Programme {
	var coming *Programme
	for _, p := range newestFirst {
		switch {
		case p.Call.Opens <= today && today <= p.Call.Closes:
			return p
		case p.Call.Opens > today && (coming == nil || p.Call.Opens < coming.Call.Opens):
			coming = p
		}
	}
	if coming != nil {
		return coming
	}
	return newestFirst[0]
}

// Versions lists the stored versions of a programme, newest first.
func (s *Store) Versions(ctx context.Context, code string) ([]Version, error) {
	return db.List(ctx, s.db.Read(), scanVersion, "SELECT "+versionColumns+` FROM programme_versions WHERE code = $1
		ORDER BY fiscal_year DESC, round DESC, breaking DESC, compatible DESC, proposed DESC`, code)
}
