package rule

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/jp"
)

func testEnv(t testing.TB) *Env {
	t.Helper()
	env, err := NewEnv([]Var{
		{Name: "a.title", Type: String},
		{Name: "a.cost", Type: OrNull(Int), Need: "cost.lines"},
		{Name: "a.place", Type: OrNull(String)},
		{Name: "a.from", Type: OrNull(Date)},
		{Name: "a.period", Type: ObjectOf("Period")},
		{Name: "a.yes", Type: OrNull(Bool)},
		{Name: "a.kinds", Type: ListOf(String)},
		{Name: "a.d.true", Type: OrNull(Bool)},
		{Name: "a.other", Type: ListOf(ObjectOf("Row.other"))},
		{Name: "mean", Type: Double},
		{Name: "now", Type: Moment},
		{Name: "call.closes", Type: Date},
	}, Object{Name: "Period", Fields: []Var{{Name: "from", Type: Date}, {Name: "to", Type: Date}}},
		Object{Name: "Row.other", Fields: []Var{{Name: "by", Type: String, Need: "other[].by"}, {Name: "amount", Type: OrNull(Int), Need: "other[].amount"},
			{Name: "note", Type: String, Optional: true}}})
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func TestMistakesAreFoundWhenAnExpressionIsCompiled(t *testing.T) {
	env := testEnv(t)
	for _, c := range []struct {
		name, expr string
		want       Type
		says       string
		suggest    string
	}{
		{"a misspelt field", "a.titel == ''", Bool, "undeclared reference to 'a.titel'", "a.title"},
		{"a misspelt function", "floorto(a.cost, 1000) > 1", Bool, "undeclared reference to 'floorto'", "floorTo"},
		{"a misspelt column", "a.other.exists(f, f.amuont > 3)", Bool, "undefined field 'amuont'", "amount"},
		{"a misspelt member of a period", "a.period.form < call.closes", Bool, "undefined field 'form'", "from"},
		{"a number against a text", "a.title > 3", Bool, "no matching overload", ""},
		{"a date against a number", "a.from > 3", Bool, "no matching overload", ""},
		{"a sum where a condition is wanted", "a.cost + 1", Bool, "the expression gives int", ""},
		{"a condition where a sum is wanted", "a.cost > 1", Int, "the expression gives bool", ""},
		{"a sum of texts", "sum(a.kinds) > 1", Bool, "no matching overload", ""},
		{"a float in money", "a.cost * 0.5 > 1.0", Bool, "no matching overload", ""},
		{"a broken expression", "a.cost >", Bool, "Syntax error", ""},
		{"a variable of a comprehension outside it", "a.other.all(f, f.amount > 0) && f.amount > 1", Bool, "undeclared reference to 'f'", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, issues := env.Compile(c.expr, c.want)
			if len(issues) == 0 {
				t.Fatal("it compiled")
			}
			if !strings.Contains(issues[0].Message, c.says) || issues[0].Suggest != c.suggest {
				t.Errorf("said %q, suggested %q", issues[0].Message, issues[0].Suggest)
			}
		})
	}
}

func TestAResultIsKnownOnlyWhenItDoesNotDependOnWhatIsUnanswered(t *testing.T) {
	env := testEnv(t)
	for _, c := range []struct {
		name, expr string
		vars       map[string]any
		want       any
		needs      []string
	}{
		{"an unanswered field", "a.cost > 1", nil, nil, []string{"cost.lines"}},
		{"an answered field", "a.cost > 1", map[string]any{"a.cost": int64(2)}, true, nil},
		{"the other side decides", "a.cost > 1 || a.yes", map[string]any{"a.yes": true}, true, nil},
		{"the other side does not decide", "a.cost > 1 && a.yes", map[string]any{"a.yes": true}, nil, []string{"cost.lines"}},
		{"both are needed", "a.cost > 1 && a.title != ''", nil, nil, []string{"a.title", "cost.lines"}},
		{"a question left empty is known", "a.place == null", map[string]any{"a.place": nil}, true, nil},
		{"an unanswered table", "a.other.exists(f, f.by == '国')", nil, nil, []string{"a.other"}},
		{"an empty table", "a.other.exists(f, f.by == '国')", map[string]any{"a.other": []map[string]any{}}, false, nil},
		{"a cell that is missing", "a.other.exists(f, f.by == '国' && f.amount > 0)", map[string]any{"a.other": []map[string]any{{"by": "国"}}}, nil, []string{"other[].amount"}},
		{"a row decides before the cell that is missing", "a.other.exists(f, f.amount > 5)", map[string]any{"a.other": []map[string]any{{"by": "国"}, {"amount": int64(9)}}}, true, nil},
		{"an optional cell that is absent", "a.other.all(f, f.note == '')", map[string]any{"a.other": []map[string]any{{"by": "国"}}}, true, nil},
		{"a sum with a missing cell", "sum(a.other.map(f, f.amount)) == 3", map[string]any{"a.other": []map[string]any{{"by": "国"}}}, nil, []string{"other[].amount"}},
		{"a period", "a.period.from < a.period.to", map[string]any{"a.period": map[string]any{"from": "2027-04-01", "to": "2027-04-02"}}, true, nil},
		{"a name that is a word of the language", "a.d.`true`", map[string]any{"a.d.true": true}, true, nil},
		{"a mean against a whole number", "mean >= 60", map[string]any{"mean": 60.0}, true, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, issues := env.Compile(c.expr, Bool)
			if len(issues) > 0 {
				t.Fatal(issues)
			}
			got, err := p.Eval(c.vars)
			if err != nil {
				t.Fatal(err)
			}
			if got.Value != c.want || !slices.Equal(got.Unknown, c.needs) {
				t.Errorf("came out %v, needs %v", got.Value, got.Unknown)
			}
		})
	}
}

func TestFunctions(t *testing.T) {
	env := testEnv(t)
	noon := time.Date(2026, 10, 31, 14, 59, 59, 0, time.UTC) // 23:59:59 in Japan
	vars := map[string]any{"now": noon, "call.closes": "2026-10-31"}
	for _, c := range []struct {
		expr string
		want any
	}{
		{"floorTo(4500999, 1000)", int64(4500000)},
		{"floorTo(-1, 1000)", int64(-1000)},
		{"floorTo(9000001 * 1 / 2, 1000)", int64(4500000)},
		{"minOf(3, 2)", int64(2)},
		{"minOf(3, 2, 1)", int64(1)},
		{"maxOf([1, 5, 3])", int64(5)},
		{"minOf(date('2027-03-20'), date('2027-03-02')) == date('2027-03-02')", true},
		{"sum([1, 2, 3])", int64(6)},
		{"[1, 2].sum()", int64(3)},
		{"days(date('2028-02-28'), date('2028-03-01'))", int64(2)},
		{"days(now, call.closes)", int64(0)},
		{"now >= call.closes && now < addDays(call.closes, 1)", true},
		{"addMonths(date('2027-01-31'), 1) == date('2027-02-28')", true},
		{"addMonths(date('2027-04-01'), 12) == date('2028-04-01')", true},
		{"businessDays(date('2026-10-30'), 1) == date('2026-11-02')", true},
		{"businessDays(date('2026-11-02'), 1) == date('2026-11-04')", true}, // 3 November is a holiday
		{"businessDays(date('2026-10-30'), date('2026-11-04'))", int64(2)},
		{"fy(date('2028-03-31'))", int64(2027)},
		{"fy(date('2028-04-01'))", int64(2028)},
		{"jst(now) == date('2026-10-31')", true},
		{"age(date('2000-02-29'), date('2027-02-28'))", int64(26)},
		{"overlap(date('2027-04-01'), date('2027-04-30'), date('2027-04-30'), date('2027-05-01'))", true},
		{"overlap(date('2027-04-01'), date('2027-04-29'), date('2027-04-30'), date('2027-05-01'))", false},
		{"wareki(date('2027-04-01'))", "令和9年4月1日"},
		{"sameText('伝統工芸 ＰＡＲＩＳ', '伝統工芸paris')", true},
		{"sameText('　ﾊﾟﾘ展 ', 'パリ展')", true},
		{"sameText('パリ展', 'パリ展2')", false},
		{"sameText('パリ展2', 'パリ展')", false},
		{"sameText('', ' 　')", true},
		{"sameText('①', '1')", true},
		{"size('𠮷野家')", int64(3)},
		{"['a', 'b'] == ['a', 'b']", true},
	} {
		p, issues := env.Compile(c.expr, Any)
		if len(issues) > 0 {
			t.Errorf("%s: %v", c.expr, issues)
			continue
		}
		got, err := p.Eval(vars)
		if err != nil || got.Value != c.want {
			t.Errorf("%s = %v %v", c.expr, got.Value, err)
		}
	}
}

func TestWhatCannotBeComputedIsAnErrorAndNeverAPanic(t *testing.T) {
	env := testEnv(t)
	for _, expr := range []string{
		"9223372036854775807 + 1 > 0", "sum([9223372036854775807, 1]) > 0", "floorTo(5, 0) > 1", "1 / (a.cost - a.cost) > 0",
		"addDays(call.closes, 999999999) > now", "date('2027-02-30') > now", "date('') > now", "a.from < now", "businessDays(now, 99999) > now",
		"maxOf([].map(x, 1)) > 0",
	} {
		p, issues := env.Compile(expr, Bool)
		if len(issues) > 0 {
			t.Errorf("%s: %v", expr, issues)
			continue
		}
		got, err := p.Eval(map[string]any{"a.cost": int64(1), "call.closes": "2026-10-31", "now": time.Now(), "a.from": nil})
		if err == nil {
			t.Errorf("%s came out %v", expr, got.Value)
		}
	}
}

func TestARunawayExpressionIsStopped(t *testing.T) {
	env := testEnv(t)
	p, issues := env.Compile("a.kinds.all(x, a.kinds.all(y, a.kinds.all(z, x + y == z)))", Bool)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	many := make([]string, 100)
	if _, err := p.Eval(map[string]any{"a.kinds": many}); err == nil || !strings.Contains(err.Error(), "cost limit") {
		t.Errorf("it was not stopped: %v", err)
	}
	few := []string{""}
	if got, err := p.Eval(map[string]any{"a.kinds": few}); err != nil || got.Value != true {
		t.Errorf("a short list: %v %v", got, err)
	}
}

func TestTheResidualSaysWhatStillHasToHold(t *testing.T) {
	env := testEnv(t)
	p, issues := env.Compile("a.place == '海外' && a.cost > 2000000", Bool)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	v := env.Values()
	v.Set("a.place", "海外")
	if got := p.Residual(v); got != "a.cost > 2000000" {
		t.Errorf("residual %q", got)
	}
	v.Set("a.cost", int64(1))
	if got := p.Residual(v); got != "" {
		t.Errorf("residual %q though everything is known", got)
	}
}

func TestDaysAreWholeDaysInJapan(t *testing.T) {
	env := testEnv(t)
	p, issues := env.Compile("now < addDays(call.closes, 1)", Bool)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	last := time.Date(2026, 10, 31, 23, 59, 59, 999_999_999, jp.JST)
	for _, c := range []struct {
		now  time.Time
		want bool
	}{{last, true}, {last.Add(time.Nanosecond), false}, {last.UTC(), true}} {
		got, err := p.Eval(map[string]any{"now": c.now, "call.closes": "2026-10-31"})
		if err != nil || got.Value != c.want {
			t.Errorf("%v: %v %v", c.now, got.Value, err)
		}
	}
}

func TestProgramsRunConcurrently(t *testing.T) {
	env := testEnv(t)
	p, issues := env.Compile("a.other.exists(f, f.amount > 5)", Bool)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for range 200 {
				got, err := p.Eval(map[string]any{"a.other": []map[string]any{{"amount": int64(n)}}})
				if err != nil || got.Value != (n > 5) {
					t.Errorf("%d: %v %v", n, got.Value, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestNearestNames(t *testing.T) {
	names := []string{"fund.requested", "fund.own", "cost.eligible", "floorTo"}
	for typed, want := range map[string]string{"fund.requestd": "fund.requested", "florTo": "floorTo", "cost.eligibel": "cost.eligible", "whatever": "", "FLOORTO": "floorTo"} {
		if got := Nearest(typed, names); got != want {
			t.Errorf("%s: %q", typed, got)
		}
	}
}
