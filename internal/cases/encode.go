package cases

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"kakehashi/internal/lang"
)

// A case and its events are written as JSON with every save, and an event's bytes are what the chain hashes. jsonText writes exactly the
// bytes that encoding/json would, without reflection; a test holds the two beside each other for every member of the types.
type jsonText []byte

// comma stands before the next member of an object or list that has one already.
func (b *jsonText) comma() {
	switch last := (*b)[len(*b)-1]; last {
	case '{', '[':
	default:
		*b = append(*b, ',')
	}
}

func (b *jsonText) key(name string) {
	b.comma()
	*b = append(append(append(*b, '"'), name...), '"', ':')
}

func (b *jsonText) text(name, v string) {
	b.key(name)
	b.quoted(v)
}

func (b *jsonText) textIf(name, v string) {
	if v != "" {
		b.text(name, v)
	}
}

func (b *jsonText) number(name string, v int64) {
	b.key(name)
	*b = strconv.AppendInt(*b, v, 10)
}

func (b *jsonText) numberIf(name string, v int64) {
	if v != 0 {
		b.number(name, v)
	}
}

func (b *jsonText) sumIf(name string, v *int64) {
	if v != nil {
		b.number(name, *v)
	}
}

func (b *jsonText) truth(name string, v bool) {
	b.key(name)
	*b = strconv.AppendBool(*b, v)
}

func (b *jsonText) truthIf(name string, v bool) {
	if v {
		b.truth(name, v)
	}
}

func (b *jsonText) time(name string, v time.Time) {
	b.key(name)
	*b = append(*b, '"')
	*b = v.AppendFormat(*b, time.RFC3339Nano)
	*b = append(*b, '"')
}

func (b *jsonText) timeIf(name string, v time.Time) {
	if !v.IsZero() {
		b.time(name, v)
	}
}

func (b *jsonText) words(name string, v lang.Text) {
	b.key(name)
	*b = append(*b, '{')
	b.text("ja", v.JA)
	b.text("en", v.EN)
	*b = append(*b, '}')
}

func (b *jsonText) wordsIf(name string, v lang.Text) {
	if v != (lang.Text{}) {
		b.words(name, v)
	}
}

func (b *jsonText) textsIf(name string, list []string) {
	if len(list) > 0 {
		eachOf(b, name, list, func(b *jsonText, s string) { b.quoted(s) })
	}
}

// eachOf writes a list; nil is null.
func eachOf[T any](b *jsonText, name string, list []T, one func(*jsonText, T)) {
	b.key(name)
	if list == nil {
		*b = append(*b, "null"...)
		return
	}
	*b = append(*b, '[')
	for _, x := range list {
		b.comma()
		one(b, x)
	}
	*b = append(*b, ']')
}

// objects writes a list of objects if there are any.
func objects[T any](b *jsonText, name string, list []T, members func(*jsonText, *T)) {
	if len(list) == 0 {
		return
	}
	b.key(name)
	*b = append(*b, '[')
	for i := range list {
		b.comma()
		*b = append(*b, '{')
		members(b, &list[i])
		*b = append(*b, '}')
	}
	*b = append(*b, ']')
}

// object writes one if there is one.
func object[T any](b *jsonText, name string, v *T, members func(*jsonText, *T)) {
	if v == nil {
		return
	}
	b.key(name)
	*b = append(*b, '{')
	members(b, v)
	*b = append(*b, '}')
}

// named writes a map in the order of its keys; nil is null.
func named[V any](b *jsonText, name string, m map[string]V, one func(*jsonText, string, V)) {
	b.key(name)
	if m == nil {
		*b = append(*b, "null"...)
		return
	}
	var room [64]string
	keys := slices.AppendSeq(room[:0], maps.Keys(m))
	slices.SortFunc(keys, cmp.Compare[string])
	*b = append(*b, '{')
	for _, k := range keys {
		b.comma()
		b.quoted(k)
		*b = append(*b, ':')
		one(b, k, m[k])
	}
	*b = append(*b, '}')
}

func namedIf[V any](b *jsonText, name string, m map[string]V, one func(*jsonText, string, V)) {
	if len(m) > 0 {
		named(b, name, m, one)
	}
}

func aRaw(b *jsonText, _ string, v json.RawMessage) { b.raw(v) }

func aNumber[T int | int64](b *jsonText, _ string, v T) { *b = strconv.AppendInt(*b, int64(v), 10) }

func aTime(b *jsonText, _ string, v time.Time) {
	*b = append(v.AppendFormat(append(*b, '"'), time.RFC3339Nano), '"')
}

// raw writes a stored value. What this program stored is compact and escaped already; anything else is made so.
func (b *jsonText) raw(v json.RawMessage) {
	if settled(v) {
		*b = append(*b, v...)
		return
	}
	if v == nil {
		*b = append(*b, "null"...)
		return
	}
	if tidy, err := json.Marshal(v); err == nil {
		*b = append(*b, tidy...)
	} else {
		*b = append(*b, "null"...) // never stored: whoever brings an answer in has read it as JSON
	}
}

// settled reports whether a value can stand as it is: no blank outside texts, nothing that encoding/json would escape.
func settled(v []byte) bool {
	if len(v) == 0 {
		return false
	}
	inside := false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '"':
			inside = !inside
		case c == '\\':
			if !inside {
				return false
			}
			i++
		case c == '<', c == '>', c == '&', c < ' ', c == ' ' && !inside:
			return false
		case c == 0xE2 && bytes.HasPrefix(v[i+1:], []byte{0x80}) && i+2 < len(v) && v[i+2]&^1 == 0xA8:
			return false
		}
	}
	return !inside && (v[0] == '"' || json.Valid(v))
}

const hexDigits = "0123456789abcdef"

// quoted writes a text as encoding/json does by default: safe inside HTML too.
func (b *jsonText) quoted(s string) {
	out := append(*b, '"')
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
				i++
				continue
			}
			out = append(out, s[from:i]...)
			switch c {
			case '"', '\\':
				out = append(out, '\\', c)
			case '\b':
				out = append(out, '\\', 'b')
			case '\f':
				out = append(out, '\\', 'f')
			case '\n':
				out = append(out, '\\', 'n')
			case '\r':
				out = append(out, '\\', 'r')
			case '\t':
				out = append(out, '\\', 't')
			default:
				out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			from = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			out = append(append(out, s[from:i]...), `\ufffd`...)
			from = i + size
		case r == '\u2028', r == '\u2029':
			out = append(append(out, s[from:i]...), '\\', 'u', '2', '0', '2', hexDigits[r&15])
			from = i + size
		}
		i += size
	}
	*b = append(append(out, s[from:]...), '"')
}
