package apply

import (
	"net/http"
	"strconv"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/record"
)

// talkMost bounds a message with its files, in bytes.
const talkMost = 60 << 20

func (p *Pages) talkDesk() record.TalkDesk {
	return record.TalkDesk{Cases: p.Cases, Files: p.Files, Orgs: p.Orgs}
}

// talk shows the questions and answers of a case.
func (p *Pages) talk(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	return p.showTalk(r, c, prog, nil, nil)
}

func (p *Pages) showTalk(r *page.Request, c *cases.Case, prog *programme.Programme, typed *record.TalkView, refused *fault.Fault) (page.View, error) {
	if c.Side(r.Who) == "" {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	v, err := p.talkDesk().View(r, c, caseURL(c, "talk"))
	if err != nil {
		return page.View{}, err
	}
	name := record.Name(r.Lang, c, prog)
	view := page.View{Title: r.T("record.talk.title"), Sub: name, Shell: page.Work, Crumbs: []page.Link{{Label: name, URL: caseURL(c)}}}
	if refused != nil {
		v.Text, v.Wants, v.Files, v.Wrong = typed.Text, typed.Wants, typed.Files, typed.Wrong
		view.Status, view.Errors = http.StatusUnprocessableEntity, []page.Item{{ID: refused.Field, Text: page.FaultText(r.Lang, refused)}}
	}
	view.Body = talkBody(v, view.Errors)
	return view, nil
}

// say adds a message of the body.
func (p *Pages) say(r *page.Request) (page.View, error) {
	id := r.PathValue("id")
	typed, refused, err := p.talkDesk().Take(r, id)
	if err != nil {
		return page.View{}, err
	}
	if refused != nil {
		c, prog, err := p.get(r)
		if err != nil {
			return page.View{}, err
		}
		return p.showTalk(r, c, prog, &typed, refused)
	}
	return page.Redirect("/work/cases/"+id+"/talk", page.Say("record.talk.sent")), nil
}

// answerFix is the one click with which the body agrees to a correction that an office proposes, or does not.
func (p *Pages) answerFix(r *page.Request) (page.View, error) {
	id := r.PathValue("id")
	n, _ := strconv.Atoi(r.Value("n"))
	agree := r.Value("do") == "agree"
	err := p.Cases.AnswerFix(r.Context(), r.Who, id, n, agree, r.Value("reason"))
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing {
		v, verr := p.overview(r)
		if verr != nil {
			return page.View{}, verr
		}
		v.Status = http.StatusUnprocessableEntity
		v.Errors = []page.Item{{ID: "fix-" + f.Field, Text: page.FaultText(r.Lang, f)}}
		v.Body = withErrors(v.Errors, v.Body)
		return v, nil
	}
	if err != nil {
		return page.View{}, err
	}
	said := "record.fix.refused_said"
	if agree {
		said = "record.fix.agreed_said"
	}
	return page.Redirect("/work/cases/"+id, page.Say(said)), nil
}
