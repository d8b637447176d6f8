package daemonset

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// refused shows what could not be created or deleted as events; upstream gives a DaemonSet no condition for it.
func refused(s *view.Snapshot, key api.Key, _ time.Time, refusals []reconcile.Refusal) (reconcile.Plan, error) {
	ds, ok := view.Get[appsv1.DaemonSet](s, key)
	if !ok {
		return reconcile.Plan{}, nil
	}
	w := &work{ds: ds}
	for _, r := range refusals {
		if apierrors.HasStatusCause(r.Err, corev1.NamespaceTerminatingCause) {
			continue // everything here is going away
		}
		switch r.Write.Verb {
		case client.Create:
			w.tell(true, "FailedCreate", "Error creating: "+r.Err.Error())
		case client.Delete:
			w.tell(true, "FailedDelete", "Error deleting: "+r.Err.Error())
		}
	}
	return w.Plan, nil
}
