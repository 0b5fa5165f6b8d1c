package cases

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// New drafts a case of a programme for the body of the acting person (R03, R04, R13). The same token twice gives the same draft.
// from, when not empty, is an earlier case of the body whose answers are copied where the new version has the same questions.
// Faults: Refused when the programme is closed or the hat drafts for no body.
func (s *Store) New(ctx context.Context, who account.Who, code, token, from string) (*Case, error) {
	if !who.Is(staff...) || who.BodyID() == "" {
		return nil, fault.New(fault.Refused, "cases.no_body")
	}
	p, err := s.Programmes.Current(ctx, code)
	if err != nil {
		return nil, err
	}
	if !who.Hat.Covers(p.Code) {
		return nil, fault.New(fault.Refused, "cases.not_yours")
	}
	if open, why := s.Programmes.Open(ctx, p, s.now()); !open {
		return nil, &fault.Fault{Kind: fault.Refused, Key: "cases.closed", JA: why.JA, EN: why.EN}
	}
	ref, twoStep, err := s.body(ctx, who.BodyID())
	if err != nil {
		return nil, err
	}
	answers, err := s.prefilled(ctx, who, p, ref)
	if err != nil {
		return nil, err
	}
	if from != "" {
		if err := s.copyFrom(ctx, who, p, from, answers); err != nil {
			return nil, err
		}
	}
	c := &Case{ID: db.NewID("c"), Programme: p.Code, Definition: p.Hash, FiscalYear: p.Call.FiscalYear, Section: p.Section, Org: ref,
		Via: via(p.Call.BranchStep, ref), TwoStep: twoStep, State: p.Workflow.States[0].ID, Holder: p.Workflow.States[0].Holder,
		Raw: answers, Owner: who.Person, Demo: who.Sample}
	c.Due, _ = p.Day(p.Workflow.States[0].Due, s.facts(c, p, who, s.now()))
	var out *Case
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		out = nil
		if id, first, err := s.claim(ctx, tx, token, c.ID); err != nil || !first {
			out = &Case{ID: id}
			return err
		}
		d := &draft{Store: s, Case: &Case{ID: c.ID}, Programme: p, ctx: ctx, tx: tx, who: who, now: s.now(), create: true}
		if err := d.append("created", Data{Created: c}); err != nil {
			return err
		}
		if err := d.save(); err != nil {
			return err
		}
		out = d.Case
		return nil
	})
	if err != nil {
		return nil, err
	}
	if out.Definition == "" {
		out, _, err = s.Get(ctx, who, out.ID)
	}
	return out, err
}

// body reads the acting body from the register as it is named today.
func (s *Store) body(ctx context.Context, code string) (OrgRef, bool, error) {
	b, err := s.Orgs.Get(ctx, code)
	if err != nil {
		return OrgRef{}, false, err
	}
	ref := OrgRef{Code: b.Code, Type: b.Type, Name: b.Name, English: b.English, Head: b.Addressee(), Address: strings.TrimSpace(b.Postcode + " " + b.Address), Branch: b.Branch, Prefecture: b.Prefecture,
		IsBranch: b.IsBranch()}
	if br, err := s.Orgs.Branch(ctx, b.Branch); err == nil {
		ref.BranchName = br.Name.JA
	}
	two, err := s.TwoStep(ctx, code)
	return ref, two, err
}

// via says how the branch takes part: the step is skipped, not self-approved, when the body is the branch's own government, and
// there is none for bodies outside every branch.
func via(step string, ref OrgRef) string {
	if ref.IsBranch || ref.Branch == "" || step == "" {
		return "none"
	}
	return step
}

// copyFrom takes the answers of an earlier case of the same body, but no files, days, single sums or declarations.
func (s *Store) copyFrom(ctx context.Context, who account.Who, p *programme.Programme, from string, into map[string]json.RawMessage) error {
	old, oldP, err := s.load(ctx, s.DB.Read(), who, from)
	if err != nil {
		return err
	}
	if old.Org.Code != who.BodyID() {
		return fault.New(fault.Missing, "db.missing") // they take part in it, it is not theirs
	}
	for _, sec := range p.Form("application").Sections {
		for _, f := range sec.Fields {
			was, _, _, ok := oldP.Field(f.Key)
			if !ok || was.Kind != f.Kind || f.Kind == form.KindFile || f.Kind == form.KindPeriod ||
				f.Kind == form.KindYen || strings.HasPrefix(f.Key, "d.") {
				continue
			}
			if v, ok := old.Raw[f.Key]; ok && into[f.Key] == nil {
				into[f.Key] = v
			}
		}
	}
	return nil
}

// claim spends a one-time token for a case; when it was spent before, first is false and owner the case it was spent for. Of two at
// once the second waits here until the first is through.
func (s *Store) claim(ctx context.Context, tx db.Q, token, id string) (owner string, first bool, err error) {
	if token == "" {
		return id, true, nil
	}
	n, err := db.Changed(ctx, tx, claimToken, token, id, db.At(s.now()))
	if err != nil || n > 0 {
		return id, true, err
	}
	owner, err = tokenOwner(ctx, tx, token)
	return owner, false, err
}

// claimToken touches no row when the token was used before.
const claimToken = `INSERT INTO case_tokens (token, case_id, at) VALUES ($1, $2, $3) ON CONFLICT (token) DO NOTHING`

func tokenOwner(ctx context.Context, tx db.Q, token string) (id string, err error) {
	return db.One(ctx, tx, db.String, `SELECT case_id FROM case_tokens WHERE token = $1`, token)
}

// Saved is the answer to a save of fields.
type Saved struct {
	Case      *Case
	Seq       int
	Conflicts []Clash
	Merged    []string // fields the page did not touch and that somebody saved meanwhile: what stands stays
	Problems  []form.Problem
}

// Clash is one field that somebody else changed since the page was loaded: theirs stays until the person chooses.
type Clash struct {
	Field  string
	Theirs any
	Mine   any
	By     string
	Own    bool // by the same person, in another window
	At     time.Time
}

// SaveFields is Save for inputs that come from no page of a browser, or from one without a script.
func (s *Store) SaveFields(ctx context.Context, who account.Who, id string, inputs map[string]form.Input, base int, mine []string) (Saved, error) {
	return s.Save(ctx, who, id, Sent{Inputs: inputs, Base: base, Mine: mine})
}

// Save saves what the page sent for some fields of an editable form, as typed even when it has problems. A field that somebody else, or
// another window, changed since the page was made and that the page changed too is a Clash and is not saved, unless listed in Mine (the
// person looked and chose); one the page did not change stays as it stands. Fields that are not open now are refused. Who: the body's own
// people (R03, R04, R13, R14).
func (s *Store) Save(ctx context.Context, who account.Who, id string, sent Sent) (Saved, error) {
	var out Saved
	c, err := s.change(ctx, who, id, func(d *draft) error {
		out = Saved{}
		if !who.Is(staff...) {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		return d.saveSent(sent, &out)
	})
	if err != nil {
		return out, err
	}
	if err := s.nameClashes(ctx, who, c, out.Conflicts); err != nil {
		return out, err
	}
	c.redact(who, c.programme(s, ctx))
	out.Case, out.Seq = c, c.Seq
	return out, nil
}

// saveSent merges what was sent into the case, field by field, and tells in out what was not taken.
func (d *draft) saveSent(sent Sent, out *Saved) error {
	come, gone, agreed := map[string][]string{}, []string{}, d.agreeing()
	open := d.Case.Editable(d.Programme, d.who)
	set, was := map[string]json.RawMessage{}, &basis{}
	var unset []string
	for key, in := range sent.Inputs {
		f, _, _, ok := d.Programme.Field(key)
		if !ok || !slices.Contains(open, key) {
			return fault.At(key, "cases.field_closed")
		}
		value, answered, problems := typed(f, in)
		value, unknown, err := d.registered(f, value)
		if err != nil {
			return err
		}
		problems = append(problems, unknown...)
		out.Problems = append(out.Problems, problems...)
		now, has := d.Case.Answers()[key]
		if has == answered && (!has || form.Equal(now, value)) {
			continue
		}
		switch what, err := d.merge(sent, key, f, value, answered, was); {
		case err != nil:
			return err
		case what == keep:
			out.Merged = append(out.Merged, key)
			continue
		case what == clash:
			out.Conflicts = append(out.Conflicts, Clash{Field: key, Theirs: now, Mine: value})
			continue
		}
		in, left := moved(now, value)
		come[key], gone = in, append(gone, left...)
		if !answered {
			unset = append(unset, key)
			continue
		}
		b, err := json.Marshal(value)
		if err != nil {
			return err
		}
		set[key] = b
	}
	if len(set) == 0 && len(unset) == 0 {
		return nil
	}
	if err := d.files(come, gone); err != nil {
		return err
	}
	slices.Sort(unset)
	if err := d.append("saved", Data{Set: set, Unset: unset, Window: sent.Window.String()}); err != nil {
		return err
	}
	if err := d.seats(); err != nil { // who is no longer named reads the case no longer
		return err
	}
	return d.tellVoid(agreed)
}

// moved says which stored files an answer gains and which it loses.
func moved(before, after any) (come, gone []string) {
	ids := func(v any) (list []string) {
		files, _ := v.([]form.File)
		for _, f := range files {
			list = append(list, f.ID)
		}
		return list
	}
	was, is := ids(before), ids(after)
	for _, id := range is {
		if !slices.Contains(was, id) {
			come = append(come, id)
		}
	}
	for _, id := range was {
		if !slices.Contains(is, id) {
			gone = append(gone, id)
		}
	}
	return come, gone
}

// files ties the files that came to the case, and unties those that went. A file of another body or case cannot be taken.
func (d *draft) files(come map[string][]string, gone []string) error {
	ref := "case:" + d.Case.ID
	for key, ids := range come {
		if len(ids) == 0 {
			continue
		}
		for _, id := range ids {
			m, err := d.Store.Files.Info(d.ctx, id)
			if err != nil || m.OwnerBody != d.who.Hat.Body {
				return fault.At(key, "cases.file_unknown")
			}
		}
		if err := d.Store.Files.AttachTx(d.ctx, d.tx, ids, ref, key); err != nil {
			return err
		}
	}
	if len(gone) == 0 || d.Case.Phase > 0 {
		return nil // what was submitted once stays evidence, also when a correction takes it out
	}
	return d.Store.Files.DetachTx(d.ctx, d.tx, gone, ref)
}

func (c *Case) programme(s *Store, ctx context.Context) *programme.Programme {
	p, _ := s.Programmes.ByHash(ctx, c.Definition)
	return p
}

// nameClashes says who changed the field meanwhile, and when.
func (s *Store) nameClashes(ctx context.Context, who account.Who, c *Case, clashes []Clash) error {
	for i := range clashes {
		e, err := s.event(ctx, c.ID, c.Revs[clashes[i].Field])
		if err != nil {
			return err
		}
		clashes[i].By, clashes[i].Own, clashes[i].At = e.Name, e.Person == who.Person, e.At
	}
	return nil
}

// Editable lists the keys of the fields this hat may change now: the forms of the state, or only the fields a return named.
func (c *Case) Editable(p *programme.Programme, who account.Who) []string {
	st := p.State(c.State)
	if st == nil || !who.Is(staff...) || who.BodyID() != c.Org.Code {
		return nil
	}
	if st.Opens {
		return c.enterable(p, who, c.Opened())
	}
	var keys []string
	for _, id := range p.Edits(st) {
		f := p.Form(id)
		if f == nil {
			continue
		}
		for _, sec := range f.Sections {
			for _, field := range sec.Fields {
				if !field.ReadOnly && c.Sees(who, field.Visibility) {
					keys = append(keys, field.Key)
				}
			}
		}
	}
	return keys
}

// Newer tells a draft that a newer version of its programme was published: what changed, and whether it may take it.
type Newer struct {
	Hash       string
	Version    string
	Changes    []programme.Change
	Compatible bool
}

// Newer returns the newer version of the same fiscal year and round, or nil. Only drafts are offered one.
func (s *Store) Newer(ctx context.Context, c *Case) (*Newer, error) {
	p, err := s.Programmes.ByHash(ctx, c.Definition)
	if err != nil || c.Phase > 0 || c.Ended {
		return nil, err
	}
	cur, err := s.Programmes.Current(ctx, c.Programme)
	if err != nil || cur.Hash == c.Definition || cur.Call.FiscalYear != c.FiscalYear || cur.Call.Round != p.Call.Round {
		return nil, err
	}
	changes := programme.Compare(&p.Definition, &cur.Definition)
	n := &Newer{Hash: cur.Hash, Version: cur.Version, Changes: changes, Compatible: true}
	for _, ch := range changes {
		if ch.Class != "cosmetic" && ch.Class != "compatible" {
			n.Compatible = false
		}
	}
	return n, nil
}

// AdoptVersion moves a draft to the newer version, by the applicant's own choice, or by itself (Tick) when nothing that was allowed is
// refused by it; the journal keeps what changed, and of a move that nobody chose the body is told.
func (s *Store) AdoptVersion(ctx context.Context, who account.Who, id, hash string) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		n, err := s.Newer(ctx, d.Case)
		if err != nil {
			return err
		}
		if n == nil || n.Hash != hash || !d.own() && (who.Person != System.Person || !n.Compatible) {
			return fault.New(fault.Conflict, "cases.changed_meanwhile")
		}
		var words, english []string
		for _, ch := range n.Changes {
			words, english = append(words, ch.Text.JA), append(english, ch.Text.EN)
		}
		p, err := s.Programmes.ByHash(ctx, hash)
		if err != nil {
			return err
		}
		d.Programme = p
		due, err := p.Day(p.State(d.Case.State).Due, d.facts(d.Case, p, who, d.now))
		if err != nil {
			return err
		}
		if err := d.append("version", Data{Definition: hash, Due: due, Changes: words, ChangesEN: english}); err != nil || who.Person != System.Person {
			return err
		}
		return d.Jobs.AddTo(&d.after, followKind, following{d.Case.ID, d.Case.Seq}) // nobody of the body was there: they are told
	})
	return err
}
