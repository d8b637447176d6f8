package scheduler

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
	"gantry.dev/gantry/internal/view/viewtest"
)

const depot = `
{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {disk: ssd, topology.kubernetes.io/zone: z1}, annotations: {gantry.dev/local-volumes: /data}}}
---
{apiVersion: v1, kind: Node, metadata: {name: n2, labels: {disk: hdd, topology.kubernetes.io/zone: z2}}}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: local}, provisioner: gantry.dev/local, volumeBindingMode: WaitForFirstConsumer}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: manual}, provisioner: kubernetes.io/no-provisioner, volumeBindingMode: WaitForFirstConsumer}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: zoned}, provisioner: x.example.com, volumeBindingMode: WaitForFirstConsumer, allowedTopologies: [{matchLabelExpressions: [{key: disk, values: [hdd, tape]}]}]}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: now}, provisioner: x.example.com, volumeBindingMode: Immediate}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: pooled}, provisioner: pool.example.com, volumeBindingMode: WaitForFirstConsumer}
---
{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: pool.example.com}, spec: {storageCapacity: true}}
---
{apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, metadata: {name: small, namespace: kube-system}, storageClassName: pooled, capacity: 512Mi, nodeTopology: {}}
---
{apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, metadata: {name: large, namespace: kube-system}, storageClassName: pooled, capacity: 10Gi, nodeTopology: {matchLabels: {disk: hdd}}}
---
{apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, metadata: {name: pieces, namespace: kube-system}, storageClassName: pooled, capacity: 10Gi, maximumVolumeSize: 600Mi, nodeTopology: {}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: ssd1}, spec: {storageClassName: manual, capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], local: {path: /x},
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}}, status: {phase: Available}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: bound1}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], local: {path: /x},
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [hdd]}]}]}}}, status: {phase: Bound}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: zone1, labels: {topology.kubernetes.io/zone: z1__z3}}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nfs: {server: s, path: /x}}, status: {phase: Bound}}
`

func claimDoc(name, meta, spec, phase string) string {
	return "\n---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: " + name + meta + "}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}" + spec + "}, status: {phase: " + phase + "}}"
}

// What each node says to a pod with claims, or what all say.
func TestClaims(t *testing.T) {
	const bound = ", annotations: {pv.kubernetes.io/bind-completed: \"yes\"}"
	docs := depot + claimDoc("bound", bound, ", volumeName: bound1", "Bound") + claimDoc("zone", bound, ", volumeName: zone1", "Bound") +
		claimDoc("gone", bound, ", volumeName: none", "Bound") + claimDoc("lost", bound, ", volumeName: none", "Lost") +
		claimDoc("going", ", finalizers: [a/b], deletionTimestamp: \"2026-01-01T00:00:00Z\"", "", "Pending") +
		claimDoc("now", "", ", storageClassName: now", "Pending") + claimDoc("prebound", "", ", storageClassName: local, volumeName: x", "Pending") +
		claimDoc("local", "", ", storageClassName: local", "Pending") + claimDoc("manual", "", ", storageClassName: manual", "Pending") + claimDoc("manual2", "", ", storageClassName: manual", "Pending") +
		claimDoc("zoned", "", ", storageClassName: zoned", "Pending") + claimDoc("chosen", ", annotations: {volume.kubernetes.io/selected-node: n2}", ", storageClassName: zoned", "Pending") +
		claimDoc("pooled", "", ", storageClassName: pooled", "Pending") + claimDoc("p-e", "", ", storageClassName: local", "Pending")
	w := viewtest.New(t, docs)
	s := w.Snapshot()
	for name, tc := range map[string]struct{ volumes, refusal, n1, n2 string }{
		"none":              {"[{name: v, emptyDir: {}}]", "-", "", ""},
		"bound":             {claimed("bound"), "", elsewhere, ""},
		"zone":              {claimed("zone"), "", "", otherZone},
		"both":              {claimed("bound", "zone"), "", elsewhere, otherZone},
		"volume gone":       {claimed("gone"), `persistentvolume "none" not found`, "", ""},
		"missing":           {claimed("nothing"), `persistentvolumeclaim "nothing" not found`, "", ""},
		"lost":              {claimed("lost"), `persistentvolumeclaim "lost" bound to non-existent persistentvolume "none"`, "", ""},
		"going":             {claimed("going"), `persistentvolumeclaim "going" is being deleted`, "", ""},
		"immediate":         {claimed("now"), "pod has unbound immediate PersistentVolumeClaims", "", ""},
		"prebound":          {claimed("prebound"), "pod has unbound immediate PersistentVolumeClaims", "", ""},
		"local":             {claimed("local"), "", "", noLocal},
		"static":            {claimed("manual"), "", "", nothingToBind},
		"two for one":       {claimed("manual", "manual2"), "", nothingToBind, nothingToBind},
		"topology":          {claimed("zoned"), "", nothingToBind, ""},
		"capacity":          {claimed("pooled"), "", noSpace, ""},
		"two reasons":       {claimed("bound", "zoned"), "", elsewhere + ", " + nothingToBind, ""},
		"gone and unbound":  {claimed("gone", "zoned"), `persistentvolume "none" not found`, "", ""},
		"chosen":            {claimed("chosen"), "", nothingToBind, ""},
		"ephemeral":         {"[{name: w, ephemeral: {volumeClaimTemplate: {spec: {}}}}]", `waiting for ephemeral volume controller to create the persistentvolumeclaim "p-w"`, "", ""},
		"ephemeral, others": {"[{name: e, ephemeral: {volumeClaimTemplate: {spec: {}}}}]", "PVC default/p-e was not created for pod default/p (pod is not owner)", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := w.Typed("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default, uid: u}, spec: {volumes: " + tc.volumes + "}}").(*corev1.Pod)
			n := needsOf(s, api.Key{Resource: plan.Pods, Cluster: api.Host, Namespace: "default", Name: "p"}, p, nil, nil)
			if n == nil {
				if tc.refusal != "-" {
					t.Fatal("it has no claims")
				}
				return
			}
			v := n.volumes()
			if v.Refusal != tc.refusal {
				t.Fatalf("refused: %q, want %q", v.Refusal, tc.refusal)
			}
			for name, want := range map[string]string{"n1": tc.n1, "n2": tc.n2} {
				node, _ := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: name})
				got := strings.Join(v.Check(node), ", ")
				if got == "" {
					got = v.Zone(node)
				}
				if tc.refusal == "" && got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func claimed(names ...string) string {
	out := "["
	for _, n := range names {
		out += "{name: " + n + ", persistentVolumeClaim: {claimName: " + n + "}}, "
	}
	return out + "]"
}

// A static volume that fits is bound to the claim; where none is, the node is written on the claim.
func TestChoicesAreWrites(t *testing.T) {
	w := viewtest.New(t, depot, claimDoc("manual", "", ", storageClassName: manual", "Pending"), claimDoc("local", "", ", storageClassName: local", "Pending"))
	s := w.Snapshot()
	p := w.Typed("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default, uid: u}, spec: {volumes: " + claimed("manual", "local") + "}}").(*corev1.Pod)
	n := needsOf(s, api.Key{Resource: plan.Pods, Cluster: api.Host, Namespace: "default", Name: "p"}, p, nil, nil)
	node, _ := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: "n1"})
	choices, why := n.choose(node, nil)
	if len(why) > 0 || len(choices) != 2 {
		t.Fatalf("%v, %q", choices, why)
	}
	for i := range choices {
		wr, err := choices[i].write(api.Host, "n1")
		if err != nil {
			t.Fatal(err)
		}
		if errs := w.Apply(wr); errs[0] != nil {
			t.Fatal(errs[0])
		}
	}
	if v := viewtest.Get[corev1.PersistentVolume](w, storage.Volumes, "", "ssd1"); v.Spec.ClaimRef == nil || v.Spec.ClaimRef.Name != "manual" {
		t.Errorf("the volume is bound to %v", v.Spec.ClaimRef)
	}
	if c := viewtest.Get[corev1.PersistentVolumeClaim](w, storage.Claims, "default", "local"); c.Annotations[storage.SelectedNode] != "n1" {
		t.Errorf("the claim says %v", c.Annotations)
	}
	// Another pod of the same batch finds the volume taken.
	if _, why := n.choose(node, map[string]*corev1.PersistentVolume{"ssd1": {}}); !slices.Equal(why, []string{nothingToBind}) {
		t.Errorf("a taken volume: %q", why)
	}
}
