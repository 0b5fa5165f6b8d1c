package entry

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/takeaway"
)

const (
	dataRows = 20 // rows of a kind that the page shows; the file holds all
	heldAt   = "/account/data"
)

// heldRoutes are the pages on which people see what is held about them, and those on which administrators answer what they ask.
func (e *Entry) heldRoutes(s *page.Site) {
	s.Get("/account/data", page.Member(e.showHeld))
	s.Get("/account/data.zip", page.Member(e.heldZIP))
	s.Get("/account/data.json", page.Member(e.heldJSON))
	s.Get("/account/data/request", page.Member(e.showAsk))
	s.Post("/account/data/request", page.Member(e.ask))
	s.Post("/account/data/withdraw", page.Member(e.withdrawRequest))
	s.Get("/admin/requests", page.Member(e.showRequests))
	s.Get("/admin/requests/{id}", page.Member(e.showRequest))
	s.Post("/admin/requests/{id}", page.Member(e.answerRequest))
}

// held gathers everything about the acting person.
func (e *Entry) held(r *page.Request) ([]heldPart, account.Held, error) {
	x, err := e.Accounts.Held(r.Context(), r.Who, cookie(r.Request, sessionCookie))
	if err != nil {
		return nil, x, err
	}
	var y Elsewhere
	if e.Elsewhere != nil {
		if y, err = e.Elsewhere(r.Context(), r.Who); err != nil {
			return nil, x, err
		}
	}
	h := &holder{e: e, r: r, names: map[string]string{"": "", "system": r.T("account.body.system")}}
	return h.parts(x, y), x, nil
}

// heldPage is what the page of one's own data shows.
type heldPage struct {
	Title string
	Parts []heldPart
	Open  []account.DataRequest
	Terms []part.Row
}

func (e *Entry) showHeld(r *page.Request) (page.View, error) {
	parts, x, err := e.held(r)
	if err != nil {
		return page.View{}, err
	}
	v := heldPage{Title: r.T("entry.held.title"), Parts: parts, Terms: terms(r)}
	for _, q := range x.Requests {
		if q.State == "open" {
			v.Open = append(v.Open, q)
		}
	}
	return page.View{Title: v.Title, Shell: shellOf(r.Who), Crumbs: []page.Link{{Label: r.T("entry.account.title"), URL: "/account"}}, Body: heldBody(v)}, nil
}

// terms say how long what is kept and why, and who may see it (domain.md 6.6 and 6.7).
func terms(r *page.Request) []part.Row {
	var rows []part.Row
	for _, k := range []string{"account", "contact", "journal", "cases", "reads", "mails", "sessions"} {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: r.T("entry.held.term." + k)}, {Text: r.T("entry.held.term." + k + ".long")}, {Text: r.T("entry.held.term." + k + ".erase")}}})
	}
	return rows
}

// grid is a part as a table of at most n rows; 0 is all. Links are whole addresses where the table leaves the service.
func (p heldPart) grid(r func(string) string, n int) part.Grid {
	var heads []part.Head
	for _, c := range p.Columns {
		heads = append(heads, part.Head{Label: c.Label})
	}
	var rows []part.Row
	for i, row := range p.Rows {
		if n > 0 && i == n {
			break
		}
		var cells []part.Cell
		for _, c := range row {
			cell := part.Cell{Text: c.Text}
			if c.URL != "" {
				cell.URL = r(c.URL)
			}
			cells = append(cells, cell)
		}
		rows = append(rows, part.Row{Cells: cells})
	}
	return part.Rows(p.Title, heads, rows)
}

// asData is a part with stable keys: one object for pairs, else a list of objects.
func (p heldPart) asData() any {
	one := map[string]string{}
	list := make([]map[string]string, 0, len(p.Rows))
	for _, row := range p.Rows {
		if p.Pairs {
			one[row[0].Key] = strings.TrimSpace(row[1].data())
			continue
		}
		x := map[string]string{}
		for i, c := range row {
			x[p.Columns[i].Key] = strings.TrimSpace(c.data())
		}
		list = append(list, x)
	}
	if p.Pairs {
		return one
	}
	return list
}

func dataOf(r *page.Request, parts []heldPart) ([]byte, error) {
	data := map[string]any{"made": r.Now.In(jp.JST).Format(time.RFC3339), "service": "kakehashi"}
	for _, p := range parts {
		data[p.ID] = p.asData()
	}
	return json.MarshalIndent(data, "", "  ")
}

func heldName(r *page.Request, kind string) string {
	return r.T("entry.held.file") + "_" + jp.Date(r.Now) + "." + kind
}

// heldJSON is everything as data.
func (e *Entry) heldJSON(r *page.Request) (page.View, error) {
	parts, _, err := e.held(r)
	if err != nil {
		return page.View{}, err
	}
	b, err := dataOf(r, parts)
	return page.Bytes("application/json; charset=utf-8", heldName(r, "json"), b), err
}

// heldZIP is everything as a document to read, as data, and as one table of each kind.
func (e *Entry) heldZIP(r *page.Request) (page.View, error) {
	parts, _, err := e.held(r)
	if err != nil {
		return page.View{}, err
	}
	return page.Spool("application/zip", heldName(r, "zip"), func(w io.Writer) error {
		z := zip.NewWriter(w)
		add := func(name string, write func(io.Writer) error) error {
			f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: r.Now})
			if err != nil {
				return err
			}
			return write(f)
		}
		made := r.T("entry.held.made", "at", lang.Moment(r.Lang, r.Now), "who", r.Who.Name)
		if err := add("index.html", func(w io.Writer) error {
			return heldDocument(string(r.Lang), r.T("entry.held.title"), made, parts, terms(r)).Render(r.Context(), w)
		}); err != nil {
			return err
		}
		if err := add("data.json", func(w io.Writer) error {
			b, err := dataOf(r, parts)
			if err == nil {
				_, err = w.Write(b)
			}
			return err
		}); err != nil {
			return err
		}
		for _, p := range parts {
			if err := add(p.ID+".csv", p.csv); err != nil {
				return fmt.Errorf("own data, %s: %w", p.ID, err)
			}
		}
		return z.Close()
	}), nil
}

// csv writes a part as a table.
func (p heldPart) csv(w io.Writer) error {
	return takeaway.CSV(w, false, func(put func([]string) error) error {
		var head []string
		for _, c := range p.Columns {
			head = append(head, c.Label)
		}
		if err := put(head); err != nil {
			return err
		}
		for _, row := range p.Rows {
			line := make([]string, len(row))
			for i, c := range row {
				line[i] = c.Text
			}
			if err := put(line); err != nil {
				return err
			}
		}
		return nil
	})
}
