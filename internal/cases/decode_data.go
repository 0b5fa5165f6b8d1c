package cases

func (d *Data) scan(x *scan) {
	x.object(func(key string) {
		switch key {
		case "set":
			d.Set = x.raws()
		case "unset":
			d.Unset = x.texts()
		case "move":
			d.Move = x.text()
		case "from":
			d.From = x.text()
		case "to":
			d.To = x.text()
		case "done":
			d.Done = x.text()
		case "done_en":
			d.DoneEN = x.text()
		case "phase":
			d.Phase = x.number()
		case "holder":
			d.Holder = x.text()
		case "due":
			d.Due = x.text()
		case "ended":
			d.Ended = x.yes()
		case "opens":
			d.Opens = x.yes()
		case "form":
			d.Form = x.text()
		case "told":
			d.Told = x.yes()
		case "number":
			d.Number = x.text()
		case "judged":
			if x.unjudged {
				x.skip()
			} else {
				d.Judged = scanJudged(x)
			}
		case "clock":
			d.Clock = x.text()
		case "outcome":
			d.Outcome = x.text()
		case "letters":
			d.Letters = scanLetters(x)
		case "window":
			d.Window = x.text()
		case "member":
			d.Member = scanMember(x)
		case "approval":
			x.other(&d.Approval)
		default:
			d.scanMore(x, key)
		}
	})
}

// scanMore reads what fewer events say.
func (d *Data) scanMore(x *scan, key string) {
	switch key {
	case "created":
		x.other(&d.Created)
	case "definition":
		d.Definition = x.text()
	case "changes":
		d.Changes = x.texts()
	case "changes_en":
		d.ChangesEN = x.texts()
	case "needs":
		d.Needs = scanNeeds(x)
	case "extended":
		d.Extended = x.text()
	case "handed":
		d.Handed = x.texts()
	case "arrived":
		d.Arrived = pointed(x, (*scan).moment)
	case "requested":
		d.Requested = pointed(x, (*scan).whole)
	case "decided":
		d.Decided = pointed(x, (*scan).whole)
	case "decided_on":
		d.DecidedOn = x.text()
	case "withdraw_by":
		d.WithdrawBy = x.text()
	case "conditions":
		d.Conditions = x.texts()
	case "fixed":
		d.Fixed = pointed(x, (*scan).whole)
	case "to_return":
		d.ToReturn = pointed(x, (*scan).whole)
	case "paid":
		d.Paid = pointed(x, (*scan).whole)
	case "paid_on":
		d.PaidOn = x.text()
	case "asked":
		d.Asked = x.text()
	case "freeze":
		d.Freeze = x.text()
	case "rule":
		d.Rule = x.text()
	case "key":
		d.Key = x.text()
	case "value":
		d.Value = x.text()
	case "reason":
		d.Reason = x.text()
	case "owner":
		d.Owner = x.text()
	case "money":
		x.other(&d.Money)
	case "advance":
		x.other(&d.Advance)
	case "payment":
		x.other(&d.Payment)
	case "claim":
		x.other(&d.Claim)
	case "tax":
		x.other(&d.Tax)
	case "party":
		x.other(&d.Party)
	case "intake":
		x.other(&d.Intake)
	case "message":
		x.other(&d.Message)
	case "fix":
		x.other(&d.Fix)
	case "fixed_on":
		d.FixedOn = x.text()
	case "proceedings":
		x.other(&d.Proceedings)
	case "revoked":
		d.Revoked = pointed(x, (*scan).whole)
	case "disposal":
		x.other(&d.Disposal)
	case "aside":
		d.Aside = x.text()
	default:
		x.bad = true // a key this reader does not know: encoding/json decides
	}
}
