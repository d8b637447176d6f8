package serviceaccount

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

func TestDefaultAccountComesAndComesBack(t *testing.T) {
	w := viewtest.New(t, "{apiVersion: v1, kind: Namespace, metadata: {name: a}}",
		`{apiVersion: v1, kind: Namespace, metadata: {name: leaving, deletionTimestamp: "2026-01-01T00:00:00Z"}, spec: {finalizers: [kubernetes]}}`)
	w.Settle(Controller())
	w.Remove(api.Key{Resource: plan.ServiceAccounts, Cluster: api.Host, Namespace: "a", Name: name})
	w.Settle(Controller())
	if all := viewtest.All[corev1.ServiceAccount](w, plan.ServiceAccounts); len(all) != 1 || all[0].Namespace != "a" || all[0].Name != name {
		t.Errorf("accounts %v", all)
	}
}
