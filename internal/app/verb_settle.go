package app

import (
	"context"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

func verbSettle() Verb {
	return Verb{
		Name:  "settle",
		Short: lang.Text{JA: "実績報告から額の確定と返還額を計算する", EN: "Work out the fixed amount and what is to be returned"},
		Long: lang.Text{
			JA: `kakehashi settle [--programme 事業] [--with フォルダー] [--in ファイル] < 精算.json

{"programme":"…","decided":4000000,"report":{"r.cost.lines":[{"amount":9000000,"eligible":true}]},"advance_paid":0}
のような入力から、確定額（fixed）、返還額（return）、確認が要ること（flags）を返します。
admitted を省いた行は、amount のとおり認めたものとします。answers に申請の内容を添えると、上限も計算します。`,
			EN: `kakehashi settle [--programme CODE|NUMBER] [--with DIR] [--in FILE] < settlement.json

From {"programme":"…","decided":4000000,"report":{"r.cost.lines":[{"amount":9000000,"eligible":true}]},"advance_paid":0}
it answers the fixed amount, the amount to be returned and what an officer must look at (flags).
A line without admitted counts with its amount. With the answers of the application the cap is computed too.`,
		},
		Run: runSettle,
	}
}

// settleOutput is the answer; keys may be added, never renamed.
type settleOutput struct {
	Programme string `json:"programme"`
	Number    string `json:"number"`
	Version   string `json:"version"`
	programme.Settlement
}

func runSettle(_ context.Context, env *Env, args []string) error {
	flags := flagSet("settle")
	code := flags.String("programme", "", "")
	with := flags.String("with", "", "")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	var sent map[string]any
	if err := readJSON(env, *file, &sent); err != nil {
		return err
	}
	name, ok := sent["programme"].(string)
	if x := sent["programme"]; !ok && x != nil {
		return &Unusable{At: "programme", Message: programme.WrongShape("programme", programme.ShapeText, programme.ShapeOf(x))}
	}
	if *code != "" {
		name = *code
	}
	all, err := definitions(*with)
	if err != nil {
		return err
	}
	p, err := pick(all, name)
	if err != nil {
		return err
	}
	if len(p.Settle) == 0 {
		return &Unusable{At: "programme", Message: lang.Text{JA: lang.T(lang.JA, "programme.no_settle"), EN: lang.T(lang.EN, "programme.no_settle")}}
	}
	in, bad := p.ReadSettle(sent)
	if bad != nil {
		return &Unusable{At: bad.At, Message: bad.Message}
	}
	if in.Org == (form.Org{}) && len(p.Call.ApplicantTypes) > 0 {
		in.Org.Type = p.Call.ApplicantTypes[0]
	}
	return writeJSON(env.Out, settleOutput{Programme: p.Code, Number: p.Number, Version: p.Version, Settlement: p.SettleReport(in)})
}
