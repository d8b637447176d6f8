package scheduler_test

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
)

// A node takes as many volumes of a driver as its CSINode says; those that are still attached count.
func TestVolumeLimits(t *testing.T) {
	h := newHouse(t)
	h.node("a", "4")
	add[storagev1.CSINode](h, storage.Nodes, `{metadata: {name: a}, spec: {drivers: [{name: d.example.com, nodeID: a, allocatable: {count: 3}}]}}`)
	volume := func(name string) {
		add[corev1.PersistentVolume](h, storage.Volumes, fmt.Sprintf(`{metadata: {name: v-%s}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteMany], csi: {driver: d.example.com, volumeHandle: h-%s},
			claimRef: {namespace: default, name: %s}}}`, name, name, name))
		add[corev1.PersistentVolumeClaim](h, storage.Claims, fmt.Sprintf(`{metadata: {name: %s, namespace: default, annotations: {pv.kubernetes.io/bind-completed: "yes"}},
			spec: {accessModes: [ReadWriteMany], volumeName: v-%s, storageClassName: "", resources: {requests: {storage: 1Gi}}}}`, name, name))
	}
	pod := func(name string, claims ...string) {
		doc := "{metadata: {name: " + name + ", namespace: default}, spec: {containers: [{name: c, image: i}], volumes: ["
		for _, c := range claims {
			doc += "{name: " + c + ", persistentVolumeClaim: {claimName: " + c + "}}, "
		}
		add[corev1.Pod](h, plan.Pods, doc+"]}}")
	}
	for _, name := range []string{"c1", "c2", "c3", "c4"} {
		volume(name)
	}
	volume("left")
	va := add[storagev1.VolumeAttachment](h, storage.Attachments, `{metadata: {name: va}, spec: {attacher: d.example.com, nodeName: a, source: {persistentVolumeName: v-left}}}`)
	pod("p1", "c1")
	h.bound("p1")
	pod("p2", "c1", "c2") // c1 is there
	h.bound("p2")
	pod("p3", "c3")
	const want = "0/1 nodes are available: 1 node(s) exceed max volume count. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
	if got := h.refused("p3"); got != want {
		t.Errorf("p3: %s\nwant %s", got, want)
	}
	key := plan.KeyOf(api.Host, storage.Attachments, va)
	seen, err := h.c.Get(h.ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	h.write(plan.Delete(key, seen.(*storagev1.VolumeAttachment), ""))
	h.bound("p3")
}
