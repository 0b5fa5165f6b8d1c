// Package content holds what the resident tools say and know, as data: the vocabulary of warnings (警戒レベル), the readings and
// words of やさしい日本語, the sentences of display sheets and plans in every language, and the pictograms. Package app hands its
// files to internal/resident and internal/lang/easy; a correction of a sentence touches no Go.
package content

import "embed"

//go:embed warning japanese timeline templates pages languages.yaml
var FS embed.FS
