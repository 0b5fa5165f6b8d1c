package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kakehashi/internal/db"
)

const (
	demoCases    = `(SELECT id FROM cases WHERE demo = TRUE)`
	samplePeople = `(SELECT id FROM people WHERE sample = TRUE)`
)

// ofCases are the tables whose rows belong to a case by case_id, those that refer to others before them.
var ofCases = []string{"letter_errata", "transfer_lines", "letters", "case_erased", "case_holds", "disposal_lines", "case_standings", "case_desks", "case_intakes", "case_talks",
	"case_parties", "consent_links", "case_members", "conflicts", "case_duties", "case_disclosures", "case_tokens", "case_events"}

// wipes takes out the rest, in this order: what hangs on cases, the cases, what sample money and sample people made.
func wipes() []string {
	list := []string{
		`DELETE FROM files WHERE ref IN (SELECT 'letter:' || id FROM letters WHERE case_id IN ` + demoCases + `) OR ref IN (SELECT 'case:' || id FROM cases WHERE demo = TRUE)`,
		`DELETE FROM uploads WHERE ref IN (SELECT 'case:' || id FROM cases WHERE demo = TRUE)`,
		`DELETE FROM case_reminders WHERE EXISTS (SELECT 1 FROM cases WHERE demo = TRUE AND case_reminders.key LIKE cases.id || '/%')`,
		`DELETE FROM transfer_lines WHERE transfer IN (SELECT id FROM transfers WHERE sample = TRUE)`,
	}
	for _, table := range ofCases {
		list = append(list, `DELETE FROM `+table+` WHERE case_id IN `+demoCases)
	}
	return append(list,
		`DELETE FROM cases WHERE demo = TRUE`,
		`DELETE FROM case_counters WHERE series LIKE '%-S' OR series LIKE 'letter sample %'`,
		`DELETE FROM transfers WHERE sample = TRUE`,
		`DELETE FROM payers WHERE by_person IN `+samplePeople,
		`DELETE FROM closing_items WHERE closing IN (SELECT id FROM closings WHERE fund LIKE 'sample:%')`,
		`DELETE FROM closings WHERE fund LIKE 'sample:%'`,
		`DELETE FROM ledger_entries WHERE budget LIKE 'sample:%'`,
		`DELETE FROM budget_changes WHERE budget LIKE 'sample:%'`,
		`DELETE FROM budgets WHERE id LIKE 'sample:%'`,
		`DELETE FROM disposals WHERE drafted_by IN `+samplePeople,
		`DELETE FROM former_posts WHERE person IN `+samplePeople,
		`DELETE FROM panel_seats WHERE sample = TRUE`,
		`DELETE FROM panels WHERE sample = TRUE`,
		`DELETE FROM rankings WHERE sample = TRUE`,
		`DELETE FROM minutes WHERE sample = TRUE`,
		`DELETE FROM approver_seats WHERE person IN `+samplePeople,
		`DELETE FROM absences WHERE person IN `+samplePeople,
		`DELETE FROM list_defaults WHERE person IN `+samplePeople,
		`DELETE FROM list_views WHERE sample = TRUE`,
		`DELETE FROM case_tokens WHERE case_id IN (SELECT id FROM works WHERE person IN `+samplePeople+`)`,
		`DELETE FROM works WHERE person IN `+samplePeople,
		`DELETE FROM programme_versions WHERE author IN `+samplePeople,
		`DELETE FROM programme_states WHERE who IN `+samplePeople,
	)
}

// WipeDemo takes the demonstration out: its people and all they made, with the mails that a folder kept for want of a mail server. What is not
// flagged is not touched; the log of who read what keeps its lines, for it is a chain that signed days name.
func (a *App) WipeDemo(ctx context.Context) error {
	const mails = `FROM mails WHERE case_id IN ` + demoCases + ` OR recipient LIKE '%@sample.invalid%'`
	var sent []string
	err := a.DB.InTx(ctx, func(ctx context.Context, tx db.Q) (err error) {
		if sent, err = db.List(ctx, tx, db.String, `SELECT id `+mails); err != nil {
			return err
		}
		for _, statement := range append([]string{`DELETE ` + mails}, wipes()...) {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("wipe the demonstration: %s: %w", statement, err)
			}
		}
		return a.Accounts.WipeSamples(ctx, tx)
	})
	if err != nil {
		return err
	}
	for _, id := range sent {
		if err := os.Remove(filepath.Join(a.path("outbox"), id+".eml")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("wipe the demonstration: %w", err)
		}
	}
	return nil
}
