package placement

import (
	"slices"
	"strconv"
)

// Fairness says how wishes and criteria were met, over all and by group, so that nobody has to take "fair" on trust.
type Fairness struct {
	Tiers   []Group `json:"tiers"`   // over all, then by nationality, type, region, licence, kind of area
	Gini    int     `json:"gini"`    // of the tiers, in thousandths; 0 = everybody the same
	Envy    int     `json:"envy"`    // people who prefer a seat held by somebody of the same class with a worse lottery number
	Strong  []Share `json:"strong"`  // strong criteria met, by region
	Without []Share `json:"without"` // organisations that went without for years: met this time
}

// Group is how many of a group got which wish: first, second, …, outside the wishes, unplaced.
type Group struct {
	By    string `json:"by"`
	Value string `json:"value"`
	Count []int  `json:"count"`
}

// Share is so many of so many.
type Share struct {
	ID  string `json:"id"`
	Met int    `json:"met"`
	Of  int    `json:"of"`
}

// Fairness reports on an assignment.
func (res *Result) Fairness() *Fairness {
	m := res.Market
	f := &Fairness{Strong: []Share{}, Without: []Share{}}
	groups := map[[2]string][]int{}
	width := m.tiers + 1
	count := func(by, value string, tier int) {
		key := [2]string{by, value}
		if groups[key] == nil {
			groups[key] = make([]int, width)
		}
		groups[key][tier]++
	}
	total := make([]int, width)
	for p := range m.People {
		tier := m.tierOf(int32(p), res.At[p])
		if res.At[p] >= 0 {
			tier = min(tier, m.tiers-1)
		}
		total[tier]++
		if profile := m.People[p].Profile; profile != nil {
			count("nationality", profile.Nationality, tier)
			count("type", profile.Type, tier)
			count("licence", strconv.FormatBool(m.licence(profile) > 0), tier)
			count("area", profile.Area, tier)
		}
		if o := res.At[p]; o >= 0 && m.Posts[o].Region >= 0 {
			count("region", m.Regions[m.Posts[o].Region].ID, tier)
		}
	}
	f.Tiers = append(f.Tiers, Group{"all", "", total})
	for key, n := range groups {
		f.Tiers = append(f.Tiers, Group{key[0], key[1], n})
	}
	slices.SortFunc(f.Tiers[1:], func(a, b Group) int {
		if c := compare(a.By, b.By); c != 0 {
			return c
		}
		return compare(a.Value, b.Value)
	})
	f.Gini = gini(total)
	f.Envy = res.envy()
	if m.Form == JET {
		res.shares(f)
	}
	return f
}

// gini of the tiers in thousandths: 0 when everybody got the same.
func gini(count []int) int {
	var people, sum, apart int64
	for i, n := range count {
		people += int64(n)
		sum += int64(n) * int64(i+1)
		for k, other := range count {
			apart += int64(n) * int64(other) * int64(max(i-k, k-i))
		}
	}
	if people == 0 || sum == 0 {
		return 0
	}
	return int(apart * 1000 / (2 * people * sum))
}

// envy counts single people who prefer a seat held by an equal with a worse lottery number.
func (res *Result) envy() int {
	m, s := res.Market, res.standing()
	worst := make([]map[int32]int32, len(m.Posts)) // class → worst lottery number of a holder
	for o := range m.Posts {
		worst[o] = map[int32]int32{}
		for _, q := range s.held[o] {
			if m.locked[q] < 0 && m.couple[q] < 0 {
				class := m.classOf(q, int32(o))
				worst[o][class] = max(worst[o][class], m.person[q])
			}
		}
	}
	n := 0
	for p := range m.People {
		if m.locked[p] >= 0 || m.couple[p] >= 0 {
			continue
		}
		tier := m.tierOf(int32(p), res.At[p])
		if slices.ContainsFunc(m.of(int32(p)), func(e edge) bool {
			number, there := worst[e.post][e.class]
			return int(e.tier) < tier && there && number > m.person[p]
		}) {
			n++
		}
	}
	return n
}

// shares counts the strong criteria met by region, and the organisations that went without.
func (res *Result) shares(f *Fairness) {
	m, s := res.Market, res.standing()
	region, without := map[string]*Share{}, map[string]*Share{}
	of := func(list map[string]*Share, id string) *Share {
		if list[id] == nil {
			list[id] = &Share{ID: id}
		}
		return list[id]
	}
	for o := range m.Posts {
		q := m.Posts[o].Request
		share := of(region, m.regionCode(o))
		share.Of += q.Strong.all() * len(s.held[o])
		any := false
		for _, p := range s.held[o] {
			e := m.kinds.rows[m.kinds.row[p]].merit[o]
			share.Met += int(e.strong)
			any = any || e.strong+e.wants+e.sister > 0
		}
		if q.Unserved > 0 {
			org := of(without, q.Org)
			org.Of = max(org.Of, q.Unserved)
			if any {
				org.Met = 1
			}
		}
	}
	for _, list := range []struct {
		from map[string]*Share
		to   *[]Share
	}{{region, &f.Strong}, {without, &f.Without}} {
		for _, share := range list.from {
			if share.Of > 0 {
				*list.to = append(*list.to, *share)
			}
		}
		slices.SortFunc(*list.to, func(a, b Share) int { return compare(a.ID, b.ID) })
	}
}
