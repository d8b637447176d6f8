package sim

import (
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/schema"
)

// Script is what users do, one act after the other. Its methods note acts; they are carried out in the run.
type Script struct {
	sim  *Sim
	acts []act
	at   int
	// begun is when the act at hand came to its turn; due is when it goes on, for those that have a time.
	begun, due time.Time
}

// act is one thing to do: done says whether the script goes on to the next.
type act struct {
	name string
	do   func(w *World) (done bool, err error)
	kind kind
	wait time.Duration // of a Wait, and between two tries of a Repeat
}

// kind is when an act can be carried out.
type kind uint8

const (
	once   kind = iota // at once
	until              // when do says that it is done
	pause              // after a time
	repeat             // every so often, until do says that it is done
)

// patience bounds how long a script waits for something: longer than every back-off.
const patience = 2 * time.Hour

// Do carries something out.
func (sc *Script) Do(name string, do func(w *World) error) {
	sc.acts = append(sc.acts, act{name: name, do: func(w *World) (bool, error) { return true, do(w) }})
}

// Until waits for a state of the world.
func (sc *Script) Until(name string, ok func(w *World) bool) {
	sc.acts = append(sc.acts, act{name: "until " + name, kind: until, do: func(w *World) (bool, error) { return ok(w), nil }})
}

// Wait lets time pass.
func (sc *Script) Wait(d time.Duration) {
	sc.acts = append(sc.acts, act{name: "wait " + d.String(), kind: pause, wait: d, do: func(*World) (bool, error) { return true, nil }})
}

// Repeat does something again and again, until it says that it is done.
func (sc *Script) Repeat(name string, every time.Duration, do func(w *World) (done bool, err error)) {
	sc.acts = append(sc.acts, act{name: name, kind: repeat, wait: every, do: do})
}

func (sc *Script) done() bool { return sc.at >= len(sc.acts) }

func (sc *Script) where() string {
	if sc.done() {
		return "the end"
	}
	return sc.acts[sc.at].name
}

// next is when the script wants to go on if nothing changes before.
func (sc *Script) next() time.Time {
	if sc.done() {
		return time.Time{}
	}
	if sc.acts[sc.at].kind == pause {
		return sc.due
	}
	return plan.Sooner(sc.due, sc.begun.Add(patience))
}

// ready says whether the next act can be carried out.
func (sc *Script) ready() bool {
	if sc.done() {
		return false
	}
	a, now := &sc.acts[sc.at], sc.sim.now
	if sc.begun.IsZero() {
		sc.begun, sc.due = now, time.Time{}
		if a.kind == pause {
			sc.due = now.Add(a.wait)
		}
	}
	if !sc.begun.Add(patience).After(now) && a.kind != pause {
		return true // to say so
	}
	if a.kind == until {
		ok, _ := a.do(sc.sim.world)
		return ok
	}
	return !sc.due.After(now)
}

func (sc *Script) step() {
	a := &sc.acts[sc.at]
	sc.sim.tell("user: %s", a.name)
	done, err := a.do(sc.sim.world)
	switch {
	case sc.sim.plane.memory.dead:
		return // once more, with the next process
	case err != nil:
		sc.sim.fail(fmt.Errorf("script: %s: %w", a.name, err))
	case !done && a.kind == repeat && sc.begun.Add(patience).After(sc.sim.now):
		sc.due = sc.sim.now.Add(a.wait)
		return
	case !done:
		sc.sim.fail(fmt.Errorf("finally: the script has waited %s: %s", patience, a.name))
	}
	sc.at++
	sc.begun = time.Time{}
}

// Apply creates the objects of YAML documents in a cluster. Those that are there, from a try that died, stay.
func (sc *Script) Apply(c api.Cluster, docs ...string) {
	for _, doc := range docs {
		sc.Do("apply "+firstLine(doc), func(w *World) error {
			obj, key, err := w.read(c, doc)
			if err != nil {
				return err
			}
			err, _ = w.apply(plan.Create(key, obj, ""))
			if apierrors.IsAlreadyExists(err) {
				return nil
			}
			return err
		})
	}
}

func firstLine(doc string) string { return doc[:min(len(doc), 100)] }

// read makes the object of a document.
func (w *World) read(c api.Cluster, doc string) (runtime.Object, api.Key, error) {
	var tm metav1.TypeMeta
	if err := yaml.Unmarshal([]byte(doc), &tm); err != nil {
		return nil, api.Key{}, fmt.Errorf("reading %q: %w", doc, err)
	}
	k := w.sim.cfg.Law.KindFor(tm.GroupVersionKind())
	if k == nil {
		return readCustom(c, doc)
	}
	obj := k.NewTyped()
	if err := yaml.UnmarshalStrict([]byte(doc), obj); err != nil {
		return nil, api.Key{}, fmt.Errorf("reading %q: %w", doc, err)
	}
	m := obj.(metav1.Object)
	if k.Namespaced && m.GetNamespace() == "" {
		m.SetNamespace(metav1.NamespaceDefault)
	}
	return obj, api.Key{Resource: k.StoreAs, Cluster: c, Namespace: m.GetNamespace(), Name: m.GetName()}, nil
}

// readCustom makes an object of a custom kind: namespaced, with the plural that English has for most words.
func readCustom(c api.Cluster, doc string) (runtime.Object, api.Key, error) {
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(doc), &u.Object); err != nil {
		return nil, api.Key{}, fmt.Errorf("reading %q: %w", doc, err)
	}
	if u.GetNamespace() == "" {
		u.SetNamespace(metav1.NamespaceDefault)
	}
	r := api.Resource{Group: u.GroupVersionKind().Group, Name: strings.ToLower(u.GetKind()) + "s"}
	return u, api.Key{Resource: r, Cluster: c, Namespace: u.GetNamespace(), Name: u.GetName()}, nil
}

// Defined waits until a CustomResourceDefinition is established.
func (sc *Script) Defined(c api.Cluster, name string) {
	key := api.Key{Resource: schema.Definitions, Cluster: c, Name: name}
	sc.Until(name+" is established", func(w *World) bool {
		crd, ok := Get[apiextensionsv1.CustomResourceDefinition](w, key)
		return ok && apihelpers.IsCRDConditionTrue(crd, apiextensionsv1.Established)
	})
}

// Edit changes an object.
func Edit[T any, P interface {
	*T
	metav1.Object
	runtime.Object
}](sc *Script, name string, key api.Key, edit func(P)) {
	sc.Do(name, func(w *World) error {
		obj, ok := Get[T, P](w, key)
		if !ok {
			return fmt.Errorf("%s does not exist", key)
		}
		fresh := P(obj).DeepCopyObject().(P)
		fresh.SetResourceVersion("")
		edit(fresh)
		err, _ := w.apply(plan.Update(key, fresh, ""))
		return err
	})
}

// Delete deletes an object, in the way that is named: "", Foreground, Background or Orphan.
func (sc *Script) Delete(key api.Key, how metav1.DeletionPropagation) {
	sc.Do(fmt.Sprintf("delete %s %s", key, how), func(w *World) error {
		wr := client.Write{Verb: client.Delete, Key: key}
		if how != "" {
			wr.Delete.PropagationPolicy = &how
		}
		err, _ := w.apply(wr)
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	})
}

// Gone waits until nothing is left under a key.
func (sc *Script) Gone(key api.Key) {
	sc.Until(key.String()+" is gone", func(w *World) bool { return w.records[key] == nil })
}

// Ready makes a cluster with the namespaces that every cluster has, and waits for what controllers put into them.
func (sc *Script) Ready(c api.Cluster, namespaces ...string) {
	for _, ns := range append([]string{metav1.NamespaceDefault, metav1.NamespaceSystem, corev1.NamespaceNodeLease}, namespaces...) {
		sc.Apply(c, fmt.Sprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", ns))
		account := api.Key{Resource: plan.ServiceAccounts, Cluster: c, Namespace: ns, Name: "default"}
		sc.Until("account in "+ns, func(w *World) bool { return w.records[account] != nil })
	}
}

// Complete waits until a deployment shows what it asks for, and nothing else.
func (sc *Script) Complete(key api.Key) {
	sc.Until(key.String()+" is complete", func(w *World) bool {
		d, ok := Get[appsv1.Deployment](w, key)
		if !ok {
			return false
		}
		n := *d.Spec.Replicas
		return d.Status.ObservedGeneration >= d.Generation && d.Status.Replicas == n && d.Status.UpdatedReplicas == n && d.Status.AvailableReplicas == n
	})
}
