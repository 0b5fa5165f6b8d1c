package desk

import (
	"fmt"
	"math"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// againShown is how many cases to be talked over again stand on the page.
const againShown = 50

// calibration is how the members of the panel mark beside each other, and the cases to be talked over again. It is for the secretary, the
// chief and auditors; members see nothing of it.
func (p *Pages) calibration(r *page.Request, v *panelPage) error {
	list, err := p.Cases.Ranking(r.Context(), r.Who, v.Programme.Code, v.Year, 0)
	if fault.Is(err, fault.Refused) {
		return nil // a call too large to be ranked on a page
	}
	if err != nil {
		return err
	}
	people, err := p.Cases.Committee(r.Context())
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, x := range people {
		names[x.Person] = x.Name
	}
	found := cases.Calibrate(list, v.Programme.Screening)
	for _, l := range found.Members {
		word, look := r.T("panel.lean.usual"), "ok"
		if l.Leans() && l.Z < 0 {
			word, look = r.T("panel.lean.strict"), "wait"
		} else if l.Leans() {
			word, look = r.T("panel.lean.mild"), "wait"
		}
		v.Leans = append(v.Leans, part.Row{Cells: []part.Cell{{Text: names[l.Person]}, {Text: lang.Num(l.Sheets)}, {Text: decimal(l.Mean)}, {Text: signed(l.Bias)}, {Text: signed(l.Z)},
			{Text: lang.Num(l.Outlier)}, {Text: word, Look: look, Status: true}}})
	}
	v.MoreAgain = max(0, len(found.Again)-againShown)
	for _, x := range found.Again[:min(len(found.Again), againShown)] {
		why := r.T("panel.again.z")
		if x.Apart {
			why = r.T("panel.again.apart")
		}
		v.Again = append(v.Again, part.Row{Cells: []part.Cell{{Text: x.Case.Number, URL: caseURL(x.Case.ID, "screening"), Tight: true}, {Text: x.Case.Title()},
			{Text: r.T("desk.meeting.from_to", "from", lang.Tenths(x.Low), "to", lang.Tenths(x.High))}, {Text: names[x.Person], Sub: "z " + signed(x.Z)}, {Text: why}}})
	}
	return nil
}

// signed writes a number with its sign, one decimal.
func signed(x float64) string {
	if math.Abs(x) < 0.05 {
		return "0.0"
	}
	return fmt.Sprintf("%+.1f", x)
}
