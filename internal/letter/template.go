package letter

import "kakehashi/internal/lang"

// Template is the template of one official letter, as a programme's definition holds it. Texts hold {name} placeholders from
// the closed list of letter facts (see Facts); the linter of definitions asks Check.
type Template struct {
	ID         string         `json:"id" yaml:"id"` // L02
	Title      lang.Text      `json:"title" yaml:"title"`
	Numbered   bool           `json:"numbered" yaml:"numbered"` // takes a 文書番号 from the register when issued
	To         string         `json:"to" yaml:"to"`             // applicant | hq (支部進達書)
	From       string         `json:"from" yaml:"from"`         // hq | branch | desk: the branch when the fact desk is branch, else hq
	Body       []string       `json:"body" yaml:"body"`
	Items      []TemplateItem `json:"items,omitempty" yaml:"items"`
	Conditions []string       `json:"conditions,omitempty" yaml:"conditions"`
}

// TemplateItem is one numbered fact under 記. When names a fact or list that must be given ("remarks"), or with ! one that must
// be absent ("!remarks"); Calc is a small line under the value.
type TemplateItem struct {
	Label string `json:"label" yaml:"label"`
	Value string `json:"value" yaml:"value"`
	Calc  string `json:"calc,omitempty" yaml:"calc"`
	List  string `json:"list,omitempty" yaml:"list"` // a numbered list: conditions, or one of Lists
	When  string `json:"when,omitempty" yaml:"when"`
}
