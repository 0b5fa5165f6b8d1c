package proof

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/jobs"
	"kakehashi/internal/jp"
)

// Store keeps the signed heads and what was found at night. Wired by app.
type Store struct {
	DB    *db.DB
	Cases *cases.Store
	Files *blob.Store
	Jobs  *jobs.Queue
	Reads *Reads
	Key   ed25519.PrivateKey // lies outside the database
	Clock func() time.Time
	Log   *slog.Logger
}

// Register gives the store's background work to its queue: every night the head of the day that ended, then the look at what is kept;
// and the erasing of what an approved list names.
func (s *Store) Register() {
	q := s.Jobs
	q.Handle(disposeKind, func(ctx context.Context, payload []byte) error {
		var id string
		if err := json.Unmarshal(payload, &id); err != nil {
			return jobs.Hopeless(err)
		}
		return s.dispose(ctx, id)
	})
	q.Handle("proof.head", func(ctx context.Context, _ []byte) error { return s.Close(ctx) })
	q.Daily("proof.head", "00:10")
	q.Handle("proof.look", func(ctx context.Context, _ []byte) error { _, err := s.Look(ctx); return err })
	q.Daily("proof.look", "02:30")
	q.Handle("proof.retire", func(ctx context.Context, _ []byte) error { _, err := s.Reads.Retire(ctx); return err })
	q.Daily("proof.retire", "03:40")
}

const headColumns = `statement, public_key, signature`

func scanHead(r *sql.Rows) (Head, error) {
	var statement, key, signature string
	if err := r.Scan(&statement, &key, &signature); err != nil {
		return Head{}, err
	}
	h, err := parseStatement(statement)
	h.Key, h.Signature = key, signature
	return h, err
}

// Close makes the heads of all days that have ended since the last one, each over the journals as they stood at that day's end in
// Japan. A service that stood still for a week makes seven. The first head is that of yesterday.
func (s *Store) Close(ctx context.Context) error {
	yesterday := jp.AddDays(jp.Date(s.Clock()), -1)
	last, err := s.Newest(ctx)
	if err != nil {
		return err
	}
	day := yesterday
	if last != nil {
		day = jp.AddDays(last.Day, 1)
	}
	for ; day <= yesterday; day = jp.AddDays(day, 1) {
		h, err := s.head(ctx, day, last)
		if err != nil {
			return fmt.Errorf("head of %s: %w", day, err)
		}
		if err := s.keep(ctx, h); err != nil {
			return fmt.Errorf("head of %s: %w", day, err)
		}
		last = &h
	}
	return nil
}

// head computes and signs the head of a day.
func (s *Store) head(ctx context.Context, day string, last *Head) (Head, error) {
	tree, events, err := s.tree(ctx, day)
	if err != nil {
		return Head{}, err
	}
	h := Head{Day: day, Cases: tree.Len(), Events: events, Root: tree.Root().String()}
	if h.Reads, h.ReadHash, err = s.Reads.until(ctx, day); err != nil {
		return h, err
	}
	if last != nil {
		h.Previous = digest(last.Statement())
	}
	h.sign(s.Key)
	return h, nil
}

// tree is that of all heads at the end of a day.
func (s *Store) tree(ctx context.Context, day string) (*Tree, int, error) {
	heads, err := s.Cases.Heads(ctx, jp.Start(jp.AddDays(day, 1)))
	if err != nil {
		return nil, 0, err
	}
	tree, events := plant(heads)
	return tree, events, nil
}

// plant makes the tree of a list of heads, and counts their events.
func plant(heads []cases.Head) (*Tree, int) {
	slices.SortFunc(heads, func(a, b cases.Head) int { return strings.Compare(a.Case, b.Case) })
	var tree Tree
	events := 0
	for _, h := range heads {
		tree.Set(h.Case, Leaf(h.Case, h.Seq, h.Hash))
		events += h.Seq
	}
	return &tree, events
}

// keep stores a head. Of two processes that close the same day one does it; both computed the same.
func (s *Store) keep(ctx context.Context, h Head) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO proof_heads (day, statement, public_key, signature, made) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (day) DO NOTHING`, h.Day, h.Statement(), h.Key, h.Signature, db.At(s.Clock()))
		return err
	})
}

// Newest is the last head, or nil when there is none yet.
func (s *Store) Newest(ctx context.Context) (*Head, error) {
	list, err := s.Heads(ctx, "", 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Heads lists the signed heads, newest first: those before a day ("" for all), at most n. They are public.
func (s *Store) Heads(ctx context.Context, before string, n int) ([]Head, error) {
	if before == "" {
		before = "9999"
	}
	return db.List(ctx, s.DB.Read(), scanHead, `SELECT `+headColumns+` FROM proof_heads WHERE day < $1 ORDER BY day DESC LIMIT $2`, before, n)
}

// Inclusion ties one case to a signed head: the journal of the case had this head when the day ended.
type Inclusion struct {
	Case      string `json:"case"`
	Seq       int    `json:"seq"`
	Hash      string `json:"hash"`
	Path      Path   `json:"path"`
	Statement string `json:"statement"`
	Key       string `json:"public_key"`
	Signature string `json:"signature"`
}

// Verify checks the path to the root of the statement, and the signature. It cannot know whether the key is the right one: compare it
// with the published key.
func (in Inclusion) Verify() error {
	h, err := parseStatement(in.Statement)
	if err != nil {
		return err
	}
	h.Key, h.Signature = in.Key, in.Signature
	root, err := in.Path.Climb(Leaf(in.Case, in.Seq, in.Hash))
	switch {
	case err != nil:
		return fmt.Errorf("path: %w", err)
	case in.Path.Size != h.Cases:
		return fmt.Errorf("the path is of a tree of %d cases, the statement of %d", in.Path.Size, h.Cases)
	case root.String() != h.Root:
		return errors.New("the path does not lead to the root of the statement")
	case !h.Signed():
		return errors.New("the signature is not that of the key")
	}
	return nil
}

// Include ties a case to the newest head; nil when no head has been made since the case began.
func (s *Store) Include(ctx context.Context, id string) (*Inclusion, error) {
	h, err := s.Newest(ctx)
	if err != nil || h == nil {
		return nil, err
	}
	heads, err := s.Cases.Heads(ctx, jp.Start(jp.AddDays(h.Day, 1)))
	if err != nil {
		return nil, err
	}
	tree, _ := plant(heads)
	path, ok := tree.Path(id)
	if !ok {
		return nil, nil
	}
	in := &Inclusion{Case: id, Path: path, Statement: h.Statement(), Key: h.Key, Signature: h.Signature}
	for _, c := range heads {
		if c.Case == id {
			in.Seq, in.Hash = c.Seq, c.Hash
		}
	}
	return in, in.Verify()
}

// Verify recomputes every head from the journals and compares: the order of days, the link to the day before, the signature, the root
// and the counts. It returns the number of heads and what is wrong, in words for the operator.
func (s *Store) Verify(ctx context.Context) (n int, wrong []string, err error) {
	list, err := db.List(ctx, s.DB.Read(), scanHead, `SELECT `+headColumns+` FROM proof_heads ORDER BY day`)
	if err != nil {
		return 0, []string{fmt.Sprintf("the signed heads cannot be read: %v", err)}, nil
	}
	check := func(i int, tree *Tree, events int) {
		h := list[i]
		say := func(text string) { wrong = append(wrong, fmt.Sprintf("head of %s: %s", h.Day, text)) }
		if !h.Signed() {
			say("the signature is not that of its key")
		}
		if i > 0 && h.Previous != digest(list[i-1].Statement()) || i == 0 && h.Previous != "" {
			say("it does not follow the head before it")
		}
		if i > 0 && h.Day != jp.AddDays(list[i-1].Day, 1) {
			say("days before it are missing")
		}
		if h.Cases != tree.Len() || h.Events != events || h.Root != tree.Root().String() {
			say(fmt.Sprintf("the journals of today give %d cases, %d events and another root or count than were signed", tree.Len(), events))
		}
	}
	var tree Tree
	at, events := 0, 0
	seqs := map[string]int{}
	err = s.Cases.Steps(ctx, func(h cases.Head, t time.Time) {
		for at < len(list) && !t.Before(jp.Start(jp.AddDays(list[at].Day, 1))) {
			check(at, &tree, events)
			at++
		}
		if h.Seq > seqs[h.Case] { // a clock that was put back does not turn a journal round
			events += h.Seq - seqs[h.Case]
			seqs[h.Case] = h.Seq
			tree.Set(h.Case, Leaf(h.Case, h.Seq, h.Hash))
		}
	})
	for ; at < len(list) && err == nil; at++ {
		check(at, &tree, events)
	}
	for i := 0; i < len(list) && err == nil; i++ {
		var n int64
		var hash string
		if n, hash, err = s.Reads.until(ctx, list[i].Day); err == nil && (n != list[i].Reads || hash != list[i].ReadHash) {
			wrong = append(wrong, fmt.Sprintf("head of %s: the log of reading ends elsewhere than was signed", list[i].Day))
		}
	}
	if err != nil {
		return len(list), wrong, err
	}
	_, broken, err := s.Reads.Verify(ctx)
	return len(list), append(wrong, broken...), err
}

// Day is the day of the head, "" when its statement is torn.
func (in Inclusion) Day() string {
	h, err := parseStatement(in.Statement)
	if err != nil {
		return ""
	}
	return h.Day
}
