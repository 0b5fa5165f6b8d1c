// Package plain makes copies of files that do not say who made them: without author, title, company and program in a PDF, without the
// properties and names of editors in an Office file, without what a camera wrote into a picture. A committee that must not know whose
// application it reads gets such copies (伏せ字). What cannot be made plain for certain is refused, never passed on as it is.
package plain

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// ErrOpaque says that nobody can tell what else a file holds: it is encrypted, torn, or of a kind this package does not know.
var ErrOpaque = errors.New("the file cannot be made plain")

// Copy returns the content of a file of a kind (pdf, docx, xlsx, pptx, jpg, png, txt, csv) without what tells its maker. content is not
// changed.
func Copy(kind string, content []byte) ([]byte, error) {
	switch kind {
	case "pdf":
		return pdf(content)
	case "docx", "xlsx", "pptx":
		return office(content)
	case "jpg", "jpeg":
		return jpeg(content)
	case "png":
		return png(content)
	case "txt", "csv":
		return content, nil
	}
	return nil, ErrOpaque
}

// jpeg keeps the segments that make the picture: no camera, place or remark.
func jpeg(b []byte) ([]byte, error) {
	if len(b) < 4 || b[0] != 0xFF || b[1] != 0xD8 {
		return nil, ErrOpaque
	}
	out := append([]byte(nil), b[:2]...)
	for i := 2; i+4 <= len(b); {
		if b[i] != 0xFF {
			return nil, ErrOpaque
		}
		mark := b[i+1]
		if mark == 0xDA { // the picture itself, to its end; what stands behind it is dropped
			end := bytes.LastIndex(b, []byte{0xFF, 0xD9})
			if end < i {
				return nil, ErrOpaque
			}
			return append(out, b[i:end+2]...), nil
		}
		n := int(binary.BigEndian.Uint16(b[i+2:])) + 2
		if n < 4 || i+n > len(b) {
			return nil, ErrOpaque
		}
		told := mark == 0xFE || mark >= 0xE1 && mark <= 0xEF && mark != 0xE2 && mark != 0xEE // remarks and applications, but colours
		if !told {
			out = append(out, b[i:i+n]...)
		}
		i += n
	}
	return nil, ErrOpaque
}

var pngHead = []byte("\x89PNG\r\n\x1a\n")

// png keeps every chunk but those with words in them.
func png(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, pngHead) {
		return nil, ErrOpaque
	}
	out := append([]byte(nil), pngHead...)
	for i := len(pngHead); i+12 <= len(b); {
		n := int(binary.BigEndian.Uint32(b[i:]))
		if n < 0 || i+12+n > len(b) {
			return nil, ErrOpaque
		}
		chunk := b[i : i+12+n]
		if binary.BigEndian.Uint32(chunk[8+n:]) != crc32.ChecksumIEEE(chunk[4:8+n]) {
			return nil, ErrOpaque
		}
		switch kind := string(chunk[4:8]); kind {
		case "tEXt", "zTXt", "iTXt", "eXIf", "tIME":
		case "IEND":
			return append(out, chunk...), nil
		default:
			out = append(out, chunk...)
		}
		i += 12 + n
	}
	return nil, ErrOpaque
}
