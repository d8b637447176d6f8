package rootca

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

func TestEveryNamespaceHasTheBundle(t *testing.T) {
	w := viewtest.New(t, "{apiVersion: v1, kind: Namespace, metadata: {name: a}}", "{apiVersion: v1, kind: Namespace, metadata: {name: b}}")
	bundle := "PEM"
	ctl := New(func(api.Cluster) string { return bundle })
	w.Settle(ctl)
	for _, ns := range []string{"a", "b"} {
		cm := viewtest.Get[corev1.ConfigMap](w, plan.ConfigMaps, ns, Name)
		if cm.Data["ca.crt"] != "PEM" || cm.Annotations["kubernetes.io/description"] == "" {
			t.Errorf("%s: %+v", ns, cm)
		}
	}
	cm := viewtest.Get[corev1.ConfigMap](w, plan.ConfigMaps, "a", Name)
	cm.Data["ca.crt"] = "forged"
	w.Put(cm)
	w.Remove(api.Key{Resource: plan.ConfigMaps, Cluster: api.Host, Namespace: "b", Name: Name})
	w.Settle(ctl)
	for _, ns := range []string{"a", "b"} {
		if cm := viewtest.Get[corev1.ConfigMap](w, plan.ConfigMaps, ns, Name); cm.Data["ca.crt"] != "PEM" {
			t.Errorf("%s was not restored: %v", ns, cm.Data)
		}
	}
}
