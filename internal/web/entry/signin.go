package entry

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// signInForm is what the sign-in page shows.
type signInForm struct {
	Boxes  []box
	Person box // the name, for shared addresses
	Next   string
	Kept   bool // a form is waiting
	Files  bool // that form had files, which could not be kept
	Errors []page.Item
}

func (e *Entry) showSignIn(r *page.Request) (page.View, error) {
	if r.Who.SignedIn() {
		path, err := e.onward(r, cookie(r.Request, sessionCookie), value(r, "next"))
		return page.Redirect(path), err
	}
	return e.signInPage(r, nil, nil, value(r, "next"), false), nil
}

func (e *Entry) signInPage(r *page.Request, f faults, cause error, next string, files bool) page.View {
	form := signInForm{Next: local(next), Kept: cookie(r.Request, keptCookie) != "", Files: files}
	form.Boxes = f.form(r,
		box{Name: "login", Label: r.T("entry.signin.login"), Hint: r.T("entry.signin.login.hint"), Auto: "username webauthn", Wide: true},
		box{Name: "password", Label: r.T("entry.password"), Type: "password", Auto: "current-password", Wide: true})
	form.Person = f.form(r, box{Name: "person", Label: r.T("entry.signin.person"), Hint: r.T("entry.signin.person.hint"), Optional: true, Auto: "name"})[0]
	form.Errors = f.items(append(form.Boxes, form.Person)...)
	return page.View{Title: r.T("entry.signin.title"), Shell: page.Plain, Body: signInBody(form), Errors: form.Errors, Status: f.status(cause)}
}

func (e *Entry) signIn(r *page.Request) (page.View, error) {
	in, err := e.Accounts.Authenticate(r.Context(), account.Credentials{Login: value(r, "login"), Name: value(r, "person"), Password: r.FormValue("password")}, e.from(r))
	next := value(r, "next")
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.signInPage(r, f, err, next, false), nil
	}
	if in.Token == "" {
		e.setCookie(r, pendingCookie, in.Pending, 10*time.Minute)
		return page.Redirect(withNext("/signin/second", next)), nil
	}
	return e.opened(r, in.Token, next)
}

// secondForm is what the page of the second factor shows.
type secondForm struct {
	in     account.SignedIn
	Code   box
	Note   box
	Next   string
	Errors []page.Item
}

func (e *Entry) showSecond(r *page.Request) (page.View, error) { return e.secondPage(r, nil, nil) }

func (e *Entry) secondPage(r *page.Request, f faults, cause error) (page.View, error) {
	in, err := e.Accounts.Pending(r.Context(), cookie(r.Request, pendingCookie))
	if fault.Is(err, fault.Missing) {
		e.dropCookie(r, pendingCookie)
		return page.Redirect(withNext("/signin", value(r, "next")), page.Say("account.step.over")), nil
	}
	if err != nil {
		return page.View{}, err
	}
	form := secondForm{in: in, Next: local(value(r, "next"))}
	form.Code = f.form(r, box{Name: "code", Label: r.T("entry.second.code"), Hint: r.T("entry.second.hint"), Auto: "one-time-code", Mode: "text"})[0]
	form.Code.Value = ""
	form.Note = f.form(r, box{Name: "note", Label: r.T("entry.reproof.note"), Hint: r.T("entry.reproof.note.hint"), Type: "textarea", Optional: true, Wide: true})[0]
	form.Errors = f.items(form.Code, form.Note)
	return page.View{Title: r.T("entry.second.title"), Shell: page.Plain, Body: secondBody(form), Errors: form.Errors, Status: f.status(cause)}, nil
}

func (e *Entry) second(r *page.Request) (page.View, error) {
	in, err := e.Accounts.Second(r.Context(), cookie(r.Request, pendingCookie), r.FormValue("code"), e.from(r))
	if err != nil && !fault.Is(err, fault.Missing) {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.secondPage(r, f, err)
	}
	if err != nil {
		return e.secondPage(r, nil, nil)
	}
	return e.opened(r, in.Token, value(r, "next"))
}

// reproof asks a second person to vouch after the second factor was lost.
func (e *Entry) reproof(r *page.Request) (page.View, error) {
	err := e.Accounts.RequestReproof(r.Context(), cookie(r.Request, pendingCookie), value(r, "note"), e.from(r))
	if fault.Is(err, fault.Missing) {
		return e.secondPage(r, nil, nil)
	}
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.secondPage(r, f, err)
	}
	return told(r, "entry.reproof.sent", "entry.reproof.sent.text"), nil
}

// told is a page that says one thing.
// mailed says that a link was mailed, or, where no mail server is set, where it lies and who hands it over.
func (e *Entry) mailed(r *page.Request, title, text string) (page.View, error) {
	kept, err := e.keepsMail(r)
	if err != nil {
		return page.View{}, err
	}
	if kept {
		return told(r, "entry.mail.kept", "entry.mail.kept.text"), nil
	}
	return told(r, title, text), nil
}

// keepsMail reports whether mails only lie in a folder, for want of a mail server.
func (e *Entry) keepsMail(r *page.Request) (bool, error) {
	if e.MailLeaves == nil {
		return false, nil
	}
	leaves, err := e.MailLeaves(r.Context())
	return !leaves, err
}

func told(r *page.Request, title, text string, args ...any) page.View {
	return page.View{Title: r.T(title), Shell: page.Plain, Body: toldBody(r.T(title), r.T(text, args...))}
}

// passkeyStart is what the browser gets to begin with.
type passkeyStart struct {
	Token   string          `json:"token"`
	Options json.RawMessage `json:"options"`
}

// passkeyAnswer is what it sends back.
type passkeyAnswer struct {
	Token  string          `json:"token"`
	Answer json.RawMessage `json:"answer"`
	Name   string          `json:"name"`
	Next   string          `json:"next"`
}

func asJSON(v any) (page.View, error) {
	b, err := json.Marshal(v)
	return page.Bytes("application/json", "", b), err
}

func readAnswer(r *page.Request) (a passkeyAnswer, err error) {
	if json.NewDecoder(r.Body).Decode(&a) != nil || len(a.Answer) == 0 {
		return a, fault.New(fault.Invalid, "account.passkey.wrong")
	}
	return a, nil
}

func (e *Entry) beginPasskey(r *page.Request) (page.View, error) {
	options, token, err := e.Accounts.BeginPasskeySignIn(r.Context(), origin(r), e.from(r))
	if err != nil {
		return page.View{}, err
	}
	return asJSON(passkeyStart{token, options})
}

func (e *Entry) finishPasskey(r *page.Request) (page.View, error) {
	a, err := readAnswer(r)
	if err != nil {
		return page.View{}, err
	}
	in, err := e.Accounts.SignInWithPasskey(r.Context(), origin(r), a.Token, cookie(r.Request, pendingCookie), a.Answer, e.from(r))
	if err != nil {
		return page.View{}, err
	}
	e.setCookie(r, sessionCookie, in.Token, account.SessionMost)
	e.dropCookie(r, pendingCookie)
	path, err := e.onward(r, in.Token, a.Next)
	if err != nil {
		return page.View{}, err
	}
	return asJSON(map[string]string{"url": r.Href(path)})
}

func (e *Entry) signOut(r *page.Request) (page.View, error) {
	if token := cookie(r.Request, sessionCookie); token != "" {
		if err := e.Accounts.SignOut(r.Context(), r.Who, token); err != nil {
			return page.View{}, err
		}
	}
	e.dropCookie(r, sessionCookie)
	e.dropCookie(r, pendingCookie)
	return page.Redirect("/", page.Say("entry.signedout")), nil
}

// SignIn stands in for a page that needs a person: page.Config.SignIn. A form that was being sent is kept, and after signing in it
// can be sent again with one press.
func (e *Entry) SignIn(r *page.Request, k page.Keep) (page.View, error) {
	files := false
	if r.Method == http.MethodPost {
		var err error
		if files, err = e.keep(r, k.Next); err != nil {
			return page.View{}, err
		}
		k.Next = ""
	}
	v := e.signInPage(r, nil, nil, k.Next, files)
	v.Status = http.StatusUnauthorized
	return v, nil
}

// keep stores the posted form sealed, its key in a cookie of this browser.
func (e *Entry) keep(r *page.Request, path string) (files bool, err error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseMultipartForm(4 << 20); err != nil {
			return false, fault.New(fault.Invalid, "account.stash.large")
		}
		defer r.MultipartForm.RemoveAll()
		files = len(r.MultipartForm.File) > 0
	} else if err := r.ParseForm(); err != nil {
		return false, fault.New(fault.Invalid, "account.stash.large")
	}
	person, err := e.Accounts.LastPerson(r.Context(), cookie(r.Request, sessionCookie))
	if err != nil {
		return files, err
	}
	token, err := e.Accounts.KeepStash(r.Context(), account.Stash{Method: r.Method, Path: path, Form: r.PostForm, Person: person})
	if err != nil {
		return files, err
	}
	e.setCookie(r, keptCookie, token, 24*time.Hour)
	r.AddCookie(&http.Cookie{Name: keptCookie, Value: token})
	return files, nil
}

// resume shows the form that was kept, for sending again.
func (e *Entry) resume(r *page.Request) (page.View, error) {
	token := cookie(r.Request, keptCookie)
	x, err := e.Accounts.ReadStash(r.Context(), token)
	if err == nil && x.Person != "" && x.Person != r.Who.Person {
		err = fault.New(fault.Missing, "account.stash.over")
	}
	if err != nil {
		e.dropCookie(r, keptCookie)
		if fault.Is(err, fault.Missing) {
			return page.Redirect(page.HomeOf(r.Who), page.Say("account.stash.over")), nil
		}
		return page.View{}, err
	}
	// Ten minutes are left to press the button; a page that is looked at again later would send old words.
	e.setCookie(r, keptCookie, token, 10*time.Minute)
	return page.View{Title: r.T("entry.resume.title"), Shell: page.Plain, Body: resumeBody(x, r.Who.Hat.ID == "")}, nil
}

func (e *Entry) dropResume(r *page.Request) (page.View, error) {
	if err := e.Accounts.DropStash(r.Context(), cookie(r.Request, keptCookie)); err != nil {
		return page.View{}, err
	}
	e.dropCookie(r, keptCookie)
	return page.Redirect(page.HomeOf(r.Who), page.Say("entry.resume.dropped")), nil
}

// recover asks for a link to choose a new password.
func (e *Entry) showRecover(r *page.Request) (page.View, error) {
	return e.recoverPage(r, nil, nil), nil
}

func (e *Entry) recoverPage(r *page.Request, f faults, cause error) page.View {
	boxes := f.form(r, box{Name: "login", Label: r.T("entry.signin.login"), Auto: "username", Wide: true})
	return page.View{Title: r.T("entry.recover.title"), Shell: page.Plain, Body: recoverBody(boxes, f.items(boxes...)), Errors: f.items(boxes...), Status: f.status(cause)}
}

func (e *Entry) recover(r *page.Request) (page.View, error) {
	if value(r, "login") == "" {
		err := fault.At("login", "entry.recover.empty")
		f, _ := problems(r, err)
		return e.recoverPage(r, f, err), nil
	}
	if err := e.Accounts.RequestReset(r.Context(), value(r, "login"), e.from(r)); err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.recoverPage(r, f, err), nil
	}
	return e.mailed(r, "entry.recover.sent", "entry.recover.sent.text")
}

func (e *Entry) showReset(r *page.Request) (page.View, error) { return e.resetPage(r, nil, nil) }

func (e *Entry) resetPage(r *page.Request, f faults, cause error) (page.View, error) {
	p, err := e.Accounts.ResetFor(r.Context(), r.PathValue("token"))
	if err != nil {
		return page.View{}, err
	}
	boxes := f.form(r, passwordBox(r))
	return page.View{Title: r.T("entry.reset.title"), Shell: page.Plain, Body: resetBody(p, boxes, f.items(boxes...)), Errors: f.items(boxes...), Status: f.status(cause)}, nil
}

func passwordBox(r *page.Request) box {
	return box{Name: "password", Label: r.T("entry.password.new"), Hint: r.T("entry.password.hint", "min", account.PasswordMin), Type: "password", Auto: "new-password", Wide: true}
}

func (e *Entry) reset(r *page.Request) (page.View, error) {
	err := e.Accounts.Reset(r.Context(), r.PathValue("token"), r.FormValue("password"), e.from(r))
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.resetPage(r, f, err)
	}
	return page.Redirect("/signin", page.Say("entry.reset.done")), nil
}

func tagOf(s string) lang.Tag {
	if s == "en" {
		return lang.EN
	}
	return lang.JA
}
