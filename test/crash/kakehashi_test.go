package crash_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/app"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/ledger"
	"kakehashi/test/browse"
	"kakehashi/test/crash"
)

// act is one thing that people do while the service is killed: who posts what where, and what an answered one leaves behind.
type act struct {
	until string // how far the demonstration plays a case before
	who   string
	path  string
	form  url.Values
	kept  string // query for the ids of the cases that show it
}

var acts = []act{
	{"ask_approval", "demo-approver", "/work/cases/%s/do/submit", nil,
		`SELECT id FROM cases WHERE number <> '' AND EXISTS (SELECT 1 FROM letters l WHERE l.case_id = cases.id AND l.kind = 'L01')`},
	{"submit", "demo-branch", "/desk/cases/%s/do/forward", url.Values{"opinion": {"適当と認めます。"}},
		`SELECT id FROM cases WHERE EXISTS (SELECT 1 FROM letters l WHERE l.case_id = cases.id AND l.kind = 'L10')`},
	{"propose", "demo-chief", "/desk/cases/%s/do/approve", nil,
		`SELECT id FROM cases WHERE decided > 0 AND EXISTS (SELECT 1 FROM letters l WHERE l.case_id = cases.id AND l.kind = 'L02')`},
}

// town is an installation with many cases ready to act on, and the sessions of those who act.
type town struct {
	house   *crash.House
	data    string
	address string
	mu      sync.Mutex
	ready   map[string][]string // ids by act.until, taken from the front
	people  map[string]*http.Client
	// passwords of those who act, as the demonstration printed them
	passwords map[string]string
	cut       atomic.Int64 // requests that died with the process
	refused   atomic.Value // words of an answer that should not have come
}

// found builds the installation in this process; from then on only the real command touches it.
func found(t *testing.T, engine string, each int) *town {
	t.Helper()
	tw := &town{data: t.TempDir(), address: dbtest.Address(t, engine), ready: map[string][]string{}, people: map[string]*http.Client{}, passwords: map[string]string{}}
	a, err := app.New(t.Context(), app.Config{Data: tw.data, Database: tw.address, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	if err := a.LoadDemo(t.Context(), &printed); err != nil {
		t.Fatal(err)
	}
	chief := account.Who{Name: "見本 章", Sample: true, Hat: account.Hat{Role: account.RoleChief, Body: "hq:keishin"}}
	officer := account.Who{Person: "p-officer", Sample: true, Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}
	asked, err := a.Ledger.Ask(t.Context(), officer, ledger.Change{Kind: ledger.KindAdd, Fund: cases.Sample + "economic-activity-grant", Year: 2027,
		Amount: 1_000_000_000, Reason: "すべての見本に足りる予算"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Ledger.Decide(t.Context(), chief, asked, true, ""); err != nil {
		t.Fatal(err)
	}
	for _, x := range acts {
		if tw.ready[x.until], err = a.MoreDemo(t.Context(), x.until, each); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	tw.house = &crash.House{Serve: []string{crash.Build(t), "serve", "--listen", "127.0.0.1:0", "--data", tw.data, "--database", tw.address}, Database: tw.address}
	process := tw.house.Start(t)
	defer process.Kill()
	for _, m := range regexp.MustCompile(`(?m)^ +(demo-\S+) +(\S+)`).FindAllStringSubmatch(printed.String(), -1) {
		tw.signIn(t, process.Base, m[1], m[2])
	}
	return tw
}

// signIn keeps the cookies of a person; sessions outlive the process.
func (tw *town) signIn(t *testing.T, base, login, password string) {
	t.Helper()
	for _, x := range acts {
		if x.who != login {
			continue
		}
		b := browse.New(t, base).OpenOK("/signin").Fill("login", login).Fill("password", password).Press("サインイン")
		if b.Has("password") {
			t.Fatalf("%s cannot sign in", login)
		}
		cookies := b.Cookies()
		tw.passwords[login] = password
		tw.people[login] = &http.Client{Transport: session{cookies, &http.Transport{MaxIdleConnsPerHost: 8}}, Timeout: 30 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
}

// session sends a person's cookies to whatever port the service has now.
type session struct {
	cookies map[string]string
	next    http.RoundTripper
}

func (s session) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, value := range s.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return s.next.RoundTrip(r)
}

// take gives the next case of a kind, or "".
func (tw *town) take(kind string) string {
	tw.mu.Lock()
	defer tw.mu.Unlock()
	list := tw.ready[kind]
	if len(list) == 0 {
		return ""
	}
	tw.ready[kind] = list[1:]
	return list[0]
}

// act posts one move; a redirect is the answer that it is done.
func (tw *town) act(ctx context.Context, base string, round, worker, turn int) (string, error) {
	x := acts[(worker+turn)%len(acts)]
	id := tw.take(x.until)
	if id == "" {
		return "", errors.New("the stock is used up")
	}
	form := url.Values{"token": {fmt.Sprintf("%s-%d-%d-%d", id, round, worker, turn)}}
	for k, v := range x.form {
		form[k] = v
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+fmt.Sprintf(x.path, id), strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := tw.people[x.who].Do(request)
	if err != nil {
		tw.cut.Add(1)
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || strings.Contains(answer.Header.Get("Location"), "signin") {
		tw.refused.Store(fmt.Sprintf("%s answers %d %s", x.path, answer.StatusCode, answer.Header.Get("Location")))
		return "", errors.New("refused")
	}
	return x.until + " " + id, nil
}

// check looks at the dead service's data: everything answered is there once, and the whole is whole.
func (tw *town) check(ctx context.Context, d *db.DB, done []string) ([]string, error) {
	var problems []string
	for _, x := range acts {
		var mine []string
		for _, key := range done {
			if id, ok := strings.CutPrefix(key, x.until+" "); ok {
				mine = append(mine, id)
			}
		}
		lost, err := crash.Lost(ctx, d, mine, x.kept)
		if err != nil {
			return nil, err
		}
		problems = append(problems, lost...)
	}
	broken, err := crash.Violations(ctx, d, crash.Whole)
	if err != nil {
		return nil, err
	}
	return append(problems, broken...), nil
}

// kill -9 at random moments of submitting, forwarding (letter L10) and deciding (letter L02, money committed): after every restart
// nothing answered is lost, nothing is half done, numbers have no gap and none is there twice, and the journal verifies.
func TestKakehashiLosesNothingWhenKilled(t *testing.T) {
	const rounds, workers, each = 6, 6, 30
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			tw := found(t, engine, each)
			result := crash.Run(t, crash.Plan{House: tw.house, Rounds: rounds, Workers: workers, Longest: 250 * time.Millisecond, Most: each*len(acts)/rounds - workers, Act: tw.act, Check: tw.check,
				After: func(ctx context.Context, base string, done []string) ([]string, error) {
					out, err := tw.house.Run(ctx, "journal", "verify", "--data", tw.data, "--database", tw.address)
					if err != nil {
						return []string{"journal verify: " + err.Error() + "\n" + out}, nil
					}
					return nil, nil
				}})
			for _, p := range result.Problems {
				t.Error(p)
			}
			if said := tw.refused.Load(); said != nil {
				t.Error(said)
			}
			t.Logf("%d answered, %d interrupted", len(result.Done), tw.cut.Load())
			if tw.cut.Load() < rounds || len(result.Done) < rounds {
				t.Errorf("%d answered, %d interrupted: the kills proved nothing", len(result.Done), tw.cut.Load())
			}
		})
	}
}
