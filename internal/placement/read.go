package placement

import (
	"cmp"
	"encoding/hex"
	"io"
	"slices"
	"strings"
)

// Read reads a round in either form. What cannot be used is a *Refusal naming its place, for example people[3].wishes[0].
func Read(in io.Reader) (*Round, error) { return ReadAt(in, "") }

// ReadAt is Read for a round that is part of a larger input; at is its place there.
func ReadAt(in io.Reader, at string) (*Round, error) {
	n, err := parse(in, at)
	if err != nil {
		return nil, err
	}
	return readRound(n)
}

// Names reads an assignment by ids, for example {"a1":"P1","a2":null}; everybody it leaves out has no post. at is its place in the input.
func (r *Round) Names(named map[string]*string, at string) (Assignment, error) {
	list := Assignment(filled(len(r.People)))
	ids := make([]string, 0, len(named))
	for id := range named {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		p := r.PersonIndex(id)
		if p < 0 {
			return nil, refuse(join(at, id), "「%s」という参加者はいません。", "there is no person %s", id)
		}
		if named[id] == nil {
			continue
		}
		o := r.PostIndex(*named[id])
		if o < 0 {
			return nil, refuse(join(at, id), "「%s」という求人はありません。", "there is no post %s", *named[id])
		}
		list[p] = int32(o)
	}
	return list, nil
}

// readRound tells the forms apart: the JET form says so or has participants.
func readRound(n *node) (*Round, error) {
	x := &reader{}
	if n.kind != 'o' {
		return nil, refuse(n.at, "ここには項目の組（{…}）が要ります。", "an object is needed here")
	}
	form := Lists
	for i, key := range n.keys {
		switch key {
		case "participants":
			form = JET
		case "form":
			form = []string{Lists, JET}[x.one(n.items[i], Lists, JET)]
		}
	}
	if x.err != nil {
		return nil, x.err
	}
	r := &Round{Form: form, Config: Config{CoupleMinutes: 60, Speed: 50}}
	if form == JET {
		x.jet(n, r)
	} else {
		x.lists(n, r)
	}
	if x.err != nil {
		return nil, x.err
	}
	return r, nil
}

// late keeps parts of the input that name people and posts until both are known.
type late struct {
	couples, frozen, exclude, regions *node
}

// shared are the fields both forms have.
func (x *reader) shared(r *Round, l *late) map[string]func(*node) {
	return map[string]func(*node){
		"form":    func(*node) {},
		"seed":    func(n *node) { r.Seed = x.seed(n) },
		"couples": func(n *node) { l.couples = n },
		"frozen":  func(n *node) { l.frozen = n },
		"exclude": func(n *node) { l.exclude = n },
		"regions": func(n *node) { l.regions = n },
		"config": func(n *node) {
			x.fields(n, map[string]func(*node){
				"couple_minutes": func(n *node) { r.Config.CoupleMinutes = x.int(n, 0, 1440) },
				"speed_kmh":      func(n *node) { r.Config.Speed = x.int(n, 1, 300) },
				"will_get":       func(n *node) { r.Config.WillGet = x.bool(n) },
			})
		},
	}
}

// seed is hexadecimal; the ellipsis of an example is not a seed.
func (x *reader) seed(n *node) string {
	s := strings.ToLower(x.string(n))
	if _, err := hex.DecodeString(s); err != nil || len(s) > 256 {
		x.fail(n.at, "種は偶数桁の16進数（256桁まで）です。", "the seed is hexadecimal with an even number of digits, 256 at most")
	}
	return s
}

// sortPeople sorts by id and refuses twins.
func (x *reader) sortPeople(r *Round, at string) {
	slices.SortFunc(r.People, func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
	for i := 1; i < len(r.People); i++ {
		if r.People[i].ID == r.People[i-1].ID {
			x.fail(at, "「%s」が二人います。", "%s is there twice", r.People[i].ID)
		}
	}
}

func (x *reader) sortPosts(r *Round, at string) {
	slices.SortFunc(r.Posts, func(a, b Post) int { return cmp.Compare(a.ID, b.ID) })
	for i := 1; i < len(r.Posts); i++ {
		if r.Posts[i].ID == r.Posts[i-1].ID {
			x.fail(at, "「%s」という求人が二つあります。", "the post %s is there twice", r.Posts[i].ID)
		}
	}
}

// person finds who is named, or says that nobody is.
func (x *reader) person(r *Round, at, id string) int32 {
	i := r.PersonIndex(id)
	if i < 0 {
		x.fail(at, "「%s」という参加者はいません。", "there is no person %s", id)
	}
	return int32(i)
}

func (x *reader) post(r *Round, at, id string) int32 {
	i := r.PostIndex(id)
	if i < 0 {
		x.fail(at, "「%s」という求人はありません。", "there is no post %s", id)
	}
	return int32(i)
}

// finish reads what names people and posts, once both are known.
func (x *reader) finish(r *Round, l late, used []string) {
	x.readRegions(r, l.regions, used)
	x.readLocks(r, l)
	x.readCouples(r, l.couples)
	if x.err == nil {
		x.settle(r)
	}
}

func (x *reader) readLocks(r *Round, l late) {
	if l.frozen != nil && x.err == nil {
		x.object(l.frozen, func(id string, n *node) {
			if n.kind == '0' {
				return
			}
			post := x.string(n)
			if r.PostIndex(post) < 0 && r.PersonIndex(post) >= 0 {
				x.fail(n.at, "固定は人と求人の組です。「%s」は人です（人どうしをつなぐと輪になります）。", "a lock joins a person and a post; %s is a person (people joined to people make a circle)", post)
				return
			}
			r.Locks = append(r.Locks, Lock{x.person(r, n.at, id), x.post(r, n.at, post)})
		})
	}
	if l.exclude != nil && x.err == nil {
		x.array(l.exclude, func(n *node) {
			if n.kind != 'a' || len(n.items) != 2 {
				x.fail(n.at, "参加者と求人の二つを並べてください。", "name one person and one post")
				return
			}
			r.Exclude = append(r.Exclude, Lock{x.person(r, n.items[0].at, x.string(n.items[0])), x.post(r, n.items[1].at, x.string(n.items[1]))})
		})
	}
	order := func(a, b Lock) int { return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Post, b.Post)) }
	slices.SortFunc(r.Locks, order)
	slices.SortFunc(r.Exclude, order)
	r.Exclude = slices.Compact(r.Exclude)
}

// readCouples reads pairs of people, each in one couple at most.
func (x *reader) readCouples(r *Round, list *node) {
	if list == nil || x.err != nil {
		return
	}
	member := map[int32]bool{}
	x.array(list, func(n *node) {
		var c Couple
		c.A, c.B = -1, -1
		var ranks *node
		x.fields(n, map[string]func(*node){
			"members": func(n *node) {
				if n.kind != 'a' || len(n.items) != 2 {
					x.fail(n.at, "夫婦等は二人です。", "a couple has two members")
					return
				}
				c.A, c.B = x.person(r, n.items[0].at, x.string(n.items[0])), x.person(r, n.items[1].at, x.string(n.items[1]))
			},
			"ranks": func(n *node) { ranks = n },
		})
		if x.err != nil {
			return
		}
		if c.A < 0 || c.A == c.B || member[c.A] || member[c.B] {
			x.fail(join(n.at, "members"), "夫婦等は別の二人で、一人は一組にだけ入れます。", "a couple has two different members, each in one couple only")
			return
		}
		member[c.A], member[c.B] = true, true
		if ranks != nil {
			c.Given = true
			x.array(ranks, func(n *node) { c.Pairs = append(c.Pairs, x.pair(r, n)) })
		}
		if c.A > c.B {
			c.A, c.B = c.B, c.A
			for i, p := range c.Pairs {
				c.Pairs[i] = Pair{p.B, p.A}
			}
		}
		r.Couples = append(r.Couples, c)
	})
	slices.SortFunc(r.Couples, func(a, b Couple) int { return cmp.Compare(a.A, b.A) })
}

func (x *reader) pair(r *Round, n *node) Pair {
	if n.kind != 'a' || len(n.items) != 2 {
		x.fail(n.at, "二人の求人を並べてください（なしは null）。", "name a post for each member (null for none)")
		return Pair{-1, -1}
	}
	var at [2]int32
	for i, item := range n.items {
		at[i] = -1
		if item.kind != '0' {
			at[i] = x.post(r, item.at, x.string(item))
		}
	}
	return Pair{at[0], at[1]}
}

// settle checks what only shows in the whole: locks beyond seats, a person locked twice.
func (x *reader) settle(r *Round) {
	held := make([]int, len(r.Posts))
	for i, l := range r.Locks {
		id := r.People[l.Person].ID
		held[l.Post]++
		switch {
		case i > 0 && r.Locks[i-1].Person == l.Person:
			x.fail("frozen."+id, "一人が二つの求人に固定されています。", "a person is locked to two posts")
		case held[l.Post] > r.Posts[l.Post].Seats:
			x.fail("frozen."+id, "固定された人が%sの人数を超えています。", "more people are locked to %s than it has seats", r.Posts[l.Post].ID)
		}
		if _, found := slices.BinarySearchFunc(r.Exclude, l, func(a, b Lock) int {
			return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Post, b.Post))
		}); found {
			x.fail("frozen."+id, "除外された組合せに固定されています。", "the lock is an excluded pair")
		}
	}
}
