package cases

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
)

// An application that is handed in gets a number, and the number stands in its event, in the hash over it, in its letter and in the stored
// case. On SQLite all that is worked out while it waits for its turn, with the number it will have if everybody before it in the row
// gets one too. The number itself is taken in the turn, as ever; where it is another one, everything is worked out again there. So numbers
// have no gaps and no two cases share one, whatever was foreseen.

// foresight knows the last number given in each series, and how many wait for one.
type foresight struct {
	mu     sync.Mutex
	series map[string]*foreseen
}

type foreseen struct{ last, waiting int64 }

// next is the number of whoever takes a place in the row now; 0 while none of the series is known.
func (f *foresight) next(series string) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	x := f.series[series]
	if x == nil {
		x = &foreseen{}
		if f.series == nil {
			f.series = map[string]*foreseen{}
		}
		f.series[series] = x
	}
	if x.waiting++; x.last == 0 {
		return 0
	}
	return x.last + x.waiting
}

// given notes which number one of them got at its turn; 0 when it got none.
func (f *foresight) given(series string, n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	x := f.series[series]
	if x.waiting--; n > 0 {
		x.last = n
	}
}

// handIn makes the move of an act that has been prepared.
func (s *Store) handIn(ctx context.Context, who account.Who, id string, ready *ready, act Act) (*Case, error) {
	w := &arrival{act: act, ready: ready, draft: &draft{Store: s, Case: ready.Case, Programme: ready.programme, ctx: ctx, who: who, now: s.now(),
		version: ready.seq, last: true, sender: ready.sender}}
	if ready.Case.Erased != "" || !w.countsIn(act, ready) {
		return s.changeFrom(ctx, who, id, ready, w.make)
	}
	w.series = w.draft.series()
	out, err := w.inTurn(ctx, id)
	if errors.Is(err, errRaced) {
		return s.changeFrom(ctx, who, id, nil, w.make)
	}
	return out, err
}

// arrival is an application that waits for its turn to be handed in.
type arrival struct {
	*draft
	act    Act
	ready  *ready
	series string // of its number

	placed bool
	number int64            // foreseen; 0 when nothing was
	worked bool             // what follows was worked out with it
	claims db.Batch         // what take runs
	taken  map[string]int64 // the numbers it gives
	saves  db.Batch         // what save runs
	given  int64
}

// make is the move as it is made in the turn.
func (w *arrival) make(d *draft) error {
	if err := d.take(w.act, w.ready); err != nil {
		return err
	}
	w.given, d.sender = d.numbers[w.series], w.ready.sender
	return d.move(w.act, w.ready)
}

func (w *arrival) inTurn(ctx context.Context, id string) (out *Case, err error) {
	defer w.settle(0) // who gave up had no turn
	err = w.DB.InTurn(ctx, db.Turn{
		Placed: func() { w.placed, w.number = true, w.foresight.next(w.series) },
		Ahead:  w.ahead,
		Do: func(ctx context.Context, tx db.Q) (err error) {
			defer func() {
				if err != nil {
					w.given = 0
				}
				w.settle(w.given) // in the order of the turns
			}()
			if w.worked {
				out, err = w.come(ctx, tx, id)
			} else {
				out, err = w.changeTo(ctx, tx, w.who, id, w.ready, true, w.make)
			}
			return err
		},
	})
	return out, err
}

// settle ends the waiting, once.
func (w *arrival) settle(n int64) {
	if w.placed {
		w.placed = false
		w.foresight.given(w.series, n)
	}
}

// ahead works out everything that is going to be written. What is refused here is refused in the turn, with its reason.
func (w *arrival) ahead(ctx context.Context) {
	if w.number == 0 {
		return
	}
	w.ready.taken = true
	w.ctx, w.tx = ctx, beforehand{w.DB.Read()}
	w.claims, w.taken = w.takes(w.act, w.ready)
	w.numbers = map[string]int64{handedInSeries(w.Case): w.ready.others + 1, w.series: w.number}
	if err := w.move(w.act, w.ready); err != nil || len(w.events) == 0 {
		return
	}
	w.saves, w.worked = w.rows(), true
}

// come writes it if the number is the one that was foreseen.
func (w *arrival) come(ctx context.Context, tx db.Q, id string) (*Case, error) {
	w.ctx, w.tx = ctx, tx
	if err := w.claim(&w.claims, w.act); err != nil {
		return nil, err
	}
	if w.taken[handedInSeries(w.Case)] != w.ready.others+1 {
		return nil, errOtherCase
	}
	if w.given = w.taken[w.series]; w.given == w.number {
		return w.Case, w.put(&w.saves)
	}
	c, p, err := w.load(ctx, tx, w.who, id)
	if err != nil {
		return nil, err
	}
	d := &draft{Store: w.Store, Case: c, Programme: p, ctx: ctx, tx: tx, who: w.who, now: w.Store.now(), version: c.Seq, last: true, sender: w.ready.sender,
		numbers: w.taken}
	if err := d.move(w.act, w.ready); err != nil {
		return nil, err
	}
	return c, d.save()
}

// beforehand is what stands in the place of a transaction before there is one: whatever needs the database is left to the turn.
type beforehand struct{ read db.Q }

var errBeforehand = errors.New("this needs the database, and so the turn")

func (beforehand) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errBeforehand
}

func (beforehand) QueryContext(context.Context, string, ...any) (*sql.Rows, error) {
	return nil, errBeforehand
}

func (b beforehand) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ended, end := context.WithCancelCause(ctx) // a row can only be told its error by a context that has ended
	end(errBeforehand)
	return b.read.QueryRowContext(ended, query, args...)
}
