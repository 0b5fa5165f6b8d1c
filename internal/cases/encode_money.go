package cases

func advanceMembers(b *jsonText, a *Advance) {
	b.number("n", int64(a.N))
	b.number("amount", a.Amount)
	b.text("reason", a.Reason)
	b.text("on", a.On)
	b.text("state", a.State)
}

func paymentMembers(b *jsonText, p *Payment) {
	b.text("kind", p.Kind)
	b.number("n", int64(p.N))
	b.number("amount", p.Amount)
	b.text("on", p.On)
	b.textIf("reference", p.Reference)
}

func claimMembers(b *jsonText, c *Claim) {
	b.number("n", int64(c.N))
	b.text("cause", c.Cause)
	b.number("amount", c.Amount)
	b.text("on", c.On)
	b.text("due", c.Due)
	objects(b, "received", c.Received, receiptMembers)
	objects(b, "origins", c.Origins, originMembers)
	b.numberIf("waived", c.Waived)
	b.textIf("why", c.Why)
	b.truthIf("closed", c.Closed)
	b.truthIf("withdrawn", c.Withdrawn)
}

func receiptMembers(b *jsonText, r *Receipt) {
	b.text("on", r.On)
	b.number("amount", r.Amount)
	b.number("principal", r.Principal)
	b.numberIf("interest", r.Interest)
	b.textIf("reference", r.Reference)
}

func originMembers(b *jsonText, o *Origin) {
	b.text("on", o.On)
	b.number("amount", o.Amount)
}

func taxMembers(b *jsonText, t *Tax) {
	b.text("on", t.On)
	b.number("amount", t.Amount)
}
