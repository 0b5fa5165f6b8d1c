package cases_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
)

func boss(n int) account.Who { return who(fmt.Sprint("boss-", n), account.RoleChief, "hq:keishin") }

// toppled is a proposal of the full cap with a score near the floor, which the definition sends through two seats.
func (w *world) toppled(title string) *cases.Case {
	w.t.Helper()
	c := w.scored(nanao, grant, map[string]any{"p.title": title}, 3, 3, 3, 3, 4)
	w.do(officer("keishin"), c.ID, "rank", cases.Needs{})
	amount := int64(5000000)
	return w.do(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択"})
}

func (w *world) approvals(id string) (list []string) {
	for _, a := range w.full(id).Approvals {
		list = append(list, strings.Join([]string{a.Seat, a.Person, a.How, a.For, fmt.Sprint(a.Final)}, " "))
	}
	return list
}

func TestTheRouteOfAnApprovalFollowsKindAndAmount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		small := w.adopted(nanao, grant, map[string]any{"p.title": "少額"}, 4000000)
		if got := fmt.Sprint(w.approvals(small.ID)); got != "[chief chief-keishin rule director true]" {
			t.Errorf("decided by rule (専決): %s", got)
		}
		c := w.toppled("上限額")
		c = w.do(chief("keishin"), c.ID, "approve", cases.Needs{})
		if c.State != "proposed" || c.Decided != 0 {
			t.Errorf("one of two seats decided: %s %d", c.State, c.Decided)
		}
		_, err := w.try(chief("keishin"), c.ID, "approve", cases.Needs{})
		wants(t, fault.Refused, "the same person in both seats", err)
		c = w.do(boss(1), c.ID, "approve", cases.Needs{})
		if got := fmt.Sprint(w.approvals(c.ID)); c.State != "adopted" || got != "[chief chief-keishin   false director boss-1   true]" {
			t.Errorf("%s after %s", c.State, got)
		}
		drafted := w.scored(nanao, grant, map[string]any{"p.title": "自分で起案"})
		w.do(officer("keishin"), drafted.ID, "rank", cases.Needs{})
		amount := int64(1000000)
		w.do(officer("keishin"), drafted.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択"})
		same := officer("keishin")
		same.Hat.Role = account.RoleChief
		_, err = w.try(same, drafted.ID, "approve", cases.Needs{})
		wants(t, fault.Refused, "approval by the drafter", err)
		if got := w.approvals(drafted.ID); len(got) != 0 {
			t.Errorf("the drafter's approval stands: %s", got)
		}
		w.verified()
	})
}

func TestNeedsChangeMakesEarlierApprovalsVoid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.toppled("差戻し")
		w.do(chief("keishin"), c.ID, "approve", cases.Needs{})
		w.do(boss(1), c.ID, "send_back_proposal", cases.Needs{Comment: "金額を見直すこと。"})
		if got := w.approvals(c.ID); len(got) != 0 {
			t.Errorf("after needs change: %s", got)
		}
		amount := int64(5000000)
		w.do(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "再度の起案"})
		if c = w.do(chief("keishin"), c.ID, "approve", cases.Needs{}); c.State != "proposed" {
			t.Errorf("the approval given before counts again: %s", c.State)
		}
		w.must(w.s.Settle(bg, officer("keishin"), c.ID, "", "e.place", "海外", "契約先を確認した。"))
		if got := w.approvals(c.ID); len(got) != 0 {
			t.Errorf("after the ground was settled anew: %s", got)
		}
		w.verified()
	})
}

func TestADeputyApprovesOnlyWhileTheHolderIsAwayAndIsRecordedAsSuch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must(w.s.SetApprovers(bg, chief("keishin"), []cases.Sitter{{Seat: "chief", Person: "boss-1", Name: "課長さん"}, {Seat: "chief", Person: "boss-2", Name: "補佐さん", Deputy: true}}))
		c := w.proposed(nanao, grant, nil, 1000000)
		for _, by := range []account.Who{boss(2), boss(3)} {
			_, err := w.try(by, c.ID, "approve", cases.Needs{})
			wants(t, fault.Refused, by.Person+" while the holder is there", err)
			seen, p, err := w.s.Get(bg, by, c.ID)
			w.must(err)
			for _, m := range w.s.Moves(bg, by, seen, p) {
				if m.ID == "approve" && m.Blocked == nil {
					t.Errorf("%s is offered the decision", by.Person)
				}
			}
		}
		for field, x := range map[string]cases.Absence{"from": {Until: "2026-10-30", Reason: "出張"}, "until": {From: "2026-10-30", Until: "2026-10-20", Reason: "出張"}, "reason": {From: "2026-09-30", Until: "2026-10-30"}} {
			if f := fault.Of(w.s.AddAbsence(bg, chief("keishin"), x)); f == nil || f.Field != field {
				t.Errorf("%s: %v", field, f)
			}
		}
		w.must(w.s.AddAbsence(bg, officer("keishin"), cases.Absence{Person: "boss-1", Name: "課長さん", From: "2026-09-30", Until: "2026-10-30", Reason: "海外出張"}))
		_, err := w.try(boss(3), c.ID, "approve", cases.Needs{})
		wants(t, fault.Refused, "somebody who is no deputy", err)
		w.do(boss(2), c.ID, "approve", cases.Needs{})
		if got := fmt.Sprint(w.approvals(c.ID)); got != "[chief boss-2 deputy 課長さん true]" {
			t.Errorf("recorded: %s", got)
		}
		events, err := w.s.Journal(bg, auditor, c.ID)
		w.must(err)
		if last := events[len(events)-1]; last.Data.Approval == nil || last.Data.Approval.How != cases.ByDeputy {
			t.Errorf("the journal says %+v", last.Data.Approval)
		}
		wants(t, fault.Missing, "an officer enters approvers", w.s.SetApprovers(bg, officer("keishin"), nil))
		wants(t, fault.Missing, "a member enters an absence", w.s.AddAbsence(bg, judge(1), cases.Absence{}))
		w.verified()
	})
}

// Decide now, tell later: until the day nobody outside headquarters learns of the decision by anything they can read.
func TestADecisionIsSealedUntilItIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must(w.s.SetPanel(bg, officer("keishin"), cases.Panel{Programme: grant, FiscalYear: 2027, TellOn: "2026-10-20"}))
		c := w.proposed(nanao, grant, map[string]any{"p.title": "パリ展開 採択"}, 3000000)
		no := w.scored(nanao, grant, map[string]any{"p.title": "パリ展開 不採択"}, 2, 2, 2, 2, 2)
		w.do(officer("keishin"), no.ID, "rank", cases.Needs{})
		w.do(officer("keishin"), no.ID, "propose_reject", cases.Needs{ReasonClass: "審査", Comment: "合格線に達しない。"})
		outside := map[string]account.Who{"the body": staff(nanao), "its approver": approver(nanao), "the branch": branch("17"), "a member": judge(1)}
		read := func() string {
			var all []string
			for name, by := range outside {
				for _, id := range []string{c.ID, no.ID} {
					got, p, err := w.s.Get(bg, by, id)
					w.must(err)
					doc, err := json.Marshal(got)
					w.must(err)
					events, err := w.s.Journal(bg, by, id)
					w.must(err)
					moves := w.s.Moves(bg, by, got, p)
					letters, err := w.s.LettersOf(bg, by, id)
					w.must(err)
					text := string(doc)
					for _, cut := range []string{`"seq":`, `"head":`, `"updated":`} { // that something was written may be seen, not what
						if i := strings.LastIndex(text, cut); i >= 0 {
							j := strings.IndexAny(text[i:], ",}")
							text = text[:i] + text[i+j:]
						}
					}
					all = append(all, name+text+fmt.Sprint(len(events), len(moves), len(letters)))
				}
				page, err := w.s.List(bg, by, cases.Filter{})
				w.must(err)
				for _, l := range page.Lines {
					all = append(all, fmt.Sprint(l.ID, l.State, l.Holder, l.Due, l.Decided, l.Ended))
				}
			}
			adopted, _, err := w.s.Adopted(bg, "", 0, "", true)
			w.must(err)
			return sorted(all) + fmt.Sprint(adopted) + fmt.Sprint(w.int(`SELECT COUNT(*) FROM mails WHERE case_id IN ($1, $2)`, c.ID, no.ID))
		}
		before := read()
		w.do(chief("keishin"), c.ID, "approve", cases.Needs{})
		w.do(chief("keishin"), no.ID, "approve_reject", cases.Needs{})
		for _, id := range []string{c.ID, no.ID} {
			if x := w.full(id); !x.Sealed() || x.State != "proposed" {
				t.Errorf("%s sealed %v", x.State, x.Sealed())
			}
			_, err := w.try(boss(1), id, "send_back_proposal", cases.Needs{Comment: "やり直し"})
			wants(t, fault.Conflict, "a sealed decision is sent back", err)
		}
		_, err := w.try(boss(1), c.ID, "approve", cases.Needs{})
		wants(t, fault.Conflict, "deciding again", err)
		if after := read(); after != before {
			a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
			for i := range min(len(a), len(b)) {
				for j := 0; a[i] != b[i] && j < min(len(a[i]), len(b[i])); j++ {
					if a[i][j] != b[i][j] {
						t.Errorf("outside something changed: …%.200s", b[i][max(0, j-60):])
						break
					}
				}
			}
			t.Errorf("%d lines became %d", len(a), len(b))
		}
		if n, err := w.s.Tell(bg); err != nil || n != 0 {
			t.Errorf("told too early: %d %v", n, err)
		}
		w.moveTo("2026-10-20 00:00")
		if n, err := w.s.Tell(bg); err != nil || n != 2 {
			t.Errorf("told %d %v", n, err)
		}
		if x, y := w.full(c.ID), w.full(no.ID); x.State != "adopted" || x.Decided != 3000000 || x.DecidedOn != "2026-10-20" || y.State != "rejected" {
			t.Errorf("%s %d %s, %s", x.State, x.Decided, x.DecidedOn, y.State)
		}
		if n, err := w.s.Tell(bg); err != nil || n != 0 {
			t.Errorf("told twice: %d %v", n, err)
		}
		w.verified()
	})
}

func sorted(list []string) string {
	slices.Sort(list)
	return strings.Join(list, "\n")
}
