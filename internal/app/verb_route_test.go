package app_test

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"testing"

	"kakehashi/internal/app"
	"kakehashi/internal/lang"
)

// Brussels' French-speaking side goes to Paris; the rest of Switzerland has no office, so headquarters answers (J05.1).
func TestRouteSaysWhoLooksAfterEachPlace(t *testing.T) {
	status, out, _ := command(t, `{"programme":"overseas-support","visits":[{"country":"BE","region":"fr","city":"Brussels"},{"country":"ch","region":"other","city":"Zurich"},{"country":"FR"}]}`, "route")
	if status != 0 {
		t.Fatalf("%d: %v", status, out)
	}
	visits, _ := out["visits"].([]any)
	tasks, _ := out["tasks"].([]any)
	if len(visits) != 3 || len(tasks) != 2 {
		t.Fatalf("%v", out)
	}
	brussels, zurich := visits[0].(map[string]any), visits[1].(map[string]any)
	if brussels["office"] != "PAR" || brussels["hq"] != false || brussels["city"] != "Brussels" {
		t.Errorf("%v", brussels)
	}
	if zurich["hq"] != true || zurich["section"] == "" || zurich["country"] != "CH" || zurich["hint"].(map[string]any)["ja"] == "" {
		t.Errorf("%v", zurich)
	}
	if paris := tasks[0].(map[string]any); paris["office"] != "PAR" || len(paris["visits"].([]any)) != 2 {
		t.Errorf("%v", paris)
	}
	for in, at := range map[string]string{`{}`: "visits", `{"visits":[{"country":"FR"},{"country":"XX"}]}`: "visits[1].country", `{"visits":3}`: "visits"} {
		status, out, _ := command(t, in, "route")
		if e, _ := out["error"].(map[string]any); status != 2 || e["at"] != at {
			t.Errorf("%s: %d %v", in, status, out)
		}
	}
}

// What is printed for bash completes verbs and their options in a real shell.
func TestTheShellCompletesVerbsAndOptions(t *testing.T) {
	var script bytes.Buffer
	if app.Main(context.Background(), []string{"completion", "bash"}, &app.Env{Out: &script, Err: &script, Lang: lang.EN}) != 0 {
		t.Fatal(script.String())
	}
	for line, want := range map[string]string{"kakehashi repl": "replay", "kakehashi import x --dr": "--dry-run", "kakehashi help jour": "journal"} {
		words := strings.Fields(line)
		ask := script.String() + "\nCOMP_WORDS=(" + line + "); COMP_CWORD=" + string(rune('0'+len(words)-1)) + "; _kakehashi; printf '%s\\n' \"${COMPREPLY[@]}\""
		out, err := exec.Command("bash", "-c", ask).CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("%s: %q, %v", line, out, err)
		}
	}
	for _, shell := range []string{"zsh", "fish"} {
		var out bytes.Buffer
		if app.Main(context.Background(), []string{"completion", shell}, &app.Env{Out: &out, Err: &out, Lang: lang.JA}) != 0 || !strings.Contains(out.String(), "replay") || !strings.Contains(out.String(), "dry-run") {
			t.Errorf("%s: %s", shell, out.String())
		}
	}
	if status, out, _ := command(t, "", "completion", "cmd"); status != 2 || out["error"] == nil {
		t.Errorf("%d %v", status, out)
	}
	if status, out, _ := command(t, "{}", "eval"); status != 2 || !strings.Contains(out["error"].(map[string]any)["message"].(map[string]any)["ja"].(string), "指定してください") {
		t.Errorf("%d %v", status, out)
	}
}
