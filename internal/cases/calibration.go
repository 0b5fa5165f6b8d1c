package cases

import (
	"cmp"
	"math"
	"slices"

	"kakehashi/internal/programme"
)

// Calibration is how the sheets of a call compare (採点の傾向): what each member gives beside the others on the same cases, and the cases to be
// talked over again. It changes no score. Every sheet is measured against the other sheets of its own case, so that a member who got
// the weaker cases is not taken for a strict one (our design; casework.md row 39).
type Calibration struct {
	Members []Lean   // by lean, the strictest first
	Again   []Reopen // furthest apart first
}

// Lean is how one member marks. Points are those of a sheet, of 100.
type Lean struct {
	Person  string
	Sheets  int     // that can be compared: the case has another one
	Mean    float64 // points the member gave
	Bias    float64 // points above (+) or below (−) the mean of the others on the same cases
	Z       float64 // the bias in standard errors
	Outlier int     // sheets far from the others of their case
}

// Leans reports whether the bias is more than chance explains: two standard errors, on three cases or more.
func (l Lean) Leans() bool { return l.Sheets >= 3 && math.Abs(l.Z) >= zFar }

// Reopen is one case to be talked over again, with the sheet that lies furthest from the others.
type Reopen struct {
	Case      *Case
	Low, High int64 // tenths of a point
	Person    string
	Z         float64 // of that sheet
	Apart     bool    // by the definition's own measure; else the z-score alone names it
}

// zFar is how many standard deviations are far.
const zFar = 2

// sheet is one member's sheet beside the others of its case, in points.
type sheet struct {
	person       string
	points, rest float64 // its own, and the mean of the others
	off          float64 // from the mean of all sheets of the case
	n            int     // sheets of the case
}

// Calibrate compares the sheets of a ranking. Whoever may see the ranking may see it; members may not.
func Calibrate(list []Ranked, s programme.Screening) Calibration {
	var out Calibration
	all, squares, free := make([][]sheet, len(list)), 0.0, 0
	for i := range list {
		all[i] = sheetsOf(list[i].Case, s)
		for _, x := range all[i] {
			squares += x.off * x.off
		}
		free += max(0, len(all[i])-1)
	}
	deviation := 0.0
	if free > 0 {
		deviation = math.Sqrt(squares / float64(free))
	}
	leans := map[string]*Lean{}
	for i := range list {
		furthest := Reopen{Case: list[i].Case, Apart: list[i].Apart(s)}
		for _, x := range all[i] {
			z := x.z(deviation)
			l := leans[x.person]
			if l == nil {
				l = &Lean{Person: x.person}
				leans[x.person] = l
			}
			l.add(x, z)
			if math.Abs(z) > math.Abs(furthest.Z) || furthest.Person == "" {
				furthest.Person, furthest.Z = x.person, z
			}
		}
		if furthest.Person != "" && !list[i].Decided && (furthest.Apart || math.Abs(furthest.Z) >= zFar) {
			furthest.Low, furthest.High = extremes(all[i])
			out.Again = append(out.Again, furthest)
		}
	}
	for _, l := range leans {
		l.end(deviation)
		out.Members = append(out.Members, *l)
	}
	slices.SortFunc(out.Members, func(a, b Lean) int { return cmp.Or(cmp.Compare(a.Bias, b.Bias), cmp.Compare(a.Person, b.Person)) })
	slices.SortStableFunc(out.Again, func(a, b Reopen) int { return cmp.Compare(b.High-b.Low, a.High-a.Low) })
	return out
}

// sheetsOf are the sheets of a case that count, none unless there are two to compare.
func sheetsOf(c *Case, s programme.Screening) (list []sheet) {
	sum := 0.0
	for i := range c.Members {
		if m := &c.Members[i]; m.Judges() && m.Scored() {
			x := float64(m.Score(s)) / 10
			list, sum = append(list, sheet{person: m.Person, points: x}), sum+x
		}
	}
	if len(list) < 2 {
		return nil
	}
	n := float64(len(list))
	for i := range list {
		x := &list[i]
		x.n, x.off, x.rest = len(list), x.points-sum/n, (sum-x.points)/(n-1)
	}
	return list
}

// z is how far the sheet lies from the mean of its case, in standard deviations of such a distance.
func (x sheet) z(deviation float64) float64 {
	if deviation == 0 {
		return 0
	}
	return x.off / (deviation * math.Sqrt(1-1/float64(x.n)))
}

// add counts a sheet in; end makes the means.
func (l *Lean) add(x sheet, z float64) {
	l.Sheets++
	l.Mean += x.points
	l.Bias += x.points - x.rest
	l.Z += z
	if math.Abs(z) >= zFar {
		l.Outlier++
	}
}

func (l *Lean) end(deviation float64) {
	n := float64(l.Sheets)
	l.Mean, l.Bias, l.Z = l.Mean/n, l.Bias/n, l.Z/math.Sqrt(n)
	if deviation == 0 {
		l.Z = 0
	}
}

func extremes(list []sheet) (low, high int64) {
	points := func(x sheet) int64 { return int64(math.Round(x.points * 10)) }
	low, high = points(list[0]), points(list[0])
	for _, x := range list[1:] {
		low, high = min(low, points(x)), max(high, points(x))
	}
	return low, high
}
