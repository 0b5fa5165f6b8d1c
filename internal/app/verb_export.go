package app

import (
	"context"
	"io"
	"log/slog"

	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

func verbExport() Verb {
	return Verb{Name: "export",
		Short: lang.Text{JA: "台帳と基礎データをCSVで書き出します", EN: "Export the register and the reference data as CSV"},
		Long: lang.Text{JA: `kakehashi export orgs [--current] [--data DIR] [--database URL]
  団体台帳をCSV（UTF-8、BOM付き）で標準出力に書きます。import orgs でそのまま取り込めます。
  --current  終了した団体を除きます
kakehashi export 種類 [--at 日 | --all] [--data DIR] [--database URL]
  基礎データをCSVで書きます。種類は offices（海外事務所）、routes（担当国）、sections（課）、desks（窓口）、holidays（休日）、
  countries（国・地域）、branches（支部）、languages（言語）、headquarters（本部）、statistics（統計）です。同じ種類の import でそのまま取り込めます。
  --at       この日に有効な内容（指定がなければ今日）
  --all      過去と将来の内容も書きます`,
			EN: `kakehashi export orgs [--current] [--data DIR] [--database URL]
  Writes the register of bodies to standard output as CSV (UTF-8 with its mark); import orgs reads it back.
  --current  without bodies that have ended
kakehashi export KIND [--at DAY | --all] [--data DIR] [--database URL]
  Writes reference data as CSV: offices, routes, sections, desks, holidays, countries, branches, languages, headquarters or statistics.
  import of the same kind reads it back.
  --at       what holds on that day (today without it)
  --all      past and coming contents too`},
		Run: exportVerb}
}

// quiet is a Config that keeps its log to itself, for verbs that speak through their output.
func quiet() Config { return Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))} }

func exportVerb(ctx context.Context, e *Env, args []string) error {
	if len(args) > 0 {
		if k, ok := referenceKind(args[0]); ok {
			return exportRows(ctx, e, k, args[1:])
		}
	}
	if len(args) == 0 || args[0] != "orgs" {
		return &Unusable{At: "verb", Message: lang.Text{JA: "kakehashi export orgs（または " + referenceKinds() + "）と入力してください。", EN: "Say kakehashi export orgs (or " + referenceKinds() + ")."}}
	}
	var current bool
	c := quiet()
	fs := e.flags("export", &c)
	fs.BoolVar(&current, "current", false, "")
	if err := parse(fs, args[1:]); err != nil {
		return err
	}
	a, err := c.standing(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Orgs.Export(ctx, e.Out, org.Filter{Ended: !current})
}
