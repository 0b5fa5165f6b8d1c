package app

import (
	"context"
	"fmt"
	"slices"

	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

func verbRoute() Verb {
	return Verb{
		Name:  "route",
		Short: lang.Text{JA: "訪問先ごとに担当の海外事務所を答える", EN: "Say which overseas office looks after each place of a visit"},
		Long: lang.Text{
			JA: `kakehashi route [--in ファイル] < {"visits":[{"country":"CH","region":"other","city":"チューリヒ"}]}

訪問先ごとに、担当の海外事務所（office）を返します。担当の事務所がない国・地域は hq が true になり、本部のどの課が答えるか
（section）と理由（hint）を添えます。断る意味ではありません。tasks は、事務所または本部ごとにまとめた仕事です（visits は何番目か）。
国は ISO 3166-1 の2文字です。国の中で担当が分かれる地域は region に書きます。`,
			EN: `kakehashi route [--in FILE] < {"visits":[{"country":"CH","region":"other","city":"Zurich"}]}

For each place it answers the overseas office in charge. Where no office covers the country or region, hq is true, with the section
of headquarters that answers and a hint why; that is no refusal. tasks are the visits gathered by who does them (visits counts from 0).
Countries are ISO 3166-1 letters; region tells the part of a country that is divided between offices.`,
		},
		Run: runRoute,
	}
}

// visit is one place of a journey; keys the command does not know are ignored.
type visit struct {
	Country string `json:"country"`
	Region  string `json:"region,omitempty"`
	City    string `json:"city,omitempty"`
}

// routed is a visit with who looks after it; keys may be added, never renamed.
type routed struct {
	visit
	Office  string    `json:"office"` // with hq the office worth asking, or ""
	HQ      bool      `json:"hq"`
	Section string    `json:"section,omitempty"`
	Hint    lang.Text `json:"hint,omitzero"`
}

// routeTask is what one office, or a section of headquarters, has to do: the numbers of its visits.
type routeTask struct {
	Office  string `json:"office,omitempty"`
	Section string `json:"section,omitempty"`
	Visits  []int  `json:"visits"`
}

func runRoute(_ context.Context, env *Env, args []string) error {
	flags := flagSet("route")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	var in struct {
		Visits []visit `json:"visits"`
	}
	if err := readJSON(env, *file, &in); err != nil {
		return err
	}
	if len(in.Visits) == 0 {
		return &Unusable{At: "visits", Message: lang.Text{JA: "訪問先（visits）を1つ以上書いてください。", EN: "Name at least one place in visits."}}
	}
	out := struct {
		Visits []routed    `json:"visits"`
		Tasks  []routeTask `json:"tasks"`
	}{Tasks: []routeTask{}}
	for i, v := range in.Visits {
		country, ok := org.CountryOf(v.Country)
		if !ok {
			return &Unusable{At: fmt.Sprintf("visits[%d].country", i), Message: lang.Text{
				JA: "「" + v.Country + "」という国はありません。ISO 3166-1 の2文字で書いてください。例：FR", EN: "There is no country " + v.Country + "; write the two letters of ISO 3166-1, as FR."}}
		}
		v.Country = country.Code
		r := org.Route(v.Country, v.Region)
		out.Visits = append(out.Visits, routed{visit: v, Office: r.Office, HQ: r.HQ, Section: r.Section, Hint: r.Hint})
		task := routeTask{Office: r.Office}
		if r.HQ {
			task = routeTask{Section: r.Section}
		}
		k := slices.IndexFunc(out.Tasks, func(t routeTask) bool { return t.Office == task.Office && t.Section == task.Section })
		if k < 0 {
			k, out.Tasks = len(out.Tasks), append(out.Tasks, task)
		}
		out.Tasks[k].Visits = append(out.Tasks[k].Visits, i)
	}
	return writeJSON(env.Out, out)
}
