package programme

import (
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/rule"
)

// OpenState reports whether the definition itself says the call is open: not closed, and not after the programme ended.
func (d *Definition) OpenState(now time.Time) bool { return d.Call.open(now) }

func (c *Call) open(now time.Time) bool {
	return c.State != "closed" && (c.ClosedFrom == "" || jp.Date(now) < c.ClosedFrom)
}

// Same reports whether both are the same round of the same year, whatever their days.
func (c *Call) Same(other *Call) bool {
	return c.FiscalYear == other.FiscalYear && max(c.Round, 1) == max(other.Round, 1)
}

// days are the ISO days of a call by the names rules have for them; "" where a day is not set.
func (c *Call) days() map[string]string {
	return map[string]string{"call.opens": c.Opens, "call.closes": c.Closes, "call.from": c.From, "call.to": c.To,
		"call.reportBy": c.ReportBy, "call.result": c.Result}
}

// put sets the year, the round and the days of a call that was compiled before.
func (c *Call) put(v *rule.Values) {
	v.Set("call.fiscalYear", int64(c.FiscalYear))
	v.Set("call.round", int64(max(c.Round, 1)))
	for name, day := range c.days() {
		if day == "" {
			v.Set(name, nil)
		} else {
			v.Set(name, day)
		}
	}
}
