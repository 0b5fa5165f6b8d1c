package org

import (
	"context"
	"regexp"
	"strings"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{2,39}$`)

// Add puts a new body into the register and returns it with what follows from the rest: the code of a body that has no official
// one, prefecture, branch, English name and title of its head. fault.Invalid says what is wrong at which field,
// fault.Conflict that the code is taken.
func (s *Store) Add(ctx context.Context, by By, b Body) (Body, error) {
	err := s.change(ctx, func(ctx context.Context, tx db.Q) (err error) {
		b, err = s.add(ctx, tx, by, b)
		return err
	})
	return b, err
}

func (s *Store) add(ctx context.Context, tx db.Q, by By, b Body) (Body, error) {
	b, err := s.complete(ctx, tx, b)
	if err != nil {
		return b, err
	}
	there, err := db.List(ctx, tx, db.String, `SELECT code FROM orgs WHERE code = $1`, b.Code)
	if err != nil {
		return b, err
	}
	if len(there) > 0 {
		f := fault.New(fault.Conflict, "org.code_taken", "code", b.Code)
		f.Field = "code"
		return b, f
	}
	names := []Name{{Name: b.Name, Kana: b.Kana, English: b.English, Source: b.Source}}
	if err := insertBodies(ctx, tx, []Body{b}, map[string][]Name{b.Code: names}); err != nil {
		return b, err
	}
	b.Version = 1
	return b, s.note(ctx, tx, by, b.Key(), "add", nil, b, b.Source)
}

// complete checks a body and fills in what follows from its other fields.
func (s *Store) complete(ctx context.Context, tx db.Q, b Body) (Body, error) {
	b.Code = jp.FoldID(strings.TrimSpace(b.Code))
	b.Name, b.Kana, b.English = tidy(b.Name), jp.Hiragana(tidy(b.Kana)), tidy(b.English)
	kind, ok := TypeOf(b.Type)
	switch {
	case !ok:
		return b, fault.At("type", "org.type_unknown", "type", b.Type)
	case b.Name == "":
		return b, fault.At("name", "org.name_needed")
	case len(b.Name) > 300 || len(b.Kana) > 600 || len(b.English) > 300:
		return b, fault.At("name", "org.name_long")
	case b.Source == "":
		return b, fault.At("source", "org.source_needed")
	case b.Kana != "" && !jp.KanaOnly(b.Kana):
		return b, fault.At("kana", "org.kana_only")
	}
	for field, day := range map[string]string{"valid_from": b.ValidFrom, "valid_to": b.ValidTo, "listed": b.Listed} {
		if day != "" && !jp.ValidDate(day) {
			return b, fault.At(field, "org.day_unreadable", "value", day)
		}
	}
	if b.ValidTo != "" && b.ValidTo < b.ValidFrom {
		return b, fault.At("valid_to", "org.days_crossed")
	}
	if b.HeadTitle == "" {
		b.HeadTitle = kind.Head
	}
	if kind.LG {
		if !jp.ValidCode(b.Code) {
			return b, fault.At("code", "org.code_wrong", "code", b.Code)
		}
		if fits := lgType(b.Code, b.Name); fits != b.Type && !(fits == "city" && b.Type == "designated_city") {
			return b, fault.At("type", "org.type_does_not_fit", "type", b.Type, "name", b.Name)
		}
		b.Prefecture = b.Code[:2]
		if b.English == "" {
			b.English = englishName(b.Type, b.Code, b.Name, b.Kana)
		}
		b.Branch = branchOf(b, Body{})
		return b, nil
	}
	if b.Code == "" {
		b.Code = db.NewID("b")
	}
	if !keyForm.MatchString(b.Code) {
		return b, fault.At("code", "org.key_wrong", "code", b.Code)
	}
	if b.Prefecture != "" {
		if _, ok := PrefectureName(b.Prefecture); !ok {
			return b, fault.At("prefecture", "org.prefecture_unknown", "code", b.Prefecture)
		}
	}
	var founder Body
	if b.Founder != "" {
		var err error
		if founder, err = s.get(ctx, tx, b.Founder, s.today()); err != nil {
			return b, fault.At("founder", "org.missing", "code", b.Founder)
		}
		if b.Prefecture == "" {
			b.Prefecture = founder.Prefecture
		}
	}
	b.Branch = branchOf(b, founder)
	return b, nil
}

// tidy is a name without stray blanks, its characters composed (NFC) and otherwise as written.
func tidy(s string) string { return strings.TrimSpace(jp.NFC(s)) }

// Update changes everything of a body but its code and names. b.Version must be the one it was read with; fault.Conflict when
// somebody else changed it since.
func (s *Store) Update(ctx context.Context, by By, b Body) (Body, error) {
	err := s.change(ctx, func(ctx context.Context, tx db.Q) error {
		before, err := s.get(ctx, tx, b.Code, s.today())
		if err != nil {
			return err
		}
		b.Name, b.Kana, b.English, b.Successor, b.Sample = before.Name, before.Kana, before.English, before.Successor, before.Sample
		if b, err = s.complete(ctx, tx, b); err != nil {
			return err
		}
		n, err := db.Changed(ctx, tx, `UPDATE orgs SET type = $1, prefecture = $2, branch = $3, founder = $4, head_title = $5, postcode = $6, address = $7,
			phone = $8, mail = $9, site = $10, valid_from = $11, valid_to = $12, source = $13, area = $14, listed = $15, version = version + 1 WHERE code = $16 AND version = $17`,
			b.Type, b.Prefecture, b.Branch, b.Founder, b.HeadTitle, b.Postcode, b.Address, b.Phone, b.Mail, b.Site, b.ValidFrom, b.ValidTo, b.Source,
			areaOf(b.Prefecture), b.Listed, b.Code, b.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.conflict")
		}
		b.Version++
		return s.note(ctx, tx, by, b.Key(), "change", before, b, b.Source)
	})
	return b, err
}

// Rename gives a body a new name from an ISO day on, past or coming. The name of before keeps its days, so that papers of those
// days keep it. n.From is the day; a second name from the same day corrects the first.
func (s *Store) Rename(ctx context.Context, by By, code string, n Name) error {
	n.Name, n.Kana, n.English = tidy(n.Name), jp.Hiragana(tidy(n.Kana)), tidy(n.English)
	switch {
	case n.Name == "":
		return fault.At("name", "org.name_needed")
	case n.Kana != "" && !jp.KanaOnly(n.Kana):
		return fault.At("kana", "org.kana_only")
	case !jp.ValidDate(n.From):
		return fault.At("from", "org.day_unreadable", "value", n.From)
	case n.Source == "":
		return fault.At("source", "org.source_needed")
	}
	return s.change(ctx, func(ctx context.Context, tx db.Q) error {
		before, err := s.get(ctx, tx, code, n.From)
		if err != nil {
			return err
		}
		if n.English == "" && before.LG() {
			n.English = englishName(before.Type, code, n.Name, n.Kana)
		}
		return s.rename(ctx, tx, by, before, n)
	})
}

func (s *Store) rename(ctx context.Context, tx db.Q, by By, before Body, n Name) error {
	// The new name lasts as long as the one whose days it cuts.
	until, err := db.One(ctx, tx, db.String, `SELECT valid_to FROM org_names WHERE code = $1 AND valid_from <= $2 AND (valid_to = '' OR valid_to >= $2)`, before.Code, n.From)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE org_names SET valid_to = $1 WHERE code = $2 AND valid_from < $3 AND (valid_to = '' OR valid_to >= $3)`,
		jp.AddDays(n.From, -1), before.Code, n.From); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO org_names (code, valid_from, valid_to, name, kana, english, source) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (code, valid_from) DO UPDATE SET name = excluded.name, kana = excluded.kana, english = excluded.english, source = excluded.source`,
		before.Code, n.From, until, n.Name, n.Kana, n.English, n.Source); err != nil {
		return err
	}
	if err := refind(ctx, tx, before.Code); err != nil {
		return err
	}
	return s.note(ctx, tx, by, before.Key(), "rename", Name{Name: before.Name, Kana: before.Kana, English: before.English}, n, n.Source)
}

// refind writes anew what Search looks into, and counts the change.
func refind(ctx context.Context, tx db.Q, code string) error {
	names, err := db.List(ctx, tx, scanName, `SELECT name, kana, english, valid_from, valid_to, source FROM org_names WHERE code = $1 ORDER BY valid_from`, code)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE orgs SET found = $1, version = version + 1 WHERE code = $2`, found(code, names), code)
	return err
}

// Merge ends bodies on the day before an ISO day and names the body that takes their place (合併). The successor must be in the
// register; its own end, or a ring, is refused. Cases of the ended bodies keep their names; At leads to the successor.
func (s *Store) Merge(ctx context.Context, by By, codes []string, into, day, source string) error {
	switch {
	case !jp.ValidDate(day):
		return fault.At("day", "org.day_unreadable", "value", day)
	case source == "":
		return fault.At("source", "org.source_needed")
	}
	return s.change(ctx, func(ctx context.Context, tx db.Q) error {
		successor, err := s.get(ctx, tx, into, day)
		if err != nil {
			return err
		}
		if successor.ValidTo != "" {
			return fault.At("into", "org.successor_ended", "name", successor.Name)
		}
		for _, code := range codes {
			before, err := s.get(ctx, tx, code, day)
			if err != nil {
				return err
			}
			if code == into || before.ValidTo != "" {
				return fault.At("codes", "org.merge_refused", "name", before.Name)
			}
			last := jp.AddDays(day, -1)
			if _, err := tx.ExecContext(ctx, `UPDATE orgs SET valid_to = $1, successor = $2, version = version + 1 WHERE code = $3`, last, into, code); err != nil {
				return err
			}
			after := before
			after.ValidTo, after.Successor = last, into
			if err := s.note(ctx, tx, by, before.Key(), "merge", before, after, source); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveSamples takes the bodies of the demonstration away again and returns how many there were. Their journal stays.
func (s *Store) RemoveSamples(ctx context.Context, by By) (int, error) {
	n := 0
	err := s.change(ctx, func(ctx context.Context, tx db.Q) error {
		codes, err := db.List(ctx, tx, db.String, `SELECT code FROM orgs WHERE sample ORDER BY code`)
		if err != nil {
			return err
		}
		n = len(codes)
		for _, code := range codes {
			for _, statement := range []string{`DELETE FROM org_names WHERE code = $1`, `DELETE FROM orgs WHERE code = $1`} {
				if _, err := tx.ExecContext(ctx, statement, code); err != nil {
					return err
				}
			}
			if err := s.note(ctx, tx, by, "lg:"+code, "remove", nil, nil, "sample"); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
