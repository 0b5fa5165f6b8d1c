package cases

import (
	"encoding/json"

	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// decodeCase reads a stored projection.
func decodeCase(doc []byte) (*Case, error) {
	c := new(Case)
	if scanned(doc, c.scan) == nil {
		return c, nil
	}
	c = new(Case)
	return c, json.Unmarshal(doc, c)
}

// decodeData reads what an event says.
func decodeData(b []byte) (Data, error) {
	var d Data
	if scanned(b, d.scan) == nil {
		return d, nil
	}
	d = Data{}
	err := json.Unmarshal(b, &d)
	return d, err
}

// decodeStep is decodeData without what a submission was judged by.
func decodeStep(b []byte) (Data, error) {
	var d Data
	if scanned(b, func(x *scan) { x.unjudged = true; d.scan(x) }) == nil {
		return d, nil
	}
	return decodeData(b)
}

func (c *Case) scan(x *scan) {
	x.object(func(key string) {
		switch key {
		case "id":
			c.ID = x.text()
		case "number":
			c.Number = x.text()
		case "programme":
			c.Programme = x.text()
		case "definition":
			c.Definition = x.text()
		case "fiscal_year":
			c.FiscalYear = x.number()
		case "section":
			c.Section = x.text()
		case "org":
			c.Org.scan(x)
		case "via":
			c.Via = x.text()
		case "two_step":
			c.TwoStep = x.yes()
		case "state":
			c.State = x.text()
		case "before":
			c.Before = x.text()
		case "back":
			c.Back = x.text()
		case "phase":
			c.Phase = x.number()
		case "holder":
			c.Holder = x.text()
		case "ended":
			c.Ended = x.yes()
		case "due":
			c.Due = x.text()
		case "answers":
			c.Raw = x.raws()
		case "revs":
			c.Revs = wholes[int](x)
		case "held":
			c.Held = x.raws()
		case "evaluation":
			c.Evaluation = scanJudged(x)
		default:
			c.scanMore(x, key)
		}
	})
}

// scanMore reads people, days and sums.
func (c *Case) scanMore(x *scan, key string) {
	switch key {
	case "editors":
		c.Editors = x.texts()
	case "owner":
		c.Owner = x.text()
	case "asker":
		c.Asker = x.text()
	case "submitter":
		c.Submitter = x.text()
	case "created":
		c.Created = x.moment()
	case "submitted":
		c.Submitted = x.moment()
	case "updated":
		c.Updated = x.moment()
	case "requested":
		c.Requested = x.whole()
	case "decided":
		c.Decided = x.whole()
	case "decided_on":
		c.DecidedOn = x.text()
	case "withdraw_by":
		c.WithdrawBy = x.text()
	case "fixed":
		c.Fixed = x.whole()
	case "to_return":
		c.ToReturn = x.whole()
	case "paid":
		c.Paid = x.whole()
	case "paid_on":
		c.PaidOn = x.text()
	case "scores_hash":
		c.ScoresHash = x.text()
	case "letters":
		c.Letters = scanLetters(x)
	case "clock":
		c.Clock = scanClock(x)
	case "demo":
		c.Demo = x.yes()
	case "erased":
		c.Erased = x.text()
	case "seq":
		c.Seq = x.number()
	case "head":
		c.Head = x.text()
	default:
		c.scanRest(x, key)
	}
}

// scanRest reads what a case gathers on its way; what few have, by encoding/json.
func (c *Case) scanRest(x *scan, key string) {
	switch key {
	case "returns":
		x.other(&c.Returns)
	case "opinion":
		c.Opinion = scanOpinion(x)
	case "checklist":
		c.Checklist = x.texts()
	case "overrides":
		x.other(&c.Overrides)
	case "confirmed":
		x.other(&c.Confirmed)
	case "members":
		c.Members = scanMembers(x)
	case "approvals":
		c.Approvals = listed(x, (*Approval).scan)
	case "proposal":
		c.Proposal = scanProposal(x)
	case "conditions":
		c.Conditions = x.texts()
	case "admitted":
		c.Admitted = listed(x, (*Admit).scan)
	case "forms_in":
		c.FormsIn = moments(x)
	case "purses":
		c.Purses = listed(x, scanPurse)
	case "fixed_on":
		c.FixedOn = x.text()
	case "advances":
		x.other(&c.Advances)
	case "payments":
		c.Payments = listed(x, (*Payment).scan)
	case "claims":
		x.other(&c.Claims)
	case "tax":
		x.other(&c.Tax)
	case "parties":
		x.other(&c.Parties)
	case "intakes":
		x.other(&c.Intakes)
	case "agents":
		c.Agents = x.texts()
	case "talk":
		x.other(&c.Talk)
	case "fixes":
		x.other(&c.Fixes)
	case "proceedings":
		x.other(&c.Proceedings)
	case "revoked":
		c.Revoked = x.whole()
	case "disposals":
		x.other(&c.Disposals)
	case "resume":
		c.Resume = x.text()
	default:
		x.bad = true // a key this reader does not know: encoding/json decides
	}
}

func (o *OrgRef) scan(x *scan) {
	x.object(func(key string) {
		switch key {
		case "code":
			o.Code = x.text()
		case "type":
			o.Type = x.text()
		case "name":
			o.Name = x.text()
		case "english":
			o.English = x.text()
		case "head":
			o.Head = x.text()
		case "address":
			o.Address = x.text()
		case "branch":
			o.Branch = x.text()
		case "branch_name":
			o.BranchName = x.text()
		case "is_branch":
			o.IsBranch = x.yes()
		case "prefecture":
			o.Prefecture = x.text()
		default:
			x.bad = true
		}
	})
}

func scanLetters(x *scan) []LetterRef {
	list := []LetterRef{}
	if !x.array(func() {
		var l LetterRef
		x.object(func(key string) {
			switch key {
			case "id":
				l.ID = x.text()
			case "kind":
				l.Kind = x.text()
			case "title":
				l.Title = x.text()
			case "number":
				l.Number = x.text()
			case "day":
				l.Day = x.text()
			case "addressee":
				l.Addressee = x.text()
			case "words":
				l.Words = x.text()
			default:
				x.bad = true
			}
		})
		list = append(list, l)
	}) {
		return nil
	}
	return list
}

func scanClock(x *scan) []Span {
	list := []Span{}
	if !x.array(func() {
		var s Span
		x.object(func(key string) {
			switch key {
			case "from":
				s.From = x.moment()
			case "to":
				s.To = x.moment()
			default:
				x.bad = true
			}
		})
		list = append(list, s)
	}) {
		return nil
	}
	return list
}

func scanJudged(x *scan) *Judged {
	j := new(Judged)
	if !x.object(func(key string) {
		switch key {
		case "verdict":
			j.Verdict = x.text()
		case "rules":
			j.Rules = make([]programme.Outcome, 0, 32)
			if !x.array(func() { j.Rules = append(j.Rules, scanOutcome(x)) }) {
				j.Rules = nil
			}
		case "amounts":
			j.Amounts = wholes[int64](x)
		case "steps":
			j.Steps = make([]programme.Step, 0, 8)
			if !x.array(func() { j.Steps = append(j.Steps, scanStep(x)) }) {
				j.Steps = nil
			}
		default:
			x.bad = true
		}
	}) {
		return nil
	}
	return j
}

func scanOutcome(x *scan) (o programme.Outcome) {
	x.object(func(key string) {
		switch key {
		case "id":
			o.ID = x.text()
		case "severity":
			o.Severity = x.text()
		case "outcome":
			o.Outcome = x.text()
		case "title":
			o.Title = scanWords(x)
		case "message":
			o.Message = scanWords(x)
		case "basis":
			o.Basis = x.text()
		case "on":
			o.On = x.texts()
		case "needs":
			o.Needs = x.texts()
		case "residual":
			o.Residual = x.text()
		case "early":
			o.Early = x.yes()
		default:
			x.bad = true
		}
	})
	return o
}

func scanStep(x *scan) (s programme.Step) {
	x.object(func(key string) {
		switch key {
		case "name":
			s.Name = x.text()
		case "title":
			s.Title = scanWords(x)
		case "formula":
			s.Formula = x.text()
		case "text":
			s.Text = scanWords(x)
		case "value":
			s.Value = x.whole()
		case "basis":
			s.Basis = x.text()
		default:
			x.bad = true
		}
	})
	return s
}

func scanWords(x *scan) (t lang.Text) {
	x.object(func(key string) {
		switch key {
		case "ja":
			t.JA = x.text()
		case "en":
			t.EN = x.text()
		default:
			x.bad = true
		}
	})
	return t
}
