package form

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// moneyKind is the cost table (経費内訳); the value is a []Row with the columns of domain.md §4.0.2: item, detail, where, qty,
// unit_name, unit (price), amount, eligible, reason; in reports also planned, admitted, admit_reason, evidence, ordered, delivered,
// invoiced, paid, which a definition shows by naming them among its columns. amount is quantity × unit price when it is not typed;
// when it is typed and differs, that is a problem at the amount.
type moneyKind struct{}

func (moneyKind) parse(f Field, in Input, path string) (any, []Problem) {
	return readRows(f, f.moneyColumns(true), in, path, finishCost)
}

func (moneyKind) input(f Field, v any) Input {
	rows := slices.Clone(Rows(v))
	for i, row := range rows {
		amount, ok := wholeNumber(row["amount"])
		if product, known := costProduct(row); ok && known && product == amount {
			shown := Row{}
			for k, cell := range row {
				if k != "amount" {
					shown[k] = cell
				}
			}
			rows[i] = shown
		}
	}
	return rowsInput(f.moneyColumns(true), rows)
}

func (moneyKind) show(_ Field, v any, tag lang.Tag) string {
	rows := Rows(v)
	return lang.T(tag, "form.money_rows", "n", len(rows), "total", lang.Yen(tag, Totals(rows).Total))
}

// finishCost works out the amount of a line and finds what its cells contradict.
func finishCost(row Row, path string) []Problem {
	var problems []Problem
	product, known := costProduct(row)
	amount, typed := row["amount"]
	switch {
	case known && product > jp.MaxYen:
		problems = append(problems, problem(part(path, "amount"), CodeYen, "form.amount_too_large"))
	case known && !typed:
		row["amount"] = product
	case known && typed:
		if n, ok := wholeNumber(amount); ok && n != product {
			problems = append(problems, problem(part(path, "amount"), CodeAmount, "form.amount_differs", "typed", lang.Num(n),
				"qty", lang.Num(integer(row["qty"])), "unit", lang.Num(integer(row["unit"])), "product", lang.Num(product)))
		}
	case !typed:
		for _, key := range []string{"qty", "unit"} {
			if _, ok := row[key]; !ok {
				problems = append(problems, problem(part(path, key), CodeRequired, "form.required", "label", costColumn(key).Label))
			}
		}
	}
	if eligible, ok := row["eligible"].(bool); ok && !eligible && row["reason"] == nil {
		problems = append(problems, problem(part(path, "reason"), CodeRequired, "form.reason_missing"))
	}
	return problems
}

// costProduct is quantity × unit price; known is false while one of them is missing or unreadable. Beyond jp.MaxYen it is only
// known to be larger.
func costProduct(row Row) (product int64, known bool) {
	qty, okq := wholeNumber(row["qty"])
	unit, oku := wholeNumber(row["unit"])
	if !okq || !oku || qty < 1 || unit < 0 {
		return 0, false
	}
	high, low := bits.Mul64(uint64(qty), uint64(unit))
	if high > 0 || low > jp.MaxYen {
		return jp.MaxYen + 1, true
	}
	return int64(low), true
}

// CostItems are the eight kinds of cost (費目).
var CostItems = []string{"報償費", "旅費", "需用費", "役務費", "委託料", "使用料・賃借料", "負担金", "その他"}

// Values of the column where, and of Sums.Place.
const (
	Abroad = "abroad"
	Japan  = "jp"
	Tie    = "tie"
)

var standardColumns = []string{"item", "detail", "where", "qty", "unit_name", "unit", "amount", "eligible", "reason"}

var reportColumns = []string{"planned", "admitted", "admit_reason", "evidence", "ordered", "delivered", "invoiced", "paid"}

// costColumn is the built-in definition of a column of the cost table.
func costColumn(key string) Field { return builtIn()[key] }

var builtIn = sync.OnceValue(func() map[string]Field {
	columns := map[string]Field{}
	for _, key := range slices.Concat(standardColumns, reportColumns) {
		columns[key] = makeColumn(key)
	}
	return columns
})

// makeColumn defines a column of the cost table; its label comes from the catalogue.
func makeColumn(key string) Field {
	f := Field{Key: key, Label: lang.Text{JA: lang.T(lang.JA, "form.cost."+key), EN: lang.T(lang.EN, "form.cost."+key)}}
	length := func(n int64) *int64 { return &n }
	word := func(value, key string) Option {
		return Option{Value: value, Label: lang.Text{JA: lang.T(lang.JA, key), EN: lang.T(lang.EN, key)}}
	}
	switch key {
	case "item":
		f.Kind, f.Required = KindOne, true
		for i, item := range CostItems {
			f.Options = append(f.Options, word(item, "form.cost_item."+string(rune('1'+i))))
		}
	case "where":
		f.Kind, f.Required, f.Options = KindOne, true, []Option{word(Japan, "form.cost_where.jp"), word(Abroad, "form.cost_where.abroad")}
	case "eligible":
		f.Kind, f.Required, f.Options = KindBool, true, []Option{word("true", "form.cost_eligible.true"), word("false", "form.cost_eligible.false")}
	case "detail":
		f.Kind, f.Required, f.Max = KindText, true, length(200)
	case "reason", "admit_reason":
		f.Kind, f.Max = KindText, length(200)
	case "unit_name":
		f.Kind, f.Max = KindText, length(20)
	case "qty":
		f.Kind, f.Min, f.Max = KindInt, length(1), length(1_000_000)
	case "unit", "amount", "planned", "admitted":
		f.Kind = KindYen
	case "evidence":
		f.Kind = KindMany
	default:
		f.Kind = KindDate
	}
	return f
}

// moneyColumns are the columns of a cost table. A column of the definition with a standard key changes that column where it says
// something; all adds the report columns the definition does not show, so that no value sent by JSON is lost. A definition's columns never
// change, so they are put together once; callers do not change them.
func (f Field) moneyColumns(all bool) []Field {
	key := columnsOf{len(f.Columns), nil, all}
	if key.own > 0 {
		key.first = &f.Columns[0]
	}
	if columns, ok := putTogether.Load(key); ok {
		return columns.([]Field)
	}
	columns, _ := putTogether.LoadOrStore(key, slices.Clip(f.makeColumns(all)))
	return columns.([]Field)
}

// columnsOf names the columns of a cost table by where the definition's own stand in memory.
type columnsOf struct {
	own   int
	first *Field
	all   bool
}

var putTogether sync.Map // columnsOf → []Field

func (f Field) makeColumns(all bool) []Field {
	columns := make([]Field, 0, len(standardColumns)+len(f.Columns))
	for _, key := range standardColumns {
		columns = append(columns, f.overridden(key))
	}
	for _, own := range f.Columns {
		if !slices.Contains(standardColumns, own.Key) {
			if slices.Contains(reportColumns, own.Key) {
				own = f.overridden(own.Key)
			}
			columns = append(columns, own)
		}
	}
	if all {
		for _, key := range reportColumns {
			if !slices.ContainsFunc(columns, func(c Field) bool { return c.Key == key }) {
				columns = append(columns, costColumn(key))
			}
		}
	}
	return columns
}

func (f Field) overridden(key string) Field {
	base := costColumn(key)
	for _, own := range f.Columns {
		if own.Key != key {
			continue
		}
		own.Kind = cmp.Or(own.Kind, base.Kind)
		own.Label = cmp.Or(own.Label, base.Label)
		own.Min, own.Max = cmp.Or(own.Min, base.Min), cmp.Or(own.Max, base.Max)
		own.Required = own.Required || base.Required
		if len(own.Options) == 0 {
			own.Options = base.Options
		}
		return own
	}
	return base
}
