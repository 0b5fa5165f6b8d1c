package cases

import (
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/form"
)

// aside reports whether this person may read a file that answers no question of a form: a signed consent. The case is known to be theirs
// to see, and redacted parts of it are not asked for: c is the case as it is stored.
func (c *Case) aside(who account.Who, field, file string) bool {
	if who.Is(account.RoleCommittee) {
		return false
	}
	switch field {
	case partyFile:
		return slices.ContainsFunc(c.Parties, func(x Party) bool { return is(x.Paper, file) && (!c.TakesPart(who) || x.Code == who.BodyID()) })
	case talkFile:
		return c.readsTalk(who) && slices.ContainsFunc(c.Talk, func(m Message) bool {
			return slices.ContainsFunc(m.Files, func(f form.File) bool { return f.ID == file })
		})
	case intakeFile:
		return c.intakePaper(file)
	}
	return false
}

func is(f *form.File, id string) bool { return f != nil && f.ID == id }
