package journey

import "testing"

func TestPagesOfOneKindAreOne(t *testing.T) {
	for path, want := range map[string]string{
		"/":                                      "/",
		"/en/programmes":                         "/programmes",
		"/work/cases/c01j9zq2k4m7/form/report/1": "/work/cases/*/form/report/*",
		"/offices/PAR":                           "/offices/PAR",
		"/invite/abcdefghijklmnopqrstuvwxyz":     "/invite/*",
	} {
		if got := Kind(path); got != want {
			t.Errorf("%s is of the kind %s, want %s", path, got, want)
		}
	}
}

func TestOnlyLinksInsideAreFollowed(t *testing.T) {
	for address, want := range map[string]string{
		"/work/cases?state=draft": "/work/cases?state=draft",
		"cases":                   "/work/cases",
		"/en/work":                "",
		"/signout":                "",
		"https://example.jp/":     "",
		"mailto:a@example.jp":     "",
	} {
		if got := inside("/work/people", address); got != want {
			t.Errorf("%s leads to %q, want %q", address, got, want)
		}
	}
}
