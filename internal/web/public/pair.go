package public

import (
	"strconv"

	"kakehashi/internal/directory"
	"kakehashi/internal/jp"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
)

// pair is the tie the start page shows as an arc.
type pair struct {
	URL, Body, Prefecture, Partner, Country string
	Years                                   int // its anniversary this year, 0 when it has none
}

// tie is a tie with an anniversary this calendar year, another one each day, or the oldest of all; nothing while the registry is empty.
func (p *Pages) tie(r *page.Request) (pair, error) {
	if p.Ties == nil {
		return pair{}, nil
	}
	figures, all, err := p.Ties.Now(r.Context())
	if err != nil {
		return pair{}, err
	}
	today := jp.Date(r.Now)
	year, _ := strconv.Atoi(today[:4])
	chosen := directory.Tie{}
	if list := directory.Anniversaries(all, year); len(list) > 0 {
		chosen = list[jp.Days(today[:4]+"-01-01", today)%len(list)]
	} else {
		for _, t := range all {
			if t.ID == figures.First {
				chosen = t
			}
		}
	}
	if chosen.ID == "" {
		return pair{}, nil
	}
	v := pair{URL: chosen.Path(), Partner: chosen.Partner(r.Lang), Country: org.CountryName(r.Lang, chosen.Country), Body: chosen.Body}
	if agreed, err := strconv.Atoi(chosen.Agreed[:min(4, len(chosen.Agreed))]); err == nil && (year-agreed)%5 == 0 {
		v.Years = year - agreed
	}
	body, err := p.Orgs.Get(r.Context(), chosen.Body)
	if err != nil {
		return v, nil // a body the register has lost is shown by its code
	}
	v.Body = body.In(r.Lang)
	if prefecture, ok := org.PrefectureName(body.Prefecture); ok && body.Type != "prefecture" {
		v.Prefecture = prefecture.In(r.Lang)
	}
	return v, nil
}
