package journey_test

import (
	"testing"

	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// The committee meets over one page: every case of the call in its order with its mean and spread, who has scored, and the decision, also
// of cases nobody has scored yet (J04.3).
func TestTheCommitteeMeetsOverOnePage(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			if _, err := h.App.MoreDemo(t.Context(), "propose", 1); err != nil {
				t.Fatal(err)
			}
			b := h.As("demo-officer").OpenOK("/desk").Follow("審査順位").Follow("経済活動助成事業").Follow("審査会の画面").WantStatus(200)
			b.Sees("審査会", "1位", "（見本）冷凍みかん菓子の豪州試験販売", "採点の開き", "点～", "3／3人", "利害関係により審査対象外", "（見本）練習 propose 1", "（見本）駿河和染めの欧州商談会", "採点前")
			b.OpenOK("/en"+b.Path()).Sees("Committee meeting", "No. 1", "Spread", "3 of 3", "Not screening: interest", "Not scored yet")
			for login, want := range map[string]int{"demo-chief": 200, "demo-auditor": 200, "demo-member1": 404, "demo-branch": 404, "demo-finance": 404, "demo-admin": 404, "demo-staff": 403} {
				if got := h.As(login).Open("/desk/screening/economic-activity-grant/meeting").Status(); got != want {
					t.Errorf("%s opens the meeting's page: %d, want %d", login, got, want)
				}
			}
		})
	}
}
