package part

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// tableRow draws a row of a Grid. Lists have hundreds of cells, so their tags are written as they are instead of being put together
// from conditions for each.
func tableRow(g Grid, r Row) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		open := "<tr>"
		if r.Class != "" {
			open = `<tr class="` + templ.EscapeString(r.Class) + `">`
		}
		if _, err := io.WriteString(w, open); err != nil {
			return err
		}
		for i, c := range r.Cells {
			if err := drawCell(ctx, w, g, i, c); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "</tr>")
		return err
	})
}

// cellClass is the class of a cell: numbers to the right, days and numbers not broken.
func cellClass(num, tight bool) string {
	switch {
	case num && tight:
		return ` class="n nw num"`
	case num:
		return ` class="n"`
	case tight:
		return ` class="nw num"`
	}
	return ""
}

func drawCell(ctx context.Context, w io.Writer, g Grid, i int, c Cell) error {
	class := cellClass(g.Heads[i].Num, c.Tight)
	end := "</td>"
	pieces := [4]string{"<td", class, ` data-l="`, templ.EscapeString(g.Heads[i].Label) + `">`}
	if i == g.Main {
		end = "</th>"
		pieces = [4]string{`<th scope="row"`, class, ">"}
	}
	for _, p := range pieces {
		if _, err := io.WriteString(w, p); err != nil {
			return err
		}
	}
	if err := cell(c).Render(ctx, w); err != nil {
		return err
	}
	_, err := io.WriteString(w, end)
	return err
}

// statusOf is a word with the glyph of its look.
func statusOf(look, words string) templ.Component {
	return templ.Raw(`<span class="st st-` + templ.EscapeString(look) + `">` + templ.EscapeString(words) + `</span>`)
}
