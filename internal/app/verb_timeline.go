package app

import (
	"context"
	"time"

	"kakehashi/content"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/resident/timeline"
	"kakehashi/internal/resident/warning"
)

func verbTimeline() Verb {
	return Verb{
		Name:  "timeline",
		Short: lang.Text{JA: "マイ・タイムライン：いつ、どこへ避難するかを決める", EN: "Plan My Timeline: when a household leaves, and where to"},
		Long: lang.Text{
			JA: `kakehashi timeline [--in ファイル] < 回答.json

家、人、行き先の回答から、避難するか（decision）、いつ（trigger、clock）、どこへ（destination）、何をするか（actions）を返します。
時刻は氾濫の時刻（レベル5）を0とする分です。ページと同じ規則で計算します。`,
			EN: `kakehashi timeline [--in FILE] < answers.json

From answers about home, people and destinations: whether to leave (decision), when (trigger, clock), where to (destination)
and what to do (actions). Minutes count from the nominal hour of the flood (level 5 = 0). The page runs the same rules.`,
		},
		Run: runTimeline,
	}
}

func runTimeline(_ context.Context, env *Env, args []string) error {
	flags := flagSet("timeline")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	var in timeline.Input
	if err := readJSON(env, *file, &in); err != nil {
		return err
	}
	if in.Date == "" {
		in.Date = jp.Date(time.Now())
	}
	words, err := timeline.ReadWords(content.FS)
	if err != nil {
		return err
	}
	v, err := warning.Read(content.FS)
	if err != nil {
		return err
	}
	plan, err := timeline.Make(in, words, v.VersionOn)
	if err != nil {
		return err
	}
	return writeJSON(env.Out, plan)
}
