package cases

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/letter"
)

// PDF returns the letter's PDF as made and kept by the job; fault.Busy while it is being made. copy marks a 再交付: the same words
// and number, marked as a copy, made afresh.
func (s *Store) PDF(ctx context.Context, who account.Who, id string, copy bool) ([]byte, Letter, error) {
	l, err := s.Letter(ctx, who, id)
	if err != nil {
		return nil, l, err
	}
	if copy && l.File != gonePDF {
		doc := l.Document
		doc.Copy = true
		b, err := pdfBytes(doc)
		return b, l, err
	}
	if l.File == "" {
		return nil, l, fault.New(fault.Busy, "cases.letter_in_work")
	}
	if l.File == gonePDF {
		return nil, l, fault.New(fault.Missing, "cases.erased")
	}
	b, err := s.Files.Bytes(ctx, l.File)
	return b, l, err
}

func pdfBytes(doc letter.Document) ([]byte, error) {
	var b bytes.Buffer
	err := letter.PDF(&b, doc)
	return b.Bytes(), err
}

// render makes the PDF of one letter; the one writer is not held up by it. Doing it twice makes the same bytes.
func (s *Store) render(ctx context.Context, id string) error {
	l, err := db.One(ctx, s.DB.Brief(), scanLetter, `SELECT `+letterColumns+` FROM letters l JOIN cases ON cases.id = l.case_id WHERE l.id = $1`, id)
	if err != nil || l.File != "" {
		return err
	}
	b, err := pdfBytes(l.Document)
	if err != nil {
		return fmt.Errorf("letter %s: %w", id, err)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		file, err := s.Files.Keep(ctx, tx, b, l.Kind+" "+l.Number+".pdf", "letter:"+id)
		if err != nil {
			return fmt.Errorf("letter %s: %w", id, err)
		}
		n, err := db.Changed(ctx, tx, `UPDATE letters SET sha256 = $1, file = $2 WHERE id = $3 AND file = ''`, file.SHA256, file.ID, id)
		if err == nil && n == 0 {
			err = errRendered
		}
		return err
	})
	if errors.Is(err, errRendered) {
		return nil
	}
	return err
}

// errRendered means that another run of the job was quicker: its file stays and ours is not kept.
var errRendered = errors.New("the letter has its file")
