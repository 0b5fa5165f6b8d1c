package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Spread is a figure over several rounds: the median, and what it varied between.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// SpreadOf sums up rounds; of an even number the lower middle one is the median.
func SpreadOf(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	v := slices.Sorted(slices.Values(values))
	return Spread{v[(len(v)-1)/2], v[0], v[len(v)-1]}
}

// Figure is one thing measured, or the floor of one.
type Figure struct {
	Name     string `json:"name"`
	Floor    string `json:"floor,omitempty"` // name of the figure it stands beside
	Rate     Spread `json:"per_second"`
	P50      Spread `json:"p50_ms"`
	P99      Spread `json:"p99_ms"`
	CPU      Spread `json:"cpu_us_per_request"` // of the server process; 0 when it was not measured
	Bytes    int64  `json:"bytes_per_answer,omitempty"`
	Requests int    `json:"requests"`
	Wrong    int    `json:"wrong_answers"`
	Sample   string `json:"sample_of_wrong,omitempty"`
	Goal     string `json:"goal,omitempty"`
	Note     string `json:"note,omitempty"`

	rounds []round
}

type round struct{ rate, p50, p99, cpu float64 }

// Add adds a round.
func (f *Figure) Add(r Result, u Usage) {
	x := round{p50: ms(r.P50), p99: ms(r.P99)}
	if r.Elapsed > 0 {
		x.rate = float64(r.Requests) / r.Elapsed.Seconds()
	}
	if r.Requests > 0 {
		x.cpu = float64(u.CPU.Microseconds()) / float64(r.Requests)
		f.Bytes = r.Bytes
	}
	f.Requests += r.Requests
	f.Wrong += r.Wrong
	if r.Sample != "" {
		f.Sample = r.Sample
	}
	f.rounds = append(f.rounds, x)
	pick := func(of func(round) float64) Spread {
		var v []float64
		for _, r := range f.rounds {
			v = append(v, of(r))
		}
		return SpreadOf(v)
	}
	f.Rate, f.P50 = pick(func(r round) float64 { return r.rate }), pick(func(r round) float64 { return r.p50 })
	f.P99, f.CPU = pick(func(r round) float64 { return r.p99 }), pick(func(r round) float64 { return r.cpu })
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Table writes figures for people: rate with its spread, latencies, CPU, the share of the floor, the goal.
func Table(w io.Writer, figures []*Figure) {
	const line = "%-34s %10s %19s %8s %8s %8s %7s  %s\n"
	fmt.Fprintf(w, line, "", "per s", "min–max", "p50 ms", "p99 ms", "CPU µs", "/floor", "goal")
	rates := map[string]float64{}
	for _, f := range figures {
		rates[f.Name] = f.Rate.Median
	}
	for _, f := range figures {
		share, cpu := "", ""
		if floor := rates[f.Floor]; f.Floor != "" && floor > 0 {
			share = fmt.Sprintf("%.2f", f.Rate.Median/floor)
		}
		if f.CPU.Median > 0 {
			cpu = fmt.Sprintf("%.0f", f.CPU.Median)
		}
		note := f.Goal
		if f.Wrong > 0 {
			note += fmt.Sprintf("  %d WRONG ANSWERS (%s)", f.Wrong, f.Sample)
		}
		if f.Note != "" {
			note += "  " + f.Note
		}
		fmt.Fprintf(w, line, f.Name, Count(f.Rate.Median), Count(f.Rate.Min)+"–"+Count(f.Rate.Max), fmt.Sprintf("%.2f", f.P50.Median),
			fmt.Sprintf("%.2f", f.P99.Median), cpu, share, strings.TrimSpace(note))
	}
}

// Count writes a number with commas.
func Count(v float64) string {
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
