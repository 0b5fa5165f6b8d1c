package proof_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/proof"
)

var auditor = account.Who{Person: "p-audit", Hat: account.Hat{Role: account.RoleAuditor, Body: "system"}}

// stand fills in a case of a section, handed in or still a draft.
func stand(t *testing.T, d *db.DB, id, section, submitted string) {
	t.Helper()
	_, err := d.Pool().ExecContext(t.Context(), `INSERT INTO cases (id, number, programme, fiscal_year, section, org_code, org_type, org_name, branch, prefecture, demo, created,
		definition, state, phase, holder, title, due, requested, decided, fixed, paid, score, owner, ended, version, head, submitted, updated, doc)
		VALUES ($1, $2, 'p', 2027, $3, '222101', 'city', '富士市', '22', '22', FALSE, 'x', 'd', 's', 2, 'officer', '題', '9999-12-31', 0, 0, 0, 0, 0, '', FALSE, 1, '', $4, 'x', '{}')`,
		id, "N-"+id, section, submitted)
	if err != nil {
		t.Fatal(err)
	}
}

// The log of reading is written a moment later by itself, loses nothing when the service stops, joins what is read again within the hour,
// leaves out drafts of one's own body, and is one chain in which no line can be changed, taken out or put in.
func TestWhoReadIsWrittenDownAndCannotBeChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
		clock := func() time.Time { return now }
		stand(t, d, "c_in", "keishin", "2026-10-01")
		stand(t, d, "c_draft", "keishin", "")
		stand(t, d, "c_other", "koushin", "2026-10-01")
		log := &proof.Reads{DB: d, Clock: clock}
		officer := proof.Read{Person: "p-1", Name: "見本 桂", Role: account.RoleOfficer, Body: "hq:keishin", Origin: "192.0.2.1", What: "case", Case: "c_in"}
		staff := proof.Read{Person: "p-2", Name: "富士 花子", Role: account.RoleStaff, Body: "lg:222101", What: "form", Case: "c_draft"}
		other := officer
		other.Case = "c_other"
		for range 3 {
			log.Note(officer)
			log.Note(staff)
			log.Note(other)
		}
		lines := func() int {
			n, err := db.One(t.Context(), d.Read(), db.Int, `SELECT COUNT(*) FROM case_reads`)
			if err != nil {
				t.Fatal(err)
			}
			return int(n)
		}
		for wait := time.Now().Add(10 * time.Second); lines() < 2 && time.Now().Before(wait); {
			time.Sleep(20 * time.Millisecond)
		}
		if n := lines(); n != 2 {
			t.Fatalf("%d lines were written by themselves, want those of the two cases that were handed in", n)
		}
		now = now.Add(time.Hour)
		log.Note(officer)
		if err := log.Close(); err != nil || lines() != 3 {
			t.Fatalf("a clean stop lost a line: %d, %v", lines(), err)
		}
		log.Note(officer)
		chief := account.Who{Person: "p-3", Hat: account.Hat{Role: account.RoleChief, Body: "hq:keishin"}}
		for who, want := range map[*account.Who]int{&auditor: 3, &chief: 2} {
			if got, err := log.List(t.Context(), *who, proof.ReadFilter{Limit: 10}); err != nil || len(got) != want {
				t.Errorf("%s reads %d lines, want %d (%v)", who.Hat.Role, len(got), want, err)
			}
		}
		if _, err := log.List(t.Context(), account.Who{Person: "p-1", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}, proof.ReadFilter{Limit: 10}); !fault.Is(err, fault.Missing) {
			t.Errorf("an officer reads the log: %v", err)
		}
		for f, want := range map[proof.ReadFilter]int{{Case: "N-c_in"}: 2, {Person: "桂"}: 3, {Person: "p-1"}: 3, {Person: "%"}: 3, {Person: "花子"}: 0, {From: "2026-11-23", To: "2026-11-23"}: 3,
			{To: "2026-11-22"}: 0, {What: "file"}: 0, {Before: 2}: 1} {
			f.Limit = 10
			if got, err := log.List(t.Context(), auditor, f); err != nil || len(got) != want {
				t.Errorf("%+v finds %d lines, want %d (%v)", f, len(got), want, err)
			}
		}
		verify(t, log, 3, "")
		for change, want := range map[string]string{`UPDATE case_reads SET name = 'だれか' WHERE seq = 2`: "line 2", `UPDATE case_reads SET case_id = 'c_draft' WHERE seq = 1`: "line 1",
			`DELETE FROM case_reads WHERE seq = 2`: "lines 2 to 2 are missing", `UPDATE case_reads SET words = 'x', name = '' WHERE seq = 3`: "line 3"} {
			broken(t, d, log, change, want)
		}
		verify(t, log, 3, "")
	})
}

// verify recomputes the chain: n lines, and the fault that is wanted ("" for none).
func verify(t *testing.T, log *proof.Reads, n int, want string) {
	t.Helper()
	got, wrong, err := log.Verify(t.Context())
	if err != nil || want == "" && (got != n || len(wrong) > 0) || !strings.Contains(strings.Join(wrong, "\n"), want) {
		t.Errorf("%d lines, %v, %v; want %d and %q", got, wrong, err, n, want)
	}
}

// broken makes a change, sees it found out, and puts the log back as it was.
func broken(t *testing.T, d *db.DB, log *proof.Reads, change, want string) {
	t.Helper()
	run := func(query string) {
		t.Helper()
		if _, err := d.Pool().ExecContext(t.Context(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	run(`CREATE TABLE kept_reads AS SELECT * FROM case_reads`)
	run(change)
	verify(t, log, 0, want)
	run(`DELETE FROM case_reads`)
	run(`INSERT INTO case_reads SELECT * FROM kept_reads`)
	run(`DROP TABLE kept_reads`)
}

// Two processes write at once; lines whose term is over lose their words and the chain verifies as before; a case on hold keeps its own.
func TestTheLogOfReadingIsWrittenByManyAndRetired(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
		stand(t, d, "c_free", "keishin", "2026-10-01")
		stand(t, d, "c_held", "keishin", "2026-10-01")
		var all sync.WaitGroup
		logs := [2]*proof.Reads{}
		for i := range logs {
			logs[i] = &proof.Reads{DB: d, Clock: func() time.Time { return now }}
			all.Go(func() {
				for n := range 40 {
					logs[i].Note(proof.Read{Person: fmt.Sprintf("p-%d-%d", i, n), Name: "誰か", Role: account.RoleOfficer, Body: "hq:keishin", What: "case", Case: []string{"c_free", "c_held"}[n%2]})
					if n%8 == 0 {
						if err := logs[i].Flush(t.Context()); err != nil {
							t.Error(err)
						}
					}
				}
				if err := logs[i].Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		verify(t, logs[0], 80, "")
		if _, err := d.Pool().ExecContext(t.Context(), `INSERT INTO case_holds (case_id, reason, person, name, at) VALUES ('c_held', '訴訟', 'p', 'n', 'x')`); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(3, 0, 0)
		if n, err := logs[0].Retire(t.Context()); err != nil || n != 0 {
			t.Errorf("%d lines were retired on the last day (%v)", n, err)
		}
		now = now.AddDate(0, 0, 1)
		if n, err := logs[0].Retire(t.Context()); err != nil || n != 40 {
			t.Errorf("%d lines were retired, want those of the case that is not on hold (%v)", n, err)
		}
		verify(t, logs[0], 80, "")
		got, err := logs[0].List(t.Context(), auditor, proof.ReadFilter{Limit: 100})
		if err != nil || len(got) != 40 || got[0].Number != "N-c_held" {
			t.Errorf("%d lines are left to read (%v)", len(got), err)
		}
	})
}
