package org

import (
	"context"
	"slices"

	"kakehashi/internal/lang"
)

// A RouteRow says which office looks after a country, or one region of it. A Hint is no rule: headquarters decides and may ask
// that office.
type RouteRow struct {
	Country string `json:"country"` // ISO 3166-1
	Region  string `json:"region"`  // "" the whole country, "fr" its French-speaking part
	Office  string `json:"office"`
	Hint    bool   `json:"hint,omitempty"`
	Source  string `json:"source"`

	name lang.Text // of the office
}

// Routes is the routing table of domain.md §1.9.
type Routes []RouteRow

// A Routing is the answer for one place. HQ means that no office covers it: the planning section answers case by case (要相談),
// never a refusal.
type Routing struct {
	// Office is the office in charge; with HQ set it is the office worth asking, or "".
	Office string
	HQ     bool
	// Section is the section of headquarters that answers when HQ is set.
	Section string
	// Hint says in words why, "" when an office is in charge.
	Hint lang.Text
	// Region tells that the answer depends on the region and none was given.
	Region bool
}

// hqSection answers for places no office covers.
const hqSection = "kikaku"

// ShippedRoutes is the routing table inside the program.
func ShippedRoutes() Routes { return shipped().routes }

// Route answers from the shipped table; pages take the table of the database, Store.Routes.
func Route(country, region string) Routing { return shipped().routes.Route(country, region) }

// Routes returns the routing table of today.
func (s *Store) Routes(ctx context.Context) (Routes, error) {
	list, err := current[RouteRow](ctx, s, kindRoute)
	if err != nil {
		return nil, err
	}
	offices, err := shared[Office](ctx, s, kindOffice)
	for i := range list {
		for _, o := range offices {
			if o.Code == list[i].Office {
				list[i].name = o.Name
			}
		}
	}
	return list, err
}

// Route says who looks after a country, with a region ("fr", "other") where the country is divided.
func (t Routes) Route(country, region string) Routing {
	r := Routing{HQ: true, Section: hqSection}
	var office lang.Text
	for _, row := range t {
		switch {
		case row.Country != country:
		case row.Hint:
			r.Office, office = row.Office, row.name
		case row.Region == "" || row.Region == region:
			return Routing{Office: row.Office}
		default:
			r.Region = region == ""
		}
	}
	key := "org.route_ask"
	switch {
	case r.Region:
		key = "org.route_region"
	case r.Office != "":
		key = "org.route_suggest"
	}
	r.Hint = lang.Text{JA: lang.T(lang.JA, key, "office", office), EN: lang.T(lang.EN, key, "office", office)}
	return r
}

// Regions lists the regions a country is divided into for routing, "other" last; empty for all but a few.
func (t Routes) Regions(country string) []string {
	var list []string
	for _, row := range t {
		if row.Country == country && row.Region != "" && !row.Hint {
			list = append(list, row.Region)
		}
	}
	if len(list) > 0 {
		list = append(list, "other")
	}
	return list
}

// Countries lists the countries an office covers, all of them with office "". Their number is computed, never typed.
func (t Routes) Countries(office string) []string {
	var list []string
	for _, row := range t {
		if !row.Hint && (office == "" || row.Office == office) && !slices.Contains(list, row.Country) {
			list = append(list, row.Country)
		}
	}
	return list
}
