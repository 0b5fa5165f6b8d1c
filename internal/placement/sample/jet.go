package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Participant and the other types are the JSON of the JET form.
type Participant struct {
	ID          string            `json:"id"`
	Type        string            `json:"type"`
	Nationality string            `json:"nationality"`
	Home        string            `json:"home,omitempty"`
	Languages   map[string]string `json:"languages,omitempty"`
	Sport       string            `json:"sport,omitempty"`
	Japanese    string            `json:"japanese"`
	Licence     string            `json:"licence"`
	Area        string            `json:"area,omitempty"`
	Wishes      []map[string]any  `json:"wishes"`
	Needs       map[string]bool   `json:"needs,omitempty"`
	Group       string            `json:"group"`
	Recontract  any               `json:"recontract"`
	Veto        []string          `json:"veto"`
}

// Post is a line of a request.
type Post struct {
	ID          string         `json:"id"`
	Org         string         `json:"org"`
	Region      string         `json:"region"`
	Type        string         `json:"type"`
	Language    string         `json:"language,omitempty"`
	Sport       string         `json:"sport,omitempty"`
	Seats       int            `json:"seats"`
	Min         int            `json:"min"`
	Japanese    string         `json:"japanese"`
	Licence     string         `json:"licence"`
	Nationality []string       `json:"nationality"`
	Sister      []string       `json:"sister"`
	Area        string         `json:"area"`
	Hospital    bool           `json:"hospital"`
	Pet         bool           `json:"pet"`
	Family      bool           `json:"family"`
	Group       string         `json:"group"`
	Lat         float64        `json:"lat"`
	Lng         float64        `json:"lng"`
	Essential   bool           `json:"essential"`
	Unserved    int            `json:"unserved"`
	Strong      map[string]any `json:"strong,omitempty"`
	Wants       map[string]any `json:"wants,omitempty"`
}

// Couple names two people.
type Couple struct {
	Members [2]string `json:"members"`
}

// Round is a round of the JET form, ready to be written as JSON.
type Round struct {
	Form         string                    `json:"form"`
	Seed         string                    `json:"seed"`
	Participants []Participant             `json:"participants"`
	Posts        []Post                    `json:"posts"`
	Regions      map[string]map[string]int `json:"regions"`
	Couples      []Couple                  `json:"couples"`
}

// place is a coordinating body: its code and roughly where it is.
type place struct {
	code     string
	lat, lng float64
}

// bodies are the 47 prefectures by their capitals and the designated cities that coordinate.
var bodies = []place{
	{"01", 43.06, 141.35}, {"02", 40.82, 140.74}, {"03", 39.70, 141.15}, {"04", 38.27, 140.87}, {"05", 39.72, 140.10}, {"06", 38.24, 140.36},
	{"07", 37.75, 140.47}, {"08", 36.34, 140.45}, {"09", 36.57, 139.88}, {"10", 36.39, 139.06}, {"11", 35.86, 139.65}, {"12", 35.61, 140.12},
	{"13", 35.69, 139.69}, {"14", 35.45, 139.64}, {"15", 37.90, 139.02}, {"16", 36.70, 137.21}, {"17", 36.59, 136.63}, {"18", 36.07, 136.22},
	{"19", 35.66, 138.57}, {"20", 36.65, 138.18}, {"21", 35.39, 136.72}, {"22", 34.98, 138.38}, {"23", 35.18, 136.91}, {"24", 34.73, 136.51},
	{"25", 35.00, 135.87}, {"26", 35.02, 135.76}, {"27", 34.69, 135.52}, {"28", 34.69, 135.18}, {"29", 34.69, 135.83}, {"30", 34.23, 135.17},
	{"31", 35.50, 134.24}, {"32", 35.47, 133.05}, {"33", 34.66, 133.93}, {"34", 34.40, 132.46}, {"35", 34.19, 131.47}, {"36", 34.07, 134.56},
	{"37", 34.34, 134.04}, {"38", 33.84, 132.77}, {"39", 33.56, 133.53}, {"40", 33.61, 130.42}, {"41", 33.25, 130.30}, {"42", 32.74, 129.87},
	{"43", 32.79, 130.74}, {"44", 33.24, 131.61}, {"45", 31.91, 131.42}, {"46", 31.56, 130.56}, {"47", 26.21, 127.68},
	{"011002", 43.06, 141.35}, {"041009", 38.27, 140.87}, {"111007", 35.86, 139.65}, {"121002", 35.61, 140.11}, {"141003", 35.44, 139.64},
	{"141305", 35.53, 139.70}, {"141500", 35.57, 139.37}, {"151009", 37.92, 139.04}, {"221007", 34.98, 138.38}, {"221309", 34.71, 137.73},
	{"231002", 35.18, 136.91}, {"261009", 35.01, 135.77}, {"271004", 34.69, 135.50}, {"271403", 34.57, 135.48}, {"281000", 34.69, 135.20},
	{"331007", 34.66, 133.92}, {"341002", 34.39, 132.46}, {"401005", 33.88, 130.88}, {"401307", 33.59, 130.40}, {"431001", 32.80, 130.71},
}

// nations with their share of 1,000 and the language they come with.
var nations = []struct {
	code, language string
	share          int
	homes          []string
}{
	{"US", "en", 500, []string{"US-CA/Sacramento", "US-OR/Portland", "US-WA/Tacoma", "US-OH/Toledo"}}, {"GB", "en", 110, []string{"GB/Edinburgh", "GB/Cardiff"}},
	{"CA", "en", 100, []string{"CA-BC/Burnaby", "CA-AB/Lethbridge"}}, {"AU", "en", 60, []string{"AU-QLD/Cairns"}}, {"NZ", "en", 40, []string{"NZ/Nelson"}},
	{"IE", "en", 25, nil}, {"ZA", "en", 30, nil}, {"SG", "en", 15, nil}, {"JM", "en", 20, nil}, {"PH", "en", 20, nil}, {"TT", "en", 10, nil},
	{"CN", "zh", 20, []string{"CN/Suzhou", "CN/Dalian"}}, {"KR", "ko", 20, []string{"KR/Jeonju", "KR/Ulsan"}}, {"FR", "fr", 10, []string{"FR/Nancy"}},
	{"DE", "de", 8, []string{"DE/Trier"}}, {"BR", "pt", 7, nil}, {"MN", "mn", 5, nil},
}

func pickNation(d *rand.Rand) int {
	at := d.IntN(1000)
	for i := range nations {
		if at -= nations[i].share; at < 0 {
			return i
		}
	}
	return 0
}

// pick draws one of the words by their shares of 100.
func pick(d *rand.Rand, words []string, shares []int) string {
	at := d.IntN(100)
	for i, share := range shares {
		if at -= share; at < 0 {
			return words[i]
		}
	}
	return words[len(words)-1]
}

var (
	japanese = []string{"none", "N5", "N4", "N3", "N2", "N1"}
	areas    = []string{"urban", "semi-urban", "rural"}
	blocks   = []string{"hokkaido", "tohoku", "kanto", "chubu", "kinki", "chugoku", "shikoku", "kyushu"}
)

// JET makes a round of the JET form.
func JET(s Size) *Round {
	d := rand.New(rand.NewPCG(s.Seed, 0x6a6574))
	r := &Round{Form: "round", Seed: fmt.Sprintf("%016x", s.Seed), Regions: map[string]map[string]int{}}
	regions := len(bodies)
	if s.Regions > 0 {
		regions = min(s.Regions, len(bodies))
	}
	seats := seatsOf(d, s.Posts, s.People)
	total := map[string]int{}
	for o := range s.Posts {
		p := jetPost(d, o, bodies[o%regions])
		p.Seats = seats[o]
		if p.Type != "ALT" {
			// Languages and sports are few: one seat per line, so that there are as many seats as people.
			seats[(o+1)%s.Posts] += seats[o] - 1
			p.Seats = 1
		}
		p.Min = min(p.Seats, p.Min)
		total[p.Region] += p.Seats
		r.Posts = append(r.Posts, p)
	}
	for _, b := range bodies[:regions] {
		if total[b.code] > 0 {
			r.Regions[b.code] = map[string]int{"cap": max(1, total[b.code]*98/100)}
		}
	}
	var special []Post
	for _, p := range r.Posts {
		if p.Type != "ALT" {
			special = append(special, p)
		}
	}
	for i := range s.People {
		r.Participants = append(r.Participants, participant(d, i, special, regions))
	}
	var free []int
	for i := range r.Participants {
		if r.Participants[i].Type == "ALT" {
			free = append(free, i)
		}
	}
	for i := range min(s.Couples, len(free)/2) {
		r.Couples = append(r.Couples, Couple{[2]string{r.Participants[free[2*i]].ID, r.Participants[free[2*i+1]].ID}})
	}
	return r
}

func jetPost(d *rand.Rand, o int, b place) Post {
	p := Post{ID: fmt.Sprintf("p%05d", o), Region: b.code, Type: pick(d, []string{"ALT", "CIR", "SEA"}, []int{91, 8, 1}), Language: "en",
		Japanese: "none", Licence: pick(d, []string{"none", "AT", "MT"}, []int{78, 20, 2}), Nationality: []string{}, Sister: []string{},
		Area: pick(d, areas, []int{25, 35, 40}), Hospital: d.IntN(2) == 0, Pet: d.IntN(4) == 0, Family: d.IntN(3) == 0, Group: "A",
		Lat: float64(int((b.lat+d.Float64()*0.8-0.4)*1e4)) / 1e4, Lng: float64(int((b.lng+d.Float64()*0.8-0.4)*1e4)) / 1e4,
		Essential: d.IntN(10) == 0, Min: d.IntN(2)}
	p.Org = b.code
	if len(b.code) == 2 {
		p.Org = fmt.Sprintf("%s%03d0", b.code, 200+o%300)
	}
	if d.IntN(12) == 0 {
		p.Unserved = 1 + d.IntN(3)
	}
	nation := nations[pickNation(d)]
	if len(nation.homes) > 0 && d.IntN(3) == 0 {
		p.Sister = []string{nation.homes[d.IntN(len(nation.homes))]}
	}
	switch p.Type {
	case "CIR":
		p.Language = nations[d.IntN(len(nations))].language
		p.Japanese = pick(d, []string{"N3", "N2", "N1"}, []int{40, 50, 10})
	case "SEA":
		p.Language, p.Sport = "", pick(d, []string{"judo", "football", "rugby"}, []int{40, 30, 30})
	default:
		if d.IntN(6) == 0 {
			p.Strong = map[string]any{"nationality": []string{nation.code}}
		}
		if d.IntN(4) == 0 {
			p.Wants = map[string]any{"japanese": pick(d, japanese, []int{0, 30, 40, 30}), "licence": "AT"}
		}
		if d.IntN(40) == 0 {
			p.Nationality = []string{"US", "GB", "CA"}
		}
	}
	return p
}

func participant(d *rand.Rand, i int, special []Post, regions int) Participant {
	nation := nations[pickNation(d)]
	p := Participant{ID: fmt.Sprintf("20%09d", 270000000+i), Type: "ALT", Nationality: nation.code, Languages: map[string]string{nation.language: "native"},
		Japanese: pick(d, japanese, []int{45, 15, 15, 12, 9, 4}), Licence: pick(d, []string{"none", "will-get", "AT", "MT"}, []int{35, 5, 40, 20}), Group: "A",
		Veto: []string{}, Wishes: []map[string]any{}}
	if nation.language != "en" {
		p.Languages["en"] = pick(d, []string{"N2", "N1"}, []int{50, 50})
	}
	if len(nation.homes) > 0 {
		p.Home = nation.homes[d.IntN(len(nation.homes))]
	}
	if i < len(special)*95/100 {
		// One in twenty lines stays without a person who fits.
		q := special[i]
		p.Type, p.Sport = q.Type, q.Sport
		if q.Language != "" {
			p.Languages = map[string]string{q.Language: "native", "en": "N1"}
		}
		p.Japanese, p.Licence = "N1", "MT"
	}
	if d.IntN(2) == 0 {
		p.Area = pick(d, areas, []int{60, 20, 20})
	}
	needs := map[string]bool{}
	for _, need := range []struct {
		name string
		one  int
	}{{"hospital", 25}, {"pet", 80}, {"family", 50}} {
		if d.IntN(need.one) == 0 {
			needs[need.name] = true
		}
	}
	if len(needs) > 0 {
		p.Needs = needs
	}
	p.Wishes = tiers(d, regions)
	return p
}

// tiers are up to three wishes: large cities are named most, then prefectures, blocks, and areas.
func tiers(d *rand.Rand, regions int) []map[string]any {
	wishes := []map[string]any{}
	for range d.IntN(4) {
		switch d.IntN(10) {
		case 0, 1, 2:
			wishes = append(wishes, map[string]any{"prefecture": []string{pick(d, []string{"13", "27", "26", "01", "40"}, []int{40, 20, 15, 15, 10})}})
		case 3, 4, 5, 6:
			wishes = append(wishes, map[string]any{"prefecture": []string{bodies[d.IntN(min(47, regions))].code}})
		case 7, 8:
			wishes = append(wishes, map[string]any{"block": []string{blocks[d.IntN(len(blocks))]}})
		default:
			wishes = append(wishes, map[string]any{"area": []string{areas[d.IntN(3)]}})
		}
	}
	return slices.Clip(wishes)
}
