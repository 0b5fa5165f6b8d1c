// Package journey plays what people do with Kakehashi from beginning to end, on a real service in this process with the
// demonstration loaded, on both database engines: without JavaScript through package browse, and in a real browser through
// package uxcheck, which looks at every page the journeys and the links lead to.
package journey

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/app"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/test/browse"
)

// House is a running Kakehashi with the demonstration and its people, one or more for each role.
type House struct {
	App  *app.App
	Base string // http://127.0.0.1:port
	t    testing.TB
	now  time.Time
	mu   sync.Mutex
	keys map[string]string // password by login, as the demonstration printed them
	seen map[string]*browse.Browser
	kept *Album
}

// Keep puts every page people see from now on into an album.
func (h *House) Keep(a *Album) {
	h.kept = a
	clear(h.seen)
}

// Start opens an installation with the demonstration on one engine at a moment (the zero time is the real clock) and serves it until
// the test ends.
func Start(t testing.TB, engine string, at time.Time) *House {
	t.Helper()
	h := newHouse(t, at)
	data := t.TempDir()
	h.open(data, furnish(t, engine, h, data))
	return h
}

// Empty is Start without the demonstration: nobody is there yet.
func Empty(t testing.TB, engine string, at time.Time) *House {
	t.Helper()
	h := newHouse(t, at)
	h.open(t.TempDir(), dbtest.Address(t, engine))
	return h
}

func newHouse(t testing.TB, at time.Time) *House {
	return &House{t: t, now: at, keys: map[string]string{}, seen: map[string]*browse.Browser{}}
}

// config is how the house's Kakehashi runs.
func (h *House) config(data, database string) app.Config {
	return app.Config{Data: data, Database: database, Clock: h.Now, Log: slog.New(slog.DiscardHandler)}
}

// open serves an installation.
func (h *House) open(data, database string) {
	t := h.t
	t.Helper()
	a, err := app.New(t.Context(), h.config(data, database))
	if err != nil {
		t.Fatal(err)
	}
	h.App = a
	server := httptest.NewUnstartedServer(a.Site) // as serve does: its limits, and requests that count from their first byte
	server.Config, server.Listener = a.Site.Server(""), a.Site.Listener(server.Listener)
	server.Start()
	h.Base = server.URL
	t.Cleanup(func() {
		server.Close()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
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

// Wait lets days pass and does the work that falls due meanwhile. Sessions end with it: people sign in anew.
func (h *House) Wait(days int) { h.At(h.Now().AddDate(0, 0, days)) }

// At sets the clock and does the work that falls due. Sessions end with it.
func (h *House) At(t time.Time) {
	h.t.Helper()
	h.mu.Lock()
	h.now = t
	h.mu.Unlock()
	clear(h.seen)
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
func (h *House) Visitor() *browse.Browser { return h.window("") }

// window is an empty window of a person.
func (h *House) window(login string) *browse.Browser {
	b := browse.New(h.t, h.Base)
	if h.kept != nil {
		b.Watch(h.kept.watch(login))
	}
	return b
}

// As is a person of the demonstration ("demo-staff"), signed in through the page; asked twice, a second window of the same person.
func (h *House) As(login string) *browse.Browser {
	h.t.Helper()
	if b, ok := h.seen[login]; ok {
		return b.Tab()
	}
	password, ok := h.keys[login]
	if !ok {
		h.t.Fatalf("the demonstration has nobody called %s", login)
	}
	b := h.SignIn(login, password)
	h.seen[login] = b
	return b.Tab()
}

// Newcomer makes a person with one hat in a body of the register ("lg:222101") and keeps the password for As.
func (h *House) Newcomer(login, name string, hat account.Hat) {
	h.t.Helper()
	password := strings.ToLower(rand.Text()[:16])
	if _, err := h.App.Accounts.Enter(h.t.Context(), account.System, account.NewPerson{Login: login, Name: name, Email: login + "@sample.invalid",
		Lang: lang.JA, Password: password, Sample: true, Hats: []account.Hat{hat}}); err != nil {
		h.t.Fatal(err)
	}
	h.keys[login] = password
}

// Token is the last one of the links of a kind ("/invite/") in mails that wait to be sent.
func (h *House) Token(link string) string {
	h.t.Helper()
	list, err := h.App.Mail.Page(h.t.Context(), mail.Queued, "")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, m := range list {
		if _, after, ok := strings.Cut(m.Text, link); ok {
			return strings.Fields(after)[0]
		}
	}
	h.t.Fatalf("no mail holds a link %s", link)
	return ""
}

// Enter signs a person in on the sign-in form that stands on the screen.
func (h *House) Enter(b *browse.Browser, login string) *browse.Browser {
	h.t.Helper()
	return b.Fill("login", login).Fill("password", h.keys[login]).Press("サインイン").WantStatus(200)
}

// Key is the password of a person of the demonstration.
func (h *House) Key(login string) string { return h.keys[login] }

// SignIn signs a person in through the page.
func (h *House) SignIn(login, password string) *browse.Browser {
	h.t.Helper()
	b := h.Visitor().OpenOK("/signin")
	b.Fill("login", login).Fill("password", password)
	if h.kept != nil {
		b.Watch(h.kept.watch(login))
	}
	b.Press("サインイン")
	if b.Has("password") {
		h.t.Fatalf("%s cannot sign in:\n%s", login, b.Text())
	}
	return b
}
