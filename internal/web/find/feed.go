package find

import (
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/search"
	"kakehashi/internal/web/page"
)

// mostListed is the most results a feed or file holds.
const mostListed = 1000

// all asks for the whole set, page by page.
func (p *Pages) all(r *page.Request) (search.Result, error) {
	q := queryOf(r)
	q.Offset, q.Limit = 0, 100
	first, err := p.ask(r.Context(), q)
	for err == nil && len(first.Hits) < min(first.Total, mostListed) {
		q.Offset = len(first.Hits)
		var next search.Result
		if next, err = p.Index.Find(r.Context(), q); len(next.Hits) == 0 {
			break
		}
		first.Hits = append(first.Hits, next.Hits...)
	}
	return first, err
}

func plain(list []search.Piece) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.Text)
	}
	return b.String()
}

// atom is a feed (RFC 4287).
type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary"`
}

// feed is the set as Atom, newest first: a saved search.
func (p *Pages) feed(r *page.Request) (page.View, error) {
	found, err := p.all(r)
	if err != nil {
		return page.View{}, err
	}
	q := narrowed(queryOf(r))
	home := page.Full(r.Context(), address("/search", q))
	f := atom{Lang: string(r.Lang), ID: home, Title: r.T("find.feed.title", "text", short(q.Text)), Author: r.T("page.brand"), Updated: jp.Start("2026-04-01").Format(time.RFC3339),
		Links: []atomLink{{"self", page.Full(r.Context(), address("/search.atom", q))}, {"alternate", home}}}
	for _, h := range found.Hits {
		e := atomEntry{ID: addressOf(r, h), Title: plain(h.Title), Summary: plain(h.Excerpt), Link: atomLink{"alternate", addressOf(r, h)}, Updated: jp.Start("2026-04-01").Format(time.RFC3339)}
		if h.Date != "" {
			e.Updated = jp.Start(h.Date).Format(time.RFC3339)
		}
		f.Updated = max(f.Updated, e.Updated)
		f.Entries = append(f.Entries, e)
	}
	b, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return page.View{}, fmt.Errorf("feed: %w", err)
	}
	return page.Bytes("application/atom+xml; charset=utf-8", "", append([]byte(xml.Header), b...)), nil
}

// data is the set as JSON, with the counts of every facet.
func (p *Pages) data(r *page.Request) (page.View, error) {
	found, err := p.all(r)
	if err != nil {
		return page.View{}, err
	}
	type hit struct {
		ID, Kind, URL, Title, Excerpt, Date string
	}
	hits := []hit{}
	for _, h := range found.Hits {
		hits = append(hits, hit{h.ID, h.Kind, addressOf(r, h), plain(h.Title), plain(h.Excerpt), h.Date})
	}
	return page.JSON(200, map[string]any{"query": found.Terms, "total": found.Total, "wholeWords": found.Words, "partsOfWords": found.Parts, "facets": found.Facets, "results": hits}), nil
}

// sheet is the set as CSV with the mark that lets spreadsheets open it.
func (p *Pages) sheet(r *page.Request) (page.View, error) {
	found, err := p.all(r)
	if err != nil {
		return page.View{}, err
	}
	rows := [][]string{{r.T("find.csv.id"), r.T("find.facet.kind"), r.T("find.csv.title"), r.T("find.csv.day"), r.T("find.csv.page")}}
	for _, h := range found.Hits {
		rows = append(rows, []string{h.ID, kindName(r.Context(), h.Kind), plain(h.Title), h.Date, addressOf(r, h)})
	}
	return csvFile("kakehashi-search-"+jp.Date(r.Now)+".csv", rows), nil
}

// csvFile answers with rows, the first being the head. Cells a spreadsheet would run are made harmless, and stay on one line.
func csvFile(name string, rows [][]string) page.View {
	return page.Download("text/csv; charset=utf-8", name, func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
		c := csv.NewWriter(w)
		c.UseCRLF = true
		for _, row := range rows {
			for i, cell := range row {
				cell = strings.Join(strings.Fields(cell), " ")
				if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
					cell = "'" + cell
				}
				row[i] = cell
			}
			if err := c.Write(row); err != nil {
				return err
			}
		}
		c.Flush()
		return c.Error()
	})
}
