package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kakehashi/internal/app"
	"kakehashi/internal/lang"
)

// command runs a verb with standard input and returns exit status, decoded standard output and standard error.
func command(t *testing.T, in string, args ...string) (int, map[string]any, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := app.Main(context.Background(), args, &app.Env{In: strings.NewReader(in), Out: &out, Err: &errs, Lang: lang.JA})
	var v map[string]any
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &v); err != nil {
			t.Fatalf("standard output is no JSON: %v\n%s", err, out.String())
		}
	}
	return code, v, errs.String()
}

const application = `{"programme":"economic-activity-grant","at":"2026-10-01T09:00:00+09:00",
 "org":{"type":"city","code":"172022"},
 "answers":{"p.title":"例","p.period":{"from":"2027-04-01","to":"2028-02-20"},"e.place":"海外",
   "cost.lines":[{"item":"旅費","detail":"例","where":"abroad","qty":1,"unit":1200000,"amount":1200000,"eligible":true},
                 {"item":"委託料","detail":"例","where":"abroad","qty":1,"unit":800000,"amount":800000,"eligible":true},
                 {"item":"需用費","detail":"例","where":"jp","qty":1,"unit":300000,"amount":300000,"eligible":false,"reason":"土産"}],
   "fund.requested":1000000,"fund.own":1300000,"fund.income":0,"fund.other":[]},
 "history":[{"programme":"promotion-adviser","fiscal_year":2026,"state":"done","org":{"type":"city","code":"172022"},"answers":{"g.project":"例"}}],
 "confirmed":{"e.place":"海外"}}`

func rules(t *testing.T, out map[string]any) map[string]map[string]any {
	t.Helper()
	byID := map[string]map[string]any{}
	list, _ := out["rules"].([]any)
	for _, r := range list {
		m := r.(map[string]any)
		byID[m["id"].(string)] = m
	}
	return byID
}

func TestEvalAnswersTheContractsExample(t *testing.T) {
	code, out, _ := command(t, application, "eval")
	if code != 0 || out["verdict"] != "refused" || out["number"] != "P01" || out["version"] == "" {
		t.Fatalf("%d %v", code, out)
	}
	r := rules(t, out)
	if r["M-P01-01"]["outcome"] != "fail" || !strings.Contains(r["M-P01-01"]["message"].(map[string]any)["ja"].(string), "（現在 2,000,000円）") {
		t.Errorf("%v", r["M-P01-01"])
	}
	for id, want := range map[string]string{"M-C-06": "pass", "M-C-09": "unknown", "M-C-12": "unknown", "M-C-07": "pass"} {
		if r[id]["outcome"] != want {
			t.Errorf("%s is %v", id, r[id]["outcome"])
		}
	}
	amounts := out["amounts"].(map[string]any)
	for name, want := range map[string]float64{"cost.total": 2_300_000, "cost.eligible": 2_000_000, "cost.eligible_abroad": 2_000_000, "cap": 5_000_000, "maxGrant": 1_000_000} {
		if amounts[name] != want {
			t.Errorf("%s = %v", name, amounts[name])
		}
	}
	missing, _ := json.Marshal(out["missing"])
	if !strings.Contains(string(missing), `"p.summary"`) || len(out["problems"].([]any)) != 0 {
		t.Errorf("missing %s, problems %v", missing, out["problems"])
	}
}

func TestEvalTakesNumbersCodesTimesAndTypedValues(t *testing.T) {
	typed := strings.ReplaceAll(application, `"amount":1200000`, `"amount":"１，２００，０００円"`)
	typed = strings.ReplaceAll(typed, `"from":"2027-04-01"`, `"from":"令和9年4月1日"`)
	code, out, _ := command(t, typed, "eval", "--programme", "P01", "--at", "2026-11-01T00:00:00+09:00")
	r := rules(t, out)
	if code != 0 || r["M-C-02"]["outcome"] != "fail" || r["M-C-04"]["outcome"] != "pass" || out["amounts"].(map[string]any)["cost.total"] != 2_300_000.0 {
		t.Errorf("%d %v", code, out)
	}
}

func TestEvalNamesValuesThatCannotBeRead(t *testing.T) {
	code, out, _ := command(t, strings.ReplaceAll(application, `"unit":300000,"amount":300000`, `"unit":300000,"amount":"約30万"`), "eval")
	problems := out["problems"].([]any)
	if code != 0 || len(problems) != 1 {
		t.Fatalf("%d %v", code, problems)
	}
	p := problems[0].(map[string]any)
	if p["field"] != "cost.lines[2].amount" || p["code"] != "M-C-05" || p["message"].(map[string]any)["en"] == "" {
		t.Errorf("%v", p)
	}
	r := rules(t, out)
	if r["M-C-05"]["outcome"] != "fail" || r["M-C-06"]["outcome"] != "unknown" || r["M-P01-01"]["outcome"] != "unknown" {
		t.Errorf("%v %v %v", r["M-C-05"]["outcome"], r["M-C-06"]["outcome"], r["M-P01-01"]["outcome"])
	}
}

func TestInputThatCannotBeUsedExitsWithTwoAndSaysWhere(t *testing.T) {
	for _, c := range []struct {
		name, in string
		args     []string
		at       string
	}{
		{"no JSON", `{`, []string{"eval"}, ""},
		{"nothing", ``, []string{"eval"}, ""},
		{"two values", `{} {}`, []string{"eval"}, ""},
		{"a programme that is not there", `{"programme":"economic-activity-gramt"}`, []string{"eval"}, "programme"},
		{"no programme", `{}`, []string{"eval"}, "programme"},
		{"a time that is none", `{"programme":"P01","at":"明日"}`, []string{"eval"}, "at"},
		{"answers that are a list", `{"programme":"P01","answers":[1]}`, []string{"eval"}, "answers"},
		{"a body that is a text", `{"programme":"P01","org":"city"}`, []string{"eval"}, "org"},
		{"history that is no list", `{"programme":"P01","history":{}}`, []string{"eval"}, "history"},
		{"a year that is a text", `{"programme":"P01","history":[{"fiscal_year":"来年"}]}`, []string{"eval"}, "history[0].fiscal_year"},
		{"a settled field that is not there", `{"programme":"P01","confirmed":{"e.plaice":"海外"}}`, []string{"eval"}, "confirmed.e.plaice"},
		{"a settled value that is none", `{"programme":"P01","confirmed":{"e.place":"火星"}}`, []string{"eval"}, "confirmed.e.place"},
		{"an option nobody knows", `{}`, []string{"eval", "--fast"}, "eval"},
		{"a file that is not there", ``, []string{"eval", "--in", "/nowhere/x.json"}, "--in"},
		{"a settlement without a decision", `{"programme":"P01","report":{"r.cost.lines":[]}}`, []string{"settle"}, "decided"},
		{"a settlement without a report", `{"programme":"P01","decided":1}`, []string{"settle"}, "report"},
		{"a decided amount that is none", `{"programme":"P01","decided":"百万","report":{"r.cost.lines":[]}}`, []string{"settle"}, "decided"},
		{"a reported amount that is none", `{"programme":"P01","decided":1,"report":{"r.cost.lines":[{"amount":"約","eligible":true}]}}`, []string{"settle"}, "report.r.cost.lines[0].amount"},
		{"a reported line without an amount", `{"programme":"P01","decided":1,"report":{"r.cost.lines":[{"eligible":true}]}}`, []string{"settle"}, "report.r.cost.lines[0].amount"},
		{"a folder that is not there", ``, []string{"check", "/nowhere"}, "/nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := command(t, c.in, c.args...)
			e, _ := out["error"].(map[string]any)
			if code != 2 || e["kind"] != "invalid" || e["at"] != c.at || strings.Contains(errs, "goroutine") {
				t.Fatalf("%d %v %s", code, out, errs)
			}
			m := e["message"].(map[string]any)
			if m["ja"] == "" || m["en"] == "" {
				t.Errorf("no words: %v", m)
			}
		})
	}
}

func TestSettleFixesTheAmount(t *testing.T) {
	for in, want := range map[string][3]any{
		`{"programme":"P01","decided":4000000,"report":{"r.cost.lines":[{"amount":9000000,"eligible":true}]},"advance_paid":0}`:                                      {4_000_000.0, 0.0, 0},
		`{"programme":"economic-activity-grant","decided":"４，０００，０００円","report":{"r.cost.lines":[{"amount":6000000,"eligible":true}]},"advance_paid":3500000}`:       {3_000_000.0, 500_000.0, 0},
		`{"programme":"P01","decided":4000000,"report":{"r.cost.lines":[{"amount":2000000,"eligible":true}]}}`:                                                       {1_000_000.0, 0.0, 1},
		`{"programme":"P01","decided":4000000,"report":{"r.cost.lines":[{"amount":6000000,"eligible":true,"admitted":5000000},{"amount":900000,"eligible":false}]}}`: {2_500_000.0, 0.0, 0},
		`{"programme":"P03","decided":3000000,"report":{"r.cost.lines":[{"amount":2999999,"eligible":true}]}}`:                                                       {2_999_000.0, 0.0, 0},
	} {
		code, out, _ := command(t, in, "settle")
		if code != 0 || out["fixed"] != want[0] || out["return"] != want[1] || len(out["flags"].([]any)) != want[2] {
			t.Errorf("%s: %d %v", in, code, out)
		}
	}
}

func TestCheckPassesTheShippedProgrammesAndTellsMistakesWithTheirLine(t *testing.T) {
	code, out, errs := command(t, "", "check")
	if code != 0 || out["ok"] != true || errs != "" {
		t.Fatalf("%d %v %s", code, out["issues"], errs)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../programmes")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "exchange-grant", "programme.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(text, []byte("a.x.residents.n > 0"), []byte("a.x.residents.m > 0"), 1)
	if err := os.WriteFile(file, changed, 0o644); err != nil {
		t.Fatal(err)
	}
	for tongue, says := range map[string]string{"en": "undefined field 'm'", "ja": "「m」という列はありません"} {
		code, out, errs = command(t, "", "check", "--lang", tongue, dir)
		if code != 2 || out["ok"] != false || !strings.Contains(errs, "exchange-grant/programme.yaml:") || !strings.Contains(errs, says) {
			t.Errorf("%s: %d %s", tongue, code, errs)
		}
		if list, _ := out["issues"].([]any); len(list) != 1 || !strings.Contains(list[0].(map[string]any)["message"].(string), "undefined field 'm'") {
			t.Errorf("the answer as data: %v", out["issues"])
		}
	}
}

// A wrong shape is named by its path, with the shape that is wanted and the one that stands there.
func TestAWrongShapeIsNamedInPlainWords(t *testing.T) {
	lines := `"report":{"r.cost.lines":[{"amount":3,"eligible":true}]}`
	for _, x := range []struct{ verb, in, at, want, got string }{
		{"eval", `[]`, "", "オブジェクト", "一覧"},
		{"eval", `{"programme":"P01","answers":[1]}`, "answers", "オブジェクト", "一覧"},
		{"eval", `{"programme":"P01","org":"172022"}`, "org", "オブジェクト", "文字列"},
		{"eval", `{"programme":"P01","org":{"type":3}}`, "org.type", "文字列", "数"},
		{"eval", `{"programme":"P01","history":{}}`, "history", "一覧", "オブジェクト"},
		{"eval", `{"programme":"P01","history":[{"programme":3}]}`, "history[0].programme", "文字列", "数"},
		{"eval", `{"programme":"P01","confirmed":true}`, "confirmed", "オブジェクト", "true"},
		{"settle", `{"programme":["P01"],"decided":1}`, "programme", "文字列", "一覧"},
		{"settle", `{"programme":"P01","decided":[1],` + lines + `}`, "decided", "数", "一覧"},
		{"settle", `{"programme":"P01","decided":1,"report":[]}`, "report", "オブジェクト", "一覧"},
		{"settle", `{"programme":"P01","decided":1,"report":{"r.cost.lines":{}}}`, "report.r.cost.lines", "一覧", "オブジェクト"},
		{"settle", `{"programme":"P01","decided":1,"report":{"r.cost.lines":["a"]}}`, "report.r.cost.lines[0]", "オブジェクト", "文字列"},
		{"settle", `{"programme":"P01","decided":1,"report":{"r.cost.linez":[]}}`, "report.r.cost.linez", "r.cost.lines", "r.cost.linez"},
		{"settle", `{"programme":"P01","decided":1,"answers":[],` + lines + `}`, "answers", "オブジェクト", "一覧"},
		{"settle", `{"programme":"P01","decided":1,"org":{"code":5},` + lines + `}`, "org.code", "文字列", "数"},
		{"settle", `{"programme":"P01","decided":1,"decided_on":5,` + lines + `}`, "decided_on", "文字列", "数"},
	} {
		code, out, _ := command(t, x.in, x.verb)
		told, _ := out["error"].(map[string]any)
		words, _ := told["message"].(map[string]any)
		ja, _ := words["ja"].(string)
		if code != 2 || told["at"] != x.at || !strings.Contains(ja, x.want) || !strings.Contains(ja, x.got) {
			t.Errorf("%s %s: %d %v", x.verb, x.in, code, told)
		}
	}
}

func TestCheckSaysThatAFolderHoldsNoDefinition(t *testing.T) {
	dir := t.TempDir()
	if code, out, _ := command(t, "", "check", dir); code != 2 || out["error"] == nil {
		t.Errorf("an empty folder: %d %v", code, out)
	}
	file := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := command(t, "", "check", file); code != 2 || !strings.Contains(out["error"].(map[string]any)["message"].(map[string]any)["en"].(string), "is a file") {
		t.Errorf("a file: %d %v", code, out)
	}
}
