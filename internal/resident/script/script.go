// Package script holds the JavaScript of the rules of My Timeline: the page sends it to the reader's device, so that no answer leaves
// it. The command has the same rules in Go (package timeline), and a test of that package runs both on thousands of households. An
// engine for JavaScript inside the command would make one implementation of two and the command 6 MB larger; rules in Go compiled to
// WASM are over a megabyte where a resident's page may weigh 60 KB.
package script

import _ "embed"

// Timeline is the source of the timeline rules: it defines timeline.run(input).
//
//go:embed timeline.js
var Timeline string
