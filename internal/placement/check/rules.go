package check

import (
	"slices"
	"strconv"
)

var japanese = map[string]int{"": 0, "none": 0, "N5": 1, "basic": 1, "N4": 2, "N3": 3, "daily": 3, "N2": 4, "business": 4, "N1": 5, "native": 6}

var licence = map[string]int{"": 0, "none": 0, "no": 0, "不要": 0, "will-get": 1, "AT": 2, "required": 2, "要": 2, "MT": 3}

// area settles the two vocabularies.
func area(s string) string {
	switch s {
	case "都市":
		return "urban"
	case "中間":
		return "semi-urban"
	case "農村":
		return "rural"
	}
	return s
}

// prefecture reads the first two digits of a code of an organisation or a coordinating body.
func prefecture(code string) string {
	if len(code) != 2 && len(code) != 5 && len(code) != 6 {
		return ""
	}
	if n, err := strconv.Atoi(code[:2]); err != nil || n < 1 || n > 47 {
		return ""
	}
	return code[:2]
}

// drives is the licence as it counts.
func (r *Round) drives(p *participant) int {
	n := licence[p.Licence]
	if n == 1 {
		if r.willGet {
			return 2
		}
		return 0
	}
	return n
}

// broken names the first hard rule a pair breaks, "" when it is possible.
func (r *Round) broken(p, o int) string {
	if r.people[p].exclude[o] {
		return "H11"
	}
	if !r.jet {
		if _, wished := r.tierOf(p, o); !wished {
			return "list"
		}
		if class := r.posts[o].class; class != nil {
			if _, there := class[p]; !there {
				return "acceptance"
			}
		}
		return ""
	}
	who, q := r.people[p].jet, r.posts[o].jet
	speaks := q.Language == "" || who.Sport == q.Language
	if level, there := who.Languages[q.Language]; there && japanese[level] >= japanese[q.Level] {
		speaks = true
	}
	switch {
	case who.Type != q.Type || !speaks:
		return "H1"
	case slices.Contains(who.Veto, q.ID) || slices.Contains(who.Veto, q.Org):
		return "H11"
	}
	if who.contract != "" {
		if who.contract != q.Org {
			return "H8"
		}
		return ""
	}
	needs := who.Needs
	switch {
	case len(q.Nationality) > 0 && !slices.Contains(q.Nationality, who.Nationality):
		return "H2"
	case r.drives(who) < licence[q.Licence]:
		return "H3"
	case japanese[who.Japanese] < japanese[q.Japanese]:
		return "H4"
	case needs.Hospital && !q.Hospital, needs.Accessible && !q.Accessible:
		return "H5"
	case needs.Pet && !q.Pet, needs.Family && !q.Family:
		return "H6"
	case who.Group != "" && q.Group != "" && who.Group != q.Group:
		return "H10"
	}
	return ""
}

// tierOf is the tier of a post for a person; in the JET form the last tier is "anywhere".
func (r *Round) tierOf(p, o int) (int, bool) {
	if !r.jet {
		tier, there := r.people[p].tier[o]
		return tier, there
	}
	for i := range r.people[p].jet.Wishes {
		if r.names(&r.people[p].jet.Wishes[i], r.people[p].jet, o) {
			return i, true
		}
	}
	return r.tiers - 1, true
}

// names says whether a tier of wishes names a post.
func (r *Round) names(w *wish, who *participant, o int) bool {
	q := r.posts[o].jet
	if slices.Contains(w.Prefecture, q.Prefecture) || q.Org != "" && slices.Contains(w.City, q.Org) || q.Region != "" && slices.Contains(w.Region, q.Region) {
		return true
	}
	for _, a := range w.Area {
		if q.Area != "" && area(a) == q.Area {
			return true
		}
	}
	if w.Sister && who.Home != "" && slices.Contains(q.Sister, who.Home) {
		return true
	}
	for _, b := range w.Block {
		if r.inBlock(b, q.Prefecture) {
			return true
		}
	}
	return w.Near != nil && q.Lat != nil && q.Lng != nil && travel(w.Near.Lat, w.Near.Lng, *q.Lat, *q.Lng, r.speed) <= w.Near.Minutes
}

// inBlock says whether a prefecture belongs to a region of Japan, as the round or the usual division has it.
func (r *Round) inBlock(block, prefecture string) bool {
	if own, there := r.blocks[block]; there {
		return slices.Contains(own, prefecture)
	}
	n, err := strconv.Atoi(prefecture)
	if err != nil {
		return false
	}
	switch block {
	case "hokkaido":
		return n == 1
	case "tohoku":
		return 2 <= n && n <= 7
	case "kanto":
		return 8 <= n && n <= 14
	case "chubu":
		return 15 <= n && n <= 23
	case "kinki", "kansai":
		return 24 <= n && n <= 30
	case "chugoku":
		return 31 <= n && n <= 35
	case "shikoku":
		return 36 <= n && n <= 39
	case "kyushu":
		return 40 <= n && n <= 47
	case "okinawa":
		return n == 47
	}
	return false
}

// worth is what a pair is worth to the post and to the ties.
type worth struct {
	strong, wants, sister, area, unserved int64
}

func (r *Round) worth(p, o int) worth {
	who, q := r.people[p].jet, r.posts[o].jet
	w := worth{strong: r.meets(&q.Strong, who, q), wants: r.meets(&q.Wants, who, q)}
	if who.Home != "" && slices.Contains(q.Sister, who.Home) {
		w.sister = 1
	}
	if who.Area != "" && area(who.Area) == q.Area {
		w.area = 1
	}
	if w.strong+w.wants+w.sister > 0 {
		w.unserved = int64(q.Unserved)
	}
	return w
}

func (r *Round) meets(a *asks, who *participant, q *line) int64 {
	n := int64(0)
	for _, met := range []bool{slices.Contains(a.Nationality, who.Nationality), japanese[a.Japanese] > 0 && japanese[who.Japanese] >= japanese[a.Japanese],
		licence[a.Licence] > 0 && r.drives(who) >= licence[a.Licence], a.Area && who.Area != "" && area(who.Area) == q.Area} {
		if met {
			n++
		}
	}
	return n
}

// classOf is how a post ranks a person, 0 the best.
func (r *Round) classOf(p, o int) int {
	if !r.jet {
		return r.posts[o].class[p]
	}
	w := r.worth(p, o)
	return -int(10*w.strong + w.wants)
}
