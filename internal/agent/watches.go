package agent

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// watches tells pods of changes of the config maps and secrets that their volumes are made of. There is one watch per
// object, for as long as a pod of the node needs it: a node may read no more than what its pods name. Content is read
// from the API when it is used.
type watches struct {
	a  *Agent
	mu sync.Mutex
	// running ends the watches, users are the pods, both by the key of what is watched.
	running map[api.Key]context.CancelFunc
	users   map[api.Key]map[types.UID]bool
	keys    map[types.UID][]api.Key
}

func newWatches(a *Agent) *watches {
	return &watches{a: a, running: map[api.Key]context.CancelFunc{}, users: map[api.Key]map[types.UID]bool{}, keys: map[types.UID][]api.Key{}}
}

// follow notes what a pod's volumes are made of. Doing so again is harmless.
func (w *watches) follow(p *corev1.Pod) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.keys[p.UID]; known {
		return
	}
	keys := volumeRefs(w.a.cfg.Cluster, p)
	w.keys[p.UID] = keys
	for _, key := range keys {
		if w.users[key] == nil {
			w.users[key] = map[types.UID]bool{}
		}
		w.users[key][p.UID] = true
		if w.running[key] == nil {
			ctx, stop := context.WithCancel(w.a.life)
			scope := api.Scope{Resource: key.Resource, Cluster: key.Cluster, Namespace: key.Namespace}
			m := newMirror(w.a.cfg.Client, scope, client.ListOptions{FieldSelector: "metadata.name=" + key.Name}, w.a.log, w.changed)
			w.running[key] = stop
			w.a.start(func() { m.run(ctx) })
		}
	}
}

// drop forgets a pod and ends the watches that no other needs.
func (w *watches) drop(uid types.UID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, key := range w.keys[uid] {
		delete(w.users[key], uid)
		if len(w.users[key]) == 0 {
			w.running[key]()
			delete(w.users, key)
			delete(w.running, key)
		}
	}
	delete(w.keys, uid)
}

// changed has the volumes of all pods that use an object looked at. What the first list brings counts as a change too:
// it may be newer than what was read when the volume was made; writing the same files again changes nothing.
func (w *watches) changed(old, now runtime.Object, _ api.Revision) {
	obj, _ := now.(metav1.Object)
	if now == nil {
		obj, _ = old.(metav1.Object)
	}
	if obj == nil {
		return
	}
	res := secretRes
	if _, ok := obj.(*corev1.ConfigMap); ok {
		res = configMapRes
	}
	key := api.Key{Resource: res, Cluster: w.a.cfg.Cluster, Namespace: obj.GetNamespace(), Name: obj.GetName()}
	w.mu.Lock()
	var uids []types.UID
	for uid := range w.users[key] {
		uids = append(uids, uid)
	}
	w.mu.Unlock()
	for _, uid := range uids {
		if ps := w.a.podOf(uid); ps != nil {
			w.a.queueAfterChange(uid, ps, func() {
				ps.refresh = true
				if ps.volumes.Failure != nil {
					// What was missing may be there now.
					ps.volumes.Failure.RetryAt = w.a.cfg.Clock()
				}
			})
		}
	}
}

// volumeRefs are the objects that a pod's volumes are made of, each once.
func volumeRefs(cluster api.Cluster, p *corev1.Pod) []api.Key {
	seen := map[api.Key]bool{}
	var keys []api.Key
	add := func(res api.Resource, name string) {
		key := api.Key{Resource: res, Cluster: cluster, Namespace: p.Namespace, Name: name}
		if !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	for _, v := range p.Spec.Volumes {
		switch {
		case v.ConfigMap != nil:
			add(configMapRes, v.ConfigMap.Name)
		case v.Secret != nil:
			add(secretRes, v.Secret.SecretName)
		case v.Projected != nil:
			for _, s := range v.Projected.Sources {
				if s.ConfigMap != nil {
					add(configMapRes, s.ConfigMap.Name)
				} else if s.Secret != nil {
					add(secretRes, s.Secret.Name)
				}
			}
		}
	}
	return keys
}
