package account

import (
	"fmt"
	"testing"
	"time"

	"kakehashi/internal/fault"
)

func TestTheSameWordsForAnUnknownNameAndAWrongPassword(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		w.person("tanaka", RoleStaff, "lg:a")
		_, unknown := w.Authenticate(t.Context(), Credentials{Login: "nobody", Password: pass}, here)
		_, wrong := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: "wrong wrong wrong"}, here)
		if a, b := fault.Of(unknown), fault.Of(wrong); a == nil || b == nil || a.Key != b.Key || a.Field != b.Field {
			t.Errorf("unknown name: %v, wrong password: %v", unknown, wrong)
		}
		for _, login := range []string{"tanaka", " ＴＡＮＡＫＡ ", "tanaka@example.jp"} {
			in, err := w.Authenticate(t.Context(), Credentials{Login: login, Password: pass}, here)
			if err != nil || in.Token == "" {
				t.Errorf("sign in as %q: %v", login, err)
			}
		}
	})
}

func TestAHundredWrongPasswordsAtOnceAreCutOff(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		w.person("tanaka", RoleStaff, "lg:a")
		_, kinds := together(100, func(int) error {
			_, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: "wrong wrong wrong"}, here)
			return err
		})
		if kinds[fault.Invalid] != 5 || kinds[fault.Busy] != 95 {
			t.Errorf("one address, 100 tries: %v; want 5 compared and 95 cut off", kinds)
		}
		_, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here)
		w.want(err, fault.Busy, "the right password right after")
		if _, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, From{Address: "198.51.100.9"}); err != nil {
			t.Errorf("the owner from another address: %v", err)
		}
		w.pass(31 * time.Second)
		if _, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here); err != nil {
			t.Errorf("after the delay: %v", err)
		}
	})
}

func TestTriesFromManyAddressesAreCutOffByName(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		_, kinds := together(60, func(i int) error {
			_, err := w.Authenticate(t.Context(), Credentials{Login: "whoever", Password: "wrong"}, From{Address: fmt.Sprintf("198.51.100.%d:99", i)})
			return err
		})
		if kinds[fault.Invalid] != 20 || kinds[fault.Busy] != 40 {
			t.Errorf("60 addresses: %v; want 20 compared and 40 cut off", kinds)
		}
	})
}

func TestDelaysGrow(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		try := func() error {
			_, err := w.Authenticate(t.Context(), Credentials{Login: "x.y", Password: "wrong"}, here)
			return err
		}
		for range 5 {
			w.want(try(), fault.Invalid, "a free try")
		}
		for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute} {
			w.pass(wait - time.Second)
			w.want(try(), fault.Busy, "one second early after "+wait.String())
			w.pass(time.Second)
			w.want(try(), fault.Invalid, "after "+wait.String())
		}
	})
}

func TestPeopleWhoShareAMailboxSignInByNameOrByOwnSignInName(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		for login, name := range map[string]string{"sato": "佐藤　花子", "suzuki": "鈴木 一郎"} {
			_, err := w.Enter(t.Context(), System, NewPerson{Login: login, Name: name, Email: "kokusai@city.example.jp", Shared: true, Password: pass + name,
				Hats: []Hat{{Role: RoleStaff, Body: "lg:a"}}})
			w.ok(err, "enter "+login)
		}
		in, err := w.Authenticate(t.Context(), Credentials{Login: "kokusai@city.example.jp", Name: "佐藤花子", Password: pass + "佐藤　花子"}, here)
		if err != nil || in.Person.Login != "sato" {
			t.Errorf("address and name: %s, %v", in.Person.Login, err)
		}
		_, err = w.Authenticate(t.Context(), Credentials{Login: "kokusai@city.example.jp", Password: pass + "佐藤　花子"}, here)
		w.want(err, fault.Invalid, "the shared address alone")
	})
}

func TestASessionEndsIdleAbsolutelyOnSignOutAndOnRevocation(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		w.person("tanaka", RoleStaff, "lg:a")
		start := func() (Who, string) {
			in, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here)
			w.ok(err, "sign in")
			who, err := w.Identify(t.Context(), in.Token)
			w.ok(err, "identify")
			if who.Hat.Body != "lg:a" || who.Hat.Role != RoleStaff {
				t.Fatalf("the only hat is not worn: %+v", who)
			}
			return who, in.Token
		}
		gone := func(token, why string) {
			t.Helper()
			if who, err := w.Identify(t.Context(), token); err != nil || who.SignedIn() {
				t.Errorf("%s: still %v, %v", why, who, err)
			}
		}
		_, token := start()
		w.pass(7*time.Hour + 59*time.Minute)
		if who, _ := w.Identify(t.Context(), token); !who.SignedIn() {
			t.Error("gone before eight idle hours")
		}
		w.pass(4 * time.Hour)
		if who, _ := w.Identify(t.Context(), token); !who.SignedIn() {
			t.Error("a used session does not live on")
		}
		w.pass(2 * time.Minute)
		gone(token, "after twelve hours")
		_, token = start()
		w.pass(8*time.Hour + time.Second)
		gone(token, "after eight idle hours")
		who, token := start()
		w.ok(w.SignOut(t.Context(), who, token), "sign out")
		gone(token, "after signing out")
		who, token = start()
		_, other := start()
		list, err := w.Sessions(t.Context(), who, token)
		if err != nil || len(list) != 2 {
			t.Fatalf("sessions: %v, %v", list, err)
		}
		for _, x := range list {
			if !x.Current {
				w.ok(w.EndSession(t.Context(), who, x.ID), "revoke")
			}
		}
		gone(other, "after revocation")
		if who, _ := w.Identify(t.Context(), token); !who.SignedIn() {
			t.Error("revoking the other ended this one")
		}
		stranger := w.person("other", RoleStaff, "lg:b")
		w.want(w.EndSession(t.Context(), stranger, list[0].ID), fault.Missing, "revoke somebody else's session")
		gone("", "no token")
		gone("guess", "a guessed token")
	})
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:a")
		in1, _ := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here)
		in2, _ := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here)
		w.want(w.SetPassword(t.Context(), who, in1.Token, "not the present one", "another good one 2027"), fault.Invalid, "wrong present password")
		for _, bad := range []string{"short", "aaaaaaaaaaaaaaa", "tanaka-tanaka-tanaka"} {
			w.want(w.SetPassword(t.Context(), who, in1.Token, pass, bad), fault.Invalid, "bad password "+bad)
		}
		w.ok(w.SetPassword(t.Context(), who, in1.Token, pass, "another good one 2027"), "set password")
		if a, _ := w.Identify(t.Context(), in1.Token); !a.SignedIn() {
			t.Error("this session ended")
		}
		if b, _ := w.Identify(t.Context(), in2.Token); b.SignedIn() {
			t.Error("the other session lives")
		}
		if !w.mailed("account-changed", "tanaka@example.jp") {
			t.Error("the person was not told")
		}
	})
}

func TestAForgottenPasswordIsResetOnceByTheLink(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		w.person("tanaka", RoleStaff, "lg:a")
		w.ok(w.RequestReset(t.Context(), "nobody@example.jp", here), "reset of an unknown address")
		if len(w.mails) != 0 {
			t.Error("an unknown address was written to")
		}
		w.ok(w.RequestReset(t.Context(), "tanaka@example.jp", here), "ask")
		token := w.token("account-reset")
		w.want(w.Reset(t.Context(), "guess", "a new good password", here), fault.Missing, "guessed link")
		won, kinds := together(4, func(int) error { return w.Reset(t.Context(), token, "a new good password", here) })
		if won != 1 || kinds[fault.Missing] != 3 {
			t.Errorf("four at once: %d won, %v", won, kinds)
		}
		if _, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: "a new good password"}, here); err != nil {
			t.Errorf("new password: %v", err)
		}
		w.ok(w.RequestReset(t.Context(), "tanaka", here), "ask again")
		token = w.token("account-reset")
		w.pass(61 * time.Minute)
		w.want(w.Reset(t.Context(), token, "a new good password", here), fault.Missing, "a link an hour old")
	})
}

func TestAFeedShowsWhatItsOwnerMaySee(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:a")
		a, err := w.FeedToken(t.Context(), who.Person)
		w.ok(err, "feed")
		if b, _ := w.FeedToken(t.Context(), who.Person); a != b || len(a) < 40 {
			t.Errorf("feed token changes: %q %q", a, b)
		}
		list, err := w.WhoByFeed(t.Context(), a)
		if err != nil || len(list) != 1 || list[0].Hat.Body != "lg:a" {
			t.Errorf("by feed: %v, %v", list, err)
		}
		w.ok(w.EndMembership(t.Context(), System, who.Hat.ID, "left"), "end")
		if list, _ := w.WhoByFeed(t.Context(), a); len(list) != 0 {
			t.Errorf("the feed of a person who left: %v", list)
		}
		if _, err := w.RenewFeed(t.Context(), who); err != nil {
			t.Error(err)
		}
		if list, _ := w.WhoByFeed(t.Context(), a); list != nil {
			t.Error("the old address still works")
		}
	})
}

func TestAPostedFormSurvivesTheEndOfTheSession(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		form := Stash{Method: "POST", Path: "/work/cases/c1/form/application/project?x=1", Form: map[string][]string{"p.title": {"髙﨑𠮷 & 葛󠄀"}, "many": {"a", "b"}}}
		token, err := w.KeepStash(t.Context(), form)
		w.ok(err, "keep")
		got, err := w.ReadStash(t.Context(), token)
		if err != nil || got.Path != form.Path || got.Form["p.title"][0] != form.Form["p.title"][0] || len(got.Form["many"]) != 2 {
			t.Errorf("read: %+v, %v", got, err)
		}
		_, err = w.ReadStash(t.Context(), newToken())
		w.want(err, fault.Missing, "another browser")
		_, err = w.KeepStash(t.Context(), Stash{Form: map[string][]string{"x": {string(make([]byte, StashMost))}}})
		w.want(err, fault.Invalid, "too large")
		w.ok(w.DropStash(t.Context(), token), "drop")
		_, err = w.ReadStash(t.Context(), token)
		w.want(err, fault.Missing, "after dropping")
		token, _ = w.KeepStash(t.Context(), form)
		w.pass(25 * time.Hour)
		_, err = w.ReadStash(t.Context(), token)
		w.want(err, fault.Missing, "a day later")
		w.ok(w.Sweep(t.Context()), "sweep")
	})
}
