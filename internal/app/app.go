// Package app puts the house together: it opens the database, seeds the reference data, wires the engines to one another,
// registers every page and starts the jobs. It is the only package that knows all; the command's verbs live here too.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/directory"
	"kakehashi/internal/finance"
	"kakehashi/internal/jobs"
	"kakehashi/internal/ledger"
	"kakehashi/internal/library"
	"kakehashi/internal/mail"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/proof"
	"kakehashi/internal/recent"
	"kakehashi/internal/search"
	"kakehashi/internal/web/desk"
	"kakehashi/internal/web/page"
	"kakehashi/programmes"
)

// Config is what a running Kakehashi is told from outside. Everything else is in the database.
type Config struct {
	Data     string // data folder: database, files, secret
	Database string // sqlite:PATH or postgres://…; "" is the SQLite file in Data
	URL      string // address as seen from outside; "" takes the request's
	Mount    string // path below which a proxy serves the site
	SMTP     string // smtp://user:password@host:port; "" writes mails to Data/outbox
	Secure   bool   // behind TLS
	Log      *slog.Logger
	Clock    func() time.Time
}

// App is a Kakehashi that stands: every store, and the site in front of them.
type App struct {
	Config     Config
	DB         *db.DB
	Jobs       *jobs.Queue
	Files      *blob.Store
	Mail       *mail.Outbox
	Orgs       *org.Store
	Accounts   *account.Store
	Programmes *programme.Store
	Ledger     *ledger.Store
	Cases      *cases.Store
	Proof      *proof.Store
	Reads      *proof.Reads
	Finance    *finance.Store
	Index      *search.Index
	Library    *library.Store
	Ties       *directory.Store
	Site       *page.Site
	desk       *desk.Pages
	secret     []byte
	key        []byte // seals authenticator secrets
	kept       *recent.Cache[string]
	past       atomic.Pointer[time.Time] // see clock
}

// clock is the moment at which cases, budgets and calls are looked at: the present, and while the demonstration plays what came before it
// was loaded the moment of that.
func (a *App) clock() time.Time {
	if then := a.past.Load(); then != nil {
		return *then
	}
	return a.Config.Clock()
}

// New opens everything. The caller runs Work for the jobs and serves Site, and closes the App in the end.
func New(ctx context.Context, c Config) (*App, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(c.Data, "kakehashi.db")
	}
	a := &App{Config: c, kept: recent.New[string](time.Second, 100)}
	var err error
	if a.DB, err = db.Open(ctx, c.Database); err != nil {
		return nil, err
	}
	if err := a.stores(ctx); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	a.pages()
	return a, nil
}

// stores makes every store and fills the reference data that is not there yet.
func (a *App) stores(ctx context.Context) (err error) {
	c := a.Config
	if a.secret, err = secret(filepath.Join(c.Data, "secret")); err != nil {
		return err
	}
	if a.key, err = key(filepath.Join(c.Data, "key"), os.Getenv("KAKEHASHI_KEY")); err != nil {
		return err
	}
	a.Jobs = jobs.New(a.DB, c.Log)
	if a.Files, err = blob.Open(a.DB, filepath.Join(c.Data, "files")); err != nil {
		return err
	}
	if a.Files.Scanner, err = blob.FindScanner(os.Getenv("KAKEHASHI_CLAMD")); err != nil {
		return err
	}
	a.Files.Register(a.Jobs)
	a.Mail = a.outbox()
	a.Orgs = org.New(a.DB).Clock(c.Clock)
	if err := errors.Join(a.Orgs.Seed(ctx), a.Orgs.Fresh(ctx)); err != nil {
		return err
	}
	a.Jobs.Before = a.fresh
	a.Programmes = programme.New(a.DB, a.clock)
	if err := a.Programmes.Seed(ctx, programmes.FS); err != nil {
		return err
	}
	a.Ledger = &ledger.Store{DB: a.DB, Clock: a.clock, Section: a.budgetSection}
	a.Accounts = account.New(a.accountConfig())
	if err := a.Accounts.SealSecrets(ctx); err != nil {
		return err
	}
	a.Cases = &cases.Store{DB: a.DB, Programmes: a.Programmes, Orgs: a.Orgs, Ledger: a.Ledger, Files: a.Files, Jobs: a.Jobs, Mail: a.Mail,
		Log: c.Log, Clock: a.clock, TwoStep: a.twoStep, Committee: a.Accounts.Committee, Recipients: a.recipients, Letterhead: a.letterhead, PersonName: a.personName, Contact: a.contact, URL: a.url}
	a.Reads = &proof.Reads{DB: a.DB, Clock: c.Clock, Log: c.Log}
	a.Proof = &proof.Store{DB: a.DB, Cases: a.Cases, Reads: a.Reads, Files: a.Files, Jobs: a.Jobs, Clock: c.Clock, Log: c.Log}
	if a.Proof.Key, err = proofKey(filepath.Join(c.Data, "proof.key"), os.Getenv("KAKEHASHI_PROOF_KEY")); err != nil {
		return err
	}
	a.Finance = &finance.Store{DB: a.DB, Cases: a.Cases, Ledger: a.Ledger, Jobs: a.Jobs, Log: c.Log, Clock: c.Clock}
	if err := a.budgets(ctx); err != nil {
		return err
	}
	if err := a.knowledge(ctx); err != nil {
		return err
	}
	a.work()
	return nil
}

// budgetSection tells which section owns a budget: that of its programme.
func (a *App) budgetSection(ctx context.Context, name string) (string, error) {
	p, err := a.Programmes.Current(ctx, strings.TrimPrefix(name, ledger.Sample))
	if err != nil {
		return "", err
	}
	return p.Section, nil
}

// budgets opens the budget of every published call that has none yet.
func (a *App) budgets(ctx context.Context) error {
	lack, err := db.One(ctx, a.DB.Read(), db.Int, `SELECT COUNT(*) FROM programme_versions v WHERE v.state = 'published'
		AND NOT EXISTS (SELECT 1 FROM budgets b WHERE b.programme = v.code AND b.fiscal_year = v.fiscal_year)`)
	if err != nil || lack == 0 {
		return err
	}
	list, err := a.Programmes.All(ctx)
	if err != nil {
		return err
	}
	return a.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		for _, p := range list {
			if !p.Pays() {
				continue
			}
			if err := a.Ledger.Open(ctx, tx, p.Code, p.Call.FiscalYear, p.Call.Budget); err != nil {
				return err
			}
		}
		return nil
	})
}

// work registers what runs in the background.
func (a *App) work() {
	a.Cases.Register()
	a.Proof.Register()
	a.Finance.Register()
	a.Jobs.Every("case.remind", time.Hour)
	a.Jobs.Every("case.tick", 10*time.Minute)
	a.Jobs.Every("case.tell", 10*time.Minute)
	a.Jobs.Handle("account.sweep", func(ctx context.Context, _ []byte) error {
		return errors.Join(a.Accounts.Sweep(ctx), a.Accounts.RunHandovers(ctx))
	})
	a.Jobs.Every("account.sweep", 10*time.Minute)
	a.Jobs.Handle("db.tidy", func(ctx context.Context, _ []byte) error { return a.DB.Tidy(ctx) })
	a.Jobs.Daily("db.tidy", "03:20")
}

// Close ends what New began.
func (a *App) Close() error { return errors.Join(a.Reads.Close(), a.DB.Close()) }

// secret reads the installation's signing secret, made at the first start.
func secret(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err == nil && len(b) >= 32 {
		return b, nil
	}
	b = make([]byte, 32)
	rand.Read(b)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return b, nil
}
