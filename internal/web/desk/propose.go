package desk

import (
	"net/http"
	"net/url"
	"slices"
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

// proposePage drafts many decisions at once in the order of the ranking (順位どおりの起案).
type proposePage struct {
	Programme *programme.Programme
	Year      int
	Phrases   []string
	Rows      []proposeRow
	Sum, Left string
	Over      bool
	Values    url.Values
	Errors    map[string]string
	Items     []page.Item
	Token     string
}

// proposeRow is one case that may be proposed, or why it may not.
type proposeRow struct {
	Rank             int
	ID, URL          string
	Number, Title    string
	Score, Requested string
	Amount           string
	Chosen           bool
	Move             string
	Refusal          string
	Version          int
	amount           int64
}

// adopting is the move that proposes a positive decision, told by its effect and not by its name.
func adopting(list []cases.Choice) (cases.Choice, bool) {
	i := slices.IndexFunc(list, func(c cases.Choice) bool { return slices.Contains(c.Effects, "outcome:adopt") })
	if i < 0 {
		return cases.Choice{}, false
	}
	return list[i], true
}

// askProposals shows what would be proposed.
func (p *Pages) askProposals(r *page.Request) (page.View, error) {
	return p.showProposals(r, url.Values{}, nil, 0)
}

func (p *Pages) showProposals(r *page.Request, values url.Values, errors map[string]string, status int) (page.View, error) {
	if err := only(r, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	prog, fy, list, balance, err := p.wholeRanking(r)
	if err != nil {
		return page.View{}, err
	}
	v := proposePage{Programme: prog, Year: fy, Values: values, Errors: errors, Token: newToken()}
	var sum int64
	for i, x := range list {
		row, ok := p.proposeRow(r, x, i+1, values)
		if !ok {
			continue
		}
		if row.Chosen {
			sum += row.amount
		}
		v.Rows = append(v.Rows, row)
		if errors[row.ID] != "" {
			v.Items = append(v.Items, page.Item{ID: "amount-" + row.ID, Text: r.T("part.at", "place", row.Number, "words", errors[row.ID])})
		}
	}
	for _, name := range []string{"comment", "cases"} {
		if errors[name] != "" {
			v.Items = append(v.Items, page.Item{ID: "p-" + name, Text: errors[name]})
		}
	}
	v.Sum, v.Left, v.Over = lang.Yen(r.Lang, sum), lang.Yen(r.Lang, balance.Available()-sum), sum > balance.Available()
	v.Phrases = []string{r.T("desk.propose.title", "n", len(v.Rows))}
	nav, err := p.nav(r, "")
	return page.View{Title: v.Phrases[0], Sub: prog.Title.In(r.Lang), Shell: page.Desk, Status: status, Nav: nav, Errors: v.Items, Body: proposeBody(v)}, err
}

// wholeRanking is ranking with every case read whole: what may be done with a case takes its answers.
func (p *Pages) wholeRanking(r *page.Request) (*programme.Programme, int, []cases.Ranked, ledger.Balance, error) {
	prog, fy, list, balance, err := p.ranking(r)
	if err == nil {
		err = p.Cases.Whole(r.Context(), r.Who, prog.Code, fy, list)
	}
	return prog, fy, list, balance, err
}

// proposeRow is one ranked case with what was typed, or with what the ranking suggests.
func (p *Pages) proposeRow(r *page.Request, x cases.Ranked, rank int, values url.Values) (proposeRow, bool) {
	c := x.Case
	move, ok := adopting(p.Cases.Moves(r.Context(), r.Who, c, p.version0(r, c)))
	if !ok {
		return proposeRow{}, false
	}
	row := proposeRow{Rank: rank, ID: c.ID, URL: caseURL(c.ID), Number: c.Number, Title: c.Title(), Score: lang.Tenths(x.Score), Move: move.ID, Version: c.Seq,
		Requested: lang.Num(c.Requested), Chosen: x.Fits && move.Blocked == nil, amount: suggested(c)}
	if move.Blocked != nil {
		row.Refusal = page.FaultText(r.Lang, move.Blocked)
	}
	row.Amount = lang.Num(row.amount)
	if values.Has("sent") {
		row.Chosen = slices.Contains(values["case"], c.ID)
		row.Amount = values.Get("amount." + c.ID)
		row.amount, _ = jp.ParseYen(row.Amount)
	}
	return row, true
}

// version0 is the version of the programme the case keeps; the newest when it cannot be read.
func (p *Pages) version0(r *page.Request, c *cases.Case) *programme.Programme {
	prog, err := p.Programmes.ByHash(r.Context(), c.Definition)
	if err != nil {
		prog, _ = p.Programmes.Current(r.Context(), c.Programme)
	}
	return prog
}

// propose drafts a decision for every chosen case. Each is its own step: what cannot be proposed stays on the page with its reason.
func (p *Pages) propose(r *page.Request) (page.View, error) {
	if err := r.ParseForm(); err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.invalid.text")
	}
	values, errors := r.PostForm, map[string]string{}
	if values.Get("preview") != "" {
		return p.showProposals(r, values, nil, http.StatusOK)
	}
	prog, fy, list, _, err := p.wholeRanking(r)
	if err != nil {
		return page.View{}, err
	}
	comment := jp.NFC(strings.TrimSpace(values.Get("comment")))
	if comment == "" {
		errors["comment"] = r.T("desk.propose.comment")
	}
	if len(values["case"]) == 0 {
		errors["cases"] = r.T("desk.propose.none")
	}
	if len(errors) > 0 {
		return p.showProposals(r, values, errors, http.StatusUnprocessableEntity)
	}
	done := 0
	for i, x := range list {
		row, ok := p.proposeRow(r, x, i+1, values)
		if !ok || !row.Chosen {
			continue
		}
		f, err := p.proposeOne(r, row, comment, values)
		if err != nil {
			return page.View{}, err
		}
		if f != nil {
			errors[row.ID] = page.FaultText(r.Lang, f)
			continue
		}
		done++
	}
	if len(errors) > 0 {
		return p.showProposals(r, values, errors, http.StatusUnprocessableEntity)
	}
	return page.Redirect(boardURL(prog.Code, fy), page.Say("desk.propose.done", "n", done)), nil
}

// proposeOne makes the proposal of one case; a fault is for the person, an error is ours.
func (p *Pages) proposeOne(r *page.Request, row proposeRow, comment string, values url.Values) (*fault.Fault, error) {
	amount, ok := jp.ParseYen(row.Amount)
	if !ok {
		return fault.At("amount", "desk.propose.amount"), nil
	}
	act := cases.Act{Move: row.Move, Version: row.Version, Token: values.Get("token") + row.ID, Arrived: r.Now,
		Needs: cases.Needs{Amount: &amount, Comment: comment}}
	_, err := p.Cases.Do(r.Context(), r.Who, row.ID, act)
	if f := fault.Of(err); f != nil {
		return f, nil
	}
	return nil, err
}
