package app

import (
	"bytes"
	"context"
	"strings"

	"kakehashi/content"
	"kakehashi/internal/lang"
	"kakehashi/internal/resident/easy"
	"kakehashi/internal/resident/sheet"
	"kakehashi/internal/web/help"
)

func verbSheet() Verb {
	return Verb{
		Name:  "sheet",
		Short: lang.Text{JA: "表示シートを印刷用のHTMLにする", EN: "Write a display sheet as HTML ready to print"},
		Long: lang.Text{
			JA: `kakehashi sheet --lang ne,my,ja [--in ファイル] < {"template":"water.supply","slots":{"place":"中央小学校","day":"2026-10-14","start":"15:00"}}

文に場所や時刻を入れ、選んだ言語（8つまで）のシートをHTMLで返します。確認していない訳には、その言語で印が入ります。
文の一覧は kakehashi template list で分かります。`,
			EN: `kakehashi sheet --lang ne,my,ja [--in FILE] < {"template":"water.supply","slots":{"place":"中央小学校","day":"2026-10-14","start":"15:00"}}

Fills a message and answers the sheet in the chosen languages (up to 8) as one HTML file. Text nobody has reviewed is marked in
its own language. kakehashi template list names the messages.`,
		},
		Run: runSheet,
	}
}

func runSheet(ctx context.Context, env *Env, args []string) error {
	flags := flagSet("sheet")
	langs := flags.String("lang", "ja-x-easy,en", "")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	var o sheet.Order
	if err := readJSON(env, *file, &o); err != nil {
		return err
	}
	o.Langs = strings.Split(*langs, ",")
	l, err := sheet.Read(content.FS)
	if err != nil {
		return err
	}
	r, err := easy.NewReader(content.FS, "")
	if err != nil {
		return err
	}
	s, err := l.Make(o, r.Ruby)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := help.WriteSheet(ctx, &b, s); err != nil {
		return err
	}
	_, err = env.Out.Write(b.Bytes())
	return err
}
