package app

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

// plurals are the kinds of reference data as the command calls them.
var plurals = map[string]string{"offices": "office", "routes": "route", "sections": "section", "desks": "desk", "holidays": "holiday", "countries": "country",
	"branches": "branch", "languages": "language", "headquarters": "headquarters", "statistics": "statistic"}

func referenceKind(name string) (org.Kind, bool) {
	return org.KindOf(plurals[name])
}

func referenceKinds() string {
	var list []string
	for _, k := range org.Kinds() {
		for name, id := range plurals {
			if id == k.ID {
				list = append(list, name)
			}
		}
	}
	return strings.Join(list, ", ")
}

func unreadableDay(at, day string) error {
	return &Unusable{At: at, Message: lang.Text{JA: "日付「" + day + "」を読み取れません。", EN: "The day " + day + " cannot be read."}}
}

// exportRows writes one kind of reference data as CSV.
func exportRows(ctx context.Context, e *Env, k org.Kind, args []string) error {
	var at string
	var all bool
	c := quiet()
	fs := e.flags("export", &c)
	fs.StringVar(&at, "at", "", "")
	fs.BoolVar(&all, "all", false, "")
	if err := parse(fs, args); err != nil {
		return err
	}
	day := jp.Date(time.Now())
	if at != "" {
		var ok bool
		if day, ok = jp.ParseDate(at); !ok {
			return unreadableDay("at", at)
		}
	}
	a, err := c.standing(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := a.Orgs.Rows(ctx, k)
	if err != nil {
		return err
	}
	return k.ExportRows(e.Out, slices.DeleteFunc(list, func(r org.Row) bool { return !all && !r.Holds(day) }))
}

// importRows brings one kind of reference data in and prints what became of the rows.
func importRows(ctx context.Context, e *Env, k org.Kind, path string, args []string) error {
	o := org.RowOptions{Version: -1}
	c := quiet()
	fs := e.flags("import", &c)
	fs.BoolVar(&o.Dry, "dry-run", false, "")
	fs.StringVar(&o.From, "from", "", "")
	fs.StringVar(&o.Source, "source", "", "")
	fs.StringVar(&o.Reason, "reason", "", "")
	fs.BoolVar(&o.Complete, "complete", false, "")
	if err := parse(fs, args); err != nil {
		return err
	}
	if o.From != "" {
		iso, ok := jp.ParseDate(o.From)
		if !ok {
			return unreadableDay("from", o.From)
		}
		o.From = iso
	}
	in, err := os.Open(path)
	if err != nil {
		return &Unusable{At: "file", Message: lang.Text{JA: path + " を開けません。", EN: "Cannot open " + path + "."}}
	}
	defer in.Close()
	file, err := org.ReadRows(in, k)
	if err != nil {
		return err
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	report, err := a.Orgs.ImportRows(ctx, org.By{Person: "system", Hat: "command"}, file, o)
	if err != nil {
		return err
	}
	return e.imported(report, map[string]any{"dry": o.Dry, "read": file.Form(), "added": report.Added, "changed": report.Changed, "ended": report.Ended,
		"same": report.Same, "refused": report.Refused})
}
