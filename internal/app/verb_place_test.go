package app

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// place runs the verb and gives its exit status and answer.
func place(t *testing.T, in string, args ...string) (int, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := Main(t.Context(), append([]string{"place"}, args...), &Env{In: strings.NewReader(in), Out: &out, Err: &errs})
	if code == 1 {
		t.Fatalf("%v: %s", args, errs.String())
	}
	return code, out.String()
}

func TestPlaceAnswersBothFormsTheSameTwiceButForTheTime(t *testing.T) {
	for _, form := range []string{"lists", "round"} {
		_, round := place(t, "", "generate", "--people", "60", "--posts", "12", "--regions", "4", "--couples", "2", "--form", form, "--seed", "7")
		for _, mechanism := range []string{"balanced", "stable", "lottery"} {
			var first string
			for range 2 {
				code, out := place(t, round, "--mechanism", mechanism)
				var answer struct {
					Checked    bool
					Assignment map[string]*string
					Blocking   []any
					Unplaced   []any
				}
				if err := json.Unmarshal([]byte(out), &answer); code != 0 || err != nil || !answer.Checked || len(answer.Assignment) != 60 || answer.Blocking == nil || answer.Unplaced == nil {
					t.Fatalf("%s %s: %d %v %.300s", form, mechanism, code, err, out)
				}
				out = regexp.MustCompile(`"ms": [0-9.]+`).ReplaceAllString(out, "")
				if first != "" && out != first {
					t.Fatalf("%s %s: two runs differ", form, mechanism)
				}
				first = out
			}
		}
	}
}

func TestPlaceRefusesWhatItCannotUseWithItsPlace(t *testing.T) {
	for _, c := range []struct{ in, at, args string }{
		{`{"people":{"a":["Q"]},"posts":{"P":{}}}`, "people.a[0]", ""},
		{`{"people":{"a":["P"]},"posts":{"P":{}},"couples":[{"members":["a"]}]}`, "couples[0].members", ""},
		{`{"people":{"a":["P"]},"posts":{"P":{"capacity":-1}}}`, "posts.P.capacity", ""},
		{`{"people":{"a":["P"],"b":["P"]},"posts":{"P":{}},"frozen":{"a":"b","b":"a"}}`, "frozen.a", ""},
		{`{"people":{"a":["P"]},"posts":{"P":{"region":"r"}},"regions":{"r":{"cap":0}},"frozen":{"a":"P"}}`, "regions.r.cap", ""},
		{`{"round":{"people":{"a":["Q"]},"posts":{"P":{}}},"assignment":{"a":null}}`, "round.people.a[0]", "check"},
		{`{"round":{"people":{"a":["P"]},"posts":{"P":{}}},"assignment":{"a":"Z"}}`, "assignment.a", "why"},
		{`{"round":{"people":{"a":["P"]},"posts":{"P":{}}},"person":"x"}`, "person", "why"},
		{`{"round":{"people":{"a":["P"]},"posts":{"P":{}}},"declined":["x"]}`, "declined[0]", "decline"},
	} {
		var args []string
		if c.args != "" {
			args = append(args, c.args)
		}
		code, out := place(t, c.in, args...)
		var answer struct{ Error struct{ At string } }
		if err := json.Unmarshal([]byte(out), &answer); code != 2 || err != nil || answer.Error.At != c.at {
			t.Errorf("%.80s: %d %s, want %s", c.in, code, out, c.at)
		}
	}
}

func TestPlaceExplainsComparesAndRepairs(t *testing.T) {
	_, round := place(t, "", "generate", "--people", "40", "--posts", "8", "--regions", "2", "--form", "round", "--seed", "3")
	_, out := place(t, round)
	var answer struct{ Assignment map[string]*string }
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatal(err)
	}
	var someone string
	for p, o := range answer.Assignment {
		if o != nil && p > someone {
			someone = p
		}
	}
	input := func(more string) string {
		b, _ := json.Marshal(answer.Assignment)
		return `{"round":` + round + `,"assignment":` + string(b) + more + `}`
	}
	for verb, want := range map[string]string{
		"check": `"checked": true`, "why": `"wishes"`, "diff": `"moved"`, "decline": `"checked": true`,
	} {
		more := map[string]string{"why": `,"person":"` + someone + `"`, "diff": `,"overlay":{"posts":{"p00001":{"seats":1,"min":0}}}`, "decline": `,"declined":["` + someone + `"]`}[verb]
		if code, out := place(t, input(more), verb); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: %d %.400s", verb, code, out)
		}
	}
}
