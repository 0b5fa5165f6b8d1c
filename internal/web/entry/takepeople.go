package entry

import (
	"io"
	"net/url"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/takeaway"
)

// People are carried away by an administrator, of every body (?all=1) or of one, and by those who manage a body's own people; for anybody else
// the address does not exist. That it was done stands in the journal of accounts.

// takenPeople are the head and the rows of the file.
func (e *Entry) takenPeople(r *page.Request) (name string, head []string, rows [][]string, err error) {
	body := bodyOf(r)
	if value(r, "all") != "" {
		body = ""
	}
	list, err := e.Accounts.Take(r.Context(), r.Who, body)
	if err != nil {
		return "", nil, nil, err
	}
	if err := e.number(r, list); err != nil {
		return "", nil, nil, err
	}
	h := &holder{e: e, r: r, names: map[string]string{}}
	for _, k := range []string{"entry.people.body_key", "entry.body", "entry.login", "entry.name", "entry.kana", "entry.email", "entry.shared", "entry.division", "entry.phone", "entry.people.role_key", "entry.role",
		"entry.people.programmes", "entry.people.state", "entry.held.memberships.from", "entry.held.memberships.until", "entry.people.behalf_of", "entry.factors", "entry.home.head"} {
		head = append(head, r.T(k))
	}
	for _, m := range list {
		rows = append(rows, []string{m.Body, h.body(m.Body), m.Login, m.Name, m.Kana, m.Email, h.yes(m.Shared), m.Division, m.Phone, string(m.Role), roleName(r.Lang, m.Role),
			m.Programmes, r.T("entry.held.state." + string(m.State)), isoDay(m.From), isoDay(m.Until), m.BehalfName, h.yes(m.Second), m.Home})
	}
	name = r.T("entry.people.file")
	if body != "" {
		name += "_" + h.body(body)
	}
	return strings.NewReplacer("/", "-", " ", "-", "　", "_").Replace(name) + "_" + jp.Date(r.Now), head, rows, nil
}

func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return jp.Date(t)
}

func (e *Entry) peopleCSV(r *page.Request) (page.View, error) {
	name, head, rows, err := e.takenPeople(r)
	if err != nil {
		return page.View{}, err
	}
	return page.Spool("text/csv; charset=utf-8", name+".csv", func(w io.Writer) error {
		return takeaway.CSV(w, false, func(put func([]string) error) error { return each(append([][]string{head}, rows...), put) })
	}), nil
}

func (e *Entry) peopleXLSX(r *page.Request) (page.View, error) {
	name, head, rows, err := e.takenPeople(r)
	if err != nil {
		return page.View{}, err
	}
	return page.Spool("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name+".xlsx", func(w io.Writer) error {
		return takeaway.Workbook(w, r.T("entry.people.file"), head, nil, func(put func([]string) error) error { return each(rows, put) })
	}), nil
}

func each(rows [][]string, put func([]string) error) error {
	for _, row := range rows {
		if err := put(row); err != nil {
			return err
		}
	}
	return nil
}

// takeLinks lead to the files of a body's people.
func takeLinks(body string) (csv, xlsx string) {
	q := "?body=" + url.QueryEscape(body)
	return "/work/people.csv" + q, "/work/people.xlsx" + q
}
