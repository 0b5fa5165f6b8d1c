// Package programmes embeds the support programmes the service ships (事業): one folder each, and _common for what several share.
// Everything that differs between programmes is in these files; adding a programme or changing a rate touches no Go.
package programmes

import "embed"

// FS holds the folders as they are in the source.
//
//go:embed all:*
var FS embed.FS
