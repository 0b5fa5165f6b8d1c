package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/programme"
)

// tell writes to people by template: to the applicant, to the body's approvers, or to whoever has the ball. Each reader gets one mail for
// each occasion.
func (d *draft) tell(mails map[string]string, occasion string) error {
	list, err := d.messages(mails, occasion)
	if err != nil {
		return err
	}
	return d.queue(d.ctx, list)
}

func (d *draft) messages(mails map[string]string, occasion string) ([]mail.Message, error) {
	var list []mail.Message
	for to, template := range mails {
		addresses, err := d.addresses(to)
		if err != nil {
			return nil, err
		}
		words := map[lang.Tag]map[string]string{}
		for _, a := range addresses {
			if words[a.Lang] == nil {
				words[a.Lang] = d.mailValues(a.Lang, to)
			}
			key := fmt.Sprintf("%s/%s/%s/%s", d.Case.ID, occasion, template, a.Address)
			list = append(list, mail.Message{To: a, Template: template, Lang: a.Lang, CaseID: d.Case.ID, Key: key, Values: words[a.Lang]})
		}
	}
	return list, nil
}

// addresses finds who "applicant", "approver" or "holder" is now.
func (d *draft) addresses(to string) ([]mail.Address, error) {
	c := d.Case
	lg := "lg:" + c.Org.Code
	switch to {
	case "approver":
		return d.Recipients(d.ctx, d.tx, lg, account.RoleApprover)
	case "applicant":
		return d.applicants(lg)
	}
	switch c.Holder {
	case "branch":
		return d.Recipients(d.ctx, d.tx, "branch:"+c.Org.Branch, account.RoleBranch)
	case "officer":
		return d.Recipients(d.ctx, d.tx, "hq:"+c.Section, account.RoleOfficer)
	case "chief":
		return d.Recipients(d.ctx, d.tx, "hq:"+c.Section, account.RoleChief)
	case "finance":
		return d.Recipients(d.ctx, d.tx, "", account.RoleFinance)
	}
	return nil, nil
}

// applicants are the contacts named in the application and the body's drafters.
func (d *draft) applicants(lg string) ([]mail.Address, error) {
	list, err := d.Recipients(d.ctx, d.tx, lg, account.RoleStaff)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, a := range list {
		seen[a.Address] = true
	}
	add := func(address, name string) {
		if address != "" && !seen[address] {
			seen[address] = true
			list = append(list, mail.Address{Address: address, Name: name, Lang: lang.JA})
		}
	}
	email, _ := d.Case.answers["c.email"].(string)
	add(email, d.Case.Org.Name)
	if p, ok := d.Case.answers["c.person"].(form.Person); ok {
		add(p.Email, p.Name)
	}
	return list, nil
}

func (d *draft) mailValues(l lang.Tag, to string) map[string]string {
	c, p := d.Case, d.Programme
	path := "/desk/cases/" + c.ID
	if to == "applicant" || to == "approver" {
		path = "/work/cases/" + c.ID
	}
	due := ""
	if c.Due != "" {
		due = lang.LongDay(l, c.Due)
	}
	v := map[string]string{"url": d.URL(path), "number": c.Number, "programme": p.Title.In(l), "title": c.Title(), "org": c.Org.Name,
		"state": p.State(c.State).Title.In(l), "due": due, "moment": lang.Moment(l, d.now)}
	return v
}

// Remind queues the reminders that are due today: to whoever has the ball, so many days before the due day as the programme says.
// It is run every hour by a job; each reminder is sent once however often it runs.
func (s *Store) Remind(ctx context.Context) error {
	today := day(s.now())
	page, err := s.List(ctx, System, Filter{Open: true, Limit: 500})
	for err == nil {
		for _, l := range page.Lines {
			if l.Due == "" || jp.Days(today, l.Due) > 31 {
				return nil // in order of due day: nothing nearer follows
			}
			if err := s.remind(ctx, l, today); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		page, err = s.List(ctx, System, Filter{Open: true, Limit: 500, After: page.Next})
	}
	return err
}

func (s *Store) remind(ctx context.Context, l Line, today string) error {
	left := jp.Days(today, l.Due)
	c, p, err := s.Get(ctx, System, l.ID)
	if err != nil {
		return err
	}
	for _, days := range p.Deadlines.Reminders {
		if days != left {
			continue
		}
		return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			occasion := fmt.Sprintf("%s/%s/%d", c.State, c.Due, days)
			n, err := db.Changed(ctx, tx, `INSERT INTO case_reminders (key) VALUES ($1) ON CONFLICT (key) DO NOTHING`, c.ID+"/"+occasion)
			if err != nil || n == 0 {
				return err
			}
			d := &draft{Store: s, Case: c, Programme: p, ctx: ctx, tx: tx, who: System, now: s.now()}
			to := "holder"
			if c.Holder == "staff" || c.Holder == "approver" {
				to = "applicant"
			}
			return d.tell(map[string]string{to: "reminder"}, occasion)
		})
	}
	return nil
}

// tickGrace is how much later than the hour the clock's moves are made: what arrived in the last second of a call may still be on
// its way through the service, and must not meet an expired draft.
const tickGrace = 10 * time.Minute

// Tick makes the moves that the clock makes: drafts take over a newer version that refuses nothing they may do, and expire after the
// close; projects start and end. Run by a job.
func (s *Store) Tick(ctx context.Context) error {
	waits, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	after := ""
	for {
		page, err := s.List(ctx, System, Filter{Open: true, Limit: 500, After: after})
		if err != nil {
			return err
		}
		for _, l := range page.Lines {
			if waits[l.Programme+" "+l.State] {
				continue
			}
			if err := s.tick(ctx, l.ID); err != nil {
				s.Log.Error("tick", "case", l.ID, "err", err)
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

// waiting are the states, by programme, in which cases wait for people and not for the clock. A state that only an older version knows is
// not among them.
func (s *Store) waiting(ctx context.Context) (map[string]bool, error) {
	list, err := s.Programmes.All(ctx)
	if err != nil {
		return nil, err
	}
	waits := map[string]bool{}
	for _, p := range list {
		for _, st := range p.Workflow.States {
			waits[p.Code+" "+st.ID] = st.Phase > 0 && !slices.ContainsFunc(p.Workflow.Moves, func(m programme.Move) bool {
				return m.Auto != "" && slices.Contains(m.From, st.ID)
			})
		}
	}
	return waits, nil
}

func (s *Store) tick(ctx context.Context, id string) error {
	c, p, err := s.Get(ctx, System, id)
	if err != nil {
		return err
	}
	if n, err := s.Newer(ctx, c); err != nil {
		return err
	} else if n != nil && n.Compatible {
		if err := s.AdoptVersion(ctx, System, id, n.Hash); err != nil {
			return err
		}
		if c, p, err = s.Get(ctx, System, id); err != nil {
			return err
		}
	}
	for _, m := range p.Workflow.Moves {
		if m.Auto == "" || !slices.Contains(m.From, c.State) {
			continue
		}
		if ok, err := p.Guard(m.Auto, s.facts(c, p, System, s.now().Add(-tickGrace))); err != nil || !ok {
			if err != nil {
				return err
			}
			continue
		}
		_, err := s.Do(ctx, System, id, Act{Move: m.ID, Version: c.Seq})
		return err
	}
	return nil
}
