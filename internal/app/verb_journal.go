package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"kakehashi/internal/lang"
)

func verbJournal() Verb {
	return Verb{Name: "journal",
		Short: lang.Text{JA: "記録（ジャーナル）を検証します", EN: "Verify the journals"},
		Long: lang.Text{JA: `kakehashi journal verify [--data DIR] [--database URL]
  すべての案件の記録の連鎖を最初から計算し直し、記録から復元した内容と保存内容、文書番号の連続、予算の帳尻、団体とアカウントの記録を照合します。`,
			EN: `kakehashi journal verify [--data DIR] [--database URL]
  Recomputes the chain of every case, compares what it folds to with what is stored, looks for gaps in letter numbers, checks the
  budgets against their entries, and the journals of bodies and accounts. Exit status 1 when something is wrong.`},
		Run: journalVerb}
}

// open opens the data folder for a verb that only asks.
func (e *Env) open(ctx context.Context, name string, args []string, more func(c *Config, args []string) error) (*App, error) {
	c := Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	fs := e.flags(name, &c)
	if err := parse(fs, args); err != nil {
		return nil, err
	}
	if more != nil {
		if err := more(&c, fs.Args()); err != nil {
			return nil, err
		}
	}
	return New(ctx, c)
}

func journalVerb(ctx context.Context, e *Env, args []string) error {
	if len(args) == 0 || args[0] != "verify" {
		return &Unusable{At: "verb", Message: lang.Text{JA: "kakehashi journal verify と入力してください。", EN: "Say kakehashi journal verify."}}
	}
	a, err := e.open(ctx, "journal", args[1:], nil)
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
	accounts, err := a.Accounts.VerifyJournal(ctx)
	faults := []map[string]any{}
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
	if err := enc.Encode(map[string]any{"cases": cases, "events": events, "register": lines, "accounts": accounts, "faults": faults}); err != nil {
		return err
	}
	if len(faults) > 0 {
		return errors.New("the journal does not verify")
	}
	return nil
}
