package part

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// QRPath draws a QR code as one SVG path of unit squares with quiet modules of white around it; size is the side of the whole. An error
// means that the text is too long for a QR.
func QRPath(text string, quiet int) (path string, size int, err error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", 0, fmt.Errorf("qr code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return b.String(), code.Size + 2*quiet, nil
}
