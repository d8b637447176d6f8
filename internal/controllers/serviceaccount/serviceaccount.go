// Package serviceaccount keeps the ServiceAccount "default" in every namespace: pods that name no other run as it.
//
// It reads Namespaces and ServiceAccounts and creates ServiceAccounts.
package serviceaccount

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const name = "default"

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "service-account-controller",
		Plan: decide,
		Watches: map[api.Resource]reconcile.Trigger{
			plan.Namespaces: reconcile.Self,
			plan.ServiceAccounts: func(_ *view.Snapshot, ev store.Event) []api.Key {
				if ev.Type != store.Delete || ev.Record.Key.Name != name {
					return nil
				}
				return []api.Key{plan.Namespace(ev.Record.Key)}
			},
		},
		Writes: []string{"serviceaccounts{default}:metadata.name"},
	}
}

func decide(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	ns, ok := view.Get[corev1.Namespace](s, key)
	if !ok || ns.DeletionTimestamp != nil {
		return p, nil
	}
	want := api.Key{Resource: plan.ServiceAccounts, Cluster: key.Cluster, Namespace: key.Name, Name: name}
	if s.Record(want) == nil {
		sa := &corev1.ServiceAccount{}
		sa.Namespace, sa.Name = key.Name, name
		p.Writes = append(p.Writes, plan.Create(want, sa, "every namespace has one"))
	}
	return p, nil
}
