package cases

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
)

// Duty is something a body has to do, or to keep until, after its grant; Due is an ISO day in JST. It belongs to the body, not to a person.
type Duty struct {
	Case, Number, Title string
	Kind                string // tax | assets | records
	Item                string // of property: what it is
	Due                 string
}

// Disposal is what was done, with approval, with property the grant had bought. Row counts the lines of the register from 1.
type Disposal struct {
	Row    int    `json:"row"`
	Item   string `json:"item"`
	How    string `json:"how"`
	On     string `json:"on"`
	Until  string `json:"until,omitempty"`
	Income int64  `json:"income,omitempty"` // yen to be returned
}

// Asset is one line of the register of property (取得財産等管理台帳).
type Asset struct {
	Row         int // from 1
	Item, Place string
	Got, Until  string
	Price       int64
	Gone        *Disposal
}

// Register is the property the grant bought, as the final report lists it, with what became of it.
func (c *Case) Register(p *programme.Programme) (list []Asset) {
	if p.Aftercare.Assets == nil {
		return nil
	}
	v, _ := c.Answer(p.Aftercare.Assets.Field)
	for i, row := range form.Rows(v) {
		a := Asset{Row: i + 1}
		a.Item, _ = row["item"].(string)
		a.Place, _ = row["place"].(string)
		a.Got, _ = row["got"].(string)
		a.Until, _ = row["until"].(string)
		a.Price, _ = row["price"].(int64)
		if n := slices.IndexFunc(c.Disposals, func(d Disposal) bool { return d.Row == a.Row }); n >= 0 {
			a.Gone = &c.Disposals[n]
		}
		list = append(list, a)
	}
	return list
}

// Assets is the property that the body must still keep, whatever the day.
func (c *Case) Assets(p *programme.Programme) []Asset {
	if c.Award() == 0 {
		return nil
	}
	return slices.DeleteFunc(c.Register(p), func(a Asset) bool { return a.Gone != nil || a.Until == "" })
}

// heldUntil is the last day on which some property must be kept, "" when there is none.
func (c *Case) heldUntil(p *programme.Programme) (last string) {
	for _, a := range c.Assets(p) {
		last = max(last, a.Until)
	}
	return last
}

// Duties are what the body has to do after the grant, from the day its amount is fixed.
func (c *Case) Duties(p *programme.Programme) (list []Duty) {
	if !c.settled() || c.Award() == 0 || c.Erased != "" {
		return nil
	}
	add := func(kind, item, due string) {
		if due != "" {
			list = append(list, Duty{Case: c.ID, Number: c.Number, Title: c.Title(), Kind: kind, Item: item, Due: due})
		}
	}
	if c.Tax == nil {
		add("tax", "", c.TaxBy(p))
	}
	for _, a := range c.Assets(p) {
		add("assets", a.Item, a.Until)
	}
	add("records", "", p.RecordsUntil(c.FiscalYear))
	return list
}

// dutiless reports whether the body can have nothing to do afterwards: nothing was decided, nor is a decision under review.
func (c *Case) dutiless() bool { return c.Phase < 3 && len(c.Proceedings) == 0 }

// duties writes what the body has to do after the change, for those that find it by body or by day.
func (d *draft) duties(b *db.Batch) {
	if d.Case.dutiless() || !slices.ContainsFunc(d.events, func(e *Event) bool { return e.Type == "moved" }) {
		return
	}
	b.Add(`DELETE FROM case_duties WHERE case_id = $1`, d.Case.ID)
	for _, x := range d.Case.Duties(d.Programme) {
		b.Add(`INSERT INTO case_duties (case_id, org_code, due, kind, item) VALUES ($1, $2, $3, $4, $5)`, d.Case.ID, d.Case.Org.Code, x.Due, x.Kind, x.Item)
	}
}

// dutiesMost is how many duties a body reads at once.
const dutiesMost = 100

// DutiesOf lists what the acting person's body has to do after its grants, the nearest first. Staff of the body only.
func (s *Store) DutiesOf(ctx context.Context, who account.Who) ([]Duty, error) {
	if !who.Is(staff...) || who.BodyID() == "" {
		return nil, nil
	}
	return db.List(ctx, s.DB.Read(), scanDuty, `SELECT `+dutyColumns+` FROM case_duties d JOIN cases c ON c.id = d.case_id
		WHERE d.org_code = $1 AND d.due >= $2 ORDER BY d.due, d.case_id, d.kind, d.item LIMIT $3`, who.BodyID(), jp.Date(s.now()), dutiesMost)
}

const dutyColumns = `d.case_id, c.number, c.title, d.kind, d.item, d.due`

func scanDuty(r *sql.Rows) (x Duty, err error) {
	return x, r.Scan(&x.Case, &x.Number, &x.Title, &x.Kind, &x.Item, &x.Due)
}

// remindDuties writes to the bodies whose duties are due so many days ahead as their programme says; each reminder goes out once.
func (s *Store) remindDuties(ctx context.Context) error {
	today := jp.Date(s.now())
	list, err := db.List(ctx, s.DB.Read(), scanDuty, `SELECT `+dutyColumns+` FROM case_duties d JOIN cases c ON c.id = d.case_id
		WHERE d.due >= $1 AND d.due <= $2 AND d.kind <> 'tax' ORDER BY d.due, d.case_id`, today, jp.AddDays(today, 31))
	if err != nil {
		return err
	}
	for _, x := range list {
		c, p, err := s.Get(ctx, System, x.Case)
		if err != nil {
			return err
		}
		left := jp.Days(today, x.Due)
		if !slices.Contains(p.Deadlines.Reminders, left) {
			continue
		}
		c.Due = x.Due
		err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			occasion := fmt.Sprintf("%s/%s/%s/%d", x.Kind, x.Item, x.Due, left)
			n, err := db.Changed(ctx, tx, `INSERT INTO case_reminders (key) VALUES ($1) ON CONFLICT (key) DO NOTHING`, c.ID+"/"+occasion)
			if err != nil || n == 0 {
				return err
			}
			d := &draft{Store: s, Case: c, Programme: p, ctx: ctx, tx: tx, who: System, now: s.now()}
			return d.tell(map[string]string{"applicant": "duty_" + x.Kind}, occasion)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// dispose lets property go as the body asked; what it brings in is demanded back, up to what the grant left it.
func (d *draft) dispose(held ledger.Purses, data *Data) ([]ledger.Movement, error) {
	a := d.Programme.Aftercare.Assets
	if a == nil {
		return nil, fault.New(fault.Refused, "cases.no_asset")
	}
	answer := d.Case.Answers()
	n, _ := answer[a.Number].(int64)
	how, _ := answer[a.How].(string)
	income, _ := answer[a.Income].(int64)
	i := slices.IndexFunc(d.Case.Assets(d.Programme), func(x Asset) bool { return int64(x.Row) == n })
	if i < 0 {
		return nil, fault.New(fault.Refused, "cases.no_asset")
	}
	x := d.Case.Assets(d.Programme)[i]
	income = min(income, held.On(ledger.Settled))
	data.Disposal = &Disposal{Row: x.Row, Item: x.Item, How: how, On: d.today(), Until: x.Until, Income: income}
	if income <= 0 {
		return nil, nil
	}
	total := d.Case.ToReturn + income
	data.ToReturn, data.Claim = &total, d.demand(programme.CauseDisposal, income)
	return held.Demand(income), nil
}
