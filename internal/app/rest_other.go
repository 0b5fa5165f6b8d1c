//go:build !linux

package app

// forgetProgram is for systems that tell a process what it has of its own file.
func forgetProgram() {}
