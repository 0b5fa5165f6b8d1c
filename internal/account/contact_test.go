package account

import (
	"testing"

	"kakehashi/internal/fault"
)

func TestADivisionAndATelephoneStandInTheAccountAndInTheListOfPeople(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:172014")
		p := Profile{Name: "田中 一", Email: "tanaka@example.jp", Division: " 国際交流課 ", Phone: "（０７６）220-2075 内線12"}
		w.ok(w.SaveProfile(t.Context(), who, p), "save")
		got, err := w.Person(t.Context(), who.Person)
		if err != nil || got.Division != "国際交流課" || got.Phone != "076-220-2075 内線12" {
			t.Errorf("%+v, %v", got, err)
		}
		list, err := w.People(t.Context(), System, "lg:172014")
		if err != nil || len(list) == 0 || list[0].Division != "国際交流課" || list[0].Phone != got.Phone {
			t.Errorf("%+v, %v", list, err)
		}
		p.Phone = "でんわ"
		err = w.SaveProfile(t.Context(), who, p)
		if f := fault.Of(err); f == nil || f.Field != "phone" || f.Kind != fault.Invalid {
			t.Errorf("a telephone in words: %v", err)
		}
	})
}
