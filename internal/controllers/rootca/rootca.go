// Package rootca keeps the ConfigMap kube-root-ca.crt in every namespace, from which pods learn whom to trust as the API
// server.
//
// It reads Namespaces and ConfigMaps and writes that one ConfigMap of each namespace.
package rootca

import (
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const (
	// Name is the ConfigMap's name; projected volumes of pods refer to it.
	Name        = "kube-root-ca.crt"
	dataKey     = "ca.crt"
	annotation  = "kubernetes.io/description"
	description = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the " +
		"internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
)

// New is the row of this controller. bundle returns the CA bundle (PEM) of a cluster; it is empty while the cluster has
// none.
func New(bundle func(api.Cluster) string) reconcile.Controller {
	return reconcile.Controller{
		Name: "root-ca-certificate-publisher-controller",
		Plan: func(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
			return decide(s, key, bundle(key.Cluster)), nil
		},
		Watches: map[api.Resource]reconcile.Trigger{
			plan.Namespaces: reconcile.Self,
			plan.ConfigMaps: func(_ *view.Snapshot, ev store.Event) []api.Key {
				if ev.Record.Key.Name != Name {
					return nil
				}
				return []api.Key{plan.Namespace(ev.Record.Key)}
			},
		},
		Writes: []string{"configmaps{" + Name + "}:data,metadata.annotations"},
	}
}

func decide(s *view.Snapshot, key api.Key, bundle string) reconcile.Plan {
	var p reconcile.Plan
	ns, ok := view.Get[corev1.Namespace](s, key)
	if !ok || ns.DeletionTimestamp != nil || bundle == "" {
		return p
	}
	data := map[string]string{dataKey: bundle}
	at := api.Key{Resource: plan.ConfigMaps, Cluster: key.Cluster, Namespace: key.Name, Name: Name}
	old, exists := view.Get[corev1.ConfigMap](s, at)
	switch {
	case !exists:
		cm := &corev1.ConfigMap{Data: data}
		cm.Namespace, cm.Name = key.Name, Name
		cm.Annotations = map[string]string{annotation: description}
		p.Writes = append(p.Writes, plan.Create(at, cm, "every namespace has one"))
	case !maps.Equal(old.Data, data) || len(old.BinaryData) > 0 || old.Annotations[annotation] != description:
		cm := old.DeepCopy()
		cm.Data, cm.BinaryData = data, nil
		if cm.Annotations == nil {
			cm.Annotations = map[string]string{}
		}
		cm.Annotations[annotation] = description
		p.Writes = append(p.Writes, plan.Update(at, cm, "restore"))
	}
	return p
}
