package desk

import (
	"slices"
	"testing"

	"kakehashi/internal/programme"
)

func TestArticlesStandAsTheyAreNumbered(t *testing.T) {
	var list []programme.Basis
	for _, id := range []string{"art-22", "art-10", "qa", "art-3-10", "art-3", "art-3-2", "art-2"} {
		list = append(list, programme.Basis{ID: id})
	}
	var got []string
	for _, b := range numbered(list) {
		got = append(got, b.ID)
	}
	if want := []string{"art-2", "art-3", "art-3-2", "art-3-10", "art-10", "art-22", "qa"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
