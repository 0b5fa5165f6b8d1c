package cases_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

// closed fails the test unless the case does not exist for somebody, by any way in.
func closed(t *testing.T, w *world, who string, by account.Who, c *cases.Case) {
	t.Helper()
	_, _, err := w.s.Get(bg, by, c.ID)
	wants(t, fault.Missing, who+": Get", err)
	_, err = w.s.Journal(bg, by, c.ID)
	wants(t, fault.Missing, who+": Journal", err)
	_, _, err = w.s.AsOf(bg, by, c.ID, w.now())
	wants(t, fault.Missing, who+": AsOf", err)
	for _, move := range []string{"withdraw", "forward", "accept", "approve", "pay", "nonsense"} {
		_, err = w.s.Do(bg, by, c.ID, cases.Act{Move: move, Token: "t"})
		wants(t, fault.Missing, who+": Do "+move, err)
	}
	_, err = w.s.SaveFields(bg, by, c.ID, map[string]form.Input{"p.title": form.Typed("x")}, 0, nil)
	wants(t, fault.Missing, who+": SaveFields", err)
	wants(t, fault.Missing, who+": AdoptVersion", w.s.AdoptVersion(bg, by, c.ID, c.Definition))
	wants(t, fault.Missing, who+": Settle", w.s.Settle(bg, by, c.ID, "M-P01-05", "", "", "理由があるため"))
	wants(t, fault.Missing, who+": Assign", w.s.Assign(bg, by, c.ID, []account.Who{judge(9)}))
	wants(t, fault.Missing, who+": Declare", w.s.Declare(bg, by, c.ID, "利害関係"))
	wants(t, fault.Missing, who+": Score", w.s.Score(bg, by, c.ID, nil, nil))
	wants(t, fault.Missing, who+": Note", w.s.Note(bg, by, c.ID, "メモ"))
	err = w.file(by, "case:"+c.ID, "att.estimates", "")
	wants(t, fault.Missing, who+": File", err)
	_, err = w.s.Decline(bg, by, c.ID, "多忙のため")
	wants(t, fault.Missing, who+": Decline", err)
	wants(t, fault.Missing, who+": Abstain", w.s.Abstain(bg, by, c.ID, "判断できないため"))
	if by.Is(account.RoleStaff, account.RoleApprover) && strings.HasPrefix(by.Hat.Body, "lg:") && by.Hat.Programmes == "" {
		_, err = w.s.New(bg, by, grant, "", c.ID)
		wants(t, fault.Missing, who+": New from it", err)
	}
	for _, l := range w.full(c.ID).Letters {
		_, err = w.s.Letter(bg, by, l.ID)
		wants(t, fault.Missing, who+": Letter "+l.Kind, err)
		_, _, err = w.s.PDF(bg, by, l.ID, true)
		wants(t, fault.Missing, who+": PDF "+l.Kind, err)
		if err := w.s.Opened(bg, by, l.ID); err != nil && !fault.Is(err, fault.Missing) {
			t.Errorf("%s: Opened: %v", who, err)
		}
		if w.int(`SELECT COUNT(*) FROM letters WHERE id = $1 AND opened <> ''`, l.ID) != 0 {
			t.Errorf("%s: %s counts as opened", who, l.Kind)
		}
	}
	if list, err := w.s.LettersOf(bg, by, c.ID); err != nil || len(list) != 0 {
		t.Errorf("%s: LettersOf %v %v", who, list, err)
	}
	if list, err := w.s.LettersOf(bg, by, ""); err != nil || slices.ContainsFunc(list, func(l cases.Letter) bool { return l.Case == c.ID }) {
		t.Errorf("%s: LettersOf all %v", who, err)
	}
	if listed(t, w, by, c.ID) {
		t.Errorf("%s: List and its search show it", who)
	}
	if n, err := w.s.Counts(bg, by, []string{c.State}); err != nil || n[c.State] != 0 {
		t.Errorf("%s: Counts %v %v", who, n, err)
	}
	if seen, err := w.s.Seen(bg, by, []string{c.ID}); err != nil || len(seen) != 0 {
		t.Errorf("%s: Seen %v %v", who, seen, err)
	}
	if list, err := w.s.Ranking(bg, by, c.Programme, c.FiscalYear, 0); err == nil && slices.ContainsFunc(list, func(r cases.Ranked) bool { return r.Case.ID == c.ID }) {
		t.Errorf("%s: Ranking shows it", who)
	}
}

func listed(t *testing.T, w *world, by account.Who, id string) bool {
	t.Helper()
	for _, f := range []cases.Filter{{}, {Text: "パリ"}, {Open: true}, {Ended: true}, {Programme: grant, FiscalYear: 2027}} {
		page, err := w.s.List(bg, by, f)
		w.must(err)
		if slices.ContainsFunc(page.Lines, func(l cases.Line) bool { return l.ID == id }) {
			return true
		}
	}
	return false
}

// lives are cases of one body in the states of a life, in order.
func (w *world) lives(code string) map[string]*cases.Case {
	w.t.Helper()
	section := "keishin"
	titled := func(state string) map[string]any { return map[string]any{"p.title": "パリ展開 " + state} }
	out := map[string]*cases.Case{"draft": w.filled(staff(code), grant, titled("draft"))}
	asked := w.filled(staff(code), grant, titled("asked"))
	w.do(staff(code), asked.ID, "ask_approval", cases.Needs{})
	out["org_check"] = asked
	if asked.Via == "required" {
		out["branch_check"] = w.submitted(code, grant, titled("branch"))
		back := w.submitted(code, grant, titled("back"))
		out["returned"] = w.do(branch(back.Org.Branch), back.ID, "branch_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
		out["hq_check"] = w.forwarded(code, grant, titled("hq"))
	} else {
		out["hq_check"] = w.submitted(code, grant, titled("hq"))
	}
	screening := w.do(officer(section), w.atHQ(code, "screening").ID, "accept", w.checklist(out["hq_check"].ID))
	barred := judge(2)
	barred.Home = code
	w.must(w.s.Assign(bg, officer(section), screening.ID, []account.Who{judge(1), barred, judge(3), judge(4)}))
	out["screening"] = screening
	decided := w.do(officer(section), w.atHQ(code, "decided").ID, "accept", w.checklist(out["hq_check"].ID))
	w.must(w.s.Assign(bg, officer(section), decided.ID, []account.Who{judge(1), judge(3), judge(4)}))
	for _, n := range []int{1, 3, 4} {
		w.score(judge(n), decided.ID)
	}
	w.do(officer(section), decided.ID, "rank", cases.Needs{})
	amount := int64(4000000)
	w.do(officer(section), decided.ID, "propose", cases.Needs{Amount: &amount, Comment: "内部の起案理由"})
	w.do(chief(section), decided.ID, "approve", cases.Needs{})
	w.do(staff(code), decided.ID, "start", cases.Needs{})
	w.save(staff(code), decided.ID, reported)
	w.do(approver(code), decided.ID, "report", cases.Needs{})
	w.do(officer(section), decided.ID, "check_report", cases.Needs{Comment: "内部の所見", Admitted: []cases.Admit{{Row: 0, Amount: 7000000}, {Row: 1, Amount: 2500000}, {Row: 2, Amount: 80000}}})
	w.do(chief(section), decided.ID, "fix", cases.Needs{})
	w.save(staff(code), decided.ID, map[string]any{"bill.amount": 4000000, "bill.date": "2026-10-01", "bank": bank})
	out["billed"] = w.do(approver(code), decided.ID, "bill", cases.Needs{})
	for state, c := range out {
		out[state] = w.full(c.ID)
		if out[state].State != state {
			w.t.Fatalf("the case for %s is %s", state, out[state].State)
		}
	}
	return out
}

func (w *world) atHQ(code, title string) *cases.Case {
	w.t.Helper()
	c := w.submitted(code, grant, map[string]any{"p.title": "パリ展開 " + title})
	if c.State == "branch_check" {
		c = w.do(branch(c.Org.Branch), c.ID, "forward", cases.Needs{Opinion: "内部の意見"})
	}
	return c
}

func limited(by account.Who, programmes string) account.Who {
	by.Hat.Programmes = programmes
	return by
}

var (
	fromBranch = []string{"branch_check", "returned", "hq_check", "screening", "billed"}
	fromHQ     = []string{"hq_check", "screening", "billed"}
	all        = []string{"draft", "org_check", "branch_check", "returned", "hq_check", "screening", "billed"}
)

func TestWhoSeesACaseFollowsRoleBodyAndPhase(t *testing.T) {
	type hat struct {
		name string
		who  account.Who
		sees []string
	}
	nobody := []hat{
		{"a visitor", visitor, nil}, {"the administrator", admin, nil},
		{"another section's officer", officer("koushin"), nil}, {"another section's chief", chief("koushin"), nil},
		{"a committee member not assigned", judge(8), nil}, {"a barred member", judge(2), nil},
		{"an overseas officer", who("o", account.RoleOverseas, "office:PAR"), nil}, {"an adviser", who("a", account.RoleAdviser, "hq:keishin"), nil},
		{"an editor", who("e", account.RoleEditor, "hq:keishin"), nil}, {"a role nobody knows", who("x", "R99", "hq:keishin"), nil},
		{"an officer's role with a body's hat", who("x", account.RoleOfficer, "lg:keishin"), nil},
		{"a branch's role with a body's hat", who("x", account.RoleBranch, "lg:17"), nil},
		{"a finance role in a body", who("x", account.RoleFinance, "lg:"+nanao), nil},
		{"an officer without a section", who("x", account.RoleOfficer, "hq:"), nil},
		{"a branch of nowhere", who("x", account.RoleBranch, "branch:"), nil},
	}
	someone := []hat{
		{"the auditor", auditor, all}, {"the officer", officer("keishin"), fromHQ}, {"the chief", chief("keishin"), fromHQ}, {"finance", finance, []string{"billed"}},
		{"an assigned member", judge(1), []string{"screening", "billed"}},
		{"an officer for this programme", limited(officer("keishin"), grant), fromHQ}, {"an officer for another programme", limited(officer("keishin"), "exchange-grant"), nil},
	}
	bodies := map[string][]hat{
		nanao: {
			{"the drafter", staff(nanao), all}, {"the approver", approver(nanao), all}, {"a neighbour's drafter", staff(kanazawa), nil},
			{"a neighbour's approver", approver(kanazawa), nil}, {"the prefecture's own staff", staff(ishikawa), nil},
			{"the branch", branch("17"), fromBranch}, {"another branch", branch("22"), nil}, {"a city's branch", branch(hamamatsu), nil},
			{"a branch's role in the body's hat", who("x", account.RoleBranch, "lg:"+nanao), nil}, {"a body's role in the branch's hat", who("x", account.RoleStaff, "branch:17"), nil},
			{"a drafter for this programme", limited(staff(nanao), "exchange-grant "+grant), all}, {"a drafter for another programme", limited(staff(nanao), "exchange-grant"), nil},
			{"a delegate of the approver", func() account.Who {
				x := approver(nanao)
				x.Person, x.Hat.OnBehalfOf = "delegate", "approver-"+nanao
				return x
			}(), all},
		},
		hamamatsu: {
			{"the city", staff(hamamatsu), all}, {"the city's branch", branch(hamamatsu), fromBranch}, {"the prefecture's branch", branch("22"), nil},
			{"another city of the prefecture", staff(fuji), nil},
		},
	}
	each(t, func(t *testing.T, w *world) {
		for _, code := range slices.Sorted(maps.Keys(bodies)) { // in this order: a branch's own cases would count otherwise
			own := bodies[code]
			lives := w.lives(code)
			for state, c := range lives {
				for _, h := range slices.Concat(nobody, someone, own) {
					name := fmt.Sprintf("%s of %s, %s", state, code, h.name)
					if !slices.Contains(h.sees, state) {
						closed(t, w, name, h.who, c)
						continue
					}
					if _, _, err := w.s.Get(bg, h.who, c.ID); err != nil {
						t.Errorf("%s: Get %v", name, err)
					}
					if !listed(t, w, h.who, c.ID) {
						t.Errorf("%s: not listed", name)
					}
					if n, err := w.s.Counts(bg, h.who, []string{state}); err != nil || n[state] == 0 {
						t.Errorf("%s: Counts %v %v", name, n, err)
					}
				}
			}
		}
		w.verified()
	})
}

func TestNobodyActsOutsideTheirRole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		lives := w.lives(nanao)
		hats := []account.Who{staff(nanao), approver(nanao), branch("17"), officer("keishin"), chief("keishin"), finance, judge(1), auditor}
		for state, c := range lives {
			_, p, err := w.s.Get(bg, auditor, c.ID)
			w.must(err)
			for _, by := range hats {
				seen, _, err := w.s.Get(bg, by, c.ID)
				if err != nil {
					continue
				}
				offered := map[string]bool{}
				for _, m := range w.s.Moves(bg, by, seen, p) {
					offered[m.ID] = true
				}
				for _, m := range p.Workflow.Moves {
					allowed := slices.Contains(m.By, string(by.Hat.Role)) && slices.Contains(m.From, state)
					if offered[m.ID] != allowed {
						t.Errorf("%s: %s is offered %s: %v", state, by.Person, m.ID, offered[m.ID])
					}
					if slices.Contains(m.By, string(by.Hat.Role)) {
						continue
					}
					_, err := w.s.Do(bg, by, c.ID, cases.Act{Move: m.ID})
					wants(t, fault.Refused, fmt.Sprintf("%s: %s does %s", state, by.Person, m.ID), err)
				}
				if by.Is(account.RoleStaff, account.RoleApprover) {
					continue
				}
				_, err = w.trySave(by, c.ID, map[string]any{"p.title": "書き換え"}, 0)
				wants(t, fault.Refused, fmt.Sprintf("%s: %s writes", state, by.Person), err)
				_, err = w.s.New(bg, by, grant, "", "")
				wants(t, fault.Refused, by.Person+" drafts", err)
				if !by.Is(account.RoleOfficer) {
					wants(t, fault.Refused, by.Person+" assigns", w.s.Assign(bg, by, c.ID, []account.Who{judge(9)}))
					wants(t, fault.Refused, by.Person+" settles", w.s.Settle(bg, by, c.ID, "M-P01-05", "", "", "理由"))
				}
				if !by.Is(account.RoleOfficer, account.RoleChief) {
					wants(t, fault.Refused, by.Person+" notes", w.s.Note(bg, by, c.ID, "メモ"))
				}
				if !by.Is(account.RoleCommittee) {
					wants(t, fault.Refused, by.Person+" scores", w.tryScore(by, c.ID))
					wants(t, fault.Refused, by.Person+" declares", w.s.Declare(bg, by, c.ID, "利害"))
				}
			}
			if got := w.full(c.ID); got.Seq != c.Seq {
				t.Errorf("%s: something was written", state)
			}
		}
	})
}

func TestHQSeesOnlyTheNumberOfCasesBeforeTheBranch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.submitted(nanao, grant, nil)
		w.submitted(fuji, grant, nil)
		d := w.submitted(nanao, grant, map[string]any{"p.title": "三つ目"})
		n, err := w.s.WaitingAtBranch(bg, officer("keishin"))
		if err != nil || n != 3 {
			t.Errorf("waiting %d %v", n, err)
		}
		w.do(branch("17"), d.ID, "forward", cases.Needs{Opinion: "適当"})
		for by, want := range map[string]int64{"keishin": 2, "koushin": 0} {
			if n, err := w.s.WaitingAtBranch(bg, officer(by)); err != nil || n != want {
				t.Errorf("%s: waiting %d %v", by, n, err)
			}
		}
		if n, _ := w.s.WaitingAtBranch(bg, staff(nanao)); n != 0 {
			t.Errorf("a body counts %d", n)
		}
	})
}

// reads is everything a case and its journal say to somebody.
func (w *world) reads(by account.Who, id string) string {
	w.t.Helper()
	c, _, err := w.s.Get(bg, by, id)
	w.must(err)
	doc, err := json.Marshal(c)
	w.must(err)
	past, _, err := w.s.AsOf(bg, by, id, w.now())
	w.must(err)
	then, err := json.Marshal(past)
	w.must(err)
	events, err := w.s.Journal(bg, by, id)
	w.must(err)
	text := string(doc) + fmt.Sprint(c.Answers()) + string(then) + fmt.Sprint(past.Answers())
	for _, e := range events {
		b, err := json.Marshal(e)
		w.must(err)
		text += string(b)
	}
	return text
}

func TestBankDataIsForFinanceAndTheBodyOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.lives(nanao)["billed"]
		for who, by := range map[string]account.Who{"the body": staff(nanao), "finance": finance, "the branch": branch("17"), "the officer": officer("keishin"),
			"the chief": chief("keishin"), "the auditor": auditor, "the committee": judge(1)} {
			may := who == "the body" || who == "finance"
			if text := w.reads(by, c.ID); strings.Contains(text, "7654321") != may {
				t.Errorf("%s reads the account number: %v", who, !may)
			}
			if got := w.get(by, c.ID).Answers()["bank"]; (got != nil) != may {
				t.Errorf("%s: answer %v", who, got)
			}
			if err := w.file(by, "case:"+c.ID, "bank", ""); (err == nil) != may {
				t.Errorf("%s: a file at the bank field: %v", who, err)
			}
		}
	})
}

func TestTheCommitteeReadsNoContactsNoOpinionsAndNoOthersScoresBeforeItsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.lives(nanao)["screening"]
		w.must(w.s.Note(bg, officer("keishin"), c.ID, "内部のメモ"))
		w.must(w.s.Score(bg, judge(3), c.ID, map[string]int{"need": 5, "model": 5, "effect": 5, "doable": 5, "cost": 5}, map[string]string{"need": "三番の所見"}))
		text := w.reads(judge(1), c.ID)
		for _, secret := range []string{"kanko@city.example.jp", "0767-00-0000", "見本 花子", "産業部観光交流課", "内部の意見", "内部のメモ", "三番の所見", "judge-3"} {
			if strings.Contains(text, secret) {
				t.Errorf("a member reads %s", secret)
			}
		}
		if got := w.get(judge(1), c.ID); len(got.Members) != 1 || got.Members[0].Person != judge(1).Person || len(got.Letters) != 0 {
			t.Errorf("members %+v letters %+v", got.Members, got.Letters)
		}
		for _, key := range []string{"c.person", "c.tel", "c.email"} {
			wants(t, fault.Missing, "file at "+key, w.file(judge(1), "case:"+c.ID, key, ""))
		}
		w.must(w.file(judge(1), "case:"+c.ID, "att.estimates", ""))
		w.score(judge(1), c.ID, 3, 3, 3, 3, 3)
		if text := w.reads(judge(1), c.ID); !strings.Contains(text, "三番の所見") {
			t.Error("after their own a member reads the others'")
		}
		wants(t, fault.Conflict, "a locked sheet", w.tryScore(judge(1), c.ID, 5))
		if text := w.reads(judge(4), c.ID); strings.Contains(text, "三番の所見") {
			t.Error("judge 4 has not scored yet")
		}
		for _, marks := range [][]int{{0, 3, 3, 3, 3}, {6, 3, 3, 3, 3}, {-1, 3, 3, 3, 3}} {
			wants(t, fault.Invalid, "a mark out of 1 to 5", w.tryScore(judge(4), c.ID, marks...))
		}
		wants(t, fault.Invalid, "an interest without a reason", w.s.Declare(bg, judge(4), c.ID, " "))
		w.must(w.s.Declare(bg, judge(4), c.ID, "親族が団体に勤務"))
		closed(t, w, "a member who declared an interest", judge(4), c)
		if numbers, err := w.s.Barred(bg, judge(4)); err != nil || !slices.Equal(numbers, []string{c.Number}) {
			t.Errorf("barred %v %v", numbers, err)
		}
		if numbers, err := w.s.Barred(bg, judge(2)); err != nil || !slices.Contains(numbers, c.Number) {
			t.Errorf("derived interest: %v %v", numbers, err)
		}
		w.verified()
	})
}

func TestTheBodyAndTheBranchReadNothingOfHQsOwnWork(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.lives(nanao)["billed"]
		w.must(w.s.Note(bg, officer("keishin"), c.ID, "内部のメモ"))
		for who, by := range map[string]account.Who{"the body": staff(nanao), "the branch": branch("17")} {
			text := w.reads(by, c.ID)
			for _, secret := range []string{"内部のメモ", "内部の起案理由", "内部の所見", "judge-1", "officer-keishinさん", "chief-keishinさん"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s reads %s", who, secret)
				}
			}
			if strings.Contains(text, "内部の意見") != (who == "the branch") {
				t.Errorf("%s and the branch's opinion", who)
			}
		}
		if text := w.reads(officer("keishin"), c.ID); !strings.Contains(text, "内部のメモ") || !strings.Contains(text, "内部の意見") {
			t.Error("the officer reads notes and opinion")
		}
		// How a draft came about is the body's own.
		for who, by := range map[string]account.Who{"the branch": branch("17"), "the officer": officer("keishin"), "finance": finance} {
			events, err := w.s.Journal(bg, by, c.ID)
			w.must(err)
			if len(events) == 0 || events[0].Data.Move != "submit" {
				t.Errorf("%s reads the journal from %+v", who, events[0].Data)
			}
			_, _, err = w.s.AsOf(bg, by, c.ID, c.Submitted.Add(-time.Microsecond))
			wants(t, fault.Missing, who+" looks at the draft of then", err)
		}
		if events, err := w.s.Journal(bg, staff(nanao), c.ID); err != nil || events[0].Type != "created" {
			t.Errorf("the body reads its own beginning: %v", err)
		}
		shared := w.submitted(nanao, grant, map[string]any{"p.title": "共有"})
		w.do(branch("17"), shared.ID, "forward", cases.Needs{Opinion: "見せる意見", Shareable: true})
		if !strings.Contains(w.reads(staff(nanao), shared.ID), "見せる意見") {
			t.Error("a shareable opinion is shown")
		}
		if l := w.letter(shared.ID, "L10"); true {
			_, err := w.s.Letter(bg, staff(nanao), l.ID)
			wants(t, fault.Missing, "the body opens the branch's letter to HQ", err)
		}
	})
}

func TestTheAdministratorOpensACaseOnlyWithAReasonForEightHours(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.lives(nanao)["billed"]
		_, err := w.s.Break(bg, officer("koushin"), c.Number, "問合せに答えるため確認する")
		wants(t, fault.Missing, "not an administrator", err)
		_, err = w.s.Break(bg, admin, c.Number, "確認")
		wants(t, fault.Invalid, "a short reason", err)
		_, err = w.s.Break(bg, admin, c.Number, "　　　　　　　　　　　　")
		wants(t, fault.Invalid, "a blank reason", err)
		_, err = w.s.Break(bg, admin, "P01-2027-99999", "問合せに答えるため確認する")
		wants(t, fault.Missing, "no such case", err)
		id, err := w.s.Break(bg, admin, c.Number, "問合せ第12号に答えるため確認する")
		w.must(err)
		if id != c.ID {
			t.Fatalf("opened %s", id)
		}
		text := w.reads(admin, c.ID)
		if strings.Contains(text, "7654321") {
			t.Error("bank data")
		}
		other := admin
		other.Person = "admin-2"
		closed(t, w, "another administrator", other, c)
		_, err = w.s.Do(bg, admin, c.ID, cases.Act{Move: "pay"})
		wants(t, fault.Refused, "the administrator acts", err)
		events, err := w.s.Journal(bg, auditor, c.ID)
		w.must(err)
		if e := events[len(events)-1]; e.Type != "opened" || e.Person != admin.Person || e.Role != account.RoleAdmin || e.Data.Reason != "問合せ第12号に答えるため確認する" {
			t.Errorf("the auditor reads %+v", e)
		}
		w.wait(8*time.Hour - time.Second)
		w.get(admin, c.ID)
		w.wait(2 * time.Second)
		closed(t, w, "after eight hours", admin, c)
		w.verified()
	})
}

func TestAFileOfAnotherBodyOrCaseCannotBeTaken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine, theirs := w.draft(staff(nanao), grant), w.draft(staff(fuji), grant)
		f := w.upload(staff(fuji), "見積書.pdf")
		put := func(by account.Who, id string, f form.File) error {
			_, err := w.s.SaveFields(bg, by, id, map[string]form.Input{"att.estimates": fileInput(f)}, 0, nil)
			return err
		}
		wants(t, fault.Invalid, "a file of another body", put(staff(nanao), mine.ID, f))
		w.must(put(staff(fuji), theirs.ID, f))
		second := w.draft(staff(fuji), grant)
		if err := put(staff(fuji), second.ID, f); err == nil {
			t.Error("a file of another case was taken")
		}
		wants(t, fault.Invalid, "a file nobody stored", put(staff(nanao), mine.ID, form.File{ID: "f_none", Name: "a.pdf", SHA256: strings.Repeat("0", 64), Size: 1}))
		wants(t, fault.Invalid, "a file without an id", put(staff(nanao), mine.ID, form.File{Name: "a.pdf", SHA256: strings.Repeat("0", 64), Size: 1}))
		for _, ref := range []string{"letter:x", "", "case:", "case:none", theirs.ID} {
			wants(t, fault.Missing, "ref "+ref, w.file(staff(fuji), ref, "att.estimates", ""))
		}
		wants(t, fault.Missing, "a field that is not there", w.file(staff(fuji), "case:"+theirs.ID, "nonsense", ""))
	})
}

func fileInput(files ...form.File) form.Input {
	return form.Field{Key: "att.estimates", Kind: form.KindFile}.Input(files)
}
