package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// settingsFresh is how long a setting read from the database is believed: another process's change is seen after at most this.
const settingsFresh = 2 * time.Second

type settingsCache struct {
	sync.Mutex
	values map[string]cachedSetting
	epoch  int // counts how often something was forgotten: what was read before is not kept then
}

type cachedSetting struct {
	text string // JSON, "" not set
	at   time.Time
}

// Setting reads the setting key into value (a pointer) and tells whether it was set; value stays as it is when not.
func (s *Store) Setting(ctx context.Context, key string, value any) (bool, error) {
	text, err := s.settingText(ctx, key)
	if err != nil || text == "" {
		return false, err
	}
	if err := json.Unmarshal([]byte(text), value); err != nil {
		return false, fmt.Errorf("setting %s: %w", key, err)
	}
	return true, nil
}

func (s *Store) settingText(ctx context.Context, key string) (string, error) {
	s.settings.Lock()
	c, ok := s.settings.values[key]
	epoch := s.settings.epoch
	s.settings.Unlock()
	if ok && time.Since(c.at) < settingsFresh {
		return c.text, nil
	}
	c = cachedSetting{at: time.Now()}
	err := s.DB.Brief().QueryRowContext(ctx, `SELECT value FROM settings WHERE key = $1`, key).Scan(&c.text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("setting %s: %w", key, err)
	}
	s.remember(key, c, epoch)
	return c.text, nil
}

func (s *Store) remember(key string, c cachedSetting, epoch int) {
	s.settings.Lock()
	defer s.settings.Unlock()
	if s.settings.epoch != epoch {
		return
	}
	if s.settings.values == nil || len(s.settings.values) > 5000 {
		s.settings.values = map[string]cachedSetting{}
	}
	s.settings.values[key] = c
}

func (s *Store) forgetSetting(key string) {
	s.settings.Lock()
	defer s.settings.Unlock()
	s.settings.epoch++
	delete(s.settings.values, key)
}

func (s *Store) forgetSettings() {
	s.settings.Lock()
	defer s.settings.Unlock()
	s.settings.epoch++
	clear(s.settings.values)
}

// SaveSetting writes a setting and the journal entry. Secrets are named in the journal, not shown. Only administrators and System; a body's own
// settings go through SaveBody.
func (s *Store) SaveSetting(ctx context.Context, who Who, key string, value any) error {
	if !who.Is(RoleAdmin) {
		return fault.New(fault.Refused, "account.refused")
	}
	defer s.forgetSetting(key)
	return s.write(ctx, func(ctx context.Context, tx db.Q) error { return s.saveSetting(ctx, tx, who, key, value) })
}

func (s *Store) saveSetting(ctx context.Context, tx db.Q, who Who, key string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("setting %s: %w", key, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO settings (key, value, changed_by, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key) DO UPDATE SET value = $2, changed_by = $3, changed_at = $4`, key, string(b), who.Person, s.now())
	if err != nil {
		return fmt.Errorf("setting %s: %w", key, err)
	}
	shown := string(b)
	if key == "mail" {
		shown = "•"
	}
	return s.note(ctx, tx, who, "setting", who.Person, "key", key, "value", shown)
}

// Tenant is the organisation that runs the service, as letters and pages name it.
type Tenant struct {
	Name          lang.Text `json:"name"`
	URL           string    `json:"url"`           // public address without path, for links in mails
	Head          string    `json:"head"`          // title and name of the head, as letters are signed: 「理事長　○○　○○」
	Address       string    `json:"address"`       // postal address in letters
	NumberPattern string    `json:"numberPattern"` // document numbers, {fy} {section} {n}: 「{fy}自国協第{n}号」
	Contact       string    `json:"contact"`       // address shown to people who need help
	// Second are the roles that must have a second factor before they can wear the hat; none unless set.
	Second []Role `json:"second"`
}

// neutral is who runs a service of which nobody has said it yet.
func neutral() Tenant {
	return Tenant{Name: lang.Text{JA: "運営団体", EN: "Operating organisation"}, NumberPattern: "{fy}運第{n}号", Head: "代表"}
}

// Letterhead is the organisation as letters are signed. What an older set-up left empty is filled with neutral words, so that nobody's
// application fails by it, and lacking says so; so it does where nobody has ever said who runs the service.
func (s *Store) Letterhead(ctx context.Context) (t Tenant, lacking bool, err error) {
	named, err := s.TenantNamed(ctx)
	if err != nil {
		return t, true, err
	}
	t, err = s.Tenant(ctx)
	lacking = !named
	for _, part := range []struct {
		has  bool
		fill func(Tenant)
	}{
		{cleanLine(t.Name.JA) != "", func(n Tenant) { t.Name = n.Name }},
		{cleanLine(t.Head) != "", func(n Tenant) { t.Head = n.Head }},
		{strings.Contains(t.NumberPattern, "{n}"), func(n Tenant) { t.NumberPattern = n.NumberPattern }},
	} {
		if !part.has {
			lacking = true
			part.fill(neutral())
		}
	}
	return t, lacking, err
}

// Tenant reads the organisation; before set-up it is the neutral 「運営団体」.
func (s *Store) Tenant(ctx context.Context) (Tenant, error) {
	t := neutral()
	_, err := s.Setting(ctx, "tenant", &t)
	return t, err
}

// TenantNamed tells whether an administrator has said who runs the service: until then Tenant is the neutral one.
func (s *Store) TenantNamed(ctx context.Context) (bool, error) {
	text, err := s.settingText(ctx, "tenant")
	return text != "", err
}

// SaveTenant checks and writes the organisation; fault.Invalid names the field.
func (s *Store) SaveTenant(ctx context.Context, who Who, t Tenant) error {
	t, err := cleanTenant(t)
	if err != nil {
		return err
	}
	return s.SaveSetting(ctx, who, "tenant", t)
}

func cleanTenant(t Tenant) (Tenant, error) {
	t.Name.JA, t.Name.EN = cleanLine(t.Name.JA), cleanLine(t.Name.EN)
	t.Head, t.Address = cleanLine(t.Head), cleanLine(t.Address)
	t.URL = strings.TrimRight(strings.TrimSpace(cut(t.URL, 500)), "/")
	t.NumberPattern = cleanLine(t.NumberPattern)
	if t.Name.JA == "" {
		return t, fault.At("name_ja", "account.tenant.name")
	}
	if t.Head == "" {
		return t, fault.At("head", "account.tenant.head")
	}
	if u, err := url.Parse(t.URL); t.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "") {
		return t, fault.At("url", "account.tenant.url")
	}
	if !strings.Contains(t.NumberPattern, "{n}") {
		return t, fault.At("pattern", "account.tenant.pattern", "mark", "{n}")
	}
	if t.Contact != "" {
		var err error
		if t.Contact, err = cleanEmail(t.Contact); err != nil {
			return t, fault.At("contact", "account.email.shape")
		}
	}
	return t, nil
}

// MailServer is where mails are handed in. Without a host they are kept in files (a service that is being tried out).
type MailServer struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	User     string `json:"user"`
	Password string `json:"password"`
	Security string `json:"security"` // "starttls", "tls" or "none"
	From     string `json:"from"`     // sender address
	Name     string `json:"name"`     // sender name
}

// MailServer reads the mail settings.
func (s *Store) MailServer(ctx context.Context) (MailServer, error) {
	m := MailServer{Port: 587, Security: "starttls"}
	_, err := s.Setting(ctx, "mail", &m)
	return m, err
}

// SaveMailServer checks and writes the mail settings; an empty password keeps the old one.
func (s *Store) SaveMailServer(ctx context.Context, who Who, m MailServer) error {
	m, err := s.CheckMailServer(ctx, m)
	if err != nil {
		return err
	}
	return s.SaveSetting(ctx, who, "mail", m)
}

// CheckMailServer returns the settings as they would be saved; fault.Invalid names the field.
func (s *Store) CheckMailServer(ctx context.Context, m MailServer) (MailServer, error) {
	m.Host, m.User, m.Name = foldLogin(m.Host), cleanLine(m.User), cleanLine(m.Name)
	if m.Host == "" {
		return MailServer{Port: 587, Security: "starttls"}, nil
	}
	if strings.ContainsAny(m.Host, " /:@") {
		return m, fault.At("host", "account.mail.host")
	}
	if m.Port < 1 || m.Port > 65535 {
		return m, fault.At("port", "account.mail.port")
	}
	if m.Security != "tls" && m.Security != "none" {
		m.Security = "starttls"
	}
	var err error
	if m.From, err = cleanEmail(m.From); err != nil {
		return m, fault.At("from", "account.email.shape")
	}
	if m.Password == "" {
		old, err := s.MailServer(ctx)
		if err != nil {
			return m, err
		}
		m.Password = old.Password
	}
	return m, nil
}

// BodySettings is what a body decides about its own work.
type BodySettings struct {
	// OneStep switches the internal approval off: the person who drafts may submit (domain.md §3.2 rule 3).
	OneStep bool   `json:"oneStep"`
	Mailbox string `json:"mailbox"` // address of the section that gets the mails to the body as well, "" none
}

// BodySettings reads a body's settings; two-step approval is on unless the body switched it off.
func (s *Store) BodySettings(ctx context.Context, body string) (b BodySettings, err error) {
	_, err = s.Setting(ctx, "body/"+body, &b)
	return b, err
}

// SaveBody changes the settings of the hat's own body; only its approvers may.
func (s *Store) SaveBody(ctx context.Context, who Who, b BodySettings) error {
	if !who.Is(RoleApprover) || who.Hat.OnBehalfOf != "" {
		return fault.New(fault.Refused, "account.refused")
	}
	if b.Mailbox != "" {
		var err error
		if b.Mailbox, err = cleanEmail(b.Mailbox); err != nil {
			return fault.At("mailbox", "account.email.shape")
		}
	}
	defer s.forgetSetting("body/" + who.Hat.Body)
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		return s.saveSetting(ctx, tx, who, "body/"+who.Hat.Body, b)
	})
}
