package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/lang"
	"kakehashi/internal/recent"
)

// Letter is a mail of this package, by the name of its template: see internal/mail/templates.
type Letter struct {
	To       string // address
	Lang     lang.Tag
	Template string            // "account-invite"
	Values   map[string]string // named values of the template; "url" is always absolute
	Key      string            // the same key is sent once
}

// Config is what the store cannot know by itself; app wires it.
type Config struct {
	DB *db.DB
	// Post queues a mail in the transaction. nil sends nothing (a service before its mail is set up).
	Post func(ctx context.Context, tx db.Q, l Letter) error
	// Branch tells the branch ("branch:17") through which a body ("lg:172022") deals, "" when it deals directly with HQ.
	Branch func(ctx context.Context, body string) (string, error)
	// Body tells the name of a body in both languages; fault.Missing when the register does not know it.
	Body func(ctx context.Context, body string) (lang.Text, error)
	// MoveWork is called in the transaction of a hand-over and moves open work from one person to the other; it returns how many
	// pieces moved.
	MoveWork func(ctx context.Context, tx db.Q, who Who, from, to, body string) (int, error)
	// Forget is called in the transaction that erases an account and takes out what a person set up for themselves elsewhere; nil: nothing.
	Forget func(ctx context.Context, tx db.Q, person string) error
	// URL is the public address without path ("https://kakehashi.example.jp"); the tenant's setting comes before it.
	URL string
	// Mount is the path below that address at which a proxy serves the service, "" or "/kakehashi".
	Mount string
	// Key seals the authenticator secrets, 32 bytes; nil keeps them as they are.
	Key []byte
	// Now is the clock; nil is the real one.
	Now func() time.Time
}

// Store keeps people, hats and sessions. It is safe for several goroutines and several processes on one database.
type Store struct {
	Config
	hashing  *hashing
	settings *settingsCache
	kept     *recent.Cache[any]
	uses     inUse
	known    known
}

// believed is how long what was read about people and sessions is believed. It is also bound to the second it was read in, so that a hat
// ends in the second it ends; a change made by this process is seen at once.
const believed = time.Second

// keep is read, or what it returned in this second.
func keep[T any](s *Store, key string, read func() (T, error)) (T, error) {
	v, err := s.kept.Get(strconv.FormatInt(s.Now().Unix(), 36)+" "+key, func() (any, error) { return read() })
	t, _ := v.(T)
	return t, err
}

// write runs f in a transaction; what was read before is forgotten.
func (s *Store) write(ctx context.Context, f func(context.Context, db.Q) error) error {
	defer db.Ended(ctx, s.kept.Forget)
	return s.DB.InTx(ctx, f)
}

// New makes the store.
func New(c Config) *Store {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Store{Config: c, hashing: newHashing(), settings: &settingsCache{}, kept: recent.New[any](believed, 8000)}
}

// System is the Who of work that no person asked for: jobs and the command line.
var System = Who{Person: "system", Name: "system", Hat: Hat{Role: RoleAdmin, Body: "system"}}

// forever stands in until_at of a membership without an end.
var forever = db.At(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))

func (s *Store) now() db.Time { return db.At(s.Now()) }

// newToken makes a secret of 256 random bits for a cookie or a link. Only its digest is stored.
func newToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// digest is what the database keeps of a token.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// post queues a letter, when mail is wired.
func (s *Store) post(ctx context.Context, tx db.Q, l Letter) error {
	if s.Post == nil || l.To == "" {
		return nil
	}
	return s.Post(ctx, tx, l)
}

// link makes an absolute address for a mail, in the reader's language.
func (s *Store) link(ctx context.Context, tag lang.Tag, path string) string {
	base := s.URL
	if t, err := s.Tenant(ctx); err == nil && t.URL != "" {
		base = t.URL
	}
	base += s.Mount
	if tag == lang.EN {
		base += "/en"
	}
	return base + path
}

// branchOf and bodyName work without wiring too, for a service without a register.
func (s *Store) branchOf(ctx context.Context, body string) (string, error) {
	if s.Branch == nil || kindOf(body) != "lg" {
		return "", nil
	}
	return s.Branch(ctx, body)
}

func (s *Store) bodyName(ctx context.Context, body string) (lang.Text, error) {
	if s.Body == nil {
		return lang.Text{JA: body, EN: body}, nil
	}
	return s.Body(ctx, body)
}
