package app

import (
	"kakehashi/content"
	"kakehashi/internal/jp"
	"kakehashi/internal/resident/warning"
	"kakehashi/internal/web/help"
)

// residents registers the residents' pages. Their content is in the program, held together by tests, and read when the first of the
// pages is asked for.
func (a *App) residents() {
	(&help.Pages{Content: content.FS, Version: func() (string, error) {
		v, err := warning.Read(content.FS)
		if err != nil {
			return "", err
		}
		return v.VersionOn(jp.Date(a.Config.Clock())), nil
	}}).Register(a.Site)
}
