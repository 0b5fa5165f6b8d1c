package account

import (
	"context"
	"database/sql"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// Person is one human being who signs in. Several people may share the address mails go to (a section's mailbox); the sign-in name is
// each person's own.
type Person struct {
	ID       string
	Login    string // sign-in name: lower-case letters, digits, . _ -
	Name     string
	Kana     string
	Email    string // where mails go
	Division string // 課, as the person writes it
	Phone    string
	Shared   bool // Email is a mailbox that several people read
	Lang     lang.Tag
	Density  string // "standard" or "compact"
	Home     string // code of the local government a secondee or committee member comes from, or ""
	HasPass  bool
	HasTOTP  bool
	Sample   bool // belongs to the demonstration
	lastHat  string
}

const personColumns = `id, login, name, kana, email, division, phone, shared, lang, density, home, password <> '', totp <> '', sample, last_hat`

func (p *Person) fields() []any {
	return []any{&p.ID, &p.Login, &p.Name, &p.Kana, &p.Email, &p.Division, &p.Phone, &p.Shared, &p.Lang, &p.Density, &p.Home, &p.HasPass, &p.HasTOTP, &p.Sample, &p.lastHat}
}

func scanPerson(rows *sql.Rows) (p Person, err error) { return p, rows.Scan(p.fields()...) }

// Person loads one person; fault.Missing when there is none.
func (s *Store) Person(ctx context.Context, id string) (Person, error) {
	return keep(s, "person "+id, func() (Person, error) { return personByID(ctx, s.DB.Brief(), id) })
}

func personByID(ctx context.Context, q db.Q, id string) (Person, error) {
	return db.One(ctx, q, scanPerson, `SELECT `+personColumns+` FROM people WHERE id = $1`, id)
}

// Profile is what people change about themselves.
type Profile struct {
	Name, Kana, Email string
	Division, Phone   string
	Lang              lang.Tag
	Density           string
}

// SaveProfile changes one's own name, reading, address, division, telephone, language and density. fault.Invalid names the field.
func (s *Store) SaveProfile(ctx context.Context, who Who, p Profile) error {
	name, err := cleanName(p.Name)
	if err != nil {
		return err
	}
	email, err := cleanEmail(p.Email)
	if err != nil {
		return err
	}
	phone, err := cleanPhone(p.Phone)
	if err != nil {
		return err
	}
	if p.Lang != lang.EN {
		p.Lang = lang.JA
	}
	if p.Density != "compact" {
		p.Density = "standard"
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		before, err := personByID(ctx, tx, who.Person)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE people SET name = $1, kana = $2, email = $3, lang = $4, density = $5, division = $6, phone = $7 WHERE id = $8`,
			name, cleanLine(p.Kana), email, string(p.Lang), p.Density, cleanLine(p.Division), phone, who.Person)
		if err != nil {
			return err
		}
		if before.Email != email { // the old address learns of it: it may not have been the owner
			err := s.post(ctx, tx, Letter{To: before.Email, Lang: before.Lang, Template: "account-changed",
				Values: map[string]string{"name": before.Name, "what": lang.T(before.Lang, "account.changed.email"), "when": s.moment(before.Lang)}})
			if err != nil {
				return err
			}
		}
		return s.note(ctx, tx, who, "profile", who.Person, "name", before.Name+" → "+name, "email", before.Email+" → "+email)
	})
}

func (s *Store) moment(tag lang.Tag) string { return lang.Moment(tag, s.Now()) }

var loginShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,39}$`)

// foldLogin is a sign-in name or address as it is compared: half width, lower case, no blanks around.
func foldLogin(typed string) string {
	return strings.ToLower(jp.FoldID(strings.TrimSpace(cut(typed, 1000))))
}

func cleanLogin(typed string) (string, error) {
	login := foldLogin(typed)
	if !loginShape.MatchString(login) {
		return "", fault.At("login", "account.login.shape")
	}
	return login, nil
}

func cleanName(typed string) (string, error) {
	name := strings.TrimSpace(jp.NFC(cut(typed, 1000)))
	if name == "" {
		return "", fault.At("name", "account.name.empty")
	}
	if utf8.RuneCountInString(name) > 80 || strings.ContainsAny(name, "\r\n\t") {
		return "", fault.At("name", "account.name.long", "max", 80)
	}
	return name, nil
}

// cleanLine is one optional line of text: no line breaks, at most 100 characters.
func cleanLine(typed string) string {
	runes := []rune(jp.NFC(strings.Join(strings.Fields(cut(typed, 2000)), " ")))
	return string(runes[:min(len(runes), 100)])
}

// cleanPhone is a telephone number as forms keep it, "" for none; fault.Invalid at phone.
func cleanPhone(typed string) (string, error) {
	f := form.Field{Key: "phone", Kind: form.KindTel}
	v, answered, problems := f.Parse(form.Typed(cut(typed, 200)))
	if len(problems) > 0 {
		return "", fault.At("phone", "account.phone.shape")
	}
	if !answered {
		return "", nil
	}
	phone, _ := v.(string)
	return phone, nil
}

func cleanEmail(typed string) (string, error) {
	email := foldLogin(typed)
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || !strings.Contains(email[strings.LastIndex(email, "@")+1:], ".") {
		return "", fault.At("email", "account.email.shape")
	}
	return email, nil
}

// SetHome records the local government (団体コード) that a seconded officer or a committee member comes from, "" for none; interest in its cases
// follows from it. Whoever could give the person's role may, but not the person. fault.Invalid at "home" when the code is unknown.
func (s *Store) SetHome(ctx context.Context, who Who, membership, code string) error {
	m, err := membershipByID(ctx, s.DB.Read(), membership)
	if err != nil {
		return err
	}
	how, err := s.reach(ctx, who, m.Body)
	if err != nil {
		return err
	}
	if how == outOfReach {
		return fault.New(fault.Missing, "db.missing")
	}
	if m.Person == who.Person || who.Hat.OnBehalfOf != "" || !slices.Contains(grants(who.Hat.Role, how, kindOf(m.Body)), m.Role) {
		return fault.New(fault.Refused, "account.refused")
	}
	if code != "" {
		if _, err := s.bodyName(ctx, "lg:"+code); fault.Is(err, fault.Missing) {
			return fault.At("home", "account.home.unknown")
		} else if err != nil {
			return err
		}
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		before, err := personByID(ctx, tx, m.Person)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE people SET home = $1 WHERE id = $2`, code, m.Person); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "home", m.Person, "before", before.Home, "after", code)
	})
}

// NewPerson is a person to be entered without an invitation: the first administrator, the demonstration, the command line.
type NewPerson struct {
	Login, Name, Kana, Email string
	Division, Phone          string
	Shared                   bool
	Lang                     lang.Tag
	Home                     string
	Password                 string // "" : signs in only after a reset
	Hats                     []Hat  // given active from now; ID and OnBehalfOf are not read
	Sample                   bool
}

// Enter adds a person with their hats. Only System and administrators may; fault.Invalid names the field, fault.Conflict is a sign-in name
// that is taken.
func (s *Store) Enter(ctx context.Context, who Who, n NewPerson) (Person, error) {
	if !who.Is(RoleAdmin) {
		return Person{}, fault.New(fault.Refused, "account.refused")
	}
	hash := ""
	if n.Password != "" {
		if err := checkPassword(n.Password, foldLogin(n.Login)); err != nil {
			return Person{}, err
		}
		var err error
		if hash, err = s.hashing.hash(ctx, n.Password); err != nil {
			return Person{}, err
		}
	}
	var p Person
	err := s.write(ctx, func(ctx context.Context, tx db.Q) (err error) {
		p, err = s.insertPerson(ctx, tx, n, hash)
		if err != nil {
			return err
		}
		for _, h := range n.Hats {
			if !fits(h.Role, h.Body) {
				return fault.At("role", "account.role.body")
			}
			m := Membership{Person: p.ID, Role: h.Role, Body: h.Body, Programmes: h.Programmes, State: Active, InvitedBy: who.Person, ProvenBy: who.Person, sample: n.Sample}
			if _, err := s.insertMembership(ctx, tx, m); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, who, "entered", p.ID, "login", p.Login)
	})
	return p, err
}

func (s *Store) insertPerson(ctx context.Context, tx db.Q, n NewPerson, hash string) (Person, error) {
	login, err := cleanLogin(n.Login)
	if err != nil {
		return Person{}, err
	}
	name, err := cleanName(n.Name)
	if err != nil {
		return Person{}, err
	}
	email, err := cleanEmail(n.Email)
	if err != nil {
		return Person{}, err
	}
	phone, err := cleanPhone(n.Phone)
	if err != nil {
		return Person{}, err
	}
	if n.Lang != lang.EN {
		n.Lang = lang.JA
	}
	p := Person{ID: db.NewID("p"), Login: login, Name: name, Kana: cleanLine(n.Kana), Email: email, Division: cleanLine(n.Division), Phone: phone, Shared: n.Shared,
		Lang: n.Lang, Density: "standard", Home: n.Home, HasPass: hash != "", Sample: n.Sample}
	changed, err := db.Changed(ctx, tx, `INSERT INTO people (id, login, name, kana, email, shared, lang, home, password, sample, created_at, division, phone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (login) DO NOTHING`,
		p.ID, p.Login, p.Name, p.Kana, p.Email, p.Shared, string(p.Lang), p.Home, hash, p.Sample, s.now(), p.Division, p.Phone)
	if err != nil {
		return Person{}, err
	}
	if changed == 0 {
		return Person{}, &fault.Fault{Kind: fault.Conflict, Key: "account.login.taken", Field: "login"}
	}
	return p, nil
}

// SetPassword changes one's own password; the present one must be given when there is one. Every other session of the person ends.
func (s *Store) SetPassword(ctx context.Context, who Who, session, present, next string) error {
	p, err := s.Person(ctx, who.Person)
	if err != nil {
		return err
	}
	if p.HasPass {
		if err := s.Confirm(ctx, who, present); err != nil {
			return err
		}
	}
	if err := checkPassword(next, p.Login); err != nil {
		return err
	}
	return s.replacePassword(ctx, who, session, next, "password")
}

// Confirm checks one's own password again before something that weakens the account; fault.Invalid at "present".
func (s *Store) Confirm(ctx context.Context, who Who, password string) error {
	if err := s.take(ctx, factorLimit(who.Person)); err != nil {
		return err
	}
	var hash string
	if err := s.DB.Read().QueryRowContext(ctx, `SELECT password FROM people WHERE id = $1`, who.Person).Scan(&hash); err != nil {
		return err
	}
	ok, err := s.hashing.matches(ctx, hash, cut(password, 4*PasswordMax))
	if err != nil {
		return err
	}
	if !ok {
		return fault.At("present", "account.password.wrong")
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error { return forgive(ctx, tx, factorLimit(who.Person)) })
}

// replacePassword stores a checked password, ends the other sessions and tells the person by mail.
func (s *Store) replacePassword(ctx context.Context, who Who, keep, next, what string) error {
	hash, err := s.hashing.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if _, err := tx.ExecContext(ctx, `UPDATE people SET password = $1 WHERE id = $2`, hash, who.Person); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE person = $1 AND token <> $2`, who.Person, digest(keep)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_steps WHERE person = $1`, who.Person); err != nil {
			return err
		}
		if err := forgive(ctx, tx, factorLimit(who.Person)); err != nil {
			return err
		}
		p, err := personByID(ctx, tx, who.Person)
		if err != nil {
			return err
		}
		err = s.post(ctx, tx, Letter{To: p.Email, Lang: p.Lang, Template: "account-changed",
			Values: map[string]string{"name": p.Name, "what": lang.T(p.Lang, "account.changed.password"), "when": s.moment(p.Lang)}})
		if err != nil {
			return err
		}
		return s.note(ctx, tx, who, what, who.Person)
	})
}
