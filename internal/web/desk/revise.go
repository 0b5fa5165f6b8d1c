package desk

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// revisePage is where a version is changed: rule by rule, or with one's own tools as a file.
type revisePage struct {
	Programme *programme.Programme
	At        string // address of the version
	Rules     []part.Row
	File      string // what is wrong with the file
	Issues    programme.Issues
	Items     []page.Item
}

// versionURL is the address of a version.
func versionURL(prog *programme.Programme) string {
	return "/desk/programmes/" + prog.Code + "/versions/" + prog.Hash
}

// edited is the version of the address, for an officer of its section, who may change it into a new one.
func (p *Pages) edited(r *page.Request) (*programme.Programme, error) {
	prog, err := p.Programmes.ByHash(r.Context(), r.PathValue("hash"))
	if err != nil {
		return nil, err
	}
	if prog.Code != r.PathValue("code") || !mine(r, prog) || !r.Who.Is(account.RoleOfficer) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return prog, nil
}

// revise shows what of a version can be changed on screen, and the way out and in as a file.
func (p *Pages) revise(r *page.Request) (page.View, error) {
	prog, err := p.edited(r)
	if err != nil {
		return page.View{}, err
	}
	return p.showRevise(r, prog, "", nil), nil
}

func (p *Pages) showRevise(r *page.Request, prog *programme.Programme, wrongFile string, issues programme.Issues) page.View {
	v := revisePage{Programme: prog, At: versionURL(prog), File: wrongFile, Issues: issues}
	status := 0
	if wrongFile != "" {
		v.Items, status = []page.Item{{ID: "r-file", Text: wrongFile}}, http.StatusUnprocessableEntity
	}
	for _, x := range prog.Rules {
		v.Rules = append(v.Rules, part.Row{Cells: []part.Cell{{Text: x.ID, URL: v.At + "/rules/" + ruleKey(x)}, {Text: x.Title.In(r.Lang)},
			{Text: r.T("desk.severity." + x.Severity)}, {Text: articleOf(r, prog, x.Basis)}}})
	}
	title := r.T("desk.revise.title", "programme", prog.Title.In(r.Lang), "version", prog.Version)
	return page.View{Title: title, Sub: r.T("desk.nav.programmes"), Shell: page.Desk, Status: status, Errors: v.Items, Body: reviseBody(title, v)}
}

func articleOf(r *page.Request, prog *programme.Programme, id string) string {
	if b := prog.Article(id); b != nil {
		return b.Title.In(r.Lang)
	}
	return ""
}

// definition is the version as one YAML file, for everybody who reads definitions.
func (p *Pages) definition(r *page.Request) (page.View, error) {
	if err := only(r, readers...); err != nil {
		return page.View{}, err
	}
	prog, err := p.Programmes.ByHash(r.Context(), r.PathValue("hash"))
	if err != nil || prog.Code != r.PathValue("code") {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	text, err := programme.Write(prog.Definition)
	if err != nil {
		return page.View{}, err
	}
	return page.Download("application/yaml; charset=utf-8", prog.Code+"_"+prog.Version+".yaml", func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}), nil
}

// takeDefinition reads a definition that was handed in as a file, checks it, runs its examples and proposes it for publication.
func (p *Pages) takeDefinition(r *page.Request) (page.View, error) {
	prog, err := p.edited(r)
	if err != nil {
		return page.View{}, err
	}
	if err := r.ParseMultipartForm(programme.MostBytes); err != nil {
		return page.View{}, page.Unreadable(err)
	}
	f, head, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return p.showRevise(r, prog, r.T("desk.revise.no_file"), nil), nil
	}
	if err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.unreadable")
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, programme.MostBytes+1))
	if err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.unreadable")
	}
	d, issues := programme.Read(head.Filename, content, p.Shipped)
	switch {
	case len(issues) > 0:
		return p.showRevise(r, prog, r.T("desk.revise.mistakes", "n", len(issues)), issues), nil
	case d.Code != prog.Code || d.Section != prog.Section:
		return p.showRevise(r, prog, r.T("desk.revise.other", "programme", prog.Title.In(r.Lang)), nil), nil
	case len(programme.Compare(&prog.Definition, &d)) == 0 && d.Call.FiscalYear == prog.Call.FiscalYear:
		return p.showRevise(r, prog, r.T("desk.revise.same", "version", prog.Version), nil), nil
	}
	hash, bad, err := p.proposeVersion(r, d)
	if err != nil {
		return page.View{}, err
	}
	if hash == "" {
		issues = bad.issues
		for _, m := range bad.misses {
			issues = append(issues, programme.Issue{Path: "examples." + m.Path(), Message: outcome(r, prog, m.Key, m.Want) + " → " + outcome(r, prog, m.Key, m.Got)}) // in the reader's words already
		}
		words := r.T("desk.revise.mistakes", "n", len(issues))
		if bad.errors["checked"] != "" {
			words = bad.errors["checked"]
		}
		return p.showRevise(r, prog, words, issues), nil
	}
	return p.proposed(r, prog, hash)
}

// proposeVersion checks a changed definition as publishing does, takes the expected values a person ticked, and proposes it. A hash means
// it stands; otherwise bad says what keeps it from it.
func (p *Pages) proposeVersion(r *page.Request, d programme.Definition) (hash string, bad wrongCall, err error) {
	bad.misses, bad.issues = programme.Misses(d)
	if len(bad.issues) == 0 {
		bad.issues = p.lint(d)
	}
	seen := func(m programme.Miss) bool { return slices.Contains(r.PostForm["expect"], expected(m)) }
	if len(bad.issues) > 0 || slices.ContainsFunc(bad.misses, func(m programme.Miss) bool { return !seen(m) }) {
		return "", bad, nil
	}
	d.Expect(bad.misses)
	hash, bad.issues, err = p.Programmes.Propose(r.Context(), r.Who, d)
	if f := fault.Of(err); f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		bad.errors = map[string]string{"checked": page.FaultText(r.Lang, f)}
		return "", bad, nil
	}
	return hash, bad, err
}

// lint finds names of effects, needs and mails that nothing answers to.
func (p *Pages) lint(d programme.Definition) programme.Issues {
	compiled, issues := programme.Compile(d)
	if len(issues) > 0 {
		return issues
	}
	return compiled.Lint(p.Names)
}

// proposed goes to the new version; a waiting one it was made from gives way to it.
func (p *Pages) proposed(r *page.Request, from *programme.Programme, hash string) (page.View, error) {
	list, err := p.Programmes.Versions(r.Context(), from.Code)
	if err != nil {
		return page.View{}, err
	}
	if slices.ContainsFunc(list, func(v programme.Version) bool { return v.Hash == from.Hash && v.State == programme.Checked }) && hash != from.Hash {
		if err := p.Programmes.Withdraw(r.Context(), r.Who, from.Hash); err != nil && !fault.Is(err, fault.Conflict) {
			return page.View{}, err
		}
	}
	return page.Redirect("/desk/programmes/"+from.Code+"/versions/"+hash, page.Say("desk.next.done")), nil
}

// issueWords are issues as an officer reads them: the place in the file, then what is wrong.
func issueWords(tag lang.Tag, list programme.Issues) []string {
	var out []string
	for _, x := range list {
		out = append(out, strings.TrimPrefix(x.In(tag), "definition/"))
	}
	return out
}
