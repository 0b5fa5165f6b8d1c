package cases

import (
	"time"

	"kakehashi/internal/form"
)

// Message is one line of the questions and answers on a case (質問・連絡), outside its formal returns: it changes nothing of the application.
type Message struct {
	N     int         `json:"n"`
	Side  string      `json:"side"` // body | branch | hq
	Body  string      `json:"body"` // lg:222101, branch:22, hq:keishin
	Name  string      `json:"name"`
	Text  string      `json:"text"`
	Files []form.File `json:"files,omitempty"`
	Waits string      `json:"waits,omitempty"` // the side that is asked for an answer
	At    time.Time   `json:"at"`
}
