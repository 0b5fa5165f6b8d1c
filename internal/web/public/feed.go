package public

import (
	"encoding/xml"
	"fmt"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/web/page"
)

// atom is the feed of calls: one entry when a call opens, one when its deadline is near.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string   `xml:"xml:lang,attr"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  string   `xml:"author>name"`
	Links   []atomLink
	Entries []atomEntry
}

type atomLink struct {
	XMLName xml.Name `xml:"link"`
	Rel     string   `xml:"rel,attr"`
	Href    string   `xml:"href,attr"`
}

type atomEntry struct {
	XMLName xml.Name `xml:"entry"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink
	Summary string `xml:"summary"`
}

// feed tells of calls that have opened and of deadlines within a month, newest first.
func (p *Pages) feed(r *page.Request) (page.View, error) {
	calls, err := p.calls(r.Context(), r.Now)
	if err != nil {
		return page.View{}, err
	}
	home, today := page.Full(r.Context(), "/"), jp.Date(r.Now)
	f := atom{Lang: string(r.Lang), ID: home, Title: r.T("public.feed.title"), Author: r.T("page.brand"),
		Links: []atomLink{{Rel: "self", Href: page.Full(r.Context(), "/calls.atom")}, {Rel: "alternate", Href: home}}}
	for _, c := range calls {
		if c.phase == shut {
			continue
		}
		for id, day := range map[string]string{"opens": c.Call.Opens, "closes": jp.AddDays(c.Call.Closes, -31)} {
			if day > today {
				continue
			}
			link := page.Full(r.Context(), "/programmes/"+c.Code)
			f.Entries = append(f.Entries, atomEntry{
				ID: fmt.Sprintf("%s#%d-%d-%s", link, c.Call.FiscalYear, c.Call.Round, id), Title: occasion{c, id, day}.words(r.Lang),
				Updated: jp.Start(day).Format(time.RFC3339), Link: atomLink{Rel: "alternate", Href: link},
				Summary: closes(r.Context(), c) + "　" + c.Lead.In(r.Lang),
			})
		}
	}
	sortEntries(f.Entries)
	f.Updated = jp.Start(today).Format(time.RFC3339)
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Updated
	}
	b, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return page.View{}, fmt.Errorf("feed: %w", err)
	}
	return page.Bytes("application/atom+xml; charset=utf-8", "", append([]byte(xml.Header), b...)), nil
}
