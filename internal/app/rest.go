package app

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

const (
	// startGarbage lets the heap grow to this many hundredths of what lives while the service starts: its few megabytes are not
	// worth a collection each time they double.
	startGarbage = 400
	// rested is how long after its start the service gives back what only starting needed.
	rested = time.Second
)

// lavish spares collections while the service starts; collect ends that. Who runs the service may say by GOGC how it is to be collected.
func lavish() (collect func()) {
	before := debug.SetGCPercent(startGarbage)
	if os.Getenv("GOGC") == "" {
		return roomy
	}
	return func() { debug.SetGCPercent(before) }
}

// ahead reads, while the database is being opened, what the first page needs of the program itself: its words and the names of countries.
func ahead() {
	lang.Shipped()
	org.Country("JP")
}

// rest gives memory back to the system once the service stands: what starting left behind on the heap, and the pages of the program
// that hold only its beginning. What is needed again is read again, from the system's copy of the file.
func rest(ctx context.Context, collect func()) {
	select {
	case <-ctx.Done():
	case <-time.After(rested):
		collect()
		debug.FreeOSMemory()
		forgetProgram()
	}
}

// muchIdle is how much memory that holds nothing, in bytes, is worth the collection that gives it back.
const muchIdle = 24 << 20

// giveBack returns memory to the system after work that took much for a short time.
func giveBack() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapSys-m.HeapReleased > muchIdle {
		runtime.GC() // pools keep what they hold through one collection
		debug.FreeOSMemory()
	}
}
