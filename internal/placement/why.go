package placement

import (
	"fmt"
	"slices"
	"strings"
)

// Why explains one person's placement by their own data alone: nothing of another person is in it but the cut-off of a post.
type Why struct {
	Person  string    `json:"person"`
	Post    *string   `json:"post"`
	Tier    *int      `json:"tier"` // 1 = first wish; null when unplaced or outside the wishes
	Lottery int       `json:"lottery"`
	Text    Text      `json:"text"`
	Wishes  []WhyWish `json:"wishes"`
	What    []What    `json:"counterfactuals"`
}

// WhyWish is what became of one wish: how many posts it names and what stood in the way at each kind.
type WhyWish struct {
	Tier   int       `json:"tier"`
	Post   string    `json:"post,omitempty"` // list form
	Status string    `json:"status"`         // met, better, rule, full, cap, quota, couple, open, none
	Posts  int       `json:"posts"`
	Rules  []Removed `json:"rules,omitempty"`
	Full   int       `json:"full"`
	Cutoff *Cutoff   `json:"cutoff,omitempty"`
	Yours  *Cutoff   `json:"yours,omitempty"`
	Price  *Price    `json:"price,omitempty"`
	Text   Text      `json:"text"`
}

// Cutoff is the class (0 the best) and place in the lottery somebody needed at least.
type Cutoff struct {
	Class   int `json:"class"`
	Lottery int `json:"lottery"`
}

// Price is what placing the person there would cost the first level that loses.
type Price struct {
	Level string `json:"level"`
	Cost  int64  `json:"cost"`
}

// What is a counterfactual: with this change so many more posts of the wishes would be possible, and so many of them within the cut-off.
type What struct {
	Change string `json:"change"`
	Opens  int    `json:"opens"`
	Within int    `json:"within"`
	Text   Text   `json:"text"`
}

// Why explains the placement of a person; ok is false when there is nobody of that id.
func (res *Result) Why(id string) (why *Why, ok bool) {
	p := res.PersonIndex(id)
	if p < 0 {
		return nil, false
	}
	s := res.standing()
	w := &Why{Person: id, Lottery: int(res.person[p]) + 1, Wishes: []WhyWish{}, What: []What{}}
	at := res.At[p]
	if at >= 0 {
		w.Post = &res.Posts[at].ID
	}
	last := res.tiers
	if res.Form == JET {
		last--
	}
	if tier := res.tierOf(int32(p), at); at >= 0 && tier < last {
		tier++
		w.Tier = &tier
	}
	w.Text = res.whyText(w, int32(p))
	if res.Form == JET {
		for tier := range res.People[p].Tiers {
			w.Wishes = append(w.Wishes, res.whyTier(s, int32(p), tier))
		}
		w.What = res.whatIf(s, int32(p))
	} else {
		for _, wish := range res.People[p].Wishes {
			one := res.whyPost(s, int32(p), wish.Post)
			one.Tier, one.Post, one.Posts = int(wish.Tier)+1, res.Posts[wish.Post].ID, 1
			w.Wishes = append(w.Wishes, one)
		}
	}
	return w, true
}

// standing is who sits where, computed once.
func (res *Result) standing() *standing {
	if res.seats == nil {
		res.seats = res.Market.standing(res.At)
	}
	return res.seats
}

func (res *Result) whyText(w *Why, p int32) Text {
	switch {
	case res.locked[p] >= 0 && res.People[p].Profile != nil && res.People[p].Contract != "":
		return Text{"再任用のため、同じ任用団体に引き続き配置されます。", "A re-contract stays with its organisation."}
	case res.locked[p] >= 0:
		return Text{"担当者が固定した配置です。", "This placement was locked by staff."}
	case w.Post == nil && len(res.of(p)) == 0:
		return Text{"必須条件を満たす求人がないため、配置されていません。", "Unplaced: no post is possible under the hard rules."}
	case w.Post == nil && res.couple[p] >= 0:
		return Text{"二人がともに配置できる組合せがないため、配置されていません。", "Unplaced: no pair of posts could be found for the couple."}
	case w.Post == nil:
		return Text{"配置できる求人の席がすべて埋まっているため、配置されていません。", "Unplaced: every possible seat is taken."}
	case w.Tier != nil:
		return Text{fmt.Sprintf("第%d希望がかないました。", *w.Tier), fmt.Sprintf("Wish number %d was met.", *w.Tier)}
	}
	return Text{"希望の外の求人に配置されています。", "Placed outside the wishes."}
}

// whyTier tells what became of a tier of places.
func (res *Result) whyTier(s *standing, p int32, tier int) WhyWish {
	one := WhyWish{Tier: tier + 1, Status: "none"}
	rules := map[Rule]int{}
	rank := map[string]int{"none": 0, "rule": 1, "quota": 2, "couple": 3, "cap": 4, "full": 5, "open": 6, "better": 7, "met": 8}
	named := res.kinds.places[res.kinds.wished[p][tier]]
	for o := range res.Posts {
		if !named[o] {
			continue
		}
		one.Posts++
		post := res.whyPost(s, p, int32(o))
		if post.Status == "rule" {
			rules[res.broken(p, int32(o))]++
		}
		if post.Status == "full" {
			one.Full++
		}
		if rank[post.Status] > rank[one.Status] || post.Status == one.Status && nearer(post, one) {
			post.Tier, post.Posts, post.Full = one.Tier, one.Posts, one.Full
			one = post
		}
	}
	for mask, n := range rules {
		one.Rules = append(one.Rules, Removed{Rule: strings.Join(mask.Codes(), " "), Words: mask.words(), Pairs: n, Alone: n})
	}
	slices.SortFunc(one.Rules, func(a, b Removed) int {
		if a.Pairs != b.Pairs {
			return b.Pairs - a.Pairs
		}
		return compare(a.Rule, b.Rule)
	})
	switch one.Status {
	case "none":
		one.Text = Text{"この希望に当たる求人はありません。", "No post is in the places of this wish."}
	case "rule":
		words := one.Rules[0].Words
		one.Text = Text{fmt.Sprintf("当たる求人%d件は、必須条件（%s など）を満たしません。", one.Posts, words.JA),
			fmt.Sprintf("The %d posts of this wish are ruled out (%s and others).", one.Posts, words.EN)}
	case "full":
		one.Text = Text{fmt.Sprintf("当たる求人%d件のうち可能な%d件は満席です。", one.Posts, one.Full) + one.Text.JA,
			fmt.Sprintf("Of %d posts of this wish the %d possible ones are full. ", one.Posts, one.Full) + one.Text.EN}
	}
	return one
}

// nearer prefers the post whose cut-off was the easiest to reach.
func nearer(a, b WhyWish) bool {
	return a.Cutoff != nil && b.Cutoff != nil && (a.Cutoff.Class > b.Cutoff.Class || a.Cutoff.Class == b.Cutoff.Class && a.Cutoff.Lottery > b.Cutoff.Lottery)
}

// whyPost tells why a person does, or does not, sit at one post.
func (res *Result) whyPost(s *standing, p, o int32) WhyWish {
	m := res.Market
	if res.At[p] == o {
		return WhyWish{Status: "met", Text: Text{"この希望のとおり配置されました。", "This is the placement."}}
	}
	e := m.edge(p, o)
	if e == nil {
		mask := m.broken(p, o)
		words := mask.words()
		return WhyWish{Status: "rule", Rules: []Removed{{Rule: strings.Join(mask.Codes(), " "), Words: words, Pairs: 1, Alone: 1}},
			Text: Text{"必須条件を満たしません（" + words.JA + "）。", "A hard rule is broken (" + words.EN + ")."}}
	}
	if res.At[p] >= 0 && m.tierOf(p, res.At[p]) < int(e.tier) {
		return WhyWish{Status: "better", Text: Text{"これより上の希望がかなっています。", "A better wish was met."}}
	}
	if res.At[p] >= 0 && m.tierOf(p, res.At[p]) == int(e.tier) && int(e.tier) < m.tiers-truth(m.Form == JET) {
		return WhyWish{Status: "better", Text: Text{"同じ順位の希望がかなっています。", "A wish of the same rank was met."}}
	}
	yours := &Cutoff{int(e.class), int(m.person[p]) + 1}
	switch {
	case m.couple[p] >= 0:
		return WhyWish{Status: "couple", Yours: yours, Price: res.costs(p, e),
			Text: Text{"二人をともに配置できる組合せの中で選ばれました。", "The choice was made among the pairs of posts of the couple."}}
	case res.At[p] < 0 && s.quotaFull(p):
		return WhyWish{Status: "quota", Yours: yours, Text: Text{"国別の計画の人数に達しています。", "The plan of the country is used up."}}
	case len(s.held[o]) >= m.Posts[o].Seats:
		cut := m.cutoff(s, o)
		return WhyWish{Status: "full", Cutoff: cut, Yours: yours, Price: res.costs(p, e), Text: res.fullText(cut, yours, res.costs(p, e))}
	}
	if capped := s.single(p, *e); capped == tolerated {
		return WhyWish{Status: "cap", Yours: yours, Text: Text{"空席はありますが、地域の上限に達しています。", "There is a seat, but the region is at its cap."}}
	}
	return WhyWish{Status: "open", Yours: yours, Price: res.costs(p, e), Text: Text{"空席はありますが、全体の目的のため別の求人に配置されています。" + res.costs(p, e).words().JA,
		"There is a seat, but the whole is better served by another post. " + res.costs(p, e).words().EN}}
}

// cutoff of a full post: the class and lottery of the last who was taken and not locked, nil when all are locked.
func (m *Market) cutoff(s *standing, o int32) *Cutoff {
	var worst *Cutoff
	for _, q := range s.held[o] {
		if m.locked[q] >= 0 {
			continue
		}
		c := &Cutoff{int(m.classOf(q, o)), int(m.person[q]) + 1}
		if worst == nil || c.Class > worst.Class || c.Class == worst.Class && c.Lottery > worst.Lottery {
			worst = c
		}
	}
	return worst
}

// costs is the first level that would lose by placing the person there, nil when nothing is known.
func (res *Result) costs(p int32, e *edge) *Price {
	if res.best == nil || res.best.net.personAt[p] < 0 || res.best.net.postAt[e.post] < 0 {
		return nil
	}
	levels := res.levels()
	for k, cost := range res.price(p, *e, levels, res.best) {
		if cost > 0 {
			return &Price{levels[k].name, cost}
		}
	}
	return nil
}

// words says a price.
func (c *Price) words() Text {
	if c == nil {
		return Text{}
	}
	name := levelWords(c.Level)
	return Text{fmt.Sprintf("ここに配置すると、全体で「%s」が少なくとも%d悪くなります。", name.JA, c.Cost),
		fmt.Sprintf("Placing you there would cost the whole at least %d of %s.", c.Cost, name.EN)}
}

func (res *Result) fullText(cut, yours *Cutoff, price *Price) Text {
	switch {
	case cut == nil:
		return Text{"席は固定された人で埋まっています。", "The seats are locked."}
	case yours.Class > cut.Class:
		return Text{fmt.Sprintf("席は求人の条件により合う人で埋まりました（あなたは区分%d、最後に入った人は区分%d）。", yours.Class, cut.Class),
			fmt.Sprintf("The seats went to people who fit the post better (your class is %d, the last one taken had %d).", yours.Class, cut.Class)}
	case yours.Class == cut.Class && yours.Lottery > cut.Lottery:
		return Text{fmt.Sprintf("同じ区分の中の抽選で決まりました（あなたは%d番、最後に入ったのは%d番）。", yours.Lottery, cut.Lottery),
			fmt.Sprintf("The lottery decided among equals (your number is %d, the last one taken had %d).", yours.Lottery, cut.Lottery)}
	}
	more := price.words()
	return Text{"席は全体の目的に従って埋まりました。" + more.JA, "The seats were filled as the whole required. " + more.EN}
}

// whatIf tries changes of the person's own data against the cut-offs as they stand.
func (res *Result) whatIf(s *standing, p int32) []What {
	m := res.Market
	was := m.People[p].Profile
	changes := []struct {
		name string
		Text
		apply func(*Profile)
	}{
		{"licence", Text{"運転免許（AT）があれば", "With a driver's licence (AT)"}, func(x *Profile) { x.Licence = max(x.Licence, licenceAT) }},
		{"japanese:N3", Text{"日本語がN3なら", "With Japanese at N3"}, func(x *Profile) { x.Japanese = max(x.Japanese, 3) }},
		{"japanese:N2", Text{"日本語がN2なら", "With Japanese at N2"}, func(x *Profile) { x.Japanese = max(x.Japanese, 4) }},
		{"japanese:N1", Text{"日本語がN1なら", "With Japanese at N1"}, func(x *Profile) { x.Japanese = max(x.Japanese, 5) }},
		{"pet", Text{"ペットを伴わなければ", "Without a pet"}, func(x *Profile) { x.Pet = false }},
		{"family", Text{"家族を伴わなければ", "Without family"}, func(x *Profile) { x.Family = false }},
	}
	list := []What{}
	best := m.bestClass()
	for _, c := range changes {
		now := *was
		c.apply(&now)
		if now.Licence == was.Licence && now.Japanese == was.Japanese && now.Pet == was.Pet && now.Family == was.Family {
			continue
		}
		one := What{Change: c.name}
		for o := range m.Posts {
			if m.broken(p, int32(o)) == 0 || m.Round.broken(&now, o) != 0 || m.excluded(p, int32(o)) || m.locked[p] >= 0 || m.wishTier(int(p), o) >= m.tiers-1 {
				continue
			}
			one.Opens++
			q := m.Posts[o].Request
			class := best - 10*m.met(&q.Strong, &now, q) - m.met(&q.Wants, &now, q)
			cut := m.cutoff(s, int32(o))
			if len(s.held[o]) < m.Posts[o].Seats || cut != nil && (class < cut.Class || class == cut.Class && int(m.person[p])+1 < cut.Lottery) {
				one.Within++
			}
		}
		if one.Opens > 0 {
			one.Text = Text{fmt.Sprintf("%s、希望に当たる求人があと%d件可能になり、うち%d件は今の基準で届きます。", c.JA, one.Opens, one.Within),
				fmt.Sprintf("%s %d more posts of the wishes would be possible, %d of them within the present cut-off.", c.EN, one.Opens, one.Within)}
			list = append(list, one)
		}
	}
	return list
}
