package record

import (
	"net/http"

	"kakehashi/internal/blob"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// TalkDesk shows and takes the questions and answers of a case (質問・連絡), the same for the body and the desks.
type TalkDesk struct {
	Cases *cases.Store
	Files *blob.Store
	Orgs  *org.Store
}

// View is the thread of a case for this reader, who then has read it. url is where they write.
func (t TalkDesk) View(r *page.Request, c *cases.Case, url string) (TalkView, error) {
	v := TalkView{Case: c, Wrong: map[string]string{}}
	if c.CanTalk(r.Who) {
		v.URL, v.Wants = url, len(c.Talk) == 0
	}
	v.Who = func(m cases.Message) string {
		name := Body(r.Context(), t.Orgs.AsOf(m.At), r.Lang, m.Body, c)
		if m.Name != "" {
			name += "\u3000" + m.Name
		}
		return name
	}
	return v, t.Cases.ReadTalk(r.Context(), r.Who, c)
}

// Take writes the message that was sent. Where it is refused, v holds what was typed and why, and refused is set.
func (t TalkDesk) Take(r *page.Request, id string) (typed TalkView, refused *fault.Fault, err error) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && err != http.ErrNotMultipart {
		return typed, nil, page.Unreadable(err)
	}
	typed = TalkView{Text: r.Value("text"), Wants: r.Value("wants") != "", Wrong: map[string]string{}}
	typed.Files, refused, err = Papers(r, t.Files, "file", "files", "@talk")
	if err == nil && refused == nil {
		err = t.Cases.Say(r.Context(), r.Who, id, typed.Text, typed.Files, typed.Wants)
		if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
			refused, err = f, nil
		}
	}
	if refused != nil {
		typed.Wrong[refused.Field] = page.FaultText(r.Lang, refused)
	}
	return typed, refused, err
}

// TalkRows lists threads with something for this reader; at is where their cases are.
func TalkRows(r *page.Request, list []cases.Talking, at string) (rows []part.Row) {
	for _, x := range list {
		state := part.Cell{Text: r.T("record.talk.unread"), Look: "exam", Status: true}
		if x.Waits {
			state = part.Cell{Text: r.T("record.talk.asked"), Look: "back", Status: true}
		}
		name := x.Title
		if name == "" {
			name = x.Number
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: name, URL: at + x.Case + "/talk", Sub: x.Org + "\u3000" + x.Number}, state, {Text: lang.Moment(r.Lang, x.At)}}})
	}
	return rows
}

// TalkHeads are the columns of TalkRows.
func TalkHeads(l lang.Tag) []part.Head {
	return []part.Head{{Label: lang.T(l, "apply.col.case")}, {Label: lang.T(l, "apply.col.state")}, {Label: lang.T(l, "record.talk.at")}}
}
