package uxcheck

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kakehashi/test/browse"
)

// Hands are people at one real browser, each with a window of their own, who work by keyboard alone or without scripts (hands.mjs). A step
// that cannot be taken ends the test and shows the page; what is wrong on the way (a focus that is lost, hidden, without a ring or out of
// order; a script that breaks) fails it.
type Hands struct {
	t     testing.TB
	say   io.Writer
	hear  *bufio.Scanner
	files string
	stops map[string]int
	look  bool
	bad   map[string]string // a refusal somebody came to, that nobody has said to be right
}

// Ways are how people work at a browser.
type Ways struct {
	Keyboard bool `json:"keyboard"` // without a mouse: everything is reached by Tab, and the way is watched
	Scripts  bool `json:"scripts"`  // the browser runs scripts
	Look     bool `json:"look"`     // every page is looked at (look.mjs), and a refusal that is not expected is wrong
}

// NewHands opens the browser on the service at base; it is closed when the test ends.
func NewHands(t *testing.T, base string, ways Ways) *Hands {
	t.Helper()
	node, dir := tools(t)
	command := exec.Command(node, filepath.Join(dir, "hands.mjs"))
	command.Dir, command.Stderr = dir, os.Stderr
	say, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	hear, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	h := &Hands{t: t, say: say, hear: bufio.NewScanner(hear), files: t.TempDir(), stops: map[string]int{}, bad: map[string]string{}}
	h.hear.Buffer(nil, 16<<20)
	t.Cleanup(func() {
		say.Close()
		if err := command.Wait(); err != nil {
			t.Logf("the browser ended: %v", err)
		}
	})
	h.look = ways.Look
	h.tell(struct {
		Base string `json:"base"`
		Ways
	}{base, ways})
	return h
}

func (h *Hands) tell(what any) {
	h.t.Helper()
	line, err := json.Marshal(what)
	if err == nil {
		_, err = h.say.Write(append(line, '\n'))
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// Stops are how many stops of the Tab key were made, and watched, by everybody.
func (h *Hands) Stops() int {
	n := 0
	for _, stops := range h.stops {
		n += stops
	}
	return n
}

// Of is the window of one person; asked twice, the same.
func (h *Hands) Of(who string) *Window { return &Window{hands: h, who: who} }

// Window is one person's window. Its steps are those of browse.Browser.
type Window struct {
	hands *Hands
	who   string
	shown screen
}

// screen is what a window shows after a step.
type screen struct {
	URL     string   `json:"url"`
	Status  int      `json:"status"`
	Title   string   `json:"title"`
	Heading string   `json:"heading"`
	Text    string   `json:"text"`
	Stops   int      `json:"stops"`
	Has     bool     `json:"has"`
	File    string   `json:"file"`
	Wrong   []string `json:"wrong"`
}

func (w *Window) do(step string, words, value string) *Window {
	h := w.hands
	h.t.Helper()
	if bad := h.bad[w.who]; bad != "" {
		h.t.Errorf("%s came to a refusal: %s", w.who, bad)
		delete(h.bad, w.who)
	}
	h.tell(map[string]string{"who": w.who, step: words, "value": value})
	w.shown = screen{}
	if !h.hear.Scan() {
		h.t.Fatalf("%s: the browser says nothing: %v", words, h.hear.Err())
	}
	if err := json.Unmarshal(h.hear.Bytes(), &w.shown); err != nil {
		h.t.Fatalf("%s: %v", words, err)
	}
	h.stops[w.who] = w.shown.Stops
	ended := false
	for _, wrong := range w.shown.Wrong {
		h.t.Errorf("%s: %s", w.who, wrong)
		ended = ended || strings.HasPrefix(wrong, "{")
	}
	if opens := step == "open" || step == "press" || step == "follow"; h.look && opens && w.shown.Status >= http.StatusBadRequest {
		h.bad[w.who] = fmt.Sprintf("%d at %s", w.shown.Status, w.shown.URL)
	}
	if ended {
		w.fail("%s %q cannot be done", step, words)
	}
	return w
}

func (w *Window) fail(format string, args ...any) {
	w.hands.t.Helper()
	words := []rune(w.Text())
	w.hands.t.Errorf("--- on the screen of %s: %s (%d) %s\n%s", w.who, w.shown.URL, w.shown.Status, w.shown.Title, string(words[:min(len(words), 3000)]))
	w.hands.t.Fatalf(format, args...)
}

// Open types an address; by keyboard that is allowed at the beginning only, then links lead on.
func (w *Window) Open(address string) *Window { return w.do("open", address, "") }

// OpenOK is Open for a page that must be there.
func (w *Window) OpenOK(address string) *Window { return w.Open(address).WantStatus(http.StatusOK) }

// Follow goes where a link leads.
func (w *Window) Follow(words string) *Window { return w.do("follow", words, "") }

// Fill types into a field, or chooses in a list.
func (w *Window) Fill(field, value string) *Window { return w.do("fill", field, value) }

// Choose takes one option of a list or of a group of radios or boxes.
func (w *Window) Choose(group, option string) *Window { return w.do("choose", group, option) }

// Tick sets a box.
func (w *Window) Tick(field string) *Window { return w.do("tick", field, "") }

// Press presses a button; the page it opens is on the screen afterwards.
func (w *Window) Press(words string) *Window { return w.do("press", words, "") }

// Attach chooses files, at once, in the system's own chooser.
func (w *Window) Attach(field string, files ...browse.Upload) *Window {
	w.hands.t.Helper()
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = filepath.Join(w.hands.files, f.Name)
		if err := os.WriteFile(paths[i], f.Content, 0o600); err != nil {
			w.hands.t.Fatal(err)
		}
	}
	return w.do("attach", field, strings.Join(paths, "\n"))
}

// Save takes what a link gives, a PDF or another file, and leaves the page on the screen.
func (w *Window) Save(words string) []byte {
	w.hands.t.Helper()
	content, err := os.ReadFile(w.do("save", words, "").shown.File)
	if err != nil {
		w.hands.t.Fatalf("%s gives no file: %v", words, err)
	}
	return content
}

// Text is what the page shows, white space folded.
func (w *Window) Text() string { return strings.Join(strings.Fields(w.shown.Text), " ") }

// Heading is the words of the page's h1.
func (w *Window) Heading() string { return w.shown.Heading }

// Path is where the person stands.
func (w *Window) Path() string { return w.shown.URL }

// Has says whether the page has a field with this label or name that can be filled in.
func (w *Window) Has(field string) bool { return w.do("has", field, "").shown.Has }

// WantStatus ends the test unless the page answered with this status.
func (w *Window) WantStatus(status int) *Window {
	w.hands.t.Helper()
	delete(w.hands.bad, w.who)
	if w.shown.Status != status {
		w.fail("status %d, want %d", w.shown.Status, status)
	}
	return w
}

// WantTitle ends the test unless the title contains these words.
func (w *Window) WantTitle(words string) *Window {
	w.hands.t.Helper()
	if !strings.Contains(w.shown.Title, words) {
		w.fail("title %q, want %q in it", w.shown.Title, words)
	}
	return w
}

// Sees fails the test for each of these words that the page does not show.
func (w *Window) Sees(words ...string) *Window {
	w.hands.t.Helper()
	for _, one := range words {
		if !strings.Contains(w.Text(), one) {
			w.fail("the page does not show %q", one)
		}
	}
	return w
}
