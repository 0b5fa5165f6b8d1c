// Package check verifies an assignment of a placement round (検算) from the round as it was sent, before anybody may publish it. It
// shares no code with package placement: it reads the JSON by itself, evaluates every hard rule again, counts seats, caps and country
// plans, looks for blocking pairs and coalitions, measures every objective, draws the lottery again and proves the optimality of
// the levels that are flows from the potentials of the certificate. The verb `place` and the board run it after every run.
package check

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// Text says one thing in Japanese and English.
type Text struct {
	JA string `json:"ja"`
	EN string `json:"en"`
}

// Fault is one thing that is wrong with an assignment.
type Fault struct {
	Kind    string `json:"kind"`
	At      string `json:"at"`
	Message Text   `json:"message"`
}

// Block is a person, or a couple, and the posts they prefer and that would take them.
type Block struct {
	People []string  `json:"people"`
	Posts  []*string `json:"posts"`
}

// Claim is what an answer says of itself; what is nil is not compared.
type Claim struct {
	Stable      *bool            `json:"stable"`
	Blocking    *int             `json:"-"`
	Objective   map[string]int64 `json:"-"`
	Commitment  string           `json:"commitment"`
	Certificate *Certificate     `json:"certificate"`
}

// Report is what the checker found.
type Report struct {
	Checked   bool             `json:"checked"` // nothing is wrong
	Faults    []Fault          `json:"faults"`
	Stable    bool             `json:"stable"`
	Blocks    int              `json:"blocks"`
	Blocking  []Block          `json:"blocking"`
	Objective map[string]int64 `json:"objective"`
	Proven    []string         `json:"proven"`  // levels whose optimality the certificate proves
	Relaxed   map[string]int64 `json:"relaxed"` // bound of the levels when couples are single people, when it is proven
}

// mostFaults is how many faults and blocks are written out.
const mostFaults = 200

func (r *Report) fault(kind, at, ja, en string, args ...any) {
	if len(r.Faults) < mostFaults {
		r.Faults = append(r.Faults, Fault{kind, at, Text{fmt.Sprintf(ja, args...), fmt.Sprintf(en, args...)}})
	}
}

// Verify checks an assignment by ids (nil for no post) and what the answer claims.
func (r *Round) Verify(named map[string]*string, claim Claim) *Report {
	rep := &Report{Faults: []Fault{}, Blocking: []Block{}, Objective: map[string]int64{}, Proven: []string{}}
	at := r.place(named, rep)
	r.feasible(at, rep)
	if len(rep.Faults) == 0 {
		s := r.seated(at)
		s.blocking(rep)
		r.measure(s, rep)
		r.claims(s, claim, rep)
	}
	rep.Checked = len(rep.Faults) == 0
	return rep
}

// place turns ids into indexes.
func (r *Round) place(named map[string]*string, rep *Report) []int {
	at := make([]int, len(r.people))
	for i := range at {
		at[i] = -1
		if _, there := named[r.people[i].id]; !there {
			rep.fault("missing", "assignment."+r.people[i].id, "配置の結果にこの人がありません。", "the assignment does not mention this person")
		}
	}
	ids := make([]string, 0, len(named))
	for id := range named {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		p, known := r.person[id]
		if !known {
			rep.fault("unknown", "assignment."+id, "この人は入力にありません。", "this person is not in the round")
			continue
		}
		if named[id] == nil {
			continue
		}
		o, known := r.post[*named[id]]
		if !known {
			rep.fault("unknown", "assignment."+id, "求人「%s」は入力にありません。", "there is no post %s", *named[id])
			continue
		}
		at[p] = o
	}
	return at
}

// feasible checks everything that must hold: rules, locks, seats, caps, country plans, couples.
func (r *Round) feasible(at []int, rep *Report) {
	seats, region := make([]int, len(r.posts)), make([]int, len(r.regions))
	plan := make([]int, len(r.quotas))
	for p, o := range at {
		person := &r.people[p]
		if person.lock >= 0 && o != person.lock {
			rep.fault("lock", "assignment."+person.id, "固定された配置が守られていません。", "the lock is not kept")
		}
		if o < 0 {
			continue
		}
		if code := r.broken(p, o); code != "" && person.lock != o {
			rep.fault("rule", "assignment."+person.id, "求人%[2]sは必須条件%[1]sに反します。", "post %[2]s breaks hard rule %[1]s", code, r.posts[o].id)
		}
		seats[o]++
		for g := r.posts[o].region; g >= 0; g = r.regions[g].parent {
			region[g]++
		}
		for i, q := range r.quotas {
			if q.covers(person) {
				plan[i]++
			}
		}
	}
	for o, n := range seats {
		if n > r.posts[o].seats {
			rep.fault("seats", "posts."+r.posts[o].id, "%d人の求人に%d人が配置されています。", "%d seats hold %d people", r.posts[o].seats, n)
		}
	}
	for g, n := range region {
		if limit := r.regions[g].limit; limit >= 0 && n > limit {
			rep.fault("cap", "regions."+r.regions[g].id, "上限%d人の地域に%d人が配置されています。", "a cap of %d holds %d people", limit, n)
		}
	}
	for i, n := range plan {
		if n > r.quotas[i].Max {
			rep.fault("quota", fmt.Sprintf("quotas[%d]", i), "国別の計画%d人に対し%d人が配置されています。", "a plan of %d holds %d people", r.quotas[i].Max, n)
		}
	}
	for i := range r.couples {
		c := &r.couples[i]
		if a, b := at[c.a], at[c.b]; (a >= 0 || b >= 0) && c.rank(a, b) < 0 && !r.pinned(c.a, at) && !r.pinned(c.b, at) {
			rep.fault("couple", fmt.Sprintf("couples[%d]", c.input), "二人が離れて配置されています。", "the couple is apart")
		}
	}
}

// pinned says whether somebody does not move: locked, or a re-contract that has its place. A couple may be apart only by such a member.
func (r *Round) pinned(p int, at []int) bool {
	person := &r.people[p]
	return person.lock >= 0 || person.jet != nil && person.jet.contract != "" && at[p] >= 0
}

// claims compares what the answer says of itself with what was found.
func (r *Round) claims(s *seated, claim Claim, rep *Report) {
	if claim.Stable != nil && *claim.Stable != rep.Stable {
		rep.fault("claim", "stable", "安定しているかどうかの表示が実際と違います。", "what is said about stability is wrong")
	}
	if claim.Blocking != nil && *claim.Blocking != rep.Blocks {
		rep.fault("claim", "blocking", "不満の組は%d件と示されていますが、%d件あります。", "%d blocking pairs are claimed, there are %d", *claim.Blocking, rep.Blocks)
	}
	names := make([]string, 0, len(claim.Objective))
	for name := range claim.Objective {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if found, known := rep.Objective[name]; !known || found != claim.Objective[name] {
			rep.fault("claim", "objective."+name, "目的「%s」は%dと示されていますが、%dです。", "%s is claimed to be %d and is %d", name, claim.Objective[name], found)
		}
	}
	if claim.Commitment != "" {
		seed, _ := hex.DecodeString(r.seed)
		if sum := sha256.Sum256(seed); hex.EncodeToString(sum[:]) != claim.Commitment {
			rep.fault("claim", "commitment", "公表した値と種が合いません。", "the seed does not fit the commitment")
		}
	}
	if claim.Certificate != nil {
		r.prove(s, claim.Certificate, rep)
	}
}
