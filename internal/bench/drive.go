package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Plan is what the load generator is told to do.
type Plan struct {
	Addr    string
	Conns   int
	Warm    time.Duration // not counted
	Run     time.Duration
	Method  string
	Header  string // lines, each with its line end
	Body    string
	Once    bool     // each target is asked once; a token makes every body different
	Targets []string // "path\tcookie"
	Want    int      // status; every other answer is an error
}

// Result is what it saw.
type Result struct {
	Requests int
	Wrong    int    // answers with another status, and broken connections
	Sample   string // of a wrong answer
	Bytes    int64  // of one answer with its head, on average
	Elapsed  time.Duration
	P50, P99 time.Duration
	Most     time.Duration
	CPU      time.Duration // the generator's own
	Dry      bool          // the targets did not last
}

// Drive is the load generator's whole life: a plan on in, "begin" and "end" around what counts and then the Result as JSON on out.
func Drive(ctx context.Context, in io.Reader, out io.Writer) error {
	var plan Plan
	if err := json.NewDecoder(in).Decode(&plan); err != nil {
		return err
	}
	d := &driver{plan: plan}
	rand.Shuffle(len(plan.Targets), func(i, j int) { plan.Targets[i], plan.Targets[j] = plan.Targets[j], plan.Targets[i] })
	result, err := d.run(ctx, out)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(result)
}

// patience is how long at most the first answer is waited for.
const patience = 20 * time.Second

type driver struct {
	plan   Plan
	next   atomic.Int64
	counts atomic.Bool
	over   atomic.Bool
	dry    atomic.Bool
	any    atomic.Bool // something was counted
}

// seen is what one connection saw.
type seen struct {
	took   []time.Duration
	wrong  int
	sample string
	bytes  int64
}

func (d *driver) run(ctx context.Context, out io.Writer) (Result, error) {
	all := make([]seen, d.plan.Conns)
	var wg sync.WaitGroup
	errs := make([]error, d.plan.Conns)
	for i := range all {
		wg.Go(func() { errs[i] = d.connection(ctx, &all[i]) })
	}
	time.Sleep(d.plan.Warm)
	fmt.Fprintln(out, "begin")
	before, start := ownCPU(), time.Now()
	d.counts.Store(true)
	// On a machine that is busy with other things the first answer may come after the time: a figure needs one.
	for (time.Since(start) < d.plan.Run || !d.any.Load() && time.Since(start) < patience) && !d.dry.Load() && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	d.counts.Store(false)
	elapsed, after := time.Since(start), ownCPU()
	fmt.Fprintln(out, "end")
	d.over.Store(true)
	wg.Wait()
	r := Result{Elapsed: elapsed, CPU: after - before, Dry: d.dry.Load()}
	var took []time.Duration
	for _, s := range all {
		took = append(took, s.took...)
		r.Wrong += s.wrong
		r.Bytes += s.bytes
		if s.sample != "" {
			r.Sample = s.sample
		}
	}
	slices.Sort(took)
	if r.Requests = len(took); r.Requests > 0 {
		r.Bytes /= int64(r.Requests)
		r.P50, r.P99, r.Most = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	}
	return r, errors.Join(errs...)
}

// connection asks over one kept connection until the time is over.
func (d *driver) connection(ctx context.Context, s *seen) error {
	conn, err := net.Dial("tcp", d.plan.Addr)
	if err != nil {
		return err
	}
	defer func() { conn.Close() }()
	r := bufio.NewReaderSize(conn, 64<<10)
	var request bytes.Buffer
	for !d.over.Load() && ctx.Err() == nil {
		if !d.request(&request) {
			d.dry.Store(true)
			return nil
		}
		start := time.Now()
		conn.SetDeadline(start.Add(30 * time.Second))
		if _, err := conn.Write(request.Bytes()); err != nil {
			return err
		}
		status, n, err := answer(r)
		took := time.Since(start)
		if err != nil {
			return fmt.Errorf("%s: %w", strings.TrimSpace(strings.SplitN(request.String(), "\r\n", 2)[0]), err)
		}
		if status != d.plan.Want {
			s.wrong++
			s.sample = fmt.Sprintf("%d for %s", status, strings.SplitN(request.String(), "\r\n", 2)[0])
			continue
		}
		if d.counts.Load() {
			s.took = append(s.took, took)
			s.bytes += n
			d.any.Store(true)
		}
	}
	return nil
}

// request writes the next request; false when every target was asked.
func (d *driver) request(b *bytes.Buffer) bool {
	k := d.next.Add(1) - 1
	if d.plan.Once && k >= int64(len(d.plan.Targets)) {
		return false
	}
	path, cookie, _ := strings.Cut(d.plan.Targets[k%int64(len(d.plan.Targets))], "\t")
	body := d.plan.Body
	if d.plan.Once && d.plan.Method == "POST" {
		body += "&token=" + strconv.FormatInt(time.Now().UnixNano(), 36) + strconv.FormatInt(k, 36)
	}
	b.Reset()
	b.WriteString(d.plan.Method + " " + path + " HTTP/1.1\r\nHost: " + d.plan.Addr + "\r\nUser-Agent: kakehashi-bench\r\nAccept: text/html\r\n" + d.plan.Header)
	if cookie != "" {
		b.WriteString("Cookie: " + cookie + "\r\n")
	}
	if body != "" {
		b.WriteString("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	b.WriteString("\r\n" + body)
	return true
}

// answer reads one answer and returns its status and size.
func answer(r *bufio.Reader) (status int, size int64, err error) {
	length, chunked := int64(-1), false
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		size += int64(len(line))
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case first:
			if len(line) < 12 {
				return 0, 0, fmt.Errorf("not an answer: %q", line)
			}
			status, err = strconv.Atoi(string(line[9:12]))
			if err != nil {
				return 0, 0, err
			}
		case len(line) == 0:
			if status == 304 || status == 204 {
				return status, size, nil
			}
			n, err := skip(r, length, chunked)
			return status, size + n, err
		case bytes.HasPrefix(line, []byte("Content-Length: ")):
			length, err = strconv.ParseInt(string(line[16:]), 10, 64)
			if err != nil {
				return 0, 0, err
			}
		case bytes.HasPrefix(line, []byte("Transfer-Encoding: chunked")):
			chunked = true
		}
	}
}

// skip reads a body away.
func skip(r *bufio.Reader, length int64, chunked bool) (int64, error) {
	if !chunked {
		n, err := r.Discard(int(max(length, 0)))
		return int64(n), err
	}
	var size int64
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return size, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil {
			return size, err
		}
		size += n
		if _, err := r.Discard(int(n) + 2); err != nil || n == 0 {
			return size, err
		}
	}
}

// Sync writes and syncs one page of a file again and again: what the disk allows one writer at most.
func Sync(dir string, run time.Duration) (Result, error) {
	f, err := os.CreateTemp(dir, "sync-*")
	if err != nil {
		return Result{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	page := bytes.Repeat([]byte{1}, 4096)
	if _, err := f.Write(bytes.Repeat(page, 64)); err != nil {
		return Result{}, err
	}
	var took []time.Duration
	start := time.Now()
	for time.Since(start) < run {
		t := time.Now()
		if _, err := f.WriteAt(page, int64(len(took)%64)*4096); err != nil {
			return Result{}, err
		}
		if err := f.Sync(); err != nil {
			return Result{}, err
		}
		took = append(took, time.Since(t))
	}
	r := Result{Requests: len(took), Elapsed: time.Since(start)}
	slices.Sort(took)
	r.P50, r.P99, r.Most = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	return r, nil
}
