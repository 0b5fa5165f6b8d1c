package cases

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/programme"
)

// agreeing are the keys of the bodies whose consent holds as the case stands.
func (d *draft) agreeing() (keys []string) {
	if len(d.Case.Parties) == 0 {
		return nil
	}
	for _, x := range d.Case.Partners(d.Programme) {
		if x.Agrees() {
			keys = append(keys, x.Key)
		}
	}
	return keys
}

// tellVoid writes to the bodies whose consent held before and no longer does, for what it was given to has changed; not to the one that
// made the change.
func (d *draft) tellVoid(before []string) error {
	if len(before) == 0 {
		return nil
	}
	for _, x := range d.Case.Partners(d.Programme) {
		if !x.Void() || !slices.Contains(before, x.Key) || x.Code != "" && x.Code == d.who.BodyID() {
			continue
		}
		if x.Code == "" { // the lead asks them anew, by a new link
			if err := d.write([]mail.Address{{Address: x.Mail, Name: x.Contact, Lang: lang.JA}}, "joint_void", "", map[string]string{"url": "", "number": "", "party": x.Name}); err != nil {
				return err
			}
			continue
		}
		list, err := d.boxes(x.Code)
		if err != nil {
			return err
		}
		if err := d.write(list, "joint_void", "/work/cases/"+d.Case.ID+"/partners", map[string]string{"party": x.Name}); err != nil {
			return err
		}
	}
	return nil
}

// Part is what the application says of a body that takes part and that this body fills in itself: its row of the table without its name.
type Part struct {
	Columns []form.Field
	Row     form.Row
}

// OwnPart is the part of the acting person's body; false when it has none, or the application is handed in or with the approvers (rule 8).
func (c *Case) OwnPart(p *programme.Programme, who account.Who) (Part, bool) {
	x := c.partner(p, who.BodyID())
	st := p.State(c.State)
	if x == nil || x.State != PartyAsked && x.State != PartyAgreed || !c.TakesPart(who) || c.Phase > 0 || c.Ended || st == nil || !slices.Contains(st.Edits, "application") {
		return Part{}, false
	}
	from, f, rows, i := c.rowOf(p, x)
	if i < 0 {
		return Part{}, false
	}
	part := Part{Row: rows[i]}
	for _, col := range f.Cols() {
		if col.Key != from.Body && !col.ReadOnly {
			part.Columns = append(part.Columns, col)
		}
	}
	return part, len(part.Columns) > 0
}

// rowOf finds the row of a table that names a body; -1 when a single question does.
func (c *Case) rowOf(p *programme.Programme, x *Partner) (programme.Parties, form.Field, []form.Row, int) {
	for _, from := range p.Joint.Parties {
		f, _, _, _ := p.Field(from.Field)
		rows, _ := c.Answers()[from.Field].([]form.Row)
		if from.Field != x.Field {
			continue
		}
		i := slices.IndexFunc(rows, func(row form.Row) bool {
			body, ok := row[from.Body].(form.Org)
			return ok && partyKey(body) == x.Key
		})
		return from, f, rows, i
	}
	return programme.Parties{}, form.Field{}, nil, -1
}

// SavePart changes what the application says of the acting person's body; cells are its columns as typed. What it had consented to has then
// changed, and it consents anew. Who: the people of a body that takes part, until the application is handed in. Faults: Invalid at a
// column, Refused, Missing.
func (s *Store) SavePart(ctx context.Context, who account.Who, id string, cells map[string]form.Input) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		x, err := d.mine()
		if err != nil {
			return err
		}
		part, open := d.Case.OwnPart(d.Programme, who)
		if !open {
			return fault.New(fault.Refused, "cases.joint.handed_in")
		}
		_, _, rows, i := d.Case.rowOf(d.Programme, x)
		rows = slices.Clone(rows)
		row := maps.Clone(rows[i])
		for _, col := range part.Columns {
			in, sent := cells[col.Key]
			if !sent {
				continue
			}
			value, answered, problems := typed(col, in)
			if len(problems) > 0 {
				return &fault.Fault{Kind: fault.Invalid, Field: col.Key, JA: problems[0].Message.JA, EN: problems[0].Message.EN}
			}
			if delete(row, col.Key); answered {
				row[col.Key] = value
			} else if col.Required {
				m := col.MissingAt(col.Key)
				return &fault.Fault{Kind: fault.Invalid, Field: col.Key, JA: m.Message.JA, EN: m.Message.EN}
			}
		}
		if form.Equal(rows[i], row) {
			return nil
		}
		rows[i] = row
		b, err := json.Marshal(rows)
		if err != nil {
			return err
		}
		if err := d.append("saved", Data{Set: map[string]json.RawMessage{x.Field: b}}); err != nil {
			return err
		}
		return d.seats()
	})
	return err
}
