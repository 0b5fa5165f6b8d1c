package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

func TestTurnsComeInTheOrderOfTheirPlaces(t *testing.T) {
	d := dbtest.Open(t, "sqlite")
	var wg sync.WaitGroup
	var placed, came []int // each is written by one at a time
	for i := range 100 {
		wg.Go(func() {
			worked := false
			err := d.InTurn(ctx, db.Turn{
				Placed: func() { placed = append(placed, i) },
				Ahead:  func(context.Context) { worked = true },
				Do: func(context.Context, db.Q) error {
					if came = append(came, i); !worked {
						return errors.New("nothing was done ahead")
					}
					return nil
				},
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(placed) != 100 || !slices.Equal(placed, came) {
		t.Errorf("placed %v, came %v", placed, came)
	}
}

func TestWhoFailsBeforeTheTurnHoldsUpNobody(t *testing.T) {
	d := dbtest.Open(t, "sqlite")
	table(t, d)
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			defer func() {
				if p := recover(); (p != nil) != (i%3 == 0) {
					t.Errorf("%d: %v", i, p)
				}
			}()
			if err := d.InTurn(ctx, db.Turn{
				Ahead: func(ctx context.Context) {
					if i%3 == 0 {
						panic("ahead")
					}
					if err := d.InTx(ctx, func(context.Context, db.Q) error { return nil }); err == nil {
						t.Error("something was written before its turn")
					}
				},
				Do: func(ctx context.Context, tx db.Q) error {
					_, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ($1, 1)`, fmt.Sprint(i))
					return err
				},
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := count(t, d); n != 20 {
		t.Errorf("%d rows", n)
	}
}
