package mail

import (
	"testing"

	"kakehashi/internal/lang"
)

func TestASubjectIsSaidInTheLanguageOfItsReader(t *testing.T) {
	title := lang.Text{JA: "経済活動助成事業", EN: "Economic activity grant"}
	for _, name := range []string{"case_task", "receipt", "reminder", "party_left", "approval_asked"} {
		said := map[lang.Tag]string{}
		for _, tag := range lang.Interface {
			values := map[string]string{}
			for _, file := range []string{name, "foot"} {
				content, err := templates.ReadFile("templates/" + file + "." + string(tag) + ".txt")
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range placeholder.FindAllString(string(content), -1) {
					values[v[1:len(v)-1]] = "x"
				}
			}
			values["programme"] = title.In(tag)
			subject, _, err := Fill(name, tag, values)
			if err != nil {
				t.Fatal(err)
			}
			said[tag] = subject
		}
		for _, from := range lang.Interface {
			for _, to := range lang.Interface {
				if got := Subject(said[from], to, map[string]string{"programme": title.In(to)}); got != said[to] {
					t.Errorf("%s from %s in %s: %q, want %q", name, from, to, got, said[to])
				}
			}
		}
	}
	if got := Subject("臨時のお知らせ", lang.EN, nil); got != "臨時のお知らせ" {
		t.Errorf("what people typed became %q", got)
	}
}
