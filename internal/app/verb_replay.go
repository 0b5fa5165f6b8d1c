package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

func verbReplay() Verb {
	return Verb{Name: "replay",
		Short: lang.Text{JA: "別の版の定義で過去の案件を判定し直します", EN: "Judge past cases by another version of a definition"},
		Long: lang.Text{JA: `kakehashi replay --programme CODE --with DIR --data DIR
  DIR の定義で、提出済みの案件を提出時の内容と日時で判定し直し、結果が変わる案件を挙げます。何も変更しません。`,
			EN: `kakehashi replay --programme CODE --with DIR --data DIR
  Judges every submitted case by the definition in DIR, with its answers and the moment of its submission, and lists those that come
  out differently. Changes nothing.`},
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
	other, err := compileFolder(*with)
	if err != nil {
		return err
	}
	a, err := New(ctx, c)
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

// compileFolder reads one programme folder; mistakes are input that cannot be used.
func compileFolder(dir string) (*programme.Programme, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d, issues := programme.Parse(os.DirFS(filepath.Dir(abs)), filepath.Base(abs))
	if len(issues) == 0 {
		var p *programme.Programme
		if p, issues = programme.Compile(d); len(issues) == 0 {
			return p, nil
		}
	}
	if len(issues) == 0 {
		return nil, errors.New("no definition")
	}
	return nil, &Unusable{At: "with", Message: lang.Text{JA: issues[0].String(), EN: issues[0].String()}}
}
