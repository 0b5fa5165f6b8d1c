package app

import (
	"context"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
)

// demoBefore publishes the demonstration's call of the past: the same programme as of the newest fiscal year whose projects may have begun
// by today. What was decided in it runs, has been reported or is billed.
func (a *App) demoBefore(ctx context.Context, now demoCall, hats map[string]account.Who) (demoCall, error) {
	p, err := a.Programmes.Current(ctx, now.code)
	if err != nil {
		return demoCall{}, err
	}
	today := jp.Date(a.Config.Clock())
	d := p.Definition.InYear(jp.FY(today), 3)
	if d.Call.From > today {
		d = p.Definition.InYear(jp.FY(today)-1, 3)
	}
	was := d.Call
	d.Call.Opens, d.Call.Closes, d.Call.Result = jp.AddDays(was.From, -243), jp.AddDays(was.From, -152), jp.AddDays(was.From, -18)
	d.Retime(was)
	return demoCall{now.code, now.answers, d.Call}, a.demoPublish(ctx, hats["demo-officer"], hats["demo-chief"], d)
}

// demoPlan is when a case is played: nothing for one of the open call, which happens now.
type demoPlan struct {
	from, to string
	days     map[string]string // move → day
	now      time.Time
	shift    time.Duration // so that not everybody acts in the same minute
}

// demoPlan lays out the year of a project that has begun: applied for in autumn, decided in March, carried out, reported and billed.
func (a *App) demoPlan(call demoCall, s demoStory) demoPlan {
	p := demoPlan{now: a.Config.Clock()}
	if !s.begun {
		return p
	}
	from := call.call.From
	p.from, p.to = from, jp.AddDays(call.call.To, -9)
	if s.ended > 0 {
		p.to = min(max(from, jp.AddDays(jp.Date(p.now), -s.ended)), p.to)
	}
	before := func(n int) string { return jp.AddDays(from, -n) }
	after := func(n int) string { return jp.AddDays(p.to, n) }
	ago := func(n int) string { return max(jp.AddDays(from, 1), jp.AddDays(jp.Date(p.now), -n)) } // never before the project began
	p.days = map[string]string{"draft": before(205), "ask_approval": before(196), "submit": before(195), "forward": before(188), "accept": before(175),
		"score": before(110), "rank": before(75), "propose": before(55), "approve": before(25), "start": from,
		"report": after(10), "check_report": after(18), "fix": after(24), "bill": after(29), "pay": after(43), "close": after(45), "ask_disposal": after(60),
		"propose_halt": ago(9), "suspend": ago(8), "propose_notice": ago(6), "notify_revocation": ago(5)}
	p.shift = time.Duration(s.ended) * 7 * time.Minute
	return p
}

// turn sets the clock to the business day on which the plan has a move, and never beyond the present.
func (p demoPlan) turn(a *App, move string) {
	day, planned := p.days[move]
	if !planned {
		a.past.Store(nil)
		return
	}
	if !jp.BusinessDay(day) {
		day = jp.NextBusinessDay(day)
	}
	then := jp.Start(day).Add(10*time.Hour + p.shift)
	if then.After(p.now) {
		a.past.Store(nil)
		return
	}
	a.past.Store(&then)
}

// demoMembers are the committee of the demonstration.
func demoMembers(hats map[string]account.Who) []account.Who {
	return []account.Who{hats["demo-member1"], hats["demo-member2"], hats["demo-member3"], hats["demo-member4"]}
}

// demoPanel seats the committee for a call of the demonstration.
func (a *App) demoPanel(ctx context.Context, call demoCall, hats map[string]account.Who) error {
	panel := cases.Panel{Programme: call.code, FiscalYear: call.call.FiscalYear}
	for _, m := range demoMembers(hats) {
		panel.Seats = append(panel.Seats, cases.Seat{Person: m.Person, Name: m.Name, Home: m.Home})
	}
	return a.Cases.SetPanel(ctx, hats["demo-officer"], panel)
}
