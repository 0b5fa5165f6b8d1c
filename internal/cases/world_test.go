package cases_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jobs"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/mail"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/programmes"
)

var bg = context.Background()

// Bodies of the register the tests play with.
const (
	nanao      = "172022" // 七尾市, branch 17
	kanazawa   = "172014" // 金沢市, same prefecture
	hamamatsu  = "221309" // 浜松市, a designated city: its own branch
	fuji       = "222101" // 富士市, branch 22
	ishikawa   = "170003" // 石川県: its own branch
	grant      = "economic-activity-grant"
	example    = "満たした申請"
	pdfContent = "%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
)

// world is a whole engine around one database, with a clock the test moves.
type world struct {
	t  testing.TB
	d  *db.DB
	s  *cases.Store
	mu sync.Mutex
	at time.Time
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

// moveTo sets the clock to a moment in Japan, "2026-10-31 23:59:59.999".
func (w *world) moveTo(s string) {
	w.t.Helper()
	at := jst(w.t, s)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = at
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func jst(t testing.TB, s string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, s, jp.JST); err == nil {
			return at
		}
	}
	t.Fatalf("%q is no moment", s)
	return time.Time{}
}

// each runs f on both engines, in a world of its own.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, d: d, at: jst(t, "2026-10-01 09:00")}
	w.s = w.open(d)
	w.seed()
	list, err := w.s.Programmes.All(bg)
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(bg, func(ctx context.Context, tx db.Q) error {
		for _, p := range list {
			if err := w.s.Ledger.Open(ctx, tx, p.Code, p.Call.FiscalYear, p.Call.Budget); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// open makes the stores of one process on d.
func (w *world) open(d *db.DB) *cases.Store {
	w.t.Helper()
	log := slog.New(slog.NewTextHandler(testWriter{w.t}, &slog.HandlerOptions{Level: slog.LevelError}))
	q := jobs.New(d, log)
	files, err := blob.Open(d, w.t.TempDir())
	if err != nil {
		w.t.Fatal(err)
	}
	out := mail.New(d, q, mail.Fixed(mail.Folder{Dir: w.t.TempDir()}, mail.Address{Address: "office@kakehashi.example.jp", Name: "運営団体"}), log)
	s := &cases.Store{DB: d, Programmes: programme.New(d, w.now), Orgs: org.New(d).Clock(w.now), Ledger: &ledger.Store{DB: d, Clock: w.now, Section: w.section},
		Files: files, Jobs: q, Mail: out, Log: log, Clock: w.now,
		TwoStep: func(_ context.Context, code string) (bool, error) { return code != kanazawa, nil },
		Recipients: func(_ context.Context, _ db.Q, body string, role account.Role) ([]mail.Address, error) {
			box := strings.NewReplacer(":", ".").Replace(body) + "." + strings.ToLower(string(role)) + "@example.jp"
			return []mail.Address{{Address: strings.TrimPrefix(box, "."), Name: string(role), Lang: lang.JA}}, nil
		},
		Letterhead: func(context.Context) (cases.Letterhead, error) {
			return cases.Letterhead{Body: "一般財団法人見本協会", Head: "理事長", Pattern: "自国{mark}第{n}号", Seal: true}, nil
		},
		URL: func(path string) string { return "https://kakehashi.example.jp" + path }}
	s.Register()
	return s
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// who is a person wearing one hat.
func who(person string, role account.Role, body string) account.Who {
	return account.Who{Person: person, Name: person + "さん", Lang: lang.JA, From: "192.0.2.7", Hat: account.Hat{Role: role, Body: body}}
}

func staff(code string) account.Who { return who("staff-"+code, account.RoleStaff, "lg:"+code) }
func approver(code string) account.Who {
	return who("approver-"+code, account.RoleApprover, "lg:"+code)
}
func branch(code string) account.Who { return who("branch-"+code, account.RoleBranch, "branch:"+code) }
func officer(section string) account.Who {
	return who("officer-"+section, account.RoleOfficer, "hq:"+section)
}
func chief(section string) account.Who {
	return who("chief-"+section, account.RoleChief, "hq:"+section)
}

var (
	finance = who("finance", account.RoleFinance, "hq:somu")
	auditor = who("auditor", account.RoleAuditor, "system")
	admin   = who("admin", account.RoleAdmin, "system")
	visitor = account.Who{}
)

func judge(n int) account.Who {
	return who("judge-"+strconv.Itoa(n), account.RoleCommittee, "panel")
}

// must fails the test on an error.
func (w *world) must(err error) {
	w.t.Helper()
	if inc, ok := err.(*cases.Incomplete); ok {
		w.t.Fatalf("form %s is not complete: missing %v, problems %v, rules %v", inc.Form, inc.Evaluation.Missing, inc.Evaluation.Problems, failing(inc.Evaluation))
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func failing(e programme.Evaluation) (list []string) {
	for _, r := range e.Rules {
		if r.Outcome != programme.Pass {
			list = append(list, fmt.Sprintf("%s=%s%v", r.ID, r.Outcome, r.Needs))
		}
	}
	return list
}

// wants fails the test unless err is a fault of this kind.
func wants(t testing.TB, kind fault.Kind, what string, err error) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: wanted %s, got %v", what, kind, err)
	}
}

// get reads a case as somebody sees it.
func (w *world) get(by account.Who, id string) *cases.Case {
	w.t.Helper()
	c, _, err := w.s.Get(bg, by, id)
	w.must(err)
	return c
}

// full is the case as the store keeps it, but for what nobody may read.
func (w *world) full(id string) *cases.Case {
	w.t.Helper()
	return w.get(auditor, id)
}

func (w *world) programme(code string) *programme.Programme {
	w.t.Helper()
	p, err := w.s.Programmes.Current(bg, code)
	w.must(err)
	return p
}

// draft begins a case for a body.
func (w *world) draft(by account.Who, code string) *cases.Case {
	w.t.Helper()
	c, err := w.s.New(bg, by, code, "", "")
	w.must(err)
	return c
}

// section is the section that owns a programme's budget.
func (w *world) section(ctx context.Context, code string) (string, error) {
	p, err := w.s.Programmes.Current(ctx, code)
	if err != nil {
		return "", err
	}
	return p.Section, nil
}

// budget changes the budget of the grant: asked by an officer, booked by the chief.
func (w *world) budget(kind string, amount int64) {
	w.t.Helper()
	id, err := w.s.Ledger.Ask(bg, officer("keishin"), ledger.Change{Kind: kind, Fund: grant, Year: 2027, Amount: amount, Reason: "補正予算による。"})
	w.must(err)
	_, err = w.s.Ledger.Decide(bg, chief("keishin"), id, true, "")
	w.must(err)
}

// filled begins a case and answers everything as the programme's first example does; changes replace answers, nil takes one out.
func (w *world) filled(by account.Who, code string, changes map[string]any) *cases.Case {
	w.t.Helper()
	c := w.draft(by, code)
	w.save(by, c.ID, w.exampleAnswers(code, changes))
	return w.get(by, c.ID)
}

// shipped are the programmes as their folders say, with the examples.
var shipped = sync.OnceValue(func() []programme.Definition {
	list, issues := programme.ParseAll(programmes.FS)
	if len(issues) > 0 {
		panic(issues)
	}
	return list
})

func (w *world) exampleAnswers(code string, changes map[string]any) map[string]any {
	w.t.Helper()
	answers := map[string]any{}
	for _, d := range shipped() {
		for _, x := range d.Examples {
			if d.Code == code && x.Name == example {
				maps.Copy(answers, x.Answers)
			}
		}
	}
	if len(answers) == 0 {
		w.t.Fatalf("%s has no example %s", code, example)
	}
	maps.Copy(answers, changes)
	return answers
}

// save saves answers given as JSON values; a file answer is uploaded first.
func (w *world) save(by account.Who, id string, answers map[string]any) cases.Saved {
	w.t.Helper()
	saved, err := w.trySave(by, id, answers, 0)
	w.must(err)
	return saved
}

func (w *world) trySave(by account.Who, id string, answers map[string]any, base int, mine ...string) (cases.Saved, error) {
	w.t.Helper()
	return w.s.SaveFields(bg, by, id, w.inputs(by, id, answers), base, mine)
}

// inputs turns JSON values into what a browser would send.
func (w *world) inputs(by account.Who, id string, answers map[string]any) map[string]form.Input {
	w.t.Helper()
	_, p, err := w.s.Get(bg, by, id)
	w.must(err)
	inputs := map[string]form.Input{}
	for key, v := range answers {
		f, _, _, ok := p.Field(key)
		if !ok {
			w.t.Fatalf("no field %s", key)
		}
		switch {
		case v == nil:
			inputs[key] = form.Input{}
		case f.Kind == form.KindFile:
			inputs[key] = f.Input([]form.File{w.upload(by, "見積書.pdf")})
		default:
			value, _, _ := f.FromJSON(v)
			inputs[key] = f.Input(value)
		}
	}
	return inputs
}

func (w *world) upload(by account.Who, name string) form.File {
	w.t.Helper()
	content := []byte(pdfContent + "% " + db.NewID("x"))
	f, err := w.s.Files.Put(bg, bytes.NewReader(content), blob.Meta{Name: name, OwnerBody: by.Hat.Body, By: by.Person})
	w.must(err)
	return f
}

// do makes a move that must succeed.
func (w *world) do(by account.Who, id, move string, needs cases.Needs) *cases.Case {
	w.t.Helper()
	if early := jst(w.t, "2027-12-01").Sub(w.now()); move == "report" && early > 0 {
		w.wait(early) // a report tells of what has ended; the world itself stays on its day
		defer w.wait(-early)
	}
	c, err := w.try(by, id, move, needs)
	if err != nil {
		w.t.Helper()
		w.t.Logf("move %s", move)
		w.must(err)
	}
	return c
}

func (w *world) try(by account.Who, id, move string, needs cases.Needs) (*cases.Case, error) {
	w.wait(time.Millisecond)
	return w.s.Do(bg, by, id, cases.Act{Move: move, Needs: needs})
}

// submitted is a case that has arrived: at the branch, or at HQ where there is no branch step.
func (w *world) submitted(code, programme string, changes map[string]any) *cases.Case {
	w.t.Helper()
	c := w.filled(staff(code), programme, changes)
	return w.submit(c.ID, code)
}

func (w *world) submit(id, code string) *cases.Case {
	w.t.Helper()
	if c := w.get(staff(code), id); c.TwoStep {
		w.do(staff(code), id, "ask_approval", cases.Needs{})
	}
	return w.do(approver(code), id, "submit", cases.Needs{})
}

// forwarded is a case at HQ.
func (w *world) forwarded(code, programme string, changes map[string]any) *cases.Case {
	w.t.Helper()
	c := w.submitted(code, programme, changes)
	return w.do(branch(c.Org.Branch), c.ID, "forward", cases.Needs{Opinion: "適当と認めます。"})
}

// accepted is a case under screening.
func (w *world) accepted(code, programme string, changes map[string]any) *cases.Case {
	w.t.Helper()
	c := w.forwarded(code, programme, changes)
	return w.do(officer(c.Section), c.ID, "accept", w.checklist(c.ID))
}

func (w *world) checklist(id string) cases.Needs {
	w.t.Helper()
	_, p, err := w.s.Get(bg, auditor, id)
	w.must(err)
	var n cases.Needs
	for _, o := range p.Checklist() {
		n.Checklist = append(n.Checklist, o.Value)
	}
	return n
}

// scored is a case whose three members have all given the marks (in order of the criteria).
func (w *world) scored(code, programme string, changes map[string]any, marks ...int) *cases.Case {
	w.t.Helper()
	c := w.accepted(code, programme, changes)
	w.must(w.s.Assign(bg, officer(c.Section), c.ID, []account.Who{judge(1), judge(2), judge(3)}))
	for n := 1; n <= 3; n++ {
		w.score(judge(n), c.ID, marks...)
	}
	return w.full(c.ID)
}

func (w *world) score(by account.Who, id string, marks ...int) {
	w.t.Helper()
	w.must(w.tryScore(by, id, marks...))
}

func (w *world) tryScore(by account.Who, id string, marks ...int) error {
	w.t.Helper()
	_, p, err := w.s.Get(bg, auditor, id)
	w.must(err)
	sheet := map[string]int{}
	for i, c := range p.Screening.Criteria {
		if sheet[c.ID] = 4; i < len(marks) {
			sheet[c.ID] = marks[i]
		}
	}
	return w.s.Score(bg, by, id, sheet, map[string]string{})
}

// proposed is a case with a drafted decision to adopt.
func (w *world) proposed(code, programme string, changes map[string]any, amount int64) *cases.Case {
	w.t.Helper()
	c := w.scored(code, programme, changes)
	w.do(officer(c.Section), c.ID, "rank", cases.Needs{})
	return w.do(officer(c.Section), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択を適当と認める。"})
}

// adopted is a case with a decided grant.
func (w *world) adopted(code, programme string, changes map[string]any, amount int64) *cases.Case {
	w.t.Helper()
	c := w.proposed(code, programme, changes, amount)
	return w.do(chief(c.Section), c.ID, "approve", cases.Needs{})
}

// verified fails the test unless the whole journal and the budgets agree.
func (w *world) verified() {
	w.t.Helper()
	_, _, found, err := w.s.Verify(bg, nil)
	w.must(err)
	for _, f := range found {
		w.t.Errorf("verify: %s %d %s", f.Case, f.Seq, f.Text)
	}
}

func (w *world) exec(query string, args ...any) int64 {
	w.t.Helper()
	var n int64
	w.must(w.d.InTx(bg, func(ctx context.Context, tx db.Q) (err error) {
		n, err = db.Changed(ctx, tx, query, args...)
		return err
	}))
	return n
}

func (w *world) int(query string, args ...any) int64 {
	w.t.Helper()
	n, err := db.One(bg, w.d.Read(), db.Int, query, args...)
	w.must(err)
	return n
}

// staffed are the committee members from one number to another.
func staffed(from, to int) (list []account.Who) {
	for n := from; n <= to; n++ {
		list = append(list, judge(n))
	}
	return list
}

type (
	ctx = context.Context
	tx  = db.Q
)

func (w *world) inTx(f func(ctx ctx, tx tx) error) error { return w.d.InTx(bg, f) }

// file is why somebody may not read a file, nil when they may.
func (w *world) file(by account.Who, ref, field, file string) error {
	_, err := w.s.File(bg, by, ref, field, file)
	return err
}
