package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"kakehashi/internal/search"
)

// docWriter makes up Japanese documents of about 790 characters, one in twenty-five ten times as long: of the sentences of a corpus
// with nouns of its own between them, or of its own sentences alone.
type docWriter struct {
	random    *rand.Rand
	sentences []string
	nouns     []string
	zipf      *rand.Zipf
}

// newWriterOfDocs reads sentences from a file: plain lines, or JSON lines with "text". "" reads none.
func newWriterOfDocs(corpus string) (*docWriter, error) {
	w := &docWriter{random: rand.New(rand.NewPCG(1, 2))}
	w.makeNouns()
	if corpus == "" {
		return w, nil
	}
	f, err := os.Open(corpus)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		text := s.Text()
		var line struct{ Text string }
		if strings.HasPrefix(text, "{") && json.Unmarshal(s.Bytes(), &line) == nil {
			text = line.Text
		}
		for part := range strings.SplitAfterSeq(text, "。") {
			if part = strings.TrimSpace(part); len(part) > 15 && len(part) < 900 {
				w.sentences = append(w.sentences, part)
			}
		}
	}
	return w, s.Err()
}

// makeNouns makes 30,000 words: common ones of the field first, then compounds of two to four characters and katakana words.
func (w *docWriter) makeNouns() {
	w.nouns = strings.Fields("国際交流 地方自治体 多文化共生 姉妹都市 友好都市 防災 水道 観光 議会 予算 教育 福祉 コンピューター インターネット ベトナム ドイツ フランス " +
		"シンガポール オーストラリア 東京都 京都 大阪 条例 職員 研修 事業 助成 申し込み 外国人 住民 環境 廃棄物 ごみ リサイクル 交通 農業 漁業 文化 スポーツ 図書館")
	characters := []rune("国地方自治体市町村県都道府議会長員法条例税財政予算計画行政民住外人交流友好都協力支援事業活動報告調査研究会議開催参加者団体機関組織制度改革教育学校生" +
		"徒文化芸術歴史観光物産農林水産業商工経済貿易企業投資雇用労働福祉医療保健介護高齢少子環境気候変動廃棄再生資源電力安全防災地震津波洪水避難消防警察道路鉄道港湾空")
	kana := []rune("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロンーッ")
	for len(w.nouns) < 30_000 {
		var b strings.Builder
		set, n := characters, 2+w.random.IntN(3)
		if w.random.IntN(5) == 0 {
			set, n = kana, 3+w.random.IntN(5)
		}
		for range n {
			b.WriteRune(set[w.random.IntN(len(set))])
		}
		w.nouns = append(w.nouns, b.String())
	}
	w.zipf = rand.NewZipf(w.random, 1.1, 3, uint64(len(w.nouns)-1))
}

func (w *docWriter) noun() string { return w.nouns[w.zipf.Uint64()] }

// sentence is one of the corpus, or one of our own.
func (w *docWriter) sentence() string {
	if len(w.sentences) > 0 && w.random.IntN(4) > 0 {
		return w.sentences[w.random.IntN(len(w.sentences))]
	}
	verbs := []string{"を進めている。", "について話し合った。", "が広がっている。", "を見直す取り組みが始まった。", "に関する調査を行った。", "を受け付けている。", "の考え方をまとめた。"}
	joints := []string{"の", "における", "と", "をめぐる", "や", "による", "のための", "に向けた"}
	var b strings.Builder
	for range 2 + w.random.IntN(4) {
		b.WriteString(w.noun() + joints[w.random.IntN(len(joints))])
	}
	return b.String() + w.noun() + verbs[w.random.IntN(len(verbs))]
}

// doc is the document of a number.
func (w *docWriter) doc(n int) search.Doc {
	length := (200 + w.random.IntN(760)) * 3
	if n%25 == 0 {
		length *= 10
	}
	var b strings.Builder
	for b.Len() < length {
		b.WriteString(w.sentence())
		if w.random.IntN(6) == 0 {
			b.WriteByte('\n')
		}
	}
	countries := []string{"US", "GB", "FR", "SG", "KR", "AU", "CN", "DE", "IT", "ID", "VN", "IN", "CA", "NZ", "TH"}
	return search.Doc{ID: fmt.Sprintf("doc%06d", n), Kind: "publication", URL: fmt.Sprint("/library/", n), Lang: "ja", Title: w.noun() + "の" + w.noun(), Also: w.noun(), Body: b.String(),
		Date: fmt.Sprintf("%d-%02d-%02d", 2000+w.random.IntN(27), 1+w.random.IntN(12), 1+w.random.IntN(28)), Facets: map[string][]string{
			"country": {countries[w.random.IntN(len(countries))]}, "field": {fmt.Sprint("field", w.random.IntN(20)), fmt.Sprint("field", w.random.IntN(20))},
			"year": {fmt.Sprint(2000 + w.random.IntN(27))}, "form": {fmt.Sprint("f", w.random.IntN(4))}}}
}
