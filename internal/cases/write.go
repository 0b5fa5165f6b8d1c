package cases

import (
	"context"
	"strings"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/mail"
)

// Letters of an office to applicants outside the official ones: how long subject and text may be, in characters.
const (
	subjectMost = 100
	textMost    = 4000
)

// Write mails the people of the case's body what an officer wrote, with the number of the case and the way to it, and puts it into the
// journal, where the body reads it too. The same key is written once to each reader. R05 and R06. Faults: Refused, Invalid (subject, text).
func (s *Store) Write(ctx context.Context, who account.Who, id, subject, text, key string) error {
	if err := CheckWords(subject, text); err != nil {
		return err
	}
	subject, text = jp.NFC(strings.TrimSpace(subject)), jp.NFC(strings.TrimSpace(text))
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !who.Is(account.RoleBranch, account.RoleOfficer) {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		to, err := d.applicants("lg:" + d.Case.Org.Code)
		if err != nil {
			return err
		}
		if len(to) == 0 {
			return fault.New(fault.Refused, "cases.write.nobody")
		}
		for _, a := range to {
			m := mail.Message{To: a, Subject: subject + "（" + d.Case.Number + "）", Text: text + "\n\n" + d.Case.Number + "　" + d.Case.Title() + "\n" + d.URL("/work/cases/"+d.Case.ID) + "\n",
				Lang: a.Lang, CaseID: d.Case.ID, Key: d.Case.ID + "/" + key + "/" + a.Address}
			if err := d.Mail.Queue(d.ctx, d.tx, m); err != nil {
				return err
			}
		}
		return d.append("mailed", Data{Reason: subject + "\n" + text})
	})
	return err
}

// CheckWords says what is wrong with a mail before it is sent to many.
func CheckWords(subject, text string) error {
	switch {
	case strings.TrimSpace(subject) == "":
		return fault.At("subject", "cases.write.subject")
	case utf8.RuneCountInString(subject) > subjectMost:
		return fault.At("subject", "cases.write.long", "n", subjectMost)
	case strings.TrimSpace(text) == "":
		return fault.At("text", "cases.write.text")
	case utf8.RuneCountInString(text) > textMost:
		return fault.At("text", "cases.write.long", "n", textMost)
	}
	return nil
}
