package public

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// calendarView is the year of all calls as ruler and as list.
type calendarView struct {
	Year     int
	Ruler    part.Ruler
	Table    part.Grid
	Previous bool
	Request  *page.Request
}

// calendar shows one fiscal year, that of today unless ?year= names another within ten.
func (p *Pages) calendar(r *page.Request) (page.View, error) {
	calls, err := p.calls(r.Context(), r.Now)
	if err != nil {
		return page.View{}, err
	}
	now := jp.FY(r.Now)
	v := calendarView{Year: now, Request: r}
	if y, err := strconv.Atoi(r.Value("year")); err == nil && y > now-10 && y < now+10 {
		v.Year = y
	}
	v.Ruler = ruler(r.Lang, v.Year, r.Now, calls)
	v.Table = eventTable(calls, r)
	title := r.T("public.calendar.heading", "year", lang.FiscalYear(r.Lang, v.Year))
	return page.View{Title: title, Body: calendar(v, title), Feeds: feeds(r), Describe: r.T("public.calendar.lead")}, nil
}

// occasion is one day of a call that goes into calendars.
type occasion struct {
	call call
	id   string // opens, closes, result, from, report
	day  string
}

// occasions are the days of a call in order.
func (c call) occasions() []occasion {
	var list []occasion
	for _, o := range []occasion{{c, "opens", c.Call.Opens}, {c, "closes", c.Call.Closes}, {c, "result", c.Call.Result}, {c, "from", c.Call.From}, {c, "report", c.Call.ReportBy}} {
		if o.day != "" {
			list = append(list, o)
		}
	}
	return list
}

// words are what the occasion is called.
func (o occasion) words(tag lang.Tag) string {
	return lang.T(tag, "public.event."+o.id, "programme", o.call.Title.In(tag))
}

func eventTable(calls []call, r *page.Request) part.Grid {
	g := part.Grid{Caption: r.T("public.calendar.list"), Heads: []part.Head{{Label: r.T("public.ruler.name")}, {Label: r.T("public.state")}, {Label: r.T("public.csv.opens")},
		{Label: r.T("public.csv.closes")}, {Label: r.T("public.csv.result")}, {Label: r.T("public.csv.work")}}}
	var rows []part.Row
	for _, c := range calls {
		look, word := c.state(r.Lang)
		rows = append(rows, part.Row{Cells: []part.Cell{
			{Text: c.Title.In(r.Lang), URL: "/programmes/" + c.Code}, {Text: word, Look: look, Status: true}, {Text: lang.Day(r.Lang, c.Call.Opens), Tight: true},
			{Text: lang.Day(r.Lang, c.Call.Closes), Tight: true}, {Text: lang.Day(r.Lang, c.Call.Result), Tight: true},
			{Text: r.T("public.outline.period.text", "from", lang.LongDay(r.Lang, c.Call.From), "to", lang.LongDay(r.Lang, c.Call.To))},
		}})
	}
	g.Groups = []part.Group{{Rows: rows}}
	return g
}

// calendarFile is the subscription: every day of every call, the deadline to the minute in Japan's zone. A programme that is
// closed cancels its entries. ?programme= takes one.
func (p *Pages) calendarFile(r *page.Request) (page.View, error) {
	calls, err := p.calls(r.Context(), r.Now)
	if err != nil {
		return page.View{}, err
	}
	body := icalendar(r.Context(), calls, r.Value("programme"), r.Lang)
	return page.Bytes("text/calendar; charset=utf-8", "kakehashi.ics", []byte(body)), nil
}

func icalendar(ctx context.Context, calls []call, only string, tag lang.Tag) string {
	cal := ics.NewCalendarFor("Kakehashi")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(lang.T(tag, "public.calendar.title"))
	cal.SetXWRTimezone("Asia/Tokyo")
	cal.SetRefreshInterval("PT12H")
	zone := cal.AddTimezone("Asia/Tokyo").AddStandard()
	zone.AddProperty("DTSTART", "19510101T000000")
	zone.AddProperty("TZOFFSETFROM", "+0900")
	zone.AddProperty("TZOFFSETTO", "+0900")
	zone.AddProperty("TZNAME", "JST")
	for _, c := range calls {
		if only != "" && only != c.Code {
			continue
		}
		for _, o := range c.occasions() {
			o.put(ctx, cal, tag)
		}
	}
	return cal.Serialize(ics.WithNewLineWindows)
}

// put writes one occasion. Its UID stays the same for programme, year, round and kind; SEQUENCE grows with the version.
func (o occasion) put(ctx context.Context, cal *ics.Calendar, tag lang.Tag) {
	k := o.call.Call
	e := cal.AddEvent(fmt.Sprintf("%s-%d-%d-%s@kakehashi", o.call.Number, k.FiscalYear, k.Round, o.id))
	e.SetSummary(o.words(tag))
	e.SetURL(page.Full(ctx, "/programmes/"+o.call.Code))
	e.SetDtStampTime(jp.Start(k.Opens))
	e.SetSequence(sequence(o.call.Version))
	if o.id == "closes" {
		tokyo := ics.WithTZID("Asia/Tokyo")
		e.SetProperty(ics.ComponentPropertyDtStart, deadline(k).In(jp.JST).Format("20060102T150405"), tokyo)
		e.SetProperty(ics.ComponentPropertyDtEnd, deadline(k).Add(time.Minute).In(jp.JST).Format("20060102T150405"), tokyo)
		e.SetDescription(lang.T(tag, "public.event.closes.text"))
	} else {
		e.SetAllDayStartAt(jp.Start(o.day))
		e.SetAllDayEndAt(jp.Start(jp.AddDays(o.day, 1)))
	}
	if o.call.phase == shut {
		e.SetStatus(ics.ObjectStatusCancelled)
	}
}

// sequence is a version as a growing number: 2027.1.3 → 1003.
func sequence(version string) int {
	parts := strings.Split(version, ".")
	if len(parts) != 3 {
		return 0
	}
	breaking, _ := strconv.Atoi(parts[1])
	compatible, _ := strconv.Atoi(parts[2])
	return (breaking-1)*1000 + compatible
}

// calendarTable is the same as a table, one line for each call, UTF-8 with BOM so that spreadsheets open it.
func (p *Pages) calendarTable(r *page.Request) (page.View, error) {
	calls, err := p.calls(r.Context(), r.Now)
	if err != nil {
		return page.View{}, err
	}
	head := []string{"number", "programme", "year", "opens", "closes", "result", "from", "to", "report", "state", "page"}
	rows := [][]string{}
	for _, c := range calls {
		_, word := c.state(r.Lang)
		rows = append(rows, []string{c.Number, c.Title.In(r.Lang), strconv.Itoa(c.Call.FiscalYear), c.Call.Opens, c.Call.Closes, c.Call.Result, c.Call.From, c.Call.To,
			c.Call.ReportBy, word, page.Full(r.Context(), "/programmes/"+c.Code)})
	}
	return table(r, "kakehashi-calls-"+jp.Date(r.Now)+".csv", head, rows), nil
}

// table answers with a CSV file: head are keys of column names, cells that a spreadsheet would run are made harmless.
func table(r *page.Request, name string, head []string, rows [][]string) page.View {
	return page.Download("text/csv; charset=utf-8", name, func(w io.Writer) error {
		io.WriteString(w, "\ufeff")
		c := csv.NewWriter(w)
		c.UseCRLF = true
		names := make([]string, len(head))
		for i, h := range head {
			names[i] = r.T("public.csv." + h)
		}
		c.Write(names)
		for _, row := range rows {
			for i, cell := range row {
				row[i] = harmless(cell)
			}
			c.Write(row)
		}
		c.Flush()
		return c.Error()
	})
}

// harmless puts an apostrophe before what a spreadsheet would take for a formula, and keeps a cell on one line.
func harmless(cell string) string {
	cell = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(cell)
	if cell != "" && strings.ContainsRune("=+-@\t", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
