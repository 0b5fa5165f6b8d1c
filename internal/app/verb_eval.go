package app

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/rule"
	"kakehashi/programmes"
)

func verbEval() Verb {
	return Verb{
		Name:  "eval",
		Short: lang.Text{JA: "申請が対象になるか、いくらになるかを判定する", EN: "Judge an application: accepted or not, and for how much"},
		Long: lang.Text{
			JA: `kakehashi eval [--programme 事業] [--at 日時] [--with フォルダー] [--in ファイル] < 申請.json

申請のJSONを読み、条件ごとの判定、金額とその計算、足りない項目を返します。
事業は programmes のフォルダー名か、その番号（P と2桁の数字）です。入力の中の programme、at より優先します。
日時は 2026-10-01 か 2026-10-01T09:00:00+09:00 の形です。指定しないと今です。
--with は、組み込みの事業のかわりに使う programmes フォルダーです。`,
			EN: `kakehashi eval [--programme CODE|NUMBER] [--at TIME] [--with DIR] [--in FILE] < application.json

Reads an application as JSON and answers how every rule comes out, the amounts with their steps, and what is missing.
The options win over "programme" and "at" of the input. TIME is 2026-10-01 or 2026-10-01T09:00:00+09:00; now unless said.
--with names a folder of programmes to use instead of the ones in the program.`,
		},
		Run: runEval,
	}
}

// evalInput is the contract of the command; keys it does not know are ignored.
type evalInput struct {
	Programme string          `json:"programme"`
	At        string          `json:"at"`
	Org       json.RawMessage `json:"org"`
	Answers   json.RawMessage `json:"answers"`
	History   json.RawMessage `json:"history"`
	Confirmed json.RawMessage `json:"confirmed"`
}

// evalOutput is the answer; keys may be added, never renamed.
type evalOutput struct {
	Programme string `json:"programme"`
	Number    string `json:"number"`
	Version   string `json:"version"`
	programme.Evaluation
	Unknown []strayKey `json:"unknown,omitempty"` // answers no question has
}

type strayKey struct {
	Key     string `json:"key"`
	Suggest string `json:"suggest,omitempty"`
}

func runEval(_ context.Context, env *Env, args []string) error {
	flags := flagSet("eval")
	code := flags.String("programme", "", "")
	at := flags.String("at", "", "")
	with := flags.String("with", "", "")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	var in evalInput
	if err := readJSON(env, *file, &in); err != nil {
		return err
	}
	if *code != "" {
		in.Programme = *code
	}
	if *at != "" {
		in.At = *at
	}
	all, err := definitions(*with)
	if err != nil {
		return err
	}
	p, err := pick(all, in.Programme)
	if err != nil {
		return err
	}
	input, stray, err := readEval(all, p, in)
	if err != nil {
		return err
	}
	return writeJSON(env.Out, evalOutput{Programme: p.Code, Number: p.Number, Version: p.Version, Evaluation: p.Explain(input), Unknown: stray})
}

// readEval turns the command's JSON into what the engine takes.
func readEval(all []programme.Definition, p *programme.Programme, in evalInput) (programme.Input, []strayKey, error) {
	out := programme.Input{Checked: true}
	var err error
	if out.Now, err = moment(in.At); err != nil {
		return out, nil, err
	}
	if err := valuePart(in.Org, "org", &out.Org); err != nil {
		return out, nil, err
	}
	var answers, confirmed map[string]any
	if err := valuePart(in.Answers, "answers", &answers); err != nil {
		return out, nil, err
	}
	if err := valuePart(in.Confirmed, "confirmed", &confirmed); err != nil {
		return out, nil, err
	}
	var unknown []string
	out.Answers, out.Problems, unknown = p.Read("application", answers)
	var stray []strayKey
	for _, key := range unknown {
		stray = append(stray, strayKey{key, rule.Nearest(key, p.Keys())})
	}
	if out.Confirmed, err = readConfirmed(p, confirmed); err != nil {
		return out, nil, err
	}
	out.History, err = readHistory(all, in.History)
	return out, stray, err
}

func readConfirmed(p *programme.Programme, sent map[string]any) (map[string]any, error) {
	answers, problems, unknown := p.Read("application", sent)
	if len(unknown) > 0 {
		return nil, &Unusable{At: "confirmed." + unknown[0], Message: lang.Text{JA: "その項目はありません。", EN: "There is no such field."}}
	}
	if len(problems) > 0 {
		return nil, &Unusable{At: "confirmed." + problems[0].Field, Message: problems[0].Message}
	}
	return answers, nil
}

// readHistory reads earlier cases; a programme may be named by its number.
func readHistory(all []programme.Definition, raw json.RawMessage) ([]programme.Past, error) {
	var list []json.RawMessage
	if err := valuePart(raw, "history", &list); err != nil {
		return nil, err
	}
	var out []programme.Past
	for i, item := range list {
		at := fmt.Sprintf("history[%d]", i)
		var m map[string]any
		if err := valuePart(item, at, &m); err != nil {
			return nil, err
		}
		past, err := programme.ReadPast(m)
		if err != nil {
			return nil, unusable(at, err)
		}
		for _, d := range all {
			if d.Number == past.Programme {
				past.Programme = d.Code
			}
		}
		out = append(out, past)
	}
	return out, nil
}

// definitions reads the programmes of a folder, or the shipped ones.
func definitions(dir string) ([]programme.Definition, error) {
	var fsys fs.FS = programmes.FS
	if dir != "" {
		fsys = os.DirFS(dir)
	}
	all, issues := programme.ParseAll(fsys)
	if len(issues) > 0 {
		return nil, &Unusable{At: "programmes", Message: lang.Text{JA: issues[0].String(), EN: issues[0].String()}}
	}
	return all, nil
}

// pick compiles the programme named by code or number.
func pick(all []programme.Definition, name string) (*programme.Programme, error) {
	var names []string
	for _, d := range all {
		if d.Code == name || d.Number == name {
			p, issues := programme.Compile(d)
			if len(issues) > 0 {
				return nil, &Unusable{At: "programmes", Message: lang.Text{JA: issues[0].String(), EN: issues[0].String()}}
			}
			return p, nil
		}
		names = append(names, d.Code)
	}
	if name == "" {
		return nil, &Unusable{At: "programme", Message: lang.Text{JA: "事業を指定してください。入力の programme か、--programme で指定します。", EN: `Name the programme: "programme" in the input, or --programme.`}}
	}
	text := lang.Text{JA: "「" + name + "」という事業はありません。", EN: "There is no programme " + name + "."}
	if near := rule.Nearest(name, names); near != "" {
		text.JA += near + " のことですか。"
		text.EN += " Did you mean " + near + "?"
	}
	return nil, &Unusable{At: "programme", Message: text}
}

// moment reads a day or a point in time; "" is now.
func moment(s string) (time.Time, error) {
	switch {
	case s == "":
		return time.Now(), nil
	case jp.ValidDate(s):
		return jp.Start(s), nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		if day, ok := jp.ParseDate(s); ok {
			return jp.Start(day), nil
		}
		return t, &Unusable{At: "at", Message: lang.Text{JA: "日時は 2026-10-01T09:00:00+09:00 の形で入力してください。", EN: "Write the time as 2026-10-01T09:00:00+09:00."}}
	}
	return t, nil
}

// mostInput bounds what a verb reads.
const mostInput = 64 << 20

// readJSON reads standard input, or a file, into v. Numbers stay as written. What cannot be read is Unusable.
func readJSON(env *Env, file string, v any) error {
	b, err := readBytes(env, file)
	if err != nil {
		return err
	}
	return valuePart(b, "", v)
}

// valuePart decodes one part of the input, naming the place of what does not fit.
func valuePart(raw json.RawMessage, at string, v any) error {
	if len(raw) == 0 && at != "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff")))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return unusable(at, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return &Unusable{At: at, Message: lang.Text{JA: "JSONが一つではありません。", EN: "There is more than one JSON value."}}
	}
	return nil
}

func unusable(at string, err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		field := wrong.Field
		if at != "" && field != "" {
			field = at + "." + field
		} else if field == "" {
			field = at
		}
		return &Unusable{At: field, Message: programme.WrongShape(field, programme.ShapeFor(wrong.Type), stands(wrong.Value))}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Unusable{At: at, Message: lang.Text{JA: "JSONが途中で終わっています。", EN: "The JSON ends before it is complete."}}
	}
	ja := "JSONとして読めません。"
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		ja = fmt.Sprintf("JSONとして読めません（%dバイト目）。", syntax.Offset)
	}
	return &Unusable{At: at, Message: lang.Text{JA: ja, EN: "This is not JSON: " + err.Error()}}
}

// stands is the shape package encoding/json says it found ("array", "number 3").
func stands(found string) string {
	name, _, _ := strings.Cut(found, " ")
	switch name {
	case "array":
		return programme.ShapeList
	case "string":
		return programme.ShapeText
	}
	return name
}

// writeJSON writes the answer of a verb.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// flagSet makes the options of a verb; mistakes are Unusable, never printed by package flag.
func flagSet(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parseFlags reads options and at most so many other words.
func parseFlags(f *flag.FlagSet, args []string, words int) error {
	if err := f.Parse(args); err != nil {
		text := badOption(err)
		return &Unusable{At: f.Name(), Message: lang.Text{JA: text.JA + "kakehashi help " + f.Name() + " をご覧ください。", EN: text.EN + "; see kakehashi help " + f.Name() + "."}}
	}
	if f.NArg() > words {
		return &Unusable{At: f.Name(), Message: lang.Text{JA: "余分な語があります：" + f.Arg(words), EN: "Too many words: " + f.Arg(words)}}
	}
	return nil
}

// optionName is an option in the words of package flag.
var optionName = regexp.MustCompile(`-[a-z][a-z-]*`)

// badOption says which option cannot be read.
func badOption(err error) lang.Text {
	return lang.Text{JA: "オプション " + optionName.FindString(err.Error()) + " を読み取れません。", EN: err.Error()}
}
