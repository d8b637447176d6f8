// Package garbage collects objects whose owners are gone, and carries out the three ways of deleting an owner: background
// (dependents go after it), foreground (dependents go first, those that block are waited for), orphan (dependents stay,
// their reference goes).
//
// It reads the metadata of all resources that the view follows. It deletes objects of any kind and writes their finalizers
// and owner references. It decides by UID on one consistent snapshot: an owner that is not in it does not exist, so there
// is no graph to keep and no live lookup to make.
package garbage

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// batch bounds the writes of one plan; the rest follows when these are seen.
const batch = 500

// New is the row of this controller for the resources that the view follows; custom ones come on their own.
func New(resources []api.Resource) reconcile.Controller {
	var c collector
	watches := make(map[api.Resource]reconcile.Trigger, len(resources)+1)
	watches[view.Custom] = c.changed
	for _, r := range resources {
		if r != plan.Events { // nobody owns events, and they are many
			watches[r] = c.changed
		}
	}
	return reconcile.Controller{Name: "garbage-collector-controller", Plan: c.decide, Why: c.why, Watches: watches, Writes: []string{"*:metadata.finalizers[" + metav1.FinalizerOrphanDependents + "],metadata.finalizers[" + metav1.FinalizerDeleteDependents + "],metadata.ownerReferences=of what is gone"}}
}

type collector struct{}

func has(m *schema.Meta, finalizer string) bool { return slices.Contains(m.Finalizers, finalizer) }

// foreground reports whether an object is being deleted and waits for its dependents.
func foreground(m *schema.Meta) bool {
	return m.DeletionTimestamp != nil && has(m, metav1.FinalizerDeleteDependents)
}

func orphaning(m *schema.Meta) bool {
	return m.DeletionTimestamp != nil && has(m, metav1.FinalizerOrphanDependents)
}

// changed wakes whoever has to look at its place in the family again.
func (c collector) changed(s *view.Snapshot, ev store.Event) []api.Key {
	key, m := ev.Record.Key, s.Meta(ev.Record)
	if ev.Type == store.Delete {
		keys := dependents(s, key.Cluster, m.UID)
		return append(keys, c.waitingOwners(s, key, m)...)
	}
	var old *schema.Meta
	if ev.Prev != nil {
		old = s.Meta(ev.Prev)
	}
	same := old != nil && old.UID == m.UID
	if same && sameOwners(old.Owners, m.Owners) && foreground(old) == foreground(m) && orphaning(old) == orphaning(m) {
		return nil
	}
	var keys []api.Key
	if len(m.Owners) > 0 || foreground(m) || orphaning(m) {
		keys = append(keys, key)
	}
	if foreground(m) {
		keys = append(keys, dependents(s, key.Cluster, m.UID)...)
	}
	if old != nil && len(old.Owners) > 0 { // it may have been the last that an owner waited for
		keys = append(keys, c.waitingOwners(s, key, old)...)
	}
	if old != nil && !same {
		keys = append(keys, dependents(s, key.Cluster, old.UID)...)
	}
	return keys
}

func sameOwners(a, b []metav1.OwnerReference) bool {
	return slices.EqualFunc(a, b, func(x, y metav1.OwnerReference) bool { return x.UID == y.UID && blocks(x) == blocks(y) })
}

func blocks(r metav1.OwnerReference) bool {
	return r.BlockOwnerDeletion != nil && *r.BlockOwnerDeletion
}

func dependents(s *view.Snapshot, c api.Cluster, uid types.UID) []api.Key {
	var keys []api.Key
	for rec := range s.Dependents(c, string(uid)) {
		keys = append(keys, rec.Key)
	}
	return keys
}

// waitingOwners are those owners of an object that are being deleted and wait.
func (c collector) waitingOwners(s *view.Snapshot, key api.Key, m *schema.Meta) []api.Key {
	var keys []api.Key
	for _, ref := range m.Owners {
		if rec, _ := c.owner(s, key, ref); rec != nil {
			if om := s.Meta(rec); foreground(om) || orphaning(om) {
				keys = append(keys, rec.Key)
			}
		}
	}
	return keys
}

// owner finds the object that a reference names: by kind and name in the dependent's namespace, and by UID. known is false
// if the reference cannot be resolved at all, so that nothing can be said.
func (c collector) owner(s *view.Snapshot, key api.Key, ref metav1.OwnerReference) (rec *store.Record, known bool) {
	r, namespaced, ok := s.Resolve(key.Cluster, ref.APIVersion, ref.Kind)
	if !ok || namespaced && key.Namespace == "" {
		return nil, false
	}
	at := api.Key{Resource: r, Cluster: key.Cluster, Name: ref.Name}
	if namespaced {
		at.Namespace = key.Namespace
	}
	if rec = s.Record(at); rec == nil || s.Meta(rec).UID != ref.UID {
		return nil, true
	}
	return rec, true
}

func (c collector) decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	rec := s.Record(key)
	if rec == nil {
		return p, nil
	}
	m := s.Meta(rec)
	switch {
	case orphaning(m):
		c.orphan(&p, s, key, m)
	case foreground(m):
		for dep := range s.Dependents(key.Cluster, string(m.UID)) {
			if slices.ContainsFunc(s.Meta(dep).Owners, func(r metav1.OwnerReference) bool { return r.UID == m.UID && blocks(r) }) {
				return p, nil // it is planned itself, and wakes us when it is gone
			}
		}
		p.Writes = append(p.Writes, unfinalized(s, key, metav1.FinalizerDeleteDependents))
	case key.Resource == devices.Claims && devices.Keeps(m.Finalizers, m.Owners):
	case m.DeletionTimestamp == nil && len(m.Owners) > 0:
		c.collect(&p, s, key, m)
	}
	return p, nil
}

// orphan cuts the dependents loose; when none is left, the owner may go.
func (c collector) orphan(p *reconcile.Plan, s *view.Snapshot, key api.Key, m *schema.Meta) {
	for dep := range s.Dependents(key.Cluster, string(m.UID)) {
		if len(p.Writes) == batch {
			break
		}
		p.Writes = append(p.Writes, c.cut(s, dep.Key, func(r metav1.OwnerReference) bool { return r.UID == m.UID }, "its owner is deleted with orphaning"))
	}
	if len(p.Writes) == 0 {
		p.Writes = append(p.Writes, unfinalized(s, key, metav1.FinalizerOrphanDependents))
	}
}

// collect deletes an object that has no owner left. One that has both living and dead owners loses the dead ones.
func (c collector) collect(p *reconcile.Plan, s *view.Snapshot, key api.Key, m *schema.Meta) {
	solid, waiting := 0, 0
	dead := map[types.UID]bool{}
	for _, ref := range m.Owners {
		owner, known := c.owner(s, key, ref)
		switch {
		case !known:
			solid++
			if _, namespaced, ok := s.Resolve(key.Cluster, ref.APIVersion, ref.Kind); ok && namespaced {
				strayed(p, s, key, ref)
			}
		case owner == nil:
			dead[ref.UID] = true
			if r, namespaced, _ := s.Resolve(key.Cluster, ref.APIVersion, ref.Kind); namespaced && s.ByUID(r, key.Cluster, string(ref.UID)) != nil {
				strayed(p, s, key, ref)
			}
		case foreground(s.Meta(owner)):
			waiting++
			dead[ref.UID] = true
		default:
			solid++
		}
	}
	switch {
	case solid > 0:
		if len(dead) > 0 {
			p.Writes = append(p.Writes, c.cut(s, key, func(r metav1.OwnerReference) bool { return dead[r.UID] }, "some of its owners are gone"))
		}
	case waiting > 0 && hasDependents(s, key.Cluster, m.UID):
		if inCircle(s, key.Cluster, m.UID) {
			p.Writes = append(p.Writes, unblocked(s, key))
		}
		p.Writes = append(p.Writes, remove(key, m, metav1.DeletePropagationForeground, "its owner waits for it in foreground deletion"))
	default:
		policy := metav1.DeletePropagationBackground
		switch {
		case has(m, metav1.FinalizerOrphanDependents):
			policy = metav1.DeletePropagationOrphan
		case has(m, metav1.FinalizerDeleteDependents):
			policy = metav1.DeletePropagationForeground
		}
		p.Writes = append(p.Writes, remove(key, m, policy, "none of its owners exists"))
	}
}

func hasDependents(s *view.Snapshot, c api.Cluster, uid types.UID) bool {
	for range s.Dependents(c, string(uid)) {
		return true
	}
	return false
}

// inCircle reports whether a dependent waits for its own dependents: then the two may wait for each other.
func inCircle(s *view.Snapshot, c api.Cluster, uid types.UID) bool {
	for dep := range s.Dependents(c, string(uid)) {
		if foreground(s.Meta(dep)) {
			return true
		}
	}
	return false
}

func remove(key api.Key, m *schema.Meta, policy metav1.DeletionPropagation, why string) client.Write {
	uid := m.UID
	return client.Write{Verb: client.Delete, Key: key, Why: why,
		Delete: metav1.DeleteOptions{PropagationPolicy: &policy, Preconditions: &metav1.Preconditions{UID: &uid}}}
}
