package cases

import (
	"encoding/json"
	"time"
)

// Fix is a correction an office proposes of what the body answered (職権訂正): it counts only once the body agreed.
type Fix struct {
	N      int                        `json:"n"`
	Office string                     `json:"office"`
	Person string                     `json:"person"`
	Name   string                     `json:"name"`
	Reason string                     `json:"reason"`
	Set    map[string]json.RawMessage `json:"set,omitempty"`
	Unset  []string                   `json:"unset,omitempty"`
	Was    map[string]json.RawMessage `json:"was,omitempty"` // of the named fields when it was proposed
	At     time.Time                  `json:"at"`
	State  string                     `json:"state"` // open | agreed | refused | withdrawn | void
	By     string                     `json:"by,omitempty"`
	Answer string                     `json:"answer,omitempty"` // why it was refused or withdrawn
	Done   time.Time                  `json:"done,omitzero"`
}
