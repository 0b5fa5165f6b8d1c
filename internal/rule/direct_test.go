package rule

import (
	"reflect"
	"testing"
	"time"

	"kakehashi/internal/jp"
)

// directExprs are expressions of every construct that definitions use.
var directExprs = []struct {
	expr string
	want Type
}{
	{"a.cost > 1", Bool}, {"a.cost >= 5 && a.cost < 10", Bool}, {"a.cost <= 5 || a.yes", Bool}, {"!a.yes", Bool}, {"a.yes == true ? 3 : 4", Int},
	{"a.cost * 3 / 2 - 1 + a.cost % 4", Int}, {"floorTo(a.cost * 1000, 3000)", Int}, {"minOf(a.cost, 7)", Int}, {"maxOf(1, a.cost, 7)", Int},
	{"a.title == '海外'", Bool}, {"a.title != a.place", Bool}, {"a.title in ['海外', '国内']", Bool}, {"size(a.title) < 300", Bool}, {"size(a.kinds) == 0", Bool},
	{"a.kinds.all(k, k in ['x', 'y'])", Bool}, {"a.kinds.exists(k, k == 'y')", Bool}, {"a.kinds.exists_one(k, k == 'y')", Bool}, {"a.kinds[0] != 'x'", Bool},
	{"sum(a.other.map(f, f.amount))", Int}, {"sum(a.other.filter(f, f.by == '国').map(f, f.amount))", Int}, {"sum(a.other.map(f, f.by == '国', f.amount * 2))", Int},
	{"a.other.exists(f, a.kinds.exists(k, k == f.by) && f.amount > 0)", Bool}, {"a.other.filter(f, f.note == '').size()", Int},
	{"a.other.all(f, sameText(f.by, '国') || f.amount >= 0)", Bool}, {"a.period.from <= a.period.to", Bool}, {"a.period.to < addMonths(a.period.from, 12)", Bool},
	{"now < addDays(call.closes, 1)", Bool}, {"days(jst(now), call.closes)", Int}, {"businessDays(call.closes, 3)", Date}, {"fy(call.closes)", Int},
	{"a.from >= date('2027-04-01')", Bool}, {"a.from == call.closes", Bool}, {"overlap(a.period.from, a.period.to, a.from, call.closes)", Bool},
	{"mean >= 70.0", Bool}, {"a.d.`true`", Bool}, {"a.place == null", Bool}, {"a.title + '・' + a.title", String}, {"wareki(call.closes)", String},
	{"(a.place != null ? a.place == '海外' : a.cost > 3) ? 1 : 2", Int}, {"a.title.startsWith('海')", Bool}, {"age(a.from, call.closes)", Int},
	{"[a.cost, 3, 4]", ListOf(Int)}, {"a.cost in [1, a.cost]", Bool}, {"a.other[0].amount == 3", Bool}, {"a.kinds == ['x']", Bool}, {"a.cost > 2.5", Bool},
}

// directVars are values of every variable, the first of each its plain one.
var directVars = map[string][]any{
	"a.title": {"海外", "", "  海 外"}, "a.cost": {int64(5), nil, int64(0), int64(-7), int64(1) << 62}, "a.place": {"国内", nil, "海外"}, "a.from": {"2027-05-01", nil, "x"},
	"a.period": {map[string]any{"from": "2027-04-01", "to": "2027-12-31"}, map[string]any{"from": "2027-04-01"}, nil}, "a.yes": {true, nil, false},
	"a.kinds": {[]string{"x", "y", "y"}, []string{}, []string{"x"}}, "a.d.true": {true, nil},
	"a.other": {[]map[string]any{{"by": "国", "amount": int64(3)}, {"by": "y", "amount": int64(4), "note": "x"}}, []map[string]any{},
		[]map[string]any{{"by": "国"}, {"amount": int64(4)}}, []map[string]any{{"by": "国", "amount": nil}}},
	"mean": {71.5, 3.0}, "now": {time.Date(2026, 10, 31, 14, 59, 0, 0, time.UTC), time.Date(2027, 3, 1, 0, 0, 0, 0, jp.JST)}, "call.closes": {"2026-10-31", "2027-01-01"},
}

func TestExpressionsThatHaveAllTheyLookAtAreRunDirectly(t *testing.T) {
	env := testEnv(t)
	v := env.Values()
	for name, list := range directVars {
		v.Set(name, list[0])
	}
	for _, c := range directExprs {
		p, issues := env.Compile(c.expr, c.want)
		if len(issues) > 0 {
			t.Fatal(c.expr, issues)
		}
		if p.dir == nil || p.dir.run(v) == nil {
			t.Errorf("%s is left to CEL", c.expr)
		}
	}
}

// Whatever is known, empty, unknown or wrong: what is run directly is what CEL says.
func TestADirectRunGivesWhatCELGives(t *testing.T) {
	env, plain := testEnv(t), testEnv(t)
	plain.Plain = true
	direct := 0
	for _, c := range directExprs {
		fast, _ := env.Compile(c.expr, c.want)
		slow, _ := plain.Compile(c.expr, c.want)
		try := func(vals map[string]any) {
			v, w := env.Values(), plain.Values()
			for name, x := range vals {
				v.Set(name, x)
				w.Set(name, x)
			}
			if fast.dir != nil && fast.dir.run(v) != nil {
				direct++
			}
			got, err := fast.Run(v)
			want, wrong := slow.Run(w)
			if (err == nil) != (wrong == nil) || !reflect.DeepEqual(got.Value, want.Value) || !reflect.DeepEqual(got.Unknown, want.Unknown) {
				t.Errorf("%s with %v: %v %v, CEL says %v %v", c.expr, vals, got, err, want, wrong)
			}
		}
		for name := range directVars {
			for other, list := range directVars {
				for i := -1; i < len(list); i++ {
					for j := -1; j < len(directVars[name]); j++ {
						vals := map[string]any{}
						for n, l := range directVars {
							vals[n] = l[0]
						}
						if delete(vals, other); i >= 0 {
							vals[other] = list[i]
						}
						if name == other {
							continue
						}
						if delete(vals, name); j >= 0 {
							vals[name] = directVars[name][j]
						}
						try(vals)
					}
				}
			}
		}
	}
	if direct < 10_000 {
		t.Errorf("only %d were run directly", direct)
	}
}

func TestALongLoopIsLeftToCELWhichCountsWhatItCosts(t *testing.T) {
	env := testEnv(t)
	p, issues := env.Compile("a.kinds.all(k, a.kinds.all(l, k == l))", Bool)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	for n, direct := range map[int]bool{10: true, 44: true, 45: false, 1000: false} {
		v := env.Values()
		v.Set("a.kinds", make([]string, n))
		if (p.dir.run(v) != nil) != direct {
			t.Errorf("%d times %d turns: run directly %v", n, n, !direct)
		}
	}
	v := env.Values()
	v.Set("a.kinds", make([]string, 1000))
	if _, err := p.Run(v); err == nil {
		t.Error("a million turns cost nothing")
	}
}
