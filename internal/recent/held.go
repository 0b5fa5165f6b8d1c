package recent

import (
	"sync"
	"time"
)

// Held is one large value that is made when it is first asked for and dropped when nobody has asked for it for a while. It is safe for
// several goroutines.
type Held[V any] struct {
	make func() (V, error)
	idle time.Duration

	mu    sync.Mutex
	value V
	there bool
	drop  *time.Timer
}

// Hold makes a holder of what make makes, which is dropped after so long without a Get.
func Hold[V any](idle time.Duration, make func() (V, error)) *Held[V] {
	return &Held[V]{make: make, idle: idle}
}

// Get returns the value; several who ask at once wait for one that makes it. An error is not kept.
func (h *Held[V]) Get() (V, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.there {
		v, err := h.make()
		if err != nil {
			return v, err
		}
		h.value, h.there = v, true
	}
	if h.drop == nil {
		h.drop = time.AfterFunc(h.idle, h.forget)
	} else {
		h.drop.Reset(h.idle)
	}
	return h.value, nil
}

func (h *Held[V]) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	var none V
	h.value, h.there = none, false
}
