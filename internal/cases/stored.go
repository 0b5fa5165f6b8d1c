package cases

import (
	"bytes"
	"fmt"
	"unsafe"
)

// stored is a text of the database as bytes that nobody writes to. A document and its journal are tens of kilobytes, and every reading
// passes through here: the text is the driver's own, not a copy of it.
type stored []byte

// Scan takes the text of a column.
func (b *stored) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*b = nil
	case string:
		*b = unsafe.Slice(unsafe.StringData(v), len(v))
	case []byte:
		*b = bytes.Clone(v) // the driver writes to it again
	default:
		return fmt.Errorf("a stored text is a %T", v)
	}
	return nil
}

// textOf is b as a string, as long as nobody writes to b.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
