package app

import "testing"

func TestTheHeapGrowsByABoundedRoom(t *testing.T) {
	for live, want := range map[uint64]uint64{1 << 20: 16 << 20, 20 << 20: 20 << 20, 50 << 20: 25 << 20, 300 << 20: 150 << 20} {
		if got := room(live); got != want {
			t.Errorf("%d MB: %d, not %d", live>>20, got>>20, want>>20)
		}
	}
}
