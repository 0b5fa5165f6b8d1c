package placement

import "slices"

// Difference is what changes between two assignments of a round, or of a round and the same with an overlay.
type Difference struct {
	Moved     []Change      `json:"moved"`
	Better    int           `json:"better"` // people with a better wish
	Worse     int           `json:"worse"`
	Placed    [2]int        `json:"placed"`
	Objective []LevelChange `json:"objective"`
	Regions   []Shift       `json:"regions"` // coordinating bodies whose number of people changes
	Posts     []Shift       `json:"posts"`
}

// LevelChange is a level before and after.
type LevelChange struct {
	Name   string `json:"name"`
	Words  Text   `json:"words"`
	Before int64  `json:"before"`
	After  int64  `json:"after"`
}

// Shift is a number before and after.
type Shift struct {
	ID     string `json:"id"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

// Compare tells what another result changes. People and posts are matched by id, so the rounds may differ.
func (res *Result) Compare(other *Result) *Difference {
	d := &Difference{Moved: []Change{}, Objective: []LevelChange{}}
	posts, regions := [2]map[string]int{{}, {}}, [2]map[string]int{{}, {}}
	for k, r := range []*Result{res, other} {
		for _, o := range r.At {
			if o < 0 {
				continue
			}
			d.Placed[k]++
			posts[k][r.Posts[o].ID]++
			if g := r.Posts[o].Region; g >= 0 {
				regions[k][r.Regions[g].ID]++
			}
		}
	}
	d.Posts, d.Regions = shifts(posts), shifts(regions)
	for p := range res.People {
		q := other.PersonIndex(res.People[p].ID)
		if q < 0 {
			continue
		}
		before, after := res.change(int32(p), res.At[p], -1), other.change(int32(q), -1, other.At[q])
		if before.From == nil && after.To == nil || before.From != nil && after.To != nil && *before.From == *after.To {
			continue
		}
		d.Moved = append(d.Moved, Change{before.Person, before.From, after.To, before.TierFrom, after.TierTo})
		was, is := 1<<30, 1<<30
		if before.TierFrom != nil {
			was = *before.TierFrom
		}
		if after.TierTo != nil {
			is = *after.TierTo
		}
		if is < was {
			d.Better++
		} else if is > was {
			d.Worse++
		}
	}
	after := other.Objectives()
	for _, o := range res.Objectives() {
		if i := slices.IndexFunc(after, func(x Objective) bool { return x.Name == o.Name }); i >= 0 {
			d.Objective = append(d.Objective, LevelChange{o.Name, levelWords(o.Name), o.Value, after[i].Value})
		}
	}
	return d
}

func shifts(of [2]map[string]int) []Shift {
	list := []Shift{}
	for id, n := range of[0] {
		if of[1][id] != n {
			list = append(list, Shift{id, n, of[1][id]})
		}
	}
	for id, n := range of[1] {
		if _, there := of[0][id]; !there {
			list = append(list, Shift{id, 0, n})
		}
	}
	slices.SortFunc(list, func(a, b Shift) int { return compare(a.ID, b.ID) })
	return list
}
