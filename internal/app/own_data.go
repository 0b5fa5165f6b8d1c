package app

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/web/entry"
)

// elsewhere are the tables beside the accounts that name a person, each with the question how often; $1 is the person.
var elsewhere = []struct{ key, query, url string }{
	{"owned", `SELECT COUNT(*) FROM cases WHERE owner = $1`, ""},
	{"letters", `SELECT COUNT(*) FROM letters WHERE issued_by = $1`, ""},
	{"files", `SELECT COUNT(*) FROM files WHERE uploaded_by = $1`, ""},
	{"intakes", `SELECT COUNT(*) FROM case_intakes WHERE person = $1`, ""},
	{"money", `SELECT COUNT(*) FROM ledger_entries WHERE person = $1`, ""},
	{"members", `SELECT COUNT(*) FROM case_members WHERE person = $1`, ""},
	{"conflicts", `SELECT COUNT(*) FROM conflicts WHERE person = $1`, ""},
	{"posts", `SELECT COUNT(*) FROM former_posts WHERE person = $1`, ""},
	{"panels", `SELECT COUNT(*) FROM panel_seats WHERE person = $1`, ""},
	{"seats", `SELECT COUNT(*) FROM approver_seats WHERE person = $1`, ""},
	{"absences", `SELECT COUNT(*) FROM absences WHERE person = $1`, ""},
	{"works", `SELECT COUNT(*) FROM works WHERE person = $1`, ""},
	{"versions", `SELECT COUNT(*) FROM programme_versions WHERE author = $1 OR publisher = $1`, ""},
	{"register", `SELECT COUNT(*) FROM org_journal WHERE person = $1`, ""},
	{"reference", `SELECT COUNT(*) FROM org_rows WHERE person = $1`, ""},
	{"ties", `SELECT COUNT(*) FROM tie_journal WHERE person = $1`, ""},
	{"mails", `SELECT COUNT(*) FROM mails WHERE address = (SELECT email FROM people WHERE id = $1) AND address <> ''`, "/notices"},
}

// heldElsewhere gathers what stands about the acting person beside the accounts.
func (a *App) heldElsewhere(ctx context.Context, who account.Who) (x entry.Elsewhere, err error) {
	for _, t := range elsewhere {
		n, err := db.One(ctx, a.DB.Read(), db.Int, t.query, who.Person)
		if err != nil {
			return x, fmt.Errorf("own data, %s: %w", t.key, err)
		}
		x.Counts = append(x.Counts, entry.Count{Key: t.key, N: int(n), URL: t.url})
	}
	if x.Views, err = db.List(ctx, a.DB.Read(), db.String, `SELECT name FROM list_views WHERE person = $1 ORDER BY name, id`, who.Person); err != nil {
		return x, err
	}
	if err := a.heldCases(ctx, who, &x); err != nil {
		return x, err
	}
	list, err := a.Reads.By(ctx, who.Person, entry.HeldReads)
	for _, l := range list {
		x.Reads = append(x.Reads, entry.Reading{At: l.At, What: l.What, Role: l.Role, Body: l.Body, Number: l.Number, From: l.Origin})
	}
	return x, err
}

// heldCases are the cases whose journals name the person. What no hat in use may see is only counted.
func (a *App) heldCases(ctx context.Context, who account.Who, x *entry.Elsewhere) error {
	list, err := db.List(ctx, a.DB.Read(), func(r *sql.Rows) (c entry.CaseTrace, err error) {
		var first, last db.Time
		err = r.Scan(&c.ID, &c.N, &first, &last)
		c.First, c.Last = first.Time, last.Time
		return c, err
	}, `SELECT case_id, COUNT(*), MIN(at), MAX(at) FROM case_events WHERE person = $1 AND person <> 'system' GROUP BY case_id ORDER BY MAX(at) DESC, case_id LIMIT 1000`, who.Person)
	if err != nil || len(list) == 0 {
		return err
	}
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	seen, err := a.Cases.Seen(ctx, who, ids)
	if err != nil {
		return err
	}
	tells := who.Is(account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO)
	readers, err := a.readers(ctx, who.Person, ids)
	if err != nil {
		return err
	}
	for _, c := range list {
		l, ok := seen[c.ID]
		if !ok {
			x.Hidden, x.HiddenActs = x.Hidden+1, x.HiddenActs+c.N
			continue
		}
		c.Number, c.Title, c.Tells = l.Number, l.Title, tells
		if tells {
			c.Readers = readers[c.ID]
		}
		x.Cases = append(x.Cases, c)
	}
	return nil
}

// readers counts how often others read cases; what the committee reads is told when it is decided, on the page of the case.
func (a *App) readers(ctx context.Context, person string, ids []string) (map[string]int, error) {
	counts := map[string]int{}
	marks, args := make([]string, len(ids)), []any{person}
	for i, id := range ids {
		args = append(args, id)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	type pair struct {
		id string
		n  int
	}
	list, err := db.List(ctx, a.DB.Read(), func(r *sql.Rows) (p pair, err error) { return p, r.Scan(&p.id, &p.n) },
		`SELECT case_id, COUNT(*) FROM case_reads WHERE gone = FALSE AND what <> 'lost' AND role <> 'R09' AND person <> $1 AND case_id IN (`+strings.Join(marks, ", ")+`) GROUP BY case_id`, args...)
	for _, p := range list {
		counts[p.id] = p.n
	}
	return counts, err
}

// forgetPerson takes out what somebody set up for themselves, when their account is erased.
func forgetPerson(ctx context.Context, tx db.Q, person string) error {
	for _, query := range []string{`DELETE FROM list_defaults WHERE person = $1`,
		`DELETE FROM list_defaults WHERE view_id IN (SELECT id FROM list_views WHERE person = $1 AND shared = FALSE)`,
		`DELETE FROM list_views WHERE person = $1 AND shared = FALSE`, `DELETE FROM notice_reads WHERE person = $1`} {
		if _, err := tx.ExecContext(ctx, query, person); err != nil {
			return fmt.Errorf("forget %s: %w", person, err)
		}
	}
	return nil
}
