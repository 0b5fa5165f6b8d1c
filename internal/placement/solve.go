package placement

// Objective is one level of an answer: its value, and the bound no other answer can pass. Equal means proven.
type Objective struct {
	Name  string `json:"name"`
	Value int64  `json:"value"`
	Bound int64  `json:"bound"`
}

// Outcome is what a mechanism answers, before the independent check.
type Outcome struct {
	Mechanism  string             `json:"mechanism"`
	Assignment map[string]*string `json:"assignment"`
	Objective  []Objective        `json:"objective"`
	Exact      bool               `json:"exact"` // balanced: whether every level is proven
	Stable     bool               `json:"stable"`
	Blocking   []Block            `json:"blocking"`
	Tolerated  int                `json:"tolerated"` // pairs only a cap or a country plan holds back
	Removed    []Removed          `json:"removed"`
	Seed       string             `json:"seed"`
	Commitment string             `json:"commitment"`
}

// mostBlocks is how many blocking pairs are listed; all are counted.
const mostBlocks = 1000

// Solve runs a mechanism: balanced, stable or lottery. A lock that breaks a hard rule is a *Refusal.
func Solve(r *Round, mechanism string) (*Outcome, error) {
	m, err := open(r, 0)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Mechanism: mechanism, Removed: m.removed, Seed: r.Seed, Commitment: Commitment(r.Seed)}
	levels := m.levels()
	var at Assignment
	var bound []int64
	switch mechanism {
	case "balanced":
		best := m.balanced()
		at, bound, out.Exact = best.at, best.bound, best.exact
	case "stable":
		at = m.stable()
	case "lottery":
		at = m.serial()
	default:
		return nil, refuse("--mechanism", "配置の方法は balanced、stable、lottery のどれかです。", "the mechanism is balanced, stable or lottery")
	}
	values := m.measure(levels, at)
	if bound == nil {
		bound = values
	}
	for i, l := range levels {
		o := Objective{l.name, values[i], bound[i]}
		if l.down {
			o.Value, o.Bound = -o.Value, -o.Bound
		}
		out.Objective = append(out.Objective, o)
	}
	n, list := m.blocking(at, mostBlocks)
	out.Blocking, out.Stable, out.Tolerated = list, n.total() == 0, n.tolerated
	out.Assignment = r.Named(at)
	return out, nil
}
