package apply

import (
	"bytes"
	"net/http"
	"slices"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// judge answers the script while somebody types, saving nothing: the judgement of the section with what stands in the controls now, and
// what follows from them in its cost tables (amount of each line, totals, whether a reason is asked).
func (p *Pages) judge(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	f := prog.Form(r.PathValue("form"))
	if f == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	_, sec := sectionOf(f, r.PathValue("section"))
	if sec == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	inputs := p.inputs(c, sec, r.PostForm, nil, c.Editable(prog, r.Who))
	ev, err := p.Cases.Try(r.Context(), c, prog, f.ID, inputs)
	if err != nil {
		return page.View{}, err
	}
	var words bytes.Buffer
	if err := judgement(judgementOf(r, c.With(prog, inputs), prog, f, sec, ev)).Render(r.Context(), &words); err != nil {
		return page.View{}, err
	}
	live := part.LedgerLive{Cells: map[string]string{}, Shown: map[string]bool{}}
	for _, field := range sec.Fields {
		if in, ok := inputs[field.Key]; ok && field.Kind == form.KindMoney {
			live.Add(r.Context(), part.Control{Field: field, Input: in})
		}
	}
	return page.JSON(http.StatusOK, map[string]any{"html": words.String(), "cells": live.Cells, "shown": live.Shown}), nil
}

// judged is what the rules say about one page of a form.
type judged struct {
	Rules  []part.Judgement
	Sums   []part.Sum
	Reason string
}

// open are the rules that ask for attention, passed the others.
func (j judged) open() []part.Judgement {
	return slices.DeleteFunc(slices.Clone(j.Rules), func(x part.Judgement) bool { return x.Look == "yes" })
}

func (j judged) passed() []part.Judgement {
	return slices.DeleteFunc(slices.Clone(j.Rules), func(x part.Judgement) bool { return x.Look != "yes" })
}

// judgementOf takes the rules that stand at the section's fields, and the sums where the section holds money. A rule that cannot be told
// leads to the questions that would settle it.
func judgementOf(r *page.Request, c *cases.Case, prog *programme.Programme, f *programme.Form, sec *form.Section, ev programme.Evaluation) judged {
	var j judged
	var rules []programme.Outcome
	for _, o := range ev.Rules {
		if slices.ContainsFunc(sec.Fields, func(f form.Field) bool { return slices.Contains(o.On, f.Key) }) {
			rules = append(rules, o)
		}
	}
	j.Rules = record.Judged(r.Lang, prog, rules, questionURL(c, prog))
	money := slices.ContainsFunc(sec.Fields, func(f form.Field) bool { return f.Kind == form.KindMoney || f.Kind == form.KindYen })
	if money {
		j.Sums, j.Reason = sumsOf(r, c, prog, f, ev)
	}
	return j
}

// sumsOf are the sums beside a form: the plan's in an application and in a change of it, then what the report would fix, and for every other
// form what was granted.
func sumsOf(r *page.Request, c *cases.Case, prog *programme.Programme, f *programme.Form, ev programme.Evaluation) ([]part.Sum, string) {
	switch {
	case c.Decided == 0 || f.ID == "application" || f.ID == "change":
		return record.Sums(r.Lang, ev.Steps)
	case f.ID == "report" && len(c.Reported()) > 0:
		return record.Settled(r.Lang, c.Settlement(prog, nil))
	default:
		return record.Granted(r.Lang, c), ""
	}
}

// questionURL is where a question of the case is asked.
func questionURL(c *cases.Case, prog *programme.Programme) func(key string) string {
	return func(key string) string {
		f, formID, section, ok := prog.Field(key)
		if !ok {
			return ""
		}
		return caseURL(c, "form", formID, section) + "#" + part.ID(f.Key)
	}
}
