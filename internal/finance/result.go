package finance

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Result is what the bank said of one line: paid, or refused (振込不能) with a reason.
type Result struct {
	Transfer string // number of the file
	Line     int
	Number   string
	Amount   int64
	Paid     bool
	Reason   string
}

// ResultHead are the columns of a file of results; the page offers it with the lines filled in.
var ResultHead = []string{"振込番号", "行", "受付番号", "金額", "結果", "理由"}

// Words of a result; "paid" and "refused" are read as well.
const (
	WordPaid    = "振込済"
	WordRefused = "振込不能"
)

// ReadResults reads a file of results: CSV in UTF-8 or Shift_JIS with the columns of ResultHead. Rows without a result are not answered
// yet and left out. Faults name the row.
func ReadResults(content []byte) ([]Result, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		text, err := japanese.ShiftJIS.NewDecoder().Bytes(content)
		if err != nil {
			return nil, fault.At("file", "finance.result.unreadable")
		}
		content = text
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord = len(ResultHead)
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 || strings.TrimSpace(rows[0][0]) != ResultHead[0] {
		return nil, fault.At("file", "finance.result.unreadable")
	}
	var list []Result
	for i, row := range rows[1:] {
		x := Result{Transfer: jp.FoldID(strings.TrimSpace(row[0])), Number: jp.FoldID(strings.TrimSpace(row[2])), Reason: strings.TrimSpace(row[5])}
		word := strings.TrimSpace(row[4])
		switch strings.ToLower(jp.FoldID(word)) {
		case "paid":
			word = WordPaid
		case "refused":
			word = WordRefused
		}
		if word == "" {
			continue
		}
		amount, ok := jp.ParseYen(row[3])
		x.Line, err = strconv.Atoi(jp.FoldID(strings.TrimSpace(row[1])))
		if err != nil || !ok || word != WordPaid && word != WordRefused {
			return nil, fault.At("file", "finance.result.row", "n", i+2)
		}
		if x.Amount, x.Paid = amount, word == WordPaid; !x.Paid && x.Reason == "" {
			return nil, fault.At("file", "finance.result.no_reason", "n", i+2)
		}
		list = append(list, x)
	}
	if len(list) == 0 {
		return nil, fault.At("file", "finance.result.none")
	}
	return list, nil
}

// Import books what the bank said: a line that was paid books the payment in its case, one that was refused opens the payment again. All
// lines are looked at before the first is booked; a result that belongs to another file, names a line twice or another sum refuses the
// whole. What is booked already is left alone, so an import that was cut off is simply done again. Finance only.
func (s *Store) Import(ctx context.Context, who account.Who, id string, results []Result) (paid, refused int, err error) {
	t, lines, err := s.Transfer(ctx, who, id)
	switch {
	case err != nil:
		return 0, 0, err
	case t.State != Released && t.State != Done:
		return 0, 0, fault.New(fault.Refused, "finance.not_released")
	case t.PayOn > jp.Date(s.Clock()):
		return 0, 0, fault.At("file", "finance.result.early")
	}
	if err := fit(t, lines, results); err != nil {
		return 0, 0, err
	}
	for _, x := range results {
		l := lines[x.Line-1]
		if l.State != Open {
			continue
		}
		if err := s.book(ctx, who, t, l, x); err != nil {
			return paid, refused, err
		}
		if x.Paid {
			paid++
		} else {
			refused++
		}
	}
	return paid, refused, s.finish(ctx, id)
}

// fit checks results against the lines of the file they should belong to.
func fit(t Transfer, lines []Line, results []Result) error {
	seen := map[int]bool{}
	for _, x := range results {
		switch {
		case x.Transfer != t.N:
			return fault.At("file", "finance.result.other", "n", x.Transfer)
		case x.Line < 1 || x.Line > len(lines) || seen[x.Line]:
			return fault.At("file", "finance.result.line", "n", x.Line)
		}
		seen[x.Line] = true
		switch l := lines[x.Line-1]; {
		case l.Number != x.Number || l.Amount != x.Amount:
			return fault.At("file", "finance.result.sum", "n", x.Line)
		case l.State != Open && (l.State == Paid) != x.Paid:
			return fault.At("file", "finance.result.again", "n", x.Line)
		}
	}
	return nil
}

// book books one result. The move of the case has a token, so the same line never pays twice.
func (s *Store) book(ctx context.Context, who account.Who, t Transfer, l Line, x Result) error {
	state := Refused
	if x.Paid {
		state = Paid
		act := cases.Act{Move: l.Move, Token: fmt.Sprintf("transfer %s/%d", t.ID, l.N), Needs: cases.Needs{PayDate: t.PayOn, Reference: fmt.Sprintf("%s-%d", t.N, l.N)}}
		if _, err := s.Cases.Do(ctx, who, l.Case, act); err != nil {
			return fmt.Errorf("transfer %s line %d: %w", t.N, l.N, err)
		}
	} else if err := s.Cases.Bounced(ctx, who, l.Case, fmt.Sprintf("%s（%s-%d）：%s", WordRefused, t.N, l.N, x.Reason)); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE transfer_lines SET state = $3, reason = $4, live = NULL WHERE transfer = $1 AND n = $2 AND state = 'open'`, t.ID, l.N, state, x.Reason)
		return err
	})
}

// finish closes a file whose lines are all answered.
func (s *Store) finish(ctx context.Context, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE transfers SET state = 'done' WHERE id = $1 AND state = 'released'
			AND NOT EXISTS (SELECT 1 FROM transfer_lines l WHERE l.transfer = $1 AND l.state = 'open')`, id)
		return err
	})
}
