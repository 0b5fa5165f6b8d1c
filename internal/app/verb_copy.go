package app

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"kakehashi/internal/db"
	"kakehashi/internal/lang"
)

func verbCopy() Verb {
	return Verb{Name: "copy",
		Short: lang.Text{JA: "データベースを別のエンジンへ移します", EN: "Move the database to another engine"},
		Long: lang.Text{JA: `kakehashi copy --to postgres://… [--data DIR] [--database URL]
  すべての表を新しいデータベースへ1つのトランザクションで写し、行数と記録の連鎖の先頭を照合します。写す先が空でなければ断ります。
  先にサービスを止めてください。添付ファイルと鍵はデータフォルダーに残るので、写した後は
  KAKEHASHI_DATABASE=postgres://… kakehashi serve --data DIR で続けます。--to sqlite:PATH で戻すこともできます。`,
			EN: `kakehashi copy --to postgres://… [--data DIR] [--database URL]
  Copies every table into a fresh database in one transaction, then compares the rows and the heads of the journals. A database that is not
  empty is refused. Stop the service first. Attachments and keys stay in the data folder: go on with
  KAKEHASHI_DATABASE=postgres://… kakehashi serve --data DIR. --to sqlite:PATH goes the other way.`},
		Run: copyVerb}
}

func copyVerb(ctx context.Context, e *Env, args []string) error {
	c := quiet()
	fs := e.flags("copy", &c)
	target := fs.String("to", "", "")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *target == "" {
		return &Unusable{At: "to", Message: lang.Text{JA: "写す先を --to postgres://… で指定してください。", EN: "Say where to with --to postgres://…."}}
	}
	from, err := existing(ctx, c)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := openFor(ctx, *target)
	if err != nil {
		return err
	}
	defer to.Close()
	tables, err := db.Copy(ctx, from, to, func(table string) { fmt.Fprintln(e.Err, table) })
	if err != nil {
		return err
	}
	before, err := heads(ctx, from)
	if err != nil {
		return err
	}
	after, err := heads(ctx, to)
	if err != nil {
		return err
	}
	c.Database = *target
	cases, faults, err := reopened(ctx, c)
	if err != nil {
		return err
	}
	if before != after {
		faults = append(faults, "the heads of the journals differ")
	}
	var rows int64
	for _, t := range tables {
		rows += t.Rows
	}
	if err := writeJSON(e.Out, map[string]any{"tables": tables, "rows": rows, "heads": after, "cases": cases, "faults": orEmpty(faults)}); err != nil {
		return err
	}
	if len(faults) > 0 {
		return status(1)
	}
	return nil
}

// heads is one fingerprint over every link of every chain: of cases, of the register, of accounts. It is the same on both engines.
func heads(ctx context.Context, d *db.DB) (string, error) {
	sum := sha256.New()
	for _, query := range []string{`SELECT case_id, seq, hash FROM case_events ORDER BY case_id, seq`, `SELECT chain, seq, hash FROM account_journal ORDER BY chain, seq`,
		`SELECT subject, seq, hash FROM org_journal ORDER BY subject, seq`, `SELECT chain, seq, hash FROM account_chains ORDER BY chain`} {
		if err := links(ctx, d, sum, query); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func links(ctx context.Context, d *db.DB, sum hash.Hash, query string) error {
	_, err := db.List(ctx, d.Read(), func(r *sql.Rows) (struct{}, error) {
		var chain, h string
		var seq int64
		err := r.Scan(&chain, &seq, &h)
		io.WriteString(sum, fmt.Sprintf("%s %d %s\n", chain, seq, h))
		return struct{}{}, err
	}, query)
	return err
}
