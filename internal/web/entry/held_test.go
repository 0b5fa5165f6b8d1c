package entry

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/account"
)

func TestEverybodySeesAndTakesWhatIsHeldAboutThem(t *testing.T) {
	h := newHouse(t)
	b := h.signedIn("tanaka", account.Hat{Role: account.RoleStaff, Body: "lg:172022"})
	b.post("/account/profile", "name", "田中 一", "email", "tanaka@example.jp", "division", "=cmd|国際課", "phone", "0767-53-1111", "lang", "ja").want(http.StatusOK)
	b.get("/account").want(http.StatusOK, "/account/data")
	b.get("/account/data").want(http.StatusOK, "田中 一", "国際課", "0767-53-1111", "サインイン", "七尾市")
	b.get("/en/account/data").want(http.StatusOK, "What is held about you", "Municipal staff", `lang="ja"`)
	var data map[string]any
	if err := json.Unmarshal([]byte(b.get("/account/data.json").want(http.StatusOK).text), &data); err != nil {
		t.Fatal(err)
	}
	if p, _ := data["person"].(map[string]any); p["phone"] != "0767-53-1111" || p["division"] != "=cmd|国際課" || p["login"] != "tanaka" {
		t.Errorf("%v", data["person"])
	}
	if m, _ := data["memberships"].([]any); len(m) != 1 || m[0].(map[string]any)["body"] != "lg:172022" || m[0].(map[string]any)["role"] != "R03" {
		t.Errorf("%v", data["memberships"])
	}
	file := b.get("/account/data.zip").want(http.StatusOK).text
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(r)
		switch {
		case f.Name == "index.html" && (!bytes.Contains(content, []byte("0767-53-1111")) || bytes.Contains(content, []byte("<script"))):
			t.Errorf("the document: %s", content)
		case f.Name == "person.csv" && (!bytes.HasPrefix(content, []byte("\ufeff")) || !bytes.Contains(content, []byte("'=cmd|国際課"))):
			t.Errorf("the table: %s", content)
		}
	}
	if !slices.Contains(names, "data.json") || !slices.Contains(names, "security.csv") {
		t.Errorf("%v", names)
	}
	h.browser().get("/account/data").want(http.StatusOK, "/signin")
	h.browser().get("/account/data.zip").want(http.StatusOK, "/signin")
}

func TestARequestLandsWithTheAdministratorAndIsAnsweredOnThePage(t *testing.T) {
	h := newHouse(t)
	b, admin := h.signedIn("tanaka", account.Hat{Role: account.RoleStaff, Body: "lg:172022"}), h.administrator()
	officer := h.signedIn("katsura", account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"})
	b.get("/account/data/request?kind=erase").want(http.StatusOK, "消去")
	b.post("/account/data/request", "kind", "erase", "wanted", "異動のため").want(http.StatusUnprocessableEntity, "対象を1つ以上", "異動のため")
	b.post("/account/data/request", "kind", "correct", "items", "login").want(http.StatusUnprocessableEntity, "どのように直すか")
	b.post("/account/data/request", "kind", "erase", "items", "contact", "items", "record", "wanted", "異動のため").want(http.StatusOK, "/account/data", "回答を待っています")
	open, _, err := h.e.Accounts.Requests(t.Context(), account.System)
	if err != nil || len(open) != 1 {
		t.Fatalf("%v, %v", open, err)
	}
	at := "/admin/requests/" + open[0].ID
	for _, path := range []string{"/admin/requests", at} {
		b.get(path).want(http.StatusNotFound)
		officer.get(path).want(http.StatusNotFound)
		admin.get(path).want(http.StatusOK, "氏名 tanaka")
		admin.get("/en"+path).want(http.StatusOK, "Request to erase")
	}
	officer.post(at, "do", "grant", "reason", "よい").want(http.StatusNotFound)
	admin.post(at, "do", "refuse", "reason", " ").want(http.StatusUnprocessableEntity, "理由を書いてください")
	admin.post(at, "do", "grant", "reason", "確認しました").want(http.StatusOK, "回答を待つ請求はありません")
	b.get("/account/data").want(http.StatusOK, "確認しました", "公の記録は保存期間が終わるまで")
}

func TestTheListOfPeopleIsTakenByUrlOnlyByWhoManagesThem(t *testing.T) {
	h := newHouse(t)
	town := account.Hat{Role: account.RoleApprover, Body: "lg:172022"}
	approver, staff := h.signedIn("boss", town), h.signedIn("tanaka", account.Hat{Role: account.RoleStaff, Body: "lg:172022"})
	admin, branch := h.administrator(), h.signedIn("shibu", account.Hat{Role: account.RoleBranch, Body: "branch:17"})
	other := h.signedIn("yoso", account.Hat{Role: account.RoleStaff, Body: "lg:172014"})
	staff.post("/account/profile", "name", "=HYPERLINK(1)", "email", "tanaka@example.jp", "lang", "ja").want(http.StatusOK)
	for _, kind := range []string{"csv", "xlsx"} {
		own, all, neighbour := "/work/people."+kind+"?body=lg:172022", "/work/people."+kind+"?all=1", "/work/people."+kind+"?body=lg:172014"
		for _, c := range []struct {
			b    *browser
			path string
			may  bool
		}{{approver, own, true}, {approver, neighbour, false}, {approver, all, false}, {staff, own, false}, {branch, own, false}, {other, own, false}, {admin, own, true}, {admin, all, true}} {
			status := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[c.may]
			c.b.get(c.path).want(status)
		}
	}
	text := approver.get("/work/people.csv").want(http.StatusOK, "\ufeff", "'=HYPERLINK(1)", "tanaka@example.jp", "七尾市").text
	if strings.Contains(text, "yoso") {
		t.Error("somebody of another body is in the file")
	}
	admin.get("/work/people.csv?all=1").want(http.StatusOK, "yoso", "boss")
	book, err := excelize.OpenReader(strings.NewReader(approver.get("/work/people.xlsx").text))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 3 {
		t.Errorf("%v, %v", rows, err)
	}
	staff.get("/work/people").want(http.StatusOK)
	if strings.Contains(staff.get("/work/people").text, "people.csv") || !strings.Contains(approver.get("/work/people").text, "people.csv") {
		t.Error("the page offers the file to the wrong people")
	}
}

// administrator is somebody of the system's administration, signed in.
func (h *house) administrator() *browser {
	h.t.Helper()
	h.person("kanri", account.Hat{Role: account.RoleAdmin, Body: "system"})
	b := h.browser()
	b.post("/signin", "login", "kanri", "password", pass).want(http.StatusOK, "/setup/names")
	return b
}

func TestADelegationThatGoesTooFarIsRefusedByTheNumberOfTheProgramme(t *testing.T) {
	h := newHouse(t)
	colleague := h.person("suzuki", account.Hat{Role: account.RoleStaff, Body: "lg:172022"})
	b := h.signedIn("tanaka", account.Hat{Role: account.RoleStaff, Body: "lg:172022", Programmes: "trade"})
	s := b.post("/work/people/delegate", "to", colleague.ID, "until", "2027-03-31", "programmes", "P02").want(http.StatusUnprocessableEntity, "P02")
	if strings.Contains(s.text, "「visit」") {
		t.Error("the message names the programme by its code")
	}
}
