package register

import (
	"cmp"
	"net/url"
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

// bodyPage is one body as the register knows it.
type bodyPage struct {
	Body    org.Body
	Facts   []part.Fact
	Names   []part.Row
	Journal []part.Entry
	Change  bool
	At      string
}

func at(code string, rest ...string) string {
	u := "/admin/register/" + url.PathEscape(code)
	for _, x := range rest {
		u += "/" + x
	}
	return u
}

func (p *Pages) body(r *page.Request) (page.View, error) {
	b, err := p.Orgs.Get(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	v := bodyPage{Body: b, Change: mayChange(r), At: at(b.Code)}
	if v.Facts, err = p.facts(r, b); err != nil {
		return page.View{}, err
	}
	names, err := p.Orgs.Names(r.Context(), b.Code)
	if err != nil {
		return page.View{}, err
	}
	for _, n := range slices.Backward(names) {
		v.Names = append(v.Names, part.Row{Cells: []part.Cell{{Text: n.Name, Sub: n.Kana}, {Text: n.English}, {Text: between(r, n.From, n.To)}, {Text: n.Source}}})
	}
	if v.Journal, err = p.journal(r, b); err != nil {
		return page.View{}, err
	}
	return page.View{Title: b.Name, Sub: r.T("register.title"), Shell: page.Desk, Crumbs: []page.Link{{Label: r.T("register.title"), URL: "/admin/register"}}, Body: bodyBody(v)}, nil
}

// between are two days of validity in words; open ends are left open.
func between(r *page.Request, from, to string) string {
	day := func(iso string) string {
		if iso == "" {
			return ""
		}
		return lang.LongDay(r.Lang, iso)
	}
	if from == "" && to == "" {
		return r.T("register.always")
	}
	return day(from) + "–" + day(to)
}

// standing are the days of a body; one that was only seen in a list says in which.
func standing(r *page.Request, b org.Body) string {
	if b.ValidFrom == "" && b.ValidTo == "" && b.Listed != "" {
		return r.T("register.listed", "day", lang.LongDay(r.Lang, b.Listed))
	}
	return between(r, b.ValidFrom, b.ValidTo)
}

func (p *Pages) facts(r *page.Request, b org.Body) ([]part.Fact, error) {
	facts := []part.Fact{{Label: r.T("register.field.code"), Text: b.Code}, {Label: r.T("register.field.type"), Text: org.TypeName(r.Lang, b.Type)},
		{Label: r.T("register.field.kana"), Text: b.Kana}, {Label: r.T("register.field.english"), Text: b.English}, {Label: r.T("register.field.prefecture"), Text: prefecture(r, b)}}
	if br, ok, err := p.Orgs.BranchOf(r.Context(), b); err != nil && fault.Of(err) == nil {
		return nil, err
	} else if ok {
		facts = append(facts, part.Fact{Label: r.T("register.branch"), Text: br.Name.In(r.Lang)})
	}
	facts = append(facts, part.Fact{Label: r.T("register.field.founder"), Text: b.Founder}, part.Fact{Label: r.T("register.addressee"), Text: b.Addressee()},
		part.Fact{Label: r.T("register.field.postcode"), Text: b.Postcode}, part.Fact{Label: r.T("register.field.address"), Text: b.Address},
		part.Fact{Label: r.T("register.field.phone"), Text: b.Phone}, part.Fact{Label: r.T("register.field.mail"), Text: b.Mail},
		part.Fact{Label: r.T("register.field.site"), Text: b.Site}, part.Fact{Label: r.T("register.valid"), Text: standing(r, b)},
		part.Fact{Label: r.T("register.field.source"), Text: b.Source})
	facts = slices.DeleteFunc(facts, func(f part.Fact) bool { return f.Text == "" })
	if b.Successor != "" {
		if to, err := p.Orgs.Get(r.Context(), b.Successor); err == nil {
			facts = append(facts, part.Fact{Label: r.T("register.successor"), Text: to.Code, Links: []page.Link{{Label: to.Name, URL: at(to.Code)}}})
		}
	}
	return facts, nil
}

// journal is what people changed at this body, newest first.
func (p *Pages) journal(r *page.Request, b org.Body) ([]part.Entry, error) {
	list, err := p.Orgs.Journal(r.Context(), b.Key())
	if err != nil {
		return nil, err
	}
	var out []part.Entry
	for _, e := range slices.Backward(list) {
		who := e.Person
		if person, err := p.Accounts.Person(r.Context(), e.Person); err == nil {
			who = person.Name
		}
		out = append(out, part.Entry{At: e.At.Time, Who: who, Text: r.T("register.act." + e.Act), Sub: e.Source})
	}
	return out, nil
}

// contactFields are everything of a body but its code and names.
func contactFields(b org.Body) []form.Field {
	fields := []form.Field{field("head_title", form.KindText, false), field("postcode", form.KindText, false), field("address", form.KindText, false),
		field("phone", form.KindTel, false), field("mail", form.KindEmail, false), field("site", form.KindURL, false)}
	if !b.LG() {
		fields = append([]form.Field{typeField(false), prefectureField(), helped(field("founder", form.KindText, false))}, fields...)
	}
	return append(fields, helped(field("valid_to", form.KindDate, false)), helped(field("source", form.KindText, true)))
}

func (p *Pages) askEdit(r *page.Request) (page.View, error) {
	b, err := p.Orgs.Get(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	s := filled(contactFields(b), map[string]string{"type": b.Type, "prefecture": b.Prefecture, "founder": b.Founder, "head_title": b.HeadTitle,
		"postcode": b.Postcode, "address": b.Address, "phone": b.Phone, "mail": b.Mail, "site": b.Site, "valid_to": b.ValidTo})
	return p.editView(r, b, s, b.Version), nil
}

func (p *Pages) editView(r *page.Request, b org.Body, s sheet, version int64) page.View {
	return s.view(r, formPage{Title: r.T("register.edit.title", "name", b.Name), Lead: r.T("register.edit.lead"), Action: at(b.Code, "edit"), Back: at(b.Code),
		Hidden: [][2]string{{"version", strconv.FormatInt(version, 10)}}, Submit: r.T("register.save")})
}

func (p *Pages) edit(r *page.Request) (page.View, error) {
	b, err := p.Orgs.Get(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, contactFields(b))
	if err != nil {
		return page.View{}, err
	}
	version, _ := strconv.ParseInt(r.Value("version"), 10, 64)
	if len(s.problems) == 0 {
		to := b
		to.Version = version
		if !b.LG() {
			to.Type, to.Prefecture, to.Founder = s.values["type"], s.values["prefecture"], s.values["founder"]
		}
		to.HeadTitle, to.Postcode, to.Address, to.Phone, to.Mail, to.Site = s.values["head_title"], jp.FoldID(s.values["postcode"]), s.values["address"], s.values["phone"], s.values["mail"], s.values["site"]
		to.ValidTo, to.Source = s.values["valid_to"], s.values["source"]
		_, err := p.Orgs.Update(r.Context(), by(r), to)
		if err == nil {
			return page.Redirect(at(b.Code), page.Say("register.saved")), nil
		}
		if err := s.wrong(err, ""); err != nil {
			return page.View{}, err
		}
	}
	return p.editView(r, b, s, version), nil
}

func renameFields() []form.Field {
	return []form.Field{field("name", form.KindText, true), field("kana", form.KindText, false), helped(field("english", form.KindText, false)),
		helped(field("from", form.KindDate, true)), helped(field("source", form.KindText, true))}
}

func (p *Pages) askRename(r *page.Request) (page.View, error) {
	b, err := p.Orgs.Get(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	return p.renameView(r, b, filled(renameFields(), map[string]string{"name": b.Name, "kana": b.Kana, "english": b.English})), nil
}

func (p *Pages) renameView(r *page.Request, b org.Body, s sheet) page.View {
	return s.view(r, formPage{Title: r.T("register.rename.title", "name", b.Name), Lead: r.T("register.rename.lead"), Action: at(b.Code, "rename"), Back: at(b.Code),
		Submit: r.T("register.rename.do")})
}

func (p *Pages) rename(r *page.Request) (page.View, error) {
	b, err := p.Orgs.Get(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, renameFields())
	if err != nil {
		return page.View{}, err
	}
	if len(s.problems) == 0 {
		err := p.Orgs.Rename(r.Context(), by(r), b.Code, org.Name{Name: s.values["name"], Kana: s.values["kana"], English: s.values["english"], From: s.values["from"], Source: s.values["source"]})
		if err == nil {
			return page.Redirect(at(b.Code), page.Say("register.renamed", "name", s.values["name"])), nil
		}
		if err := s.wrong(err, ""); err != nil {
			return page.View{}, err
		}
	}
	return p.renameView(r, b, s), nil
}

func mergeFields() []form.Field {
	return []form.Field{helped(field("into", form.KindText, true)), helped(field("day", form.KindDate, true)), helped(field("source", form.KindText, true))}
}

func (p *Pages) askMerge(r *page.Request) (page.View, error) {
	b, err := p.Orgs.Get(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	return p.mergeView(r, b, filled(mergeFields(), nil)), nil
}

func (p *Pages) mergeView(r *page.Request, b org.Body, s sheet) page.View {
	return s.view(r, formPage{Title: r.T("register.merge.title", "name", b.Name), Lead: r.T("register.merge.lead"), Action: at(b.Code, "merge"), Back: at(b.Code),
		Submit: r.T("register.merge.do")})
}

func (p *Pages) merge(r *page.Request) (page.View, error) {
	b, err := p.Orgs.Get(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, mergeFields())
	if err != nil {
		return page.View{}, err
	}
	if len(s.problems) == 0 {
		err := p.Orgs.Merge(r.Context(), by(r), []string{b.Code}, jp.FoldID(s.values["into"]), s.values["day"], s.values["source"])
		if err == nil {
			return page.Redirect(at(b.Code), page.Say("register.merged", "name", b.Name)), nil
		}
		if err := s.wrong(err, "into"); err != nil {
			return page.View{}, err
		}
		for i := range s.problems { // the page asks about one body: what is wrong with it stands at the successor
			if s.problems[i].Field == "codes" {
				s.problems[i].Field = "into"
			}
		}
	}
	return p.mergeView(r, b, s), nil
}

func newFields() []form.Field {
	return []form.Field{typeField(true), helped(field("code", form.KindText, false)), field("name", form.KindText, true), field("kana", form.KindText, false),
		field("english", form.KindText, false), prefectureField(), helped(field("founder", form.KindText, false)), field("head_title", form.KindText, false),
		field("postcode", form.KindText, false), field("address", form.KindText, false), field("phone", form.KindTel, false), field("mail", form.KindEmail, false),
		field("site", form.KindURL, false), field("valid_from", form.KindDate, false), helped(field("source", form.KindText, true))}
}

func (p *Pages) askNew(r *page.Request) (page.View, error) {
	return p.newView(r, filled(newFields(), map[string]string{"type": cmp.Or(r.URL.Query().Get("type"), "intl_assoc")})), nil
}

func (p *Pages) newView(r *page.Request, s sheet) page.View {
	return s.view(r, formPage{Title: r.T("register.new.title"), Lead: r.T("register.new.lead"), Action: "/admin/register/new", Back: "/admin/register", Submit: r.T("register.new.do")})
}

func (p *Pages) add(r *page.Request) (page.View, error) {
	s, err := sent(r, newFields())
	if err != nil {
		return page.View{}, err
	}
	if len(s.problems) == 0 {
		v := s.values
		b, err := p.Orgs.Add(r.Context(), by(r), org.Body{Code: v["code"], Type: v["type"], Name: v["name"], Kana: v["kana"], English: v["english"],
			Prefecture: v["prefecture"], Founder: v["founder"], HeadTitle: v["head_title"], Postcode: jp.FoldID(v["postcode"]), Address: v["address"], Phone: v["phone"],
			Mail: v["mail"], Site: v["site"], ValidFrom: v["valid_from"], Source: v["source"], Sample: r.Who.Sample})
		if err == nil {
			return page.Redirect(at(b.Code), page.Say("register.added", "name", b.Name)), nil
		}
		if err := s.wrong(err, ""); err != nil {
			return page.View{}, err
		}
	}
	return p.newView(r, s), nil
}
