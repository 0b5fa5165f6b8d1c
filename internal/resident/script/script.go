// Package script holds the JavaScript that must give one answer everywhere: the rules of My Timeline. The page sends it to the
// reader's device, so that no answer leaves it; the command and the tests run the same text through an engine written in Go
// (goja). It is written in the ECMAScript that both know. We chose one small script over rules in Go compiled to WASM, because
// that is over a megabyte where a resident's page may weigh 60 KB, and over a table with an evaluator in each language, because
// two evaluators are two implementations.
package script

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/dop251/goja"
)

// Timeline is the source of the timeline rules: it defines timeline.run(input).
//
//go:embed timeline.js
var Timeline string

var compiled = sync.OnceValues(func() (*goja.Program, error) { return goja.Compile("timeline.js", Timeline, true) })

// engines are runtimes that have run the script; one serves one call at a time.
var engines = sync.Pool{New: func() any {
	program, err := compiled()
	if err != nil {
		return err
	}
	vm := goja.New()
	if _, err := vm.RunProgram(program); err != nil {
		return err
	}
	return vm
}}

// Run gives input as JSON to timeline.run and returns its answer as JSON.
func Run(input []byte) ([]byte, error) {
	e := engines.Get()
	if err, failed := e.(error); failed {
		return nil, fmt.Errorf("timeline rules: %w", err)
	}
	vm := e.(*goja.Runtime)
	defer engines.Put(vm)
	quoted, err := json.Marshal(string(input))
	if err != nil {
		return nil, fmt.Errorf("timeline rules: %w", err)
	}
	v, err := vm.RunString("JSON.stringify(timeline.run(JSON.parse(" + string(quoted) + ")))")
	if err != nil {
		return nil, fmt.Errorf("timeline rules: %w", err)
	}
	return []byte(v.String()), nil
}
