package journey_test

import (
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

// tour is a house with people at a real browser who all read one language.
type tour struct {
	*testing.T
	house  *journey.House
	people *uxcheck.Hands
	tag    lang.Tag
	in     map[string]bool
}

// tours plays a journey in a real browser, in Japanese on one engine and in English on the other (on the only one when there is one).
func tours(t *testing.T, play func(*tour)) {
	engines := dbtest.Engines()
	for i, tag := range []lang.Tag{lang.JA, lang.EN} {
		engine := engines[i%len(engines)]
		t.Run(engine+" "+string(tag), func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			play(&tour{t, h, uxcheck.NewHands(t, h.Base, uxcheck.Ways{Scripts: true}), tag, map[string]bool{}})
		})
	}
}

// at is an address in the language of the tour.
func (o *tour) at(path string) string {
	if o.tag == lang.EN {
		return "/en" + path
	}
	return path
}

// says are the words of the catalogue.
func (o *tour) says(key string, args ...any) string { return lang.T(o.tag, key, args...) }

// as is somebody's window on a page; whoever has not signed in yet does so first, by the form.
func (o *tour) as(login, path string) *uxcheck.Window {
	o.Helper()
	w := o.people.Of(login)
	if !o.in[login] {
		w.OpenOK(o.at("/signin")).Fill("login", login).Fill("password", o.house.Key(login)).Press(o.says("page.signin")).WantStatus(200)
		o.in[login] = true
	}
	return w.Open(o.at(path))
}

// hidden fails the test when a page shows words that are not for its reader.
func (o *tour) hidden(w *uxcheck.Window, words ...string) {
	o.Helper()
	for _, one := range words {
		if strings.Contains(w.Text(), one) {
			o.Errorf("%s shows %q", w.Path(), one)
		}
	}
}

// load is one case of the house.
func (o *tour) load(id string) *cases.Case {
	o.Helper()
	c, _, err := o.house.App.Cases.Get(o.Context(), cases.System, id)
	if err != nil {
		o.Fatal(err)
	}
	return c
}

const theCall = "/desk/screening/economic-activity-grant"

// J04 in a real browser: eight cases are assigned; the member with an interest sees only that they are out; each scores by their
// own before seeing others; the sheet locks; the secretary sees mean, spread and the mark far from the median, the member nothing of it; ties
// are broken as written; then the meeting, a saved plan, the minutes, and the proposals and decisions in the order of the meeting.
func TestJ04TheCommitteeFromConflictToMinutes(t *testing.T) {
	t.Parallel()
	tours(t, func(o *tour) {
		ids, err := o.house.App.MoreDemo(o.Context(), "accept", 8)
		if err != nil {
			o.Fatal(err)
		}
		first := o.load(ids[0])
		o.assigned(ids)

		barred := o.as("demo-member4", "/desk").Sees(o.says("desk.committee.barred"), first.Number)
		o.hidden(barred, first.Title())
		for _, path := range []string{"", "/screening", "/application", "/history"} {
			barred.Open(o.at("/desk/cases/" + ids[0] + path)).WantStatus(404)
		}

		list := o.as("demo-member1", "/desk")
		for _, id := range ids {
			list.Sees(o.load(id).Number)
		}
		o.sheets(ids[0], map[string]int{"demo-member1": 4, "demo-member2": 4, "demo-member3": 2})
		o.rest(ids[1:])
		o.meets(ids)
		o.decides(ids[1], ids[3])
	})
}

// assigned gives the cases to the committee: the first by the page, the others as the page would.
func (o *tour) assigned(ids []string) {
	w := o.as("demo-officer", "/desk/cases/"+ids[0]+"/screening").WantStatus(200)
	for _, m := range o.house.As("demo-officer").OpenOK("/desk/cases/" + ids[0] + "/screening").Choices("member") {
		w.Choose("member", m)
	}
	w.Press(o.says("desk.assign.do")).WantStatus(200)
	members, err := o.house.App.Cases.Committee(o.Context())
	if err != nil {
		o.Fatal(err)
	}
	for _, id := range ids[1:] {
		if err := o.house.App.Cases.Assign(o.Context(), o.officer(), id, members); err != nil {
			o.Fatal(err)
		}
	}
}

// officer is the secretary of the call.
func (o *tour) officer() account.Who {
	return account.Who{Person: "p-secretary", Name: "事務局", Sample: true, Lang: o.tag, Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}
}

var criteria = []string{"need", "model", "effect", "doable", "cost"}

// sheets are filled at the browser, one member after the other: a half filled one is refused and keeps its mark, a full one locks.
func (o *tour) sheets(id string, marks map[string]int) {
	at := "/desk/cases/" + id + "/screening"
	for n, login := range slices.Sorted(func(yield func(string) bool) {
		for k := range marks {
			if !yield(k) {
				return
			}
		}
	}) {
		w := o.as(login, at).WantStatus(200)
		o.hidden(w, o.load(id).Org.Name)
		if n > 0 {
			o.hidden(w, "所見 demo-member1")
		}
		w.Choose("mark-need", "4").Press(o.says("desk.score.do")).WantStatus(422)
		for _, c := range criteria {
			w.Choose("mark-"+c, string(rune('0'+marks[login])))
		}
		w.Fill("comment-need", "所見 "+login).Press(o.says("desk.score.do")).WantStatus(200).Sees(strings.TrimSuffix(o.says("desk.score.done"), "。"))
		w.Open(o.at(at)).Sees(o.says("desk.score.locked"))
		if w.Has("mark-need") {
			o.Errorf("%s may score twice", login)
		}
		if n > 0 {
			w.Sees("所見 demo-member1")
		}
	}
	far := o.says("desk.board.far", "n", 2)
	o.as("demo-officer", at).Sees(far)
	o.as("demo-officer", theCall+"/meeting").Sees(o.says("desk.meeting.spread"), o.says("desk.meeting.from_to", "from", "40.0", "to", "80.0"), "66.7")
	for login := range marks {
		o.hidden(o.as(login, at), far)
	}
}

// rest are the sheets of the other cases: the second beats the third by the weightiest criterion, the others are equal.
func (o *tour) rest(ids []string) {
	members, err := o.house.App.Cases.Committee(o.Context())
	if err != nil {
		o.Fatal(err)
	}
	for i, id := range ids {
		marks := map[string]int{"need": 4, "model": 4, "effect": 4, "doable": 4, "cost": 4}
		switch i {
		case 0:
			marks["need"], marks["effect"] = 5, 3
		case 1:
			marks["need"], marks["effect"] = 3, 5
		}
		for _, m := range members {
			if c := o.load(id).Member(m.Person); c == nil || c.Interest != "" {
				continue
			}
			if err := o.house.App.Cases.Score(o.Context(), m, id, marks, nil); err != nil {
				o.Fatal(err)
			}
		}
	}
}

// meets: every case in its order with the reason of every tie, never by chance; a plan is saved and the minutes are written.
func (o *tour) meets(ids []string) {
	for _, id := range ids {
		if _, err := o.house.App.Cases.Do(o.Context(), o.officer(), id, cases.Act{Move: "rank"}); err != nil {
			o.Fatal(err)
		}
	}
	rank := o.as("demo-officer", theCall+"/meeting").WantStatus(200).Text()
	last := -1
	for _, id := range append(append([]string{ids[1]}, ids[3:]...), ids[2], ids[0]) {
		at := strings.Index(rank, o.load(id).Number)
		if at < 0 || at < last {
			o.Errorf("%s stands at %d, after %d: not in the order of score, weight and arrival", o.load(id).Number, at, last)
		}
		last = at
	}
	o.as("demo-officer", theCall+"/panel").WantStatus(200).Sees(o.says("panel.lean.bias"), o.says("panel.again.apart"), o.load(ids[0]).Number, o.says("desk.meeting.from_to", "from", "40.0", "to", "80.0"))
	o.as("demo-member2", theCall+"/panel").WantStatus(404)
	_, p, err := o.house.App.Cases.Get(o.Context(), cases.System, ids[0])
	if err != nil {
		o.Fatal(err)
	}
	why := o.says("desk.board.tie.criterion", "criterion", p.Screening.ByWeight()[0].Title.In(o.tag), "n", "X")
	o.as("demo-officer", theCall).Sees(strings.TrimSpace(strings.TrimSuffix(why, "X")))
	for login, want := range map[string]int{"demo-chief": 200, "demo-auditor": 200, "demo-member2": 404, "demo-branch": 404} {
		o.as(login, theCall+"/meeting").WantStatus(want)
	}
	plan := theCall + "/whatif?fy=2027"
	w := o.as("demo-officer", plan).Fill("name", "審査会案").Press(o.says("panel.whatif.save")).WantStatus(200)
	w.Open(o.at(plan)).Fill("held", "2026/10/13").Fill("place", "本部").Fill("present", "見本 一\n見本 二葉").Fill("text", "順位のとおり採択が適当とした。")
	w.Press(o.says("panel.minutes.save")).WantStatus(200)
	for _, address := range []string{"/minutes/1", "/minutes/1.pdf", "/minutes/1.pdf?fy=2027"} {
		if status, header, _ := o.house.As("demo-officer").Get(theCall + address); status != 200 || header.Get("Content-Type") != "application/pdf" {
			o.Errorf("%s: %d %s", address, status, header.Get("Content-Type"))
		}
	}
	if status, _, _ := o.house.As("demo-officer").Get(theCall + "/minutes/9"); status != 404 {
		o.Errorf("a meeting that was not held: %d", status)
	}
}

// decides: the officer proposes in the order of the meeting, the chief decides, and the body has the letter; the committee learns nothing of it.
func (o *tour) decides(ids ...string) {
	for _, id := range ids {
		o.as("demo-officer", "/desk/cases/"+id+"/do/propose").WantStatus(200).Fill("amount", "5000000").Fill("comment", "順位のとおり").Press(o.title(id, "propose")).WantStatus(200)
		o.as("demo-chief", "/desk/cases/"+id).WantStatus(200).Press(o.title(id, "approve")).WantStatus(200)
		if c := o.load(id); c.State != "adopted" || c.Decided != 5_000_000 {
			o.Errorf("%s after the decision: %s, %d", c.Number, c.State, c.Decided)
		}
		o.house.Settle()
		letters, err := o.house.App.Cases.LettersOf(o.Context(), cases.System, id)
		if err != nil || !slices.ContainsFunc(letters, func(l cases.Letter) bool { return l.Kind == "L02" }) {
			o.Errorf("%s has no letter of the decision: %v", id, err)
		}
	}
	member := o.as("demo-member2", "/desk")
	o.hidden(member, "5,000,000")
}

// title is what a move is called on its button.
func (o *tour) title(id, move string) string {
	o.Helper()
	_, p, err := o.house.App.Cases.Get(o.Context(), cases.System, id)
	if err != nil {
		o.Fatal(err)
	}
	for _, m := range p.Workflow.Moves {
		if m.ID == move {
			return m.Title.In(o.tag)
		}
	}
	o.Fatalf("there is no move %s", move)
	return ""
}

// J03.3 in a real browser: where the proposed sum is beyond the budget the ranking shows the line; a decision beyond it is refused until a
// chief has booked an increase that somebody else asked for with a reason.
func TestJ03TheBudgetLineHoldsUntilAnIncreaseIsBooked(t *testing.T) {
	t.Parallel()
	tours(t, func(o *tour) {
		if _, err := o.house.App.MoreDemo(o.Context(), "propose", 2); err != nil {
			o.Fatal(err)
		}
		fund, books := ledger.Sample+"economic-activity-grant", o.house.App.Ledger
		b, err := books.Balance(o.Context(), fund, 2027)
		if err != nil {
			o.Fatal(err)
		}
		cut, err := books.Ask(o.Context(), o.officer(), ledger.Change{Kind: ledger.KindCut, Fund: fund, Year: 2027, Amount: b.Available(), Reason: "補正予算による減額。"})
		if err != nil {
			o.Fatal(err)
		}
		boss := o.officer()
		boss.Person, boss.Hat.Role = "p-boss", account.RoleChief
		if _, err := books.Decide(o.Context(), boss, cut, true, ""); err != nil {
			o.Fatal(err)
		}
		more, err := o.house.App.MoreDemo(o.Context(), "rank", 1)
		if err != nil {
			o.Fatal(err)
		}
		o.as("demo-officer", theCall).WantStatus(200).Sees(o.says("desk.board.cut"), o.load(more[0]).Number[len("P01-2027-"):])
		o.as("demo-officer", "/desk/cases/"+more[0]+"/do/propose").WantStatus(200).Fill("amount", "5000000").Fill("comment", "次点").Press(o.title(more[0], "propose"))
		if c := o.load(more[0]); c.State == "adopted" || c.Decided > 0 {
			o.Fatalf("beyond the budget: %s", c.State)
		}
		const book = "/desk/money/budgets/economic-activity-grant/2027"
		w := o.as("demo-officer", book).WantStatus(200).Fill("amount", "20,000,000").Press(o.says("money.change.ask")).WantStatus(422)
		w.Fill("reason", "補正予算の成立").Press(o.says("money.change.ask")).WantStatus(200).Sees(o.says("money.change.asked"), "補正予算の成立")
		o.as("demo-chief", book).Press(o.says("money.change.book")).WantStatus(200).Sees(o.says("money.change.done"))
		if c := o.load(more[0]); c.State != "proposed" {
			o.as("demo-officer", "/desk/cases/"+more[0]+"/do/propose").WantStatus(200).Fill("amount", "5000000").Fill("comment", "次点").Press(o.title(more[0], "propose")).WantStatus(200)
		}
		o.as("demo-chief", "/desk/cases/"+more[0]).WantStatus(200).Press(o.title(more[0], "approve")).WantStatus(200)
		if c := o.load(more[0]); c.Decided != 5000000 {
			o.Errorf("after the increase: %s, %d", c.State, c.Decided)
		}
	})
}
