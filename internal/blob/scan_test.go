package blob_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/blob"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jobs"
)

const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// clamd speaks the daemon's INSTREAM protocol and knows one signature.
func clamd(t *testing.T) blob.Clamd {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				command := make([]byte, len("zINSTREAM\x00"))
				if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
					io.WriteString(conn, "UNKNOWN COMMAND\x00")
					return
				}
				var content bytes.Buffer
				for {
					var n uint32
					if err := binary.Read(conn, binary.BigEndian, &n); err != nil {
						return
					}
					if n == 0 {
						break
					}
					io.CopyN(&content, conn, int64(n))
				}
				if strings.Contains(content.String(), eicar) {
					io.WriteString(conn, "stream: Eicar-Signature FOUND\x00")
				} else {
					io.WriteString(conn, "stream: OK\x00")
				}
			}()
		}
	}()
	return blob.Clamd{Network: "tcp", Address: listener.Addr().String()}
}

func TestAScannedFileWaitsThenIsReadableOrNever(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := open(t, d)
		s.Scanner = clamd(t)
		var told []string
		s.OnInfected = func(_ context.Context, _ db.Q, m blob.Meta) error { told = append(told, m.Ref+" "+m.Note); return nil }
		q := jobs.New(d, quiet)
		s.Register(q)
		good, bad := put(t, s, "良.pdf", pdf), put(t, s, "悪.pdf", pdf+eicar)
		if _, _, err := s.Get(ctx, good.ID); !fault.Is(err, fault.Busy) {
			t.Errorf("readable before the scan: %v", err)
		}
		if err := s.Check(ctx, []form.File{good}); err != nil {
			t.Errorf("a deadline waits for the scanner: %v", err)
		}
		if err := attach(t, d, s, "case:c_1", good.ID, bad.ID); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if m, err := s.Info(ctx, good.ID); err != nil || m.Scan != blob.Clean {
			t.Errorf("%+v %v", m, err)
		}
		if _, _, err := s.Get(ctx, bad.ID); !fault.Is(err, fault.Refused) {
			t.Errorf("an infected file was given: %v", err)
		}
		if err := s.Check(ctx, []form.File{bad}); fault.Of(err) == nil || fault.Of(err).Key != "files.infected" {
			t.Errorf("an infected file was submitted: %v", err)
		}
		if len(told) != 1 || told[0] != "case:c_1 Eicar-Signature" {
			t.Errorf("told %v", told)
		}
		s.Scanner = nil // somebody turns the scanner off: what was found stays found
		again := put(t, s, "別名.pdf", pdf+eicar)
		if m, _ := s.Info(ctx, again.ID); m.Scan != blob.Infected {
			t.Errorf("known infected bytes came in as %s", m.Scan)
		}
	})
}

func TestWhileTheScannerIsAwayFilesStayPendingAndAreScannedLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := open(t, d)
		s.Scanner = blob.Clamd{Network: "unix", Address: filepath.Join(t.TempDir(), "none")}
		q := jobs.New(d, quiet)
		s.Register(q)
		f := put(t, s, "良.pdf", pdf)
		if err := q.Drain(ctx); err == nil {
			t.Error("the scan did not fail")
		}
		if m, _ := s.Info(ctx, f.ID); m.Scan != blob.Pending {
			t.Errorf("scan is %s", m.Scan)
		}
		if _, err := d.Pool().Exec(`DELETE FROM goqite`); err != nil { // the job was laid aside
			t.Fatal(err)
		}
		s.Scanner = clamd(t)
		if err := s.Sweep(ctx, time.Now().Add(47*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := attach(t, d, s, "case:c_1", f.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Sweep(ctx, time.Now().Add(49*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if m, _ := s.Info(ctx, f.ID); m.Scan != blob.Clean {
			t.Errorf("scan is %s", m.Scan)
		}
	})
}

func TestTheCommandClamdscanIsUnderstood(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clamdscan")
	script := "#!/bin/sh\nif grep -q EICAR; then echo 'stream: Eicar-Signature FOUND'; exit 1; fi\necho 'stream: OK'\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s := blob.Clamdscan{Path: path}
	if found, err := s.Look(ctx, strings.NewReader(pdf)); err != nil || found != "" {
		t.Errorf("found %q %v", found, err)
	}
	if found, err := s.Look(ctx, strings.NewReader(eicar)); err != nil || found != "Eicar-Signature" {
		t.Errorf("found %q %v", found, err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho 'ERROR: Could not connect'\nexit 2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Look(ctx, strings.NewReader(pdf)); err == nil {
		t.Error("a failing command passed")
	}
}

func TestScannersAreNamed(t *testing.T) {
	if s, err := blob.FindScanner("unix:/run/clamd.sock"); err != nil || s != (blob.Clamd{Network: "unix", Address: "/run/clamd.sock"}) {
		t.Errorf("%v %v", s, err)
	}
	if s, err := blob.FindScanner("none"); err != nil || s != nil {
		t.Errorf("%v %v", s, err)
	}
	if _, err := blob.FindScanner("clam"); err == nil {
		t.Error("an unknown scanner was taken")
	}
}
