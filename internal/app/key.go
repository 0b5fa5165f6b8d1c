package app

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// key is the 32 bytes that seal the authenticator secrets: given as Base64 (KAKEHASHI_KEY, for machines that share a database and no
// folder), else a file of the data folder that only its owner reads, made at the first start. A damaged key is never replaced: what it
// sealed would be lost.
func key(path, given string) ([]byte, error) {
	b, err := secretKey(path, given)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return b, nil
}

// proofKey is the key that signs the daily heads of all journals: KAKEHASHI_PROOF_KEY or the file proof.key, kept as key is.
func proofKey(path, given string) (ed25519.PrivateKey, error) {
	b, err := secretKey(path, given)
	if err != nil {
		return nil, fmt.Errorf("proof key: %w", err)
	}
	return ed25519.NewKeyFromSeed(b), nil
}

// secretKey reads 32 bytes as given or from their file.
func secretKey(path, given string) ([]byte, error) {
	text := strings.TrimSpace(given)
	if text == "" {
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return newKey(path)
		}
		if err != nil {
			return nil, err
		}
		text = strings.TrimSpace(string(b))
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) != 32 {
		return nil, fmt.Errorf("%s, or what is given in the environment instead, is not 32 bytes in Base64", filepath.Base(path))
	}
	return b, nil
}

// newKey makes the file. Of two processes that start at once one makes it and the other reads it.
func newKey(path string) ([]byte, error) {
	b := make([]byte, 32)
	rand.Read(b)
	part, err := os.CreateTemp(filepath.Dir(path), "key-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(part.Name())
	_, err = part.WriteString(base64.StdEncoding.EncodeToString(b) + "\n")
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(part.Name(), path); errors.Is(err, fs.ErrExist) {
		return secretKey(path, "")
	} else if err != nil {
		return nil, err
	}
	return b, nil
}
