package org

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// ImportReport tells row by row what an import did, or would do.
type ImportReport struct {
	Dry     bool
	Rows    []ImportRow
	Added   int
	Renamed int
	Changed int
	Same    int
	Ended   int // of reference rows
	Refused int
}

// ImportRow is the fate of one line of the file.
type ImportRow struct {
	Line int
	Code string
	Name string
	// Act is add, rename, change, end, same or refused.
	Act string
	// Column and Problem say at which cell a refused row fails; Problem is in both languages.
	Column  string
	Problem lang.Text
}

// ImportOptions: Dry only reports. From is the day (ISO) new names hold from; Source is written to every row that has none. Types
// limits what may be added or changed ("intl_assoc"); empty allows all.
type ImportOptions struct {
	Dry      bool
	From     string
	Source   string
	Types    []string
	Progress func(done, total int)
}

var errDry = errors.New("dry run")

// An ImportFile is a file that was read and can be imported in parts.
type ImportFile struct{ t table }

// ReadImport reads a file as Import does: CSV (UTF-8 or code page 932, commas or tabs) or the first sheet of an .xlsx. fault.Invalid when it cannot be read.
func ReadImport(r io.Reader) (*ImportFile, error) {
	t, err := readTable(r)
	return &ImportFile{t}, err
}

// Rows is how many rows there are to import.
func (f *ImportFile) Rows() int { return len(f.t.rows) }

// Form is how the file was read: xlsx, utf-8 or cp932.
func (f *ImportFile) Form() string { return f.t.form }

// ImportPart imports the rows from one number up to, not with, another in one transaction (the caller's, when ctx carries one), and
// reports on them. Rows that were imported before and come again change nothing.
func (s *Store) ImportPart(ctx context.Context, by By, f *ImportFile, from, to int, o ImportOptions) (ImportReport, error) {
	report := ImportReport{Dry: o.Dry}
	if o.From == "" {
		o.From = s.today()
	}
	if !jp.ValidDate(o.From) {
		return report, fault.At("from", "org.day_unreadable", "value", o.From)
	}
	to = min(to, len(f.t.rows))
	seen := map[string]int{}
	for _, row := range f.t.rows[:min(from, to)] {
		seen[f.t.body(row).Code] = row.line
	}
	err := s.change(ctx, func(ctx context.Context, tx db.Q) error {
		report = ImportReport{Dry: o.Dry}
		for _, row := range f.t.rows[min(from, to):to] {
			line, err := s.importRow(ctx, tx, by, f.t, row, o, seen)
			if err != nil {
				return fmt.Errorf("line %d: %w", row.line, err)
			}
			report.add(line)
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

// Import reads bodies from CSV (UTF-8 or code page 932; the columns of Export, or the public list of local-government codes) and
// adds, renames or changes them in one transaction. Rows that cannot be used are reported and left out; the others go in. Bodies
// the file does not name stay as they are. fault.Invalid when the file as a whole cannot be read.
func (s *Store) Import(ctx context.Context, by By, r io.Reader, o ImportOptions) (ImportReport, error) {
	report := ImportReport{Dry: o.Dry}
	t, err := readTable(r)
	if err != nil {
		return report, err
	}
	if o.From == "" {
		o.From = s.today()
	}
	if !jp.ValidDate(o.From) {
		return report, fault.At("from", "org.day_unreadable", "value", o.From)
	}
	err = s.change(ctx, func(ctx context.Context, tx db.Q) error {
		report = ImportReport{Dry: o.Dry}
		seen := map[string]int{}
		for i, row := range t.rows {
			line, err := s.importRow(ctx, tx, by, t, row, o, seen)
			if err != nil {
				return fmt.Errorf("line %d: %w", row.line, err)
			}
			report.add(line)
			if o.Progress != nil && (i%50 == 49 || i == len(t.rows)-1) {
				o.Progress(i+1, len(t.rows))
			}
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

func (r *ImportReport) add(row ImportRow) {
	r.Rows = append(r.Rows, row)
	switch row.Act {
	case "add":
		r.Added++
	case "rename":
		r.Renamed++
	case "change":
		r.Changed++
	case "end":
		r.Ended++
	case "same":
		r.Same++
	case "refused":
		r.Refused++
	}
}

// importRow applies one line. A fault is the row's own; any other error ends the import.
func (s *Store) importRow(ctx context.Context, tx db.Q, by By, t table, row tableRow, o ImportOptions, seen map[string]int) (ImportRow, error) {
	b := t.body(row)
	if b.Source == "" {
		b.Source = o.Source
	}
	line := ImportRow{Line: row.line, Code: b.Code, Name: b.Name}
	err := s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error { // a savepoint for this row
		if first, twice := seen[b.Code]; twice && b.Code != "" {
			return fault.At("code", "org.row_twice", "line", first)
		}
		seen[b.Code] = row.line
		if len(o.Types) > 0 && !slices.Contains(o.Types, b.Type) {
			return fault.At("type", "org.type_not_here", "type", b.Type)
		}
		var err error
		line.Act, err = s.apply(ctx, tx, by, t, row, b, o.From)
		return err
	})
	if f := fault.Of(err); f != nil {
		line.Act, line.Column = "refused", f.Field
		line.Problem = lang.Text{JA: lang.T(lang.JA, f.Key, f.Args...), EN: lang.T(lang.EN, f.Key, f.Args...)}
		return line, nil
	}
	return line, err
}

// apply brings the register to what a row says and returns what that took.
func (s *Store) apply(ctx context.Context, tx db.Q, by By, t table, row tableRow, b Body, from string) (string, error) {
	if b.Code == "" {
		var err error
		if b.Code, err = sameName(ctx, tx, b); err != nil {
			return "", err
		}
	}
	before, err := s.get(ctx, tx, b.Code, s.today())
	if fault.Is(err, fault.Missing) || b.Code == "" {
		_, err := s.add(ctx, tx, by, b)
		return "add", err
	}
	if err != nil {
		return "", err
	}
	wanted := t.over(row, before)
	if wanted.Source == before.Source && b.Source != "" {
		wanted.Source = b.Source
	}
	if wanted, err = s.complete(ctx, tx, wanted); err != nil {
		return "", err
	}
	act := "same"
	if changedBeside(before, wanted) {
		act = "change"
		if _, err := s.Update(ctx, by, wanted); err != nil {
			return "", err
		}
	}
	if wanted.Name != before.Name || wanted.Kana != before.Kana || wanted.English != before.English {
		act = "rename"
		if before.LG() && !t.has("english") {
			wanted.English = englishName(before.Type, before.Code, wanted.Name, wanted.Kana)
		}
		n := Name{Name: wanted.Name, Kana: wanted.Kana, English: wanted.English, From: from, Source: wanted.Source}
		if err := s.rename(ctx, tx, by, before, n); err != nil {
			return "", err
		}
	}
	return act, nil
}

// sameName is the code of the one body of this kind and name there is, "" when there is none or more than one: a list without codes may come twice.
func sameName(ctx context.Context, tx db.Q, b Body) (string, error) {
	codes, err := db.List(ctx, tx, db.String, `SELECT o.code FROM org_names n JOIN orgs o ON o.code = n.code
		WHERE n.name = $1 AND n.valid_to = '' AND o.type = $2 AND ($3 = '' OR o.prefecture = $3) LIMIT 2`, b.Name, b.Type, b.Prefecture)
	if err != nil || len(codes) != 1 {
		return "", err
	}
	return codes[0], nil
}

// body is a row as a new body.
func (t table) body(row tableRow) Body {
	b := Body{Code: jp.FoldID(t.cell(row, "code")), Type: t.cell(row, "type"), Name: tidy(t.cell(row, "name")), Kana: jp.Hiragana(tidy(t.cell(row, "kana")))}
	if b.Name == "" { // the public list leaves the town empty on a prefecture's own line
		b.Name, b.Kana = tidy(t.cell(row, "prefecture_name")), jp.Hiragana(tidy(t.cell(row, "prefecture_kana")))
	}
	if len(b.Code) == 5 && digitsOnly.MatchString(b.Code) { // a spreadsheet took the leading zero away
		if jp.ValidCode("0" + b.Code) {
			b.Code = "0" + b.Code
		}
	}
	for _, k := range Types() {
		if b.Type == k.Name.JA || strings.EqualFold(b.Type, k.Name.EN) {
			b.Type = k.Code
		}
	}
	if b.Type == "" {
		b.Type = lgType(b.Code, b.Name)
	}
	return t.over(row, b)
}

var digitsOnly = regexp.MustCompile(`^[0-9]+$`)

// over lays the cells of a row over a body; an empty cell and a column that is not there change nothing.
func (t table) over(row tableRow, b Body) Body {
	for field, into := range map[string]*string{"english": &b.English, "prefecture": &b.Prefecture, "founder": &b.Founder, "head_title": &b.HeadTitle,
		"postcode": &b.Postcode, "address": &b.Address, "phone": &b.Phone, "mail": &b.Mail, "site": &b.Site, "valid_from": &b.ValidFrom,
		"valid_to": &b.ValidTo, "successor": &b.Successor, "source": &b.Source, "listed": &b.Listed} {
		if v := t.cell(row, field); v != "" {
			*into = tidy(v)
		}
	}
	if v := tidy(t.cell(row, "name")); v != "" {
		b.Name = v
	}
	if v := t.cell(row, "kana"); v != "" {
		b.Kana = jp.Hiragana(tidy(v))
	}
	for _, day := range []*string{&b.ValidFrom, &b.ValidTo, &b.Listed} {
		if iso, ok := jp.ParseDate(*day); ok {
			*day = iso
		}
	}
	if b.ValidFrom == b.Listed { // seen in the list of that day, not begun on it
		b.ValidFrom = ""
	}
	if len([]rune(b.Prefecture)) > 2 {
		for code, name := range shipped().prefectures {
			if name.JA == b.Prefecture {
				b.Prefecture = code
			}
		}
	}
	return b
}

// changedBeside reports a difference that is neither in the names nor in the source alone.
func changedBeside(a, b Body) bool {
	a.Name, a.Kana, a.English, a.Source, a.Version = b.Name, b.Kana, b.English, b.Source, b.Version
	return a != b
}
