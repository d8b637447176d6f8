package namespace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// refused says that something could not be deleted: a webhook or a policy is against it. The condition is taken back with the
// next status, when there is nothing left to ask for.
func refused(s *view.Snapshot, key api.Key, now time.Time, refusals []reconcile.Refusal) (p reconcile.Plan, err error) {
	ns, ok := view.Get[corev1.Namespace](s, key)
	if !ok || ns.DeletionTimestamp == nil {
		return p, nil
	}
	var said []string
	for _, r := range refusals {
		if r.Write.Verb == client.Delete && !apierrors.IsNotFound(r.Err) && !apierrors.IsConflict(r.Err) {
			said = append(said, r.Err.Error())
		}
	}
	if len(said) == 0 {
		return p, nil
	}
	slices.Sort(said)
	fresh := ns.DeepCopy()
	fresh.Status.Phase = corev1.NamespaceTerminating
	setCondition(&fresh.Status, corev1.NamespaceDeletionContentFailure, true, "ContentDeletionFailed",
		fmt.Sprintf("Failed to delete all resource types, %d remaining: %s", len(said), strings.Join(said, ", ")), now)
	if !equality.Semantic.DeepEqual(fresh.Status, ns.Status) {
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "show what was refused"))
	}
	return p, nil
}
