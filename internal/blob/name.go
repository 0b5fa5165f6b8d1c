package blob

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// nameMost is the longest name kept, in characters without the extension.
const nameMost = 100

// baseName is the last part of a name, whichever system's path it came with.
func baseName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	return name
}

// cleanName makes a name that is safe to show and to save under: no path, no control characters, no turned-round writing, composed
// letters, the extension of the true kind. Japanese letters, also rare ones and their variants, stay as they are.
func cleanName(name, ext string) string {
	name = norm.NFC.String(strings.ToValidUTF8(baseName(name), "_"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0xfeff:
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	stem, suffix := name, "."+ext
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		given := strings.ToLower(name[i+1:])
		if given == ext || given == "jpeg" && ext == "jpg" {
			stem, suffix = name[:i], name[i:]
		}
	}
	stem = strings.Trim(stem, ". \u3000")
	for utf8.RuneCountInString(stem) > nameMost {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
	if stem == "" {
		stem = "file"
	}
	return stem + suffix
}
