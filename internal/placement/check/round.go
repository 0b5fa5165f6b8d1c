package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Round is the round as the checker reads it.
type Round struct {
	jet     bool
	seed    string
	minutes int
	speed   int
	willGet bool
	people  []person
	posts   []post
	regions []region
	quotas  []quota
	couples []couple
	person  map[string]int
	post    map[string]int
	blocks  map[string][]string
	tiers   int
	level   map[string]int // rank by the name of its level
	draw    []int          // place of a person in the lottery
	turn    []int          // place of a post in the lottery
}

type person struct {
	id      string
	lock    int // -1 = free
	couple  int // -1 = alone
	exclude map[int]bool
	tier    map[int]int // list form: post → tier
	jet     *participant
}

type post struct {
	id     string
	seats  int
	region int
	class  map[int]int // list form: person → class; nil takes everybody
	jet    *line
}

type region struct {
	id     string
	limit  int
	parent int
	target map[string]int
}

type quota struct {
	Nationality, Type string
	Max               int
}

func (q *quota) covers(p *person) bool {
	return p.jet != nil && p.jet.Nationality == q.Nationality && (q.Type == "" || q.Type == p.jet.Type)
}

type participant struct {
	ID, Type, Nationality, Home, Sport, Japanese, Licence, Area, Group string
	Languages                                                          map[string]string
	Wishes                                                             []wish
	Needs                                                              struct{ Hospital, Pet, Family, Accessible bool }
	Recontract                                                         json.RawMessage
	Veto                                                               words
	contract                                                           string
}

type wish struct {
	Prefecture, Block, City, Region, Area words
	Sister                                bool
	Near                                  *struct {
		Lat, Lng float64
		Minutes  int
	}
}

type line struct {
	ID, Org, Region, Prefecture, Type, Language, Sport, Japanese, Licence, Area, Group string
	Level                                                                              string `json:"language_level"`
	Seats                                                                              *int
	Min, Unserved                                                                      int
	Essential, Hospital, Pet, Family, Accessible                                       bool
	Nationality, Sister                                                                words
	Lat, Lng                                                                           *float64
	Strong, Wants                                                                      asks
}

type asks struct {
	Nationality       words
	Japanese, Licence string
	Area              bool
}

// words is one word or a list of them.
type words []string

// UnmarshalJSON reads either form.
func (w *words) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*w = words{""}
		return json.Unmarshal(b, &(*w)[0])
	}
	return json.Unmarshal(b, (*[]string)(w))
}

// raw is the JSON of both forms.
type raw struct {
	Form, Seed string
	Config     struct {
		Minutes *int `json:"couple_minutes"`
		Speed   *int `json:"speed_kmh"`
		WillGet bool `json:"will_get"`
	}
	People       map[string][]json.RawMessage
	Posts        json.RawMessage
	Participants []participant
	Regions      map[string]struct {
		Cap    *int
		Parent string
		Target map[string]int
	}
	Quotas  []quota
	Blocks  map[string]words
	Couples []struct {
		Members []string
		Ranks   [][]*string
	}
	Frozen  map[string]*string
	Exclude [][]string
}

// Read reads a round. What it cannot read is an error; package placement has refused most of that before, with its place.
func Read(b []byte) (*Round, error) {
	var in raw
	if err := json.Unmarshal(bytes.TrimPrefix(b, []byte("\ufeff")), &in); err != nil {
		return nil, fmt.Errorf("check reads the round: %w", err)
	}
	r := &Round{jet: in.Form == "round" || in.Participants != nil, seed: strings.ToLower(in.Seed), minutes: 60, speed: 50, willGet: in.Config.WillGet,
		quotas: in.Quotas, person: map[string]int{}, post: map[string]int{}, blocks: map[string][]string{}}
	for name, list := range in.Blocks {
		r.blocks[name] = list
	}
	if in.Config.Minutes != nil {
		r.minutes = *in.Config.Minutes
	}
	if in.Config.Speed != nil {
		r.speed = *in.Config.Speed
	}
	var err error
	if r.jet {
		err = r.readJET(&in)
	} else {
		err = r.readLists(&in)
	}
	if err != nil {
		return nil, err
	}
	return r, r.readRest(&in)
}

// enter numbers people and posts by their ids in order.
func (r *Round) enter(people, posts []string) {
	slices.Sort(people)
	slices.Sort(posts)
	for i, id := range slices.Compact(people) {
		r.person[id] = i
		r.people = append(r.people, person{id: id, lock: -1, couple: -1})
	}
	for i, id := range slices.Compact(posts) {
		r.post[id] = i
		r.posts = append(r.posts, post{id: id, seats: 1, region: -1})
	}
}

func (r *Round) readJET(in *raw) error {
	var lines []line
	if err := json.Unmarshal(in.Posts, &lines); err != nil {
		return fmt.Errorf("check reads the posts: %w", err)
	}
	var people, posts []string
	for i := range in.Participants {
		people = append(people, in.Participants[i].ID)
	}
	for i := range lines {
		posts = append(posts, lines[i].ID)
	}
	r.enter(people, posts)
	for i := range in.Participants {
		p := &in.Participants[i]
		p.contract = contract(p.Recontract)
		r.people[r.person[p.ID]].jet = p
		r.tiers = max(r.tiers, len(p.Wishes)+1)
	}
	r.readRegions(in, func(yield func(o int, region string)) {
		for i := range lines {
			yield(r.post[lines[i].ID], lines[i].Region)
		}
	})
	for i := range lines {
		q := &lines[i]
		o := &r.posts[r.post[q.ID]]
		o.jet = q
		if q.Seats != nil {
			o.seats = *q.Seats
		}
		if q.Prefecture == "" {
			q.Prefecture = prefecture(q.Org)
		}
		if q.Prefecture == "" {
			q.Prefecture = prefecture(q.Region)
		}
		if q.Sport != "" {
			q.Language = q.Sport
		}
		q.Area = area(q.Area)
	}
	return nil
}

// contract is null, an organisation, or {"org": …}.
func contract(b json.RawMessage) string {
	var org string
	if json.Unmarshal(b, &org) == nil {
		return org
	}
	var full struct{ Org string }
	if json.Unmarshal(b, &full) != nil {
		return ""
	}
	return full.Org
}

func (r *Round) readLists(in *raw) error {
	var lines map[string]struct {
		Capacity *int
		Region   string
		Ranks    *[]json.RawMessage
	}
	if err := json.Unmarshal(in.Posts, &lines); err != nil {
		return fmt.Errorf("check reads the posts: %w", err)
	}
	var people, posts []string
	for id := range in.People {
		people = append(people, id)
	}
	for _, c := range in.Couples {
		people = append(people, c.Members...)
	}
	for id := range lines {
		posts = append(posts, id)
	}
	r.enter(people, posts)
	for i := range r.people {
		r.people[i].tier = map[int]int{}
	}
	for id, list := range in.People {
		tier := r.people[r.person[id]].tier
		if err := ranked(list, func(post string, place int) { tier[r.post[post]] = place }); err != nil {
			return err
		}
	}
	r.readRegions(in, func(yield func(o int, region string)) {
		for id, l := range lines {
			yield(r.post[id], l.Region)
		}
	})
	for id, l := range lines {
		o := &r.posts[r.post[id]]
		if l.Capacity != nil {
			o.seats = *l.Capacity
		}
		if l.Ranks == nil {
			continue
		}
		o.class = map[int]int{}
		if err := ranked(*l.Ranks, func(person string, place int) { o.class[r.person[person]] = place }); err != nil {
			return err
		}
	}
	return nil
}

// ranked walks a list whose items are ids or arrays of equals.
func ranked(list []json.RawMessage, each func(id string, place int)) error {
	for place, item := range list {
		var equals words
		if err := json.Unmarshal(item, &equals); err != nil {
			return fmt.Errorf("check reads a list: %w", err)
		}
		for _, id := range equals {
			each(id, place)
		}
	}
	return nil
}

// readRegions numbers the regions named anywhere, by their ids in order.
func (r *Round) readRegions(in *raw, posts func(func(o int, region string))) {
	names := map[string]bool{}
	for id := range in.Regions {
		names[id] = true
	}
	posts(func(_ int, id string) {
		if id != "" {
			names[id] = true
		}
	})
	ids := make([]string, 0, len(names))
	for id := range names {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	index := map[string]int{}
	for i, id := range ids {
		index[id] = i
		g := region{id: id, limit: -1, parent: -1, target: in.Regions[id].Target}
		if in.Regions[id].Cap != nil {
			g.limit = *in.Regions[id].Cap
		}
		r.regions = append(r.regions, g)
	}
	for id, g := range in.Regions {
		if g.Parent != "" {
			r.regions[index[id]].parent = index[g.Parent]
		}
	}
	posts(func(o int, id string) {
		if id != "" {
			r.posts[o].region = index[id]
		}
	})
}

// readRest reads locks, exclusions and couples, and draws the lottery.
func (r *Round) readRest(in *raw) error {
	for id, o := range in.Frozen {
		if o != nil {
			r.people[r.person[id]].lock = r.post[*o]
		}
	}
	for _, pair := range in.Exclude {
		if len(pair) == 2 {
			p := &r.people[r.person[pair[0]]]
			if p.exclude == nil {
				p.exclude = map[int]bool{}
			}
			p.exclude[r.post[pair[1]]] = true
		}
	}
	for i, c := range in.Couples {
		if len(c.Members) != 2 {
			return fmt.Errorf("check: couple %d has %d members", i, len(c.Members))
		}
		one := couple{input: i, a: r.person[c.Members[0]], b: r.person[c.Members[1]]}
		if c.Ranks != nil {
			r.given(&one, c.Ranks)
		}
		r.people[one.a].couple, r.people[one.b].couple = i, i
		r.couples = append(r.couples, one)
	}
	for i := range r.people {
		for _, tier := range r.people[i].tier {
			r.tiers = max(r.tiers, tier+1)
		}
	}
	for i := range r.couples {
		if r.couples[i].ranks == nil {
			r.within(&r.couples[i])
		}
	}
	r.nameRanks()
	r.drawLots()
	return nil
}

// Release takes the locks off people who declined.
func (r *Round) Release(ids []string) {
	for _, id := range ids {
		if p, known := r.person[id]; known {
			r.people[p].lock = -1
		}
	}
}
