package account

import (
	"context"
	"strings"

	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

// FromRegister sets Branch and Body of a Config to look things up in the register of bodies.
func FromRegister(c Config, register *org.Store) Config {
	c.Branch = func(ctx context.Context, body string) (string, error) {
		_, code, _ := strings.Cut(body, ":")
		b, err := register.Get(ctx, code)
		if err != nil || b.Branch == "" {
			return "", err
		}
		return "branch:" + b.Branch, nil
	}
	c.Body = func(ctx context.Context, body string) (lang.Text, error) { return bodyIn(ctx, register, body) }
	return c
}

func bodyIn(ctx context.Context, register *org.Store, body string) (lang.Text, error) {
	kind, id, _ := strings.Cut(body, ":")
	switch kind {
	case "lg":
		b, err := register.Get(ctx, id)
		return lang.Text{JA: b.Name, EN: b.English}, err
	case "branch":
		b, err := register.Branch(ctx, id)
		return b.Name, err
	case "hq":
		s, err := register.Section(ctx, id)
		return s.Name, err
	case "office":
		o, err := register.Office(ctx, id)
		return o.Name, err
	case "panel", "system":
		return lang.Text{JA: lang.T(lang.JA, "account.body."+kind), EN: lang.T(lang.EN, "account.body."+kind)}, nil
	}
	return lang.Text{}, fault.New(fault.Missing, "db.missing")
}

// BodyName is the name of a body; fault.Missing when the register does not know it.
func (s *Store) BodyName(ctx context.Context, body string) (lang.Text, error) {
	return s.bodyName(ctx, body)
}
