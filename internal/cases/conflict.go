package cases

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// Conflict is why somebody may not judge a case (利害関係): derived from what is known of them, declared by themselves, or noted by the
// secretary. Whoever it bars cannot open, find, score or see the case by any path.
type Conflict struct {
	Case, Number string
	Person, Name string
	Kind         string
	Reason       string
	By, ByName   string // who recorded it; the platform where it was derived
	At           time.Time
}

// Kinds of conflict.
const (
	TieSame      = "same"     // the home body (派遣元) is the applicant
	TieArea      = "area"     // the home body is of the applicant's prefecture
	TiePost      = "post"     // a post at the applicant, held or ended lately
	TieDeclared  = "declared" // the member said so
	TieNoted     = "noted"    // the secretary recorded it
	postStillOn  = "9999-12-31"
	neverBecause = postStillOn // no post is young enough when the definition asks for no years
)

// Post is a post somebody holds or held at a body of the register. Until is its last day, "" while it is held.
type Post struct {
	ID, Person       string
	OrgCode, OrgName string
	Title            string
	Until            string
	ByName           string
	At               time.Time
}

// Tie says how somebody whose home body has this code is bound to a case of org: TieSame, TieArea or "".
func Tie(home string, org OrgRef) string {
	area := org.Prefecture
	if area == "" && len(org.Code) == 6 {
		area = org.Code[:2]
	}
	switch {
	case home == "":
		return ""
	case home == org.Code:
		return TieSame
	case len(home) == 6 && home[:2] == area:
		return TieArea
	}
	return ""
}

// untied is the WHERE of cases in table t without a tie to the home body that is the n-th argument, nor to a former post of member m
// (Tie and derived in SQL). How far either reaches was written down with the assignment.
func untied(t string, n int) string {
	return fmt.Sprintf(`($%[2]d = '' OR %[1]s.org_code <> $%[2]d AND (NOT m.area OR (%[1]s.prefecture <> substr($%[2]d, 1, 2)
			AND substr(%[1]s.org_code, 1, 2) <> substr($%[2]d, 1, 2))))
		AND NOT EXISTS (SELECT 1 FROM former_posts f WHERE f.person = m.person AND f.org_code = %[1]s.org_code AND f.until_day >= m.since)`, t, n)
}

// derived is the conflict that follows from the member's home body and posts, kind "" without one.
func (s *Store) derived(ctx context.Context, q db.Q, m account.Who, c *Case, rules programme.Conflicts) (kind, reason string, err error) {
	posts, err := postsOf(ctx, q, m.Person)
	if err == nil {
		kind, reason = tied(m.Home, posts, c.Org, rules.Area, s.postsSince(rules))
	}
	return kind, reason, err
}

// tied is the conflict of somebody with this home body and these posts, with the reason as the journal keeps it.
func tied(home string, posts []Post, org OrgRef, area bool, since string) (kind, reason string) {
	switch tie := Tie(home, org); {
	case tie == TieSame:
		return tie, because(tie, "")
	case tie == TieArea && area:
		return tie, because(tie, "")
	}
	for _, p := range posts {
		if p.OrgCode == org.Code && p.until() >= since {
			return TiePost, because(TiePost, p.Title)
		}
	}
	return "", ""
}

func (p Post) until() string {
	if p.Until == "" {
		return postStillOn
	}
	return p.Until
}

// postsSince is the last day of the oldest post that still bars.
func (s *Store) postsSince(rules programme.Conflicts) string {
	if rules.PostYears == 0 {
		return neverBecause
	}
	return jp.Date(s.now().AddDate(-rules.PostYears, 0, 0))
}

// record writes a conflict of the case into the register.
func (d *draft) record(x Conflict) error {
	_, err := d.tx.ExecContext(d.ctx, `INSERT INTO conflicts (id, case_id, person, name, kind, reason, by_person, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (case_id, person, kind) DO NOTHING`,
		db.NewID("x"), d.Case.ID, x.Person, x.Name, x.Kind, x.Reason, x.By, x.ByName, db.At(d.now))
	return err
}

// Declare records that a member has an interest; from then on the case does not exist for them. A sheet they sent does not count. After
// the freeze fault.Conflict: the scores stand, and the committee settles it in its minutes.
func (s *Store) Declare(ctx context.Context, who account.Who, id, reason string) error {
	if !who.Is(account.RoleCommittee) {
		_, err := s.change(ctx, who, id, func(*draft) error { return fault.New(fault.Refused, "cases.not_yours") })
		return err
	}
	return s.bar(ctx, who, id, who.Person, TieDeclared, reason)
}

// NoteConflict records a conflict of somebody else that became known. R06 of the section.
func (s *Store) NoteConflict(ctx context.Context, who account.Who, id, person, reason string) error {
	if !who.Is(account.RoleOfficer) {
		return fault.New(fault.Refused, "cases.not_yours")
	}
	return s.bar(ctx, who, id, person, TieNoted, reason)
}

func (s *Store) bar(ctx context.Context, who account.Who, id, person, kind, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.At("reason", "cases.reason_needed")
	}
	_, err := s.change(ctx, who, id, func(d *draft) error { return d.bar(person, kind, reason) })
	return err
}

// bar shuts the case to an assigned member.
func (d *draft) bar(person, kind, reason string) error {
	m := d.Case.Member(person)
	if m == nil || m.Left != "" {
		return fault.New(fault.Refused, "cases.not_yours")
	}
	if f := d.shut(); f != nil {
		return f
	}
	name := m.Name
	if err := d.append("interest", Data{Member: &Member{Person: person}, Reason: reason}); err != nil {
		return err
	}
	if err := d.record(Conflict{Person: person, Name: name, Kind: kind, Reason: reason, By: d.who.Person, ByName: d.who.Name}); err != nil {
		return err
	}
	_, err := d.tx.ExecContext(d.ctx, `UPDATE case_members SET interest = $1 WHERE case_id = $2 AND person = $3`, true, d.Case.ID, person)
	return err
}

// AddPost records a post that somebody holds or held: the member about themselves, or the secretary about a member. Cases of that body
// which they have to score and whose definition counts so young a post are shut at once.
func (s *Store) AddPost(ctx context.Context, who account.Who, person, orgCode, title, until string) error {
	if who.Person != person && !who.Is(account.RoleOfficer) {
		return fault.New(fault.Missing, "db.missing")
	}
	if title = strings.TrimSpace(title); title == "" {
		return fault.At("title", "cases.need", "what", lang.T(who.Lang, "cases.post.title"))
	}
	if until == "" {
		until = postStillOn
	} else if !jp.ValidDate(until) || until > jp.Date(s.now()) {
		return fault.At("until", "cases.post.until")
	}
	b, err := s.Orgs.Get(ctx, strings.TrimSpace(orgCode))
	if err != nil {
		return fault.At("org", "cases.post.org")
	}
	ids, err := db.List(ctx, s.DB.Read(), db.String, `SELECT c.id FROM case_members m JOIN cases c ON c.id = m.case_id
		WHERE m.person = $1 AND NOT m.interest AND c.org_code = $2 AND m.since <= $3 ORDER BY c.id`, person, b.Code, until)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		for _, id := range ids {
			_, err := s.changeIn(ctx, tx, System, id, nil, func(d *draft) error {
				if d.Case.ScoresHash != "" || !d.judging() {
					return nil
				}
				d.who = who
				return d.bar(person, TiePost, because(TiePost, title))
			})
			if err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO former_posts (id, person, org_code, org_name, title, until_day, by_person, by_name, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, db.NewID("p"), person, b.Code, b.Name, title, until, who.Person, who.Name, db.At(s.now()))
		return err
	})
}

// Posts lists what is known of somebody's posts, the latest first: for themselves and for officers.
func (s *Store) Posts(ctx context.Context, who account.Who, person string) ([]Post, error) {
	if who.Person != person && !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return postsOf(ctx, s.DB.Read(), person)
}

func postsOf(ctx context.Context, q db.Q, person string) ([]Post, error) {
	return db.List(ctx, q, func(r *sql.Rows) (p Post, err error) {
		var at db.Time
		err = r.Scan(&p.ID, &p.Person, &p.OrgCode, &p.OrgName, &p.Title, &p.Until, &p.ByName, &at)
		if p.At = at.Time; p.Until == postStillOn {
			p.Until = ""
		}
		return p, err
	}, `SELECT id, person, org_code, org_name, title, until_day, by_name, at FROM former_posts WHERE person = $1 ORDER BY until_day DESC, id`, person)
}

// Conflicts lists the register of one case's conflicts, or with case "" those of a call, in the order in which they were recorded. R06,
// R07 of the section and auditors; an administrator's hat reads none.
func (s *Store) Conflicts(ctx context.Context, who account.Who, id, code string, fy int) ([]Conflict, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	where, args := s.visible(who, 5)
	return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (x Conflict, err error) {
		var at db.Time
		err = r.Scan(&x.Case, &x.Number, &x.Person, &x.Name, &x.Kind, &x.Reason, &x.By, &x.ByName, &at)
		x.At = at.Time
		return x, err
	}, `SELECT x.case_id, cases.number, x.person, x.name, x.kind, x.reason, x.by_person, x.by_name, x.at FROM conflicts x
		JOIN cases ON cases.id = x.case_id WHERE ($1 = '' OR x.case_id = $1) AND ($2 = '' OR programme = $2 AND fiscal_year = $3 AND demo = $4)
		AND `+where+` ORDER BY x.at, x.id LIMIT 500`, append([]any{id, code, fy, who.Sample}, args...)...)
}

// Barred lists, for a committee member, the cases they may not open: number only, nothing of their content (J04.1).
func (s *Store) Barred(ctx context.Context, who account.Who) ([]string, error) {
	return db.List(ctx, s.DB.Read(), db.String, `SELECT c.number FROM case_members m JOIN cases c ON c.id = m.case_id
		WHERE m.person = $1 AND (m.interest OR NOT (`+untied("c", 2)+`))
		UNION SELECT c.number FROM conflicts x JOIN cases c ON c.id = x.case_id WHERE x.person = $1 ORDER BY 1`, who.Person, who.Home)
}
