package apply

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// A file may come in pieces (upload.js): announced, sent from where the last connection broke off, finished, and then attached to its
// question without the page being sent. Without the script the form carries the files itself. Answers are JSON with words in the
// reader's language.

// piece is how many bytes one request may bring.
const piece = 1 << 20

// smallForm bounds the forms that begin and finish an upload.
const smallForm = 64 << 10

func (p *Pages) uploads(s *page.Site) {
	at := "/work/cases/{id}/upload/{field}"
	post := func(pattern string, most int64, h page.Handler) {
		s.Upload(pattern, most, page.Member(p.bodyOnly(told(h))))
	}
	post(at, smallForm, p.beginUpload)
	s.Get(at+"/{file}", page.Member(p.bodyOnly(told(p.uploadOffset))))
	post(at+"/{file}", piece, p.appendUpload)
	post(at+"/{file}/finish", smallForm, p.finishUpload)
	post(at+"/{file}/drop", smallForm, p.dropUpload)
}

// told answers what a person can mend as JSON with its words; what does not exist stays an ordinary 404.
func told(h page.Handler) page.Handler {
	return func(r *page.Request) (page.View, error) {
		v, err := h(r)
		f := fault.Of(err)
		status := map[fault.Kind]int{fault.Invalid: http.StatusUnprocessableEntity, fault.Conflict: http.StatusConflict, fault.Refused: http.StatusForbidden}
		if f == nil || status[f.Kind] == 0 {
			return v, err
		}
		return page.JSON(status[f.Kind], map[string]any{"words": page.FaultText(r.Lang, f)}), nil
	}
}

// fileQuestion is the file question of the address. Another body's case and an unknown question do not exist; a question that is not open
// now is refused.
func (p *Pages) fileQuestion(r *page.Request) (*cases.Case, *programme.Programme, form.Field, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return nil, nil, form.Field{}, err
	}
	f, _, _, ok := prog.Field(r.PathValue("field"))
	if !ok || f.Kind != form.KindFile {
		return nil, nil, f, fault.New(fault.Missing, "db.missing")
	}
	if !slices.Contains(c.Editable(prog, r.Who), f.Key) {
		return nil, nil, f, fault.New(fault.Refused, "cases.field_closed")
	}
	return c, prog, f, nil
}

// beginUpload announces a file: name and size. What the question would not take is said before a byte is sent.
func (p *Pages) beginUpload(r *page.Request) (page.View, error) {
	c, _, f, err := p.fileQuestion(r)
	if err != nil {
		return page.View{}, err
	}
	name := r.Value("name")
	size, err := strconv.ParseInt(r.Value("size"), 10, 64)
	if err != nil || name == "" {
		return page.View{}, fault.New(fault.Invalid, "page.unreadable")
	}
	if words := unwelcome(f, stored(c, f), form.File{Name: name, Size: size}, r.Lang); words != "" {
		return page.JSON(http.StatusUnprocessableEntity, map[string]any{"words": words}), nil
	}
	id, err := p.Files.Begin(r.Context(), blob.Meta{Name: name, OwnerBody: r.Who.Hat.Body, Field: f.Key, Visibility: f.Visibility, By: r.Who.Person}, size)
	if err != nil {
		return page.View{}, err
	}
	return page.JSON(http.StatusCreated, map[string]any{"id": id, "offset": 0, "piece": piece}), nil
}

func stored(c *cases.Case, f form.Field) []form.File {
	now, _ := c.Answers()[f.Key].([]form.File)
	return now
}

// unwelcome says why a question would not take one more file: kind, size, number, sum; "" when it would.
func unwelcome(f form.Field, now []form.File, file form.File, tag lang.Tag) string {
	_, _, problems := f.Parse(f.Input(append(slices.Clone(now), file)))
	mine := f.Key + "[" + strconv.Itoa(len(now)) + "]"
	for _, x := range problems {
		if x.Code != form.CodeTooFew && (x.Field == f.Key || x.Field == mine) {
			return x.Message.In(tag)
		}
	}
	return ""
}

// uploadOffset says from where to go on.
func (p *Pages) uploadOffset(r *page.Request) (page.View, error) {
	if _, _, _, err := p.fileQuestion(r); err != nil {
		return page.View{}, err
	}
	have, want, err := p.Files.Offset(r.Context(), r.Who.Person, r.PathValue("file"))
	if err != nil {
		return page.View{}, err
	}
	return page.JSON(http.StatusOK, map[string]any{"offset": have, "size": want}), nil
}

// appendUpload takes the bytes from ?offset= on. What arrived before the connection broke stays; the next offset is the answer.
func (p *Pages) appendUpload(r *page.Request) (page.View, error) {
	if _, _, _, err := p.fileQuestion(r); err != nil {
		return page.View{}, err
	}
	offset, err := strconv.ParseInt(r.URL.Query().Get("offset"), 10, 64)
	if err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.unreadable")
	}
	next, err := p.Files.Append(r.Context(), r.Who.Person, r.PathValue("file"), offset, r.Body)
	status, answer := http.StatusOK, map[string]any{"offset": next}
	switch f := fault.Of(err); {
	case err == nil:
	case f != nil && f.Kind == fault.Conflict:
		status = http.StatusConflict
		answer["words"] = page.FaultText(r.Lang, f)
	case f == nil && (errors.Is(err, io.ErrUnexpectedEOF) || r.Context().Err() != nil):
		status = http.StatusBadRequest // the connection broke: nobody reads this
	default:
		return page.View{}, err
	}
	return page.JSON(status, answer), nil
}

// finishUpload checks the file and attaches it to the answer beside those that are there, also when another page attached one meanwhile.
// Asked again after a lost answer it says the same.
func (p *Pages) finishUpload(r *page.Request) (page.View, error) {
	if _, _, _, err := p.fileQuestion(r); err != nil {
		return page.View{}, err
	}
	file, err := p.Files.Finish(r.Context(), r.Who.Person, r.PathValue("file"), strings.ToLower(r.Value("sha256")))
	if err != nil {
		return page.View{}, err
	}
	for range 8 {
		c, prog, f, err := p.fileQuestion(r)
		if err != nil {
			return page.View{}, err
		}
		now := stored(c, f)
		if slices.ContainsFunc(now, func(x form.File) bool { return x.ID == file.ID }) {
			return p.attached(r, c, prog, f, file, c.Seq)
		}
		out, err := p.Cases.SaveFields(r.Context(), r.Who, c.ID, map[string]form.Input{f.Key: f.Input(append(slices.Clone(now), file))}, c.Seq, nil)
		if err != nil {
			return page.View{}, err
		}
		if len(out.Conflicts) == 0 {
			return p.attached(r, out.Case, prog, f, file, c.Seq)
		}
	}
	return page.View{}, fault.New(fault.Conflict, "apply.clash", "n", 1)
}

// attached shows the question's files as they are now. The page's base moves on only when nothing else changed since it was made.
func (p *Pages) attached(r *page.Request, c *cases.Case, prog *programme.Programme, f form.Field, file form.File, before int) (page.View, error) {
	var list bytes.Buffer
	control := p.control(r, sheetPage{Case: c, Programme: prog}, f, nil, nil, nil, []string{f.Key})
	if err := part.Stored(control).Render(r.Context(), &list); err != nil {
		return page.View{}, err
	}
	set := map[string]string{}
	if base, err := strconv.Atoi(r.Value("base")); err == nil && base == before {
		set["base"] = strconv.Itoa(c.Seq)
	}
	return page.JSON(http.StatusOK, map[string]any{"html": list.String(), "set": set, "sha256": file.SHA256,
		"words": r.T("upload.done", "name", file.Name)}), nil
}

// dropUpload ends an upload the person no longer wants.
func (p *Pages) dropUpload(r *page.Request) (page.View, error) {
	if _, _, _, err := p.fileQuestion(r); err != nil {
		return page.View{}, err
	}
	return page.JSON(http.StatusOK, map[string]any{}), p.Files.Abandon(r.Context(), r.Who.Person, r.PathValue("file"))
}

// uploading reports whether a page asks for files, so that it needs the script.
func uploading(v sheetPage) bool {
	return slices.ContainsFunc(v.Controls, func(c part.Control) bool { return c.UploadURL != "" })
}
