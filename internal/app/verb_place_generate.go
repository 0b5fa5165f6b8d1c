package app

import (
	"fmt"

	"kakehashi/internal/lang"
	"kakehashi/internal/placement"
	"kakehashi/internal/placement/sample"
)

// placeGenerate writes a round made from a seed.
func placeGenerate(env *Env, args []string) error {
	flags := flagSet("place generate")
	var s sample.Size
	flags.IntVar(&s.People, "people", 100, "")
	flags.IntVar(&s.Posts, "posts", 20, "")
	flags.IntVar(&s.Couples, "couples", 0, "")
	flags.IntVar(&s.Regions, "regions", 0, "")
	flags.BoolVar(&s.Capped, "caps", false, "")
	prefs := flags.String("prefs", "3-10", "")
	form := flags.String("form", placement.Lists, "")
	flags.Uint64Var(&s.Seed, "seed", 1, "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	bad := func(at, ja, en string) error { return &Unusable{At: at, Message: lang.Text{JA: ja, EN: en}} }
	if s.People < 1 || s.People > 1_000_000 || s.Posts < 1 || s.Posts > 100_000 {
		return bad("--people", "参加者は1から1,000,000、求人は1から100,000までです。", "1 to 1,000,000 people and 1 to 100,000 posts.")
	}
	if s.Couples < 0 || s.Couples*2 > s.People || s.Regions < 0 {
		return bad("--couples", "夫婦等の組は参加者の半分までです。", "At most half as many couples as people.")
	}
	if n, err := fmt.Sscanf(*prefs, "%d-%d", &s.Least, &s.Most); err != nil {
		if n != 1 {
			return bad("--prefs", "希望の数は 3 か 3-30 の形です。", "Write the number of wishes as 3 or 3-30.")
		}
		s.Most = s.Least
	}
	if s.Least < 1 || s.Most < s.Least || s.Most > 1000 {
		return bad("--prefs", "希望の数は1から1000までです。", "1 to 1000 wishes.")
	}
	switch *form {
	case placement.Lists:
		if s.Regions == 0 {
			s.Regions = min(67, s.Posts)
		}
		return sample.Lists(s).WriteLists(env.Out)
	case placement.JET:
		return writeJSON(env.Out, sample.JET(s))
	}
	return bad("--form", "形は lists か round です。", "The form is lists or round.")
}
