package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Cost of one argon2id hash: 19 MiB and two passes, the smallest setting OWASP recommends; 25 to 45 ms on one core of a small server.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

// PasswordMin and PasswordMax bound a password's length in characters. Nothing else is asked of it but that it is not the sign-in
// name and not one character repeated.
const (
	PasswordMin = 12
	PasswordMax = 200
)

// hashing lets only a few hashes run at once: a burst of sign-ins waits its turn instead of eating the memory.
type hashing struct {
	turns chan struct{}
	dummy string // what an unknown name is compared with, so that it takes as long as a known one
}

func newHashing() *hashing {
	h := &hashing{turns: make(chan struct{}, max(2, runtime.NumCPU()))}
	h.dummy = encodeHash(make([]byte, argonSalt), make([]byte, argonKey))
	return h
}

// turn waits up to ten seconds for a place.
func (h *hashing) turn(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, fault.New(fault.Busy, "account.busy")
	}
}

func (h *hashing) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	return encodeHash(salt, argon2.IDKey([]byte(jp.NFC(password)), salt, argonTime, argonMemory, argonLanes, argonKey)), nil
}

// matches compares in constant time; an empty or unreadable hash never matches, but takes as long.
func (h *hashing) matches(ctx context.Context, encoded, password string) (bool, error) {
	salt, want, ok := decodeHash(encoded)
	if !ok {
		salt, want, _ = decodeHash(h.dummy)
	}
	done, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	got := argon2.IDKey([]byte(jp.NFC(password)), salt, argonTime, argonMemory, argonLanes, argonKey)
	return subtle.ConstantTimeCompare(got, want) == 1 && ok, nil
}

func hashPrefix() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonLanes)
}

func encodeHash(salt, key []byte) string {
	b := base64.RawStdEncoding
	return hashPrefix() + b.EncodeToString(salt) + "$" + b.EncodeToString(key)
}

func decodeHash(encoded string) (salt, key []byte, ok bool) {
	rest, ok := strings.CutPrefix(encoded, hashPrefix())
	if !ok {
		return nil, nil, false
	}
	saltText, keyText, ok := strings.Cut(rest, "$")
	if !ok {
		return nil, nil, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(saltText)
	if err != nil {
		return nil, nil, false
	}
	key, err = base64.RawStdEncoding.DecodeString(keyText)
	return salt, key, err == nil && len(key) == argonKey
}

// checkPassword says at the field what is wrong with a new password.
func checkPassword(password, login string) error {
	n := utf8.RuneCountInString(password)
	first, _ := utf8.DecodeRuneInString(password)
	switch {
	case n < PasswordMin:
		return fault.At("password", "account.password.short", "min", PasswordMin)
	case n > PasswordMax:
		return fault.At("password", "account.password.long", "max", PasswordMax)
	case strings.Trim(password, string(first)) == "":
		return fault.At("password", "account.password.same")
	case login != "" && strings.Contains(strings.ToLower(password), login):
		return fault.At("password", "account.password.name")
	}
	return nil
}
