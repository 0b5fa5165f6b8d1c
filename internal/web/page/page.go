// Package page is the edge where a browser meets Kakehashi: it registers addresses, finds out who asks and in which language,
// runs a handler, and turns its View or its error into a finished page (画面). Every page package under web/ uses it; it knows
// no programme and no case.
//
// A page is one method and one line:
//
//	site.Get("/desk/cases/{id}", desk.showCase)
//
//	func (d *Desk) showCase(r *page.Request) (page.View, error) {
//		c, err := d.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
//		if err != nil {
//			return page.View{}, err // fault.Missing becomes the 404 page, in the reader's language
//		}
//		return page.View{Title: c.Title, Shell: page.Desk, Body: caseRecord(c)}, nil
//	}
//
// Languages: Japanese addresses have no prefix, English ones begin with /en. The prefix is taken off before routing, so
// patterns are written once, without it; page.URL(ctx, "/desk") writes links in the reader's language and below the path the
// site is mounted at. page.T(ctx, key, …) is the catalogue's sentence in that language.
//
// Shells: Public (portal with five areas), Work (municipality, side navigation), Desk (branch, headquarters and offices:
// compact, side navigation by kind of work with counts), Paper (a document for print), Plain (sign-in, set-up, errors).
//
// Answers that are no page: Redirect, Fragment (a piece for htmx), Download, Bytes. A handler that cannot use what was sent
// renders the form again with Status 422 and Errors; nothing typed is lost.
package page

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kakehashi/internal/account"
	"kakehashi/internal/lang"
)

// Handler answers one request. An error is mapped to a status and words in one place (see fail).
type Handler func(*Request) (View, error)

// Request is a browser's request with what every page needs to know: the acting person, the language, and the moment, which
// is the same for the whole request and comes from the site's clock.
type Request struct {
	*http.Request
	Who  account.Who
	Lang lang.Tag
	Now  time.Time
	ID   string // appears in the log and on the page of an unexpected failure

	site *Site
	w    http.ResponseWriter
}

// Href writes an address of this site, with mount, in the reader's language.
func (r *Request) Href(path string) string { return URL(r.Context(), path) }

// T is the catalogue's sentence in the reader's language.
func (r *Request) T(key string, args ...any) string { return lang.T(r.Lang, key, args...) }

// Value is one form value without the blanks around it.
func (r *Request) Value(name string) string { return strings.TrimSpace(clean(r.FormValue(name))) }

// clean takes out of what a browser sent what no database takes: broken text and the null character.
func clean(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "") }

// Htmx reports whether htmx asks for a part of a page, so that a handler may answer with a Fragment.
func (r *Request) Htmx() bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Request-Type") == "partial"
}

// SetCookie sets a cookie with the answer. Public pages never call it.
func (r *Request) SetCookie(c *http.Cookie) { http.SetCookie(r.w, c) }

// Shell is the frame around a page.
type Shell int

const (
	Public Shell = iota
	Work
	Desk
	Paper
	Plain
)

// View is what a handler shows. Body brings its own h1; the shell adds everything around main, the flash message and the
// crumbs. Title is the words of the h1: the window's title becomes 「Title – かけはし」, with 「エラー：」 before it when Errors
// are given.
type View struct {
	Title    string
	Sub      string // middle part of the window's title: 「やることは5件 – 富士市 – かけはし」
	Body     templ.Component
	Shell    Shell
	Status   int    // 200 unless said
	Nav      Nav    // side navigation; empty takes the site's for this shell
	Under    string // address whose item of the navigation is the current one, where the page stands elsewhere
	Crumbs   []Link
	Errors   []Item
	Toolbar  templ.Component // Paper: links left of the page
	Describe string          // one sentence for search engines, public pages
	Feeds    []Feed          // alternates named in the head
	Denied   bool            // what was asked was refused, though the page comes again with what was typed
	Refresh  int             // seconds after which a browser without script loads the page again: work that goes on

	lost  bool // the page does not exist: its other language does not either
	leads bool // sends the browser elsewhere: nothing was shown
	write func(http.ResponseWriter, *Request) error
}

// Link is a word that leads somewhere. An empty URL is plain text.
type Link struct{ Label, URL string }

// Item is one thing to mend: the words and the id of the control they stand at (see part.ID). Empty ID: no link.
type Item struct{ ID, Text string }

// Feed is an alternate form of the page: Atom or iCalendar.
type Feed struct{ Type, Title, URL string }

// Nav is the navigation at the side (on phones: under 「メニュー」). The item whose URL is the page's own, or the longest
// beginning of it, is the current one unless an item says Current.
type Nav struct {
	Label  string // what the navigation is called to a screen reader; 業務 unless said
	Menu   string // words on the phone's menu; 「メニュー：」 and the current item unless said
	Groups []NavGroup
}

// NavGroup is a titled list. Steps draws it as the numbered steps of a form, each with its state in words.
type NavGroup struct {
	Title string
	Steps bool
	Items []NavItem
	Note  templ.Component // below the list: deadline, who else is editing
}

// NavItem is one entry. Count is shown when it is not zero; State are the words under a step (入力済み, エラー 2件).
type NavItem struct {
	Label   string
	URL     string
	Count   int
	State   string
	Current bool
}

// Badge says who is acting, for the line at the top: body (bold), section, person, how many hats there are to choose from,
// and for overseas offices the local clock.
type Badge struct {
	Body    string
	Section string
	Person  string
	Hats    int
	City    string
	Zone    *time.Location
}

// T is the catalogue's sentence in the language of ctx.
func T(ctx context.Context, key string, args ...any) string {
	return lang.T(lang.From(ctx), key, args...)
}
