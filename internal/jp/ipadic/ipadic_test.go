package ipadic_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ikawaha/kagome-dict/dict"
	"github.com/ikawaha/kagome-dict/ipa"
	"github.com/ikawaha/kagome/v2/tokenizer"

	"kakehashi/internal/jp/ipadic"
)

func TestTheDictionaryIsThatOfTheModuleWithoutPronunciations(t *testing.T) {
	got, err := ipadic.Reading()
	if err != nil {
		t.Fatal(err)
	}
	want := ipa.Dict()
	if !slices.Equal(got.Morphs, want.Morphs) || len(got.Contents) != len(want.Contents) || !slices.Equal(got.Connection.Vec, want.Connection.Vec) ||
		!slices.Equal(got.Index.Da, want.Index.Da) {
		t.Fatal("run go generate in this folder: the module's dictionary has changed")
	}
	for i, row := range want.Contents {
		if !slices.Equal(got.Contents[i], row[:len(row)-1]) {
			t.Fatalf("row %d: %q, want %q", i, got.Contents[i], row)
		}
	}
	// And it reads the same.
	cut := func(d *dict.Dict) (out []string) {
		c, err := tokenizer.New(d, tokenizer.OmitBosEos())
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range c.Tokenize("野々市市の国際交流協会が、7月にドイツ語の講座を開きました。") {
			out = append(out, w.Surface+" "+strings.Join(w.Features()[:min(8, len(w.Features()))], ","))
		}
		return out
	}
	if a, b := cut(got), cut(want); !slices.Equal(a, b) {
		t.Errorf("%q\n%q", a, b)
	}
}

func TestTheDictionaryIsSharedWhileInUseAndGoneAfter(t *testing.T) {
	a, err := ipadic.Cutting()
	if err != nil {
		t.Fatal(err)
	}
	b, err := ipadic.Cutting()
	if err != nil || a != b {
		t.Errorf("loaded twice at once, %v", err)
	}
	gone := make(chan bool, 1)
	runtime.AddCleanup(a, func(c chan bool) { c <- true }, gone)
	runtime.KeepAlive(b)
	a, b = nil, nil
	for range 10 {
		runtime.GC()
		select {
		case <-gone:
			if again, err := ipadic.Cutting(); err != nil || len(again.Morphs) == 0 {
				t.Errorf("not loaded again: %v", err)
			}
			return
		default:
		}
	}
	t.Error("kept although nobody uses it")
}
