// Package mail writes to people: receipts, returns, decisions, reminders, invitations (通知メール). A mail is queued in the
// transaction of the change it tells of, from a template in the reader's language; a job hands it to the mail server, and its row
// says whether it went out. A mail never holds up the work it tells of.
package mail

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"sync/atomic"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/recent"
)

// Address is a reader: where, called what, reading which language.
type Address struct {
	Address string
	Name    string
	Lang    lang.Tag
}

// Message is one mail to one reader. Its words come from Template and Values, or are given in Subject and Text.
type Message struct {
	To       Address
	Template string            // name in templates/, "receipt"
	Values   map[string]string // the template's named values; "to" (the reader's name) and "sender" are filled in
	Subject  string
	Text     string
	Lang     lang.Tag // "" takes To.Lang
	CaseID   string   // the case it is about, "" for none
	Key      string   // mails of the same key are queued once; "" for always
	Secret   bool     // holds a link that opens something: the text is not kept after sending
}

// State is where a mail stands.
type State string

const (
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed" // refused by the receiving server, or tried ten times; Outbox.Again sends it once more
)

// Mail is a row of the outbox.
type Mail struct {
	ID       string
	To       string // address, with the name when known
	Subject  string
	Text     string // "" after a secret mail was sent
	Secret   bool
	Lang     lang.Tag
	CaseID   string
	State    State
	Attempts int
	Failure  string // the last one
	Queued   time.Time
	Sent     time.Time // zero until sent
}

// Sender hands one finished mail to whoever carries it. Two ship: SMTP and Folder.
type Sender interface {
	Send(ctx context.Context, p Parcel) error
}

// Parcel is a mail as a Sender gets it. ID makes the Message-ID: sent twice after a crash, it is recognisably the same mail.
type Parcel struct {
	ID            string
	From, To      Address
	Subject, Text string
	Lang          lang.Tag
}

// Route says, for each mail anew, who carries it and who it is from: the settings may change while the service runs.
type Route func(ctx context.Context) (Sender, Address, error)

// Fixed is a Route that never changes.
func Fixed(s Sender, from Address) Route {
	return func(context.Context) (Sender, Address, error) { return s, from, nil }
}

// refusal marks an error that means: this reader cannot be reached, trying again is no use.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// Outbox is the mails of one database.
type Outbox struct {
	d     *db.DB
	jobs  *jobs.Queue
	route Route
	log   *slog.Logger
	name  atomic.Pointer[string] // the sender's name, as of the last mail

	unread *recent.Cache[int]
}

const sendKind = "mail.send"

// New makes the outbox and registers its job with q.
func New(d *db.DB, q *jobs.Queue, route Route, log *slog.Logger) *Outbox {
	o := &Outbox{d: d, jobs: q, route: route, log: log, unread: recent.New[int](time.Second, 4000)}
	q.Handle(sendKind, o.send)
	q.HandleTx(retireKind, retire)
	q.Daily(retireKind, "03:30")
	return o
}

// Queue writes the mail in the transaction tx and sees that it is sent after it. An address that cannot be one makes a failed
// mail, not an error: the change goes on. An error means that the template and its values do not fit.
func (o *Outbox) Queue(ctx context.Context, tx db.Q, m Message) error {
	tag := m.Lang
	if tag == "" {
		tag = m.To.Lang
	}
	if tag != lang.EN {
		tag = lang.JA
	}
	subject, text := m.Subject, m.Text
	if m.Template != "" {
		values := map[string]string{"to": m.To.Name, "sender": o.senderName(ctx)}
		for k, v := range m.Values {
			values[k] = v
		}
		var err error
		if subject, text, err = Fill(m.Template, tag, values); err != nil {
			return err
		}
		m.Secret = m.Secret || secret[m.Template]
	}
	to := netmail.Address{Name: m.To.Name, Address: m.To.Address}
	state, failure := Queued, ""
	if _, err := netmail.ParseAddress(m.To.Address); err != nil {
		state, failure = Failed, "address: "+err.Error()
	}
	var key any
	if m.Key != "" {
		key = m.Key
	}
	id := db.NewID("m")
	n, err := db.Changed(ctx, tx, `INSERT INTO mails (id, mail_key, recipient, subject, body, secret, lang, case_id, state, failure, queued, address)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (mail_key) DO NOTHING`,
		id, key, recipient(to), oneLine(subject), text, m.Secret, string(tag), m.CaseID, string(state), failure, db.Now(), readerKey(m.To.Address))
	if err != nil {
		return fmt.Errorf("mail to %s: %w", m.To.Address, err)
	}
	if n == 0 || state == Failed {
		return nil
	}
	return o.jobs.Add(ctx, tx, sendKind, id)
}

// senderName is the name the service writes under; it is asked for once and then with every mail that goes out.
func (o *Outbox) senderName(ctx context.Context) string {
	if name := o.name.Load(); name != nil {
		return *name
	}
	_, from, err := o.route(ctx)
	if err != nil {
		return ""
	}
	o.name.Store(&from.Name)
	return from.Name
}

// recipient writes "name <address>" plainly, as the administrator reads it and Send takes it apart.
func recipient(a netmail.Address) string {
	if a.Name == "" {
		return a.Address
	}
	return oneLine(strings.NewReplacer("<", "", ">", "").Replace(a.Name)) + " <" + a.Address + ">"
}

func split(recipient string) Address {
	name, address, named := strings.Cut(recipient, " <")
	if !named {
		return Address{Address: recipient}
	}
	return Address{Name: name, Address: strings.TrimSuffix(address, ">")}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// attemptsMost is after how many tries a mail has failed; the pauses between them are those of package jobs.
const attemptsMost = 10

// send is the job: it hands the mail over and notes how it went.
func (o *Outbox) send(ctx context.Context, payload []byte) error {
	var id string
	if err := json.Unmarshal(payload, &id); err != nil {
		return jobs.Hopeless(err)
	}
	m, err := o.Get(ctx, id)
	if fault.Is(err, fault.Missing) || err == nil && m.State != Queued {
		return nil
	} else if err != nil {
		return err
	}
	sender, from, err := o.route(ctx)
	if err == nil {
		o.name.Store(&from.Name)
		to := split(m.To)
		to.Lang = m.Lang
		err = sender.Send(ctx, Parcel{ID: m.ID, From: from, To: to, Subject: m.Subject, Text: m.Text, Lang: m.Lang})
	}
	return o.note(context.WithoutCancel(ctx), m, err)
}

// note writes the outcome into the row and returns what the job is to do with it.
func (o *Outbox) note(ctx context.Context, m Mail, failure error) error {
	var final refusal
	hopeless := failure != nil && (errors.As(failure, &final) || m.Attempts+1 >= attemptsMost)
	err := o.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		var err error
		switch {
		case failure == nil:
			_, err = tx.ExecContext(ctx, `UPDATE mails SET state = 'sent', sent = $1, attempts = attempts + 1, failure = '',
				body = CASE WHEN secret THEN '' ELSE body END WHERE id = $2`, db.Now(), m.ID)
		case hopeless:
			_, err = tx.ExecContext(ctx, `UPDATE mails SET state = 'failed', attempts = attempts + 1, failure = $1 WHERE id = $2`, failure.Error(), m.ID)
		default:
			_, err = tx.ExecContext(ctx, `UPDATE mails SET attempts = attempts + 1, failure = $1 WHERE id = $2`, failure.Error(), m.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	if hopeless {
		o.log.Warn("a mail was not delivered", "mail", m.ID, "to", m.To, "failure", failure)
		return nil
	}
	return failure
}

// Again queues a failed mail once more. fault.Missing when there is no failed mail of this id.
func (o *Outbox) Again(ctx context.Context, tx db.Q, id string) error {
	n, err := db.Changed(ctx, tx, `UPDATE mails SET state = 'queued', attempts = 0 WHERE id = $1 AND state = 'failed'`, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Missing, "db.missing")
	}
	return o.jobs.Add(ctx, tx, sendKind, id)
}

const columns = `id, recipient, subject, body, secret, lang, case_id, state, attempts, failure, queued, sent`

func scanMail(rows *sql.Rows) (m Mail, err error) {
	var queued, sent db.Time
	err = rows.Scan(&m.ID, &m.To, &m.Subject, &m.Text, &m.Secret, &m.Lang, &m.CaseID, &m.State, &m.Attempts, &m.Failure, &queued, &sent)
	m.Queued, m.Sent = queued.Time, sent.Time
	return m, err
}

// Get reads one mail; fault.Missing when there is none.
func (o *Outbox) Get(ctx context.Context, id string) (Mail, error) {
	return db.One(ctx, o.d.Read(), scanMail, `SELECT `+columns+` FROM mails WHERE id = $1`, id)
}

// OfCase lists the mails about a case, oldest first.
func (o *Outbox) OfCase(ctx context.Context, caseID string) ([]Mail, error) {
	return db.List(ctx, o.d.Read(), scanMail, `SELECT `+columns+` FROM mails WHERE case_id = $1 AND case_id <> '' ORDER BY id`, caseID)
}

// Page lists mails of a state, newest first, 50 at a time, after the id `before` of the last one seen ("" at first).
func (o *Outbox) Page(ctx context.Context, state State, before string) ([]Mail, error) {
	if before == "" {
		before = "n" // every id begins with m_
	}
	return db.List(ctx, o.d.Read(), scanMail, `SELECT `+columns+` FROM mails WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT 50`, string(state), before)
}

// Count is how many mails stand in a state.
func (o *Outbox) Count(ctx context.Context, state State) (int64, error) {
	return db.One(ctx, o.d.Read(), db.Int, `SELECT count(*) FROM mails WHERE state = $1`, string(state))
}
