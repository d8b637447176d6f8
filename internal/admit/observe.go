package admit

import "time"

// Check is one evaluation of a policy's expression, for those who count.
type Check struct {
	Policy, Binding string
	// Error is upstream's name for what went wrong, "no_error" if nothing did. It calls a plain refusal "invalid_error".
	Error string
	// Action is what a validating policy's binding wanted done; empty for mutating policies.
	Action string
	Took   time.Duration
}

// Observed tells of a check, if anybody counts.
func (c *Case) Observed(ch Check) {
	if c.Checked != nil {
		c.Checked(ch)
	}
}

// Clocked is the time, zero if nobody counts.
func (c *Case) Clocked() time.Time {
	if c.Now == nil {
		return time.Time{}
	}
	return c.Now()
}
