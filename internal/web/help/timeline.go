package help

import (
	"bytes"
	"net/http"

	"kakehashi/internal/resident/sheet"
)

// timelineView is what the page of My Timeline shows. Alone: the page is one file that opens without a site.
type timelineView struct {
	Language  sheet.Language
	Languages []sheet.Language
	T, JA     map[string]string
	Actions   map[string]string
	ActionsJA map[string]string
	Version   string
	Alone     bool
}

// marked is the mark of unreviewed words; Japanese and やさしい日本語 are the source.
func (v timelineView) marked() string {
	if v.Language.Code() == "ja" {
		return ""
	}
	return v.Language.Mark
}

// scriptWords are what the script draws with.
func (v timelineView) scriptWords() map[string]any {
	return map[string]any{"lang": v.Language.Tag, "ui": v.T, "ja": v.JA, "act": v.Actions, "actja": v.ActionsJA, "mark": v.marked(), "vocabulary": v.Version}
}

// paperRows are the moments of the plan on paper, for people without a device and pages without a script.
func paperRows() [][2]string {
	return [][2]string{{"−72:00", "check-map"}, {"−72:00", "stock"}, {"−24:00", "pack"}, {"−24:00", "tell-family"}, {"−12:00", "watch-level"},
		{"−5:00", "prepare"}, {"−3:00", "last-call"}, {"0:00", "protect"}}
}

// asks are the tick boxes about people, in the order of the page.
func asks() []string {
	return []string{"child", "older", "pregnant", "wheelchair", "device", "insulin", "nojapanese", "pet", "nocage", "car"}
}

// boxName is the name a box has for the rules.
func boxName(key string) string {
	if key == "device" {
		return "dialysis"
	}
	return key
}

func (p *Pages) view(g sheet.Language) timelineView {
	return timelineView{Language: g, Languages: p.library.Languages, T: p.texts[g.Tag], JA: p.texts["ja"], Actions: p.words[g.Tag], ActionsJA: p.words["ja"], Version: p.version}
}

// choose is the door: every language by its own name, the browser's first.
func (p *Pages) choose(w http.ResponseWriter, r *http.Request) {
	g, _ := p.language(r)
	p.draw(w, r, func(b *bytes.Buffer) error { return chooser(p.view(g)).Render(r.Context(), b) }, "")
}

func (p *Pages) timeline(w http.ResponseWriter, r *http.Request) {
	g, ok := p.language(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	p.draw(w, r, func(b *bytes.Buffer) error { return timelinePage(p.view(g)).Render(r.Context(), b) }, "")
}

// timelineFile is the page as one file to keep, pass on by cable and open without any network.
func (p *Pages) timelineFile(w http.ResponseWriter, r *http.Request) {
	g, ok := p.language(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	v := p.view(g)
	v.Alone = true
	p.draw(w, r, func(b *bytes.Buffer) error { return timelinePage(v).Render(r.Context(), b) }, "my-timeline-"+g.Tag+".html")
}

// draw finishes a page in memory and sends it, as a file to keep when it has a name.
func (p *Pages) draw(w http.ResponseWriter, r *http.Request, render func(*bytes.Buffer) error, name string) {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	if name != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	send(w, r, "text/html; charset=utf-8", "", b.Bytes())
}

// at is an address below /resident.
func at(tag, name string) string { return "/resident/" + tag + "/" + name }
