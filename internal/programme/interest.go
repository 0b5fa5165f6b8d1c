package programme

import (
	"math/big"

	"kakehashi/internal/jp"
)

// Stretch is a time in which a sum of Yen was owed: from the day after After up to and with Until.
type Stretch struct {
	Yen          int64
	After, Until string // ISO days
}

// Days is how many days a stretch has; none when it ends before it begins.
func (s Stretch) Days() int64 {
	if s.After == "" || s.Until <= s.After {
		return 0
	}
	return int64(jp.Days(s.After, s.Until))
}

// On is the interest over stretches in yen, exactly: the sum of yen × days × rate over ten thousand times the days of a year, cut down
// once to Unit at the end.
func (i *Interest) On(stretches []Stretch) int64 {
	sum := new(big.Int)
	for _, s := range stretches {
		x := big.NewInt(s.Yen)
		x.Mul(x, big.NewInt(s.Days()))
		sum.Add(sum, x)
	}
	sum.Mul(sum, big.NewInt(i.Rate))
	sum.Div(sum, big.NewInt(10_000*i.YearDays))
	return sum.Int64() / i.Unit * i.Unit
}
