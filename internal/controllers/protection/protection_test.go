package protection

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, finalizers: [kubernetes.io/pvc-protection], deletionTimestamp: "2026-01-01T00:00:00Z"}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`

func TestClaimGoesWhenNoPodUsesIt(t *testing.T) {
	for name, c := range map[string]struct {
		pod  string
		kept bool
	}{
		"no pod":        {``, false},
		"a bound pod":   {`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: n, volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}}`, true},
		"an ended pod":  {`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: n, volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}, status: {phase: Succeeded}}`, true},
		"a waiting pod": {`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}}`, false},
		"another claim": {`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: n, volumes: [{name: v, persistentVolumeClaim: {claimName: other}}]}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, claim, c.pod)
			w.Settle(Controllers()...)
			if n := len(viewtest.All[corev1.PersistentVolumeClaim](w, claims)); (n == 1) != c.kept {
				t.Fatalf("%d claims are left", n)
			}
			w.Remove(api.Key{Resource: plan.Pods, Cluster: api.Host, Namespace: "default", Name: "p"})
			w.Settle(Controllers()...)
			if n := len(viewtest.All[corev1.PersistentVolumeClaim](w, claims)); n != 0 {
				t.Fatalf("%d claims are left when the pod is gone", n)
			}
		})
	}
}

func TestVolumeGoesWhenItIsNotBound(t *testing.T) {
	w := viewtest.New(t, `
apiVersion: v1
kind: PersistentVolume
metadata: {name: v, finalizers: [kubernetes.io/pv-protection], deletionTimestamp: "2026-01-01T00:00:00Z"}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /x}}
status: {phase: Bound}
`)
	w.Settle(Controllers()...)
	v := viewtest.Get[corev1.PersistentVolume](w, volumes, "", "v")
	v.Status.Phase = corev1.VolumeReleased
	w.Put(v)
	w.Settle(Controllers()...)
	if n := len(viewtest.All[corev1.PersistentVolume](w, volumes)); n != 0 {
		t.Fatalf("%d volumes are left", n)
	}
}

func TestClassGoesWhenNoClaimHasIt(t *testing.T) {
	w := viewtest.New(t, `
apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata: {name: fast, finalizers: [kubernetes.io/vac-protection], deletionTimestamp: "2026-01-01T00:00:00Z"}
driverName: x
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {volumeAttributesClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`)
	w.Settle(Controllers()...)
	if w.Snapshot().Record(api.Key{Resource: classes, Cluster: api.Host, Name: "fast"}) == nil {
		t.Fatal("the class went while a claim had it")
	}
	w.Remove(api.Key{Resource: claims, Cluster: api.Host, Namespace: "default", Name: "data"})
	w.Settle(Controllers()...)
	if w.Snapshot().Record(api.Key{Resource: classes, Cluster: api.Host, Name: "fast"}) != nil {
		t.Fatal("the class is still there")
	}
}
