package form

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kakehashi/internal/lang"
)

func TestAChangeShowsOnlyWhatDiffersInALongText(t *testing.T) {
	long := Field{Kind: KindLong}
	a := strings.Repeat("あ", 100) + "三日間" + strings.Repeat("い", 100)
	before, after := FieldChange(long, lang.JA, a, strings.Replace(a, "三", "四", 1))
	if before != "…"+strings.Repeat("あ", 12)+"三日間"+strings.Repeat("い", 10)+"…" || !strings.Contains(after, "四日間") {
		t.Error(before, after)
	}
	if before, after := FieldChange(Field{Kind: KindYen}, lang.JA, int64(1000), Raw{Typed("約30万")}); before != "1,000円" || after != "約30万" {
		t.Error(before, after)
	}
}

func TestTextsAreLaidOverEachOther(t *testing.T) {
	got := Differences("パリで3日間", "リヨンで30日間")
	want := []Piece{{Removed, "パ"}, {Same, "リ"}, {Added, "ヨン"}, {Same, "で"}, {Removed, "3"}, {Added, "30"}, {Same, "日間"}}
	if !reflect.DeepEqual(got, want) {
		t.Error(got)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("あい3a\n")))
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		var before, after string
		for _, p := range Differences(a, b) {
			if p.Op != Added {
				before += p.Text
			}
			if p.Op != Removed {
				after += p.Text
			}
		}
		if before != a || after != b {
			t.Fatalf("%q %q", before, after)
		}
	})
}

func TestRowsAreComparedAsAPersonWould(t *testing.T) {
	row := func(s string) Row { return Row{"detail": s} }
	got := CompareRows(costs, []Row{row("a"), row("b"), row("c"), row("d")}, []Row{row("a"), row("B"), row("c"), row("e"), row("d"), row("f")})
	want := []RowChange{{Same, 0, 0, nil}, {Changed, 1, 1, []string{"detail"}}, {Same, 2, 2, nil}, {Added, -1, 3, nil}, {Same, 3, 4, nil}, {Added, -1, 5, nil}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Map(rapid.SampledFrom([]string{"a", "b", "c"}), row), 0, 8)
		a, b := rows.Draw(t, "a"), rows.Draw(t, "b")
		seenA, seenB := 0, 0
		for _, c := range CompareRows(costs, a, b) {
			if c.Before >= 0 {
				seenA++
			}
			if c.After >= 0 {
				seenB++
			}
		}
		if seenA != len(a) || seenB != len(b) {
			t.Fatal("a row is lost")
		}
	})
}

func TestChangesAreListedInTheOrderOfTheForm(t *testing.T) {
	fields := []Field{{Key: "b"}, {Key: "a"}, {Key: "c"}}
	if got := Changes(fields, Answers{"a": "1", "c": []string{}}, Answers{"a": "2", "b": int64(1)}); !reflect.DeepEqual(got, []string{"b", "a"}) {
		t.Error(got)
	}
}
