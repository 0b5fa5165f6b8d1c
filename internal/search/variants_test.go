package search

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// variantSet is testdata/variants.txt.
type variantSet struct {
	docs []Doc
	asks []ask
}

type ask struct {
	text         string
	wants, traps []string
}

func readVariants(t *testing.T) (s variantSet) {
	t.Helper()
	b, err := os.ReadFile("testdata/variants.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "doc "); ok {
			id, text, _ := strings.Cut(rest, " ")
			title, body, _ := strings.Cut(text, " | ")
			s.docs = append(s.docs, Doc{ID: id, Kind: "page", Title: title, Body: strings.ReplaceAll(body, `\n`, "\n")})
		} else if rest, ok := strings.CutPrefix(line, "ask "); ok {
			text, keys, _ := strings.Cut(rest, " => ")
			wants, traps, _ := strings.Cut(keys, "!")
			s.asks = append(s.asks, ask{text, strings.Fields(wants), strings.Fields(traps)})
		}
	}
	return s
}

func keysOf(r Result) (list []string) {
	for _, h := range r.Hits {
		list = append(list, h.ID)
	}
	return list
}

func TestSpellingsAreOneAndPartsOfOtherWordsDoNotMix(t *testing.T) {
	set := readVariants(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := New(d)
		if err := x.Put(context.Background(), set.docs...); err != nil {
			t.Fatal(err)
		}
		wanted, found, traps, fallen := 0, 0, 0, 0
		for _, a := range set.asks {
			r, err := x.Find(context.Background(), Query{Text: a.text, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			keys := keysOf(r)
			for _, k := range a.wants {
				wanted++
				if slices.Contains(keys, k) {
					found++
				} else {
					t.Logf("%s does not find %s; it finds %v", a.text, k, keys)
				}
			}
			for _, k := range a.traps {
				traps++
				if slices.Contains(keys, k) {
					fallen++
					t.Logf("%s falls for %s", a.text, k)
				}
			}
		}
		t.Logf("recall %d of %d, false %d of %d", found, wanted, fallen, traps)
		if found*56 < wanted*52 || fallen > 1 {
			t.Errorf("recall %d of %d, false %d of %d; at least 52 of 56 and at most 1 false are promised", found, wanted, fallen, traps)
		}
	})
}
