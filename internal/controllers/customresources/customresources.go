// Package customresources looks after CustomResourceDefinitions: it decides whose names are accepted, which definitions are
// established and so served, says what is wrong with the others, and removes the objects of a definition that is deleted.
//
// It reads the definitions and, for those that are ending, their objects; it writes the status of definitions and
// deletes objects. The API serves what the status says.
package customresources

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

type definition = apiextensionsv1.CustomResourceDefinition

// Controller is the row of this controller. builtin tells the resources that the API serves without a definition.
func Controller(builtin func(api.Resource) bool) reconcile.Controller {
	c := controller{builtin}
	return reconcile.Controller{
		Name: "customresourcedefinition-controller", Plan: c.decide,
		Watches: map[api.Resource]reconcile.Trigger{schema.Definitions: changed, view.Custom: instanceGone},
		Writes:  []string{"customresourcedefinitions/status"},
	}
}

type controller struct{ builtin func(api.Resource) bool }

// changed wakes a definition, and those of its group that want for a name if its own have changed.
func changed(s *view.Snapshot, ev store.Event) []api.Key {
	key := ev.Record.Key
	var keys []api.Key
	if ev.Type == store.Put {
		keys = append(keys, key)
		if ev.Prev == nil || reflect.DeepEqual(acceptedNames(s, ev.Prev), acceptedNames(s, ev.Record)) {
			return keys
		}
	}
	group := groupOf(key)
	for rec := range s.Records(api.Scope{Resource: schema.Definitions, Cluster: key.Cluster}) {
		if rec.Key != key && groupOf(rec.Key) == group && !settled(s.Definition(rec)) {
			keys = append(keys, rec.Key)
		}
	}
	return keys
}

func acceptedNames(s *view.Snapshot, rec *store.Record) apiextensionsv1.CustomResourceDefinitionNames {
	return s.Definition(rec).Status.AcceptedNames
}

// settled reports whether a definition has all the names that it wants.
func settled(crd *definition) bool {
	return equality.Semantic.DeepEqual(crd.Spec.Names, crd.Status.AcceptedNames)
}

// instanceGone wakes a definition that waits for the end of its objects.
func instanceGone(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type != store.Delete {
		return nil
	}
	r := ev.Record.Key.Resource
	key := api.Key{Resource: schema.Definitions, Cluster: ev.Record.Key.Cluster, Name: r.Name + "." + r.Group}
	if rec := s.Record(key); rec == nil || s.Meta(rec).DeletionTimestamp == nil {
		return nil
	}
	return []api.Key{key}
}

func (c controller) decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	crd, ok := view.Get[definition](s, key)
	if !ok {
		return p, nil
	}
	if crd.DeletionTimestamp != nil {
		if apihelpers.CRDHasFinalizer(crd, apiextensionsv1.CustomResourceCleanupFinalizer) {
			c.end(&p, s, key, crd, now)
		}
		return p, nil
	}
	fresh := crd.DeepCopy()
	rivals := accept(fresh, others(s, key), s.Record(key).Created, now)
	establish(fresh, now)
	judge(fresh, now)
	if !equality.Semantic.DeepEqual(crd.Status, fresh.Status) {
		w := plan.UpdateStatus(key, fresh, "say whether its names are accepted and it is served")
		for _, o := range rivals {
			w.Fence = append(w.Fence, client.Fence{Key: o.rec.Key, Rev: o.rec.Rev})
		}
		p.Writes = append(p.Writes, w)
	}
	return p, nil
}

// other is another definition of the same group.
type other struct {
	rec *store.Record
	crd *definition
}

func others(s *view.Snapshot, key api.Key) (out []other) {
	group := groupOf(key)
	for rec := range s.Records(api.Scope{Resource: schema.Definitions, Cluster: key.Cluster}) {
		if rec.Key != key && groupOf(rec.Key) == group {
			out = append(out, other{rec, s.Definition(rec)})
		}
	}
	return out
}

// groupOf is the group in the name of a definition.
func groupOf(key api.Key) string {
	_, group, _ := strings.Cut(key.Name, ".")
	return group
}

// set puts a condition; its transition time moves with its status only.
func set(crd *definition, c apiextensionsv1.CustomResourceDefinitionCondition, now time.Time) {
	c.LastTransitionTime = metav1.NewTime(now)
	i := slices.IndexFunc(crd.Status.Conditions, func(o apiextensionsv1.CustomResourceDefinitionCondition) bool { return o.Type == c.Type })
	if i < 0 {
		crd.Status.Conditions = append(crd.Status.Conditions, c)
		return
	}
	old := &crd.Status.Conditions[i]
	if old.Status == c.Status && !old.LastTransitionTime.IsZero() {
		c.LastTransitionTime = old.LastTransitionTime
	}
	c.ObservedGeneration = old.ObservedGeneration
	*old = c
}
