package programme_test

import (
	"testing"

	"kakehashi/internal/jp"
	"kakehashi/internal/programme"
	"kakehashi/programmes"
)

func TestExamplesComeOutAlsoOnOtherDaysOfTheCall(t *testing.T) {
	list, issues := programme.ParseAll(programmes.FS)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	for _, d := range list {
		next, _ := d.Next()
		for name, move := range map[string]func(c *programme.Call){
			"as copied":          func(*programme.Call) {},
			"two days earlier":   func(c *programme.Call) { c.Closes = jp.AddDays(c.Closes, -2) },
			"a call of ten days": func(c *programme.Call) { c.Opens = jp.AddDays(c.Closes, -10) },
			"a second call in spring": func(c *programme.Call) {
				c.Opens, c.Closes, c.Result = "2027-02-01", "2027-03-10", "2027-03-31"
			},
		} {
			x := next
			was := x.Call
			move(&x.Call)
			x.Retime(was)
			misses, others := programme.Misses(x)
			if len(misses)+len(others) > 0 {
				t.Errorf("%s, %s: %+v %v", d.Code, name, misses, others)
			}
		}
	}
}

func TestAnExampleThatAChangedFigureTurnsIsNamedAndCanBeExpected(t *testing.T) {
	list, issues := programme.ParseAll(programmes.FS)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	for _, d := range list {
		for name := range d.Params {
			if d.ParamTitles[name].JA == "" || d.ParamTitles[name].EN == "" {
				t.Errorf("%s: nobody says what %s is", d.Code, name)
			}
		}
		if d.Params["capAbroad"] == 0 {
			continue
		}
		next, _ := d.Next()
		params := programme.Params{}
		for k, n := range next.Params {
			params[k] = n
		}
		params["capAbroad"] = 6_000_000
		next.Params = params
		misses, others := programme.Misses(next)
		if len(misses) == 0 || len(others) > 0 {
			t.Fatalf("%s: %+v %v", d.Code, misses, others)
		}
		raised := false
		for _, m := range misses {
			raised = raised || m.Key == "amounts.cap" && m.Want == int64(5_000_000) && m.Got == int64(6_000_000)
		}
		if !raised {
			t.Errorf("%s: %+v", d.Code, misses)
		}
		next.Expect(misses)
		if misses, others := programme.Misses(next); len(misses)+len(others) > 0 {
			t.Errorf("%s, expected: %+v %v", d.Code, misses, others)
		}
		if misses, _ := programme.Misses(d); len(misses) > 0 {
			t.Errorf("%s: the old version changed: %+v", d.Code, misses)
		}
	}
}
