// Command tally reads what `go test -json` says, shows one line per package, the words of every test that failed and the reason
// of every test that was skipped, and ends with "N passed, N failed, N skipped". It exits with 1 when anything failed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

// count is what is known so far.
type count struct {
	passed, failed, skipped int
	said                    map[string][]string // output by package and test, until the test ends
	broken                  map[string]int      // failed tests by package
	tests                   map[string]int      // finished tests by package
}

func main() {
	c := &count{said: map[string][]string{}, broken: map[string]int{}, tests: map[string]int{}}
	c.read(os.Stdin, os.Stdout)
	fmt.Printf("%d passed, %d failed, %d skipped\n", c.passed, c.failed, c.skipped)
	if c.failed > 0 || c.passed == 0 {
		os.Exit(1)
	}
}

// read takes the events one by one. A line that is no event (a tool's own words) is shown as it is.
func (c *count) read(in io.Reader, out io.Writer) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(out, lines.Text())
			continue
		}
		if e.Package == "" {
			e.Package = e.ImportPath
		}
		c.take(e, out)
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(out, err)
		c.failed++
	}
}

// take counts one event and shows what a person needs of it.
func (c *count) take(e event, out io.Writer) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		c.said[key] = append(c.said[key], e.Output)
		return
	case "build-fail":
		fmt.Fprintf(out, "FAIL %s does not build\n%s", e.Package, strings.Join(c.said[key], ""))
	case "pass", "fail", "skip":
		if e.Test != "" {
			c.test(e, out, c.said[key])
		} else {
			c.pack(e, out, c.said[key])
		}
	default:
		return
	}
	delete(c.said, key)
}

// test ends one test.
func (c *count) test(e event, out io.Writer, said []string) {
	c.tests[e.Package]++
	switch e.Action {
	case "pass":
		c.passed++
	case "skip":
		c.skipped++
		fmt.Fprintf(out, "skip %s %s\n%s", e.Package, e.Test, strings.Join(said, ""))
	case "fail":
		c.failed++
		c.broken[e.Package]++
		fmt.Fprintf(out, "FAIL %s %s\n%s", e.Package, e.Test, strings.Join(said, ""))
	}
}

// pack ends one package. A package that failed without a failed test (it did not build, it ended early) counts as one failure.
func (c *count) pack(e event, out io.Writer, said []string) {
	if e.Action == "fail" && c.broken[e.Package] == 0 {
		c.failed++
		fmt.Fprintf(out, "FAIL %s\n%s", e.Package, strings.Join(said, ""))
		return
	}
	if c.tests[e.Package] == 0 {
		return
	}
	mark := "ok  "
	if e.Action == "fail" {
		mark = "FAIL"
	}
	fmt.Fprintf(out, "%s %-44s %4d tests %7.1f s\n", mark, e.Package, c.tests[e.Package], e.Elapsed)
}
