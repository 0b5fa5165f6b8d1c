package org

import (
	"context"
	"strconv"

	"kakehashi/internal/lang"
)

// A Statistic is one figure of the statistics register, always shown with its day and source (domain.md §1.11). Computed names
// what it is counted from; then Value is the printed figure, and Now the counted one.
type Statistic struct {
	Key      string    `yaml:"key" json:"key"`
	Label    lang.Text `yaml:"label" json:"label"`
	Value    lang.Text `yaml:"value" json:"value"`
	AsOf     lang.Text `yaml:"as_of" json:"as_of"`
	Source   string    `yaml:"source" json:"source"`
	Computed string    `yaml:"computed,omitempty" json:"computed,omitempty"` // offices, countries, branches
	Now      string    `yaml:"-" json:"-"`
}

// Statistics lists the figures of today, the computed ones counted.
func (s *Store) Statistics(ctx context.Context) ([]Statistic, error) {
	list, err := current[Statistic](ctx, s, kindStatistic)
	if err != nil {
		return nil, err
	}
	for i := range list {
		n := 0
		switch list[i].Computed {
		case "offices":
			offices, err := s.Offices(ctx)
			if err != nil {
				return nil, err
			}
			n = len(offices)
		case "countries":
			routes, err := s.Routes(ctx)
			if err != nil {
				return nil, err
			}
			n = len(routes.Countries(""))
		case "branches":
			branches, err := s.Branches(ctx)
			if err != nil {
				return nil, err
			}
			n = len(branches)
		default:
			continue
		}
		list[i].Now = strconv.Itoa(n)
	}
	return list, nil
}
