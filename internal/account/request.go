package account

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// DataRequest is what a person asks about the data held of them (訂正・消去の請求). It lands with the administrators, who grant or refuse it
// with a reason.
type DataRequest struct {
	ID      string
	Person  string
	Name    string // of the person, now
	Login   string
	Kind    string   // "correct" or "erase"
	Items   []string // of RequestItems
	Wanted  string   // what it should be, or why it should go
	State   string   // open, granted, refused, withdrawn
	Decider string   // name of the administrator
	Reason  string
	Done    []string // items that were changed or erased
	Kept    []string // items that stay: "item:why", the why of account.request.why
	Asked   time.Time
	Decided time.Time
}

const wantedMost = 1000

// RequestItems are what a request may be about, by its kind. What people change themselves on the page of their account is not among the
// corrections.
func RequestItems(kind string) []string {
	switch kind {
	case "correct":
		return []string{"login", "home", "hat", "record"}
	case "erase":
		return []string{"contact", "kana", "home", "account", "record"}
	}
	return nil
}

const requestColumns = `q.id, q.person, p.name, p.login, q.kind, q.items, q.wanted, q.state, COALESCE(d.name, ''), q.reason, q.done, q.kept, q.created_at, q.decided_at`

const requestTables = ` FROM data_requests q JOIN people p ON p.id = q.person LEFT JOIN people d ON d.id = q.decided_by `

func scanRequest(rows *sql.Rows) (q DataRequest, err error) {
	var items, done, kept string
	var asked, decided db.Time
	err = rows.Scan(&q.ID, &q.Person, &q.Name, &q.Login, &q.Kind, &items, &q.Wanted, &q.State, &q.Decider, &q.Reason, &done, &kept, &asked, &decided)
	q.Items, q.Done, q.Kept, q.Asked = strings.Fields(items), strings.Fields(done), strings.Fields(kept), asked.Time
	if q.State != "open" {
		q.Decided = decided.Time
	}
	return q, err
}

// OwnRequests lists what the acting person asked, newest first.
func (s *Store) OwnRequests(ctx context.Context, who Who) ([]DataRequest, error) {
	return db.List(ctx, s.DB.Read(), scanRequest, `SELECT `+requestColumns+requestTables+` WHERE q.person = $1 ORDER BY q.created_at DESC, q.id DESC`, who.Person)
}

// Ask makes a request about the acting person's own data and tells the administrators. fault.Invalid names the field; fault.Conflict while one of the
// same kind is open.
func (s *Store) Ask(ctx context.Context, who Who, kind string, items []string, wanted string) error {
	may := RequestItems(kind)
	items = slices.DeleteFunc(slices.Clone(may), func(item string) bool { return !slices.Contains(items, item) })
	wanted = strings.TrimSpace(wanted)
	switch {
	case may == nil:
		return fault.At("kind", "account.request.kind")
	case len(items) == 0:
		return fault.At("items", "account.request.items")
	case kind == "correct" && wanted == "":
		return fault.At("wanted", "account.request.wanted")
	case utf8.RuneCountInString(wanted) > wantedMost:
		return fault.At("wanted", "account.request.long", "max", wantedMost)
	case kind == "correct" && slices.Equal(items, []string{"login"}):
		if _, err := cleanLogin(wanted); err != nil {
			return fault.At("wanted", "account.login.shape")
		}
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		now := s.now()
		n, err := db.Changed(ctx, tx, `INSERT INTO data_requests (id, person, kind, items, wanted, state, created_at, decided_at)
			SELECT $1, $2, $3, $4, $5, 'open', $6, $6 WHERE NOT EXISTS (SELECT 1 FROM data_requests o WHERE o.person = $2 AND o.kind = $3 AND o.state = 'open')`,
			db.NewID("r"), who.Person, kind, strings.Join(items, " "), wanted, now)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "account.request.open")
		}
		if err := s.mailAdmins(ctx, tx, who, kind); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "data.asked", who.Person, "kind", kind, "items", strings.Join(items, " "))
	})
}

// WithdrawRequest takes one's own open request back.
func (s *Store) WithdrawRequest(ctx context.Context, who Who, id string) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `UPDATE data_requests SET state = 'withdrawn', decided_at = $1 WHERE id = $2 AND person = $3 AND state = 'open'`, s.now(), id, who.Person)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Missing, "db.missing")
		}
		return s.note(ctx, tx, who, "data.withdrawn", who.Person)
	})
}

func (s *Store) mailAdmins(ctx context.Context, tx db.Q, who Who, kind string) error {
	admins, err := db.List(ctx, tx, scanPerson, `SELECT DISTINCT `+prefixed("p.", personColumns)+` FROM people p JOIN memberships m ON m.person = p.id
		WHERE m.role = 'R23' AND p.id <> $2 AND `+validNow, s.now(), who.Person)
	if err != nil {
		return err
	}
	for _, to := range admins {
		err := s.post(ctx, tx, Letter{To: to.Email, Lang: to.Lang, Template: "account-request", Values: map[string]string{"name": to.Name, "asker": who.Name,
			"what": lang.T(to.Lang, "account.request."+kind), "url": s.link(ctx, to.Lang, "/admin/requests")}})
		if err != nil {
			return err
		}
	}
	return nil
}

// Requests lists requests for the administrators: the open ones, oldest first, then the newest hundred that were answered. The auditor reads them.
func (s *Store) Requests(ctx context.Context, who Who) (open, answered []DataRequest, err error) {
	if !who.Is(RoleAdmin, RoleAuditor) {
		return nil, nil, fault.New(fault.Missing, "db.missing")
	}
	if open, err = db.List(ctx, s.DB.Read(), scanRequest, `SELECT `+requestColumns+requestTables+` WHERE q.state = 'open' ORDER BY q.created_at, q.id`); err != nil {
		return nil, nil, err
	}
	answered, err = db.List(ctx, s.DB.Read(), scanRequest, `SELECT `+requestColumns+requestTables+` WHERE q.state IN ('granted', 'refused') ORDER BY q.decided_at DESC, q.id DESC LIMIT 100`)
	return open, answered, err
}

// Request is one request, for the administrators and the auditor.
func (s *Store) Request(ctx context.Context, who Who, id string) (DataRequest, error) {
	if !who.Is(RoleAdmin, RoleAuditor) {
		return DataRequest{}, fault.New(fault.Missing, "db.missing")
	}
	return s.request(ctx, s.DB.Read(), id)
}

func (s *Store) request(ctx context.Context, q db.Q, id string) (DataRequest, error) {
	return db.One(ctx, q, scanRequest, `SELECT `+requestColumns+requestTables+` WHERE q.id = $1`, id)
}

// Answer grants or refuses a request with a reason. Granted: what may be changed or erased is, and the request says what stays and why. Another
// administrator than the one who asked answers. fault.Conflict when somebody else was first.
func (s *Store) Answer(ctx context.Context, who Who, id string, grant bool, reason string) error {
	q, err := s.Request(ctx, who, id)
	if err != nil {
		return err
	}
	reason = cut(strings.TrimSpace(reason), 1000)
	switch {
	case !who.Is(RoleAdmin):
		return fault.New(fault.Missing, "db.missing")
	case q.Person == who.Person:
		return fault.New(fault.Refused, "account.request.own")
	case reason == "":
		return fault.At("reason", "account.request.reason")
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		to, err := personByID(ctx, tx, q.Person)
		if err != nil {
			return err
		}
		q.Done, q.Kept = nil, nil
		if grant {
			if err := s.fulfil(ctx, tx, &q); err != nil {
				return err
			}
		}
		state := map[bool]string{true: "granted", false: "refused"}[grant]
		n, err := db.Changed(ctx, tx, `UPDATE data_requests SET state = $1, decided_by = $2, reason = $3, done = $4, kept = $5, decided_at = $6 WHERE id = $7 AND state = 'open'`,
			state, who.Person, reason, strings.Join(q.Done, " "), strings.Join(q.Kept, " "), s.now(), id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "account.request.done")
		}
		if err := s.mailAnswer(ctx, tx, to, q, state, reason); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "data."+state, q.Person, "kind", q.Kind, "done", strings.Join(q.Done, " "), "kept", strings.Join(q.Kept, " "))
	})
}

func (s *Store) mailAnswer(ctx context.Context, tx db.Q, to Person, q DataRequest, state, reason string) error {
	return s.post(ctx, tx, Letter{To: to.Email, Lang: to.Lang, Template: "account-answered", Values: map[string]string{"name": to.Name,
		"what": lang.T(to.Lang, "account.request."+q.Kind), "answer": lang.T(to.Lang, "account.request.state."+state), "reason": reason, "url": s.link(ctx, to.Lang, "/account/data")}})
}
