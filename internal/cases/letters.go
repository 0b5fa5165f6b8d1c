package cases

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/org"
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

// sender is who signs and answers for the letters of a case.
type sender struct {
	Letterhead
	section     org.Section
	branchPhone string
	verify      string // where anybody asks whether a letter is genuine
	read        time.Time
}

// of is who signs the letters of a case. The demonstration has a letterhead of its own, so that it can be played before anybody has said who
// runs the service; its letters are marked as samples.
func (s *sender) of(c *Case) Letterhead {
	head := s.Letterhead
	if head.Lacking && c.Demo {
		head.Body, head.Head, head.Seal, head.Lacking = "見本財団", "理事長　見本　太郎", true, false
	}
	return head
}

// unsigned is what stands in a sender's place while nobody has said who signs: the section that received the application, and no name of a
// head. A receipt then tells who has it and signs for nobody.
func (s *sender) unsigned() []string {
	if s.section.ID == "" {
		return []string{s.Letterhead.Body}
	}
	return []string{s.section.Full(lang.JA)}
}

// senderFresh is how long the names of desks and their heads are trusted before they are read again.
const senderFresh = 2 * time.Second

func (s *Store) sender(ctx context.Context, c *Case) (*sender, error) {
	key := c.Section + "/" + c.Org.Branch
	if known, ok := s.senders.Load(key); ok && time.Since(known.(*sender).read) < senderFresh {
		return known.(*sender), nil
	}
	out, err := s.readSender(ctx, c)
	if err == nil {
		s.senders.Store(key, out)
	}
	return out, err
}

func (s *Store) readSender(ctx context.Context, c *Case) (*sender, error) {
	head, err := s.Letterhead(ctx)
	if err != nil {
		return nil, err
	}
	out := &sender{Letterhead: head, read: time.Now()}
	if s.URL != nil {
		out.verify = s.URL("/verify")
	}
	if out.section, err = s.Orgs.Section(ctx, c.Section); err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	if b, err := s.Orgs.Branch(ctx, c.Org.Branch); err == nil {
		if body, err := s.Orgs.Get(ctx, b.Body); err == nil {
			out.branchPhone = body.Phone
		}
	}
	return out, nil
}

// letterFacts are the closed list of facts letters may speak of: days as ISO days, sums as whole yen.
func (d *draft) letterFacts(t *letter.Template, c *Case, data *Data, head Letterhead, number string) (map[string]string, map[string][]string) {
	p := d.Programme
	f := map[string]string{
		"case_number": c.Number, "letter_number": number, "date": day(d.now), "applicant_name": c.Org.Name, "applicant_head": c.Org.Head,
		"programme": p.Title.JA, "guideline": p.Title.JA + "実施要綱", "fiscal_year": strings.TrimSuffix(lang.FiscalYear(lang.JA, c.FiscalYear), fmt.Sprintf("（%d年度）", c.FiscalYear)),
		"title": c.Title(), "branch_name": c.Org.BranchName, "branch_head": "支部長", "sender_org": head.Body, "sender_head": head.Head,
		"submitted_on": day(c.Submitted), "received_at": jp.Wareki(day(c.Submitted)) + c.Submitted.In(jp.JST).Format(" 15時04分"), "report_due": c.ReportDue(p),
		"report_days": fmt.Sprint(p.Deadlines.ReportDays), "keep_years": fmt.Sprint(p.Retention.Adopted), "change_percent": fmt.Sprint(p.Params["changePercent"]),
		"withdraw_by": c.WithdrawBy, "decided_on": c.DecidedOn, "paid_on": c.PaidOn,
	}
	f["partners"] = c.partnerNames(p)
	if in := c.Entered(); in != nil {
		f["received_at"] = jp.Wareki(in.Day)
		f["intake"] = lang.T(lang.JA, "cases.intake.letter", "channel", lang.T(lang.JA, "cases.intake.by."+in.Channel), "day", jp.Wareki(day(in.At)))
	}
	for name, yen := range map[string]int64{"requested_yen": c.Requested, "decided_yen": c.Decided, "fixed_yen": c.Fixed} {
		if yen > 0 {
			f[name] = fmt.Sprint(yen)
		}
	}
	d.paymentFacts(f, c)
	if period, ok := c.Period(); ok {
		f["period_from"], f["period_to"] = period.From, period.To
	}
	if d.sender.section.ID != "" {
		f["section"], f["desk_phone"] = d.sender.section.Full(lang.JA), d.sender.section.Phone
	}
	f["branch_phone"] = d.sender.branchPhone
	if d.who.Is(account.RoleBranch) {
		f["desk"] = "branch"
	}
	lists := map[string][]string{"conditions": c.Conditions}
	for _, l := range c.Letters {
		if l.Kind == "L02" {
			f["decided_number"] = l.Number
		}
	}
	d.needFacts(f, lists, data.Needs, c)
	d.proceedingFacts(f, c, data, t)
	d.amountFacts(f, c)
	for _, file := range c.files(p, "application") {
		lists["files"] = append(lists["files"], file.Name+"\nSHA-256 "+file.SHA256)
	}
	return f, lists
}

// needFacts adds what the person gave with the move, or gave with the proposal that is now decided.
func (d *draft) needFacts(f map[string]string, lists map[string][]string, n *Needs, c *Case) {
	if c.Proposal != nil {
		f["reason_class"], f["reason_text"] = d.option(c.Proposal.ReasonClass), c.Proposal.Reason
	}
	if c.Opinion != nil {
		f["opinion"] = c.Opinion.Text
	}
	for name, at := range c.asked() {
		f[name] = day(at)
	}
	asked := "ch.reason"
	if c.FormsIn["stop"].After(c.FormsIn["change"]) {
		asked = "st.reason"
	}
	if s, ok := d.Case.Answers()[asked].(string); ok {
		f["change_text"] = s
	}
	d.changeFacts(f, lists)
	if n == nil {
		return
	}
	f["due"] = n.Due
	for _, r := range n.Remarks {
		lists["remarks"] = append(lists["remarks"], fmt.Sprintf("「%s」（%s）：%s", d.label(r.Field), r.Kind, r.Text))
	}
}

// asked gives the days on which the body last asked for a change, reported and billed.
func (c *Case) asked() map[string]time.Time {
	out := map[string]time.Time{}
	for k, v := range map[string]string{"changed_on": "change", "reported_on": "report", "billed_on": "bill"} {
		if t, ok := c.FormsIn[v]; ok {
			out[k] = t
		}
	}
	if t := c.FormsIn["stop"]; t.After(out["changed_on"]) {
		out["changed_on"] = t // a stop is asked for like a change
	}
	return out
}

// Shift is one answer that a change asks to replace.
type Shift struct {
	Key           string
	Label         lang.Text
	Before, After string
}

// Changes lists what the change form of the case asks to replace, in words.
func (c *Case) Changes(p *programme.Programme, l lang.Tag) []Shift {
	var list []Shift
	fields := p.Fields("change")
	for i := range fields {
		f := &fields[i]
		v, given := c.Answer(f.Key)
		if !given {
			continue
		}
		target, ok := changeTarget(p, f.Key)
		if !ok {
			continue
		}
		was, _ := c.Answer(target)
		old, _, _, _ := p.Field(target)
		s := Shift{Key: target, Label: old.Label}
		s.Before, s.After = form.FieldChange(old, l, was, v)
		list = append(list, s)
	}
	return list
}

// changeTarget is the field of the application that a field of the change form replaces: ch.cost.lines → cost.lines, ch.period → p.period.
func changeTarget(p *programme.Programme, key string) (string, bool) {
	name, ok := strings.CutPrefix(key, "ch.")
	if !ok {
		return "", false
	}
	for _, target := range []string{name, "p." + name} {
		if _, id, _, known := p.Field(target); known && id == "application" {
			return target, true
		}
	}
	return "", false
}

// ChangeTarget is the field of the application that a field of the change form would replace; "" for one that tells about the change.
func (c *Case) ChangeTarget(p *programme.Programme, key string) string {
	target, _ := changeTarget(p, key)
	return target
}

// Agreed is what a field of the change form starts from: the answer of the application it would replace, as it was decided or last
// changed; nil when there is none.
func (c *Case) Agreed(p *programme.Programme, key string) any {
	target, ok := changeTarget(p, key)
	if !ok {
		return nil
	}
	v, _ := c.Answer(target)
	return v
}

// amountFacts adds the spoken steps of the sums.
func (d *draft) amountFacts(f map[string]string, c *Case) {
	if c.Evaluation == nil {
		return
	}
	var lines []string
	for _, s := range c.Evaluation.Steps {
		if s.Text.JA != "" {
			lines = append(lines, s.Text.JA)
		}
		if s.Name == "cap" {
			f["cap"] = s.Text.JA
		}
	}
	if max, ok := c.Evaluation.Amounts["maxGrant"]; ok && c.Decided > 0 && c.Decided < max {
		lines = append(lines, "審査により "+lang.Yen(lang.JA, c.Decided))
	}
	f["calc"] = strings.Join(lines, "\n")
	if len(c.Admitted) == 0 {
		return
	}
	var steps []string
	for _, s := range c.Settlement(d.Programme, c.Admitted).Steps {
		if s.Text.JA != "" && s.Value != 0 {
			steps = append(steps, s.Text.JA)
		}
	}
	f["settle_calc"] = strings.Join(steps, "\n")
}

// option is the label of a reason class, as any move of the programme offers it.
func (d *draft) option(value string) string {
	for _, m := range d.Programme.Workflow.Moves {
		for _, n := range m.Needs {
			for _, o := range n.Options {
				if o.Value == value && n.ID == "reasonClass" {
					return o.Label.JA
				}
			}
		}
	}
	return value
}

func (d *draft) label(key string) string {
	if f, _, _, ok := d.Programme.Field(key); ok {
		return f.Label.JA
	}
	return key
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

// PDF returns the letter's PDF as made and kept by the job; fault.Busy while it is being made. copy marks a 再交付: the same words
// and number, marked as a copy, made afresh.
func (s *Store) PDF(ctx context.Context, who account.Who, id string, copy bool) ([]byte, Letter, error) {
	l, err := s.Letter(ctx, who, id)
	if err != nil {
		return nil, l, err
	}
	if copy && l.File != gonePDF {
		doc := l.Document
		doc.Copy = true
		b, err := pdfBytes(doc)
		return b, l, err
	}
	if l.File == "" {
		return nil, l, fault.New(fault.Busy, "cases.letter_in_work")
	}
	if l.File == gonePDF {
		return nil, l, fault.New(fault.Missing, "cases.erased")
	}
	b, err := s.Files.Bytes(ctx, l.File)
	return b, l, err
}

func pdfBytes(doc letter.Document) ([]byte, error) {
	var b bytes.Buffer
	err := letter.PDF(&b, doc)
	return b.Bytes(), err
}

// render makes the PDF of one letter; the one writer is not held up by it. Doing it twice makes the same bytes.
func (s *Store) render(ctx context.Context, id string) error {
	l, err := db.One(ctx, s.DB.Brief(), scanLetter, `SELECT `+letterColumns+` FROM letters l JOIN cases ON cases.id = l.case_id WHERE l.id = $1`, id)
	if err != nil || l.File != "" {
		return err
	}
	b, err := pdfBytes(l.Document)
	if err != nil {
		return fmt.Errorf("letter %s: %w", id, err)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		file, err := s.Files.Keep(ctx, tx, b, l.Kind+" "+l.Number+".pdf", "letter:"+id)
		if err != nil {
			return fmt.Errorf("letter %s: %w", id, err)
		}
		n, err := db.Changed(ctx, tx, `UPDATE letters SET sha256 = $1, file = $2 WHERE id = $3 AND file = ''`, file.SHA256, file.ID, id)
		if err == nil && n == 0 {
			err = errRendered
		}
		return err
	})
	if errors.Is(err, errRendered) {
		return nil
	}
	return err
}

// errRendered means that another run of the job was quicker: its file stays and ours is not kept.
var errRendered = errors.New("the letter has its file")
