package disruption

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// scaleChanged wakes the budgets of a namespace where the size of a controller changes.
func scaleChanged(s *view.Snapshot, ev store.Event) []api.Key {
	budgets := plan.Around(ev.Record.Key, plan.Budgets)
	var keys []api.Key
	for range view.List[policyv1.PodDisruptionBudget](s, budgets) { // most namespaces have none: then sizes need not be read
		if ev.Prev != nil && ev.Type == store.Put {
			was, _, _ := size(s, ev.Prev)
			if is, _, _ := size(s, ev.Record); was == is {
				return nil
			}
		}
		break
	}
	for rec := range s.Records(budgets) {
		keys = append(keys, rec.Key)
	}
	return keys
}

// size is how many replicas a controller of pods wants; scales is false if its kind does not say.
func size(s *view.Snapshot, rec *store.Record) (replicas int32, scales bool, err error) {
	switch rec.Key.Resource {
	case plan.Deployments:
		return *view.Of[appsv1.Deployment](s, rec).Spec.Replicas, true, nil
	case plan.ReplicaSets:
		return *view.Of[appsv1.ReplicaSet](s, rec).Spec.Replicas, true, nil
	case plan.StatefulSets:
		return *view.Of[appsv1.StatefulSet](s, rec).Spec.Replicas, true, nil
	case plan.ReplicationControllers:
		return *view.Of[corev1.ReplicationController](s, rec).Spec.Replicas, true, nil
	}
	r := rec.Key.Resource
	if !s.IsCustom(r) {
		return 0, false, nil
	}
	def := s.Record(api.Key{Resource: schema.Definitions, Cluster: rec.Key.Cluster, Name: r.Name + "." + r.Group})
	if def == nil {
		return 0, false, nil
	}
	return schema.CustomReplicas(s.Definition(def), rec)
}

// scale finds the topmost controller that says how many pods there should be: a ReplicaSet's Deployment, else the owner itself,
// of whatever kind.
func scale(s *view.Snapshot, key api.Key, ref metav1.OwnerReference) (types.UID, int32, bool, error) {
	r, namespaced, known := s.Resolve(key.Cluster, ref.APIVersion, ref.Kind)
	if !known {
		return "", 0, false, fmt.Errorf("no matches for kind %q in version %q", ref.Kind, ref.APIVersion)
	}
	at := plan.Beside(key, r, ref.Name)
	if !namespaced {
		at.Namespace = ""
	}
	rec := s.Record(at)
	if rec == nil || s.Meta(rec).UID != ref.UID {
		return "", 0, false, nil
	}
	if r == plan.ReplicaSets {
		if up := view.ControllerOf(s.Meta(rec)); up != nil && up.Kind == "Deployment" {
			if rec = s.Record(plan.Beside(key, plan.Deployments, up.Name)); rec == nil || s.Meta(rec).UID != up.UID {
				return "", 0, false, nil
			}
		}
	}
	n, scales, err := size(s, rec)
	if err == nil && !scales {
		err = fmt.Errorf("%s does not implement the scale subresource", r)
	}
	return s.Meta(rec).UID, n, err == nil, err
}
