package register

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// rowForm is the form of one row, or of its end or withdrawal.
type rowForm struct {
	Title, Lead, Action, Back string
	Submit                    string
	Hidden                    [][2]string
	Controls                  []part.Control
	Items                     []page.Item
	// Clash is what somebody else recorded since the form was made.
	Clash     []part.Fact
	ClashWhen string
}

// choices are the rows of another kind that hold today, as options; a value that no longer holds is kept as long as it stands in the form.
func (p *Pages) choices(r *page.Request, k org.Kind) func(ref string) []form.Option {
	return func(ref string) []form.Option {
		var list []form.Option
		if k.ID == "holiday" && ref == "office" {
			list = append(list, form.Option{Value: org.Japan, Label: words("reference.japan")})
		}
		kind, _ := org.KindOf(ref)
		rows, err := p.Orgs.Rows(r.Context(), kind)
		if err != nil {
			return list
		}
		today := jp.Date(r.Now)
		for _, x := range rows {
			if x.Holds(today) {
				list = append(list, form.Option{Value: x.Key, Label: lang.Text{JA: x.Label(lang.JA), EN: x.Label(lang.EN)}})
			}
		}
		return list
	}
}

// dayFields are asked with every change.
func dayFields(day string) []form.Field {
	var list []form.Field
	for _, f := range []form.Field{{Key: day, Kind: form.KindDate}, {Key: "source", Kind: form.KindText}, {Key: "reason", Kind: form.KindText}} {
		f.Label, f.Help, f.Required = words("reference.field."+f.Key), words("reference.help."+f.Key), true
		list = append(list, f)
	}
	return list
}

func (p *Pages) rowFields(r *page.Request, k org.Kind, add bool) []form.Field {
	fields := slices.DeleteFunc(k.Fields(p.choices(r, k)), func(f form.Field) bool {
		c, _ := k.Column(f.Key)
		return c.Key && !add
	})
	for i, f := range fields {
		for _, helped := range []string{"zone", "region", "id"} {
			if f.Key == helped {
				fields[i].Help = words("reference.help." + helped)
			}
		}
		if f.Key == "code" && add {
			fields[i].Help = words("reference.help.code")
		}
		if f.Key == "section" && k.ID == "branch" {
			fields[i].Help = words("reference.help.section")
		}
	}
	return append(fields, dayFields("from")...)
}

// askRow is the form of a new row, or of the one of the address with its contents of today.
func (p *Pages) askRow(r *page.Request) (page.View, error) {
	k, err := kindOf(r)
	if err != nil {
		return page.View{}, err
	}
	if r.PathValue("key") == "" {
		if k.Single {
			return page.View{}, fault.New(fault.Missing, "db.missing")
		}
		return p.rowView(r, k, nil, filled(p.rowFields(r, k, true), map[string]string{"from": slashed(jp.Date(r.Now))}), 0), nil
	}
	k, past, err := p.rowPast(r)
	if err != nil {
		return page.View{}, err
	}
	now := nowOf(r, past)
	values := maps.Clone(map[string]string(now.Values))
	values["from"], values["source"] = slashed(jp.Date(r.Now)), now.Source
	return p.rowView(r, k, past, filled(p.rowFields(r, k, false), values), past[0].Seq), nil
}

// nowOf is the row that holds today, or the newest.
func nowOf(r *page.Request, past []org.Row) org.Row {
	today := jp.Date(r.Now)
	for _, x := range past {
		if x.Gone.IsZero() && x.Holds(today) {
			return x
		}
	}
	return past[0]
}

func (p *Pages) rowView(r *page.Request, k org.Kind, past []org.Row, s sheet, seen int64) page.View {
	v := rowForm{Title: r.T("reference.add.title", "kind", kindName(r, k)), Lead: r.T("reference.lead"), Action: referenceAt + "/" + k.ID + "/new",
		Back: referenceAt + "/" + k.ID, Submit: r.T("reference.add.do")}
	if len(past) > 0 {
		at := rowAt(k, past[0].Key)
		v.Title, v.Lead, v.Submit = r.T("reference.edit.title", "name", nowOf(r, past).Label(r.Lang)), r.T("reference.edit.lead"), r.T("reference.edit.do")
		v.Action, v.Back, v.Hidden = at+"/edit", at, [][2]string{{"seen", strconv.FormatInt(seen, 10)}}
	}
	return p.formView(r, k, s, v)
}

// formView draws a form of the reference data.
func (p *Pages) formView(r *page.Request, k org.Kind, s sheet, v rowForm) page.View {
	full := s.view(r, formPage{Title: v.Title})
	v.Controls, v.Items = s.controls(), full.Errors
	if len(v.Clash) > 0 {
		v.Items = append([]page.Item{{ID: "clash", Text: r.T("reference.conflict")}}, v.Items...)
		full.Errors, full.Status = v.Items, http.StatusConflict
	}
	full.Body, full.Crumbs = rowFormBody(v), referenceCrumbs(r, k)
	return full
}

// valuesOf are the columns among what was sent; a column that is not asked is left out.
func valuesOf(k org.Kind, s sheet) org.Values {
	v := org.Values{}
	for _, f := range s.fields {
		if c, ok := k.Column(f.Key); ok && f.Key != "source" {
			v[c.Name] = s.values[c.Name]
			if yes := s.in[c.Name]; c.Kind == form.KindBool && len(yes[""]) > 0 {
				v[c.Name] = yes[""][0]
			}
		}
	}
	return v
}

func (p *Pages) addRow(r *page.Request) (page.View, error) {
	k, err := kindOf(r)
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, p.rowFields(r, k, true))
	if err != nil {
		return page.View{}, err
	}
	if len(s.problems) == 0 {
		v := valuesOf(k, s)
		key, err := p.Orgs.Amend(r.Context(), by(r), org.Amendment{Kind: k.ID, Values: v, From: s.values["from"], Source: s.values["source"], Reason: s.values["reason"]})
		if err == nil {
			return page.Redirect(rowAt(k, key), page.Say("reference.added", "name", org.Row{Key: key, Values: v}.Label(r.Lang))), nil
		}
		if err := s.wrong(err, k.Columns[0].Name); err != nil {
			return page.View{}, err
		}
	}
	return p.rowView(r, k, nil, s, 0), nil
}

func (p *Pages) editRow(r *page.Request) (page.View, error) {
	k, past, err := p.rowPast(r)
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, p.rowFields(r, k, false))
	if err != nil {
		return page.View{}, err
	}
	seen := number(r.Value("seen"))
	if len(s.problems) == 0 {
		_, err := p.Orgs.Amend(r.Context(), by(r), org.Amendment{Kind: k.ID, Key: past[0].Key, Values: valuesOf(k, s), From: s.values["from"], Source: s.values["source"],
			Reason: s.values["reason"], Seen: seen})
		switch {
		case err == nil:
			return page.Redirect(rowAt(k, past[0].Key), page.Say("reference.edited", "name", past[0].Label(r.Lang), "day", lang.LongDay(r.Lang, s.values["from"]))), nil
		case fault.Is(err, fault.Conflict):
			return p.clashView(r, k, s)
		}
		if err := s.wrong(err, "from"); err != nil {
			return page.View{}, err
		}
	}
	return p.rowView(r, k, past, s, seen), nil
}

// clashView keeps what was typed beside what somebody else has recorded meanwhile.
func (p *Pages) clashView(r *page.Request, k org.Kind, s sheet) (page.View, error) {
	_, past, err := p.rowPast(r)
	if err != nil {
		return page.View{}, err
	}
	at := rowAt(k, past[0].Key)
	now := nowOf(r, past)
	return p.formView(r, k, s, rowForm{Title: r.T("reference.edit.title", "name", now.Label(r.Lang)), Lead: r.T("reference.edit.lead"), Submit: r.T("reference.edit.do"), Action: at + "/edit", Back: at,
		Hidden: [][2]string{{"seen", strconv.FormatInt(past[0].Seq, 10)}}, Clash: p.rowFacts(r, k, now), ClashWhen: p.recorded(r, past[0])}), nil
}

// ending reads the row of the address and the form of its end or withdrawal.
func (p *Pages) ending(r *page.Request) (org.Kind, []org.Row, error) {
	k, past, err := p.rowPast(r)
	if err == nil && k.Single {
		err = fault.New(fault.Missing, "db.missing")
	}
	return k, past, err
}

// endFields ask for the last day, or only for the reason.
func endFields(day string) []form.Field {
	fields := dayFields("until")
	if day == "" {
		return fields[2:]
	}
	return []form.Field{fields[0], fields[2]}
}

func (p *Pages) askEnd(r *page.Request) (page.View, error) {
	k, past, err := p.ending(r)
	if err != nil {
		return page.View{}, err
	}
	return p.endView(r, k, past, filled(endFields("until"), map[string]string{"until": slashed(jp.Date(r.Now))})), nil
}

func (p *Pages) endView(r *page.Request, k org.Kind, past []org.Row, s sheet) page.View {
	at := rowAt(k, past[0].Key)
	return p.formView(r, k, s, rowForm{Title: r.T("reference.end.title", "name", nowOf(r, past).Label(r.Lang)), Lead: r.T("reference.end.lead"), Submit: r.T("reference.end.do"), Action: at + "/end", Back: at,
		Hidden: [][2]string{{"seen", strconv.FormatInt(past[0].Seq, 10)}}})
}

func (p *Pages) endRow(r *page.Request) (page.View, error) {
	k, past, err := p.ending(r)
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, endFields("until"))
	if err != nil {
		return page.View{}, err
	}
	if len(s.problems) == 0 {
		err := p.Orgs.End(r.Context(), by(r), org.Amendment{Kind: k.ID, Key: past[0].Key, Until: s.values["until"], Reason: s.values["reason"], Seen: number(r.Value("seen"))})
		if err == nil {
			return page.Redirect(rowAt(k, past[0].Key), page.Say("reference.ended.say", "name", past[0].Label(r.Lang), "day", lang.LongDay(r.Lang, s.values["until"]))), nil
		}
		if err := s.wrong(err, "until"); err != nil {
			return page.View{}, err
		}
	}
	return p.endView(r, k, past, s), nil
}

func (p *Pages) askWithdraw(r *page.Request) (page.View, error) {
	k, past, err := p.planned(r)
	if err != nil {
		return page.View{}, err
	}
	return p.withdrawView(r, k, past, filled(endFields(""), nil)), nil
}

// planned reads the row of the address; fault.Missing unless a change of it begins on the day of the address.
func (p *Pages) planned(r *page.Request) (org.Kind, []org.Row, error) {
	k, past, err := p.rowPast(r)
	from := r.URL.Query().Get("from")
	if err == nil && !slices.ContainsFunc(past, func(x org.Row) bool { return x.From == from && from != "" }) {
		err = fault.New(fault.Missing, "db.missing")
	}
	return k, past, err
}

func (p *Pages) withdrawView(r *page.Request, k org.Kind, past []org.Row, s sheet) page.View {
	at, from := rowAt(k, past[0].Key), r.URL.Query().Get("from")
	return p.formView(r, k, s, rowForm{Title: r.T("reference.withdraw.title", "day", lang.LongDay(r.Lang, from)), Lead: r.T("reference.withdraw.lead"), Submit: r.T("reference.withdraw.do"),
		Action: at + "/withdraw?from=" + from, Back: at, Hidden: [][2]string{{"seen", strconv.FormatInt(past[0].Seq, 10)}}})
}

func (p *Pages) withdrawRow(r *page.Request) (page.View, error) {
	k, past, err := p.planned(r)
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, endFields(""))
	if err != nil {
		return page.View{}, err
	}
	if len(s.problems) == 0 {
		err := p.Orgs.Withdraw(r.Context(), by(r), org.Amendment{Kind: k.ID, Key: past[0].Key, From: r.URL.Query().Get("from"), Reason: s.values["reason"], Seen: number(r.Value("seen"))})
		if err == nil {
			return page.Redirect(rowAt(k, past[0].Key), page.Say("reference.withdrawn")), nil
		}
		if err := s.wrong(err, "reason"); err != nil {
			return page.View{}, err
		}
	}
	return p.withdrawView(r, k, past, s), nil
}
