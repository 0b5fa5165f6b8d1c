package app

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kakehashi/internal/lang"
)

func verbCompletion() Verb {
	return Verb{
		Name:  "completion",
		Short: lang.Text{JA: "シェルの入力補完を出力する", EN: "Print the shell's completion"},
		Long: lang.Text{
			JA: `kakehashi completion bash|zsh|fish

命令とその選択肢を補完するための設定を標準出力に書きます。bash では次の1行を ~/.bashrc に加えます。
  source <(kakehashi completion bash)
zsh は ~/.zshrc に source <(kakehashi completion zsh)、fish は ~/.config/fish/completions/kakehashi.fish に書き出します。`,
			EN: `kakehashi completion bash|zsh|fish

Prints what makes the shell complete verbs and their options. For bash put this line into ~/.bashrc:
  source <(kakehashi completion bash)
For zsh put source <(kakehashi completion zsh) into ~/.zshrc; for fish write it to ~/.config/fish/completions/kakehashi.fish.`,
		},
		Run: runCompletion,
	}
}

func runCompletion(_ context.Context, env *Env, args []string) error {
	flags := flagSet("completion")
	if err := parseFlags(flags, args, 1); err != nil {
		return err
	}
	write, ok := map[string]func(*Env){"bash": completeBash, "zsh": completeZsh, "fish": completeFish}[flags.Arg(0)]
	if !ok {
		return &Unusable{At: "completion", Message: lang.Text{JA: "bash、zsh、fish のどれかを指定してください。", EN: "Name bash, zsh or fish."}}
	}
	write(env)
	return nil
}

var optionWord = regexp.MustCompile(`--[a-z][a-z-]*`)

// options are the options a verb's help page tells of, in order; the help page is the only list of them.
func (v Verb) options() []string {
	words := optionWord.FindAllString(v.Long.EN, -1)
	slices.Sort(words)
	return slices.Compact(words)
}

func verbNames() []string {
	names := []string{"help"}
	for _, v := range Verbs() {
		names = append(names, v.Name)
	}
	return names
}

func completeBash(env *Env) {
	fmt.Fprintf(env.Out, `_kakehashi() {
  local word=${COMP_WORDS[COMP_CWORD]} words=
  if [ "$COMP_CWORD" -eq 1 ] || { [ "$COMP_CWORD" -eq 2 ] && [ "${COMP_WORDS[1]}" = help ]; }; then
    words=%q
  else
    case ${COMP_WORDS[1]} in
`, strings.Join(verbNames(), " "))
	for _, v := range Verbs() {
		if list := v.options(); len(list) > 0 {
			fmt.Fprintf(env.Out, "      %s) words=%q ;;\n", v.Name, strings.Join(list, " "))
		}
	}
	fmt.Fprint(env.Out, `    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  case $word in -*) ;; *) [ "$COMP_CWORD" -gt 1 ] && COMPREPLY+=($(compgen -f -- "$word")) ;; esac
}
complete -o filenames -F _kakehashi kakehashi
`)
}

func completeZsh(env *Env) {
	fmt.Fprint(env.Out, "#compdef kakehashi\n_kakehashi() {\n  if (( CURRENT == 2 )); then\n    local -a verbs=(\n")
	for _, v := range Verbs() {
		fmt.Fprintf(env.Out, "      '%s:%s'\n", v.Name, strings.ReplaceAll(v.Short.In(env.Lang), "'", `'\''`))
	}
	fmt.Fprint(env.Out, "    )\n    _describe verb verbs\n    return\n  fi\n  case $words[2] in\n")
	for _, v := range Verbs() {
		if list := v.options(); len(list) > 0 {
			fmt.Fprintf(env.Out, "    %s) compadd -- %s ;;\n", v.Name, strings.Join(list, " "))
		}
	}
	fmt.Fprint(env.Out, "  esac\n  _files\n}\ncompdef _kakehashi kakehashi\n")
}

func completeFish(env *Env) {
	for _, v := range Verbs() {
		fmt.Fprintf(env.Out, "complete -c kakehashi -n __fish_use_subcommand -a %s -d '%s'\n", v.Name, strings.ReplaceAll(v.Short.In(env.Lang), "'", `\'`))
		for _, option := range v.options() {
			fmt.Fprintf(env.Out, "complete -c kakehashi -n '__fish_seen_subcommand_from %s' -l %s\n", v.Name, strings.TrimPrefix(option, "--"))
		}
	}
}
