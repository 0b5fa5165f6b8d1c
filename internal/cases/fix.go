package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// A small mistake need not go back as a return: an officer types what is right and why, the body sees both side by side and agrees or not
// (職権訂正, casework.md row 32). Only its consent changes the answers, and the application is judged anew.

// Fix is a correction an office proposes of what the body answered.
type Fix struct {
	N      int                        `json:"n"`
	Office string                     `json:"office"`
	Person string                     `json:"person"`
	Name   string                     `json:"name"`
	Reason string                     `json:"reason"`
	Set    map[string]json.RawMessage `json:"set,omitempty"`
	Unset  []string                   `json:"unset,omitempty"`
	Was    map[string]json.RawMessage `json:"was,omitempty"` // of the named fields when it was proposed
	At     time.Time                  `json:"at"`
	State  string                     `json:"state"` // one of the states
	By     string                     `json:"by,omitempty"`
	Answer string                     `json:"answer,omitempty"` // why it was refused
	Done   time.Time                  `json:"done,omitzero"`
}

// States of a proposed correction.
const (
	FixOpen      = "open"
	FixAgreed    = "agreed"
	FixRefused   = "refused"
	FixWithdrawn = "withdrawn"
	FixVoid      = "void" // what it was to correct changed meanwhile, or the case went on
)

// Keys are the fields it names, in no order.
func (x *Fix) Keys() []string {
	keys := slices.Clone(x.Unset)
	for key := range x.Set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Fix is the correction that waits for the body, or nil.
func (c *Case) Fix() *Fix {
	if n := len(c.Fixes); n > 0 && c.Fixes[n-1].State == FixOpen {
		return &c.Fixes[n-1]
	}
	return nil
}

// Stale reports whether a proposal no longer holds: a field it names was changed, or the case is not where corrections are made.
func (c *Case) Stale(x *Fix) bool {
	for _, key := range x.Keys() {
		if !bytes.Equal(c.Raw[key], x.Was[key]) {
			return true
		}
	}
	return !c.underCheck()
}

// underCheck reports whether the application is with a desk that checks it: nothing was drafted or scored on it yet.
func (c *Case) underCheck() bool {
	_, scored := c.Judging()
	return !c.Ended && c.Erased == "" && (c.Holder == "branch" || c.Holder == "officer") && (c.Phase == 1 || c.Phase == 2) && c.Correction() == nil &&
		c.Proposal == nil && c.Decided == 0 && scored == 0 && c.ScoresHash == "" && len(c.Held) == 0
}

// MayFix reports whether the hat may propose a correction now: the desk that has the case.
func (c *Case) MayFix(who account.Who) bool {
	return c.underCheck() && (c.Holder == "branch" && who.Is(account.RoleBranch) && c.Side(who) == SideBranch ||
		c.Holder == "officer" && who.Is(account.RoleOfficer) && c.Side(who) == SideHQ)
}

// Fixable are the questions an office can propose to correct: those of the application that it reads, but for files.
func (c *Case) Fixable(p *programme.Programme, who account.Who) []form.Field {
	var list []form.Field
	for _, f := range p.Fields("application") {
		if f.Kind != form.KindFile && f.Kind != form.KindBank && !f.ReadOnly && c.Sees(who, f.Visibility) && p.Shown(f, c.Answers()) != programme.No {
			list = append(list, f)
		}
	}
	return list
}

// fixReason is the longest reason, in characters.
const fixReason = 400

// ProposeFix proposes other answers with a reason, which the body reads; it is told by mail. One proposal at a time; one that no longer
// holds ends with the new one. Faults: Invalid at a field, at fields (nothing differs) or reason; Conflict while one is open; Refused.
func (s *Store) ProposeFix(ctx context.Context, who account.Who, id string, inputs map[string]form.Input, reason string) error {
	if reason = jp.NFC(strings.TrimSpace(reason)); reason == "" {
		return fault.At("reason", "cases.reason_needed")
	} else if utf8.RuneCountInString(reason) > fixReason {
		return fault.At("reason", "cases.write.long", "n", fixReason)
	}
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !d.Case.MayFix(who) {
			return fault.New(fault.Refused, "cases.fix.not_now")
		}
		if open := d.Case.Fix(); open != nil && !d.Case.Stale(open) {
			return fault.New(fault.Conflict, "cases.fix.open")
		} else if open != nil {
			if err := d.endFix(*open, FixVoid, "", System.Name); err != nil {
				return err
			}
		}
		x := Fix{N: len(d.Case.Fixes) + 1, Office: who.Hat.Body, Person: who.Person, Name: who.Name, Reason: reason, At: d.now, State: FixOpen,
			Set: map[string]json.RawMessage{}, Was: map[string]json.RawMessage{}}
		if err := d.fixed(&x, inputs); err != nil {
			return err
		}
		if err := d.append("fix_proposed", Data{Fix: &x}); err != nil {
			return err
		}
		list, err := d.applicants("lg:" + d.Case.Org.Code)
		if err != nil {
			return err
		}
		return d.write(list, "fix_asked", "/work/cases/"+d.Case.ID, nil)
	})
	return err
}

// fixed reads the answers that are proposed and keeps those that differ.
func (d *draft) fixed(x *Fix, inputs map[string]form.Input) error {
	open := d.Case.Fixable(d.Programme, d.who)
	for key, in := range inputs {
		i := slices.IndexFunc(open, func(f form.Field) bool { return f.Key == key })
		if i < 0 {
			return fault.At("fields", "cases.field_closed")
		}
		value, answered, problems := typed(open[i], in)
		value, unknown, err := d.registered(open[i], value)
		if err != nil {
			return err
		}
		if problems = append(problems, unknown...); len(problems) > 0 {
			return &fault.Fault{Kind: fault.Invalid, Field: problems[0].Field, JA: problems[0].Message.JA, EN: problems[0].Message.EN}
		}
		now, has := d.Case.Answers()[key]
		if has == answered && (!has || form.Equal(now, value)) {
			continue
		}
		if was, ok := d.Case.Raw[key]; ok {
			x.Was[key] = was
		}
		if !answered {
			x.Unset = append(x.Unset, key)
			continue
		}
		if x.Set[key], err = json.Marshal(value); err != nil {
			return err
		}
	}
	slices.Sort(x.Unset)
	if len(x.Set)+len(x.Unset) == 0 {
		return fault.At("fields", "cases.fix.same")
	}
	return nil
}

// endFix appends the end of a proposal.
func (d *draft) endFix(x Fix, state, answer, by string) error {
	x.State, x.Answer, x.By, x.Done = state, answer, by, d.now
	return d.append("fix_"+state, Data{Fix: &x})
}

// AnswerFix is the body's answer to proposal n: with its consent the answers change and the application is judged anew. In a body of two
// steps the approver consents. A proposal that no longer holds ends void, and the fault says so (Conflict).
func (s *Store) AnswerFix(ctx context.Context, who account.Who, id string, n int, agree bool, reason string) error {
	reason = jp.NFC(strings.TrimSpace(reason))
	void := false
	_, err := s.change(ctx, who, id, func(d *draft) error {
		void = false
		if !d.own() || who.Enters() {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		x := d.Case.Fix()
		switch {
		case x == nil || x.N != n:
			return fault.New(fault.Conflict, "cases.fix.gone")
		case d.Case.Stale(x):
			void = true
			return d.endFix(*x, FixVoid, "", System.Name)
		case !agree && reason == "":
			return fault.At("reason", "cases.reason_needed")
		case !agree && utf8.RuneCountInString(reason) > fixReason:
			return fault.At("reason", "cases.write.long", "n", fixReason)
		case agree && d.Case.TwoStep && !who.Is(account.RoleApprover):
			return fault.New(fault.Refused, "cases.fix.approver")
		}
		kind := "fix_refused"
		var err error
		if agree {
			kind, err = "fix_agreed", d.agreeFix(*x)
		} else {
			err = d.endFix(*x, FixRefused, reason, who.Name)
		}
		if err != nil {
			return err
		}
		list, err := d.addresses("holder")
		if err != nil {
			return err
		}
		return d.write(list, kind, "/desk/cases/"+d.Case.ID, nil)
	})
	if err == nil && void {
		return fault.New(fault.Conflict, "cases.fix.void")
	}
	return err
}

// agreeFix makes the correction part of the application.
func (d *draft) agreeFix(x Fix) error {
	agreed := d.agreeing()
	x.State, x.By, x.Done = FixAgreed, d.who.Name, d.now
	data := Data{Fix: &x, Set: x.Set, Unset: x.Unset}
	after := d.Case.clone()
	after.apply(&Event{Type: "fix_agreed", At: d.now, Data: data})
	if err := after.decode(d.Programme); err != nil {
		return err
	}
	e, err := d.evaluate(d.ctx, d.tx, after, d.Programme, "application", d.now)
	if err != nil {
		return err
	}
	data.Judged = judgedOf(e)
	if yen, ok := after.Asked(); ok {
		data.Requested = &yen
	}
	if err := d.append("fix_agreed", data); err != nil {
		return err
	}
	if err := d.seats(); err != nil {
		return err
	}
	return d.tellVoid(agreed)
}

// WithdrawFix takes a proposal back. Who: the office that made it.
func (s *Store) WithdrawFix(ctx context.Context, who account.Who, id string, n int) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		x := d.Case.Fix()
		if x == nil || x.N != n {
			return fault.New(fault.Conflict, "cases.fix.gone")
		}
		if x.Office != who.Hat.Body || !who.Is(account.RoleBranch, account.RoleOfficer) {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		return d.endFix(*x, FixWithdrawn, "", who.Name)
	})
	return err
}

// FixShifts lists what a proposal changes, before and after, in words.
func (c *Case) FixShifts(p *programme.Programme, l lang.Tag, x *Fix) []Shift {
	var list []Shift
	for _, f := range p.Fields("application") {
		if !slices.Contains(x.Keys(), f.Key) {
			continue
		}
		value := func(raw json.RawMessage) any {
			if v, err := plain(raw); raw != nil && err == nil {
				if out, answered, _ := f.FromJSON(v); answered {
					return out
				}
			}
			return nil
		}
		s := Shift{Key: f.Key, Label: f.Label}
		s.Before, s.After = form.FieldChange(f, l, value(x.Was[f.Key]), value(x.Set[f.Key]))
		list = append(list, s)
	}
	return list
}

// foldFix folds a proposal and what became of it.
func (c *Case) foldFix(d *Data) {
	c.Fixes = slices.Clone(c.Fixes)
	if n := len(c.Fixes); n > 0 && c.Fixes[n-1].N == d.Fix.N {
		c.Fixes[n-1] = *d.Fix
	} else {
		c.Fixes = append(c.Fixes, *d.Fix)
	}
	if d.Judged != nil {
		c.Evaluation = d.Judged
	}
	if d.Requested != nil {
		c.Requested = *d.Requested
	}
}
