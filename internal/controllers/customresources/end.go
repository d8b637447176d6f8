package customresources

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// sweep bounds the deletes of one plan; the rest follows when these are seen.
const sweep = 500

// end removes the objects of a definition that is being deleted, and lets it go when none is left. An object with finalizers
// is waited for. What is in
// the way, its condition says.
func (c controller) end(p *reconcile.Plan, s *view.Snapshot, key api.Key, crd *definition, now time.Time) {
	r := api.Resource{Group: crd.Spec.Group, Name: crd.Spec.Names.Plural}
	fresh := crd.DeepCopy()
	done := func(reason, message string) {
		set(fresh, condition{Type: apiextensionsv1.Terminating, Status: apiextensionsv1.ConditionFalse, Reason: reason, Message: message}, now)
		fresh.Finalizers = slices.DeleteFunc(fresh.Finalizers, func(f string) bool { return f == apiextensionsv1.CustomResourceCleanupFinalizer })
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "nothing is left of it"))
	}
	switch {
	case c.builtin(r):
		done("OverlappingBuiltInResource", "instances overlap with built-in resources in storage")
		return
	case !apihelpers.IsCRDConditionTrue(crd, apiextensionsv1.Established):
		done("NeverEstablished", "resource was never established")
		return
	}
	left, waiting := 0, 0
	for rec := range s.Records(api.Scope{Resource: r, Cluster: key.Cluster}) {
		m := s.Meta(rec)
		left++
		if m.DeletionTimestamp != nil {
			waiting++
			continue
		}
		if len(p.Writes) < sweep {
			uid := m.UID
			p.Writes = append(p.Writes, client.Write{Verb: client.Delete, Key: rec.Key, Why: "its definition is being deleted",
				Delete: metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}})
		}
	}
	if left-waiting > sweep {
		p.Again = now
	}
	if left == 0 {
		done("InstanceDeletionCompleted", "removed all instances")
		return
	}
	set(fresh, condition{Type: apiextensionsv1.Terminating, Status: apiextensionsv1.ConditionTrue, Reason: "InstanceDeletionInProgress", Message: "CustomResource deletion is in progress"}, now)
	if waiting == left {
		set(fresh, condition{Type: apiextensionsv1.Terminating, Status: apiextensionsv1.ConditionTrue, Reason: "InstanceDeletionCheck",
			Message: fmt.Sprintf("could not confirm zero CustomResources remaining: %d wait for their finalizers", left)}, now)
	}
	if !equality.Semantic.DeepEqual(crd.Status, fresh.Status) {
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "say what is in the way"))
	}
}
