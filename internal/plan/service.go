package plan

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/labels"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// ServicePods are the pods that a Service's selector matches, in key order. A Service without selector has none of ours.
func ServicePods(s *view.Snapshot, key api.Key, svc *corev1.Service) []*corev1.Pod {
	if len(svc.Spec.Selector) == 0 {
		return nil
	}
	var out []*corev1.Pod
	for rec := range s.Records(Around(key, Pods)) {
		if subset(svc.Spec.Selector, s.Meta(rec).Labels) {
			out = append(out, view.Of[corev1.Pod](s, rec))
		}
	}
	return out
}

func subset(want, have map[string]string) bool {
	for k, v := range want {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// ServicesOfPod is the trigger from pods to the Services that select them, before or after the change. Changes that no
// endpoint shows are passed over: most writes to a pod are of that kind.
func ServicesOfPod(s *view.Snapshot, ev store.Event) []api.Key {
	now := s.Meta(ev.Record)
	var before *schema.Meta
	if ev.Prev != nil {
		before = s.Meta(ev.Prev)
	}
	var keys []api.Key
	for rec := range s.Records(Around(ev.Record.Key, Services)) {
		svc := view.Of[corev1.Service](s, rec)
		if len(svc.Spec.Selector) == 0 {
			continue
		}
		if subset(svc.Spec.Selector, now.Labels) || before != nil && subset(svc.Spec.Selector, before.Labels) {
			keys = append(keys, rec.Key)
		}
	}
	if len(keys) == 0 { // nothing to decode pods for
		return nil
	}
	if ev.Type == store.Put && before != nil && sameEndpoint(view.Of[corev1.Pod](s, ev.Prev), view.Of[corev1.Pod](s, ev.Record)) {
		return nil
	}
	return keys
}

func sameEndpoint(a, b *corev1.Pod) bool {
	return a.UID == b.UID && Ready(a) == Ready(b) && Terminated(a) == Terminated(b) &&
		(a.DeletionTimestamp == nil) == (b.DeletionTimestamp == nil) && a.Spec.NodeName == b.Spec.NodeName &&
		a.Status.PodIP == b.Status.PodIP && equality.Semantic.DeepEqual(a.Status.PodIPs, b.Status.PodIPs) &&
		labels.Equals(a.Labels, b.Labels)
}
