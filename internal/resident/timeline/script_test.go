package timeline_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/dop251/goja"
	"pgregory.net/rapid"

	"kakehashi/internal/resident/script"
	"kakehashi/internal/resident/timeline"
)

// page is the page's script in an engine.
func page(t *testing.T) func(timeline.Input) timeline.Plan {
	t.Helper()
	vm := goja.New()
	if _, err := vm.RunString(script.Timeline + "; function answer(s) { return JSON.stringify(timeline.run(JSON.parse(s))) }"); err != nil {
		t.Fatal(err)
	}
	answer, ok := goja.AssertFunction(vm.Get("answer"))
	if !ok {
		t.Fatal("the script defines no function")
	}
	return func(in timeline.Input) (plan timeline.Plan) {
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		v, err := answer(goja.Undefined(), vm.ToValue(string(b)))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(v.String()), &plan); err != nil {
			t.Fatal(err)
		}
		return plan
	}
}

// household draws answers: most of them whole, with the edges the rules speak of met often.
func household(t *rapid.T) (in timeline.Input) {
	word := func(name string, words ...string) string { return rapid.SampledFrom(words).Draw(t, name) }
	yes := func(name string) bool { return rapid.Bool().Draw(t, name) }
	number := func(name string, list ...int) *int {
		n := rapid.SampledFrom(append(list, -99)).Draw(t, name)
		if n == -99 {
			return nil
		}
		return &n
	}
	hazards := []string{"flood", "inland-flood", "landslide", "surge", "tsunami", "typhoon", "snow", "quake"}
	in.Hazard = word("hazard", hazards...)
	h := &in.Home
	h.Floor, h.DrainHours, h.SuppliesDays = number("floor", -1, 0, 1, 2, 3, 9), number("drain", 0, 12, 24, 72), number("supplies", 0, 1, 3)
	h.Depth = word("depth", "", "none", "<0.5", "0.5-3", "3-5", "5-10", ">10", "unknown")
	h.Collapse = word("collapse", "", "yes", "no", "no", "unknown")
	h.Landslide = word("landslide", "", "none", "none", "warning", "special", "unknown")
	h.Surge, h.Tsunami = word("surge", "", "none", "none", "yes", "unknown"), word("tsunami", "", "none", "none", "yes", "unknown")
	needs := []string{"formula", "pregnant", "wheelchair", "walking", "dialysis", "oxygen", "insulin", "hearing", "seeing", "no-japanese", "no-japanese"}
	for range rapid.IntRange(0, 3).Draw(t, "people") {
		in.People = append(in.People, struct {
			Age       *int     `json:"age,omitempty"`
			Months    *int     `json:"months,omitempty"`
			Needs     []string `json:"needs,omitempty"`
			Medicines any      `json:"medicines,omitempty"`
		}{Age: number("age", 0, 2, 3, 6, 7, 12, 13, 33, 64, 65), Needs: rapid.SliceOfN(rapid.SampledFrom(needs), 0, 2).Draw(t, "needs"),
			Medicines: rapid.SampledFrom([]any{nil, nil, true, false, "", "insulin", 0.0, 2.0, []any{}}).Draw(t, "medicines")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "pets") {
		in.Pets = append(in.Pets, struct {
			Kind    string `json:"kind"`
			Carrier bool   `json:"carrier"`
		}{"dog", yes("carrier")})
	}
	in.Car, in.Night, in.StatusAsked, in.Prep = yes("car"), yes("night"), yes("status"), number("prep", 0, 20, 60, 100, 120, 121, 400)
	if yes("windy") {
		wind := rapid.SampledFrom([]float64{0, 0.5, 6}).Draw(t, "wind")
		in.Wind = &wind
	}
	for range rapid.IntRange(0, 4).Draw(t, "destinations") {
		d := timeline.Destination{Kind: word("kind", "relative", "shelter", "site", "hotel", "work", "stay"), Means: word("means", "", "walk", "car", "public"),
			Minutes: number("minutes", 0, 15, 16, 20, 60, 119, 120, 121, 420, 500), Suits: rapid.SliceOfN(rapid.SampledFrom(hazards), 0, 3).Draw(t, "suits"),
			Pets: rapid.SampledFrom([]any{nil, true, true, false, "outdoors", ""}).Draw(t, "pets there")}
		if yes("outside told") {
			outside := yes("outside")
			d.Outside = &outside
		}
		in.Destinations = append(in.Destinations, d)
	}
	return in
}

func TestPageAndCommandAgree(t *testing.T) {
	run, w := page(t), words(t)
	met := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			in := household(t)
			got, err := timeline.Make(in, w, func(string) string { return "" })
			if err != nil {
				t.Fatal(err)
			}
			got.Vocabulary, got.State = "", ""
			for i := range got.Actions {
				got.Actions[i].Text = nil
			}
			met[got.Decision+" "+got.Trigger]++
			if want := run(in); !reflect.DeepEqual(got, want) {
				a, _ := json.Marshal(got)
				b, _ := json.Marshal(want)
				t.Fatalf("command %s\npage    %s", a, b)
			}
		}
	})
	for _, way := range []string{"leave L2", "leave L3", "leave L4", "leave now", "ask L3", "ask now", "stay-possible none"} {
		if met[way] == 0 {
			t.Errorf("no household was met that is told %s: %v", way, met)
		}
	}
}
