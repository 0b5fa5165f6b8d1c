package page_test

import (
	"context"
	"html"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

func TestWhatIsWrittenByHandIsEscapedLikeATemplate(t *testing.T) {
	for _, s := range []string{"", "富士市", `a<b>&"c"'d'`, "&amp;", "\x00\n\t", "<script>"} {
		var b strings.Builder
		if err := page.Write(func(p *page.Pen) { p.Text(s) }).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if want := html.EscapeString(s); b.String() != want {
			t.Errorf("%q, not %q", b.String(), want)
		}
	}
}

// What is drawn once of the shell is drawn once for each language and mount.
func TestTheUnmovingPartsOfTheShellFollowLanguageAndMount(t *testing.T) {
	for range 2 {
		for _, mount := range []string{"", "/kakehashi"} {
			s := site(page.Config{Mount: mount})
			s.Get("/x", func(*page.Request) (page.View, error) {
				return page.View{Title: "x", Body: page.Write(func(*page.Pen) {})}, nil
			})
			for tag, before := range map[lang.Tag]string{lang.JA: "", lang.EN: "/en"} {
				body := get(t, s, mount+before+"/x").Body.String()
				_, foot, _ := strings.Cut(body, `<footer class="foot">`)
				link := `href="` + mount + before + `/help">` + templ.EscapeString(lang.T(tag, "page.foot.help"))
				if !strings.Contains(foot, link) || !strings.Contains(body, `href="`+mount+`/static/`) {
					t.Errorf("mount %q, %s: links lead elsewhere or speak another language", mount, tag)
				}
			}
		}
	}
}
