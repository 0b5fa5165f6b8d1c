package journey_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"kakehashi/test/browse"
	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

// sender is a person's browser script: it posts with their cookies and reads JSON.
type sender struct {
	t       *testing.T
	base    string
	cookies map[string]string
}

func scriptOf(t *testing.T, h *journey.House, b *browse.Browser) sender {
	return sender{t, h.Base, b.Cookies()}
}

// answer is what the upload addresses say.
type answer struct {
	Status int
	ID     string            `json:"id"`
	Offset int64             `json:"offset"`
	Size   int64             `json:"size"`
	Words  string            `json:"words"`
	HTML   string            `json:"html"`
	SHA256 string            `json:"sha256"`
	Set    map[string]string `json:"set"`
}

func (s sender) send(method, path, kind string, body io.Reader) answer {
	s.t.Helper()
	r, err := http.NewRequest(method, s.base+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for name, value := range s.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	a := answer{Status: res.StatusCode}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
			s.t.Fatal(err)
		}
	}
	return a
}

func (s sender) form(path string, pairs ...string) answer {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return s.send("POST", path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

func (s sender) bytes(path string, offset int, content []byte) answer {
	return s.send("POST", path+"?offset="+strconv.Itoa(offset), "application/octet-stream", bytes.NewReader(content))
}

func wantStatus(t *testing.T, what string, a answer, status int) {
	t.Helper()
	if a.Status != status {
		t.Errorf("%s: answered %d %s, want %d", what, a.Status, a.Words, status)
	}
}

func TestFilesArriveInPieces(t *testing.T) {
	h := journey.Start(t, "sqlite", time.Time{})
	staff := h.As("demo-staff")
	at := draft(staff)
	s, question := scriptOf(t, h, staff), at+"/upload/att.estimates"
	content := pdf(t, "見積書 髙﨑𠮷")
	sum := sha256.Sum256(content)
	size := strconv.Itoa(len(content))

	begun := s.form(question, "name", "見積書.pdf", "size", size)
	wantStatus(t, "a file announced", begun, 201)
	file := question + "/" + begun.ID
	half := len(content) / 2
	if a := s.bytes(file, 0, content[:half]); a.Status != 200 || a.Offset != int64(half) {
		t.Errorf("the first half: %+v", a)
	}
	if a := s.bytes(file, 0, content[:half]); a.Status != 409 || a.Offset != int64(half) {
		t.Errorf("the same half again says where to go on: %+v", a)
	}
	if a := s.bytes(file, half+10, content[half+10:]); a.Status != 409 || a.Offset != int64(half) {
		t.Errorf("a gap is refused: %+v", a)
	}
	wantStatus(t, "finished too early", s.form(file+"/finish"), 409)
	if a := s.send("GET", file, "", nil); a.Offset != int64(half) || a.Size != int64(len(content)) {
		t.Errorf("where it stands: %+v", a)
	}
	s.bytes(file, half, content[half:])
	done := s.form(file+"/finish", "sha256", hex.EncodeToString(sum[:]), "base", "1")
	wantStatus(t, "finished", done, 200)
	if done.SHA256 != hex.EncodeToString(sum[:]) || !strings.Contains(done.HTML, "見積書.pdf") || !strings.Contains(done.HTML, done.SHA256[:12]) {
		t.Errorf("finished: %+v", done)
	}
	wantStatus(t, "finished again after a lost answer", s.form(file+"/finish"), 200)

	second := s.form(question, "name", "平面図.pdf", "size", size)
	s.bytes(question+"/"+second.ID, 0, content)
	wantStatus(t, "a second file", s.form(question+"/"+second.ID+"/finish"), 200)
	h.As("demo-staff").OpenOK(at+"/form/application/papers").Sees("見積書.pdf", "平面図.pdf")
}

func TestUploadsThatAreNotWelcome(t *testing.T) {
	h := journey.Start(t, "sqlite", time.Time{})
	staff := h.As("demo-staff")
	at := draft(staff)
	s, town := scriptOf(t, h, staff), scriptOf(t, h, h.As("demo-town").OpenOK("/work"))
	question := at + "/upload/att.estimates"
	begin := func(s sender, name, size string) answer { return s.form(question, "name", name, "size", size) }
	wantStatus(t, "another body's case", begin(town, "a.pdf", "10"), 404)
	wantStatus(t, "a question that is none", s.form(at+"/upload/nothing", "name", "a.pdf", "size", "10"), 404)
	wantStatus(t, "a question that takes no files", s.form(at+"/upload/p.title", "name", "a.pdf", "size", "10"), 404)
	wantStatus(t, "no size", begin(s, "a.pdf", "many"), 422)
	wantStatus(t, "an empty file", begin(s, "a.pdf", "0"), 422)
	if a := begin(s, "a.pdf", strconv.Itoa(21<<20)); a.Status != 422 || !strings.Contains(a.Words, "20") {
		t.Errorf("a file that is too large: %+v", a)
	}
	if a := begin(s, "a.exe", "10"); a.Status != 422 || a.Words == "" {
		t.Errorf("a file of the wrong kind: %+v", a)
	}
	visitor := sender{t, h.Base, nil}
	wantStatus(t, "nobody", begin(visitor, "a.pdf", "10"), 401)

	begun := begin(s, "見積書.pdf", "12")
	wantStatus(t, "twelve bytes announced", begun, 201)
	file := question + "/" + begun.ID
	wantStatus(t, "another person's upload", town.bytes(file, 0, []byte("x")), 404)
	wantStatus(t, "a piece without a place", s.send("POST", file, "application/octet-stream", strings.NewReader("x")), 422)
	wantStatus(t, "more bytes than announced", s.bytes(file, 0, []byte("thirteen bytes")), 422)
	if a := s.send("GET", file, "", nil); a.Offset != 12 {
		t.Errorf("where it stands: %+v", a)
	}
	if a := s.form(file + "/finish"); a.Status != 422 || !strings.Contains(a.Words, "見積書.pdf") {
		t.Errorf("text called a PDF: %+v", a)
	}
	wantStatus(t, "what was refused is gone", s.send("GET", file, "", nil), 404)

	begun = begin(s, "見積書.pdf", "12")
	file = question + "/" + begun.ID
	s.bytes(file, 0, []byte("twelve bytes"))
	if a := s.form(file+"/finish", "sha256", strings.Repeat("0", 64)); a.Status != 422 {
		t.Errorf("other content than was chosen: %+v", a)
	}
	begun = begin(s, "見積書.pdf", "12")
	wantStatus(t, "given up", s.form(question+"/"+begun.ID+"/drop"), 200)
	wantStatus(t, "given up again", s.form(question+"/"+begun.ID+"/drop"), 404)
}

// In a real browser, over a network that breaks, with a page left half-way: see upload.mjs.
func TestABrokenConnectionCostsNothingThatWasSent(t *testing.T) {
	t.Parallel()
	h := journey.Start(t, "sqlite", time.Time{})
	staff := h.As("demo-staff")
	at := draft(staff)
	inBrowser(t, h.Base, staff, "upload.mjs", at+"/form/application/papers", t.TempDir())
}

// inBrowser runs a script of test/uxcheck in a real browser as this person.
func inBrowser(t *testing.T, base string, b *browse.Browser, script string, more ...string) {
	t.Helper()
	cookies, err := json.Marshal(b.Cookies())
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "cookies.json")
	if err := os.WriteFile(kept, cookies, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := uxcheck.Node(t, script, append([]string{base, kept}, more...)...); err != nil {
		t.Errorf("%v:\n%s", err, said)
	}
}
