// Package public is the portal everybody may read (公開ページ): the start page with the year's deadlines, the programme finder, each
// programme with self-check and calculator, its outline, the calendar, offices, desks, adopted projects, and the pages about the
// site itself. Nothing here needs a person, sets a cookie or stores an answer.
package public

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"go.yaml.in/yaml/v3"

	"kakehashi/internal/directory"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/library"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/recent"
	"kakehashi/internal/web/page"
)

// Pages are the public pages. Goals is the vocabulary of purposes (see ReadGoals); Adopted lists adopted projects, newest first,
// narrowed by programme code and fiscal year, after a number. Without Library or Ties the start page shows none of theirs.
type Pages struct {
	Orgs       *org.Store
	Programmes *programme.Store
	Goals      []form.Option
	Library    *library.Store
	Ties       *directory.Store
	Adopted    func(ctx context.Context, programme string, fiscalYear int, after string) ([]Adopted, string, error)

	kept registerCache
	told *recent.Cache[programme.Evaluation] // see early
}

// Adopted is one line of the list of adopted projects: only what its programme's definition marks public.
type Adopted struct {
	Number     string
	Programme  string
	FiscalYear int
	Org        string
	OrgCode    string
	Title      string
	Decided    int64 // yen
	Revoked    int64 // of it
	Fields     []Answer
}

// Answer is one public answer.
type Answer struct {
	Field form.Field
	Value any
}

// keep is how long a finished page is served: clocks show minutes.
const keep = time.Minute

// Register puts the pages into the site.
func (p *Pages) Register(s *page.Site) {
	p.told = recent.New[programme.Evaluation](time.Minute, 64)
	s.Public("/", keep, p.home)
	s.Public("/programmes", keep, p.finder)
	s.Public("/programmes/{code}", keep, p.programme)
	s.Public("/programmes/{code}/rules", keep, p.rules)
	s.Public("/calendar", keep, p.calendar)
	s.Public("/calendar.ics", keep, p.calendarFile)
	s.Public("/calendar.csv", keep, p.calendarTable)
	s.Public("/calls.atom", keep, p.feed)
	s.Public("/offices", keep, p.offices)
	s.Public("/offices/{id}", keep, p.office)
	s.Public("/desks", keep, p.desks)
	s.Public("/desks/{id}", keep, p.desk)
	s.Public("/adopted", keep, p.adopted)
	s.Public("/adopted.csv", keep, p.adoptedTable)
	for _, name := range []string{"about", "accessibility", "privacy", "help"} {
		s.Public("/"+name, keep, text(name))
	}
	s.Public("/help/casework", keep, text("casework"))
	s.Public("/help/reference", keep, text("manual"))
	s.Public("/accessibility/results", keep, outcome)
}

// ReadGoals reads the vocabulary of purposes from the programmes folder.
func ReadGoals(fsys fs.FS) ([]form.Option, error) {
	b, err := fs.ReadFile(fsys, "_common/goals.yaml")
	if err != nil {
		return nil, fmt.Errorf("goals: %w", err)
	}
	var file struct {
		Goals []struct {
			ID    string    `yaml:"id"`
			Title lang.Text `yaml:"title"`
		} `yaml:"goals"`
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("goals: %w", err)
	}
	var goals []form.Option
	for _, g := range file.Goals {
		goals = append(goals, form.Option{Value: g.ID, Label: g.Title})
	}
	return goals, nil
}
