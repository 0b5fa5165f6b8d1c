package cases

import (
	"strings"

	"kakehashi/internal/lang"
)

// derivedMark begins the reason of a conflict that follows from what is registered, as it is kept: the kind, and the title of the post
// where it is one. Reasons that people typed have no mark and are shown as they stand.
const derivedMark = "derived:"

// because is the reason of a derived conflict as the journal keeps it, in no language.
func because(kind, title string) string {
	return strings.TrimSuffix(derivedMark+kind+":"+title, ":")
}

// Because says the reason of a conflict in words of a language: what was derived by its kind and the post, what people typed as it stands.
func Because(l lang.Tag, reason string) string {
	derived, ok := strings.CutPrefix(reason, derivedMark)
	if !ok {
		return reason
	}
	kind, title, _ := strings.Cut(derived, ":")
	words := lang.T(l, "panel.barred."+kind)
	switch {
	case title == "":
		return words
	case l == lang.JA:
		return words + "（" + title + "）"
	}
	return words + " (" + title + ")"
}
