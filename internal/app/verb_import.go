package app

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

func verbImport() Verb {
	return Verb{Name: "import",
		Short: lang.Text{JA: "名簿を取り込みます", EN: "Import a list"},
		Long: lang.Text{JA: `kakehashi import orgs ファイル [--dry-run] [--from 日] [--source 出典] [--data DIR] [--database URL]
  団体台帳にCSV（UTF-8、シフトJIS）またはExcel（xlsx）を取り込み、行ごとの結果をJSONで表示します。経過は標準エラーに出ます。
  --dry-run  確認だけを行い、台帳を変えません
  --from     名称が変わる行の、新しい名称の始まる日（例 2027-04-01、R9.4.1）。指定がなければ今日
  --source   行に出典がないときに記録する出典
kakehashi import 種類 ファイル --reason 理由 [--dry-run] [--from 日] [--source 出典] [--complete] [--data DIR] [--database URL]
  基礎データ（offices、routes、sections、desks、holidays、countries、branches、languages、headquarters、statistics）を取り込みます。
  --from     変わる内容の適用日（行に有効開始日がないとき）。指定がなければ今日
  --complete ファイルにない内容を、適用日の前日で終了します
  library と ties は、刊行物（下書きとして）と姉妹・友好提携を取り込みます。選択肢は --dry-run だけです。
  取り込めない行があると終了状態は2です。ほかの行は取り込まれます。同じファイルは何度取り込んでもかまいません。`,
			EN: `kakehashi import orgs FILE [--dry-run] [--from DAY] [--source TEXT] [--data DIR] [--database URL]
  Brings a CSV file (UTF-8, Shift JIS) or a workbook (.xlsx) into the register of bodies and tells row by row, as JSON, what came of
  it; progress goes to standard error.
  --dry-run  only tell what would happen
  --from     the day new names hold from (2027-04-01, R9.4.1); today without it
  --source   recorded for rows that name no source
kakehashi import KIND FILE --reason TEXT [--dry-run] [--from DAY] [--source TEXT] [--complete] [--data DIR] [--database URL]
  Brings reference data in: offices, routes, sections, desks, holidays, countries, branches, languages, headquarters or statistics.
  --from     the day changed contents hold from, where a row names none; today without it
  --complete what the file does not name ends on the day before
  library and ties import publications (as drafts) and sister-city ties; they know --dry-run only.
  Exit status 2 when rows were refused; the others are in. The same file may come again.`},
		Run: importVerb}
}

// importStep is how many rows of a file one transaction takes.
const importStep = 200

// importLine is what became of one row, as the command tells it.
type importLine struct {
	Line    int        `json:"line"`
	Code    string     `json:"code,omitempty"`
	Name    string     `json:"name"`
	Act     string     `json:"act"`
	Column  string     `json:"column,omitempty"`
	Message *lang.Text `json:"message,omitempty"`
}

func importVerb(ctx context.Context, e *Env, args []string) error {
	if len(args) >= 2 {
		if k, ok := referenceKind(args[0]); ok {
			return importRows(ctx, e, k, args[1], args[2:])
		}
	}
	if len(args) < 2 || !slices.Contains([]string{"orgs", "library", "ties"}, args[0]) {
		return &Unusable{At: "verb", Message: lang.Text{JA: "kakehashi import orgs ファイル（または library、ties、" + referenceKinds() + "）と入力してください。", EN: "Say kakehashi import orgs FILE (or library, ties, " + referenceKinds() + ")."}}
	}
	var dry bool
	var from, source string
	c := quiet()
	fs := e.flags("import", &c)
	fs.BoolVar(&dry, "dry-run", false, "")
	fs.StringVar(&from, "from", "", "")
	fs.StringVar(&source, "source", "", "")
	if err := parse(fs, args[2:]); err != nil {
		return err
	}
	if from != "" {
		iso, ok := jp.ParseDate(from)
		if !ok {
			return unreadableDay("from", from)
		}
		from = iso
	}
	in, err := os.Open(args[1])
	if err != nil {
		return &Unusable{At: "file", Message: lang.Text{JA: args[1] + " を開けません。", EN: "Cannot open " + args[1] + "."}}
	}
	defer in.Close()
	if args[0] != "orgs" {
		return importKnowledge(ctx, e, c, args[0], in, dry)
	}
	file, err := org.ReadImport(in)
	if err != nil {
		return err
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.importOrgs(ctx, e, file, org.ImportOptions{Dry: dry, From: from, Source: source})
}

// importOrgs imports a file step by step and prints the report.
func (a *App) importOrgs(ctx context.Context, e *Env, file *org.ImportFile, o org.ImportOptions) error {
	total := org.ImportReport{Dry: o.Dry}
	for at := 0; at < file.Rows(); at += importStep {
		part, err := a.Orgs.ImportPart(ctx, org.By{Person: "system", Hat: "command"}, file, at, at+importStep, o)
		if err != nil {
			return err
		}
		total.Added, total.Renamed, total.Changed = total.Added+part.Added, total.Renamed+part.Renamed, total.Changed+part.Changed
		total.Same, total.Refused = total.Same+part.Same, total.Refused+part.Refused
		total.Rows = append(total.Rows, part.Rows...)
		fmt.Fprintf(e.Err, "\r%d / %d", min(at+importStep, file.Rows()), file.Rows())
	}
	fmt.Fprintln(e.Err)
	return e.imported(total, map[string]any{"dry": o.Dry, "read": file.Form(), "added": total.Added, "renamed": total.Renamed, "changed": total.Changed,
		"same": total.Same, "refused": total.Refused})
}

// imported prints what became of the rows beside the counts.
func (e *Env) imported(report org.ImportReport, counts map[string]any) error {
	lines := []importLine{}
	for _, row := range report.Rows {
		line := importLine{Line: row.Line, Code: row.Code, Name: row.Name, Act: row.Act, Column: row.Column}
		if row.Act == "refused" {
			line.Message = &row.Problem
		}
		lines = append(lines, line)
	}
	counts["rows"] = lines
	out := json.NewEncoder(e.Out)
	out.SetEscapeHTML(false)
	if err := out.Encode(counts); err != nil {
		return err
	}
	if report.Refused > 0 {
		return status(2)
	}
	return nil
}
