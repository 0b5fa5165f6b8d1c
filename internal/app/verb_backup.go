package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kakehashi/internal/db"
	"kakehashi/internal/lang"
)

func verbBackup() Verb {
	return Verb{Name: "backup",
		Short: lang.Text{JA: "すべてのデータを1つのファイルに写します（稼働中でも使えます）", EN: "Copy everything into one file (also while serving)"},
		Long: lang.Text{JA: `kakehashi backup FILE [--data DIR] [--database URL]
  ある時点のデータベース、添付ファイル、鍵を1つの tar ファイルに写します。サービスを止める必要はありません。すでにあるファイルには書きません。
  中身は個人情報と鍵を含みます。kakehashi restore で戻せます。終了状態：0 完了、1 失敗、または失われた添付ファイルがある`,
			EN: `kakehashi backup FILE [--data DIR] [--database URL]
  Copies the database as it stands at one moment, the attachments and the keys into one tar file. The service may go on. A file that exists is
  never written over. It holds personal data and keys; kakehashi restore reads it back. Exit status: 0 done, 1 failed or attachments are lost`},
		Run: backupVerb}
}

func backupVerb(ctx context.Context, e *Env, args []string) error {
	c, file, err := e.withFile("backup", args)
	if err != nil {
		return err
	}
	d, err := existing(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	part, err := os.OpenFile(file+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	list, err := backup(ctx, d, c.Data, part, func(done, total int) { fmt.Fprintf(e.Err, "\r%d/%d", done, total) })
	fmt.Fprintln(e.Err)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Link(part.Name(), file); errors.Is(err, fs.ErrExist) {
		return taken(file)
	} else if err != nil {
		return err
	}
	var bytes int64
	for _, p := range list.Parts {
		bytes += p.Size
	}
	if err := writeJSON(e.Out, map[string]any{"file": file, "engine": list.Engine, "parts": len(list.Parts), "bytes": bytes, "lost": orEmpty(list.Lost)}); err != nil {
		return err
	}
	if len(list.Lost) > 0 {
		return status(1)
	}
	return nil
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// withFile reads the options of a verb that names one file, before or after them.
func (e *Env) withFile(verb string, args []string) (c Config, file string, err error) {
	c = quiet()
	fs := e.flags(verb, &c)
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		file, args = args[0], args[1:]
	}
	if err := parse(fs, args); err != nil {
		return c, "", err
	}
	if file == "" {
		file = fs.Arg(0)
	}
	if file == "" {
		return c, "", &Unusable{At: "file", Message: lang.Text{JA: "ファイル名を入力してください：kakehashi " + verb + " FILE", EN: "Name a file: kakehashi " + verb + " FILE"}}
	}
	if verb == "backup" {
		if _, err := os.Lstat(file); err == nil {
			return c, "", taken(file)
		}
	}
	return c, file, nil
}

func taken(file string) error {
	return &Unusable{At: "file", Message: lang.Text{JA: file + " はすでにあります。上書きはしません。", EN: file + " exists already; nothing is written over."}}
}

// existing opens the database of an installation that is there already; one is never made by looking for it.
func existing(ctx context.Context, c Config) (*db.DB, error) {
	address, err := c.address()
	if err != nil {
		return nil, err
	}
	return db.Open(ctx, address)
}

// address is where the installation's database is; input that cannot be used when there is no installation.
func (c Config) address() (string, error) {
	if c.Database != "" {
		return c.Database, nil
	}
	file := filepath.Join(c.Data, databasePart)
	if _, err := os.Stat(file); err != nil {
		return "", &Unusable{At: "--data", Message: lang.Text{JA: c.Data + " にかけはしのデータがありません。--data か --database を確かめてください。",
			EN: "There is no Kakehashi in " + c.Data + "; look at --data or --database."}}
	}
	return "sqlite:" + file, nil
}
