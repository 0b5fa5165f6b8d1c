package recent_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kakehashi/internal/recent"
)

func TestAHeldValueIsMadeOnceAndDroppedWhenNobodyAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := 0
		h := recent.Hold(time.Minute, func() (int, error) { made++; return made, nil })
		want := func(v int) {
			t.Helper()
			if got, err := h.Get(); err != nil || got != v {
				t.Errorf("%d, %v; want %d", got, err, v)
			}
		}
		if made != 0 {
			t.Error("made before anybody asked")
		}
		want(1)
		time.Sleep(50 * time.Second)
		want(1)
		time.Sleep(50 * time.Second) // asked for since: still there
		want(1)
		time.Sleep(61 * time.Second)
		want(2)
	})
}

func TestAFailureIsNotHeld(t *testing.T) {
	calls := 0
	h := recent.Hold(time.Minute, func() (int, error) {
		if calls++; calls == 1 {
			return 0, errors.New("not now")
		}
		return 7, nil
	})
	if _, err := h.Get(); err == nil {
		t.Error("no failure")
	}
	if v, err := h.Get(); err != nil || v != 7 {
		t.Errorf("%d, %v", v, err)
	}
}
