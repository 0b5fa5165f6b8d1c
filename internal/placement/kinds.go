package placement

import (
	"fmt"
	"slices"
	"strings"
)

// kind is everybody with the same attributes as far as rules and criteria look: one row of answers for all of them.
type kind struct {
	mask  []Rule  // per post
	merit []merit // per post
	size  int
}

// merit is what a pair is worth to the post and to the ties: how many criteria are met.
type merit struct {
	strong, wants, sister, area int8
	unserved                    int8 // years the organisation went without, when this pair meets one of its wishes
}

// kinds group the participants of the JET form, and the places their wishes name.
type kinds struct {
	rows   []*kind
	row    []int32   // per person
	places [][]bool  // per distinct tier of wishes: the posts it names
	wished [][]int32 // per person and tier: index into places
}

// joinJET makes the edges of the JET form from the hard rules, leaving out those relaxed, and counts what each rule removes.
func (m *Market) joinJET(relax Rule) error {
	m.gather(relax)
	m.kinds.placing(m.Round)
	if err := m.lockedRules(); err != nil {
		return err
	}
	total := 0
	for p := range m.People {
		m.tiers = max(m.tiers, len(m.People[p].Tiers)+1)
		for o, mask := range m.kinds.rows[m.kinds.row[p]].mask {
			if mask == 0 && (m.locked[p] < 0 || m.locked[p] == int32(o)) {
				total++
			}
		}
	}
	best := m.bestClass()
	m.edges = make([]edge, 0, total)
	m.start = make([]int32, len(m.People)+1)
	for p := range m.People {
		row := m.kinds.rows[m.kinds.row[p]]
		for o, mask := range row.mask {
			if mask == 0 && (m.locked[p] < 0 || m.locked[p] == int32(o)) {
				class := best - 10*int(row.merit[o].strong) - int(row.merit[o].wants)
				m.edges = append(m.edges, edge{int32(o), int32(class), int16(m.wishTier(p, o))})
			}
		}
		m.start[p+1] = int32(len(m.edges))
	}
	m.countRemoved()
	return nil
}

// bestClass is the value of a person who meets everything any post may ask for.
func (m *Market) bestClass() int {
	most := 0
	for i := range m.Posts {
		q := m.Posts[i].Request
		most = max(most, 10*q.Strong.all()+q.Wants.all())
	}
	return most
}

// wishTier is the first tier that names the post; beyond a person's own tiers it is "anywhere", the last of all.
func (m *Market) wishTier(p, o int) int {
	for i, place := range m.kinds.wished[p] {
		if m.kinds.places[place][o] {
			return i
		}
	}
	return m.tiers - 1
}

// gather finds the kinds and evaluates the rules once for each.
func (m *Market) gather(relax Rule) {
	r := m.Round
	matters, homes := map[string]bool{}, map[string]bool{}
	for i := range r.Posts {
		q := r.Posts[i].Request
		for _, list := range [][]string{q.Nationality, q.Strong.Nationality, q.Wants.Nationality} {
			for _, n := range list {
				matters[n] = true
			}
		}
		for _, h := range q.Sister {
			homes[h] = true
		}
	}
	k := &m.kinds
	k.row = make([]int32, len(r.People))
	known := map[string]int32{}
	for p := range r.People {
		profile := r.People[p].Profile
		key := profile.key(matters, homes) + m.exclusions(int32(p))
		i, ok := known[key]
		if !ok {
			i = int32(len(k.rows))
			known[key] = i
			k.rows = append(k.rows, m.evaluate(int32(p), relax))
		}
		k.row[p] = i
		k.rows[i].size++
	}
}

// key writes the attributes that rules and criteria look at.
func (p *Profile) key(matters, homes map[string]bool) string {
	nation, home := p.Nationality, p.Home
	if !matters[nation] {
		nation = ""
	}
	if !homes[home] {
		home = ""
	}
	languages := make([]string, 0, len(p.Languages))
	for l, level := range p.Languages {
		languages = append(languages, fmt.Sprintf("%q%d", l, level))
	}
	slices.Sort(languages)
	return fmt.Sprintf("%q%q%q%q%q%q%q%v%d%d%t%t%t%t%q", p.Type, nation, home, p.Sport, p.Area, p.Group, p.Contract, languages,
		p.Japanese, p.Licence, p.Hospital, p.Pet, p.Family, p.Accessible, p.Veto)
}

// exclusions writes the recorded conflicts of a person.
func (m *Market) exclusions(p int32) string {
	var b strings.Builder
	for _, l := range m.excludedOf(p) {
		fmt.Fprintf(&b, "-%d", l.Post)
	}
	return b.String()
}

func (m *Market) evaluate(p int32, relax Rule) *kind {
	r, profile := m.Round, m.People[p].Profile
	k := &kind{mask: make([]Rule, len(r.Posts)), merit: make([]merit, len(r.Posts))}
	for o := range r.Posts {
		k.mask[o] = r.broken(profile, o) &^ relax
		q := r.Posts[o].Request
		k.merit[o] = merit{strong: int8(r.met(&q.Strong, profile, q)), wants: int8(r.met(&q.Wants, profile, q))}
		if sister(profile, q) {
			k.merit[o].sister = 1
		}
		if profile.Area != "" && profile.Area == q.Area {
			k.merit[o].area = 1
		}
		if e := &k.merit[o]; e.strong+e.wants+e.sister > 0 {
			e.unserved = int8(q.Unserved)
		}
	}
	for _, l := range m.excludedOf(p) {
		k.mask[l.Post] |= RuleExclude
	}
	return k
}

// placing finds the distinct tiers of wishes and the posts each names.
func (k *kinds) placing(r *Round) {
	known := map[string]int32{}
	k.wished = make([][]int32, len(r.People))
	for p := range r.People {
		profile := r.People[p].Profile
		k.wished[p] = make([]int32, len(profile.Tiers))
		for i := range profile.Tiers {
			t := &profile.Tiers[i]
			key := t.key(profile)
			place, ok := known[key]
			if !ok {
				place = int32(len(k.places))
				known[key] = place
				named := make([]bool, len(r.Posts))
				for o := range r.Posts {
					named[o] = r.names(t, profile, o)
				}
				k.places = append(k.places, named)
			}
			k.wished[p][i] = place
		}
	}
}

func (t *Places) key(p *Profile) string {
	home := ""
	if t.Sister {
		home = p.Home
	}
	near := Near{}
	if t.Near != nil {
		near = *t.Near
	}
	return fmt.Sprintf("%q%q%q%q%q%t%q%v", t.Prefecture, t.Block, t.City, t.Region, t.Area, t.Sister, home, near)
}

// lockedRules refuses a lock that breaks a hard rule.
func (m *Market) lockedRules() error {
	for _, l := range m.Locks {
		if mask := m.kinds.rows[m.kinds.row[l.Person]].mask[l.Post]; mask != 0 {
			words := mask.words()
			return refuse("frozen."+m.People[l.Person].ID, "固定した配置が必須条件（%[1]s）に反します。", "the lock breaks a hard rule (%[2]s)", words.JA, words.EN)
		}
	}
	return nil
}

// countRemoved counts the pairs each rule takes away.
func (m *Market) countRemoved() {
	var pairs, alone [pairRules]int
	for _, row := range m.kinds.rows {
		for _, mask := range row.mask {
			for i := 0; mask>>i != 0; i++ {
				if mask&(1<<i) != 0 {
					pairs[i] += row.size
					if mask == 1<<i {
						alone[i] += row.size
					}
				}
			}
		}
	}
	for i := range pairs {
		if pairs[i] > 0 {
			m.removed = append(m.removed, Removed{ruleNames[i].Code, ruleNames[i].Text, pairs[i], alone[i]})
		}
	}
	if n := len(m.Locks); n > 0 {
		m.removed = append(m.removed, Removed{"H12", ruleNames[9].Text, n * (len(m.Posts) - 1), n * (len(m.Posts) - 1)})
	}
}

// pairRules is how many rules count pairs in the JET form; locks are counted by themselves.
const pairRules = 9
