package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
)

func verbDoctor() Verb {
	return Verb{Name: "doctor",
		Short: lang.Text{JA: "運用状態を調べます", EN: "Look at the installation's health"},
		Long: lang.Text{JA: `kakehashi doctor [--json] [--quick] [--data DIR] [--database URL]
  データベース、表の版、記録の連鎖、添付ファイルの中身、止まった作業、メール、空き容量、設定を調べ、項目ごとに 正常・注意・異常 を示します。
  何も変更しません（表の版が古いときは、そこで調べるのをやめます）。--quick は添付ファイルの大きさだけを調べます。
  終了状態：0 異常なし（注意を含む）、1 異常あり、2 データが見つからない`,
			EN: `kakehashi doctor [--json] [--quick] [--data DIR] [--database URL]
  Looks at the database, the version of its tables, the journals, the bytes of every attachment, work that is stuck, mail, disk space and settings,
  and says fine, warning or wrong for each. It changes nothing, and stops where the tables are of an older version. --quick looks at the sizes of
  attachments only. Exit status: 0 nothing wrong (warnings included), 1 something is wrong, 2 there is no installation`},
		Run: doctorVerb}
}

// finding is what the doctor says of one thing.
type finding struct {
	Name  string    `json:"name"`
	State string    `json:"state"` // fine | warning | wrong
	Text  lang.Text `json:"text"`
	More  []string  `json:"more,omitempty"` // the first few places
}

const (
	fine    = "fine"
	caution = "warning"
	wrong   = "wrong"
)

func doctorVerb(ctx context.Context, e *Env, args []string) error {
	c := quiet()
	fs := e.flags("doctor", &c)
	asJSON, quick := fs.Bool("json", false, ""), fs.Bool("quick", false, "")
	if err := parse(fs, args); err != nil {
		return err
	}
	address, err := c.address()
	if err != nil {
		return err
	}
	list, err := diagnose(ctx, c, address, *quick)
	if err != nil {
		return err
	}
	sick := false
	for _, f := range list {
		sick = sick || f.State == wrong
	}
	if *asJSON {
		err = writeJSON(e.Out, map[string]any{"healthy": !sick, "findings": list})
	} else {
		err = e.say(list)
	}
	if err == nil && sick {
		return status(1)
	}
	return err
}

func (e *Env) say(list []finding) error {
	words := map[string]lang.Text{fine: {JA: "正常", EN: "fine   "}, caution: {JA: "注意", EN: "warning"}, wrong: {JA: "異常", EN: "WRONG  "}}
	for _, f := range list {
		if _, err := fmt.Fprintf(e.Out, "%s  %s\n", words[f.State].In(e.Lang), f.Text.In(e.Lang)); err != nil {
			return err
		}
		for _, m := range f.More {
			fmt.Fprintf(e.Out, "        %s\n", m)
		}
	}
	return nil
}

// diagnose looks at everything, in the order in which one thing needs the other.
func diagnose(ctx context.Context, c Config, address string, quick bool) ([]finding, error) {
	lacks, err := db.Waiting(ctx, address)
	switch {
	case err != nil:
		return []finding{{Name: "database", State: wrong, Text: lang.Text{JA: "データベースを開けません", EN: "the database cannot be opened"}, More: []string{mask(err, address)}}}, nil
	case lacks > 0:
		return []finding{{Name: "migrations", State: wrong, Text: lang.Text{JA: fmt.Sprintf("表の版が %d 段古いため、ほかは調べていません（serve の開始時に新しくなります）", lacks),
			EN: fmt.Sprintf("the tables are %d versions behind, nothing else was looked at (serve brings them up to date)", lacks)}}}, nil
	}
	c.Database = address
	a, err := New(ctx, c)
	if err != nil {
		return []finding{{Name: "database", State: wrong, Text: lang.Text{JA: "データを開けません", EN: "the installation cannot be opened"}, More: []string{mask(err, address)}}}, nil
	}
	defer a.Close()
	list := []finding{{Name: "migrations", State: fine, Text: lang.Text{JA: "表の版は最新です", EN: "the tables are up to date"}}}
	for _, look := range []func(context.Context) (finding, error){a.lookAtDatabase, a.lookAtJournals, func(ctx context.Context) (finding, error) { return a.lookAtFiles(ctx, quick) },
		a.lookAtJobs, a.lookAtMail, a.lookAtDisk, a.lookAtLetterhead} {
		f, err := look(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// mask keeps the address, which may hold a password, out of what is printed.
func mask(err error, address string) string {
	return strings.ReplaceAll(err.Error(), address, "…")
}

// few are the first places of a list that may be long.
func few(list []string) []string { return list[:min(len(list), 10)] }

func (a *App) lookAtDatabase(ctx context.Context) (finding, error) {
	f := finding{Name: "database", State: fine, Text: lang.Text{JA: "データベースは読み書きできます（PostgreSQL）", EN: "the database answers (PostgreSQL)"}}
	if a.DB.Postgres() {
		_, err := db.One(ctx, a.DB.Read(), db.Int, `SELECT 1`)
		return f, err
	}
	f.Text = lang.Text{JA: "データベースのファイルは壊れていません（SQLite）", EN: "the database file is whole (SQLite)"}
	found, err := db.List(ctx, a.DB.Read(), db.String, `PRAGMA quick_check(10)`)
	if err == nil && (len(found) != 1 || found[0] != "ok") {
		f.State, f.More, f.Text = wrong, few(found), lang.Text{JA: "データベースのファイルが壊れています", EN: "the database file is damaged"}
	}
	return f, err
}

func (a *App) lookAtJournals(ctx context.Context) (finding, error) {
	n, faults, err := a.verify(ctx)
	f := finding{Name: "journals", State: fine, Text: lang.Text{JA: fmt.Sprintf("%d 件の案件、団体、利用者の記録の連鎖が合っています", n),
		EN: fmt.Sprintf("the journals of %d cases, of bodies and of accounts hold", n)}}
	if len(faults) > 0 {
		f.State, f.More = wrong, few(faults)
		f.Text = lang.Text{JA: fmt.Sprintf("記録の連鎖が %d か所で合いません", len(faults)), EN: fmt.Sprintf("the journals do not hold in %d places", len(faults))}
	}
	return f, err
}

func (a *App) lookAtFiles(ctx context.Context, quick bool) (finding, error) {
	list, err := attachmentsOf(ctx, a.DB)
	if err != nil {
		return finding{}, err
	}
	var bad []string
	for _, x := range list {
		if !x.attached {
			continue
		}
		says, err := a.Files.Whole(ctx, form.File{ID: x.id, SHA256: x.sum, Size: x.size}, !quick)
		if err != nil {
			return finding{}, err
		}
		if says != "" {
			bad = append(bad, x.sum+": "+says)
		}
	}
	f := finding{Name: "files", State: fine, Text: lang.Text{JA: fmt.Sprintf("添付ファイル %d 件が読めます", len(list)), EN: fmt.Sprintf("%d attachments are readable", len(list))}}
	if len(bad) > 0 {
		f.State, f.More = wrong, few(bad)
		f.Text = lang.Text{JA: fmt.Sprintf("添付ファイル %d 件がないか、中身が変わっています", len(bad)), EN: fmt.Sprintf("%d attachments are gone or changed", len(bad))}
	}
	return f, nil
}

// stuckAfter is how long work may be due before the doctor calls it stuck, in minutes.
const stuckAfter = 15

func (a *App) lookAtJobs(ctx context.Context) (finding, error) {
	state, err := a.Jobs.State(ctx)
	if err != nil {
		return finding{}, err
	}
	f := finding{Name: "jobs", State: fine, Text: lang.Text{JA: "裏の作業は滞っていません", EN: "background work is not held up"}}
	switch {
	case state.Late > stuckAfter*time.Minute:
		f.State, f.Text = wrong, lang.Text{JA: fmt.Sprintf("裏の作業が %d 件あり、最も古いものは %d 分待っています（serve は動いていますか）", state.Due, int(state.Late.Minutes())),
			EN: fmt.Sprintf("%d pieces of background work wait, the oldest for %d minutes (is serve running?)", state.Due, int(state.Late.Minutes()))}
	case state.Laid > 0:
		f.State, f.Text = caution, lang.Text{JA: fmt.Sprintf("あきらめた作業が %d 件あります（画面の「作業」で見られます）", state.Laid),
			EN: fmt.Sprintf("%d pieces of work were given up (the page of background work shows them)", state.Laid)}
	}
	return f, nil
}

func (a *App) lookAtMail(ctx context.Context) (finding, error) {
	failed, err := a.Mail.Count(ctx, "failed")
	if err != nil {
		return finding{}, err
	}
	leaves, err := a.mailLeaves(ctx)
	f := finding{Name: "mail", State: fine, Text: lang.Text{JA: "メールサーバーが設定されています", EN: "a mail server is set"}}
	switch {
	case !leaves:
		f.State, f.Text = caution, lang.Text{JA: "メールサーバーが設定されていません。メールはデータフォルダーの outbox に保存されるだけです", EN: "no mail server is set; mails are only kept in the folder outbox"}
	case failed > 0:
		f.State, f.Text = caution, lang.Text{JA: fmt.Sprintf("送れなかったメールが %d 通あります", failed), EN: fmt.Sprintf("%d mails could not be sent", failed)}
	}
	return f, err
}

func (a *App) lookAtDisk(context.Context) (finding, error) {
	free, total, err := freeSpace(a.Config.Data)
	if errors.Is(err, errors.ErrUnsupported) {
		return finding{Name: "disk", State: fine, Text: lang.Text{JA: "空き容量はこのシステムでは分かりません", EN: "free space is not told on this system"}}, nil
	}
	f := finding{Name: "disk", State: fine, Text: lang.Text{JA: fmt.Sprintf("空き容量は %d MB です", free>>20), EN: fmt.Sprintf("%d MB are free", free>>20)}}
	switch {
	case free < 256<<20:
		f.State = wrong
	case free < 2<<30 || free*20 < total:
		f.State = caution
	}
	return f, err
}

func (a *App) lookAtLetterhead(ctx context.Context) (finding, error) {
	f := finding{Name: "letterhead", State: fine, Text: lang.Text{JA: "通知書の差出人が設定されています", EN: "who signs letters is set"}}
	_, lacking, err := a.Accounts.Letterhead(ctx)
	if lacking {
		f.State, f.Text = caution, lang.Text{JA: "運営団体の名称か代表者名が未設定のため、本部の通知書は出せません", EN: "the operating body's name or head is not set, so headquarters cannot issue letters"}
	}
	return f, err
}
