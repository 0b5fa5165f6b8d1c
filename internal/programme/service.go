package programme

import (
	"slices"

	"kakehashi/internal/rule"
)

// Intake says whose desk may enter an application that came on paper or by mail (代行入力). Where a definition names no role, nobody's.
type Intake struct {
	By []string `json:"by" yaml:"by"` // R05, R06
}

// Questions is the thread beside the formal returns (照会): how many business days an answer is given unless the asker says otherwise.
type Questions struct {
	Days int `json:"days" yaml:"days"`
}

// Corrections says how officers correct what a body handed in (職権訂正): by whom, how long the body has to agree, and which questions
// hold nothing but wording, which an officer may put right without asking.
type Corrections struct {
	By    []string `json:"by" yaml:"by"`
	Days  int      `json:"days" yaml:"days"` // calendar days until a proposal lapses
	Typos []string `json:"typos,omitempty" yaml:"typos"`
}

// services checks the three.
func (c *compiler) services() {
	known := []string{"R05", "R06", "R07"}
	for at, roles := range map[string][]string{"intake.by": c.p.Intake.By, "corrections.by": c.p.Corrections.By} {
		for _, r := range roles {
			if !slices.Contains(known, r) {
				c.fail(at, r+" is no role of a desk", rule.Nearest(r, known))
			}
		}
	}
	if len(c.p.Corrections.By) > 0 && c.p.Corrections.Days <= 0 {
		c.fail("corrections.days", "say after how many days a proposal lapses", "")
	}
	for _, key := range c.p.Corrections.Typos {
		if s := c.p.spots[key]; s == nil || s.field.ReadOnly {
			c.fail("corrections.typos", "there is no field "+key, rule.Nearest(key, c.keys()))
		}
	}
}
