package programme

import (
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/rule"
)

// What expressions may name, beside the fields (a.KEY), what an officer settled (confirmed.KEY), the params and the amounts.
var (
	callVars = []rule.Var{
		{Name: "call.programme", Type: rule.String}, {Name: "call.fiscalYear", Type: rule.Int}, {Name: "call.round", Type: rule.Int},
		{Name: "call.opens", Type: rule.Date}, {Name: "call.closes", Type: rule.Date}, {Name: "call.from", Type: rule.Date},
		{Name: "call.to", Type: rule.Date}, {Name: "call.reportBy", Type: rule.Date}, {Name: "call.result", Type: rule.OrNull(rule.Date)},
		{Name: "call.applicantTypes", Type: rule.ListOf(rule.String)}, {Name: "call.branchStep", Type: rule.String},
		{Name: "call.budget", Type: rule.Int}, {Name: "call.open", Type: rule.Bool},
	}
	applicantVars = []rule.Var{
		{Name: "now", Type: rule.Moment},
		{Name: "org.type", Type: rule.String}, {Name: "org.code", Type: rule.String}, {Name: "org.name", Type: rule.String},
		{Name: "hist", Type: rule.ListOf(rule.ObjectOf("Past"))},
	}
	// formVars tell about the filling itself: how many values cannot be read, how many required questions are open.
	formVars = []rule.Var{
		{Name: "form.problems", Type: rule.Int}, {Name: "form.missing", Type: rule.Int}, {Name: "form.count", Type: rule.Int},
		{Name: "form.badYen", Type: rule.Int}, {Name: "form.badFiles", Type: rule.Int}, {Name: "form.filesMissing", Type: rule.Int}, {Name: "form.unagreed", Type: rule.Int},
	}
	settleVars = []rule.Var{
		{Name: "decided", Type: rule.Int}, {Name: "advance", Type: rule.Int},
		{Name: "report.claimed", Type: rule.Int}, {Name: "report.admitted", Type: rule.Int}, {Name: "report.total", Type: rule.Int},
		{Name: "report.admitted_abroad", Type: rule.Int}, {Name: "report.admitted_jp", Type: rule.Int},
		{Name: "report.place", Type: rule.String}, {Name: "report.planned", Type: rule.Int}, {Name: "report.raised", Type: rule.Int},
		{Name: "report.early", Type: rule.Int},
	}
	caseVars = []rule.Var{
		{Name: "case.via", Type: rule.String}, {Name: "case.state", Type: rule.String}, {Name: "case.before", Type: rule.String},
		{Name: "case.returnedFrom", Type: rule.String}, {Name: "case.outcome", Type: rule.String},
		{Name: "case.requested", Type: rule.Int}, {Name: "case.proposed", Type: rule.Int}, {Name: "case.decided", Type: rule.Int},
		{Name: "case.fixed", Type: rule.Int}, {Name: "case.paid", Type: rule.Int}, {Name: "case.toReturn", Type: rule.Int},
		{Name: "case.toPay", Type: rule.Int}, {Name: "case.owed", Type: rule.Int}, {Name: "case.advances", Type: rule.Int},
		{Name: "case.advanceLeft", Type: rule.Int}, {Name: "case.taxOpen", Type: rule.Bool},
		{Name: "case.returnBy", Type: rule.Date}, {Name: "case.taxBy", Type: rule.Date},
		{Name: "case.softOpen", Type: rule.Int}, {Name: "case.scores", Type: rule.Int}, {Name: "case.members", Type: rule.Int},
		{Name: "case.mean", Type: rule.Double}, {Name: "case.twoStep", Type: rule.Bool}, {Name: "case.isBranch", Type: rule.Bool},
		{Name: "case.unagreed", Type: rule.Int},
		{Name: "case.assets", Type: rule.Int}, {Name: "case.assetsUntil", Type: rule.Date},
		{Name: "case.award", Type: rule.Int}, {Name: "case.revoking", Type: rule.Int}, {Name: "case.proceeding", Type: rule.String},
		{Name: "case.resume", Type: rule.String}, {Name: "case.revoked", Type: rule.Int}, {Name: "case.against", Type: rule.String}, {Name: "case.objectable", Type: rule.Bool},
		{Name: "case.hearingBy", Type: rule.Date}, {Name: "case.objectBy", Type: rule.Date},
		{Name: "case.from", Type: rule.Date}, {Name: "case.to", Type: rule.Date}, {Name: "case.end", Type: rule.Date},
		{Name: "case.returnDue", Type: rule.Date}, {Name: "case.reportDue", Type: rule.Date}, {Name: "case.withdrawBy", Type: rule.Date},
		{Name: "case.decidedOn", Type: rule.Date}, {Name: "case.fixedOn", Type: rule.Date}, {Name: "case.billedOn", Type: rule.Date},
		{Name: "case.submitted", Type: rule.Moment}, {Name: "who.role", Type: rule.String}, {Name: "who.body", Type: rule.String},
	}
	// settingVars are filled from the definition.
	settingVars = []rule.Var{
		{Name: "screening.members", Type: rule.Int}, {Name: "screening.floor", Type: rule.Int},
		{Name: "deadlines.branch", Type: rule.Int}, {Name: "deadlines.hq", Type: rule.Int}, {Name: "deadlines.return", Type: rule.Int},
		{Name: "deadlines.report", Type: rule.Int}, {Name: "deadlines.bill", Type: rule.Int}, {Name: "deadlines.pay", Type: rule.Int},
		{Name: "deadlines.withdraw", Type: rule.Int}, {Name: "deadlines.clock", Type: rule.Int},
	}
)

var objects = []rule.Object{
	{Name: "Period", Fields: []rule.Var{{Name: "from", Type: rule.Date}, {Name: "to", Type: rule.Date}}},
	{Name: "Org", Fields: []rule.Var{
		{Name: "type", Type: rule.String, Optional: true}, {Name: "code", Type: rule.String, Optional: true},
		{Name: "name", Type: rule.String, Optional: true}, {Name: "confirmed", Type: rule.Bool}}},
	{Name: "Person", Fields: []rule.Var{
		{Name: "name", Type: rule.String, Optional: true}, {Name: "kana", Type: rule.String, Optional: true},
		{Name: "title", Type: rule.String, Optional: true}, {Name: "email", Type: rule.String, Optional: true},
		{Name: "tel", Type: rule.String, Optional: true}}},
	{Name: "File", Fields: []rule.Var{{Name: "name", Type: rule.String}, {Name: "size", Type: rule.Int}}},
	{Name: "TextInt", Fields: []rule.Var{{Name: "text", Type: rule.String, Optional: true}, {Name: "n", Type: rule.Int}}},
	{Name: "Bank", Fields: []rule.Var{{Name: "code", Type: rule.String}, {Name: "branch", Type: rule.String}, {Name: "kind", Type: rule.String},
		{Name: "number", Type: rule.String}, {Name: "holder_kana", Type: rule.String}}},
	{Name: "Past", Fields: []rule.Var{
		{Name: "programme", Type: rule.String}, {Name: "fiscalYear", Type: rule.Int}, {Name: "state", Type: rule.String},
		{Name: "live", Type: rule.Bool}, {Name: "same", Type: rule.Bool}, {Name: "number", Type: rule.String}, {Name: "title", Type: rule.String},
		{Name: "requested", Type: rule.Int}, {Name: "answers", Type: rule.MapOf(rule.Any)}}},
}

// typeOf is the expression type of a field; a scalar may be null, which is a question left empty.
func typeOf(f form.Field, object string) rule.Type {
	switch f.Kind {
	case form.KindInt, form.KindYen:
		return rule.OrNull(rule.Int)
	case form.KindDecimal:
		return rule.OrNull(rule.Double)
	case form.KindBool:
		return rule.OrNull(rule.Bool)
	case form.KindDate:
		return rule.OrNull(rule.Date)
	case form.KindPeriod:
		return rule.ObjectOf("Period")
	case form.KindOrg:
		return rule.ObjectOf("Org")
	case form.KindPerson:
		return rule.ObjectOf("Person")
	case form.KindTextInt:
		return rule.ObjectOf("TextInt")
	case form.KindBank:
		return rule.ObjectOf("Bank")
	case form.KindMany:
		return rule.ListOf(rule.String)
	case form.KindFile:
		return rule.ListOf(rule.ObjectOf("File"))
	case form.KindTable, form.KindMoney:
		return rule.ListOf(rule.ObjectOf(object))
	case form.KindText, form.KindLong, form.KindEmail, form.KindTel, form.KindURL, form.KindCode, form.KindRegion, form.KindTime:
		return rule.String
	}
	return rule.OrNull(rule.String)
}

// rowName is the object type of a table's rows.
func rowName(key string) string { return "Row." + key }

func rowObject(f form.Field) rule.Object {
	o := rule.Object{Name: rowName(f.Key)}
	for _, c := range f.Cols() {
		o.Fields = append(o.Fields, rule.Var{Name: c.Key, Type: typeOf(c, rowName(f.Key+"."+c.Key)), Need: f.Key + "[]." + c.Key,
			Optional: !c.Required && !counted(f, c.Key)})
	}
	return o
}

// counted reports whether a column is the amount of a cost line, which is not asked for only because quantity and unit price give it: a
// line without one is not a line of nothing.
func counted(f form.Field, column string) bool { return f.Kind == form.KindMoney && column == "amount" }

// totals of a money table "cost.lines" are a.cost.total, a.cost.eligible, … ; they need the table.
var totalNames = []string{"total", "eligible", "eligible_abroad", "eligible_jp"}

func totalsPrefix(key string) string {
	if i := strings.LastIndexByte(key, '.'); i >= 0 {
		return key[:i+1]
	}
	return key + "."
}

// scalar reports whether an officer may settle the field (confirmed.KEY).
func scalar(f form.Field) bool {
	switch f.Kind {
	case form.KindOne, form.KindBool, form.KindYen, form.KindInt, form.KindDate:
		return true
	}
	return false
}
