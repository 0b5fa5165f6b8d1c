package desk

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/finance"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// closingPage is the year-end close of a budget: what it will do, item by item, before it does it.
type closingPage struct {
	Programme *programme.Programme
	Year      int
	Balance   ledger.Balance
	Closing   *finance.Closing
	Items     []finance.Item
	Next      string // address of the items after those shown
	After     bool   // these are not the first
	Facts     []part.HeadFact
	Run       *part.WorkView // how far the approved closing is; nil before
	Left      []finance.Item // could not be done
	Work      bool           // may prepare and choose
	Approve   bool
	Halt      bool // may stop the run
	Resume    bool
	Errors    map[string]string
	Faults    []page.Item
	Sample    bool
}

func closeURL(code string, fy int) string { return bookURL(code, fy) + "/close" }

func (p *Pages) yearEnd(r *page.Request) (page.View, error) { return p.showClosing(r, nil, 0) }

func (p *Pages) showClosing(r *page.Request, f *fault.Fault, status int) (page.View, error) {
	prog, fy, err := p.budgetOf(r)
	if err != nil {
		return page.View{}, err
	}
	v := closingPage{Programme: prog, Year: fy, Errors: map[string]string{}, Sample: r.Who.Sample}
	if v.Balance, err = p.Ledger.Balance(r.Context(), fund(r.Who, prog.Code), fy); err != nil {
		return page.View{}, err
	}
	c, err := p.Finance.Closing(r.Context(), r.Who, fund(r.Who, prog.Code), fy)
	switch {
	case err == nil:
		v.Closing = &c
		if err := p.closingRun(r, &v); err != nil {
			return page.View{}, err
		}
		if r.Htmx() && v.Run != nil {
			return page.Fragment(part.Work(*v.Run), 0), nil
		}
		if err := p.closingItems(r, &v); err != nil {
			return page.View{}, err
		}
	case !fault.Is(err, fault.Missing):
		return page.View{}, err
	}
	if f != nil {
		v.Errors[f.Field] = page.FaultText(r.Lang, f)
		v.Faults = []page.Item{{ID: "e-" + f.Field, Text: v.Errors[f.Field]}}
	}
	open := v.Balance.Closed == ""
	v.Work = open && r.Who.Is(account.RoleOfficer, account.RoleChief, account.RoleFinance) && (v.Run == nil || !v.Run.Going)
	v.Approve = v.Work && v.Closing != nil && v.Closing.State == finance.Prepared && r.Who.Is(account.RoleChief) && v.Closing.Preparer != r.Who.Person
	v.facts(r)
	refresh := 0
	if v.Run != nil && v.Run.Going {
		refresh = 5
	}
	return page.View{Title: r.T("money.close"), Sub: prog.Title.In(r.Lang) + "　" + lang.FiscalYear(r.Lang, fy), Shell: page.Desk, Status: status, Refresh: refresh, Errors: v.Faults,
		Body: closingBody(v)}, nil
}

// closingRun is how far an approved closing is.
func (p *Pages) closingRun(r *page.Request, v *closingPage) error {
	if v.Closing.State == finance.Prepared {
		return nil
	}
	w, err := p.Finance.Progress(r.Context(), *v.Closing)
	if fault.Is(err, fault.Missing) {
		return nil // long ago: what is kept of long work is kept for a while only
	}
	if err != nil {
		return err
	}
	v.Run = &part.WorkView{Look: workLooks[w.State], State: r.T("work." + string(w.State)), Going: !w.Ended(), Total: w.Total, Done: w.Done, Started: w.Started, Moved: w.Moved, Now: time.Now(),
		Fine: w.Done, Warned: w.Total - w.Done - int64(v.Closing.Left), Refused: int64(v.Closing.Left), Unit: r.T("money.close.unit"), Failure: w.Failure,
		Words: [3]string{r.T("money.close.item.done"), r.T("money.close.item.open"), r.T("money.close.item.left")}}
	v.Halt = v.Run.Going && r.Who.Is(account.RoleChief)
	v.Resume = (w.State == jobs.WorkStopped || w.State == jobs.WorkFailed) && r.Who.Is(account.RoleChief)
	if w.State == jobs.WorkFailed && v.Closing.Left > 0 {
		v.Run.Failure = r.T("finance.close.left", "n", v.Closing.Left)
		v.Left, err = p.Finance.Left(r.Context(), *v.Closing, itemsShown)
	}
	return err
}

// workLooks are the glyphs of the states of long work.
var workLooks = map[jobs.WorkState]string{jobs.WorkWaiting: "wait", jobs.WorkRunning: "", jobs.WorkDone: "ok", jobs.WorkStopped: "end", jobs.WorkFailed: "no"}

// itemsShown is how many open items one page shows, itemsPart how many are read for a file in one go.
const (
	itemsShown = 100
	itemsPart  = 2000
)

// closingItems fills the page of items that the address asks for.
func (p *Pages) closingItems(r *page.Request, v *closingPage) error {
	after := r.URL.Query().Get("after")
	items, next, err := p.Finance.Items(r.Context(), *v.Closing, after, itemsShown)
	for i := range items {
		items[i].Org = record.Org(r, p.Orgs, items[i].OrgCode, items[i].Org)
	}
	v.Items, v.After = items, after != ""
	if next != "" {
		v.Next = page.Here(r.Context(), "after", next)
	}
	return err
}

// first is the address of the first items, "" when these are they.
func (v closingPage) first(ctx context.Context) string {
	if !v.After {
		return ""
	}
	return page.URL(ctx, closeURL(v.Programme.Code, v.Year))
}

// facts are what the close will do to the budget.
func (v *closingPage) facts(r *page.Request) {
	fact := func(key string, n int64, small string) {
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T(key), Value: lang.Yen(r.Lang, n), Small: small})
	}
	fact("money.budget.total", v.Balance.Total, "")
	fact("money.spent", v.Balance.Spent(), "")
	c := v.Closing
	if c == nil {
		fact("money.account.committed", v.Balance.Committed, "")
		fact("money.account.available", v.Balance.Available(), "")
		return
	}
	fact("money.close.carry", c.Carried, r.T("money.close.carry.to", "year", lang.FiscalYear(r.Lang, v.Year+1)))
	if c.State == finance.Prepared {
		fact("money.close.lapse", v.Balance.Available()+c.Lapsed, r.T("money.close.lapse.of", "left", lang.Num(v.Balance.Available()), "items", lang.Num(c.Lapsed)))
	}
	v.Facts = append(v.Facts, part.HeadFact{Label: r.T("record.fact.state"), Value: r.T("money.close." + c.State),
		Small: r.T("money.close.progress", "n", c.Items-c.Open, "all", c.Items)})
}

// yearEndDo prepares a close, says what becomes of its items, or approves it.
func (p *Pages) yearEndDo(r *page.Request) (page.View, error) {
	prog, fy, err := p.budgetOf(r)
	if err != nil {
		return page.View{}, err
	}
	name := fund(r.Who, prog.Code)
	said := "money.close.said"
	if r.Value("do") == "prepare" {
		_, err = p.Finance.Prepare(r.Context(), r.Who, name, fy)
	} else {
		var c finance.Closing
		if c, err = p.Finance.Closing(r.Context(), r.Who, name, fy); err == nil {
			switch r.Value("do") {
			case "approve":
				said, err = "money.close.approved.said", p.Finance.Approve(r.Context(), r.Who, c)
			case "stop":
				said, err = "work.stop.asked", p.Finance.Halt(r.Context(), r.Who, c)
			case "resume":
				said, err = "money.close.resumed", p.Finance.Resume(r.Context(), r.Who, c)
			default:
				err = p.Finance.Choose(r.Context(), r.Who, c, r.Value("case"), r.Value("choice"), cmp.Or(r.Value("reason_all"), r.Value("reason")))
			}
		}
	}
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing {
		if f.Field == "" {
			f.Field = "do"
		}
		return p.showClosing(r, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(closeURL(prog.Code, fy), page.Say(said)), nil
}

// yearEndCSV is the list of open items.
func (p *Pages) yearEndCSV(r *page.Request) (page.View, error) {
	prog, fy, err := p.budgetOf(r)
	if err != nil {
		return page.View{}, err
	}
	c, err := p.Finance.Closing(r.Context(), r.Who, fund(r.Who, prog.Code), fy)
	if err != nil {
		return page.View{}, err
	}
	return csvFlow(r, r.T("money.close")+"_"+strconv.Itoa(fy), func(put func([]string) error) error {
		if err := put([]string{r.T("desk.export.number"), r.T("desk.export.org"), r.T("money.account.reserved"), r.T("money.account.committed"), r.T("money.close.choice"),
			r.T("common.reason"), r.T("record.fact.state")}); err != nil {
			return err
		}
		for after := ""; ; {
			items, next, err := p.Finance.Items(r.Context(), c, after, itemsPart)
			if err != nil {
				return err
			}
			for _, i := range items {
				if err := put([]string{i.Number, i.Org, strconv.FormatInt(i.Reserved, 10), strconv.FormatInt(i.Committed, 10), r.T("money.close." + i.Choice), i.Reason,
					r.T("money.close.item." + i.State)}); err != nil {
					return err
				}
			}
			if after = next; after == "" {
				return nil
			}
		}
	}), nil
}

// closeLook is the glyph of an open item: waiting for a reason, planned, done.
func closeLook(i finance.Item) string {
	switch {
	case i.State == "done":
		return "ok"
	case i.State == "left":
		return "no"
	case i.Reason == "":
		return "wait"
	}
	return "exam"
}
