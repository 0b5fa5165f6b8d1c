package app

import (
	"context"
	"encoding/json"
	"io"

	"kakehashi/internal/account"
)

// importKnowledge imports publications or ties and prints the report as JSON.
func importKnowledge(ctx context.Context, e *Env, c Config, what string, in io.Reader, dry bool) error {
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	who := account.Who{Person: "system", Name: "command", Hat: account.Hat{Body: "system"}}
	var report any
	refused := 0
	if what == "ties" {
		r, err := a.Ties.Import(ctx, who, in, dry)
		if err != nil {
			return err
		}
		report, refused = r, r.Refused
	} else {
		r, err := a.Library.Import(ctx, who, in, dry, false)
		if err != nil {
			return err
		}
		report, refused = r, r.Refused
	}
	out := json.NewEncoder(e.Out)
	out.SetEscapeHTML(false)
	if err := out.Encode(report); err != nil {
		return err
	}
	if refused > 0 {
		return status(2)
	}
	return nil
}
