// Command kakehashi is the whole platform in one binary: the server and every engine as a verb.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"kakehashi/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(app.Main(ctx, os.Args[1:], &app.Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
