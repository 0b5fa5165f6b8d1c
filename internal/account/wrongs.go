package account

import "kakehashi/internal/fault"

// wrongs gathers what is wrong with what was typed, so that a page tells all of it at once.
type wrongs []*fault.Fault

// add takes the faults at fields out of err; anything else, a refusal too, comes back.
func (w *wrongs) add(err error) error {
	list := fault.All(err)
	for _, f := range list {
		if f.Kind != fault.Invalid && f.Field == "" {
			return err
		}
	}
	if len(list) == 0 {
		return err
	}
	*w = append(*w, list...)
	return nil
}

// err is all of them together, nil for none.
func (w wrongs) err() error { return fault.Together(w) }
