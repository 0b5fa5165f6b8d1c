package programme

import (
	"encoding/json"
	"fmt"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
)

// Read turns answers as JSON (or as people type them) into canonical values with their problems. A key that was sent empty is there with
// the value nil: asked and left empty. Keys no field has are named in unknown.
func (p *Programme) Read(formID string, sent map[string]any) (answers form.Answers, problems []form.Problem, unknown []string) {
	answers, problems, unknown = form.Read(p.fields, sent)
	for key := range sent {
		if _, ok := p.spots[key]; ok && answers[key] == nil && !problemAt(problems, key) {
			answers[key] = nil
		}
	}
	kept := problems[:0]
	for _, x := range problems {
		if s := p.spotOf(x.Field); s == nil || s.form == formID {
			kept = append(kept, x)
		}
	}
	return answers, kept, unknown
}

// spotOf finds the field a problem's path begins with.
func (p *Programme) spotOf(path string) *spot {
	var best *spot
	for _, s := range p.order {
		if under(path, s.field.Key) && (best == nil || len(s.field.Key) > len(best.field.Key)) {
			best = s
		}
	}
	return best
}

func problemAt(problems []form.Problem, key string) bool {
	for _, x := range problems {
		if under(x.Field, key) {
			return true
		}
	}
	return false
}

// under reports whether a path is a field or part of it.
func under(path, key string) bool {
	return len(path) >= len(key) && path[:len(key)] == key && (len(path) == len(key) || path[len(key)] == '[' || path[len(key)] == '.')
}

// Unreadable is input of an evaluation that cannot be used: where, and why.
type Unreadable struct {
	At      string
	Message lang.Text
}

func (u *Unreadable) Error() string { return u.At + ": " + u.Message.EN }

func unreadable(at, key string, args ...any) *Unreadable {
	return &Unreadable{At: at, Message: words(key, args...)}
}

// ReadPast reads one earlier case: programme, fiscal_year, state, org, answers and optionally number, title, requested.
func ReadPast(m map[string]any) (Past, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return Past{}, err
	}
	var past Past
	if err := json.Unmarshal(b, &past); err != nil {
		return Past{}, fmt.Errorf("an earlier case cannot be read: %w", err)
	}
	return past, nil
}

// settleFields read the numbers of a settlement.
func yen(at string, x any) (int64, *Unreadable) {
	if shape := ShapeOf(x); shape == ShapeList || shape == ShapeObject || shape == ShapeBool {
		return 0, &Unreadable{At: at, Message: WrongShape(at, ShapeNumber, shape)}
	}
	f := form.Field{Key: at, Kind: form.KindYen}
	v, answered, problems := f.FromJSON(x)
	if len(problems) > 0 {
		return 0, &Unreadable{At: problems[0].Field, Message: problems[0].Message}
	}
	n, ok := v.(int64)
	if answered && !ok {
		return 0, unreadable(at, "programme.yen_wanted")
	}
	return n, nil
}

// ReadSettle reads a settlement as JSON: decided, report (the lines of the reported costs under the key of their table), advance_paid,
// and optionally answers, org, confirmed, planned and decided_on.
func (p *Programme) ReadSettle(sent map[string]any) (SettleInput, *Unreadable) {
	var in SettleInput
	if sent["decided"] == nil {
		return in, unreadable("decided", "programme.decided_wanted")
	}
	for at, into := range map[string]*int64{"decided": &in.Decided, "advance_paid": &in.Advance, "planned": &in.Planned} {
		n, bad := yen(at, sent[at])
		if bad != nil {
			return in, bad
		}
		*into = n
	}
	if x := sent["decided_on"]; x != nil {
		day, ok := x.(string)
		if !ok {
			return in, &Unreadable{At: "decided_on", Message: WrongShape("decided_on", ShapeText, ShapeOf(x))}
		}
		in.DecidedOn = day
	}
	rows, bad := p.readReport(sent)
	if bad != nil {
		return in, bad
	}
	in.Report = rows
	answers, bad := objectAt(sent, "answers")
	if bad != nil {
		return in, bad
	}
	if answers != nil {
		in.Answers, _, _ = p.Read("application", answers)
	}
	in.Confirmed, bad = objectAt(sent, "confirmed")
	if bad != nil {
		return in, bad
	}
	org, bad := objectAt(sent, "org")
	for name, into := range map[string]*string{"type": &in.Org.Type, "code": &in.Org.Code} {
		if x, ok := org[name].(string); ok || org[name] == nil {
			*into = x
		} else if bad == nil {
			bad = &Unreadable{At: "org." + name, Message: WrongShape("org."+name, ShapeText, ShapeOf(org[name]))}
		}
	}
	if bad != nil {
		return in, bad
	}
	return in, nil
}

// readReport reads the lines of the reported costs. Words may be missing, amounts not.
func (p *Programme) readReport(sent map[string]any) ([]form.Row, *Unreadable) {
	s, list, at, bad := p.linesOf(sent)
	if bad != nil || s == nil {
		return nil, bad
	}
	for i, line := range list {
		if bad := rowAt(at, i, line); bad != nil {
			return nil, bad
		}
	}
	value, _, problems := s.field.FromJSON(list)
	for _, x := range problems {
		if x.Code != form.CodeRequired && x.Code != form.CodeTooMany && x.Code != form.CodeTooFew {
			return nil, &Unreadable{At: "report." + x.Field, Message: x.Message}
		}
	}
	rows := form.Rows(value)
	for i, row := range rows {
		if _, ok := form.Amount(row); !ok {
			return nil, unreadable(fmt.Sprintf("%s[%d].amount", at, i), "programme.yen_wanted")
		}
	}
	if len(rows) != len(list) {
		return nil, unreadable(at, "programme.rows_wanted")
	}
	return rows, nil
}
