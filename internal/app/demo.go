package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/programme"
)

// demoPerson is one invented person of the demonstration.
type demoPerson struct {
	Login, Name, Kana string
	Role              account.Role
	Body              string
	Home              string
	Division, Phone   string
}

// demoPeople are one sign-in per role; the committee has the members a screening needs, one of them with an interest.
var demoPeople = []demoPerson{
	{"demo-staff", "見本 花子", "ミホン ハナコ", account.RoleStaff, "lg:222101", "", "産業交流部産業政策課", "0545-00-0000"},
	{"demo-approver", "見本 太郎", "ミホン タロウ", account.RoleApprover, "lg:222101", "", "", ""},
	{"demo-town", "見本 町子", "ミホン マチコ", account.RoleStaff, "lg:172022", "", "産業部観光交流課", "0767-00-0000"},
	{"demo-branch", "見本 静", "ミホン シズカ", account.RoleBranch, "branch:22", "", "", ""},
	{"demo-officer", "見本 桂", "ミホン カツラ", account.RoleOfficer, "hq:keishin", "", "", ""},
	{"demo-chief", "見本 章", "ミホン アキラ", account.RoleChief, "hq:keishin", "", "", ""},
	{"demo-finance", "見本 計", "ミホン ケイ", account.RoleFinance, "hq:somu", "", "", ""},
	{"demo-finance2", "見本 理", "ミホン オサム", account.RoleFinance, "hq:somu", "", "", ""},
	{"demo-member1", "見本 一", "ミホン ハジメ", account.RoleCommittee, "panel", "131016", "", ""},
	{"demo-member2", "見本 二葉", "ミホン フタバ", account.RoleCommittee, "panel", "271004", "", ""},
	{"demo-member3", "見本 三郎", "ミホン サブロウ", account.RoleCommittee, "panel", "", "", ""},
	{"demo-member4", "見本 静岡", "ミホン シズオカ", account.RoleCommittee, "panel", "221309", "", ""},
	{"demo-admin", "見本 管", "ミホン カン", account.RoleAdmin, "system", "", "", ""},
	{"demo-auditor", "見本 監", "ミホン ミル", account.RoleAuditor, "system", "", "", ""},
}

// LoadDemo makes the removable demonstration: one sign-in per role with a password printed once, a second call of every grant that is
// open today, a call of the year before for projects under way, and cases at every station. Everything is flagged and goes with WipeDemo.
func (a *App) LoadDemo(ctx context.Context, out io.Writer) error {
	if a.demo(ctx) {
		fmt.Fprintln(out, lang.T(lang.JA, "app.demo.there"))
		return nil
	}
	hats := map[string]account.Who{}
	fmt.Fprintln(out, lang.T(lang.JA, "app.demo.people"))
	for _, p := range demoPeople {
		password := strings.ToLower(rand.Text()[:16])
		in, err := a.Accounts.Enter(ctx, account.System, account.NewPerson{Login: p.Login, Name: p.Name, Kana: p.Kana, Email: p.Login + "@sample.invalid",
			Lang: lang.JA, Home: p.Home, Division: p.Division, Phone: p.Phone, Password: password, Sample: true, Hats: []account.Hat{{Role: p.Role, Body: p.Body}}})
		if err != nil {
			return fmt.Errorf("demonstration: %s: %w", p.Login, err)
		}
		fmt.Fprintf(out, "  %-14s %-18s %s\n", p.Login, password, lang.T(lang.JA, "account.role."+string(p.Role)))
		hats[p.Login] = account.Who{Person: in.ID, Name: p.Name, Lang: lang.JA, Home: p.Home, Sample: true, From: "demo",
			Hat: account.Hat{Role: p.Role, Body: p.Body}}
	}
	calls, err := a.demoCalls(ctx, hats["demo-officer"], hats["demo-chief"], false)
	if err != nil || len(calls) == 0 {
		return err
	}
	return a.demoCases(ctx, calls[0], hats)
}

// demoCall is a call of the demonstration with the answers of its programme's first example.
type demoCall struct {
	code    string
	answers map[string]any
	call    programme.Call
}

// demoCalls publishes a second call of every programme whose window holds today, and gives those that pay. Its projects lie ahead; hasty
// leaves out what a final report has to satisfy, so that the bench can play a case to its end in one minute.
func (a *App) demoCalls(ctx context.Context, officer, chief account.Who, hasty bool) ([]demoCall, error) {
	list, err := a.Programmes.All(ctx)
	if err != nil {
		return nil, err
	}
	today := jp.Date(a.Config.Clock())
	var calls []demoCall
	for _, p := range list {
		if p.Form("application") == nil || len(p.Examples) == 0 {
			continue
		}
		year := p.Call.FiscalYear
		for jp.ValidDate(p.Call.From) && p.Definition.InYear(year, 2).Call.From < jp.AddDays(today, 90) {
			year++ // a call asks for projects that lie ahead
		}
		d := p.Definition.InYear(year, 2)
		was := d.Call
		d.Call.Opens, d.Call.Closes = jp.AddDays(today, -45), jp.AddDays(today, 30)
		d.Call.Result = jp.AddDays(today, 90)
		if hasty {
			d.Rules = slices.DeleteFunc(slices.Clone(d.Rules), func(r programme.Rule) bool { return r.Form == "report" })
		}
		d.Retime(was)
		if err := a.demoPublish(ctx, officer, chief, d); err != nil {
			return nil, err
		}
		if p.Pays() {
			calls = append(calls, demoCall{p.Code, d.Examples[0].Answers, d.Call})
		}
	}
	return calls, nil
}

// demoPublish puts a call of the demonstration in force, by two people as always, and gives it a budget of its own when it pays.
func (a *App) demoPublish(ctx context.Context, officer, chief account.Who, d programme.Definition) error {
	hash, issues, err := a.Programmes.Propose(ctx, officer, d)
	if err != nil {
		return fmt.Errorf("demonstration call of %s: %w %v", d.Code, err, issues)
	}
	if err := a.Programmes.Publish(ctx, chief, hash); err != nil {
		return fmt.Errorf("demonstration call of %s: %w", d.Code, err)
	}
	if !d.Pays() {
		return nil
	}
	return a.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		return a.Ledger.Open(ctx, tx, cases.Sample+d.Code, d.Call.FiscalYear, max(d.Call.Budget, 30_000_000))
	})
}

// demoStory is how far one case of the demonstration goes. A project that was decided ran in a call of the past: begun tells so, and ended
// how many days before today it ended, 0 when it is under way.
type demoStory struct {
	title string
	until string
	begun bool
	ended int
	said  map[string]any // answers of its own, to whatever form asks for them
	then  []demoAct      // what befell it after until
}

// demoCases plays cases through the engine as people would, each to another station.
func (a *App) demoCases(ctx context.Context, now demoCall, hats map[string]account.Who) error {
	past, err := a.demoBefore(ctx, now, hats)
	if err != nil {
		return err
	}
	for _, call := range []demoCall{now, past} {
		if err := a.demoPanel(ctx, call, hats); err != nil {
			return fmt.Errorf("demonstration panel: %w", err)
		}
	}
	stories := []demoStory{
		{title: "（見本）紙製品パリ見本市への出展", until: "draft"}, {title: "（見本）富士山麓の自転車旅 台湾誘客", until: "submit"},
		{title: "（見本）静岡茶のパリ販路開拓", until: "forward"}, {title: "（見本）木製玩具の北米販路開拓", until: "branch_return"},
		{title: "（見本）駿河和染めの欧州商談会", until: "accept"}, {title: "（見本）冷凍みかん菓子の豪州試験販売", until: "score"},
		{title: "（見本）焙煎茶のロンドン展開", until: "start", begun: true},
		{title: "（見本）深海水産品のシンガポール販路", until: "report", begun: true, ended: 15},
		{title: "（見本）ものづくり見学の訪日誘客", until: "bill", begun: true, ended: 45}}
	for i, s := range append(stories, demoAfterwards(past.call.From, jp.Date(a.Config.Clock()))...) {
		call := now
		if s.begun {
			call = past
		}
		if _, err := a.demoCase(ctx, call, s, fmt.Sprint(i), hats); err != nil {
			return fmt.Errorf("demonstration case %s: %w", s.title, err)
		}
	}
	return nil
}

// demoAct is one step of the story: who does what, giving what.
type demoAct struct {
	who, move string
	needs     cases.Needs
}

// demoScript are the steps of a grant up to and with a move.
func demoScript(p *programme.Programme, until string) []demoAct {
	amount := int64(4_000_000)
	var checks []string
	for _, o := range p.Checklist() {
		checks = append(checks, o.Value)
	}
	list := []demoAct{
		{"demo-staff", "ask_approval", cases.Needs{}}, {"demo-approver", "submit", cases.Needs{}},
		{"demo-branch", "forward", cases.Needs{Opinion: "県の輸出振興の方針と合っており、適当と認めます。", Shareable: true}},
		{"demo-officer", "accept", cases.Needs{Checklist: checks}}, {"", "score", cases.Needs{}}, {"demo-officer", "rank", cases.Needs{}},
		{"demo-officer", "propose", cases.Needs{Amount: &amount, Comment: "審査の結果、採択が適当と考えます。"}},
		{"demo-chief", "approve", cases.Needs{}}, {"demo-staff", "start", cases.Needs{}}, {"demo-approver", "report", cases.Needs{}},
		{"demo-officer", "check_report", cases.Needs{Comment: "証拠書類と照合し、全額を認めました。"}}, {"demo-chief", "fix", cases.Needs{}},
		{"demo-approver", "bill", cases.Needs{}},
	}
	n := slices.IndexFunc(list, func(x demoAct) bool { return x.move == until || until == "branch_return" && x.move == "forward" })
	return list[:n+1]
}

// demoCase plays one case as far as its story goes and returns its id.
func (a *App) demoCase(ctx context.Context, call demoCall, s demoStory, key string, hats map[string]account.Who) (string, error) {
	staff, plan := hats["demo-staff"], a.demoPlan(call, s)
	defer a.past.Store(nil)
	plan.turn(a, "draft")
	c, err := a.Cases.New(ctx, staff, call.code, "demo-"+key+rand.Text(), "")
	if err != nil {
		return "", err
	}
	p, err := a.Programmes.ByHash(ctx, c.Definition)
	if err != nil {
		return c.ID, err
	}
	answers := maps.Clone(call.answers)
	answers["p.title"] = s.title
	if s.begun {
		answers["p.period"] = map[string]any{"from": plan.from, "to": plan.to}
	}
	if err := a.demoFill(ctx, staff, c, p, "application", answers); err != nil || s.until == "draft" {
		return c.ID, err
	}
	for _, act := range append(demoScript(p, s.until), s.then...) {
		if s.until == "branch_return" && act.move == "forward" {
			act = demoAct{"demo-branch", "branch_return", cases.Needs{Due: jp.AddBusinessDays(jp.Date(a.clock()), 5), Remarks: []cases.Remark{
				{Field: "cost.lines", Kind: "誤り", Text: "2行目の単価が見積書と一致していません。"}, {Field: "p.purpose", Kind: "不足", Text: "市が直接行うことを書いてください。"}}}}
		}
		plan.turn(a, act.move)
		if err := a.demoStep(ctx, c, p, act, s.said, hats); err != nil {
			return c.ID, fmt.Errorf("%s: %w", act.move, err)
		}
	}
	return c.ID, nil
}

// demoStep makes one step; before a form is handed in it is filled, and the committee scores.
func (a *App) demoStep(ctx context.Context, c *cases.Case, p *programme.Programme, act demoAct, said map[string]any, hats map[string]account.Who) error {
	if act.move == "score" {
		return a.demoScores(ctx, c, p, hats)
	}
	now, _, err := a.Cases.Get(ctx, cases.System, c.ID)
	if err != nil {
		return err
	}
	if m := p.Move(act.move); m != nil && m.Form != "" && m.Form != "application" {
		if err := a.demoFill(ctx, hats["demo-staff"], c, p, m.Form, demoAnswers(p, m.Form, now, jp.Date(a.clock()), said)); err != nil {
			return err
		}
	}
	if act.move == "pay" {
		act.needs.PayDate = jp.Date(a.clock())
	}
	if act.move == "check_report" {
		rows, _ := now.Answers()["r.cost.lines"].([]form.Row)
		for i, r := range rows {
			v, _ := r["amount"].(int64)
			act.needs.Admitted = append(act.needs.Admitted, cases.Admit{Row: i, Amount: v})
		}
	}
	_, err = a.Cases.Do(ctx, hats[act.who], c.ID, cases.Act{Move: act.move, Needs: act.needs})
	var incomplete *cases.Incomplete
	if errors.As(err, &incomplete) {
		return fmt.Errorf("%w: missing %v, problems %v", err, incomplete.Evaluation.Missing, incomplete.Evaluation.Problems)
	}
	return err
}

// demoScores assigns the committee and hands in every sheet but those of members with an interest.
func (a *App) demoScores(ctx context.Context, c *cases.Case, p *programme.Programme, hats map[string]account.Who) error {
	members := demoMembers(hats)
	if err := a.Cases.Assign(ctx, hats["demo-officer"], c.ID, members); err != nil {
		return err
	}
	for i, m := range members {
		marks := map[string]int{}
		for k, crit := range p.Screening.Criteria {
			marks[crit.ID] = 3 + (i+k)%3
		}
		err := a.Cases.Score(ctx, m, c.ID, marks, nil)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
	}
	return nil
}

// demoFill answers a form from values as the examples of a definition hold them; files become real small documents.
func (a *App) demoFill(ctx context.Context, who account.Who, c *cases.Case, p *programme.Programme, formID string, values map[string]any) error {
	inputs := map[string]form.Input{}
	for _, f := range p.Fields(formID) {
		v, ok := values[f.Key]
		if !ok || f.ReadOnly || strings.HasPrefix(f.Prefill, "person") && len(c.Raw[f.Key]) > 0 {
			continue // whom to call is the account's person, not the example's
		}
		if f.Kind == form.KindFile {
			file, err := a.demoFile(ctx, who, c, f)
			if err != nil {
				return err
			}
			inputs[f.Key] = f.Input([]form.File{file})
			continue
		}
		value, answered, _ := f.FromJSON(v)
		if answered {
			inputs[f.Key] = f.Input(value)
		}
	}
	_, err := a.Cases.SaveFields(ctx, who, c.ID, inputs, 0, nil)
	return err
}

// demoAnswers are what the story says, and plausible answers to every other required question of a form, by kind; sums follow the case.
func demoAnswers(p *programme.Programme, formID string, c *cases.Case, today string, said map[string]any) map[string]any {
	out := maps.Clone(said)
	if out == nil {
		out = map[string]any{}
	}
	for _, f := range p.Fields(formID) {
		if _, told := out[f.Key]; !told && f.Required {
			out[f.Key] = demoAnswer(f, c, today)
		}
	}
	return out
}

func demoAnswer(f form.Field, c *cases.Case, today string) any {
	switch f.Kind {
	case form.KindLong:
		return "見本の記入です。計画のとおり実施し、参加した事業者から次につながる声を得ました。"
	case form.KindInt, form.KindDecimal:
		return 120
	case form.KindYen:
		return c.Fixed
	case form.KindDate:
		return today
	case form.KindPeriod:
		period, _ := c.Period()
		to := min(period.To, today) // what is reported has ended
		return map[string]any{"from": min(period.From, to), "to": to}
	case form.KindBool:
		return true
	case form.KindOne:
		return f.Options[0].Value
	case form.KindMany:
		return []any{f.Options[0].Value}
	case form.KindMoney:
		return c.Answers()["cost.lines"]
	case form.KindBank:
		return map[string]any{"code": "0001", "branch": "001", "kind": "普通", "number": "1234567", "holder_kana": "フジシカイケイカンリシヤ"}
	case form.KindTable:
		row := map[string]any{}
		for _, col := range f.Columns {
			row[col.Key] = demoAnswer(col, c, today)
		}
		return []any{row}
	}
	return "見本"
}

// demoFile stores a small PDF that says it is a sample.
func (a *App) demoFile(ctx context.Context, who account.Who, c *cases.Case, f form.Field) (form.File, error) {
	var b bytes.Buffer
	doc := letter.Filled{Title: f.Label.JA, Sample: true, Sections: []letter.FilledSection{{Title: "見本", Pairs: []letter.Pair{{Label: "注意", Value: "これは見本の書類です。"}}}}}
	if err := letter.FilledPDF(&b, doc); err != nil {
		return form.File{}, err
	}
	return a.Files.Put(ctx, &b, blob.Meta{Name: f.Label.JA + ".pdf", OwnerBody: who.Hat.Body, Field: f.Key, Visibility: f.Visibility, By: who.Person})
}
