package placement

import "slices"

// Certificate lets anybody prove that no other assignment is better on the levels named, without trusting the mechanism: a potential of
// every person, post, region and country plan for every level. The reduced costs of the possible pairs, compared level by level,
// then show that no exchange helps. With couples it holds for where they sit; Relaxed proves the bound for all places they could have.
type Certificate struct {
	Levels []string `json:"levels"`
	Potentials
	Relaxed *Relaxed `json:"relaxed,omitempty"`
}

// Potentials are prices by id, one per level. Country plans are named nationality/type.
type Potentials struct {
	People  map[string][]int64 `json:"people"`
	Posts   map[string][]int64 `json:"posts"`
	Regions map[string][]int64 `json:"regions"`
	Quotas  map[string][]int64 `json:"quotas"`
}

// Relaxed is the best assignment when members of couples are single people, with its potentials.
type Relaxed struct {
	Assignment map[string]*string `json:"assignment"`
	Potentials
}

// Certificate writes the proof of a balanced answer, nil for the other mechanisms.
func (res *Result) Certificate() *Certificate {
	if res.best == nil {
		return nil
	}
	levels := res.levels()
	var at []int
	c := &Certificate{}
	for i, l := range levels {
		if l.flow && (!res.best.spread || l.name != "lottery" && l.name != "draw") {
			at, c.Levels = append(at, i), append(c.Levels, l.name)
		}
	}
	c.Potentials = res.best.potentials(at)
	if root := res.best.root; root != nil && !slices.Contains(res.cut, true) {
		c.Relaxed = &Relaxed{Assignment: res.Named(root.at), Potentials: root.potentials(at)}
	}
	return c
}

func (s *solved) potentials(levels []int) Potentials {
	m, n := s.net.m, s.net
	of := func(node int32) []int64 {
		list := make([]int64, len(levels))
		for k, i := range levels {
			list[k] = s.duals[i][node]
		}
		return list
	}
	p := Potentials{People: map[string][]int64{}, Posts: map[string][]int64{}, Regions: map[string][]int64{}, Quotas: map[string][]int64{}}
	for i, v := range n.personAt {
		if v >= 0 {
			p.People[m.People[i].ID] = of(v)
		}
	}
	for i, v := range n.postAt {
		if v >= 0 {
			p.Posts[m.Posts[i].ID] = of(v)
		}
	}
	for i, v := range n.regionAt {
		if v >= 0 {
			p.Regions[m.Regions[i].ID] = of(v)
		}
	}
	for i, v := range n.quotaAt {
		if v >= 0 {
			p.Quotas[m.Quotas[i].Nationality+"/"+m.Quotas[i].Type] = of(v)
		}
	}
	return p
}
