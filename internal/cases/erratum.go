package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Erratum (訂正) is the wish to put an issued letter right. The letter as issued never changes: once another person approves, it is issued
// again under the same 文書番号 and date, marked as corrected, and the first says so to whoever checks it. What was decided does not change
// with it: that is the affair of a move.
type Erratum struct {
	ID, Letter, Case string
	State            string            // proposed | approved | refused
	Texts            map[string]string // what is to be said instead, by passage of the letter
	Reason           string
	Person, Name     string
	At               time.Time
	Answer           string // why it was refused
}

// Bounds of what may be typed, in characters.
const (
	reasonLeast = 5
	reasonMost  = 500
	passageMost = 2000
)

func scanErratum(r *sql.Rows) (e Erratum, err error) {
	var texts string
	var at db.Time
	if err = r.Scan(&e.ID, &e.Letter, &e.Case, &e.State, &texts, &e.Reason, &e.Person, &e.Name, &at, &e.Answer); err != nil {
		return e, err
	}
	e.At = at.Time
	return e, json.Unmarshal([]byte(texts), &e.Texts)
}

const erratumColumns = `id, letter, case_id, state, texts, reason, person, name, at, answer`

// Errata lists what was proposed for a letter, newest first. The desks of headquarters and the auditor ask. Fault: Missing.
func (s *Store) Errata(ctx context.Context, who account.Who, letterID string) ([]Erratum, error) {
	if !inside(who) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	if _, err := s.Letter(ctx, who, letterID); err != nil {
		return nil, err
	}
	return db.List(ctx, s.DB.Brief(), scanErratum, `SELECT `+erratumColumns+` FROM letter_errata WHERE letter = $1 ORDER BY at DESC, id DESC`, letterID)
}

// ProposeErratum proposes to issue a letter again with some passages put right. Officers and chiefs of the section may. Faults: Missing;
// Refused for anybody else; Conflict when it was corrected already or a proposal waits; Invalid at "reason", at "texts" when nothing
// differs, or at a passage's key.
func (s *Store) ProposeErratum(ctx context.Context, who account.Who, letterID string, texts map[string]string, reason string) error {
	l, err := s.Letter(ctx, who, letterID)
	if err != nil {
		return err
	}
	if !who.Is(account.RoleOfficer, account.RoleChief) || l.Addressee != "applicant" {
		return fault.New(fault.Refused, "cases.not_yours")
	}
	if err := reasoned(reason, "reason"); err != nil {
		return err
	}
	_, shifts := l.Document.With(texts)
	changed := map[string]string{}
	for _, x := range shifts {
		changed[x.Key] = x.After.Text
		if n := utf8.RuneCountInString(x.After.Text); n == 0 || n > passageMost {
			return fault.At(x.Key, "cases.erratum.passage", "most", passageMost)
		}
	}
	if len(shifts) == 0 {
		return fault.At("texts", "cases.erratum.nothing")
	}
	b, err := json.Marshal(changed)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, who, l.Case, func(d *draft) error {
		if l.ReplacedBy != "" {
			return fault.New(fault.Conflict, "cases.erratum.done")
		}
		open, err := db.One(d.ctx, d.tx, db.Int, `SELECT COUNT(*) FROM letter_errata WHERE letter = $1 AND state = 'proposed'`, l.ID)
		if err != nil {
			return err
		}
		if open > 0 {
			return fault.New(fault.Conflict, "cases.erratum.waits")
		}
		id := db.NewID("er")
		d.after.Add(`INSERT INTO letter_errata (id, letter, case_id, state, texts, reason, person, name, at) VALUES ($1, $2, $3, 'proposed', $4, $5, $6, $7, $8)`,
			id, l.ID, l.Case, string(b), strings.TrimSpace(reason), who.Person, who.Name, db.At(d.now))
		if err := d.append("erratum_asked", Data{Key: l.ID, Value: id, Reason: ofLetter(l, reason)}); err != nil {
			return err
		}
		return d.Jobs.AddTo(&d.after, followKind, following{d.Case.ID, d.Case.Seq})
	})
	return err
}

// reasoned checks a reason somebody typed.
func reasoned(reason, at string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(reason)); n < reasonLeast || n > reasonMost {
		return fault.At(at, "cases.erratum.reason", "least", reasonLeast, "most", reasonMost)
	}
	return nil
}

// ofLetter is a reason with the letter it is about, as the journal keeps it.
func ofLetter(l Letter, reason string) string {
	return strings.TrimSpace(l.Kind+" "+l.Document.Title+" "+l.Number) + "　" + strings.TrimSpace(reason)
}

// openErratum reads the proposal that waits for a letter, and the letter.
func (d *draft) openErratum(letterID string) (Erratum, error) {
	e, err := db.One(d.ctx, d.tx, scanErratum, `SELECT `+erratumColumns+` FROM letter_errata WHERE letter = $1 AND state = 'proposed'`, letterID)
	if fault.Is(err, fault.Missing) {
		return e, fault.New(fault.Conflict, "cases.erratum.gone")
	}
	if err == nil && e.Person == d.who.Person {
		return e, fault.New(fault.Refused, "cases.same_person")
	}
	return e, err
}

// RefuseErratum ends a proposal with a reason. A chief of the section who did not make it may. Faults as ProposeErratum, Invalid at "answer".
func (s *Store) RefuseErratum(ctx context.Context, who account.Who, letterID, answer string) error {
	return s.decideErratum(ctx, who, letterID, func(d *draft, l Letter, e Erratum) error {
		if err := reasoned(answer, "answer"); err != nil {
			return err
		}
		d.after.Add(`UPDATE letter_errata SET state = 'refused', answer = $1, decided_by = $2, decided = $3 WHERE id = $4`, strings.TrimSpace(answer), who.Person, db.At(d.now), e.ID)
		return d.append("erratum_refused", Data{Key: l.ID, Value: e.ID, Reason: ofLetter(l, answer)})
	})
}

// ApproveErratum issues the letter again under its number as proposed, and the body is told. A chief of the section who did not propose it may.
func (s *Store) ApproveErratum(ctx context.Context, who account.Who, letterID string) error {
	return s.decideErratum(ctx, who, letterID, func(d *draft, l Letter, e Erratum) error {
		d.after.Add(`UPDATE letter_errata SET state = 'approved', decided_by = $1, decided = $2 WHERE id = $3`, who.Person, db.At(d.now), e.ID)
		ref, err := d.reissue(l, e)
		if err != nil {
			return err
		}
		if err := d.append("erratum", Data{Key: l.ID, Value: e.ID, Reason: e.Reason, Letters: []LetterRef{ref}}); err != nil {
			return err
		}
		return d.Jobs.AddTo(&d.after, followKind, following{d.Case.ID, d.Case.Seq})
	})
}

func (s *Store) decideErratum(ctx context.Context, who account.Who, letterID string, fn func(*draft, Letter, Erratum) error) error {
	l, err := s.Letter(ctx, who, letterID)
	if err != nil {
		return err
	}
	if !who.Is(account.RoleChief) {
		return fault.New(fault.Refused, "cases.not_yours")
	}
	_, err = s.change(ctx, who, l.Case, func(d *draft) error {
		e, err := d.openErratum(l.ID)
		if err != nil {
			return err
		}
		return fn(d, l, e)
	})
	return err
}

// reissue adds the corrected letter behind the case.
func (d *draft) reissue(l Letter, e Erratum) (LetterRef, error) {
	doc, shifts := l.Document.With(e.Texts)
	if len(shifts) == 0 {
		return LetterRef{}, fault.New(fault.Conflict, "cases.erratum.gone")
	}
	id := db.NewID(letterPrefix)
	doc = doc.Put(jp.Date(d.now), e.Reason, shifts)
	doc.Code = strings.TrimPrefix(id, letterPrefix+"_")
	b, err := json.Marshal(doc)
	if err != nil {
		return LetterRef{}, fmt.Errorf("letter %s: %w", l.ID, err)
	}
	d.after.Add(`INSERT INTO letters (id, case_id, kind, series, n, number, day, addressee, definition, data, issued, issued_by, sha256, file, opened, edition, replaces)
		SELECT $1, case_id, kind, series, n, number, day, addressee, definition, $2, $3, $4, '', '', '', edition + 1, id FROM letters WHERE id = $5`,
		id, string(b), db.At(d.now), d.who.Person, l.ID)
	title := l.Document.Title
	if i := slices.IndexFunc(d.Case.Letters, func(r LetterRef) bool { return r.ID == l.ID }); i >= 0 {
		title = d.Case.Letters[i].Title
	}
	return LetterRef{ID: id, Kind: l.Kind, Title: title, Number: l.Number, Day: l.Day, Addressee: l.Addressee, Words: digest(string(b))}, nil
}

// Standing is the letter that holds now in place of one that was corrected, perhaps more than once. Anybody who holds the paper may ask.
func (s *Store) Standing(ctx context.Context, l Letter) (Letter, error) {
	for l.ReplacedBy != "" {
		next, err := s.oneLetter(ctx, "l.id = $1", l.ReplacedBy)
		if err != nil {
			return l, err
		}
		l = next
	}
	return l, nil
}

// Corrected reports whether the document puts an earlier issue right.
func (l Letter) Corrected() bool { return l.Replaces != "" }
