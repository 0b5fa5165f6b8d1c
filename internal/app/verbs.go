package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// Verb is one word of the command: `kakehashi eval`, `kakehashi serve` … Long is its help page.
type Verb struct {
	Name  string
	Short lang.Text
	Long  lang.Text
	Run   func(ctx context.Context, env *Env, args []string) error
}

// Env is what a verb may touch of the world.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	Data     string // data folder
	Database string // "" = SQLite inside Data
	Lang     lang.Tag
}

// Verbs lists every verb in the order of the help page.
func Verbs() []Verb {
	return []Verb{
		verbServe(), verbDemo(), verbEval(), verbSettle(), verbRoute(), verbPlace(), verbCheck(), verbReplay(), verbJournal(), verbImport(), verbExport(), verbBackup(), verbRestore(), verbCopy(), verbDoctor(), verbWarning(), verbEasy(), verbRuby(), verbTimeline(), verbTemplate(), verbSheet(), verbBench(), verbCompletion(),
	}
}

// Unusable is input that cannot be used: exit status 2 and {"error":{"kind":"invalid","at":…,"message":{…}}} on standard output.
type Unusable struct {
	At      string
	Message lang.Text
}

func (u *Unusable) Error() string { return u.At + ": " + u.Message.EN }

// status ends a verb with this exit status when everything has been said already.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// Main runs the command and returns its exit status: 0 answered (a refusal is an answer), 2 input that cannot be used, 1 our failure.
func Main(ctx context.Context, args []string, env *Env) int {
	if env.Lang == "" {
		env.Lang = localeTag(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		return showHelp(env, args)
	}
	verbs := Verbs()
	i := slices.IndexFunc(verbs, func(v Verb) bool { return v.Name == args[0] })
	if i < 0 {
		return answer(env, &Unusable{At: "verb", Message: lang.Text{
			JA: "「" + args[0] + "」という命令はありません。kakehashi help で一覧を表示します。",
			EN: "There is no verb " + args[0] + "; kakehashi help lists them.",
		}})
	}
	if len(args) > 1 && (args[1] == "--help" || args[1] == "-h") {
		return showHelp(env, []string{"help", args[0]})
	}
	return answer(env, verbs[i].Run(ctx, env, args[1:]))
}

// answer turns a verb's error into its exit status and words. Never a stack trace.
func answer(env *Env, err error) int {
	var unusable *Unusable
	var ended status
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		return int(ended)
	case errors.As(err, &unusable):
		json.NewEncoder(env.Out).Encode(map[string]any{"error": map[string]any{
			"kind": fault.Invalid, "at": unusable.At, "message": unusable.Message}})
		return 2
	case fault.Of(err) != nil:
		f := fault.Of(err)
		message := lang.Text{JA: f.JA, EN: f.EN}
		if message.JA == "" {
			message = lang.Text{JA: lang.T(lang.JA, f.Key, f.Args...), EN: lang.T(lang.EN, f.Key, f.Args...)}
		}
		json.NewEncoder(env.Out).Encode(map[string]any{"error": map[string]any{"kind": f.Kind, "at": f.Field, "message": message}})
		return 2
	}
	fmt.Fprintln(env.Err, "kakehashi:", err)
	return 1
}

// showHelp prints the list of verbs, or one verb's page.
func showHelp(env *Env, args []string) int {
	if len(args) > 1 {
		for _, v := range Verbs() {
			if v.Name == args[1] {
				fmt.Fprintf(env.Out, "kakehashi %s — %s\n\n%s\n", v.Name, v.Short.In(env.Lang), strings.TrimSpace(v.Long.In(env.Lang)))
				return 0
			}
		}
		return answer(env, &Unusable{At: "verb", Message: lang.Text{JA: "「" + args[1] + "」という命令はありません。", EN: "There is no verb " + args[1] + "."}})
	}
	fmt.Fprintln(env.Out, lang.Text{JA: "使い方: kakehashi 命令 [選択肢]", EN: "Usage: kakehashi VERB [options]"}.In(env.Lang))
	for _, v := range Verbs() {
		fmt.Fprintf(env.Out, "  %-12s %s\n", v.Name, v.Short.In(env.Lang))
	}
	fmt.Fprintln(env.Out, lang.Text{JA: "kakehashi help 命令 で詳しい説明を表示します。", EN: "kakehashi help VERB tells more."}.In(env.Lang))
	return 0
}

// localeTag reads the shell's locale: Japanese when it says so, else English.
func localeTag(vars ...string) lang.Tag {
	for _, v := range vars {
		if v != "" {
			if strings.HasPrefix(v, "ja") {
				return lang.JA
			}
			return lang.EN
		}
	}
	return lang.EN
}
