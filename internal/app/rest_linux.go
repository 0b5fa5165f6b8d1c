package app

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// forgetProgram takes the program's own file out of this process's memory. Only parts that nobody can have written to are touched,
// and of those only what is the same on disk: the next use of a page finds it there. Starting reads most of the program once (tables
// of types and functions, the beginnings of every package), and of that little is used again.
func forgetProgram() {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer f.Close()
	var from, to uintptr
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if a, b, ok := ownPart(line, self); ok {
			from, to = a, b
			continue
		}
		if own, mine := strings.CutPrefix(line, "Anonymous:"); mine && to > from {
			if strings.TrimSpace(own) == "0 kB" {
				syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_DONTNEED)
			}
			from, to = 0, 0
		}
	}
}

// ownPart reads the heading of a mapping, "00400000-01c55000 r-xp 00000000 fe:00 1234 /bin/kakehashi"; ok for one of the program's
// own that cannot be written to.
func ownPart(line, self string) (from, to uintptr, ok bool) {
	var perms, offset, device, inode string
	n, _ := fmt.Sscanf(line, "%x-%x %s %s %s %s", &from, &to, &perms, &offset, &device, &inode)
	return from, to, n == 6 && (perms == "r-xp" || perms == "r--p") && strings.HasSuffix(line, " "+self)
}
