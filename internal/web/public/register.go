package public

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// register is what public pages need of the register of bodies, read at once and trusted for a minute: offices with their
// holidays and countries, sections, desks, figures.
type register struct {
	offices  []org.Office
	zones    map[string]*time.Location // of the offices
	holidays map[string][]org.Holiday  // by office, from yesterday on
	routes   org.Routes
	sections []org.Section
	desks    []org.Desk
	head     org.Headquarters
	figures  []org.Statistic
}

// registerCache keeps the last reading. Reference data changes a few times a year; reading it anew for every visitor costs a
// hundred times the rest of the page.
type registerCache struct {
	mu   sync.Mutex
	last *register
	day  string // on which its holidays begin
	of   string // version of the reference data
	read time.Time
}

const trusted = time.Minute

// register is what is kept, or a new reading: a minute old at most, of today and of the reference data as they are now.
func (p *Pages) register(r *page.Request) (*register, error) {
	today := jp.Date(r.Now)
	p.kept.mu.Lock()
	defer p.kept.mu.Unlock()
	if p.kept.last != nil && p.kept.day == today && p.kept.of == p.Orgs.Version() && time.Since(p.kept.read) < trusted {
		return p.kept.last, nil
	}
	version := p.Orgs.Version()
	reg, err := p.readRegister(r.Context(), today)
	if err != nil {
		return nil, err
	}
	p.kept.last, p.kept.day, p.kept.of, p.kept.read = reg, today, version, time.Now()
	return reg, nil
}

func (p *Pages) readRegister(ctx context.Context, today string) (*register, error) {
	reg := &register{holidays: map[string][]org.Holiday{}, zones: map[string]*time.Location{}}
	var err error
	if reg.offices, err = p.Orgs.Offices(ctx); err != nil {
		return nil, err
	}
	for _, o := range reg.offices {
		reg.zones[o.Code] = o.Location()
		if reg.holidays[o.Code], err = p.Orgs.Holidays(ctx, o.Code, jp.AddDays(today, -1), jp.AddDays(today, 365)); err != nil {
			return nil, err
		}
	}
	if reg.routes, err = p.Orgs.Routes(ctx); err != nil {
		return nil, err
	}
	if reg.sections, err = p.Orgs.Sections(ctx); err != nil {
		return nil, err
	}
	if reg.desks, err = p.Orgs.Desks(ctx); err != nil {
		return nil, err
	}
	if reg.head, err = p.Orgs.Headquarters(ctx); err != nil {
		return nil, err
	}
	reg.figures, err = p.Orgs.Statistics(ctx)
	return reg, err
}

// office is one office; fault.Missing when there is none of that code.
func (reg *register) office(code string) (org.Office, error) {
	for _, o := range reg.offices {
		if o.Code == code {
			return o, nil
		}
	}
	return org.Office{}, fault.New(fault.Missing, "public.office.missing")
}

// desk is one desk by its id; empty when there is none.
func (reg *register) desk(match func(org.Desk) bool) org.Desk {
	if i := slices.IndexFunc(reg.desks, match); i >= 0 {
		return reg.desks[i]
	}
	return org.Desk{}
}

func (reg *register) section(id string) (org.Section, bool) {
	i := slices.IndexFunc(reg.sections, func(s org.Section) bool { return s.ID == id })
	if i < 0 {
		return org.Section{}, false
	}
	return reg.sections[i], true
}

// owner is the section in charge of a programme and the desk that answers for it, where it names one. A programme may name
// its section by the mailbox of one of the section's desks.
func (reg *register) owner(prog *programme.Programme) (org.Section, org.Desk) {
	desk := reg.desk(func(d org.Desk) bool { return d.ID == prog.Desk })
	section, ok := reg.section(prog.Section)
	if !ok {
		box := reg.desk(func(d org.Desk) bool { return strings.HasPrefix(d.Mail, prog.Section+"@") })
		if desk.ID == "" {
			desk = box
		}
		section, _ = reg.section(box.Section)
	}
	return section, desk
}
