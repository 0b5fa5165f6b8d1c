package public

import (
	"context"
	"strings"

	"kakehashi/internal/lang"
	"kakehashi/internal/library"
	"kakehashi/internal/web/page"
)

// newest is how many publications the start page shows.
const newest = 4

// latest are the newest publications.
func (p *Pages) latest(ctx context.Context) ([]library.Publication, error) {
	if p.Library == nil {
		return nil, nil
	}
	return p.Library.Latest(ctx, newest)
}

// since is when a publication appeared: the day it was put up here, or its fiscal year without the second way of writing it.
func since(tag lang.Tag, it library.Publication) string {
	if it.Day != "" {
		return lang.Day(tag, it.Day)
	}
	year, _, _ := strings.Cut(lang.FiscalYear(tag, it.Year), "（")
	return year
}

// about is what a publication treats: its countries, its fields, its form.
func about(r *page.Request, it library.Publication) string {
	comma := r.T("public.comma")
	var told []string
	for _, part := range []string{strings.Join(it.CountryNames(r.Lang), comma), strings.Join(it.FieldNames(r.Lang), comma), library.Name(library.Shipped().Forms, it.Form).In(r.Lang)} {
		if part != "" {
			told = append(told, part)
		}
	}
	return strings.Join(told, r.T("public.new.bar"))
}
