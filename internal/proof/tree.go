// Package proof lets anybody prove, years later, what the journals of the cases said (証明): every day one Merkle root over the heads of
// all journals is signed with a key that is kept outside the database, and published. It also looks every night whether everything
// that was accepted is still there, and packs a case so that it can be read and checked without this service.
package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// parseHash reads 64 hexadecimal digits.
func parseHash(s string) (h Hash, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, fmt.Errorf("%q is not a hash", s)
	}
	return Hash(b), nil
}

// Leaf is the hash of one journal's head: which case, how many events, the hash of the last. Leaves and nodes are told apart by
// their first byte, as in RFC 6962.
func Leaf(id string, seq int, head string) Hash {
	return sha256.Sum256([]byte("\x00" + id + "\n" + strconv.Itoa(seq) + "\n" + head + "\n"))
}

func node(left, right Hash) Hash {
	b := make([]byte, 1, 1+2*sha256.Size)
	b[0] = 1
	return sha256.Sum256(append(append(b, left[:]...), right[:]...))
}

// Tree is a Merkle tree over leaves in the order of their names. Changing some leaves costs their paths only, so that a year of days
// is computed in one pass. An odd node at the end of a level goes up as it is.
type Tree struct {
	names  []string
	levels [][]Hash // levels[0] are the leaves
	from   int      // leaves from here on have no nodes yet
	dirty  map[int]bool
}

// Set puts a leaf at its name's place.
func (t *Tree) Set(name string, leaf Hash) {
	if len(t.levels) == 0 {
		t.levels = [][]Hash{nil}
	}
	i, known := slices.BinarySearch(t.names, name)
	switch {
	case known:
		t.levels[0][i] = leaf
		if i < t.from {
			if t.dirty == nil {
				t.dirty = map[int]bool{}
			}
			t.dirty[i] = true
		}
	default:
		t.names = slices.Insert(t.names, i, name)
		t.levels[0] = slices.Insert(t.levels[0], i, leaf)
		t.from = min(t.from, i)
	}
}

// Len is the number of leaves.
func (t *Tree) Len() int { return len(t.names) }

// Root is the hash over all leaves; of no leaves that of nothing.
func (t *Tree) Root() Hash {
	if t.Len() == 0 {
		return sha256.Sum256(nil)
	}
	t.settle()
	return t.levels[len(t.levels)-1][0]
}

// settle computes the nodes that are missing or old.
func (t *Tree) settle() {
	from, dirty := t.from, t.dirty
	level := 0
	for ; len(t.levels[level]) > 1; level++ {
		below := t.levels[level]
		if len(t.levels) == level+1 {
			t.levels = append(t.levels, nil)
		}
		n := (len(below) + 1) / 2
		above := slices.Grow(t.levels[level+1][:min(len(t.levels[level+1]), n)], n)[:n]
		pair := func(i int) {
			if 2*i+1 < len(below) {
				above[i] = node(below[2*i], below[2*i+1])
			} else {
				above[i] = below[2*i]
			}
		}
		up := make(map[int]bool, len(dirty))
		for i := range dirty {
			if i/2 < from/2 && !up[i/2] {
				pair(i / 2)
				up[i/2] = true
			}
		}
		for i := from / 2; i < n; i++ {
			pair(i)
		}
		t.levels[level+1], from, dirty = above, from/2, up
	}
	t.levels = t.levels[:level+1]
	t.from, t.dirty = t.Len(), nil
}

// Path is what leads from one leaf to the root.
type Path struct {
	Index int      `json:"index"` // of the leaf, from 0
	Size  int      `json:"size"`  // leaves of the tree
	Nodes []string `json:"nodes"` // the neighbours on the way up
}

// Path of the leaf with this name; false when there is none.
func (t *Tree) Path(name string) (Path, bool) {
	i, known := slices.BinarySearch(t.names, name)
	if !known {
		return Path{}, false
	}
	t.Root()
	p := Path{Index: i, Size: t.Len(), Nodes: []string{}}
	for _, level := range t.levels[:len(t.levels)-1] {
		if i^1 < len(level) {
			p.Nodes = append(p.Nodes, level[i^1].String())
		}
		i /= 2
	}
	return p, true
}

// Climb computes the root a path leads to from a leaf.
func (p Path) Climb(leaf Hash) (Hash, error) {
	i, n, left := p.Index, p.Size, p.Nodes
	if i < 0 || i >= n {
		return Hash{}, fmt.Errorf("leaf %d of %d", i, n)
	}
	for ; n > 1; i, n = i/2, (n+1)/2 {
		if i^1 >= n {
			continue
		}
		if len(left) == 0 {
			return Hash{}, fmt.Errorf("the path is too short")
		}
		beside, err := parseHash(left[0])
		if err != nil {
			return Hash{}, err
		}
		left = left[1:]
		if i%2 == 0 {
			leaf = node(leaf, beside)
		} else {
			leaf = node(beside, leaf)
		}
	}
	if len(left) > 0 {
		return Hash{}, fmt.Errorf("the path is too long")
	}
	return leaf, nil
}
