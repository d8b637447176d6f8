package registry

import "context"

// chargeQuota takes what a write needs from the quotas of its namespace.
func (r *Registry) chargeQuota(_ context.Context, _ *step) error { return nil }
