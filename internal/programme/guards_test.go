package programme

import "testing"

// A move that is refused says why, in both languages: every condition of every shipped programme has its words.
func TestEveryConditionOfAMoveHasItsWords(t *testing.T) {
	for _, dir := range []string{"economic-activity-grant", "exchange-grant", "model-project-grant", "multicultural-grant", "executive-seminar"} {
		for _, m := range load(t, dir).Workflow.Moves {
			for _, g := range m.Conditions() {
				if g.Refusal.JA == "" || g.Refusal.EN == "" {
					t.Errorf("%s: %s does not say why it is refused when %s fails", dir, m.ID, g.That)
				}
			}
		}
	}
}
