package directory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

// ImportReport tells row by row what an import did, or would do.
type ImportReport struct {
	Dry  bool        `json:"dry"`
	Read string      `json:"read"` // xlsx, utf-8 or cp932
	Rows []ImportRow `json:"rows"`
	// How many rows were new, were there already, or could not be used; Outside is how many of the new lack a condition.
	Added, Same, Refused, Outside int
}

// ImportRow is the fate of one row.
type ImportRow struct {
	Line    int        `json:"line"`
	Body    string     `json:"body"` // as matched in the register
	Partner string     `json:"partner"`
	Act     string     `json:"act"` // add, same, refused
	Column  string     `json:"column,omitempty"`
	Problem *lang.Text `json:"message,omitempty"`
}

var importColumns = org.Columns{Lack: "directory.file_columns", Need: []string{"body", "country", "agreed"},
	Fields: []string{"body", "partner_ja", "partner_en", "partner", "country", "region", "kind", "agreed", "heads", "open", "assembly", "approved", "signed_by", "status", "ended", "source"},
	Headings: map[string]string{"自治体": "body", "団体コード": "body", "団体名": "body", "自治体名": "body", "提携先": "partner_ja", "提携先名": "partner_ja", "提携先（英語）": "partner_en",
		"提携先（現地語）": "partner", "国": "country", "国名": "country", "州・省": "region", "州": "region", "種別": "kind", "提携日": "agreed", "提携年月日": "agreed", "首長の署名": "heads",
		"分野の限定なし": "open", "議会の承認": "assembly", "承認日": "approved", "署名者": "signed_by", "状態": "status", "解消日": "ended", "出典": "source"}}

var errDry = errors.New("dry run")

// Import reads ties from CSV or .xlsx in one transaction. The Japanese body may be a code or a name; a name that several bodies have is
// refused with their codes. A pair that is there already is left as it is. Rows that cannot be used are reported and left out.
func (s *Store) Import(ctx context.Context, who account.Who, r io.Reader, dry bool) (ImportReport, error) {
	report := ImportReport{Dry: dry}
	if !writes(who) {
		return report, fault.New(fault.Refused, "directory.refused")
	}
	list, err := org.ReadList(r, importColumns)
	if err != nil {
		return report, err
	}
	report.Read = list.Form()
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		report.Rows, report.Added, report.Same, report.Refused, report.Outside = nil, 0, 0, 0, 0
		err := list.Rows(func(line int, cell func(string) string) error {
			row := ImportRow{Line: line, Partner: cell("partner_ja"), Body: cell("body")}
			t, err := s.fromRow(ctx, cell)
			if err == nil {
				row.Body = t.Body
				err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
					_, err := s.save(ctx, tx, who, t, "import")
					return err
				})
			}
			row.Act = "add"
			if f := fault.Of(err); f != nil {
				if row.Act, err = "refused", nil; f.Key == "directory.twice" {
					row.Act = "same"
				} else {
					row.Column, row.Problem = f.Field, &lang.Text{JA: lang.T(lang.JA, f.Key, f.Args...), EN: lang.T(lang.EN, f.Key, f.Args...)}
				}
			}
			report.count(row, t)
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

func (r *ImportReport) count(row ImportRow, t Tie) {
	r.Rows = append(r.Rows, row)
	switch row.Act {
	case "add":
		r.Added++
		if !t.Heads || !t.Open || !t.Assembly {
			r.Outside++
		}
	case "same":
		r.Same++
	default:
		r.Refused++
	}
}

// fromRow reads one row and matches its body.
func (s *Store) fromRow(ctx context.Context, cell func(string) string) (Tie, error) {
	t := Tie{Name: lang.Text{JA: cell("partner_ja"), EN: cell("partner_en")}, Original: cell("partner"), Region: cell("region"), SignedBy: cell("signed_by"), Source: cell("source")}
	t.Heads, t.Open, t.Assembly = yes(cell("heads")), yes(cell("open")), yes(cell("assembly"))
	t.Kind = wordOf(cell("kind"), map[string]string{"姉妹": "sister", "姉妹都市": "sister", "友好": "friendship", "友好都市": "friendship", "その他": "other"})
	t.Status = wordOf(cell("status"), map[string]string{"継続": "active", "休止": "suspended", "解消": "ended"})
	for _, d := range []struct {
		field string
		to    *string
	}{{"agreed", &t.Agreed}, {"approved", &t.Approved}, {"ended", &t.Ended}} {
		if text := cell(d.field); text != "" {
			iso, ok := jp.ParseDate(text)
			if !ok {
				return t, fault.At(d.field, "directory.day_wrong")
			}
			*d.to = iso
		}
	}
	var ok bool
	if t.Country, ok = countryOf(cell("country")); !ok {
		return t, fault.At("country", "directory.country_unknown", "country", cell("country"))
	}
	var err error
	t.Body, err = s.bodyOf(ctx, cell("body"))
	return t, err
}

func wordOf(text string, words map[string]string) string {
	if w, ok := words[text]; ok {
		return w
	}
	return strings.ToLower(text)
}

func yes(text string) bool {
	return slices.Contains([]string{"1", "true", "yes", "y", "○", "〇", "有", "あり", "済", "はい"}, strings.ToLower(text))
}

// countryOf finds a country by its letters or its name in Japanese or English.
func countryOf(text string) (string, bool) {
	if n, ok := org.CountryOf(text); ok {
		return n.Code, true
	}
	folded := org.Fold(text)
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if n, ok := org.CountryOf(string([]rune{a, b})); ok && folded != "" && (org.Fold(n.In(lang.JA)) == folded || org.Fold(n.In(lang.EN)) == folded) {
				return n.Code, true
			}
		}
	}
	return "", false
}

// apart puts a blank between the prefecture and the rest of a name, as the register searches.
func apart(text string) string {
	for i := 1; i <= 47; i++ {
		name, _ := org.PrefectureName(fmt.Sprintf("%02d", i))
		if rest, ok := strings.CutPrefix(text, name.JA); ok && rest != "" {
			return name.JA + " " + rest
		}
	}
	return text
}

// bodyOf finds a local government by its code, or by its whole name with or without its prefecture.
func (s *Store) bodyOf(ctx context.Context, text string) (string, error) {
	if b, err := s.Orgs.Get(ctx, jp.FoldID(text)); err == nil {
		return b.Code, nil
	} else if !fault.Is(err, fault.Missing) {
		return "", err
	}
	list, err := s.Orgs.Search(ctx, apart(text), 50)
	if err != nil {
		return "", err
	}
	var codes []string
	for _, b := range list {
		if n := org.Fold(text); b.LG() && (org.Fold(b.Name) == n || org.Fold(b.Label(lang.JA)) == n || org.Fold(b.English) == n) {
			codes = append(codes, b.Code)
		}
	}
	switch len(codes) {
	case 1:
		return codes[0], nil
	case 0:
		return "", fault.At("body", "directory.body_unknown", "body", text)
	}
	return "", fault.At("body", "directory.body_several", "body", text, "codes", strings.Join(codes, " "))
}
