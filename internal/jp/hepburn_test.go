package jp

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

func TestTownNamesComeOutAsOnTheirSigns(t *testing.T) {
	for kana, want := range map[string]string{"さっぽろ": "Sapporo", "おおた": "Ota", "きょうと": "Kyoto", "おおさか": "Osaka", "くっちゃん": "Kutchan", "にほんまつ": "Nihommatsu",
		"ごてんば": "Gotemba", "にせこ": "Niseko", "ニセコ": "Niseko", "まつうら": "Matsura", "そお": "So", "ろっかしょ": "Rokkasho", "しんおんせん": "Shinonsen", "っ": "", "んー": "N", "Aー": "A", "ゆうばり": "Yubari", "かんおんじ": "Kanonji", "にいがた": "Niigata", "": "", "ﾄﾞﾝ": "Don"} {
		if got := Hepburn(kana); got != want {
			t.Errorf("Hepburn(%s) = %s, want %s", kana, got, want)
		}
	}
}

// The official romaji of all municipalities; the file belongs to the developers' shared data and is not part of the project.
func TestAllButTenMunicipalitiesAreWrittenAsTheyWriteThemselves(t *testing.T) {
	path := os.Getenv("KAKEHASHI_TEST_MUNICIPALITIES")
	if path == "" {
		t.Skip("KAKEHASHI_TEST_MUNICIPALITIES names no list of municipalities")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	wrong, seen := 0, 0
	for _, row := range rows[1:] {
		kind, name, kana, romaji := row[1], row[2], row[3], row[4]
		stem, tail, ok := strings.Cut(romaji, "-")
		if kind == "prefecture" || kind == "designated_city" || !ok {
			continue
		}
		seen++
		for _, end := range []string{"ちょう", "まち", "むら", "そん", "し", "く"} {
			if rest, found := strings.CutSuffix(kana, end); found {
				if got := Hepburn(rest); got != stem || strings.ToLower(Hepburn(end)) != tail {
					wrong++
					t.Logf("%s %s: %s-%s, want %s", name, kana, got, Hepburn(end), romaji)
				}
				break
			}
		}
	}
	if wrong > 10 || seen < 1700 {
		t.Errorf("%d of %d municipalities differ, want at most 10", wrong, seen)
	}
}
