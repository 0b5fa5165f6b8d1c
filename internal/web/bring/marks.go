package bring

import (
	"context"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// marksMost is how many cases one file of marks may name.
const marksMost = 5_000

// callScope is a call in an address; callOf reads it.
func callScope(programme string, fy int) string { return programme + "-" + strconv.Itoa(fy) }

func callOf(scope string) (programme string, fy int, err error) {
	i := strings.LastIndexByte(scope, '-')
	if i > 0 {
		fy, err = strconv.Atoi(scope[i+1:])
	}
	if i <= 0 || err != nil || fy < 1989 || fy > 2200 {
		return "", 0, fault.New(fault.Missing, "db.missing")
	}
	return scope[:i], fy, nil
}

// of is a call in words.
func of(tag lang.Tag, prog *programme.Programme, fy int) string {
	return prog.Title.In(tag) + "　" + lang.FiscalYear(tag, fy)
}

// marks are the sheets of a committee member for the cases of one call they were given: a mark of 1 to 5 for every criterion and what they
// say to it, or why they give none. Only the member's own cases are in the file, without a word of those that are barred to them; a row
// hands the sheet in, as the page does, and a sheet that is in stays as it is. A row without any mark is left for later.
func (p *Pages) marks() list {
	return list{ID: "marks", Roles: []account.Role{account.RoleCommittee}, Open: func(ctx context.Context, who account.Who, scope string) (*sheet, error) {
		code, fy, err := callOf(scope)
		if err != nil {
			return nil, err
		}
		prog, err := p.Programmes.Current(ctx, code)
		if err != nil {
			return nil, err
		}
		if len(prog.Screening.Criteria) == 0 {
			return nil, fault.New(fault.Missing, "db.missing")
		}
		columns := []column{{Name: "number", Label: both("desk.export.number"), Need: true}, {Name: "title", Label: both("desk.export.title"), Info: true}}
		for _, x := range prog.Screening.Criteria {
			columns = append(columns, column{Name: "mark-" + x.ID, Label: x.Title, Need: true, Figure: true, Choices: []string{"1", "2", "3", "4", "5"}})
		}
		for _, x := range prog.Screening.Criteria {
			columns = append(columns, column{Name: "comment-" + x.ID, Label: lang.Text{JA: lang.T(lang.JA, "bring.comment", "criterion", x.Title.JA), EN: lang.T(lang.EN, "bring.comment", "criterion", x.Title.EN)}})
		}
		columns = append(columns, column{Name: "abstain", Label: both("bring.abstain")})
		return &sheet{Of: of(who.Lang, prog, fy), Back: page.Link{Label: lang.T(who.Lang, "desk.nav.screening"), URL: "/desk"}, Most: marksMost, Keys: []string{"number"}, Columns: columns,
			Rows: func(ctx context.Context, put func(...string) error) error {
				return p.markRows(ctx, who, prog, fy, put)
			},
			Bring: func(ctx context.Context, x cells) (fate, error) {
				return p.bringMarks(ctx, who, prog, fy, x)
			}}, nil
	}}
}

func (p *Pages) markRows(ctx context.Context, who account.Who, prog *programme.Programme, fy int, put func(...string) error) error {
	ids, _, err := p.Cases.Pick(ctx, who, cases.Filter{Programme: prog.Code, FiscalYear: fy}, marksMost)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, _, err := p.Cases.Get(ctx, who, id)
		if err != nil {
			return err
		}
		m := c.Member(who.Person)
		if m == nil || !m.Judges() && m.Abstain == "" {
			continue
		}
		cells := []string{c.Number, c.Title()}
		for _, x := range prog.Screening.Criteria {
			cells = append(cells, figure(m.Marks[x.ID]))
		}
		for _, x := range prog.Screening.Criteria {
			cells = append(cells, m.Comments[x.ID])
		}
		if err := put(append(cells, m.Abstain)...); err != nil {
			return err
		}
	}
	return nil
}

func figure(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (p *Pages) bringMarks(ctx context.Context, who account.Who, prog *programme.Programme, fy int, x cells) (fate, error) {
	f := fate{Act: actSame, Code: x.of("number")}
	id, err := p.Cases.ByNumber(ctx, who, f.Code)
	if err != nil {
		return f, at(err, "number")
	}
	c, _, err := p.Cases.Get(ctx, who, id)
	if err != nil {
		return f, err
	}
	m := c.Member(who.Person)
	if c.Programme != prog.Code || c.FiscalYear != fy || m == nil {
		return f, fault.At("number", "bring.other_call", "number", f.Code)
	}
	f.Name = c.Title()
	given, err := typedMarks(who.Lang, prog, x)
	if err != nil {
		return f, err
	}
	switch why := x.of("abstain"); {
	case given.empty() && why == "", given.equals(prog, m) && why == m.Abstain:
		return f, nil
	case !given.empty() && why != "":
		return f, fault.At("abstain", "bring.abstain.both")
	case why != "":
		f.Act, f.Words = actAdd, both("bring.abstained")
		return f, p.Cases.Abstain(ctx, who, id, why)
	}
	f.Act, f.Words = actAdd, given.words(prog)
	return f, p.Cases.Score(ctx, who, id, given.marks, given.comments)
}

// typed are the marks and comments of a row.
type typed struct {
	marks    map[string]int
	comments map[string]string
}

func typedMarks(tag lang.Tag, prog *programme.Programme, x cells) (typed, error) {
	t := typed{map[string]int{}, map[string]string{}}
	for _, c := range prog.Screening.Criteria {
		if text := x.of("mark-" + c.ID); text != "" {
			n, err := strconv.Atoi(jp.FoldID(text))
			if err != nil || n < 1 || n > 5 {
				return t, fault.At("mark-"+c.ID, "cases.mark", "criterion", c.Title.In(tag))
			}
			t.marks[c.ID] = n
		}
		if text := jp.NFC(x.of("comment-" + c.ID)); text != "" {
			t.comments[c.ID] = text
		}
	}
	return t, nil
}

// empty reports a row that was left for later: comments without a mark are no sheet.
func (t typed) empty() bool { return len(t.marks) == 0 && len(t.comments) == 0 }

// equals reports whether the member's sheet says the same already.
func (t typed) equals(prog *programme.Programme, m *cases.Member) bool {
	for _, x := range prog.Screening.Criteria {
		if t.marks[x.ID] != m.Marks[x.ID] || t.comments[x.ID] != m.Comments[x.ID] {
			return false
		}
	}
	return true
}

// words are the marks in the order of the criteria, with the weighted score of 100.
func (t typed) words(prog *programme.Programme) lang.Text {
	var marks []string
	for _, x := range prog.Screening.Criteria {
		marks = append(marks, figure(t.marks[x.ID]))
	}
	points := cases.Member{Marks: t.marks}.Score(prog.Screening)
	return both("bring.marks", "marks", strings.Join(marks, " / "), "points", strconv.FormatInt(points/10, 10)+"."+strconv.FormatInt(points%10, 10))
}
