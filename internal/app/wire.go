package app

import (
	"context"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/programme"
	"kakehashi/programmes"
)

// accountConfig wires what accounts cannot know by themselves.
func (a *App) accountConfig() account.Config {
	c := account.Config{DB: a.DB, Key: a.key, Now: a.Config.Clock, URL: a.Config.URL, Mount: a.Config.Mount, MoveWork: a.moveWork, Forget: forgetPerson,
		Post: func(ctx context.Context, tx db.Q, l account.Letter) error {
			return a.Mail.Queue(ctx, tx, mail.Message{To: mail.Address{Address: l.To, Lang: l.Lang}, Template: l.Template, Values: l.Values,
				Lang: l.Lang, Key: l.Key, Secret: true})
		}}
	return account.FromRegister(c, a.Orgs)
}

// moveWork passes open cases on in a hand-over.
func (a *App) moveWork(ctx context.Context, tx db.Q, who account.Who, from, to, body string) (int, error) {
	return a.Cases.HandOver(ctx, tx, who, from, to, body)
}

// twoStep tells whether a body's approver submits what its drafter wrote; on unless the body switched it off.
func (a *App) twoStep(ctx context.Context, orgCode string) (bool, error) {
	b, err := a.Accounts.BodySettings(ctx, "lg:"+orgCode)
	return !b.OneStep, err
}

// recipients are the mail addresses of everybody who wears a role in a body.
func (a *App) recipients(ctx context.Context, q db.Q, body string, role account.Role) ([]mail.Address, error) {
	readers, err := a.Accounts.Readers(ctx, q, body, role)
	if err != nil {
		return nil, err
	}
	var list []mail.Address
	for _, r := range readers {
		list = append(list, mail.Address{Address: r.Email, Name: r.Name, Lang: lang.Tag(r.Lang)})
	}
	return list, nil
}

// personName is how somebody is called now; a person of the demonstration that is gone has no name.
func (a *App) personName(ctx context.Context, id string) (string, error) {
	p, err := a.Accounts.Person(ctx, id)
	if fault.Is(err, fault.Missing) {
		return "", nil
	}
	return p.Name, err
}

// contact is what the account of somebody says of them, for the forms they fill in.
func (a *App) contact(ctx context.Context, id string) (cases.Contact, error) {
	p, err := a.Accounts.Person(ctx, id)
	if fault.Is(err, fault.Missing) {
		return cases.Contact{}, nil
	}
	return cases.Contact{Person: form.Person{Name: p.Name, Kana: p.Kana, Email: p.Email, Tel: p.Phone}, Division: p.Division}, err
}

// letterhead is who signs official letters: the tenant's settings.
func (a *App) letterhead(ctx context.Context) (cases.Letterhead, error) {
	t, lacking, err := a.Accounts.Letterhead(ctx)
	return cases.Letterhead{Body: t.Name.JA, Head: t.Head, Pattern: t.NumberPattern, Seal: !lacking, Lacking: lacking}, err
}

// url makes the absolute address of a page, as mails need it.
func (a *App) url(path string) string {
	base := a.Config.URL
	if t, err := a.Accounts.Tenant(context.Background()); err == nil && t.URL != "" {
		base = t.URL
	}
	return strings.TrimRight(base, "/") + a.Config.Mount + path
}

// outbox sends mails by the tenant's server; without one they are kept as files.
func (a *App) outbox() *mail.Outbox {
	return mail.New(a.DB, a.Jobs, a.mailRoute, a.Config.Log)
}

// mailRoute decides, mail by mail, who carries it: the command's setting, else the tenant's, else the folder.
func (a *App) mailRoute(ctx context.Context) (mail.Sender, mail.Address, error) {
	t, err := a.Accounts.Tenant(ctx)
	if err != nil {
		return nil, mail.Address{}, err
	}
	from := mail.Address{Address: "no-reply@kakehashi.invalid", Name: t.Name.JA, Lang: lang.JA}
	m, err := a.Accounts.MailServer(ctx)
	if err != nil {
		return nil, from, err
	}
	if m.From != "" {
		from.Address = m.From
	}
	if m.Name != "" {
		from.Name = m.Name
	}
	server := mail.Server{Host: m.Host, Port: m.Port, User: m.User, Password: m.Password, Security: m.Security}
	if a.Config.SMTP != "" {
		if server, err = mail.ParseServer(a.Config.SMTP); err != nil {
			return nil, from, err
		}
	}
	if server.Host == "" {
		return mail.Folder{Dir: a.path("outbox")}, from, nil
	}
	s, err := mail.NewSMTP(server)
	return s, from, err
}

// mailLeaves reports whether a mail server is set, by option or on screen.
func (a *App) mailLeaves(ctx context.Context) (bool, error) {
	if a.Config.SMTP != "" {
		return true, nil
	}
	m, err := a.Accounts.MailServer(ctx)
	return m.Host != "", err
}

// tryMail sends one test mail with settings that are not saved yet.
func (a *App) tryMail(ctx context.Context, m account.MailServer, to string) error {
	s, err := mail.NewSMTP(mail.Server{Host: m.Host, Port: m.Port, User: m.User, Password: m.Password, Security: m.Security})
	if err != nil {
		return err
	}
	return s.Send(ctx, mail.Parcel{ID: db.NewID("t"), From: mail.Address{Address: m.From, Name: m.Name}, To: mail.Address{Address: to},
		Subject: lang.T(lang.JA, "app.mail.test"), Text: lang.T(lang.JA, "app.mail.test.text"), Lang: lang.JA})
}

// goals is the vocabulary of what a body may want to do.
func (a *App) goals() []form.Option {
	list, _ := programme.LoadGoals(programmes.FS)
	var out []form.Option
	for _, g := range list {
		out = append(out, form.Option{Value: g.ID, Label: g.Title})
	}
	return out
}
