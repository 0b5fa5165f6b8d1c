package cases_test

import (
	"strings"
	"testing"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

const (
	model = "model-project-grant"
	multi = "multicultural-grant"
)

// jointly are answers that name other bodies: 金沢市 by its name, and the sums of the joint cap.
func jointly(members ...any) map[string]any {
	return map[string]any{"m.joint": true, "m.members": members, "fund.requested": 5000000, "fund.own": 4000000,
		"cost.lines": []any{map[string]any{"item": "旅費", "detail": "派遣", "where": "abroad", "qty": 1, "unit": 9000000, "amount": 9000000, "eligible": true}}}
}

func member(name string, share int) map[string]any {
	return map[string]any{"org": map[string]any{"name": name}, "role": "講師の派遣", "share": share}
}

// partner is a body the case names, as somebody sees it.
func (w *world) partner(id, name string) *cases.Partner {
	w.t.Helper()
	c, p, err := w.s.Get(bg, auditor, id)
	w.must(err)
	for _, x := range c.Partners(p) {
		if x.Name == name {
			return &x
		}
	}
	w.t.Fatalf("%s is not named: %+v", name, c.Partners(p))
	return nil
}

func TestAJointApplicationIsSubmittedOnlyOnceEveryMemberHasConsented(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(nanao), model, jointly(member("金沢市", 100000), member("静岡県富士市", 200000)))
		if x := w.partner(c.ID, "富士市"); x.Code != fuji || x.Type != "city" || x.State != "" {
			t.Fatalf("the register knows %+v", x)
		}
		for _, other := range []string{kanazawa, fuji} {
			_, _, err := w.s.Get(bg, staff(other), c.ID)
			wants(t, fault.Missing, "before it was asked "+other, err)
		}
		_, err := w.try(staff(nanao), c.ID, "ask_approval", cases.Needs{})
		if inc, ok := err.(*cases.Incomplete); !ok || !strings.Contains(strings.Join(failing(inc.Evaluation), " "), "M-P03-08=fail") {
			t.Fatalf("handed in without consent: %v", err)
		}
		wants(t, fault.Missing, "a body that is not named", w.s.Ask(bg, staff(nanao), c.ID, hamamatsu, "", ""))
		w.must(w.s.Ask(bg, staff(nanao), c.ID, kanazawa, "", ""))
		w.must(w.s.Ask(bg, staff(nanao), c.ID, fuji, "", ""))
		w.mailed(c.ID, "lg."+kanazawa+".r03@example.jp", "")
		wants(t, fault.Refused, "a member asks another", w.s.Ask(bg, staff(kanazawa), c.ID, fuji, "", ""))
		if got := w.get(staff(kanazawa), c.ID); got.Answers()["fund.requested"] != int64(5000000) {
			t.Error("a member reads the application")
		}
		_, err = w.trySave(staff(kanazawa), c.ID, map[string]any{"p.title": "書き換え"}, 0)
		if err == nil {
			t.Error("a member writes in the application of the lead")
		}
		_, _, err = w.s.Get(bg, staff(hamamatsu), c.ID)
		wants(t, fault.Missing, "another body", err)

		w.must(w.s.Consent(bg, staff(kanazawa), c.ID, w.partner(c.ID, "金沢市").Seen()))
		wants(t, fault.Refused, "the drafter of a body of two steps", w.s.Consent(bg, staff(fuji), c.ID, w.partner(c.ID, "富士市").Seen()))
		wants(t, fault.Conflict, "to other terms than they saw", w.s.Consent(bg, approver(fuji), c.ID, "0000000000000000"))
		w.must(w.s.Consent(bg, approver(fuji), c.ID, w.partner(c.ID, "富士市").Seen()))
		w.must(w.s.Consent(bg, approver(fuji), c.ID, w.partner(c.ID, "富士市").Seen()))
		events, err := w.s.Journal(bg, staff(nanao), c.ID)
		w.must(err)
		n := 0
		for _, e := range events {
			if e.Type == "party_agreed" && e.Data.Party.Key == fuji {
				if n++; e.Data.Party.By != approver(fuji).Name || e.Data.Party.Terms["fund.requested"] == "" || e.Person != approver(fuji).Person {
					t.Errorf("who consented for whom to what: %+v", e.Data.Party)
				}
			}
		}
		if n != 1 {
			t.Errorf("consented %d times", n)
		}

		// a change of the sum voids both, a change of one's share one's own
		w.save(staff(nanao), c.ID, map[string]any{"fund.requested": 4000000, "fund.own": 5000000})
		if x := w.partner(c.ID, "金沢市"); !x.Void() || x.Changed[0] != "fund.requested" {
			t.Errorf("after the sum changed: %+v", x)
		}
		w.save(staff(nanao), c.ID, map[string]any{"fund.requested": 5000000, "fund.own": 4000000})
		if x := w.partner(c.ID, "金沢市"); !x.Agrees() {
			t.Error("what was consented to holds again when it is asked for again")
		}
		w.save(staff(nanao), c.ID, map[string]any{"m.members": []any{member("金沢市", 100000), member("富士市", 250000)}})
		if x := w.partner(c.ID, "富士市"); !x.Void() || !w.partner(c.ID, "金沢市").Agrees() {
			t.Errorf("after one share changed: %+v", x.Changed)
		}
		w.must(w.s.Consent(bg, approver(fuji), c.ID, w.partner(c.ID, "富士市").Seen()))
		if c = w.submit(c.ID, nanao); c.Number != "P03-2027-00001" {
			t.Errorf("number %q", c.Number)
		}
		if got := w.get(staff(kanazawa), c.ID); got.State != "branch_check" {
			t.Errorf("the member follows it: %s", got.State)
		}
		list, err := w.s.Joined(bg, staff(kanazawa))
		w.must(err)
		if len(list) != 1 || list[0].ID != c.ID {
			t.Errorf("what 金沢市 takes part in: %+v", list)
		}
		page, err := w.s.List(bg, staff(kanazawa), cases.Filter{})
		w.must(err)
		if len(page.Lines) != 0 {
			t.Error("the case of another body stands among its own")
		}
		w.verified()
	})
}

func TestAMemberThatLeavesBeforeTheDecisionTakesTheJointCapWithIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(nanao), model, jointly(member("金沢市", 0)))
		w.must(w.s.Ask(bg, staff(nanao), c.ID, kanazawa, "", ""))
		w.must(w.s.Consent(bg, staff(kanazawa), c.ID, w.partner(c.ID, "金沢市").Seen()))
		c = w.submit(c.ID, nanao)
		wants(t, fault.Invalid, "without a reason", w.s.DeclinePart(bg, staff(kanazawa), c.ID, " "))
		w.must(w.s.DeclinePart(bg, staff(kanazawa), c.ID, "予算の都合により参加できなくなったため。"))
		w.mailed(c.ID, "lg."+nanao+".r03@example.jp", "")
		w.mailed(c.ID, "branch.17.r05@example.jp", "")
		_, _, err := w.s.Get(bg, staff(kanazawa), c.ID)
		wants(t, fault.Missing, "whoever left", err)
		got := w.full(c.ID)
		found := false
		for _, r := range got.Evaluation.Rules {
			found = found || r.ID == "M-P03-08" && r.Outcome == "fail"
		}
		if !found || got.Parties[0].State != cases.PartyLeft {
			t.Errorf("the desk sees that the consent is gone: %+v", got.Parties)
		}
		w.do(branch("17"), c.ID, "forward", cases.Needs{Opinion: "適当と認めます。"})
		_, err = w.try(officer("keishin"), c.ID, "accept", w.checklist(c.ID))
		wants(t, fault.Refused, "into screening without the consent", err)
		w.verified()
	})
}

func TestAPartnerWithoutAccountConsentsByLinkOrOnPaper(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.moveTo("2026-09-10 09:00")
		answers := map[string]any{"t.joint": true, "t.members": []any{map[string]any{"org": map[string]any{"name": "金沢市"}, "role": "会場"}},
			"t.npo": []any{map[string]any{"name": "見本の会", "role": "相談窓口"}, map[string]any{"name": "例の会", "role": "通訳"}}}
		c := w.filled(staff(nanao), multi, answers)
		w.must(w.s.Ask(bg, staff(nanao), c.ID, kanazawa, "", ""))
		w.must(w.s.Consent(bg, staff(kanazawa), c.ID, w.partner(c.ID, "金沢市").Seen()))
		wants(t, fault.Invalid, "no address", w.s.Ask(bg, staff(nanao), c.ID, "見本の会", "見本 花子", "見本"))
		wants(t, fault.Invalid, "no name", w.s.Ask(bg, staff(nanao), c.ID, "見本の会", " ", "npo@example.jp"))
		w.must(w.s.Ask(bg, staff(nanao), c.ID, "見本の会", "見本 花子", "npo@example.jp"))
		token := w.link(c.ID)
		in, err := w.s.ByLink(bg, token)
		w.must(err)
		if in.Partner.Name != "見本の会" || in.Lead.Code != nanao || in.Partner.Now["role"] != "相談窓口" {
			t.Errorf("%+v", in)
		}
		_, err = w.s.ByLink(bg, token+"X")
		wants(t, fault.Missing, "a guessed link", err)
		_, err = w.s.AnswerByLink(bg, token, "192.0.2.1", " ", in.Partner.Seen(), true, "")
		wants(t, fault.Invalid, "nobody", err)
		in, err = w.s.AnswerByLink(bg, token, "192.0.2.1", "代表 見本 花子", in.Partner.Seen(), true, "")
		w.must(err)
		if !in.Partner.Agrees() || in.Partner.How != cases.ByLink {
			t.Errorf("%+v", in.Partner)
		}
		paper := w.upload(staff(nanao), "同意書.pdf")
		wants(t, fault.Invalid, "no paper", w.s.ConsentOnPaper(bg, staff(nanao), c.ID, "例の会", w.partner(c.ID, "例の会").Seen(), "代表 例 太郎", nil))
		w.must(w.s.ConsentOnPaper(bg, staff(nanao), c.ID, "例の会", w.partner(c.ID, "例の会").Seen(), "代表 例 太郎", &paper))
		wants(t, fault.Missing, "a draft at the branch", w.file(branch("17"), "case:"+c.ID, "@consent", paper.ID))
		c = w.submit(c.ID, nanao)
		w.must(w.file(branch("17"), "case:"+c.ID, "@consent", paper.ID))
		wants(t, fault.Missing, "the paper of another member", w.file(staff(kanazawa), "case:"+c.ID, "@consent", paper.ID))
		says(t, w.letter(c.ID, "L01"), "金沢市、見本の会、例の会")
		w.verified()

		// the link ends with its days, and after too many looks
		d := w.filled(staff(fuji), multi, answers)
		w.must(w.s.Ask(bg, staff(fuji), d.ID, "見本の会", "見本 花子", "npo@example.jp"))
		old := w.link(d.ID)
		w.wait(2 * time.Minute)
		w.must(w.s.Ask(bg, staff(fuji), d.ID, "見本の会", "見本 花子", "npo@example.jp"))
		_, err = w.s.ByLink(bg, old)
		wants(t, fault.Missing, "the earlier link", err)
		token = w.link(d.ID)
		for range 40 {
			_, err = w.s.ByLink(bg, token)
			w.must(err)
		}
		_, err = w.s.ByLink(bg, token)
		wants(t, fault.Missing, "passed around", err)
		w.wait(2 * time.Minute)
		w.must(w.s.Ask(bg, staff(fuji), d.ID, "見本の会", "見本 花子", "npo@example.jp"))
		token = w.link(d.ID)
		w.wait(15 * 24 * time.Hour)
		_, err = w.s.ByLink(bg, token)
		wants(t, fault.Missing, "after its days", err)
	})
}

// link is the token of the newest link that was mailed about a case.
func (w *world) link(id string) string {
	w.t.Helper()
	body, err := db.One(bg, w.d.Read(), db.String, `SELECT body FROM mails WHERE case_id = $1 AND body LIKE '%/consent/%' ORDER BY id DESC LIMIT 1`, id)
	w.must(err)
	_, token, _ := strings.Cut(body, "/consent/")
	token, _, _ = strings.Cut(token, "\n")
	return strings.TrimSpace(token)
}
