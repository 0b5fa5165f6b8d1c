package placement

import (
	"cmp"
	"slices"
	"strconv"
)

// lists reads the literature's form: people and posts with ranked lists, an inner array a tie.
func (x *reader) lists(n *node, r *Round) {
	var people, posts *node
	var l late
	known := x.shared(r, &l)
	known["people"] = func(n *node) { people = n }
	known["posts"] = func(n *node) { posts = n }
	x.fields(n, known)
	if x.err == nil && (people == nil || posts == nil) {
		x.fail(n.at, "people と posts が要ります。", "people and posts are needed")
	}
	if x.err != nil {
		return
	}
	x.listPeople(r, people, l.couples)
	regions := x.listPosts(r, posts)
	if x.err != nil {
		return
	}
	x.listWishes(r, people)
	x.listRanks(r, posts)
	if x.err == nil {
		x.finish(r, l, regions)
	}
}

// listPeople enters everybody, also members of couples who have only joint ranks.
func (x *reader) listPeople(r *Round, people, couples *node) {
	if len(people.items) > mostPeople {
		x.fail(people.at, "参加者は%d人までです。", "at most %d people", mostPeople)
		return
	}
	known := make(map[string]bool, len(people.keys))
	x.object(people, func(id string, n *node) {
		x.named(n.at, id)
		known[id] = true
		r.People = append(r.People, Person{ID: id})
	})
	if couples != nil && couples.kind == 'a' {
		for _, c := range couples.items {
			for i, key := range c.keys {
				if key != "members" {
					continue
				}
				for _, member := range c.items[i].items {
					if id := member.text; member.kind == 's' && id != "" && !known[id] {
						known[id] = true
						r.People = append(r.People, Person{ID: id})
					}
				}
			}
		}
	}
	x.sortPeople(r, people.at)
}

// listPosts enters the posts with their seats and gives the region named by each, in the order of the sorted posts.
func (x *reader) listPosts(r *Round, posts *node) []string {
	if len(posts.items) > mostPosts {
		x.fail(posts.at, "求人は%d件までです。", "at most %d posts", mostPosts)
		return nil
	}
	region := map[string]string{}
	x.object(posts, func(id string, n *node) {
		x.named(n.at, id)
		p := Post{ID: id, Seats: 1, Region: -1}
		x.fields(n, map[string]func(*node){
			"capacity": func(n *node) { p.Seats = x.int(n, 0, mostSeats) },
			"region":   func(n *node) { region[id] = x.string(n) },
			"ranks":    func(*node) { p.Ranked = true },
		})
		r.Posts = append(r.Posts, p)
	})
	x.sortPosts(r, posts.at)
	used := make([]string, len(r.Posts))
	for i, p := range r.Posts {
		used[i] = region[p.ID]
	}
	return used
}

// ranked walks a ranked list; an item is an id or an array of ids that are equals.
func (x *reader) ranked(n *node, each func(at, id string, place int32)) {
	place := int32(0)
	x.array(n, func(item *node) {
		if item.kind == 'a' {
			for _, equal := range item.items {
				each(equal.at, x.id(equal), place)
			}
		} else {
			each(item.at, x.id(item), place)
		}
		place++
	})
}

func (x *reader) listWishes(r *Round, people *node) {
	x.object(people, func(id string, n *node) {
		p := &r.People[r.PersonIndex(id)]
		if n.kind != 'a' {
			x.fail(n.at, "ここには並び（[…]）が要ります。", "a list is needed here")
			return
		}
		x.ranked(n, func(at, post string, place int32) {
			if place >= mostTiers {
				x.fail(at, "希望の順位は%dまでです。", "at most %d ranks of wishes", mostTiers)
			}
			if o := x.post(r, at, post); o >= 0 {
				p.Wishes = append(p.Wishes, Wish{o, place})
			}
		})
		seen := slices.Clone(p.Wishes)
		slices.SortFunc(seen, func(a, b Wish) int { return cmp.Compare(a.Post, b.Post) })
		for i := 1; i < len(seen); i++ {
			if seen[i].Post == seen[i-1].Post {
				x.fail(n.at, "同じ求人が二度あります：%s", "the post %s is there twice", r.Posts[seen[i].Post].ID)
			}
		}
	})
}

func (x *reader) listRanks(r *Round, posts *node) {
	x.object(posts, func(id string, n *node) {
		p := &r.Posts[r.PostIndex(id)]
		for i, key := range n.keys {
			if key != "ranks" {
				continue
			}
			list := n.items[i]
			x.ranked(list, func(at, person string, place int32) {
				if i := x.person(r, at, person); i >= 0 {
					p.Ranks = append(p.Ranks, Rank{i, place})
				}
			})
			slices.SortFunc(p.Ranks, func(a, b Rank) int { return cmp.Compare(a.Person, b.Person) })
			for k := 1; k < len(p.Ranks); k++ {
				if p.Ranks[k].Person == p.Ranks[k-1].Person {
					x.fail(list.at, "同じ人が二度あります：%s", "%s is there twice", r.People[p.Ranks[k].Person].ID)
				}
			}
		}
	})
}

// readRegions reads caps, targets and blocks, and ties every post to its region. used names the region of each sorted post.
func (x *reader) readRegions(r *Round, list *node, used []string) {
	if x.err != nil {
		return
	}
	index := map[string]int{}
	add := func(id string) int {
		if i, ok := index[id]; ok {
			return i
		}
		index[id] = len(r.Regions)
		r.Regions = append(r.Regions, Region{ID: id, Cap: -1, Parent: -1})
		return index[id]
	}
	var ids []string
	if list != nil {
		x.object(list, func(id string, n *node) { x.named(n.at, id); ids = append(ids, id) })
	}
	for _, id := range used {
		if id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		add(id)
	}
	for o, id := range used {
		if id != "" {
			r.Posts[o].Region = index[id]
		}
	}
	if list != nil && x.err == nil {
		x.object(list, func(id string, n *node) { x.readRegion(r, index, index[id], n) })
	}
	for i := range r.Regions {
		x.noCircle(r, i)
	}
}

func (x *reader) readRegion(r *Round, index map[string]int, i int, n *node) {
	g := &r.Regions[i]
	inside := func(at, id string) int32 {
		o := x.post(r, at, id)
		if o >= 0 && r.Posts[o].Region != i {
			x.fail(at, "求人%sはこの地域のものではありません。", "the post %s is not in this region", id)
		}
		return o
	}
	x.fields(n, map[string]func(*node){
		"cap": func(n *node) {
			if n.kind != '0' {
				g.Cap = x.int(n, 0, mostPeople)
			}
		},
		"parent": func(n *node) {
			if n.kind == '0' {
				return
			}
			parent, ok := index[x.string(n)]
			if !ok {
				x.fail(n.at, "その上位の地域は regions にありません。", "the parent is not among the regions")
				return
			}
			g.Parent = parent
		},
		"target": func(n *node) {
			g.Targets = map[int32]int{}
			x.object(n, func(id string, n *node) { g.Targets[inside(n.at, id)] = x.int(n, 0, mostSeats) })
		},
		"order": func(n *node) {
			x.array(n, func(n *node) {
				o := inside(n.at, x.string(n))
				if slices.Contains(g.Order, o) {
					x.fail(n.at, "同じ求人が二度あります。", "the same post is there twice")
				}
				g.Order = append(g.Order, o)
			})
		},
	})
}

// noCircle refuses regions that contain one another.
func (x *reader) noCircle(r *Round, i int) {
	steps := 0
	for at := i; at >= 0; at = r.Regions[at].Parent {
		if steps++; steps > 16 && steps <= len(r.Regions) {
			x.fail("regions."+r.Regions[i].ID+".parent", "地域の上下は16段までです。", "regions are nested 16 deep at most")
			return
		}
		if steps > len(r.Regions) {
			x.fail("regions."+r.Regions[i].ID+".parent", "地域の上下が輪になっています（%s）。", "the regions contain one another (%s)", strconv.Quote(r.Regions[i].ID))
			return
		}
	}
}
