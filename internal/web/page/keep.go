package page

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"kakehashi/internal/account"
)

// Keep is a request that has to wait until somebody signs in: where to go then, and the form that was being sent, so that a
// session that ended while typing costs nothing. The sign-in page puts KeepFields(keep) in its form; after signing in, its
// handler calls Resume.
type Keep struct {
	Next string // path without language, with its query
	Body string // signed form; "" when nothing was being sent
}

type keptForm struct {
	To   string     `json:"to"`
	Form url.Values `json:"form"`
}

// signIn answers a page that needs a person. A form with files cannot be kept; its text fields are.
func (s *Site) signIn(r *Request) (View, error) {
	k := Keep{Next: r.URL.Path}
	if r.URL.RawQuery != "" {
		k.Next += "?" + r.URL.RawQuery
	}
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			return View{}, err
		}
		b, err := json.Marshal(keptForm{k.Next, r.PostForm})
		if err != nil {
			return View{}, err
		}
		k.Body = s.sign(b)
	}
	if s.c.SignIn == nil {
		return Redirect("/signin?next=" + url.QueryEscape(k.Next)), nil
	}
	if r.Method == http.MethodGet {
		return Redirect("/signin?next=" + url.QueryEscape(k.Next)), nil
	}
	v, err := s.c.SignIn(r, k)
	if v.Status == 0 {
		v.Status = http.StatusUnauthorized
	}
	return v, err
}

// KeptFrom reads what KeepFields wrote into a sign-in form, or ?next= of its address. A Next that leads off this site is
// dropped.
func KeptFrom(r *Request) Keep {
	k := Keep{Next: r.FormValue("next"), Body: r.FormValue("kept")}
	if !strings.HasPrefix(k.Next, "/") || strings.HasPrefix(k.Next, "//") || strings.HasPrefix(k.Next, "/\\") {
		k.Next = ""
	}
	return k
}

// Resume goes on after signing in: to the page that was asked for, or, when a form was being sent, to a page that shows
// that it was kept and sends it with one press. Without anything to go on with it leads to the person's own start page.
func Resume(r *Request, who account.Who, k Keep) View {
	var kept keptForm
	if b, ok := r.site.open(k.Body); ok && json.Unmarshal(b, &kept) == nil && kept.To != "" {
		return View{Title: r.T("page.kept.title"), Shell: Plain, Body: keptBody(r.Href(kept.To), kept.Form)}
	}
	if k.Next != "" {
		return Redirect(k.Next)
	}
	return Redirect(HomeOf(who))
}

// HomeOf is the start page of a hat: /work for bodies, /desk for branches, headquarters, offices and the committee, /admin
// for the system.
func HomeOf(who account.Who) string {
	kind, _, _ := strings.Cut(who.Hat.Body, ":")
	switch kind {
	case "lg":
		return "/work"
	case "branch", "hq", "office", "panel":
		return "/desk"
	case "system":
		return "/admin"
	}
	return "/account"
}
