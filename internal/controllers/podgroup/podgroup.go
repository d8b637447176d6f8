// Package podgroup keeps the status of coscheduling PodGroups: how many of their pods run, and how far the group has come.
// It reads the groups and the pods that name them, and writes the status of the groups. It does nothing in clusters that do
// not define the kind.
package podgroup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "podgroup-controller", Plan: decide,
		Watches: map[api.Resource]reconcile.Trigger{plan.Pods: podChanged, view.Custom: groupChanged},
		Writes:  []string{"podgroups.scheduling.x-k8s.io/status"},
	}
}

func groupChanged(_ *view.Snapshot, ev store.Event) []api.Key {
	if ev.Record.Key.Resource != gang.Groups || ev.Type == store.Delete {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

// podChanged wakes the groups that a pod is or was in. Metadata tells: most pods are in none.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	var keys []api.Key
	for _, rec := range []*store.Record{ev.Record, ev.Prev} {
		if rec == nil {
			continue
		}
		if name := s.Meta(rec).Labels[gang.Label]; name != "" {
			keys = append(keys, plan.Beside(rec.Key, gang.Groups, name))
		}
	}
	return slices.Compact(keys)
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	obj, ok := s.Object(key).(*unstructured.Unstructured)
	if !ok || obj.GetDeletionTimestamp() != nil {
		return reconcile.Plan{}, nil
	}
	g, err := gang.Parse(obj)
	if err != nil {
		return reconcile.Plan{Note: err.Error()}, nil // what its definition allows and we do not understand is left alone
	}
	next := g.Next(members(s, key), now)
	if equality.Semantic.DeepEqual(next, g.Status) {
		return reconcile.Plan{Note: note(g, &next)}, nil
	}
	fresh := obj.DeepCopy()
	status, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&next)
	if err != nil {
		return reconcile.Plan{}, fmt.Errorf("status of pod group %s: %w", key, err)
	}
	fresh.Object["status"] = status
	return reconcile.Plan{Writes: []client.Write{plan.UpdateStatus(key, fresh, "phase "+string(next.Phase))}, Note: note(g, &next)}, nil
}

// members are the pods of a group, oldest first.
func members(s *view.Snapshot, key api.Key) (pods []*corev1.Pod) {
	for rec := range s.Records(plan.Around(key, plan.Pods)) {
		if s.Meta(rec).Labels[gang.Label] == key.Name {
			pods = append(pods, view.Of[corev1.Pod](s, rec))
		}
	}
	slices.SortStableFunc(pods, func(a, b *corev1.Pod) int {
		if c := a.CreationTimestamp.Time.Compare(b.CreationTimestamp.Time); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return pods
}

func note(g *gang.PodGroup, st *gang.Status) string {
	return fmt.Sprintf("%s: needs %d pods at once; %d run, %d have succeeded, %d failed", st.Phase, g.Spec.MinMember, st.Running, st.Succeeded, st.Failed)
}
