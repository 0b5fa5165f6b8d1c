package entry

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// Elsewhere is what is held about a person beside the accounts.
type Elsewhere struct {
	Cases      []CaseTrace // whose journals name the person and that their hat sees, the latest first
	Hidden     int         // such cases that the hat does not see
	HiddenActs int
	Reads      []Reading // what the person has read, newest first
	Counts     []Count
	Views      []string // names of lists kept
}

// CaseTrace is how often the journal of a case names the person. Readers is how often others read the case; Tells says whether that may be told.
type CaseTrace struct {
	ID, Number, Title string
	N                 int
	First, Last       time.Time
	Tells             bool
	Readers           int
}

// Reading is one line of the log of reading that the person caused.
type Reading struct {
	At                 time.Time
	What, Number, From string
	Role               account.Role
	Body               string
}

// Count is how often something names the person, by the key of its words (entry.held.count.KEY).
type Count struct {
	Key string
	N   int
	URL string
}

// HeldReads is how many of their own readings a person is shown.
const HeldReads = 500

// heldPart is one kind of data about a person: on the page, in the document and as data.
type heldPart struct {
	ID, Title, Lead string
	Columns         []heldColumn
	Rows            [][]heldCell
	Pairs           bool // two columns, name and value
}

type heldColumn struct{ Key, Label string }

// heldCell is one value: in words, and as data where that differs; Key names the value of a pair.
type heldCell struct {
	Text, Data, URL, Key string
}

func (c heldCell) data() string {
	if c.Data != "" {
		return c.Data
	}
	return c.Text
}

// holder writes what is held in the reader's words.
type holder struct {
	e     *Entry
	r     *page.Request
	names map[string]string
}

func (h *holder) body(key string) string {
	if name, ok := h.names[key]; ok {
		return name
	}
	name := key
	if t, err := h.e.Accounts.BodyName(h.r.Context(), key); err == nil {
		name = t.In(h.r.Lang)
	}
	h.names[key] = name
	return name
}

func (h *holder) at(t time.Time) heldCell {
	if t.IsZero() {
		return heldCell{Text: "—", Data: " "}
	}
	return heldCell{Text: lang.LongMoment(h.r.Lang, t), Data: t.In(jp.JST).Format(time.RFC3339)}
}

func (h *holder) yes(b bool) string {
	if b {
		return h.r.T("entry.held.yes")
	}
	return h.r.T("entry.held.no")
}

func (h *holder) columns(part string, keys ...string) []heldColumn {
	list := make([]heldColumn, len(keys))
	for i, k := range keys {
		list[i] = heldColumn{k, h.r.T("entry.held." + part + "." + k)}
	}
	return list
}

func (h *holder) part(id string, rows [][]heldCell, keys ...string) heldPart {
	return heldPart{ID: id, Title: h.r.T("entry.held." + id), Lead: h.r.T("entry.held." + id + ".lead"), Columns: h.columns(id, keys...), Rows: rows}
}

// parts are all kinds of data that are held about the acting person.
func (h *holder) parts(x account.Held, y Elsewhere) []heldPart {
	return []heldPart{h.person(x), h.memberships(x), h.given(x), h.access(x), h.security(x), h.subscriptions(x, y), h.cases(y), h.read(y), h.counts(x, y), h.requests(x)}
}

func (h *holder) person(x account.Held) heldPart {
	r, p := h.r, x.Person
	var rows [][]heldCell
	pair := func(key, label, value string) {
		c := heldCell{Text: orDash(value), Data: value}
		rows = append(rows, []heldCell{{Text: label, Key: key}, c})
	}
	pair("login", r.T("entry.login"), p.Login)
	pair("name", r.T("entry.name"), p.Name)
	pair("kana", r.T("entry.kana"), p.Kana)
	pair("email", r.T("entry.email"), p.Email)
	pair("shared", r.T("entry.shared.mark"), h.yes(p.Shared))
	pair("division", r.T("entry.division"), p.Division)
	pair("phone", r.T("entry.phone"), p.Phone)
	home := ""
	if p.Home != "" {
		home = h.body("lg:" + p.Home)
	}
	pair("home", r.T("entry.home.head"), home)
	pair("lang", r.T("entry.lang"), map[lang.Tag]string{lang.JA: "日本語", lang.EN: "English"}[p.Lang])
	pair("density", r.T("entry.density"), r.T("entry.density."+p.Density))
	pair("since", r.T("entry.held.since"), h.at(x.Since).Text)
	pair("password", r.T("entry.password"), r.T(map[bool]string{true: "entry.held.password.kept", false: "entry.held.no"}[p.HasPass]))
	pair("totp", r.T("entry.totp"), h.yes(p.HasTOTP))
	pair("codes", r.T("entry.codes"), r.T("entry.codes.left", "n", x.Codes))
	return heldPart{ID: "person", Title: r.T("entry.held.person"), Lead: r.T("entry.held.person.lead"), Columns: h.columns("person", "item", "value"), Rows: rows, Pairs: true}
}

func (h *holder) memberships(x account.Held) heldPart {
	var rows [][]heldCell
	for _, m := range x.Memberships {
		state := h.r.T("entry.held.state." + string(m.State))
		if m.State == account.Active && !m.Valid(h.r.Now) {
			state = h.r.T("entry.held.state.ended")
		}
		rows = append(rows, []heldCell{{Text: h.body(m.Body), Data: m.Body}, {Text: roleName(h.r.Lang, m.Role), Data: string(m.Role)}, {Text: orDash(m.Section), Data: m.Section},
			{Text: orDash(m.Programmes), Data: m.Programmes}, {Text: state, Data: string(m.State)}, h.at(m.From), h.at(m.Until), {Text: h.yes(m.Source != "")}, {Text: orDash(m.Reason), Data: m.Reason}})
	}
	return h.part("memberships", rows, "body", "role", "section", "programmes", "state", "from", "until", "delegated", "reason")
}

func (h *holder) given(x account.Held) heldPart {
	var rows [][]heldCell
	for _, m := range x.Given {
		rows = append(rows, []heldCell{{Text: h.r.T("entry.held.given.delegation")}, {Text: h.body(m.Body), Data: m.Body}, {Text: roleName(h.r.Lang, m.Role), Data: string(m.Role)}, {Text: h.someone(m.Person)}, h.at(m.From), h.at(m.Until)})
	}
	for _, o := range x.Handovers {
		other, what := o.ToName, "entry.held.given.handed"
		if o.To == x.Person.ID {
			other, what = o.FromName, "entry.held.given.taken"
		}
		rows = append(rows, []heldCell{{Text: h.r.T(what)}, {Text: h.body(o.Body), Data: o.Body}, {Text: "—", Data: " "}, {Text: other}, {Text: lang.LongDay(h.r.Lang, o.Day), Data: o.Day}, {Text: "—", Data: " "}})
	}
	return h.part("given", rows, "what", "body", "role", "to", "from", "until")
}

// someone is the name of a colleague.
func (h *holder) someone(id string) string {
	if p, err := h.e.Accounts.Person(h.r.Context(), id); err == nil {
		return p.Name
	}
	return id
}

func (h *holder) access(x account.Held) heldPart {
	var rows [][]heldCell
	for _, k := range x.Passkeys {
		rows = append(rows, []heldCell{{Text: h.r.T("entry.passkeys")}, {Text: k.Name}, h.at(k.Created), h.at(k.Used), {Text: "—", Data: " "}})
	}
	for _, s := range x.Sessions {
		rows = append(rows, []heldCell{{Text: h.r.T("entry.held.access.session")}, {Text: agent(s.Agent), Data: s.Agent}, h.at(s.Created), h.at(s.Seen), {Text: s.Address}})
	}
	return h.part("access", rows, "kind", "name", "since", "used", "address")
}

// security are the entries of the journal of accounts about the person.
func (h *holder) security(x account.Held) heldPart {
	var rows [][]heldCell
	for _, e := range x.About {
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err != nil {
			at = time.Time{}
		}
		by := h.r.T("entry.held.security.self")
		switch {
		case e.Actor == account.System.Person:
			by = h.r.T("app.journal.system")
		case e.Actor == "":
			by = h.r.T("entry.held.security.nobody")
		case e.Actor != x.Person.ID:
			by = strings.TrimSpace(h.body(e.Body) + "　" + roleName(h.r.Lang, e.Role))
		}
		what := e.What
		if lang.Has("app.journal." + what) {
			what = h.r.T("app.journal." + what)
		}
		rows = append(rows, []heldCell{h.at(at), {Text: what, Data: e.What}, {Text: by}, {Text: orDash(e.Address), Data: e.Address}})
	}
	return h.part("security", rows, "at", "what", "by", "address")
}

func (h *holder) subscriptions(x account.Held, y Elsewhere) heldPart {
	var rows [][]heldCell
	if !x.Feed.IsZero() {
		rows = append(rows, []heldCell{{Text: h.r.T("entry.feed"), URL: "/account#feed"}, h.at(x.Feed)})
	}
	if x.Person.Email != "" {
		rows = append(rows, []heldCell{{Text: h.r.T("entry.held.subscriptions.notices", "email", x.Person.Email), URL: "/notices"}, h.at(x.Since)})
	}
	for _, name := range y.Views {
		rows = append(rows, []heldCell{{Text: h.r.T("entry.held.subscriptions.view", "name", name), URL: "/desk/cases"}, {Text: "—", Data: " "}})
	}
	return h.part("subscriptions", rows, "what", "since")
}

func (h *holder) cases(y Elsewhere) heldPart {
	var rows [][]heldCell
	home := page.HomeOf(h.r.Who) + "/cases/"
	for _, c := range y.Cases {
		about := strings.TrimSpace(c.Number + " " + c.Title)
		if about == "" {
			about = h.r.T("entry.held.cases.untitled")
		}
		read := heldCell{Text: h.r.T("entry.held.cases.untold"), Data: " "}
		if c.Tells {
			read = heldCell{Text: h.r.T("entry.held.cases.readers", "n", c.Readers), Data: strconv.Itoa(c.Readers), URL: "/work/cases/" + c.ID + "/reads"}
		}
		rows = append(rows, []heldCell{{Text: about, URL: home + c.ID}, {Text: strconv.Itoa(c.N)}, h.at(c.First), h.at(c.Last), read})
	}
	if y.Hidden > 0 {
		rows = append(rows, []heldCell{{Text: h.r.T("entry.held.cases.hidden", "n", y.Hidden)}, {Text: strconv.Itoa(y.HiddenActs)}, {Text: "—", Data: " "}, {Text: "—", Data: " "}, {Text: "—", Data: " "}})
	}
	return h.part("cases", rows, "case", "acts", "first", "last", "read")
}

func (h *holder) read(y Elsewhere) heldPart {
	var rows [][]heldCell
	for _, x := range y.Reads {
		rows = append(rows, []heldCell{h.at(x.At), {Text: h.r.T("audit.read." + x.What), Data: x.What}, {Text: orDash(x.Number), Data: x.Number},
			{Text: strings.TrimSpace(h.body(x.Body) + "　" + roleName(h.r.Lang, x.Role)), Data: x.Body + " " + string(x.Role)}, {Text: orDash(x.From), Data: x.From}})
	}
	return h.part("read", rows, "at", "what", "number", "hat", "address")
}

// counts is how often the rest names the person.
func (h *holder) counts(x account.Held, y Elsewhere) heldPart {
	var rows [][]heldCell
	for _, c := range y.Counts {
		if c.N > 0 {
			rows = append(rows, []heldCell{{Text: h.r.T("entry.held.count." + c.Key), Data: c.Key, URL: c.URL}, {Text: strconv.Itoa(c.N)}})
		}
	}
	for _, what := range slices.Sorted(maps.Keys(x.Did)) {
		name := what
		if lang.Has("app.journal." + what) {
			name = h.r.T("app.journal." + what)
		}
		rows = append(rows, []heldCell{{Text: h.r.T("entry.held.count.did", "what", name), Data: "did." + what}, {Text: strconv.Itoa(x.Did[what])}})
	}
	return h.part("counts", rows, "what", "n")
}

func (h *holder) requests(x account.Held) heldPart {
	var rows [][]heldCell
	for _, q := range x.Requests {
		rows = append(rows, []heldCell{h.at(q.Asked), {Text: h.r.T("account.request." + q.Kind), Data: q.Kind}, {Text: itemWords(h.r, q.Items), Data: strings.Join(q.Items, " ")},
			{Text: orDash(q.Wanted), Data: q.Wanted}, {Text: h.r.T("account.request.state." + q.State), Data: q.State}, {Text: orDash(answerWords(h.r, q)), Data: q.Reason}})
	}
	return h.part("requests", rows, "at", "kind", "items", "wanted", "state", "answer")
}
