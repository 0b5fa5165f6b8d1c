package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/gowebpki/jcs"
)

// Canonical is the definition as RFC 8785 JSON: the text whose hash is its identity.
func Canonical(d Definition) ([]byte, error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("definition %s %s: %w", d.Code, d.Version, err)
	}
	canonical, err := jcs.Transform(plain)
	if err != nil {
		return nil, fmt.Errorf("definition %s %s: %w", d.Code, d.Version, err)
	}
	return canonical, nil
}

// Hash is SHA-256 of the canonical JSON, in hex.
func Hash(d Definition) (string, error) {
	canonical, err := Canonical(d)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}
