package app

import (
	"context"
	"io/fs"
	"os"

	"kakehashi/content"
	"kakehashi/internal/lang"
	"kakehashi/internal/resident/sheet"
)

func verbTemplate() Verb {
	return Verb{
		Name:  "template",
		Short: lang.Text{JA: "表示シートの文を検査する、一覧にする", EN: "Check or list the sentences of display sheets"},
		Long: lang.Text{
			JA: `kakehashi template check [フォルダー]
kakehashi template list [フォルダー]

check はすべての文をすべての言語で検査します：差し込む語、行、「行け」と「行くな」、文字、数、用語、長さ。
誤りがあれば終了コードは2です。list は文と、言語ごとの訳の確認の状態を返します。
フォルダーは content と同じ形です。指定しないと組み込みの文です。`,
			EN: `kakehashi template check [DIR]
kakehashi template list [DIR]

check judges every sentence in every language: slots, lines, whether it sends people or keeps them away, script, numbers, terms,
length. The exit status is 2 when there is a fault. list answers the templates with the review state of each language.
DIR has the shape of content; the shipped one unless named.`,
		},
		Run: runTemplate,
	}
}

// listedTemplate is one line of `template list`.
type listedTemplate struct {
	ID      string            `json:"id"`
	Version int               `json:"v"`
	Risk    string            `json:"risk"`
	Stage   string            `json:"stage"`
	Slots   map[string]string `json:"slots"`
	States  map[string]string `json:"states"`
	Text    string            `json:"ja"`
}

func runTemplate(_ context.Context, env *Env, args []string) error {
	flags := flagSet("template")
	if err := parseFlags(flags, args, 2); err != nil {
		return err
	}
	fsys := fs.FS(content.FS)
	if dir := flags.Arg(1); dir != "" {
		fsys = os.DirFS(dir)
	}
	l, err := sheet.Read(fsys)
	if err != nil {
		return &Unusable{At: "content", Message: lang.Text{JA: "読めません：" + err.Error(), EN: err.Error()}}
	}
	switch flags.Arg(0) {
	case "check":
		problems := l.Check()
		if err := writeJSON(env.Out, map[string]any{"ok": len(problems) == 0, "templates": len(l.Templates), "languages": len(l.Languages), "problems": problems}); err != nil {
			return err
		}
		if len(problems) > 0 {
			return status(2)
		}
		return nil
	case "list":
		list := []listedTemplate{}
		for _, t := range l.Templates {
			states := map[string]string{}
			for _, g := range l.Languages {
				states[g.Tag] = t.State(g.Tag)
			}
			list = append(list, listedTemplate{t.ID, t.Version, t.Risk, t.Stage, t.Slots, states, t.Text["ja"]})
		}
		return writeJSON(env.Out, list)
	}
	return &Unusable{At: "template", Message: lang.Text{JA: "check か list を書いてください。", EN: "Write check or list."}}
}
