package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kakehashi/internal/db"
	"kakehashi/internal/jobs"
	"kakehashi/internal/mail"
	"kakehashi/internal/programme"
)

// followKind is the job of everything that follows a move: mails written and letters made into PDF. A move queues one, however many
// people it tells.
const followKind = "case.follow"

// following names the move: an event of a case.
type following struct {
	Case string `json:"case"`
	Seq  int    `json:"seq"`
}

// follows queues the job for the event just appended, if the move has anything to follow it.
func (d *draft) follows(m *programme.Move, data *Data) error {
	if len(m.Mail) == 0 && len(data.Letters) == 0 {
		return nil
	}
	return d.Jobs.AddTo(&d.after, followKind, following{d.Case.ID, d.Case.Seq})
}

// follow is the job. It may run twice and in any order with the moves after it: the words are those of the case as the move left it,
// each mail has its key, and a letter that has its file is left alone.
func (s *Store) follow(ctx context.Context, work following) error {
	c, p, e, err := s.asMoved(ctx, work)
	if err != nil {
		return err
	}
	d := &draft{Store: s, Case: c, Programme: p, ctx: ctx, tx: s.DB.Read(), who: System, now: e.At}
	if m := p.Move(e.Data.Move); m != nil {
		err = d.tell(m.Mail, fmt.Sprint(e.Seq))
	}
	if e.Type == "version" {
		err = d.tell(map[string]string{"applicant": "version_taken"}, fmt.Sprint(e.Seq))
	}
	switch e.Type {
	case "erratum":
		err = d.tell(map[string]string{"applicant": "letter_corrected"}, fmt.Sprint(e.Seq))
	case "erratum_asked":
		err = d.tell(map[string]string{"chief": "erratum_asked"}, fmt.Sprint(e.Seq))
	case "disclosure_asked":
		err = d.tell(map[string]string{"chief": "disclosure_asked"}, fmt.Sprint(e.Seq))
	}
	for _, l := range e.Data.Letters {
		err = errors.Join(err, s.render(ctx, l.ID))
	}
	return err
}

// asMoved is the case as an event left it, folded from the journal.
func (s *Store) asMoved(ctx context.Context, at following) (*Case, *programme.Programme, *Event, error) {
	list, err := db.List(ctx, s.DB.Read(), scanEvent, `SELECT `+eventColumns+` FROM case_events WHERE case_id = $1 AND seq <= $2 ORDER BY seq`,
		at.Case, at.Seq)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, nil, jobs.Hopeless(fmt.Errorf("case %s has no event %d", at.Case, at.Seq))
	}
	var c Case
	for _, e := range list {
		c.apply(e)
	}
	p, err := s.Programmes.ByHash(ctx, c.Definition)
	if err != nil {
		return nil, nil, nil, err
	}
	return &c, p, list[len(list)-1], c.decode(p)
}

// queue writes the mails in one transaction.
func (s *Store) queue(ctx context.Context, list []mail.Message) error {
	if len(list) == 0 {
		return nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		for _, m := range list {
			if err := s.Mail.Queue(ctx, tx, m); err != nil {
				return fmt.Errorf("mail %s for case %s: %w", m.Template, m.CaseID, err)
			}
		}
		return nil
	})
}

// Register tells the job queue which work this package does.
func (s *Store) Register() {
	s.Jobs.Handle(followKind, func(ctx context.Context, payload []byte) error {
		var work following
		if err := json.Unmarshal(payload, &work); err != nil {
			return jobs.Hopeless(err)
		}
		return s.follow(ctx, work)
	})
	s.Jobs.Handle("case.remind", func(ctx context.Context, _ []byte) error { return s.Remind(ctx) })
	s.Jobs.Handle("case.tick", func(ctx context.Context, _ []byte) error { return s.Tick(ctx) })
	s.Jobs.Handle("case.tell", func(ctx context.Context, _ []byte) error { _, err := s.Tell(ctx); return err })
}
