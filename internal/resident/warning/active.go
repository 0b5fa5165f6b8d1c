package warning

import (
	"fmt"

	"kakehashi/internal/fault"
)

// Item is one announcement for a place as its sender wrote it. Status: 発表, 継続, 解除, 警報から注意報.
type Item struct {
	Term   string `json:"term"`
	Status string `json:"status"`
}

// Situation is what stands for one place: Level is the highest of what is active on the scale of 警戒レベル, nil when nothing
// there has one. Order is the municipality's own word among them, nil when it has said nothing: a corresponding level (相当) is
// never an order. Now are warnings without a level on which people act at once (津波).
type Situation struct {
	Level   *int     `json:"level"`
	Because []string `json:"because"`
	Order   *Order   `json:"order"`
	Now     []string `json:"now"`
	Other   []string `json:"other"` // active, but without a level or on another scale
	Unknown []string `json:"unknown"`
}

// Order is what the municipality has said.
type Order struct {
	Term  string `json:"term"`
	Level int    `json:"level"`
}

// Active tells the level of a place from its items on an ISO day. A later item of the same word takes the place of the earlier
// one; items may end one by one, so the level is the highest of those still standing, whatever their order. An unknown status
// is refused (fault.Invalid): a guess here could send nobody or everybody.
func (v *Vocabulary) Active(items []Item, day string) (Situation, error) {
	s := Situation{Because: []string{}, Now: []string{}, Other: []string{}, Unknown: []string{}}
	last := map[string]int{}
	for i, it := range items {
		switch it.Status {
		case "発表", "継続", "解除", "警報から注意報":
		default:
			return s, fault.At(fmt.Sprintf("[%d].status", i), "resident.warning.status", "status", it.Status)
		}
		last[key(it.Term)] = i
	}
	top := 0
	for i, it := range items {
		if last[key(it.Term)] != i || it.Status == "解除" {
			continue
		}
		m := v.Meaning(it.Term, day)
		level := 0
		if m.Level != nil && *m.Scale == "keikai" {
			level = *m.Level
		}
		if it.Status == "警報から注意報" && level > 2 {
			level = 2 // the warning was lowered; what stands is the advisory
		}
		if m.Order && (s.Order == nil || level > s.Order.Level) {
			s.Order = &Order{Term: it.Term, Level: level}
		}
		switch {
		case m.Kind == "unknown":
			s.Unknown = append(s.Unknown, it.Term)
		case m.Act == "now":
			s.Now = append(s.Now, it.Term)
		case level == 0:
			s.Other = append(s.Other, it.Term)
		case level > top:
			top, s.Because = level, []string{it.Term}
		case level == top:
			s.Because = append(s.Because, it.Term)
		}
	}
	if top > 0 {
		s.Level = &top
	}
	return s, nil
}
