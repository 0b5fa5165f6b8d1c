// Package directory keeps the registry of sister-city ties (姉妹・友好都市提携): who is tied to whom since when, which ties meet the three
// conditions of the statistics, and what the count was at the end of every month. Officers of headquarters write it; everybody may
// read it. A month that was closed never changes: what is mended later appears as a correction in the next one, with its reason.
package directory

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

// A Tie is one tie of a Japanese body with one abroad.
type Tie struct {
	ID        string    `json:"id"`
	Body      string    `json:"body"`    // code of the register
	Name      lang.Text `json:"name"`    // of the partner
	Original  string    `json:"partner"` // in its own script
	Country   string    `json:"country"` // ISO 3166-1
	Region    string    `json:"region"`  // state or province
	Kind      string    `json:"kind"`    // sister, friendship, other
	Agreed    string    `json:"agreed"`  // ISO day of the signature
	Heads     bool      `json:"heads"`   // condition 1: an agreement signed by the heads of both
	Open      bool      `json:"open"`    // condition 2: the fields are not limited
	Assembly  bool      `json:"assembly"`
	Approved  string    `json:"approved"` // ISO day of the assembly's approval, where known
	SignedBy  string    `json:"signedBy"`
	Status    string    `json:"status"`        // active, suspended, ended
	Ended     string    `json:"ended"`         // ISO day
	Successor string    `json:"succeededFrom"` // code of the merged body that had the tie first
	Source    string    `json:"source"`
	Sample    bool      `json:"-"`
	Version   int64     `json:"version"`
}

// Partner is the name of the body abroad in the reader's language, or in the one it is known in.
func (t Tie) Partner(tag lang.Tag) string { return cmp.Or(t.Name.In(tag), t.Name.JA, t.Name.EN) }

// Counted reports whether the tie is in the statistics (public source: the three conditions). A suspended tie counts until it is
// ended (our default).
func (t Tie) Counted() bool { return t.Heads && t.Open && t.Assembly && t.Status != "ended" }

// CountedOn is Counted at the end of an ISO day.
func (t Tie) CountedOn(day string) bool {
	return t.Heads && t.Open && t.Assembly && t.Agreed <= day && (t.Status != "ended" || t.Ended > day)
}

// Path is its public address.
func (t Tie) Path() string { return "/ties/" + t.ID }

// Kinds are what a tie is called.
var Kinds = []string{"sister", "friendship", "other"}

// key is what makes two partners the same.
func (t Tie) key() string {
	name := t.Name.EN
	if name == "" {
		name = t.Name.JA
	}
	return org.Fold(name)
}

// check completes a tie and says what stands in the way of storing it. The fields of the faults are those of an import.
func (t *Tie) check(today string) error {
	t.Name.JA, t.Name.EN, t.Original = jp.NFC(strings.TrimSpace(t.Name.JA)), strings.TrimSpace(t.Name.EN), jp.NFC(strings.TrimSpace(t.Original))
	nation, known := org.CountryOf(t.Country)
	switch {
	case t.Name.JA == "" && t.Name.EN == "":
		return fault.At("partner_ja", "directory.partner_needed")
	case utf8.RuneCountInString(t.Name.JA+t.Name.EN+t.Original+t.Region+t.SignedBy) > 600:
		return fault.At("partner_ja", "directory.partner_long")
	case !known:
		return fault.At("country", "directory.country_unknown", "country", t.Country)
	case nation.Code == "JP":
		return fault.At("country", "directory.country_japan")
	case !jp.ValidDate(t.Agreed) || t.Agreed < "1900-01-01" || t.Agreed > today:
		return fault.At("agreed", "directory.agreed_wrong")
	case t.Approved != "" && !jp.ValidDate(t.Approved):
		return fault.At("approved", "directory.day_wrong")
	}
	t.Country = nation.Code
	switch t.Kind {
	case "sister", "friendship", "other":
	case "":
		t.Kind = "sister"
	default:
		return fault.At("kind", "directory.kind_unknown")
	}
	switch t.Status {
	case "":
		t.Status = "active"
	case "active", "suspended":
	case "ended":
		if !jp.ValidDate(t.Ended) || t.Ended < t.Agreed || t.Ended > today {
			return fault.At("ended", "directory.ended_wrong")
		}
	default:
		return fault.At("status", "directory.status_unknown")
	}
	if t.Status != "ended" {
		t.Ended = ""
	}
	return nil
}
