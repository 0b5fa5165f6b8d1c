package proof

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Head is the signed statement of one day: what all journals together said when the day ended in Japan.
type Head struct {
	Day       string // ISO day in Japan
	Cases     int
	Events    int // of all journals together
	Root      string
	Reads     int64  // lines of the log of reading
	ReadHash  string // hash of the last of them
	Previous  string // SHA-256 of the statement of the day before in the list, "" for the first
	Key       string // public key, hexadecimal
	Signature string // hexadecimal
}

// Statement are the words that are signed. Their form never changes; a new one gets a new first line: the first form spoke of journals
// alone, the second names the log of reading too, once it has begun.
func (h Head) Statement() string {
	if h.Reads > 0 {
		return fmt.Sprintf("kakehashi journal head v2\nday %s\ncases %d\nevents %d\nroot %s\nreads %d %s\nprevious %s\n", h.Day, h.Cases, h.Events, h.Root,
			h.Reads, h.ReadHash, h.Previous)
	}
	return fmt.Sprintf("kakehashi journal head v1\nday %s\ncases %d\nevents %d\nroot %s\nprevious %s\n", h.Day, h.Cases, h.Events, h.Root, h.Previous)
}

// parseStatement reads the words again.
func parseStatement(s string) (h Head, err error) {
	lines := strings.Split(s, "\n")
	if len(lines) == 8 {
		_, err = fmt.Sscanf(lines[5], "reads %d %s", &h.Reads, &h.ReadHash)
		lines = append(lines[:5:5], lines[6:]...)
	}
	if err == nil && len(lines) == 7 {
		h.Previous = strings.TrimPrefix(lines[5], "previous ")
		_, err = fmt.Sscanf(strings.Join(lines[1:5], "\n"), "day %s\ncases %d\nevents %d\nroot %s", &h.Day, &h.Cases, &h.Events, &h.Root)
	}
	if err == nil && h.Statement() != s {
		err = fmt.Errorf("not a statement of this form")
	}
	return h, err
}

// digest names a statement in the next one.
func digest(statement string) string {
	sum := sha256.Sum256([]byte(statement))
	return hex.EncodeToString(sum[:])
}

// sign fills in key and signature.
func (h *Head) sign(key ed25519.PrivateKey) {
	h.Key = hex.EncodeToString(key.Public().(ed25519.PublicKey))
	h.Signature = hex.EncodeToString(ed25519.Sign(key, []byte(h.Statement())))
}

// Signed reports whether the signature is that of the key over the statement.
func (h Head) Signed() bool {
	key, err := hex.DecodeString(h.Key)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	signature, err := hex.DecodeString(h.Signature)
	return err == nil && ed25519.Verify(key, []byte(h.Statement()), signature)
}
