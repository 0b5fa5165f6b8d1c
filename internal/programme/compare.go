package programme

import (
	"encoding/json"
	"maps"
	"slices"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
)

// Classes of a change between two versions, mildest first. Drafts adopt cosmetic and compatible ones by themselves; the others only by
// the applicant's choice. A submitted case keeps its version.
const (
	Cosmetic    = "cosmetic"    // words only
	Compatible  = "compatible"  // what was allowed before is still allowed
	Restricting = "restricting" // something more is asked, or decided otherwise
	Structural  = "structural"  // a question or state is gone or of another kind
)

// Change is one difference between two versions, in words.
type Change struct {
	Class string    `json:"class"`
	Path  string    `json:"path"`
	Text  lang.Text `json:"text"`
}

// Compare lists what changed from a to b.
func Compare(a, b *Definition) []Change {
	c := &comparison{a: a, b: b}
	c.words()
	c.fields()
	c.rules()
	c.call()
	c.sums()
	c.flow()
	c.joint()
	return c.changes
}

// Adoptable reports whether drafts may take the changes over by themselves.
func Adoptable(changes []Change) bool {
	return !slices.ContainsFunc(changes, func(c Change) bool { return c.Class == Restricting || c.Class == Structural })
}

type comparison struct {
	a, b    *Definition
	changes []Change
}

func (c *comparison) add(class, path, key string, args ...any) {
	c.changes = append(c.changes, Change{Class: class, Path: path, Text: words(key, args...)})
}

// named is add with the name of the thing in both languages.
func (c *comparison) named(class, path, key string, name lang.Text, fallback string) {
	if name.JA == "" {
		name = lang.Text{JA: fallback, EN: fallback}
	}
	c.changes = append(c.changes, Change{Class: class, Path: path, Text: lang.Text{
		JA: lang.T(lang.JA, key, "name", name.In(lang.JA)), EN: lang.T(lang.EN, key, "name", name.In(lang.EN))}})
}

func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func (c *comparison) words() {
	a, b := c.a, c.b
	for _, x := range []struct {
		path string
		a, b any
	}{{"title", a.Title, b.Title}, {"lead", a.Lead, b.Lead}, {"facts", a.Facts, b.Facts}, {"papers", a.Papers, b.Papers},
		{"basis", a.Basis, b.Basis}, {"selfCheck", a.SelfCheck, b.SelfCheck}, {"letters", a.Letters, b.Letters}} {
		if !same(x.a, x.b) {
			c.add(Cosmetic, x.path, "programme.change."+x.path)
		}
	}
}

func fieldsOf(d *Definition) (map[string]form.Field, []string) {
	byKey := map[string]form.Field{}
	var order []string
	for _, f := range d.Forms {
		for _, s := range f.Sections {
			for _, field := range s.Fields {
				byKey[field.Key] = field
				order = append(order, field.Key)
			}
		}
	}
	return byKey, order
}

func (c *comparison) fields() {
	before, order := fieldsOf(c.a)
	after, newOrder := fieldsOf(c.b)
	for _, key := range order {
		old := before[key]
		now, ok := after[key]
		switch {
		case !ok:
			c.named(Structural, key, "programme.change.field_gone", old.Label, key)
		case now.Kind != old.Kind:
			c.named(Structural, key, "programme.change.field_kind", now.Label, key)
		default:
			c.field(old, now)
		}
	}
	for _, key := range newOrder {
		if _, ok := before[key]; ok {
			continue
		}
		now := after[key]
		if now.Required || now.RequiredIf != "" {
			c.named(Restricting, key, "programme.change.field_new_required", now.Label, key)
		} else {
			c.named(Compatible, key, "programme.change.field_new", now.Label, key)
		}
	}
}

func (c *comparison) field(old, now form.Field) {
	key := now.Key
	if old.Label != now.Label || old.Help != now.Help {
		c.named(Cosmetic, key, "programme.change.field_words", now.Label, key)
	}
	switch {
	case !old.Required && now.Required, now.RequiredIf != old.RequiredIf && !old.Required && now.RequiredIf != "":
		c.named(Restricting, key, "programme.change.field_required", now.Label, key)
	case old.Required != now.Required || old.RequiredIf != now.RequiredIf:
		c.named(Compatible, key, "programme.change.field_optional", now.Label, key)
	}
	if old.ShowIf != now.ShowIf {
		c.named(Restricting, key, "programme.change.field_shown", now.Label, key)
	}
	c.limits(old, now)
	c.options(old, now)
	if !same(old.Columns, now.Columns) {
		c.columns(old, now)
	}
}

// limits tells narrower from wider; an absent limit is the widest.
func (c *comparison) limits(old, now form.Field) {
	wider, narrower := false, false
	low := func(a, b *int64) {
		switch {
		case a == nil && b == nil:
		case b == nil || a != nil && *b < *a:
			wider = true
		case a == nil || *b > *a:
			narrower = true
		}
	}
	low(old.Min, now.Min)
	low(negative(old.Max), negative(now.Max))
	rows := func(n int) *int64 {
		if n == 0 {
			return nil
		}
		x := -int64(n)
		return &x
	}
	low(rows(old.MaxRows), rows(now.MaxRows))
	if old.MinRows != now.MinRows {
		narrower, wider = narrower || now.MinRows > old.MinRows, wider || now.MinRows < old.MinRows
	}
	switch {
	case narrower:
		c.named(Restricting, now.Key, "programme.change.field_narrower", now.Label, now.Key)
	case wider:
		c.named(Compatible, now.Key, "programme.change.field_wider", now.Label, now.Key)
	}
	if !same(old.Files, now.Files) {
		c.named(Restricting, now.Key, "programme.change.field_files", now.Label, now.Key)
	}
}

func negative(n *int64) *int64 {
	if n == nil {
		return nil
	}
	x := -*n
	return &x
}

func (c *comparison) options(old, now form.Field) {
	values := func(f form.Field) []string {
		var out []string
		for _, o := range f.Options {
			out = append(out, o.Value)
		}
		return out
	}
	a, b := values(old), values(now)
	gone := slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
	added := slices.ContainsFunc(b, func(v string) bool { return !slices.Contains(a, v) })
	switch {
	case gone:
		c.named(Restricting, now.Key, "programme.change.options_gone", now.Label, now.Key)
	case added:
		c.named(Compatible, now.Key, "programme.change.options_new", now.Label, now.Key)
	case !same(old.Options, now.Options):
		c.named(Cosmetic, now.Key, "programme.change.field_words", now.Label, now.Key)
	}
}

func (c *comparison) columns(old, now form.Field) {
	for _, o := range old.Columns {
		i := slices.IndexFunc(now.Columns, func(n form.Field) bool { return n.Key == o.Key })
		if i < 0 || now.Columns[i].Kind != o.Kind {
			c.named(Structural, now.Key, "programme.change.columns_gone", now.Label, now.Key)
			return
		}
		if now.Columns[i].Required && !o.Required || now.Columns[i].RequiredIf != o.RequiredIf {
			c.named(Restricting, now.Key, "programme.change.columns_required", now.Label, now.Key)
			return
		}
	}
	for _, n := range now.Columns {
		if n.Required && !slices.ContainsFunc(old.Columns, func(o form.Field) bool { return o.Key == n.Key }) {
			c.named(Restricting, now.Key, "programme.change.columns_required", now.Label, now.Key)
			return
		}
	}
	c.named(Compatible, now.Key, "programme.change.columns_changed", now.Label, now.Key)
}

func (c *comparison) rules() {
	for _, old := range c.a.Rules {
		now := c.b.Rule(old.ID)
		switch {
		case now == nil:
			c.named(Compatible, old.ID, "programme.change.rule_gone", old.Title, old.ID)
		case now.Assert != old.Assert || now.When != old.When || now.Form != old.Form:
			c.named(Restricting, old.ID, "programme.change.rule_changed", now.Title, old.ID)
		case weight(now.Severity) > weight(old.Severity):
			c.named(Restricting, old.ID, "programme.change.rule_harder", now.Title, old.ID)
		case weight(now.Severity) < weight(old.Severity):
			c.named(Compatible, old.ID, "programme.change.rule_softer", now.Title, old.ID)
		case !same(old, now):
			c.named(Cosmetic, old.ID, "programme.change.rule_words", now.Title, old.ID)
		}
	}
	for _, now := range c.b.Rules {
		if c.a.Rule(now.ID) != nil {
			continue
		}
		class := Restricting
		if now.Severity == "W" {
			class = Compatible
		}
		c.named(class, now.ID, "programme.change.rule_new", now.Title, now.ID)
	}
}

func weight(severity string) int { return slices.Index([]string{"W", "S", "E"}, severity) }

func (c *comparison) call() {
	a, b := c.a.Call, c.b.Call
	day := func(path, before, after string, later string) {
		if before == after {
			return
		}
		class := Restricting
		if later == "compatible" && after > before || later == "earlier" && after < before {
			class = Compatible
		}
		c.add(class, "call."+path, "programme.change.call_"+path, "day", after)
	}
	day("opens", a.Opens, b.Opens, "earlier")
	day("closes", a.Closes, b.Closes, "compatible")
	day("from", a.From, b.From, "earlier")
	day("to", a.To, b.To, "compatible")
	day("reportBy", a.ReportBy, b.ReportBy, "compatible")
	if a.Result != b.Result {
		c.add(Cosmetic, "call.result", "programme.change.call_result", "day", b.Result)
	}
	if a.Budget != b.Budget {
		c.add(Compatible, "call.budget", "programme.change.call_budget", "yen", lang.Num(b.Budget))
	}
	if a.BranchStep != b.BranchStep {
		c.add(Restricting, "call.branchStep", "programme.change.call_branch")
	}
	if !same(a.ApplicantTypes, b.ApplicantTypes) {
		class := Compatible
		if slices.ContainsFunc(a.ApplicantTypes, func(t string) bool { return !slices.Contains(b.ApplicantTypes, t) }) {
			class = Restricting
		}
		c.add(class, "call.applicantTypes", "programme.change.call_types")
	}
	if a.State != b.State || a.ClosedFrom != b.ClosedFrom {
		c.add(Restricting, "call.state", "programme.change.call_state")
	}
}

func (c *comparison) sums() {
	expressions := func(list []Amount) []string {
		var out []string
		for _, x := range list {
			out = append(out, x.Name+"="+x.Expr)
		}
		return out
	}
	switch {
	case !same(expressions(c.a.Amounts), expressions(c.b.Amounts)) || !same(expressions(c.a.Settle), expressions(c.b.Settle)):
		c.add(Restricting, "amounts", "programme.change.amounts")
	case !same(c.a.Amounts, c.b.Amounts) || !same(c.a.Settle, c.b.Settle):
		c.add(Cosmetic, "amounts", "programme.change.amount_words")
	}
	c.figures()
}

// figures tells each number that the rules and amounts use by its name, before and after.
func (c *comparison) figures() {
	for _, key := range slices.Sorted(maps.Keys(c.a.Params)) {
		before, after := c.a.Params[key], c.b.Params[key]
		if _, kept := c.b.Params[key]; kept && before != after {
			name := c.b.ParamTitle(key)
			figure := func(tag lang.Tag) string {
				return lang.T(tag, "programme.change.figure", "name", name.In(tag), "before", lang.Num(before), "after", lang.Num(after))
			}
			c.changes = append(c.changes, Change{Class: Restricting, Path: "params." + key, Text: lang.Text{JA: figure(lang.JA), EN: figure(lang.EN)}})
		}
	}
	if !slices.Equal(slices.Sorted(maps.Keys(c.a.Params)), slices.Sorted(maps.Keys(c.b.Params))) {
		c.add(Restricting, "params", "programme.change.params")
	}
}

func (c *comparison) flow() {
	for _, s := range c.a.Workflow.States {
		if c.b.State(s.ID) == nil {
			c.named(Structural, "workflow."+s.ID, "programme.change.state_gone", s.Title, s.ID)
		}
	}
	if !same(c.a.Workflow, c.b.Workflow) {
		c.add(Compatible, "workflow", "programme.change.workflow")
	}
	if !same(c.a.Screening, c.b.Screening) {
		c.add(Restricting, "screening", "programme.change.screening")
	}
	if !same(c.a.Deadlines, c.b.Deadlines) || !same(c.a.Retention, c.b.Retention) {
		c.add(Compatible, "deadlines", "programme.change.deadlines")
	}
}

// joint compares who is asked to consent and to what: drafts whose members were asked under the other terms do not take it over alone.
func (c *comparison) joint() {
	a, b := c.a.Joint, c.b.Joint
	if !same(a.Parties, b.Parties) || !same(a.Concerns, b.Concerns) {
		c.add(Restricting, "joint", "programme.change.joint")
	}
	if a.LinkDays != b.LinkDays && len(b.Parties) > 0 {
		c.add(Compatible, "joint.linkDays", "programme.change.joint_days", "n", b.LinkDays)
	}
}
