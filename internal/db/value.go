package db

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// layout of Time: UTC, microseconds, always 27 characters, so that text order is time order.
const layout = "2006-01-02T15:04:05.000000Z"

// Time is a moment in a @TIME@ column: UTC text of fixed width, the same on both engines. The zero Time is NULL.
type Time struct{ time.Time }

// Now is the present moment as it will be read back: UTC, cut to microseconds.
func Now() Time { return At(time.Now()) }

// At makes a Time of t: UTC, cut to microseconds.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Microsecond)} }

// String is the column's text, "" for the zero Time.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// Value writes the column.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.String(), nil
}

// Scan reads the column.
func (t *Time) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = Time{}
		return nil
	case string:
		return t.parse(v)
	case []byte:
		return t.parse(string(v))
	case time.Time:
		*t = At(v)
		return nil
	}
	return fmt.Errorf("time column holds %T", v)
}

func (t *Time) parse(s string) error {
	if s == "" {
		*t = Time{}
		return nil
	}
	p, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("time column: %w", err)
	}
	*t = At(p)
	return nil
}

// JSON is a value kept in a @JSON@ column. NULL reads as the zero V.
type JSON[T any] struct{ V T }

// Value writes the column.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan reads the column.
func (j *JSON[T]) Scan(v any) error {
	var zero T
	j.V = zero
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), &j.V)
	case []byte:
		return json.Unmarshal(v, &j.V)
	}
	return fmt.Errorf("json column holds %T", v)
}

var (
	idMutex sync.Mutex
	idLast  int64
	// idText keeps byte order: Crockford's digits and letters without i, l, o, u, in lower case.
	idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
)

// NewID makes a text key such as "c_01k9…": ids of one process sort by when they were made, and nobody can guess the next one
// (80 random bits).
func NewID(prefix string) string {
	idMutex.Lock()
	now := max(time.Now().UnixMicro(), idLast+1)
	idLast = now
	idMutex.Unlock()
	var b [20]byte
	for i := range 8 {
		b[i] = byte(now >> (8 * (7 - i)))
	}
	rand.Read(b[8:18])
	text := idText.EncodeToString(b[1:18])
	return prefix + "_" + text
}
