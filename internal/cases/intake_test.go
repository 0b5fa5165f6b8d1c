package cases_test

import (
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

// taking is what an office says of an application of 富士市 that came by post.
func (w *world) taking(by account.Who, day string) cases.Taking {
	w.t.Helper()
	return cases.Taking{Org: fuji, Programme: grant, Channel: "post", Day: day, Reason: "通信の障害のため", Papers: []form.File{w.upload(by, "申請書.pdf")}, Token: day + by.Person}
}

// entered is the case of 富士市, handed in by an officer of HQ for it.
func (w *world) entered(day string) (*cases.Case, account.Who) {
	w.t.Helper()
	c, err := w.s.Enter(bg, officer("keishin"), w.taking(officer("keishin"), day))
	w.must(err)
	as, _, _, err := w.s.Agent(bg, officer("keishin"), c.ID)
	w.must(err)
	w.save(as, c.ID, w.exampleAnswers(grant, nil))
	return c, as
}

func TestAnOfficerEntersForABodyWhatItSentOnPaper(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.moveTo("2026-11-04 10:00") // the call closed on 31 October
		me := officer("keishin")
		c, as := w.entered("2026-10-31")
		if !as.Enters() || as.Hat.Body != "lg:"+fuji || as.Desk.Body != "hq:keishin" {
			t.Fatalf("they act as %+v", as)
		}
		for name, other := range map[string]account.Who{"another section": officer("koushin"), "the branch": branch("22"), "the chief": chief("keishin"), "another body": staff(nanao)} {
			_, _, _, err := w.s.Agent(bg, other, c.ID)
			wants(t, fault.Missing, name, err)
		}
		_, _, err := w.s.Get(bg, me, c.ID)
		wants(t, fault.Missing, "a draft under the officer's own hat", err)
		if got := w.get(staff(fuji), c.ID); got.Intake() == nil || got.Title() == "" {
			t.Error("the body sees what is being entered for it")
		}
		w.must(w.s.Tick(bg))
		if got := w.full(c.ID); got.State != "draft" {
			t.Fatalf("what had arrived in time is %s", got.State)
		}
		_, err = w.try(staff(fuji), c.ID, "ask_approval", cases.Needs{})
		if _, late := err.(*cases.Incomplete); !late {
			t.Errorf("the body itself is too late: %v", err)
		}
		_, err = w.try(as, c.ID, "withdraw", cases.Needs{Comment: "取り下げる"})
		if err == nil {
			t.Error("an officer withdraws an application of a body")
		}
		_, err = w.try(as, c.ID, "submit", cases.Needs{})
		w.must(err)
		got := w.full(c.ID)
		if got.State != "branch_check" || got.Number == "" || got.Intake() != nil || got.Entered() == nil || got.Submitted.In(jst(t, "2026-10-31").Location()).Format("2006-01-02") != "2026-10-31" {
			t.Fatalf("%s %q %v %+v", got.State, got.Number, got.Submitted, got.Intakes)
		}
		events, err := w.s.Journal(bg, auditor, c.ID)
		w.must(err)
		for _, e := range events {
			if e.Behalf != "lg:"+fuji || e.Person != me.Person || e.Role != account.RoleOfficer || e.Body != "hq:keishin" {
				t.Errorf("%d %s is by %s %s of %s for %q", e.Seq, e.Type, e.Role, e.Person, e.Body, e.Behalf)
			}
		}
		_, _, _, err = w.s.Agent(bg, me, c.ID)
		wants(t, fault.Missing, "after it was handed in", err)
		letters, err := w.s.LettersOf(bg, staff(fuji), c.ID)
		w.must(err)
		if len(letters) != 1 || !strings.Contains(strings.Join(itemValues(letters[0]), " "), "職員が入力しました") {
			t.Errorf("the receipt does not say who entered it: %+v", letters)
		}
		list, err := w.s.Intakes(bg, me, 10)
		w.must(err)
		if len(list) != 1 || list[0].Number != got.Number || list[0].Open || list[0].Reads {
			t.Errorf("the office's list: %+v", list)
		}
		w.verified()
	})
}

func itemValues(l cases.Letter) (list []string) {
	for _, x := range l.Document.Items {
		list = append(list, x.Value)
	}
	return list
}

func TestWhoeverEnteredAnApplicationDecidesNothingOnIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, as := w.entered("2026-09-30")
		_, err := w.try(as, c.ID, "submit", cases.Needs{})
		w.must(err)
		w.do(branch("22"), c.ID, "forward", cases.Needs{Opinion: "適当と認める。"})
		me, colleague := officer("keishin"), who("officer-2", account.RoleOfficer, "hq:keishin")
		got := w.full(c.ID)
		if !slices.Contains(got.Agents, me.Person) {
			t.Fatalf("agents %v", got.Agents)
		}
		wants(t, fault.Refused, "settling a rule", w.s.Settle(bg, me, c.ID, "M-P01-05", "", "", "確認した"))
		seen := 0
		for _, who := range []account.Who{me, colleague} {
			for _, m := range w.s.Moves(bg, who, w.get(who, c.ID), w.programme(grant)) {
				for _, e := range m.Effects {
					if strings.HasPrefix(e, "outcome:") {
						seen++
						if barred := m.Blocked != nil && m.Blocked.Key == "cases.intake.same_person"; barred != (who.Person == me.Person) {
							t.Errorf("%s %s: %v", who.Person, m.ID, m.Blocked)
						}
					}
				}
			}
		}
		if seen == 0 {
			t.Log("no decision can be drafted in this state")
		}
	})
}

func TestAnIntakeIsRefusedInWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := officer("keishin")
		for field, change := range map[string]func(*cases.Taking){
			"org": func(x *cases.Taking) { x.Org = "999999" }, "programme": func(x *cases.Taking) { x.Programme = "none" }, "channel": func(x *cases.Taking) { x.Channel = "pigeon" },
			"day": func(x *cases.Taking) { x.Day = "2026-10-02" }, "reason": func(x *cases.Taking) { x.Reason = " " }, "papers": func(x *cases.Taking) { x.Papers = nil },
		} {
			x := w.taking(me, "2026-09-30")
			change(&x)
			_, err := w.s.Enter(bg, me, x)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		_, err := w.s.Enter(bg, branch("17"), w.taking(branch("17"), "2026-09-30"))
		if f := fault.Of(err); f == nil || f.Field != "org" {
			t.Errorf("a body of another branch: %v", err)
		}
		_, err = w.s.Enter(bg, officer("koushin"), w.taking(officer("koushin"), "2026-09-30"))
		if f := fault.Of(err); f == nil || f.Field != "programme" {
			t.Errorf("a programme of another section: %v", err)
		}
		sent := me
		sent.Home = fuji
		_, err = w.s.Enter(bg, sent, w.taking(sent, "2026-09-30"))
		if f := fault.Of(err); f == nil || f.Field != "org" {
			t.Errorf("the body that sent them: %v", err)
		}
		_, err = w.s.Enter(bg, staff(fuji), w.taking(staff(fuji), "2026-09-30"))
		wants(t, fault.Refused, "the body itself", err)
		stolen := w.taking(branch("17"), "2026-09-30")
		_, err = w.s.Enter(bg, me, stolen)
		if f := fault.Of(err); f == nil || f.Field != "papers" {
			t.Errorf("papers of another office: %v", err)
		}
		x := w.taking(me, "2026-09-30")
		one, err := w.s.Enter(bg, me, x)
		w.must(err)
		two, err := w.s.Enter(bg, me, x)
		w.must(err)
		if one.ID != two.ID {
			t.Error("sent twice makes two cases")
		}
		wants(t, fault.Invalid, "no reason", w.s.DropIntake(bg, me, one.ID, ""))
		w.must(w.s.DropIntake(bg, me, one.ID, "団体が自ら提出するため"))
		_, _, _, err = w.s.Agent(bg, me, one.ID)
		wants(t, fault.Missing, "given up", err)
		if got := w.get(staff(fuji), one.ID); got.State != "draft" || got.Intake() != nil || got.Entered() != nil {
			t.Errorf("what is left is the body's draft: %+v", got.Intakes)
		}
	})
}

func TestACorrectionOnPaperIsEnteredForTheBody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(nanao), grant, nil)
		w.submit(c.ID, nanao)
		by := branch("17")
		wants(t, fault.Conflict, "nothing is awaited", w.s.TakeIn(bg, by, c.ID, w.taking(by, "2026-10-01")))
		w.do(by, c.ID, "branch_return", cases.Needs{Due: "2026-10-08", Remarks: []cases.Remark{{Field: "p.title", Kind: "誤り", Text: "正式な名称にしてください"}}})
		w.must(w.s.TakeIn(bg, by, c.ID, w.taking(by, "2026-10-01")))
		as, _, _, err := w.s.Agent(bg, by, c.ID)
		w.must(err)
		if _, err := w.trySave(as, c.ID, map[string]any{"p.summary": "開かれていない項目"}, 0); err == nil {
			t.Error("a field that is not open is filled")
		}
		w.save(as, c.ID, map[string]any{"p.title": "直した名称"})
		w.moveTo("2026-10-09 09:00") // entered after the limit, arrived before it
		_, err = w.try(as, c.ID, "resubmit", cases.Needs{Corrected: true})
		w.must(err)
		if got := w.full(c.ID); got.State != "branch_check" || got.Title() != "直した名称" || got.Entered() != nil || !got.Intakes[0].Used {
			t.Errorf("%s %q %+v", got.State, got.Title(), got.Intakes)
		}
	})
}
