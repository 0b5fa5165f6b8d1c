package account

import (
	"fmt"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/lang"
)

// TestAKnownSessionIsNeverStale lets one process know a session and another change what it rests on: within a second the first sees it.
func TestAKnownSessionIsNeverStale(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		other := New(w.Config) // another process on the same database
		admin := w.person("admin", RoleAdmin, "system")
		begin := func(login string) (Who, string) {
			who := w.person(login, RoleStaff, "lg:a")
			in, err := w.Authenticate(t.Context(), Credentials{Login: login, Password: pass}, here)
			w.ok(err, "sign in")
			return who, in.Token
		}
		seen := func(token string) Who {
			t.Helper()
			who, err := w.Identify(t.Context(), token)
			w.ok(err, "identify")
			return who
		}
		for name, change := range map[string]struct {
			do    func(who Who, token string) error
			stale func(Who) bool
		}{
			"sign-out": {func(who Who, token string) error { return other.SignOut(t.Context(), who, token) },
				func(x Who) bool { return x.SignedIn() }},
			"the end of the hat": {func(who Who, _ string) error {
				return other.EndMembership(t.Context(), admin, who.Hat.ID, "異動のため")
			},
				func(x Who) bool { return x.Hat.Role != "" }},
			"another name": {func(who Who, _ string) error {
				return other.SaveProfile(t.Context(), who, Profile{Name: "新しい名", Email: "n@example.jp", Lang: lang.EN, Density: "compact"})
			}, func(x Who) bool { return x.Name != "新しい名" || x.Lang != lang.EN || x.Density != "compact" }},
			"a second factor asked for": {func(Who, string) error {
				return other.SaveTenant(t.Context(), admin, Tenant{Name: lang.Text{JA: "財団", EN: "Foundation"}, Head: "理事長", NumberPattern: "{n}",
					Second: []Role{RoleStaff}})
			}, func(x Who) bool { return x.Hat.Role != "" }},
		} {
			t.Run(name, func(t *testing.T) {
				w.ok(w.SaveTenant(t.Context(), admin, Tenant{Name: lang.Text{JA: "財団", EN: "Foundation"}, Head: "理事長", NumberPattern: "{n}"}), "no second factor")
				who, token := begin(fmt.Sprintf("person%d", len(name)))
				w.pass(time.Second)
				if x := seen(token); x.Hat.Role != RoleStaff {
					t.Fatalf("not signed in: %+v", x)
				}
				w.ok(change.do(who, token), name)
				w.pass(time.Second)
				if x := seen(token); change.stale(x) {
					t.Errorf("a second after %s in another process: %+v", name, x)
				}
			})
		}
	})
}

// TestAKnownSessionEndsWithItsHat: nothing writes the journal when a hat's time runs out.
func TestAKnownSessionEndsWithItsHat(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:a")
		in, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here)
		w.ok(err, "sign in")
		_, err = w.DB.Pool().ExecContext(t.Context(), `UPDATE memberships SET until_at = $1 WHERE id = $2`, db.At(w.Now().Add(10*time.Second)), who.Hat.ID)
		w.ok(err, "until")
		w.pass(time.Second)
		for range 2 {
			if x, err := w.Identify(t.Context(), in.Token); err != nil || x.Hat.Role != RoleStaff {
				t.Fatalf("before its end: %+v, %v", x, err)
			}
			w.pass(4 * time.Second)
		}
		w.pass(2 * time.Second)
		if x, err := w.Identify(t.Context(), in.Token); err != nil || x.Hat.Role != "" {
			t.Errorf("after its end: %+v, %v", x, err)
		}
	})
}

// TestAKnownSessionIsNotLookedUpAgain within the minute, and lives on because its use is noted after it.
func TestAKnownSessionIsNotLookedUpAgain(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		w.person("tanaka", RoleStaff, "lg:a")
		in, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here)
		w.ok(err, "sign in")
		w.pass(time.Second)
		_, err = w.Identify(t.Context(), in.Token)
		w.ok(err, "identify")
		_, err = w.DB.Pool().ExecContext(t.Context(), `DELETE FROM sessions`) // behind the journal's back
		w.ok(err, "delete")
		for _, x := range []struct {
			after time.Duration
			known bool
		}{{58 * time.Second, true}, {3 * time.Second, false}} {
			w.pass(x.after)
			if who, err := w.Identify(t.Context(), in.Token); err != nil || who.SignedIn() != x.known {
				t.Errorf("after %v: %+v, %v; want known %v", x.after, who, err, x.known)
			}
		}
	})
}
