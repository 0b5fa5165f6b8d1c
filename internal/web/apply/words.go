package apply

import (
	"context"
	"maps"
	"slices"

	"github.com/a-h/templ"

	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

func allEmpty(groups []part.TodoGroup) bool {
	return !slices.ContainsFunc(groups, func(g part.TodoGroup) bool { return len(g.Todos) > 0 })
}

func nextURL(ctx context.Context, next string) string {
	if next == "" {
		return ""
	}
	return page.Here(ctx, "after", next)
}

// checkWords is what leads to the check page: for who may hand the form in, that this is where it is done.
func checkWords(ctx context.Context, f taskForm) string {
	if f.Sends && f.Done {
		return page.T(ctx, "apply.check.go_send")
	}
	return page.T(ctx, "apply.check.go")
}

// taskTitle is the heading over the pages of a form.
func taskTitle(ctx context.Context, f taskForm, fixing bool) string {
	title := f.Form.Title.In(lang.From(ctx))
	left := 0
	for _, t := range f.Pages {
		if t.Count > 0 {
			left++
		}
	}
	switch {
	case fixing:
		return page.T(ctx, "apply.task.fixing", "form", title)
	case left == 0:
		return page.T(ctx, "apply.task.ready", "form", title)
	}
	return page.T(ctx, "apply.task.open", "form", title, "n", left)
}

// papers are the filled forms for the body's own files.
func papers(ctx context.Context, c *cases.Case, p *programme.Programme) []part.FileLink {
	var list []part.FileLink
	for i := range p.Forms {
		f := &p.Forms[i]
		if f.ID != "application" && c.FormsIn[f.ID].IsZero() {
			continue
		}
		name := f.PaperIn(lang.From(ctx)) + " " + f.Title.In(lang.From(ctx))
		list = append(list, part.FileLink{Label: name, URL: caseURL(c, "paper", f.ID+".pdf"), Note: "PDF", Save: true},
			part.FileLink{Label: name, URL: caseURL(c, "paper", f.ID+".docx"), Note: "Word", Save: true})
	}
	if !c.Submitted.IsZero() {
		list = append(list, part.FileLink{Label: lang.T(lang.From(ctx), "audit.archive.link"), URL: "/cases/" + c.ID + "/archive.zip", Note: "ZIP", Save: true})
	}
	return list
}

// live are the attributes that make a page of questions save and judge itself while somebody types.
func live(ctx context.Context, v sheetPage) templ.Attributes {
	if !v.Editable {
		return nil
	}
	at := page.URL(ctx, caseURL(v.Case, "form", v.Form.ID, v.Section.ID))
	return templ.Attributes{"data-autosave": at, "data-live": at + "/judge", "data-live-into": "judged"}
}

// nextWords say who acts next and by when.
func nextWords(ctx context.Context, c *cases.Case, p *programme.Programme) string {
	l := lang.From(ctx)
	state := p.State(c.State).Title.In(l)
	if c.Due == "" {
		return page.T(ctx, "apply.receipt.then", "state", state, "holder", record.Holder(l, c.Holder))
	}
	return page.T(ctx, "apply.receipt.then_due", "state", state, "holder", record.Holder(l, c.Holder), "day", lang.LongDay(l, c.Due))
}

// hidden is the content of a table as the hidden controls of a form: name and value.
func hidden(f form.Field, rows []form.Row) []page.Link {
	in := f.Input(rows)
	list := []page.Link{{Label: "has." + f.Key, URL: "1"}}
	for _, sub := range slices.Sorted(maps.Keys(in)) {
		for _, v := range in[sub] {
			list = append(list, page.Link{Label: part.Name(f.Key, sub), URL: v})
		}
	}
	return list
}
