package journey_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// Every kind of conflict of interest, derived, declared or noted, shuts the case to the member by every path: its pages, papers and letters,
// the archive, lists and their files, both searches, the sheet of marks and a sheet that names the case all the same.
func TestNoKindOfConflictLeavesAPathToTheCase(t *testing.T) {
	read, _ := routes(t)
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			id := office{t, h}.stock("accept", 1)[0]
			one := func(query string, args ...any) string {
				t.Helper()
				s, err := db.One(t.Context(), h.App.DB.Read(), db.String, query, args...)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			person := func(login string) string { return one(`SELECT id FROM people WHERE login = $1`, login) }
			number, title := one(`SELECT number FROM cases WHERE id = $1`, id), one(`SELECT title FROM cases WHERE id = $1`, id)

			panel := account.Hat{Role: account.RoleCommittee, Body: "panel"}
			h.Newcomer("demo-same", "見本 派遣", panel)
			change(t, h, `UPDATE people SET home = '222101' WHERE login = 'demo-same'`)
			h.Newcomer("demo-post", "見本 元職", panel)
			if err := h.App.Cases.AddPost(t.Context(), secretary, person("demo-post"), "222101", "産業政策課長", "2025-03-31"); err != nil {
				t.Fatal(err)
			}
			members, err := h.App.Cases.Committee(t.Context())
			if err == nil {
				err = h.App.Cases.Assign(t.Context(), secretary, id, members)
			}
			if err != nil {
				t.Fatal(err)
			}
			h.As("demo-member1").OpenOK("/desk/cases/"+id+"/screening").Fill("reason", "事業の受託者の役員に親族がいる。").Press("申告して審査から外れる")
			if err := h.App.Cases.NoteConflict(t.Context(), secretary, id, person("demo-member2"), "共同研究の相手であることが分かった。"); err != nil {
				t.Fatal(err)
			}

			fair := h.As("demo-member3").OpenOK("/desk/cases/" + id).OpenOK("/desk")
			at := fair.Follow("採点表をExcelで提出").WantStatus(http.StatusOK).Path()
			sheet := rowsOf(t, fair, at+"/list.xlsx")
			row := slices.IndexFunc(sheet, func(r []string) bool { return slices.Contains(r, number) })
			if row < 0 {
				t.Fatalf("%s is not on the sheet of a member without an interest", number)
			}
			typed := slices.Clone(sheet[row])
			for len(typed) < len(sheet[0]) {
				typed = append(typed, "")
			}
			for k, head := range sheet[0] {
				if k >= 2 && !strings.Contains(head, "講評") && head != "棄権の理由" {
					typed[k] = "5"
				}
			}
			files, err := db.List(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM files WHERE ref = $1`, "case:"+id)
			if err != nil || len(files) == 0 {
				t.Fatalf("%d files, %v", len(files), err)
			}
			letters, err := db.List(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM letters WHERE case_id = $1`, id)
			if err != nil || len(letters) == 0 {
				t.Fatalf("%d letters, %v", len(letters), err)
			}

			for login, kind := range map[string]string{"demo-same": cases.TieSame, "demo-member4": cases.TieArea, "demo-post": cases.TiePost,
				"demo-member1": cases.TieDeclared, "demo-member2": cases.TieNoted} {
				if got := one(`SELECT kind FROM conflicts WHERE case_id = $1 AND person = $2`, id, person(login)); got != kind {
					t.Fatalf("%s is barred by %q, not %q", login, got, kind)
				}
				b := h.As(login)
				var paths []string
				for _, pattern := range read {
					switch {
					case strings.HasPrefix(pattern, "/files/"):
						for _, f := range files {
							paths = append(paths, "/files/"+f)
						}
					case strings.HasPrefix(pattern, "/letters/"):
						for _, l := range letters {
							paths = append(paths, "/letters/"+l, "/letters/"+l+".pdf", "/letters/"+l+".pdf?copy=1")
						}
					case ofCase(pattern):
						paths = append(paths, fill(pattern, map[string]string{"id": id, "form": "application", "section": "cost", "field": "cost.lines.xlsx", "move": "rank", "letter": letters[0]}))
					}
				}
				for _, path := range paths {
					if b.Open(path); b.Status() != http.StatusNotFound || strings.Contains(b.Text(), title) {
						t.Errorf("%s: %s opens %s: %d", kind, login, path, b.Status())
					}
				}
				for _, path := range []string{"/", "/desk", "/desk/cases", "/desk/cases?q=" + number, "/desk/cases.csv", "/desk/cases.xlsx", "/find?case=" + number, "/search?q=" + title,
					"/search.csv?q=" + title, "/notices", at, at + "/list.csv"} {
					if _, _, page := b.Get(path); strings.Contains(string(page), title) || strings.Contains(string(page), id) {
						t.Errorf("%s: %s finds the case on %s", kind, login, path)
					}
				}
				if status, _, body := b.Get(at + "/list.csv"); status == http.StatusOK && strings.Contains(string(body), number) {
					t.Errorf("%s: the sheet of %s holds the case", kind, login)
				}
				if status, _, _ := b.Get(at); status == http.StatusOK {
					brought(h, b, at, "採点.xlsx", book(t, [][]string{sheet[0], typed})).Sees("取込み不可").SeesNot(title, "この内容で取り込む")
				}
				if status, _, _ := b.Post("/desk/cases/"+id+"/score", url.Values{"need": {"5"}}); status != http.StatusNotFound {
					t.Errorf("%s: %s may score: %d", kind, login, status)
				}
			}
			c, _, err := h.App.Cases.Get(t.Context(), cases.System, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range c.Members {
				if m.Scored() {
					t.Errorf("%s scored", m.Name)
				}
			}
		})
	}
}
