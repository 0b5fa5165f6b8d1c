package org

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// rowDays are the columns every kind has behind its own.
var rowDays = []string{"valid_from", "valid_to", "source"}

// columns are those a file of a kind may have: their names, and their labels in both languages as headings.
func (k Kind) columns() Columns {
	c := Columns{Headings: map[string]string{}, Lack: "reference.file_columns", LackOf: []any{"column", k.Columns[0].Label()}}
	for _, x := range k.Columns {
		c.Fields = append(c.Fields, x.Name)
		label := x.Label()
		c.Headings[squeezed(label.JA)], c.Headings[squeezed(label.EN)] = x.Name, x.Name
		if x.Key && x.Required {
			c.Need = append(c.Need, x.Name)
		}
	}
	for _, name := range rowDays {
		c.Fields = append(c.Fields, name)
		label := Column{Name: name}.Label()
		c.Headings[squeezed(label.JA)], c.Headings[squeezed(label.EN)] = name, name
	}
	return c
}

// ExportRows writes rows of a kind as CSV: UTF-8 with its mark, no cell that a spreadsheet would run. ImportRows reads the same columns back.
func (k Kind) ExportRows(w io.Writer, rows []Row) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	var head []string
	for _, x := range k.Columns {
		head = append(head, x.Name)
	}
	if err := c.Write(append(head, rowDays...)); err != nil {
		return err
	}
	for _, r := range rows {
		cells := k.cells(r)
		for i := range cells {
			cells[i] = Inert(cells[i])
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func (k Kind) cells(r Row) []string {
	var cells []string
	for _, x := range k.Columns {
		cells = append(cells, r.Values[x.Name])
	}
	return append(cells, r.From, r.To, r.Source)
}

// ExportBook writes the same as a workbook whose headings are in the reader's language. Every cell is text.
func (k Kind) ExportBook(w io.Writer, rows []Row, tag lang.Tag) error {
	book := excelize.NewFile()
	defer book.Close()
	sheet := book.GetSheetName(0)
	line := func(n int, cells []string) error {
		for i, text := range cells {
			at, err := excelize.CoordinatesToCellName(i+1, n)
			if err == nil {
				err = book.SetCellStr(sheet, at, text)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	var head []string
	for _, x := range k.Columns {
		head = append(head, x.Label().In(tag))
	}
	for _, name := range rowDays {
		head = append(head, Column{Name: name}.Label().In(tag))
	}
	if err := line(1, head); err != nil {
		return err
	}
	for i, r := range rows {
		if err := line(i+2, k.cells(r)); err != nil {
			return err
		}
	}
	return book.Write(w)
}

// A RowFile is a file of reference rows that was read.
type RowFile struct {
	kind Kind
	t    table
}

// ReadRows reads a file of a kind: CSV (UTF-8 or code page 932, commas or tabs) or the first sheet of an .xlsx. fault.Invalid when it cannot be read.
func ReadRows(r io.Reader, k Kind) (*RowFile, error) {
	t, err := k.columns().read(r)
	return &RowFile{k, t}, err
}

// Rows is how many rows there are.
func (f *RowFile) Rows() int { return len(f.t.rows) }

// Form is how the file was read: xlsx, utf-8 or cp932.
func (f *RowFile) Form() string { return f.t.form }

// RowOptions say how a file of reference rows is taken in.
type RowOptions struct {
	Dry    bool
	From   string // the ISO day new contents hold from, where the row names none of its own
	Source string // of rows that name none
	Reason string
	// Complete ends the rows the file does not name, on the day before From.
	Complete bool
	// Version is the version of the kind the trial run saw; another one is fault.Conflict. -1 does not ask.
	Version int64
}

// KindVersion is how often a kind was changed.
func (s *Store) KindVersion(ctx context.Context, k Kind) (int64, error) {
	list, err := db.List(ctx, s.d.Read(), db.Int, `SELECT n FROM org_versions WHERE kind = $1`, k.ID)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[0], nil
}

// ImportRows brings a kind to what a file says, in one transaction: rows are added, get new contents from a day on, or end. Rows that cannot
// be used are reported with their column and left out; the others go in. The same file may come again: it changes nothing.
func (s *Store) ImportRows(ctx context.Context, by By, f *RowFile, o RowOptions) (ImportReport, error) {
	report := ImportReport{Dry: o.Dry}
	o.From = cmp.Or(o.From, s.today())
	switch {
	case !jp.ValidDate(o.From):
		return report, fault.At("from", "org.day_unreadable", "value", o.From)
	case o.Reason == "":
		return report, fault.At("reason", "reference.reason_needed")
	}
	err := s.changing(ctx, f.kind, func(ctx context.Context, tx db.Q) error {
		report = ImportReport{Dry: o.Dry}
		n, err := db.One(ctx, tx, db.Int, `SELECT n FROM org_versions WHERE kind = $1`, f.kind.ID)
		if err != nil {
			return err
		}
		if o.Version >= 0 && n-1 != o.Version {
			return fault.New(fault.Conflict, "reference.moved")
		}
		in := &rowImport{s: s, by: by, f: f, o: o, seen: map[string]int{}, scopes: map[string]bool{}}
		if err := in.run(ctx, tx, &report); err != nil {
			return err
		}
		if o.Dry {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return report, err
}

// rowImport is one import under way.
type rowImport struct {
	s      *Store
	by     By
	f      *RowFile
	o      RowOptions
	keys   map[string][]Row // what stood before, by key
	seen   map[string]int   // line by key and first day
	named  []string         // keys the file names
	scopes map[string]bool
}

func (in *rowImport) run(ctx context.Context, tx db.Q, report *ImportReport) error {
	before, err := in.s.Rows(ctx, in.f.kind)
	if err != nil {
		return err
	}
	in.keys = byKey(before)
	for _, row := range in.f.t.rows {
		line, err := in.row(ctx, tx, row)
		if err != nil {
			return fmt.Errorf("line %d: %w", row.line, err)
		}
		report.add(line)
	}
	if !in.o.Complete || in.f.kind.Single {
		return nil
	}
	if report.Refused > 0 { // a row that could not be read might be the one that is missing
		return nil
	}
	for _, r := range before {
		if !r.Holds(in.o.From) || slices.Contains(in.named, r.Key) || in.f.kind.Scope != nil && !in.scopes[in.f.kind.Scope(r.Values)] {
			continue
		}
		line := ImportRow{Code: r.Key, Name: r.Label(lang.JA)}
		if err := in.try(ctx, &line, func(ctx context.Context, tx db.Q) error {
			line.Act = "end"
			return in.end(ctx, tx, r.Key, jp.AddDays(in.o.From, -1))
		}); err != nil {
			return err
		}
		report.add(line)
	}
	return nil
}

// try does one row in a savepoint; a fault is the row's own.
func (in *rowImport) try(ctx context.Context, line *ImportRow, f func(context.Context, db.Q) error) error {
	err := in.s.d.InTx(ctx, f)
	if w := fault.Of(err); w != nil {
		line.Act, line.Column = "refused", w.Field
		line.Problem = lang.Text{JA: lang.T(lang.JA, w.Key, w.Args...), EN: lang.T(lang.EN, w.Key, w.Args...)}
		return nil
	}
	return err
}

func (in *rowImport) row(ctx context.Context, tx db.Q, row tableRow) (ImportRow, error) {
	k := in.f.kind
	cell := func(column string) (string, bool) { return in.f.t.cell(row, column), in.f.t.has(column) }
	keyed := Values{}
	for _, c := range k.Columns {
		if c.Key {
			text, _ := cell(c.Name)
			keyed[c.Name], _ = c.read(text)
		}
	}
	line := ImportRow{Line: row.line, Code: k.key(keyed)}
	line.Name = cmp.Or(in.f.t.cell(row, "name_ja"), in.f.t.cell(row, "topic_ja"), in.f.t.cell(row, "label_ja"))
	w, err := in.wanted(row, line.Code, cell)
	if err == nil && w.nothing() {
		line.Act = "same"
		return line, nil
	}
	return line, in.try(ctx, &line, func(ctx context.Context, tx db.Q) error {
		if err == nil {
			line.Act, err = in.apply(ctx, tx, line.Code, w)
		}
		return err
	})
}

// wanted is what a row asks for: contents from a day on, an end, or nothing new.
type wanted struct {
	rows   []Row // that stood before
	v      Values
	set    bool
	from   string
	until  string // "" for no end
	source string
}

func (w wanted) nothing() bool { return !w.set && w.until == "" }

func (in *rowImport) wanted(row tableRow, key string, cell func(string) (string, bool)) (w wanted, err error) {
	k := in.f.kind
	days, err := in.days(row)
	if err != nil {
		return w, err
	}
	w.rows = in.keys[key]
	old, _ := holding(w.rows, cmp.Or(days[0], in.o.From))
	if w.v, err = k.read(cell, old.Values); err != nil {
		return w, err
	}
	if at, twice := in.seen[key+" "+days[0]]; twice {
		return w, fault.At(k.Columns[0].Name, "org.row_twice", "line", at)
	}
	in.seen[key+" "+days[0]] = row.line
	in.named = append(in.named, key)
	if k.Scope != nil {
		in.scopes[k.Scope(w.v)] = true
	}
	w.source = cmp.Or(tidy(in.f.t.cell(row, "source")), in.o.Source)
	begins := slices.ContainsFunc(w.rows, func(r Row) bool { return r.From == days[0] })
	w.from = in.o.From
	if days[0] != "" && !begins {
		w.from = days[0]
	}
	unchanged := func(r Row) bool { return r.same(w.v, cmp.Or(w.source, r.Source)) }
	w.set = !begins || !slices.ContainsFunc(w.rows, func(r Row) bool { return r.From == days[0] && unchanged(r) })
	var there bool
	if old, there = holding(w.rows, w.from); there && unchanged(old) {
		w.set = false
	}
	w.source = cmp.Or(w.source, old.Source)
	if days[1] != "" && !slices.ContainsFunc(w.rows, func(r Row) bool { return r.To == days[1] }) {
		w.until = days[1]
	}
	return w, nil
}

// days are the row's own first and last day, "" where it names none.
func (in *rowImport) days(row tableRow) (days [2]string, err error) {
	for i, column := range rowDays[:2] {
		text := in.f.t.cell(row, column)
		if text == "" {
			continue
		}
		iso, ok := jp.ParseDate(text)
		if !ok {
			return days, fault.At(column, "org.day_unreadable", "value", text)
		}
		days[i] = iso
	}
	if days[1] != "" && days[1] < days[0] {
		return days, fault.At("valid_to", "org.days_crossed")
	}
	return days, nil
}

// apply brings a key to what a row asks for and returns what that took.
func (in *rowImport) apply(ctx context.Context, tx db.Q, key string, w wanted) (act string, err error) {
	act = "end"
	if w.set {
		act = "change"
		if len(w.rows) == 0 {
			act = "add"
		}
		if w.source == "" {
			return "", fault.At("source", "org.source_needed")
		}
		standing, err := in.s.standing(ctx, tx, in.f.kind, key)
		if err != nil {
			return "", err
		}
		a := Amendment{Kind: in.f.kind.ID, Key: key, From: w.from, Source: w.source, Reason: in.o.Reason}
		if err := in.s.put(ctx, tx, in.by, in.f.kind, key, standing, a, w.v); err != nil {
			return "", err
		}
	}
	if w.until == "" {
		return act, nil
	}
	return act, in.end(ctx, tx, key, w.until)
}

func (in *rowImport) end(ctx context.Context, tx db.Q, key, until string) error {
	rows, err := in.s.standing(ctx, tx, in.f.kind, key)
	if err != nil {
		return err
	}
	err = in.s.end(ctx, tx, in.by, in.f.kind, rows, Amendment{Key: key, Until: until, Reason: in.o.Reason})
	if f := fault.Of(err); f != nil && f.Field == "until" {
		f.Field = "valid_to"
	}
	return err
}
