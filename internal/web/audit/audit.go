// Package audit is for whoever asks years later whether it was so (監査): the signed heads of all journals, published for everybody; the
// nightly look at what is kept; and one case as a ZIP that can be read and checked without this service.
package audit

import (
	"encoding/hex"
	"strconv"
	"time"

	"crypto/ed25519"

	"kakehashi/internal/account"
	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/proof"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// Pages are the pages of proof.
type Pages struct {
	Cases      *cases.Store
	Programmes *programme.Store
	Orgs       *org.Store
	Files      *blob.Store
	Proof      *proof.Store
	Reads      *proof.Reads
}

// Register puts the pages into the site.
func (p *Pages) Register(s *page.Site) {
	s.Public("/proof", time.Hour, p.heads)
	s.Get("/proof/heads.txt", p.headText)
	s.Get("/verify", p.askVerify)
	s.Get("/verify/{code}", p.verify)
	s.Upload("/verify", mostPaper+1<<20, p.verifyFile)
	s.Get("/cases/{id}/archive.zip", page.Member(p.archive))
	s.Get("/admin/looks", page.Member(p.looks))
	desk := func(h page.Handler) page.Handler { return page.Member(p.deskOnly(h)) }
	s.Get("/desk/reads", desk(p.reads))
	s.Get("/desk/reads.csv", desk(p.readsCSV))
	s.Get("/work/cases/{id}/reads", page.Member(p.ownReads))
	s.Get("/desk/disposals", desk(p.disposals))
	s.Post("/desk/disposals", desk(p.draft))
	s.Get("/desk/disposals/{list}", desk(p.disposal))
	s.Post("/desk/disposals/{list}", desk(p.decide))
	s.Get("/desk/cases/{id}/hold", desk(p.hold))
	s.Post("/desk/cases/{id}/hold", desk(p.setHold))
}

// deskOnly sends hats that act for a body of the register away from the desks.
func (p *Pages) deskOnly(h page.Handler) page.Handler {
	return func(r *page.Request) (page.View, error) {
		if r.Who.Is(account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO) {
			if id := r.PathValue("id"); id != "" { // a case that is not its own is not there for it
				if _, _, err := p.Cases.Get(r.Context(), r.Who, id); err != nil {
					return page.View{}, err
				}
			}
			return page.View{}, fault.New(fault.Refused, "desk.other_hat")
		}
		return h(r)
	}
}

// shownHeads is how many days the page shows; the text has all.
const shownHeads = 60

// heads publishes the signed heads. Anybody may read and keep them.
func (p *Pages) heads(r *page.Request) (page.View, error) {
	list, err := p.Proof.Heads(r.Context(), "", shownHeads)
	if err != nil {
		return page.View{}, err
	}
	var rows []part.Row
	for _, h := range list {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: lang.Day(r.Lang, h.Day), Tight: true}, {Text: lang.Num(int64(h.Cases))}, {Text: lang.Num(int64(h.Events))},
			{Body: part.Code(h.Root)}}})
	}
	key := hex.EncodeToString(p.Proof.Key.Public().(ed25519.PublicKey))
	return page.View{Title: r.T("audit.heads.title"), Describe: r.T("audit.heads.lead"), Body: headsBody(key, rows)}, nil
}

// headText are all signed statements as text, newest first, to be kept elsewhere.
func (p *Pages) headText(r *page.Request) (page.View, error) {
	var out []byte
	for before := ""; ; {
		list, err := p.Proof.Heads(r.Context(), before, 500)
		if err != nil {
			return page.View{}, err
		}
		if len(list) == 0 {
			break
		}
		for _, h := range list {
			out = append(out, h.Statement()+"key "+h.Key+"\nsignature "+h.Signature+"\n\n"...)
		}
		before = list[len(list)-1].Day
	}
	return page.Bytes("text/plain; charset=utf-8", "heads.txt", out), nil
}

// looks shows the nightly looks to the administrator and the auditor.
func (p *Pages) looks(r *page.Request) (page.View, error) {
	if !r.Who.Is(account.RoleAdmin, account.RoleAuditor) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	list, err := p.Proof.Looks(r.Context(), 30)
	if err != nil {
		return page.View{}, err
	}
	var rows, faults []part.Row
	for i, l := range list {
		look, word := "done", r.T("audit.looks.well")
		if len(l.Faults) > 0 {
			look, word = "stop", r.T("audit.looks.faults", "n", len(l.Faults))
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: lang.Moment(r.Lang, l.Started), Tight: true}, {Text: word, Look: look, Status: true},
			{Text: lang.Num(int64(l.Counts.Cases))}, {Text: lang.Num(int64(l.Counts.Files)), Sub: r.T("audit.looks.deep", "n", l.Counts.Deep)},
			{Text: lang.Num(int64(l.Counts.Letters))}}})
		if i > 0 {
			continue
		}
		for _, f := range l.Faults {
			faults = append(faults, part.Row{Cells: []part.Cell{{Text: r.T("audit.fault." + f.Kind)}, {Text: f.Number, Tight: true}, {Body: part.Code(f.Text)}}})
		}
	}
	title := r.T("audit.looks.title")
	if len(faults) > 0 {
		title = r.T("audit.looks.attention", "n", strconv.Itoa(len(faults)))
	}
	return page.View{Title: title, Shell: page.Desk, Body: looksBody(title, rows, faults)}, nil
}
