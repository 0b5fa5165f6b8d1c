package entry

import (
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// itemWords names what a request is about.
func itemWords(r *page.Request, items []string) string {
	var words []string
	for _, item := range items {
		words = append(words, r.T("account.request.item."+item))
	}
	return strings.Join(words, r.T("public.comma"))
}

// answerWords is what an administrator answered: the reason, what was done and what stays with why.
func answerWords(r *page.Request, q account.DataRequest) string {
	lines := []string{q.Reason}
	if len(q.Done) > 0 {
		lines = append(lines, r.T("entry.ask.done", "what", itemWords(r, q.Done)))
	}
	for _, k := range q.Kept {
		item, why, _ := strings.Cut(k, ":")
		lines = append(lines, r.T("entry.ask.kept", "what", itemWords(r, []string{item}), "why", r.T("account.request.why."+why)))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// askForm is the page on which a correction or an erasure is asked for.
type askForm struct {
	Title, Kind string
	Items       []askItem
	Wanted      box
	Wrong       []string
	Errors      []page.Item
}

type askItem struct {
	Value, Label string
	Chosen       bool
}

func (e *Entry) showAsk(r *page.Request) (page.View, error) { return e.askPage(r, nil, nil) }

func (e *Entry) askPage(r *page.Request, f faults, cause error) (page.View, error) {
	form := askForm{Kind: value(r, "kind")}
	if form.Kind != "erase" {
		form.Kind = "correct"
	}
	form.Title = r.T("entry.ask." + form.Kind)
	for _, item := range account.RequestItems(form.Kind) {
		form.Items = append(form.Items, askItem{item, r.T("account.request.item." + item), slices.Contains(r.Form["items"], item)})
	}
	form.Wanted = f.form(r, box{Name: "wanted", Label: r.T("entry.ask.wanted." + form.Kind), Hint: r.T("entry.ask.wanted." + form.Kind + ".hint"), Type: "textarea", Optional: form.Kind == "erase"})[0]
	form.Wrong, form.Errors = f.at("items"), f.items(form.Wanted, box{Name: "items"})
	return page.View{Title: form.Title, Shell: shellOf(r.Who), Crumbs: []page.Link{{Label: r.T("entry.held.title"), URL: heldAt}}, Body: askBody(form), Errors: form.Errors, Status: f.status(cause)}, nil
}

func (e *Entry) ask(r *page.Request) (page.View, error) {
	wanted := value(r, "wanted")
	err := e.Accounts.Ask(r.Context(), r.Who, value(r, "kind"), r.Form["items"], wanted)
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.askPage(r, f, err)
	}
	return page.Redirect(heldAt, page.Say("entry.ask.sent")), nil
}

func (e *Entry) withdrawRequest(r *page.Request) (page.View, error) {
	if err := e.Accounts.WithdrawRequest(r.Context(), r.Who, value(r, "id")); err != nil {
		return page.View{}, err
	}
	return page.Redirect(heldAt, page.Say("entry.ask.withdrawn")), nil
}

func requestRow(r *page.Request, q account.DataRequest) part.Row {
	look := map[string]string{"open": "wait", "granted": "yes", "refused": "back"}[q.State]
	return part.Row{Cells: []part.Cell{{Text: q.Name, URL: "/admin/requests/" + q.ID, Sub: q.Login}, {Text: r.T("account.request." + q.Kind)}, {Text: itemWords(r, q.Items)},
		{Text: lang.Moment(r.Lang, q.Asked), Tight: true}, {Text: r.T("account.request.state." + q.State), Status: true, Look: look}}}
}

// showRequests lists what people ask about their data, for the administrators; the auditor reads it.
func (e *Entry) showRequests(r *page.Request) (page.View, error) {
	open, answered, err := e.Accounts.Requests(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	var todo, done []part.Row
	for _, q := range open {
		todo = append(todo, requestRow(r, q))
	}
	for _, q := range answered {
		done = append(done, requestRow(r, q))
	}
	title := WaitingRequests(r, len(open))
	return page.View{Title: title, Shell: page.Desk, Body: requestsBody(title, todo, done)}, nil
}

// WaitingRequests says how many requests wait for an answer.
func WaitingRequests(r *page.Request, n int) string {
	if n == 0 {
		return r.T("entry.requests.title.none")
	}
	return r.T("entry.requests.title", "n", n)
}

// requestPage is one request with what granting it would do.
type requestPage struct {
	ID, Title string
	Facts     []part.Fact
	Effects   []string
	May, Own  bool
	Reason    box
	Errors    []page.Item
}

func (e *Entry) showRequest(r *page.Request) (page.View, error) { return e.requestPage(r, nil, nil) }

func (e *Entry) requestPage(r *page.Request, f faults, cause error) (page.View, error) {
	q, err := e.Accounts.Request(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	open := q.State == "open" && r.Who.Is(account.RoleAdmin)
	v := requestPage{ID: q.ID, Title: r.T("entry.requests.one", "name", q.Name, "what", r.T("account.request."+q.Kind)), Own: open && q.Person == r.Who.Person}
	v.May = open && !v.Own
	v.Facts = []part.Fact{{Label: r.T("entry.requests.who"), Text: q.Name + "　" + q.Login}, {Label: r.T("entry.held.requests.at"), Text: lang.Moment(r.Lang, q.Asked)},
		{Label: r.T("entry.held.requests.items"), Text: itemWords(r, q.Items)}, {Label: r.T("entry.ask.wanted." + q.Kind), Text: orDash(q.Wanted)},
		{Label: r.T("entry.held.requests.state"), Text: r.T("account.request.state." + q.State)}}
	if q.State == "granted" || q.State == "refused" {
		v.Facts = append(v.Facts, part.Fact{Label: r.T("entry.held.requests.answer"), Text: answerWords(r, q)},
			part.Fact{Label: r.T("entry.requests.by"), Text: q.Decider + "　" + lang.Moment(r.Lang, q.Decided)})
	}
	if open {
		for _, item := range q.Items {
			v.Effects = append(v.Effects, r.T("account.request.item."+item)+r.T("entry.requests.colon")+r.T("entry.requests.effect."+q.Kind+"."+item))
		}
	}
	v.Reason = f.form(r, box{Name: "reason", Label: r.T("entry.requests.reason"), Hint: r.T("entry.requests.reason.hint"), Type: "textarea"})[0]
	v.Errors = f.items(v.Reason)
	return page.View{Title: v.Title, Shell: page.Desk, Crumbs: []page.Link{{Label: r.T("entry.requests.nav"), URL: "/admin/requests"}}, Body: requestBody(v), Errors: v.Errors, Status: f.status(cause)}, nil
}

func (e *Entry) answerRequest(r *page.Request) (page.View, error) {
	err := e.Accounts.Answer(r.Context(), r.Who, r.PathValue("id"), value(r, "do") == "grant", value(r, "reason"))
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.requestPage(r, f, err)
	}
	return page.Redirect("/admin/requests", page.Say("entry.requests.done")), nil
}
