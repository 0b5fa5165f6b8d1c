package form

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/lang"
)

// mostRows is how many rows are read of one table, whatever its definition says.
const mostRows = 1000

// tableKind is rows of cells; sub-keys "0.item"; the value is a []Row. Rows come in the order of their numbers, blank rows are
// dropped, and the problems count the rows that are kept, from 0: x.levy[1].use. A cell that cannot be read holds a Raw.
type tableKind struct{}

func (tableKind) parse(f Field, in Input, path string) (any, []Problem) {
	return readRows(f, f.Cols(), in, path, func(Row, string) []Problem { return nil })
}

// readRows reads the rows of a table; finish completes and checks each kept row, whose path it is given.
func readRows(f Field, columns []Field, in Input, path string, finish func(Row, string) []Problem) (any, []Problem) {
	rows := []Row{}
	var problems []Problem
	numbers := rowNumbers(in)
	if len(numbers) == 0 {
		return unreadable(in, path)
	}
	parts := in.byRow()
	for _, n := range numbers {
		at := path + "[" + strconv.Itoa(len(rows)) + "]"
		row, found := readRow(columns, parts[n], at)
		if blankRow(columns, row) {
			continue
		}
		found = append(found, finish(row, at)...)
		rows, problems = append(rows, row), append(problems, found...)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	if f.MaxRows > 0 && len(rows) > f.MaxRows || len(numbers) == mostRows {
		limit := f.MaxRows
		if limit == 0 {
			limit = mostRows
		}
		problems = append(problems, problem(path, CodeTooMany, "form.too_many_rows", "max", limit, "n", len(rows)))
	}
	if len(rows) < f.MinRows {
		problems = append(problems, problem(path, CodeTooFew, "form.too_few_rows", "min", f.MinRows, "n", len(rows)))
	}
	return rows, problems
}

func readRow(columns []Field, in Input, path string) (Row, []Problem) {
	row := Row{}
	var problems []Problem
	for _, c := range columns {
		at := part(path, c.Key)
		value, answered, found := c.parse(in.under(c.Key), at)
		problems = append(problems, found...)
		if answered {
			row[c.Key] = value
		} else if c.Required {
			problems = append(problems, missing(c, at))
		}
	}
	return row, problems
}

// blankRow reports whether nothing was entered: every cell is empty or a choice that still stands as the control offers it first.
func blankRow(columns []Field, row Row) bool {
	typed := slices.ContainsFunc(columns, func(c Field) bool { return !c.choice() })
	for _, c := range columns {
		value, ok := row[c.Key]
		if ok && (!typed || !c.choice() || !Equal(value, c.offered())) {
			return false
		}
	}
	return true
}

func (f Field) choice() bool { return f.Kind == KindOne || f.Kind == KindBool }

// offered is the value a select shows before anybody has chosen.
func (f Field) offered() any {
	if len(f.Options) == 0 {
		return f.Kind == KindBool && false
	}
	if f.Kind == KindBool {
		return f.Options[0].Value == "true"
	}
	return f.Options[0].Value
}

// rowNumbers are the row numbers of a table's Input in order, at most mostRows of them.
func rowNumbers(in Input) []string {
	seen := map[string]int{}
	for key := range in {
		number, _, _ := strings.Cut(key, ".")
		if n, err := strconv.Atoi(number); err == nil && n >= 0 && strconv.Itoa(n) == number {
			seen[number] = n
		}
	}
	numbers := slices.SortedFunc(maps.Keys(seen), func(a, b string) int { return seen[a] - seen[b] })
	return numbers[:min(len(numbers), mostRows)]
}

// byRow splits a table's Input into its rows.
func (in Input) byRow() map[string]Input {
	out := map[string]Input{}
	for key, values := range in {
		number, rest, _ := strings.Cut(key, ".")
		if out[number] == nil {
			out[number] = Input{}
		}
		out[number][rest] = values
	}
	return out
}

func (tableKind) input(f Field, v any) Input { return rowsInput(f.Cols(), v) }

func rowsInput(columns []Field, v any) Input {
	in := Input{}
	for i, row := range Rows(v) {
		for _, c := range columns {
			if value, ok := row[c.Key]; ok {
				in.put(strconv.Itoa(i)+"."+c.Key, c.Input(value))
			}
		}
	}
	return in
}

func (tableKind) show(_ Field, v any, tag lang.Tag) string {
	return lang.T(tag, "form.rows", "n", len(Rows(v)))
}

// Rows is a table's value; nil for anything else.
func Rows(v any) []Row {
	switch v := v.(type) {
	case []Row:
		return v
	case []any:
		var rows []Row
		for _, r := range v {
			if row, ok := r.(Row); ok {
				rows = append(rows, row)
			}
		}
		return rows
	}
	return nil
}

// Cols are the columns of a table that people see, in order; of a money_table the standard columns, then those the definition adds.
func (f Field) Cols() []Field {
	if f.Kind == KindMoney {
		return f.moneyColumns(false)
	}
	return f.Columns
}
