// Package uxcheck looks at pages of a running Kakehashi in a real browser: accessibility (WCAG 2.2 A and AA) by axe and by our
// own rules, layout from 320 to 1280 pixels in light and dark, a walk with the keyboard, forced colours, wide text spacing,
// zoom, print, weight, links, and the HTML and CSS as sent. The checks are in the .mjs files and page/ beside this one and need
// node, Chromium and Java; this package hands them a list of pages and turns what they find into test failures. Every rule of
// theirs is tested with a seeded defect it finds and a clean page it leaves alone (calibrate.mjs).
package uxcheck

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Page is one page to check, asked for at its address or, with HTML, as it was answered earlier. The zero values check everything: three widths, two themes, keyboard and extras, status 200.
type Page struct {
	Name       string            `json:"name"` // unique; also names the screenshots
	URL        string            `json:"url"`  // path from the base address
	Lang       string            `json:"lang"` // "ja" or "en": what <html lang> must say
	Cookies    map[string]string `json:"cookies,omitempty"`
	CookieFree bool              `json:"cookieFree,omitempty"` // a public page sets no cookie
	Kind       string            `json:"kind,omitempty"`       // weight limit: public (100 KB), resident (60), work (150), any (no limit)
	Status     int               `json:"status,omitempty"`     // 200 unless said (404 and 422 pages are checked too)
	Widths     []int             `json:"widths,omitempty"`     // 320, 768, 1280 unless said
	Themes     []string          `json:"themes,omitempty"`     // light, dark unless said
	Keyboard   *bool             `json:"keyboard,omitempty"`   // the walk with Tab; true unless said
	Extras     *bool             `json:"extras,omitempty"`     // forced colours, reduced motion, spacing, zoom; true unless said
	Print      *Print            `json:"print,omitempty"`      // print it and look at the sheets
	Shot       string            `json:"shot,omitempty"`       // keep full-page pictures in OUT/shots under this name
	FewWays    bool              `json:"fewWays,omitempty"`    // axe at one width only, the first or the one Middle counts to
	Middle     int               `json:"middle,omitempty"`
	Thorough   bool              `json:"thorough,omitempty"`   // every rule and axe at every width, axe in both themes
	Paint      bool              `json:"paint,omitempty"`      // its largest thing is seen within a second (a page that was late is opened again alone)
	HTML       string            `json:"html,omitempty"`       // the page as it was answered; then only its files are asked for
	Headers    map[string]string `json:"headers,omitempty"`    // of that answer
	Steps      []Step            `json:"steps,omitempty"`      // what a person does on URL to come to the page to check
	ByKeyboard bool              `json:"byKeyboard,omitempty"` // do the steps with the keyboard alone
}

// Print says how many A4 sheets a page takes: exactly Pages, or at most Most; zero for no limit.
type Print struct {
	Pages int `json:"pages,omitempty"`
	Most  int `json:"most,omitempty"`
}

// Step is one thing a person does in the browser; one of Goto, Fill, Choose, Tick, Attach, Press, Follow with Value where it takes one (of
// Choose the option's words, of Attach a file's path).
// Fields are found by label or name, buttons and links by their words.
type Step struct {
	Goto   string `json:"goto,omitempty"`
	Fill   string `json:"fill,omitempty"`
	Choose string `json:"choose,omitempty"`
	Value  string `json:"value,omitempty"`
	Tick   string `json:"tick,omitempty"`
	Attach string `json:"attach,omitempty"`
	Press  string `json:"press,omitempty"`
	Follow string `json:"follow,omitempty"`
}

// Finding is one thing a rule objects to. Where lists the widths and themes it was seen at.
type Finding struct {
	Rule  string   `json:"rule"`
	At    string   `json:"at"`
	Say   string   `json:"say"`
	Where []string `json:"where"`
}

// Report is what a run found, page by page in the order given.
type Report struct {
	Date     string              `json:"date"`
	Tools    map[string]string   `json:"tools"`    // versions by name
	Criteria map[string][]string `json:"criteria"` // rules by criterion of WCAG
	Pages    []struct {
		Name       string    `json:"name"`
		URL        string    `json:"url"`
		Lang       string    `json:"lang"`
		Found      []Finding `json:"found"`
		Figures    Figures   `json:"figures"`
		Incomplete []Unsure  `json:"incomplete"`
		Ran        []string  `json:"ran"` // what was done with the page: "axe 320 light", "keyboard", "print"
		Millis     int       `json:"ms"`
	} `json:"pages"`
}

// Unsure is what axe cannot judge by itself and a person has looked at (reviewed.json).
type Unsure struct {
	ID  string `json:"id"`
	At  string `json:"at"`
	Why string `json:"why"`
}

// Figures are bytes as sent, cumulative layout shift and largest contentful paint in milliseconds.
type Figures struct {
	Total int     `json:"total"`
	CSS   int     `json:"css"`
	JS    int     `json:"js"`
	Files int     `json:"files"`
	Shift float64 `json:"shift"`
	Paint int     `json:"paint"`
}

// Check looks at the pages of the service at base; every page is a subtest that fails with what was found there. The whole
// report is returned. KAKEHASHI_UX_OUT keeps the report and printed sheets in a folder, with KAKEHASHI_UX_SHOTS a picture of every page. Of the others
// only the HTML is checked.
func Check(t *testing.T, base string, pages []Page, others ...Page) Report {
	t.Helper()
	out := os.Getenv("KAKEHASHI_UX_OUT")
	if out == "" {
		out = t.TempDir()
	} else if os.Getenv("KAKEHASHI_UX_SHOTS") != "" {
		for i := range pages {
			pages[i].Shot = pages[i].Name
		}
	}
	report, err := Run(t, base, pages, out, others...)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range report.Pages {
		t.Run(page.Name, func(t *testing.T) {
			for i, f := range page.Found {
				if i == 40 {
					t.Errorf("… and %d more", len(page.Found)-i)
					break
				}
				t.Errorf("%s  %s: %s [%s]", f.Rule, f.At, f.Say, strings.Join(f.Where, "; "))
			}
		})
	}
	return report
}

// Run looks at the pages and returns what was found, without judging it. Pictures and printed sheets go to the folder out.
func Run(t *testing.T, base string, pages []Page, out string, others ...Page) (Report, error) {
	t.Helper()
	var report Report
	spec, err := json.Marshal(map[string]any{"base": base, "workers": runtime.NumCPU(), "pages": pages, "markup": others})
	if err != nil {
		return report, err
	}
	list := filepath.Join(out, "pages.json")
	if err := os.MkdirAll(out, 0o755); err != nil {
		return report, err
	}
	if err := os.WriteFile(list, spec, 0o600); err != nil {
		return report, err
	}
	said, runErr := Node(t, "run.mjs", list, out)
	content, err := os.ReadFile(filepath.Join(out, "report.json"))
	if err == nil {
		err = json.Unmarshal(content, &report)
	}
	if err != nil {
		return report, fmt.Errorf("the run left no report (%w, %w):\n%s", err, runErr, said)
	}
	return report, nil
}

// home is the folder of the scripts, from wherever in the module a test runs (built with -trimpath a program does not know).
func home(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "test", "uxcheck")
		}
	}
	t.Fatal("the scripts of the browser checks are found from inside the module only")
	return ""
}

// Node runs one of the scripts beside this file and returns what it said. Missing tools end the test with what to install.
func Node(t *testing.T, script string, args ...string) (string, error) {
	t.Helper()
	node, dir := tools(t)
	command := exec.CommandContext(t.Context(), node, append([]string{filepath.Join(dir, script)}, args...)...)
	command.Dir = dir
	said, err := command.CombinedOutput()
	return string(said), err
}

// tools are the node that runs the scripts and the folder they are in.
func tools(t *testing.T) (node, dir string) {
	t.Helper()
	dir = home(t)
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "playwright-core")); err != nil {
		t.Fatal("the browser checks are not installed: run `make tools` (npm ci in test/uxcheck)")
	}
	node = "node"
	if own, _ := filepath.Glob(filepath.Join(dir, "runtime", "node_modules", "*", "bin", "node")); len(own) > 0 {
		node = own[0] // this machine's own is too old for the browser's driver
	}
	for _, tool := range []string{node, "java", "pdfinfo"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed: run `make tools`", tool)
		}
	}
	return node, dir
}
