package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/programme"
)

// EffectIDs are the effects a move can have; "letter:", "demand:" (a letter that goes
// out when the move demands money back), "outcome:", "clear:" and "holder:" (who is to act next, where the state does not tell) take an
// argument. The linter knows them.
func EffectIDs() []string {
	return slices.Concat(moneyEffects, []string{"receive", "asked", "unasked", "clock.start", "clock.stop", "letter:", "outcome:", "clear:", "freeze_scores", "decide",
		"apply_change", "demand:", "extend", "as_handed_in", "proceed:", "answered", "conclude:", "holder:"})
}

func day(t time.Time) string { return jp.Date(t) }

// effects works out everything the move brings about, but letters, into data and the ledger.
func (d *draft) effects(m *programme.Move, data *Data, act Act, ready *ready) error {
	if ready.form != "" {
		data.Form, data.Handed = ready.form, d.heldOf(ready.form)
		if data.Phase > 0 || d.Case.Number != "" {
			data.Judged = judgedOf(ready.evaluation)
		}
		if data.Form == "application" && data.Phase > 0 {
			if n, err := d.count(handedInSeries(d.Case)); err != nil {
				return err
			} else if n != ready.others+1 {
				return errOtherCase
			}
		}
		if v, ok := d.Case.Asked(); ok && ready.form == "application" && d.Case.Number != "" {
			data.Requested = &v // a correction may ask for another sum
		}
	}
	for _, e := range m.Effects {
		name, arg, _ := strings.Cut(e, ":")
		if err := d.effect(name, arg, data, act); err != nil {
			return err
		}
	}
	return nil
}

func (d *draft) effect(name, arg string, data *Data, act Act) error {
	c := d.Case
	switch name {
	case "receive":
		return d.receive(data, act)
	case "asked":
		data.Asked = "set"
	case "unasked":
		data.Asked = "clear"
	case "holder":
		data.Holder = arg
	case "clock.start":
		if data.Phase == 2 { // the processing period is HQ's: not the branch's days, and over with the decision
			data.Clock = "start"
		}
	case "clock.stop":
		data.Clock = "stop"
	case "outcome":
		data.Outcome = arg
	case "freeze_scores":
		data.Freeze = scoresHash(c.Members)
	case "decide":
		amount := c.Proposal.Amount
		data.Decided, data.DecidedOn, data.Conditions = &amount, day(d.now), c.Proposal.Conditions
		data.WithdrawBy = jp.AddDays(data.DecidedOn, d.Programme.Deadlines.WithdrawDays)
	case "apply_change":
		d.applyChange(data)
	case "extend":
		data.Extended = act.Needs.Due
	case "as_handed_in":
		d.takeBack(data)
	case "clear":
		data.Unset = append(data.Unset, d.keysOf(arg)...)
	case "proceed":
		return d.proceed(arg, data, act)
	case "answered":
		d.stated(data)
	case "conclude":
		d.conclude(arg, data)
	case "letter", "demand":
	default:
		if slices.Contains(moneyEffects, name) {
			return d.money(name, data, act)
		}
		return fmt.Errorf("case %s: effect %q is not known", c.ID, name)
	}
	return nil
}

// receive takes the application in: number, arrival, the amount asked for.
func (d *draft) receive(data *Data, act Act) error {
	at := arrived(act, d.now)
	data.Arrived = &at
	if v, ok := d.Case.Asked(); ok {
		data.Requested = &v
	}
	if d.Case.Number != "" {
		return nil
	}
	series := d.series()
	n, err := d.count(series)
	if err != nil {
		return err
	}
	if data.Number = fmt.Sprintf("%s-%05d", series, n); d.Case.Demo {
		data.Number = fmt.Sprintf("%s%04d", series, n)
	}
	return nil
}

// series of an application's numbers.
func (d *draft) series() string {
	series := fmt.Sprintf("%s-%d", d.Programme.Number, d.Case.FiscalYear)
	if d.Case.Demo {
		series += "-S" // the demonstration never uses up a real number
	}
	return series
}

// countBoth takes the next numbers of two series; they are there once the batch has run.
func countBoth(batch *db.Batch, a, b string) (numbers map[string]int64) {
	numbers = map[string]int64{}
	// Asked for behind the change, whose lock holds until the transaction ends: what a change itself returns SQLite copies first.
	batch.Add(`INSERT INTO case_counters (series, n) VALUES ($1, 1), ($2, 1) ON CONFLICT (series) DO UPDATE SET n = case_counters.n + 1`, a, b)
	batch.Query(func(r db.Row) error {
		var series string
		var n int64
		err := r.Scan(&series, &n)
		numbers[series] = n
		return err
	}, `SELECT series, n FROM case_counters WHERE series IN ($1, $2)`, a, b)
	return numbers
}

// count takes the next number of a series. It is taken back when the transaction fails, so a series has no gaps.
func (d *draft) count(series string) (int64, error) {
	if n, ok := d.numbers[series]; ok {
		delete(d.numbers, series)
		return n, nil
	}
	return db.One(d.ctx, d.tx, db.Int, `INSERT INTO case_counters (series, n) VALUES ($1, 1)
		ON CONFLICT (series) DO UPDATE SET n = case_counters.n + 1 RETURNING n`, series)
}

// settlement is the input of the fixed amount: the reported lines with what was admitted of each.
func (c *Case) settlement(rows []form.Row, admits []Admit) programme.SettleInput {
	lines := make([]form.Row, len(rows))
	for i, r := range rows {
		lines[i] = maps.Clone(r)
		if i < len(admits) {
			lines[i]["admitted"] = admits[i].Amount
		}
	}
	return programme.SettleInput{Decided: c.Award(), Report: lines, Answers: c.Answers(), Confirmed: c.confirmed(), DecidedOn: c.DecidedOn,
		Org: form.Org{Type: c.Org.Type, Code: c.Org.Code, Name: c.Org.Name}}
}

// Settlement is what the fixed amount would be with these admissions; nil admits everything claimed. Nothing is saved.
func (c *Case) Settlement(p *programme.Programme, admits []Admit) programme.Settlement {
	rows := c.Reported()
	return p.SettleReport(c.settlement(rows, admits))
}

// applyChange makes an approved change part of the case: each answer of the change form replaces the one it
// stands for, and the change form is emptied.
func (d *draft) applyChange(data *Data) {
	data.Set = map[string]json.RawMessage{}
	for _, key := range d.keysOf("change") {
		v, ok := d.Case.Raw[key]
		if !ok {
			continue
		}
		if target, ok := changeTarget(d.Programme, key); ok {
			data.Set[target] = v
		}
		data.Unset = append(data.Unset, key)
	}
}

// keysOf lists the field keys of a form.
func (d *draft) keysOf(formID string) []string {
	var keys []string
	if f := d.Programme.Form(formID); f != nil {
		for _, s := range f.Sections {
			for _, field := range s.Fields {
				keys = append(keys, field.Key)
			}
		}
	}
	return keys
}

// Settle records what an officer settles on a case under check: an S rule that may pass with a reason, or a value the applicant's
// words left open (the main place). R06 of the section only.
func (s *Store) Settle(ctx context.Context, who account.Who, id, rule, key, value, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return fault.At("reason", "cases.reason_needed")
	}
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !who.Is(account.RoleOfficer) || d.Case.Ended || d.Case.Phase != 2 {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		if slices.Contains(d.Case.Agents, who.Person) {
			return fault.New(fault.Refused, "cases.intake.same_person")
		}
		if (rule == "") == (key == "") || rule != "" && d.Programme.Rule(rule) == nil {
			return fault.At("rule", "cases.no_rule")
		}
		data := Data{Rule: rule, Key: key, Value: value, Reason: strings.TrimSpace(reason)}
		if key != "" {
			f, _, _, ok := d.Programme.Field(key)
			if !ok {
				return fault.At("key", "cases.no_rule")
			}
			if _, _, problems := f.FromJSON(value); len(problems) > 0 {
				return &fault.Fault{Kind: fault.Invalid, Field: "value", JA: problems[0].Message.JA, EN: problems[0].Message.EN}
			}
			if err := d.judgeAgain(&data); err != nil {
				return err
			}
		}
		return d.append("settled", data)
	})
	return err
}

// judgeAgain judges the application anew with what data settles: a rule that rested on it may hold now.
func (d *draft) judgeAgain(data *Data) error {
	after := d.Case.clone()
	after.apply(&Event{Type: "settled", At: d.now, Person: d.who.Person, Data: *data})
	e, err := d.evaluate(d.ctx, d.tx, after, d.Programme, "application", d.now)
	data.Judged = judgedOf(e)
	return err
}
