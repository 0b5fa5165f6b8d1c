package journey_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

const (
	theProgramme  = "economic-activity-grant"
	theDefinition = "/desk/programmes/" + theProgramme
)

// J03.1, 2, 4 and 5 in a real browser, in both languages: this year's call is copied to the next and stays as it is; a rule of it is changed by a
// new version, which a draft is told of and takes by choice, while what is submitted keeps its own; the call closes to the second; and the
// programme is closed with its day on the public page while running cases go on. J03.3 is the test of the budget line.
func TestJ03ACallIsRunFromItsCopyToItsEnd(t *testing.T) {
	t.Parallel()
	tours(t, func(o *tour) {
		stock := func(until string, n int) []string {
			ids, err := o.house.App.MoreDemo(o.Context(), until, n)
			if err != nil {
				o.Fatal(err)
			}
			return ids
		}
		draft, waiting, running := stock("draft", 1)[0], stock("ask_approval", 2), stock("submit", 1)[0]
		o.copiesTheCall()
		o.changesARule(draft, running)
		o.closesTheProgramme(running)
		o.closesToTheSecond(waiting)
	})
}

// copiesTheCall is J03.1: the copy has the periods, caps, forms, letters and rules of this year's; this year's is as it was.
func (o *tour) copiesTheCall() {
	before, err := o.house.App.Programmes.Current(o.Context(), theProgramme)
	if err != nil {
		o.Fatal(err)
	}
	w := o.as("demo-officer", theDefinition).WantStatus(200).Follow(o.says("desk.next.copy")).WantStatus(200).Sees(lang.FiscalYear(o.tag, before.Call.FiscalYear+1), o.says("desk.next.check"))
	w.Fill("budget", "8000万").Press(o.says("desk.next.propose")).WantStatus(422)
	w.Fill("budget", "80,000,000")
	for _, path := range o.house.As("demo-officer").OpenOK(theDefinition + "/next").Choices("checked") {
		w.Choose("checked", path)
	}
	w.Press(o.says("desk.next.propose")).WantStatus(200).Sees(o.says("desk.version.checked"), "80,000,000", o.says("desk.version.two"))
	hash := o.published(w.Path())
	next, err := o.house.App.Programmes.ByHash(o.Context(), hash)
	if err != nil {
		o.Fatal(err)
	}
	if next.Call.FiscalYear != before.Call.FiscalYear+1 || next.Call.Budget != 80_000_000 || !reflect.DeepEqual(next.Params, before.Params) || !reflect.DeepEqual(next.Forms, before.Forms) ||
		!reflect.DeepEqual(next.Letters, before.Letters) || len(next.Rules) != len(before.Rules) {
		o.Errorf("the copy is not next year's call: %+v", next.Call)
	}
	if again, err := o.house.App.Programmes.ByHash(o.Context(), before.Hash); err != nil || !reflect.DeepEqual(again.Definition, before.Definition) {
		o.Errorf("this year's call is another: %v", err)
	}
	if n := strings.Count(o.as("demo-officer", theDefinition).Text(), o.says("desk.version.published")); n < 2 {
		o.Errorf("%d versions are in force, want both years'", n)
	}
}

// published lets the chief publish the version of an address; its author has no button for it.
func (o *tour) published(path string) (hash string) {
	o.Helper()
	at := versionOf.FindString(path)
	if o.house.As("demo-officer").OpenOK(theDefinition + at).HasButton(o.says("desk.version.publish")) {
		o.Error("the author may publish")
	}
	o.as("demo-chief", theDefinition+at).Press(o.says("desk.version.publish")).WantStatus(200)
	return strings.TrimPrefix(at, "/versions/")
}

// changesARule is J03.2. The rule asks for the same as before in other words, so that the examples of the definition still hold.
func (o *tour) changesARule(draft, running string) {
	mine, theirs := o.load(draft).Definition, o.load(running).Definition
	version, err := o.house.App.Programmes.ByHash(o.Context(), mine)
	if err != nil {
		o.Fatal(err)
	}
	w := o.as("demo-officer", theDefinition+"/versions/"+mine).WantStatus(200).Follow(o.says("desk.revise")).WantStatus(200)
	w.Follow("M-P01-02").WantStatus(200).Fill("assert", `size(a.e.involve) > 0 && `+version.Rule("M-P01-02").Assert).Press(o.says("desk.next.propose")).WantStatus(200)
	w.Sees(o.says("desk.version.checked"), "M-P01-02")
	hash := o.published(w.Path())
	if hash == mine {
		o.Fatal("the version was changed in place")
	}
	if err := o.house.App.Cases.Tick(o.Context()); err != nil {
		o.Fatal(err)
	}
	o.house.Settle()
	at := "/work/cases/" + draft
	body := o.as("demo-staff", at).WantStatus(200).Sees(o.says("apply.newer.title"), o.says("apply.newer.restricting"))
	if got := o.load(draft).Definition; got != mine {
		o.Errorf("the draft moved by itself to %s", got)
	}
	body.Press(o.says("apply.newer.take")).WantStatus(200)
	o.hidden(o.as("demo-staff", at), o.says("apply.newer.title"))
	if got := o.load(draft).Definition; got != hash {
		o.Errorf("the draft is on %s, want %s", got, hash)
	}
	if got := o.load(running).Definition; got != theirs {
		o.Errorf("a submitted case moved to %s", got)
	}
}

// closesTheProgramme is J03.5.
func (o *tour) closesTheProgramme(running string) {
	const reason = "事業の見直しのため"
	o.as("demo-officer", theDefinition).Fill("reason", reason).Press(o.says("desk.closing.look")).WantStatus(200).Sees(o.says("desk.closing.drafts"), o.says("desk.closing.open")).
		Press(o.says("desk.state.close")).WantStatus(200)
	visitor := o.people.Of("visitor").Open(o.at("/programmes/" + theProgramme)).WantStatus(200)
	visitor.Sees(o.says("public.state.shut"), reason, lang.LongDay(o.tag, jp.Date(o.house.Now())))
	p, err := o.house.App.Programmes.Current(o.Context(), theProgramme)
	if err != nil {
		o.Fatal(err)
	}
	o.as("demo-staff", "/work/new?programme="+theProgramme).WantStatus(200).Sees(p.Title.In(o.tag), reason)
	status, _, _ := o.house.As("demo-staff").Post("/work/new", map[string][]string{"programme": {theProgramme}, "token": {"shut"}})
	if begun, err := db.One(o.Context(), o.house.App.DB.Read(), db.Int, `SELECT COUNT(*) FROM case_tokens WHERE token = 'shut'`); status == 303 || err != nil || begun > 0 {
		o.Errorf("a draft is begun in a closed programme: %d %v", status, err)
	}
	o.as("demo-branch", "/desk/cases/"+running).WantStatus(200).Fill("opinion", "適当と認めます。").Press(o.title(running, "forward")).WantStatus(200)
	if c := o.load(running); c.State != "hq_check" {
		o.Errorf("a running case does not go on: %s", c.State)
	}
	o.as("demo-officer", theDefinition).Fill("reason", "見直しを終えたため").Press(o.says("desk.state.reopen")).WantStatus(200)
}

// closesToTheSecond is J03.4: what is sent at 23:59:59 of the last day counts, what is sent at 00:00:00 does not, and nothing typed is lost. The
// first byte that decides is watched on the wire by TestASlowSubmissionCountsFromItsFirstByte.
func (o *tour) closesToTheSecond(waiting []string) {
	call := o.callOf(waiting[0])
	last, err := time.ParseInLocation(time.DateTime, call.Closes+" 23:59:59", jp.JST)
	if err != nil {
		o.Fatal(err)
	}
	o.house.At(last)
	clear(o.in) // after the days that passed everybody signs in anew
	o.as("demo-approver", "/work/cases/"+waiting[0]+"/check/application").WantStatus(200).Press(o.title(waiting[0], "submit")).WantStatus(200)
	if c := o.load(waiting[0]); c.Number == "" || !c.Submitted.Equal(last) {
		o.Errorf("sent in the last second: %q, %v", c.Number, c.Submitted)
	}
	w := o.as("demo-approver", "/work/cases/"+waiting[1]+"/check/application").WantStatus(200)
	title := o.load(waiting[1]).Title()
	o.house.At(last.Add(time.Second))
	w.Press(o.title(waiting[1], "submit")).WantStatus(422).Sees(title, lang.LongDay(o.tag, call.Closes))
	if c := o.load(waiting[1]); c.Number != "" || c.Title() != title {
		o.Errorf("sent a second late: %q, %s", c.Number, c.Title())
	}
}

// callOf is the call a case was begun in.
func (o *tour) callOf(id string) programme.Call {
	o.Helper()
	p, err := o.house.App.Programmes.ByHash(o.Context(), o.load(id).Definition)
	if err != nil {
		o.Fatal(err)
	}
	return p.Call
}
