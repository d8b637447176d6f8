package protection

import (
	"testing"

	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/view/viewtest"
)

const group = `
apiVersion: scheduling.k8s.io/v1alpha2
kind: PodGroup
metadata: {name: g, finalizers: [scheduling.k8s.io/podgroup-protection], deletionTimestamp: "2026-01-01T00:00:00Z"}
spec: {schedulingPolicy: {basic: {}}}
`

func TestGroupGoesWhenItHasNoPods(t *testing.T) {
	t.Cleanup(func() { _, _ = schema.New() }) // gates are the process's
	for name, c := range map[string]struct {
		pod  string
		kept bool
	}{
		"no pod":        {``, false},
		"a pod":         {`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {schedulingGroup: {podGroupName: g}}}`, true},
		"an ended pod":  {`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {schedulingGroup: {podGroupName: g}}, status: {phase: Failed}}`, false},
		"another group": {`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {schedulingGroup: {podGroupName: other}}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.NewWith(t, schema.AllFeatures(), group, c.pod)
			w.Settle(Groups())
			if n := len(viewtest.All[schedulingv1alpha2.PodGroup](w, gang.Native)); (n == 1) != c.kept {
				t.Fatalf("%d groups are left", n)
			}
			w.Remove(api.Key{Resource: plan.Pods, Cluster: api.Host, Namespace: "default", Name: "p"})
			w.Settle(Groups())
			if n := len(viewtest.All[schedulingv1alpha2.PodGroup](w, gang.Native)); n != 0 {
				t.Fatalf("%d groups are left when the pod is gone", n)
			}
		})
	}
}
