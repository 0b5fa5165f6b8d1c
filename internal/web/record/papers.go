package record

import (
	"mime/multipart"

	"kakehashi/internal/blob"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/web/page"
)

// Papers are the files of a small form: those stored with an earlier try, whose ids come under kept, and those that just arrived under
// fresh; they answer the question field. A file that cannot be taken is refused at fresh, and the others stay stored.
func Papers(r *page.Request, store *blob.Store, kept, fresh, field string) (list []form.File, refused *fault.Fault, err error) {
	for _, id := range r.PostForm[kept][:min(len(r.PostForm[kept]), 50)] {
		if m, err := store.Info(r.Context(), id); err == nil && m.OwnerBody == r.Who.Hat.Body && m.By == r.Who.Person && m.Ref == "" {
			list = append(list, m.File())
		}
	}
	if r.MultipartForm == nil {
		return list, nil, nil
	}
	for _, head := range r.MultipartForm.File[fresh] {
		if head.Filename == "" {
			continue
		}
		file, err := keep(r, store, head, field)
		if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
			f.Field = fresh
			return list, f, nil
		}
		if err != nil {
			return nil, nil, err
		}
		list = append(list, file)
	}
	return list, nil, nil
}

// keep stores one file.
func keep(r *page.Request, store *blob.Store, head *multipart.FileHeader, field string) (form.File, error) {
	f, err := head.Open()
	if err != nil {
		return form.File{}, err
	}
	defer f.Close()
	return store.Put(r.Context(), f, blob.Meta{Name: head.Filename, OwnerBody: r.Who.Hat.Body, Field: field, By: r.Who.Person})
}
