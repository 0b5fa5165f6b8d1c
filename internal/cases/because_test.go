package cases

import (
	"testing"

	"kakehashi/internal/lang"
)

func TestWhySomebodyMayNotJudgeIsSaidInTheReadersLanguage(t *testing.T) {
	for _, c := range []struct{ reason, ja, en string }{
		{because(TieSame, ""), "派遣元が申請団体", "Home body is the applicant"},
		{because(TieArea, ""), "派遣元が同じ都道府県", "Home body in the same prefecture"},
		{because(TiePost, "国際課長"), "申請団体での役職（国際課長）", "Post at the applicant (国際課長)"},
		{because(TiePost, "部長：兼務:次長"), "申請団体での役職（部長：兼務:次長）", "Post at the applicant (部長：兼務:次長)"},
		{"知人が応募しているため", "知人が応募しているため", "知人が応募しているため"},
	} {
		if ja, en := Because(lang.JA, c.reason), Because(lang.EN, c.reason); ja != c.ja || en != c.en {
			t.Errorf("%q is said as %q and %q", c.reason, ja, en)
		}
	}
}
