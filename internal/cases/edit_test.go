package cases_test

import (
	"slices"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

func typed(values map[string]string) map[string]form.Input {
	in := map[string]form.Input{}
	for k, v := range values {
		in[k] = form.Typed(v)
	}
	return in
}

func TestTwoEditorsMergeByFieldAndAreShownWhatTheyBothChanged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.draft(staff(nanao), grant)
		anne, bert := staff(nanao), who("bert", account.RoleApprover, "lg:"+nanao)
		save := func(by account.Who, values map[string]string, base int, mine ...string) cases.Saved {
			t.Helper()
			s, err := w.s.SaveFields(bg, by, c.ID, typed(values), base, mine)
			w.must(err)
			return s
		}
		base := c.Seq
		a := save(anne, map[string]string{"p.title": "アンの題", "p.place": "パリ"}, base)
		b := save(bert, map[string]string{"p.title": "ベルトの題", "p.summary": "概要"}, base)
		if len(a.Conflicts) != 0 || len(b.Conflicts) != 1 {
			t.Fatalf("conflicts %v %v", a.Conflicts, b.Conflicts)
		}
		k := b.Conflicts[0]
		if k.Field != "p.title" || k.Theirs != "アンの題" || k.Mine != "ベルトの題" || k.By != anne.Name || !k.At.Equal(w.now()) {
			t.Errorf("both versions are shown: %+v", k)
		}
		got := b.Case.Answers()
		if got["p.title"] != "アンの題" || got["p.summary"] != "概要" || got["p.place"] != "パリ" {
			t.Errorf("merged: %v", got)
		}
		if s := save(bert, map[string]string{"p.title": "アンの題"}, base); len(s.Conflicts) != 0 || s.Seq != b.Seq {
			t.Errorf("the same words are no conflict and no event: %+v", s)
		}
		s := save(bert, map[string]string{"p.title": "ベルトの題"}, base, "p.title")
		if len(s.Conflicts) != 0 || s.Case.Answers()["p.title"] != "ベルトの題" {
			t.Errorf("chosen: %+v", s)
		}
		if s := save(anne, map[string]string{"p.title": ""}, a.Seq); len(s.Conflicts) != 1 || s.Conflicts[0].Mine != nil {
			t.Errorf("emptying is a change too: %+v", s.Conflicts)
		}
		if s := save(anne, map[string]string{"p.title": ""}, s.Seq); len(s.Conflicts) != 0 || s.Case.Answers()["p.title"] != nil {
			t.Errorf("emptied: %+v", s)
		}
		if s := save(bert, map[string]string{"p.title": "あとの題"}, base); len(s.Conflicts) != 1 || s.Conflicts[0].Theirs != nil {
			t.Errorf("somebody emptied it: %+v", s.Conflicts)
		}
		w.verified()
	})
}

func TestWhatCannotBeReadIsKeptAsTypedAndStopsTheSubmissionAtItsField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(kanazawa), grant, nil)
		s, err := w.s.SaveFields(bg, staff(kanazawa), c.ID, typed(map[string]string{"fund.requested": "約500万円", "p.participants": "三百人くらい"}), c.Seq, nil)
		w.must(err)
		if len(s.Problems) != 2 {
			t.Errorf("problems: %+v", s.Problems)
		}
		c, p, err := w.s.Get(bg, staff(kanazawa), c.ID)
		w.must(err)
		f, _, _, _ := p.Field("fund.requested")
		if raw, ok := c.Answers()["fund.requested"].(form.Raw); !ok || f.Input(raw)[""][0] != "約500万円" {
			t.Errorf("kept: %#v", c.Answers()["fund.requested"])
		}
		_, err = w.try(staff(kanazawa), c.ID, "submit", cases.Needs{})
		inc, ok := err.(*cases.Incomplete)
		if !ok {
			t.Fatalf("submitted: %v", err)
		}
		var at []string
		for _, x := range inc.Evaluation.Problems {
			at = append(at, x.Field)
			if x.Message.JA == "" || x.Message.EN == "" {
				t.Errorf("no words at %s", x.Field)
			}
		}
		if !slices.Contains(at, "fund.requested") || !slices.Contains(at, "p.participants") {
			t.Errorf("problems at %v", at)
		}
		w.save(staff(kanazawa), c.ID, map[string]any{"fund.requested": "５，０００，０００円", "p.participants": "３００"})
		if c = w.do(staff(kanazawa), c.ID, "submit", cases.Needs{}); c.Requested != 5000000 {
			t.Errorf("requested %d", c.Requested)
		}
		w.verified()
	})
}

func TestOnlyQuestionsOfTheBodyCanBeAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.draft(staff(nanao), grant)
		for _, key := range []string{"org.name", "org.code", "nonsense", "", "r.result", "bank", "p.title "} {
			_, err := w.s.SaveFields(bg, staff(nanao), c.ID, typed(map[string]string{key: "x"}), 0, nil)
			wants(t, fault.Invalid, "field "+key, err)
			if f := fault.Of(err); f != nil && f.Field != key {
				t.Errorf("the fault stands at %q", f.Field)
			}
		}
		if got := c.Answers(); got["org.name"] != "七尾市" || got["org.code"] != nanao || got["org.head"] != "七尾市長" || got["org.branch"] != "石川県支部" {
			t.Errorf("from the register: %v", got)
		}
		// A save that is refused for one field saves none.
		_, err := w.s.SaveFields(bg, staff(nanao), c.ID, typed(map[string]string{"p.title": "題", "org.name": "x"}), 0, nil)
		wants(t, fault.Invalid, "mixed", err)
		if w.full(c.ID).Seq != 1 {
			t.Error("half of a refused save stayed")
		}
		w.verified()
	})
}

func TestTryingShowsWhatWouldBeAndSavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(nanao), grant, nil)
		_, p, err := w.s.Get(bg, staff(nanao), c.ID)
		w.must(err)
		f, _, _, _ := p.Field("cost.lines")
		v, _, _ := f.FromJSON([]any{map[string]any{"item": "委託料", "detail": "x", "where": "jp", "qty": 1, "unit": 2000000, "amount": 2000000, "eligible": true}})
		e, err := w.s.Try(bg, c, p, "application", map[string]form.Input{"cost.lines": f.Input(v), "nonsense": form.Typed("x")})
		w.must(err)
		if e.Amounts["maxGrant"] != 1000000 {
			t.Errorf("would be %v", e.Amounts)
		}
		again, err := w.s.Evaluate(bg, c, p, "application")
		w.must(err)
		if again.Amounts["maxGrant"] != 5000000 || w.full(c.ID).Seq != c.Seq {
			t.Errorf("is %v", again.Amounts)
		}
	})
}

func TestANewDraftTakesLastYearsWordsButNoFilesSumsOfTimeOrPromises(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old := w.submitted(nanao, grant, nil)
		c, err := w.s.New(bg, staff(nanao), grant, "", old.ID)
		w.must(err)
		got := c.Answers()
		if got["p.title"] != "伝統工芸のパリ展開" || got["c.email"] != "kanko@city.example.jp" {
			t.Errorf("copied: %v", got)
		}
		for _, key := range []string{"att.estimates", "p.period", "fund.requested", "d.true", "d.publish"} {
			if got[key] != nil {
				t.Errorf("%s was copied: %v", key, got[key])
			}
		}
		w.verified()
	})
}

func TestAFileTakenOutOfACorrectionStaysAsEvidence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.submitted(nanao, grant, nil)
		was := w.full(c.ID).Answers()["att.estimates"].([]form.File)[0]
		w.do(branch("17"), c.ID, "branch_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{{Field: "att.estimates", Kind: "古い", Text: "新しい見積書を。"}}})
		w.save(staff(nanao), c.ID, map[string]any{"att.estimates": true})
		if m, err := w.s.Files.Info(bg, was.ID); err != nil || m.Ref != "case:"+c.ID {
			t.Errorf("the first estimate: %+v %v", m, err)
		}
		d := w.filled(staff(nanao), grant, map[string]any{"p.title": "下書き"})
		was = w.full(d.ID).Answers()["att.estimates"].([]form.File)[0]
		w.save(staff(nanao), d.ID, map[string]any{"att.estimates": true})
		if m, err := w.s.Files.Info(bg, was.ID); err != nil || m.Ref != "" {
			t.Errorf("a draft lets go: %+v %v", m, err)
		}
		w.verified()
	})
}

func TestHandedOverDraftsFollowTheirNewOwner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b := w.draft(staff(nanao), grant), w.submitted(nanao, grant, nil)
		other := w.draft(staff(fuji), grant)
		var n int
		w.must(w.inTx(func(ctx ctx, tx tx) (err error) {
			n, err = w.s.HandOver(ctx, tx, approver(nanao), staff(nanao).Person, "newcomer", "lg:"+nanao)
			return err
		}))
		if n != 2 {
			t.Errorf("%d cases", n)
		}
		for _, id := range []string{a.ID, b.ID} {
			if c := w.full(id); c.Owner != "newcomer" {
				t.Errorf("owner %s", c.Owner)
			}
		}
		if w.full(other.ID).Owner != staff(fuji).Person {
			t.Error("another body's case moved")
		}
		if n, err := w.s.OwnedBy(bg, "newcomer", nanao); err != nil || n != 2 {
			t.Errorf("owned %d %v", n, err)
		}
		w.verified()
	})
}
