// Package bench measures a web server honestly (計測): the server is one process, the load generator another, so that the CPU of the one
// is not counted as the other's; every figure comes with its floor of the same minutes. It knows nothing of what is served.
package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Part is set in the environment of a Child; the test binary of a package that measures itself looks at it.
const Part = "KAKEHASHI_BENCH_PART"

// Usage is what a server has used so far.
type Usage struct {
	CPU    time.Duration
	RSS    int64 // bytes of memory now
	Peak   int64 // bytes of memory at most
	Heap   int64
	Cycles uint32 // garbage collections
}

func ownCPU() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func ownUsage() Usage {
	u := Usage{CPU: ownCPU()}
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		kb, _ := strconv.ParseInt(strings.Fields(value + " 0")[0], 10, 64)
		switch name {
		case "VmRSS":
			u.RSS = kb << 10
		case "VmHWM":
			u.Peak = kb << 10
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u.Heap, u.Cycles = int64(m.HeapAlloc), m.NumGC
	return u
}

// Obey answers the leader until it closes the line.
func Obey(in io.Reader, out io.Writer) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		word, path, _ := strings.Cut(lines.Text(), " ")
		var err error
		switch word {
		case "profile":
			var f *os.File
			if f, err = os.Create(path); err == nil {
				err = pprof.StartCPUProfile(f)
			}
		case "heap":
			var f *os.File
			if f, err = os.Create(path); err == nil {
				runtime.GC()
				err = errors.Join(pprof.WriteHeapProfile(f), f.Close())
			}
		case "stop":
			pprof.StopCPUProfile()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		json.NewEncoder(out).Encode(ownUsage())
	}
}

// Child is a process of the bench: this program, run again with other words.
type Child struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	Addr string
}

// Start runs this program again as a part of the bench.
func Start(ctx context.Context, note io.Writer, args ...string) (*Child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &Child{cmd: exec.CommandContext(ctx, self, args...)}
	p.cmd.Stderr = note
	p.cmd.Env = append(os.Environ(), Part+"=1")
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReaderSize(out, 1<<20)
	return p, p.cmd.Start()
}

// Server starts a server and waits for its address.
func Server(ctx context.Context, note io.Writer, args ...string) (*Child, error) {
	p, err := Start(ctx, note, args...)
	if err != nil {
		return nil, err
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the server did not start: %w", err), p.End())
	}
	p.Addr = strings.TrimSpace(line)
	return p, nil
}

// Say sends the leader's word and returns what the server has used by then.
func (p *Child) Say(word string) (u Usage, err error) {
	if _, err := fmt.Fprintln(p.in, word); err != nil {
		return u, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return u, err
	}
	return u, json.Unmarshal(line, &u)
}

// Lines are the lines the process writes, as they come.
func (p *Child) Lines() iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			line, err := p.out.ReadString('\n')
			if err != nil || !yield(strings.TrimSuffix(line, "\n")) {
				return
			}
		}
	}
}

// Stop asks the process to end by a signal.
func (p *Child) Stop(s os.Signal) error {
	go io.Copy(io.Discard, p.out)
	if err := p.cmd.Process.Signal(s); err != nil {
		return errors.Join(err, p.End())
	}
	return p.End()
}

// End closes the line, which ends the process.
func (p *Child) End() error {
	p.in.Close()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(30 * time.Second):
		p.cmd.Process.Kill()
		return errors.Join(errors.New("a part of the bench did not end"), <-done)
	}
}

// Load runs a plan against a server and returns what the generator saw and what the server used meanwhile.
func Load(ctx context.Context, note io.Writer, server *Child, plan Plan, profile string) (Result, Usage, error) {
	var r Result
	var used Usage
	plan.Addr = server.Addr
	g, err := Start(ctx, note, "bench", "drive")
	if err != nil {
		return r, used, err
	}
	if err := json.NewEncoder(g.in).Encode(plan); err != nil {
		return r, used, errors.Join(err, g.End())
	}
	var before Usage
	for range 2 {
		line, err := g.out.ReadString('\n')
		if err != nil {
			return r, used, errors.Join(err, g.End())
		}
		switch strings.TrimSpace(line) {
		case "begin":
			word := "usage"
			if profile != "" {
				word = "profile " + profile
			}
			before, err = server.Say(word)
		case "end":
			if profile != "" {
				used, err = server.Say("stop")
			} else {
				used, err = server.Say("usage")
			}
		}
		if err != nil {
			return r, used, errors.Join(err, g.End())
		}
	}
	used.CPU -= before.CPU
	used.Cycles -= before.Cycles
	if err := json.NewDecoder(g.out).Decode(&r); err != nil {
		return r, used, errors.Join(err, g.End())
	}
	return r, used, g.End()
}
