package cases

import (
	"context"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// codeShape is a 確認番号: what follows the prefix of a letter's id.
var codeShape = regexp.MustCompile(`^[0-9a-z]{20,40}$`)

// Genuine finds the letter a 確認番号 belongs to, as it stands on its paper: full width, capitals, spaces and hyphens do not matter. Anybody
// who holds the paper may ask, so what is told is what the paper says; nothing of the case. Fault: Missing.
func (s *Store) Genuine(ctx context.Context, code string) (Letter, error) {
	code = strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune("-‐‑–—−ー 　\t", r) {
			return -1
		}
		return r
	}, norm.NFKC.String(code)))
	code = strings.TrimPrefix(code, letterPrefix+"_")
	if !codeShape.MatchString(code) {
		return Letter{}, fault.New(fault.Missing, "cases.no_such_letter")
	}
	return s.oneLetter(ctx, "l.id = $1", letterPrefix+"_"+code)
}

// GenuineFile finds the letter of which a file is the PDF, byte for byte, by the file's SHA-256 in hex. Anybody may ask. Fault: Missing.
func (s *Store) GenuineFile(ctx context.Context, sha256 string) (Letter, error) {
	return s.oneLetter(ctx, "l.sha256 = $1 AND l.sha256 <> ''", sha256)
}

func (s *Store) oneLetter(ctx context.Context, where, value string) (Letter, error) {
	l, err := db.One(ctx, s.DB.Brief(), scanLetter, `SELECT `+letterColumns+` FROM letters l JOIN cases ON cases.id = l.case_id WHERE `+where, value)
	if fault.Is(err, fault.Missing) {
		return l, fault.New(fault.Missing, "cases.no_such_letter")
	}
	return l, err
}
