package org

import (
	"context"
	"encoding/csv"
	"io"
)

// Export writes the bodies of a filter as CSV: UTF-8 with its mark, so that a spreadsheet reads the Japanese, and no cell that a
// spreadsheet would run as a formula. Import reads the same columns back. valid_from is the first day of the body; where that is not known
// it is the day of the list the body was seen in, and listed holds the same day.
func (s *Store) Export(ctx context.Context, w io.Writer, f Filter) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(fieldNames); err != nil {
		return err
	}
	for after := ""; ; {
		list, next, err := s.List(ctx, f, after, 500)
		if err != nil {
			return err
		}
		for _, b := range list {
			row := []string{b.Code, b.Type, b.Name, b.Kana, b.English, b.Prefecture, b.Founder, b.HeadTitle, b.Postcode, b.Address, b.Phone, b.Mail,
				b.Site, b.Since(), b.ValidTo, b.Successor, b.Source, b.Listed}
			for i := range row {
				row[i] = Inert(row[i])
			}
			if err := c.Write(row); err != nil {
				return err
			}
		}
		if after = next; after == "" {
			c.Flush()
			return c.Error()
		}
	}
}
