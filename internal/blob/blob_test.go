package blob_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/blob"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

var (
	ctx   = context.Background()
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
)

const pdf = "%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"

func open(t *testing.T, d *db.DB) (*blob.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := blob.Open(d, dir)
	if err != nil {
		t.Fatal(err)
	}
	s.Log = quiet
	return s, dir
}

func put(t *testing.T, s *blob.Store, name, content string) form.File {
	t.Helper()
	f, err := s.Put(ctx, strings.NewReader(content), blob.Meta{Name: name, OwnerBody: "lg:172022", By: "p_1"})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func attach(t *testing.T, d *db.DB, s *blob.Store, ref string, ids ...string) error {
	t.Helper()
	return d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return s.AttachTx(ctx, tx, ids, ref, "plan.files") })
}

// stored counts the contents on disk.
func stored(t *testing.T, dir string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "??", "??", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func sheet(t *testing.T) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetCellStr("Sheet1", "A1", "渡航費"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zipped(t *testing.T, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, parts[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func drawing(t *testing.T, encode func(io.Writer, image.Image) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hugePNG says in its head that it is 60,000 by 60,000.
func hugePNG(t *testing.T) string {
	b := []byte(drawing(t, png.Encode))
	binary.BigEndian.PutUint32(b[16:], 60000)
	binary.BigEndian.PutUint32(b[20:], 60000)
	crc := crc32.ChecksumIEEE(b[12:29])
	binary.BigEndian.PutUint32(b[29:], crc)
	return string(b)
}

func TestWhatMayBeAttachedIsDecidedByTheContent(t *testing.T) {
	types := `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	macros := `<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`
	docx := zipped(t, "[Content_Types].xml", types, "word/document.xml", "<w:document/>")
	jpg := drawing(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) })
	cases := map[string]struct{ name, content, want string }{
		"a PDF":                              {"計画書.pdf", pdf, "計画書.pdf"},
		"a spreadsheet":                      {"様式1-2.xlsx", sheet(t), "様式1-2.xlsx"},
		"a document":                         {"事業計画.docx", docx, "事業計画.docx"},
		"a photograph":                       {"写真.JPEG", jpg, "写真.JPEG"},
		"a picture":                          {"図.png", drawing(t, png.Encode), "図.png"},
		"a rare letter and its variant":      {"𠮷田_葛󠄀城.pdf", pdf, "𠮷田_葛󠄀城.pdf"},
		"a name of a Mac":                    {"か\u3099いと\u3099.pdf", pdf, "がいど.pdf"},
		"a path of Windows":                  {`C:\Users\金沢\計画.pdf`, pdf, "計画.pdf"},
		"a path upwards":                     {"../../etc/計画.pdf", pdf, "計画.pdf"},
		"a name turned round":                {"計画\u202efdp.pdf", pdf, "計画fdp.pdf"},
		"a name of dots":                     {"...", pdf, "file.pdf"},
		"no name":                            {"", pdf, "file.pdf"},
		"a very long name":                   {strings.Repeat("長", 300) + ".pdf", pdf, strings.Repeat("長", 100) + ".pdf"},
		"an empty file":                      {"空.pdf", "", "files.empty"},
		"a drawing that can hold script":     {"図.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "files.kind"},
		"a web page called PDF":              {"計画.pdf", "<html><script>", "files.not_inside"},
		"a picture called PDF":               {"計画.pdf", jpg, "files.mismatch"},
		"a PDF called program":               {"計画.exe", pdf, "files.kind"},
		"a macro sheet by name":              {"計画.xlsm", sheet(t), "files.macro"},
		"a macro document by name":           {"計画.docm", docx, "files.macro"},
		"a macro hidden in a sheet":          {"計画.xlsx", zipped(t, "[Content_Types].xml", types, "xl/workbook.xml", "x", "xl/vbaProject.bin", "x"), "files.macro"},
		"a macro type in a sheet":            {"計画.xlsx", zipped(t, "[Content_Types].xml", macros, "xl/workbook.xml", "x"), "files.macro"},
		"an archive":                         {"計画.zip", zipped(t, "a.txt", "x"), "files.kind"},
		"an archive called document":         {"計画.docx", zipped(t, "a.txt", "x"), "files.not_inside"},
		"a sheet that unpacks a hundredfold": {"計画.xlsx", zipped(t, "xl/workbook.xml", strings.Repeat("0", 60<<20)), "files.bomb"},
		"a sheet of ten thousand parts":      {"計画.xlsx", zipped(t, manyParts(10000)...), "files.bomb"},
		"a picture of many square metres":    {"図.png", hugePNG(t), "files.bomb"},
		"half a picture":                     {"図.png", drawing(t, png.Encode)[:20], "files.broken"},
		"half a sheet":                       {"計画.xlsx", sheet(t)[:3000], "files.broken"},
		"a file with a password":             {"計画.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 600), "files.encrypted"},
		"more than the limit":                {"計画.pdf", pdf + strings.Repeat("x", 3<<20), "files.too_large"},
	}
	d := dbtest.Open(t, "sqlite")
	s, dir := open(t, d)
	s.MaxBytes = 2 << 20
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f, err := s.Put(ctx, strings.NewReader(c.content), blob.Meta{Name: c.name, OwnerBody: "lg:172022", By: "p_1"})
			if strings.HasPrefix(c.want, "files.") {
				if got := fault.Of(err); got == nil || got.Kind != fault.Invalid || got.Key != c.want {
					t.Errorf("got %v, want %s", err, c.want)
				}
				return
			}
			sum := sha256.Sum256([]byte(c.content))
			if err != nil || f.Name != c.want || f.SHA256 != hex.EncodeToString(sum[:]) || f.Size != int64(len(c.content)) {
				t.Fatalf("got %+v %v, want %s", f, err, c.want)
			}
			if b, err := s.Bytes(ctx, f.ID); err != nil || string(b) != c.content {
				t.Errorf("read back %d bytes: %v", len(b), err)
			}
		})
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "tmp")); len(left) != 0 {
		t.Errorf("%d files left in tmp", len(left))
	}
}

func manyParts(n int) []string {
	parts := []string{"xl/workbook.xml", "x"}
	for i := range n {
		parts = append(parts, "xl/p"+string(rune('a'+i%26))+strings.Repeat("z", i%40), "x")
	}
	return parts
}

func TestTheSameBytesAreKeptOnceAndStayWhileAnybodyNeedsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, dir := open(t, d)
		a, b := put(t, s, "甲.pdf", pdf), put(t, s, "乙.pdf", pdf)
		if a.ID == b.ID || a.SHA256 != b.SHA256 || stored(t, dir) != 1 {
			t.Fatalf("%+v %+v, %d stored", a, b, stored(t, dir))
		}
		if err := attach(t, d, s, "case:c_1", a.ID); err != nil {
			t.Fatal(err)
		}
		age(t, dir)
		if err := s.Sweep(ctx, time.Now().Add(49*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Info(ctx, b.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("the loose file stayed: %v", err)
		}
		if _, err := s.Bytes(ctx, a.ID); err != nil {
			t.Errorf("the attached file is gone: %v", err)
		}
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return s.DetachTx(ctx, tx, []string{a.ID}, "case:c_1") }); err != nil {
			t.Fatal(err)
		}
		if err := s.Sweep(ctx, time.Now().Add(47*time.Hour)); err != nil || stored(t, dir) != 1 {
			t.Errorf("removed too early: %v", err)
		}
		if err := s.Sweep(ctx, time.Now().Add(49*time.Hour)); err != nil || stored(t, dir) != 0 {
			t.Errorf("%d stored: %v", stored(t, dir), err)
		}
	})
}

// age makes every content look two hours old.
func age(t *testing.T, dir string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "??", "??", "*"))
	for _, f := range files {
		old := time.Now().Add(-2 * time.Hour)
		if err := os.Chtimes(f, old, old); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFileBelongsToOneThing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := open(t, d)
		f := put(t, s, "甲.pdf", pdf)
		if err := attach(t, d, s, "case:c_1", f.ID); err != nil {
			t.Fatal(err)
		}
		if err := attach(t, d, s, "case:c_1", f.ID); err != nil {
			t.Errorf("attached twice to the same thing: %v", err)
		}
		if err := attach(t, d, s, "case:c_2", f.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("got %v", err)
		}
		if err := attach(t, d, s, "case:c_2", "f_none"); !fault.Is(err, fault.Missing) {
			t.Errorf("got %v", err)
		}
		list, err := s.Of(ctx, "case:c_1")
		if err != nil || len(list) != 1 || list[0].Field != "plan.files" || list[0].MIME != "application/pdf" || list[0].Scan != blob.Unscanned || !list[0].Readable() {
			t.Errorf("list %+v %v", list, err)
		}
	})
}

func TestASubmissionNamesOnlyFilesThatAreStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, dir := open(t, d)
		f := put(t, s, "甲.pdf", pdf)
		if err := s.Check(ctx, []form.File{f}); err != nil {
			t.Error(err)
		}
		other := f
		other.SHA256 = strings.Repeat("0", 64)
		gone := f
		gone.ID = "f_gone"
		larger := f
		larger.Size++
		for name, bad := range map[string]form.File{"another hash": other, "another id": gone, "another size": larger} {
			if err := s.Check(ctx, []form.File{f, bad}); fault.Of(err) == nil || fault.Of(err).Key != "files.lost" {
				t.Errorf("%s: got %v", name, err)
			}
		}
		files, _ := filepath.Glob(filepath.Join(dir, "??", "??", "*"))
		if err := os.Truncate(files[0], 3); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(ctx, []form.File{f}); fault.Of(err) == nil {
			t.Errorf("a cut file passed: %v", err)
		}
	})
}

func TestTheServicesOwnFilesAreKeptInTheCallersTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := open(t, d)
		var kept form.File
		keep := func(result error) error {
			return d.InTx(ctx, func(ctx context.Context, tx db.Q) (err error) {
				if kept, err = s.Keep(ctx, tx, []byte(pdf), "交付決定通知書.pdf", "letter:l_1"); err != nil {
					return err
				}
				return result
			})
		}
		if err := keep(errors.New("no")); err == nil {
			t.Fatal("no error")
		}
		if _, err := s.Info(ctx, kept.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("kept without its transaction: %v", err)
		}
		if err := keep(nil); err != nil {
			t.Fatal(err)
		}
		if b, err := s.Bytes(ctx, kept.ID); err != nil || string(b) != pdf {
			t.Errorf("read back: %v", err)
		}
	})
}

func TestAnUploadGoesOnWhereItWasCutOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, dir := open(t, d)
		content := pdf + strings.Repeat("0123456789", 30000)
		sum := sha256.Sum256([]byte(content))
		hash := hex.EncodeToString(sum[:])
		me := blob.Meta{Name: "/tmp/計画書.pdf", OwnerBody: "lg:172022", By: "p_1"}
		id, err := s.Begin(ctx, me, int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(ctx, "p_2", id, 0, strings.NewReader("x")); !fault.Is(err, fault.Missing) {
			t.Errorf("another person appended: %v", err)
		}
		// The connection dies after 70,000 bytes.
		at, err := s.Append(ctx, "p_1", id, 0, io.MultiReader(strings.NewReader(content[:70000]), dead{}))
		if err == nil || at != 70000 {
			t.Fatalf("at %d: %v", at, err)
		}
		if _, err := s.Append(ctx, "p_1", id, 0, strings.NewReader(content)); !fault.Is(err, fault.Conflict) {
			t.Errorf("appended at the wrong place: %v", err)
		}
		if _, err := s.Finish(ctx, "p_1", id, hash); !fault.Is(err, fault.Conflict) {
			t.Errorf("finished half: %v", err)
		}
		have, want, err := s.Offset(ctx, "p_1", id)
		if err != nil || have != 70000 || want != int64(len(content)) {
			t.Fatalf("offset %d of %d: %v", have, want, err)
		}
		if at, err = s.Append(ctx, "p_1", id, have, strings.NewReader(content[have:])); err != nil || at != want {
			t.Fatalf("at %d: %v", at, err)
		}
		f, err := s.Finish(ctx, "p_1", id, strings.ToUpper(hash))
		if err != nil || f.ID != id || f.Name != "計画書.pdf" || f.SHA256 != hash {
			t.Fatalf("%+v %v", f, err)
		}
		if again, err := s.Finish(ctx, "p_1", id, hash); err != nil || again != f {
			t.Errorf("asked again: %+v %v", again, err)
		}
		if b, err := s.Bytes(ctx, f.ID); err != nil || string(b) != content {
			t.Errorf("read back %d bytes: %v", len(b), err)
		}
		if left, _ := os.ReadDir(filepath.Join(dir, "uploads")); len(left) != 0 {
			t.Errorf("%d pieces left", len(left))
		}
	})
}

type dead struct{}

func (dead) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestAnUploadThatChangedOnItsWayIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, dir := open(t, d)
		id, err := s.Begin(ctx, blob.Meta{Name: "計画書.pdf", By: "p_1"}, int64(len(pdf)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(ctx, "p_1", id, 0, strings.NewReader(pdf+"more")); fault.Of(err) == nil || fault.Of(err).Key != "files.longer" {
			t.Errorf("more than announced: %v", err)
		}
		if _, err := s.Finish(ctx, "p_1", id, strings.Repeat("0", 64)); fault.Of(err) == nil || fault.Of(err).Key != "files.hash" {
			t.Errorf("got %v", err)
		}
		if _, _, err := s.Offset(ctx, "p_1", id); !fault.Is(err, fault.Missing) {
			t.Errorf("the refused upload is still there: %v", err)
		}
		if stored(t, dir) != 0 {
			t.Error("it was stored")
		}
		if id, err = s.Begin(ctx, blob.Meta{Name: "図.svg", By: "p_1"}, 5); err != nil {
			t.Fatal(err)
		}
		s.Append(ctx, "p_1", id, 0, strings.NewReader("<svg>"))
		if _, err := s.Finish(ctx, "p_1", id, ""); fault.Of(err) == nil || fault.Of(err).Key != "files.kind" {
			t.Errorf("got %v", err)
		}
		if err := s.Sweep(ctx, time.Now().Add(8*24*time.Hour)); err != nil {
			t.Error(err)
		}
	})
}
