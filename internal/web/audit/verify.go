package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// mostPaper bounds a file that is handed in to be compared, in bytes.
const mostPaper = 20 << 20

// verifyPage is where anybody asks whether a paper is one of this body's letters.
type verifyPage struct {
	Code   string
	Wrong  map[string]string // by question: code, file
	Items  []page.Item
	Facts  []part.Fact
	Sample bool
	Exact  bool // asked by the file itself, and it is the same byte for byte
	// Standing is the number of the letter that corrects this one.
	Standing string
}

// askVerify asks for the number on a paper, or for its file.
func (p *Pages) askVerify(r *page.Request) (page.View, error) {
	if code := r.URL.Query().Get("code"); code != "" {
		return p.showCode(r, code)
	}
	return p.showVerify(r, verifyPage{}, 0), nil
}

// verify answers for the number in the address: where the QR of a letter leads.
func (p *Pages) verify(r *page.Request) (page.View, error) { return p.showCode(r, r.PathValue("code")) }

func (p *Pages) showCode(r *page.Request, code string) (page.View, error) {
	l, err := p.Cases.Genuine(r.Context(), code)
	if fault.Is(err, fault.Missing) {
		return p.unknown(r, "code", code), nil
	}
	if err != nil {
		return page.View{}, err
	}
	return p.genuine(r, l, false)
}

// verifyFile compares a file with the letters as they were made. The file is not kept.
func (p *Pages) verifyFile(r *page.Request) (page.View, error) {
	if err := r.ParseMultipartForm(mostPaper); err != nil {
		return page.View{}, page.Unreadable(err)
	}
	f, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		v := verifyPage{Wrong: map[string]string{"file": r.T("audit.verify.no_file")}}
		return p.showVerify(r, v, http.StatusUnprocessableEntity), nil
	}
	if err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.unreadable")
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.unreadable")
	}
	l, err := p.Cases.GenuineFile(r.Context(), hex.EncodeToString(sum.Sum(nil)))
	if fault.Is(err, fault.Missing) {
		return p.unknown(r, "file", ""), nil
	}
	if err != nil {
		return page.View{}, err
	}
	return p.genuine(r, l, true)
}

// unknown says that no letter answers to what was asked.
func (p *Pages) unknown(r *page.Request, at, code string) page.View {
	v := verifyPage{Code: code, Wrong: map[string]string{at: r.T("audit.verify.unknown." + at)}}
	return p.showVerify(r, v, http.StatusNotFound)
}

func (p *Pages) showVerify(r *page.Request, v verifyPage, status int) page.View {
	for _, at := range []string{"code", "file"} {
		if v.Wrong[at] != "" {
			v.Items = append(v.Items, page.Item{ID: "v-" + at, Text: v.Wrong[at]})
		}
	}
	title := r.T("audit.verify.title")
	return page.View{Title: title, Describe: r.T("audit.verify.lead"), Status: status, Errors: v.Items, Body: verifyBody(title, v)}
}

// genuine tells what the paper must say to be this letter: number, day, name, addressee, sender and sums.
func (p *Pages) genuine(r *page.Request, l cases.Letter, exact bool) (page.View, error) {
	d := l.Document
	v := verifyPage{Sample: d.Sample, Exact: exact}
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, part.Fact{Label: r.T("audit.verify." + key), Text: value})
		}
	}
	add("name", d.Title)
	add("number", d.Number)
	add("day", lang.LongDay(r.Lang, l.Day))
	add("from", strings.Join(d.From, "　"))
	add("to", strings.Join(d.To, "　"))
	for _, x := range d.Items {
		if strings.HasPrefix(x.Value, "金") && strings.HasSuffix(x.Value, "円") {
			v.Facts = append(v.Facts, part.Fact{Label: x.Label, Text: x.Value})
		}
	}
	add("receipt", d.Receipt)
	add("code", letter.Grouped(strings.TrimPrefix(l.ID, "l_")))
	add("corrected", lang.LongDay(r.Lang, d.Corrected))
	title := r.T("audit.verify.genuine")
	if l.ReplacedBy != "" {
		title = r.T("audit.verify.replaced")
		standing, err := p.Cases.Standing(r.Context(), l)
		if err != nil {
			return page.View{}, err
		}
		v.Standing = strings.TrimPrefix(standing.ID, "l_")
	}
	return page.View{Title: title, Body: genuineBody(title, l.SHA256, v)}, nil
}
