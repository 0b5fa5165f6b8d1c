package placement

import (
	"slices"
	"strconv"
)

// Levels of Japanese and of other languages on one scale, in both vocabularies the programme uses.
var levels = []string{"none", "N5|basic", "N4", "N3|daily", "N2|business", "N1", "native"}

// licences from none to manual; "will-get" is a promise.
var licences = []string{"none|no|不要", "will-get", "AT|required|要", "MT"}

var areas = []string{"", "urban|都市", "semi-urban|中間", "rural|農村"}

const (
	licenceWillGet = 1
	licenceAT      = 2
)

// jet reads the round of the JET Programme.
func (x *reader) jet(n *node, r *Round) {
	var participants, posts, quotas *node
	var l late
	known := x.shared(r, &l)
	known["participants"] = func(n *node) { participants = n }
	known["posts"] = func(n *node) { posts = n }
	known["quotas"] = func(n *node) { quotas = n }
	known["blocks"] = func(n *node) {
		r.Blocks = map[string][]string{}
		x.object(n, func(id string, n *node) { r.Blocks[id] = x.strings(n) })
	}
	x.fields(n, known)
	if x.err == nil && (participants == nil || posts == nil) {
		x.fail(n.at, "participants と posts が要ります。", "participants and posts are needed")
	}
	if x.err != nil {
		return
	}
	if len(participants.items) > mostPeople || len(posts.items) > mostPosts {
		x.fail(n.at, "参加者は%d人、求人は%d件までです。", "at most %d participants and %d posts", mostPeople, mostPosts)
		return
	}
	region := map[string]string{}
	x.array(posts, func(n *node) { r.Posts = append(r.Posts, x.jetPost(n, region)) })
	x.array(participants, func(n *node) { r.People = append(r.People, x.participant(n, r)) })
	if x.err != nil {
		return
	}
	x.sortPeople(r, participants.at)
	x.sortPosts(r, posts.at)
	x.readQuotas(r, quotas)
	used := make([]string, len(r.Posts))
	for i, p := range r.Posts {
		used[i] = region[p.ID]
	}
	if x.err == nil {
		x.finish(r, l, used)
	}
}

func (x *reader) participant(n *node, r *Round) Person {
	p := &Profile{Languages: map[string]int{}}
	person := Person{Profile: p}
	needs := map[string]func(*node){
		"hospital":   func(n *node) { p.Hospital = x.bool(n) },
		"pet":        func(n *node) { p.Pet = x.bool(n) },
		"family":     func(n *node) { p.Family = x.bool(n) },
		"accessible": func(n *node) { p.Accessible = x.bool(n) },
	}
	x.fields(n, map[string]func(*node){
		"id":          func(n *node) { person.ID = x.id(n) },
		"type":        func(n *node) { p.Type = x.string(n) },
		"nationality": func(n *node) { p.Nationality = x.string(n) },
		"home":        func(n *node) { p.Home = x.string(n) },
		"sport":       func(n *node) { p.Sport = x.string(n) },
		"languages": func(n *node) {
			x.object(n, func(language string, n *node) { p.Languages[language] = x.one(n, levels...) })
		},
		"japanese":   func(n *node) { p.Japanese = x.one(n, levels...) },
		"licence":    func(n *node) { p.Licence = x.one(n, licences...) },
		"area":       func(n *node) { p.Area = x.area(n) },
		"group":      func(n *node) { p.Group = x.string(n) },
		"needs":      func(n *node) { x.fields(n, needs) },
		"veto":       func(n *node) { p.Veto = x.strings(n); slices.Sort(p.Veto) },
		"recontract": func(n *node) { p.Contract = x.recontract(n) },
		"wishes": func(n *node) {
			x.array(n, func(n *node) {
				if len(p.Tiers) == 3 {
					x.fail(n.at, "希望は3段階までです。", "at most three tiers of wishes")
					return
				}
				p.Tiers = append(p.Tiers, x.places(n, r))
			})
		},
	})
	if person.ID == "" || p.Type == "" {
		x.fail(n.at, "参加者には id と type が要ります。", "a participant needs id and type")
	}
	return person
}

// recontract is null, an organisation, or {"org": …, "year": …}.
func (x *reader) recontract(n *node) (org string) {
	if n.kind == 's' {
		return n.text
	}
	x.fields(n, map[string]func(*node){
		"org":  func(n *node) { org = x.id(n) },
		"year": func(n *node) { x.int(n, 1, 5) },
	})
	if n.kind == 'o' && org == "" {
		x.fail(n.at, "再任用には org が要ります。", "a re-contract needs its org")
	}
	return org
}

func (x *reader) area(n *node) string {
	if n.kind == '0' {
		return ""
	}
	return []string{"", "urban", "semi-urban", "rural"}[x.one(n, areas...)]
}

func (x *reader) places(n *node, r *Round) Places {
	var t Places
	if n.kind != 'o' || len(n.items) == 0 {
		x.fail(n.at, "希望の段階には場所が一つは要ります。", "a tier of wishes names at least one place")
		return t
	}
	x.fields(n, map[string]func(*node){
		"prefecture": func(n *node) {
			t.Prefecture = x.strings(n)
			for i, code := range t.Prefecture {
				if v, err := strconv.Atoi(code); err != nil || len(code) != 2 || v < 1 || v > 47 {
					x.fail(n.at+"["+strconv.Itoa(i)+"]", "都道府県は01から47までの2桁です。", "a prefecture is two digits from 01 to 47")
				}
			}
		},
		"block": func(n *node) {
			t.Block = x.strings(n)
			for i, block := range t.Block {
				if blockOf(block, r.Blocks) == nil {
					x.fail(n.at+"["+strconv.Itoa(i)+"]", "「%s」という地方はありません。", "there is no block %s", block)
				}
			}
		},
		"city":   func(n *node) { t.City = x.strings(n) },
		"region": func(n *node) { t.Region = x.strings(n) },
		"area": func(n *node) {
			if n.kind != 'a' {
				t.Area = []string{x.area(n)}
				return
			}
			x.array(n, func(n *node) { t.Area = append(t.Area, x.area(n)) })
		},
		"sister": func(n *node) { t.Sister = x.bool(n) },
		"near": func(n *node) {
			t.Near = &Near{}
			x.fields(n, map[string]func(*node){
				"lat":     func(n *node) { t.Near.Lat = x.degrees(n, 90) },
				"lng":     func(n *node) { t.Near.Lng = x.degrees(n, 180) },
				"minutes": func(n *node) { t.Near.Minutes = x.int(n, 0, 1440) },
			})
		},
	})
	return t
}

func (x *reader) jetPost(n *node, region map[string]string) Post {
	q := &Request{}
	post := Post{Region: -1, Seats: 1, Request: q}
	var inRegion string
	var lat, lng *node
	x.fields(n, map[string]func(*node){
		"id":             func(n *node) { post.ID = x.id(n) },
		"org":            func(n *node) { q.Org = x.string(n) },
		"region":         func(n *node) { inRegion = x.string(n) },
		"prefecture":     func(n *node) { q.Prefecture = x.string(n) },
		"type":           func(n *node) { q.Type = x.string(n) },
		"language":       func(n *node) { q.Language = x.string(n) },
		"language_level": func(n *node) { q.Level = x.one(n, levels...) },
		"sport":          func(n *node) { q.Language = x.string(n) },
		"seats":          func(n *node) { post.Seats = x.int(n, 0, mostSeats) },
		"min":            func(n *node) { q.Min = x.int(n, 0, mostSeats) },
		"essential":      func(n *node) { q.Essential = x.bool(n) },
		"japanese":       func(n *node) { q.Japanese = x.one(n, levels...) },
		"licence":        func(n *node) { q.Licence = x.one(n, licences...) },
		"nationality":    func(n *node) { q.Nationality = x.strings(n) },
		"sister":         func(n *node) { q.Sister = x.strings(n) },
		"area":           func(n *node) { q.Area = x.area(n) },
		"hospital":       func(n *node) { q.Hospital = x.bool(n) },
		"pet":            func(n *node) { q.Pet = x.bool(n) },
		"family":         func(n *node) { q.Family = x.bool(n) },
		"accessible":     func(n *node) { q.Accessible = x.bool(n) },
		"group":          func(n *node) { q.Group = x.string(n) },
		"lat":            func(n *node) { lat = n },
		"lng":            func(n *node) { lng = n },
		"unserved":       func(n *node) { q.Unserved = x.int(n, 0, 50) },
		"strong":         func(n *node) { q.Strong = x.criteria(n) },
		"wants":          func(n *node) { q.Wants = x.criteria(n) },
	})
	if post.ID == "" || q.Type == "" {
		x.fail(n.at, "求人には id と type が要ります。", "a post needs id and type")
	}
	if q.Min > post.Seats {
		x.fail(join(n.at, "min"), "最低人数が人数を超えています。", "min is more than seats")
	}
	if lat != nil && lng != nil && lat.kind != '0' && lng.kind != '0' {
		q.Place = &Point{x.degrees(lat, 90), x.degrees(lng, 180)}
	}
	if q.Prefecture == "" {
		q.Prefecture = prefectureOf(q.Org, inRegion)
	}
	region[post.ID] = inRegion
	return post
}

func (x *reader) criteria(n *node) Criteria {
	var c Criteria
	x.fields(n, map[string]func(*node){
		"nationality": func(n *node) { c.Nationality = x.strings(n) },
		"japanese":    func(n *node) { c.Japanese = x.one(n, levels...) },
		"licence":     func(n *node) { c.Licence = x.one(n, licences...) },
		"area":        func(n *node) { c.Area = x.bool(n) },
	})
	return c
}

// readQuotas reads country plans; they must not overlap but by containing one another.
func (x *reader) readQuotas(r *Round, list *node) {
	if list == nil || x.err != nil {
		return
	}
	x.array(list, func(n *node) {
		q := Quota{Max: -1}
		x.fields(n, map[string]func(*node){
			"nationality": func(n *node) { q.Nationality = x.id(n) },
			"type":        func(n *node) { q.Type = x.string(n) },
			"max":         func(n *node) { q.Max = x.int(n, 0, mostPeople) },
		})
		if x.err == nil && (q.Nationality == "" || q.Max < 0) {
			x.fail(n.at, "国別の計画には nationality と max が要ります。", "a quota needs nationality and max")
		}
		for _, other := range r.Quotas {
			if other.Nationality == q.Nationality && other.Type == q.Type {
				x.fail(n.at, "同じ計画が二度あります。", "the same quota is there twice")
			}
		}
		r.Quotas = append(r.Quotas, q)
	})
	slices.SortFunc(r.Quotas, func(a, b Quota) int {
		if c := compare(a.Nationality, b.Nationality); c != 0 {
			return c
		}
		return compare(a.Type, b.Type)
	})
}
