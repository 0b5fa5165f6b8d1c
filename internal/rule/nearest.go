package rule

import "strings"

// Nearest is the name most like the given one, or "" when none is near: the suggestion of an error message.
func Nearest(name string, among []string) string {
	best, at := "", min(max(2, len([]rune(name))/3)+1, len([]rune(name)))
	lower := []rune(strings.ToLower(name))
	for _, x := range among {
		if d := distance(lower, []rune(strings.ToLower(x)), at); d < at || d == at && best != "" && x < best {
			best, at = x, d
		}
	}
	return best
}

// distance is the number of letters to insert, drop or change, and of neighbours to swap; it gives up at limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
