// Package blob keeps the attachments (添付ファイル) of every application, report and letter: the bytes once by their hash in the
// data folder, and a row per upload that says whose it is, what it is attached to and whether a virus scanner has seen it. Stores
// attach files inside their own transactions; pages stream them. What a file is, is decided by its content, never by its name.
package blob

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jobs"
)

// Scan is what is known about a file's harmlessness.
type Scan string

const (
	// Pending: a scanner is set up and has not answered yet. Nobody may read the file.
	Pending Scan = "pending"
	// Clean: the scanner found nothing.
	Clean Scan = "clean"
	// Infected: the scanner found something. Nobody may ever read the file.
	Infected Scan = "infected"
	// Unscanned: no scanner was set up when the file came. It may be read, and is shown as unscanned.
	Unscanned Scan = "unscanned"
)

// Meta is what is known about a file. The upper part is given by whoever uploads, the lower part is found out.
type Meta struct {
	Name       string // as the person called it; cleaned of paths and control characters
	OwnerBody  string // the body it belongs to, "lg:172022"; permission is decided by who may see the thing it is attached to
	Ref        string // what it is attached to, "case:c_…"; "" while it is attached to nothing
	Field      string // key of the question it answers
	Visibility string // as form.Field.Visibility
	By         string // person id, or "system"

	ID      string
	SHA256  string // hex
	Size    int64  // bytes
	MIME    string
	Ext     string // pdf, xlsx, docx, jpg, png
	Scan    Scan
	Note    string // the scanner's word
	Created time.Time
}

// File is the form's record of it.
func (m Meta) File() form.File {
	return form.File{ID: m.ID, Name: m.Name, SHA256: m.SHA256, Size: m.Size}
}

// Readable reports whether its content may be shown.
func (m Meta) Readable() bool { return m.Scan == Clean || m.Scan == Unscanned }

// Store keeps files. Set the fields before use.
type Store struct {
	// MaxBytes is the size of the largest file; what a question allows is checked by the form.
	MaxBytes int64
	// Scanner looks for viruses; nil when none is installed.
	Scanner Scanner
	// OnInfected is told, in the transaction that notes it, of every attached file in which the scanner found something. May be nil.
	OnInfected func(ctx context.Context, tx db.Q, m Meta) error
	Log        *slog.Logger

	d    *db.DB
	disk disk
	jobs *jobs.Queue
}

// looseFor is how long a file that is attached to nothing is kept.
const looseFor = 48 * time.Hour

// Open opens the store whose bytes are in the folder dir, made when absent.
func Open(d *db.DB, dir string) (*Store, error) {
	s := &Store{MaxBytes: 100 << 20, Log: slog.Default(), d: d, disk: disk{dir}}
	return s, s.disk.prepare()
}

// Register gives the store's background work to q: scanning, and removing what is attached to nothing. Set Scanner first.
func (s *Store) Register(q *jobs.Queue) {
	s.jobs = q
	q.Handle(scanKind, s.scanJob)
	q.Handle(sweepKind, func(ctx context.Context, _ []byte) error { return s.Sweep(ctx, time.Now()) })
	q.Every(sweepKind, time.Hour)
}

const columns = `id, sha256, size, name, mime, ext, scan, scan_note, owner_body, ref, field, visibility, uploaded_by, created`

func scanMeta(rows *sql.Rows) (m Meta, err error) {
	var created db.Time
	err = rows.Scan(&m.ID, &m.SHA256, &m.Size, &m.Name, &m.MIME, &m.Ext, &m.Scan, &m.Note, &m.OwnerBody, &m.Ref, &m.Field, &m.Visibility, &m.By, &created)
	m.Created = created.Time
	return m, err
}

// Put reads a file to its end, checks what it is and keeps it. Faults (Invalid): files.too_large, files.empty, files.kind,
// files.mismatch, files.macro, files.encrypted, files.bomb, files.broken, files.name.
func (s *Store) Put(ctx context.Context, r io.Reader, m Meta) (form.File, error) {
	t, err := s.disk.temp()
	if err != nil {
		return form.File{}, err
	}
	defer t.remove()
	if err := t.fill(r, s.MaxBytes); err != nil {
		return form.File{}, err
	}
	return s.keep(ctx, t, db.NewID("f"), m, nil)
}

// keep checks the bytes of t, moves them to their place and adds the row, with `also` in its transaction.
func (s *Store) keep(ctx context.Context, t *temp, id string, m Meta, also func(context.Context, db.Q) error) (form.File, error) {
	m.ID, m.SHA256, m.Size = id, t.sum(), t.size
	var err error
	if m.Ext, m.MIME, err = inspect(t.file, t.size, m.Name); err != nil {
		return form.File{}, err
	}
	m.Name = cleanName(m.Name, m.Ext)
	if err := t.place(m.SHA256); err != nil {
		return form.File{}, err
	}
	m.Scan = Unscanned
	if s.Scanner != nil && s.jobs != nil {
		m.Scan = Pending
	}
	err = s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if err := s.insert(ctx, tx, m); err != nil || also == nil {
			return err
		}
		return also(ctx, tx)
	})
	if err != nil {
		return form.File{}, fmt.Errorf("file %s: %w", m.Name, err)
	}
	return m.File(), nil
}

func (s *Store) insert(ctx context.Context, tx db.Q, m Meta) error {
	now := db.Now()
	var loose db.Time
	if m.Ref == "" {
		loose = now
	}
	known, err := db.List(ctx, tx, db.String, `SELECT scan_note FROM files WHERE sha256 = $1 AND scan = 'infected' LIMIT 1`, m.SHA256)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		m.Scan, m.Note = Infected, known[0]
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO files (`+columns+`, loose) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		m.ID, m.SHA256, m.Size, m.Name, m.MIME, m.Ext, string(m.Scan), m.Note, m.OwnerBody, m.Ref, m.Field, m.Visibility, m.By, now, loose); err != nil {
		return err
	}
	if m.Scan != Pending {
		return nil
	}
	return s.jobs.Add(ctx, tx, scanKind, m.ID)
}

// Keep stores bytes the service made itself (a letter's PDF) in the caller's transaction, attached to ref and never scanned.
func (s *Store) Keep(ctx context.Context, tx db.Q, content []byte, name, ref string) (form.File, error) {
	t, err := s.disk.temp()
	if err != nil {
		return form.File{}, err
	}
	defer t.remove()
	if err := t.fill(bytes.NewReader(content), s.MaxBytes); err != nil {
		return form.File{}, err
	}
	m := Meta{ID: db.NewID("f"), SHA256: t.sum(), Size: t.size, Ref: ref, By: "system", OwnerBody: "system", Scan: Clean, Note: "made by the service"}
	if m.Ext, m.MIME, err = inspect(t.file, t.size, name); err != nil {
		return form.File{}, err
	}
	m.Name = cleanName(name, m.Ext)
	if err := t.place(m.SHA256); err != nil {
		return form.File{}, err
	}
	return m.File(), s.insert(ctx, tx, m)
}

// Info is what is known about a file; fault.Missing when there is none of this id.
func (s *Store) Info(ctx context.Context, id string) (Meta, error) {
	return db.One(ctx, s.d.Read(), scanMeta, `SELECT `+columns+` FROM files WHERE id = $1`, id)
}

// Get opens a file for reading; the caller has decided that the person may, and closes it. Faults: Missing, Busy (files.pending)
// while it waits for the scanner, Refused (files.infected).
func (s *Store) Get(ctx context.Context, id string) (Meta, io.ReadSeekCloser, error) {
	m, err := s.Info(ctx, id)
	if err != nil {
		return m, nil, err
	}
	switch m.Scan {
	case Infected:
		return m, nil, fault.New(fault.Refused, "files.infected", "name", m.Name)
	case Pending:
		return m, nil, fault.New(fault.Busy, "files.pending", "name", m.Name)
	}
	f, err := s.disk.open(m.SHA256)
	if err != nil {
		return m, nil, fmt.Errorf("file %s: %w", id, err)
	}
	return m, f, nil
}

// Bytes reads a whole file; faults as Get.
func (s *Store) Bytes(ctx context.Context, id string) ([]byte, error) {
	_, f, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// Of lists the files attached to ref, in order of arrival.
func (s *Store) Of(ctx context.Context, ref string) ([]Meta, error) {
	return db.List(ctx, s.d.Read(), scanMeta, `SELECT `+columns+` FROM files WHERE ref = $1 ORDER BY created, id`, ref)
}

// Check makes sure that every file named in answers is stored: row, hash, size and bytes agree, and nothing was found in it.
// A file the scanner has not seen yet passes: deadlines do not wait for it. Faults (Invalid, with the file's name): files.lost, files.infected.
func (s *Store) Check(ctx context.Context, files []form.File) error {
	var b db.Batch
	verdict := s.CheckTo(&b, files)
	if _, err := b.Run(ctx, s.d.Brief()); err != nil {
		return fmt.Errorf("check files: %w", err)
	}
	return verdict()
}

// CheckTo is Check for somebody who reads more in the same go: the verdict stands once the batch has run.
func (s *Store) CheckTo(b *db.Batch, files []form.File) (verdict func() error) {
	kept := map[string]Meta{}
	if len(files) > 0 {
		ids := make([]any, len(files))
		for i, f := range files {
			ids[i] = f.ID
		}
		b.Query(func(r db.Row) error {
			var m Meta
			err := r.Scan(&m.ID, &m.SHA256, &m.Size, &m.Scan)
			kept[m.ID] = m
			return err
		}, `SELECT id, sha256, size, scan FROM files WHERE id IN (`+db.Places(len(ids))+`)`, ids...)
	}
	return func() error {
		for _, f := range files {
			switch m := kept[f.ID]; {
			case m.Scan == Infected:
				return fault.New(fault.Invalid, "files.infected", "name", f.Name)
			case m.SHA256 == "" || !strings.EqualFold(m.SHA256, f.SHA256) || m.Size != f.Size || s.disk.size(m.SHA256) != m.Size:
				return fault.New(fault.Invalid, "files.lost", "name", f.Name)
			}
		}
		return nil
	}
}

// AttachTx ties files to ref (and the question field) in the caller's transaction. The caller knows that the person may; a file
// already tied to something else is fault.Missing, as is one that does not exist or was removed as a loose one.
func (s *Store) AttachTx(ctx context.Context, tx db.Q, ids []string, ref, field string) error {
	for _, id := range ids {
		n, err := db.Changed(ctx, tx, `UPDATE files SET ref = $1, field = $2, loose = NULL WHERE id = $3 AND (ref = '' OR ref = $1)`, ref, field, id)
		if err != nil {
			return fmt.Errorf("attach file %s: %w", id, err)
		}
		if n == 0 {
			return fault.New(fault.Missing, "files.gone")
		}
	}
	return nil
}

// DetachTx unties files from ref, for drafts; they are removed after 48 hours unless attached again.
func (s *Store) DetachTx(ctx context.Context, tx db.Q, ids []string, ref string) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, `UPDATE files SET ref = '', loose = $1 WHERE id = $2 AND ref = $3`, db.Now(), id, ref); err != nil {
			return fmt.Errorf("detach file %s: %w", id, err)
		}
	}
	return nil
}
