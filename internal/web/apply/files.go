package apply

import (
	"context"
	"slices"

	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// scans tells what the virus check (ウイルス検査) said of the files stored in a section, by their id.
func (p *Pages) scans(ctx context.Context, c *cases.Case, sections ...*form.Section) (map[string]blob.Scan, error) {
	found := map[string]blob.Scan{}
	for _, sec := range sections {
		for _, f := range sec.Fields {
			for _, file := range stored(c, f) {
				m, err := p.Files.Info(ctx, file.ID)
				if fault.Is(err, fault.Missing) {
					continue // a lost file is told at submission
				}
				if err != nil {
					return nil, err
				}
				found[file.ID] = m.Scan
			}
		}
	}
	return found, nil
}

// infected are the problems of files in which a virus was found: each at its question.
func infected(c *cases.Case, sec *form.Section, scans map[string]blob.Scan) []form.Problem {
	var list []form.Problem
	for _, f := range sec.Fields {
		for _, file := range stored(c, f) {
			if scans[file.ID] == blob.Infected {
				list = append(list, form.Problem{Field: f.Key, Code: form.CodeBadFile, Message: lang.Text{
					JA: lang.T(lang.JA, "apply.file.infected", "name", file.Name), EN: lang.T(lang.EN, "apply.file.infected", "name", file.Name)}})
			}
		}
	}
	return list
}

// starts are the inputs of questions of the change form that were never answered: they begin with what was agreed.
func starts(c *cases.Case, prog *programme.Programme, sec *form.Section, editable []string) map[string]form.Input {
	in := map[string]form.Input{}
	for _, f := range sec.Fields {
		if _, answered := c.Answers()[f.Key]; answered || f.Kind != form.KindMoney || !slices.Contains(editable, f.Key) {
			continue
		}
		if rows, ok := c.Agreed(prog, f.Key).([]form.Row); ok {
			in[f.Key] = f.Input(rows)
		}
	}
	return in
}
