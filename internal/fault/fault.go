// Package fault names the ways a request can fail that a person can do something about. Domain packages return a *Fault where
// the meaning is known; the edge (package page) maps its Kind to an HTTP status and its Key to words in the user's language.
// Everything else is a plain wrapped error and our own failure.
package fault

import (
	"errors"
	"fmt"
	"slices"
)

// Kind is what went wrong, seen by the person who asked.
type Kind string

const (
	// Missing: the thing does not exist for this person. Another body's case is Missing, never Refused (404, not 403).
	Missing Kind = "missing"
	// Refused: the thing is known to the person but the act is not theirs, or not now.
	Refused Kind = "refused"
	// Conflict: somebody else was faster; the person looks again and decides.
	Conflict Kind = "conflict"
	// Invalid: what was sent cannot be used; Field says where.
	Invalid Kind = "invalid"
	// Busy: too many tries, or a service we depend on is away; later it may work.
	Busy Kind = "busy"
)

// Fault is a failure with a meaning. Key is a message key of package lang, Args its named values in pairs; a programme's own
// sentence (already in both languages) travels in JA and EN instead. Field is the form field it concerns, if one.
type Fault struct {
	Kind   Kind
	Key    string
	Args   []any
	Field  string
	JA, EN string
	// More are further faults of the same answer, each at its own field, so that all of them are told at once.
	More []*Fault
}

// Together makes one error of all faults of an answer, nil where there are none.
func Together(list []*Fault) error {
	if len(list) == 0 {
		return nil
	}
	first := *list[0]
	first.More = append(slices.Clone(first.More), list[1:]...)
	return &first
}

// All lists the faults inside err, the first and what was found together with it.
func All(err error) []*Fault {
	f := Of(err)
	if f == nil {
		return nil
	}
	first := *f
	first.More = nil
	return append([]*Fault{&first}, f.More...)
}

func (f *Fault) Error() string {
	if f.EN != "" {
		return fmt.Sprintf("%s: %s", f.Kind, f.EN)
	}
	return fmt.Sprintf("%s: %s %v", f.Kind, f.Key, f.Args)
}

// New makes a fault whose words are catalogue entry key filled with args (name, value, name, value …).
func New(kind Kind, key string, args ...any) *Fault { return &Fault{Kind: kind, Key: key, Args: args} }

// At makes an Invalid fault at one form field.
func At(field, key string, args ...any) *Fault {
	return &Fault{Kind: Invalid, Field: field, Key: key, Args: args}
}

// Of returns the fault inside err, or nil.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// Is reports whether err carries a fault of this kind.
func Is(err error, kind Kind) bool {
	f := Of(err)
	return f != nil && f.Kind == kind
}
