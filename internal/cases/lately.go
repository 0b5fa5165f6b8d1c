package cases

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/recent"
)

// tally keeps what was counted a moment ago for each group of people who see the same cases. A change by this process to a case they see
// ends it at once; a change by another is seen after believed. While nobody writes anything, nothing is counted again.
type tally struct {
	once    sync.Once
	kept    *recent.Cache[tallied]
	pages   *recent.Cache[tallied] // of lists, which are larger
	changes sync.Map               // scope → *atomic.Int64
}

const believed = time.Second

// scope names the group of people who see the same cases as this hat; "" when it is only theirs.
func scope(who account.Who) string {
	switch {
	case who.Is(account.RoleAdmin, account.RoleCommittee), who.Home != "" && who.Is(account.RoleOfficer, account.RoleChief):
		return ""
	case who.Is(staff...), who.Is(account.RoleBranch), who.Is(account.RoleOfficer, account.RoleChief):
		return who.Hat.Body
	}
	return "all"
}

// scopes are the groups of people whose counts a change of the case may change.
func (c *Case) scopes() [4]string {
	return [4]string{"all", "lg:" + c.Org.Code, "branch:" + c.Org.Branch, "hq:" + c.Section}
}

func (t *tally) change(scope string) *atomic.Int64 {
	if n, ok := t.changes.Load(scope); ok {
		return n.(*atomic.Int64)
	}
	n, _ := t.changes.LoadOrStore(scope, new(atomic.Int64))
	return n.(*atomic.Int64)
}

// changed ends what was counted for everybody who sees the case.
func (t *tally) changed(c *Case) {
	for _, s := range c.scopes() {
		t.change(s).Add(1)
	}
}

// countsOf and pagesOf are where counts and pages of lists are kept.
func countsOf(t *tally) *recent.Cache[tallied] { return t.kept }
func pagesOf(t *tally) *recent.Cache[tallied]  { return t.pages }

// lately is read, or what it returned a moment ago for somebody who sees the same cases.
func lately[T any](ctx context.Context, s *Store, in func(*tally) *recent.Cache[tallied], who account.Who, what string, read func() (T, error)) (T, error) {
	group := scope(who)
	if group == "" {
		return read()
	}
	s.tally.once.Do(func() {
		s.tally.kept, s.tally.pages = recent.New[tallied](believed, 4000), recent.New[tallied](believed, 100)
	})
	key := strings.Join([]string{string(who.Hat.Role), who.Hat.Body, who.Hat.Programmes, strconv.FormatInt(s.tally.change(group).Load(), 36), what}, "\x00")
	v, err := in(&s.tally).Again(key, func(old tallied, held bool) (tallied, error) {
		at, err := s.DB.Generation(ctx)
		if err == nil && held && old.at == at {
			return old, nil // nobody has written anything since
		}
		if err != nil {
			return tallied{}, err
		}
		v, err := read()
		return tallied{v, at}, err
	})
	t, _ := v.value.(T)
	return t, err
}

// tallied is what was read, and the state of the database it was read from.
type tallied struct {
	value any
	at    string
}
