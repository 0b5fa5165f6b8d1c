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

// from is a member of the committee whose home body has this code.
func from(n int, home string) account.Who {
	j := judge(n)
	j.Home = home
	return j
}

// Detail 11 of casework.md §6. Every kind of conflict shuts the case by every path, is in the register with its reason and who recorded it,
// and takes back the sheet that was sent. Others' marks stay hidden until one's own are in; who abstains gives no mark; the marks are
// frozen with their digest, and no mark comes after. Blindness and ties: TestBlindnessIsInTheQueryLayer,
// TestTiesAreBrokenByWeightThenOwnMoneyThenArrival.
func TestDetail11FairScreeningConflictsBlockReadingMarksAreHiddenThenFrozen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.accepted(nanao, grant, nil)
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, []account.Who{from(1, nanao), from(2, kanazawa), judge(3), judge(4), judge(5), judge(6), judge(7), judge(8)}))
		w.score(judge(3), c.ID)
		w.must(w.s.Declare(bg, judge(3), c.ID, "申請団体の顧問である。"))
		w.must(w.s.NoteConflict(bg, officer("keishin"), c.ID, judge(4).Person, "共同研究をしている。"))
		w.must(w.s.AddPost(bg, judge(5), judge(5).Person, nanao, "観光課長", "2023-03-31"))
		w.must(w.s.AddPost(bg, officer("keishin"), judge(6).Person, nanao, "参与", ""))
		w.must(w.s.AddPost(bg, judge(7), judge(7).Person, nanao, "主事", "2019-03-31")) // longer ago than the definition counts
		for name, by := range map[string]account.Who{"the home body": from(1, nanao), "the prefecture": from(2, kanazawa), "a declaration": judge(3), "a note": judge(4), "a former post": judge(5), "a post": judge(6)} {
			closed(t, w, name, by, c)
			if barred, err := w.s.Barred(bg, by); err != nil || !slices.Equal(barred, []string{c.Number}) {
				t.Errorf("%s: told %v %v", name, barred, err)
			}
		}
		for _, by := range []account.Who{judge(7), judge(8)} {
			if _, _, err := w.s.Get(bg, by, c.ID); err != nil {
				t.Errorf("%s has no conflict: %v", by.Person, err)
			}
		}
		list, err := w.s.Conflicts(bg, officer("keishin"), c.ID, "", 0)
		w.must(err)
		var kinds []string
		for _, x := range list {
			kinds = append(kinds, x.Person+" "+x.Kind+" "+x.By)
			if x.Reason == "" || x.Name == "" || x.ByName == "" || x.At.IsZero() || x.Number != c.Number {
				t.Errorf("the register: %+v", x)
			}
		}
		slices.Sort(kinds)
		want := []string{"judge-1 same system", "judge-2 area system", "judge-3 declared judge-3", "judge-4 noted officer-keishin", "judge-5 post judge-5", "judge-6 post officer-keishin"}
		if !slices.Equal(kinds, want) {
			t.Errorf("the register holds %q", kinds)
		}
		if m := w.full(c.ID).Member(judge(3).Person); m.Scored() {
			t.Error("the sheet of a member with a conflict still counts")
		}
		for name, by := range map[string]account.Who{"the body": staff(nanao), "the branch": branch("17"), "a member": judge(8), "finance": finance, "the administrator": admin, "a visitor": visitor} {
			_, err := w.s.Conflicts(bg, by, c.ID, "", 0)
			wants(t, fault.Missing, name+" reads the register", err)
			_, err = w.s.Posts(bg, by, judge(5).Person)
			wants(t, fault.Missing, name+" reads posts", err)
		}
		w.verified()
	})
	each(t, func(t *testing.T, w *world) {
		c := w.accepted(nanao, grant, nil)
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, []account.Who{judge(1), judge(2), judge(3), judge(4)}))
		w.must(w.s.Score(bg, judge(1), c.ID, map[string]int{"need": 5, "model": 5, "effect": 5, "doable": 5, "cost": 5}, map[string]string{"need": "一番の所見"}))
		if strings.Contains(w.reads(judge(2), c.ID), "一番の所見") {
			t.Error("a member reads another's marks before giving their own")
		}
		w.must(w.s.Abstain(bg, judge(4), c.ID, "専門外のため評価できない。"))
		w.score(judge(2), c.ID, 4, 4, 4, 4, 4)
		if !strings.Contains(w.reads(judge(2), c.ID), "一番の所見") {
			t.Error("a member who gave their marks does not read the others'")
		}
		w.score(judge(3), c.ID, 3, 3, 3, 3, 3)
		p := w.programme(grant)
		if got := w.full(c.ID).Mean(p.Screening); got != 800 {
			t.Errorf("the mean of 100, 80 and 60 with one who abstains is %d tenths", got)
		}
		c = w.do(officer("keishin"), c.ID, "rank", cases.Needs{})
		frozen := c.ScoresHash
		if frozen == "" {
			t.Fatal("the marks are not frozen")
		}
		wants(t, fault.Conflict, "a mark after freezing", w.tryScore(judge(3), c.ID, 5, 5, 5, 5, 5))
		wants(t, fault.Conflict, "abstaining after freezing", w.s.Abstain(bg, judge(3), c.ID, "やはり評価できない。"))
		if got := w.full(c.ID); got.ScoresHash != frozen || got.Mean(p.Screening) != 800 {
			t.Errorf("after freezing: %s, %d", got.ScoresHash, got.Mean(p.Screening))
		}
		told := func() *cases.Result { return w.get(staff(nanao), c.ID).Result() }
		amount := int64(4000000)
		w.do(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択を適当と認める。"})
		if got := told(); got != nil {
			t.Errorf("the body reads its marks before it is told the decision: %+v", got)
		}
		w.do(chief("keishin"), c.ID, "approve", cases.Needs{})
		if got := told(); got == nil || got.Mean != 800 || got.Sheets != 3 || len(got.Criteria) != len(p.Screening.Criteria) || got.Criteria[0].Mean != 40 {
			t.Errorf("the body reads %+v", got)
		}
		if text := w.reads(staff(nanao), c.ID); strings.Contains(text, "一番の所見") || strings.Contains(text, judge(1).Person) {
			t.Error("the body reads a member's sheet or name")
		}
		for _, by := range []account.Who{branch("17"), finance, officer("keishin")} {
			if w.get(by, c.ID).Result() != nil {
				t.Errorf("%s reads the body's result", by.Person)
			}
		}
		w.verified()
	})
}

// A post recorded after the assignment, and one recorded while the process that assigned is gone, shut the case at once; nobody has to act.
func TestAPostThatBecomesKnownShutsTheCaseAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.accepted(nanao, grant, nil)
		other := w.accepted(fuji, grant, nil)
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, staffed(1, 3)))
		w.exec(`INSERT INTO former_posts (id, person, org_code, org_name, title, until_day, by_person, by_name, at)
			VALUES ('p1', 'judge-1', $1, '七尾市', '部長', '2026-03-31', 'x', 'x', '2026-10-01T00:00:00.000000Z')`, nanao)
		closed(t, w, "a member whose post is known to the register only", judge(1), c)
		w.must(w.s.Assign(bg, officer("keishin"), other.ID, staffed(1, 3)))
		if _, _, err := w.s.Get(bg, judge(1), other.ID); err != nil {
			t.Errorf("another body's case: %v", err)
		}
		for field, err := range map[string]error{
			"title": w.s.AddPost(bg, judge(2), judge(2).Person, nanao, " ", ""),
			"until": w.s.AddPost(bg, judge(2), judge(2).Person, nanao, "課長", "2027-01-01"),
			"org":   w.s.AddPost(bg, judge(2), judge(2).Person, "999999", "課長", ""),
		} {
			if f := fault.Of(err); f == nil || f.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		wants(t, fault.Missing, "somebody else's post", w.s.AddPost(bg, judge(3), judge(2).Person, nanao, "課長", ""))
	})
}

// A secondee at headquarters does not deal with the body that sent them: 派遣元 = applicant is derived from the staff register.
func TestASecondeeDoesNotReachCasesOfTheBodyThatSentThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.proposed(nanao, grant, nil, 1000000)
		near := w.forwarded(kanazawa, grant, nil)
		for name, by := range map[string]account.Who{"an officer": officer("keishin"), "a chief": chief("keishin")} {
			if n, err := w.s.Count(bg, by, cases.Filter{Open: true}, 50); err != nil || n != 2 {
				t.Errorf("%s from nowhere counts %d %v", name, n, err)
			}
			by.Home = nanao
			closed(t, w, name, by, c)
			if n, err := w.s.Count(bg, by, cases.Filter{Open: true}, 50); err != nil || n != 1 {
				t.Errorf("%s counts %d %v", name, n, err)
			}
			if _, _, err := w.s.Get(bg, by, near.ID); err != nil {
				t.Errorf("%s: a neighbour's case: %v", name, err)
			}
		}
	})
}

// Detail 11, blindness in the query layer: what a member can get of a case before the decision never says whose it is.
func TestBlindnessIsInTheQueryLayer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.accepted(nanao, grant, map[string]any{"p.title": "七尾市の和ろうそく海外展開", "p.content": strings.Repeat("七尾市長が先頭に立ち、商談会を開く。", 3)})
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, staffed(1, 3)))
		names := []string{"七尾", "Nanao", nanao, "髙﨑", "@example", "staff-" + nanao, "approver-" + nanao}
		check := func(what, text string) {
			t.Helper()
			for _, n := range names {
				if strings.Contains(text, n) {
					t.Errorf("%s says %q", what, n)
				}
			}
		}
		got, p, err := w.s.Get(bg, judge(1), c.ID)
		w.must(err)
		doc, err := json.Marshal(got)
		w.must(err)
		check("the case", string(doc)+fmt.Sprint(got.Answers())+got.Title())
		if !strings.Contains(got.Title(), "和ろうそく") || !strings.Contains(got.Title(), cases.Veiled) {
			t.Errorf("the title is %q", got.Title())
		}
		if list := w.s.Moves(bg, judge(1), got, p); len(list) != 0 {
			t.Errorf("moves %v", list)
		}
		past, _, err := w.s.AsOf(bg, judge(1), c.ID, w.now())
		w.must(err)
		check("the case as it stood", fmt.Sprint(past.Org, past.Answers(), past.Owner, past.Submitter))
		for _, text := range []string{"", "和ろうそく"} {
			page, err := w.s.List(bg, judge(1), cases.Filter{Text: text})
			w.must(err)
			check("a list", fmt.Sprint(page.Lines))
		}
		for _, text := range []string{"七尾", "七尾市の"} {
			page, err := w.s.List(bg, judge(1), cases.Filter{Text: text})
			w.must(err)
			if n, err := w.s.Count(bg, judge(1), cases.Filter{Text: text}, 9); len(page.Lines) != 0 || n != 0 || err != nil {
				t.Errorf("searching %q finds %d, counts %d", text, len(page.Lines), n)
			}
		}
		seen, err := w.s.Seen(bg, judge(1), []string{c.ID})
		w.must(err)
		check("a line of notices", fmt.Sprint(seen))
		for _, f := range got.Answers() {
			check("an answer", fmt.Sprint(f))
		}
		if text := fmt.Sprint(got.Answers()["att.estimates"]); !strings.Contains(text, "添付資料.pdf") {
			t.Errorf("an attachment is called %s", text)
		}
	})
}
