package cases

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// SavedView is a list with its filters, kept by name (保存した一覧). It holds the filters only: what it shows is worked out anew for
// everybody who opens it, so that sharing one shows nobody a case they could not see.
type SavedView struct {
	ID, Name, Query string
	Person, ByName  string
	Shared, Default bool // Default: the acting person's list opens with it
	Own             bool // the acting person's
}

// Views kept at most by one person at one desk, and the length of their names in characters.
const (
	viewsMost    = 50
	viewNameMost = 60
	viewLongest  = 2000 // bytes of a query
)

// Views lists the views of the acting person and those shared at their desk, by name. The caller does not change what it returns.
func (s *Store) Views(ctx context.Context, who account.Who) ([]SavedView, error) {
	if who.Person == "" {
		return nil, nil
	}
	return lately(ctx, s, countsOf, who, "views\x00"+who.Person+"\x00"+strconv.FormatBool(who.Sample), func() ([]SavedView, error) { return s.views(ctx, who) })
}

func (s *Store) views(ctx context.Context, who account.Who) ([]SavedView, error) {
	list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (v SavedView, err error) {
		return v, r.Scan(&v.ID, &v.Name, &v.Query, &v.Person, &v.ByName, &v.Shared, &v.Default)
	}, `SELECT v.id, v.name, v.query, v.person, v.by_name, v.shared, EXISTS (SELECT 1 FROM list_defaults x WHERE x.view_id = v.id AND x.person = $2 AND x.body = v.body)
		FROM list_views v WHERE v.body = $1 AND (v.person = $2 OR v.shared) AND v.sample = $3`, who.Hat.Body, who.Person, who.Sample)
	for i := range list {
		list[i].Own = list[i].Person == who.Person
	}
	slices.SortStableFunc(list, func(a, b SavedView) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return list, err
}

// changeViews runs f in a transaction; the lists of everybody at the desk are read anew.
func (s *Store) changeViews(ctx context.Context, who account.Who, f func(ctx context.Context, tx db.Q) error) error {
	defer db.Ended(ctx, func() { s.tally.change(scope(who)).Add(1) })
	return s.DB.InTx(ctx, f)
}

// DefaultView is the view the acting person's list opens with; false when they chose none, or it is no longer shared with them.
func (s *Store) DefaultView(ctx context.Context, who account.Who) (SavedView, bool, error) {
	list, err := s.Views(ctx, who)
	if i := slices.IndexFunc(list, func(v SavedView) bool { return v.Default }); i >= 0 {
		return list[i], true, err
	}
	return SavedView{}, false, err
}

// KeepView keeps filters under a name; a name of the person's own that is there already gets the new filters. fault.Invalid at "name".
func (s *Store) KeepView(ctx context.Context, who account.Who, name, query string, shared bool) error {
	name, err := viewName(name)
	if err != nil {
		return err
	}
	if len(query) > viewLongest {
		return fault.At("name", "cases.view.long")
	}
	list, err := s.Views(ctx, who)
	if err != nil {
		return err
	}
	own := 0
	for _, v := range list {
		if v.Own {
			own++
		}
	}
	i := slices.IndexFunc(list, func(v SavedView) bool { return v.Own && v.Name == name })
	if i < 0 && own >= viewsMost {
		return fault.At("name", "cases.view.many", "n", viewsMost)
	}
	return s.changeViews(ctx, who, func(ctx context.Context, tx db.Q) error {
		if i >= 0 {
			_, err := tx.ExecContext(ctx, `UPDATE list_views SET query = $1, shared = $2, at = $3 WHERE id = $4`, query, shared, db.At(s.now()), list[i].ID)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO list_views (id, person, by_name, role, body, name, query, shared, sample, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			db.NewID("v"), who.Person, who.Name, string(who.Hat.Role), who.Hat.Body, name, query, shared, who.Sample, db.At(s.now()))
		return err
	})
}

func viewName(name string) (string, error) {
	name = jp.NFC(strings.Join(strings.Fields(name), " "))
	if name == "" {
		return "", fault.At("name", "cases.view.name")
	}
	if utf8.RuneCountInString(name) > viewNameMost {
		return "", fault.At("name", "cases.view.name_long", "n", viewNameMost)
	}
	return name, nil
}

// ownView finds one of the acting person's own views; fault.Missing for anybody else's.
func (s *Store) ownView(ctx context.Context, who account.Who, id string) (SavedView, error) {
	list, err := s.Views(ctx, who)
	if i := slices.IndexFunc(list, func(v SavedView) bool { return v.ID == id && v.Own }); i >= 0 {
		return list[i], err
	}
	if err == nil {
		err = fault.New(fault.Missing, "db.missing")
	}
	return SavedView{}, err
}

// RenameView gives one of the acting person's own views another name and says whether the desk shares it.
func (s *Store) RenameView(ctx context.Context, who account.Who, id, name string, shared bool) error {
	if _, err := s.ownView(ctx, who, id); err != nil {
		return err
	}
	name, err := viewName(name)
	if err != nil {
		return err
	}
	return s.changeViews(ctx, who, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE list_views SET name = $1, shared = $2, at = $3 WHERE id = $4`, name, shared, db.At(s.now()), id)
		return err
	})
}

// DropView deletes one of the acting person's own views; whoever's list opened with it gets the plain list again.
func (s *Store) DropView(ctx context.Context, who account.Who, id string) error {
	if _, err := s.ownView(ctx, who, id); err != nil {
		return err
	}
	return s.changeViews(ctx, who, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM list_views WHERE id = $1`, id)
		return err
	})
}

// OpenWith makes a view, the acting person's or a shared one, the one their list opens with; "" is the plain list.
func (s *Store) OpenWith(ctx context.Context, who account.Who, id string) error {
	list, err := s.Views(ctx, who)
	if err != nil {
		return err
	}
	if id != "" && !slices.ContainsFunc(list, func(v SavedView) bool { return v.ID == id }) {
		return fault.New(fault.Missing, "db.missing")
	}
	return s.changeViews(ctx, who, func(ctx context.Context, tx db.Q) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM list_defaults WHERE person = $1 AND body = $2`, who.Person, who.Hat.Body); err != nil || id == "" {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO list_defaults (person, body, view_id) VALUES ($1, $2, $3)`, who.Person, who.Hat.Body, id)
		return err
	})
}
