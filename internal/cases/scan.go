package cases

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Stored projections and events are JSON that this program wrote, and are read far more often than written. Most of their fields are
// therefore read by hand, without reflection: texts are parts of what was stored, answers stay as they are until somebody asks. What
// looks in any way unusual is left to encoding/json, whose result this reader must equal.

// scan reads one JSON text from front to back. Once bad, it reads nothing more.
type scan struct {
	s   string
	b   []byte // the same bytes, for what is kept raw
	i   int
	bad bool

	unjudged bool // evaluations are passed over
}

var errUnusual = errors.New("unusual JSON")

// scanned runs read over the text, which nobody may write to afterwards; errUnusual when it is not all plain.
func scanned(b []byte, read func(*scan)) error {
	if !utf8.Valid(b) {
		return errUnusual
	}
	x := &scan{s: textOf(b), b: b}
	read(x)
	if x.space(); x.bad || x.i != len(x.s) {
		return errUnusual
	}
	return nil
}

func (x *scan) space() {
	for x.i < len(x.s) {
		switch x.s[x.i] {
		case ' ', '\t', '\n', '\r':
			x.i++
		default:
			return
		}
	}
}

// peek is the next byte that is not blank, 0 at the end.
func (x *scan) peek() byte {
	if x.space(); x.bad || x.i >= len(x.s) {
		return 0
	}
	return x.s[x.i]
}

func (x *scan) take(c byte) bool {
	if x.peek() != c {
		x.bad = true
		return false
	}
	x.i++
	return true
}

// null takes a null, if there is one: the field keeps its zero value.
func (x *scan) null() bool {
	if x.peek() != 'n' {
		return false
	}
	x.word("null")
	return true
}

func (x *scan) word(w string) {
	if !strings.HasPrefix(x.s[x.i:], w) {
		x.bad = true
		return
	}
	x.i += len(w)
}

// object calls field for every key; field reads the value. It reports whether there was an object.
func (x *scan) object(field func(key string)) bool {
	if x.null() || !x.take('{') {
		return false
	}
	if x.peek() == '}' {
		x.i++
		return true
	}
	for !x.bad {
		key := x.text()
		if x.take(':') {
			field(key)
		}
		if x.peek() == '}' {
			x.i++
			return true
		}
		x.take(',')
	}
	return false
}

// array calls element before every element, which it reads. It reports whether there was an array.
func (x *scan) array(element func()) bool {
	if x.null() || !x.take('[') {
		return false
	}
	if x.peek() == ']' {
		x.i++
		return true
	}
	for !x.bad {
		element()
		if x.peek() == ']' {
			x.i++
			return true
		}
		x.take(',')
	}
	return false
}

// text reads a string.
func (x *scan) text() string {
	if x.null() {
		return ""
	}
	from := x.i
	plain := x.skipText()
	if x.bad {
		return ""
	}
	if plain {
		return x.s[from+1 : x.i-1]
	}
	var s string
	if json.Unmarshal(x.b[from:x.i], &s) != nil {
		x.bad = true
	}
	return s
}

// skipText goes behind a string and reports whether it is written without escapes.
func (x *scan) skipText() (plain bool) {
	if !x.take('"') {
		return false
	}
	plain = true
	for x.i < len(x.s) {
		switch c := x.s[x.i]; {
		case c == '"':
			x.i++
			return plain
		case c == '\\':
			plain = false
			x.i += 2
		case c < ' ':
			x.bad = true
			return false
		default:
			x.i++
		}
	}
	x.bad = true
	return false
}

// whole reads a whole number.
func (x *scan) whole() int64 {
	if x.null() {
		return 0
	}
	x.space()
	from := x.i
	for x.i < len(x.s) && (x.s[x.i] == '-' || x.s[x.i] >= '0' && x.s[x.i] <= '9') {
		x.i++
	}
	n, err := strconv.ParseInt(x.s[from:x.i], 10, 64)
	if err != nil {
		x.bad = true
	}
	return n
}

func (x *scan) number() int { return int(x.whole()) }

func (x *scan) yes() bool {
	switch x.peek() {
	case 't':
		x.word("true")
		return true
	case 'f':
		x.word("false")
	default:
		if !x.null() {
			x.bad = true
		}
	}
	return false
}

// moment reads a time as encoding/json does.
func (x *scan) moment() (t time.Time) {
	if b := x.raw(); !x.bad && t.UnmarshalJSON(b) != nil {
		x.bad = true
	}
	return t
}

// raw is the next value as it is written. Nobody can append to it into what follows.
func (x *scan) raw() json.RawMessage {
	x.space()
	from := x.i
	x.skip()
	if x.bad {
		return nil
	}
	return x.b[from:x.i:x.i]
}

// skip goes behind the next value. Values inside it are checked no further than its brackets: they were written by this program, and are
// checked by whoever reads them.
func (x *scan) skip() {
	switch x.peek() {
	case '"':
		x.skipText()
		return
	case '{', '[':
	case 0:
		x.bad = true
		return
	default:
		from := x.i
		for x.i < len(x.s) && !strings.ContainsRune(",]} \t\n\r", rune(x.s[x.i])) {
			x.i++
		}
		if x.i == from {
			x.bad = true
		}
		return
	}
	depth := 0
	for x.i < len(x.s) && !x.bad {
		switch x.s[x.i] {
		case '"':
			x.skipText()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				x.i++
				return
			}
		}
		x.i++
	}
	x.bad = true
}

// value reads whatever comes next, with numbers as written. Numbers that are not plainly whole are left to encoding/json.
func (x *scan) value() any {
	switch c := x.peek(); c {
	case '"':
		return x.text()
	case '{':
		m := map[string]any{}
		x.object(func(key string) { m[key] = x.value() })
		return m
	case '[':
		list := []any{}
		x.array(func() { list = append(list, x.value()) })
		return list
	case 't', 'f':
		return x.yes()
	case 'n':
		x.null()
		return nil
	}
	from := x.i
	for x.i < len(x.s) && x.s[x.i] >= '0' && x.s[x.i] <= '9' {
		x.i++
	}
	if n := x.i - from; n == 0 || n > 1 && x.s[from] == '0' {
		x.bad = true
	}
	return json.Number(x.s[from:x.i])
}

// other reads the next value into v by encoding/json: what is rare or small.
func (x *scan) other(v any) {
	if b := x.raw(); !x.bad && json.Unmarshal(b, v) != nil {
		x.bad = true
	}
}

// texts is a list of strings; null is nil.
func (x *scan) texts() []string {
	var list []string
	if x.array(func() { list = append(list, x.text()) }) && list == nil {
		list = []string{}
	}
	return list
}

// raws is an object whose values are kept as they are; null is nil.
func (x *scan) raws() map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	if !x.object(func(key string) { m[key] = x.raw() }) {
		return nil
	}
	return m
}

// wholes is an object of whole numbers; null is nil.
func wholes[N int | int64](x *scan) map[string]N {
	m := map[string]N{}
	if !x.object(func(key string) { m[key] = N(x.whole()) }) {
		return nil
	}
	return m
}
