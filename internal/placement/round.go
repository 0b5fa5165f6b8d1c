// Package placement assigns JET participants to the posts that contracting organisations asked for (配置): one Round of people,
// posts, regions, couples and locks goes in, an Outcome with its objective level by level, its certificate, its shortages in words
// and a reason for every wish comes out. Staff of the headquarters use it through the board and the verb `place`. It is pure: no
// database, no clock but the timing it prints, and the same round and seed give the same bytes on every machine, in whatever order
// the input came. Sex, faith, name and photograph are not inputs.
package placement

import (
	"fmt"
	"slices"
)

// Text says one thing in Japanese and English.
type Text struct {
	JA string `json:"ja"`
	EN string `json:"en"`
}

// Refusal is a round that cannot be used: where in the input, and why.
type Refusal struct {
	At      string
	Message Text
}

func (r *Refusal) Error() string { return r.At + ": " + r.Message.EN }

func refuse(at, ja, en string, args ...any) *Refusal {
	return &Refusal{At: at, Message: Text{JA: fmt.Sprintf(ja, args...), EN: fmt.Sprintf(en, args...)}}
}

// The two forms of input: the literature's lists, and the round of the JET Programme.
const (
	Lists = "lists"
	JET   = "round"
)

// Round is one placement as it was read: everything sorted by id, every reference checked. Indexes run over People and Posts.
type Round struct {
	Form    string
	Seed    string // hexadecimal, as revealed
	Config  Config
	People  []Person
	Posts   []Post
	Regions []Region
	Quotas  []Quota
	Couples []Couple
	Locks   []Lock // frozen by staff
	Exclude []Lock // never together: recorded conflicts
	Blocks  map[string][]string
}

// Config is what the headquarters set for the round.
type Config struct {
	CoupleMinutes int  // longest way between the posts of a couple; 60 unless set
	Speed         int  // km/h over 1.3 times the straight line; 50 unless set
	WillGet       bool // whether a licence still to be obtained counts as one
}

// Person is one participant. In the list form only ID and Wishes are set.
type Person struct {
	ID     string
	Wishes []Wish // list form
	*Profile
}

// Wish is one post on a person's list; equal tiers are ties, 0 is the best.
type Wish struct {
	Post, Tier int32
}

// Profile is what the JET form says of a participant. Medical needs are bits before they reach the engine.
type Profile struct {
	Type, Nationality, Home, Sport, Area, Group string
	Languages                                   map[string]int // language → level
	Japanese                                    int
	Licence                                     int
	Tiers                                       []Places
	Hospital, Pet, Family, Accessible           bool
	Contract                                    string // organisation of a re-contract, "" = new
	Veto                                        []string
}

// Places is one tier of wishes: a post is in it when any of them names it.
type Places struct {
	Prefecture, Block, City, Region, Area []string
	Sister                                bool
	Near                                  *Near
}

// Near is a place and the longest way to it in minutes.
type Near struct {
	Point
	Minutes int
}

// Point is a place on the map in millionths of a degree.
type Point struct {
	Lat, Lng int64
}

// Post is a line of a request with one or more equal seats.
type Post struct {
	ID     string
	Seats  int
	Region int // index into Regions, -1 = none
	Ranked bool
	Ranks  []Rank // list form: people by class
	*Request
}

// Rank is the class a post puts a person in; equal classes are ties, 0 is the best.
type Rank struct {
	Person, Class int32
}

// Request is what the JET form says of a post.
type Request struct {
	Org, Prefecture, Type, Language, Area, Group string
	Min                                          int // seats that count as essential
	Essential                                    bool
	Level, Japanese, Licence                     int
	Nationality, Sister                          []string
	Hospital, Pet, Family, Accessible            bool
	Place                                        *Point
	Unserved                                     int // years in a row without one of its wishes met
	Strong, Wants                                Criteria
}

// Criteria are soft: each one met counts one.
type Criteria struct {
	Nationality []string
	Japanese    int
	Licence     int
	Area        bool // the person asked for this kind of area
}

// Region is a coordinating body or a block of them.
type Region struct {
	ID      string
	Cap     int // -1 = none
	Parent  int // index, -1 = none
	Targets map[int32]int
	Order   []int32 // posts
}

// Quota is a country plan: at most Max people of this nationality and, when Type is set, this type.
type Quota struct {
	Nationality, Type string
	Max               int
}

// Couple is two people placed together or not at all.
type Couple struct {
	A, B  int32
	Pairs []Pair // list form: from best to worst
	Given bool   // whether Pairs were in the input
}

// Pair is one post for each member; -1 stands for no post.
type Pair struct {
	A, B int32
}

// Lock names a person and a post.
type Lock struct {
	Person, Post int32
}

// PersonIndex finds a person by id, -1 when there is none.
func (r *Round) PersonIndex(id string) int {
	i, ok := slices.BinarySearchFunc(r.People, id, func(p Person, id string) int { return compare(p.ID, id) })
	if !ok {
		return -1
	}
	return i
}

// PostIndex finds a post by id, -1 when there is none.
func (r *Round) PostIndex(id string) int {
	i, ok := slices.BinarySearchFunc(r.Posts, id, func(p Post, id string) int { return compare(p.ID, id) })
	if !ok {
		return -1
	}
	return i
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Assignment is the post of every person, -1 for none.
type Assignment []int32

// Named writes an assignment by ids, nil for no post.
func (r *Round) Named(at Assignment) map[string]*string {
	named := make(map[string]*string, len(at))
	for p, o := range at {
		named[r.People[p].ID] = nil
		if o >= 0 {
			named[r.People[p].ID] = &r.Posts[o].ID
		}
	}
	return named
}
