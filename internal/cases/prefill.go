package cases

import (
	"context"
	"encoding/json"
	"fmt"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// Contact is what an account says of a person: how they are reached, and their division (課).
type Contact struct {
	form.Person
	Division string
}

// prefilled takes from the register what it knows of the body, and from the account of whoever drafts what it knows of them; what the
// account leaves open (their division, their telephone) is taken from their newest case of the body. programme.Prefills lists the sources.
func (s *Store) prefilled(ctx context.Context, who account.Who, p *programme.Programme, ref OrgRef) (map[string]json.RawMessage, error) {
	me := Contact{Person: form.Person{Name: who.Name}}
	if s.Contact != nil && who.Person != "" {
		var err error
		if me, err = s.Contact(ctx, who.Person); err != nil {
			return nil, fmt.Errorf("contact of %s: %w", who.Person, err)
		}
	}
	last, err := s.lastAnswers(ctx, who, ref.Code)
	if err != nil {
		return nil, err
	}
	known := map[string]any{"org.name": ref.Name, "org.code": ref.Code, "org.type": ref.Type, "org.head": ref.Head, "org.branch": ref.BranchName, "org.address": ref.Address,
		"person.name": me.Name, "person.email": me.Email, "person.section": me.Division, "person.tel": me.Tel}
	if me.Name != "" {
		known["person"] = me.Person
	}
	out := map[string]json.RawMessage{}
	for _, f := range p.AllFields() {
		switch v, ok := known[f.Prefill]; {
		case ok && v != "":
			if out[f.Key], err = json.Marshal(v); err != nil {
				return nil, err
			}
		case (f.Prefill == "person.section" || f.Prefill == "person.tel") && last[f.Key] != nil:
			out[f.Key] = last[f.Key]
		}
	}
	return out, nil
}

// lastAnswers are the answers of the newest case of this body that the person is in charge of; none when there is no such case.
func (s *Store) lastAnswers(ctx context.Context, who account.Who, org string) (map[string]json.RawMessage, error) {
	docs, err := db.List(ctx, s.DB.Read(), db.String, `SELECT doc FROM cases WHERE org_code = $1 AND owner = $2 ORDER BY created DESC, id DESC LIMIT 1`, org, who.Person)
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	c, err := decodeCase([]byte(docs[0]))
	if err != nil {
		return nil, err
	}
	return c.Raw, nil
}
