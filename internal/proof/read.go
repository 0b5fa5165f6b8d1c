package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/account"
)

// Read is one line of the log of reading (閲覧記録): somebody saw what a case, its letter or its file says of people. The same person
// reading the same thing under the same hat again within the hour makes no new line.
type Read struct {
	Seq    int64
	Logged time.Time // when it was written down
	At     time.Time // when it was read
	Person string
	Name   string
	Role   account.Role
	Body   string
	Behalf string // id of the person on whose behalf it was read
	Origin string // address it was asked from
	Case   string // "" for a list of many
	What   string // what was seen, see Whats
	Item   string // id of the letter or file, address of the list
	Gone   bool   // its term is over and its words were taken out
	words  string
	Hash   string
}

// Refused is the kind of a line about somebody who was not shown what they asked for, or was not let do it: Item is what was asked.
const Refused = "refused"

// Whats are the kinds of reading, in the order they are offered as a filter. "lost" counts readings that could not be written down.
func Whats() []string {
	return []string{"case", "application", "screening", "letter", "payments", "history", "form", "move", "hold", "file", "archive", "list", "money", "talk", Refused, "lost"}
}

// letter is the id of the letter a line is about, when the line does not say of which case; file that of the file.
func (r Read) letter() string { return r.about("letter", "/letters/") }

func (r Read) file() string { return r.about("file", "/files/") }

func (r Read) about(what, address string) string {
	switch _, asked, ok := strings.Cut(r.Item, " "+address); {
	case r.Case != "":
		return ""
	case r.What == what:
		return r.Item
	case r.What == Refused && ok:
		return strings.TrimSuffix(asked, ".pdf")
	}
	return ""
}

// digest is what a line says of people and cases, as a digest that stays when the words are taken out.
func (r Read) digest() string {
	return chainDigest(r.At.UTC().Format(time.RFC3339Nano), r.Person, r.Name, string(r.Role), r.Body, r.Behalf, r.Origin, r.Case, r.What, r.Item)
}

// link binds a line to the one before.
func (r Read) link(previous string) string {
	return chainDigest(strconv.FormatInt(r.Seq, 10), r.Logged.UTC().Format(time.RFC3339Nano), r.words, previous)
}

// chainDigest is the SHA-256 of its parts, each with its length before it, so that no two lists of parts share one.
func chainDigest(parts ...string) string {
	var b []byte
	for _, p := range parts {
		b = append(strconv.AppendInt(b, int64(len(p)), 10), ':')
		b = append(b, p...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// readKey tells which readings are the same within the hour.
type readKey struct {
	person, role, body, behalf, what, target string
	hour                                     int64
}

func (r Read) key() readKey {
	return readKey{r.Person, string(r.Role), r.Body, r.Behalf, r.What, r.Case + " " + r.Item, r.At.Unix() / 3600}
}
