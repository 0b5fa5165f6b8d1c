package entry

import (
	"context"
	"strings"

	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

func hatWords(ctx context.Context, o ownPage) string {
	if o.Hat == "" {
		return page.T(ctx, "entry.account.hat.none")
	}
	return o.Hat
}

// agent names a browser and its system from what it says about itself, shortly; unknown ones come as they are.
func agent(said string) string {
	var names []string
	for _, w := range [][2]string{{"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(said, w[0]) {
			names = append(names, w[1])
			break
		}
	}
	for _, w := range [][2]string{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}} {
		if strings.Contains(said, w[0]) {
			names = append(names, w[1])
			break
		}
	}
	if len(names) > 0 {
		return strings.Join(names, " / ")
	}
	if said == "" {
		return "—"
	}
	return said
}

// proofFacts is what somebody needs to know to vouch.
func proofFacts(ctx context.Context, p proofLine) []part.Fact {
	facts := []part.Fact{
		{Label: page.T(ctx, "entry.name"), Text: p.Name},
		{Label: page.T(ctx, "entry.section"), Text: orDash(p.Section)},
		{Label: page.T(ctx, "entry.role"), Text: p.RoleName},
		{Label: page.T(ctx, "entry.email"), Text: p.Email},
		{Label: page.T(ctx, "entry.proof.asked"), Text: lang.Moment(lang.From(ctx), p.At)},
	}
	if p.Inviter != "" {
		facts = append(facts, part.Fact{Label: page.T(ctx, "entry.proof.inviter"), Text: p.Inviter})
	}
	if p.Note != "" {
		facts = append(facts, part.Fact{Label: page.T(ctx, "entry.join.note"), Text: p.Note})
	}
	return facts
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func homeName(ctx context.Context, name string) string {
	if name == "" {
		return page.T(ctx, "entry.home.none")
	}
	return name
}
