// Package recent keeps what was read from the database a moment ago (直前に読んだもの), so that a page does not ask again what the page
// before it asked. What is kept is believed for a second or two, which bounds how late a change by another process is seen; a change by
// this process calls Forget and is seen at once.
package recent

import (
	"errors"
	"sync"
	"time"
)

// Cache keeps values by key. It is safe for several goroutines; what it returns is shared, callers do not change it.
type Cache[V any] struct {
	believed time.Duration
	most     int
	mu       sync.RWMutex
	kept     map[string]entry[V]
	epoch    uint64
	reading  map[string]*reading[V]
}

// reading is a read under way, for whoever asks for the same meanwhile.
type reading[V any] struct {
	done  chan struct{}
	epoch uint64
	value V
	err   error
}

type entry[V any] struct {
	value V
	at    time.Time
}

// New makes a cache that believes a value for so long and holds so many at most.
func New[V any](believed time.Duration, most int) *Cache[V] {
	return &Cache[V]{believed: believed, most: most, kept: map[string]entry[V]{}, reading: map[string]*reading[V]{}}
}

// Get returns the value of key, by read when none is kept. Of several who ask at once one reads and the others wait for it, unless
// something was changed after it began. Errors are not kept.
func (c *Cache[V]) Get(key string, read func() (V, error)) (V, error) {
	return c.Again(key, func(V, bool) (V, error) { return read() })
}

// Again is Get for a read that is spared something by the value believed before, if one is still held: old is that value when held.
func (c *Cache[V]) Again(key string, read func(old V, held bool) (V, error)) (V, error) {
	now := time.Now()
	c.mu.RLock()
	e, ok := c.kept[key]
	c.mu.RUnlock()
	if ok && now.Sub(e.at) < c.believed {
		return e.value, nil
	}
	c.mu.Lock()
	if e, ok = c.kept[key]; ok && now.Sub(e.at) < c.believed {
		c.mu.Unlock()
		return e.value, nil
	}
	if r := c.reading[key]; r != nil && r.epoch == c.epoch {
		c.mu.Unlock()
		<-r.done
		if r.err == nil {
			return r.value, nil
		}
		return read(e.value, ok) // its request may have been given up; ours is not
	}
	r := &reading[V]{done: make(chan struct{}), epoch: c.epoch, err: errGone}
	c.reading[key] = r
	c.mu.Unlock()
	defer c.finish(key, r, now)
	r.value, r.err = read(e.value, ok)
	return r.value, r.err
}

// errGone is what those who wait are told when the reader panicked.
var errGone = errors.New("nothing was read")

// finish keeps what was read, unless something changed meanwhile, and wakes those who wait.
func (c *Cache[V]) finish(key string, r *reading[V], now time.Time) {
	c.mu.Lock()
	if c.reading[key] == r {
		delete(c.reading, key)
	}
	if r.err == nil && c.epoch == r.epoch {
		if len(c.kept) >= c.most {
			c.sweep(now)
		}
		c.kept[key] = entry[V]{r.value, now}
	}
	c.mu.Unlock()
	close(r.done)
}

// sweep drops what is no longer believed, or everything when that is not enough.
func (c *Cache[V]) sweep(now time.Time) {
	for k, e := range c.kept {
		if now.Sub(e.at) >= c.believed {
			delete(c.kept, k)
		}
	}
	if len(c.kept) >= c.most {
		clear(c.kept)
	}
}

// Forget drops everything: something was changed.
func (c *Cache[V]) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	clear(c.kept)
}
