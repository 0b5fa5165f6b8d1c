package app

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How far the heap may grow beyond what lives on it before it is collected again. Go alone lets it grow by as much again: that collects a small
// service too often and lets one that keeps many pages and judgements grow to twice of them. What lives on a large heap
// is for long works: there collections must stay rare.
const (
	roomLeast = 16 << 20
	roomMost  = 20 << 20
	roomShare = 2 // the least of a large heap is its half
)

// room is how far a heap on which so many bytes live may grow.
func room(live uint64) uint64 { return max(min(max(live, roomLeast), roomMost), live/roomShare) }

// collection is garbage from the beginning: it is gone when the heap has been collected.
type collection struct{ _ *int }

// roomy keeps the room of the heap from now on: after each collection it sets how much until the next.
func roomy() {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	percent := 0
	var collected func(int)
	collected = func(int) {
		metrics.Read(sample)
		if live := sample[0].Value.Uint64(); live > 0 {
			if p := int(room(live) * 100 / live); p < percent*9/10 || p > percent*11/10 {
				percent = p
				debug.SetGCPercent(p)
			}
		}
		runtime.AddCleanup(new(collection), collected, 0)
	}
	collected(0)
}
