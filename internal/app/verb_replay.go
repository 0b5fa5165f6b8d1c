package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

func verbReplay() Verb {
	return Verb{Name: "replay",
		Short: lang.Text{JA: "別の版の定義で過去の案件を判定し直します", EN: "Judge past cases by another version of a definition"},
		Long: lang.Text{JA: `kakehashi replay --programme CODE --with DIR --data DIR
  DIR（一つの事業のフォルダー、または全事業のフォルダー）の定義で、提出済みの案件を提出時の内容と日時で判定し直し、結果が変わる案件を挙げます。
  別の年度・別の回の定義のときは、締切などの日付は案件自身の募集のものを使います。何も変更しません。`,
			EN: `kakehashi replay --programme CODE --with DIR --data DIR
  Judges every submitted case by the definition in DIR (the folder of one programme, or of all), with its answers and the moment of its submission, and lists those that come
  out differently. Where the definition is of another year or round, the days are those of the case's own call. Changes nothing.`},
		Run: replay}
}

func replay(ctx context.Context, e *Env, args []string) error {
	var c Config
	fs := e.flags("replay", &c)
	code, with := fs.String("programme", "", ""), fs.String("with", "", "")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *code == "" || *with == "" {
		return &Unusable{At: "options", Message: lang.Text{JA: "--programme と --with を指定してください。", EN: "Give --programme and --with."}}
	}
	other, err := compileFolder(*with, *code)
	if err != nil {
		return err
	}
	a, err := c.standing(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	now, err := a.Programmes.Current(ctx, *code)
	if err != nil {
		return err
	}
	looked, differ := 0, []cases.Difference{}
	err = a.Cases.Replay(ctx, now.Code, other, func(d cases.Difference) {
		looked++
		if d.Differs() {
			differ = append(differ, d)
		}
		if looked%500 == 0 {
			fmt.Fprintf(e.Err, "\r%d", looked)
		}
	})
	if err != nil {
		return err
	}
	enc := json.NewEncoder(e.Out)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"programme": now.Code, "with": other.Version, "cases": looked, "differ": differ})
}

// compileFolder reads the folder of one programme, or of the one called code (P01 or its long name) out of a folder of all programmes;
// mistakes are input that cannot be used.
func compileFolder(dir, code string) (*programme.Programme, error) {
	fsys, only, err := programmeFolder(dir)
	if err != nil {
		return nil, err
	}
	if only == "" {
		all, _ := programme.ParseAll(fsys)
		i := slices.IndexFunc(all, func(d programme.Definition) bool { return d.Code == code || d.Number == code })
		if i < 0 {
			return nil, &Unusable{At: "--with", Message: lang.Text{JA: dir + " に " + code + " の定義がありません。", EN: "There is no definition of " + code + " in " + dir + "."}}
		}
		only = all[i].Code
	}
	d, issues := programme.Parse(fsys, only)
	if len(issues) == 0 {
		var p *programme.Programme
		if p, issues = programme.Compile(d); len(issues) == 0 {
			return p, nil
		}
	}
	if len(issues) == 0 {
		return nil, errors.New("no definition")
	}
	return nil, &Unusable{At: "--with", Message: lang.Text{JA: issues[0].String(), EN: issues[0].String()}}
}
