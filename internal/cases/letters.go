package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/programme"
)

// Letter is one official letter as issued. Document never changes; the PDF is made from it by a job and its hash kept.
type Letter struct {
	ID, Case, Kind, Number, Day, Addressee string
	Document                               letter.Document
	Issued                                 time.Time
	SHA256, File, Opened                   string
	Edition                                int64  // 0 as first issued, then counting its corrections
	Replaces                               string // the letter it corrects
	ReplacedBy                             string // the letter that corrects it
	CaseNumber, CaseTitle                  string
	Name                                   lang.Text // what the definition calls this kind of letter
	definition                             string
}

// Title is what the letter is called in the reader's language; the letter itself is Japanese.
func (l Letter) Title(tag lang.Tag) string {
	if l.Name.JA == l.Document.Title {
		return l.Name.In(tag)
	}
	return l.Document.Title
}

// letterPrefix begins the id of a letter; the rest is its 確認番号.
const letterPrefix = "l"

// letters issues what the move's effects name: number and words in this transaction, the PDF by a job.
func (d *draft) letters(m *programme.Move, data *Data, after *Case) error {
	for _, e := range m.Effects {
		kind, ok := strings.CutPrefix(e, "letter:")
		if !ok && data.Claim != nil {
			kind, ok = strings.CutPrefix(e, "demand:")
		}
		if !ok {
			continue
		}
		t := d.Programme.Letter(kind)
		if t == nil {
			return fmt.Errorf("case %s: no letter %s in %s", d.Case.ID, kind, d.Programme.Code)
		}
		ref, err := d.issue(t, data, after)
		if err != nil {
			return err
		}
		data.Letters = append(data.Letters, ref)
	}
	return nil
}

func (d *draft) issue(t *letter.Template, data *Data, after *Case) (LetterRef, error) {
	if d.sender == nil {
		var err error
		if d.sender, err = d.Store.sender(d.ctx, d.Case); err != nil {
			return LetterRef{}, err
		}
	}
	head := d.sender.of(d.Case)
	if head.Lacking && t.From != "branch" && d.who.Is(account.RoleOfficer, account.RoleChief, account.RoleFinance) {
		return LetterRef{}, fault.New(fault.Conflict, "cases.letterhead")
	}
	today := day(d.now)
	id := db.NewID(letterPrefix)
	series, number, n := "", "", int64(0)
	if t.Numbered {
		var err error
		if series, number, n, err = d.number(t, head); err != nil {
			return LetterRef{}, err
		}
	} else {
		series = "unnumbered " + id // a letter without 文書番号 stands alone in the register
		n = 1
	}
	facts, lists := d.letterFacts(t, after, data, head, number)
	doc, err := letter.Fill(*t, facts, lists)
	if err != nil {
		return LetterRef{}, fmt.Errorf("case %s: %w", d.Case.ID, err)
	}
	if head.Lacking && t.From == "hq" {
		doc.From = d.sender.unsigned()
	}
	doc.Date, doc.Number, doc.Sample, doc.Receipt, doc.Seal = today, number, d.Case.Demo, after.Number, head.Seal && !head.Lacking
	doc.Code, doc.Verify = strings.TrimPrefix(id, letterPrefix+"_"), d.sender.verify
	b, err := json.Marshal(doc)
	if err != nil {
		return LetterRef{}, err
	}
	d.after.Add(insertLetter, id, d.Case.ID, t.ID, series, n, number, today, t.To, d.Case.Definition, string(b), db.At(d.now), d.who.Person)
	return LetterRef{ID: id, Kind: t.ID, Title: t.Title.JA, Number: number, Day: today, Addressee: t.To, Words: digest(string(b))}, nil
}

// number takes the next 文書番号 of the issuing desk and year: no gaps, whatever happens at once.
func (d *draft) number(t *letter.Template, head Letterhead) (series, number string, n int64, err error) {
	series = fmt.Sprintf("%s/%d", d.Case.Section, jp.FY(d.now))
	if t.From == "branch" {
		series = fmt.Sprintf("branch %s/%d", d.Case.Org.Branch, jp.FY(d.now))
	}
	if d.Case.Demo {
		series = "sample " + series
	}
	if n, err = d.count("letter " + series); err != nil {
		return "", "", 0, err
	}
	fy := strings.TrimSuffix(lang.FiscalYear(lang.JA, jp.FY(d.now)), fmt.Sprintf("年度（%d年度）", jp.FY(d.now)))
	words := strings.NewReplacer("{mark}", d.mark(t), "{section}", d.mark(t), "{fy}", strings.TrimPrefix(fy, "令和"), "{n}", fmt.Sprint(n))
	return series, words.Replace(head.Pattern), n, nil
}

// mark is the sign of the issuing desk inside the number: 支 for a branch, else the first character of the section's name.
func (d *draft) mark(t *letter.Template) string {
	if t.From == "branch" {
		return "支"
	}
	for _, first := range d.sender.section.Name.JA {
		return string(first)
	}
	return ""
}

const letterColumns = `l.id, l.case_id, l.kind, l.number, l.day, l.addressee, l.data, l.issued, l.sha256, l.file, l.opened, l.definition, cases.number, cases.title,
	l.edition, l.replaces, COALESCE((SELECT x.id FROM letters x WHERE x.replaces = l.id AND x.replaces <> ''), '')`

func scanLetter(r *sql.Rows) (Letter, error) {
	var l Letter
	var data string
	var issued db.Time
	if err := r.Scan(&l.ID, &l.Case, &l.Kind, &l.Number, &l.Day, &l.Addressee, &data, &issued, &l.SHA256, &l.File, &l.Opened, &l.definition,
		&l.CaseNumber, &l.CaseTitle, &l.Edition, &l.Replaces, &l.ReplacedBy); err != nil {
		return l, err
	}
	l.Issued = issued.Time
	return l, json.Unmarshal([]byte(data), &l.Document)
}

// Letter returns one letter of a case this person may see. The body sees letters addressed to it; a committee member none.
func (s *Store) Letter(ctx context.Context, who account.Who, id string) (Letter, error) {
	where, args := s.readable(who, 2)
	l, err := db.One(ctx, s.DB.Brief(), scanLetter, `SELECT `+letterColumns+` FROM letters l JOIN cases ON cases.id = l.case_id
		WHERE l.id = $1 AND `+where, append([]any{id}, args...)...)
	if fault.Is(err, fault.Missing) && who.Is(staff...) {
		return s.copyOf(ctx, who, id)
	}
	return l, err
}

// LettersOf lists the letters of one case, or with case "" the newest hundred this person may see.
func (s *Store) LettersOf(ctx context.Context, who account.Who, caseID string) ([]Letter, error) {
	where, args := s.readable(who, 1)
	if caseID != "" {
		args = append(args, caseID)
		where += fmt.Sprintf(" AND l.case_id = $%d", len(args))
	}
	own, err := db.List(ctx, s.DB.Brief(), scanLetter, `SELECT `+letterColumns+` FROM letters l JOIN cases ON cases.id = l.case_id
		WHERE `+where+` ORDER BY l.issued DESC, l.id DESC LIMIT 100`, args...)
	if err != nil {
		return nil, err
	}
	list := own
	if len(own) == 0 || caseID == "" {
		copies, err := s.copies(ctx, who, "($2 = '' OR l.case_id = $2)", caseID)
		if err != nil {
			return nil, err
		}
		list = append(own, copies...)
		slices.SortStableFunc(list, func(a, b Letter) int { return b.Issued.Compare(a.Issued) })
		list = list[:min(len(list), 100)]
	}
	for i := range list {
		s.name(ctx, &list[i])
	}
	return list, nil
}

// name fills in what the definition of a letter calls it.
func (s *Store) name(ctx context.Context, l *Letter) {
	p, err := s.Programmes.ByHash(ctx, l.definition)
	if err != nil {
		return // the title on the letter stands
	}
	l.Name = p.LetterTitle(l.Kind)
}

// readable narrows visible to letters.
func (s *Store) readable(who account.Who, n int) (string, []any) {
	where, args := s.visible(who, n)
	switch {
	case who.Is(staff...):
		where += " AND l.addressee = 'applicant'"
	case who.Is(account.RoleCommittee):
		where = "1 = 0"
		args = nil
	}
	return where, args
}

// Opened notes that the addressee opened the letter for the first time: proof of delivery.
func (s *Store) Opened(ctx context.Context, who account.Who, id string) error {
	if !who.Is(staff...) {
		return nil
	}
	if l, err := s.Letter(ctx, who, id); err != nil || l.Opened != "" {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE letters SET opened = $1 WHERE id = $2 AND opened = ''
			AND case_id IN (SELECT id FROM cases WHERE org_code = $3)`, db.At(s.now()).String(), id, who.BodyID())
		return err
	})
}
