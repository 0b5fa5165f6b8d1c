package placement

import (
	"slices"
	"strconv"
)

// blocks are the regions of Japan as wishes name them, by the numbers of the prefectures.
var blocks = map[string][2]int{
	"hokkaido": {1, 1}, "tohoku": {2, 7}, "kanto": {8, 14}, "chubu": {15, 23}, "kinki": {24, 30}, "kansai": {24, 30},
	"chugoku": {31, 35}, "shikoku": {36, 39}, "kyushu": {40, 47}, "okinawa": {47, 47},
}

// blockOf lists the prefectures of a block; the round may define its own. nil when there is none of that name.
func blockOf(block string, own map[string][]string) []string {
	if list, ok := own[block]; ok {
		return list
	}
	span, ok := blocks[block]
	if !ok {
		return nil
	}
	var list []string
	for i := span[0]; i <= span[1]; i++ {
		list = append(list, strconv.Itoa(100 + i)[1:])
	}
	return list
}

// prefectureOf reads the prefecture from the code of the organisation or of its coordinating body.
func prefectureOf(codes ...string) string {
	for _, code := range codes {
		if len(code) != 2 && len(code) != 5 && len(code) != 6 {
			continue
		}
		if v, err := strconv.Atoi(code[:2]); err == nil && v >= 1 && v <= 47 {
			return code[:2]
		}
	}
	return ""
}

// regionCode of a post, "" when it has none.
func (r *Round) regionCode(o int) string {
	if i := r.Posts[o].Region; i >= 0 {
		return r.Regions[i].ID
	}
	return ""
}

// names says whether a tier of wishes names a post.
func (r *Round) names(t *Places, p *Profile, o int) bool {
	q := r.Posts[o].Request
	switch {
	case slices.Contains(t.Prefecture, q.Prefecture), q.Org != "" && slices.Contains(t.City, q.Org),
		q.Area != "" && slices.Contains(t.Area, q.Area), t.Sister && p.Home != "" && slices.Contains(q.Sister, p.Home):
		return true
	}
	if code := r.regionCode(o); code != "" && slices.Contains(t.Region, code) {
		return true
	}
	for _, b := range t.Block {
		if slices.Contains(blockOf(b, r.Blocks), q.Prefecture) {
			return true
		}
	}
	return t.Near != nil && q.Place != nil && Minutes(t.Near.Point, *q.Place, r.Config.Speed) <= t.Near.Minutes
}

// cosines of 0° to 90° in thousandths, for whole-number distances that are the same on every machine.
var cosines = [91]int64{1000, 1000, 999, 999, 998, 996, 995, 993, 990, 988, 985, 982, 978, 974, 970, 966, 961, 956, 951, 946, 940, 934, 927, 921,
	914, 906, 899, 891, 883, 875, 866, 857, 848, 839, 829, 819, 809, 799, 788, 777, 766, 755, 743, 731, 719, 707, 695, 682, 669, 656, 643, 629, 616,
	602, 588, 574, 559, 545, 530, 515, 500, 485, 469, 454, 438, 423, 407, 391, 375, 358, 342, 326, 309, 292, 276, 259, 242, 225, 208, 191, 174,
	156, 139, 122, 105, 87, 70, 52, 35, 17, 0}

// Minutes estimates the way between two places: 1.3 times the straight line at a speed in km/h, rounded up. Whole numbers only.
func Minutes(a, b Point, speed int) int {
	mean := (a.Lat + b.Lat) / 2
	if mean < 0 {
		mean = -mean
	}
	degree := mean / 1_000_000
	cosine := cosines[degree]
	if degree < 90 {
		cosine -= (cosines[degree] - cosines[degree+1]) * (mean % 1_000_000) / 1_000_000
	}
	// A millionth of a degree of latitude is 111.195 mm.
	dy := (a.Lat - b.Lat) * 111195 / 1_000_000
	dx := (a.Lng - b.Lng) * 111195 / 1_000_000 * cosine / 1000
	metres := root(dx*dx + dy*dy)
	way := metres * 13 / 10
	return int((way*60 + int64(speed)*1000 - 1) / (int64(speed) * 1000))
}

// root is the whole square root.
func root(n int64) int64 {
	if n < 2 {
		return n
	}
	x := n
	for y := (x + 1) / 2; y < x; y = (x + n/x) / 2 {
		x = y
	}
	return x
}

// apart is the way between two posts; posts without a place count as together only in one
// coordinating body; in the list form posts of no region are all in one place.
func (r *Round) apart(a, b int32) (minutes int, known bool) {
	p, q := &r.Posts[a], &r.Posts[b]
	switch {
	case a == b || p.Request != nil && p.Org != "" && p.Org == q.Org:
		return 0, true
	case p.Request != nil && p.Place != nil && q.Place != nil:
		return Minutes(*p.Place, *q.Place, r.Config.Speed), true
	}
	return 0, p.Region == q.Region && (p.Region >= 0 || r.Form == Lists)
}
