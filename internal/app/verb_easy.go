package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"kakehashi/content"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/resident/easy"
	"kakehashi/internal/resident/warning"
)

func verbEasy() Verb {
	return Verb{
		Name:  "easy",
		Short: lang.Text{JA: "やさしい日本語になっているかを調べる", EN: "Check whether a Japanese text is easy enough"},
		Long: lang.Text{
			JA: `kakehashi easy [--level 1|2] [--region 地域] [--in ファイル] < 文章

文ごとに、拍の数、漢字の数と、むずかしいところ（規則の名前、重さ、場所、直し方）を返します。
--level 1 は災害のすぐ後の文（指定しないとき）、2 は毎日の生活の文です。`,
			EN: `kakehashi easy [--level 1|2] [--region REGION] [--in FILE] < text

For each sentence: its beats, its kanji, and what makes it hard (rule, severity, place, advice).
--level 1 is a text just after a disaster (the default), 2 one of daily life.`,
		},
		Run: runEasy,
	}
}

func verbRuby() Verb {
	return Verb{
		Name:  "ruby",
		Short: lang.Text{JA: "文章にふりがなをつける", EN: "Give a Japanese text its readings"},
		Long: lang.Text{
			JA: `kakehashi ruby [--region 地域] [--in ファイル] < 文章

文章を切り分け、漢字と数え方のある数字に読み（ruby）をつけて返します。text をつなぐと元の文章になります。
--region tokyo は、その地域の言い方（一時避難場所の「いっとき」など）で読みます。`,
			EN: `kakehashi ruby [--region REGION] [--in FILE] < text

Cuts a text into pieces and gives kanji and counted numbers their reading (ruby). The texts put together are the text.
--region tokyo reads words as they are said there (一時避難場所 as いっとき).`,
		},
		Run: runRuby,
	}
}

func runEasy(_ context.Context, env *Env, args []string) error {
	flags := flagSet("easy")
	level := flags.Int("level", 1, "")
	region := flags.String("region", "", "")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	if *level != 1 && *level != 2 {
		return &Unusable{At: "--level", Message: lang.Text{JA: "1 か 2 を指定してください。", EN: "The level is 1 or 2."}}
	}
	text, r, err := japanese(env, *file, *region)
	if err != nil {
		return err
	}
	v, err := warning.Read(content.FS)
	if err != nil {
		return err
	}
	return writeJSON(env.Out, map[string]any{"level": *level, "sentences": r.Check(text, easy.Level(*level), oldTerms(v, jp.Date(time.Now())))})
}

// oldTerms lets the checker of easy Japanese ask the vocabulary of warnings as of a day.
func oldTerms(v *warning.Vocabulary, day string) easy.OldTerms {
	return func(text string) (found []easy.OldTerm) {
		for _, f := range v.Old(text, day) {
			found = append(found, easy.OldTerm{From: f.From, To: f.To, Now: f.Term.Now[0]})
		}
		return found
	}
}

func runRuby(_ context.Context, env *Env, args []string) error {
	flags := flagSet("ruby")
	region := flags.String("region", "", "")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	text, r, err := japanese(env, *file, *region)
	if err != nil {
		return err
	}
	return writeJSON(env.Out, r.Ruby(text))
}

// japanese reads a text and makes the reader of a region.
func japanese(env *Env, file, region string) (string, *easy.Reader, error) {
	in := env.In
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return "", nil, &Unusable{At: "--in", Message: lang.Text{JA: "ファイル " + file + " を開けません。", EN: "The file " + file + " cannot be opened."}}
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, 1<<20+1))
	if err != nil {
		return "", nil, fmt.Errorf("read the text: %w", err)
	}
	if len(b) > 1<<20 || !utf8.Valid(b) {
		return "", nil, &Unusable{Message: lang.Text{JA: "UTF-8 の文章を 1 MiB まで読みます。", EN: "A UTF-8 text of up to 1 MiB is read."}}
	}
	regions, err := easy.Regions(content.FS)
	if err != nil {
		return "", nil, err
	}
	for _, name := range append(regions, "") {
		if name == region {
			r, err := easy.NewReader(content.FS, region)
			return string(b), r, err
		}
	}
	return "", nil, &Unusable{At: "--region", Message: lang.Text{JA: fmt.Sprintf("「%s」の読みはありません。ある地域：%v", region, regions),
		EN: fmt.Sprintf("There are no readings for %q; there are %v.", region, regions)}}
}
