package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"kakehashi/internal/lang"
)

func verbServe() Verb {
	return Verb{Name: "serve",
		Short: lang.Text{JA: "サービスを始めます（設定なしで動きます）", EN: "Start the service (needs no configuration)"},
		Long: lang.Text{JA: `kakehashi serve [--listen 127.0.0.1:8080] [--data DIR] [--database URL] [--url URL] [--mount /PATH] [--smtp URL] [--demo]
  --data     データフォルダー（なければ作ります）。環境変数 KAKEHASHI_DATA
  --database postgres://… を指定すると PostgreSQL を使います。環境変数 KAKEHASHI_DATABASE。指定がなければデータフォルダーの SQLite
  --url      外から見たアドレス（メールのリンクに使います）。環境変数 KAKEHASHI_URL
  --smtp     smtp://利用者:パスワード@ホスト:ポート。環境変数 KAKEHASHI_SMTP。指定がなければ画面の設定、それもなければフォルダーに保存
  --demo     見本データを読み込みます（demo load と同じ）`,
			EN: `kakehashi serve [--listen 127.0.0.1:8080] [--data DIR] [--database URL] [--url URL] [--mount /PATH] [--smtp URL] [--demo]
  --data     data folder, made when absent; KAKEHASHI_DATA
  --database postgres://… uses PostgreSQL; KAKEHASHI_DATABASE; SQLite in the data folder without it
  --url      address as seen from outside, for links in mails; KAKEHASHI_URL
  --smtp     smtp://user:password@host:port; KAKEHASHI_SMTP; else the settings on screen, else mails are kept in a folder
  --demo     also load the demonstration (as demo load)`},
		Run: serve}
}

// flags are the options every verb that opens a data folder takes.
func (e *Env) flags(name string, c *Config) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&c.Data, "data", first(e.Data, os.Getenv("KAKEHASHI_DATA"), "kakehashi-data"), "")
	fs.StringVar(&c.Database, "database", first(e.Database, os.Getenv("KAKEHASHI_DATABASE")), "")
	fs.StringVar(&c.URL, "url", os.Getenv("KAKEHASHI_URL"), "")
	fs.StringVar(&c.SMTP, "smtp", os.Getenv("KAKEHASHI_SMTP"), "")
	fs.StringVar(&c.Mount, "mount", os.Getenv("KAKEHASHI_MOUNT"), "")
	return fs
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// parse reads options; what cannot be read is input that cannot be used.
func parse(fs *flag.FlagSet, args []string) error {
	if err := fs.Parse(args); err != nil {
		return &Unusable{At: "options", Message: badOption(err)}
	}
	return nil
}

func serve(ctx context.Context, e *Env, args []string) error {
	var c Config
	fs := e.flags("serve", &c)
	listen := fs.String("listen", first(os.Getenv("KAKEHASHI_LISTEN"), "127.0.0.1:8080"), "")
	demo := fs.Bool("demo", false, "")
	if err := parse(fs, args); err != nil {
		return err
	}
	c.Log = slog.New(slog.NewTextHandler(e.Err, &slog.HandlerOptions{Level: slog.LevelInfo}))
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return &Unusable{At: "listen", Message: lang.Text{JA: *listen + " で待ち受けられません。別の番号を --listen で指定してください。",
			EN: "Cannot listen on " + *listen + "; choose another with --listen."}}
	}
	defer l.Close()
	if c.URL == "" {
		c.URL = "http://" + l.Addr().String()
	}
	collect := lavish()
	go ahead()
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if *demo {
		if err := a.LoadDemo(ctx, e.Out); err != nil {
			return err
		}
	}
	if err := a.greet(ctx, e); err != nil {
		return err
	}
	go rest(ctx, collect)
	return a.run(ctx, l)
}

// greet prints where the service is, and the one-time set-up link while it has no administrator.
func (a *App) greet(ctx context.Context, e *Env) error {
	abs, _ := filepath.Abs(a.Config.Data)
	fmt.Fprintf(e.Out, "Kakehashi  %s\n", a.url("/"))
	fmt.Fprintf(e.Out, "%s  %s\n", lang.Text{JA: "データ", EN: "Data"}.In(e.Lang), abs)
	token, err := a.Accounts.SetupToken(ctx)
	if err != nil || token == "" {
		return err
	}
	fmt.Fprintf(e.Out, "%s\n  %s\n", lang.Text{JA: "最初の設定（このリンクは1回だけ、7日間使えます。前の起動で表示したリンクも、同じ期間使えます）：", EN: "Set-up (this link works once, for seven days; links of earlier starts work as long):"}.In(e.Lang), a.url("/setup?token="+token))
	return nil
}

// busyFrom is how many requests at once make the background work step aside.
const busyFrom = 4

// run serves until the context ends, then lets requests and jobs finish.
func (a *App) run(ctx context.Context, l net.Listener) error {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	server := a.Site.Server("")
	var waiting atomic.Int64
	a.Jobs.Busy = func() bool { return waiting.Load() >= busyFrom }
	site := server.Handler
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		waiting.Add(1)
		defer waiting.Add(-1)
		site.ServeHTTP(w, r)
	})
	go func() { done <- a.Jobs.Run(working) }()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(a.Site.Listener(l)) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	serr := server.Shutdown(end)
	stop()
	<-done
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, serr)
}

// path is a place inside the data folder.
func (a *App) path(name string) string { return filepath.Join(a.Config.Data, name) }
