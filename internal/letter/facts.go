package letter

import "slices"

// Fact is one name a template may use as {name}. Package cases fills them when a letter is drawn up.
type Fact struct {
	Name   string
	Kind   Kind
	Text   string // what it is, for those who write templates
	Sample string // an invented value, as a caller gives it
}

// Kind says how a fact is given and how it is printed.
type Kind byte

// The kinds of facts.
const (
	Words Kind = iota // printed as given; may hold line feeds
	Day               // given as an ISO day, printed as 令和9年3月12日
	Sum               // given as whole yen ("4000000"), printed as 金4,000,000円
	Many              // a list, given in lists, named by an item's List; never a placeholder
)

// Facts is the closed list of letter facts. What a template uses must be given and not be empty when the letter is filled,
// unless its item is left out by When.
var Facts = []Fact{
	{"letter_number", Words, "文書番号", "自国経第128号"},
	{"date", Day, "通知の日", "2027-03-12"},
	{"case_number", Words, "受付番号", "R9-0042"},
	{"programme", Words, "事業（制度）の名称", "経済活動助成事業"},
	{"guideline", Words, "実施要綱の名称", "経済活動助成事業実施要綱"},
	{"fiscal_year", Words, "事業を実施する年度", "令和9年度"},
	{"title", Words, "申請された事業の名称", "静岡茶パリ販路開拓事業"},
	{"applicant_name", Words, "申請団体の名称", "富士市"},
	{"applicant_head", Words, "申請団体の代表者の職（宛名）", "富士市長"},
	{"submitted_on", Day, "申請の日", "2026-10-01"},
	{"received_at", Words, "受け付けた日時", "令和8年10月1日 16時12分"},
	{"intake", Words, "紙や電子メールで届いた申請を職員が入力したこと", "郵送で届いた申請書により、当会の職員が入力しました（入力日 令和8年10月2日）。"},
	{"requested_yen", Sum, "申請額", "5000000"},
	{"decided_yen", Sum, "交付決定額（変更後はその額）", "4000000"},
	{"before_yen", Sum, "変更前の交付決定額", "4500000"},
	{"cost_before", Sum, "変更前の助成対象経費", "11790000"},
	{"cost_after", Sum, "変更後の助成対象経費", "9390000"},
	{"fixed_yen", Sum, "確定額", "3800000"},
	{"advance_yen", Sum, "概算払の額", "4000000"},
	{"paid_yen", Sum, "支払った額", "3800000"},
	{"return_yen", Sum, "返還を求める額", "200000"},
	{"revoked_yen", Sum, "取り消す額", "4000000"},
	{"cap", Words, "上限額とその理由", "上限 5,000,000円（主として海外）"},
	{"calc", Words, "額の計算の過程と根拠（1行に1段）", "対象経費 11,790,000円 × 1/2 ＝ 5,895,000円（千円未満切捨て）\n上限 5,000,000円（主として海外）　審査により 4,000,000円\n要綱 第4条"},
	{"settle_calc", Words, "確定額の計算の過程と根拠（1行に1段）", "実績の対象経費 7,600,000円 × 1/2 ＝ 3,800,000円（千円未満切捨て）\n交付決定額 4,000,000円と比べて少ない額　3,800,000円\n要綱 第14条"},
	{"period_from", Day, "事業の開始日", "2027-04-01"},
	{"period_to", Day, "事業の終了日", "2028-02-29"},
	{"period_before", Words, "変更前の事業の期間（期間が変わるとき）", "令和9年4月1日から令和10年1月31日まで"},
	{"changed_on", Day, "変更・中止の申請の日", "2027-08-02"},
	{"reported_on", Day, "実績報告の日", "2028-03-10"},
	{"billed_on", Day, "請求の日", "2028-03-28"},
	{"decided_on", Day, "交付決定の日", "2027-03-12"},
	{"decided_number", Words, "交付決定通知書の文書番号", "自国経第128号"},
	{"withdraw_by", Day, "申請を取り下げることができる期限", "2027-03-26"},
	{"report_due", Day, "実績報告の期限", "2028-03-20"},
	{"bill_due", Day, "請求書の提出期限", "2028-04-03"},
	{"return_due", Day, "返還の期限", "2028-04-28"},
	{"object_by", Day, "不服の申出ができる期限", "2027-04-11"},
	{"objected_on", Day, "不服の申出の日", "2027-03-30"},
	{"objected_letter", Words, "不服の申出に係る通知の日付と番号", "令和9年3月12日付け自国経第128号"},
	{"statement_on", Day, "弁明書の提出の日", "2027-09-10"},
	{"asset", Words, "処分する財産", "展示用什器一式"},
	{"asset_until", Day, "財産の処分が制限される期限", "2033-03-31"},
	{"disposal", Words, "処分の方法", "譲渡"},
	{"due", Day, "補正の期限", "2026-10-22"},
	{"report_days", Words, "事業の終了から実績報告までの日数", "30"},
	{"change_percent", Words, "あらかじめ承認を要する経費の変更の割合（パーセント）", "20"},
	{"keep_years", Words, "証拠書類を保存する年数", "5"},
	{"reason_class", Words, "理由の区分", "予算の範囲を超えるため"},
	{"reason_text", Words, "理由", "採択の基準には達していますが、評価の順位により予算の範囲に入りませんでした。"},
	{"change_kinds", Words, "変更の区分", "経費の配分、期間"},
	{"change_text", Words, "変更・中止の理由", "見本市の会期が延びたため。"},
	{"opinion", Words, "支部の意見", "地域の産業の振興に資するものであり、適当と認めます。"},
	{"paid_on", Day, "支払の日", "2028-04-14"},
	{"partners", Words, "共同・連携する団体の名称（同意したもの）", "石川県金沢市、特定非営利活動法人見本の会"},
	{"desk", Words, "from: desk の通知を出す側（branch は支部、それ以外は本部）", "hq"},
	{"sender_org", Words, "発出する団体", "一般財団法人自治体国際化協会"},
	{"sender_head", Words, "発出する者の職", "理事長"},
	{"branch_name", Words, "支部の名称", "静岡県支部"},
	{"branch_head", Words, "支部の代表者の職", "支部長"},
	{"branch_phone", Words, "支部の担当の電話", "054-000-0000"},
	{"section", Words, "本部の担当課", "交流支援部 経済交流課"},
	{"desk_phone", Words, "担当課の電話", "03-5213-1726"},
	{"remarks", Many, "補正をお願いする事項", "「経費の内訳」3行目: 単価の根拠となる見積書を添付してください。"},
	{"conditions", Many, "この案件に付ける条件（様式の条件に続く）", "現地での広報の成果を実績報告書に記載すること。"},
	{"changes", Many, "変更の内容（項目ごと）", "事業の終了日　変更前 令和10年1月31日　変更後 令和10年2月29日"},
	{"cost_moves", Many, "費目ごとの変更前と変更後の額", "委託料　変更前 8,000,000円　変更後 5,600,000円"},
	{"files", Many, "提出されたファイルと照合値（SHA-256）", "様式1 申請書.pdf\nSHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
}

// Known: name may stand as {name} in a template.
func Known(name string) bool {
	f, ok := factNamed(name)
	return ok && f.Kind != Many
}

// KnownList: name may stand as an item's List.
func KnownList(name string) bool {
	f, ok := factNamed(name)
	return ok && f.Kind == Many
}

// Samples are invented facts and lists, for looking at a template before it is published. Documents filled with them must be
// marked Sample.
func Samples() (facts map[string]string, lists map[string][]string) {
	facts, lists = map[string]string{}, map[string][]string{}
	for _, f := range Facts {
		if f.Kind == Many {
			lists[f.Name] = []string{f.Sample}
		} else {
			facts[f.Name] = f.Sample
		}
	}
	return facts, lists
}

func factNamed(name string) (Fact, bool) {
	i := slices.IndexFunc(Facts, func(f Fact) bool { return f.Name == name })
	if i < 0 {
		return Fact{}, false
	}
	return Facts[i], true
}
