package desk

import (
	"fmt"
	"slices"
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
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// boardPage is the ranking of one call against its budget (審査順位).
type boardPage struct {
	Programme *programme.Programme
	Year      int
	Phrases   []string
	Sample    bool
	Facts     []part.HeadFact
	Rows      []ranked
	Decided   []part.Row
	Cut       int // index of the first row beyond the budget, -1 when all fit
	CutWords  [4]string
	Blocks    []block
	Line      string // where the budget line stands, in percent
	LineEnd   bool   // its words stand left of it
	Budget    string
	Caption   string
	Plot      plot
	May       bool   // propose
	Book      string // address of the budget book
	Weights   string
	Ties      string // what decides between equal scores
}

// ranked is one row of the ranking.
type ranked struct {
	Rank       int
	URL        string
	Number     string
	Title      string
	Org        string // "" while hidden
	Tie        string
	Low        string // 60点未満
	State      string
	Look       string
	Score      string
	Mean       string // place of the mean on the plot
	Dots       []dot
	Label      string
	Far        bool
	Asked      string
	Proposed   string
	Firm       bool // proposed or decided, not only asked
	Sum        string
	Above, Cut bool
}

type dot struct {
	X   string
	Far bool
}

// block is one case on the budget bar.
type block struct {
	X, W, Mid, Label string
	Fits, Used       bool // Used: what decisions hold already
}

// plot is the axis of the marks: 40 to 100, with the floor.
type plot struct {
	Floor, Words string
}

// place of a score in tenths on the axis from 40 to 100, in percent.
func onPlot(tenths int64) string {
	return fmt.Sprintf("%.2f%%", float64(min(max(tenths, 400), 1000)-400)/6)
}

func boardURL(code string, fy int) string {
	return "/desk/screening/" + code + "?fy=" + strconv.Itoa(fy)
}

// screenings lists the calls that have a ranking.
func (p *Pages) screenings(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief, account.RoleAuditor); err != nil {
		return page.View{}, err
	}
	own, err := p.own(r)
	if err != nil {
		return page.View{}, err
	}
	var rows []part.Row
	for _, x := range own {
		if x.Screening.Members == 0 {
			continue
		}
		b, err := p.Ledger.Balance(r.Context(), fund(r.Who, x.Code), x.Call.FiscalYear)
		if err != nil {
			return page.View{}, err
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: x.Title.In(r.Lang), URL: boardURL(x.Code, x.Call.FiscalYear)},
			{Text: lang.FiscalYear(r.Lang, x.Call.FiscalYear)}, {Text: lang.Num(b.Total)}, {Text: lang.Num(b.Total - b.Undecided())}, {Text: lang.Num(b.Undecided())}}})
	}
	title := r.T("desk.board.list")
	return page.View{Title: title, Shell: page.Desk, Body: screeningsBody(title, rows)}, nil
}

// board shows the ranking with the line of the budget.
func (p *Pages) board(r *page.Request) (page.View, error) {
	prog, fy, list, balance, err := p.ranking(r)
	if err != nil {
		return page.View{}, err
	}
	v := boardPage{Programme: prog, Year: fy, May: r.Who.Is(account.RoleOfficer) && len(list) > 0, Book: bookURL(prog.Code, fy),
		Budget: lang.Yen(r.Lang, balance.Total), Cut: -1}
	open, decided := split(list)
	v.May = v.May && len(open) > 0
	v.rows(r, p, open)
	v.decided(r, p, decided)
	v.facts(r, open, balance)
	v.bar(r, open, balance)
	v.words(r, open, balance.Undecided())
	v.Plot = plot{Floor: onPlot(prog.Screening.Floor * 10), Words: lang.Num(prog.Screening.Floor)}
	v.Weights, v.Ties = weights(r, prog), ties(r, prog)
	nav, err := p.nav(r, "")
	return page.View{Title: strings.Join(v.Phrases, ""), Sub: prog.Title.In(r.Lang), Shell: page.Desk, Nav: nav, Body: boardBody(v)}, err
}

// ranking reads the call of the address with its cases in order and its budget. A programme of another section does not exist here.
func (p *Pages) ranking(r *page.Request) (*programme.Programme, int, []cases.Ranked, ledger.Balance, error) {
	var none ledger.Balance
	if err := only(r, account.RoleOfficer, account.RoleChief, account.RoleAuditor); err != nil {
		return nil, 0, nil, none, err
	}
	prog, err := p.Programmes.Current(r.Context(), r.PathValue("programme"))
	if err != nil {
		return nil, 0, nil, none, err
	}
	if !r.Who.Is(account.RoleAuditor) && (prog.Section != r.Who.BodyID() || !r.Who.Hat.Covers(prog.Code)) {
		return nil, 0, nil, none, fault.New(fault.Missing, "db.missing")
	}
	fy, err := strconv.Atoi(jp.FoldID(r.Value("fy")))
	if err != nil || fy < 1989 || fy > 2200 {
		fy = prog.Call.FiscalYear
	}
	balance, err := p.Ledger.Balance(r.Context(), fund(r.Who, prog.Code), fy)
	if err != nil {
		return nil, 0, nil, none, err
	}
	list, err := p.Cases.Ranking(r.Context(), r.Who, prog.Code, fy, balance.Undecided())
	return prog, fy, list, balance, err
}

// split parts the cases still to be decided from those whose grant is decided.
func split(list []cases.Ranked) (open, decided []cases.Ranked) {
	i := slices.IndexFunc(list, func(x cases.Ranked) bool { return x.Decided })
	if i < 0 {
		return list, nil
	}
	return list[:i], list[i:]
}

// decided lists the cases whose grant is decided: the budget holds them already.
func (v *boardPage) decided(r *page.Request, p *Pages, list []cases.Ranked) {
	for _, x := range list {
		c := x.Case
		v.Sample = v.Sample || c.Demo
		state := part.Cell{}
		if st := v.Programme.State(c.State); st != nil {
			state = part.Cell{Text: st.Title.In(r.Lang), Look: st.Look, Status: true}
		}
		v.Decided = append(v.Decided, part.Row{Cells: []part.Cell{{Text: c.Title(), URL: caseURL(c.ID), Sub: c.Number + "　" + record.Org(r, p.Orgs, c.Org.Code, c.Org.Name)}, state,
			{Text: lang.Tenths(x.Score)}, {Text: lang.Num(c.Requested)}, {Text: lang.Num(x.Amount)}}})
	}
}

// rows turns the ranking into lines.
func (v *boardPage) rows(r *page.Request, p *Pages, list []cases.Ranked) {
	s := v.Programme.Screening
	for i, x := range list {
		c := x.Case
		row := ranked{Rank: i + 1, URL: caseURL(c.ID, "screening"), Number: c.Number[strings.LastIndex(c.Number, "-")+1:], Title: c.Title(), Score: lang.Tenths(x.Score), Mean: onPlot(x.Score),
			Far: x.Far, Asked: thousand(c.Requested), Proposed: "―", Sum: "―", Above: x.Fits, Tie: tie(r, s, list, i)}
		v.Sample = v.Sample || c.Demo
		if c.Phase >= 3 {
			row.Org = record.Org(r, p.Orgs, c.Org.Code, c.Org.Name)
		}
		if st := v.Programme.State(c.State); st != nil && groupOf(st) != groupScreen {
			row.State, row.Look = st.Title.In(r.Lang), st.Look
		}
		if x.Score < s.Floor*10 {
			row.Low = r.T("desk.board.low", "n", s.Floor)
		} else if x.Floor {
			row.Proposed, row.Sum = thousand(x.Amount), thousand(x.Sum)
			row.Firm = c.Decided > 0 || c.Proposal != nil && c.Proposal.Amount > 0
		}
		var marks []string
		for _, m := range c.Members {
			if !m.Judges() || !m.Scored() {
				continue
			}
			d := dot{X: onPlot(m.Score(s))}
			for _, k := range s.Criteria {
				d.Far = d.Far || distant(c, s, k.ID, m.Marks[k.ID])
			}
			row.Dots = append(row.Dots, d)
			marks = append(marks, lang.Tenths(m.Score(s)))
		}
		row.Label = r.T("desk.board.plot", "n", len(marks), "marks", strings.Join(marks, r.T("record.comma")))
		if v.Cut < 0 && x.Floor && !x.Fits {
			v.Cut, row.Cut = i, true
		}
		v.Rows = append(v.Rows, row)
	}
}

// tie says what decided between equal scores; the first of them says it too.
func tie(r *page.Request, s programme.Screening, list []cases.Ranked, i int) string {
	what, a := list[i].Tie, i-1
	if what == "" && i+1 < len(list) {
		what, a = list[i+1].Tie, i+1
	}
	c := list[i].Case
	switch what {
	case "criterion":
		order := slices.Clone(s.Criteria)
		slices.SortStableFunc(order, func(x, y programme.Criterion) int { return int(y.Weight - x.Weight) })
		for _, k := range order {
			if m := meanOf(c, k.ID); m != meanOf(list[a].Case, k.ID) {
				return r.T("desk.board.tie.criterion", "criterion", k.Title.In(r.Lang), "n", decimal(m))
			}
		}
	case "own":
		return r.T("desk.board.tie.own", "n", fmt.Sprintf("%.1f%%", list[i].OwnShare*100))
	case "arrival":
		return r.T("desk.board.tie.arrival", "at", lang.Moment(r.Lang, c.Submitted))
	}
	return ""
}

func thousand(yen int64) string { return lang.Num(yen / 1000) }

// facts are the figures over the ranking.
func (v *boardPage) facts(r *page.Request, list []cases.Ranked, b ledger.Balance) {
	var sum int64
	fit, members, scored := 0, 0, 0
	for _, x := range list {
		m, s := x.Case.Judging()
		members, scored = members+m, scored+s
		if x.Fits {
			fit++
			sum = x.Sum
		}
	}
	s := v.Programme.Screening
	fact := func(key, value, small string) {
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T(key), Value: value, Small: small})
	}
	fact("desk.board.budget", lang.Yen(r.Lang, b.Total), r.T("desk.budget.committed", "yen", lang.Yen(r.Lang, b.Total-b.Undecided())))
	v.Facts = append(v.Facts, part.HeadFact{Label: r.T("desk.board.proposed", "n", fit), Value: lang.Yen(r.Lang, sum)})
	fact("desk.board.left", lang.Yen(r.Lang, b.Undecided()-sum), "")
	fact("desk.board.sheets", r.T("desk.board.sheets.of", "all", members, "n", scored), r.T("desk.board.sheets.locked"))
	fact("desk.board.names", r.T("desk.board.names.hidden"), r.T("desk.board.names.until"))
	fact("desk.board.definition", v.Programme.Version, r.T("desk.board.criteria", "n", len(s.Criteria), "floor", s.Floor))
}

// bar stacks the amounts in the order of the ranking against the budget.
func (v *boardPage) bar(r *page.Request, list []cases.Ranked, b ledger.Balance) {
	budget, used := b.Total, b.Total-b.Undecided()
	most := budget
	for _, x := range list {
		most = max(most, used+x.Sum)
	}
	if most == 0 {
		return
	}
	top := float64(most) * 1.1
	at := func(yen int64) float64 { return float64(yen) * 100 / top }
	if used > 0 {
		v.Blocks = append(v.Blocks, block{X: "0%", W: pct(at(used)), Mid: pct(at(used) / 2), Label: r.T("desk.board.used"), Used: true})
	}
	for i, x := range list {
		if !x.Floor || x.Amount == 0 {
			continue
		}
		from, w := at(used+x.Sum-x.Amount), at(x.Amount)
		one := block{X: pct(from), W: pct(w), Mid: pct(from + w/2), Fits: x.Fits}
		if w >= 4 {
			one.Label = r.T("desk.board.rank", "n", i+1)
		}
		v.Blocks = append(v.Blocks, one)
	}
	v.Line, v.LineEnd = pct(at(budget)), at(budget) > 50
}

func pct(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) + "%" }

// words is the answer the board starts with, and the words at the line.
func (v *boardPage) words(r *page.Request, list []cases.Ranked, left int64) {
	fit, sum := 0, int64(0)
	for _, x := range list {
		if x.Fits {
			fit, sum = fit+1, x.Sum
		}
	}
	switch {
	case len(list) == 0:
		v.Phrases = []string{r.T("desk.board.nothing")}
	case v.Cut < 0:
		v.Phrases = []string{r.T("desk.board.all_fit", "n", fit), r.T("desk.board.remaining", "yen", lang.Yen(r.Lang, left-sum))}
	default:
		short := lang.Yen(r.Lang, list[v.Cut].Sum-left)
		v.Phrases = []string{r.T("desk.board.fit", "n", fit), r.T("desk.board.short", "rank", v.Cut+1, "yen", short)}
		v.CutWords = [4]string{r.T("desk.board.cut.left", "yen", lang.Yen(r.Lang, left)), r.T("desk.board.cut.sum", "yen", lang.Yen(r.Lang, sum)),
			lang.Yen(r.Lang, left-sum), r.T("desk.board.cut.short", "rank", v.Cut+1, "yen", short)}
	}
	v.Caption = strings.Join(v.Phrases, "")
}

// ties lists what the definition lets decide between equal scores, first to last.
func ties(r *page.Request, prog *programme.Programme) string {
	var list []string
	for i, what := range prog.Screening.Ties() {
		list = append(list, "("+string(rune('a'+i))+") "+r.T("desk.board.ties."+what))
	}
	return strings.Join(list, r.T("record.comma"))
}

// weights lists the criteria with their weights: 必要性・重要性25・先進性20.
func weights(r *page.Request, prog *programme.Programme) string {
	var list []string
	for _, k := range prog.Screening.Criteria {
		list = append(list, k.Title.In(r.Lang)+" "+strconv.FormatInt(k.Weight, 10))
	}
	return strings.Join(list, r.T("record.comma"))
}
