package audit

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	caseview "kakehashi/internal/web/record"
)

// archived is a case as its archive shows it.
type archived struct {
	Request *page.Request
	Title   string
	Made    string
	Facts   []part.HeadFact
	Forms   []archivedForm
	Letters []part.FileLink
	Aside   []part.FileLink // papers that were taken in and files of the questions and answers
	Entries []part.Entry
	Chain   bool
	Head    string // day of the signed head, in words
}

type archivedForm struct {
	Title    string
	Sections []archivedSection
}

type archivedSection struct {
	Title   string
	Answers []part.Answer
}

func (a archived) moment(t time.Time) string { return lang.Moment(a.Request.Lang, t) }

// bundle is a ZIP being written, with the sum of everything in it.
type bundle struct {
	zip  *zip.Writer
	at   time.Time
	sums []string
}

func (b *bundle) add(name string, content io.Reader) error {
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.at})
	if err != nil {
		return err
	}
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, h), content); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	b.sums = append(b.sums, hex.EncodeToString(h.Sum(nil))+"  "+name)
	return nil
}

// archive gives a case as one ZIP: a page to read, every file and letter as it was, and for those who keep the record the whole chain
// of the journal with its tie to a signed head. What the hat may not see is not in it; the committee gets none.
func (p *Pages) archive(r *page.Request) (page.View, error) {
	c, prog, err := p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	if r.Who.Is(account.RoleCommittee) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	f, err := os.CreateTemp("", "kakehashi-archive-*.zip")
	if err != nil {
		return page.View{}, fmt.Errorf("archive: %w", err)
	}
	os.Remove(f.Name()) // the open file lives on until it is closed
	b := &bundle{zip: zip.NewWriter(f), at: r.Now}
	if err := errors.Join(p.pack(r, b, c, prog), b.zip.Close()); err != nil {
		return page.View{}, errors.Join(fmt.Errorf("archive of %s: %w", c.ID, err), f.Close())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return page.View{}, errors.Join(err, f.Close())
	}
	name := c.Number
	if name == "" {
		name = c.ID
	}
	return page.File("application/zip", name+".zip", true, f), nil
}

// pack writes everything.
func (p *Pages) pack(r *page.Request, b *bundle, c *cases.Case, prog *programme.Programme) error {
	a := archived{Request: r, Title: strings.TrimSpace(c.Number + " " + caseview.Name(r.Lang, c, prog)), Facts: caseview.Facts(r, c, prog)}
	a.Facts = slices.Insert(a.Facts, 0, part.HeadFact{Label: r.T("audit.archive.org"), Value: caseview.Org(r, p.Orgs, c.Org.Code, c.Org.Name), Small: prog.Title.In(r.Lang)})
	a.Made = r.T("audit.archive.made", "at", lang.Moment(r.Lang, r.Now), "who", r.Who.Name)
	if err := p.packForms(r, b, &a, c, prog); err != nil {
		return err
	}
	if err := p.packLetters(r, b, &a, c); err != nil {
		return err
	}
	if err := p.packAside(r, b, &a, c); err != nil {
		return err
	}
	events, err := p.Cases.Journal(r.Context(), r.Who, c.ID)
	if err != nil {
		return err
	}
	a.Entries = caseview.Entries(r.Context(), p.Orgs, r.Lang, c, prog, events, 0)
	if err := p.packProof(r, b, &a, c); err != nil {
		return err
	}
	var html strings.Builder
	if err := archivePage(a).Render(r.Context(), &html); err != nil {
		return err
	}
	if err := b.add("index.html", strings.NewReader(html.String())); err != nil {
		return err
	}
	return b.add("SHA256SUMS", strings.NewReader(strings.Join(b.sums, "\n")+"\n"))
}

// packForms packs every form that came in (of a draft what there is), with the files its answers name.
func (p *Pages) packForms(r *page.Request, b *bundle, a *archived, c *cases.Case, prog *programme.Programme) error {
	names := map[string]string{} // file id → place in the ZIP
	for i := range prog.Forms {
		f := &prog.Forms[i]
		if _, in := c.FormsIn[f.ID]; !in && f.ID != "application" {
			continue
		}
		x := archivedForm{Title: strings.TrimSpace(f.PaperIn(r.Lang) + "　" + f.Title.In(r.Lang))}
		for _, sec := range f.Sections {
			answers := caseview.Answers(r, c, prog, sec, nil, nil)
			for k := range answers {
				if err := p.packFiles(r.Context(), b, names, &answers[k]); err != nil {
					return err
				}
			}
			if len(answers) > 0 {
				x.Sections = append(x.Sections, archivedSection{sec.Title.In(r.Lang), answers})
			}
		}
		a.Forms = append(a.Forms, x)
	}
	return nil
}

// packFiles packs the files of one answer. A file that waits for the scanner or was found infected is named in the page and left out.
func (p *Pages) packFiles(ctx context.Context, b *bundle, names map[string]string, answer *part.Answer) error {
	files, _ := answer.Value.([]form.File)
	answer.FileURL = func(id string) string { return names[id] }
	for _, f := range files {
		m, content, err := p.Files.Get(ctx, f.ID)
		if fault.Is(err, fault.Busy) || fault.Is(err, fault.Refused) {
			continue
		}
		if err != nil {
			return err
		}
		names[f.ID] = fmt.Sprintf("files/%02d-%s", len(names)+1, m.Name)
		if err := errors.Join(b.add(names[f.ID], content), content.Close()); err != nil {
			return err
		}
	}
	return nil
}

// packLetters packs the official letters this hat may read, as they were issued.
func (p *Pages) packLetters(r *page.Request, b *bundle, a *archived, c *cases.Case) error {
	letters, err := p.Cases.LettersOf(r.Context(), r.Who, c.ID)
	if err != nil {
		return err
	}
	for i, l := range slices.Backward(letters) {
		x := part.FileLink{Label: strings.TrimSpace(l.Kind + " " + l.Title(r.Lang) + "　" + l.Number), Note: lang.Day(r.Lang, l.Day)}
		if l.File != "" && c.Erased == "" {
			_, content, err := p.Files.Get(r.Context(), l.File)
			if err != nil {
				return err
			}
			x.URL = fmt.Sprintf("letters/%02d-%s.pdf", len(letters)-i, l.Kind)
			if err := errors.Join(b.add(x.URL, content), content.Close()); err != nil {
				return err
			}
		}
		a.Letters = append(a.Letters, x)
	}
	return nil
}

// packAside packs what answers no question of a form: papers that an office took in, files of the questions and answers.
func (p *Pages) packAside(r *page.Request, b *bundle, a *archived, c *cases.Case) error {
	add := func(f form.File, note string) error {
		x := part.FileLink{Label: f.Name, Note: note}
		m, content, err := p.Files.Get(r.Context(), f.ID)
		switch {
		case fault.Is(err, fault.Busy) || fault.Is(err, fault.Refused):
		case err != nil:
			return err
		default:
			x.URL = fmt.Sprintf("attachments/%02d-%s", len(a.Aside)+1, m.Name)
			if err := errors.Join(b.add(x.URL, content), content.Close()); err != nil {
				return err
			}
		}
		a.Aside = append(a.Aside, x)
		return nil
	}
	for _, in := range c.Intakes {
		for _, f := range in.Papers {
			if err := add(f, r.T("record.intake.title")); err != nil {
				return err
			}
		}
	}
	for _, m := range c.Talk {
		for _, f := range m.Files {
			if err := add(f, r.T("record.talk.title")+"\u3000"+lang.Moment(r.Lang, m.At)); err != nil {
				return err
			}
		}
	}
	return nil
}

// packProof packs the chain of the journal and its tie to the newest signed head, for those who keep the record.
func (p *Pages) packProof(r *page.Request, b *bundle, a *archived, c *cases.Case) error {
	chain, err := p.Cases.Sealed(r.Context(), r.Who, c.ID)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	var lines strings.Builder
	enc := json.NewEncoder(&lines)
	enc.SetEscapeHTML(false)
	for _, l := range chain {
		if err := enc.Encode(l); err != nil {
			return err
		}
	}
	a.Chain = true
	if err := b.add("journal.jsonl", strings.NewReader(lines.String())); err != nil {
		return err
	}
	in, err := p.Proof.Include(r.Context(), c.ID)
	if err != nil || in == nil {
		return err
	}
	text, err := json.MarshalIndent(in, "", "  ")
	if err != nil {
		return err
	}
	a.Head = lang.Day(r.Lang, in.Day())
	return b.add("proof.json", strings.NewReader(string(text)+"\n"))
}
