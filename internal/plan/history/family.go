package history

import (
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view"
)

// Of returns the revisions of an owner, sorted, and the writes that adopt orphans and release what its selector does not
// match.
func Of(s *view.Snapshot, key api.Key, owner plan.Object, ref metav1.OwnerReference, sel labels.Selector) ([]*appsv1.ControllerRevision, []client.Write) {
	c := plan.Claim[*appsv1.ControllerRevision]{Owner: owner, OwnerKey: key, Ref: ref, Selector: sel, Resource: plan.Revisions}
	for rev := range plan.Family[appsv1.ControllerRevision](s, key, owner, plan.Revisions) {
		c.Consider(rev)
	}
	Sort(c.Mine)
	return c.Mine, c.Writes
}
