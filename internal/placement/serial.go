package placement

// serial is the baseline: by lottery everybody takes the best seat left, couples when the first of them is drawn.
func (m *Market) serial() Assignment {
	m.sort()
	at := Assignment(filled(len(m.People)))
	copy(at, m.locked)
	out := m.beyondQuota()
	room := newRoom(m, at)
	by := make([]int32, len(m.People))
	for p, place := range m.person {
		by[place] = int32(p)
	}
	seen := make([]bool, len(m.Couples))
	for _, p := range by {
		if i := m.couple[p]; i >= 0 {
			if !seen[i] {
				seen[i] = true
				m.serialCouple(int(i), at, out, room)
			}
			continue
		}
		if at[p] >= 0 || out[p] {
			continue
		}
		for _, e := range m.of(p) {
			room.take(e.post, 1)
			if room.free(e.post) {
				at[p] = e.post
				break
			}
			room.take(e.post, -1)
		}
	}
	return at
}

func (m *Market) serialCouple(i int, at Assignment, out []bool, room *roomLeft) {
	c := m.Couples[i]
	if out[c.A] && m.locked[c.A] < 0 || out[c.B] && m.locked[c.B] < 0 {
		return
	}
	for _, pair := range m.pairs[i] {
		if !room.fits(c, pair, at) {
			continue
		}
		for k, p := range []int32{c.A, c.B} {
			if o := []int32{pair.a, pair.b}[k]; o >= 0 && at[p] < 0 {
				at[p] = o
				room.take(o, 1)
			}
		}
		return
	}
}
