// Package finance is the work of the accounting desk (経理): what is due to be paid, the files for the bank that one person makes and
// another releases, what the bank answered, what is still to come back, and the close of a budget at the end of its year. Every yen it
// moves is a move of a case or an entry of the ledger; this package only drives them.
package finance

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jobs"
	"kakehashi/internal/jp"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
	"kakehashi/internal/zengin"
)

// Store keeps transfers and closings.
type Store struct {
	DB     *db.DB
	Cases  *cases.Store
	Ledger *ledger.Store
	Jobs   *jobs.Queue
	Log    *slog.Logger
	Clock  func() time.Time
}

// only refuses everybody but finance (R08): bank data are theirs and the body's alone (rule 6).
func only(who account.Who) error {
	if !who.Is(account.RoleFinance) {
		return fault.New(fault.Missing, "db.missing")
	}
	return nil
}

// Due is one payment that is due: who gets how much, where to, by when. Problem says why it cannot go into a file, "" when it can.
type Due struct {
	Case    *cases.Case
	Prog    *programme.Programme
	Move    string // that books the payment
	Amount  int64
	Bank    form.Bank
	Problem string // key of a sentence
	In      string // number of the file it is in, "" when in none
}

// dueMost is how many payments one look takes.
const dueMost = 300

// Due lists the payments that are due, by deadline. Finance only; people of the demonstration see its cases, others the real ones.
func (s *Store) Due(ctx context.Context, who account.Who) ([]Due, error) {
	if err := only(who); err != nil {
		return nil, err
	}
	page, err := s.Cases.List(ctx, who, cases.Filter{Open: true, Holders: []string{"finance"}, Limit: dueMost})
	if err != nil {
		return nil, err
	}
	in, err := s.live(ctx)
	if err != nil {
		return nil, err
	}
	var list []Due
	for _, l := range page.Lines {
		if l.Demo != who.Sample {
			continue
		}
		d, err := s.due(ctx, who, l.ID)
		if err != nil {
			return nil, err
		}
		if d.Move != "" {
			d.In = in[l.ID]
			list = append(list, d)
		}
	}
	return list, nil
}

// due looks at one case.
func (s *Store) due(ctx context.Context, who account.Who, id string) (Due, error) {
	c, p, err := s.Cases.Get(ctx, who, id)
	if err != nil {
		return Due{}, err
	}
	d := Due{Case: c, Prog: p, Amount: c.ToPay(), Move: payMove(c, p)}
	bank, ok := c.Account(p)
	d.Bank = bank
	file := zengin.File{Payer: blankPayer, Day: "2000-01-01", Payees: []zengin.Payee{d.payee()}}
	switch _, err := file.Write(); {
	case !ok:
		d.Problem = "finance.no_account"
	case err != nil:
		d.Problem = "finance.bad_account"
	}
	return d, nil
}

// blankPayer stands in a file that only tries whether a payee fits.
var blankPayer = zengin.Payer{Code: "0000000000", Name: "-", Bank: "0000", Branch: "000", Kind: "普通", Number: "0000000"}

func (d Due) payee() zengin.Payee {
	return zengin.Payee{Bank: d.Bank.Code, Branch: d.Bank.Branch, Kind: d.Bank.Kind, Number: d.Bank.Number, Holder: d.Bank.HolderKana, Amount: d.Amount,
		Reference: d.Case.Number}
}

// payMove is the move by which finance books a payment of the case as it stands, "" when none is due.
func payMove(c *cases.Case, p *programme.Programme) string {
	for _, m := range p.Workflow.Moves {
		if slices.Contains(m.From, c.State) && slices.Contains(m.By, string(account.RoleFinance)) && slices.Contains(m.Effects, "pay") && c.ToPay() > 0 {
			return m.ID
		}
	}
	return ""
}

// live tells for each case in an open file the number of the file.
func (s *Store) live(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	_, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (struct{}, error) {
		var id, n string
		err := r.Scan(&id, &n)
		out[id] = n
		return struct{}{}, err
	}, `SELECT l.live, t.n FROM transfer_lines l JOIN transfers t ON t.id = l.transfer WHERE l.live IS NOT NULL`)
	return out, err
}

// Payer is the account the operating body pays from; ok is false until finance has entered it.
func (s *Store) Payer(ctx context.Context, who account.Who) (p zengin.Payer, ok bool, err error) {
	if err := only(who); err != nil {
		return p, false, err
	}
	list, err := db.List(ctx, s.DB.Read(), db.String, `SELECT data FROM payers ORDER BY at DESC, id DESC LIMIT 1`)
	if err != nil || len(list) == 0 {
		return p, false, err
	}
	return p, true, json.Unmarshal([]byte(list[0]), &p)
}

// SetPayer enters the account to pay from. Earlier ones are kept. A part that cannot stand in a file is a fault at its field.
func (s *Store) SetPayer(ctx context.Context, who account.Who, p zengin.Payer) error {
	if err := only(who); err != nil {
		return err
	}
	if bad := p.Problems(); len(bad) > 0 {
		return fault.At(bad[0].Part, "finance.payer.bad")
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO payers (id, data, by_person, at) VALUES ($1, $2, $3, $4)`, db.NewID("y"), string(b), who.Person, db.At(s.Clock()))
		return err
	})
}

// Owing is a case that has money to return.
type Owing struct {
	Case                *cases.Case
	Prog                *programme.Programme
	Claim               cases.Claim
	Principal, Interest int64 // owed today
}

// Owing lists what is to come back, nearest deadline first. Finance, officers, chiefs and auditors, each of the cases they may see.
func (s *Store) Owing(ctx context.Context, who account.Who) ([]Owing, error) {
	if !who.Is(account.RoleFinance, account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	ids, err := db.List(ctx, s.DB.Read(), db.String, `SELECT DISTINCT case_id FROM ledger_entries WHERE debit = 'owed' ORDER BY case_id`)
	if err != nil {
		return nil, err
	}
	today := jp.Date(s.Clock())
	var list []Owing
	for _, id := range ids {
		c, p, err := s.Cases.Get(ctx, who, id)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if open := c.Claim(); open != nil && (c.Demo == who.Sample || who.Is(account.RoleAuditor)) {
			o := Owing{Case: c, Prog: p, Claim: *open}
			o.Principal, o.Interest = c.Owed(p, today)
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b Owing) int { return strings.Compare(a.Claim.Due, b.Claim.Due) })
	return list, nil
}
