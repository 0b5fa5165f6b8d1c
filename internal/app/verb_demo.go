package app

import (
	"context"
	"fmt"

	"kakehashi/internal/lang"
)

func verbDemo() Verb {
	return Verb{Name: "demo",
		Short: lang.Text{JA: "見本データを読み込む・取り除く", EN: "Load or remove the demonstration"},
		Long: lang.Text{JA: `kakehashi demo load|wipe [--data DIR] [--database URL]
  load  役割ごとのサインイン（パスワードは1回だけ表示）、今日受付中の募集、各段階の案件を作ります。すべて「見本」の印が付きます。
  wipe  見本データだけを取り除きます。`,
			EN: `kakehashi demo load|wipe [--data DIR] [--database URL]
  load  makes one sign-in per role (passwords shown once), calls open today, and cases at every station; all flagged as samples.
  wipe  removes the demonstration and nothing else.`},
		Run: func(ctx context.Context, e *Env, args []string) error {
			if len(args) == 0 || args[0] != "load" && args[0] != "wipe" {
				return &Unusable{At: "verb", Message: lang.Text{JA: "kakehashi demo load または kakehashi demo wipe と入力してください。", EN: "Say kakehashi demo load or kakehashi demo wipe."}}
			}
			c, open := quiet(), New // load makes what is not there yet
			if args[0] == "wipe" {
				open = func(ctx context.Context, c Config) (*App, error) { return c.standing(ctx) }
			}
			if err := parse(e.flags("demo", &c), args[1:]); err != nil {
				return err
			}
			a, err := open(ctx, c)
			if err != nil {
				return err
			}
			defer a.Close()
			if args[0] == "load" {
				if err := a.LoadDemo(ctx, e.Out); err != nil {
					return err
				}
				return a.Jobs.Drain(ctx)
			}
			if err := a.WipeDemo(ctx); err != nil {
				return err
			}
			fmt.Fprintln(e.Out, lang.Text{JA: "見本データを取り除きました。", EN: "The demonstration is removed."}.In(e.Lang))
			return nil
		}}
}
