// Package journey plays what people do with Kakehashi from beginning to end, on a real service in this process with the
// demonstration loaded, on both database engines: without JavaScript through package browse, and in a real browser through
// package uxcheck, which looks at every page the journeys and the links lead to.
package journey

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/app"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
)

// House is a running Kakehashi with the demonstration and one person per role.
type House struct {
	App  *app.App
	Base string // http://127.0.0.1:port
	t    testing.TB
	now  time.Time
	mu   sync.Mutex
	keys map[account.Role]app.DemoSignIn
	seen map[account.Role]*browse.Browser
}

// Start opens a fresh installation on one engine at a moment (the zero time is the real clock), loads the demonstration and
// serves it until the test ends.
func Start(t testing.TB, engine string, at time.Time) *House {
	t.Helper()
	h := &House{t: t, now: at, keys: map[account.Role]app.DemoSignIn{}, seen: map[account.Role]*browse.Browser{}}
	// A fixed secret-free logger: what a test fails with is on the page, not in the log.
	a, err := app.New(t.Context(), app.Config{Data: t.TempDir(), Database: dbtest.Address(t, engine), Clock: h.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h.App = a
	server := httptest.NewServer(a.Site)
	h.Base = server.URL
	t.Cleanup(func() {
		server.Close()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	people, err := a.LoadDemo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		if _, taken := h.keys[p.Role]; !taken {
			h.keys[p.Role] = p
		}
	}
	return h
}

// Now is the house's clock.
func (h *House) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.now.IsZero() {
		return time.Now()
	}
	return h.now
}

// Wait lets days pass and does the work that falls due meanwhile.
func (h *House) Wait(days int) {
	h.t.Helper()
	h.mu.Lock()
	h.now = h.now.AddDate(0, 0, days)
	h.mu.Unlock()
	h.Settle()
}

// Settle does all background work that is due now: letters, mails, indexes.
func (h *House) Settle() {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), time.Minute)
	defer stop()
	if err := h.App.Jobs.Drain(ctx); err != nil {
		h.t.Fatal(err)
	}
}

// Visitor is somebody nobody knows.
func (h *House) Visitor() *browse.Browser { return browse.New(h.t, h.Base) }

// As is the demonstration's person of a role, signed in through the page; asked twice, a second window of the same person.
func (h *House) As(role account.Role) *browse.Browser {
	h.t.Helper()
	if b, ok := h.seen[role]; ok {
		return b.Tab()
	}
	key, ok := h.keys[role]
	if !ok {
		h.t.Fatalf("the demonstration has nobody in role %s", role)
	}
	b := h.SignIn(key.Login, key.Password)
	h.seen[role] = b
	return b.Tab()
}

// SignIn signs a person in through the page.
func (h *House) SignIn(login, password string) *browse.Browser {
	h.t.Helper()
	b := h.Visitor().OpenOK("/signin")
	method, address, values := b.Form("サインイン")
	if method != "POST" {
		h.t.Fatalf("the sign-in form is sent by %s", method)
	}
	values.Set("login", login)
	values.Set("password", password)
	status, header, body := b.Post(address, values)
	if status != 303 {
		h.t.Fatalf("%s cannot sign in (status %d):\n%s", login, status, body)
	}
	return b.Open(header.Get("Location"))
}
