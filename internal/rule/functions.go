package rule

import (
	"math"
	"time"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"golang.org/x/text/unicode/norm"

	"kakehashi/internal/jp"
)

// functions declares what expressions may call. Dates are whole days in Japan.
//
//	floorTo(x, unit)        x cut down to a multiple of unit (千円未満切捨て)
//	minOf(a, b, …)          the least of two to four numbers or dates, or of a list; maxOf the greatest
//	sum(list)               of whole numbers, with overflow check
//	days(a, b)              days from a to b (b − a)
//	addDays(d, n), addMonths(d, n)
//	businessDays(d, n)      the n-th business day after d; businessDays(a, b) how many there are after a up to and with b
//	fy(d)                   fiscal year, April to March
//	jst(moment)             the day in Japan of a moment
//	date("2027-04-01")      a day
//	age(born, on)           full years
//	overlap(a, b, c, d)     whether the periods a–b and c–d share a day
//	wareki(d)               令和9年4月1日
//	sameText(a, b)          whether two names are the same but for widths, case and spaces
func functions() []cel.EnvOption {
	return append(append(numberFunctions(), dateFunctions()...), textFunctions()...)
}

func numberFunctions() []cel.EnvOption {
	t, i := cel.TimestampType, cel.IntType
	opts := []cel.EnvOption{
		cel.Function("floorTo", cel.Overload("floorTo_int", []*cel.Type{i, i}, i, cel.BinaryBinding(floorTo))),
		cel.Function("sum", cel.Overload("sum_list", []*cel.Type{cel.ListType(i)}, i, cel.UnaryBinding(sum)),
			cel.MemberOverload("list_sum", []*cel.Type{cel.ListType(i)}, i, cel.UnaryBinding(sum))),
	}
	for name, better := range map[string]types.Int{"minOf": -1, "maxOf": 1} {
		pick := func(args ...ref.Val) ref.Val { return best(better, args) }
		var overloads []cel.FunctionOpt
		for _, of := range []struct {
			id string
			t  *cel.Type
		}{{"_int", i}, {"_date", t}} {
			overloads = append(overloads,
				cel.Overload(name+of.id+"2", []*cel.Type{of.t, of.t}, of.t, cel.FunctionBinding(pick)),
				cel.Overload(name+of.id+"3", []*cel.Type{of.t, of.t, of.t}, of.t, cel.FunctionBinding(pick)),
				cel.Overload(name+of.id+"4", []*cel.Type{of.t, of.t, of.t, of.t}, of.t, cel.FunctionBinding(pick)))
		}
		overloads = append(overloads, cel.Overload(name+"_list", []*cel.Type{cel.ListType(i)}, i,
			cel.UnaryBinding(func(l ref.Val) ref.Val { return best(better, items(l)) })))
		opts = append(opts, cel.Function(name, overloads...))
	}
	return opts
}

func dateFunctions() []cel.EnvOption {
	t, i, s := cel.TimestampType, cel.IntType, cel.StringType
	return []cel.EnvOption{
		cel.Function("days", cel.Overload("days_dates", []*cel.Type{t, t}, i, cel.BinaryBinding(func(a, b ref.Val) ref.Val {
			return types.Int(jp.Days(iso(a), iso(b)))
		}))),
		cel.Function("addDays", cel.Overload("addDays_date", []*cel.Type{t, i}, t, cel.BinaryBinding(func(d, n ref.Val) ref.Val {
			return shift(d, n, func(t time.Time, n int) time.Time { return t.AddDate(0, 0, n) })
		}))),
		cel.Function("addMonths", cel.Overload("addMonths_date", []*cel.Type{t, i}, t, cel.BinaryBinding(func(d, n ref.Val) ref.Val {
			return shift(d, n, addMonths)
		}))),
		cel.Function("businessDays",
			cel.Overload("businessDays_after", []*cel.Type{t, i}, t, cel.BinaryBinding(func(d, n ref.Val) ref.Val {
				if n := n.(types.Int); n < -10_000 || n > 10_000 {
					return types.NewErr("businessDays: %d days are too many", n)
				}
				return day(jp.AddBusinessDays(iso(d), int(n.(types.Int))))
			})),
			cel.Overload("businessDays_between", []*cel.Type{t, t}, i, cel.BinaryBinding(func(a, b ref.Val) ref.Val {
				return types.Int(jp.BusinessDaysBetween(iso(a), iso(b)))
			}))),
		cel.Function("fy", cel.Overload("fy_date", []*cel.Type{t}, i, cel.UnaryBinding(func(d ref.Val) ref.Val {
			local := d.(types.Timestamp).In(jp.JST)
			if local.Month() < time.April {
				return types.Int(local.Year() - 1)
			}
			return types.Int(local.Year())
		}))),
		cel.Function("jst", cel.Overload("jst_moment", []*cel.Type{t}, t, cel.UnaryBinding(func(d ref.Val) ref.Val { return day(iso(d)) }))),
		cel.Function("date", cel.Overload("date_text", []*cel.Type{s}, t, cel.UnaryBinding(func(d ref.Val) ref.Val {
			if d.(types.String) == "" {
				return types.NewErr("date: empty")
			}
			return day(string(d.(types.String)))
		}))),
		cel.Function("age", cel.Overload("age_dates", []*cel.Type{t, t}, i, cel.BinaryBinding(age))),
		cel.Function("overlap", cel.Overload("overlap_dates", []*cel.Type{t, t, t, t}, cel.BoolType, cel.FunctionBinding(func(x ...ref.Val) ref.Val {
			return types.Bool(iso(x[0]) <= iso(x[3]) && iso(x[2]) <= iso(x[1]))
		}))),
		cel.Function("wareki", cel.Overload("wareki_date", []*cel.Type{t}, s, cel.UnaryBinding(func(d ref.Val) ref.Val {
			return types.String(jp.Wareki(iso(d)))
		}))),
	}
}

func textFunctions() []cel.EnvOption {
	s := cel.StringType
	return []cel.EnvOption{
		cel.Function("sameText", cel.Overload("sameText_text", []*cel.Type{s, s}, cel.BoolType, cel.BinaryBinding(func(a, b ref.Val) ref.Val {
			return types.Bool(sameText(string(a.(types.String)), string(b.(types.String))))
		}))),
	}
}

func iso(v ref.Val) string { return v.(types.Timestamp).In(jp.JST).Format(time.DateOnly) }

func floorTo(x, unit ref.Val) ref.Val {
	n, u := int64(x.(types.Int)), int64(unit.(types.Int))
	if u <= 0 {
		return types.NewErr("floorTo: the unit must be positive")
	}
	r := n % u
	if r < 0 {
		if n < math.MinInt64+u {
			return types.NewErr("integer overflow")
		}
		r += u
	}
	return types.Int(n - r)
}

func sum(list ref.Val) ref.Val {
	total := int64(0)
	var unknown *types.Unknown
	for _, v := range items(list) {
		switch n := v.(type) {
		case types.Int:
			if n > 0 && total > math.MaxInt64-int64(n) || n < 0 && total < math.MinInt64-int64(n) {
				return types.NewErr("integer overflow")
			}
			total += int64(n)
		case *types.Unknown:
			unknown = types.MergeUnknowns(unknown, n)
		case types.Null:
		default:
			return types.MaybeNoSuchOverloadErr(v)
		}
	}
	if unknown != nil {
		return unknown
	}
	return types.Int(total)
}

func items(list ref.Val) []ref.Val {
	l, ok := list.(traits.Lister)
	if !ok {
		return nil
	}
	n, _ := l.Size().(types.Int)
	out := make([]ref.Val, 0, n)
	for i := types.Int(0); i < n; i++ {
		out = append(out, l.Get(i))
	}
	return out
}

// best picks the least (better = -1) or greatest (1).
func best(better types.Int, args []ref.Val) ref.Val {
	if len(args) == 0 {
		return types.NewErr("minOf, maxOf: the list is empty")
	}
	out := args[0]
	for _, v := range args {
		if types.IsUnknownOrError(v) {
			return v
		}
		c, ok := v.(traits.Comparer)
		if !ok {
			return types.MaybeNoSuchOverloadErr(v)
		}
		if c.Compare(out) == better {
			out = v
		}
	}
	return out
}

func shift(d, n ref.Val, by func(time.Time, int) time.Time) ref.Val {
	k := n.(types.Int)
	if k < -100_000 || k > 100_000 {
		return types.NewErr("%d is too far", k)
	}
	return types.Timestamp{Time: by(d.(types.Timestamp).In(jp.JST), int(k))}
}

// addMonths keeps to the last day of the month where the day does not exist: 31 January + 1 month = 28 or 29 February.
func addMonths(t time.Time, n int) time.Time {
	out := t.AddDate(0, n, 0)
	if out.Day() != t.Day() {
		out = out.AddDate(0, 0, -out.Day())
	}
	return out
}

func age(born, on ref.Val) ref.Val {
	b, o := born.(types.Timestamp).In(jp.JST), on.(types.Timestamp).In(jp.JST)
	years := o.Year() - b.Year()
	if o.Month() < b.Month() || o.Month() == b.Month() && o.Day() < b.Day() {
		years--
	}
	return types.Int(years)
}

// sameText compares two texts without regard to width, case and space, as far as the first difference.
func sameText(a, b string) bool {
	if a == b {
		return true
	}
	if apart(a, b) {
		return false
	}
	var x, y folding
	x.InitString(norm.NFKC, a)
	y.InitString(norm.NFKC, b)
	for {
		r := x.next()
		if r != y.next() {
			return false
		}
		if r == folded {
			return true
		}
	}
}

// apart reports whether two texts differ first in two plain characters: then no width, case or space makes them the same. It spares most
// comparisons, which are of names that have nothing to do with each other.
func apart(a, b string) bool {
	for i, x := range a {
		y, n := utf8.DecodeRuneInString(b[i:])
		if n == 0 || x != y {
			return n > 0 && plainly(x) && plainly(y)
		}
	}
	return false
}

// plainly reports whether a character always stands for itself: a digit or one of the common ideographs, which nothing before or after changes.
func plainly(r rune) bool { return r >= '0' && r <= '9' || r >= 0x4e00 && r <= 0x9fff }

// folding reads a text character by character in one width and case, without its spaces.
type folding struct {
	norm.Iter
	rest []byte
}

// folded is what next returns at the end.
const folded rune = -1

func (f *folding) next() rune {
	for {
		if len(f.rest) == 0 {
			if f.Done() {
				return folded
			}
			f.rest = f.Next()
		}
		r, n := utf8.DecodeRune(f.rest)
		if f.rest = f.rest[n:]; !unicode.IsSpace(r) {
			return unicode.ToLower(r)
		}
	}
}
