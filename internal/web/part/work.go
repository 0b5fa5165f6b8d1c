package part

import (
	"context"
	"time"

	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// WorkView is long work as people watch it: an import, a batch of letters.
type WorkView struct {
	Look, State           string // of Status
	Going                 bool
	Total, Done           int64 // Total 0: not known yet
	Started, Moved        time.Time
	Now                   time.Time
	Fine, Warned, Refused int64
	Unit                  string // what is counted: 行
	Words                 [3]string
	Last                  []string // newest first
	Failure               string
}

// percent is how far it is, whole.
func (w WorkView) percent() int64 {
	if w.Total <= 0 {
		return 0
	}
	return min(100, w.Done*100/w.Total)
}

// rate is how many parts are done in a second.
func (w WorkView) rate() float64 {
	took := w.Moved.Sub(w.Started).Seconds()
	if w.Started.IsZero() || took < 0.2 {
		return 0
	}
	return float64(w.Done) / took
}

// pace is 「12,480 / 48,000 行　残り約3分　1,350行/秒」.
func (w WorkView) pace(ctx context.Context) string {
	words := page.T(ctx, "work.pace", "done", lang.Num(w.Done), "total", lang.Num(w.Total), "unit", w.Unit)
	rate := w.rate()
	if rate <= 0 || w.Total <= 0 {
		return words
	}
	if left := time.Duration(float64(w.Total-w.Done) / rate * float64(time.Second)); w.Going && w.Done < w.Total {
		words += "　" + remaining(ctx, left)
	}
	return words + "　" + page.T(ctx, "work.rate", "n", lang.Num(int64(rate+0.5)), "unit", w.Unit)
}

func remaining(ctx context.Context, d time.Duration) string {
	if d < time.Minute {
		return page.T(ctx, "work.left.seconds", "n", max(1, int(d.Seconds()+0.5)))
	}
	return page.T(ctx, "work.left.minutes", "n", int(d.Minutes()+0.5))
}

// stuck reports that nothing has moved for a minute.
func (w WorkView) stuck() bool { return w.Going && w.Now.Sub(w.Moved) > time.Minute }

func (w WorkView) said(ctx context.Context) string { return w.State + "　" + w.pace(ctx) }
