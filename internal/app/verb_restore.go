package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

func verbRestore() Verb {
	return Verb{Name: "restore",
		Short: lang.Text{JA: "バックアップを空のフォルダーに戻します", EN: "Read a backup into an empty folder"},
		Long: lang.Text{JA: `kakehashi restore FILE --data DIR [--database postgres://…]
  DIR は空か、まだないフォルダーです。あるものを上書きすることはありません。--database を指定すると、中身を新しい PostgreSQL に写します。
  戻す前に全部分のハッシュを、戻した後に記録の連鎖を確かめます。`,
			EN: `kakehashi restore FILE --data DIR [--database postgres://…]
  DIR is empty or not there yet: nothing is ever written over. With --database the rows go into that fresh PostgreSQL database.
  Every part is checked against its hash first, and the journals afterwards.`},
		Run: restoreVerb}
}

func restoreVerb(ctx context.Context, e *Env, args []string) error {
	c, file, err := e.withFile("restore", args)
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return &Unusable{At: "file", Message: lang.Text{JA: file + " を開けません。", EN: "Cannot open " + file + "."}}
	}
	defer f.Close()
	if err := free(c.Data); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(c.Data)), 0o700); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(filepath.Clean(c.Data)), "restore-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	list, err := restored(f, dir)
	if err != nil {
		return err
	}
	if c.Database != "" {
		if err := moveTo(ctx, e, filepath.Join(dir, databasePart), c.Database); err != nil {
			return err
		}
	}
	if err := os.Remove(c.Data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(dir, c.Data); err != nil {
		return err
	}
	cases, faults, err := reopened(ctx, c)
	if err != nil {
		return err
	}
	if err := writeJSON(e.Out, map[string]any{"data": c.Data, "created": list.Created, "parts": len(list.Parts), "lost": orEmpty(list.Lost), "cases": cases, "faults": orEmpty(faults)}); err != nil {
		return err
	}
	if len(faults) > 0 {
		return status(1)
	}
	return nil
}

// free refuses a folder that holds anything.
func free(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
		return nil
	}
	if err != nil {
		return &Unusable{At: "data", Message: lang.Text{JA: dir + " はフォルダーとして開けません。", EN: dir + " cannot be opened as a folder."}}
	}
	return &Unusable{At: "data", Message: lang.Text{JA: dir + " は空ではありません。上書きはしないので、新しいフォルダーを --data で指定してください。",
		EN: dir + " is not empty; nothing is written over. Name a new folder with --data."}}
}

// moveTo copies a SQLite file into another database and takes the file away.
func moveTo(ctx context.Context, e *Env, file, database string) error {
	from, err := db.Open(ctx, "sqlite:"+file)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := openFor(ctx, database)
	if err != nil {
		return err
	}
	defer to.Close()
	if _, err := db.Copy(ctx, from, to, func(table string) { fmt.Fprintln(e.Err, table) }); err != nil {
		return err
	}
	for _, name := range []string{file, file + "-wal", file + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// openFor opens a database that somebody named; one that cannot be opened is input that cannot be used.
func openFor(ctx context.Context, address string) (*db.DB, error) {
	d, err := db.Open(ctx, address)
	if err != nil {
		return nil, &Unusable{At: "database", Message: lang.Text{JA: "データベースを開けません。アドレスとパスワードを確かめてください。", EN: "The database cannot be opened; look at its address and password."}}
	}
	return d, nil
}

// reopened recomputes every journal of an installation.
func reopened(ctx context.Context, c Config) (cases int, faults []string, err error) {
	a, err := New(ctx, c)
	if err != nil {
		return 0, nil, err
	}
	defer a.Close()
	return a.verify(ctx)
}

// verify recomputes the journals of cases, bodies and accounts and says in a line each what does not hold.
func (a *App) verify(ctx context.Context) (cases int, faults []string, err error) {
	cases, _, found, err := a.Cases.Verify(ctx, func(int) {})
	if err != nil {
		return 0, nil, err
	}
	for _, f := range found {
		faults = append(faults, fmt.Sprintf("%s/%d: %s", f.Case, f.Seq, f.Text))
	}
	_, broken, err := a.Orgs.Verify(ctx)
	if err != nil {
		return 0, nil, err
	}
	for _, b := range broken {
		faults = append(faults, fmt.Sprintf("register: %v", b))
	}
	_, unsigned, err := a.Proof.Verify(ctx)
	if err != nil {
		return 0, nil, err
	}
	faults = append(faults, unsigned...)
	if _, err := a.Accounts.VerifyJournal(ctx); err != nil {
		if fault.Of(err) == nil && ctx.Err() != nil {
			return 0, nil, err
		}
		faults = append(faults, "accounts: "+err.Error())
	}
	return cases, faults, nil
}
