package cases

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Desk is what a desk notes on a case for its own work (担当・備忘): who is in charge, the day on which they want to be reminded, a line of
// text. Nobody outside the desk but headquarters' auditors reads it in the journal.
type Desk struct {
	Case          string
	Officer, Name string // person in charge, "" for none
	Remind        string // ISO day, "" for none
	Note          string
	Rev           int // 0 before the first change
}

// Marks are the changes of a Desk; nil leaves what there is.
type Marks struct {
	Officer *account.Who // an empty Person takes the case from whoever is in charge
	Remind  *string
	Note    *string
	Rev     *int // the Desk the change was made from; nil when whatever stands is to be replaced
}

// noteMost is how long a note of a desk may be, in characters.
const noteMost = 500

// deskRoles are those who keep such notes.
var deskRoles = []account.Role{account.RoleBranch, account.RoleOfficer, account.RoleChief}

// KeepsDesk reports whether this hat notes on cases who is in charge.
func KeepsDesk(who account.Who) bool { return who.Is(deskRoles...) }

func scanDesk(r *sql.Rows) (d Desk, err error) {
	return d, r.Scan(&d.Case, &d.Officer, &d.Name, &d.Remind, &d.Note, &d.Rev)
}

// Desks reads what the acting person's desk noted on some cases, by case. Cases without a note are not in it.
func (s *Store) Desks(ctx context.Context, who account.Who, ids []string) (map[string]Desk, error) {
	out := map[string]Desk{}
	if len(ids) == 0 || !KeepsDesk(who) {
		return out, nil
	}
	marks, args := make([]string, len(ids)), []any{who.Hat.Body}
	for i, id := range ids {
		args = append(args, id)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	list, err := db.List(ctx, s.DB.Read(), scanDesk, `SELECT case_id, officer, officer_name, remind_on, note, rev FROM case_desks
		WHERE body = $1 AND case_id IN (`+strings.Join(marks, ", ")+`)`, args...)
	for _, d := range list {
		out[d.Case] = d
	}
	return out, err
}

// NoteDesk changes what the acting person's desk notes on a case; every change is an event of its own. It returns the Desk before. Nothing
// happens where nothing changes. Faults: Missing, Refused (a hat without a desk), Conflict (somebody changed it since Rev), Invalid (a day or
// text that cannot be).
func (s *Store) NoteDesk(ctx context.Context, who account.Who, id string, m Marks) (before Desk, err error) {
	if !KeepsDesk(who) {
		return before, fault.New(fault.Refused, "cases.not_yours")
	}
	if err := m.check(); err != nil {
		return before, err
	}
	_, err = s.change(ctx, who, id, func(d *draft) (err error) {
		before, err = d.noteDesk(m)
		return err
	})
	return before, err
}

func (m Marks) check() error {
	if m.Remind != nil && *m.Remind != "" {
		if _, ok := jp.ParseDate(*m.Remind); !ok {
			return fault.At("remind", "cases.desk.day")
		}
	}
	if m.Note != nil && utf8.RuneCountInString(*m.Note) > noteMost {
		return fault.At("note", "cases.desk.long", "n", noteMost)
	}
	return nil
}

func (d *draft) noteDesk(m Marks) (Desk, error) {
	list, err := db.List(d.ctx, d.tx, scanDesk, `SELECT case_id, officer, officer_name, remind_on, note, rev FROM case_desks WHERE case_id = $1 AND body = $2`,
		d.Case.ID, d.who.Hat.Body)
	if err != nil {
		return Desk{}, err
	}
	now := Desk{Case: d.Case.ID}
	if len(list) > 0 {
		now = list[0]
	}
	before := now
	if m.Rev != nil && *m.Rev != now.Rev {
		return before, fault.New(fault.Conflict, "cases.desk.changed")
	}
	note := func(key, value, words string) error {
		return d.append("desk", Data{Key: key, Value: value, Reason: words})
	}
	if m.Officer != nil && m.Officer.Person != now.Officer {
		now.Officer, now.Name = m.Officer.Person, m.Officer.Name
		if err := note("officer", now.Officer, now.Name); err != nil {
			return before, err
		}
	}
	if m.Remind != nil && *m.Remind != now.Remind {
		now.Remind = *m.Remind
		if err := note("remind", now.Remind, ""); err != nil {
			return before, err
		}
	}
	if m.Note != nil && *m.Note != now.Note {
		now.Note = *m.Note
		if err := note("note", "", now.Note); err != nil {
			return before, err
		}
	}
	if now == before {
		return before, nil
	}
	d.after.Add(`INSERT INTO case_desks (case_id, body, officer, officer_name, remind_on, note, rev) VALUES ($1, $2, $3, $4, $5, $6, 1)
		ON CONFLICT (case_id, body) DO UPDATE SET officer = $3, officer_name = $4, remind_on = $5, note = $6, rev = case_desks.rev + 1`,
		d.Case.ID, d.who.Hat.Body, now.Officer, now.Name, now.Remind, now.Note)
	return before, nil
}
