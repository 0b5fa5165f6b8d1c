package org

import (
	"context"
	"time"
	_ "time/tzdata" // the offices' zones, also on a machine without a table of its own

	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// An Office is an overseas office (海外事務所).
type Office struct {
	Code    string    `yaml:"code" json:"code"` // NYC LON PAR SIN SEL SYD BJS
	City    lang.Text `yaml:"city" json:"city"`
	Name    lang.Text `yaml:"name" json:"name"`
	Host    string    `yaml:"host" json:"host"` // country it stands in, ISO 3166-1
	Address lang.Text `yaml:"address" json:"address"`
	Phone   string    `yaml:"phone" json:"phone"`
	Site    string    `yaml:"site" json:"site"`
	Zone    string    `yaml:"zone" json:"zone"` // IANA name
	Source  string    `yaml:"source" json:"source"`
}

// Location is the office's zone; Japan's where the name is not known on this machine.
func (o Office) Location() *time.Location {
	if l, err := time.LoadLocation(o.Zone); err == nil {
		return l
	}
	return time.FixedZone("JST", 9*60*60)
}

// Headquarters is the head office as pages show it.
type Headquarters struct {
	Name    lang.Text `yaml:"name" json:"name"`
	Address lang.Text `yaml:"address" json:"address"`
	Phone   string    `yaml:"phone" json:"phone"`
	Access  lang.Text `yaml:"access" json:"access"`
	Zone    string    `yaml:"zone" json:"zone"`
	Source  string    `yaml:"source" json:"source"`
}

// A Section is a section of headquarters (本部の課); its id is its mail name, and a hat wears it as "hq:keishin".
type Section struct {
	ID         string    `yaml:"id" json:"id"`
	Department lang.Text `yaml:"department" json:"department"`
	Name       lang.Text `yaml:"name" json:"name"`
	Phone      string    `yaml:"phone" json:"phone"`
	Mail       string    `yaml:"mail" json:"mail"`
	Source     string    `yaml:"source" json:"source"`
}

// Full is the department and the section together: 交流支援部 経済交流課.
func (s Section) Full(tag lang.Tag) string {
	if tag == lang.JA {
		return s.Department.JA + " " + s.Name.JA
	}
	return s.Name.EN + ", " + s.Department.EN
}

// A Desk is a topic with the section or the overseas office, telephone and mailbox that answer for it (問合せ窓口).
type Desk struct {
	ID      string    `yaml:"id" json:"id"`
	Topic   lang.Text `yaml:"topic" json:"topic"`
	Section string    `yaml:"section" json:"section"`
	Office  string    `yaml:"office,omitempty" json:"office,omitempty"` // of a desk that an overseas office keeps
	Phone   string    `yaml:"phone" json:"phone"`
	Mail    string    `yaml:"mail" json:"mail"`
	Source  string    `yaml:"source" json:"source"`
}

// A Holiday is a public holiday at the place of an office.
type Holiday struct {
	Office string    `json:"office"`
	Day    string    `json:"day"`
	Name   lang.Text `json:"name"`
	Source string    `json:"source"`
}

// Offices lists the overseas offices of today in the order of the printed table.
func (s *Store) Offices(ctx context.Context) ([]Office, error) {
	return current[Office](ctx, s, kindOffice)
}

// Office returns one office, as it was last where it has ended; fault.Missing when there never was one of that code.
func (s *Store) Office(ctx context.Context, code string) (Office, error) {
	o, there, err := lately[Office](ctx, s, kindOffice, code)
	if err == nil && !there {
		err = fault.New(fault.Missing, "org.office_missing", "code", code)
	}
	return o, err
}

// Headquarters returns the head office.
func (s *Store) Headquarters(ctx context.Context) (Headquarters, error) {
	list, err := current[Headquarters](ctx, s, kindHQ)
	if err != nil {
		return Headquarters{}, err
	}
	if len(list) == 0 {
		return shipped().hq, nil
	}
	return list[0], nil
}

// Sections lists the sections of headquarters.
func (s *Store) Sections(ctx context.Context) ([]Section, error) {
	return current[Section](ctx, s, kindSection)
}

// Section returns one section by its id, as it was last where it has ended; fault.Missing when there never was one.
func (s *Store) Section(ctx context.Context, id string) (Section, error) {
	x, there, err := lately[Section](ctx, s, kindSection, id)
	if err == nil && !there {
		err = fault.New(fault.Missing, "org.section_missing", "id", id)
	}
	return x, err
}

// Desks lists the contact desks.
func (s *Store) Desks(ctx context.Context) ([]Desk, error) { return current[Desk](ctx, s, kindDesk) }

// Desk returns one desk by its id; fault.Missing when there is none.
func (s *Store) Desk(ctx context.Context, id string) (Desk, error) {
	list, err := s.Desks(ctx)
	if err != nil {
		return Desk{}, err
	}
	for _, x := range list {
		if x.ID == id {
			return x, nil
		}
	}
	return Desk{}, fault.New(fault.Missing, "org.desk_missing", "id", id)
}

// Holidays lists the public holidays at an office between two ISO days, both included. The shipped table holds 2026 and 2027
// without those the moon or a government sets late in the year before; offices confirm theirs every year.
func (s *Store) Holidays(ctx context.Context, office, from, to string) ([]Holiday, error) {
	all, err := current[Holiday](ctx, s, kindHoliday)
	if err != nil {
		return nil, err
	}
	var list []Holiday
	for _, h := range all {
		if h.Office == office && from <= h.Day && h.Day <= to {
			list = append(list, h)
		}
	}
	return list, nil
}

// OfficeDay reports whether an office works on an ISO day of its own calendar: Monday to Friday and no public holiday there.
func (s *Store) OfficeDay(ctx context.Context, office, day string) (bool, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return false, fault.At("day", "org.day_unreadable", "value", day)
	}
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return false, nil
	}
	list, err := s.Holidays(ctx, office, day, day)
	return len(list) == 0, err
}
