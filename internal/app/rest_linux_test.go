package app

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// programRSS is how many kilobytes of the program's file are in this process's memory.
func programRSS(t *testing.T) (kb int) {
	t.Helper()
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Skip(err)
	}
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	own, rss := false, regexp.MustCompile(`^Rss: +(\d+) kB`)
	for line := range strings.Lines(string(smaps)) {
		line = strings.TrimSpace(line)
		if _, _, heading := ownPart(line, self); heading {
			own = true
		} else if m := rss.FindStringSubmatch(line); m != nil && own {
			n, _ := strconv.Atoi(m[1])
			kb, own = kb+n, false
		}
	}
	return kb
}

func TestForgettingTheProgramLeavesItRunning(t *testing.T) {
	before := programRSS(t)
	if before == 0 {
		t.Fatal("the program's own parts are not found")
	}
	forgetProgram()
	if after := programRSS(t); after >= before {
		t.Errorf("%d kB of the program before, %d after", before, after)
	}
}

func TestOnlyTheProgramsReadOnlyPartsAreForgotten(t *testing.T) {
	const self = "/opt/my programs/kakehashi"
	for line, want := range map[string]bool{
		"00400000-01c55000 r-xp 00001000 fe:00 1234 /opt/my programs/kakehashi":           true,
		"01c55000-04f92000 r--p 01855000 fe:00 1234 /opt/my programs/kakehashi":           true,
		"04f92000-052fa000 rw-p 04b92000 fe:00 1234 /opt/my programs/kakehashi":           false,
		"7ff092401000-7ff092471000 r-xp 00000000 fe:00 99 /usr/lib/libc.so.6":             false,
		"c6825000000-c6826800000 rw-p 00000000 00:00 0 ":                                  false,
		"Anonymous:             0 kB":                                                     false,
		"00400000-01c55000 r-xp 00001000 fe:00 1234 /opt/my programs/kakehashi (deleted)": false,
	} {
		if from, to, ok := ownPart(line, self); ok != want || ok && to <= from {
			t.Errorf("%s: %x %x %v", line, from, to, ok)
		}
	}
}
