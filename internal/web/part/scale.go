package part

import (
	"kakehashi/internal/lang"
)

// MoneyPoint is a place on the money ruler with its words above it; Limit draws it vermilion (a condition or cap that
// decides).
type MoneyPoint struct {
	Yen   int64
	Label string
	Limit bool
}

// MoneyRuler is a scale from 0 to a round maximum: Parts are stacked from 0 (abroad, in Japan), Points mark condition and
// cap. Caption says the same in words.
type MoneyRuler struct {
	Parts   []int64
	Points  []MoneyPoint
	Caption string
}

// top is a round figure above everything shown: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten.
func (m MoneyRuler) top() int64 {
	var most int64
	for _, p := range m.Parts {
		most += p
	}
	for _, p := range m.Points {
		most = max(most, p.Yen)
	}
	for unit := int64(1000); unit < 1e15; unit *= 10 {
		for _, k := range []int64{10, 12, 15, 20, 25, 30, 40, 50, 60, 80} {
			if t := unit * k / 10; t*97 >= most*100 {
				return t
			}
		}
	}
	return 1e15
}

func (m MoneyRuler) at(yen int64) float64 { return min(100, float64(yen)*100/float64(m.top())) }

// ticks are twelve steps, or ten where twelve give no round figures.
func (m MoneyRuler) ticks() []float64 {
	n := 10
	if t := m.top(); t%12 == 0 {
		n = 12
	}
	var at []float64
	for i := range n + 1 {
		at = append(at, float64(i)*100/float64(n))
	}
	return at
}

// anchor keeps the words of a point inside the ruler.
func anchor(x float64) string {
	switch {
	case x < 12:
		return "start"
	case x > 88:
		return "end"
	}
	return "middle"
}

// Man is a sum in 万円 as people say it, exact sums only: 1,149万円; other sums in full. In English it is in yen.
func Man(tag lang.Tag, yen int64) string {
	if tag != lang.JA || yen%10000 != 0 || yen == 0 {
		return lang.Yen(tag, yen)
	}
	return lang.Num(yen/10000) + "万円"
}

func tickEnd(i int) string {
	if i%2 == 0 {
		return "30"
	}
	return "36"
}
