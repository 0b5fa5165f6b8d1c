package audit

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/proof"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
	"kakehashi/internal/web/takeaway"
)

const (
	shownReads  = 100
	tableReads  = 50_000 // lines of the CSV at most
	shownOfCase = 1000   // lines of one case that are summed up for its body
)

// readsPage is the log of who read what, with its filters as they were typed.
type readsPage struct {
	Title        string
	Case, Person string
	From, To     string
	What         string
	Whats        []readsChoice
	Wrong        map[string]string
	Items        []page.Item
	Rows         []part.Row
	Shown, Next  string
	CSV          string
}

type readsChoice struct {
	Value, Label string
	Chosen       bool
}

// readsFilter reads what was typed; what is not a day is told at its field.
func readsFilter(r *page.Request) (readsPage, proof.ReadFilter) {
	q := r.URL.Query()
	typed := func(name string) string { return strings.TrimSpace(jp.NFC(q.Get(name))) }
	v := readsPage{Case: typed("case"), Person: typed("person"), From: typed("from"), To: typed("to"), What: typed("what"), Wrong: map[string]string{}}
	f := proof.ReadFilter{Case: strings.ToUpper(jp.FoldID(v.Case)), Person: v.Person, Limit: shownReads + 1}
	if slices.Contains(proof.Whats(), v.What) {
		f.What = v.What
	}
	f.Before, _ = strconv.ParseInt(q.Get("before"), 10, 64)
	day := func(name, s string) string {
		if s == "" {
			return ""
		}
		d, ok := jp.ParseDate(s)
		if !ok {
			v.Wrong[name] = r.T("audit.reads.day")
			v.Items = append(v.Items, page.Item{ID: "r-" + name, Text: v.Wrong[name]})
		}
		return d
	}
	f.From, f.To = day("from", v.From), day("to", v.To)
	if len(v.Wrong) == 0 && f.From != "" && f.To != "" && f.To < f.From {
		v.Wrong["to"] = r.T("audit.reads.turned")
		v.Items = append(v.Items, page.Item{ID: "r-to", Text: v.Wrong["to"]})
	}
	for _, w := range proof.Whats() {
		v.Whats = append(v.Whats, readsChoice{w, r.T("audit.read." + w), w == v.What})
	}
	return v, f
}

// reads shows the log to the auditor, and to a section chief what was read of the section's cases.
func (p *Pages) reads(r *page.Request) (page.View, error) {
	v, f := readsFilter(r)
	if len(v.Wrong) > 0 {
		f.Limit = 1
	}
	list, err := p.Reads.List(r.Context(), r.Who, f)
	if err != nil {
		return page.View{}, err
	}
	status := 0
	if len(v.Wrong) > 0 {
		list, status = nil, http.StatusUnprocessableEntity
	}
	q := url.Values{}
	for name, value := range map[string]string{"case": v.Case, "person": v.Person, "from": v.From, "to": v.To, "what": v.What} {
		if value != "" {
			q.Set(name, value)
		}
	}
	v.CSV = "/desk/reads.csv?" + q.Encode()
	if len(list) > shownReads {
		list = list[:shownReads]
		q.Set("before", strconv.FormatInt(list[shownReads-1].Seq, 10))
		v.Next = r.Href("/desk/reads?" + q.Encode())
	}
	for _, l := range list {
		v.Rows = append(v.Rows, p.readRow(r, l))
	}
	v.Title, v.Shown = r.T("audit.reads.title"), r.T("audit.reads.shown", "n", len(list))
	return page.View{Title: v.Title, Shell: page.Desk, Status: status, Errors: v.Items, Body: readsBody(v)}, nil
}

func (p *Pages) readRow(r *page.Request, l proof.ReadLine) part.Row {
	c := part.Cell{Text: l.Title, Sub: strings.TrimSpace(l.Number + "　" + record.Org(r, p.Orgs, l.OrgCode, l.Org))}
	switch {
	case l.Case == "":
		c = part.Cell{Text: "―", Sub: readAddress(l.Item)}
	case l.Title == "":
		c = part.Cell{Text: cmp.Or(l.Number, r.T("record.no_number")), Sub: record.Org(r, p.Orgs, l.OrgCode, l.Org)}
	}
	if l.Case != "" {
		c.URL = "/desk/cases/" + l.Case
	}
	what := part.Cell{Text: r.T("audit.read." + l.What)}
	if l.What == "lost" || l.What == proof.Refused {
		what.Sub = l.Item
	}
	return part.Row{Cells: []part.Cell{{Text: lang.Moment(r.Lang, l.At), Tight: true},
		{Text: l.Name, Sub: p.readDesk(r, l.Read, nil)}, what, c, {Text: l.Origin, Tight: true}}}
}

// readAddress is the address of a list without what stands before its filters.
func readAddress(item string) string {
	s, err := url.QueryUnescape(item)
	if err != nil {
		return item
	}
	return s
}

// readDesk is the role and the body under which somebody read.
func (p *Pages) readDesk(r *page.Request, l proof.Read, c *cases.Case) string {
	return r.T("account.role."+string(l.Role)) + "　" + record.Body(r.Context(), p.Orgs.AsOf(l.At), r.Lang, l.Body, c)
}

// readsCSV is the log under the same filters as a table.
func (p *Pages) readsCSV(r *page.Request) (page.View, error) {
	v, f := readsFilter(r)
	if len(v.Wrong) > 0 {
		return page.View{}, fault.New(fault.Invalid, "audit.reads.day")
	}
	f.Limit, f.Before = tableReads, 0
	list, err := p.Reads.List(r.Context(), r.Who, f)
	if err != nil {
		return page.View{}, err
	}
	var head []string
	for _, k := range []string{"audit.at", "audit.reads.reader", "audit.reads.role", "audit.reads.body", "audit.reads.what", "audit.number", "audit.case", "audit.archive.org", "audit.reads.item", "audit.reads.origin",
		"audit.reads.hash"} {
		head = append(head, r.T(k))
	}
	return page.Download("text/csv; charset=utf-8", r.T("audit.reads.title")+"_"+jp.Date(r.Now)+".csv", func(w io.Writer) error {
		return takeaway.CSV(w, false, func(put func([]string) error) error {
			if err := put(head); err != nil {
				return err
			}
			for _, l := range list {
				err := put([]string{l.At.In(jp.JST).Format("2006-01-02 15:04:05"), l.Name, r.T("account.role." + string(l.Role)), record.Body(r.Context(), p.Orgs.AsOf(l.At), r.Lang, l.Body, nil),
					r.T("audit.read." + l.What), l.Number, l.Title, l.Org, l.Item, l.Origin, l.Hash})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}), nil
}

// ownReads tells a body who has read its case: day, desk and what was read. Of its own people the names; of the others none, for who sits
// at a desk is not told to bodies. That members of the committee read it is told when it is decided.
func (p *Pages) ownReads(r *page.Request) (page.View, error) {
	if !r.Who.Is(account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	c, prog, err := p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	list, err := p.Reads.Of(r.Context(), c.ID, shownOfCase)
	if err != nil {
		return page.View{}, err
	}
	decided := c.DecidedOn != "" || c.Ended
	type line struct{ day, who, name, what string }
	var rows []part.Row
	seen := map[line]bool{}
	for _, l := range list {
		if l.What == "lost" || l.What == proof.Refused || l.Role == account.RoleCommittee && !decided { // what was refused was not read
			continue
		}
		x := line{day: jp.Date(l.At), who: p.readDesk(r, l.Read, c), what: r.T("audit.read." + l.What)}
		if l.Body == r.Who.Hat.Body {
			x.name = l.Name
		}
		if seen[x] {
			continue
		}
		seen[x] = true
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: lang.LongDay(r.Lang, x.day), Tight: true}, {Text: x.who, Sub: x.name}, {Text: x.what}}})
	}
	name := record.Name(r.Lang, c, prog)
	title := r.T("audit.reads.own")
	return page.View{Title: title, Sub: name, Shell: page.Work, Crumbs: []page.Link{{Label: name, URL: "/work/cases/" + c.ID}}, Body: ownReadsBody(title, rows, !decided)}, nil
}
