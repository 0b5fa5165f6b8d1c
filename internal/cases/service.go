package cases

import (
	"encoding/json"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/form"
)

// Paper says that an application came on paper or by mail and who entered it for the body (代行入力). Arrived is the JST day that was
// stated; it counts for the close of the call as the end of that day.
type Paper struct {
	Way     string     `json:"way"` // paper | mail
	Arrived string     `json:"arrived"`
	Reason  string     `json:"reason"` // how that is known
	Scan    *form.File `json:"scan,omitempty"`
	Desk    string     `json:"desk"` // body of the hat that entered it
	By      string     `json:"by"`
	Name    string     `json:"name"`
	Taken   time.Time  `json:"taken,omitzero"` // when the body took it over
}

// Thread is a question and what was said to it, beside the formal returns (照会). Sides are who reads and writes in it.
type Thread struct {
	N      int       `json:"n"`
	Title  string    `json:"title"`
	Sides  []string  `json:"sides"`           // applicant | branch | hq
	Waits  string    `json:"waits,omitempty"` // side that is asked for an answer
	Due    string    `json:"due,omitempty"`   // JST day
	Closed time.Time `json:"closed,omitzero"`
	Posts  int       `json:"posts"`
	Last   int       `json:"last"` // event of the last message
	At     time.Time `json:"at"`
}

// Message is one thing said in a thread. N is 0 in the message that begins one.
type Message struct {
	N     int         `json:"n"`
	Title string      `json:"title,omitempty"`
	Sides []string    `json:"sides,omitempty"`
	Side  string      `json:"side"`
	Text  string      `json:"text,omitempty"`
	Files []form.File `json:"files,omitempty"`
	Waits string      `json:"waits,omitempty"`
	Due   string      `json:"due,omitempty"`
	Close bool        `json:"close,omitempty"`
}

// Fix is a correction an officer made or proposes (職権訂正): each field before and after, and how the body answered.
type Fix struct {
	N      int                        `json:"n"`
	Reason string                     `json:"reason"`
	Was    map[string]json.RawMessage `json:"was"`
	Set    map[string]json.RawMessage `json:"set"`
	Due    string                     `json:"due,omitempty"` // JST day on which an unanswered proposal lapses
	State  string                     `json:"state"`         // proposed | agreed | refused | lapsed | alone
	By     string                     `json:"by"`
	Name   string                     `json:"name"`
	Body   string                     `json:"body"`
	Role   account.Role               `json:"role"`
	At     time.Time                  `json:"at"`
	Answer string                     `json:"answer,omitempty"` // why it was refused
	Who    string                     `json:"who,omitempty"`    // who answered, by name
	Done   time.Time                  `json:"done,omitzero"`
}
