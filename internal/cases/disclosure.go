package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// Disclosure (開示) is a copy of a case for somebody outside who asked to see it (情報公開): which forms are in it, and which answers are left
// out on which ground. One person of the section proposes what is left out, the chief decides; the copy shows the case as it stood when it
// was proposed, and is kept as it was handed out. The grounds follow the usual ones of information disclosure; our design.
type Disclosure struct {
	ID, Case      string
	State         string // proposed | approved | refused
	Matter        string // number or subject of the request; whoever asks is not named
	Forms         []string
	Hidden        map[string]string // field key → ground
	Person, Name  string
	At            time.Time
	Answer        string // why it was refused
	Decider       string
	Decided       time.Time
	File, SHA256  string // the copy as it was handed out
	decidedPerson string
}

// Grounds on which an answer is left out.
const (
	GroundPerson   = "person"   // 個人に関する情報
	GroundBusiness = "business" // 法人等の事業・口座に関する情報
	GroundInner    = "inner"    // 審議・検討・協議に関する情報
	GroundOffice   = "office"   // 事務・事業の適正な遂行に関する情報
)

// Grounds lists them in the order in which they are offered.
func Grounds() []string { return []string{GroundPerson, GroundBusiness, GroundInner, GroundOffice} }

// matterMost bounds the subject of a request, in characters.
const matterMost = 100

const disclosureColumns = `id, case_id, state, matter, forms, hidden, person, name, at, answer, decided_by, decider, decided, file, sha256`

func scanDisclosure(r *sql.Rows) (x Disclosure, err error) {
	var forms, hidden string
	var at, decided db.Time
	if err = r.Scan(&x.ID, &x.Case, &x.State, &x.Matter, &forms, &hidden, &x.Person, &x.Name, &at, &x.Answer, &x.decidedPerson, &x.Decider, &decided, &x.File, &x.SHA256); err != nil {
		return x, err
	}
	x.At, x.Decided, x.Forms = at.Time, decided.Time, strings.Fields(forms)
	return x, json.Unmarshal([]byte(hidden), &x.Hidden)
}

// Disclosable are the forms of a case that a copy can hold: those that came in, in the order in which they did.
func (c *Case) Disclosable(p *programme.Programme) (list []*programme.Form) {
	for i := range p.Forms {
		if _, in := c.FormsIn[p.Forms[i].ID]; in {
			list = append(list, &p.Forms[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *programme.Form) int { return c.FormsIn[a.ID].Compare(c.FormsIn[b.ID]) })
	return list
}

// Withheld is the ground on which an answer is left out unless somebody decides otherwise, "" for one that is shown: people and how to
// reach them, accounts, papers (each has to be looked at), and what only headquarters reads.
func Withheld(f form.Field) string {
	switch {
	case f.Visibility == "contact", f.Kind == form.KindPerson, f.Kind == form.KindEmail, f.Kind == form.KindTel:
		return GroundPerson
	case f.Visibility == "finance", f.Kind == form.KindBank, f.Kind == form.KindFile:
		return GroundBusiness
	case f.Visibility == "hq":
		return GroundInner
	}
	return ""
}

// Closed reports an answer that nobody at the desk may show: bank data.
func Closed(f form.Field) bool { return f.Visibility == "finance" || f.Kind == form.KindBank }

// Disclosures lists the copies of a case, newest first. The desks of headquarters and the auditor ask. Fault: Missing.
func (s *Store) Disclosures(ctx context.Context, who account.Who, id string) ([]Disclosure, error) {
	if !inside(who) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	if _, _, err := s.Get(ctx, who, id); err != nil {
		return nil, err
	}
	return db.List(ctx, s.DB.Brief(), scanDisclosure, `SELECT `+disclosureColumns+` FROM case_disclosures WHERE case_id = $1 ORDER BY at DESC, id DESC`, id)
}

// ProposeDisclosure proposes a copy of a case that came in. Matter, Forms and Hidden are read; answers of bank data are left out whatever
// Hidden says. Officers and chiefs of the section may. Faults: Missing; Refused for anybody else; Conflict for a case that was never handed
// in, one that was disposed of, or while another proposal waits; Invalid at "matter", "forms" or the key of an answer.
func (s *Store) ProposeDisclosure(ctx context.Context, who account.Who, id string, x Disclosure) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !who.Is(account.RoleOfficer, account.RoleChief) {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		hidden, err := d.Case.hides(d.Programme, x)
		if err != nil {
			return err
		}
		open, err := db.One(d.ctx, d.tx, db.Int, `SELECT COUNT(*) FROM case_disclosures WHERE case_id = $1 AND state = 'proposed'`, id)
		if err != nil {
			return err
		}
		if open > 0 {
			return fault.New(fault.Conflict, "cases.disclosure.waits")
		}
		b, err := json.Marshal(hidden)
		if err != nil {
			return err
		}
		matter := strings.TrimSpace(x.Matter)
		key := db.NewID("ds")
		d.after.Add(`INSERT INTO case_disclosures (id, case_id, state, matter, forms, hidden, person, name, at) VALUES ($1, $2, 'proposed', $3, $4, $5, $6, $7, $8)`,
			key, id, matter, strings.Join(x.Forms, " "), string(b), who.Person, who.Name, db.At(d.now))
		if err := d.append("disclosure_asked", Data{Key: key, Reason: matter}); err != nil {
			return err
		}
		return d.Jobs.AddTo(&d.after, followKind, following{d.Case.ID, d.Case.Seq})
	})
	return err
}

// hides checks a proposal and returns what it leaves out.
func (c *Case) hides(p *programme.Programme, x Disclosure) (map[string]string, error) {
	switch n := utf8.RuneCountInString(strings.TrimSpace(x.Matter)); {
	case c.Erased != "":
		return nil, fault.New(fault.Conflict, "cases.erased")
	case c.Number == "":
		return nil, fault.New(fault.Conflict, "cases.disclosure.draft")
	case n < 2 || n > matterMost:
		return nil, fault.At("matter", "cases.disclosure.matter", "most", matterMost)
	case len(x.Forms) == 0:
		return nil, fault.At("forms", "cases.disclosure.forms")
	}
	hidden := map[string]string{}
	for _, id := range x.Forms {
		if !slices.ContainsFunc(c.Disclosable(p), func(f *programme.Form) bool { return f.ID == id }) {
			return nil, fault.At("forms", "cases.disclosure.forms")
		}
		for _, f := range p.Fields(id) {
			switch ground := x.Hidden[f.Key]; {
			case Closed(f):
				hidden[f.Key] = GroundBusiness
			case ground == "":
			case !slices.Contains(Grounds(), ground):
				return nil, fault.At(f.Key, "cases.disclosure.ground")
			default:
				hidden[f.Key] = ground
			}
		}
	}
	return hidden, nil
}

// RefuseDisclosure ends a proposal with a reason. A chief of the section who did not make it may. Faults: Missing; Refused for anybody else
// and for whoever proposed it; Conflict when none waits; Invalid at "answer".
func (s *Store) RefuseDisclosure(ctx context.Context, who account.Who, id, proposal, answer string) error {
	return s.decideDisclosure(ctx, who, id, proposal, func(d *draft, x Disclosure) error {
		if err := reasoned(answer, "answer"); err != nil {
			return err
		}
		d.after.Add(`UPDATE case_disclosures SET state = 'refused', answer = $1, decided_by = $2, decider = $3, decided = $4 WHERE id = $5`,
			strings.TrimSpace(answer), who.Person, who.Name, db.At(d.now), x.ID)
		return d.append("disclosure_refused", Data{Key: x.ID, Reason: strings.TrimSpace(answer)})
	})
}

// ApproveDisclosure decides that a copy may be handed out; content is the copy as PDF, drawn from the proposal. It is kept as it is, and the
// journal holds its digest and what it leaves out. Who and faults as RefuseDisclosure, without Invalid.
func (s *Store) ApproveDisclosure(ctx context.Context, who account.Who, id, proposal string, content []byte) error {
	return s.decideDisclosure(ctx, who, id, proposal, func(d *draft, x Disclosure) error {
		f, err := s.Files.Keep(d.ctx, d.tx, content, d.Case.Number+"-"+x.ID+".pdf", "case:"+id)
		if err != nil {
			return err
		}
		var left []string
		for _, key := range slices.Sorted(maps.Keys(x.Hidden)) {
			left = append(left, key+" "+x.Hidden[key])
		}
		d.after.Add(`UPDATE case_disclosures SET state = 'approved', decided_by = $1, decider = $2, decided = $3, file = $4, sha256 = $5 WHERE id = $6`,
			who.Person, who.Name, db.At(d.now), f.ID, f.SHA256, x.ID)
		return d.append("disclosure", Data{Key: x.ID, Value: f.SHA256, Reason: x.Matter, Changes: left})
	})
}

func (s *Store) decideDisclosure(ctx context.Context, who account.Who, id, proposal string, fn func(*draft, Disclosure) error) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !who.Is(account.RoleChief) {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		x, err := db.One(d.ctx, d.tx, scanDisclosure, `SELECT `+disclosureColumns+` FROM case_disclosures WHERE case_id = $1 AND id = $2 AND state = 'proposed'`, id, proposal)
		if fault.Is(err, fault.Missing) {
			return fault.New(fault.Conflict, "cases.disclosure.gone")
		}
		if err != nil {
			return err
		}
		if x.Person == who.Person {
			return fault.New(fault.Refused, "cases.same_person")
		}
		return fn(d, x)
	})
	return err
}

// DisclosedCopy is the stored copy of a decided disclosure. Who asks and faults as Disclosures.
func (s *Store) DisclosedCopy(ctx context.Context, who account.Who, id, disclosure string) (Disclosure, []byte, error) {
	list, err := s.Disclosures(ctx, who, id)
	if err != nil {
		return Disclosure{}, nil, err
	}
	at := slices.IndexFunc(list, func(x Disclosure) bool { return x.ID == disclosure && x.File != "" })
	if at < 0 {
		return Disclosure{}, nil, fault.New(fault.Missing, "db.missing")
	}
	content, err := s.Files.Bytes(ctx, list[at].File)
	return list[at], content, err
}
