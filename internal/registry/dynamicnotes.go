package registry

import (
	"context"

	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit"
)

// noting takes annotations for the audit log; nil if it does not want to hear of the request.
func noting(ctx context.Context) func(key, value string, level auditinternal.Level) {
	ac := audit.AuditContextFrom(ctx)
	if !ac.Enabled() {
		return nil
	}
	have := ac.GetEventLevel()
	return func(key, value string, level auditinternal.Level) {
		if !have.Less(level) {
			audit.AddAuditAnnotation(ctx, key, value)
		}
	}
}
