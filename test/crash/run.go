package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/db"
)

// Plan is one crash run.
type Plan struct {
	House   *House
	Rounds  int           // times the process is killed
	Workers int           // people acting at the same time
	Longest time.Duration // the kill comes this long after the first answer of a round at the latest
	Most    int           // and after so many answers at the latest, however slowly this process wakes; 0 sets no such bound

	// Prepare is called at the start of every round, before anybody acts; nil for nothing.
	Prepare func(t testing.TB, round int, base string)
	// Act makes one request. A key means: this was answered as done and must be in the data from now on. An error is what a
	// person sees when the process dies; it is no fault by itself.
	Act func(ctx context.Context, base string, round, worker, turn int) (key string, err error)
	// Check looks at the data while the process is dead and says what is wrong. done are the keys of all rounds so far.
	Check func(ctx context.Context, d *db.DB, done []string) ([]string, error)
	// After runs when everything is over, on the last restart; nil for nothing. It says what is wrong.
	After func(ctx context.Context, base string, done []string) ([]string, error)
}

// Result is what a run saw.
type Result struct {
	Problems []string
	Done     []string // keys answered as done
	Cut      int      // requests the kill interrupted: without any, the run proves nothing
}

// Run carries out a plan. The seed of its random moments is logged; KAKEHASHI_CRASH_SEED repeats one.
func Run(t testing.TB, plan Plan) Result {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("KAKEHASHI_CRASH_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var result Result
	for round := range plan.Rounds {
		process := plan.House.Start(t)
		if plan.Prepare != nil {
			plan.Prepare(t, round, process.Base)
		}
		delay := time.Duration(random.Int64N(int64(plan.Longest)))
		done, cut := plan.round(t.Context(), process, round, delay)
		result.Done = append(result.Done, done...)
		result.Cut += cut
		problems, err := plan.look(t.Context(), result.Done)
		if err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, process.Said())
		}
		for _, p := range problems {
			result.Problems = append(result.Problems, fmt.Sprintf("round %d, killed after %v: %s", round, delay, p))
		}
		if len(problems) > 0 {
			return result
		}
	}
	process := plan.House.Start(t)
	defer process.Kill()
	if plan.After != nil {
		problems, err := plan.After(t.Context(), process.Base, result.Done)
		if err != nil {
			t.Fatal(err)
		}
		result.Problems = append(result.Problems, problems...)
	}
	return result
}

// round lets everybody act and kills the process in the middle of it.
func (plan *Plan) round(ctx context.Context, process *Process, round int, delay time.Duration) (done []string, cut int) {
	ctx, stop := context.WithTimeout(ctx, plan.Longest+30*time.Second)
	defer stop()
	var mu sync.Mutex
	var people sync.WaitGroup
	begun, enough := make(chan struct{}), make(chan struct{})
	var first, last sync.Once
	for worker := range plan.Workers {
		people.Go(func() {
			for turn := 0; ctx.Err() == nil; turn++ {
				key, err := plan.Act(ctx, process.Base, round, worker, turn)
				mu.Lock()
				if key != "" {
					done = append(done, key)
				}
				if plan.Most > 0 && len(done) >= plan.Most {
					last.Do(func() { close(enough) })
				}
				if err != nil {
					cut++
				}
				mu.Unlock()
				if err != nil {
					return
				}
				first.Do(func() { close(begun) })
			}
		})
	}
	select {
	case <-begun:
		select {
		case <-time.After(delay):
		case <-enough:
		}
	case <-ctx.Done():
	case <-process.ended:
	}
	process.Kill()
	people.Wait()
	return done, cut
}

// look opens the dead service's data and checks them.
func (plan *Plan) look(ctx context.Context, done []string) ([]string, error) {
	d, err := db.Open(ctx, plan.House.Database)
	if err != nil {
		return nil, fmt.Errorf("the data cannot be opened after the kill: %w", err)
	}
	defer d.Close()
	return plan.Check(ctx, d, done)
}
