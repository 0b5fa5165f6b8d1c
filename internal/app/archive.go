package app

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/lang"
)

// A backup (バックアップ) is one tar file: the database as a SQLite file, whatever engine it came from, the attachments by their hash, the
// installation's secrets, and last a list of everything with its hash. It holds personal data and keys.

// archived is one part of a backup.
type archived struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// manifest is the list at the end of a backup.
type manifest struct {
	Kind    string     `json:"kind"` // kakehashi-backup
	Format  int        `json:"format"`
	Created time.Time  `json:"created"`
	Engine  string     `json:"engine"` // where the data came from: sqlite or postgres
	Parts   []archived `json:"parts"`
	// Lost are attachments whose bytes were not there when the backup was made.
	Lost []archived `json:"lost,omitempty"`
}

const (
	backupKind   = "kakehashi-backup"
	backupFormat = 1
	databasePart = "kakehashi.db"
	manifestPart = "manifest.json"
)

// filePart is the place of an attachment's bytes, in the backup as in the data folder.
func filePart(sum string) string { return path.Join("files", sum[:2], sum[2:4], sum) }

// partName is all that a backup may hold; a name that is anything else ends a restore.
var partName = regexp.MustCompile(`^(kakehashi\.db|key|secret|proof\.key|files/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64})$`)

// archiver writes the parts of a backup.
type archiver struct {
	*tar.Writer
	list manifest
}

func (w *archiver) add(name string, file *os.File) (archived, error) {
	info, err := file.Stat()
	if err != nil {
		return archived{}, err
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: w.list.Created}); err != nil {
		return archived{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.Writer, sum), file)
	if err == nil && n != info.Size() {
		err = io.ErrUnexpectedEOF
	}
	return archived{name, hex.EncodeToString(sum.Sum(nil)), n}, err
}

func (w *archiver) addPath(name, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	part, err := w.add(name, f)
	w.list.Parts = append(w.list.Parts, part)
	return err
}

// backup writes everything of the installation to w, as it stands at one moment, while it is being served.
func backup(ctx context.Context, d *db.DB, data string, w io.Writer, tell func(done, total int)) (manifest, error) {
	engine := map[bool]string{true: "postgres", false: "sqlite"}[d.Postgres()]
	a := &archiver{tar.NewWriter(w), manifest{Kind: backupKind, Format: backupFormat, Created: time.Now().UTC().Truncate(time.Second), Engine: engine}}
	dir, err := os.MkdirTemp(data, "backup-")
	if err != nil {
		return a.list, err
	}
	defer os.RemoveAll(dir)
	snapshot := filepath.Join(dir, databasePart)
	if err := d.Snapshot(ctx, snapshot); err != nil {
		return a.list, err
	}
	if err := a.addPath(databasePart, snapshot); err != nil {
		return a.list, err
	}
	for _, name := range []string{"key", "secret", "proof.key"} {
		if err := a.addPath(name, filepath.Join(data, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return a.list, err
		}
	}
	if err := a.files(ctx, snapshot, data, tell); err != nil {
		return a.list, err
	}
	text, err := json.MarshalIndent(a.list, "", "  ")
	if err != nil {
		return a.list, err
	}
	if err := a.WriteHeader(&tar.Header{Name: manifestPart, Mode: 0o600, Size: int64(len(text)), ModTime: a.list.Created}); err != nil {
		return a.list, err
	}
	_, err = a.Write(text)
	return a.list, errors.Join(err, a.Close())
}

// files adds the bytes of every attachment that the snapshot names. A file that is attached to nothing may have been swept meanwhile; one that
// is attached and not there, or not what it was, is put on the list of what is lost.
func (w *archiver) files(ctx context.Context, snapshot, data string, tell func(done, total int)) error {
	list, err := attachments(ctx, snapshot)
	if err != nil {
		return err
	}
	for i, x := range list {
		name := filePart(x.sum)
		f, err := os.Open(filepath.Join(data, name))
		if errors.Is(err, fs.ErrNotExist) {
			if x.attached {
				w.list.Lost = append(w.list.Lost, archived{name, x.sum, x.size})
			}
			continue
		}
		if err != nil {
			return err
		}
		part, err := w.add(name, f)
		f.Close()
		if err != nil {
			return err
		}
		if part.SHA256 != x.sum {
			w.list.Lost = append(w.list.Lost, archived{name, x.sum, x.size})
		}
		w.list.Parts = append(w.list.Parts, part)
		if tell != nil {
			tell(i+1, len(list))
		}
	}
	return nil
}

// attachment is the bytes behind one or more rows of files.
type attachment struct {
	id       string // of one row, an attached one where there is one
	sum      string
	size     int64
	attached bool
}

func attachments(ctx context.Context, snapshot string) ([]attachment, error) {
	d, err := db.Open(ctx, "sqlite:"+snapshot)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return attachmentsOf(ctx, d)
}

func attachmentsOf(ctx context.Context, d *db.DB) ([]attachment, error) {
	return db.List(ctx, d.Read(), func(r *sql.Rows) (x attachment, err error) {
		var n int64
		err = r.Scan(&x.id, &x.sum, &x.size, &n)
		x.attached = n > 0
		return x, err
	}, `SELECT COALESCE(MIN(CASE WHEN ref <> '' THEN id END), MIN(id)), sha256, MAX(size), SUM(CASE WHEN ref <> '' THEN 1 ELSE 0 END) FROM files GROUP BY sha256 ORDER BY sha256`)
}

// restored reads a backup into a new folder. Everything is checked against the list before the caller takes the folder into use.
func restored(r io.Reader, dir string) (manifest, error) {
	var list manifest
	got := map[string]archived{}
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return list, notABackup(err)
		}
		if h.Name == manifestPart {
			if err := json.NewDecoder(io.LimitReader(t, 1<<30)).Decode(&list); err != nil {
				return list, notABackup(err)
			}
			continue
		}
		if h.Typeflag != tar.TypeReg || !partName.MatchString(h.Name) {
			return list, notABackup(fmt.Errorf("part %q", h.Name))
		}
		part, err := unpack(t, h.Name, dir)
		if err != nil {
			return list, err
		}
		got[h.Name] = part
	}
	if list.Kind != backupKind || list.Format != backupFormat {
		return list, notABackup(fmt.Errorf("kind %q, format %d", list.Kind, list.Format))
	}
	for _, p := range list.Parts {
		if got[p.Name] != p {
			return list, notABackup(fmt.Errorf("part %s is not what the list says", p.Name))
		}
	}
	if len(got) != len(list.Parts) || got[databasePart].Size == 0 {
		return list, notABackup(errors.New("the list and the parts differ"))
	}
	return list, nil
}

func unpack(t io.Reader, name, dir string) (archived, error) {
	to := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return archived{}, err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return archived{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), t)
	if err != nil {
		return archived{}, errors.Join(notABackup(err), f.Close())
	}
	return archived{name, hex.EncodeToString(sum.Sum(nil)), n}, errors.Join(f.Sync(), f.Close())
}

func notABackup(why error) error {
	return &Unusable{At: "file", Message: lang.Text{JA: "かけはしのバックアップとして読めないか、途中で壊れています（" + why.Error() + "）。",
		EN: "This is not a whole backup of Kakehashi (" + why.Error() + ")."}}
}
