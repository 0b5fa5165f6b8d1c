package recent_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kakehashi/internal/recent"
)

func TestAValueIsReadOnceWhileItIsBelieved(t *testing.T) {
	c := recent.New[int](time.Hour, 10)
	reads := 0
	get := func() int {
		v, err := c.Get("a", func() (int, error) { reads++; return reads, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if first, second := get(), get(); first != 1 || second != 1 || reads != 1 {
		t.Errorf("%d and %d after %d reads", first, second, reads)
	}
	if c.Forget(); get() != 2 {
		t.Error("a forgotten value came back")
	}
}

func TestAnOldValueIsReadAgain(t *testing.T) {
	c := recent.New[int](time.Millisecond, 10)
	reads := 0
	for range 2 {
		c.Get("a", func() (int, error) { reads++; return 0, nil })
		time.Sleep(3 * time.Millisecond)
	}
	if reads != 2 {
		t.Errorf("%d reads", reads)
	}
}

func TestAValueReadBeforeAChangeIsNotKept(t *testing.T) {
	c := recent.New[string](time.Hour, 10)
	c.Get("a", func() (string, error) { c.Forget(); return "old", nil })
	if v, _ := c.Get("a", func() (string, error) { return "new", nil }); v != "new" {
		t.Errorf("%q was kept", v)
	}
}

func TestAFailureIsNotKept(t *testing.T) {
	c := recent.New[int](time.Hour, 10)
	if _, err := c.Get("a", func() (int, error) { return 0, errors.New("no") }); err == nil {
		t.Error("the failure was lost")
	}
	if v, err := c.Get("a", func() (int, error) { return 3, nil }); v != 3 || err != nil {
		t.Error(v, err)
	}
}

func TestNoMoreIsKeptThanAllowed(t *testing.T) {
	c := recent.New[int](time.Hour, 3)
	for i := range 100 {
		c.Get(fmt.Sprint(i), func() (int, error) { return i, nil })
	}
	kept := 0
	for i := range 100 {
		if _, err := c.Get(fmt.Sprint(i), func() (int, error) { return 0, errors.New("gone") }); err == nil {
			kept++
		}
	}
	if kept == 0 || kept > 3 {
		t.Errorf("%d kept", kept)
	}
}

func TestOfSeveralWhoAskAtOnceOneReads(t *testing.T) {
	c := recent.New[int](time.Hour, 10)
	var reads atomic.Int64
	begun, go1 := make(chan struct{}), make(chan struct{})
	read := func() (int, error) {
		if reads.Add(1) == 1 {
			close(begun)
		}
		<-go1
		return 7, nil
	}
	var all sync.WaitGroup
	for i := range 8 {
		if i == 1 {
			<-begun
		}
		all.Go(func() {
			if v, err := c.Get("a", read); v != 7 || err != nil {
				t.Error(v, err)
			}
		})
	}
	close(go1)
	all.Wait()
	if n := reads.Load(); n != 1 {
		t.Errorf("%d reads", n)
	}
}

func TestWhoAsksAfterAChangeDoesNotGetWhatWasBeingRead(t *testing.T) {
	c := recent.New[string](time.Hour, 10)
	begun, free := make(chan struct{}), make(chan struct{})
	var old sync.WaitGroup
	old.Go(func() {
		c.Get("a", func() (string, error) { close(begun); <-free; return "old", nil })
	})
	<-begun
	c.Forget()
	if v, _ := c.Get("a", func() (string, error) { return "new", nil }); v != "new" {
		t.Errorf("got %q", v)
	}
	close(free)
	old.Wait()
	if v, _ := c.Get("a", func() (string, error) { return "newer", nil }); v != "new" {
		t.Errorf("%q was kept", v)
	}
}

func TestAReaderThatPanicsHoldsUpNobody(t *testing.T) {
	c := recent.New[int](time.Hour, 10)
	func() {
		defer func() { recover() }()
		c.Get("a", func() (int, error) { panic("no") })
	}()
	if v, err := c.Get("a", func() (int, error) { return 3, nil }); v != 3 || err != nil {
		t.Error(v, err)
	}
}
