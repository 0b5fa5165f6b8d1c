package placement

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of what is read; beyond them the input is refused with its place.
const (
	mostBytes  = 64 << 20
	mostPeople = 1_500_000
	mostPosts  = 100_000
	mostValues = 4_000_000
	mostDepth  = 24
	mostSeats  = 1_000_000
	mostTiers  = 30_000
)

// node is one JSON value with its place, object keys in the order they came.
type node struct {
	at    string
	kind  byte // 'o' object, 'a' array, 's' string, 'n' number, 'b' bool, '0' null
	text  string
	yes   bool
	keys  []string
	items []*node
}

// parse reads one JSON value, refusing a key said twice, a second value, and depth or size without measure.
func parse(in io.Reader, at string) (*node, error) {
	limited := &io.LimitedReader{R: in, N: mostBytes + 1}
	d := &source{Decoder: json.NewDecoder(limited)}
	d.UseNumber()
	n, err := readNode(d, at, 0)
	if err == nil {
		if _, extra := d.Token(); extra != io.EOF {
			err = refuse(at, "JSONの値が二つ以上あります。", "there is more than one JSON value")
		}
	}
	if limited.N <= 0 {
		return nil, refuse(at, "入力が大きすぎます。", "the input is too large")
	}
	return n, err
}

// source counts the values it gives, so that memory stays bounded.
type source struct {
	*json.Decoder
	values int
}

func readNode(d *source, at string, depth int) (*node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, refuse(at, "JSONとして読めません：%v", "this is not JSON: %v", err)
	}
	if d.values++; d.values > mostValues {
		return nil, refuse(at, "値が多すぎます（全体で%d個まで）。", "too many values (%d at most)", mostValues)
	}
	if depth > mostDepth {
		return nil, refuse(at, "入れ子が深すぎます。", "nested too deeply")
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return readObject(d, at, depth)
		}
		return readArray(d, at, depth)
	case string:
		return &node{at: at, kind: 's', text: v}, nil
	case json.Number:
		return &node{at: at, kind: 'n', text: v.String()}, nil
	case bool:
		return &node{at: at, kind: 'b', yes: v}, nil
	}
	return &node{at: at, kind: '0'}, nil
}

func readObject(d *source, at string, depth int) (*node, error) {
	n := &node{at: at, kind: 'o'}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, refuse(at, "JSONとして読めません：%v", "this is not JSON: %v", err)
		}
		key, _ := token.(string)
		place := join(at, key)
		if seen[key] {
			return nil, refuse(place, "同じ名前が二度あります。", "the same key is there twice")
		}
		seen[key] = true
		item, err := readNode(d, place, depth+1)
		if err != nil {
			return nil, err
		}
		n.keys, n.items = append(n.keys, key), append(n.items, item)
	}
	return n, closing(d, at)
}

func readArray(d *source, at string, depth int) (*node, error) {
	n := &node{at: at, kind: 'a'}
	for d.More() {
		item, err := readNode(d, at+"["+strconv.Itoa(len(n.items))+"]", depth+1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, item)
	}
	return n, closing(d, at)
}

func closing(d *source, at string) error {
	if _, err := d.Token(); err != nil {
		return refuse(at, "JSONとして読めません：%v", "this is not JSON: %v", err)
	}
	return nil
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

// reader walks nodes and keeps the first thing that cannot be used.
type reader struct {
	err *Refusal
}

func (r *reader) fail(at, ja, en string, args ...any) {
	if r.err == nil {
		r.err = refuse(at, ja, en, args...)
	}
}

// fields calls known for every key of an object; a key it does not know is refused, so that no typing mistake is dropped in silence.
func (r *reader) fields(n *node, known map[string]func(*node)) {
	if n == nil || n.kind == '0' {
		return
	}
	if n.kind != 'o' {
		r.fail(n.at, "ここには項目の組（{…}）が要ります。", "an object is needed here")
		return
	}
	for i, key := range n.keys {
		read, ok := known[key]
		if !ok {
			r.unknown(n.items[i].at, key)
			return
		}
		if read(n.items[i]); r.err != nil {
			return
		}
	}
}

func (r *reader) unknown(at, key string) {
	switch strings.ToLower(key) {
	case "sex", "gender", "age", "religion", "faith", "name", "photo":
		r.fail(at, "「%s」は配置に使いません。入力から除いてください。", "%s is never an input of placement; leave it out", key)
	default:
		r.fail(at, "「%s」という項目はありません。", "there is no field %s", key)
	}
}

func (r *reader) object(n *node, each func(key string, item *node)) {
	if n.kind == '0' {
		return
	}
	if n.kind != 'o' {
		r.fail(n.at, "ここには項目の組（{…}）が要ります。", "an object is needed here")
		return
	}
	for i := range n.items {
		if each(n.keys[i], n.items[i]); r.err != nil {
			return
		}
	}
}

func (r *reader) array(n *node, each func(item *node)) {
	if n.kind == '0' {
		return
	}
	if n.kind != 'a' {
		r.fail(n.at, "ここには並び（[…]）が要ります。", "a list is needed here")
		return
	}
	for _, item := range n.items {
		if each(item); r.err != nil {
			return
		}
	}
}

func (r *reader) string(n *node) string {
	if n.kind == '0' {
		return ""
	}
	if n.kind != 's' {
		r.fail(n.at, "ここには文字が要ります。", "a text is needed here")
	}
	return n.text
}

// id is a string that names something.
func (r *reader) id(n *node) string {
	s := r.string(n)
	r.named(n.at, s)
	return s
}

func (r *reader) named(at, s string) {
	if s == "" || len(s) > 200 {
		r.fail(at, "番号は1文字以上200字以内で入力してください。", "an id needs 1 to 200 bytes")
	}
}

func (r *reader) strings(n *node) []string {
	var list []string
	if n.kind == 's' {
		return []string{n.text}
	}
	r.array(n, func(item *node) { list = append(list, r.id(item)) })
	return list
}

func (r *reader) bool(n *node) bool {
	if n.kind != 'b' && n.kind != '0' {
		r.fail(n.at, "ここには true か false が要ります。", "true or false is needed here")
	}
	return n.yes
}

// int reads a whole number between least and most.
func (r *reader) int(n *node, least, most int) int {
	v, err := strconv.Atoi(n.text)
	if n.kind != 'n' || err != nil || v < least || v > most {
		r.fail(n.at, "ここには%dから%dまでの整数が要ります。", "a whole number from %d to %d is needed here", least, most)
		return least
	}
	return v
}

// degrees reads a coordinate into millionths of a degree.
func (r *reader) degrees(n *node, most float64) int64 {
	v, err := strconv.ParseFloat(n.text, 64)
	if n.kind != 'n' || err != nil || v < -most || v > most {
		r.fail(n.at, "ここには-%vから%vまでの度数が要ります。", "degrees from -%v to %v are needed here", most, most)
		return 0
	}
	scaled := float64(v * 1e6)
	if scaled < 0 {
		return int64(scaled - 0.5)
	}
	return int64(scaled + 0.5)
}

// one reads a word of a list and gives its place in it.
func (r *reader) one(n *node, words ...string) int {
	s := r.string(n)
	for i, word := range words {
		for w := range strings.SplitSeq(word, "|") {
			if w == s {
				return i
			}
		}
	}
	r.fail(n.at, "「%s」は使えません。%s のどれかにしてください。", "%q cannot be used; say one of %s", s, fmt.Sprint(words))
	return 0
}
