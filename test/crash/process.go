// Package crash kills the real kakehashi process at random moments while people submit, decide and issue letters, starts it
// again, and looks whether everything that was answered is there once, whole and numbered without gaps (SIGKILL, as when the
// machine's power fails for the program). It runs on both database engines; that it notices a service which answers too early
// or commits in two pieces is tested with two such services.
package crash

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"
)

// House is one installation: how to start it and where its data lie. The process is started and killed many times.
type House struct {
	Serve    []string // command line that serves on a free port of 127.0.0.1 and prints its address
	Env      []string // beside the test's own
	Database string   // address of the database, as db.Open takes it
}

// Process is a running service.
type Process struct {
	Base    string // http://127.0.0.1:port
	command *exec.Cmd
	said    *log
	ended   chan struct{}
}

// Build builds the real command once per test run and returns its path.
func Build(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "kakehashi-crash-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "kakehashi")
	command := exec.Command("go", "build", "-o", path, "./cmd/kakehashi")
	command.Dir = filepath.Join("..", "..")
	command.Stderr = os.Stderr
	return path, command.Run()
})

// Start starts the service and returns when it answers, at most 30 seconds later.
func (h *House) Start(t testing.TB) *Process {
	t.Helper()
	p := &Process{said: &log{}, ended: make(chan struct{})}
	p.command = exec.Command(h.Serve[0], h.Serve[1:]...)
	p.command.Env = append(os.Environ(), h.Env...)
	p.command.Stdout, p.command.Stderr = p.said, p.said
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.command.Wait()
		close(p.ended)
	}()
	t.Cleanup(p.Kill)
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-p.ended:
			t.Fatalf("the service ended while starting:\n%s", p.said)
		default:
		}
		if p.Base = p.said.address(); p.Base != "" && answers(p.Base) {
			return p
		}
	}
	t.Fatalf("the service did not answer within 30 s:\n%s", p.said)
	return nil
}

// Kill ends the process at once (SIGKILL) and returns when it is gone.
func (p *Process) Kill() {
	p.command.Process.Kill()
	<-p.ended
}

// Said is what the service printed.
func (p *Process) Said() string { return p.said.String() }

// Run runs another verb of the command on the same installation and returns what it printed on standard output.
func (h *House) Run(ctx context.Context, words ...string) (string, error) {
	command := exec.CommandContext(ctx, h.Serve[0], words...)
	command.Env = append(os.Environ(), h.Env...)
	out, err := command.CombinedOutput()
	return string(out), err
}

func answers(base string) bool {
	client := http.Client{Timeout: time.Second}
	answer, err := client.Get(base + "/")
	if err != nil {
		return false
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	return true
}

// log gathers what a process prints.
type log struct {
	mu    sync.Mutex
	words bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.words.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.words.String()
}

var printed = regexp.MustCompile(`https?://127\.0\.0\.1:\d+`)

func (l *log) address() string { return printed.FindString(l.String()) }
