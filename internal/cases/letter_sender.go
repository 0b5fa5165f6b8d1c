package cases

import (
	"context"
	"time"

	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

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
