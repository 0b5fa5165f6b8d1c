//go:build !unix

package app

import "errors"

// freeSpace is not told on this system.
func freeSpace(string) (free, total int64, err error) { return 0, 0, errors.ErrUnsupported }
