package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// Party is what is on record of a body that takes part beside the lead (構成団体・連携団体): that it was asked, and how it answered. Terms
// are what it consented to, question → answer in the words of the form; consent holds for as long as they stay so.
type Party struct {
	Key     string            `json:"key"`            // code of the register, or its name
	Code    string            `json:"code,omitempty"` // of the register; "" for a body that is not in it
	Name    string            `json:"name"`
	Contact string            `json:"contact,omitempty"` // of a body without an account
	Mail    string            `json:"mail,omitempty"`
	State   string            `json:"state"` // asked | agreed | refused | left
	How     string            `json:"how,omitempty"`
	By      string            `json:"by,omitempty"`    // who answered, by name
	Paper   *form.File        `json:"paper,omitempty"` // signed, where the lead handed it in
	Reason  string            `json:"reason,omitempty"`
	Terms   map[string]string `json:"terms,omitempty"`
	Asked   time.Time         `json:"asked,omitzero"`
	At      time.Time         `json:"at,omitzero"` // of the answer
}

// States of a party.
const (
	PartyAsked   = "asked"
	PartyAgreed  = "agreed"
	PartyRefused = "refused"
	PartyLeft    = "left"
)

// How a consent was given: by the party's own user, by the link of a mail, or on paper that the lead handed in.
const (
	ByUser  = "user"
	ByLink  = "link"
	ByPaper = "paper"
)

// Partner is a body the application names, with what is on record of it and what it is asked to consent to as the answers stand.
type Partner struct {
	Party
	Type    string
	Field   string            // question that names it
	Now     map[string]string // terms as they stand
	Changed []string          // terms that are not those it consented to
	Labels  map[string]lang.Text
}

// Agrees reports whether the consent on record holds for what is asked now.
func (x *Partner) Agrees() bool { return x.State == PartyAgreed && len(x.Changed) == 0 }

// Void reports whether there was a consent and what it was given to has changed.
func (x *Partner) Void() bool { return x.State == PartyAgreed && len(x.Changed) > 0 }

// Seen is a digest of the terms as they stand: what somebody had before them when they answered.
func (x *Partner) Seen() string {
	h := sha256.New()
	for _, key := range x.Order() {
		fmt.Fprintf(h, "%d:%s%d:%s", len(key), key, len(x.Now[key]), x.Now[key])
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Order lists the terms in the order in which they are read: what the project is first, then one's own part.
func (x *Partner) Order() []string {
	keys := slices.Sorted(maps.Keys(x.Now))
	slices.SortStableFunc(keys, func(a, b string) int { return termRank(a) - termRank(b) })
	return keys
}

func termRank(key string) int {
	switch key {
	case "p.title":
		return 0
	case termRole:
		return 2
	case termShare:
		return 3
	}
	return 1
}

// Terms that are a party's own.
const (
	termRole  = "role"
	termShare = "share"
)

// Partners lists the bodies the application names beside the lead, each once, in the order of the form.
func (c *Case) Partners(p *programme.Programme) []Partner {
	if len(p.Joint.Parties) == 0 {
		return nil
	}
	var list []Partner
	for _, x := range p.Joint.Parties {
		f, _, _, ok := p.Field(x.Field)
		if on, _ := c.Answers()[x.When].(bool); !ok || x.When != "" && !on {
			continue
		}
		switch v := c.Answers()[x.Field].(type) {
		case form.Org:
			list = c.addPartner(list, p, f, v, nil, x)
		case []form.Row:
			for _, row := range v {
				body, ok := row[x.Body].(form.Org)
				if !ok {
					name, _ := row[x.Body].(string)
					body = form.Org{Name: name}
				}
				list = c.addPartner(list, p, f, body, row, x)
			}
		}
	}
	return list
}

func (c *Case) addPartner(list []Partner, p *programme.Programme, f form.Field, body form.Org, row form.Row, from programme.Parties) []Partner {
	x := Partner{Party: Party{Key: partyKey(body), Code: body.Code, Name: body.Name}, Type: body.Type, Field: f.Key, Now: map[string]string{}, Labels: map[string]lang.Text{}}
	if x.Key == "" || x.Key == c.Org.Code || slices.ContainsFunc(list, func(o Partner) bool { return o.Key == x.Key }) {
		return list
	}
	for _, key := range p.Joint.Concerns {
		if q, _, _, ok := p.Field(key); ok {
			x.Now[key], x.Labels[key] = shownIn(q, c.Answers()[key]), q.Label
		}
	}
	for term, key := range map[string]string{termRole: from.Role, termShare: from.Share} {
		for _, col := range f.Cols() {
			if col.Key == key && row != nil {
				x.Now[term], x.Labels[term] = shownIn(col, row[key]), col.Label
			}
		}
	}
	if known := c.party(x.Key); known != nil {
		name := x.Name
		x.Party = *known
		x.Name = name
		for key, now := range x.Now {
			if known.State == PartyAgreed && known.Terms[key] != now {
				x.Changed = append(x.Changed, key)
			}
		}
		slices.Sort(x.Changed)
	}
	return append(list, x)
}

// shownIn is an answer in the words consent is given to.
func shownIn(f form.Field, v any) string { return f.Show(v, lang.JA) }

// partyKey tells bodies apart: the code of the register, else the name.
func partyKey(o form.Org) string {
	if o.Code != "" {
		return o.Code
	}
	return strings.TrimSpace(jp.FoldID(o.Name))
}

func (c *Case) party(key string) *Party {
	for i := range c.Parties {
		if c.Parties[i].Key == key {
			return &c.Parties[i]
		}
	}
	return nil
}

// partner is the named body of this key, or nil.
func (c *Case) partner(p *programme.Programme, key string) *Partner {
	for _, x := range c.Partners(p) {
		if x.Key == key {
			return &x
		}
	}
	return nil
}

// Unagreed counts the bodies the application names whose consent is missing, refused, withdrawn or void.
func (c *Case) Unagreed(p *programme.Programme) (n int64) {
	for _, x := range c.Partners(p) {
		if !x.Agrees() {
			n++
		}
	}
	return n
}

// agreedAnswers are the answers with each named organisation confirmed as far as it has consented; what was typed has no say in it.
func (c *Case) agreedAnswers(p *programme.Programme) form.Answers {
	answers := c.Answers()
	var out form.Answers
	for _, x := range p.Joint.Parties {
		o, ok := answers[x.Field].(form.Org)
		if !ok {
			continue
		}
		if out == nil {
			out = maps.Clone(answers)
		}
		with := c.partner(p, partyKey(o))
		o.Confirmed = with != nil && with.Agrees()
		out[x.Field] = o
	}
	if out == nil {
		return answers
	}
	return out
}

// TakesPart reports whether the hat acts for a body that is asked to take part or does; Mine is its part.
func (c *Case) TakesPart(who account.Who) bool {
	return who.Is(staff...) && who.BodyID() != c.Org.Code && c.party(who.BodyID()) != nil
}

// putParty replaces what is on record of one body.
func (c *Case) putParty(x Party) {
	c.Parties = slices.Clone(c.Parties)
	if was := c.party(x.Key); was != nil {
		*was = x
		return
	}
	c.Parties = append(c.Parties, x)
}

// seats writes down which bodies may read the case beside the lead: those it names that were asked or have consented.
func (d *draft) seats() error {
	if len(d.Case.Parties) == 0 {
		return nil
	}
	var b db.Batch
	b.Add(`DELETE FROM case_parties WHERE case_id = $1`, d.Case.ID)
	for _, x := range d.Case.Partners(d.Programme) {
		if x.Code != "" && (x.State == PartyAsked || x.State == PartyAgreed) {
			b.Add(`INSERT INTO case_parties (case_id, org_code, answered) VALUES ($1, $2, $3)`, d.Case.ID, x.Code, x.Agrees())
		}
	}
	_, err := b.Run(d.ctx, d.tx)
	return err
}

// redactParties leaves the contacts and signed papers of the bodies that take part to the lead, to the desks and to each its own; the
// committee learns from none of them whose application it is.
func (c *Case) redactParties(who account.Who) {
	if len(c.Parties) == 0 {
		return
	}
	if who.Is(account.RoleCommittee) {
		c.Parties = nil
		return
	}
	if !c.TakesPart(who) {
		return
	}
	c.Parties = slices.Clone(c.Parties)
	for i := range c.Parties {
		if x := &c.Parties[i]; x.Code != who.BodyID() {
			x.Contact, x.Mail, x.Paper, x.Reason = "", "", nil, ""
		}
	}
}

// partnerNames lists the bodies that consented, as a letter names them beside the one it is addressed to.
func (c *Case) partnerNames(p *programme.Programme) string {
	var names []string
	for _, x := range c.Partners(p) {
		if x.Agrees() {
			names = append(names, x.Name)
		}
	}
	return strings.Join(names, "、")
}
