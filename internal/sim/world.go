package sim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/app"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/store"
)

// World is the truth: what has been committed, seen by nobody inside but the simulator. Its objects must not be changed.
type World struct {
	sim       *Sim
	resources []api.Resource
	rev       api.Revision
	records   map[api.Key]*store.Record
	// pods are all that happened to pods: what agents are told from.
	pods []store.Event
	laws laws
	// changed is when anything but a sign of life was last written.
	changed int
}

func newWorld(s *Sim) *World {
	return &World{sim: s, resources: app.Stored(s.cfg.Law), records: map[api.Key]*store.Record{}, laws: newLaws()}
}

// take takes in one event and holds it against the law.
func (w *World) take(ev *store.Event) error {
	if ev.Record.Rev <= w.rev {
		return fmt.Errorf("never: revision %d of %s comes after revision %d", ev.Record.Rev, ev.Record.Key, w.rev)
	}
	w.rev = ev.Record.Rev
	key := ev.Record.Key
	w.sim.note([]byte(key.String()))
	w.sim.note(ev.Record.Body)
	if ev.Type == store.Delete {
		delete(w.records, key)
	} else {
		w.records[key] = ev.Record
	}
	if key.Resource == plan.Pods {
		w.pods = append(w.pods, *ev)
	}
	if key.Resource != plan.Leases {
		w.changed++
	}
	if err := w.judge(ev); err != nil {
		return fmt.Errorf("never: %w", err)
	}
	return nil
}

// judgeStory holds what has been committed together against the story's own invariants.
func (w *World) judgeStory() error {
	for _, never := range w.sim.cfg.Scenario.Never {
		if err := never(w); err != nil {
			return fmt.Errorf("never: %w", err)
		}
	}
	return nil
}

// all are the records in the order of their keys.
func (w *World) all() []*store.Record {
	return slices.SortedFunc(maps.Values(w.records), func(a, b *store.Record) int { return a.Key.Compare(b.Key) })
}

// object is what a record holds. Records of ours that are no objects have none.
func (w *World) object(rec *store.Record) runtime.Object {
	k := w.sim.cfg.Law.Kind(rec.Key.Resource)
	if rec == nil || k == nil {
		return nil
	}
	obj, err := w.sim.cfg.Law.Typed(k, rec)
	if err != nil {
		w.sim.fail(fmt.Errorf("never: what was written to %s cannot be read: %w", rec.Key, err))
	}
	return obj
}

// Get returns the object of a key as it is.
func Get[T any, P interface {
	*T
	runtime.Object
}](w *World, key api.Key) (*T, bool) {
	rec := w.records[key]
	if rec == nil {
		return nil, false
	}
	return (*T)(w.object(rec).(P)), true
}

// List returns the objects of a scope as they are, in the order of their keys.
func List[T any, P interface {
	*T
	runtime.Object
}](w *World, scope api.Scope) (out []*T) {
	var recs []*store.Record
	for key, rec := range w.records {
		if scope.Contains(key) {
			recs = append(recs, rec)
		}
	}
	slices.SortFunc(recs, func(a, b *store.Record) int { return a.Key.Compare(b.Key) })
	for _, rec := range recs {
		out = append(out, (*T)(w.object(rec).(P)))
	}
	return out
}

// Pods lists the pods of a cluster, or of one namespace of it.
func (w *World) Pods(c api.Cluster, namespace string) []*corev1.Pod {
	return List[corev1.Pod](w, api.Scope{Resource: plan.Pods, Cluster: c, Namespace: namespace})
}

// quotas says whether there are any: who commits what is charged holds a lock that others would wait for.
func (w *World) quotas() bool {
	for key := range w.records {
		if key.Resource.Name == "resourcequotas" {
			return true
		}
	}
	return false
}

// admin is the user of the scripts: the only calls that are never disturbed.
func (w *World) admin() client.Interface {
	return w.sim.plane.reg.Client(&user.DefaultInfo{Name: "admin", Groups: []string{user.SystemPrivilegedGroup}}, "kubectl")
}

// apply carries out writes of the script. If the process dies in them, they are to be repeated.
func (w *World) apply(writes ...client.Write) (err error, dead bool) {
	for i, res := range w.admin().Apply(context.Background(), writes) {
		w.sim.tell("  user: %s", outcome(&writes[i], res))
		if err == nil {
			err = res.Err
		}
	}
	return err, w.sim.plane.memory.dead
}

// Try carries out a write of the script that may be refused.
func (w *World) Try(wr client.Write) error {
	err, _ := w.apply(wr)
	return err
}

// In lists what is in a namespace.
func (w *World) In(c api.Cluster, namespace string) (out []api.Key) {
	for _, rec := range w.all() {
		if rec.Key.Cluster == c && rec.Key.Namespace == namespace && w.sim.cfg.Law.Kind(rec.Key.Resource) != nil {
			out = append(out, rec.Key)
		}
	}
	return out
}

// uidless replaces UIDs, which differ from run to run.
func uidless(text string) string {
	const prefix, length = "00000000-0000-4000-8000-", 36
	var b strings.Builder
	for {
		i := strings.Index(text, prefix)
		if i < 0 || i+length > len(text) {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i] + "UID")
		text = text[i+length:]
	}
}
