package placement

// Objective is one level of an answer: its value, and the bound no other answer can pass that is as good on the levels above. Below a
// gap there is no bound. Proven says that value and bound meet, by the certificate or by a complete search; Gap is what lies between.
type Objective struct {
	Name   string `json:"name"`
	Value  int64  `json:"value"`
	Bound  *int64 `json:"bound"`
	Gap    *int64 `json:"gap"`
	Proven bool   `json:"proven"`
}

// Result is what a mechanism found for a market, ready to be explained.
type Result struct {
	*Market
	Mechanism string
	At        Assignment
	best      *solved // balanced only
	seats     *standing
}

// The mechanisms.
const (
	Balanced = "balanced"
	Stable   = "stable"
	Lottery  = "lottery"
)

// Run runs a mechanism on the market.
func (m *Market) Run(mechanism string) (*Result, error) {
	res := &Result{Market: m, Mechanism: mechanism}
	switch mechanism {
	case Balanced:
		res.best = m.balanced()
		res.At = res.best.at
	case Stable:
		res.At = m.stable()
	case Lottery:
		res.At = m.serial()
	default:
		return nil, refuse("--mechanism", "配置の方法は balanced、stable、lottery のどれかです。", "the mechanism is balanced, stable or lottery")
	}
	return res, nil
}

// With looks at an assignment made elsewhere, for checking, comparing and explaining it.
func (m *Market) With(at Assignment) *Result { return &Result{Market: m, At: at} }

// Outcome is what a mechanism answers, before the independent check.
type Outcome struct {
	Mechanism  string             `json:"mechanism"`
	Assignment map[string]*string `json:"assignment"`
	Objective  []Objective        `json:"objective"`
	Exact      bool               `json:"exact"` // balanced: whether every level that is a flow, and the couples, are proven
	Stable     bool               `json:"stable"`
	Blocking   []Block            `json:"blocking"`
	Tolerated  int                `json:"tolerated"` // pairs only a cap or a country plan holds back
	Removed    []Removed          `json:"removed"`
	Seed       string             `json:"seed"`
	Commitment string             `json:"commitment"`
}

// mostBlocks is how many blocking pairs are listed; all are counted.
const mostBlocks = 1000

// Outcome writes the answer.
func (res *Result) Outcome() *Outcome {
	m := res.Market
	out := &Outcome{Mechanism: res.Mechanism, Removed: m.removed, Seed: m.Seed, Commitment: Commitment(m.Seed)}
	out.Objective = res.Objectives()
	if res.best != nil {
		out.Exact = res.best.exact
	}
	n, list := m.blocking(res.At, mostBlocks)
	out.Blocking, out.Stable, out.Tolerated = list, n.total() == 0, n.tolerated
	out.Assignment = m.Named(res.At)
	return out
}

// Objectives measures every level.
func (res *Result) Objectives() []Objective {
	levels := res.levels()
	values := res.measure(levels, res.At)
	var list []Objective
	open := res.best != nil
	for i, l := range levels {
		o := Objective{Name: l.name, Value: values[i]}
		bound, proven := int64(0), false
		switch l.name {
		case "spread":
			o.Value = -res.spread(res.At)
			bound = -res.spreadBound(res.At)
			proven = bound == o.Value
		case "blocking":
			n, _ := res.blocking(res.At, 0)
			o.Value = -int64(n.total())
			proven = n.total() == 0
		default:
			if open {
				bound = res.best.bound[i]
				proven = bound == o.Value
			}
		}
		if open {
			gap := bound - o.Value
			o.Gap, o.Proven = &gap, proven
			open = proven
			if l.down {
				bound = -bound
			}
			o.Bound = &bound
		}
		if l.down {
			o.Value = -o.Value
		}
		list = append(list, o)
	}
	return list
}

// Solve opens the market of a round and runs a mechanism: balanced, stable or lottery.
func Solve(r *Round, mechanism string) (*Outcome, error) {
	m, err := Open(r)
	if err != nil {
		return nil, err
	}
	res, err := m.Run(mechanism)
	if err != nil {
		return nil, err
	}
	return res.Outcome(), nil
}

// Unplaced is a person without a post.
type Unplaced struct {
	Person string `json:"person"`
	Why    Text   `json:"why"`
}

// Unplaced lists the people without a post and says of each why.
func (res *Result) Unplaced() []Unplaced {
	list := []Unplaced{}
	for p, o := range res.At {
		if o < 0 {
			list = append(list, Unplaced{res.People[p].ID, res.whyText(&Why{}, int32(p))})
		}
	}
	return list
}

// Cutoffs gives what the last person taken at every full post had; posts with a free seat have none.
func (res *Result) Cutoffs() map[string]*Cutoff {
	s := res.standing()
	list := map[string]*Cutoff{}
	for o := range res.Posts {
		if len(s.held[o]) >= res.Posts[o].Seats {
			if cut := res.cutoff(s, int32(o)); cut != nil {
				list[res.Posts[o].ID] = cut
			}
		}
	}
	return list
}
