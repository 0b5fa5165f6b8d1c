package form

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// emailKind is an e-mail address; the value has its domain in small letters.
type emailKind struct{}

func (emailKind) parse(_ Field, in Input, path string) (any, []Problem) {
	email, ok := readEmail(in.first(""))
	if !ok {
		return Raw{in}, []Problem{problem(path, CodeBadEmail, "form.bad_email", "typed", quoted(in.text()))}
	}
	return email, nil
}

func (emailKind) input(_ Field, v any) Input { return single(v) }

func (emailKind) show(_ Field, v any, _ lang.Tag) string { return str(v) }

var emailForm = regexp.MustCompile(`^[!-~]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// readEmail reads an address of either width. Two dots in a row are taken: some Japanese carriers gave such addresses out.
func readEmail(s string) (string, bool) {
	t := strings.TrimPrefix(jp.FoldID(clean(s)), "mailto:")
	local, domain, ok := strings.Cut(t, "@")
	t = local + "@" + strings.ToLower(domain)
	if !ok || len(t) > 254 || strings.ContainsAny(local, `"(),:;<>[\]`) || !emailForm.MatchString(t) {
		return "", false
	}
	return t, true
}

// telKind is a telephone number, Japanese (03-5213-1730) or international (+33 1 40 20 09 74), with an extension behind it
// (内線123) when there is one; the value has hyphens between its groups.
type telKind struct{}

func (telKind) parse(_ Field, in Input, path string) (any, []Problem) {
	tel, ok := readTel(in.first(""))
	if !ok {
		return Raw{in}, []Problem{problem(path, CodeBadTel, "form.bad_tel", "typed", quoted(in.text()))}
	}
	return tel, nil
}

func (telKind) input(_ Field, v any) Input { return single(v) }

func (telKind) show(_ Field, v any, _ lang.Tag) string { return str(v) }

var (
	extension = regexp.MustCompile(`(?i)[\s(]*(?:内線|ext\.?|x)[\s:.]*([0-9]{1,6})\)?$`)
	telGaps   = regexp.MustCompile(`[\s().-]+`)
	telGroups = regexp.MustCompile(`^\+?[0-9]+(?:-[0-9]+)*$`)
)

func readTel(s string) (string, bool) {
	t := jp.FoldID(clean(s))
	for _, mark := range []string{"tel", "電話", "☎", "℡"} {
		if len(t) >= len(mark) && strings.EqualFold(t[:len(mark)], mark) {
			t = strings.TrimLeft(t[len(mark):], " :.")
		}
	}
	extra := ""
	if m := extension.FindStringSubmatch(t); m != nil {
		t, extra = strings.TrimSuffix(t, m[0]), " 内線"+m[1]
	}
	if rest, ok := strings.CutPrefix(t, "+"); ok { // +81 (0)3-… : the bracketed zero is not dialled from abroad
		t = "+" + strings.Replace(rest, "(0)", " ", 1)
	}
	t = strings.Trim(telGaps.ReplaceAllString(t, "-"), "-")
	if !telGroups.MatchString(t) {
		return "", false
	}
	n := len(strings.Trim(strings.ReplaceAll(t, "-", ""), "+"))
	if strings.HasPrefix(t, "+") {
		return t + extra, n >= 7 && n <= 15 && t[1] != '0'
	}
	return t + extra, strings.HasPrefix(t, "0") && !strings.HasPrefix(t, "00") && (n == 10 || n == 11)
}

// urlKind is a web address, http or https; the value is as typed, in half width.
type urlKind struct{}

func (urlKind) parse(_ Field, in Input, path string) (any, []Problem) {
	typed := line(in.first(""))
	t := typed
	if !strings.Contains(t, "://") {
		t = width.Fold.String(t)
	}
	u, err := url.Parse(t)
	host := ""
	if err == nil {
		host = u.Hostname()
	}
	if err != nil || len(t) > 2000 || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || !strings.Contains(strings.Trim(host, "."), ".") || strings.ContainsAny(t, " <>\"\\^`{|}　") {
		return Raw{in}, []Problem{problem(path, CodeBadURL, "form.bad_url", "typed", quoted(in.text()))}
	}
	return t, nil
}

func (urlKind) input(_ Field, v any) Input { return single(v) }

func (urlKind) show(_ Field, v any, _ lang.Tag) string { return str(v) }
