package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/programme"
	"kakehashi/programmes"
)

func verbCheck() Verb {
	return Verb{
		Name:  "check",
		Short: lang.Text{JA: "事業の定義を検査し、例題を計算する", EN: "Check programme folders and run their examples"},
		Long: lang.Text{
			JA: `kakehashi check [--lang ja|en] [フォルダー]

programmes フォルダーのすべての事業を検査し、中の例題を計算します。フォルダーを省くと、組み込みの事業を検査します。
誤りはファイル名と行番号つきで、--lang の言語（省くと端末の言語）で標準エラーに、まとめはJSONで標準出力に出ます。誤りがあれば終了コードは2です。`,
			EN: `kakehashi check [--lang ja|en] [DIR]

Lints every programme of a programmes folder (the shipped ones unless a folder is named) and runs the examples inside them.
Mistakes go to standard error with file and line, in the language of --lang (of the terminal unless given), a summary as JSON to standard output. The exit status is 2 when there are any.`,
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
	tongue := flags.String("lang", string(env.Lang), "ja | en")
	if err := parseFlags(flags, args, 1); err != nil {
		return err
	}
	fsys, only, err := programmeFolder(flags.Arg(0))
	if err != nil {
		return err
	}
	out := checkFolder(fsys, only)
	if len(out.Programmes) == 0 && len(out.Issues) == 0 {
		return &Unusable{At: flags.Arg(0), Message: lang.Text{JA: flags.Arg(0) + " に事業の定義（フォルダーごとの programme.yaml）がありません。",
			EN: "There is no definition in " + flags.Arg(0) + ": a folder for each programme, with its programme.yaml."}}
	}
	for _, i := range out.Issues {
		fmt.Fprintln(env.Err, i.In(lang.Tag(*tongue)))
	}
	if err := writeJSON(env.Out, out); err != nil {
		return err
	}
	if !out.OK {
		return status(2)
	}
	return nil
}

// programmeFolder opens a folder of programmes, the shipped ones for "", or the folder around one programme and that one's name.
func programmeFolder(dir string) (fsys fs.FS, only string, err error) {
	if dir == "" {
		return programmes.FS, "", nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return nil, "", &Unusable{At: dir, Message: lang.Text{JA: dir + " はファイルです。フォルダーを指定してください。", EN: dir + " is a file; name a folder."}}
	}
	if err != nil {
		return nil, "", &Unusable{At: dir, Message: lang.Text{JA: "フォルダー " + dir + " がありません。", EN: "There is no folder " + dir + "."}}
	}
	if _, err := os.Stat(filepath.Join(dir, "programme.yaml")); err != nil {
		return os.DirFS(dir), "", nil
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return nil, "", fmt.Errorf("folder %s: %w", dir, err)
	}
	return os.DirFS(filepath.Dir(whole)), filepath.Base(whole), nil
}

// checkFolder checks all programmes of a folder, or only one.
func checkFolder(fsys fs.FS, only string) checkOutput {
	out := checkOutput{Programmes: []checkedFolder{}, Issues: programme.Issues{}}
	all, issues := programme.ParseAll(fsys)
	if only != "" {
		var d programme.Definition
		if d, issues = programme.Parse(fsys, only); len(issues) == 0 {
			all = []programme.Definition{d}
		} else {
			all = nil
		}
	}
	out.Issues = append(out.Issues, issues...)
	out.Issues = append(out.Issues, programme.Twins(all)...)
	goals, issues := programme.LoadGoals(fsys)
	out.Issues = append(out.Issues, issues...)
	known := names(goals...)
	for _, d := range all {
		p, issues := programme.Compile(d)
		out.Issues = append(out.Issues, issues...)
		if p == nil {
			continue
		}
		out.Issues = append(out.Issues, p.Lint(known)...)
		out.Issues = append(out.Issues, p.RunExamples()...)
		out.Programmes = append(out.Programmes, checkedFolder{Programme: p.Code, Number: p.Number, Version: p.Version, Hash: p.Hash,
			Fields: len(p.AllFields()), Rules: len(p.Rules), Examples: len(p.Examples)})
	}
	out.OK = len(out.Issues) == 0
	return out
}

// names are what definitions may name: effects, needs and mails of this release, and the goals of the finder.
func names(goals ...programme.Goal) programme.Names {
	n := programme.Names{Effects: cases.EffectIDs(), Needs: cases.NeedIDs(), Mails: mail.Names()}
	for _, g := range goals {
		n.Goals = append(n.Goals, g.ID)
	}
	return n
}
