package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

const sayCookie = "kk_say"

// Flash is a message shown once on the next page: what was just done. Key is a catalogue entry, Args its named values.
type Flash struct {
	Key  string `json:"k"`
	Args []any  `json:"a,omitempty"`
}

// Say makes a flash message: page.Redirect("/work", page.Say("apply.saved", "name", title)).
func Say(key string, args ...any) Flash { return Flash{Key: key, Args: args} }

func (s *Site) putSay(w http.ResponseWriter, say []Flash) {
	b, err := json.Marshal(say)
	if err != nil || len(b) > 2000 {
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sayCookie, Value: s.sign(b), Path: s.c.Mount + "/", MaxAge: 60,
		HttpOnly: true, Secure: s.c.Secure, SameSite: http.SameSiteLaxMode})
}

// takeSay reads the flash messages in the reader's language and removes them.
func (s *Site) takeSay(w http.ResponseWriter, r *Request) []string {
	c, err := r.Cookie(sayCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: sayCookie, Path: s.c.Mount + "/", MaxAge: -1, HttpOnly: true, Secure: s.c.Secure})
	b, ok := s.open(c.Value)
	if !ok {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	var say []Flash
	if d.Decode(&say) != nil {
		return nil
	}
	var words []string
	for _, f := range say {
		for i, a := range f.Args {
			if n, ok := a.(json.Number); ok {
				if v, err := n.Int64(); err == nil {
					f.Args[i] = v
				}
			}
		}
		words = append(words, r.T(f.Key, f.Args...))
	}
	return words
}

func (s *Site) sign(b []byte) string {
	m := hmac.New(sha256.New, s.c.Secret)
	m.Write(b)
	return base64.RawURLEncoding.EncodeToString(b) + "." + base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

func (s *Site) open(v string) ([]byte, bool) {
	body, mac, _ := strings.Cut(v, ".")
	b, err1 := base64.RawURLEncoding.DecodeString(body)
	sum, err2 := base64.RawURLEncoding.DecodeString(mac)
	if err1 != nil || err2 != nil {
		return nil, false
	}
	m := hmac.New(sha256.New, s.c.Secret)
	m.Write(b)
	return b, hmac.Equal(sum, m.Sum(nil))
}
