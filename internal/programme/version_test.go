package programme

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
)

// again is a deep copy of a definition.
func again(t testing.TB, d Definition) Definition {
	t.Helper()
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var out Definition
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheHashIsTheIdentityOfTheContents(t *testing.T) {
	p := load(t, "economic-activity-grant")
	copied := again(t, p.Definition)
	if h, _ := Hash(copied); h != p.Hash || len(h) != 64 {
		t.Errorf("the copy has %s, the original %s", h, p.Hash)
	}
	copied.Call.Budget++
	if h, _ := Hash(copied); h == p.Hash {
		t.Error("another budget has the same hash")
	}
	if _, issues := Compile(again(t, p.Definition)); len(issues) > 0 {
		t.Error(issues)
	}
}

func TestChangesAreClassified(t *testing.T) {
	p := load(t, "economic-activity-grant")
	field := func(d *Definition, key string) *form.Field {
		for i := range d.Forms {
			for j := range d.Forms[i].Sections {
				for k := range d.Forms[i].Sections[j].Fields {
					if f := &d.Forms[i].Sections[j].Fields[k]; f.Key == key {
						return f
					}
				}
			}
		}
		t.Fatal(key)
		return nil
	}
	n := func(x int64) *int64 { return &x }
	for _, c := range []struct {
		name   string
		change func(*Definition)
		want   []string
	}{
		{"nothing", func(d *Definition) {}, nil},
		{"a label", func(d *Definition) { field(d, "p.title").Label.JA = "事業の名称" }, []string{Cosmetic}},
		{"a message", func(d *Definition) { d.Rule("M-P01-02").Message.JA = "別の言い方" }, []string{Cosmetic}},
		{"a letter", func(d *Definition) { d.Letters[0].Title.EN = "Receipt" }, []string{Cosmetic}},
		{"a longer limit", func(d *Definition) { field(d, "p.title").Max = n(80) }, []string{Compatible}},
		{"a shorter limit", func(d *Definition) { field(d, "p.title").Max = n(40) }, []string{Restricting}},
		{"no limit any more", func(d *Definition) { field(d, "p.title").Max = nil }, []string{Compatible}},
		{"fewer rows", func(d *Definition) { field(d, "fund.other").MaxRows = 5 }, []string{Restricting}},
		{"another option", func(d *Definition) {
			f := field(d, "e.place")
			f.Options = append(slices.Clone(f.Options), form.Option{Value: "両方", Label: lang.Text{JA: "両方", EN: "Both"}})
		}, []string{Compatible}},
		{"an option less", func(d *Definition) { f := field(d, "e.place"); f.Options = f.Options[:1] }, []string{Restricting}},
		{"now required", func(d *Definition) { field(d, "p.title_en").Required = true }, []string{Restricting}},
		{"no longer required", func(d *Definition) { field(d, "p.summary").Required = false }, []string{Compatible}},
		{"another kind", func(d *Definition) { field(d, "e.businesses").Kind = form.KindText }, []string{Structural}},
		{"a question gone", func(d *Definition) {
			s := &d.Form0("application").Sections[1]
			s.Fields = s.Fields[1:]
		}, []string{Structural}},
		{"a new optional question", func(d *Definition) {
			s := &d.Form0("application").Sections[1]
			s.Fields = append(slices.Clone(s.Fields), form.Field{Key: "z.new", Kind: form.KindText, Label: lang.Text{JA: "新", EN: "New"}})
		}, []string{Compatible}},
		{"a new required question", func(d *Definition) {
			s := &d.Form0("application").Sections[1]
			s.Fields = append(slices.Clone(s.Fields), form.Field{Key: "z.new", Kind: form.KindText, Required: true, Label: lang.Text{JA: "新", EN: "New"}})
		}, []string{Restricting}},
		{"a stricter rule", func(d *Definition) { d.Rule("M-P01-04").Severity = "E" }, []string{Restricting}},
		{"a milder rule", func(d *Definition) { d.Rule("M-P01-03").Severity = "S" }, []string{Compatible}},
		{"a rule with another condition", func(d *Definition) { d.Rule("M-P01-02").Assert = "true" }, []string{Restricting}},
		{"a rule less", func(d *Definition) { d.Rules = d.Rules[1:] }, []string{Compatible}},
		{"another cap", func(d *Definition) { d.Params["capAbroad"] = 6_000_000 }, []string{Restricting}},
		{"a later close", func(d *Definition) { d.Call.Closes = "2026-11-07" }, []string{Compatible}},
		{"an earlier close", func(d *Definition) { d.Call.Closes = "2026-10-30" }, []string{Restricting}},
		{"another budget", func(d *Definition) { d.Call.Budget++ }, []string{Compatible}},
		{"fewer who may apply", func(d *Definition) { d.Call.ApplicantTypes = d.Call.ApplicantTypes[1:] }, []string{Restricting}},
		{"a state gone", func(d *Definition) { d.Workflow.States = d.Workflow.States[1:] }, []string{Structural, Compatible}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := again(t, p.Definition)
			c.change(&d)
			changes := Compare(&p.Definition, &d)
			var got []string
			for _, x := range changes {
				got = append(got, x.Class)
				if x.Text.JA == "" || x.Text.EN == "" || strings.Contains(x.Text.JA, "⟦") || strings.Contains(x.Text.EN, "⟦") {
					t.Errorf("no words: %+v", x)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v", changes)
			}
		})
	}
}

// Form0 finds a form of a definition, for tests that change it.
func (d *Definition) Form0(id string) *Form {
	i := slices.IndexFunc(d.Forms, func(f Form) bool { return f.ID == id })
	return &d.Forms[i]
}

func TestNextYearsCallIsAYearLaterAndStillComesOut(t *testing.T) {
	for _, code := range grants {
		p := load(t, code)
		next, diff := p.Definition.Next()
		if next.Version != "2028.1.0" || next.Call.FiscalYear != 2028 || next.Call.From != "2028-04-01" || next.Call.To != "2029-02-28" {
			t.Errorf("%s: %s %+v", code, next.Version, next.Call)
		}
		compiled, issues := Compile(next)
		if len(issues) > 0 {
			t.Fatal(issues)
		}
		for _, i := range compiled.RunExamples() {
			t.Error(i)
		}
		seen := map[string]bool{}
		for _, x := range diff {
			seen[x.Path] = true
			if x.Label.JA == "" || strings.Contains(x.Label.JA, "⟦") {
				t.Errorf("no words: %+v", x)
			}
		}
		for _, path := range []string{"version", "call.opens", "call.closes", "call.budget", "params.unit"} {
			if !seen[path] {
				t.Errorf("%s is not on the checklist", path)
			}
		}
		if h, _ := Hash(p.Definition); h != p.Hash {
			t.Error("the old version changed")
		}
	}
}

// Sentences that name a day or a year cannot move by themselves: the checklist of the copied call shows each, under the name of what it
// belongs to; others are not on it.
func TestSentencesThatNameADayAreOnTheChecklist(t *testing.T) {
	p := load(t, grants[0])
	d := p.Definition
	d.Lead = lang.Text{JA: "令和９年度の募集です。", EN: "The call of fiscal 2027."}
	d.Basis = append(slices.Clone(d.Basis), Basis{ID: "art-plain", Title: lang.Text{JA: "第9条", EN: "Article 9"}, Text: lang.Text{JA: "市は2027個の箱を使う。", EN: "The city uses 27 boxes."}})
	_, diff := d.Next()
	texts := map[string]Difference{}
	for _, x := range diff {
		if x.Text.JA != "" {
			texts[x.Path] = x
		}
	}
	if x := texts["texts.lead"]; !x.Check || x.Label.JA != "説明文" {
		t.Errorf("the introduction: %+v", x)
	}
	if x := texts["texts.basis.art-5.text"]; !x.Check || x.Label.JA != "実施要綱 第5条" {
		t.Errorf("the article that names 1 April: %+v", x)
	}
	if _, ok := texts["texts.basis.art-plain.text"]; ok {
		t.Error("a number of boxes is taken for a year")
	}
	for path := range texts {
		if strings.HasPrefix(path, "texts.examples") || strings.HasPrefix(path, "texts.call") {
			t.Errorf("%s moves by itself", path)
		}
	}
}

func TestTheLastDayOfFebruaryStaysTheLast(t *testing.T) {
	for day, want := range map[string]string{"2028-02-29": "2029-02-28", "2027-02-28": "2028-02-29", "2026-10-31": "2027-10-31", "2028-02-28": "2029-02-28", "": ""} {
		if got := inYears(day, 1); got != want {
			t.Errorf("%s → %s", day, got)
		}
	}
}
