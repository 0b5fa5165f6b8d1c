package desk

import (
	"strconv"

	"kakehashi/internal/finance"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// returnHeads are the columns of the returns that are outstanding.
var returnHeads = []string{"desk.committee.case", "money.claim.cause", "money.claim.on", "money.claim.by", "money.claim.amount", "money.claim.principal", "money.claim.interest"}

// returns lists what is to come back, with the interest counted until today.
func (p *Pages) returns(r *page.Request) (page.View, error) {
	list, err := p.Finance.Owing(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	var heads []part.Head
	for i, k := range returnHeads {
		heads = append(heads, part.Head{Label: r.T(k), Num: i >= 4})
	}
	var rows []part.Row
	for _, o := range list {
		left, near := days(r, o.Claim.Due)
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: heading(r.Lang, o.Case), URL: caseURL(o.Case.ID, "payments"), Sub: o.Case.Number + "　" + o.Prog.Title.In(r.Lang)},
			{Text: r.T("money.claim." + o.Claim.Cause)}, {Text: lang.LongDay(r.Lang, o.Claim.On)}, {Text: lang.LongDay(r.Lang, o.Claim.Due), Left: left, Near: near},
			{Text: lang.Num(o.Claim.Amount)}, {Text: lang.Num(o.Principal)}, {Text: lang.Num(o.Interest)}}})
	}
	title := r.T("money.returns")
	return page.View{Title: title, Shell: page.Desk, Body: moneyList(moneyTable{Title: title, Lead: r.T("money.returns.lead"), Heads: heads, Rows: rows,
		Empty: r.T("money.returns.empty"), CSV: "/desk/money/returns.csv", Sample: r.Who.Sample})}, nil
}

func (p *Pages) returnsCSV(r *page.Request) (page.View, error) {
	list, err := p.Finance.Owing(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	head := []string{r.T("desk.export.number"), r.T("desk.export.org"), r.T("desk.export.title")}
	for _, k := range returnHeads[1:] {
		head = append(head, r.T(k))
	}
	rows := [][]string{head}
	for _, o := range list {
		rows = append(rows, returnRow(r, o))
	}
	return csvFile(r, r.T("money.returns"), rows), nil
}

func returnRow(r *page.Request, o finance.Owing) []string {
	yen := func(n int64) string { return strconv.FormatInt(n, 10) }
	return []string{o.Case.Number, o.Case.Org.Name, o.Case.Title(), r.T("money.claim." + o.Claim.Cause), o.Claim.On, o.Claim.Due, yen(o.Claim.Amount), yen(o.Principal), yen(o.Interest)}
}
