package registry

import "context"

// mutateDynamic runs the rules that users have written: policies and webhooks.
func (r *Registry) mutateDynamic(_ context.Context, _ *step) error { return nil }

// validateDynamic runs the rules that users have written: policies and webhooks.
func (r *Registry) validateDynamic(_ context.Context, _ *step) error { return nil }
