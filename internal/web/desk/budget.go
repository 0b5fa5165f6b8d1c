package desk

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/bring"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
	"kakehashi/internal/web/takeaway"
)

// books are the roles that read the books of budgets: those who decide on them, who pay from them and who audit them.
var books = []account.Role{account.RoleOfficer, account.RoleChief, account.RoleFinance, account.RoleAuditor}

// bookURL is the address of the book of a budget.
func bookURL(code string, fy int) string {
	return "/desk/money/budgets/" + code + "/" + strconv.Itoa(fy)
}

// bookPage is the book of one budget (予算差引簿) with the changes that were asked for.
type bookPage struct {
	Programme *programme.Programme
	Year      int
	Balance   ledger.Balance
	Facts     []part.HeadFact
	Rows      []part.Row
	Pager     string // which lines of how many
	Prev      string
	Next      string
	CSV       string
	Close     string // address of the year-end close, "" when there is none to see
	Changes   []changeRow
	Ask       bool
	Sources   []option
	Values    map[string]string
	Errors    map[string]string
	Items     []page.Item
	Sample    bool
}

// changeRow is one change that was asked for; May lets this person decide on it.
type changeRow struct {
	ledger.Change
	Words, Look, State string
	May                bool
}

// budgetRows lists the budgets this hat reads, with what is left of each.
func (p *Pages) budgetRows(r *page.Request) ([]*programme.Programme, []ledger.Balance, error) {
	if err := only(r, books...); err != nil {
		return nil, nil, err
	}
	own, err := p.own(r)
	if err != nil {
		return nil, nil, err
	}
	var progs []*programme.Programme
	var list []ledger.Balance
	for _, x := range own {
		budgets, err := p.Ledger.Budgets(r.Context(), fund(r.Who, x.Code))
		if err != nil {
			return nil, nil, err
		}
		for _, b := range budgets {
			progs, list = append(progs, x), append(list, b)
		}
	}
	return progs, list, nil
}

// budgetHeads are the columns of the list of budgets.
var budgetHeads = []string{"money.budget.total", "money.account.reserved", "money.account.committed", "money.account.paid", "money.account.settled", "money.account.owed",
	"money.account.available"}

func budgetFigures(b ledger.Balance) []int64 {
	return []int64{b.Total, b.Reserved, b.Committed, b.Paid, b.Settled, b.Owed, b.Available()}
}

func (p *Pages) budgetList(r *page.Request) (page.View, error) {
	progs, list, err := p.budgetRows(r)
	if err != nil {
		return page.View{}, err
	}
	heads := []part.Head{{Label: r.T("desk.export.programme")}}
	for _, k := range budgetHeads {
		heads = append(heads, part.Head{Label: r.T(k), Num: true})
	}
	var rows []part.Row
	for i, b := range list {
		sub := lang.FiscalYear(r.Lang, b.FiscalYear)
		if b.Closed != "" {
			sub += "　" + r.T("money.closed_on", "day", lang.LongDay(r.Lang, b.Closed))
		}
		row := part.Row{Cells: []part.Cell{{Text: progs[i].Title.In(r.Lang), URL: bookURL(progs[i].Code, b.FiscalYear), Sub: sub}}}
		for _, n := range budgetFigures(b) {
			row.Cells = append(row.Cells, part.Cell{Text: lang.Num(n)})
		}
		rows = append(rows, row)
	}
	title, from := r.T("money.budgets"), ""
	if r.Who.Is(account.RoleOfficer, account.RoleChief) {
		from = bring.At("budgets", bring.Everything)
	}
	return page.View{Title: title, Shell: page.Desk, Body: moneyList(moneyTable{Bring: from, Title: title, Lead: r.T("money.budgets.lead"), Heads: heads, Rows: rows,
		Empty: r.T("money.budgets.empty"), CSV: "/desk/money/budgets.csv", Sample: r.Who.Sample})}, nil
}

func (p *Pages) budgetListCSV(r *page.Request) (page.View, error) {
	progs, list, err := p.budgetRows(r)
	if err != nil {
		return page.View{}, err
	}
	head := []string{r.T("desk.export.programme"), r.T("desk.export.fy")}
	for _, k := range budgetHeads {
		head = append(head, r.T(k))
	}
	rows := [][]string{append(head, r.T("money.closed"))}
	for i, b := range list {
		row := []string{progs[i].Title.In(r.Lang), strconv.Itoa(b.FiscalYear)}
		for _, n := range budgetFigures(b) {
			row = append(row, strconv.FormatInt(n, 10))
		}
		rows = append(rows, append(row, b.Closed))
	}
	return csvFile(r, r.T("money.budgets"), rows), nil
}

// csvFile answers with rows as CSV for Excel: UTF-8 with a mark, and nothing a spreadsheet would run. The name gets the day.
func csvFile(r *page.Request, name string, rows [][]string) page.View {
	return csvFlow(r, name, func(put func([]string) error) error {
		for _, row := range rows {
			if err := put(row); err != nil {
				return err
			}
		}
		return nil
	})
}

// csvFlow is csvFile for rows that come one after another and are never all in memory.
func csvFlow(r *page.Request, name string, rows func(put func([]string) error) error) page.View {
	name = strings.NewReplacer("・", "", " ", "-", "　", "_", "/", "-").Replace(name) + "_" + jp.Date(r.Now) + ".csv"
	return page.Spool("text/csv; charset=utf-8", name, func(w io.Writer) error { return takeaway.CSV(w, false, rows) })
}

// budgetOf is the programme and year of the address; what this hat does not read does not exist.
func (p *Pages) budgetOf(r *page.Request) (*programme.Programme, int, error) {
	if err := only(r, books...); err != nil {
		return nil, 0, err
	}
	fy, err := strconv.Atoi(r.PathValue("fy"))
	if err != nil || fy < 1988 || fy > 2200 {
		return nil, 0, fault.New(fault.Missing, "db.missing")
	}
	own, err := p.own(r)
	for _, x := range own {
		if x.Code == r.PathValue("programme") {
			return x, fy, err
		}
	}
	if err == nil {
		err = fault.New(fault.Missing, "db.missing")
	}
	return nil, 0, err
}

func (p *Pages) book(r *page.Request) (page.View, error) {
	return p.showBook(r, map[string]string{"kind": ledger.KindAdd}, nil, 0)
}

// bookHeads are the columns of a book.
var bookHeads = []string{"desk.ledger.at", "money.book.what", "desk.ledger.from", "desk.ledger.to", "desk.ledger.amount", "money.account.available"}

func (p *Pages) showBook(r *page.Request, values map[string]string, f *fault.Fault, status int) (page.View, error) {
	prog, fy, err := p.budgetOf(r)
	if err != nil {
		return page.View{}, err
	}
	v := bookPage{Programme: prog, Year: fy, Values: values, Errors: map[string]string{}, CSV: bookURL(prog.Code, fy) + "/book.csv", Sample: r.Who.Sample,
		Ask: r.Who.Is(account.RoleOfficer, account.RoleChief), Close: closeURL(prog.Code, fy)}
	if f != nil {
		v.Errors[f.Field] = page.FaultText(r.Lang, f)
		v.Items = []page.Item{{ID: "b-" + f.Field, Text: v.Errors[f.Field]}}
	}
	if v.Balance, err = p.Ledger.Balance(r.Context(), fund(r.Who, prog.Code), fy); err != nil {
		return page.View{}, err
	}
	if err := p.bookLines(r, &v); err != nil {
		return page.View{}, err
	}
	if err := p.bookFacts(r, &v); err != nil {
		return page.View{}, err
	}
	if err := p.bookChanges(r, &v); err != nil {
		return page.View{}, err
	}
	title := prog.Title.In(r.Lang) + "　" + lang.FiscalYear(r.Lang, fy)
	return page.View{Title: r.T("money.book"), Sub: title, Shell: page.Desk, Status: status, Errors: v.Items, Body: bookBody(v)}, nil
}

// bookShown is how many lines of a book one page shows.
const bookShown = 500

// bookLines fills the page of the book that the address asks for (?page=2).
func (p *Pages) bookLines(r *page.Request, v *bookPage) error {
	name := fund(r.Who, v.Programme.Code)
	all, err := p.Ledger.Lines(r.Context(), name, v.Year)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(jp.FoldID(r.URL.Query().Get("page")))
	last := max(1, int((all+bookShown-1)/bookShown))
	n = min(max(1, n), last)
	from, at := (n-1)*bookShown, 0
	err = p.Ledger.Book(r.Context(), name, v.Year, func(l ledger.Line) (bool, error) {
		if at++; at > from {
			v.Rows = append(v.Rows, p.bookRow(r, v.Programme, l))
		}
		return at < from+bookShown, nil
	})
	if last > 1 {
		v.Pager = r.T("money.book.shown", "from", lang.Num(from+1), "to", lang.Num(from+len(v.Rows)), "all", lang.Num(all))
		if n > 1 {
			v.Prev = page.Here(r.Context(), "page", strconv.Itoa(n-1))
		}
		if n < last {
			v.Next = page.Here(r.Context(), "page", strconv.Itoa(n+1))
		}
	}
	return err
}

// bookRow is one line of the book.
func (p *Pages) bookRow(r *page.Request, prog *programme.Programme, l ledger.Line) part.Row {
	what := part.Cell{Text: kindWords(r, l.Kind), Sub: why(r, prog, l.Entry)}
	if l.Case != "" {
		what.Text += "　" + strings.TrimSpace(l.Number+" "+record.Org(r, p.Orgs, l.OrgCode, l.Org))
		what.URL = caseURL(l.Case, "payments")
	}
	return part.Row{Cells: []part.Cell{{Text: lang.Moment(r.Lang, l.At), Tight: true}, what, {Text: accountWords(r, l.Credit)}, {Text: accountWords(r, l.Debit)},
		{Text: lang.Num(l.Amount)}, {Text: lang.Num(l.After.Available())}}}
}

// why is what a person wrote when money moved, or the name of the move that moved it.
func why(r *page.Request, prog *programme.Programme, e ledger.Entry) string {
	if m := prog.Move(e.Reason); m != nil {
		return m.Title.In(r.Lang)
	}
	if e.Reason == ledger.KindCall {
		return ""
	}
	return e.Reason
}

// bookFacts is the head of the book: where the budget came from and where it stands.
func (p *Pages) bookFacts(r *page.Request, v *bookPage) error {
	sums, err := p.Ledger.Sums(r.Context(), v.Balance.Programme, v.Year)
	if err != nil {
		return err
	}
	fact := func(label string, n int64, small string) {
		v.Facts = append(v.Facts, part.HeadFact{Label: label, Value: lang.Yen(r.Lang, n), Small: small})
	}
	var small []string
	for _, kind := range []string{ledger.KindCall, ledger.KindAdd, ledger.KindCut, ledger.KindTransfer, ledger.KindCarryIn, ledger.KindCarryOut, ledger.KindLapse} {
		if n := sums[kind]; n != 0 {
			small = append(small, kindWords(r, kind)+" "+lang.Num(n))
		}
	}
	fact(r.T("money.budget.total"), v.Balance.Total, strings.Join(small, "、"))
	fact(accountWords(r, ledger.Reserved), v.Balance.Reserved, "")
	fact(accountWords(r, ledger.Committed), v.Balance.Committed, "")
	fact(r.T("money.spent"), v.Balance.Spent(), r.T("money.spent.of", "paid", lang.Num(v.Balance.Paid), "owed", lang.Num(v.Balance.Owed)))
	fact(accountWords(r, ledger.Available), v.Balance.Available(), r.T("money.released", "yen", lang.Num(v.Balance.Released)))
	if v.Balance.Income > 0 {
		fact(accountWords(r, ledger.Income), v.Balance.Income, "")
	}
	if v.Balance.Closed != "" {
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T("money.closed"), Value: lang.LongDay(r.Lang, v.Balance.Closed)})
	}
	return nil
}

// bookChanges lists the changes of the budget, and the budgets a transfer may come from.
func (p *Pages) bookChanges(r *page.Request, v *bookPage) error {
	list, err := p.Ledger.Changes(r.Context(), v.Balance.Programme, v.Year)
	if err != nil {
		return err
	}
	for _, c := range list {
		row := changeRow{Change: c, Words: kindWords(r, c.Kind) + "　" + lang.Yen(r.Lang, c.Amount), State: r.T("money.change." + c.State),
			Look: map[string]string{ledger.ChangeAsked: "exam", ledger.ChangeDone: "ok", ledger.ChangeRefused: "no"}[c.State],
			May:  c.State == ledger.ChangeAsked && r.Who.Is(account.RoleChief) && c.Asker != r.Who.Person}
		v.Changes = append(v.Changes, row)
	}
	if !v.Ask {
		return nil
	}
	progs, budgets, err := p.budgetRows(r)
	for i, b := range budgets {
		if b.Programme == v.Balance.Programme && b.FiscalYear == v.Year || b.Closed != "" {
			continue
		}
		id := b.Programme + "/" + strconv.Itoa(b.FiscalYear)
		v.Sources = append(v.Sources, option{id, progs[i].Title.In(r.Lang) + "　" + lang.FiscalYear(r.Lang, b.FiscalYear), id == v.Values["from"]})
	}
	return err
}

func (p *Pages) bookCSV(r *page.Request) (page.View, error) {
	prog, fy, err := p.budgetOf(r)
	if err != nil {
		return page.View{}, err
	}
	var head []string
	for _, k := range []string{"desk.ledger.at", "money.book.what", "money.book.case", "desk.export.org", "common.reason", "desk.ledger.from", "desk.ledger.to", "desk.ledger.amount",
		"money.budget.total", "money.account.reserved", "money.account.committed", "money.account.paid", "money.account.settled", "money.account.owed", "money.account.available"} {
		head = append(head, r.T(k))
	}
	return csvFlow(r, r.T("money.book")+"_"+prog.Short.In(r.Lang)+"_"+strconv.Itoa(fy), func(put func([]string) error) error {
		if err := put(head); err != nil {
			return err
		}
		return p.Ledger.Book(r.Context(), fund(r.Who, prog.Code), fy, func(l ledger.Line) (bool, error) {
			return true, put(bookCells(r, prog, l))
		})
	}), nil
}

// bookCells is one line of the book in a file.
func bookCells(r *page.Request, prog *programme.Programme, l ledger.Line) []string {
	row := []string{l.At.In(jp.JST).Format("2006-01-02 15:04:05"), kindWords(r, l.Kind), l.Number, l.Org, why(r, prog, l.Entry), accountWords(r, l.Credit),
		accountWords(r, l.Debit), strconv.FormatInt(l.Amount, 10)}
	for _, n := range budgetFigures(l.After) {
		row = append(row, strconv.FormatInt(n, 10))
	}
	return row
}

// askChange asks for a change of the budget; another person decides on it.
func (p *Pages) askChange(r *page.Request) (page.View, error) {
	prog, fy, err := p.budgetOf(r)
	if err != nil {
		return page.View{}, err
	}
	values := map[string]string{"kind": r.Value("kind"), "from": r.Value("from"), "amount": r.Value("amount"), "reason": jp.NFC(r.Value("reason"))}
	amount, _ := jp.ParseYen(values["amount"])
	_, err = p.Ledger.Ask(r.Context(), r.Who, ledger.Change{Kind: values["kind"], Fund: fund(r.Who, prog.Code), Year: fy, From: values["from"], Amount: amount,
		Reason: values["reason"]})
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showBook(r, values, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(bookURL(prog.Code, fy), page.Say("money.change.said")), nil
}

// decideChange books a change that was asked for, or refuses it with a reason.
func (p *Pages) decideChange(r *page.Request) (page.View, error) {
	prog, fy, err := p.budgetOf(r)
	if err != nil {
		return page.View{}, err
	}
	book := r.Value("do") == "book"
	_, err = p.Ledger.Decide(r.Context(), r.Who, r.PathValue("change"), book, jp.NFC(r.Value("answer")))
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing {
		if f.Field == "" {
			f.Field = "answer"
		}
		f.Field += "-" + r.PathValue("change")
		return p.showBook(r, map[string]string{}, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	said := "money.change.refused.said"
	if book {
		said = "money.change.done.said"
	}
	return page.Redirect(bookURL(prog.Code, fy), page.Say(said)), nil
}

// changeKinds are the changes of a budget, as they are chosen.
var changeKinds = []string{ledger.KindAdd, ledger.KindCut, ledger.KindTransfer}

// bookHeadsOf are the columns of the book in the language of the page.
func bookHeadsOf(ctx context.Context) []part.Head {
	var heads []part.Head
	for i, k := range bookHeads {
		heads = append(heads, part.Head{Label: page.T(ctx, k), Num: i >= 4})
	}
	return heads
}
