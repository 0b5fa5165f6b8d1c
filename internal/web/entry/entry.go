// Package entry is the door (入口): setting the service up, signing in, accepting an invitation or asking for access, getting back in
// when something was lost, one's own account, changing hats, and the people of a body with delegation, hand-over and proof.
// All of it works without JavaScript; passkeys need it and are offered only where it runs.
package entry

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// Entry holds what the pages need; app fills it.
type Entry struct {
	Accounts *account.Store
	Register *org.Store
	// TryMail sends one test mail with settings that are not saved yet; the error's words are shown. nil hides the button.
	TryMail func(ctx context.Context, m account.MailServer, to string) error
	// MailLeaves reports whether mails are sent, and not only kept in a folder for want of a mail server; nil is yes.
	MailLeaves func(ctx context.Context) (bool, error)
	// Programmes lists the programmes a delegation may be limited to; nil offers no limit.
	Programmes func(ctx context.Context) ([]Programme, error)
	// Open counts the open work of a person in a body, for the hand-over page; nil leaves it out.
	Open func(ctx context.Context, person, body string) (int, error)
	// Elsewhere gathers what is held about the acting person beside the accounts; nil leaves it out.
	Elsewhere func(ctx context.Context, who account.Who) (Elsewhere, error)
	// Secure says that browsers reach the service over TLS.
	Secure bool
	// Proxied says that a proxy of ours stands in front: the last X-Forwarded-For address is the browser's.
	Proxied bool
	// Mount is the path below which the service is reached, "" for the root.
	Mount string
}

// Programme is one programme as people name it: by its number.
type Programme struct {
	Code, Number string
	Title        lang.Text
}

// Routes registers every page of this package.
func (e *Entry) Routes(s *page.Site) {
	s.Get("/setup", e.showSetup)
	s.Post("/setup", e.setup)
	s.Get("/setup/names", e.inSetup(e.showNames))
	s.Post("/setup/names", e.inSetup(e.saveNames))
	s.Get("/setup/mail", e.inSetup(e.showMail))
	s.Post("/setup/mail", e.inSetup(e.saveMail))
	s.Get("/setup/finish", e.inSetup(e.showFinish))
	s.Post("/setup/finish", e.inSetup(e.finish))

	s.Get("/signin", e.showSignIn)
	s.Post("/signin", e.signIn)
	s.Get("/signin/second", e.showSecond)
	s.Post("/signin/second", e.second)
	s.Post("/signin/reproof", e.reproof)
	s.Post("/signin/passkey/begin", e.beginPasskey)
	s.Post("/signin/passkey/finish", e.finishPasskey)
	s.Post("/signout", e.signOut)
	s.Get("/resume", page.Member(e.resume))
	s.Post("/resume/drop", page.Member(e.dropResume))
	s.Get("/recover", e.showRecover)
	s.Post("/recover", e.recover)
	s.Get("/recover/{token}", e.showReset)
	s.Post("/recover/{token}", e.reset)
	s.Get("/invite/{token}", e.showInvite)
	s.Post("/invite/{token}", e.accept)
	s.Post("/invite/{token}/mine", page.Member(e.acceptMine))
	s.Get("/join", e.showJoin)
	s.Post("/join", e.join)

	s.Get("/hat", page.Member(e.showHats))
	s.Post("/hat", page.Member(e.switchHat))
	s.Get("/account", page.Member(e.showAccount))
	s.Post("/account/profile", page.Member(e.saveProfile))
	s.Post("/account/password", page.Member(e.savePassword))
	s.Get("/account/totp", page.Member(e.showTOTP))
	s.Post("/account/totp", page.Member(e.confirmTOTP))
	s.Post("/account/totp/end", page.Member(e.endTOTP))
	s.Post("/account/codes", page.Member(e.newCodes))
	s.Post("/account/passkeys/begin", page.Member(e.beginNewPasskey))
	s.Post("/account/passkeys/finish", page.Member(e.finishNewPasskey))
	s.Post("/account/passkeys/end", page.Member(e.endPasskey))
	s.Post("/account/sessions/end", page.Member(e.endSession))
	s.Post("/account/feed", page.Member(e.renewFeed))

	e.heldRoutes(s)

	s.Get("/work/people", page.Member(e.showPeople))
	s.Get("/work/people.csv", page.Member(e.peopleCSV))
	s.Get("/work/people.xlsx", page.Member(e.peopleXLSX))
	s.Post("/work/people/invite", page.Member(e.invite))
	s.Post("/work/people/withdraw", page.Member(e.withdraw))
	s.Get("/work/people/end", page.Member(e.showEnd))
	s.Post("/work/people/end", page.Member(e.end))
	s.Get("/work/people/home", page.Member(e.showHome))
	s.Post("/work/people/home", page.Member(e.saveHome))
	s.Post("/work/people/delegate", page.Member(e.delegate))
	s.Post("/work/people/approval", page.Member(e.saveApproval))
	s.Get("/work/handover", page.Member(e.showHandover))
	s.Post("/work/handover", page.Member(e.handover))
	s.Post("/work/handover/drop", page.Member(e.dropHandover))
	s.Get("/desk/people", page.Member(e.showBodies))
	s.Get("/desk/proofs", page.Member(e.showProofs))
	s.Post("/desk/proofs", page.Member(e.prove))
	e.settingsRoutes(s)
}

const (
	sessionCookie = "kk_session"
	pendingCookie = "kk_second" // waits for the second factor
	keptCookie    = "kk_kept"   // a form that was posted when the session had ended
)

// Identify tells who sends a request; page.Config.Identify. A visitor without the cookie costs nothing.
func (e *Entry) Identify(r *http.Request) (account.Who, error) {
	token := cookie(r, sessionCookie)
	if token == "" {
		return account.Who{}, nil
	}
	who, err := e.Accounts.Identify(r.Context(), token)
	if who.SignedIn() {
		who.From = e.address(r)
	}
	return who, err
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// address is the browser's network address without its port.
func (e *Entry) address(r *http.Request) string {
	if e.Proxied {
		list := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(list[len(list)-1]); net.ParseIP(last) != nil {
			return last
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (e *Entry) from(r *page.Request) account.From {
	return account.From{Address: e.address(r.Request), Agent: r.UserAgent()}
}

func (e *Entry) setCookie(r *page.Request, name, value string, lasts time.Duration) {
	r.SetCookie(&http.Cookie{Name: name, Value: value, Path: e.Mount + "/", MaxAge: int(lasts.Seconds()), HttpOnly: true, Secure: e.Secure, SameSite: http.SameSiteLaxMode})
}

func (e *Entry) dropCookie(r *page.Request, name string) {
	r.SetCookie(&http.Cookie{Name: name, Path: e.Mount + "/", MaxAge: -1, HttpOnly: true, Secure: e.Secure, SameSite: http.SameSiteLaxMode})
}

// origin is the address of the site as the browser's passkeys know it.
func origin(r *page.Request) string {
	u, err := url.Parse(page.Full(r.Context(), "/"))
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// local is a path of this site to go on to, "" for anything else.
func local(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.HasPrefix(next, "/\\") || strings.HasPrefix(next, "/signin") {
		return ""
	}
	return next
}

// value is one form value without the blanks around it and without what no database keeps: broken characters and NUL.
func value(r *page.Request, name string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(r.FormValue(name), ""), "\x00", ""))
}

// withNext adds ?next= to a path.
func withNext(path, next string) string {
	if next = local(next); next == "" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

// opened puts the session into the browser and leads on: to what was lost with the last session, to the set-up that is not finished, to the
// choice of a hat, to the page that was asked for, or home.
func (e *Entry) opened(r *page.Request, token, next string) (page.View, error) {
	e.setCookie(r, sessionCookie, token, account.SessionMost)
	e.dropCookie(r, pendingCookie)
	path, err := e.onward(r, token, next)
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(path), nil
}

func (e *Entry) onward(r *page.Request, token, next string) (string, error) {
	who, err := e.Accounts.Identify(r.Context(), token)
	if err != nil {
		return "", err
	}
	if kept := cookie(r.Request, keptCookie); kept != "" {
		if x, err := e.Accounts.ReadStash(r.Context(), kept); err == nil && (x.Person == "" || x.Person == who.Person) {
			return "/resume", nil
		}
		e.dropCookie(r, keptCookie)
	}
	if who.Is(account.RoleAdmin) {
		if open, err := e.Accounts.SetupOpen(r.Context()); err != nil || open {
			return "/setup/names", err
		}
	}
	if who.Hat.ID == "" {
		return withNext("/hat", next), nil
	}
	if next = local(next); next != "" {
		return next, nil
	}
	return page.HomeOf(who), nil
}

// box is one control of a form on these pages.
type box struct {
	Name, Label, Hint, Value string
	Type                     string // "text" unless said: password, email, date, textarea, checkbox, radio
	Auto                     string // autocomplete
	Mode                     string // inputmode
	Optional                 bool
	Wide                     bool
	Names                    bool // the options are names of people
	Options                  []option
	Errors                   []string
}

type option struct {
	Value, Label string
}

func (b box) id() string { return part.ID(b.Name) }

// faults are the problems of a form: at a field, or "" for the form as a whole.
type faults []struct{ Field, Text string }

// problems turns an error a person can mend into lines at the fields; any other error comes back.
func problems(r *page.Request, err error) (faults, error) {
	f := fault.Of(err)
	if f == nil || f.Kind == fault.Missing {
		return nil, err
	}
	var list faults
	for _, x := range fault.All(err) {
		list = append(list, struct{ Field, Text string }{x.Field, page.FaultText(r.Lang, x)})
	}
	return list, nil
}

// items are the lines of the error summary; each leads to its control where the page shows it.
func (f faults) items(shown ...box) []page.Item {
	var items []page.Item
	for _, p := range f {
		it := page.Item{Text: p.Text}
		if slices.ContainsFunc(shown, func(b box) bool { return b.Name == p.Field }) {
			it.ID = part.ID(p.Field)
		}
		items = append(items, it)
	}
	return items
}

// at are the words at one field.
func (f faults) at(field string) []string {
	var words []string
	for _, p := range f {
		if p.Field == field {
			words = append(words, p.Text)
		}
	}
	return words
}

// form fills the boxes with what was sent and what is wrong with it. Passwords are never sent back.
func (f faults) form(r *page.Request, boxes ...box) []box {
	for i, b := range boxes {
		boxes[i].Errors = f.at(b.Name)
		if len(f) > 0 && b.Type != "password" {
			boxes[i].Value = r.FormValue(b.Name)
		}
	}
	return boxes
}

// status is 422 for a form with problems; 429 where too many tries were made.
func (f faults) status(err error) int {
	switch {
	case len(f) == 0:
		return http.StatusOK
	case fault.Is(err, fault.Busy):
		return http.StatusTooManyRequests
	case fault.Is(err, fault.Refused):
		return http.StatusForbidden
	}
	return http.StatusUnprocessableEntity
}

// shellOf is the frame of the pages that every hat has.
func shellOf(who account.Who) page.Shell {
	switch page.HomeOf(who) {
	case "/work":
		return page.Work
	case "/desk", "/admin":
		return page.Desk
	}
	return page.Plain
}

func roleName(tag lang.Tag, role account.Role) string {
	return lang.T(tag, "account.role."+string(role))
}

func langOptions(r *page.Request) []option {
	return []option{{"ja", "日本語"}, {"en", "English"}}
}
