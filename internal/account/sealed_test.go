package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
)

// stored is what the database holds of a person's authenticator.
func (w *town) stored(person string) string {
	w.t.Helper()
	text, err := db.One(w.t.Context(), w.DB.Read(), db.String, `SELECT totp || totp_new FROM people WHERE id = $1`, person)
	w.ok(err, "read the row")
	return text
}

func TestAnAuthenticatorIsStoredSealedForItsPersonAndKey(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:a")
		begun, err := w.BeginTOTP(t.Context(), who)
		w.ok(err, "begin")
		if kept := w.stored(who.Person); !strings.HasPrefix(kept, sealedMark) || strings.Contains(kept, begun.Secret) {
			t.Errorf("an unconfirmed secret is stored as %q", kept)
		}
		if again, err := w.BeginTOTP(t.Context(), who); err != nil || again.Secret != begun.Secret {
			t.Errorf("a reloaded page shows another secret: %v", err)
		}
		secret, _ := w.withTOTP(who)
		kept := w.stored(who.Person)
		if !strings.HasPrefix(kept, sealedMark) || strings.Contains(kept, secret) {
			t.Errorf("stored as %q", kept)
		}
		if _, err := w.unseal("another", kept); err == nil {
			t.Error("a row copied to another person opens")
		}
		w.pass(time.Minute)
		_, err = w.Second(t.Context(), w.pending("tanaka"), w.codeNow(secret, 0), here)
		w.ok(err, "sign in with the sealed secret")
		key := w.Key
		w.Key = []byte("another key of thirty-two bytes.")
		if _, err := w.unseal(who.Person, kept); err == nil {
			t.Error("another installation's key opens it")
		}
		w.Key = key

		// A row from before sealing works, and is sealed at the next start.
		w.ok(w.DB.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
			_, err := tx.ExecContext(ctx, `UPDATE people SET totp = $1 WHERE id = $2`, secret, who.Person)
			return err
		}), "an old row")
		w.pass(time.Minute)
		_, err = w.Second(t.Context(), w.pending("tanaka"), w.codeNow(secret, 0), here)
		w.ok(err, "sign in with an old row")
		w.ok(w.SealSecrets(t.Context()), "seal")
		if now := w.stored(who.Person); !strings.HasPrefix(now, sealedMark) {
			t.Errorf("an old row stays as %q", now)
		}
		w.pass(time.Minute)
		_, err = w.Second(t.Context(), w.pending("tanaka"), w.codeNow(secret, 0), here)
		w.ok(err, "sign in after sealing")
	})
}

func TestWhatHasRunOutIsSwept(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleApprover, "lg:a")
		secret, codes := w.withTOTP(who)
		w.pass(time.Minute)
		_, err := w.Second(t.Context(), w.pending("tanaka"), codes[0], here)
		w.ok(err, "a recovery code")
		w.ok(w.RequestReset(t.Context(), "tanaka", here), "a reset")
		w.pending("tanaka")
		_, err = w.Invite(t.Context(), who, invitation(RoleStaff, "lg:a"))
		w.ok(err, "an invitation")
		_, err = w.KeepStash(t.Context(), Stash{Method: "POST", Path: "/work"})
		w.ok(err, "a stash")
		tables := []string{"account_steps", "stashes", "invitations", "sessions", "account_limits"}
		left := func(table string) int64 {
			n, err := db.One(t.Context(), w.DB.Read(), db.Int, `SELECT COUNT(*) FROM `+table)
			w.ok(err, table)
			return n
		}
		w.ok(w.Sweep(t.Context()), "sweep at once")
		for _, table := range []string{"account_steps", "stashes", "invitations", "sessions"} {
			if left(table) == 0 {
				t.Errorf("%s: something still good was swept", table)
			}
		}
		if n := left("recovery_codes"); n != recoveryCodes-1 {
			t.Errorf("%d recovery codes, want the nine unused", n)
		}
		w.pass(400 * 24 * time.Hour)
		w.ok(w.Sweep(t.Context()), "sweep: invitations run out")
		for _, table := range tables {
			if n := left(table); n != 0 {
				t.Errorf("%s: %d rows that ran out are still there", table, n)
			}
		}
		_, err = w.Second(t.Context(), w.pending("tanaka"), w.codeNow(secret, 0), here)
		w.ok(err, "the authenticator still works")
	})
}
