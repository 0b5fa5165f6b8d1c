package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// preflightPage says, before a list leaves in code page 932, which signs of it cannot be written there and what would stand instead.
type preflightPage struct {
	Rows    []part.Row
	Cells   int // that lose something
	More    int // of them not shown
	Lines   int // of the file, without its head
	File    string
	UTF8    string
	XLSX    string
	List    string
	Phrases []string
}

// lossesShown is how many cells the page lists.
const lossesShown = 200

// preflight goes through the whole list as it would be written.
func (p *Pages) preflight(r *page.Request) (page.View, error) {
	q := queryOf(r)
	x, err := p.export(r, q)
	if err != nil {
		return page.View{}, err
	}

	v := preflightPage{UTF8: q.url("/desk/cases.csv"), XLSX: q.url("/desk/cases.xlsx"), List: q.list()}
	values := q.values()
	values.Set("encoding", "cp932")
	v.File = "/desk/cases.csv?" + values.Encode()
	head, _ := x.head()
	err = x.rows(func(row []string) error {
		v.Lines++
		for k, cell := range row {
			_, lost := jp.CP932(cell)
			if len(lost) == 0 {
				continue
			}
			if v.Cells++; v.Cells > lossesShown {
				continue
			}
			at, err := excelize.CoordinatesToCellName(k+1, v.Lines+1)
			if err != nil {
				return err
			}
			v.Rows = append(v.Rows, lossRow(cmp.Or(row[0], r.T("record.no_number")), at, head[k], cell, lost))
		}
		return nil
	})
	if err != nil {
		return page.View{}, err
	}
	v.More = max(0, v.Cells-lossesShown)
	v.Phrases = []string{r.T("list.cp932.fine", "n", lang.Num(v.Lines))}
	if v.Cells > 0 {
		v.Phrases = []string{r.T("list.cp932.lost", "n", lang.Num(v.Cells))}
	}
	return page.View{Title: v.Phrases[0], Shell: page.Desk, Body: preflightBody(v)}, nil
}

// lossRow is one cell that loses something: where, which signs, and what would stand there.
func lossRow(number, at, column, cell string, lost []rune) part.Row {
	var signs []string
	for _, c := range lost {
		if s := fmt.Sprintf("%c（U+%04X）", c, c); !slices.Contains(signs, s) {
			signs = append(signs, s)
		}
	}
	cells := []part.Cell{{Text: number, Tight: true}, {Text: column, Sub: at}}
	return part.Row{Cells: append(cells, part.Cell{Text: strings.Join(signs, "　")}, part.Cell{Text: cell}, part.Cell{Text: instead(cell)})}
}

// instead is the text as it would stand: 〓 for each sign that cannot be written.
func instead(cell string) string {
	out := make([]rune, 0, len(cell))
	for _, c := range cell {
		if _, lost := jp.CP932(string(c)); len(lost) > 0 {
			c = jp.Geta
		}
		out = append(out, c)
	}
	return string(out)
}
