package cases

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/programme"
)

// Panel is the committee of one call (審査会). TellOn is the JST day on which its decisions are told; "" tells each at once.
type Panel struct {
	Programme  string
	FiscalYear int
	TellOn     string
	Seats      []Seat
}

// Seat is one member of a panel: what they know, and how many cases at most they take (0 without limit).
type Seat struct {
	Person, Name string
	Home         string
	Knows        []string
	Most         int
	Load         int  // open assignments in this call
	Gone         bool // no member of the committee any more
}

// Panel reads the panel of a call. R06, R07 of its section and auditors.
func (s *Store) Panel(ctx context.Context, who account.Who, code string, fy int) (Panel, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return Panel{}, fault.New(fault.Missing, "db.missing")
	}
	return s.panel(ctx, s.DB.Read(), code, fy, who.Sample)
}

func (s *Store) panel(ctx context.Context, q db.Q, code string, fy int, sample bool) (Panel, error) {
	p := Panel{Programme: code, FiscalYear: fy}
	days, err := db.List(ctx, q, db.String, `SELECT tell_on FROM panels WHERE programme = $1 AND fiscal_year = $2 AND sample = $3`, code, fy, sample)
	if err != nil {
		return p, err
	}
	if len(days) > 0 {
		p.TellOn = days[0]
	}
	if p.Seats, err = db.List(ctx, q, func(r *sql.Rows) (x Seat, err error) {
		var knows db.JSON[[]string]
		err = r.Scan(&x.Person, &x.Name, &knows, &x.Most)
		x.Knows = knows.V
		return x, err
	}, `SELECT person, name, knows, most FROM panel_seats WHERE programme = $1 AND fiscal_year = $2 AND sample = $3 ORDER BY name, person`, code, fy, sample); err != nil {
		return p, err
	}
	loads, err := s.loads(ctx, q, code, fy, sample)
	if err != nil {
		return p, err
	}
	sitting, err := s.committee(ctx)
	for i := range p.Seats {
		x := &p.Seats[i]
		x.Load = loads[x.Person]
		m, there := sitting[x.Person]
		x.Home, x.Gone = m.Home, !there
	}
	return p, err
}

// committee are the people who sit on the committee now, by person.
func (s *Store) committee(ctx context.Context) (map[string]account.Who, error) {
	out := map[string]account.Who{}
	if s.Committee == nil {
		return out, nil
	}
	list, err := s.Committee(ctx)
	for _, m := range list {
		out[m.Person] = m
	}
	return out, err
}

// SetPanel replaces the panel of a call and the day on which its decisions are told. Assignments that were made stand. R06 of the section.
func (s *Store) SetPanel(ctx context.Context, who account.Who, p Panel) error {
	prog, err := s.ownCall(ctx, who, p.Programme)
	if err != nil {
		return err
	}
	if p.TellOn != "" && (!jp.ValidDate(p.TellOn) || p.TellOn < jp.Date(s.now())) {
		return fault.At("tell", "cases.panel.tell")
	}
	sitting, err := s.committee(ctx)
	if err != nil {
		return err
	}
	for _, x := range p.Seats {
		if _, ok := sitting[x.Person]; !ok {
			return fault.At("seat", "cases.panel.nobody")
		}
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		var b db.Batch
		at := db.At(s.now())
		b.Add(`INSERT INTO panels (programme, fiscal_year, sample, tell_on, by_person, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (programme, fiscal_year, sample) DO UPDATE SET tell_on = excluded.tell_on, by_person = excluded.by_person,
			by_name = excluded.by_name, at = excluded.at`, prog.Code, p.FiscalYear, who.Sample, p.TellOn, who.Person, who.Name, at)
		b.Add(`DELETE FROM panel_seats WHERE programme = $1 AND fiscal_year = $2 AND sample = $3`, prog.Code, p.FiscalYear, who.Sample)
		for _, x := range p.Seats {
			b.Add(`INSERT INTO panel_seats (programme, fiscal_year, sample, person, name, knows, most) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				prog.Code, p.FiscalYear, who.Sample, x.Person, sitting[x.Person].Name, db.JSON[[]string]{V: x.Knows}, x.Most)
		}
		_, err := b.Run(ctx, tx)
		return err
	})
}

// ownCall is a programme of the officer's own section; every other does not exist for them.
func (s *Store) ownCall(ctx context.Context, who account.Who, code string) (*programme.Programme, error) {
	prog, err := s.Programmes.Current(ctx, code)
	if err != nil {
		return nil, err
	}
	if !who.Is(account.RoleOfficer) || prog.Section != who.BodyID() || !who.Hat.Covers(code) || prog.Screening.Members == 0 {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return prog, nil
}

// Planned is one case of a plan: who has it, who would get it, and who may not.
type Planned struct {
	Case    *Case
	Subject string            // answer to the definition's field of expertise
	Has     []string          // persons, assigned
	Gets    []string          // persons the plan adds
	Barred  map[string]string // person → kind of conflict
	Lacks   int               // seats for which there is nobody
}

// Plan says how the cases of a call that are being screened would be given to its panel: everyone who has room and no conflict, those who
// know the subject first, then those with the least to do. Cases with the fewest possible members choose first, and what is uneven in the
// end is evened out. The same cases and the same panel give the same plan. R06 of the section.
func (s *Store) Plan(ctx context.Context, who account.Who, code string, fy int) (Panel, []Planned, error) {
	prog, err := s.ownCall(ctx, who, code)
	if err != nil {
		return Panel{}, nil, err
	}
	panel, err := s.panel(ctx, s.DB.Read(), code, fy, who.Sample)
	if err != nil {
		return panel, nil, err
	}
	open, err := s.screened(ctx, who, prog, fy)
	if err != nil {
		return panel, nil, err
	}
	posts, err := s.postsIn(ctx, panel)
	if err != nil {
		return panel, nil, err
	}
	list := make([]Planned, len(open))
	for i, c := range open {
		list[i] = s.planned(prog, panel, posts, c)
	}
	divide(panel.Seats, list, prog.Screening.Asked())
	return panel, list, nil
}

// screened are the cases of a call before the committee, by number.
func (s *Store) screened(ctx context.Context, who account.Who, prog *programme.Programme, fy int) ([]*Case, error) {
	var states []string
	for _, st := range prog.Workflow.States {
		if st.Holder == "committee" {
			states = append(states, st.ID)
		}
	}
	where, args := s.visible(who, 5)
	docs, err := db.List(ctx, s.DB.Read(), scanDoc, `SELECT doc FROM cases WHERE programme = $1 AND fiscal_year = $2 AND demo = $3
		AND ','||$4||',' LIKE '%,'||state||',%' AND NOT ended AND `+where+` ORDER BY number LIMIT 2000`,
		append([]any{prog.Code, fy, who.Sample, strings.Join(states, ",")}, args...)...)
	if err != nil {
		return nil, err
	}
	list := make([]*Case, len(docs))
	for i, doc := range docs {
		if list[i], _, err = s.read(ctx, doc); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// planned is where one case stands before anything is planned.
func (s *Store) planned(prog *programme.Programme, panel Panel, posts map[string][]Post, c *Case) Planned {
	x := Planned{Case: c, Barred: map[string]string{}}
	if v, ok := c.Answer(prog.Screening.Expertise); ok && prog.Screening.Expertise != "" {
		x.Subject = subject(v)
	}
	for _, m := range c.Members {
		switch {
		case m.Interest != "":
			x.Barred[m.Person] = TieDeclared
		case m.Left != "":
			x.Barred[m.Person] = "left"
		case m.Abstain != "":
			x.Barred[m.Person] = "abstained"
		default:
			x.Has = append(x.Has, m.Person)
		}
	}
	for _, seat := range panel.Seats {
		rules := prog.Screening.Conflicts
		if kind, _ := tied(seat.Home, posts[seat.Person], c.Org, rules.Area, s.postsSince(rules)); kind != "" {
			x.Barred[seat.Person] = kind
		}
		if seat.Gone {
			x.Barred[seat.Person] = "gone"
		}
	}
	return x
}

// postsIn are the posts of everybody on a panel.
func (s *Store) postsIn(ctx context.Context, panel Panel) (map[string][]Post, error) {
	out := map[string][]Post{}
	for _, x := range panel.Seats {
		list, err := postsOf(ctx, s.DB.Read(), x.Person)
		if err != nil {
			return nil, err
		}
		out[x.Person] = list
	}
	return out, nil
}

// subject is an answer as one word: a choice itself, the first of several.
func subject(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []string:
		if len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// divide fills the seats that are still empty.
func divide(seats []Seat, list []Planned, asked int) {
	load := map[string]int{}
	room := map[string]Seat{}
	for _, x := range seats {
		load[x.Person], room[x.Person] = x.Load, x
	}
	may := func(x *Planned, p string) bool {
		seat, ok := room[p]
		return ok && x.Barred[p] == "" && !slices.Contains(x.Has, p) && !slices.Contains(x.Gets, p) && (seat.Most == 0 || load[p] < seat.Most)
	}
	knows := func(x *Planned, p string) int {
		if x.Subject != "" && slices.Contains(room[p].Knows, x.Subject) {
			return 0
		}
		return 1
	}
	order := make([]*Planned, len(list))
	choice := map[*Planned]int{}
	for i := range list {
		order[i] = &list[i]
		for _, seat := range seats {
			if list[i].Barred[seat.Person] == "" {
				choice[order[i]]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b *Planned) int { return cmp.Compare(choice[a], choice[b]) })
	for _, x := range order {
		for len(x.Has)+len(x.Gets) < asked {
			best := ""
			for _, seat := range seats {
				if p := seat.Person; may(x, p) && (best == "" || cmp.Or(cmp.Compare(knows(x, p), knows(x, best)), cmp.Compare(load[p], load[best])) < 0) {
					best = p
				}
			}
			if best == "" {
				x.Lacks = asked - len(x.Has) - len(x.Gets)
				break
			}
			x.Gets = append(x.Gets, best)
			load[best]++
		}
	}
	even(seats, order, load, may, knows)
}

// even passes planned cases from who has most to who has least while that makes the loads more alike and loses nobody's knowledge.
func even(seats []Seat, order []*Planned, load map[string]int, may func(*Planned, string) bool, knows func(*Planned, string) int) {
	for range len(order) * len(seats) {
		moved := false
		for _, x := range order {
			for i, from := range x.Gets {
				for _, seat := range seats {
					to := seat.Person
					if load[from]-load[to] >= 2 && knows(x, to) <= knows(x, from) && may(x, to) {
						x.Gets[i] = to
						load[from]--
						load[to]++
						moved = true
						break
					}
				}
			}
		}
		if !moved {
			return
		}
	}
}

// Pairs of a plan that the secretary confirms: case id → persons.
type Pairs map[string][]string

// AssignAll gives cases of a call to members of its panel, all or none. A member with a conflict, one who is not on the panel and one who
// handed the case back are refused: fault.Conflict names member and case. R06 of the section.
func (s *Store) AssignAll(ctx context.Context, who account.Who, code string, fy int, pairs Pairs) (int, error) {
	prog, err := s.ownCall(ctx, who, code)
	if err != nil {
		return 0, err
	}
	panel, err := s.panel(ctx, s.DB.Read(), code, fy, who.Sample)
	if err != nil {
		return 0, err
	}
	members, err := s.committee(ctx)
	if err != nil {
		return 0, err
	}
	ids := make([]string, 0, len(pairs))
	for id := range pairs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	n := 0
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n = 0
		for _, id := range ids {
			_, err := s.changeIn(ctx, tx, who, id, nil, func(d *draft) error {
				if d.Case.Programme != prog.Code || d.Case.FiscalYear != fy {
					return fault.New(fault.Missing, "db.missing")
				}
				if f := d.shut(); f != nil {
					return f
				}
				for _, person := range pairs[id] {
					m, sits := members[person]
					if i := slices.IndexFunc(panel.Seats, func(x Seat) bool { return x.Person == person }); i < 0 || !sits {
						return fault.New(fault.Conflict, "cases.panel.nobody")
					}
					if old := d.Case.Member(person); old != nil && (old.Interest != "" || old.Left != "") {
						return fault.New(fault.Conflict, "cases.conflicted", "name", m.Name, "number", d.Case.Number, "why", cmp.Or(old.Interest, old.Left))
					}
					if err := d.seat(m, true); err != nil {
						return err
					}
					n++
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// replace finds somebody of the panel for a seat that became free, and says their name; "" when there is nobody.
func (s *Store) replace(ctx context.Context, c *Case) (string, error) {
	prog, err := s.Programmes.ByHash(ctx, c.Definition)
	if err != nil {
		return "", err
	}
	panel, err := s.panel(ctx, s.DB.Read(), c.Programme, c.FiscalYear, c.Demo)
	if err != nil || len(panel.Seats) == 0 {
		return "", err
	}
	posts, err := s.postsIn(ctx, panel)
	if err != nil {
		return "", err
	}
	x := s.planned(prog, panel, posts, c)
	one := []Planned{x}
	divide(panel.Seats, one, len(x.Has)+1)
	if len(one[0].Gets) == 0 {
		return "", nil
	}
	members, err := s.committee(ctx)
	if err != nil {
		return "", err
	}
	m := members[one[0].Gets[0]]
	_, err = s.change(ctx, System, c.ID, func(d *draft) error {
		if !d.judging() {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		return d.seat(m, true)
	})
	if fault.Is(err, fault.Conflict) {
		return "", nil
	}
	return m.Name, err
}
