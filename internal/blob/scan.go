package blob

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
)

// Scanner looks for viruses. Two ship: the daemon clamd by its socket, and the command clamdscan.
type Scanner interface {
	// Look reads the content and returns the name of what it found, "" for nothing.
	Look(ctx context.Context, content io.Reader) (found string, err error)
}

// clamdSockets are where Debian, Red Hat and the others put the daemon's socket.
var clamdSockets = []string{"/run/clamav/clamd.ctl", "/var/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock", "/tmp/clamd.socket"}

// FindScanner returns the scanner named by address: "unix:/path", "tcp:host:port", "none", or "" to take what is installed. nil
// means that there is none.
func FindScanner(address string) (Scanner, error) {
	network, at, named := strings.Cut(address, ":")
	switch {
	case address == "none":
		return nil, nil
	case named && (network == "unix" || network == "tcp"):
		return Clamd{Network: network, Address: at}, nil
	case address != "":
		return nil, fmt.Errorf("virus scanner %q: want unix:/path, tcp:host:port or none", address)
	}
	for _, path := range clamdSockets {
		if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
			return Clamd{Network: "unix", Address: path}, nil
		}
	}
	if path, err := exec.LookPath("clamdscan"); err == nil {
		return Clamdscan{Path: path}, nil
	}
	return nil, nil
}

// Clamd speaks to the ClamAV daemon in its INSTREAM protocol.
type Clamd struct{ Network, Address string }

// Look sends the content in pieces and reads the verdict.
func (c Clamd) Look(ctx context.Context, content io.Reader) (string, error) {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Minute))
	sendErr := stream(conn, content)
	answer, err := bufio.NewReader(conn).ReadString(0)
	if err != nil && answer == "" {
		return "", fmt.Errorf("clamd: %w", errors.Join(sendErr, err))
	}
	return verdict(strings.TrimRight(answer, "\x00\n"))
}

func stream(conn net.Conn, content io.Reader) error {
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return err
	}
	piece := make([]byte, 4+64<<10)
	for {
		n, err := content.Read(piece[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(piece, uint32(n))
			if _, err := conn.Write(piece[:4+n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			_, err := conn.Write(make([]byte, 4))
			return err
		} else if err != nil {
			return err
		}
	}
}

// verdict reads "stream: OK", "stream: Eicar-Signature FOUND" or an error.
func verdict(answer string) (string, error) {
	_, word, _ := strings.Cut(answer, ": ")
	if word == "OK" {
		return "", nil
	}
	if found, ok := strings.CutSuffix(word, " FOUND"); ok {
		return found, nil
	}
	return "", fmt.Errorf("clamd: %s", answer)
}

// Clamdscan runs the command of the same name.
type Clamdscan struct{ Path string }

// Look pipes the content into the command: exit 0 nothing found, 1 found, else a failure.
func (c Clamdscan) Look(ctx context.Context, content io.Reader) (string, error) {
	cmd := exec.CommandContext(ctx, c.Path, "--no-summary", "-")
	cmd.Stdin = content
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err == nil {
		return "", nil
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return verdict(line)
	}
	return "", fmt.Errorf("clamdscan: %w: %s", err, line)
}

const scanKind = "files.scan"

// scanJob scans one file and notes the result. While the scanner is away the file stays pending and the job is tried again.
func (s *Store) scanJob(ctx context.Context, payload []byte) error {
	var id string
	if err := json.Unmarshal(payload, &id); err != nil {
		return jobs.Hopeless(err)
	}
	m, err := s.Info(ctx, id)
	if fault.Is(err, fault.Missing) || err == nil && m.Scan != Pending {
		return nil
	} else if err != nil {
		return err
	}
	if s.Scanner == nil {
		return s.note(ctx, m, Unscanned, "")
	}
	f, err := s.disk.open(m.SHA256)
	if err != nil {
		return err
	}
	defer f.Close()
	found, err := s.Scanner.Look(ctx, f)
	if err != nil {
		return err
	}
	if found != "" {
		s.Log.Warn("the virus scanner found something", "file", m.ID, "ref", m.Ref, "found", found)
		return s.note(ctx, m, Infected, found)
	}
	return s.note(ctx, m, Clean, "")
}

// note writes the verdict to the row, and an infection to every row of the same bytes.
func (s *Store) note(ctx context.Context, m Meta, scan Scan, word string) error {
	return s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if scan != Infected {
			_, err := tx.ExecContext(ctx, `UPDATE files SET scan = $1, scan_note = $2, scanned = $3 WHERE id = $4 AND scan = 'pending'`, string(scan), word, db.Now(), m.ID)
			return err
		}
		hit, err := db.List(ctx, tx, scanMeta, `SELECT `+columns+` FROM files WHERE sha256 = $1 AND scan <> 'infected'`, m.SHA256)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE files SET scan = 'infected', scan_note = $1, scanned = $2 WHERE sha256 = $3`, word, db.Now(), m.SHA256); err != nil {
			return err
		}
		for _, h := range hit {
			if h.Scan, h.Note = Infected, word; s.OnInfected != nil && h.Ref != "" {
				if err := s.OnInfected(ctx, tx, h); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// rescan asks again for files whose scan was given up more than two days ago (the job was laid aside).
func (s *Store) rescan(ctx context.Context, now time.Time) error {
	if s.jobs == nil {
		return nil
	}
	ids, err := db.List(ctx, s.d.Read(), db.String, `SELECT id FROM files WHERE scan = 'pending' AND created < $1 ORDER BY created LIMIT 500`, db.At(now.Add(-48*time.Hour)))
	if err != nil {
		return err
	}
	return s.queueScans(ctx, ids, now)
}

// queueScans queues a scan for each, at most once a day per file.
func (s *Store) queueScans(ctx context.Context, ids []string, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		for _, id := range ids {
			if err := s.jobs.Add(ctx, tx, scanKind, id, jobs.Once("scan:"+id+":"+now.UTC().Format("2006-01-02"))); err != nil {
				return err
			}
		}
		return nil
	})
}
