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
		Short: lang.Text{JA: "台帳をCSVで書き出します", EN: "Export the register as CSV"},
		Long: lang.Text{JA: `kakehashi export orgs [--current] [--data DIR] [--database URL]
  団体台帳をCSV（UTF-8、BOM付き）で標準出力に書きます。import orgs でそのまま取り込めます。
  --current  終了した団体を除きます`,
			EN: `kakehashi export orgs [--current] [--data DIR] [--database URL]
  Writes the register of bodies to standard output as CSV (UTF-8 with its mark); import orgs reads it back.
  --current  without bodies that have ended`},
		Run: exportVerb}
}

// quiet is a Config that keeps its log to itself, for verbs that speak through their output.
func quiet() Config { return Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))} }

func exportVerb(ctx context.Context, e *Env, args []string) error {
	if len(args) == 0 || args[0] != "orgs" {
		return &Unusable{At: "verb", Message: lang.Text{JA: "kakehashi export orgs と入力してください。", EN: "Say kakehashi export orgs."}}
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
