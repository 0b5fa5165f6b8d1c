package mail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
)

var (
	ctx   = context.Background()
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
	from  = mail.Address{Address: "noreply@example.jp", Name: "運営団体 事務局"}
)

// received is a mail as a reader's program shows it.
type received struct {
	to, from, subject, text string
	header                  netmail.Header
}

// server is a real SMTP server in this process. It refuses readers by name, and everything while closed is set.
type server struct {
	mu     sync.Mutex
	got    []received
	closed bool
	port   int
}

func startServer(t *testing.T) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{port: listener.Addr().(*net.TCPAddr).Port}
	inner := smtp.NewServer(s)
	inner.Domain, inner.AllowInsecureAuth, inner.ReadTimeout = "localhost", true, 10*time.Second
	go inner.Serve(listener)
	t.Cleanup(func() { inner.Close() })
	return s
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }

type session struct {
	*server
	to     string
	signed bool
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "kakehashi" || password != "正しい#password" {
			return smtp.ErrAuthFailed
		}
		s.signed = true
		return nil
	}), nil
}
func (s *session) Mail(string, *smtp.MailOptions) error {
	if !s.signed {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again later"}
	}
	if strings.HasPrefix(to, "nobody@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	s.to = to
	return nil
}
func (s *session) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	got, err := read(m)
	if err != nil {
		return err
	}
	got.to = s.to
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, got)
	return nil
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func read(m *netmail.Message) (received, error) {
	var decoder mime.WordDecoder
	subject, err1 := decoder.DecodeHeader(m.Header.Get("Subject"))
	sender, err2 := decoder.DecodeHeader(m.Header.Get("From"))
	body := io.Reader(m.Body)
	if m.Header.Get("Content-Transfer-Encoding") == "base64" {
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err3 := io.ReadAll(body)
	return received{subject: subject, from: sender, text: strings.ReplaceAll(string(text), "\r\n", "\n"), header: m.Header}, errors.Join(err1, err2, err3)
}

func (s *server) mails() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.got...)
}

func (s *server) sender(t *testing.T, password string) mail.Sender {
	t.Helper()
	sender, err := mail.NewSMTP(mail.Server{Host: "127.0.0.1", Port: s.port, User: "kakehashi", Password: password, Security: "none", Hello: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func outbox(t *testing.T, d *db.DB, sender mail.Sender) (*mail.Outbox, *jobs.Queue) {
	t.Helper()
	q := jobs.New(d, quiet)
	return mail.New(d, q, mail.Fixed(sender, from), quiet), q
}

func queue(t *testing.T, d *db.DB, o *mail.Outbox, m mail.Message) {
	t.Helper()
	if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return o.Queue(ctx, tx, m) }); err != nil {
		t.Fatal(err)
	}
}

func receipt(to string) mail.Message {
	return mail.Message{To: mail.Address{Address: to, Name: "髙﨑 𠮷乃", Lang: lang.JA}, Template: "receipt", CaseID: "c_1", Values: map[string]string{
		"url": "https://example.jp/work/cases/c_1", "number": "P01-2027-00012", "programme": "経済活動助成事業", "title": "海外見本市への出展", "org": "金沢市",
		"state": "支部確認中", "due": "", "moment": "10月14日（水）16:12"}}
}

func due(t *testing.T, d *db.DB) {
	t.Helper()
	if _, err := d.Pool().Exec(`UPDATE goqite SET timeout = created`); err != nil {
		t.Fatal(err)
	}
}

func TestAJapaneseMailArrivesAsItWasWritten(t *testing.T) {
	s := startServer(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s.got = nil
		o, q := outbox(t, d, s.sender(t, "正しい#password"))
		queue(t, d, o, receipt("tanaka@city.example.jp"))
		if len(s.mails()) != 0 {
			t.Error("sent before the job ran")
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		got := s.mails()
		if len(got) != 1 {
			t.Fatalf("%d mails arrived", len(got))
		}
		m := got[0]
		if m.to != "tanaka@city.example.jp" || m.subject != "【経済活動助成事業】提出を受け付けました" || !strings.Contains(m.from, "運営団体 事務局") {
			t.Errorf("to %s, from %s, subject %s", m.to, m.from, m.subject)
		}
		for _, want := range []string{"髙﨑 𠮷乃 様\n", "番号　：P01-2027-00012\n", "https://example.jp/work/cases/c_1\n", "10月14日（水）16:12に受け付けました", "運営団体 事務局\n"} {
			if !strings.Contains(m.text, want) {
				t.Errorf("the text lacks %q:\n%s", want, m.text)
			}
		}
		row, err := o.OfCase(ctx, "c_1")
		if err != nil || len(row) != 1 || row[0].State != mail.Sent || row[0].Sent.IsZero() || row[0].Text == "" {
			t.Errorf("row %+v %v", row, err)
		}
		if id := m.header.Get("Message-ID"); id != "<"+row[0].ID+"@example.jp>" || m.header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("headers %v", m.header)
		}
	})
}

func TestAMailOfTheSameKeyIsQueuedOnce(t *testing.T) {
	s := startServer(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s.got = nil
		o, q := outbox(t, d, s.sender(t, "正しい#password"))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				m := receipt("tanaka@city.example.jp")
				m.Key = "c_1/4/receipt/tanaka@city.example.jp"
				queue(t, d, o, m)
			})
		}
		wg.Wait()
		d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			if err := o.Queue(ctx, tx, receipt("undone@city.example.jp")); err != nil {
				t.Error(err)
			}
			return errors.New("the change was not made")
		})
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if got := s.mails(); len(got) != 1 {
			t.Errorf("%d mails arrived, want 1", len(got))
		}
	})
}

func TestARefusedReaderFailsAtOnceAndABusyServerIsTriedAgain(t *testing.T) {
	s := startServer(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s.got = nil
		o, q := outbox(t, d, s.sender(t, "正しい#password"))
		queue(t, d, o, receipt("nobody@city.example.jp"))
		queue(t, d, o, receipt("not an address"))
		if err := q.Drain(ctx); err != nil {
			t.Errorf("a refused mail is no failed job: %v", err)
		}
		failed, err := o.Page(ctx, mail.Failed, "")
		if err != nil || len(failed) != 2 || !strings.HasPrefix(failed[0].Failure, "address: ") || !strings.Contains(failed[1].Failure, "no such mailbox") {
			t.Fatalf("failed %+v %v", failed, err)
		}

		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		queue(t, d, o, receipt("later@city.example.jp"))
		if err := q.Drain(ctx); err == nil {
			t.Error("a busy server is a failed try")
		}
		if waiting, _ := o.Page(ctx, mail.Queued, ""); len(waiting) != 1 || waiting[0].Attempts != 1 || !strings.Contains(waiting[0].Failure, "try again later") {
			t.Errorf("waiting %+v", waiting)
		}
		s.mu.Lock()
		s.closed = false
		s.mu.Unlock()
		due(t, d)
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := o.Count(ctx, mail.Sent); err != nil || n != 1 || len(s.mails()) != 1 {
			t.Errorf("%d sent, %d arrived: %v", n, len(s.mails()), err)
		}
	})
}

func TestAWrongPasswordIsOurFaultAndFailsOnlyAfterTenTries(t *testing.T) {
	s := startServer(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s.got = nil
		o, q := outbox(t, d, s.sender(t, "wrong"))
		queue(t, d, o, receipt("tanaka@city.example.jp"))
		for i := range 10 {
			if n, _ := o.Count(ctx, mail.Failed); n != 0 {
				t.Fatalf("failed after %d tries", i)
			}
			q.Drain(ctx)
			due(t, d)
		}
		failed, _ := o.Page(ctx, mail.Failed, "")
		if len(failed) != 1 {
			t.Fatalf("failed %+v", failed)
		}
		right, q2 := outbox(t, d, s.sender(t, "正しい#password"))
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return right.Again(ctx, tx, failed[0].ID) }); err != nil {
			t.Fatal(err)
		}
		if err := q2.Drain(ctx); err != nil || len(s.mails()) != 1 {
			t.Errorf("%d arrived: %v", len(s.mails()), err)
		}
	})
}

func TestTheTextOfASecretMailIsForgottenOnceItIsSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		o, q := outbox(t, d, mail.Folder{Dir: dir})
		queue(t, d, o, mail.Message{To: mail.Address{Address: "a@example.jp", Lang: lang.EN}, Template: "account-reset",
			Values: map[string]string{"name": "Sato", "login": "sato", "url": "https://example.jp/en/recover/token", "minutes": "60"}})
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		sent, _ := o.Page(ctx, mail.Sent, "")
		if len(sent) != 1 || sent[0].Text != "" {
			t.Errorf("sent %+v", sent)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		if len(files) != 1 || !strings.HasSuffix(files[0], ".eml") {
			t.Fatalf("files %v", files)
		}
		f, err := os.Open(files[0])
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		m, err := netmail.ReadMessage(f)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read(m); err != nil || !strings.Contains(got.text, "https://example.jp/en/recover/token") || got.subject != "[運営団体 事務局] Reset your password" {
			t.Errorf("got %+v %v", got, err)
		}
	})
}

func TestMailServersAreReadFromTheirAddress(t *testing.T) {
	for address, want := range map[string]mail.Server{
		"smtp://kakehashi:p%40ss@mail.example.jp:2525": {Host: "mail.example.jp", Port: 2525, User: "kakehashi", Password: "p@ss"},
		"smtps://mail.example.jp":                      {Host: "mail.example.jp", Security: "tls"},
		"smtp://localhost:25?security=none":            {Host: "localhost", Port: 25, Security: "none"},
	} {
		if got, err := mail.ParseServer(address); err != nil || got != want {
			t.Errorf("%s: %+v %v", address, got, err)
		}
	}
	for _, address := range []string{"", "mail.example.jp", "http://mail.example.jp", "smtp://"} {
		if _, err := mail.ParseServer(address); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}

func TestNoHeaderCanBeSmuggledIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		o, q := outbox(t, d, mail.Folder{Dir: dir})
		queue(t, d, o, mail.Message{To: mail.Address{Address: "a@example.jp", Name: "x>\r\nBcc: evil@example.com"}, Subject: "件名\r\nBcc: evil@example.com", Text: "本文"})
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.eml"))
		if len(files) != 1 {
			t.Fatalf("files %v", files)
		}
		content, _ := os.ReadFile(files[0])
		m, err := netmail.ReadMessage(strings.NewReader(string(content)))
		if err != nil || m.Header.Get("Bcc") != "" {
			t.Errorf("header %v %v", m.Header, err)
		}
	})
}
