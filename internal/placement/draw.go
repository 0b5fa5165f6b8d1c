package placement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// Commitment is what is published before the data are frozen: the hash of the seed that is revealed afterwards.
func Commitment(seed string) string {
	raw, _ := hex.DecodeString(seed)
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// draw is the lottery of a round: one number per person, one per post, from the seed and the id alone.
type draw struct {
	personKey, postKey []uint64
	person, post       []int32 // place in the lottery, 0 the best
}

// drawing computes the lottery. HMAC per id, so neither input order nor the number of draws matters.
func (r *Round) drawing() draw {
	seed, _ := hex.DecodeString(r.Seed)
	mac := hmac.New(sha256.New, seed)
	key := func(kind, id string) uint64 {
		mac.Reset()
		mac.Write([]byte(kind))
		mac.Write([]byte(id))
		var sum [sha256.Size]byte
		return binary.BigEndian.Uint64(mac.Sum(sum[:0]))
	}
	d := draw{personKey: make([]uint64, len(r.People)), postKey: make([]uint64, len(r.Posts))}
	for i := range r.People {
		d.personKey[i] = key("", r.People[i].ID)
	}
	for i := range r.Posts {
		d.postKey[i] = key("post\x00", r.Posts[i].ID)
	}
	d.person, d.post = order(d.personKey), order(d.postKey)
	return d
}

// order gives every key its place among all, ties by index.
func order(keys []uint64) []int32 {
	by := make([]int32, len(keys))
	for i := range by {
		by[i] = int32(i)
	}
	slices.SortFunc(by, func(a, b int32) int {
		switch {
		case keys[a] < keys[b]:
			return -1
		case keys[a] > keys[b]:
			return 1
		}
		return int(a - b)
	})
	place := make([]int32, len(keys))
	for i, k := range by {
		place[k] = int32(i)
	}
	return place
}

// mix breaks a person's own ties between posts.
func mix(a, b uint64) uint64 {
	x := a ^ (b * 0x9e3779b97f4a7c15)
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
