package record

import (
	"strconv"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/web/page"
)

// Needs reads what a move asked for from the posted form. What cannot be read is left empty, and the move says what it lacks.
func Needs(r *page.Request) cases.Needs {
	r.ParseForm()
	n := cases.Needs{Comment: text(r, "comment"), Opinion: text(r, "opinion"), Shareable: r.Value("shareable") != "",
		ReasonClass: r.Value("reasonClass"), Reference: r.Value("reference"), Corrected: r.Value("corrected") != "", Checklist: r.PostForm["checklist"],
		Due: day(r, "due"), PayDate: day(r, "payDate")}
	if v, ok := jp.ParseYen(r.Value("amount")); ok {
		n.Amount = &v
	}
	if v, ok := jp.ParseYen(r.Value("received")); ok {
		n.Received = &v
	}
	if v, ok := jp.ParseYen(r.Value("revoked")); ok {
		n.Revoked = &v
	}
	for line := range strings.Lines(r.FormValue("conditions")) {
		if line = jp.NFC(strings.TrimSpace(line)); line != "" {
			n.Conditions = append(n.Conditions, line)
		}
	}
	for _, key := range r.PostForm["remark"][:min(len(r.PostForm["remark"]), 200)] {
		at := "remark." + key
		n.Remarks = append(n.Remarks, cases.Remark{Field: key, Kind: r.Value(at + ".kind"), Text: text(r, at+".text")})
	}
	for i := range 200 {
		at := "admitted." + strconv.Itoa(i)
		if !r.PostForm.Has(at) {
			break
		}
		v, ok := jp.ParseYen(r.Value(at))
		if !ok {
			v = -1
		}
		n.Admitted = append(n.Admitted, cases.Admit{Row: i, Amount: v, Reason: text(r, at+".reason")})
	}
	return n
}

func text(r *page.Request, name string) string { return jp.NFC(r.Value(name)) }

// day reads a date as people type it; what is no date stays as typed, and the move refuses it.
func day(r *page.Request, name string) string {
	v := r.Value(name)
	if iso, ok := jp.ParseDate(v); ok {
		return iso
	}
	return v
}
