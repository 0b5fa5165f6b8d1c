package desk

import (
	"slices"
	"strconv"

	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// column is one column a list may show beside the case itself. heads are the keys of its names on paper, where a day has a second one in the
// Japanese calendar; own says that it is what the desk itself notes.
type column struct {
	key      string
	num      bool
	own      bool
	heads    []string
	figure   bool
	standard bool
}

// columns are all of them, in the order in which they stand.
var columns = []column{
	{key: "state", heads: []string{"desk.export.state"}, standard: true},
	{key: "holder", heads: []string{"desk.export.holder"}, standard: true},
	{key: "due", heads: []string{"desk.export.due", "desk.export.due_era"}, standard: true},
	{key: "submitted", heads: []string{"desk.export.submitted", "desk.export.submitted_era"}, standard: true},
	{key: "requested", heads: []string{"desk.export.requested"}, num: true, figure: true, standard: true},
	{key: "decided", heads: []string{"desk.export.decided"}, num: true, figure: true, standard: true},
	{key: "officer", heads: []string{"list.col.officer"}, own: true},
	{key: "remind", heads: []string{"list.col.remind"}, own: true},
	{key: "note", heads: []string{"list.col.note"}, own: true},
}

// columnsOf are the columns a list shows: those chosen, else the usual ones. Hats without a desk have no notes to show.
func columnsOf(r *page.Request, chosen []string) []column {
	var list []column
	for _, c := range columns {
		if (slices.Contains(chosen, c.key) || len(chosen) == 0 && c.standard) && (!c.own || cases.KeepsDesk(r.Who)) {
			list = append(list, c)
		}
	}
	return list
}

// cell is a column of one case on the page.
func (w *lineWords) cell(c column, l cases.Line, t *part.Todo, d cases.Desk) part.Cell {
	switch c.key {
	case "state":
		return part.Cell{Text: t.State, Look: t.Look, Status: true}
	case "holder":
		return part.Cell{Text: t.Holder}
	case "due":
		due := part.Cell{Text: w.day(l.Due).full}
		if !l.Ended {
			due.Left, due.Near = t.Left, t.Near
		}
		return due
	case "submitted":
		return part.Cell{Text: dayWord(w.r, received(l)), Tight: true}
	case "requested":
		return part.Cell{Text: yenOrBlank(l.Requested)}
	case "decided":
		return part.Cell{Text: yenOrBlank(l.Decided)}
	case "officer":
		return part.Cell{Text: d.Name}
	case "remind":
		return part.Cell{Text: dayWord(w.r, d.Remind), Tight: true}
	}
	return part.Cell{Text: d.Note}
}

func dayWord(r *page.Request, day string) string {
	if day == "" {
		return ""
	}
	return lang.Day(r.Lang, day)
}

// received is the ISO day of the first submission in Japan, "" before it.
func received(l cases.Line) string {
	if len(l.Submitted) < 10 {
		return ""
	}
	return arrival(l.Submitted)
}

// written is a column of one case in a file: figures without commas, days in ISO and in the Japanese calendar.
func (w *lineWords) written(c column, l cases.Line, t *part.Todo, d cases.Desk) []string {
	yen := func(n int64) []string {
		if n == 0 {
			return []string{""}
		}
		return []string{strconv.FormatInt(n, 10)}
	}
	switch c.key {
	case "state":
		return []string{t.State}
	case "holder":
		return []string{t.Holder}
	case "due":
		return []string{l.Due, era(l.Due)}
	case "submitted":
		return []string{received(l), era(received(l))}
	case "requested":
		return yen(l.Requested)
	case "decided":
		return yen(l.Decided)
	case "officer":
		return []string{d.Name}
	case "remind":
		return []string{d.Remind}
	}
	return []string{d.Note}
}

// era is a day in the Japanese calendar, "" when there is none.
func era(day string) string {
	if day == "" {
		return ""
	}
	return jp.Wareki(day)
}
