package bring

import (
	"context"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// budgetsMost is how many budgets one file may name.
const budgetsMost = 1_000

// budgets are the totals of a section's budgets. A row whose total differs asks for the difference, to be decided by the chief as every
// change of a budget (J03.3); the file books nothing by itself.
func (p *Pages) budgets() list {
	return list{ID: "budgets", Roles: []account.Role{account.RoleOfficer, account.RoleChief}, Open: func(ctx context.Context, who account.Who, scope string) (*sheet, error) {
		if scope != Everything {
			return nil, fault.New(fault.Missing, "db.missing")
		}
		own, err := p.section(ctx, who)
		if err != nil {
			return nil, err
		}
		var codes []string
		for _, x := range own {
			codes = append(codes, x.Number)
		}
		return &sheet{Back: page.Link{Label: lang.T(who.Lang, "money.budgets"), URL: "/desk/money/budgets"}, Most: budgetsMost, Keys: []string{"programme", "fiscal_year"}, Columns: []column{
			{Name: "programme", Label: both("bring.programme"), Need: true, Choices: codes}, {Name: "title", Label: both("desk.export.programme"), Info: true},
			{Name: "fiscal_year", Label: both("desk.export.fy"), Need: true, Figure: true}, {Name: "total", Label: both("bring.total"), Need: true, Figure: true},
			{Name: "reason", Label: both("bring.reason")}},
			Rows: func(ctx context.Context, put func(...string) error) error { return p.budgetRows(ctx, who, own, put) },
			Bring: func(ctx context.Context, x cells) (fate, error) {
				return p.bringBudget(ctx, who, own, x)
			}}, nil
	}}
}

// section are the programmes of the person's own section their hat covers.
func (p *Pages) section(ctx context.Context, who account.Who) (own []*programme.Programme, err error) {
	list, err := p.Programmes.All(ctx)
	for _, x := range list {
		if x.Section == who.BodyID() && who.Hat.Covers(x.Code) {
			own = append(own, x)
		}
	}
	return own, err
}

// fund names the budget of a programme this person works with: the demonstration has its own.
func fund(who account.Who, code string) string {
	if who.Sample {
		return cases.Sample + code
	}
	return code
}

func (p *Pages) budgetRows(ctx context.Context, who account.Who, own []*programme.Programme, put func(...string) error) error {
	for _, x := range own {
		list, err := p.Ledger.Budgets(ctx, fund(who, x.Code))
		if err != nil {
			return err
		}
		for _, b := range list {
			if err := put(x.Number, x.Title.In(who.Lang), strconv.Itoa(b.FiscalYear), strconv.FormatInt(b.Total, 10), ""); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Pages) bringBudget(ctx context.Context, who account.Who, own []*programme.Programme, x cells) (fate, error) {
	f := fate{Act: actSame, Code: x.of("programme") + " " + x.of("fiscal_year")}
	var prog *programme.Programme
	for _, own := range own {
		if code := jp.FoldID(x.of("programme")); strings.EqualFold(code, own.Number) || code == own.Code {
			prog = own
		}
	}
	if prog == nil {
		return f, fault.At("programme", "bring.programme.other", "code", x.of("programme"))
	}
	f.Name = prog.Title.In(who.Lang)
	fy, err := strconv.Atoi(jp.FoldID(x.of("fiscal_year")))
	if err != nil || fy < 2000 || fy > 2200 {
		return f, fault.At("fiscal_year", "bring.figure", "text", x.of("fiscal_year"))
	}
	total, ok := jp.ParseYen(x.of("total"))
	if !ok {
		return f, fault.At("total", "bring.figure", "text", x.of("total"))
	}
	c, asked, err := p.difference(ctx, who, fund(who, prog.Code), fy, total)
	if err != nil || c.Amount == 0 {
		return f, err
	}
	c.Reason = x.of("reason")
	f.Act = actChange
	if asked {
		f.Act, f.Words = actSame, lang.Text{}
		return f, nil
	}
	if c.Reason == "" {
		return f, fault.At("reason", "bring.reason.needed")
	}
	f.Words = both("bring.budget."+c.Kind, "yen", lang.Num(c.Amount), "total", lang.Num(total))
	_, err = p.Ledger.Ask(ctx, who, c)
	return f, err
}

// difference is the change that brings a budget to a total; asked says that it was asked for already and waits for the chief.
func (p *Pages) difference(ctx context.Context, who account.Who, fund string, fy int, total int64) (c ledger.Change, asked bool, err error) {
	b, err := p.Ledger.Balance(ctx, fund, fy)
	if err != nil && !fault.Is(err, fault.Missing) {
		return c, false, err
	}
	c = ledger.Change{Kind: ledger.KindAdd, Fund: fund, Year: fy, Amount: total - b.Total}
	if c.Amount < 0 {
		c.Kind, c.Amount = ledger.KindCut, -c.Amount
	}
	if c.Amount == 0 {
		return c, false, nil
	}
	list, err := p.Ledger.Changes(ctx, fund, fy)
	for _, x := range list {
		asked = asked || x.State == ledger.ChangeAsked && x.Kind == c.Kind && x.Amount == c.Amount
	}
	return c, asked, err
}
