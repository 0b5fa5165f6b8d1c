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
	in.DecidedOn, _ = sent["decided_on"].(string)
	report, ok := sent["report"].(map[string]any)
	if !ok {
		return in, unreadable("report", "programme.report_wanted")
	}
	rows, bad := p.readReport(report)
	if bad != nil {
		return in, bad
	}
	in.Report = rows
	if answers, ok := sent["answers"].(map[string]any); ok {
		in.Answers, _, _ = p.Read("application", answers)
	}
	in.Confirmed, _ = sent["confirmed"].(map[string]any)
	return in, nil
}

// readReport reads the lines of the reported costs. Words may be missing, amounts not.
func (p *Programme) readReport(report map[string]any) ([]form.Row, *Unreadable) {
	for _, s := range p.tables {
		lines, ok := report[s.field.Key]
		if !ok || s.form != "report" {
			continue
		}
		at := "report." + s.field.Key
		list, ok := lines.([]any)
		if !ok {
			return nil, unreadable(at, "programme.rows_wanted")
		}
		for i, line := range list {
			if row, ok := line.(map[string]any); !ok || row["amount"] == nil && (row["qty"] == nil || row["unit"] == nil) {
				return nil, unreadable(fmt.Sprintf("%s[%d].amount", at, i), "programme.yen_wanted")
			}
		}
		value, _, problems := s.field.FromJSON(lines)
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
	return nil, unreadable("report", "programme.report_wanted")
}
