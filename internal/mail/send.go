package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Server is where mails are handed in.
type Server struct {
	Host     string
	Port     int // 0: 465 with Security "tls", else 587 with a user and 25 without
	User     string
	Password string
	Security string // "starttls" (must), "tls" (from the first byte), "none", "" (STARTTLS if the server offers it; must with a password)
	Hello    string // the name we give ourselves, "" for the machine's
}

// ParseServer reads smtp://user:password@host:port or smtps://…; ?security=none|starttls|tls says it expressly.
func ParseServer(address string) (Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return Server{}, errors.New("mail server: want smtp://user:password@host:port")
	}
	s := Server{Host: u.Hostname(), Security: u.Query().Get("security")}
	if u.Scheme == "smtps" {
		s.Security = "tls"
	}
	if u.User != nil {
		s.User = u.User.Username()
		s.Password, _ = u.User.Password()
	}
	if p := u.Port(); p != "" {
		if s.Port, err = strconv.Atoi(p); err != nil {
			return Server{}, fmt.Errorf("mail server: port %q", p)
		}
	}
	return s, nil
}

// SMTP is a Sender that hands each mail to a mail server.
type SMTP struct {
	server Server
	client *gomail.Client
}

// NewSMTP makes the sender; it does not yet call the server.
func NewSMTP(s Server) (*SMTP, error) {
	options := []gomail.Option{gomail.WithTimeout(30 * time.Second), gomail.WithPort(s.port())}
	switch {
	case s.Security == "tls":
		options = append(options, gomail.WithSSL())
	case s.Security == "none":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case s.Security == "starttls" || s.User != "":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if s.Hello != "" {
		options = append(options, gomail.WithHELO(s.Hello))
	}
	if s.User != "" {
		how := gomail.SMTPAuthAutoDiscover
		if s.Security == "none" {
			how = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(how), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", s.Host, err)
	}
	return &SMTP{s, client}, nil
}

func (s Server) port() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.Security == "tls":
		return 465
	case s.User != "":
		return 587
	}
	return 25
}

// Send hands the mail over. The server's word that it will never take this mail for this reader is a refusal; every other failure
// (no connection, wrong password, busy) may pass.
func (s *SMTP) Send(ctx context.Context, p Parcel) error {
	m, err := p.message()
	if err != nil {
		return refusal{err}
	}
	err = s.client.DialAndSendWithContext(ctx, m)
	var why *gomail.SendError
	if errors.As(err, &why) && !why.IsTemp() && (why.Reason == gomail.ErrSMTPRcptTo || why.Reason == gomail.ErrSMTPData || why.Reason == gomail.ErrSMTPDataClose) {
		return refusal{err}
	}
	return err
}

// Check calls the server and signs in without sending anything: the settings page's question.
func (s *SMTP) Check(ctx context.Context) error {
	if err := s.client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server %s: %w", net.JoinHostPort(s.server.Host, strconv.Itoa(s.server.port())), err)
	}
	return s.client.Close()
}

// message writes the parcel as a mail: UTF-8 in base64, which for Japanese is half of quoted-printable.
func (p Parcel) message() (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	if err := errors.Join(m.FromFormat(p.From.Name, p.From.Address), m.AddToFormat(p.To.Name, p.To.Address)); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(p.From.Address, "@")
	m.SetMessageIDWithValue(p.ID + "@" + domain)
	m.SetDate()
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("Content-Language", string(p.Lang))
	m.Subject(p.Subject)
	m.SetBodyString(gomail.TypeTextPlain, p.Text)
	return m, nil
}

// Folder is a Sender that writes each mail as an .eml file, for a service that is being tried out without a mail server.
type Folder struct{ Dir string }

// Send writes DIR/<id>.eml whole or not at all; the same mail is one file.
func (f Folder) Send(_ context.Context, p Parcel) error {
	m, err := p.message()
	if err != nil {
		return refusal{err}
	}
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return fmt.Errorf("outbox folder: %w", err)
	}
	path := filepath.Join(f.Dir, p.ID+".eml")
	if err := m.WriteToFile(path + ".part"); err != nil {
		return fmt.Errorf("outbox folder: %w", err)
	}
	return os.Rename(path+".part", path)
}
