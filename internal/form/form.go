// Package form knows what a question is: its kind, its limits, how what a person typed becomes a value and which problems it
// has. It knows no HTML and no programme. Sections of fields come from programme definitions.
package form

import (
	"kakehashi/internal/lang"
)

// Kind is a domain type of a field (domain.md §4.0.2), not a storage type.
type Kind string

// The kinds, and the Go type of their canonical value in Answers.
const (
	KindText    Kind = "text"        // string, one line, ≤ Max code points after NFC
	KindLong    Kind = "long"        // string, several lines
	KindInt     Kind = "int"         // int64
	KindDecimal Kind = "decimal"     // float64, multiples of Step
	KindYen     Kind = "yen"         // int64 yen, 0..999,999,999,999
	KindDate    Kind = "date"        // string "2027-04-01"
	KindPeriod  Kind = "period"      // Period
	KindTime    Kind = "time"        // string "14:30"
	KindBool    Kind = "bool"        // bool
	KindOne     Kind = "one"         // string: the option's value as printed in the definition
	KindMany    Kind = "many"        // []string
	KindCountry Kind = "country"     // string, ISO 3166-1 alpha-2
	KindRegion  Kind = "region"      // string
	KindOrg     Kind = "org"         // Org
	KindPerson  Kind = "person"      // Person
	KindEmail   Kind = "email"       // string
	KindTel     Kind = "tel"         // string
	KindURL     Kind = "url"         // string
	KindFile    Kind = "file"        // []File
	KindTable   Kind = "table"       // []Row, columns in Field.Columns
	KindMoney   Kind = "money_table" // []Row, columns item,detail,where,qty,unit,amount,eligible,reason (+ report columns)
	KindCode    Kind = "code"        // string: a 6-digit local-government code with its check digit
	KindTextInt Kind = "text_int"    // TextInt: the compound "long+int" of the spec
	KindBank    Kind = "bank"        // Bank; shown to finance (R08) and the body itself only
)

// Field is one question. Label, Help and option labels are in both languages; RequiredIf and ShowIf are CEL over the answers.
type Field struct {
	Key        string      `json:"key" yaml:"key"`
	Kind       Kind        `json:"kind" yaml:"kind"`
	Label      lang.Text   `json:"label" yaml:"label"`
	Help       lang.Text   `json:"help,omitzero" yaml:"help"`
	Required   bool        `json:"required,omitempty" yaml:"required"`
	RequiredIf string      `json:"requiredIf,omitempty" yaml:"requiredIf"`
	ShowIf     string      `json:"showIf,omitempty" yaml:"showIf"`
	Options    []Option    `json:"options,omitempty" yaml:"options"`
	Min        *int64      `json:"min,omitempty" yaml:"min"` // smallest number, or shortest text in code points
	Max        *int64      `json:"max,omitempty" yaml:"max"` // largest number, or longest text
	Step       float64     `json:"step,omitempty" yaml:"step"`
	Of         Kind        `json:"of,omitempty" yaml:"of"`           // of a many: KindCountry when its choices are country codes
	Ordered    bool        `json:"ordered,omitempty" yaml:"ordered"` // of a many: which is first, second … is part of the answer, and asked so
	MinRows    int         `json:"minRows,omitempty" yaml:"minRows"` // rows of a table, choices of a many, files of a file
	MaxRows    int         `json:"maxRows,omitempty" yaml:"maxRows"`
	Columns    []Field     `json:"columns,omitempty" yaml:"columns"`
	Files      *FileLimits `json:"files,omitempty" yaml:"files"`
	Prefill    string      `json:"prefill,omitempty" yaml:"prefill"`       // org.name, org.code, org.head … filled from the register
	ReadOnly   bool        `json:"readOnly,omitempty" yaml:"readOnly"`     // shown, never asked (taken from the register)
	Public     bool        `json:"public,omitempty" yaml:"public"`         // appears in the adopted-projects list
	Visibility string      `json:"visibility,omitempty" yaml:"visibility"` // "" all who see the case · "hq" · "finance" · "contact" (hidden from the committee)
	Excel      string      `json:"excel,omitempty" yaml:"excel"`           // name of the form of which this table is the sheet (様式1-2)
}

// Option is one choice of a one or many: Value is what is stored and exported (the Japanese word as printed in the definition).
type Option struct {
	Value string    `json:"value" yaml:"value"`
	Label lang.Text `json:"label,omitzero" yaml:"label"`
}

// FileLimits bound a file question: kinds by extension, megabytes each and together, number.
type FileLimits struct {
	Kinds   []string `json:"kinds" yaml:"kinds"`
	MaxMB   int      `json:"maxMB" yaml:"maxMB"`
	TotalMB int      `json:"totalMB" yaml:"totalMB"`
}

// Section is one page of a form.
type Section struct {
	ID     string    `json:"id" yaml:"id"`
	Title  lang.Text `json:"title" yaml:"title"`
	Lead   lang.Text `json:"lead,omitzero" yaml:"lead"`
	Fields []Field   `json:"fields" yaml:"fields"`
}

// Answers are canonical values by field key. A key that is absent is unanswered. JSON form: domain.md "JSON of the domain types".
type Answers map[string]any

// Row is one row of a table, canonical values by column key.
type Row = map[string]any

// Period is two dates, both inclusive, From ≤ To.
type Period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Org names an organisation; Code is the six-digit local-government code or the register's id; Confirmed by its own user.
type Org struct {
	Type      string `json:"type"`
	Code      string `json:"code,omitempty"`
	Name      string `json:"name,omitempty"`
	Confirmed bool   `json:"confirmed,omitempty"`
}

// Person is a contact.
type Person struct {
	Name  string `json:"name"`
	Kana  string `json:"kana,omitempty"`
	Title string `json:"title,omitempty"`
	Email string `json:"email,omitempty"`
	Tel   string `json:"tel,omitempty"`
}

// File is a stored attachment: ID in package blob, SHA256 in hex.
type File struct {
	ID     string `json:"id,omitempty"`
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// TextInt is the compound of a description and a number.
type TextInt struct {
	Text string `json:"text"`
	N    int64  `json:"n"`
}

// Bank is an account for payment; HolderKana in half- or full-width katakana as on the passbook.
type Bank struct {
	Code       string `json:"code"`   // 4 digits
	Branch     string `json:"branch"` // 3 digits
	Kind       string `json:"kind"`   // 普通 | 当座
	Number     string `json:"number"` // 7 digits
	HolderKana string `json:"holder_kana"`
}

// Problem is one thing to mend, at the field (and row and column) it concerns.
// Field is a path as in the JSON contract: "cost.lines[2].amount".
type Problem struct {
	Field   string    `json:"field"`
	Code    string    `json:"code"` // rule id such as M-C-05, or a form code such as required, too_long
	Message lang.Text `json:"message"`
}
