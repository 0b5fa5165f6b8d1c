package placement

import "strings"

// levelWords names a level for people.
func levelWords(name string) Text {
	switch name {
	case "placed":
		return Text{"配置される人数", "people placed"}
	case "couples":
		return Text{"ともに配置される二人", "couples together"}
	case "essential":
		return Text{"優先して埋める席", "essential seats"}
	case "first":
		return Text{"第1希望がかなう人数", "first wishes"}
	case "second":
		return Text{"第2希望がかなう人数", "second wishes"}
	case "third":
		return Text{"第3希望がかなう人数", "third wishes"}
	case "later_ranks":
		return Text{"下位の希望", "later wishes"}
	case "area":
		return Text{"地域の種類の希望", "wishes for a kind of area"}
	case "strong":
		return Text{"求人の強い希望", "strong criteria of posts"}
	case "wants":
		return Text{"求人の希望", "wants of posts"}
	case "sister":
		return Text{"姉妹都市の縁", "sister-city ties"}
	case "unserved":
		return Text{"希望が続けてかなわなかった団体", "organisations that went without"}
	case "post_ranks":
		return Text{"求人側の順位", "ranks of posts"}
	case "spread":
		return Text{"国籍の偏り", "concentration of nationalities"}
	case "blocking":
		return Text{"不満の組", "blocking pairs"}
	case "lottery", "draw":
		return Text{"抽選", "the lottery"}
	}
	if n, ok := strings.CutPrefix(name, "rank_"); ok {
		return Text{"第" + n + "希望がかなう人数", "wishes of rank " + n}
	}
	return Text{name, name}
}
