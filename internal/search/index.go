package search

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"kakehashi/internal/db"
)

// An Index is what one process knows of the documents in the database. It is safe for use by several goroutines. Memory is taken when
// something is first looked for.
type Index struct {
	db         *db.DB
	vocabulary func() *vocabulary
	codes      *codes
	view       atomic.Pointer[view]
	following  sync.Mutex
	asked      atomic.Int64 // when the database was last asked for changes, Unix nanoseconds
}

// foldVersion is part of every document's hash: raise it when folding or cutting changes, and documents are prepared again.
const foldVersion = "1"

// longestBody is the most of a document's body that is kept, in bytes: some 1,000 pages.
const longestBody = 4 << 20

// fresh is how long an answer may lag behind another process's change.
const fresh = 300 * time.Millisecond

// New makes the index of a database. More are groups of words of the same meaning beside those that come with the package.
func New(d *db.DB, more ...[]string) *Index {
	x := &Index{db: d, vocabulary: sync.OnceValue(func() *vocabulary { return readVocabulary(more) }), codes: newCodes()}
	x.view.Store(&view{})
	return x
}

// Put adds documents, or replaces those with the same keys; what has not changed costs nothing. Word boundaries are worked out before
// the transaction begins.
func (x *Index) Put(ctx context.Context, docs ...Doc) error {
	known, err := x.hashes(ctx, docs)
	if err != nil {
		return err
	}
	var changed []Doc
	var hashes []string
	for _, d := range docs {
		d.Title, d.Also, d.Body = clean(d.Title), clean(d.Also), clean(d.Body)
		if h := d.hash(); known[d.ID] != h {
			changed, hashes = append(changed, d), append(hashes, h)
		}
	}
	starts, err := prepare(changed)
	if err != nil || len(changed) == 0 {
		return err
	}
	return x.db.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := change(ctx, tx)
		for i, d := range changed {
			if err != nil {
				break
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO search_docs (id, change, gone, kind, url, lang, date, title, also, body, facets, starts, hash)
				VALUES ($1, $2, FALSE, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO UPDATE SET change = excluded.change, gone = FALSE,
				kind = excluded.kind, url = excluded.url, lang = excluded.lang, date = excluded.date, title = excluded.title, also = excluded.also,
				body = excluded.body, facets = excluded.facets, starts = excluded.starts, hash = excluded.hash`,
				d.ID, n, d.Kind, d.URL, d.Lang, d.Date, d.Title, d.Also, d.Body, db.JSON[map[string][]string]{V: d.Facets}, starts[i], hashes[i])
		}
		if err != nil {
			return fmt.Errorf("search put: %w", err)
		}
		return nil
	})
}

// Drop takes documents out of the index.
func (x *Index) Drop(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	return x.db.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := change(ctx, tx)
		for _, id := range ids {
			if err == nil {
				_, err = tx.ExecContext(ctx, `UPDATE search_docs SET change = $1, gone = TRUE, title = '', also = '', body = '', facets = '{}', hash = '' WHERE id = $2`, n, id)
			}
		}
		return err
	})
}

// Keys lists the documents of a kind, for whoever compares them with what should be there.
func (x *Index) Keys(ctx context.Context, kind string) ([]string, error) {
	return db.List(ctx, x.db.Read(), db.String, `SELECT id FROM search_docs WHERE kind = $1 AND NOT gone ORDER BY id`, kind)
}

// change takes the next change number. Writers wait for one another here, so that numbers become visible in order.
func change(ctx context.Context, tx db.Q) (int64, error) {
	return db.One(ctx, tx, db.Int, `UPDATE search_state SET change = change + 1 WHERE one = 1 RETURNING change`)
}

func clean(s string) string {
	if len(s) > longestBody {
		s = s[:longestBody]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

func (d Doc) hash() string {
	b, _ := json.Marshal(d)
	sum := sha256.Sum256(append([]byte(foldVersion), b...))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

func (x *Index) hashes(ctx context.Context, docs []Doc) (map[string]string, error) {
	out := map[string]string{}
	for part := range slices.Chunk(docs, 400) {
		args := make([]any, len(part))
		for i, d := range part {
			args[i] = d.ID
		}
		rows, err := db.List(ctx, x.db.Read(), func(rows *sql.Rows) (p [2]string, err error) { return p, rows.Scan(&p[0], &p[1]) },
			`SELECT id, hash FROM search_docs WHERE NOT gone AND id IN (`+db.Places(len(part))+`)`, args...)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		for _, p := range rows {
			out[p[0]] = p[1]
		}
	}
	return out, nil
}

// texts folds a document's fields into one text.
func (d Doc) texts() (text []glyph, title int) {
	text = make([]glyph, 0, (len(d.Title)+len(d.Also)+len(d.Body))/3+8)
	text = append(fold(text, d.Title), glyph{r: fieldEnd})
	text = append(fold(text, d.Also), glyph{r: fieldEnd})
	title = len(text)
	return fold(text, d.Body), title
}

// prepare cuts documents into words on every processor, one bit per folded character.
func prepare(docs []Doc) ([][]byte, error) {
	c := newCutter()
	out, errs := make([][]byte, len(docs)), make([]error, len(docs))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(len(docs), runtime.NumCPU()) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(docs); i = int(next.Add(1)) - 1 {
				text, _ := docs[i].texts()
				var at []bool
				at, errs[i] = c.cut(text)
				bits := make([]byte, len(at)/8+1)
				for j, begins := range at {
					if begins {
						bits[j>>3] |= 1 << (j & 7)
					}
				}
				out[i] = bits
			}
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

// row is one line of search_docs.
type row struct {
	Doc
	change int64
	gone   bool
	starts []byte
}

func scanRow(rows *sql.Rows) (r row, err error) {
	var facets db.JSON[map[string][]string]
	err = rows.Scan(&r.ID, &r.change, &r.gone, &r.Kind, &r.Date, &r.Title, &r.Also, &r.Body, &facets, &r.starts)
	r.Facets = facets.V
	return r, err
}

// prepared is the row as a segment takes it.
func (r row) prepared() prepared {
	text, title := r.texts()
	p := prepared{id: r.ID, date: r.Date, text: text, title: title, starts: make([]bool, len(text)+1), facets: map[string][]string{}}
	for f, v := range r.Facets {
		p.facets[f] = v
	}
	p.facets["kind"] = []string{r.Kind}
	for i := range p.starts {
		p.starts[i] = i>>3 < len(r.starts) && r.starts[i>>3]&(1<<(i&7)) != 0
	}
	return p
}

// Follow brings the index up to what the database holds, and returns the change number it stands at.
func (x *Index) Follow(ctx context.Context) (int64, error) {
	x.asked.Store(time.Now().UnixNano())
	newest, err := db.One(ctx, x.db.Read(), db.Int, `SELECT change FROM search_state WHERE one = 1`)
	if err != nil {
		return 0, fmt.Errorf("search: %w", err)
	}
	if v := x.view.Load(); v.version >= newest {
		return v.version, nil
	}
	x.following.Lock()
	defer x.following.Unlock()
	v := x.view.Load()
	if v.version >= newest {
		return v.version, nil
	}
	next, err := x.read(ctx, v, newest)
	if err != nil {
		return 0, fmt.Errorf("search: %w", err)
	}
	x.view.Store(next)
	return next.version, nil
}

// read makes the view after a change: old documents marked gone, new ones in segments of their own, small segments merged.
func (x *Index) read(ctx context.Context, old *view, newest int64) (*view, error) {
	next := &view{version: newest, parts: slices.Clone(old.parts)}
	rows, err := x.db.Read().QueryContext(ctx, `SELECT id, change, gone, kind, date, title, also, body, facets, starts FROM search_docs
		WHERE change > $1 AND change <= $2 ORDER BY change, id`, old.version, newest)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	gone := make([]*roaring.Bitmap, len(next.parts))
	b := newBuilder(x.codes)
	var fresh []*segment
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		for i, p := range next.parts {
			if n, ok := p.number[r.ID]; ok {
				if gone[i] == nil {
					gone[i] = p.gone.Clone()
				}
				gone[i].Add(n)
			}
		}
		if r.gone {
			continue
		}
		if b.add(r.prepared()); len(b.s.ids) == mostDocs {
			fresh, b = append(fresh, b.done()), newBuilder(x.codes)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i, g := range gone {
		if g != nil {
			next.parts[i] = newPart(next.parts[i].segment, g)
		}
	}
	if len(b.s.ids) > 0 {
		fresh = append(fresh, b.done())
	}
	for _, s := range fresh {
		next.parts = append(next.parts, newPart(s, roaring.New()))
	}
	next.parts = merged(next.parts)
	return next, nil
}

// Find answers a query. The answer knows every change that was committed fresh ago, in whichever process.
func (x *Index) Find(ctx context.Context, q Query) (Result, error) {
	if v := x.view.Load(); v.version == 0 || time.Now().UnixNano()-x.asked.Load() > int64(fresh) {
		if _, err := x.Follow(ctx); err != nil {
			return Result{}, err
		}
	}
	r, want := x.search(x.view.Load(), q)
	if q.Bare || len(r.Hits) == 0 {
		return r, nil
	}
	return r, x.show(ctx, &r, want)
}

// Size is how many documents the index holds, in how many parts, and about how many bytes of memory.
func (x *Index) Size() (docs, parts int, bytes int64) {
	for _, p := range x.view.Load().parts {
		docs += int(p.live.GetCardinality())
		parts++
		bytes += p.size()
	}
	return docs, parts, bytes
}
