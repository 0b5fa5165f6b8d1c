package letter

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the golden texts of the letters anew")

func templates(t *testing.T) []Template {
	t.Helper()
	raw, err := os.ReadFile("../../programmes/_common/letters.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Letters []Template `yaml:"letters"`
	}
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	return file.Letters
}

func TestEveryCommonLetterFillsAndPrintsAsRecorded(t *testing.T) {
	facts, lists := Samples()
	var ids []string
	for _, template := range templates(t) {
		ids = append(ids, template.ID)
		if found := Check(template); len(found) > 0 {
			t.Errorf("%s names what letters do not know: %v", template.ID, found)
			continue
		}
		d, err := Fill(template, facts, lists)
		if err != nil {
			t.Error(err)
			continue
		}
		got := spoken(d)
		golden := filepath.Join("testdata", template.ID+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || got != string(want) {
			t.Errorf("%s reads otherwise than recorded (run with -update if that is right): %v\n%s", template.ID, err, got)
		}
		paper := squeezed(poppler(t, "pdftotext", "-raw", written(t, d), "-"))
		for _, line := range strings.Split(strings.TrimSpace(got), "\n") {
			if !strings.Contains(paper, squeezed(line)) {
				t.Errorf("%s: the paper lacks %q", template.ID, line)
			}
		}
	}
	if got := strings.Join(ids, " "); got != "L01 L02 L03 L04 L05 L06 L07 L07b L07c L08 L09 L10" {
		t.Errorf("the common letters are %s", got)
	}
}

// spoken is a document as text, one line for each piece.
func spoken(d Document) string {
	var b strings.Builder
	line := func(parts ...string) {
		for _, p := range parts {
			if p != "" {
				fmt.Fprintln(&b, p)
			}
		}
	}
	line(d.Paper, d.Number, d.day())
	line(d.addressee()...)
	line(d.From...)
	line(d.Title)
	line(d.Body...)
	for _, i := range d.Items {
		line(i.Label, i.Value, i.Calc)
		line(i.List...)
	}
	line(d.Desk, d.Receipt)
	return b.String()
}

func TestALetterWithAHoleIsRefused(t *testing.T) {
	base := Template{ID: "X", To: "applicant", From: "hq", Body: []string{"{title}"}, Items: []TemplateItem{{Label: "額", Value: "{decided_yen}"}}}
	for name, c := range map[string]struct {
		change func(*Template, map[string]string)
		want   string
	}{
		"a fact that is not given":  {func(_ *Template, f map[string]string) { delete(f, "title") }, "fact title is not given"},
		"a fact of spaces":          {func(_ *Template, f map[string]string) { f["title"] = "　" }, "fact title is not given"},
		"a sum in words":            {func(_ *Template, f map[string]string) { f["decided_yen"] = "四百万" }, "decided_yen is not a sum"},
		"a negative sum":            {func(_ *Template, f map[string]string) { f["decided_yen"] = "-1" }, "decided_yen is not a sum"},
		"a day that does not exist": {func(_ *Template, f map[string]string) { f["date"] = "2027-02-30" }, "fact date is not a day"},
		"an unknown name":           {func(t *Template, _ map[string]string) { t.Body = []string{"{titel}"} }, "fact titel is unknown"},
		"a list in a sentence":      {func(t *Template, _ map[string]string) { t.Body = []string{"{remarks}"} }, "fact remarks is unknown"},
		"an empty list":             {func(t *Template, _ map[string]string) { t.Items[0].List = "changes" }, "fact changes is not given"},
		"an unknown side":           {func(t *Template, _ map[string]string) { t.To = "mayor" }, "mayor is no party"},
	} {
		facts, _ := Samples()
		template := base
		template.Items = append([]TemplateItem(nil), base.Items...)
		c.change(&template, facts)
		if _, err := Fill(template, facts, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestItemsComeAndGoWithTheirFacts(t *testing.T) {
	template := Template{ID: "X", To: "applicant", From: "hq", Items: []TemplateItem{
		{Label: "概算払", Value: "{advance_yen}", When: "advance_yen"}, {Label: "なし", Value: "概算払はありません。", When: "!advance_yen"},
		{Label: "補正", List: "remarks", When: "remarks"}}}
	facts, lists := Samples()
	labels := func() string {
		d, err := Fill(template, facts, lists)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, i := range d.Items {
			all = append(all, i.Label)
		}
		return strings.Join(all, " ")
	}
	if got := labels(); got != "概算払 補正" {
		t.Error(got)
	}
	facts["advance_yen"], lists["remarks"] = "", nil
	if got := labels(); got != "なし" {
		t.Error(got)
	}
}

func TestACorrectionIsAskedByTheDeskThatAsks(t *testing.T) {
	template := Template{ID: "X", To: "applicant", From: "desk"}
	facts, lists := Samples()
	for desk, want := range map[string]string{"": "一般財団法人自治体国際化協会 交流支援部", "hq": "一般財団法人自治体国際化協会 交流支援部", "branch": "静岡県支部 静岡県支部"} {
		facts["desk"] = desk
		d, err := Fill(template, facts, lists)
		if err != nil || !strings.HasPrefix(d.From[0]+" "+d.Desk, want) {
			t.Errorf("%q: %q %q %v", desk, d.From, d.Desk, err)
		}
	}
}

func TestWhatIsGivenIsNotReadAsATemplate(t *testing.T) {
	facts, lists := Samples()
	facts["title"] = "{decided_yen} の事業"
	d, err := Fill(Template{ID: "X", To: "applicant", From: "hq", Body: []string{"{title}"}}, facts, lists)
	if err != nil || d.Body[0] != "{decided_yen} の事業" {
		t.Errorf("%q %v", d.Body, err)
	}
}

func TestCheckNamesThePlaceOfEveryMistake(t *testing.T) {
	got := Check(Template{To: "branch", From: "applicant", Body: []string{"", "{titel}"}, Conditions: []string{"{files}"},
		Items: []TemplateItem{{Label: "{a}", Value: "{title}", Calc: "{b}", List: "c", When: "!d"}}})
	want := "[{to branch} {from applicant} {body[1] titel} {conditions[0] files} {items[0].label a} {items[0].calc b} {items[0].list c} {items[0].when d}]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v", got)
	}
}
