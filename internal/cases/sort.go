package cases

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Sorts are the columns a list can be put in order of. By due day is the order of the work and costs nothing; any other is worked out
// from all that the filter finds.
var Sorts = []string{"due", "number", "org", "requested", "decided", "submitted"}

// sortColumns are the columns behind them.
var sortColumns = map[string]string{"due": "due", "number": "number", "org": "org_name", "requested": "requested", "decided": "decided", "submitted": "submitted"}

// sorted is the column of the order, and whether it goes down.
func (f Filter) sorted() (column string, down bool) {
	name, down := strings.CutPrefix(f.Sort, "-")
	if column = sortColumns[name]; column == "" {
		return "due", false
	}
	return column, down
}

// order is the ORDER BY; the id makes it the same every time.
func (f Filter) order() string {
	column, down := f.sorted()
	if down {
		return column + " DESC, id DESC"
	}
	return column + ", id"
}

// cursor is where the page after this line begins.
func (f Filter) cursor(l Line) string {
	column, _ := f.sorted()
	return map[string]string{"due": orNoDue(l.Due), "number": l.Number, "org_name": l.OrgName, "requested": strconv.FormatInt(l.Requested, 10),
		"decided": strconv.FormatInt(l.Decided, 10), "submitted": l.Submitted}[column] + "~" + l.ID
}

// after takes a cursor apart; false when there is none, or one that was not made here.
func (f Filter) after() (value any, id string, ok bool) {
	i := strings.LastIndexByte(f.After, '~')
	if i < 0 {
		return nil, "", false
	}
	value, id = f.After[:i], f.After[i+1:]
	if column, _ := f.sorted(); column == "requested" || column == "decided" {
		n, err := strconv.ParseInt(f.After[:i], 10, 64)
		return n, id, err == nil
	}
	return value, id, true
}

// inStates narrows a condition to some states.
func inStates(where string, args []any, states []string) (string, []any) {
	if len(states) == 0 {
		return where, args
	}
	args = slices.Clip(args)
	marks := make([]string, len(states))
	for i, st := range states {
		args = append(args, st)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	return where + " AND state IN (" + strings.Join(marks, ", ") + ")", args
}
