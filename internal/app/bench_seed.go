package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
)

// benchWorld is a database full of cases that the bench made: who is in it and how to make more. Everybody's sign-in is derived from
// the folder's secret, so that a kept folder can be measured again.
type benchWorld struct {
	a      *App
	sower  *cases.Sower
	refs   []cases.OrgRef
	moulds map[string][]*cases.Mould // by state of the case, this year's
	past   [][]*cases.Mould          // by years ago, beginning with one
	ready  []*cases.Mould            // complete applications that wait for their approver, with the pattern's own days
	titles atomic.Int64              // sown so far: every case has its own title
	note   io.Writer
}

const (
	benchYears = 11 // closed years before the present one
	// benchWaiting is the state from which an approver submits.
	benchWaiting = "org_check"
)

// benchHats are the people who play the patterns, by the names the demonstration's script calls them.
func benchHats() map[string]account.Who {
	hats := map[string]account.Who{}
	for _, p := range demoPeople {
		hats[p.Login] = account.Who{Person: "p-bench-" + p.Login, Name: p.Name, Lang: lang.JA, Home: p.Home, From: "bench", Hat: account.Hat{Role: p.Role, Body: p.Body}}
	}
	return hats
}

// openBench opens the folder and the database for seeding; people who are not the bench's own are a reason to refuse.
func openBench(ctx context.Context, c Config, note io.Writer) (*benchWorld, error) {
	c.Log = slog.New(slog.NewTextHandler(note, &slog.HandlerOptions{Level: slog.LevelError}))
	a, err := New(ctx, c)
	if err != nil {
		return nil, err
	}
	w := &benchWorld{a: a, note: note, moulds: map[string][]*cases.Mould{}}
	strangers, err := db.One(ctx, a.DB.Read(), db.Int, `SELECT COUNT(*) FROM people WHERE id NOT LIKE 'p-bench-%'`)
	if err == nil && strangers > 0 {
		err = &Unusable{At: "data", Message: lang.Text{JA: "このデータには利用者がいます。測定には空のフォルダーまたは空のデータベースを使ってください。",
			EN: "This data holds real people. The bench needs an empty folder or an empty database."}}
	}
	if err == nil {
		err = w.prepare(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return w, nil
}

func (w *benchWorld) prepare(ctx context.Context) (err error) {
	named, err := w.a.Accounts.TenantNamed(ctx)
	if err == nil && !named { // HQ's letters want somebody who signs them
		err = w.a.Accounts.SaveTenant(ctx, account.System, account.Tenant{Name: lang.Text{JA: "測定財団", EN: "Bench foundation"}, Head: "理事長",
			NumberPattern: "{fy}測第{n}号"})
	}
	if err != nil {
		return err
	}
	if err = w.people(ctx); err != nil {
		return err
	}
	if err = w.patterns(ctx); err != nil {
		return err
	}
	have, err := w.count(ctx)
	if err != nil {
		return err
	}
	w.titles.Store(int64(have))
	w.sower, err = w.a.Cases.Sower(ctx)
	return err
}

// token is the secret of the session of a hat.
func (w *benchWorld) token(hat string) string {
	m := hmac.New(sha256.New, w.a.secret)
	io.WriteString(m, "bench "+hat)
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// cookie signs a request in as a hat: "R04 lg:222101".
func (w *benchWorld) cookie(role account.Role, body string) string {
	return "kk_session=" + w.token(string(role)+" "+body)
}

// people makes a drafter and an approver in every body, an officer in every branch and section, and signs all of them in.
func (w *benchWorld) people(ctx context.Context) error {
	bodies, _, err := w.a.Orgs.List(ctx, org.Filter{Types: []string{"prefecture", "designated_city", "city", "special_ward", "town", "village"}}, "", 5000)
	if err != nil {
		return err
	}
	var b db.Batch
	names := map[string]string{}
	for _, body := range bodies {
		if body.Branch == "" || body.IsBranch() {
			continue
		}
		if names[body.Branch] == "" {
			branch, err := w.a.Orgs.Branch(ctx, body.Branch)
			if err != nil {
				return err
			}
			names[body.Branch] = branch.Name.JA
			w.person(&b, account.RoleBranch, "branch:"+body.Branch)
		}
		w.refs = append(w.refs, cases.Ref(body, names[body.Branch]))
		w.person(&b, account.RoleStaff, "lg:"+body.Code)
		w.person(&b, account.RoleApprover, "lg:"+body.Code)
	}
	list, err := w.a.Programmes.All(ctx)
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for _, p := range list {
		if !done[p.Section] {
			done[p.Section] = true
			w.person(&b, account.RoleOfficer, "hq:"+p.Section)
		}
	}
	if len(w.refs) == 0 {
		return errors.New("the register is empty")
	}
	return w.a.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := b.Run(ctx, tx)
		return err
	})
}

func (w *benchWorld) person(b *db.Batch, role account.Role, body string) {
	hat := string(role) + " " + body
	id := "p-bench-" + hat
	now, until := db.Now(), db.At(time.Now().Add(account.SessionMost))
	b.Add(`INSERT INTO people (id, login, name, kana, email, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		id, "bench "+hat, "見本 "+body, "ミホン", string(role)+"-"+body[len(body)-4:]+"@sample.invalid", now)
	b.Add(`INSERT INTO memberships (id, person, role, body, state, from_at, until_at, created_at) VALUES ($1, $2, $3, $4, 'active', $5, $6, $5)
		ON CONFLICT (id) DO NOTHING`, "m-bench-"+hat, id, string(role), body, now, db.At(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)))
	sum := sha256.Sum256([]byte(w.token(hat)))
	b.Add(`INSERT INTO sessions (token, id, person, hat, strong, address, agent, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, TRUE, '127.0.0.1', 'bench', $5, $5, $6) ON CONFLICT (token) DO UPDATE SET seen_at = $5, expires_at = $6`,
		base64.RawURLEncoding.EncodeToString(sum[:]), "s-bench-"+hat, id, "m-bench-"+hat, now, until)
}

// benchStories are the ends a case can have, as the last move of its script.
var benchStories = []struct{ until, script string }{
	{"draft", ""}, {"ask_approval", ""}, {"submit", ""}, {"branch_return", "return"}, {"forward", ""}, {"accept", ""}, {"rank", ""}, {"propose", ""},
	{"approve", ""}, {"start", ""}, {"report", ""}, {"fix", ""}, {"bill", ""}, {"close", ""}, {"approve_reject", "reject"}, {"withdraw", "withdraw"},
}

// benchWeights say how often a state is met among this year's cases; states without one are met in past years only.
var benchWeights = map[string]int{"draft": 8, benchWaiting: 12, "branch_check": 14, "returned": 5, "hq_check": 14, "screening": 10, "ranked": 5,
	"proposed": 5, "adopted": 8, "running": 8, "report_in": 4, "fixed": 3, "billed": 4}

// patterns plays each story once for each programme, or finds those played before, and makes the moulds of this and past years.
func (w *benchWorld) patterns(ctx context.Context) error {
	w.past = make([][]*cases.Mould, benchYears)
	ids, err := db.List(ctx, w.a.DB.Read(), db.String, `SELECT id FROM cases WHERE title = '（測定）' || id ORDER BY id`)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		if ids, err = w.playAll(ctx); err != nil {
			return err
		}
	}
	for _, id := range ids {
		pattern, err := w.a.Cases.Pattern(ctx, id)
		if err != nil {
			return err
		}
		if err := w.mould(pattern, benchWeights[pattern.State()]); err != nil {
			return err
		}
	}
	if len(w.ready) == 0 {
		return fmt.Errorf("no pattern of state %s", benchWaiting)
	}
	return nil
}

// playAll plays every story of every call that is open, each by a body of its own.
func (w *benchWorld) playAll(ctx context.Context) ([]string, error) {
	hats := benchHats()
	calls, err := w.a.demoCalls(ctx, hats["demo-officer"], hats["demo-chief"], true)
	if err != nil {
		return nil, err
	}
	players := slices.DeleteFunc(slices.Clone(w.refs), func(o cases.OrgRef) bool { // whose names stand for nothing else in a text
		return slices.Contains([]string{"13", "22", "27"}, o.Prefecture) || len(o.English) < 7 || len([]rune(o.Name)) < 4
	})
	var ids []string
	for _, call := range calls {
		for i, story := range benchStories {
			id, err := w.play(ctx, call, story.until, story.script, actors(hats, players[i%len(players)]))
			if err != nil {
				return nil, fmt.Errorf("%s until %s: %w", call.code, story.until, err)
			}
			ids = append(ids, id)
		}
	}
	return ids, w.settle(ctx, calls)
}

// actors are the people with the hats of one body and its branch.
func actors(hats map[string]account.Who, o cases.OrgRef) map[string]account.Who {
	hats = maps.Clone(hats)
	for login, body := range map[string]string{"demo-staff": "lg:" + o.Code, "demo-approver": "lg:" + o.Code, "demo-branch": "branch:" + o.Branch} {
		who := hats[login]
		who.Hat.Body = body
		hats[login] = who
	}
	return hats
}

// mould makes the pattern's moulds: this year's in a few days' variations, and for ended cases those of every past year.
func (w *benchWorld) mould(p *cases.Pattern, weight int) error {
	if p.State() == benchWaiting {
		m, err := p.Mould(0, 0)
		if err != nil {
			return err
		}
		w.ready = append(w.ready, m)
	}
	for day := range 7 {
		if weight > 0 {
			m, err := p.Mould(-2*day, 0)
			if err != nil {
				return err
			}
			w.moulds[p.State()] = append(w.moulds[p.State()], slices.Repeat([]*cases.Mould{m}, weight)...)
			continue
		}
		for ago := range benchYears {
			m, err := p.Mould(-365*(ago+1)-9*day, -(ago + 1))
			if err != nil {
				return err
			}
			w.past[ago] = append(w.past[ago], m)
		}
	}
	return nil
}

// play plays a new case of the call until a move, as people would.
func (w *benchWorld) play(ctx context.Context, call demoCall, until, script string, hats map[string]account.Who) (string, error) {
	a := w.a
	staff := hats["demo-staff"]
	c, err := a.Cases.New(ctx, staff, call.code, "", "")
	if err != nil {
		return "", err
	}
	p, err := a.Programmes.ByHash(ctx, c.Definition)
	if err != nil {
		return "", err
	}
	hats = maps.Clone(hats)
	for _, login := range []string{"demo-officer", "demo-chief"} {
		who := hats[login]
		who.Hat.Body = "hq:" + p.Section
		hats[login] = who
	}
	answers := maps.Clone(call.answers)
	answers["p.title"] = "（測定）" + c.ID
	if err := a.demoFill(ctx, staff, c, p, "application", answers); err != nil || until == "draft" {
		return c.ID, err
	}
	for _, act := range benchScript(p, script, a.Config.Clock()) {
		if act.needs.Amount != nil {
			now, _, err := a.Cases.Get(ctx, cases.System, c.ID)
			if err != nil {
				return "", err
			}
			act.needs.Amount = &now.Requested
		}
		if err := a.demoStep(ctx, c, p, act, nil, hats); err != nil {
			return "", fmt.Errorf("%s: %w", act.move, err)
		}
		if act.move == until {
			break
		}
	}
	return c.ID, nil
}

// benchScript is the demonstration's script to the last yen, or with another end.
func benchScript(p *programme.Programme, end string, now time.Time) []demoAct {
	today := jp.Date(now)
	acts := demoScript(p, "bill")
	at := func(move string) int { return slices.IndexFunc(acts, func(a demoAct) bool { return a.move == move }) }
	switch end {
	case "return":
		return append(acts[:at("forward")], demoAct{"demo-branch", "branch_return", cases.Needs{Due: jp.AddBusinessDays(today, 5),
			Remarks: []cases.Remark{{Field: "p.purpose", Kind: "不足", Text: "市が直接行うことを書いてください。"}}}})
	case "withdraw":
		return append(acts[:at("accept")], demoAct{"demo-approver", "withdraw", cases.Needs{Comment: "事情により取り下げます。"}})
	case "reject":
		return append(acts[:at("propose")], demoAct{"demo-officer", "propose_reject", cases.Needs{ReasonClass: "審査", Comment: "審査の結果によります。"}},
			demoAct{"demo-chief", "approve_reject", cases.Needs{}})
	}
	return append(acts, demoAct{"demo-finance", "pay", cases.Needs{PayDate: today, Reference: "1"}}, demoAct{"demo-officer", "close", cases.Needs{}})
}

// settle makes budgets large enough for every year and drops the work the patterns caused.
func (w *benchWorld) settle(ctx context.Context, calls []demoCall) error {
	for _, call := range calls {
		p, err := w.a.Programmes.Current(ctx, call.code)
		if err != nil {
			return err
		}
		chief := account.Who{Person: "p-bench-chief", Hat: account.Hat{Role: account.RoleChief, Body: "hq:" + p.Section}}
		officer := account.Who{Person: "p-bench-officer", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:" + p.Section}}
		for ago := range benchYears + 1 {
			asked, err := w.a.Ledger.Ask(ctx, officer, ledger.Change{Kind: ledger.KindAdd, Fund: call.code, Year: p.Call.FiscalYear - ago, Amount: 1e12, Reason: "bench"})
			if err != nil {
				return err
			}
			if _, err := w.a.Ledger.Decide(ctx, chief, asked, true, ""); err != nil {
				return err
			}
		}
	}
	return w.idle(ctx)
}

// idle drops the jobs and mails that wait.
func (w *benchWorld) idle(ctx context.Context) error {
	return w.a.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		for _, q := range []string{`DELETE FROM goqite`, `DELETE FROM mails`} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

// count is how many cases there are.
func (w *benchWorld) count(ctx context.Context) (int, error) {
	n, err := db.One(ctx, w.a.DB.Read(), db.Int, `SELECT COUNT(*) FROM cases`)
	return int(n), err
}

// grow sows cases until there are n: one in eight of this year, the others of past years.
func (w *benchWorld) grow(ctx context.Context, n int) error {
	have, err := w.count(ctx)
	if err != nil || have >= n {
		return err
	}
	var now []*cases.Mould
	for _, state := range slices.Sorted(maps.Keys(w.moulds)) {
		now = append(now, w.moulds[state]...)
	}
	pick := func(r *rand.Rand) (*cases.Mould, cases.OrgRef) {
		from := now
		if r.IntN(8) != 0 {
			from = w.past[r.IntN(len(w.past))]
		}
		return from[r.IntN(len(from))], w.refs[r.IntN(len(w.refs))]
	}
	_, err = w.sow(ctx, n-have, pick)
	return err
}

// benchDraft is a case that waits for its approver.
type benchDraft struct{ id, body string }

// drafts sows n cases ready to be submitted: none has a reason to be refused. Where a programme counts what a body asked for in the year,
// each body gets one, and those that have a case are passed over; when they run out, the other programmes go on.
func (w *benchWorld) drafts(ctx context.Context, n int) ([]benchDraft, error) {
	free := map[*cases.Mould][]cases.OrgRef{}
	left, endless := 0, false
	for _, m := range w.ready {
		if !m.Capped() {
			endless = true
			continue
		}
		taken, err := db.List(ctx, w.a.DB.Read(), db.String, `SELECT DISTINCT org_code FROM cases WHERE programme = $1 AND fiscal_year = $2`, m.Programme(), m.Year())
		if err != nil {
			return nil, err
		}
		has := map[string]bool{}
		for _, code := range taken {
			has[code] = true
		}
		for _, o := range w.refs {
			if !has[o.Code] {
				free[m] = append(free[m], o)
			}
		}
		left += len(free[m])
	}
	if !endless && left < n {
		fmt.Fprintf(w.note, "  every programme counts by body: %d drafts instead of %d\n", left, n)
		n = left
	}
	var mu sync.Mutex
	return w.sow(ctx, n, func(r *rand.Rand) (*cases.Mould, cases.OrgRef) {
		mu.Lock()
		defer mu.Unlock()
		for {
			m := w.ready[r.IntN(len(w.ready))]
			if !m.Capped() {
				return m, w.refs[r.IntN(len(w.refs))]
			}
			if k := len(free[m]); k > 0 {
				o := free[m][k-1]
				free[m] = free[m][:k-1]
				return m, o
			}
		}
	})
}

// sow writes n cases in groups of 200 from a few goroutines.
func (w *benchWorld) sow(ctx context.Context, n int, pick func(*rand.Rand) (*cases.Mould, cases.OrgRef)) ([]benchDraft, error) {
	const group = 200
	var mu sync.Mutex
	var out []benchDraft
	var first error
	var wg sync.WaitGroup
	left := make(chan int)
	goal, began, told := n, time.Now(), time.Now()
	for worker := range 3 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(goal), uint64(worker)))
			for k := range left {
				seeds := make([]cases.Seed, k)
				for i := range seeds {
					m, o := pick(r)
					seeds[i] = cases.Seed{Mould: m, Org: o, Title: fmt.Sprintf("（測定）第%d号 海外販路の開拓と交流の事業", w.titles.Add(1))}
				}
				ids, err := w.sower.Sow(ctx, seeds)
				mu.Lock()
				if err != nil {
					first = errors.Join(first, err)
				}
				for i, id := range ids {
					out = append(out, benchDraft{id, seeds[i].Org.Code})
				}
				if now := time.Now(); now.Sub(told) > 2*time.Second || len(out) == goal {
					told = now
					fmt.Fprintf(w.note, "\r  %d of %d, %.0f a second ", len(out), goal, float64(len(out))/now.Sub(began).Seconds())
				}
				mu.Unlock()
			}
		})
	}
	for ; n > 0 && ctx.Err() == nil; n -= group {
		left <- min(group, n)
	}
	close(left)
	wg.Wait()
	fmt.Fprintln(w.note)
	return out, errors.Join(first, ctx.Err())
}
