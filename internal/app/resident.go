package app

import (
	"kakehashi/content"
	"kakehashi/internal/jp"
	"kakehashi/internal/resident/warning"
	"kakehashi/internal/web/help"
)

// residents registers the residents' pages. Their content is in the program and held together by tests; should it still be
// faulty, the rest of the service stands and the log says what is wrong.
func (a *App) residents() {
	v, err := warning.Read(content.FS)
	if err == nil {
		err = (&help.Pages{Content: content.FS, Version: v.VersionOn(jp.Date(a.Config.Clock()))}).Register(a.Site)
	}
	if err != nil {
		a.Config.Log.Error("residents' pages", "err", err)
	}
}
