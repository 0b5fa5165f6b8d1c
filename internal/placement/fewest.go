package placement

import "slices"

// mostStates bounds the rounds in which every assignment is looked at.
const mostStates = 60_000

// fewestOfAll looks at every assignment of a round small enough and gives the one with the fewest blocking coalitions if it beats the
// number given; nil when none does or the round is too large. Ties go to the first in the order of wishes and lottery.
func (m *Market) fewestOfAll(fewest int) Assignment {
	states := 1
	for p := range m.People {
		if m.locked[p] < 0 {
			if states *= len(m.of(int32(p))) + 1; states > mostStates {
				return nil
			}
		}
	}
	t := &trying{m: m, at: slices.Clone(m.locked), fewest: fewest}
	t.room = newRoom(m, t.at)
	t.next(0)
	return t.best
}

// trying walks all assignments that keep seats, caps, plans and couples.
type trying struct {
	m      *Market
	at     Assignment
	room   *roomLeft
	best   Assignment
	fewest int
}

func (t *trying) next(p int32) {
	m := t.m
	if t.fewest == 0 {
		return
	}
	if int(p) == len(t.at) {
		for i, c := range m.Couples {
			if (t.at[c.A] >= 0 || t.at[c.B] >= 0) && m.rankOf(i, t.at[c.A], t.at[c.B]) == 1<<30 && m.locked[c.A] < 0 && m.locked[c.B] < 0 {
				return
			}
		}
		if n, _ := m.blocking(t.at, 0); n.total() < t.fewest {
			t.best, t.fewest = slices.Clone(t.at), n.total()
		}
		return
	}
	if m.locked[p] >= 0 {
		t.next(p + 1)
		return
	}
	for _, e := range m.of(p) {
		t.room.take(e.post, 1)
		t.room.count(p, 1)
		if t.room.free(e.post) && t.room.planned(p) {
			t.at[p] = e.post
			t.next(p + 1)
			t.at[p] = -1
		}
		t.room.take(e.post, -1)
		t.room.count(p, -1)
	}
	t.next(p + 1)
}
