package form

import (
	"kakehashi/internal/lang"
)

// FieldChange shows two values of a field so that a reader sees what a correction changed: both in words, and of long texts only
// the part that differs with a little around it.
func FieldChange(f Field, tag lang.Tag, a, b any) (before, after string) {
	before, after = f.Show(a, tag), f.Show(b, tag)
	if before == after || len([]rune(before)) <= 60 && len([]rune(after)) <= 60 {
		return before, after
	}
	return around([]rune(before), []rune(after))
}

// around cuts what two texts share at their beginning and end, but for some characters.
func around(a, b []rune) (before, after string) {
	const near = 12
	start, end := 0, 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	for end < min(len(a), len(b))-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	start, end = max(0, start-near), max(0, end-near)
	cut := func(s []rune) string {
		text := string(s[start : len(s)-end])
		if start > 0 {
			text = "…" + text
		}
		if end > 0 {
			text += "…"
		}
		return text
	}
	return cut(a), cut(b)
}

// Piece is a stretch of two texts laid over each other.
type Piece struct {
	Op   Op
	Text string
}

// Op says whether a Piece is in both texts or in one of them; or what became of a row.
type Op string

const (
	Same    Op = "same"
	Added   Op = "added"
	Removed Op = "removed"
	Changed Op = "changed" // rows only
)

// Differences lays two texts over each other: what is the same, what was removed and what was added, in reading order.
func Differences(before, after string) []Piece {
	a, b := pieces(before), pieces(after)
	var out []Piece
	add := func(op Op, text string) {
		if n := len(out); n > 0 && out[n-1].Op == op {
			out[n-1].Text += text
			return
		}
		out = append(out, Piece{op, text})
	}
	match(len(a), len(b), func(i, j int) bool { return a[i] == b[j] }, func(i, j int) {
		switch {
		case j < 0:
			add(Removed, a[i])
		case i < 0:
			add(Added, b[j])
		default:
			add(Same, a[i])
		}
	})
	return out
}

// pieces splits a text into what is compared as one: a run of Latin letters or digits, else a single character.
func pieces(s string) []string {
	var out []string
	word := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xc0 && r <= 0x24f
	}
	inWord := false
	for _, r := range s {
		if word(r) && inWord {
			out[len(out)-1] += string(r)
			continue
		}
		out, inWord = append(out, string(r)), word(r)
	}
	return out
}

// RowChange is a row of a table before and after (row numbers from 0, −1 where the row is not).
type RowChange struct {
	Op     Op
	Before int
	After  int
	Cells  []string // Changed: keys of the cells that differ, in column order
}

// CompareRows says what became of each row when a table is replaced, in the order of the new table; removed rows stand where they
// were. A removed row and an added one in the same place are one changed row.
func CompareRows(f Field, before, after []Row) []RowChange {
	var out []RowChange
	match(len(before), len(after), func(i, j int) bool { return Equal(before[i], after[j]) }, func(i, j int) {
		switch {
		case j < 0:
			out = append(out, RowChange{Op: Removed, Before: i, After: -1})
		case i < 0:
			for n := range out { // the first removed row of this stretch takes the place
				if c := &out[n]; c.Op == Removed && !sameBetween(out[n:]) {
					*c = RowChange{Op: Changed, Before: c.Before, After: j, Cells: cellsChanged(f, before[c.Before], after[j])}
					return
				}
			}
			out = append(out, RowChange{Op: Added, Before: -1, After: j})
		default:
			out = append(out, RowChange{Op: Same, Before: i, After: j})
		}
	})
	return out
}

func sameBetween(changes []RowChange) bool {
	for _, c := range changes {
		if c.Op == Same {
			return true
		}
	}
	return false
}

func cellsChanged(f Field, a, b Row) []string {
	columns := f.Cols()
	if f.Kind == KindMoney {
		columns = f.moneyColumns(true)
	}
	var keys []string
	for _, c := range columns {
		if !Equal(a[c.Key], b[c.Key]) {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// match walks two sequences of n and m elements along a longest common subsequence: both indexes for a pair, −1 for the sequence
// that has no element; removals before additions. Beyond a few million comparisons what lies between the common beginning and end
// counts as replaced.
func match(n, m int, equal func(i, j int) bool, visit func(i, j int)) {
	start, end := 0, 0
	for start < min(n, m) && equal(start, start) {
		visit(start, start)
		start++
	}
	for end < min(n, m)-start && equal(n-1-end, m-1-end) {
		end++
	}
	rows, cols := n-end-start, m-end-start
	if rows*cols > 4_000_000 {
		for i := range rows {
			visit(start+i, -1)
		}
		for j := range cols {
			visit(-1, start+j)
		}
	} else {
		table := make([]int32, (rows+1)*(cols+1))
		for i := rows - 1; i >= 0; i-- {
			for j := cols - 1; j >= 0; j-- {
				if equal(start+i, start+j) {
					table[i*(cols+1)+j] = table[(i+1)*(cols+1)+j+1] + 1
				} else {
					table[i*(cols+1)+j] = max(table[(i+1)*(cols+1)+j], table[i*(cols+1)+j+1])
				}
			}
		}
		for i, j := 0, 0; i < rows || j < cols; {
			switch {
			case i < rows && j < cols && equal(start+i, start+j):
				visit(start+i, start+j)
				i, j = i+1, j+1
			case i < rows && (j == cols || table[(i+1)*(cols+1)+j] >= table[i*(cols+1)+j+1]):
				visit(start+i, -1)
				i++
			default:
				visit(-1, start+j)
				j++
			}
		}
	}
	for k := end; k > 0; k-- {
		visit(n-k, m-k)
	}
}

// Changes lists the keys whose answers differ, in the order of the fields.
func Changes(fields []Field, before, after Answers) []string {
	var keys []string
	for _, f := range fields {
		if !Equal(before[f.Key], after[f.Key]) {
			keys = append(keys, f.Key)
		}
	}
	return keys
}
