package form

import "encoding/json"

// Raw is an answer that is no value of its field's kind, exactly as it was typed (「約30万」 in a yen field). It stands in Answers
// and in table cells so that the person finds it again and can mend it; rules must treat it as unanswered. Its JSON form is
// {"$raw":{"":["約30万"]}}.
type Raw struct {
	Typed Input
}

const rawKey = "$raw"

// MarshalJSON writes {"$raw":…}.
func (r Raw) MarshalJSON() ([]byte, error) { return json.Marshal(map[string]Input{rawKey: r.Typed}) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Raw) UnmarshalJSON(b []byte) error {
	var m map[string]Input
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	r.Typed = m[rawKey]
	return nil
}

// String is the typed text, its parts joined by blanks.
func (r Raw) String() string { return r.Typed.text() }

// unreadable is an Input in a shape that its kind does not have.
func unreadable(in Input, path string) (any, []Problem) {
	return Raw{in}, []Problem{problem(path, CodeUnreadable, "form.unreadable", "typed", quoted(in.text()))}
}
