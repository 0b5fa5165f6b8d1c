package placement

import "fmt"

// WhyPost explains a post to its organisation: how many seats are filled, how many people were possible, what kept the others out, how
// many of its criteria are met. It names nobody.
type WhyPost struct {
	Post     string    `json:"post"`
	Seats    int       `json:"seats"`
	Filled   int       `json:"filled"`
	Possible int       `json:"possible"`
	Removed  []Removed `json:"removed"`
	Cutoff   *Cutoff   `json:"cutoff"`
	Strong   [2]int    `json:"strong"` // met, of
	Wants    [2]int    `json:"wants"`
	Text     Text      `json:"text"`
}

// WhyPost explains a post; ok is false when there is none of that id.
func (res *Result) WhyPost(id string) (why *WhyPost, ok bool) {
	i := res.PostIndex(id)
	if i < 0 {
		return nil, false
	}
	o, m, s := int32(i), res.Market, res.standing()
	w := &WhyPost{Post: id, Seats: m.Posts[i].Seats, Filled: len(s.held[o]), Removed: []Removed{}}
	var pairs, alone [16]int
	for p := range m.People {
		if m.edge(int32(p), o) != nil {
			w.Possible++
			continue
		}
		mask := m.broken(int32(p), o)
		for k := range ruleNames {
			if mask&(1<<k) != 0 {
				pairs[k]++
			}
			if mask == 1<<k {
				alone[k]++
			}
		}
	}
	for k, n := range ruleNames {
		if pairs[k] > 0 {
			w.Removed = append(w.Removed, Removed{n.Code, n.Text, pairs[k], alone[k]})
		}
	}
	if w.Filled >= w.Seats {
		w.Cutoff = m.cutoff(s, o)
	}
	if m.Form == JET {
		q := m.Posts[i].Request
		for _, p := range s.held[o] {
			e := m.kinds.rows[m.kinds.row[p]].merit[o]
			w.Strong[0], w.Wants[0] = w.Strong[0]+int(e.strong), w.Wants[0]+int(e.wants)
		}
		w.Strong[1], w.Wants[1] = q.Strong.all()*w.Filled, q.Wants.all()*w.Filled
	}
	w.Text = Text{fmt.Sprintf("%d人の求人に%d人を配置しました。必須条件を満たす参加者は%d人です。", w.Seats, w.Filled, w.Possible),
		fmt.Sprintf("%d of %d seats are filled; %d participants meet the hard rules.", w.Filled, w.Seats, w.Possible)}
	return w, true
}
