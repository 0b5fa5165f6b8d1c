package public

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

func optionWords(o form.Option, tag lang.Tag) string {
	if s := o.Label.In(tag); s != "" {
		return s
	}
	return o.Value
}

// joined lists words as a sentence does.
func joined(list []string, tag lang.Tag) string {
	return strings.Join(list, lang.T(tag, "public.comma"))
}

// asOf is the day and the source of a figure. Sources in the register are short marks; readers see what they stand for.
func asOf(ctx context.Context, s org.Statistic) string {
	tag := lang.From(ctx)
	source := page.T(ctx, "public.source.brochure")
	if strings.HasPrefix(s.Source, "[P") {
		source = page.T(ctx, "public.source.page")
	}
	if s.Now != "" {
		return page.T(ctx, "public.source.counted")
	}
	if day := s.AsOf.In(tag); day != "" {
		return day + page.T(ctx, "public.source.sep") + source
	}
	return source
}

// closes says the last moment of a call: 10月31日（土）23:59（日本時間）必着.
func closes(ctx context.Context, c call) string {
	return page.T(ctx, "public.closes", "day", lang.Day(lang.From(ctx), c.Call.Closes))
}

// formTitle is a form's paper number and name: 様式1　申請書.
func formTitle(f programme.Form, tag lang.Tag) string {
	if f.Paper == "" {
		return f.Title.In(tag)
	}
	return f.PaperIn(tag) + "　" + f.Title.In(tag)
}

// others are the values of the address that belong to another form of the page than the one whose names begin with mine.
func others(r *page.Request, mine string) [][2]string {
	var kept [][2]string
	q := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if check := strings.HasPrefix(name, "q-"); check == (mine == "q-") {
			continue
		}
		for _, v := range q[name] {
			kept = append(kept, [2]string{name, v})
		}
	}
	return kept
}
