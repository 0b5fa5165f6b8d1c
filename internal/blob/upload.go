package blob

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

// An upload in pieces survives a lost connection: Begin, Append from where Offset says, Finish.

// uploadLocks keeps two pieces of one upload apart within this process; the hash at the end tells whether all went well.
var uploadLocks sync.Map

func lockUpload(id string) func() {
	m, _ := uploadLocks.LoadOrStore(id, &sync.Mutex{})
	m.(*sync.Mutex).Lock()
	return m.(*sync.Mutex).Unlock
}

// Begin announces an upload of size bytes by m.By and returns its id, which is also the id of the file it becomes.
func (s *Store) Begin(ctx context.Context, m Meta, size int64) (string, error) {
	switch {
	case size <= 0:
		return "", invalid("files.empty", m.Name)
	case size > s.MaxBytes:
		return "", tooLarge(s.MaxBytes)
	}
	id := db.NewID("f")
	err := s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO uploads (id, name, size, owner_body, ref, field, visibility, uploaded_by, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			id, baseName(m.Name), size, m.OwnerBody, m.Ref, m.Field, m.Visibility, m.By, db.Now())
		return err
	})
	return id, err
}

// upload is the row of an upload of this person; fault.Missing for everybody else.
func (s *Store) upload(ctx context.Context, by, id string) (m Meta, size int64, err error) {
	_, err = db.One(ctx, s.d.Read(), func(rows *sql.Rows) (struct{}, error) {
		return struct{}{}, rows.Scan(&m.ID, &m.Name, &size, &m.OwnerBody, &m.Ref, &m.Field, &m.Visibility, &m.By)
	}, `SELECT id, name, size, owner_body, ref, field, visibility, uploaded_by FROM uploads WHERE id = $1 AND uploaded_by = $2`, id, by)
	return m, size, err
}

func (s *Store) part(id string) string { return filepath.Join(s.disk.dir, "uploads", id) }

// Offset is how many bytes of the person's upload have arrived, and how many were announced.
func (s *Store) Offset(ctx context.Context, by, id string) (have, want int64, err error) {
	if _, want, err = s.upload(ctx, by, id); err != nil {
		return 0, 0, err
	}
	have, err = s.arrived(id)
	return have, want, err
}

func (s *Store) arrived(id string) (int64, error) {
	info, err := os.Stat(s.part(id))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Append adds the bytes of r from the offset on and returns the next offset, also beside an error: what arrived stays. Faults:
// Missing (another person's upload), Conflict (files.offset: ask Offset and go on from there), Invalid (files.too_large).
func (s *Store) Append(ctx context.Context, by, id string, offset int64, r io.Reader) (int64, error) {
	_, want, err := s.upload(ctx, by, id)
	if err != nil {
		return 0, err
	}
	defer lockUpload(id)()
	have, err := s.arrived(id)
	if err != nil {
		return 0, err
	}
	if have != offset {
		return have, fault.New(fault.Conflict, "files.offset")
	}
	f, err := os.OpenFile(s.part(id), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return have, fmt.Errorf("upload %s: %w", id, err)
	}
	n, err := io.Copy(f, io.LimitReader(r, want-have))
	err = errors.Join(err, f.Close())
	if err != nil {
		return have + n, fmt.Errorf("upload %s: %w", id, err)
	}
	if more, _ := io.ReadFull(r, make([]byte, 1)); more > 0 {
		return have + n, fault.New(fault.Invalid, "files.longer")
	}
	return have + n, nil
}

// Finish makes the upload a file. sum is the hex SHA-256 the sender computed, "" when it did not. Calling it again after a lost
// answer gives the same file. Faults: Missing, Conflict (files.offset) while bytes are missing, Invalid (files.hash, and as Put).
func (s *Store) Finish(ctx context.Context, by, id, sum string) (form.File, error) {
	defer lockUpload(id)()
	m, want, err := s.upload(ctx, by, id)
	if fault.Is(err, fault.Missing) {
		if done, derr := s.Info(ctx, id); derr == nil && done.By == by {
			return done.File(), nil
		}
	}
	if err != nil {
		return form.File{}, err
	}
	t, err := s.received(id, want)
	if err != nil {
		return form.File{}, err
	}
	defer t.file.Close()
	if sum != "" && !strings.EqualFold(sum, t.sum()) {
		return form.File{}, errors.Join(fault.New(fault.Invalid, "files.hash", "name", m.Name), s.forget(ctx, id))
	}
	file, err := s.keep(ctx, t, id, m, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM uploads WHERE id = $1`, id)
		return err
	})
	if fault.Is(err, fault.Invalid) {
		return form.File{}, errors.Join(err, s.forget(ctx, id))
	}
	uploadLocks.Delete(id)
	return file, err
}

// received opens the arrived bytes and hashes them.
func (s *Store) received(id string, want int64) (*temp, error) {
	have, err := s.arrived(id)
	if err != nil {
		return nil, err
	}
	if have != want {
		return nil, fault.New(fault.Conflict, "files.offset")
	}
	t, err := s.disk.temp()
	if err != nil {
		return nil, err
	}
	t.remove()
	if t.file, err = os.OpenFile(s.part(id), os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("upload %s: %w", id, err)
	}
	if t.size, err = io.Copy(t.hash, t.file); err != nil {
		t.file.Close()
		return nil, fmt.Errorf("upload %s: %w", id, err)
	}
	return t, nil
}

// forget drops an upload that cannot become a file.
func (s *Store) forget(ctx context.Context, id string) error {
	uploadLocks.Delete(id)
	err := os.Remove(s.part(id))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM uploads WHERE id = $1`, id)
		return err
	}))
}

// staleUploads is how long an upload may rest between two pieces.
const staleUploads = 7 * 24 * time.Hour

// Abandon ends the person's upload and removes what arrived; fault.Missing for everybody else's.
func (s *Store) Abandon(ctx context.Context, by, id string) error {
	defer lockUpload(id)()
	if _, _, err := s.upload(ctx, by, id); err != nil {
		return err
	}
	return s.forget(ctx, id)
}
