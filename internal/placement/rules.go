package placement

import (
	"slices"
	"strings"
)

// Rule is a hard rule as a bit; a pair of person and post is possible when no bit is set.
type Rule uint16

// The hard rules. Capacity, caps and quotas (H7), couples (H9) and locks (H12) bind the whole, not a pair.
const (
	RuleType       Rule = 1 << iota // H1 type and language
	RuleNation                      // H2 nationality
	RuleLicence                     // H3
	RuleJapanese                    // H4
	RuleMedical                     // H5 hospital, accessibility
	RuleHousing                     // H6 pet, family
	RuleContract                    // H8 re-contract
	RuleGroup                       // H10 arrival group
	RuleExclude                     // H11 veto, recorded conflict
	RuleLock                        // H12 locked elsewhere
	RuleList                        // list form: not on the person's list
	RuleAcceptance                  // list form: not on the post's list
)

// ruleNames are code and words of each rule, in the order of the bits.
var ruleNames = []struct {
	Code string
	Text
}{
	{"H1", Text{"職種・言語", "type and language"}},
	{"H2", Text{"国籍", "nationality"}},
	{"H3", Text{"運転免許", "driver's licence"}},
	{"H4", Text{"日本語の水準", "level of Japanese"}},
	{"H5", Text{"通院・設備", "hospital or accessibility"}},
	{"H6", Text{"住居（ペット・家族）", "housing (pet, family)"}},
	{"H8", Text{"再任用は同じ任用団体に限る", "a re-contract stays with its organisation"}},
	{"H10", Text{"来日グループ", "arrival group"}},
	{"H11", Text{"除外された組合せ", "excluded pair"}},
	{"H12", Text{"固定された配置", "locked placement"}},
	{"list", Text{"本人の希望にない", "not on the person's list"}},
	{"acceptance", Text{"求人の受入れ順にない", "not on the post's list"}},
}

// Codes lists the rules of a mask: H3, H4.
func (r Rule) Codes() []string {
	var codes []string
	for i, n := range ruleNames {
		if r&(1<<i) != 0 {
			codes = append(codes, n.Code)
		}
	}
	return codes
}

// words says the rules of a mask in both languages.
func (r Rule) words() Text {
	var ja, en []string
	for i, n := range ruleNames {
		if r&(1<<i) != 0 {
			ja, en = append(ja, n.JA), append(en, n.EN)
		}
	}
	return Text{strings.Join(ja, "、"), strings.Join(en, ", ")}
}

// broken says which rules between attributes a pair breaks; exclusions and locks are added by the market.
func (r *Round) broken(p *Profile, o int) Rule {
	q := r.Posts[o].Request
	var mask Rule
	if p.Type != q.Type || !p.speaks(q) {
		mask |= RuleType
	}
	if len(q.Nationality) > 0 && !slices.Contains(q.Nationality, p.Nationality) {
		mask |= RuleNation
	}
	if q.Licence > r.licence(p) {
		mask |= RuleLicence
	}
	if p.Japanese < q.Japanese {
		mask |= RuleJapanese
	}
	if p.Hospital && !q.Hospital || p.Accessible && !q.Accessible {
		mask |= RuleMedical
	}
	if p.Pet && !q.Pet || p.Family && !q.Family {
		mask |= RuleHousing
	}
	if p.Group != "" && q.Group != "" && p.Group != q.Group {
		mask |= RuleGroup
	}
	if p.Contract != "" {
		// A person who stays was accepted there before: only type and organisation bind.
		mask &= RuleType
		if p.Contract != q.Org {
			mask |= RuleContract
		}
	}
	if len(p.Veto) > 0 && (slices.Contains(p.Veto, q.Org) || slices.Contains(p.Veto, r.Posts[o].ID)) {
		mask |= RuleExclude
	}
	return mask
}

// speaks says whether the language (or sport) the post asks for is there, at its level.
func (p *Profile) speaks(q *Request) bool {
	if q.Language == "" || p.Sport == q.Language {
		return true
	}
	level, ok := p.Languages[q.Language]
	return ok && level >= q.Level
}

// licence as it counts in this round.
func (r *Round) licence(p *Profile) int {
	if p.Licence == licenceWillGet {
		if r.Config.WillGet {
			return licenceAT
		}
		return 0
	}
	return p.Licence
}

// met counts the criteria a person meets.
func (r *Round) met(c *Criteria, p *Profile, q *Request) int {
	n := 0
	if slices.Contains(c.Nationality, p.Nationality) {
		n++
	}
	if c.Japanese > 0 && p.Japanese >= c.Japanese {
		n++
	}
	if c.Licence > 0 && r.licence(p) >= c.Licence {
		n++
	}
	if c.Area && p.Area != "" && p.Area == q.Area {
		n++
	}
	return n
}

// all counts the criteria there are.
func (c *Criteria) all() int {
	n := 0
	for _, there := range []bool{len(c.Nationality) > 0, c.Japanese > 0, c.Licence > 0, c.Area} {
		if there {
			n++
		}
	}
	return n
}

// sister says whether the post's body has a tie with the person's home.
func sister(p *Profile, q *Request) bool {
	return p.Home != "" && slices.Contains(q.Sister, p.Home)
}
