package cases

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/mail"
)

// Questions and answers on a case (質問・連絡) go on beside its formal returns: they change nothing of the application. The body, its branch
// and the section of HQ read one thread; screening members and bodies that only take part read none of it.

// Message is one line of the thread.
type Message struct {
	N     int         `json:"n"`
	Side  string      `json:"side"` // one of the sides
	Body  string      `json:"body"` // lg:222101, branch:22, hq:keishin
	Name  string      `json:"name"`
	Text  string      `json:"text"`
	Files []form.File `json:"files,omitempty"`
	Waits string      `json:"waits,omitempty"` // the side that is asked for an answer
	At    time.Time   `json:"at"`
}

// Sides of a thread.
const (
	SideBody   = "body"
	SideBranch = "branch"
	SideHQ     = "hq"
)

// talkFile is the question under which files of the thread are attached to the case.
const talkFile = "@talk"

// talkFiles is how many files one message may have.
const talkFiles = 10

// Side is the side of the thread that a hat speaks for; "" for those who only read it or do not.
func (c *Case) Side(who account.Who) string {
	switch {
	case who.Enters():
		return ""
	case who.Is(staff...) && who.BodyID() == c.Org.Code:
		return SideBody
	case who.Is(account.RoleBranch) && who.BodyID() == c.Org.Branch:
		return SideBranch
	case who.Is(account.RoleOfficer, account.RoleChief) && who.BodyID() == c.Section:
		return SideHQ
	}
	return ""
}

// readsTalk reports whether the hat reads the thread.
func (c *Case) readsTalk(who account.Who) bool {
	return c.Side(who) != "" || who.Is(account.RoleAuditor, account.RoleAdmin) || who.Person == System.Person
}

// CanTalk reports whether the hat can write now: from the arrival of the application on, while its words are kept.
func (c *Case) CanTalk(who account.Who) bool {
	return c.Side(who) != "" && c.Number != "" && c.Erased == ""
}

// Waits is the side that was asked for an answer and has not given one; "" nobody.
func (c *Case) Waits() string {
	if n := len(c.Talk); n > 0 {
		return c.Talk[n-1].Waits
	}
	return ""
}

// Say writes a message. wants says that an answer is asked for: of the desk that has the case when the body asks, of the body when a desk
// does. The other side is told by mail that there is one, not what it says. Faults: Invalid at text or files, Refused.
func (s *Store) Say(ctx context.Context, who account.Who, id, text string, files []form.File, wants bool) error {
	text = jp.NFC(strings.TrimSpace(text))
	switch {
	case text == "":
		return fault.At("text", "cases.talk.text")
	case utf8.RuneCountInString(text) > textMost:
		return fault.At("text", "cases.write.long", "n", textMost)
	case len(files) > talkFiles:
		return fault.At("files", "cases.intake.many", "n", talkFiles)
	}
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !d.Case.CanTalk(who) {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		m := Message{N: len(d.Case.Talk) + 1, Side: d.Case.Side(who), Body: who.Hat.Body, Name: who.Name, Text: text, Files: files, At: d.now}
		to := SideBody
		if m.Side == SideBody {
			if to = SideHQ; d.Case.Phase < 2 {
				to = SideBranch
			}
		}
		if wants {
			m.Waits = to
		}
		ids := make([]string, len(files))
		for i, f := range files {
			ids[i] = f.ID
		}
		if err := d.files(map[string][]string{talkFile: ids}, nil); err != nil {
			return fault.At("files", "cases.file_unknown")
		}
		if err := d.append("message", Data{Message: &m}); err != nil {
			return err
		}
		d.after.Add(`INSERT INTO case_talks (case_id, waits, last, at, read_body, read_branch, read_hq) VALUES ($1, $2, $3, $4, 0, 0, 0)
			ON CONFLICT (case_id) DO UPDATE SET waits = $2, last = $3, at = $4`, d.Case.ID, m.Waits, m.N, db.At(d.now))
		d.after.Add(`UPDATE case_talks SET read_`+m.Side+` = last WHERE case_id = $1`, d.Case.ID)
		return d.tellTalk(to)
	})
	return err
}

// tellTalk writes to a side that there is a message.
func (d *draft) tellTalk(to string) (err error) {
	var list []mail.Address
	path := "/desk/cases/" + d.Case.ID + "/talk"
	switch to {
	case SideBody:
		path = "/work/cases/" + d.Case.ID + "/talk"
		list, err = d.applicants("lg:" + d.Case.Org.Code)
	case SideBranch:
		list, err = d.Recipients(d.ctx, d.tx, "branch:"+d.Case.Org.Branch, account.RoleBranch)
	default:
		list, err = d.Recipients(d.ctx, d.tx, "hq:"+d.Case.Section, account.RoleOfficer)
	}
	if err != nil {
		return err
	}
	return d.write(list, "talk", path, nil)
}

// ReadTalk notes that the hat's side has opened the thread of a case it sees.
func (s *Store) ReadTalk(ctx context.Context, who account.Who, c *Case) error {
	side := c.Side(who)
	if side == "" || len(c.Talk) == 0 {
		return nil
	}
	unread, err := db.One(ctx, s.DB.Read(), db.Int, `SELECT COUNT(*) FROM case_talks WHERE case_id = $1 AND read_`+side+` < last`, c.ID)
	if err != nil || unread == 0 {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE case_talks SET read_`+side+` = $2 WHERE case_id = $1 AND read_`+side+` < $2`, c.ID, len(c.Talk))
		return err
	})
}

// Talking is a thread that has something for the acting person's side.
type Talking struct {
	Case, Number, Title, Org string
	At                       time.Time
	Waits                    bool // an answer is asked for
	Unread                   bool
}

// Talks lists the threads with something for the acting person's side, those that wait for an answer first, at most n.
func (s *Store) Talks(ctx context.Context, who account.Who, n int) ([]Talking, error) {
	side := ""
	switch {
	case who.Is(staff...):
		side = SideBody
	case who.Is(account.RoleBranch):
		side = SideBranch
	case who.Is(account.RoleOfficer, account.RoleChief):
		side = SideHQ
	default:
		return nil, nil
	}
	where, args := s.visible(who, 3)
	return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x Talking, err error) {
		var at db.Time
		var waits string
		var last, read int
		err = r.Scan(&x.Case, &x.Number, &x.Title, &x.Org, &at, &waits, &last, &read)
		x.At, x.Waits, x.Unread = at.Time, waits == side, read < last
		return x, err
	}, fmt.Sprintf(`SELECT cases.id, cases.number, cases.title, cases.org_name, k.at, k.waits, k.last, k.read_%s FROM case_talks k JOIN cases ON cases.id = k.case_id
		WHERE (k.waits = $1 OR k.read_%s < k.last) AND cases.demo = $2 AND %s ORDER BY CASE WHEN k.waits = $1 THEN 0 ELSE 1 END, k.at LIMIT %d`, side, side, where, n),
		append([]any{side, who.Sample}, args...)...)
}

// redactTalk leaves the thread and the corrections proposed to those who read them; the people of other desks stay unnamed to the body and
// the branch.
func (c *Case) redactTalk(who account.Who) {
	if len(c.Talk)+len(c.Fixes)+len(c.Intakes) == 0 {
		return
	}
	if !c.readsTalk(who) && !who.Enters() {
		c.Talk, c.Fixes = nil, nil
		if who.Is(account.RoleCommittee) || c.TakesPart(who) {
			c.Intakes, c.Agents = nil, nil
		}
		return
	}
	if inside(who) {
		return
	}
	c.Talk, c.Fixes = slices.Clone(c.Talk), slices.Clone(c.Fixes)
	for i := range c.Talk {
		if c.Talk[i].Body != who.Hat.Body {
			c.Talk[i].Name = ""
		}
	}
	for i := range c.Fixes {
		if c.Fixes[i].Office != who.Hat.Body {
			c.Fixes[i].Name, c.Fixes[i].Person = "", ""
		}
	}
}

// between reports whether an event is of the thread or of a proposed correction: nothing for those who do not read them.
func (e *Event) between() bool { return e.Data.Message != nil || e.Data.Fix != nil }
