package form

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// fileKind is attachments; sub-keys 0.id, 0.name, 0.sha256, 0.size; the value is a []File. It checks what the record of a file can
// tell; the bytes are checked by package blob.
type fileKind struct{}

const mega = 1 << 20

func (fileKind) parse(f Field, in Input, at string) (any, []Problem) {
	if in.first("name") != "" { // one file alone
		in = Input{}.with("0", in)
	}
	var files []File
	for _, n := range rowNumbers(in) {
		row := in.under(n)
		size, _ := readInt(row.first("size"))
		file := File{ID: line(row.first("id")), Name: path.Base(strings.ReplaceAll(line(row.first("name")), `\`, "/")), SHA256: strings.ToLower(line(row.first("sha256"))), Size: size}
		if file.Name == "." || file.Name == "/" {
			file.Name = ""
		}
		if file != (File{}) {
			files = append(files, file)
		}
	}
	if files == nil {
		return Raw{in}, []Problem{problem(at, CodeBadFile, "form.bad_file_record")}
	}
	return files, fileProblems(f, files, at)
}

func (in Input) with(key string, part Input) Input {
	in.put(key, part)
	return in
}

func fileProblems(f Field, files []File, at string) []Problem {
	var problems []Problem
	var total int64
	limit := f.Files
	if limit == nil {
		limit = &FileLimits{}
	}
	for i, file := range files {
		place := at + "[" + strconv.Itoa(i) + "]"
		total += max(file.Size, 0)
		ext := strings.TrimPrefix(strings.ToLower(path.Ext(jp.FoldID(file.Name))), ".")
		if ext == "jpeg" {
			ext = "jpg"
		}
		switch {
		case file.Name == "" || file.Size < 0 || file.SHA256 != "" && !sha256Hex(file.SHA256):
			problems = append(problems, problem(place, CodeBadFile, "form.bad_file_record"))
		case len(limit.Kinds) > 0 && !slices.Contains(limit.Kinds, ext) && !(ext == "jpg" && slices.Contains(limit.Kinds, "jpeg")):
			problems = append(problems, problem(place, CodeBadFile, "form.file_kind", "name", quoted(file.Name), "kinds", strings.Join(limit.Kinds, ", ")))
		case limit.MaxMB > 0 && file.Size > int64(limit.MaxMB)*mega:
			problems = append(problems, problem(place, CodeBadFile, "form.file_size", "name", quoted(file.Name), "max", limit.MaxMB, "n", megabytes(file.Size)))
		}
	}
	if limit.TotalMB > 0 && total > int64(limit.TotalMB)*mega {
		problems = append(problems, problem(at, CodeTooMany, "form.file_total", "max", limit.TotalMB, "n", megabytes(total)))
	}
	if f.MaxRows > 0 && len(files) > f.MaxRows {
		problems = append(problems, problem(at, CodeTooMany, "form.too_many_files", "max", f.MaxRows, "n", len(files)))
	}
	if len(files) < f.MinRows {
		problems = append(problems, problem(at, CodeTooFew, "form.too_few_files", "min", f.MinRows, "n", len(files)))
	}
	return problems
}

func sha256Hex(s string) bool { return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == "" }

// megabytes is a size in MB with one decimal, rounded up so that it never looks within a limit it exceeds.
func megabytes(n int64) string {
	tenths := (n*10 + mega - 1) / mega
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
}

func (fileKind) input(_ Field, v any) Input {
	files, _ := v.([]File)
	in := Input{}
	for i, file := range files {
		in.put(strconv.Itoa(i), Input{"id": {file.ID}, "name": {file.Name}, "sha256": {file.SHA256}, "size": {strconv.FormatInt(file.Size, 10)}})
	}
	return in
}

func (fileKind) show(_ Field, v any, tag lang.Tag) string {
	files, _ := v.([]File)
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = file.Name
	}
	return joined(tag, names...)
}
