package placement

import "slices"

// pinContracts locks every re-contract to a line of its organisation with a free seat. As many as can stay do; who stays first, and on which
// line, is by lottery.
func (m *Market) pinContracts() {
	if m.Form != JET {
		return
	}
	room := make([]int, len(m.Posts))
	for o := range m.Posts {
		room[o] = m.Posts[o].Seats
	}
	for _, o := range m.locked {
		if o >= 0 {
			room[o]--
		}
	}
	var waiting []int32
	for p := range m.People {
		if m.People[p].Contract != "" && m.locked[p] < 0 {
			m.sortEdges(int32(p), m.of(int32(p)))
			waiting = append(waiting, int32(p))
		}
	}
	slices.SortFunc(waiting, func(a, b int32) int { return int(m.person[a] - m.person[b]) })
	k := &keeping{m: m, room: room, held: map[int32][]int32{}}
	for _, p := range waiting {
		k.seen = map[int32]bool{}
		k.seat(p)
	}
}

// keeping seats re-contracts, letting earlier ones change line inside their organisation.
type keeping struct {
	m    *Market
	room []int
	held map[int32][]int32
	seen map[int32]bool
}

func (k *keeping) seat(p int32) bool {
	for _, e := range k.m.of(p) {
		o := e.post
		if k.seen[o] {
			continue
		}
		k.seen[o] = true
		if k.room[o] > 0 {
			k.room[o]--
			k.put(p, o)
			return true
		}
		for i, q := range k.held[o] {
			if k.seat(q) {
				k.held[o] = slices.Delete(k.held[o], i, i+1)
				k.put(p, o)
				return true
			}
		}
	}
	return false
}

func (k *keeping) put(p, o int32) {
	k.held[o] = append(k.held[o], p)
	k.m.locked[p] = o
}

// capped refuses locks and re-contracts that alone exceed a cap or a country plan.
func (m *Market) capped() error {
	region, plan := make([]int, len(m.Regions)), make([]int, len(m.Quotas))
	for p, o := range m.locked {
		if o < 0 {
			continue
		}
		for i := m.Posts[o].Region; i >= 0; i = m.Regions[i].Parent {
			region[i]++
		}
		for i := m.group[p]; i >= 0; i = m.outer(i) {
			plan[i]++
		}
	}
	for i, n := range region {
		if limit := m.Regions[i].Cap; limit >= 0 && n > limit {
			return refuse("regions."+m.Regions[i].ID+".cap", "固定と再任用だけで%[2]d人になり、上限の%[1]d人を超えます。",
				"locks and re-contracts alone are %[2]d people, above the cap of %[1]d", limit, n)
		}
	}
	for i, n := range plan {
		if q := m.Quotas[i]; n > q.Max {
			return refuse("quotas", "%[3]sは固定と再任用だけで%[2]d人になり、計画の%[1]d人を超えます。",
				"locks and re-contracts of %[3]s alone are %[2]d people, above the plan of %[1]d", q.Max, n, q.Nationality)
		}
	}
	return nil
}
