package rule

import "testing"

func TestAnExpressionThatPicksByOneMemberLooksAtNothingElse(t *testing.T) {
	env := testEnv(t)
	for _, c := range []struct {
		expr string
		want Type
		is   bool
	}{
		{"a.other.exists(r, r.by == a.title && r.amount > 1)", Bool, true},
		{"!a.other.exists(r, r.amount > 1 && (a.title == r.by && r.note != ''))", Bool, true},
		{"a.other.exists_one(r, r.by == a.title)", Bool, true},
		{"size(a.other.filter(r, r.by == a.title)) > 1 || a.yes", Bool, true},
		{"sum(a.other.filter(r, r.by == a.title).map(r, r.amount))", Any, true},
		{"sum(a.other.map(r, r.by == a.title, r.amount))", Any, true},
		{"a.cost > 1", Bool, true},
		{"a.other.exists(r, r.by == a.title || r.amount > 1)", Bool, false},
		{"a.other.exists(r, r.by != a.title)", Bool, false},
		{"a.other.exists(r, r.by == a.place)", Bool, false},
		{"a.other.exists(r, r.note == a.title)", Bool, false},
		{"a.other.exists(r, !(r.by == a.title))", Bool, false},
		{"a.other.all(r, r.by == a.title)", Bool, false},
		{"size(a.other) > 1", Bool, false},
		{"a.other.exists(r, r.by == a.title) && a.other.exists(r, r.amount > 1)", Bool, false},
		{"a.other.exists(r, r.by == a.title && a.other.exists(q, q.amount > 1))", Bool, false},
	} {
		p, issues := env.Compile(c.expr, c.want)
		if len(issues) > 0 {
			t.Errorf("%s: %v", c.expr, issues)
			continue
		}
		if got := p.Narrow("a.other", "by", "a.title"); got != c.is {
			t.Errorf("%s: %v", c.expr, got)
		}
	}
}
