package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"kakehashi/internal/db"
)

// Verify recomputes every account of every budget from its entries, and the chain of the entries that no case stands behind, and
// returns one sentence per difference. That the others are what the journals of the cases say is checked by package cases.
func (s *Store) Verify(ctx context.Context) ([]string, error) {
	var differ []string
	budgets, err := s.Budgets(ctx, "")
	if err != nil {
		return nil, err
	}
	sums, bad, err := s.sums(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range budgets {
		is := b
		is.Closed = ""
		name := id(b.Programme, b.FiscalYear)
		should := Balance{Programme: b.Programme, FiscalYear: b.FiscalYear}
		if x := sums[name]; x != nil {
			should = *x
			should.Programme, should.FiscalYear = b.Programme, b.FiscalYear
		}
		if is != should {
			differ = append(differ, fmt.Sprintf("budget %s: kept %s, entries say %s", name, is.figures(), should.figures()))
		}
	}
	chain, err := s.chains(ctx)
	return slices.Concat(differ, bad, chain), err
}

func (b Balance) figures() string {
	return fmt.Sprintf("total %d reserved %d committed %d paid %d settled %d owed %d income %d released %d", b.Total, b.Reserved, b.Committed, b.Paid,
		b.Settled, b.Owed, b.Income, b.Released)
}

// sums adds up the entries of every budget; entries on accounts nobody knows are named.
func (s *Store) sums(ctx context.Context) (map[string]*Balance, []string, error) {
	out, bad := map[string]*Balance{}, []string(nil)
	_, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (struct{}, error) {
		var e Entry
		err := r.Scan(&e.Budget, &e.Kind, &e.Credit, &e.Debit, &e.Amount)
		for _, account := range []string{e.Credit, e.Debit} {
			if !slices.Contains(Accounts(), account) {
				bad = append(bad, fmt.Sprintf("budget %s: entries on the account %q", e.Budget, account))
			}
		}
		if out[e.Budget] == nil {
			out[e.Budget] = &Balance{}
		}
		out[e.Budget].apply(e)
		return struct{}{}, err
	}, `SELECT budget, kind, credit, debit, SUM(amount) FROM ledger_entries GROUP BY budget, kind, credit, debit ORDER BY budget`)
	return out, bad, err
}

// chains follows the seals of the entries without a case.
func (s *Store) chains(ctx context.Context) (found []string, err error) {
	budget, prev := "", ""
	_, err = db.List(ctx, s.DB.Read(), func(r *sql.Rows) (struct{}, error) {
		var e sealed
		var n int64
		var seal string
		err := r.Scan(&n, &e.budget, &e.at, &e.person, &e.role, &e.debit, &e.credit, &e.amount, &e.reason, &e.kind, &seal)
		if e.budget != budget {
			budget, prev = e.budget, ""
		}
		if want := e.seal(prev); want != seal {
			found = append(found, fmt.Sprintf("budget %s: entry %d was changed after it was written, or one before it is gone", e.budget, n))
		}
		prev = seal
		return struct{}{}, err
	}, `SELECT id, budget, at, person, role, debit, credit, amount, reason, kind, seal FROM ledger_entries WHERE case_id = '' ORDER BY budget, id`)
	return found, err
}
