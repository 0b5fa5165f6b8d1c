package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

// Whole reads a file as it lies in the folder and says in words what is wrong with it, "" when nothing is. Without deep it looks only
// whether it is there with its size; with it every byte is read and hashed.
func (s *Store) Whole(ctx context.Context, f form.File, deep bool) (string, error) {
	m, err := s.Info(ctx, f.ID)
	switch {
	case fault.Is(err, fault.Missing):
		return "is not in the register of files", nil
	case err != nil:
		return "", err
	case m.SHA256 != f.SHA256 || m.Size != f.Size:
		return "is registered with another hash or size than was handed in", nil
	case m.Scan == Infected:
		return "was found infected after it was handed in", nil
	}
	switch size := s.disk.size(m.SHA256); {
	case size < 0:
		return "is not in the folder", nil
	case size != m.Size:
		return fmt.Sprintf("has %d bytes in the folder instead of %d", size, m.Size), nil
	case !deep:
		return "", nil
	}
	content, err := s.disk.open(m.SHA256)
	if err != nil {
		return "cannot be read: " + err.Error(), nil
	}
	defer content.Close()
	h := sha256.New()
	if _, err := io.Copy(h, content); err != nil {
		return "cannot be read: " + err.Error(), nil
	}
	if hex.EncodeToString(h.Sum(nil)) != m.SHA256 {
		return "was changed in the folder", nil
	}
	return "", nil
}
