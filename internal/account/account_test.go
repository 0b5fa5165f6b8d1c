package account

import (
	"context"
	"fmt"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// town is a service with a clock of its own and a mailbox that keeps what is sent.
type town struct {
	*Store
	t     *testing.T
	clock time.Time
	mu    sync.Mutex
	mails []Letter
}

const pass = "しっかりした合言葉です2027"

var here = From{Address: "203.0.113.5", Agent: "test"}

// eachTown runs f on both engines. Bodies: lg:a and lg:b deal through branch:1, lg:c through branch:2, lg:d with HQ.
func eachTown(t *testing.T, f func(t *testing.T, w *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &town{t: t, clock: time.Date(2027, 3, 1, 1, 0, 0, 0, time.UTC)}
		w.Store = New(Config{DB: d, URL: "https://kakehashi.test", Key: []byte("0123456789abcdef0123456789abcdef"), Now: func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.clock
		}, Post: func(_ context.Context, _ db.Q, l Letter) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.mails = append(w.mails, l)
			return nil
		}, Branch: func(_ context.Context, body string) (string, error) {
			return map[string]string{"lg:a": "branch:1", "lg:b": "branch:1", "lg:c": "branch:2"}[body], nil
		}, Body: func(_ context.Context, body string) (lang.Text, error) {
			if body == "lg:nowhere" {
				return lang.Text{}, fault.New(fault.Missing, "db.missing")
			}
			return lang.Text{JA: "団体" + body, EN: "Body " + body}, nil
		}})
		f(t, w)
		if _, err := w.VerifyJournal(t.Context()); err != nil {
			t.Errorf("the journal does not hold: %v", err)
		}
	})
}

func (w *town) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// person enters somebody with one hat and returns them wearing it.
func (w *town) person(login string, role Role, body string) Who {
	w.t.Helper()
	p, err := w.Enter(w.t.Context(), System, NewPerson{Login: login, Name: "氏名 " + login, Email: login + "@example.jp", Password: pass, Hats: []Hat{{Role: role, Body: body}}})
	if err != nil {
		w.t.Fatalf("enter %s: %v", login, err)
	}
	return w.as(p, 0)
}

func (w *town) as(p Person, hat int) Who {
	w.t.Helper()
	hats, err := w.Hats(w.t.Context(), p.ID)
	if err != nil || len(hats) <= hat {
		w.t.Fatalf("%s has %d hats (%v), want more than %d", p.Login, len(hats), err, hat)
	}
	return Who{Person: p.ID, Name: p.Name, Hat: hats[hat].Hat()}
}

// token is the secret in the link of the newest mail made from a template.
func (w *town) token(template string) string {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.mails) - 1; i >= 0; i-- {
		if w.mails[i].Template == template {
			return path.Base(w.mails[i].Values["url"])
		}
	}
	w.t.Fatalf("no mail %s was sent", template)
	return ""
}

func (w *town) mailed(template, to string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.mails {
		if l.Template == template && l.To == to {
			return true
		}
	}
	return false
}

func (w *town) want(err error, kind fault.Kind, doing string) {
	w.t.Helper()
	if !fault.Is(err, kind) {
		w.t.Errorf("%s: got %v, want %s", doing, err, kind)
	}
}

func (w *town) ok(err error, doing string) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", doing, err)
	}
}

// together runs f n times at once and counts the outcomes.
func together(n int, f func(i int) error) (won int, kinds map[fault.Kind]int) {
	kinds = map[fault.Kind]int{}
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range n {
		wg.Go(func() {
			err := f(i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if fl := fault.Of(err); fl != nil {
				kinds[fl.Kind]++
			} else {
				kinds[fault.Kind(fmt.Sprint(err))]++
			}
		})
	}
	wg.Wait()
	return won, kinds
}

func TestEveryFaultHasWordsInBothLanguages(t *testing.T) {
	for _, role := range []Role{RoleStaff, RoleApprover, RoleBranch, RoleOfficer, RoleChief, RoleFinance, RoleCommittee, RoleOverseas, RoleDirector,
		RoleAdviser, RoleAssoc, RoleNGO, RoleEditor, RoleAdmin, RoleAuditor} {
		if key := "account.role." + string(role); !lang.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
	for _, problem := range lang.Shipped().Problems {
		if strings.Contains(problem, "account") || strings.Contains(problem, "entry") {
			t.Error(problem)
		}
	}
}

// moveInto is a MoveWork that remembers who handed over to whom.
func moveInto(list *[]string) func(context.Context, db.Q, Who, string, string, string) (int, error) {
	return func(_ context.Context, _ db.Q, _ Who, from, to, body string) (int, error) {
		*list = append(*list, from+">"+to+"@"+body)
		return 3, nil
	}
}
