package record

import "kakehashi/internal/lang"

// RemarkKinds are the kinds of a remark as they are stored.
var RemarkKinds = []string{"誤り", "不足", "古い"}

// RemarkKind is a kind of remark in words.
func RemarkKind(l lang.Tag, kind string) string {
	switch kind {
	case RemarkKinds[0]:
		return lang.T(l, "record.remark.wrong")
	case RemarkKinds[1]:
		return lang.T(l, "record.remark.incomplete")
	case RemarkKinds[2]:
		return lang.T(l, "record.remark.outdated")
	}
	return kind
}
