package proof

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
)

// plain is the tree as it is defined, without anything kept.
func plain(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	return node(plain(leaves[:k]), plain(leaves[k:]))
}

func TestTheTreeIsTheDefinedOneHoweverItGrew(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var tree Tree
		all := map[string]Hash{}
		for range 1 + r.IntN(12) { // days
			for range r.IntN(9) {
				name := fmt.Sprintf("c%03d", r.IntN(70))
				all[name] = Leaf(name, r.IntN(1000), "x")
				tree.Set(name, all[name])
			}
			var leaves []Hash
			for i := range 70 {
				if h, ok := all[fmt.Sprintf("c%03d", i)]; ok {
					leaves = append(leaves, h)
				}
			}
			if tree.Root() != plain(leaves) {
				t.Fatalf("%d leaves: %s is not %s", len(leaves), tree.Root(), plain(leaves))
			}
		}
		for name, leaf := range all {
			p, ok := tree.Path(name)
			root, err := p.Climb(leaf)
			if !ok || err != nil || root != tree.Root() {
				t.Fatalf("%s: %v leads to %s, %v", name, p, root, err)
			}
			if wrong, err := p.Climb(Leaf(name, -1, "x")); err == nil && wrong == tree.Root() {
				t.Fatalf("%s: another leaf leads to the same root", name)
			}
		}
	}
}

func TestATornPathLeadsNowhere(t *testing.T) {
	var tree Tree
	for i := range 11 {
		name := fmt.Sprintf("c%02d", i)
		tree.Set(name, Leaf(name, 1, "x"))
	}
	leaf := Leaf("c03", 1, "x")
	good, _ := tree.Path("c03")
	for what, p := range map[string]Path{
		"too short": {good.Index, good.Size, good.Nodes[1:]}, "too long": {good.Index, good.Size, append(good.Nodes[:len(good.Nodes):len(good.Nodes)], good.Nodes[0])},
		"no hash": {good.Index, good.Size, append([]string{"xy"}, good.Nodes[1:]...)}, "another place": {good.Index + 1, good.Size, good.Nodes},
		"outside": {11, 11, good.Nodes}, "negative": {-1, 11, good.Nodes},
	} {
		if root, err := p.Climb(leaf); err == nil && root == tree.Root() {
			t.Errorf("%s: accepted", what)
		}
	}
}
