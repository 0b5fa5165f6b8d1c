package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"kakehashi/internal/fault"
)

// disk is the folder of the bytes: ab/cd/abcd… by SHA-256, tmp/ for what is not whole yet, uploads/ for what comes in pieces.
type disk struct{ dir string }

func (d disk) prepare() error {
	for _, sub := range []string{"tmp", "uploads"} {
		if err := os.MkdirAll(filepath.Join(d.dir, sub), 0o700); err != nil {
			return fmt.Errorf("folder of files: %w", err)
		}
	}
	return nil
}

func (d disk) path(sum string) string { return filepath.Join(d.dir, sum[:2], sum[2:4], sum) }

func (d disk) open(sum string) (*os.File, error) { return os.Open(d.path(sum)) }

// size is the number of bytes stored under sum, -1 when there are none.
func (d disk) size(sum string) int64 {
	info, err := os.Stat(d.path(sum))
	if err != nil {
		return -1
	}
	return info.Size()
}

// temp is a file being received.
type temp struct {
	disk disk
	file *os.File
	hash hash.Hash
	size int64
}

func (d disk) temp() (*temp, error) {
	f, err := os.CreateTemp(filepath.Join(d.dir, "tmp"), "in-")
	if err != nil {
		return nil, fmt.Errorf("receive a file: %w", err)
	}
	return &temp{disk: d, file: f, hash: sha256.New()}, nil
}

// fill copies r into the file while hashing it. More than most bytes are the fault files.too_large.
func (t *temp) fill(r io.Reader, most int64) error {
	n, err := io.Copy(io.MultiWriter(t.file, t.hash), io.LimitReader(r, most+1))
	t.size += n
	if err != nil {
		return fmt.Errorf("receive a file: %w", err)
	}
	if t.size > most {
		return tooLarge(most)
	}
	return nil
}

func tooLarge(most int64) error {
	return fault.New(fault.Invalid, "files.too_large", "mb", most>>20)
}

func (t *temp) sum() string { return hex.EncodeToString(t.hash.Sum(nil)) }

// place brings the bytes to disk and then to their place. Bytes already there are replaced by the same bytes, whose fresh date
// keeps a sweep under way from removing them.
func (t *temp) place(sum string) error {
	if err := t.file.Sync(); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	target := t.disk.path(sum)
	folder := filepath.Dir(target)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	now := time.Now()
	if err := errors.Join(os.Chtimes(t.file.Name(), now, now), os.Rename(t.file.Name(), target)); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	for _, dir := range []string{folder, filepath.Dir(folder), t.disk.dir} {
		if err := syncDir(dir); err != nil {
			return fmt.Errorf("keep a file: %w", err)
		}
	}
	return nil
}

// remove closes the file and forgets it, if it was not placed.
func (t *temp) remove() {
	t.file.Close()
	os.Remove(t.file.Name())
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// fresh is the age below which bytes without a row are left alone: their row may be on its way.
const fresh = time.Hour

// discard removes the bytes of sum unless they came within the last hour or wanted says they are needed. They are first moved
// aside, so that a file arriving at this moment is not lost.
func (d disk) discard(sum string, wanted func() (bool, error)) error {
	path := d.path(sum)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && time.Since(info.ModTime()) < fresh {
		return nil
	} else if err != nil {
		return err
	}
	aside := filepath.Join(d.dir, "tmp", "out-"+sum)
	if err := os.Rename(path, aside); err != nil {
		return err
	}
	needed, err := wanted()
	if info, serr := os.Stat(aside); serr == nil && time.Since(info.ModTime()) < fresh {
		needed = true
	}
	if err != nil || needed {
		return errors.Join(err, os.Rename(aside, path))
	}
	return os.Remove(aside)
}

// tidy removes what was left in sub by uploads that never ended.
func (d disk) tidy(sub string, before time.Time) error {
	entries, err := os.ReadDir(filepath.Join(d.dir, sub))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().Before(before) {
			if err := os.Remove(filepath.Join(d.dir, sub, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
