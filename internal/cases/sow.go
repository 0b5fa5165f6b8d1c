package cases

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/jp"
	"kakehashi/internal/ledger"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
)

// Pattern is the whole journal of one case that people played through the engine. Sow makes other cases of it: the same steps by
// another body, in another year, with numbers and letters of their own, so that their journals verify like any other. Load tests
// and the bench fill a database with it.
type Pattern struct {
	programme *programme.Programme
	as        *Case
	events    []*Event
	letters   []patternLetter
	money     []patternEntry
	members   []Member
}

type patternLetter struct {
	kind, series, number, day, addressee, definition, data, by string
	id                                                         string
	issued                                                     time.Time
}

type patternEntry struct {
	debit, credit, person, role, reason, kind string
	amount                                    int64
	event                                     int
	at                                        time.Time
}

// Pattern reads a case as a pattern.
func (s *Store) Pattern(ctx context.Context, id string) (*Pattern, error) {
	c, p, err := s.load(ctx, s.DB.Read(), System, id)
	if err != nil {
		return nil, err
	}
	t := &Pattern{programme: p, as: c, members: c.Members}
	if t.events, err = s.events(ctx, s.DB.Read(), id); err != nil {
		return nil, err
	}
	if t.letters, err = db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x patternLetter, err error) {
		var issued db.Time
		err = r.Scan(&x.id, &x.kind, &x.series, &x.number, &x.day, &x.addressee, &x.definition, &x.data, &issued, &x.by)
		x.issued = issued.Time
		return x, err
	}, `SELECT id, kind, series, number, day, addressee, definition, data, issued, issued_by FROM letters WHERE case_id = $1 ORDER BY issued, id`, id); err != nil {
		return nil, err
	}
	t.money, err = db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x patternEntry, err error) {
		var at db.Time
		err = r.Scan(&x.debit, &x.credit, &x.person, &x.role, &x.reason, &x.kind, &x.amount, &x.event, &at)
		x.at = at.Time
		return x, err
	}, `SELECT debit, credit, person, role, reason, kind, amount, event, at FROM ledger_entries WHERE case_id = $1 ORDER BY id`, id)
	return t, err
}

// Section is the desk of HQ that deals with the pattern's programme; State where its journal ends.
func (t *Pattern) Section() string { return t.as.Section }

// State is where the pattern's journal ends.
func (t *Pattern) State() string { return t.as.State }

// Places in the text of a mould that differ from case to case: characters that no text of ours holds.
const (
	slotFirst = '\uE000'
	slotID    = iota - 1
	slotOrg
	slotName
	slotEnglish
	slotHead
	slotBranch
	slotBranchName
	slotPrefecture
	slotNumber
	slotTitle
	slotHash
	slotLetters // two for each letter: id, number; then one for each: the digest of its words
)

func mark(slot int) string { return string(rune(slotFirst + slot)) }

// text is a text with places.
type text []string // literal, place, literal, place …; a place is one rune

func cutText(s string) (t text) {
	from := 0
	for i, r := range s {
		if r >= slotFirst && r < slotFirst+slotLetters+64 {
			t = append(t, s[from:i], string(r))
			from = i + len(string(r))
		}
	}
	return append(t, s[from:])
}

func (t text) fill(values []string) string {
	if len(t) == 1 {
		return t[0]
	}
	var b strings.Builder
	for i, part := range t {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		for _, r := range part {
			b.WriteString(values[r-slotFirst])
		}
	}
	return b.String()
}

// Mould is a pattern moved to another day and fiscal year, ready for any body.
type Mould struct {
	*Pattern
	year    int
	cells   []any // of the row in cases; texts are of type text
	shown   *Case
	stands  []any  // of the narrow row, after the case's id; none when no sheet is in
	owed    []Duty // of its body, after the grant
	journal []mouldEvent
	papers  []mouldLetter
	shift   int
}

type mouldEvent struct {
	Event
	body, data text
}

type mouldLetter struct {
	patternLetter
	data   text
	series text
	before string // of the number, and behind it
	behind string
}

var (
	isoDay  = regexp.MustCompile(`\b20\d\d-\d\d-\d\d`)
	counted = regexp.MustCompile(`第\d+号`)
)

// Programme is whose application it is, by code; Year the fiscal year.
func (m *Mould) Programme() string { return m.programme.Code }

// Year is the fiscal year of the mould.
func (m *Mould) Year() int { return m.year }

// Capped reports whether what the body's other applications say counts, as with a maximum for each body and year.
func (m *Mould) Capped() bool { return m.programme.LooksIntoOthers() }

// Mould moves the pattern's days by shift days (a negative number: into the past) and its fiscal year by years.
func (t *Pattern) Mould(shift, years int) (*Mould, error) {
	m := &Mould{Pattern: t, year: t.as.FiscalYear + years, shift: shift}
	places := t.places(m.year)
	move := func(s string) string {
		s = isoDay.ReplaceAllStringFunc(s, func(day string) string {
			if !jp.ValidDate(day) {
				return day
			}
			return jp.AddDays(day, shift)
		})
		return places.Replace(s)
	}
	later := func(at time.Time) time.Time { return at.UTC().AddDate(0, 0, shift) }
	var c Case
	for _, e := range t.events {
		words := move(string(e.data))
		if e.Data.Freeze != "" { // the sheets were given on other days: their digest is another one
			words = strings.ReplaceAll(words, e.Data.Freeze, scoresHash(c.Members))
		}
		x := mouldEvent{Event: *e, data: cutText(words), body: cutText(places.Replace(e.Body))}
		x.At = later(e.At)
		fold := x.Event
		fold.Data, fold.Hash, fold.Body = Data{}, mark(slotHash), places.Replace(e.Body)
		if err := json.Unmarshal([]byte(words), &fold.Data); err != nil {
			return nil, fmt.Errorf("pattern %s event %d: %w", t.as.ID, e.Seq, err)
		}
		c.apply(&fold)
		m.journal = append(m.journal, x)
	}
	m.shown = &c
	for _, cell := range append(c.fixedCells(), c.moveCells(t.programme)...) {
		if s, ok := cell.(string); ok {
			cell = cutText(s)
		}
		m.cells = append(m.cells, cell)
	}
	if _, sheets := c.sheets(t.programme.Screening); sheets > 0 && !c.Ended {
		n, own, total := c.standing(t.programme)
		m.stands = []any{n.Seq, own, total, c.fingerprintOfSheets(), cutText(string(n.document()))}
	}
	if !c.dutiless() {
		told := c
		told.version = t.programme
		m.owed = told.Duties(t.programme)
	}
	for i, l := range t.letters {
		x := mouldLetter{patternLetter: l, data: cutText(move(l.data)), series: cutText(places.Replace(moveYear(l.series, years)))}
		x.day, x.issued = jp.AddDays(l.day, shift), later(l.issued)
		if strings.HasPrefix(l.series, "unnumbered ") {
			x.series = cutText("unnumbered " + mark(slotLetters+2*i))
		} else if at := counted.FindStringIndex(l.number); at != nil {
			x.before, x.behind = l.number[:at[0]]+"第", "号"+l.number[at[1]:]
		}
		m.papers = append(m.papers, x)
	}
	return m, nil
}

// places replaces what is the pattern's own by places.
func (t *Pattern) places(year int) *strings.Replacer {
	c := t.as
	pairs := []string{c.ID, mark(slotID), `"` + c.Org.Code + `"`, `"` + mark(slotOrg) + `"`, "lg:" + c.Org.Code, "lg:" + mark(slotOrg),
		`"branch":"` + c.Org.Branch + `"`, `"branch":"` + mark(slotBranch) + `"`, "branch:" + c.Org.Branch, "branch:" + mark(slotBranch),
		"branch " + c.Org.Branch + "/", "branch " + mark(slotBranch) + "/",
		`"prefecture":"` + c.Org.Prefecture + `"`, `"prefecture":"` + mark(slotPrefecture) + `"`,
		fmt.Sprintf(`"fiscal_year":%d`, c.FiscalYear), fmt.Sprintf(`"fiscal_year":%d`, year)}
	for i, l := range t.letters {
		pairs = append(pairs, l.id, mark(slotLetters+2*i), digest(l.data), mark(slotLetters+2*len(t.letters)+i))
		if l.number != "" {
			pairs = append(pairs, l.number, mark(slotLetters+2*i+1))
		}
	}
	for _, x := range []struct { // the longer first: 富士市長 before 富士市
		slot int
		text string
	}{{slotNumber, c.Number}, {slotTitle, c.Title()}, {slotHead, c.Org.Head}, {slotBranchName, c.Org.BranchName}, {slotEnglish, c.Org.English},
		{slotName, c.Org.Name}} {
		if x.text != "" {
			pairs = append(pairs, x.text, mark(x.slot))
		}
	}
	return strings.NewReplacer(pairs...)
}

// moveYear moves the year at the end of a series, "keishin/2026".
func moveYear(series string, years int) string {
	desk, year, ok := strings.Cut(series, "/")
	if n, err := strconv.Atoi(year); ok && err == nil {
		return fmt.Sprintf("%s/%d", desk, n+years)
	}
	return series
}

// Seed says whose case a mould becomes, and what it is called.
type Seed struct {
	Mould *Mould
	Org   OrgRef
	Title string
}

// Sower writes many cases at once. While it works nobody else may number cases or letters in the database: it keeps the counters
// in memory. Safe for several goroutines.
type Sower struct {
	s        *Store
	mu       sync.Mutex
	counters map[string]int64
}

// Sower makes a sower.
func (s *Store) Sower(ctx context.Context) (*Sower, error) {
	w := &Sower{s: s, counters: map[string]int64{}}
	_, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (struct{}, error) {
		var series string
		var n int64
		err := r.Scan(&series, &n)
		w.counters[series] = n
		return struct{}{}, err
	}, `SELECT series, n FROM case_counters`)
	return w, err
}

func (w *Sower) next(touched map[string]int64, series string) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counters[series]++
	touched[series] = w.counters[series]
	return w.counters[series]
}

const (
	insertCase = `INSERT INTO cases (` + fixedColumns + `, ` + moveColumns + `) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,
		$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30)`
	insertEvent  = `INSERT INTO case_events (` + eventColumns + `) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`
	insertLetter = `INSERT INTO letters (id, case_id, kind, series, n, number, day, addressee, definition, data, issued, issued_by, sha256, file, opened)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,'','','')`
)

// sown are the rows of a group of cases, in the order they refer to one another.
type sown struct{ cases, standings, events, letters, members, duties, entries *db.Rows }

func newSown() *sown {
	return &sown{cases: db.RowsOf("cases", fixedColumns+", "+moveColumns),
		standings: db.RowsOf("case_standings", "case_id, version, own, total, scores, doc"), events: db.RowsOf("case_events", eventColumns),
		letters: db.RowsOf("letters", "id, case_id, kind, series, n, number, day, addressee, definition, data, issued, issued_by, sha256, file, opened"),
		members: db.RowsOf("case_members", "case_id, person, interest"),
		duties:  db.RowsOf("case_duties", "case_id, org_code, due, kind, item"),
		entries: db.RowsOf("ledger_entries", "budget, case_id, at, person, role, debit, credit, amount, reason, kind, event")}
}

func (r *sown) put(ctx context.Context, tx db.Q) error {
	for _, rows := range []*db.Rows{r.cases, r.standings, r.events, r.letters, r.members, r.duties, r.entries} {
		if err := rows.Put(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func (e *Event) cells() []any {
	return []any{e.Case, e.Seq, e.Type, db.At(e.At), e.Person, e.Name, string(e.Role), e.Body, e.Behalf, e.Origin, string(e.data), e.Prev, e.Hash}
}

// Sow writes the cases in one transaction and returns their ids.
func (w *Sower) Sow(ctx context.Context, seeds []Seed) ([]string, error) {
	var b db.Batch
	rows := newSown()
	touched := map[string]int64{}
	var sums []ledger.Movement
	ids := make([]string, len(seeds))
	for i, x := range seeds {
		ids[i] = db.NewID("c")
		if err := w.one(rows, x, ids[i], touched, &sums); err != nil {
			return nil, err
		}
	}
	// Every group takes what it shares with others in one order, so that no two wait for each other.
	for _, series := range slices.Sorted(maps.Keys(touched)) {
		b.Add(`INSERT INTO case_counters (series, n) VALUES ($1, $2) ON CONFLICT (series) DO UPDATE
			SET n = CASE WHEN case_counters.n < $2 THEN $2 ELSE case_counters.n END`, series, touched[series])
	}
	slices.SortStableFunc(sums, func(a, b ledger.Movement) int { return cmp.Or(cmp.Compare(a.Fund, b.Fund), a.Year-b.Year) })
	return ids, w.s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if err := w.s.Ledger.Move(ctx, tx, sums); err != nil {
			return err
		}
		if _, err := b.Run(ctx, tx); err != nil {
			return err
		}
		return rows.put(ctx, tx)
	})
}

// one adds the rows of one case.
func (w *Sower) one(rows *sown, x Seed, id string, touched map[string]int64, sums *[]ledger.Movement) error {
	m := x.Mould
	v := make([]string, slotLetters+3*len(m.papers))
	v[slotID], v[slotOrg], v[slotName], v[slotEnglish], v[slotHead] = id, x.Org.Code, x.Org.Name, x.Org.English, x.Org.Head
	v[slotBranch], v[slotBranchName], v[slotPrefecture], v[slotTitle] = x.Org.Branch, x.Org.BranchName, x.Org.Prefecture, x.Title
	if m.as.Number != "" {
		series, form := fmt.Sprintf("%s-%d", m.programme.Number, m.year), "%s-%05d"
		if m.shown.Demo {
			series, form = series+"-S", "%s%04d"
		}
		v[slotNumber] = fmt.Sprintf(form, series, w.next(touched, series))
	}
	type paper struct {
		series string
		n      int64
	}
	papers := make([]paper, len(m.papers))
	for i, l := range m.papers {
		v[slotLetters+2*i] = db.NewID("l")
		papers[i] = paper{l.series.fill(v), 1}
		if l.number != "" {
			papers[i].n = w.next(touched, "letter "+papers[i].series)
			v[slotLetters+2*i+1] = l.before + strconv.FormatInt(papers[i].n, 10) + l.behind
		}
	}
	for i, l := range m.papers {
		v[slotLetters+2*len(m.papers)+i] = digest(l.data.fill(v))
	}
	events := make([]Event, len(m.journal))
	for i, t := range m.journal {
		e := t.Event
		e.Case, e.Body, e.data, e.Prev = id, t.body.fill(v), []byte(t.data.fill(v)), v[slotHash]
		e.seal()
		v[slotHash] = e.Hash
		events[i] = e
	}
	rows.cases.Add(filled(m.cells, v)...)
	if len(m.stands) > 0 {
		rows.standings.Add(append([]any{id}, filled(m.stands, v)...)...)
	}
	for i := range events {
		e := &events[i]
		rows.events.Add(e.cells()...)
	}
	for i, l := range m.papers {
		rows.letters.Add(v[slotLetters+2*i], id, l.kind, papers[i].series, papers[i].n, v[slotLetters+2*i+1], l.day, l.addressee, l.definition,
			l.data.fill(v), db.At(l.issued), l.by, "", "", "")
	}
	for _, member := range m.members {
		rows.members.Add(id, member.Person, member.Interest != "")
	}
	for _, o := range m.owed {
		rows.duties.Add(id, x.Org.Code, o.Due, o.Kind, o.Item)
	}
	w.spend(rows, m, id, sums)
	return nil
}

// filled are cells with what is this case's own in their places.
func filled(cells []any, v []string) []any {
	out := make([]any, len(cells))
	for i, cell := range cells {
		if t, ok := cell.(text); ok {
			cell = t.fill(v)
		}
		out[i] = cell
	}
	return out
}

// spend adds the money the pattern moved.
func (w *Sower) spend(rows *sown, m *Mould, id string, sums *[]ledger.Movement) {
	budget := fmt.Sprintf("%s/%d", m.shown.Fund(), m.year)
	for _, x := range m.money {
		rows.entries.Add(budget, id, db.At(x.at.AddDate(0, 0, m.shift)), x.person, x.role, x.debit, x.credit, x.amount, x.reason, x.kind, x.event)
		*sums = append(*sums, ledger.Movement{Fund: m.shown.Fund(), Year: m.year, Kind: x.kind, From: x.credit, To: x.debit, Amount: x.amount})
	}
}

// Ref names a body of the register as a case keeps it.
func Ref(b org.Body, branch string) OrgRef {
	return OrgRef{Code: b.Code, Type: b.Type, Name: b.Name, English: b.English, Head: b.Addressee(), Branch: b.Branch, BranchName: branch,
		Prefecture: b.Prefecture, IsBranch: b.IsBranch()}
}
