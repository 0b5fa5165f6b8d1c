package lang

import "strings"

// line is one sentence of a catalogue file, before its placeholders are read.
type line struct {
	key, value string
	at         int
}

// flat reads a catalogue file that is written the plain way, one `key: sentence` a line, which is many times quicker than reading YAML
// and is done at every start. ok is false when a line needs more of YAML than that: then the file is read as YAML.
func flat(data string) (list []line, ok bool) {
	list = make([]line, 0, strings.Count(data, "\n"))
	for at := 1; data != ""; at++ {
		var row string
		row, data, _ = strings.Cut(data, "\n")
		if row == "" || row[0] == '#' {
			continue
		}
		key, value, found := strings.Cut(row, ": ")
		if !found || !plainKey(key) {
			return nil, false
		}
		if value, ok = scalar(value); !ok {
			return nil, false
		}
		list = append(list, line{key, value, at})
	}
	return list, true
}

// plainKey reports whether a key is made of small letters, digits, dots, lines and begins with a letter.
func plainKey(key string) bool {
	for i := range len(key) {
		c := key[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && (c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')) {
			return false
		}
	}
	return key != ""
}

// scalar reads the value of a line: plain words, or words in quotes with no escape but that of a new line.
func scalar(s string) (value string, ok bool) {
	s = strings.Trim(s, " ")
	if s == "" || strings.ContainsAny(s, "\t\r") {
		return "", false
	}
	switch q := s[0]; q {
	case '"', '\'':
		if len(s) < 2 || s[len(s)-1] != q {
			return "", false
		}
		s = s[1 : len(s)-1]
		if q == '"' {
			s = strings.ReplaceAll(s, `\n`, "\n")
		}
		return s, !strings.ContainsAny(s, `\`+string(q))
	case '{', '}', '[', ']', ',', '&', '*', '!', '|', '>', '%', '@', '`', '#', '-', '?', ':':
		return "", false
	}
	return s, !strings.Contains(s, ": ") && !strings.Contains(s, " #") && s[len(s)-1] != ':'
}
