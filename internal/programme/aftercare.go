package programme

import (
	"fmt"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
)

// Aftercare is what a body has to do after the last payment, beside the report of the consumption-tax credit (Payments): records to keep for
// the years of Retention.Adopted, and property to keep until its day. What is not given is not asked.
type Aftercare struct {
	Records *Records  `json:"records,omitempty" yaml:"records"`
	Assets  *Property `json:"assets,omitempty" yaml:"assets"`
}

// Records are the books and evidence the recipient keeps (帳簿・証拠書類の保存).
type Records struct {
	Title lang.Text `json:"title" yaml:"title"`
	Basis string    `json:"basis,omitempty" yaml:"basis"`
}

// Property is what the grant bought (取得財産等管理台帳). Field is the table with the columns item, price, got, place and until. The body asks
// with Form to dispose of the line Number, How, and names the Income that is to be returned.
type Property struct {
	Title  lang.Text `json:"title" yaml:"title"`
	Field  string    `json:"field" yaml:"field"`
	Form   string    `json:"form" yaml:"form"`
	Number string    `json:"number" yaml:"number"`
	How    string    `json:"how" yaml:"how"`
	Income string    `json:"income" yaml:"income"`
	Basis  string    `json:"basis,omitempty" yaml:"basis"`
}

// RecordsUntil is the last day on which the records of a grant of a fiscal year are kept; "" where none are asked for.
func (d *Definition) RecordsUntil(fiscalYear int) string {
	if d.Aftercare.Records == nil || d.Retention.Adopted == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-03-31", fiscalYear+1+d.Retention.Adopted)
}

// aftercare checks what is asked after the last payment.
func (c *compiler) aftercare() {
	if r := c.p.Aftercare.Records; r != nil {
		c.both("aftercare.records.title", r.Title)
		c.basis("aftercare.records", r.Basis)
	}
	a := c.p.Aftercare.Assets
	if a == nil {
		return
	}
	at := "aftercare.assets"
	c.both(at+".title", a.Title)
	c.basis(at, a.Basis)
	if s := c.p.spots[a.Field]; s == nil || s.field.Kind != form.KindTable {
		c.fail(at+".field", say("lint.no_table", "a", a.Field), "")
	}
	c.payForm(at, a.Form, map[string]string{"amount": a.Income}, map[string]form.Kind{"amount": form.KindYen})
	for part, key := range map[string]string{"number": a.Number, "how": a.How} {
		if s := c.p.spots[key]; s == nil || s.form != a.Form {
			c.fail(at+"."+part, say("lint.not_in_form", "a", key, "b", a.Form), "")
		}
	}
}
