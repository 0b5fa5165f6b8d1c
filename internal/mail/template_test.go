package mail

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/lang"
)

// given are the values each family of mails is filled with by its senders, beside "to" and "sender".
var given = map[string][]string{
	"account-": {"name", "body", "role", "inviter", "url", "until", "asker", "what", "answer", "reason", "by", "when", "login", "minutes", "from", "n"},
	"":         {"url", "number", "programme", "title", "org", "state", "due", "moment", "party", "reason", "until"},
}

func TestEveryTemplateExistsInBothLanguagesAndAsksForTheSameValues(t *testing.T) {
	if len(Names()) < 20 {
		t.Fatalf("only %d templates", len(Names()))
	}
	english, _ := fs.Glob(templates, "templates/*.en.txt")
	japanese, _ := fs.Glob(templates, "templates/*.ja.txt")
	if len(english) != len(japanese) {
		t.Errorf("%d English and %d Japanese templates", len(english), len(japanese))
	}
	for _, name := range Names() {
		ja, en := wants(name, lang.JA), wants(name, lang.EN)
		if !slices.Equal(ja, en) {
			t.Errorf("%s: Japanese names %v, English %v", name, ja, en)
		}
		family := ""
		if strings.HasPrefix(name, "account-") {
			family = "account-"
		}
		known := append([]string{"to", "sender"}, given[family]...)
		values := map[string]string{}
		for _, k := range known {
			values[k] = "◆" + k
		}
		for _, n := range ja {
			if !slices.Contains(known, "{"+n+"}") && !slices.Contains(known, strings.Trim(n, "{}")) {
				t.Errorf("%s: nobody gives %s", name, n)
			}
		}
		for _, tag := range []lang.Tag{lang.JA, lang.EN} {
			subject, text, err := Fill(name, tag, values)
			if err != nil || subject == "" || strings.ContainsAny(subject, "\r\n{}") || strings.ContainsAny(text, "{}") || len(strings.TrimSpace(text)) < 40 {
				t.Errorf("%s in %s: subject %q, text %q: %v", name, tag, subject, text, err)
			}
		}
	}
}

func TestALineWithoutItsValueIsLeftOut(t *testing.T) {
	values := map[string]string{"to": "金沢市", "sender": "運営団体", "url": "https://example.jp/work", "number": "", "programme": "経済活動助成", "title": "", "org": "金沢市",
		"state": "下書き", "due": "", "moment": ""}
	_, text, err := Fill("returned", lang.JA, values)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"番号", "期限　：", "事業名"} {
		if strings.Contains(text, word) {
			t.Errorf("%s stands there without a value:\n%s", word, text)
		}
	}
	if !strings.Contains(text, "団体　：金沢市\n") || !strings.Contains(text, "https://example.jp/work\n") {
		t.Errorf("text:\n%s", text)
	}
	delete(values, "url")
	if _, _, err := Fill("returned", lang.JA, values); err == nil || !strings.Contains(err.Error(), "url") {
		t.Errorf("a template without its value was filled: %v", err)
	}
	if _, _, err := Fill("no-such", lang.JA, values); err == nil {
		t.Error("a template that does not exist was filled")
	}
}
