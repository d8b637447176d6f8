package statefulset

import (
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

func failed(verb, pod, set, why string) string {
	return fmt.Sprintf("%s Pod %s in StatefulSet %s failed error: %s", verb, pod, set, why)
}

// refused shows pods and claims that could not be written as events; the status of a StatefulSet has no place for them.
func refused(s *view.Snapshot, key api.Key, _ time.Time, refusals []reconcile.Refusal) (reconcile.Plan, error) {
	set, ok := view.Get[appsv1.StatefulSet](s, key)
	if !ok {
		return reconcile.Plan{}, nil
	}
	w := &work{set: set}
	for _, r := range refusals {
		if apierrors.HasStatusCause(r.Err, corev1.NamespaceTerminatingCause) {
			continue // everything here is going away
		}
		verb := map[client.Verb]string{client.Create: "Create", client.Update: "Update", client.Delete: "Delete"}[r.Write.Verb]
		name, why := r.Write.Key.Name, r.Err.Error()
		switch {
		case verb == "":
		case r.Write.Key.Resource == plan.Pods:
			w.warn("Failed"+verb, failed(verb, name, set.Name, why))
		case r.Write.Key.Resource == plan.VolumeClaims && verb == "Create":
			pod := claimant(set, name)
			w.warn("FailedCreate", fmt.Sprintf("Create Claim %s for Pod %s in StatefulSet %s failed error: %s", name, pod, set.Name, why))
			w.warn("FailedCreate", failed("Create", pod, set.Name, fmt.Sprintf("failed to create PVC %s: %s", name, why)))
		case r.Write.Key.Resource == plan.VolumeClaims:
			w.warn("FailedUpdate", failed("Update", claimant(set, name), set.Name, fmt.Sprintf("could not update claim %s for delete policy ownerRefs: %s", name, why)))
		case r.Write.Key.Resource == plan.Revisions:
			w.warn("Failed"+verb, fmt.Sprintf("%s ControllerRevision %s of StatefulSet %s failed error: %s", verb, name, set.Name, why))
		}
	}
	return w.Plan, nil
}

// claimant is the pod that a claim is for.
func claimant(set *appsv1.StatefulSet, claim string) string {
	for i := range set.Spec.VolumeClaimTemplates {
		if pod, ok := strings.CutPrefix(claim, set.Spec.VolumeClaimTemplates[i].Name+"-"); ok {
			return pod
		}
	}
	return claim
}
