package help

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/resident/easy"
	"kakehashi/internal/resident/sheet"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// paper is a sheet ready for print. Inline: styles stand inside, for a file. QR is drawn as a path.
type paper struct {
	sheet.Sheet
	Inline bool
	A3     bool
	Link   string // address behind the QR; "" leaves it out
}

// title is the first line in the first language.
func (s paper) title() string {
	if len(s.Blocks) == 0 || len(s.Blocks[0].Lines) == 0 {
		return s.Template.ID
	}
	var b strings.Builder
	for _, p := range s.Blocks[0].Lines[0] {
		b.WriteString(p.Text)
	}
	return b.String()
}

// code is the QR as an SVG path, one unit a module, and its size.
func (s paper) code() (path string, size int) {
	path, size, _ = part.QRPath(s.Link, 0) // a link too long for a QR leaves it out
	return path, size
}

// WriteSheet draws a sheet as one HTML file ready to print: the command's answer.
func WriteSheet(ctx context.Context, w io.Writer, s sheet.Sheet) error {
	return sheetPage(paper{Sheet: s, Inline: true}).Render(ctx, w)
}

// order reads what the maker's form or a QR address asks for.
func order(q url.Values, t sheet.Template, langs []string) sheet.Order {
	o := sheet.Order{Template: t.ID, Langs: langs, Slots: map[string]sheet.Place{}, Issuer: short(q.Get("issuer")), Until: short(q.Get("until"))}
	for name := range t.Slots {
		o.Slots[name] = sheet.Place{JA: strings.TrimSpace(q.Get(name)), Latin: short(q.Get(name + ".latn"))}
	}
	return o
}

// short bounds a free word from an address.
func short(s string) string {
	if r := []rune(strings.TrimSpace(s)); len(r) > 60 {
		return string(r[:60])
	}
	return strings.TrimSpace(s)
}

// ruby gives readings; without the analyser the sheet still prints, only without them.
func (p *Pages) ruby() func(string) []easy.Piece {
	r, err := p.reader.Get()
	if err != nil {
		return nil
	}
	return r.Ruby
}

// read is the reader's side of a QR code: the same sheet in the reader's language with Japanese beside it.
func (p *Pages) read(w http.ResponseWriter, r *http.Request) {
	g, ok := p.language(r)
	q := r.URL.Query()
	t, found := p.library.Template(q.Get("t"))
	if !ok || !found {
		http.NotFound(w, r)
		return
	}
	langs := []string{g.Tag}
	if g.Tag != "ja" {
		langs = append(langs, "ja")
	}
	s, err := p.library.Make(order(q, t, langs), p.ruby())
	if err != nil {
		http.Error(w, g.Name, http.StatusBadRequest)
		return
	}
	p.draw(w, r, func(b *bytes.Buffer) error { return sheetPage(paper{Sheet: s}).Render(r.Context(), b) }, "")
}

// print is the sheet as it comes out of the printer.
func (p *Pages) print(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	t, ok := p.library.Template(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	s, err := p.library.Make(order(q, t, q["lang"]), p.ruby())
	if err != nil {
		http.Redirect(w, r, page.URL(r.Context(), "/sheets/"+t.ID)+"?"+r.URL.RawQuery, http.StatusSeeOther)
		return
	}
	q.Del("lang")
	q.Del("a3")
	q.Set("t", t.ID)
	link := page.Full(r.Context(), "/resident/sheet") + "?" + q.Encode()
	p.draw(w, r, func(b *bytes.Buffer) error {
		return sheetPage(paper{Sheet: s, A3: r.URL.Query().Get("a3") != "", Link: link}).Render(r.Context(), b)
	}, "")
}

// sheets lists every message, narrowed by words in any language.
func (p *Pages) sheets(r *page.Request) (page.View, error) {
	words := strings.Fields(strings.ToLower(r.Value("q")))
	var found []sheet.Template
	for _, t := range p.library.Templates {
		all := t.ID + " " + t.Picto + " " + t.Stage
		for _, text := range t.Text {
			all += "\n" + strings.ToLower(text)
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) }) {
			found = append(found, t)
		}
	}
	title := r.T("resident.sheets.title")
	return page.View{Title: title, Body: sheetList(found, r.Value("q"), len(p.library.Languages)), Describe: r.T("resident.sheets.lead")}, nil
}

// makerView is the form of one message and, once it can be filled, its preview.
type makerView struct {
	Template sheet.Template
	Library  *sheet.Library
	Values   url.Values
	Problem  string // in words; ProblemAt is the control
	At       string
	Preview  *paper
	Print    string
}

func (p *Pages) maker(r *page.Request) (page.View, error) {
	t, ok := p.library.Template(r.PathValue("id"))
	if !ok {
		return page.View{}, fault.New(fault.Missing, "resident.sheet.template", "id", r.PathValue("id"))
	}
	q := r.URL.Query()
	v := makerView{Template: t, Library: p.library, Values: q}
	asked := len(q) > 0
	if !asked {
		q["lang"] = []string{"ja-x-easy", "en", "zh-Hans", "vi"}
	}
	view := page.View{Title: sourceText(t, r.Lang) + "　" + r.T("resident.sheets.make"), Crumbs: []page.Link{{Label: r.T("resident.sheets.title"), URL: "/sheets"}}}
	if asked || len(t.Slots) == 0 {
		s, err := p.library.Make(order(q, t, q["lang"]), p.ruby())
		if f := fault.Of(err); f != nil {
			v.Problem, v.At = r.T(f.Key, f.Args...), strings.TrimPrefix(f.Field, "slots.")
			view.Errors, view.Status = []page.Item{{ID: v.At, Text: v.Problem}}, http.StatusUnprocessableEntity
		} else if err != nil {
			return page.View{}, err
		} else {
			v.Preview = &paper{Sheet: s}
			v.Print = "/sheets/" + t.ID + "/print?" + q.Encode()
		}
	}
	view.Body = maker(v)
	return view, nil
}

// coverage tells truthfully, language by language, how many messages stand at which state.
func (p *Pages) coverage(r *page.Request) (page.View, error) {
	return page.View{Title: r.T("resident.coverage.title"), Body: coverage(p.counts()), Crumbs: []page.Link{{Label: r.T("resident.sheets.title"), URL: "/sheets"}}}, nil
}

// covered is one language of the coverage page.
type covered struct {
	Language sheet.Language
	Counts   []int // by state, in the order of States
	Open     int   // messages that have passed the gate of their risk
	All      int
	States   []string
}

func (p *Pages) counts() (list []covered) {
	for _, g := range p.library.Languages {
		c := covered{Language: g, Counts: make([]int, len(p.library.States)), States: p.library.States}
		for _, t := range p.library.Templates {
			if t.Text[g.Tag] == "" {
				continue
			}
			c.All++
			c.Counts[slices.Index(p.library.States, t.State(g.Tag))]++
			if !p.library.Unverified(t, g.Tag) {
				c.Open++
			}
		}
		list = append(list, c)
	}
	return list
}

// sourceText names a message: its first line in the interface language, up to the first slot.
func sourceText(t sheet.Template, tag lang.Tag) string {
	text := t.Text[string(tag)]
	line, _, _ := strings.Cut(text, "\n")
	line, _, _ = strings.Cut(line, "{")
	return strings.TrimRight(line, ":： ")
}
