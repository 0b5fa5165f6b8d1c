package app

import (
	"context"
	"fmt"
	"time"

	"kakehashi/content"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/resident/warning"
)

func verbWarning() Verb {
	return Verb{
		Name:  "warning",
		Short: lang.Text{JA: "警報の名前の意味、警戒レベル、今の呼び方を調べる", EN: "Say what a warning's name means, its level, and today's name for it"},
		Long: lang.Text{
			JA: `kakehashi warning [--at 日付] 名前…
kakehashi warning --active [--at 日付] [--in ファイル] < 発表.json

名前ごとに、警戒レベル（ないときは null）、市町村の情報（order）か相当する情報（equivalent）か、どの段階表の数字か（scale）、
古い名前などの注意（notices）を返します。--at の日に使われていた意味で答えます。指定しないと今日です。
--active は [{"term":"…","status":"発表|継続|解除|警報から注意報"}] を読み、その場所の警戒レベルと、根拠の情報を返します。
市町村の避難情報（order）は、相当する情報とは別に返します。`,
			EN: `kakehashi warning [--at DATE] TERM…
kakehashi warning --active [--at DATE] [--in FILE] < items.json

For each term: its level (null where there is none), whether it is a municipality's word (order) or only corresponds to a level
(equivalent), which scale the number is on, and notices for old names. --at answers as of that day; today unless said.
--active reads [{"term":"…","status":"発表|継続|解除|警報から注意報"}] and answers the level of that place and why. What the
municipality has said stands apart from what only corresponds.`,
		},
		Run: runWarning,
	}
}

func runWarning(_ context.Context, env *Env, args []string) error {
	flags := flagSet("warning")
	at := flags.String("at", "", "")
	active := flags.Bool("active", false, "")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 1000); err != nil {
		return err
	}
	day, err := dayFlag(*at)
	if err != nil {
		return err
	}
	v, err := warning.Read(content.FS)
	if err != nil {
		return err
	}
	if *active {
		var items []warning.Item
		if err := readJSON(env, *file, &items); err != nil {
			return err
		}
		s, err := v.Active(items, day)
		if err != nil {
			return err
		}
		return writeJSON(env.Out, s)
	}
	if flags.NArg() == 0 {
		return &Unusable{At: "TERM", Message: lang.Text{JA: "調べる名前を書いてください。", EN: "Name at least one term."}}
	}
	meanings := []warning.Meaning{}
	for _, term := range flags.Args() {
		meanings = append(meanings, v.Meaning(term, day))
	}
	return writeJSON(env.Out, meanings)
}

// dayFlag reads a day as people write it; "" is today in Japan.
func dayFlag(s string) (string, error) {
	if s == "" {
		return jp.Date(time.Now()), nil
	}
	day, ok := jp.ParseDate(s)
	if !ok {
		return "", &Unusable{At: "--at", Message: lang.Text{JA: fmt.Sprintf("「%s」は日付として読めません。2026-05-28 の形で書いてください。", s),
			EN: fmt.Sprintf("%q is no day; write 2026-05-28.", s)}}
	}
	return day, nil
}
