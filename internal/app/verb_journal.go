package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kakehashi/internal/lang"
)

func verbJournal() Verb {
	return Verb{Name: "journal",
		Short: lang.Text{JA: "記録（ジャーナル）を検証します", EN: "Verify the journals"},
		Long: lang.Text{JA: `kakehashi journal verify [--data DIR] [--database URL]
  すべての案件の記録の連鎖を最初から計算し直し、記録から復元した内容と保存内容、文書番号の連続、予算の帳尻、団体とアカウントの記録、
  毎日の署名を照合します。不一致があれば終了コードは1です。

kakehashi journal check ZIP [--key HEX]
  画面から保存した案件の ZIP を、データベースなしで確かめます。ファイルのハッシュ、記録の連鎖、署名された日の値までの道筋を見ます。
  --key に公表されている公開鍵を指定すると、署名がその鍵のものかも確かめます。

kakehashi journal close [--data DIR] [--database URL]
  終わった日の値をすぐに計算して署名します（通常は毎日午前0時10分に行います）。`,
			EN: `kakehashi journal verify [--data DIR] [--database URL]
  Recomputes the chain of every case, compares what it folds to with what is stored, looks for gaps in letter numbers, checks the
  budgets against their entries, the journals of bodies and accounts, and the signed head of every day. Exit status 1 when something
  is wrong.

kakehashi journal check ZIP [--key HEX]
  Checks a case that was saved as ZIP, without any database: the hash of every file, the chain of its journal, and the path to the
  signed value of a day. With --key the signature must be that of this (published) key.

kakehashi journal close [--data DIR] [--database URL]
  Computes and signs the value of the days that have ended now (done daily at 0:10 in Japan).`},
		Run: journalVerb}
}

// open opens the installation for a verb that only asks; there must be one.
func (e *Env) open(ctx context.Context, name string, args []string) (*App, error) {
	c := quiet()
	if err := parse(e.flags(name, &c), args); err != nil {
		return nil, err
	}
	return c.standing(ctx)
}

// standing opens an installation that is there already: a verb that reads never makes a new one out of a mistyped folder.
// Unusable when the folder holds none.
func (c Config) standing(ctx context.Context) (*App, error) {
	address, err := c.address()
	if err != nil {
		return nil, err
	}
	c.Database = address
	return New(ctx, c)
}

func journalVerb(ctx context.Context, e *Env, args []string) error {
	said := ""
	if len(args) > 0 {
		said, args = args[0], args[1:]
	}
	switch said {
	case "verify":
		return e.journalVerify(ctx, args)
	case "check":
		return e.journalCheck(args)
	case "close":
		a, err := e.open(ctx, "journal", args)
		if err != nil {
			return err
		}
		return errors.Join(a.Proof.Close(ctx), a.Close())
	}
	return &Unusable{At: "verb", Message: lang.Text{JA: "kakehashi journal verify、check、close のどれかを入力してください。",
		EN: "Say kakehashi journal verify, check or close."}}
}

func (e *Env) journalVerify(ctx context.Context, args []string) error {
	a, err := e.open(ctx, "journal", args)
	if err != nil {
		return err
	}
	defer a.Close()
	cases, events, found, err := a.Cases.Verify(ctx, func(n int) { fmt.Fprintf(e.Err, "\r%d", n) })
	fmt.Fprintln(e.Err)
	if err != nil {
		return err
	}
	lines, broken, err := a.Orgs.Verify(ctx)
	if err != nil {
		return err
	}
	heads, unsigned, err := a.Proof.Verify(ctx)
	if err != nil {
		return err
	}
	accounts, err := a.Accounts.VerifyJournal(ctx)
	faults := []map[string]any{}
	for _, text := range unsigned {
		faults = append(faults, map[string]any{"proof": true, "text": text})
	}
	for _, f := range found {
		faults = append(faults, map[string]any{"case": f.Case, "seq": f.Seq, "text": f.Text})
	}
	for _, b := range broken {
		faults = append(faults, map[string]any{"register": fmt.Sprint(b), "text": "the chain of this register entry is broken"})
	}
	if err != nil {
		faults = append(faults, map[string]any{"accounts": true, "text": err.Error()})
	}
	enc := json.NewEncoder(e.Out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(map[string]any{"cases": cases, "events": events, "register": lines, "accounts": accounts, "heads": heads, "faults": faults}); err != nil {
		return err
	}
	if len(faults) > 0 {
		return errors.New("the journal does not verify")
	}
	return nil
}
