package cases

// scanMembers reads the sheets of a case; null is nil.
func scanMembers(x *scan) []Member {
	list := []Member{}
	if !x.array(func() {
		if m := scanMember(x); m != nil {
			list = append(list, *m)
		} else {
			list = append(list, Member{})
		}
	}) {
		return nil
	}
	return list
}

func scanMember(x *scan) *Member {
	m := new(Member)
	if !x.object(func(key string) {
		switch key {
		case "person":
			m.Person = x.text()
		case "name":
			m.Name = x.text()
		case "interest":
			m.Interest = x.text()
		case "marks":
			m.Marks = wholes[int](x)
		case "comments":
			x.other(&m.Comments)
		case "at":
			m.At = x.moment()
		case "abstain":
			m.Abstain = x.text()
		case "left":
			m.Left = x.text()
		default:
			x.bad = true
		}
	}) {
		return nil
	}
	return m
}
