package cases

import "time"

// Approval is one person's consent to a proposal (決裁), in the seat of the route in which it was given.
type Approval struct {
	Seat   string    `json:"seat"` // of the route, "" where the definition has none
	Person string    `json:"person"`
	Name   string    `json:"name"`
	How    string    `json:"how,omitempty"` // deputy (代決) | rule (専決)
	For    string    `json:"for,omitempty"` // the person a deputy acted for, or the seat the rule takes the decision from
	Final  bool      `json:"final,omitempty"`
	At     time.Time `json:"at"`
}
