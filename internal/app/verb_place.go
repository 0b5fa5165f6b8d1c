package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"kakehashi/internal/lang"
	"kakehashi/internal/placement"
	"kakehashi/internal/placement/check"
)

func verbPlace() Verb {
	return Verb{
		Name:  "place",
		Short: lang.Text{JA: "JET参加者の配置を計算し、検算して説明する", EN: "Place JET participants: a round in, an explained and checked answer out"},
		Long: lang.Text{
			JA: `kakehashi place [--mechanism balanced|stable|lottery] [--why 参加者] [--in ファイル] < round.json
kakehashi place check    < {"round":…,"assignment":…}
kakehashi place why      < {"round":…,"assignment":…,"person":"…"}（または "post":"…"）
kakehashi place diff     < {"round":…,"assignment":…,"other":…}（または "overlay":{…}）
kakehashi place decline  < {"round":…,"assignment":…,"confirmed":["…"],"declined":["…"]}
kakehashi place generate --people N --posts M [--prefs 3-30] [--couples K] [--regions R] [--form lists|round] --seed S

balanced は目的を上から順に最適にし、証明書を付けます。stable は安定した配置、lottery は比較のための抽選順です。
答えは別の検算プログラムで確かめてから出します。合わなければ何も出しません。check は配置だけを検算します。
why は本人の情報だけで理由を日本語と英語で述べます。diff の overlay は一部を変えた場合の試算です（求人や参加者は番号で指定）。
assignment を省くと、その場で配置を求めます。同じ入力と種なら、所要時間 ms のほかは同じ出力です。`,
			EN: `kakehashi place [--mechanism balanced|stable|lottery] [--why PERSON] [--in FILE] < round.json
kakehashi place check    < {"round":…,"assignment":…}
kakehashi place why      < {"round":…,"assignment":…,"person":"…"} (or "post":"…")
kakehashi place diff     < {"round":…,"assignment":…,"other":…} (or "overlay":{…})
kakehashi place decline  < {"round":…,"assignment":…,"confirmed":["…"],"declined":["…"]}
kakehashi place generate --people N --posts M [--prefs 3-30] [--couples K] [--regions R] [--form lists|round] --seed S

balanced makes the objectives best one after the other and proves it; stable leaves nobody and no post who would rather have each other;
lottery is the baseline. Every answer is verified by a separate checker before it is printed, or not printed. check verifies any
assignment. why explains with the person's own data only. The overlay of diff changes parts of the round (posts and
participants by id) and runs both. Without an assignment, one is made. The same round and seed give the same bytes but for ms.`,
		},
		Run: runPlace,
	}
}

// placeInput is what the sub-verbs read.
type placeInput struct {
	Round      json.RawMessage    `json:"round"`
	Assignment map[string]*string `json:"assignment"`
	Other      map[string]*string `json:"other"`
	Overlay    map[string]any     `json:"overlay"`
	Person     string             `json:"person"`
	Post       string             `json:"post"`
	Mechanism  string             `json:"mechanism"`
	Confirmed  []string           `json:"confirmed"`
	Declined   []string           `json:"declined"`
}

// placeOutput is the answer; keys may be added, never renamed.
type placeOutput struct {
	*placement.Outcome
	Unplaced    []placement.Unplaced         `json:"unplaced"`
	Bottlenecks []placement.Bottleneck       `json:"bottlenecks"`
	Cutoffs     map[string]*placement.Cutoff `json:"cutoffs"`
	Certificate *placement.Certificate       `json:"certificate"`
	Fairness    *placement.Fairness          `json:"fairness"`
	Why         *placement.Why               `json:"why,omitempty"`
	Checked     bool                         `json:"checked"`
	Proven      []string                     `json:"proven"`
	MS          float64                      `json:"ms"`
}

func runPlace(ctx context.Context, env *Env, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "check":
			return placeParts(env, args, placeCheck)
		case "why":
			return placeParts(env, args, placeWhy)
		case "diff":
			return placeParts(env, args, placeDiff)
		case "decline":
			return placeParts(env, args, placeDecline)
		case "generate":
			return placeGenerate(env, args[1:])
		}
	}
	flags := flagSet("place")
	mechanism := flags.String("mechanism", placement.Balanced, "")
	why := flags.String("why", "", "")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	b, err := readBytes(env, *file)
	if err != nil {
		return err
	}
	began := time.Now()
	res, err := placed(b, "", *mechanism)
	if err != nil {
		return err
	}
	out, err := published(b, res)
	if err != nil {
		return err
	}
	if *why != "" {
		var ok bool
		if out.Why, ok = res.Why(*why); !ok {
			return nobody("--why", *why)
		}
	}
	out.MS = float64(time.Since(began).Microseconds()) / 1000
	return writeJSON(env.Out, out)
}

// placed reads a round and runs a mechanism.
func placed(round []byte, at, mechanism string) (*placement.Result, error) {
	r, err := placement.ReadAt(bytes.NewReader(bytes.TrimPrefix(round, []byte("\ufeff"))), at)
	if err != nil {
		return nil, refused(err)
	}
	m, err := placement.Open(r)
	if err != nil {
		return nil, refused(err)
	}
	res, err := m.Run(mechanism)
	return res, refused(err)
}

// refused turns what the engine cannot use into what the command says of it.
func refused(err error) error {
	var r *placement.Refusal
	if errors.As(err, &r) {
		return &Unusable{At: r.At, Message: lang.Text{JA: r.Message.JA, EN: r.Message.EN}}
	}
	return err
}

func nobody(at, id string) error {
	return &Unusable{At: at, Message: lang.Text{JA: "「" + id + "」は入力にありません。", EN: "There is no " + id + " in the round."}}
}

// published lets an answer out only when the independent checker finds nothing wrong with it.
func published(round []byte, res *placement.Result) (*placeOutput, error) {
	out := &placeOutput{Outcome: res.Outcome(), Unplaced: res.Unplaced(), Bottlenecks: res.Bottlenecks(), Cutoffs: res.Cutoffs(),
		Certificate: res.Certificate(), Fairness: res.Fairness()}
	claim, err := claimOf(out.Outcome, out.Certificate)
	if err != nil {
		return nil, err
	}
	report, err := verified(round, out.Assignment, claim)
	if err != nil {
		return nil, err
	}
	if !report.Checked {
		return nil, fmt.Errorf("place: the independent check refuses the answer: %+v", report.Faults[0])
	}
	out.Checked, out.Proven = true, report.Proven
	return out, nil
}

// claimOf is what an answer says of itself, in the checker's words.
func claimOf(out *placement.Outcome, certificate *placement.Certificate) (check.Claim, error) {
	claim := check.Claim{Stable: &out.Stable, Commitment: out.Commitment, Objective: map[string]int64{}}
	for _, o := range out.Objective {
		claim.Objective[o.Name] = o.Value
	}
	if certificate == nil {
		return claim, nil
	}
	b, err := json.Marshal(certificate)
	if err != nil {
		return claim, fmt.Errorf("place: write the certificate: %w", err)
	}
	return claim, json.Unmarshal(b, &claim.Certificate)
}

func verified(round []byte, named map[string]*string, claim check.Claim) (*check.Report, error) {
	r, err := check.Read(round)
	if err != nil {
		return nil, fmt.Errorf("place: %w", err)
	}
	return r.Verify(named, claim), nil
}

// placeParts reads a sub-verb's options and input.
func placeParts(env *Env, args []string, run func(env *Env, in *placeInput, mechanism string) error) error {
	flags := flagSet("place " + args[0])
	mechanism := flags.String("mechanism", "", "")
	file := flags.String("in", "", "")
	if err := parseFlags(flags, args[1:], 0); err != nil {
		return err
	}
	b, err := readBytes(env, *file)
	if err != nil {
		return err
	}
	var in placeInput
	if err := valuePart(b, "", &in); err != nil {
		return err
	}
	if len(in.Round) == 0 {
		return &Unusable{At: "round", Message: lang.Text{JA: "round（配置の入力）が要ります。", EN: "A round is needed here."}}
	}
	if *mechanism == "" {
		*mechanism = in.Mechanism
	}
	if *mechanism == "" {
		*mechanism = placement.Balanced
	}
	return run(env, &in, *mechanism)
}

// standing is the assignment of the input, or one made now.
func (in *placeInput) standing(mechanism string) (*placement.Result, error) {
	if in.Assignment == nil {
		return placed(in.Round, "round", mechanism)
	}
	return in.with(in.Assignment, "assignment")
}

func (in *placeInput) with(named map[string]*string, at string) (*placement.Result, error) {
	r, err := placement.ReadAt(bytes.NewReader(in.Round), "round")
	if err != nil {
		return nil, refused(err)
	}
	list, err := r.Names(named, at)
	if err != nil {
		return nil, refused(err)
	}
	m, err := placement.Open(r)
	if err != nil {
		return nil, refused(err)
	}
	return m.With(list), nil
}

func placeCheck(env *Env, in *placeInput, _ string) error {
	if in.Assignment == nil {
		return &Unusable{At: "assignment", Message: lang.Text{JA: "assignment（配置）が要ります。", EN: "An assignment is needed here."}}
	}
	if _, err := placement.ReadAt(bytes.NewReader(in.Round), "round"); err != nil {
		return refused(err)
	}
	report, err := verified(in.Round, in.Assignment, check.Claim{})
	if err != nil {
		return err
	}
	return writeJSON(env.Out, report)
}

func placeWhy(env *Env, in *placeInput, mechanism string) error {
	res, err := in.standing(mechanism)
	if err != nil {
		return err
	}
	if in.Post != "" {
		why, ok := res.WhyPost(in.Post)
		if !ok {
			return nobody("post", in.Post)
		}
		return writeJSON(env.Out, why)
	}
	why, ok := res.Why(in.Person)
	if !ok {
		return nobody("person", in.Person)
	}
	return writeJSON(env.Out, why)
}

func placeDiff(env *Env, in *placeInput, mechanism string) error {
	res, err := in.standing(mechanism)
	if err != nil {
		return err
	}
	var other *placement.Result
	switch {
	case in.Overlay != nil:
		var changed []byte
		if changed, err = overlaid(in.Round, in.Overlay); err == nil {
			other, err = placed(changed, "overlay", mechanism)
		}
	case in.Other != nil:
		other, err = in.with(in.Other, "other")
	default:
		err = &Unusable{At: "other", Message: lang.Text{JA: "比べる配置（other）か変更（overlay）が要ります。", EN: "Another assignment (other) or changes (overlay) are needed."}}
	}
	if err != nil {
		return err
	}
	return writeJSON(env.Out, res.Compare(other))
}

// overlaid lays changes over a round: objects are merged, null takes out, everything else replaces; lists of things with an id by id.
func overlaid(round []byte, overlay map[string]any) ([]byte, error) {
	var base map[string]any
	if err := valuePart(round, "round", &base); err != nil {
		return nil, err
	}
	return json.Marshal(merge(base, overlay))
}

func merge(base, over any) any {
	changes, ok := over.(map[string]any)
	if !ok {
		return over
	}
	switch old := base.(type) {
	case map[string]any:
		for key, value := range changes {
			if value == nil {
				delete(old, key)
			} else {
				old[key] = merge(old[key], value)
			}
		}
		return old
	case []any:
		kept := old[:0]
		for _, item := range old {
			one, _ := item.(map[string]any)
			id, _ := one["id"].(string)
			change, named := changes[id]
			switch {
			case !named:
				kept = append(kept, item)
			case change != nil:
				kept = append(kept, merge(item, change))
			}
		}
		return kept
	}
	return over
}

func placeDecline(env *Env, in *placeInput, mechanism string) error {
	began := time.Now()
	res, err := in.standing(mechanism)
	if err != nil {
		return err
	}
	people := func(at string, ids []string) ([]int32, error) {
		var list []int32
		for i, id := range ids {
			p := res.PersonIndex(id)
			if p < 0 {
				return nil, nobody(fmt.Sprintf("%s[%d]", at, i), id)
			}
			list = append(list, int32(p))
		}
		return list, nil
	}
	confirmed, err := people("confirmed", in.Confirmed)
	if err != nil {
		return err
	}
	declined, err := people("declined", in.Declined)
	if err != nil {
		return err
	}
	r := res.Decline(confirmed, declined)
	after := res.With(r.Assignment)
	outcome := after.Outcome()
	checker, err := check.Read(in.Round)
	if err != nil {
		return fmt.Errorf("place decline: %w", err)
	}
	checker.Release(in.Declined)
	report := checker.Verify(outcome.Assignment, check.Claim{})
	if !report.Checked {
		return &Unusable{At: "assignment", Message: lang.Text{JA: "配置が条件に反しています：" + report.Faults[0].At + " " + report.Faults[0].Message.JA,
			EN: "The assignment breaks a condition: " + report.Faults[0].At + ": " + report.Faults[0].Message.EN}}
	}
	return writeJSON(env.Out, map[string]any{"assignment": outcome.Assignment, "changes": r.Changes, "vacant": r.Vacant, "objective": outcome.Objective,
		"stable": report.Stable, "blocking": report.Blocking, "unplaced": after.Unplaced(), "checked": true,
		"ms": float64(time.Since(began).Microseconds()) / 1000})
}

// readBytes reads standard input, or a file, as it is.
func readBytes(env *Env, file string) ([]byte, error) {
	in := env.In
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return nil, &Unusable{At: "--in", Message: lang.Text{JA: "ファイル " + file + " を開けません。", EN: "The file " + file + " cannot be opened."}}
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, mostInput+1))
	if err != nil {
		return nil, fmt.Errorf("read the input: %w", err)
	}
	if len(b) > mostInput {
		return nil, &Unusable{At: "", Message: lang.Text{JA: "入力が大きすぎます。", EN: "The input is too large."}}
	}
	return b, nil
}
