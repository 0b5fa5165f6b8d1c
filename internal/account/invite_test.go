package account

import (
	"fmt"
	"testing"
	"time"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

func invitation(role Role, body string) Invitation {
	return Invitation{Role: role, Body: body, Name: "新しい 人", Email: "new@example.jp", Section: "国際課"}
}

func acceptance(login string) Acceptance {
	return Acceptance{Login: login, Name: "新しい 人", Password: pass, Lang: "ja"}
}

func TestAnInvitationWorksOnceForFourteenDays(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("approver", RoleApprover, "lg:a")
		_, err := w.Invite(t.Context(), who, invitation(RoleStaff, "lg:a"))
		w.ok(err, "invite")
		token := w.token("account-invite")
		_, err = w.Invited(t.Context(), "guess")
		w.want(err, fault.Missing, "a guessed link")
		_, _, err = w.Accept(t.Context(), token, acceptance("APPROVER"), here)
		w.want(err, fault.Conflict, "a sign-in name that is taken")
		won, kinds := together(5, func(i int) error {
			_, _, err := w.Accept(t.Context(), token, acceptance(fmt.Sprintf("new%d", i)), here)
			return err
		})
		if won != 1 || kinds[fault.Missing] != 4 {
			t.Errorf("five at once: %d won, %v", won, kinds)
		}
		people, err := w.People(t.Context(), who, "lg:a")
		if err != nil || len(people) != 2 {
			t.Errorf("people: %v, %v", people, err)
		}
		_, err = w.Invite(t.Context(), who, invitation(RoleStaff, "lg:a"))
		w.ok(err, "invite again")
		token = w.token("account-invite")
		w.pass(14*24*time.Hour - time.Minute)
		if _, err := w.Invited(t.Context(), token); err != nil {
			t.Errorf("a minute before the end: %v", err)
		}
		w.pass(time.Minute)
		_, _, err = w.Accept(t.Context(), token, acceptance("late"), here)
		w.want(err, fault.Missing, "after fourteen days")
	})
}

func TestNobodyGivesARoleOfAnotherBodyOrAboveTheirOwn(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		staff, approver := w.person("staff", RoleStaff, "lg:a"), w.person("approver", RoleApprover, "lg:a")
		branch := w.person("branch", RoleBranch, "branch:1")
		officer, chief := w.person("officer", RoleOfficer, "hq:keishin"), w.person("chief", RoleChief, "hq:keishin")
		finance, member := w.person("finance", RoleFinance, "hq:keiri"), w.person("member", RoleCommittee, "panel")
		admin := w.person("admin", RoleAdmin, "system")
		for _, c := range []struct {
			who  Who
			role Role
			body string
			want fault.Kind // "" allowed
		}{
			{staff, RoleStaff, "lg:a", ""},
			{staff, RoleApprover, "lg:a", ""}, // only proposed: see the next test
			{staff, RoleStaff, "lg:b", fault.Missing},
			{staff, RoleBranch, "branch:1", fault.Missing},
			{staff, RoleBranch, "lg:a", fault.Invalid},
			{staff, RoleAdmin, "system", fault.Missing},
			{staff, RoleOfficer, "hq:keishin", fault.Missing},
			{approver, RoleApprover, "lg:a", ""},
			{approver, RoleApprover, "lg:b", fault.Missing},
			{branch, RoleApprover, "lg:b", ""},
			{branch, RoleApprover, "lg:c", fault.Missing},
			{branch, RoleStaff, "lg:nowhere", fault.Missing},
			{branch, RoleBranch, "branch:1", ""},
			{branch, RoleBranch, "branch:2", fault.Missing},
			{officer, RoleApprover, "lg:c", ""},
			{officer, RoleBranch, "branch:2", ""},
			{officer, RoleCommittee, "panel", ""},
			{officer, RoleOfficer, "hq:keishin", fault.Refused},
			{officer, RoleChief, "hq:keishin", fault.Refused},
			{officer, RoleChief, "hq:koushin", fault.Missing},
			{chief, RoleOfficer, "hq:keishin", ""},
			{chief, RoleFinance, "hq:keishin", fault.Refused},
			{chief, RoleAdmin, "system", fault.Missing},
			{finance, RoleFinance, "hq:keiri", fault.Refused},
			{finance, RoleStaff, "lg:a", fault.Missing},
			{member, RoleCommittee, "panel", fault.Refused},
			{admin, RoleChief, "hq:koushin", ""},
			{admin, RoleAuditor, "system", ""},
			{Who{}, RoleStaff, "lg:a", fault.Missing},
		} {
			_, err := w.Invite(t.Context(), c.who, invitation(c.role, c.body))
			if c.want == "" && err != nil || c.want != "" && !fault.Is(err, c.want) {
				t.Errorf("%s gives %s in %s: %v, want %q", c.who.Hat.Role, c.role, c.body, err, c.want)
			}
			list, err := w.People(t.Context(), c.who, c.body)
			if c.want == fault.Missing && c.body != "lg:nowhere" {
				w.want(err, fault.Missing, "the people of "+c.body)
				if len(list) > 0 {
					t.Errorf("%s sees the people of %s", c.who.Hat.Role, c.body)
				}
			}
		}
		_, err := w.Invite(t.Context(), admin, Invitation{Role: RoleChief, Body: "hq:keishin", Name: "自分", Email: "admin@example.jp"})
		w.want(err, fault.Invalid, "an administrator invites themself")
		_, err = w.Invite(t.Context(), admin, invitation(RoleChief, "hq:keishin"))
		w.ok(err, "invite")
		_, err = w.AcceptAs(t.Context(), admin, w.token("account-invite"))
		w.want(err, fault.Refused, "an administrator takes an invitation they sent")
	})
}

func TestADraftersApproverWaitsForProof(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		staff := w.person("staff", RoleStaff, "lg:a")
		_, err := w.Invite(t.Context(), staff, invitation(RoleApprover, "lg:a"))
		w.ok(err, "invite")
		in, m, err := w.Accept(t.Context(), w.token("account-invite"), acceptance("buddy"), here)
		w.ok(err, "accept")
		if who, _ := w.Identify(t.Context(), in.Token); m.State != Proposed || who.Hat.Role != "" {
			t.Errorf("the hat can be worn unproven: %s %+v", m.State, who)
		}
		if list, _ := w.Proofs(t.Context(), staff); len(list) != 0 {
			t.Error("the drafter may prove it themself")
		}
	})
}

func TestTheBranchProvesAPersonWhoAskedForAccess(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		branch, other := w.person("shibu1", RoleBranch, "branch:1"), w.person("shibu2", RoleBranch, "branch:2")
		w.want(w.Join(t.Context(), invitation(RoleStaff, "lg:nowhere"), here), fault.Invalid, "a body that does not exist")
		w.want(w.Join(t.Context(), invitation(RoleOfficer, "hq:keishin"), here), fault.Invalid, "HQ")
		w.want(w.Join(t.Context(), invitation(RoleBranch, "lg:a"), here), fault.Invalid, "a role of another kind of body")
		w.ok(w.Join(t.Context(), invitation(RoleStaff, "lg:a"), here), "join")
		in, m, err := w.Accept(t.Context(), w.token("account-join"), acceptance("new.person"), here)
		w.ok(err, "set up")
		who, _ := w.Identify(t.Context(), in.Token)
		if m.State != Proposed || !who.SignedIn() || who.Hat.Role != "" {
			t.Fatalf("before the proof: %s, %+v", m.State, who)
		}
		if !w.mailed("account-proof", "shibu1@example.jp") || w.mailed("account-proof", "shibu2@example.jp") {
			t.Error("the branch was not told, or another was")
		}
		if l, _ := w.Proofs(t.Context(), other); len(l) != 0 {
			t.Errorf("another branch sees %v", l)
		}
		list, err := w.Proofs(t.Context(), branch)
		if err != nil || len(list) != 1 || list[0].Role != RoleStaff || list[0].Section != "国際課" {
			t.Fatalf("the branch sees %v, %v", list, err)
		}
		w.want(w.Prove(t.Context(), other, list[0].ID, true, ""), fault.Missing, "another branch proves")
		w.want(w.Prove(t.Context(), who, list[0].ID, true, ""), fault.Missing, "the person proves themself")
		w.want(w.Prove(t.Context(), branch, list[0].ID, false, "  "), fault.Invalid, "refuse without a reason")
		won, kinds := together(4, func(int) error { return w.Prove(t.Context(), branch, list[0].ID, true, "電話で確認") })
		if won != 1 || kinds[fault.Conflict] != 3 {
			t.Errorf("four answers at once: %d, %v", won, kinds)
		}
		hats, _ := w.Hats(t.Context(), who.Person)
		if len(hats) != 1 || hats[0].ProvenBy != branch.Person {
			t.Errorf("hats: %v", hats)
		}
		w.ok(w.SwitchHat(t.Context(), who, in.Token, hats[0].ID), "put it on")
		if who, _ = w.Identify(t.Context(), in.Token); who.Hat.Body != "lg:a" {
			t.Errorf("wears %+v", who.Hat)
		}
		if !w.mailed("account-proven", "new@example.jp") {
			t.Error("the person was not told")
		}
		for range 2 {
			w.ok(w.Join(t.Context(), invitation(RoleStaff, "lg:a"), here), "join again")
		}
		w.want(w.Join(t.Context(), invitation(RoleStaff, "lg:a"), here), fault.Busy, "the fourth mail to one address")
	})
}

func TestALeaversHatIsGoneThatMinute(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		approver, staff := w.person("approver", RoleApprover, "lg:a"), w.person("staff", RoleStaff, "lg:a")
		stranger := w.person("stranger", RoleApprover, "lg:b")
		in, err := w.Authenticate(t.Context(), Credentials{Login: "staff", Password: pass}, here)
		w.ok(err, "sign in")
		w.want(w.EndMembership(t.Context(), stranger, staff.Hat.ID, ""), fault.Missing, "another body ends it")
		w.want(w.EndMembership(t.Context(), staff, approver.Hat.ID, ""), fault.Refused, "a drafter ends the approver's")
		_, err = w.Invite(t.Context(), staff, invitation(RoleStaff, "lg:a"))
		w.ok(err, "the leaver invites somebody")
		token := w.token("account-invite")
		if who, _ := w.Identify(t.Context(), in.Token); who.Hat.Role != RoleStaff {
			t.Errorf("wears %+v", who.Hat)
		}
		w.ok(w.EndMembership(t.Context(), approver, staff.Hat.ID, "退職"), "end")
		if who, _ := w.Identify(t.Context(), in.Token); who.Hat.Role != "" || !who.SignedIn() {
			t.Errorf("still wears %+v", who.Hat)
		}
		w.want(w.SwitchHat(t.Context(), staff, in.Token, staff.Hat.ID), fault.Missing, "put it on again")
		w.want(w.EndMembership(t.Context(), approver, staff.Hat.ID, ""), fault.Missing, "end it twice")
		_, _, err = w.Accept(t.Context(), token, acceptance("late"), here)
		w.want(err, fault.Missing, "an invitation of a person who left")
	})
}

func TestTheLastAdministratorCannotLeave(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		a, b := w.person("admin1", RoleAdmin, "system"), w.person("admin2", RoleAdmin, "system")
		both := []Who{a, b}
		won, kinds := together(2, func(i int) error { return w.EndMembership(t.Context(), both[i], both[i].Hat.ID, "") })
		if won != 1 || kinds[fault.Refused] != 1 {
			t.Errorf("two leave at once: %d, %v", won, kinds)
		}
	})
}

func TestADelegationEndsToTheMinuteAndWithItsSource(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		chief, deputy := w.person("kacho", RoleApprover, "lg:a"), w.person("kakaricho", RoleStaff, "lg:a")
		stranger := w.person("stranger", RoleStaff, "lg:b")
		until := w.Now().Add(48 * time.Hour)
		for name, d := range map[string]Delegation{
			"to oneself": {To: chief.Person, Until: until}, "to another body": {To: stranger.Person, Until: until},
			"already over": {To: deputy.Person, Until: w.Now()}, "for two years": {To: deputy.Person, Until: w.Now().AddDate(2, 0, 0)},
		} {
			_, err := w.Delegate(t.Context(), chief, d)
			w.want(err, fault.Invalid, name)
		}
		_, err := w.Delegate(t.Context(), chief, Delegation{To: deputy.Person, Until: until, Programmes: "one two"})
		w.ok(err, "delegate")
		p, _ := w.Person(t.Context(), deputy.Person)
		acting := w.as(p, 1)
		if acting.Hat.Role != RoleApprover || acting.Hat.OnBehalfOf != chief.Person || !acting.Hat.Covers("two") || acting.Hat.Covers("three") {
			t.Errorf("acting as %+v", acting.Hat)
		}
		limited := Membership{Role: RoleApprover, Body: "lg:a", Programmes: "one"}
		for wanted, bad := range map[string]bool{"": false, "one": false, "two": true, "one two": true} {
			only, err := within(wanted, limited)
			if (err != nil) != bad || !bad && only != "one" {
				t.Errorf("%q of a hat for one: %q, %v", wanted, only, err)
			}
		}
		_, err = w.Delegate(t.Context(), acting, Delegation{To: chief.Person, Until: until})
		w.want(err, fault.Refused, "delegate on")
		_, err = w.Invite(t.Context(), acting, invitation(RoleStaff, "lg:a"))
		w.want(err, fault.Refused, "invite by delegation")
		w.want(w.SaveBody(t.Context(), acting, BodySettings{OneStep: true}), fault.Refused, "switch approval off by delegation")
		w.pass(48*time.Hour - time.Minute)
		if hats, _ := w.Hats(t.Context(), deputy.Person); len(hats) != 2 {
			t.Errorf("a minute before: %d hats", len(hats))
		}
		w.pass(time.Minute)
		if hats, _ := w.Hats(t.Context(), deputy.Person); len(hats) != 1 {
			t.Errorf("at the minute: %d hats", len(hats))
		}
		_, err = w.Delegate(t.Context(), chief, Delegation{To: deputy.Person, Until: w.Now().Add(time.Hour)})
		w.ok(err, "delegate again")
		w.ok(w.EndMembership(t.Context(), System, chief.Hat.ID, "異動"), "the chief leaves")
		if hats, _ := w.Hats(t.Context(), deputy.Person); len(hats) != 1 {
			t.Error("the delegation outlives the hat it stands on")
		}
	})
}

func TestAHandOverMovesHatsDelegationsAndWorkInOneGo(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		var moved []string
		w.MoveWork = moveInto(&moved)
		boss, leaver := w.person("boss", RoleApprover, "lg:a"), w.person("leaver", RoleStaff, "lg:a")
		heir, stranger := w.person("heir", RoleStaff, "lg:a"), w.person("stranger", RoleStaff, "lg:b")
		_, err := w.Delegate(t.Context(), boss, Delegation{To: leaver.Person, Until: w.Now().AddDate(0, 3, 0)})
		w.ok(err, "delegate to the leaver")
		_, err = w.Handover(t.Context(), stranger, leaver.Person, stranger.Person, "lg:a")
		w.want(err, fault.Missing, "another body")
		_, err = w.Handover(t.Context(), boss, leaver.Person, stranger.Person, "lg:a")
		w.want(err, fault.Invalid, "to somebody of another body")
		_, err = w.Handover(t.Context(), leaver, boss.Person, leaver.Person, "lg:a")
		w.want(err, fault.Refused, "a drafter takes the approver's hat")
		n, err := w.Handover(t.Context(), leaver, leaver.Person, heir.Person, "lg:a")
		if err != nil || n != 3 || len(moved) != 1 || moved[0] != leaver.Person+">"+heir.Person+"@lg:a" {
			t.Fatalf("hand over: %d, %v, %v", n, moved, err)
		}
		if hats, _ := w.Hats(t.Context(), leaver.Person); len(hats) != 0 {
			t.Errorf("the leaver still has %v", hats)
		}
		hats, _ := w.Hats(t.Context(), heir.Person)
		if len(hats) != 2 || hats[1].Behalf != boss.Person {
			t.Errorf("the successor has %v", hats)
		}
	})
}

func TestAHandOverEnteredInMarchHappensOnTheFirstOfApril(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		boss, leaver, heir := w.person("boss", RoleApprover, "lg:a"), w.person("leaver", RoleApprover, "lg:a"), w.person("heir", RoleStaff, "lg:a")
		h, err := w.PlanHandover(t.Context(), boss, Handover{From: leaver.Person, To: heir.Person, Body: "lg:a", Day: "2027-04-01"})
		if err != nil || h.State != "planned" {
			t.Fatalf("plan: %s, %v", h.State, err)
		}
		_, err = w.PlanHandover(t.Context(), boss, Handover{From: leaver.Person, To: heir.Person, Body: "lg:a", Day: "2027-02-30"})
		w.want(err, fault.Invalid, "a day that does not exist")
		w.pass(jp.Start("2027-04-01").Sub(w.Now()) - time.Minute)
		w.ok(w.RunHandovers(t.Context()), "run")
		if hats, _ := w.Hats(t.Context(), leaver.Person); len(hats) != 1 {
			t.Error("it happened in March")
		}
		w.pass(time.Minute)
		w.ok(w.RunHandovers(t.Context()), "run")
		w.ok(w.RunHandovers(t.Context()), "run twice")
		if hats, _ := w.Hats(t.Context(), leaver.Person); len(hats) != 0 {
			t.Error("it did not happen on 1 April")
		}
		if hats, _ := w.Hats(t.Context(), heir.Person); len(hats) != 2 {
			t.Errorf("the successor has %v", hats)
		}
		if !w.mailed("account-handover", "heir@example.jp") {
			t.Error("the successor was not told")
		}
		w.want(w.DropHandover(t.Context(), System, h.ID), fault.Invalid, "drop it afterwards: nobody to hand over from")
	})
}

func TestTheSetupLinkWorksOnce(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		first, err := w.SetupToken(t.Context())
		w.ok(err, "token")
		_, err = w.SetupToken(t.Context())
		w.ok(err, "token again")
		w.pass(6 * 24 * time.Hour)
		w.ok(w.CheckSetup(t.Context(), first), "the link of an earlier start, six days later")
		w.pass(2 * 24 * time.Hour)
		w.want(w.CheckSetup(t.Context(), first), fault.Missing, "a link of eight days ago")
		first, err = w.SetupToken(t.Context())
		w.ok(err, "token of the next start")
		token, err := w.SetupToken(t.Context())
		w.ok(err, "token of the start after it")
		w.ok(w.CheckSetup(t.Context(), first), "the link of an earlier start")
		w.ok(w.CheckSetup(t.Context(), token), "the link")
		admin := NewPerson{Login: "kanri", Name: "管理者", Email: "kanri@example.jp", Password: pass}
		bad := admin
		bad.Password = "short"
		_, err = w.Setup(t.Context(), token, bad, here)
		w.want(err, fault.Invalid, "a short password")
		won, kinds := together(3, func(i int) error {
			a := admin
			a.Login = fmt.Sprintf("kanri%d", i)
			_, err := w.Setup(t.Context(), token, a, here)
			return err
		})
		if won != 1 || kinds[fault.Missing] != 2 {
			t.Errorf("three at once: %d, %v", won, kinds)
		}
		w.want(w.CheckSetup(t.Context(), token), fault.Missing, "the second use")
		w.want(w.CheckSetup(t.Context(), first), fault.Missing, "the earlier link, when another was used")
		if again, err := w.SetupToken(t.Context()); err != nil || again != "" {
			t.Errorf("another token with an administrator present: %q, %v", again, err)
		}
		open, _ := w.SetupOpen(t.Context())
		w.want(w.FinishSetup(t.Context(), System), fault.Invalid, "finish without a letterhead")
		tenant, err := w.Tenant(t.Context())
		w.ok(err, "tenant")
		tenant.Head = ""
		w.want(w.SaveTenant(t.Context(), System, tenant), fault.Invalid, "a letterhead without a head")
		tenant.Name.JA, tenant.Head = "運営財団", "理事長　見本　太郎"
		w.ok(w.SaveTenant(t.Context(), System, tenant), "the letterhead")
		w.ok(w.FinishSetup(t.Context(), System), "finish")
		if closed, _ := w.SetupOpen(t.Context()); !open || closed {
			t.Errorf("open %v, then %v", open, closed)
		}
	})
}

func TestSettingsAreCheckedAndReadBack(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		tenant, err := w.Tenant(t.Context())
		if err != nil || tenant.Name.JA != "運営団体" {
			t.Errorf("neutral name: %v, %v", tenant, err)
		}
		staff, approver := w.person("staff", RoleStaff, "lg:a"), w.person("approver", RoleApprover, "lg:a")
		w.want(w.SaveTenant(t.Context(), staff, tenant), fault.Refused, "staff change the tenant")
		tenant.NumberPattern = "第号"
		w.want(w.SaveTenant(t.Context(), System, tenant), fault.Invalid, "a pattern without number")
		w.want(w.SaveMailServer(t.Context(), System, MailServer{Host: "a b", Port: 25, From: "x@example.jp"}), fault.Invalid, "a host with a blank")
		w.want(w.SaveBody(t.Context(), staff, BodySettings{OneStep: true}), fault.Refused, "a drafter switches approval off")
		w.ok(w.SaveBody(t.Context(), approver, BodySettings{OneStep: true}), "the approver does")
		if b, _ := w.BodySettings(t.Context(), "lg:a"); !b.OneStep {
			t.Error("not saved")
		}
		w.ok(w.SaveBody(t.Context(), approver, BodySettings{OneStep: true, Mailbox: "kokusai@city.example.jp"}), "a mailbox")
		readers, err := w.Readers(t.Context(), w.DB.Read(), "lg:a", RoleStaff)
		if err != nil || len(readers) != 2 || readers[0].Email != "staff@example.jp" || readers[1].Email != "kokusai@city.example.jp" {
			t.Errorf("who reads mails to the body: %v, %v", readers, err)
		}
		if b, _ := w.BodySettings(t.Context(), "lg:b"); b.OneStep {
			t.Error("another body is changed")
		}
	})
}

func TestAChangedJournalIsNoticed(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		w.person("tanaka", RoleStaff, "lg:a")
		w.person("yamada", RoleStaff, "lg:a")
		if n, err := w.VerifyJournal(t.Context()); err != nil || n != 2 {
			t.Fatalf("%d entries, %v", n, err)
		}
		_, err := w.DB.Pool().ExecContext(t.Context(), `UPDATE account_journal SET what = 'x' WHERE seq = 1`)
		w.ok(err, "tamper")
		if _, err := w.VerifyJournal(t.Context()); err == nil {
			t.Error("a changed entry holds")
		}
		_, err = w.DB.Pool().ExecContext(t.Context(), `UPDATE account_journal SET what = 'entered' WHERE seq = 1`)
		w.ok(err, "mend")
	})
}

func TestTheDemonstrationGoesWithoutATrace(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		w.person("real", RoleStaff, "lg:a")
		tables := []string{"people", "memberships", "invitations", "proofs", "sessions", "account_steps", "handovers", "feed_tokens", "settings", "account_journal", "recovery_codes"}
		count := func() (list []int) {
			for _, table := range tables {
				var n int
				w.ok(w.DB.Read().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n), table)
				list = append(list, n)
			}
			return list
		}
		before := count()
		p, err := w.Enter(t.Context(), System, NewPerson{Login: "mihon", Name: "見本", Email: "mihon@example.jp", Password: pass, Sample: true, Hats: []Hat{{Role: RoleApprover, Body: "lg:a"}}})
		w.ok(err, "enter")
		who := w.as(p, 0)
		_, err = w.Invite(t.Context(), who, invitation(RoleStaff, "lg:a"))
		w.ok(err, "invite")
		in, _, err := w.Accept(t.Context(), w.token("account-invite"), acceptance("mihon2"), here)
		w.ok(err, "accept")
		if !in.Person.Sample {
			t.Error("whom the demonstration invites is not part of it")
		}
		_, err = w.Delegate(t.Context(), who, Delegation{To: in.Person.ID, Until: w.Now().Add(time.Hour)})
		w.ok(err, "delegate")
		_, err = w.FeedToken(t.Context(), who.Person)
		w.ok(err, "feed")
		w.withTOTP(who)
		w.pending("mihon")
		w.ok(w.SaveBody(t.Context(), who, BodySettings{OneStep: true}), "settings")
		_, err = w.PlanHandover(t.Context(), who, Handover{From: who.Person, To: in.Person.ID, Body: "lg:a", Day: "2027-04-01"})
		w.ok(err, "plan")
		w.ok(w.DB.InTx(t.Context(), w.WipeSamples), "wipe")
		if after := count(); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%v: before %v, after %v", tables, before, after)
		}
	})
}

func TestAHomeIsSetBySomebodyElseWhoMay(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		chief, officer := w.person("chief", RoleChief, "hq:keishin"), w.person("officer", RoleOfficer, "hq:keishin")
		other := w.person("other", RoleChief, "hq:koushin")
		w.want(w.SetHome(t.Context(), officer, officer.Hat.ID, "a"), fault.Refused, "one's own")
		w.want(w.SetHome(t.Context(), other, officer.Hat.ID, "a"), fault.Missing, "another section's chief")
		w.want(w.SetHome(t.Context(), chief, officer.Hat.ID, "nowhere"), fault.Invalid, "an unknown body")
		w.ok(w.SetHome(t.Context(), chief, officer.Hat.ID, "a"), "set")
		in, err := w.Authenticate(t.Context(), Credentials{Login: "officer", Password: pass}, here)
		w.ok(err, "sign in")
		if who, _ := w.Identify(t.Context(), in.Token); who.Home != "a" {
			t.Errorf("home %q", who.Home)
		}
	})
}

func TestARoleGainedAfterTheHandOverWasEnteredStaysBehind(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		leaver, heir := w.person("leaver", RoleStaff, "lg:a"), w.person("heir", RoleStaff, "lg:a")
		_, err := w.PlanHandover(t.Context(), leaver, Handover{From: leaver.Person, To: heir.Person, Body: "lg:a", Day: "2027-03-05"})
		w.ok(err, "plan")
		_, err = w.Invite(t.Context(), System, invitation(RoleApprover, "lg:a"))
		w.ok(err, "invite")
		_, err = w.AcceptAs(t.Context(), leaver, w.token("account-invite"))
		w.ok(err, "accept")
		w.pass(5 * 24 * time.Hour)
		w.ok(w.RunHandovers(t.Context()), "run")
		if hats, _ := w.Hats(t.Context(), heir.Person); len(hats) != 1 {
			t.Errorf("a drafter's hand-over made an approver: %v", hats)
		}
	})
}
