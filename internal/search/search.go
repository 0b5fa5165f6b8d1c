// Package search finds documents in Japanese and English (全文検索): every stretch of two characters and more that stands in a text is
// found, hits at word boundaries come first, and spellings people mix (width, kana, old and new characters, okurigana, long vowels,
// ヴ and バ) are one. The pages put what is public into the index and ask it; it knows no service of ours. Documents with their word
// boundaries are kept in the database; each process holds the postings in memory and follows the database by change number, so
// that several processes and both engines give the same answer.
package search

// A Doc is one page that can be found.
type Doc struct {
	ID     string              // stable key, unique over all kinds
	Kind   string              // what it is: publication, programme, tie, page …; also the facet "kind"
	URL    string              // path of its page
	Lang   string              // language of its text
	Title  string              // weighs most
	Also   string              // other titles, names in other languages, keywords: weighs like the title
	Body   string              // everything else
	Date   string              // ISO day; newer comes first among equals
	Facets map[string][]string // values to narrow by
}

// A Query is what somebody looks for. Text of any length and content is safe; only the beginning of a very long one counts.
type Query struct {
	Text    string
	Filters map[string][]string // values of one facet widen, facets narrow
	Counts  []string            // facets to count
	Parts   bool                // also where the text is only part of a longer word, although there are whole words
	Newest  bool                // newest first instead of best first
	Limit   int                 // hits wanted: 20 when 0, 100 at most
	Offset  int
	Bare    bool // without titles and excerpts: keys only
}

// A Result is the answer. Total counts the documents that Hits is a page of.
type Result struct {
	Total   int
	Words   int  // documents where the text stands as whole words
	Parts   int  // documents where it is only part of longer words (京都 in 東京都)
	AsPart  bool // Hits holds such documents too: asked for, or there was nothing else
	Hits    []Hit
	Facets  map[string][]Count
	Terms   []Term
	Cut     bool // the query was longer than what is looked for
	Loose   bool // nothing had all of it: the text was taken apart
	Version int64
}

// A Hit is one found document.
type Hit struct {
	ID, Kind, URL, Lang, Date string
	Title                     []Piece
	Excerpt                   []Piece
	Word                      bool // stands there as whole words
	grade                     grade
}

// A Piece of shown text; Hit marks what was looked for.
type Piece struct {
	Text string
	Hit  bool
}

// A Count says how many found documents have one value of a facet. Value "" is "none".
type Count struct {
	Value string
	N     int
	On    bool // narrowed to
}

// A Term says what became of one word of the query.
type Term struct {
	Text      string   // as typed
	N         int      // documents that have it, before narrowing
	Also      []string // other spellings and words of the same meaning that were looked for too
	Corrected string   // the word looked for instead, because nothing has Text
	Without   bool     // asked to be absent
}
