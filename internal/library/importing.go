package library

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

// ImportReport tells row by row what an import did, or would do.
type ImportReport struct {
	Dry  bool        `json:"dry"`
	Read string      `json:"read"` // xlsx, utf-8 or cp932
	Rows []ImportRow `json:"rows"`
	// How many rows were new, changed a publication, changed nothing, or could not be used.
	Added, Changed, Same, Refused int
}

// ImportRow is the fate of one row.
type ImportRow struct {
	Line    int        `json:"line"`
	ID      string     `json:"id"`
	Title   string     `json:"title"`
	Act     string     `json:"act"` // add, change, same, refused
	Column  string     `json:"column,omitempty"`
	Problem *lang.Text `json:"message,omitempty"`
}

var importColumns = org.Columns{Lack: "library.file_columns", Need: []string{"id", "title_ja", "series"},
	Fields: []string{"id", "title_ja", "title_en", "summary_ja", "summary_en", "body_ja", "body_en", "authors", "series", "form", "countries", "fields", "office", "year",
		"languages", "link", "licence", "source"},
	Headings: map[string]string{"識別子": "id", "題名": "title_ja", "題名（英語）": "title_en", "概要": "summary_ja", "概要（英語）": "summary_en", "本文": "body_ja",
		"本文（英語）": "body_en", "著者": "authors", "シリーズ": "series", "形式": "form", "国": "countries", "国・地域": "countries", "分野": "fields", "事務所": "office", "年度": "year",
		"言語": "languages", "リンク": "link", "利用条件": "licence", "出典": "source"}}

var errDry = errors.New("dry run")

// Import reads publications from CSV or .xlsx in one transaction. New ones and changed drafts become drafts; publish makes them
// published at once (seeding). A published one that the file changes is refused: it is withdrawn first. Rows that cannot be used
// are reported and left out.
func (s *Store) Import(ctx context.Context, who account.Who, r io.Reader, dry, publish bool) (ImportReport, error) {
	report := ImportReport{Dry: dry}
	if !writes(who) {
		return report, fault.New(fault.Refused, "library.refused")
	}
	list, err := org.ReadList(r, importColumns)
	if err != nil {
		return report, err
	}
	report.Read = list.Form()
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		report.Rows, report.Added, report.Changed, report.Same, report.Refused = nil, 0, 0, 0, 0
		seen := map[string]bool{}
		err := list.Rows(func(line int, cell func(string) string) error {
			p := fromRow(cell)
			row := ImportRow{Line: line, ID: p.ID, Title: p.Title.JA}
			var err error
			if seen[p.ID] {
				err = fault.At("id", "library.row_twice", "id", p.ID)
			} else {
				seen[p.ID] = true
				row.Act, err = s.importOne(ctx, tx, who, p, publish)
			}
			if f := fault.Of(err); f != nil {
				row.Act, row.Column = "refused", f.Field
				row.Problem = &lang.Text{JA: lang.T(lang.JA, f.Key, f.Args...), EN: lang.T(lang.EN, f.Key, f.Args...)}
				err = nil
			}
			report.count(row)
			return err
		})
		if err == nil && dry {
			err = errDry
		}
		return err
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return report, err
}

func (r *ImportReport) count(row ImportRow) {
	r.Rows = append(r.Rows, row)
	switch row.Act {
	case "add":
		r.Added++
	case "change":
		r.Changed++
	case "same":
		r.Same++
	default:
		r.Refused++
	}
}

// importOne stores one row inside a savepoint.
func (s *Store) importOne(ctx context.Context, tx db.Q, who account.Who, p Publication, publish bool) (act string, err error) {
	if err := p.check(); err != nil {
		return "", err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		before, err := s.get(ctx, tx, who, p.ID)
		switch {
		case fault.Is(err, fault.Missing):
			act, p.Sample = "add", who.Sample
		case err != nil:
			return err
		case before.Series == p.Series && before.Form == p.Form && before.Year == p.Year && before.Source == p.Source && reflect.DeepEqual(before.Record, p.Record):
			act = "same"
			return nil
		case before.State != Draft:
			return fault.New(fault.Refused, "library.only_drafts")
		default:
			act, p.Version, p.Day, p.Sample = "change", before.Version, before.Day, before.Sample
		}
		p.State = Draft
		if publish {
			p.State = Published
		}
		return s.store(ctx, tx, who, "import", "", before, &p)
	})
	return act, err
}

// fromRow reads one row; codes in a cell stand apart by blanks, commas or semicolons.
func fromRow(cell func(string) string) Publication {
	many := func(field string) []string {
		return strings.FieldsFunc(cell(field), func(r rune) bool { return strings.ContainsRune(" 　,、;；\n", r) })
	}
	year, _ := strconv.Atoi(cell("year"))
	p := Publication{ID: strings.ToLower(cell("id")), Series: cell("series"), Form: cell("form"), Year: year, Source: cell("source")}
	p.Record = Record{Title: lang.Text{JA: cell("title_ja"), EN: cell("title_en")}, Summary: lang.Text{JA: cell("summary_ja"), EN: cell("summary_en")},
		Body: lang.Text{JA: cell("body_ja"), EN: cell("body_en")}, Authors: cell("authors"), Countries: many("countries"), Fields: many("fields"),
		Office: strings.ToUpper(cell("office")), Languages: many("languages"), Link: cell("link"), Licence: cell("licence")}
	if len(p.Countries) == 0 {
		p.Countries = nil
	}
	if len(p.Fields) == 0 {
		p.Fields = nil
	}
	if p.Form == "" {
		p.Form = "report"
	}
	if len(p.Languages) == 0 {
		p.Languages = []string{"ja"}
	}
	return p
}

// Seed puts the shipped records in that are not there yet.
func (s *Store) Seed(ctx context.Context) error {
	n, err := db.One(ctx, s.DB.Read(), db.Int, `SELECT COUNT(*) FROM publications WHERE series = 'countries'`)
	if err != nil || n > 0 {
		return err
	}
	b, err := data.ReadFile("data/volumes.csv")
	if err != nil {
		return err
	}
	_, err = s.Import(ctx, account.Who{Person: "system", Hat: account.Hat{Body: "system"}}, bytes.NewReader(b), false, true)
	return err
}
