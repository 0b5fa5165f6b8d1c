package cases

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/ledger"
)

// Fault is one thing that verification found: in which case, at which event.
type Fault struct {
	Case string
	Seq  int
	Text string
}

// verifyPage is how many cases are read at a time.
const verifyPage = 200

// Verify recomputes every chain from its first word, folds every journal, compares it with everything that is stored of the case (its
// row, its letters, its committee, its money, what the body still has to do), and looks for gaps in the numbers of cases and letters and
// for budgets that differ from their entries. progress, if not nil, is told how many cases were read. It changes nothing, and people may work meanwhile.
func (s *Store) Verify(ctx context.Context, progress func(int)) (cases, events int, found []Fault, err error) {
	for after := ""; ; {
		ids, err := db.List(ctx, s.DB.Read(), db.String, fmt.Sprintf(`SELECT id FROM cases WHERE id > $1 ORDER BY id LIMIT %d`, verifyPage), after)
		if err != nil {
			return cases, events, found, err
		}
		if len(ids) == 0 {
			break
		}
		after = ids[len(ids)-1]
		n, faults, err := s.verifyRange(ctx, ids[0], after)
		if err != nil {
			return cases, events, found, err
		}
		cases, events, found = cases+len(ids), events+n, append(found, faults...)
		if progress != nil {
			progress(cases)
		}
	}
	gaps, err := s.gaps(ctx)
	if err != nil {
		return cases, events, found, err
	}
	found = append(found, gaps...)
	money, err := s.Ledger.Verify(ctx)
	for _, m := range money {
		found = append(found, Fault{Text: m})
	}
	return cases, events, found, err
}

// gaps compares the counters with the numbers given out. Samples are taken out with the demonstration, so theirs may have gaps.
func (s *Store) gaps(ctx context.Context) ([]Fault, error) {
	found, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (Fault, error) {
		var series string
		var n, top, count int64
		err := r.Scan(&series, &n, &top, &count)
		return Fault{Text: fmt.Sprintf("letter numbers of %s: %d letters, highest number %d, counter %d", series, n, top, count)}, err
	}, `SELECT c.series, COUNT(l.id), COALESCE(MAX(l.n), 0), c.n FROM case_counters c LEFT JOIN letters l ON 'letter ' || l.series = c.series AND l.edition = 0
		WHERE c.series LIKE 'letter %' AND c.series NOT LIKE 'letter sample %' GROUP BY c.series, c.n
		HAVING COUNT(l.id) <> c.n OR COALESCE(MAX(l.n), 0) <> c.n ORDER BY c.series`)
	if err != nil {
		return nil, err
	}
	cases, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (Fault, error) {
		var series string
		var n, count int64
		err := r.Scan(&series, &n, &count)
		return Fault{Text: fmt.Sprintf("case numbers of %s: %d cases, counter %d", series, n, count)}, err
	}, `SELECT c.series, COUNT(x.id), c.n FROM case_counters c LEFT JOIN cases x ON x.number >= c.series || '-' AND x.number < c.series || '.' AND NOT x.demo
		WHERE c.series NOT LIKE 'letter %' AND c.series NOT LIKE 'body %' AND c.series NOT LIKE '%-S' GROUP BY c.series, c.n HAVING COUNT(x.id) <> c.n ORDER BY c.series`)
	if err != nil {
		return nil, err
	}
	strays, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (Fault, error) {
		var id string
		var n int64
		err := r.Scan(&id, &n)
		return Fault{Case: id, Text: fmt.Sprintf("the ledger has %d entries of a case that is not there", n)}, err
	}, `SELECT e.case_id, COUNT(*) FROM ledger_entries e LEFT JOIN cases c ON c.id = e.case_id WHERE e.case_id <> '' AND c.id IS NULL
		GROUP BY e.case_id ORDER BY e.case_id`)
	return append(append(found, cases...), strays...), err
}

// kept is everything the database holds of one case beside its journal.
type kept struct {
	row     []any
	letters []keptLetter
	members []string
	duties  []string
	money   []ledger.Entry
	events  []keptEvent
	erased  map[int]string // event → digest of the words that were taken out
}

type keptLetter struct{ id, kind, number, day, addressee, data string }

// keptEvent is a stored line of a journal, in whatever state it is.
type keptEvent struct {
	Event
	at, role, data string
}

// verifyRange checks the cases from id first to id last. What looks wrong is looked at once more on its own: somebody may just have
// acted.
func (s *Store) verifyRange(ctx context.Context, first, last string) (events int, found []Fault, err error) {
	all, order, err := s.keptOf(ctx, first, last)
	if err != nil {
		return 0, nil, err
	}
	for _, id := range order {
		k := all[id]
		events += len(k.events)
		faults := s.verifyCase(ctx, id, k)
		for range 3 {
			if len(faults) == 0 {
				break
			}
			again, _, err := s.keptOf(ctx, id, id)
			if err != nil {
				return events, found, err
			}
			if again[id] == nil || sameRow(again[id].row, k.row) && len(again[id].events) == len(k.events) {
				break
			}
			k = again[id]
			faults = s.verifyCase(ctx, id, k)
		}
		found = append(found, faults...)
	}
	return events, found, nil
}

func sameRow(a, b []any) bool {
	return slices.EqualFunc(a, b, func(x, y any) bool { return cellText(x) == cellText(y) })
}

// keptOf reads a range of cases. Journals come last: what was written in between shows as a journal that is ahead.
func (s *Store) keptOf(ctx context.Context, first, last string) (map[string]*kept, []string, error) {
	q := s.DB.Read()
	all, order := map[string]*kept{}, []string{}
	if _, err := db.List(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var id string
		row := rowCells()
		err := r.Scan(append([]any{&id}, row...)...)
		all[id], order = &kept{row: row}, append(order, id)
		return struct{}{}, err
	}, `SELECT id, `+fixedColumns+`, `+moveColumns+` FROM cases WHERE id >= $1 AND id <= $2 ORDER BY id`, first, last); err != nil {
		return nil, nil, fmt.Errorf("verify cases: %w", err)
	}
	of := func(id string) *kept {
		if all[id] == nil {
			return &kept{}
		}
		return all[id]
	}
	if _, err := db.List(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var id string
		var l keptLetter
		err := r.Scan(&id, &l.id, &l.kind, &l.number, &l.day, &l.addressee, &l.data)
		of(id).letters = append(of(id).letters, l)
		return struct{}{}, err
	}, `SELECT case_id, id, kind, number, day, addressee, data FROM letters WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, issued, id`,
		first, last); err != nil {
		return nil, nil, fmt.Errorf("verify letters: %w", err)
	}
	if _, err := db.List(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var id, person string
		var interest bool
		err := r.Scan(&id, &person, &interest)
		of(id).members = append(of(id).members, fmt.Sprint(person, " ", interest))
		return struct{}{}, err
	}, `SELECT case_id, person, interest FROM case_members WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, person`, first, last); err != nil {
		return nil, nil, fmt.Errorf("verify members: %w", err)
	}
	if _, err := db.List(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var id, org, due, kind, item string
		err := r.Scan(&id, &org, &due, &kind, &item)
		of(id).duties = append(of(id).duties, dutyLine(org, due, kind, item))
		return struct{}{}, err
	}, `SELECT case_id, org_code, due, kind, item FROM case_duties WHERE case_id >= $1 AND case_id <= $2`, first, last); err != nil {
		return nil, nil, fmt.Errorf("verify duties: %w", err)
	}
	entries, err := s.Ledger.EntriesBetween(ctx, first, last)
	if err != nil {
		return nil, nil, fmt.Errorf("verify entries: %w", err)
	}
	for _, e := range entries {
		of(e.Case).money = append(of(e.Case).money, e)
	}
	if _, err := db.List(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var id, words string
		var seq int
		err := r.Scan(&id, &seq, &words)
		k := of(id)
		if k.erased == nil {
			k.erased = map[int]string{}
		}
		k.erased[seq] = words
		return struct{}{}, err
	}, `SELECT case_id, seq, words FROM case_erased WHERE case_id >= $1 AND case_id <= $2`, first, last); err != nil {
		return nil, nil, fmt.Errorf("verify erasures: %w", err)
	}
	_, err = db.List(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var e keptEvent
		err := r.Scan(&e.Case, &e.Seq, &e.Type, &e.at, &e.Person, &e.Name, &e.role, &e.Body, &e.Behalf, &e.Origin, &e.data, &e.Prev, &e.Hash)
		of(e.Case).events = append(of(e.Case).events, e)
		return struct{}{}, err
	}, `SELECT `+eventColumns+` FROM case_events WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, seq`, first, last)
	if err != nil {
		return nil, nil, fmt.Errorf("verify journals: %w", err)
	}
	return all, order, nil
}

// rowCells are fresh places for one row of cases, in the order of its columns.
func rowCells() []any {
	var c Case
	var cells []any
	for _, v := range append(c.fixedCells(), c.cells("", "", 0)...) {
		switch v.(type) {
		case int, int64:
			cells = append(cells, new(int64))
		case bool:
			cells = append(cells, new(bool))
		default:
			cells = append(cells, new(sql.NullString))
		}
	}
	return cells
}

// cellText is a cell as it is compared, whatever Go calls its type.
func cellText(v any) string {
	switch v := v.(type) {
	case *int64:
		return fmt.Sprint(*v)
	case *bool:
		return fmt.Sprint(*v)
	case *sql.NullString:
		return v.String
	}
	return fmt.Sprint(v)
}

// verifyCase checks one chain, and that all that is stored of the case is what the chain says.
func (s *Store) verifyCase(ctx context.Context, id string, k *kept) []Fault {
	names := strings.Fields(strings.ReplaceAll(fixedColumns+","+moveColumns, ",", " "))
	version := *k.row[slices.Index(names, "version")].(*int64)
	at := min(int(version), len(k.events)) // the journal was read later than the row and may be ahead of it
	c, found := foldKept(id, k.events[:max(at, 0)], k.erased)
	switch {
	case len(found) > 0:
		return found
	case version > int64(len(k.events)):
		return []Fault{{id, at + 1, fmt.Sprintf("event %d is missing", at+1)}}
	}
	p, err := s.Programmes.ByHash(ctx, c.Definition)
	if err != nil {
		return []Fault{{id, at, fmt.Sprintf("its definition %s cannot be read: %v", c.Definition, err)}}
	}
	want := append(c.fixedCells(), c.moveCells(p)...)
	for i, name := range names {
		is, should := cellText(k.row[i]), cellText(want[i])
		if name == "doc" {
			is = asStored(is)
		}
		if is != should {
			found = append(found, Fault{id, at, fmt.Sprintf("the stored case differs from its journal in %s", name)})
		}
	}
	found = append(append(append(found, verifyLetters(id, k, at)...), verifyMembers(c, k)...), verifyMoney(id, k, at)...)
	return append(found, verifyDuties(c, p, k, at)...)
}

// foldKept follows the chain and folds it. It stops at the first event that is wrong: what comes after rests on it.
func foldKept(id string, events []keptEvent, erased map[int]string) (*Case, []Fault) {
	c, prev := &Case{}, ""
	for i := range events {
		e := &events[i].Event
		if e.Seq != i+1 {
			return nil, []Fault{{id, i + 1, fmt.Sprintf("event %d is missing", i+1)}}
		}
		want := e.Hash
		words, gone := erased[e.Seq]
		if err := events[i].restore(gone, words); err != nil {
			return nil, []Fault{{id, e.Seq, "the event was changed after it was written: " + err.Error()}}
		}
		switch {
		case e.Hash != want:
			return nil, []Fault{{id, e.Seq, "the event was changed after it was written"}}
		case e.Prev != prev:
			return nil, []Fault{{id, e.Seq, "the chain is broken before this event"}}
		}
		prev = want
		if !gone { // what was erased is summed up by the event that erased it
			c.apply(e)
		}
	}
	if c.ID != id {
		return nil, []Fault{{id, 1, "the case has no journal"}}
	}
	return c, nil
}

// restore reads the stored words of an event and seals it anew; where they were taken out their digest stands for them.
func (k *keptEvent) restore(gone bool, words string) error {
	e := &k.Event
	at, err := time.Parse(time.RFC3339Nano, k.at)
	if err != nil {
		return err
	}
	e.At, e.Role, e.data = at.UTC(), account.Role(k.role), []byte(k.data)
	if db.At(e.At).String() != k.at {
		return fmt.Errorf("moment %s", k.at)
	}
	if gone {
		if k.Name+k.Origin+k.data != "" {
			return errors.New("words stand where words were erased")
		}
		e.bind(words)
		return nil
	}
	if err := json.Unmarshal(e.data, &e.Data); err != nil {
		return err
	}
	e.seal()
	return nil
}

// asStored brings a stored document into the words of this build: fields it knows, in its order.
func asStored(doc string) string {
	var c Case
	if json.Unmarshal([]byte(doc), &c) != nil {
		return doc
	}
	return c.document()
}

// verifyLetters compares the letters with what the journal says was issued; of the events behind `at` the letter may not have been there
// yet when letters were read.
func verifyLetters(id string, k *kept, at int) (found []Fault) {
	left := slices.Clone(k.letters)
	for i := range k.events {
		e := &k.events[i]
		if _, gone := k.erased[e.Seq]; gone {
			continue
		}
		if i >= at && json.Unmarshal([]byte(e.data), &e.Data) != nil {
			continue
		}
		for _, ref := range e.Data.Letters {
			n := slices.IndexFunc(left, func(l keptLetter) bool { return l.id == ref.ID })
			if n < 0 {
				if e.Seq > at {
					continue
				}
				found = append(found, Fault{id, e.Seq, fmt.Sprintf("letter %s %s is gone", ref.Kind, ref.Number)})
				continue
			}
			l := left[n]
			if l.kind != ref.Kind || l.number != ref.Number || l.day != ref.Day || l.addressee != ref.Addressee || digest(l.data) != ref.Words {
				found = append(found, Fault{id, e.Seq, fmt.Sprintf("letter %s %s was changed after it was issued", ref.Kind, ref.Number)})
			}
			left = slices.Delete(left, n, n+1)
		}
	}
	for _, l := range left {
		found = append(found, Fault{id, len(k.events), fmt.Sprintf("letter %s %s is in no journal", l.kind, l.number)})
	}
	return found
}

func digest(words string) string {
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:])
}

// verifyMembers compares the index of assigned members with the case.
func verifyMembers(c *Case, k *kept) []Fault {
	var want []string
	for _, m := range c.Members {
		if m.Left == "" {
			want = append(want, fmt.Sprint(m.Person, " ", m.Interest != ""))
		}
	}
	if c.ScoresHash != "" && c.ScoresHash != scoresHash(c.Members) {
		return []Fault{{c.ID, len(k.events), "the scores differ from those that were frozen"}}
	}
	slices.Sort(want)
	is := slices.Sorted(slices.Values(k.members))
	if slices.Equal(want, is) {
		return nil
	}
	return []Fault{{c.ID, len(k.events), "the committee's index differs from the journal"}}
}
