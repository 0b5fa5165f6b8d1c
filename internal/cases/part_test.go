package cases_test

import (
	"context"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

// consented is a joint draft of 七尾市 in which 金沢市 takes part and has consented.
func (w *world) consented() *cases.Case {
	w.t.Helper()
	c := w.filled(staff(nanao), model, jointly(member("金沢市", 100000)))
	w.must(w.s.Ask(bg, staff(nanao), c.ID, kanazawa, "", ""))
	w.must(w.s.Consent(bg, staff(kanazawa), c.ID, w.partner(c.ID, "金沢市").Seen()))
	return c
}

func TestAMemberFillsInItsOwnPartUntilTheApplicationIsHandedIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.consented()
		me := staff(kanazawa)
		part, open := w.get(me, c.ID).OwnPart(w.programme(model), me)
		if !open || len(part.Columns) != 2 {
			t.Fatalf("%v %+v", open, part.Columns)
		}
		role := func(words string) map[string]form.Input { return map[string]form.Input{"role": form.Typed(words)} }
		wants(t, fault.Missing, "a body that takes no part", w.s.SavePart(bg, staff(fuji), c.ID, role("x")))
		wants(t, fault.Refused, "the lead, who has the form", w.s.SavePart(bg, staff(nanao), c.ID, role("x")))
		err := w.s.SavePart(bg, me, c.ID, map[string]form.Input{"share": form.Typed("たくさん")})
		if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Field != "share" {
			t.Errorf("what is no sum: %v", err)
		}
		wants(t, fault.Invalid, "no role", w.s.SavePart(bg, me, c.ID, role("")))
		w.must(w.s.SavePart(bg, me, c.ID, map[string]form.Input{"role": form.Typed("会場の提供"), "org": form.Typed("富士市")}))
		x := w.partner(c.ID, "金沢市")
		if x.Now["role"] != "会場の提供" || !x.Void() {
			t.Errorf("%+v", x)
		}
		w.must(w.s.Consent(bg, me, c.ID, x.Seen()))
		w.submit(c.ID, nanao)
		wants(t, fault.Refused, "after it was handed in", w.s.SavePart(bg, me, c.ID, role("別の役割")))
		w.verified()
	})
}

func TestAMemberIsToldWhenItsConsentIsVoid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.consented()
		void := func() (n int) {
			for _, m := range w.mails(c.ID) {
				if strings.Contains(m, "lg."+kanazawa+".r03@example.jp") && strings.Contains(m, "同意いただいた内容が変わりました") {
					n++
				}
			}
			return n
		}
		w.save(staff(nanao), c.ID, map[string]any{"p.summary": "同意と関わりのない項目"})
		if void() != 0 {
			t.Error("told of a change that voids nothing")
		}
		w.save(staff(nanao), c.ID, map[string]any{"p.title": "別の事業"})
		if n := void(); n != 1 {
			t.Errorf("told %d times", n)
		}
		w.save(staff(nanao), c.ID, map[string]any{"p.title": "また別の事業"})
		if n := void(); n != 1 {
			t.Errorf("told %d times of the same void consent", n)
		}
	})
}

func TestMembersReadTheLettersOfAJointApplication(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.consented()
		w.submit(c.ID, nanao)
		own, err := w.s.LettersOf(bg, staff(nanao), c.ID)
		w.must(err)
		if len(own) != 1 {
			t.Fatalf("the lead has %d letters", len(own))
		}
		for _, id := range []string{"", c.ID} {
			list, err := w.s.LettersOf(bg, staff(kanazawa), id)
			w.must(err)
			if len(list) != 1 || list[0].ID != own[0].ID {
				t.Errorf("a member reads %d letters (%q)", len(list), id)
			}
		}
		w.must(w.s.Opened(bg, staff(kanazawa), own[0].ID))
		if l, err := w.s.Letter(bg, staff(kanazawa), own[0].ID); err != nil || l.Opened != "" {
			t.Errorf("a member's reading is no delivery to the lead: %q %v", l.Opened, err)
		}
		_, err = w.s.Letter(bg, staff(fuji), own[0].ID)
		wants(t, fault.Missing, "another body", err)
		w.must(w.s.DeclinePart(bg, staff(kanazawa), c.ID, "予算の都合のため"))
		_, err = w.s.Letter(bg, staff(kanazawa), own[0].ID)
		wants(t, fault.Missing, "a body that left", err)
	})
}

func TestMembersAndNextApproversAreToldByMail(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.s.Contact = contactOf
		c := w.accepted(nanao, grant, nil)
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, []account.Who{judge(1), judge(2)}))
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, []account.Who{judge(1)}))
		n := 0
		for _, m := range w.mails("") {
			if strings.Contains(m, "judge-1@example.jp") && strings.Contains(m, "割当て") {
				n++
			}
			if strings.Contains(m, "七尾市") && strings.Contains(m, "judge-") {
				t.Errorf("a member learns whose case it is: %s", m)
			}
		}
		if n != 1 {
			t.Errorf("a member was told %d times", n)
		}
		d := w.toppled("次の席")
		w.do(chief("keishin"), d.ID, "approve", cases.Needs{})
		w.mailed(d.ID, "hq.keishin.r07@example.jp", "決裁の順番")
	})
}

// contactOf is where somebody of the tests is written to.
func contactOf(_ context.Context, person string) (cases.Contact, error) {
	return cases.Contact{Person: form.Person{Name: person + "さん", Email: person + "@example.jp"}}, nil
}
