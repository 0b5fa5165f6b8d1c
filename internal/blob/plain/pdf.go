package plain

import (
	"bytes"
	"compress/zlib"
	"io"
	"slices"
)

// Names of the entries of a PDF that tell its maker: its information dictionary, its bookmarks and who wrote remarks.
var told = []string{"/Author", "/Creator", "/Producer", "/Title", "/Subject", "/Keywords", "/Company", "/Manager", "/SourceModified", "/T"}

// objectMost is how long the inside of one compressed part may be, in bytes.
const objectMost = 64 << 20

// pdf blanks what tells the maker without moving a byte, so that every address inside the file stays right: texts become blanks of the same
// length, compressed objects are written anew into the room they had.
func pdf(content []byte) ([]byte, error) {
	if !bytes.HasPrefix(content, []byte("%PDF-")) || bytes.Contains(content, []byte("/Encrypt")) || bytes.Contains(content, []byte("/EmbeddedFile")) {
		return nil, ErrOpaque
	}
	b := bytes.Clone(content)
	for at := 0; at < len(b); {
		from, to, next := streamAfter(b, at)
		blankTexts(b[at:from])
		if from == len(b) {
			break
		}
		head := b[max(at, bytes.LastIndex(b[:from], []byte(" obj"))):from]
		if err := stream(head, b[from:to]); err != nil {
			return nil, err
		}
		at = next
	}
	return b, nil
}

// streamAfter finds the next stream: its content from from to to, and where to look on. Without one all three are the end.
func streamAfter(b []byte, at int) (from, to, next int) {
	i := bytes.Index(b[at:], []byte("stream"))
	if i < 0 {
		return len(b), len(b), len(b)
	}
	from = at + i + len("stream")
	if from < len(b) && b[from] == '\r' {
		from++
	}
	if from < len(b) && b[from] == '\n' {
		from++
	}
	end := bytes.Index(b[from:], []byte("endstream"))
	if end < 0 {
		return len(b), len(b), len(b)
	}
	return from, from + end, from + end + len("endstream")
}

// stream blanks the words about the file (XMP) and looks into compressed objects.
func stream(head, body []byte) error {
	flate := bytes.Contains(head, []byte("/FlateDecode"))
	switch {
	case bytes.Contains(head, []byte("/Metadata")) && bytes.Contains(head, []byte("/XML")):
		if !flate {
			fill(body, ' ')
			return nil
		}
		return squeeze(body, []byte(" "))
	case bytes.Contains(head, []byte("/ObjStm")):
		if !flate {
			blankTexts(body)
			return nil
		}
		return objects(body)
	}
	return nil
}

// objects blanks texts inside compressed objects.
func objects(body []byte) error {
	r, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return ErrOpaque
	}
	inside, err := io.ReadAll(io.LimitReader(r, objectMost))
	if err != nil || len(inside) == objectMost {
		return ErrOpaque
	}
	if before := bytes.Clone(inside); blankTexts(inside) && !slices.Equal(before, inside) {
		return squeeze(body, inside)
	}
	return nil
}

// squeeze writes text, compressed, into the room of body. What is left over stands behind the end of the compressed text, where nobody reads.
func squeeze(body, text []byte) error {
	var packed bytes.Buffer
	w, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if packed.Len() > len(body) {
		return ErrOpaque
	}
	fill(body[copy(body, packed.Bytes()):], '\n')
	return nil
}

func fill(b []byte, with byte) {
	for i := range b {
		b[i] = with
	}
}

// blankTexts blanks the values of the entries in told, and reports whether there was one.
func blankTexts(b []byte) bool {
	found := false
	for _, name := range told {
		for at := 0; ; {
			i := bytes.Index(b[at:], []byte(name))
			if i < 0 {
				break
			}
			key := at + i
			at = key + len(name)
			if blankValue(b, key, at) {
				found = true
			}
		}
	}
	return found
}

// blankValue blanks the text behind the name that stands from key to at; a reference to one is taken out with its name.
func blankValue(b []byte, key, at int) bool {
	i := at
	for i < len(b) && bytes.IndexByte([]byte(" \t\r\n\x00\f"), b[i]) >= 0 {
		i++
	}
	if i == len(b) {
		return false
	}
	switch {
	case b[i] == '(':
		end := textEnd(b, i)
		fill(b[i+1:end], ' ')
		return true
	case b[i] == '<' && i+1 < len(b) && b[i+1] != '<':
		end := bytes.IndexByte(b[i:], '>')
		if end < 0 {
			end = len(b) - i
		}
		fill(b[i+1:i+end], ' ')
		return true
	case i > at && b[i] >= '0' && b[i] <= '9':
		end := i
		for end < len(b) && (b[end] >= '0' && b[end] <= '9' || b[end] == ' ') {
			end++
		}
		if end < len(b) && b[end] == 'R' {
			fill(b[key:end+1], ' ')
			return true
		}
	}
	return false
}

// textEnd is the place of the bracket that closes the text which opens at i.
func textEnd(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(b)
}
