package org

import (
	"context"
	"strings"

	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// namesMost is how many rows, people or cases a refusal names before it counts the rest.
const namesMost = 5

// Namer lists what beside the reference data names a row after a day: accounts, programmes, open cases. Each text is a sentence's part
// such as «案件：P01-2027-00012».
type Namer func(ctx context.Context, kind, key, until string) ([]lang.Text, error)

// Naming is one entry of a refusal: what kind of thing names a row, and which ones, those beyond the first few only counted.
func Naming(what lang.Text, list []lang.Text) lang.Text {
	var ja, en []string
	for _, t := range list[:min(namesMost, len(list))] {
		ja, en = append(ja, t.JA), append(en, t.EN)
	}
	out := lang.Text{JA: what.JA + "（" + strings.Join(ja, "、"), EN: what.EN + " (" + strings.Join(en, ", ")}
	if more := len(list) - namesMost; more > 0 {
		out.JA += lang.T(lang.JA, "reference.used_more", "n", more)
		out.EN += lang.T(lang.EN, "reference.used_more", "n", more)
	}
	return lang.Text{JA: out.JA + "）", EN: out.EN + ")"}
}

// unused sees that nothing names a row after its last day: the row would be missed there. The refusal lists everything that does.
func (s *Store) unused(ctx context.Context, k Kind, row Row, until string) error {
	if _, ours := lang.Parse(row.Key); ours && k.ID == kindLanguage && len(row.Key) == 2 {
		return fault.At("until", "reference.interface", "name", words(row.Label))
	}
	var list []lang.Text
	for _, other := range Kinds() {
		for _, c := range other.Columns {
			if c.Ref != k.ID || other.ID == kindHoliday {
				continue
			}
			rows, err := s.Rows(ctx, other)
			if err != nil {
				return err
			}
			var names []lang.Text
			for _, r := range rows {
				if r.Values[c.Name] == row.Key && (r.To == "" || r.To > until) {
					names = append(names, words(r.Label))
				}
			}
			if len(names) > 0 {
				list = append(list, Naming(kindWord(other.ID), names))
			}
		}
	}
	if k.ID == kindBranch {
		if b, err := s.Branch(ctx, row.Key); err == nil { // else its body is no longer in the register
			body, err := s.Get(ctx, b.Body)
			if err == nil && (body.ValidTo == "" || body.ValidTo > until) {
				return fault.At("until", "reference.branch_stands", "name", words(body.Label))
			}
		}
	}
	if s.Named != nil {
		more, err := s.Named(ctx, k.ID, row.Key, until)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	if len(list) == 0 {
		return nil
	}
	var ja, en []string
	for _, t := range list {
		ja, en = append(ja, t.JA), append(en, t.EN)
	}
	return fault.At("until", "reference.used", "list", lang.Text{JA: strings.Join(ja, "、"), EN: strings.Join(en, "; ")})
}
