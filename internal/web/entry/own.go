package entry

import (
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// ownPage is what one's own account shows.
type ownPage struct {
	Person   account.Person
	Profile  []box
	Password []box
	Keys     []account.Passkey
	Codes    int // unused recovery codes
	Sessions []account.Session
	Hat      string
	Hats     int
	Feed     string // address of the calendar feed
	Confirm  box    // one's own password, before something is weakened
	Errors   []page.Item
}

func (e *Entry) showAccount(r *page.Request) (page.View, error) {
	return e.accountPage(r, "", nil, nil)
}

// accountPage shows everything; faults belong to the form that was sent ("profile", "password" or "totp").
func (e *Entry) accountPage(r *page.Request, sent string, f faults, cause error) (page.View, error) {
	p, err := e.Accounts.Person(r.Context(), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	of := func(form string) faults {
		if form == sent {
			return f
		}
		return nil
	}
	own := ownPage{Person: p}
	own.Profile = of("profile").form(r,
		box{Name: "name", Label: r.T("entry.name"), Value: p.Name, Auto: "name"},
		box{Name: "kana", Label: r.T("entry.kana"), Value: p.Kana, Optional: true},
		box{Name: "email", Label: r.T("entry.email"), Hint: sharedHint(r, p), Value: p.Email, Type: "email", Auto: "email", Wide: true},
		box{Name: "division", Label: r.T("entry.division"), Hint: r.T("entry.division.hint"), Value: p.Division, Auto: "organization-title", Optional: true, Wide: true},
		box{Name: "phone", Label: r.T("entry.phone"), Hint: r.T("entry.phone.hint"), Value: p.Phone, Type: "tel", Auto: "tel", Optional: true},
		box{Name: "lang", Label: r.T("entry.lang"), Hint: r.T("entry.lang.hint"), Value: string(p.Lang), Options: langOptions(r)},
		box{Name: "density", Label: r.T("entry.density"), Value: p.Density, Options: []option{{"standard", r.T("entry.density.standard")}, {"compact", r.T("entry.density.compact")}}})
	own.Password = of("password").form(r,
		box{Name: "present", Label: r.T("entry.password.present"), Type: "password", Auto: "current-password", Wide: true}, passwordBox(r))
	own.Confirm = box{Name: "confirm", Label: r.T("entry.password.present"), Type: "password", Auto: "current-password", Errors: of("totp").at("confirm")}
	own.Errors = f.items(append(append([]box{own.Confirm}, own.Profile...), own.Password...)...)
	if own.Keys, err = e.Accounts.Passkeys(r.Context(), p.ID); err != nil {
		return page.View{}, err
	}
	if own.Codes, err = e.Accounts.CodesLeft(r.Context(), p.ID); err != nil {
		return page.View{}, err
	}
	if own.Sessions, err = e.Accounts.Sessions(r.Context(), r.Who, cookie(r.Request, sessionCookie)); err != nil {
		return page.View{}, err
	}
	if err := e.ownHat(r, &own); err != nil {
		return page.View{}, err
	}
	return page.View{Title: r.T("entry.account.title"), Shell: shellOf(r.Who), Body: ownBody(own), Errors: own.Errors, Status: f.status(cause)}, nil
}

func sharedHint(r *page.Request, p account.Person) string {
	if p.Shared {
		return r.T("entry.shared.yours")
	}
	return ""
}

func (e *Entry) ownHat(r *page.Request, own *ownPage) error {
	hats, err := e.Accounts.Hats(r.Context(), r.Who.Person)
	if err != nil {
		return err
	}
	own.Hats = len(hats)
	if r.Who.Hat.Body != "" {
		name, err := e.Accounts.BodyName(r.Context(), r.Who.Hat.Body)
		if err != nil {
			return err
		}
		own.Hat = name.In(r.Lang) + "　" + roleName(r.Lang, r.Who.Hat.Role)
	}
	token, err := e.Accounts.FeedToken(r.Context(), r.Who.Person)
	own.Feed = strings.TrimSuffix(strings.TrimSuffix(page.Full(r.Context(), "/"), "/en"), "/") + "/feeds/" + token + ".ics"
	return err
}

func (e *Entry) saveProfile(r *page.Request) (page.View, error) {
	err := e.Accounts.SaveProfile(r.Context(), r.Who, account.Profile{Name: value(r, "name"), Kana: value(r, "kana"), Email: value(r, "email"), Division: value(r, "division"), Phone: value(r, "phone"),
		Lang: tagOf(value(r, "lang")), Density: value(r, "density")})
	return e.saved(r, "profile", err, "entry.saved")
}

// saved goes back to the account, or shows it with what is wrong.
func (e *Entry) saved(r *page.Request, form string, err error, say string) (page.View, error) {
	if err == nil {
		return page.Redirect("/account", page.Say(say)), nil
	}
	f, other := problems(r, err)
	if other != nil {
		return page.View{}, other
	}
	return e.accountPage(r, form, f, err)
}

func (e *Entry) savePassword(r *page.Request) (page.View, error) {
	err := e.Accounts.SetPassword(r.Context(), r.Who, cookie(r.Request, sessionCookie), r.FormValue("present"), r.FormValue("password"))
	return e.saved(r, "password", err, "entry.password.done")
}

// totpForm is what the enrolment of an authenticator shows.
type totpForm struct {
	Secret string // in groups of four
	URI    string
	Code   box
	Path   string // the QR code as an SVG path
	Size   int
	Errors []page.Item
}

func (e *Entry) showTOTP(r *page.Request) (page.View, error) { return e.totpPage(r, nil, nil) }

func (e *Entry) totpPage(r *page.Request, f faults, cause error) (page.View, error) {
	enrol, err := e.Accounts.BeginTOTP(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	form := totpForm{Secret: inFours(enrol.Secret), URI: enrol.URI}
	if form.Path, form.Size, err = part.QRPath(enrol.URI, 4); err != nil {
		return page.View{}, err
	}
	form.Code = f.form(r, box{Name: "code", Label: r.T("entry.totp.code"), Hint: r.T("entry.totp.code.hint"), Auto: "one-time-code", Mode: "numeric"})[0]
	form.Code.Value, form.Errors = "", f.items(form.Code)
	return page.View{Title: r.T("entry.totp.title"), Shell: page.Plain, Body: totpBody(form), Errors: form.Errors, Status: f.status(cause)}, nil
}

func inFours(s string) string {
	var b strings.Builder
	for i, c := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (e *Entry) confirmTOTP(r *page.Request) (page.View, error) {
	codes, err := e.Accounts.ConfirmTOTP(r.Context(), r.Who, r.FormValue("code"))
	if err != nil {
		f, other := problems(r, err)
		if other != nil {
			return page.View{}, other
		}
		return e.totpPage(r, f, err)
	}
	if len(codes) > 0 {
		return codesPage(r, codes, r.T("entry.totp.done")), nil
	}
	return page.Redirect("/account", page.Say("entry.totp.done")), nil
}

// codesPage shows recovery codes, the only time they can be seen, ready to be printed.
func codesPage(r *page.Request, codes []string, said string) page.View {
	return page.View{Title: r.T("entry.codes.title"), Shell: page.Plain, Body: codesBody(codes, said, lang.LongDay(r.Lang, jp.Date(r.Now)))}
}

func (e *Entry) endTOTP(r *page.Request) (page.View, error) {
	if v, err := e.confirmed(r); v != nil || err != nil {
		return *v, err
	}
	return e.saved(r, "totp", e.Accounts.EndTOTP(r.Context(), r.Who), "entry.totp.ended")
}

// confirmed asks for one's own password again; a View comes back when it is wrong.
func (e *Entry) confirmed(r *page.Request) (*page.View, error) {
	p, err := e.Accounts.Person(r.Context(), r.Who.Person)
	if err != nil || !p.HasPass {
		return new(page.View), err
	}
	err = e.Accounts.Confirm(r.Context(), r.Who, r.FormValue("confirm"))
	if err == nil {
		return nil, nil
	}
	f, other := problems(r, err)
	if other != nil {
		return new(page.View), other
	}
	for i := range f {
		f[i].Field = "confirm"
	}
	v, err := e.accountPage(r, "totp", f, err)
	return &v, err
}

func (e *Entry) newCodes(r *page.Request) (page.View, error) {
	codes, err := e.Accounts.NewCodes(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	return codesPage(r, codes, ""), nil
}

func (e *Entry) beginNewPasskey(r *page.Request) (page.View, error) {
	options, token, err := e.Accounts.BeginPasskey(r.Context(), r.Who, origin(r))
	if err != nil {
		return page.View{}, err
	}
	return asJSON(passkeyStart{token, options})
}

func (e *Entry) finishNewPasskey(r *page.Request) (page.View, error) {
	a, err := readAnswer(r)
	if err != nil {
		return page.View{}, err
	}
	if a.Name == "" {
		a.Name = r.T("entry.passkey.unnamed", "day", lang.Day(r.Lang, jp.Date(r.Now)))
	}
	if err := e.Accounts.AddPasskey(r.Context(), r.Who, origin(r), a.Token, a.Name, a.Answer); err != nil {
		return page.View{}, err
	}
	return asJSON(map[string]string{"url": r.Href("/account") + "#passkeys"})
}

func (e *Entry) endPasskey(r *page.Request) (page.View, error) {
	if err := e.Accounts.EndPasskey(r.Context(), r.Who, value(r, "id")); err != nil {
		return page.View{}, err
	}
	return page.Redirect("/account", page.Say("entry.passkey.ended")), nil
}

func (e *Entry) endSession(r *page.Request) (page.View, error) {
	if err := e.Accounts.EndSession(r.Context(), r.Who, value(r, "id")); err != nil {
		return page.View{}, err
	}
	return page.Redirect("/account", page.Say("entry.session.ended")), nil
}

func (e *Entry) renewFeed(r *page.Request) (page.View, error) {
	if _, err := e.Accounts.RenewFeed(r.Context(), r.Who); err != nil {
		return page.View{}, err
	}
	return page.Redirect("/account", page.Say("entry.feed.renewed")), nil
}
