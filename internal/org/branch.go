package org

import (
	"context"

	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// A Branch is one of the branches (支部): a prefecture's, or a designated city's for that city alone.
type Branch struct {
	// Code is two digits ("17") or the city's code ("141003"); a hat wears it as "branch:17".
	Code string
	// Body is the code of the government that runs it.
	Body string
	Name lang.Text
	// Area is the name of the prefecture or city it looks after.
	Area lang.Text
	// Prefecture is the two-digit code of the prefecture it lies in; Designated tells a designated city's branch.
	Prefecture string
	Designated bool
	// Section is the division of the government that runs it (担当課); with its address, telephone and mail where they are recorded.
	Section, Address, Phone, Mail string
}

// Sees reports whether papers of the body pass this branch. The prefecture's branch does not see the designated city's.
func (b Branch) Sees(body Body) bool { return body.Branch != "" && body.Branch == b.Code }

func branchFrom(b Body) Branch {
	return Branch{Code: b.Branch, Body: b.Code, Prefecture: b.Prefecture, Designated: b.Type == "designated_city",
		Name: lang.Text{JA: b.Name + "支部", EN: b.English + " Branch"}, Area: lang.Text{JA: b.Name, EN: b.English}}
}

// Branches lists the branches of today in order of their codes, each prefecture before its cities.
func (s *Store) Branches(ctx context.Context) ([]Branch, error) {
	bodies, err := s.bodies(ctx, s.d.Read(), s.today(), ` WHERE o.type IN ('prefecture', 'designated_city') AND o.valid_to = '' ORDER BY o.code`)
	if err != nil {
		return nil, err
	}
	recorded, err := shared[BranchRow](ctx, s, kindBranch)
	list := make([]Branch, len(bodies))
	for i, b := range bodies {
		list[i] = branchFrom(b).with(recorded)
	}
	return list, err
}

// Branch returns one branch; fault.Missing when there is none of that code.
func (s *Store) Branch(ctx context.Context, code string) (Branch, error) {
	where := ` WHERE o.type = 'designated_city' AND o.code = $2`
	if len(code) == 2 {
		where = ` WHERE o.type = 'prefecture' AND o.prefecture = $2`
	}
	if !readableCode(code) {
		return Branch{}, fault.New(fault.Missing, "org.branch_missing", "code", "")
	}
	day := s.today()
	return keep(s, "branch "+day+" "+code, func() (Branch, error) {
		bodies, err := s.bodies(ctx, s.d.Read(), day, where, code)
		if err != nil {
			return Branch{}, err
		}
		if len(bodies) == 0 {
			return Branch{}, fault.New(fault.Missing, "org.branch_missing", "code", code)
		}
		recorded, err := shared[BranchRow](ctx, s, kindBranch)
		return branchFrom(bodies[0]).with(recorded), err
	})
}

// BranchOf returns the branch a body's papers pass; ok is false for a body without one, whose papers go to headquarters.
func (s *Store) BranchOf(ctx context.Context, b Body) (branch Branch, ok bool, err error) {
	if b.Branch == "" {
		return Branch{}, false, nil
	}
	branch, err = s.Branch(ctx, b.Branch)
	return branch, err == nil, err
}
