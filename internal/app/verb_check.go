package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/programmes"
)

func verbCheck() Verb {
	return Verb{
		Name:  "check",
		Short: lang.Text{JA: "事業の定義を検査し、例題を計算する", EN: "lint programme folders and run their examples"},
		Long: lang.Text{
			JA: `kakehashi check [フォルダー]

programmes フォルダーのすべての事業を検査し、中の例題を計算します。フォルダーを省くと、組み込みの事業を検査します。
誤りはファイル名と行番号つきで標準エラーに、まとめはJSONで標準出力に出ます。誤りがあれば終了コードは2です。`,
			EN: `kakehashi check [DIR]

Lints every programme of a programmes folder (the shipped ones unless a folder is named) and runs the examples inside them.
Mistakes go to standard error with file and line, a summary as JSON to standard output. The exit status is 2 when there are any.`,
		},
		Run: runCheck,
	}
}

// checkOutput is the answer of check.
type checkOutput struct {
	OK         bool             `json:"ok"`
	Programmes []checkedFolder  `json:"programmes"`
	Issues     programme.Issues `json:"issues"`
}

type checkedFolder struct {
	Programme string `json:"programme"`
	Number    string `json:"number"`
	Version   string `json:"version"`
	Hash      string `json:"hash"`
	Fields    int    `json:"fields"`
	Rules     int    `json:"rules"`
	Examples  int    `json:"examples"`
}

func runCheck(_ context.Context, env *Env, args []string) error {
	flags := flagSet("check")
	if err := parseFlags(flags, args, 1); err != nil {
		return err
	}
	var fsys fs.FS = programmes.FS
	if dir := flags.Arg(0); dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return &Unusable{At: dir, Message: lang.Text{JA: "フォルダー " + dir + " がありません。", EN: "There is no folder " + dir + "."}}
		}
		fsys = os.DirFS(dir)
	}
	out := checkFolder(fsys)
	for _, i := range out.Issues {
		fmt.Fprintln(env.Err, i)
	}
	if err := writeJSON(env.Out, out); err != nil {
		return err
	}
	if !out.OK {
		return status(2)
	}
	return nil
}

func checkFolder(fsys fs.FS) checkOutput {
	out := checkOutput{Programmes: []checkedFolder{}, Issues: programme.Issues{}}
	all, issues := programme.ParseAll(fsys)
	out.Issues = append(out.Issues, issues...)
	out.Issues = append(out.Issues, programme.Twins(all)...)
	goals, issues := programme.LoadGoals(fsys)
	out.Issues = append(out.Issues, issues...)
	names := programme.Names{}
	for _, g := range goals {
		names.Goals = append(names.Goals, g.ID)
	}
	for _, d := range all {
		p, issues := programme.Compile(d)
		out.Issues = append(out.Issues, issues...)
		if p == nil {
			continue
		}
		out.Issues = append(out.Issues, p.Lint(names)...)
		out.Issues = append(out.Issues, p.RunExamples()...)
		out.Programmes = append(out.Programmes, checkedFolder{Programme: p.Code, Number: p.Number, Version: p.Version, Hash: p.Hash,
			Fields: len(p.AllFields()), Rules: len(p.Rules), Examples: len(p.Examples)})
	}
	out.OK = len(out.Issues) == 0
	return out
}
