package placement

import "math"

// simplex is the network simplex method on a network whose every arc is bounded and whose tree stays strongly feasible, so it
// neither needs artificial arcs nor circles. Level by level: after each objective the arcs with a reduced cost are fixed and the
// rest is the face of all flows equally good so far (complementary slackness), on which the next objective goes on from the same tree.
type simplex struct {
	from, to  []int32
	cap, flow []int32
	cost, pi  []int64
	state     []int8 // 0 in the tree, 1 at the lower bound, -1 at the upper
	open      []int32
	parent    []int32
	pred      []int32
	up        []bool // whether the arc to the parent points to it
	child     []int32
	left      []int32
	right     []int32
	depth     []int32
	root      int32
	at        int
	stack     []int32
}

// unbounded is the capacity of arcs that never bind.
const unbounded = math.MaxInt32

// arc adds an arc and gives its number.
func (s *simplex) arc(from, to, capacity int32) int32 {
	s.from, s.to, s.cap = append(s.from, from), append(s.to, to), append(s.cap, capacity)
	return int32(len(s.from) - 1)
}

// plant makes the first tree: tree[node] is the arc to its parent, flow[arc] what runs on it. All tree arcs point to the root.
func (s *simplex) plant(nodes int, root int32, tree []int32, flow func(arc int32) int32) {
	arcs := len(s.from)
	s.root = root
	s.flow, s.cost, s.state, s.open = make([]int32, arcs), make([]int64, arcs), make([]int8, arcs), make([]int32, arcs)
	for a := range s.state {
		s.state[a], s.open[a] = 1, int32(a)
	}
	s.pi, s.up = make([]int64, nodes), make([]bool, nodes)
	s.parent, s.pred, s.child, s.left, s.right, s.depth = filled(nodes), filled(nodes), filled(nodes), filled(nodes), filled(nodes), make([]int32, nodes)
	for v := range nodes {
		if int32(v) == root {
			continue
		}
		a := tree[v]
		s.pred[v], s.up[v], s.state[a], s.flow[a] = a, true, 0, flow(a)
		s.hang(int32(v), s.to[a])
	}
	s.stack = make([]int32, 0, nodes)
}

// hang makes v a child of u.
func (s *simplex) hang(v, u int32) {
	s.parent[v], s.left[v], s.right[v] = u, -1, s.child[u]
	if s.child[u] >= 0 {
		s.left[s.child[u]] = v
	}
	s.child[u] = v
}

// unhang takes v from its parent.
func (s *simplex) unhang(v int32) {
	if s.left[v] >= 0 {
		s.right[s.left[v]] = s.right[v]
	} else {
		s.child[s.parent[v]] = s.right[v]
	}
	if s.right[v] >= 0 {
		s.left[s.right[v]] = s.left[v]
	}
}

// reduced is the reduced cost of an arc.
func (s *simplex) reduced(a int32) int64 { return s.cost[a] + s.pi[s.from[a]] - s.pi[s.to[a]] }

// descend finds the cheapest flow of the costs set.
func (s *simplex) descend() {
	s.price(s.root)
	s.at = 0
	for {
		in := s.entering()
		if in < 0 {
			break
		}
		s.pivot(in)
	}
}

// fewArcs is how many of a node's dense arcs take part from the start, and how many join at a time.
const fewArcs = 6

// sparsely descends on few of the dense arcs of every node, letting more join while any would make the flow cheaper.
func (s *simplex) sparsely(dense func(arc int32) bool) {
	all := s.open
	var active []int32
	joined := make([]bool, len(s.from))
	for _, a := range all {
		if !dense(a) || s.state[a] == 0 {
			joined[a] = true
			active = append(active, a)
		}
	}
	s.price(s.root)
	few := make([]int32, 0, fewArcs)
	for more := true; more; {
		more = false
		for i := 0; i < len(all); {
			from := s.from[all[i]]
			few = few[:0]
			for ; i < len(all) && s.from[all[i]] == from; i++ {
				if a := all[i]; !joined[a] && s.reduced(a) < 0 {
					few = s.keepBest(few, a)
				}
			}
			for _, a := range few {
				joined[a], more = true, true
				active = append(active, a)
			}
		}
		if more {
			s.open = active
			s.descend()
		}
	}
	s.open = all
	s.descend()
}

// keepBest keeps the arcs with the lowest reduced costs, the best first.
func (s *simplex) keepBest(few []int32, a int32) []int32 {
	c := s.reduced(a)
	i := len(few)
	for i > 0 && s.reduced(few[i-1]) > c {
		i--
	}
	if i == fewArcs {
		return few
	}
	if len(few) < fewArcs {
		few = append(few, a)
	}
	copy(few[i+1:], few[i:])
	few[i] = a
	return few
}

// minimise finds the cheapest flow of the costs set, then fixes what any equally cheap flow must keep.
func (s *simplex) minimise() {
	s.descend()
	kept := s.open[:0]
	for _, a := range s.open {
		if s.state[a] == 0 || s.reduced(a) == 0 {
			kept = append(kept, a)
		}
	}
	s.open = kept
}

// price recomputes depth and potentials below a node from its parent's.
func (s *simplex) price(v int32) {
	if v == s.root {
		s.pi[v], s.depth[v] = 0, 0
	}
	s.stack = append(s.stack[:0], v)
	for len(s.stack) > 0 {
		u := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		if u != s.root {
			parent, a := s.parent[u], s.pred[u]
			s.depth[u] = s.depth[parent] + 1
			if s.up[u] {
				s.pi[u] = s.pi[parent] - s.cost[a]
			} else {
				s.pi[u] = s.pi[parent] + s.cost[a]
			}
		}
		for w := s.child[u]; w >= 0; w = s.right[w] {
			s.stack = append(s.stack, w)
		}
	}
}

// entering finds the worst arc of the next block that has one, -1 when there is none.
func (s *simplex) entering() int32 {
	n := len(s.open)
	if n == 0 {
		return -1
	}
	block := max(32, root32(n))
	worst, in := int64(0), int32(-1)
	for seen, left := 0, block; seen < n; seen++ {
		a := s.open[s.at]
		if s.at++; s.at == n {
			s.at = 0
		}
		if state := s.state[a]; state != 0 {
			if c := int64(state) * s.reduced(a); c < worst {
				worst, in = c, a
			}
		}
		if left--; left == 0 {
			if in >= 0 {
				return in
			}
			left = block
		}
	}
	return in
}

func root32(n int) int { return int(root(int64(n))) }

// pivot brings an arc into the tree and takes another out.
func (s *simplex) pivot(in int32) {
	first, second := s.from[in], s.to[in]
	if s.state[in] < 0 {
		first, second = second, first
	}
	join := s.join(first, second)
	delta, out, side := s.cap[in], int32(-1), 0
	for u := first; u != join; u = s.parent[u] {
		if d := s.slack(u, !s.up[u]); d < delta {
			delta, out, side = d, u, 1
		}
	}
	for u := second; u != join; u = s.parent[u] {
		if d := s.slack(u, s.up[u]); d <= delta {
			delta, out, side = d, u, 2
		}
	}
	s.push(in, join, delta)
	if side == 0 {
		s.state[in] = -s.state[in]
		return
	}
	leaving := s.pred[out]
	s.state[in], s.state[leaving] = 0, 1
	if s.flow[leaving] != 0 {
		s.state[leaving] = -1
	}
	if side == 1 {
		s.graft(first, second, out, in)
	} else {
		s.graft(second, first, out, in)
	}
}

// join is the first common ancestor.
func (s *simplex) join(u, v int32) int32 {
	for u != v {
		if s.depth[u] >= s.depth[v] {
			u = s.parent[u]
		} else {
			v = s.parent[v]
		}
	}
	return u
}

// slack is how much the flow of the arc above u may grow, or shrink.
func (s *simplex) slack(u int32, grows bool) int32 {
	a := s.pred[u]
	if !grows {
		return s.flow[a]
	}
	if s.cap[a] == unbounded {
		return unbounded
	}
	return s.cap[a] - s.flow[a]
}

// push sends delta around the cycle the arc closes.
func (s *simplex) push(in, join, delta int32) {
	if delta == 0 {
		return
	}
	v := int32(s.state[in]) * delta
	s.flow[in] += v
	for u := s.from[in]; u != join; u = s.parent[u] {
		if s.up[u] {
			s.flow[s.pred[u]] -= v
		} else {
			s.flow[s.pred[u]] += v
		}
	}
	for u := s.to[in]; u != join; u = s.parent[u] {
		if s.up[u] {
			s.flow[s.pred[u]] += v
		} else {
			s.flow[s.pred[u]] -= v
		}
	}
}

// graft hangs the part of the tree cut off above out to v by the entering arc at u.
func (s *simplex) graft(u, v, out, in int32) {
	node, parent, pred, up := u, v, in, s.from[in] == u
	for {
		oldParent, oldPred, oldUp := s.parent[node], s.pred[node], s.up[node]
		s.unhang(node)
		s.hang(node, parent)
		s.pred[node], s.up[node] = pred, up
		if node == out {
			break
		}
		parent, pred, up = node, oldPred, !oldUp
		node = oldParent
	}
	s.price(u)
}
