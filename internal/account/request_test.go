package account

import (
	"strings"
	"testing"

	"kakehashi/internal/fault"
)

// settled is somebody with a division and a telephone.
func settled(w *town, login string, role Role, body string) Who {
	w.t.Helper()
	who := w.person(login, role, body)
	w.ok(w.SaveProfile(w.t.Context(), who, Profile{Name: "田中 一", Kana: "たなか はじめ", Email: login + "@example.jp", Division: "国際課", Phone: "076-220-2075"}), "profile")
	return who
}

func TestWhoLeavesTakesDivisionAndTelephoneAlong(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		w.person("boss", RoleApprover, "lg:a")
		who := settled(w, "tanaka", RoleStaff, "lg:a")
		w.ok(w.Sweep(t.Context()), "sweep")
		if p, err := w.Person(t.Context(), who.Person); err != nil || p.Division == "" || p.Phone == "" {
			t.Fatalf("somebody who stays: %+v, %v", p, err)
		}
		w.ok(w.EndMembership(t.Context(), who, who.Hat.ID, "異動"), "leave")
		p, err := w.Person(t.Context(), who.Person)
		if err != nil || p.Division != "" || p.Phone != "" || p.Name == "" || p.Email == "" {
			t.Errorf("somebody who left: %+v, %v", p, err)
		}
	})
}

func TestARequestAboutOnesDataIsAnsweredByAnAdministratorWithAReason(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		admin, officer := w.person("admin", RoleAdmin, "system"), w.person("officer", RoleOfficer, "hq:x")
		who := settled(w, "tanaka", RoleStaff, "lg:a")
		w.want(w.Ask(t.Context(), who, "erase", []string{"login"}, ""), fault.Invalid, "nothing that can be erased")
		w.want(w.Ask(t.Context(), who, "correct", []string{"record"}, " "), fault.Invalid, "a correction without words")
		w.ok(w.Ask(t.Context(), who, "erase", []string{"contact", "account", "record"}, "異動のため"), "ask")
		w.want(w.Ask(t.Context(), who, "erase", []string{"kana"}, ""), fault.Conflict, "a second one while the first waits")
		if !w.mailed("account-request", "admin@example.jp") {
			t.Error("the administrator is not told")
		}
		if _, _, err := w.Requests(t.Context(), officer); !fault.Is(err, fault.Missing) {
			t.Errorf("an officer reads requests: %v", err)
		}
		open, _, err := w.Requests(t.Context(), admin)
		if err != nil || len(open) != 1 {
			t.Fatalf("%d open, %v", len(open), err)
		}
		id := open[0].ID
		w.want(w.Answer(t.Context(), officer, id, true, "よい"), fault.Missing, "an officer answers")
		w.want(w.Answer(t.Context(), who, id, true, "よい"), fault.Missing, "the person answers")
		w.want(w.Answer(t.Context(), admin, id, true, " "), fault.Invalid, "no reason")
		w.ok(w.Answer(t.Context(), admin, id, true, "確認しました"), "grant")
		w.want(w.Answer(t.Context(), admin, id, false, "やはり"), fault.Conflict, "a second answer")
		q, err := w.Request(t.Context(), admin, id)
		if err != nil || strings.Join(q.Done, " ") != "contact" || strings.Join(q.Kept, " ") != "account:hats record:record" || q.State != "granted" {
			t.Errorf("%+v, %v", q, err)
		}
		if p, _ := w.Person(t.Context(), who.Person); p.Division != "" || p.Phone != "" || p.Name != "田中 一" {
			t.Errorf("%+v", p)
		}
		if !w.mailed("account-answered", "tanaka@example.jp") {
			t.Error("the person is not told")
		}
	})
}

func TestAnErasedAccountLeavesNothingButItsNumber(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		admin := w.person("admin", RoleAdmin, "system")
		who := settled(w, "tanaka", RoleStaff, "lg:a")
		w.ok(w.EndMembership(t.Context(), admin, who.Hat.ID, "退職"), "end")
		who.Hat = Hat{}
		w.ok(w.Ask(t.Context(), who, "erase", []string{"account"}, "田中です"), "ask")
		open, _, _ := w.Requests(t.Context(), admin)
		w.ok(w.Answer(t.Context(), admin, open[0].ID, true, "確認しました"), "grant")
		p, err := w.Person(t.Context(), who.Person)
		if err != nil || p.Name != ErasedName || p.Kana+p.Email+p.Division+p.Phone+p.Home != "" || p.HasPass || p.Login == "tanaka" {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here); err == nil {
			t.Error("the erased account signs in")
		}
		if q, err := w.Request(t.Context(), admin, open[0].ID); err != nil || q.Wanted != "" {
			t.Errorf("what was written stays: %+v, %v", q, err)
		}
	})
}

func TestASignInNameIsCorrectedOnRequest(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		admin := w.person("admin", RoleAdmin, "system")
		who := settled(w, "tanaka", RoleStaff, "lg:a")
		w.person("suzuki", RoleStaff, "lg:a")
		w.want(w.Ask(t.Context(), who, "correct", []string{"login"}, "だめ"), fault.Invalid, "not a sign-in name")
		w.ok(w.Ask(t.Context(), who, "correct", []string{"login"}, "suzuki"), "ask for a taken one")
		open, _, _ := w.Requests(t.Context(), admin)
		w.want(w.Answer(t.Context(), admin, open[0].ID, true, "よい"), fault.Conflict, "a taken name")
		w.ok(w.WithdrawRequest(t.Context(), who, open[0].ID), "withdraw")
		w.ok(w.Ask(t.Context(), who, "correct", []string{"login"}, "tanaka.h"), "ask again")
		open, _, _ = w.Requests(t.Context(), admin)
		w.ok(w.Answer(t.Context(), admin, open[0].ID, true, "よい"), "grant")
		if p, _ := w.Person(t.Context(), who.Person); p.Login != "tanaka.h" {
			t.Errorf("%+v", p)
		}
	})
}

func TestTheListOfPeopleIsTakenByWhoManagesThem(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		admin, approver, staff := w.person("admin", RoleAdmin, "system"), w.person("boss", RoleApprover, "lg:a"), w.person("tanaka", RoleStaff, "lg:a")
		branch, officer := w.person("branch", RoleBranch, "branch:1"), w.person("officer", RoleOfficer, "hq:x")
		deputy := approver
		deputy.Hat.OnBehalfOf = approver.Person
		for _, c := range []struct {
			name, body string
			who        Who
			n          int // -1: not there
		}{
			{"an administrator takes everybody", "", admin, 5}, {"an administrator takes one body", "lg:a", admin, 2}, {"an approver takes their own body", "lg:a", approver, 2},
			{"an approver takes another body", "lg:b", approver, -1}, {"an approver takes everybody", "", approver, -1}, {"a drafter takes the own body", "lg:a", staff, -1},
			{"a branch takes a body of its area", "lg:a", branch, -1}, {"a branch takes its own people", "branch:1", branch, 1}, {"an officer takes a body", "lg:a", officer, -1},
			{"a deputy takes the body", "lg:a", deputy, -1}, {"a visitor takes everybody", "", Who{}, -1},
		} {
			list, err := w.Take(t.Context(), c.who, c.body)
			if c.n < 0 && !fault.Is(err, fault.Missing) || c.n >= 0 && (err != nil || len(list) != c.n) {
				t.Errorf("%s: %d people, %v", c.name, len(list), err)
			}
		}
	})
}

func TestOnesOwnDataHoldsWhatOthersDidWithoutTheirAddresses(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		admin := w.person("admin", RoleAdmin, "system")
		admin.From = "198.51.100.77"
		who := settled(w, "tanaka", RoleStaff, "lg:a")
		w.ok(w.EndMembership(t.Context(), admin, who.Hat.ID, "異動"), "end")
		h, err := w.Held(t.Context(), who, "")
		if err != nil || h.Person.ID != who.Person || len(h.Memberships) != 1 || h.Memberships[0].State != Ended {
			t.Fatalf("%+v, %v", h, err)
		}
		ended := false
		for _, e := range h.About {
			ended = ended || e.What == "membership.ended"
			if e.Address == admin.From || e.Subject != who.Person {
				t.Errorf("%+v", e)
			}
		}
		if !ended {
			t.Error("the end of the role is not told")
		}
		mine, err := w.Held(t.Context(), admin, "")
		if err != nil || mine.Did["membership.ended"] != 1 {
			t.Errorf("what the administrator did: %v, %v", mine.Did, err)
		}
	})
}
