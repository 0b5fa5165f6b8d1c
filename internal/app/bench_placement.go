package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/bench"
	"kakehashi/internal/placement"
	"kakehashi/internal/placement/check"
	"kakehashi/internal/placement/sample"
)

// placementFigure is one thing measured about placement, with its goal.
type placementFigure struct {
	Name string       `json:"name"`
	Wall bench.Spread `json:"wall_ms"`
	CPU  bench.Spread `json:"cpu_ms"`
	Peak float64      `json:"peak_mb,omitempty"`
	Goal string       `json:"goal,omitempty"`
	Note string       `json:"note,omitempty"`
}

// placementBench runs the measurements of the placement engine and prints each beside its goal. It judges nothing.
func placementBench(ctx context.Context, e *Env, args []string) error {
	flags := flagSet("bench placement")
	rounds := flags.Int("rounds", 3, "")
	only := flags.String("only", "", "")
	large := flags.Bool("large", false, "")
	file := flags.String("json", "", "")
	part := flags.String("part", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	if *part != "" {
		return placementPart(e.Out, *part, max(1, *rounds))
	}
	names := []string{"s30", "c30", "dense", "dense-couples", "answers", "grow-1500", "grow-3000", "grow-6000", "grow-12000"}
	if *large {
		names = append(names, "million")
	}
	load := loadAverage()
	var figures []*placementFigure
	fmt.Fprintf(e.Out, "%-46s %10s %21s %10s %9s  %s\n", "", "wall ms", "min–max", "CPU ms", "peak MB", "goal")
	for _, name := range names {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), name) {
			continue
		}
		list, err := placementChild(ctx, e, name, *rounds)
		if err != nil {
			return fmt.Errorf("bench placement %s: %w", name, err)
		}
		for _, f := range list {
			peak := ""
			if f.Peak > 0 {
				peak = fmt.Sprintf("%.0f", f.Peak)
			}
			fmt.Fprintf(e.Out, "%-46s %10.2f %21s %10.2f %9s  %s\n", f.Name, f.Wall.Median, fmt.Sprintf("%.2f–%.2f", f.Wall.Min, f.Wall.Max), f.CPU.Median, peak,
				strings.TrimSpace(f.Goal+"  "+f.Note))
		}
		figures = append(figures, list...)
	}
	fmt.Fprintf(e.Out, "\ncommit %s   %v   load %s → %s\n", commit(), machine(), load, loadAverage())
	if *file == "" {
		return nil
	}
	b, err := json.MarshalIndent(map[string]any{"commit": commit(), "machine": machine(), "load": [2]string{load, loadAverage()}, "figures": figures}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*file, append(b, '\n'), 0o644)
}

// placementChild measures one instance in a process of its own, so that its memory is its own.
func placementChild(ctx context.Context, e *Env, name string, rounds int) ([]*placementFigure, error) {
	child, err := bench.Start(ctx, e.Err, "bench", "placement", "--part", name, "--rounds", fmt.Sprint(rounds))
	if err != nil {
		return nil, err
	}
	var list []*placementFigure
	err = fmt.Errorf("it wrote nothing")
	for line := range child.Lines() {
		err = json.Unmarshal([]byte(line), &list)
	}
	return list, errors.Join(err, child.End())
}

// placementPart is the child: it makes an instance, measures, and writes its figures as JSON.
func placementPart(out io.Writer, name string, rounds int) error {
	m := &placementMeter{rounds: rounds}
	debug.SetGCPercent(20) // the figures for memory are of what is needed, not of what the collector leaves lying
	var err error
	size := sample.Size{People: 6000, Posts: 1100, Least: 3, Most: 30, Regions: 67, Seed: 1}
	switch name {
	case "s30":
		err = m.stable(size, "stable, 6,000 × 1,100, 3–30 wishes", "≤ 5 ms")
	case "c30":
		size.Couples = 150
		err = m.stable(size, "stable, the same with 150 couples", "≤ 100 ms verified")
	case "dense":
		err = m.balanced(size, "balanced, 6,000 × 1,100, caps", "≤ 1,000 ms, ≤ 200 MB")
	case "dense-couples":
		size.Couples = 150
		err = m.balanced(size, "balanced, the same with 150 couples", "≤ 3,000 ms, gap printed")
	case "answers":
		err = m.answers(size)
	case "million":
		err = m.stable(sample.Size{People: 1_000_000, Posts: 20_000, Least: 3, Most: 10, Regions: 67, Seed: 1}, "stable, 1,000,000 × 20,000, 3–10 wishes",
			"≤ 3,000 ms, ≤ 300 MB")
	default:
		var people int
		if _, err := fmt.Sscanf(name, "grow-%d", &people); err != nil {
			return fmt.Errorf("there is no instance %s", name)
		}
		size.People, size.Posts = people, people/6
		err = m.stable(size, fmt.Sprintf("growth: stable, %d × %d", size.People, size.Posts), "")
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(m.figures)
}

// placementMeter collects figures.
type placementMeter struct {
	rounds  int
	figures []*placementFigure
}

// measure runs something several times.
func (m *placementMeter) measure(name, goal string, run func() error) (*placementFigure, error) {
	f := &placementFigure{Name: name, Goal: goal}
	m.figures = append(m.figures, f)
	var wall, cpu []float64
	for range m.rounds {
		runtime.GC()
		before, began := bench.Own(), time.Now()
		if err := run(); err != nil {
			return f, err
		}
		wall = append(wall, float64(time.Since(began).Microseconds())/1000)
		after := bench.Own()
		cpu = append(cpu, float64((after.CPU-before.CPU).Microseconds())/1000)
		f.Peak = float64(after.Peak) / 1e6
	}
	f.Wall, f.CPU = bench.SpreadOf(wall), bench.SpreadOf(cpu)
	return f, nil
}

// stable measures the list form: the market, the mechanism, and the independent check.
func (m *placementMeter) stable(size sample.Size, name, goal string) error {
	r := sample.Lists(size)
	var market *placement.Market
	var res *placement.Result
	open, err := m.measure(name+": ranks joined", "", func() (err error) { market, err = placement.Open(r); return err })
	if err != nil {
		return err
	}
	solve, err := m.measure(name+": solved", goal, func() (err error) { res, err = market.Run(placement.Stable); return err })
	if err != nil {
		return err
	}
	open.Peak = 0
	if size.People > 100_000 {
		return nil
	}
	var b bytes.Buffer
	if err := r.WriteLists(&b); err != nil {
		return err
	}
	checker, err := check.Read(b.Bytes())
	if err != nil {
		return err
	}
	named := res.Outcome().Assignment
	var report *check.Report
	verify, err := m.measure(name+": verified", "", func() error { report = checker.Verify(named, check.Claim{}); return nil })
	if err == nil && !report.Checked {
		return fmt.Errorf("the checker refuses: %+v", report.Faults[0])
	}
	verify.Peak = 0
	solve.Note = fmt.Sprintf("(%d blocking)", report.Blocks)
	return err
}

// balanced measures the JET form with every criterion and caps.
func (m *placementMeter) balanced(size sample.Size, name, goal string) error {
	b, res, err := m.dense(size, name, goal)
	if err != nil {
		return err
	}
	out := res.Outcome()
	claim, err := claimOf(out, res.Certificate())
	if err != nil {
		return err
	}
	var report *check.Report
	verify, err := m.measure(name+": verified with certificate", "", func() (err error) { report, err = verified(b, out.Assignment, claim); return err })
	if err != nil {
		return err
	}
	if !report.Checked {
		return fmt.Errorf("the checker refuses: %+v", report.Faults[0])
	}
	verify.Note = fmt.Sprintf("%d levels proven", len(report.Proven))
	for _, o := range out.Objective {
		if o.Gap != nil && *o.Gap > 0 {
			m.figures[1].Note = fmt.Sprintf("gap %d at %s (%d)", *o.Gap, o.Name, o.Value)
			break
		}
	}
	return nil
}

// dense makes a round of the JET form and solves it.
func (m *placementMeter) dense(size sample.Size, name, goal string) ([]byte, *placement.Result, error) {
	b, err := json.Marshal(sample.JET(size))
	if err != nil {
		return nil, nil, err
	}
	r, err := placement.Read(bytes.NewReader(b))
	if err != nil {
		return nil, nil, err
	}
	var market *placement.Market
	var res *placement.Result
	open, err := m.measure(name+": rules applied", "", func() (err error) { market, err = placement.Open(r); return err })
	if err != nil {
		return nil, nil, err
	}
	open.Peak = 0
	_, err = m.measure(name+": solved", goal, func() (err error) { res, err = market.Run(placement.Balanced); return err })
	return b, res, err
}

// answers measures what staff ask of a result: explanations, a decline.
func (m *placementMeter) answers(size sample.Size) error {
	rounds := m.rounds
	m.rounds = 1
	_, res, err := m.dense(size, "answers", "")
	if err != nil {
		return err
	}
	m.rounds, m.figures = rounds, nil
	ids := make([]string, 0, len(res.People))
	for p := range res.People {
		ids = append(ids, res.People[p].ID)
	}
	one, at := 0, 0
	if _, err = m.measure("one explanation", "≤ 5 ms", func() error { res.Why(ids[one*97%len(ids)]); one++; return nil }); err != nil {
		return err
	}
	if _, err = m.measure("all 6,000 explanations", "≤ 2,000 ms", func() error {
		for _, id := range ids {
			res.Why(id)
		}
		return nil
	}); err != nil {
		return err
	}
	var placed []int32
	for p, o := range res.At {
		if o >= 0 {
			placed = append(placed, int32(p))
		}
	}
	slices.SortFunc(placed, func(a, b int32) int { return cmp.Compare(a*7919%6007, b*7919%6007) })
	half := len(placed) / 2
	_, err = m.measure("one decline, half confirmed", "≤ 20 ms", func() error { res.Decline(placed[:half], placed[half+at:half+at+1]); at++; return nil })
	if err != nil {
		return err
	}
	_, err = m.measure("bottlenecks in words", "", func() error { res.Bottlenecks(); return nil })
	return err
}
