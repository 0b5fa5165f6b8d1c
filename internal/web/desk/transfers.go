package desk

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/finance"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
	"kakehashi/internal/zengin"
)

// duePage is what is to be paid, to choose from for a file for the bank.
type duePage struct {
	Rows    []dueRow
	On      string
	Payer   bool
	Errors  map[string]string
	Items   []page.Item
	Sum     string
	Sample  bool
	Phrases []string
}

// dueRow is one payment that is due.
type dueRow struct {
	finance.Due
	URL, Title, Amount, Account, Day string
	Near                             bool
	Why                              string // why it cannot be chosen
	Chosen                           bool
}

func (p *Pages) dues(r *page.Request) (page.View, error) {
	return p.showDues(r, nil, nil, 0)
}

func (p *Pages) showDues(r *page.Request, chosen []string, f *fault.Fault, status int) (page.View, error) {
	list, err := p.Finance.Due(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	_, known, err := p.Finance.Payer(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	v := duePage{Payer: known, Errors: map[string]string{}, Sample: r.Who.Sample, On: slash(jp.AddBusinessDays(jp.Date(r.Now), 3))}
	if s := r.Value("on"); s != "" {
		v.On = s
	}
	if f != nil {
		v.Errors[f.Field] = page.FaultText(r.Lang, f)
		v.Items = []page.Item{{ID: "t-" + f.Field, Text: v.Errors[f.Field]}}
	}
	sum := int64(0)
	for _, d := range list {
		row := dueRow{Due: d, URL: caseURL(d.Case.ID, "payments"), Title: heading(r.Lang, d.Case), Amount: lang.Num(d.Amount), Account: accountText(r, d.Bank.Code, d.Bank.Branch,
			d.Bank.Kind, d.Bank.Number, d.Bank.HolderKana), Chosen: chosen == nil}
		row.Day, row.Near = days(r, d.Case.Due)
		switch {
		case d.In != "":
			row.Why = r.T("money.due.in", "n", d.In)
		case d.Problem != "":
			row.Why = r.T(d.Problem)
		}
		for _, id := range chosen {
			row.Chosen = row.Chosen || id == d.Case.ID
		}
		if row.Why != "" {
			row.Chosen = false
		}
		sum += d.Amount
		v.Rows = append(v.Rows, row)
	}
	v.Sum = lang.Yen(r.Lang, sum)
	v.Phrases = []string{r.T("money.due.count", "n", len(list)), r.T("money.due.sum", "yen", v.Sum)}
	return page.View{Title: r.T("money.due"), Shell: page.Desk, Status: status, Errors: v.Items, Body: dueBody(v)}, nil
}

// accountText is an account as finance reads it.
func accountText(r *page.Request, bank, branch, kind, number, holder string) string {
	switch kind {
	case "普通":
		kind = r.T("part.bank.ordinary")
	case "当座":
		kind = r.T("part.bank.current")
	}
	return strings.TrimSpace(bank + "-" + branch + " " + kind + " " + number + "　" + holder)
}

func (p *Pages) duesCSV(r *page.Request) (page.View, error) {
	list, err := p.Finance.Due(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	rows := [][]string{{r.T("desk.export.number"), r.T("desk.export.programme"), r.T("desk.export.org"), r.T("desk.export.title"), r.T("desk.ledger.amount"), r.T("desk.export.due"),
		r.T("money.account"), r.T("money.transfer")}}
	for _, d := range list {
		rows = append(rows, []string{d.Case.Number, d.Prog.Title.In(r.Lang), d.Case.Org.Name, d.Case.Title(), strconv.FormatInt(d.Amount, 10), d.Case.Due,
			accountText(r, d.Bank.Code, d.Bank.Branch, d.Bank.Kind, d.Bank.Number, d.Bank.HolderKana), d.In})
	}
	return csvFile(r, r.T("money.due"), rows), nil
}

// build makes a file for the bank of the chosen payments.
func (p *Pages) build(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleFinance); err != nil {
		return page.View{}, err
	}
	r.ParseForm()
	chosen := append([]string{}, r.PostForm["case"]...)
	on, _ := jp.ParseDate(r.Value("on"))
	id, err := p.Finance.Build(r.Context(), r.Who, on, chosen)
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing {
		if f.Field == "" {
			f.Field = "cases"
		}
		return p.showDues(r, chosen, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/money/transfers/"+id, page.Say("money.transfer.built.said")), nil
}

// transferHeads are the columns of the list of files.
var transferHeads = []string{"money.transfer", "money.transfer.on", "money.transfer.lines", "desk.ledger.amount", "record.fact.state"}

func (p *Pages) transfers(r *page.Request) (page.View, error) {
	list, err := p.Finance.Transfers(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	var heads []part.Head
	for i, k := range transferHeads {
		heads = append(heads, part.Head{Label: r.T(k), Num: i == 2 || i == 3})
	}
	var rows []part.Row
	for _, t := range list {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: t.N, URL: "/desk/money/transfers/" + t.ID, Sub: r.T("money.transfer.by", "name", t.BuiltBy)}, {Text: lang.LongDay(r.Lang, t.PayOn)},
			{Text: strconv.Itoa(t.Lines)}, {Text: lang.Num(t.Total)}, {Text: r.T("money.transfer." + t.State), Look: transferLook(t.State), Status: true}}})
	}
	title := r.T("money.transfers")
	return page.View{Title: title, Shell: page.Desk, Body: moneyList(moneyTable{Title: title, Lead: r.T("money.transfers.lead"), Heads: heads, Rows: rows,
		Empty: r.T("money.transfers.empty"), CSV: "/desk/money/transfers.csv", Sample: r.Who.Sample})}, nil
}

func transferLook(state string) string {
	return map[string]string{finance.Built: "exam", finance.Released: "wait", finance.Done: "ok", finance.Dropped: "end", finance.Open: "wait", finance.Paid: "ok", finance.Refused: "no"}[state]
}

func (p *Pages) transfersCSV(r *page.Request) (page.View, error) {
	list, err := p.Finance.Transfers(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	var head []string
	for _, k := range transferHeads {
		head = append(head, r.T(k))
	}
	rows := [][]string{append(head, "SHA-256")}
	for _, t := range list {
		rows = append(rows, []string{t.N, t.PayOn, strconv.Itoa(t.Lines), strconv.FormatInt(t.Total, 10), r.T("money.transfer." + t.State), t.SHA256})
	}
	return csvFile(r, r.T("money.transfers"), rows), nil
}

// transferPage is one file for the bank with its lines.
type transferPage struct {
	finance.Transfer
	Facts   []part.HeadFact
	Rows    []part.Row
	Release bool
	Day     bool // the day of the transfer has come
	Own     bool // this person made it
	Items   []page.Item
	Errors  map[string]string
}

func (p *Pages) transfer(r *page.Request) (page.View, error) { return p.showTransfer(r, nil, 0) }

func (p *Pages) showTransfer(r *page.Request, f *fault.Fault, status int) (page.View, error) {
	t, lines, err := p.Finance.Transfer(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	v := transferPage{Transfer: t, Own: t.Builder == r.Who.Person, Errors: map[string]string{}}
	v.Release = t.State == finance.Built && !v.Own
	v.Day = jp.Date(r.Now) >= t.PayOn
	if f != nil {
		v.Errors[f.Field] = page.FaultText(r.Lang, f)
		v.Items = []page.Item{{ID: "t-" + f.Field, Text: v.Errors[f.Field]}}
	}
	v.Facts = []part.HeadFact{{Label: r.T("record.fact.state"), Value: r.T("money.transfer." + t.State), Look: transferLook(t.State), Glyph: true},
		{Label: r.T("money.transfer.on"), Value: lang.LongDay(r.Lang, t.PayOn)}, {Label: r.T("money.transfer.lines"), Value: strconv.Itoa(t.Lines)},
		{Label: r.T("money.total"), Value: lang.Yen(r.Lang, t.Total)}, {Label: r.T("money.transfer.built_by"), Value: t.BuiltBy, Small: lang.Moment(r.Lang, t.BuiltAt)}}
	if t.ReleasedBy != "" {
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T("money.transfer.released_by"), Value: t.ReleasedBy})
	}
	for _, l := range lines {
		v.Rows = append(v.Rows, part.Row{Cells: []part.Cell{{Text: strconv.Itoa(l.N)}, {Text: record.Org(r, p.Orgs, l.OrgCode, l.Org), Sub: l.Number, URL: caseURL(l.Case, "payments")},
			{Text: accountText(r, l.Bank.Code, l.Bank.Branch, l.Bank.Kind, l.Bank.Number, l.Bank.HolderKana)}, {Text: lang.Num(l.Amount)},
			{Text: r.T("money.line." + l.State), Look: transferLook(l.State), Status: true, Sub: l.Reason}}})
	}
	return page.View{Title: r.T("money.transfer") + " " + t.N, Shell: page.Desk, Status: status, Errors: v.Items, Body: transferBody(v)}, nil
}

// transferDo releases a file or takes it back.
func (p *Pages) transferDo(r *page.Request) (page.View, error) {
	id, act, said := r.PathValue("id"), p.Finance.Release, "money.transfer.released.said"
	if r.Value("do") == "drop" {
		act, said = p.Finance.Drop, "money.transfer.dropped.said"
	}
	err := act(r.Context(), r.Who, id)
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing {
		f.Field = "do"
		return p.showTransfer(r, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/money/transfers/"+id, page.Say(said)), nil
}

// transferFile is the file as the bank gets it.
func (p *Pages) transferFile(r *page.Request) (page.View, error) {
	t, content, err := p.Finance.Content(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	return page.Download("application/octet-stream", "zengin_"+t.N+".txt", func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(content))
		return err
	}), nil
}

// resultsCSV is the list the bank's answers are entered in.
func (p *Pages) resultsCSV(r *page.Request) (page.View, error) {
	t, lines, err := p.Finance.Transfer(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	rows := [][]string{append([]string{}, finance.ResultHead...)}
	for _, l := range lines {
		word := map[string]string{finance.Paid: finance.WordPaid, finance.Refused: finance.WordRefused}[l.State]
		rows = append(rows, []string{t.N, strconv.Itoa(l.N), l.Number, strconv.FormatInt(l.Amount, 10), word, l.Reason})
	}
	return csvFile(r, "振込結果_"+t.N, rows), nil
}

// resultMost is how large a file of results may be.
const resultMost = 4 << 20

// results takes what the bank answered, as a file, or says of every open line that it was paid.
func (p *Pages) results(r *page.Request) (page.View, error) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return page.View{}, page.Unreadable(err)
	}
	t, lines, err := p.Finance.Transfer(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	var list []finance.Result
	if r.Value("all") != "" {
		for _, l := range lines {
			if l.State == finance.Open {
				list = append(list, finance.Result{Transfer: t.N, Line: l.N, Number: l.Number, Amount: l.Amount, Paid: true})
			}
		}
	} else if list, err = resultFile(r); err != nil {
		if f := fault.Of(err); f != nil {
			return p.showTransfer(r, f, http.StatusUnprocessableEntity)
		}
		return page.View{}, err
	}
	paid, refused, err := p.Finance.Import(r.Context(), r.Who, t.ID, list)
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing {
		f.Field = "file"
		return p.showTransfer(r, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/money/transfers/"+t.ID, page.Say("money.result.said", "paid", paid, "refused", refused)), nil
}

func resultFile(r *page.Request) ([]finance.Result, error) {
	file, _, err := r.FormFile("file")
	if err != nil {
		return nil, fault.At("file", "finance.result.missing")
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, page.Unreadable(err)
	}
	return finance.ReadResults(content)
}

// payerWords says what is wrong with one part of the account to pay from.
func payerWords(r *page.Request, bad *zengin.Problem) string {
	key := "finance.payer.digits"
	switch {
	case bad.Value == "":
		key = "finance.payer.empty"
	case bad.Part == "name" || bad.Part == "bank_name" || bad.Part == "branch_name":
		key = "finance.payer.kana"
	}
	return r.T(key, "field", r.T("money.payer."+bad.Part))
}

// payerPage is the account the operating body pays from.
type payerPage struct {
	zengin.Payer
	Known  bool
	Errors map[string]string
	Items  []page.Item
}

func (p *Pages) payer(r *page.Request) (page.View, error) {
	payer, known, err := p.Finance.Payer(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	return p.showPayer(r, payerPage{Payer: payer, Known: known, Errors: map[string]string{}}, 0), nil
}

func (p *Pages) showPayer(r *page.Request, v payerPage, status int) page.View {
	return page.View{Title: r.T("money.payer"), Shell: page.Desk, Status: status, Errors: v.Items, Body: payerBody(v)}
}

func (p *Pages) setPayer(r *page.Request) (page.View, error) {
	id := func(name string) string { return jp.FoldID(r.Value(name)) }
	v := payerPage{Payer: zengin.Payer{Code: id("code"), Name: r.Value("name"), Bank: id("bank"), BankName: r.Value("bank_name"), Branch: id("branch"),
		BrName: r.Value("branch_name"), Kind: r.Value("kind"), Number: id("number")}, Errors: map[string]string{}}
	if err := p.Finance.SetPayer(r.Context(), r.Who, v.Payer); fault.Is(err, fault.Invalid) {
		for _, bad := range v.Problems() {
			v.Errors[bad.Part] = payerWords(r, bad)
			v.Items = append(v.Items, page.Item{ID: "y-" + bad.Part, Text: v.Errors[bad.Part]})
		}
		return p.showPayer(r, v, http.StatusUnprocessableEntity), nil
	} else if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/money/payments", page.Say("money.payer.said")), nil
}
