package apply

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// sheetPage is one page of a form as it is shown.
type sheetPage struct {
	Case      *cases.Case
	Programme *programme.Programme
	Form      *programme.Form
	Index     int
	Section   *form.Section
	Controls  []part.Control
	Eval      programme.Evaluation
	Items     []page.Item
	Return    *cases.Return
	Newer     *cases.Newer
	Editable  bool
	Saved     string
	Money     *form.Field
	Judged    judged
	Plan      bool                  // the costs that were agreed can be copied into the empty money table
	Begin     map[string]form.Input // what questions start from that were never answered
	Scans     map[string]blob.Scan  // of the stored files, by id
}

// firstSection leads to the first page of a form that needs attention: the first field opened for correction, or the first section.
func (p *Pages) firstSection(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	f := prog.Form(r.PathValue("form"))
	if f == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	section := f.Sections[0].ID
	for _, key := range c.Opened() {
		if _, id, sec, ok := prog.Field(key); ok && id == f.ID {
			section = sec
			break
		}
	}
	return page.Redirect(caseURL(c, "form", f.ID, section)), nil
}

// section shows one page of questions.
func (p *Pages) section(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	return p.showSection(r, c, prog, nil, nil, nil)
}

// showSection draws a page. typed replaces stored answers by what was just sent; problems are those to show now.
func (p *Pages) showSection(r *page.Request, c *cases.Case, prog *programme.Programme, typed map[string]form.Input, problems []form.Problem,
	clashes []cases.Clash) (page.View, error) {
	f := prog.Form(r.PathValue("form"))
	if f == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	i, sec := sectionOf(f, r.PathValue("section"))
	if sec == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	editable := c.Editable(prog, r.Who)
	begin := starts(c, prog, sec, editable)
	ev, err := p.Cases.Try(r.Context(), c, prog, f.ID, begin)
	if err != nil {
		return page.View{}, err
	}
	v := sheetPage{Case: c, Programme: prog, Form: f, Index: i, Section: sec, Eval: ev, Return: c.Correction(), Begin: begin}
	v.Editable = slices.ContainsFunc(sec.Fields, func(f form.Field) bool { return slices.Contains(editable, f.Key) })
	if v.Newer, err = p.Cases.Newer(r.Context(), c); err != nil {
		return page.View{}, err
	}
	// A page that was sent shows its problems; one opened from an error link shows those of its stored answers too.
	if problems == nil && (r.URL.Query().Has("errors") || c.Correction() != nil) {
		problems = sectionProblems(sec, ev)
	}
	if v.Scans, err = p.scans(r.Context(), c, sec); err != nil {
		return page.View{}, err
	}
	problems = append(problems, infected(c, sec, v.Scans)...)
	v.Items = part.Items(problems, r.Lang, sec.Fields...)
	for _, field := range shown(prog, *sec, c.Answers()) {
		if _, known := c.Answers()[field.Key]; field.ReadOnly && !known {
			continue // the register does not say
		}
		v.Controls = append(v.Controls, p.control(r, v, field, typed, problems, clashes, editable))
		if field.Kind == form.KindMoney {
			money := field
			v.Money = &money
			_, filled := c.Answers()[field.Key]
			_, sent := typed[field.Key]
			v.Plan = !filled && !sent && slices.Contains(editable, field.Key) && c.Planned(prog, field.Key) != nil
		}
	}
	v.Judged = judgementOf(r, c.With(prog, begin), prog, f, sec, ev)
	if c.Seq > 1 && !returnedAsSent(c) {
		v.Saved = r.T("apply.saved_at", "at", lang.Moment(r.Lang, c.Updated))
	}
	status := 0
	if typed != nil && len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return page.View{Title: strconv.Itoa(i+1) + "　" + sec.Title.In(r.Lang), Sub: prog.Title.In(r.Lang), Shell: page.Work, Status: status,
		Errors: v.Items, Nav: p.steps(r, c, prog, f, ev, i), Body: sectionBody(v)}, nil
}

// control makes the control of one field.
func (p *Pages) control(r *page.Request, v sheetPage, field form.Field, typed map[string]form.Input, problems []form.Problem,
	clashes []cases.Clash, editable []string) part.Control {
	c := part.Control{Field: field, Problems: problems, Needed: v.Programme.Needed(field, v.Case.Answers()) == programme.Yes,
		Locked: !slices.Contains(editable, field.Key)}
	value := v.Case.Answers()[field.Key]
	c.Input = field.Input(value)
	if in, ok := v.Begin[field.Key]; ok {
		c.Input = in
	}
	if in, ok := typed[field.Key]; ok {
		c.Input = in
	}
	if files, ok := value.([]form.File); ok {
		c.Files, c.Scans = files, v.Scans
		c.FileURL = func(id string) string { return page.URL(r.Context(), "/files/"+id) }
	}
	if field.Kind == form.KindFile && !c.Locked {
		c.UploadURL = page.URL(r.Context(), caseURL(v.Case, "upload", field.Key))
	}
	if field.Kind == form.KindCountry || slices.ContainsFunc(field.Columns, func(f form.Field) bool { return f.Kind == form.KindCountry }) {
		c.Choices = record.Countries(r.Lang)
	}
	if field.Kind == form.KindMany && len(field.Options) == 0 {
		c.Choices = record.Countries(r.Lang)
	}
	if v.Return != nil {
		for _, m := range v.Return.Remarks {
			if m.Field == field.Key {
				c.Remark = strings.TrimPrefix(c.Remark+"\n"+r.T("apply.remark", "kind", record.RemarkKind(r.Lang, m.Kind), "text", m.Text), "\n")
			}
		}
	}
	for _, x := range clashes {
		if x.Field == field.Key {
			c.Clash = &part.Clash{Name: "clash." + field.Key, Theirs: field.Show(x.Theirs, r.Lang), Mine: field.Show(x.Mine, r.Lang), Who: x.By, Own: x.Own, When: lang.Moment(r.Lang, x.At)}
		}
	}
	return c
}

// sectionProblems are everything wrong or missing in one section, each at its field, once.
func sectionProblems(sec *form.Section, ev programme.Evaluation) []form.Problem {
	of := func(path string) (form.Field, bool) {
		for _, f := range sec.Fields {
			if path == f.Key || strings.HasPrefix(path, f.Key+"[") || strings.HasPrefix(path, f.Key+".") {
				return f, true
			}
		}
		return form.Field{}, false
	}
	has := func(path string) bool { _, ok := of(path); return ok }
	var list []form.Problem
	for _, x := range ev.Problems {
		if has(x.Field) {
			list = append(list, x)
		}
	}
	for _, key := range ev.Missing {
		if f, ok := of(key); ok {
			list = append(list, f.MissingAt(key))
		}
	}
	for _, o := range ev.Rules {
		if o.Outcome != "fail" || o.Severity != "E" {
			continue
		}
		for _, key := range o.On {
			if has(key) {
				list = append(list, form.Problem{Field: key, Code: o.ID, Message: o.Message})
				break
			}
		}
	}
	return list
}

// saveSection saves what was sent, whatever is wrong with it, and goes where the pressed button leads.
func (p *Pages) saveSection(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	f := prog.Form(r.PathValue("form"))
	if f == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	i, sec := sectionOf(f, r.PathValue("section"))
	if sec == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	sent, uploads, refused, err := p.receive(r, c, sec)
	if err != nil {
		return page.View{}, err
	}
	editable := c.Editable(prog, r.Who)
	inputs := p.inputs(c, sec, sent, uploads, editable)
	press, pressed := part.Pressed(sent)
	if pressed && press.Button != part.DropFile {
		inputs[press.Key], _ = press.Apply(inputs[press.Key])
	}
	if pressed && press.Button == part.DropFile {
		dropFile(c, prog, press, inputs)
	}
	if key := sent.Get("plan"); slices.Contains(editable, key) { // shown, and saved with what is then entered
		if rows := c.Planned(prog, key); rows != nil {
			f, _, _, _ := prog.Field(key)
			inputs[key] = f.Input(rows)
		}
		return p.showSection(r, c, prog, inputs, []form.Problem{}, nil)
	}
	from := cases.Sent{Inputs: inputs, Window: cases.ParseWindow(sent.Get("window"))}
	from.Base, _ = strconv.Atoi(sent.Get("base"))
	for name := range sent {
		if key, ok := strings.CutPrefix(name, "clash."); ok && sent.Get(name) == "mine" {
			from.Mine = append(from.Mine, key)
		}
	}
	out, err := p.Cases.Save(r.Context(), r.Who, c.ID, from)
	if err != nil {
		return page.View{}, err
	}
	problems := append(refused, out.Problems...)
	switch {
	case r.Header.Get("KK-Autosave") != "":
		return p.autosaved(r, prog, inputs, out)
	case sent.Get(part.FindOrg) != "" && len(out.Conflicts) == 0:
		return p.showSection(r, out.Case, prog, inputs, p.foundOrg(prog, out.Case, inputs, sent.Get(part.FindOrg), problems), nil)
	case pressed || len(out.Conflicts) > 0 || len(refused) > 0:
		return p.showSection(r, out.Case, prog, inputs, orNone(problems), out.Conflicts)
	case sent.Get("draft") != "" && slices.ContainsFunc(out.Problems, misread):
		return p.showSection(r, out.Case, prog, inputs, out.Problems, nil)
	case sent.Get("draft") != "":
		return page.Redirect(caseURL(c), page.Say("apply.saved_draft")), nil
	case sent.Get("sheet") != "": // rows of a sheet: back to their table, to see what they make of the amounts
		return page.Redirect(caseURL(c, "form", f.ID, sec.ID), page.Say("apply.sheet.taken")), nil
	}
	ev, err := p.Cases.Evaluate(r.Context(), out.Case, prog, f.ID)
	if err != nil {
		return page.View{}, err
	}
	if list := sectionProblems(sec, ev); len(list) > 0 && sent.Get("skip") == "" {
		v, err := p.showSection(r, out.Case, prog, nil, list, nil)
		v.Status = http.StatusUnprocessableEntity
		return v, err
	}
	if i+1 < len(f.Sections) {
		return page.Redirect(caseURL(c, "form", f.ID, f.Sections[i+1].ID)), nil
	}
	return page.Redirect(caseURL(c, "check", f.ID)), nil
}

// misread reports a problem of what was typed, not of what is still missing.
func misread(x form.Problem) bool { return x.Code != form.CodeRequired && x.Code != form.CodeTooFew }

func orNone(list []form.Problem) []form.Problem {
	if list == nil {
		return []form.Problem{}
	}
	return list
}

// returnedAsSent reports a form that was returned for correction and in which nothing was changed since: what was saved last is not theirs.
func returnedAsSent(c *cases.Case) bool {
	back := c.Correction()
	return back != nil && !slices.ContainsFunc(c.Opened(), func(key string) bool { return string(c.Raw[key]) != string(back.Was[key]) })
}

// autosaved answers the script that saves while somebody types: when, the new base, and what others saved meanwhile in controls this
// page did not touch (merged: name of a control → its values). What the page cannot take over by itself leaves the base as it was.
func (p *Pages) autosaved(r *page.Request, prog *programme.Programme, sent map[string]form.Input, out cases.Saved) (page.View, error) {
	if len(out.Conflicts) > 0 {
		own := !slices.ContainsFunc(out.Conflicts, func(x cases.Clash) bool { return !x.Own })
		words := map[bool]string{true: "apply.clash.own", false: "apply.clash.other"}[own]
		return page.JSON(http.StatusConflict, map[string]any{"words": r.T(words, "n", len(out.Conflicts))}), nil
	}
	answer := map[string]any{"words": r.T("apply.saved_at", "at", lang.Moment(r.Lang, out.Case.Updated))}
	merged := map[string][]string{}
	for _, key := range out.Merged {
		f, _, _, _ := prog.Field(key)
		if f.Kind == form.KindTable || f.Kind == form.KindMoney || f.Kind == form.KindFile {
			return page.JSON(http.StatusOK, answer), nil
		}
		for sub := range sent[key] {
			merged[part.Name(key, sub)] = []string{}
		}
		for sub, values := range f.Input(out.Case.Answers()[key]) {
			merged[part.Name(key, sub)] = values
		}
	}
	if len(merged) > 0 {
		answer["words"] = r.T("apply.merged_at", "at", lang.Moment(r.Lang, out.Case.Updated), "n", len(out.Merged))
	}
	answer["merged"], answer["set"] = merged, map[string]string{"base": strconv.Itoa(out.Seq)}
	return page.JSON(http.StatusOK, answer), nil
}

// inputs sorts what was sent by field. What a file question holds is decided here, never by the browser: the stored files and the
// ones that just arrived. A choice of which nothing was sent is an empty choice.
func (p *Pages) inputs(c *cases.Case, sec *form.Section, sent url.Values, uploads map[string][]form.File, editable []string) map[string]form.Input {
	var open []form.Field
	for _, f := range sec.Fields {
		if slices.Contains(editable, f.Key) {
			open = append(open, f)
		}
	}
	in := part.Inputs(open, sent)
	for _, f := range open {
		if f.Kind == form.KindFile {
			delete(in, f.Key)
			if list := uploads[f.Key]; len(list) > 0 {
				now, _ := c.Answers()[f.Key].([]form.File)
				in[f.Key] = f.Input(append(slices.Clone(now), list...))
			}
		} else if _, ok := in[f.Key]; !ok && sent.Has("has."+f.Key) {
			in[f.Key] = form.Input{}
		}
	}
	return in
}

// dropFile takes one stored file out of an answer; its bytes stay until nothing refers to them.
func dropFile(c *cases.Case, prog *programme.Programme, press part.Press, inputs map[string]form.Input) {
	f, _, _, ok := prog.Field(press.Key)
	if !ok || f.Kind != form.KindFile {
		return
	}
	now, _ := c.Answers()[press.Key].([]form.File)
	kept := slices.DeleteFunc(slices.Clone(now), func(x form.File) bool { return x.ID == press.Which })
	inputs[press.Key] = f.Input(kept)
}

// receive reads the posted form; files are stored while they arrive. A refused file is a problem at its question, the rest is kept.
func (p *Pages) receive(r *page.Request, c *cases.Case, sec *form.Section) (url.Values, map[string][]form.File, []form.Problem, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		if err := r.ParseForm(); err != nil {
			return nil, nil, nil, page.Unreadable(err)
		}
		return r.PostForm, nil, nil, nil
	}
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, nil, nil, page.Unreadable(err)
	}
	sent, uploads := url.Values{}, map[string][]form.File{}
	var refused []form.Problem
	for {
		pt, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return sent, uploads, refused, nil
		}
		if err != nil {
			return nil, nil, nil, page.Unreadable(err)
		}
		if pt.FileName() == "" {
			b, err := io.ReadAll(io.LimitReader(pt, 1<<20))
			if err != nil {
				return nil, nil, nil, page.Unreadable(err)
			}
			sent.Add(pt.FormName(), string(b))
			continue
		}
		file, problem, err := p.keep(r, c, sec, pt)
		if err != nil {
			return nil, nil, nil, err
		}
		if problem != nil {
			refused = append(refused, *problem)
		} else if file != nil {
			uploads[pt.FormName()] = append(uploads[pt.FormName()], *file)
		}
	}
}

// keep stores one arriving file for one question.
func (p *Pages) keep(r *page.Request, c *cases.Case, sec *form.Section, pt *multipart.Part) (*form.File, *form.Problem, error) {
	k := slices.IndexFunc(sec.Fields, func(f form.Field) bool { return f.Key == pt.FormName() && f.Kind == form.KindFile })
	if k < 0 {
		return nil, nil, nil
	}
	field := sec.Fields[k]
	file, err := p.Files.Put(r.Context(), pt, blob.Meta{Name: pt.FileName(), OwnerBody: r.Who.Hat.Body, Field: field.Key,
		Visibility: field.Visibility, By: r.Who.Person})
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return nil, &form.Problem{Field: field.Key, Code: "M-C-12", Message: lang.Text{JA: lang.T(lang.JA, f.Key, f.Args...), EN: lang.T(lang.EN, f.Key, f.Args...)}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return &file, nil, nil
}
