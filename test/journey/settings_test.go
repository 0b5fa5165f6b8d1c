package journey_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"kakehashi/test/journey"
)

func TestTheAdministratorChangesTheSettings(t *testing.T) {
	h := journey.Start(t, "sqlite", time.Time{})
	b := h.As("demo-admin").OpenOK("/admin").Follow("設定").WantStatus(200).Sees("outbox")
	b.Fill("文書番号の形", "{fy}自国協第{n}号").Press("番号の見本を見る").WantStatus(200).Sees("8自国協第124号")
	if got := h.As("demo-admin").OpenOK("/admin/settings").Value("pattern"); strings.Contains(got, "自国協") {
		t.Error("a preview was saved")
	}
	b.Fill("文書番号の形", "第号").Press("団体と文書の設定を保存する").WantStatus(422)
	b.Fill("文書番号の形", "{fy}自国協第{n}号").Press("団体と文書の設定を保存する").WantStatus(200).Sees("保存しました。", "8自国協第124号")
}

func TestATestMailTellsWhatTheServerSaid(t *testing.T) {
	h := journey.Start(t, "sqlite", time.Time{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close() // nobody answers there
	b := h.As("demo-admin").OpenOK("/admin/settings")
	b.Press("試しに1通送る").WantStatus(422).Sees("メールサーバーを入力してから")
	b.Fill("メールサーバー（SMTP）", "127.0.0.1").Fill("ポート番号", port).Fill("差出人のアドレス", "office@example.jp").Press("試しに1通送る").
		WantStatus(422).Sees("試しのメールを送れませんでした")
	if got := b.Value("host"); got != "127.0.0.1" {
		t.Errorf("what was typed is lost: %q", got)
	}
	if h.As("demo-admin").OpenOK("/admin/settings").Value("host") != "" {
		t.Error("settings that did not work were saved")
	}
	for _, login := range []string{"demo-officer", "demo-auditor", "demo-staff"} {
		if got := h.As(login).Open("/admin/settings").Status(); got != 404 {
			t.Errorf("%s opens the settings: %d", login, got)
		}
	}
}
