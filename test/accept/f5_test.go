package accept

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// F5: storage, with real pods on real file systems: claims, the local provisioner, what an administrator provides, and what
// is refused.
func TestF5(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16951")
	if err := in.up(); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	for _, v := range []verb{
		{"data survives", dataSurvives}, {"size is enforced", sizeEnforced}, {"expansion", claimGrows}, {"reclaim policies", reclaim},
		{"volumes of an administrator", staticVolumes}, {"ephemeral volumes", ephemeralVolumes}, {"one pod only", oncePod},
		{"refusals", storageRefusals}, {"subPath and readOnly", claimMounts}, {"StatefulSet", statefulClaims}, {"raw block volumes", rawVolumes}, {"attachments", attachments},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(worldIn(t, in)) })
	}
}

// The same with a node in a process of its own, which may do no more than what a node may.
func TestF5Agent(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16952")
	in.start(t, "server", "--listen", in.listen)
	in.start(t, "agent")
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	for _, v := range []verb{{"size is enforced", sizeEnforced}, {"expansion", claimGrows}, {"reclaim policies", reclaim}} {
		t.Run(v.name, func(t *testing.T) { v.test(worldIn(t, in)) })
	}
}

// withClaim are the spec and container fields of a pod that has a claim at /v.
func withClaim(claim string) string {
	return "volumes: [{name: v, persistentVolumeClaim: {claimName: " + claim + "}}]"
}

// phase waits for the phase of a claim or volume.
func (w *world) phase(object, phase string) {
	w.Helper()
	w.eventually(object+" is "+phase, func() error { return want(w.field(object, ".status.phase"), phase) })
}

func dataSurvives(w *world) {
	w.apply(claimOf("data", "16Mi", ""))
	w.phase("pvc/data", "Pending")
	w.eventually("it says for what it waits", func() error {
		return want(w.k("describe", "pvc", "data"), "WaitForFirstConsumer", "waiting for first consumer to be created before binding")
	})
	if class := w.field("pvc/data", ".spec.storageClassName"); class != "local" {
		w.Errorf("its class is %q", class)
	}
	w.apply(pod("one", busybox, "echo first > /v/file; exit 0", shareV, withClaim("data")))
	w.prints("one")
	w.phase("pvc/data", "Bound")
	pv := w.field("pvc/data", ".spec.volumeName")
	for path, want := range map[string]string{
		".status.phase": "Bound", ".spec.persistentVolumeReclaimPolicy": "Delete", ".spec.capacity.storage": "16Mi", ".spec.claimRef.name": "data",
		`.metadata.annotations.pv\.kubernetes\.io/provisioned-by`: "gantry.dev/local",
	} {
		if got := w.field("pv/"+pv, path); got != want {
			w.Errorf("%s of the volume is %q, want %q", path, got, want)
		}
	}
	if got := w.field("pvc/data", ".status.capacity.storage"); got != "16Mi" {
		w.Errorf("the claim has %s", got)
	}
	w.k("delete", "pod", "one")
	// Two pods at once see it, after all of gantry has been restarted under a third.
	w.apply(pod("keeper", busybox, idle, shareV, withClaim("data")))
	w.ready("condition=Ready", "pod/keeper")
	w.kill(w.daemon(), syscall.SIGKILL)
	if err := w.up(); err != nil {
		w.Fatal(err)
	}
	if out, err := w.inPod("keeper", "cat /v/file; echo second >> /v/file"); err != nil || out != "first" {
		w.Errorf("after a restart it has %q, %v", out, err)
	}
	w.apply(pod("two", busybox, "cat /v/file; exit 0", shareV, withClaim("data")))
	w.prints("two", "first", "second")
	w.k("delete", "pod", "two", "keeper")
	w.apply(pod("three", busybox, "cat /v/file; exit 0", shareV, withClaim("data")))
	w.prints("three", "first", "second")
}

func sizeEnforced(w *world) {
	w.apply(claimOf("small", "16Mi", ""))
	w.apply(pod("writer", busybox, "dd if=/dev/zero of=/v/big bs=1M count=64; ls -l /v/big; rm /v/big; echo again > /v/again && echo fits; exit 0", shareV, withClaim("small")))
	w.prints("writer", "No space left on device", "fits")
}

func claimGrows(w *world) {
	w.apply(claimOf("grows", "16Mi", ""))
	w.apply(pod("before", busybox, idle, shareV, withClaim("grows")))
	w.ready("condition=Ready", "pod/before")
	if _, err := w.inPod("before", "echo kept > /v/kept"); err != nil {
		w.Fatal(err)
	}
	w.refused([]string{"spec.resources.requests.storage: Forbidden: field can not be less than"}, "patch", "pvc", "grows", "-p", `{"spec":{"resources":{"requests":{"storage":"8Mi"}}}}`)
	w.k("patch", "pvc", "grows", "-p", `{"spec":{"resources":{"requests":{"storage":"48Mi"}}}}`)
	pv := w.field("pvc/grows", ".spec.volumeName")
	w.eventually("the volume is larger", func() error { return want(w.field("pv/"+pv, ".spec.capacity.storage"), "48Mi") })
	// Where the kernel lets us it grows now; else the claim says that it waits for another pod.
	w.eventually("the claim says how it stands", func() error {
		state := w.field("pvc/grows", ".status.conditions[*].type") + w.field("pvc/grows", ".status.capacity.storage")
		if strings.Contains(state, "48Mi") {
			return nil
		}
		return want(state, "FileSystemResizePending")
	})
	w.k("delete", "pod", "before")
	w.apply(pod("after", busybox, "dd if=/dev/zero of=/v/big bs=1M count=30 && echo fits; cat /v/kept; exit 0", shareV, withClaim("grows")))
	w.prints("after", "fits", "kept")
	w.eventually("the claim has grown", func() error { return want(w.field("pvc/grows", ".status.capacity.storage"), "48Mi") })
	if left := w.field("pvc/grows", ".status.conditions"); left != "" && left != "[]" {
		w.Errorf("conditions are left: %s", left)
	}
}

func reclaim(w *world) {
	w.apply(`
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: keep}
provisioner: gantry.dev/local
reclaimPolicy: Retain
volumeBindingMode: WaitForFirstConsumer
---
` + claimOf("deleted", "8Mi", "") + claimOf("kept", "8Mi", ", storageClassName: keep"))
	w.Cleanup(func() { w.k("delete", "storageclass", "keep") })
	for _, claim := range []string{"deleted", "kept"} {
		w.apply(pod(claim, busybox, "echo x > /v/x; exit 0", shareV, withClaim(claim)))
		w.prints(claim)
	}
	gone, kept := w.field("pvc/deleted", ".spec.volumeName"), w.field("pvc/kept", ".spec.volumeName")
	// A claim that a pod has is protected.
	w.k("delete", "pvc", "deleted", "kept", "--wait=false")
	w.eventually("the claim waits for its pod", func() error { return want(w.k("describe", "pvc", "deleted"), "Terminating", "pvc-protection") })
	w.k("delete", "pod", "deleted", "kept")
	w.eventually("the volume is deleted, with what was in it", func() error {
		if out, err := w.try("get", "pv", gone); err == nil {
			return fmt.Errorf("%w: %s", errStill, out)
		}
		left, err := filepath.Glob(filepath.Join(w.dir, "node", "volumes", gone))
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("%w: %v", errStill, left)
		}
		return err
	})
	w.phase("pv/"+kept, "Released")
	disks, err := filepath.Glob(filepath.Join(w.dir, "node", "volumes", kept, "*"))
	if err != nil || len(disks) == 0 {
		w.Errorf("what was retained is gone: %v, %v", disks, err)
	}
	w.k("delete", "pv", kept, "--timeout=60s")
	if disks, err := filepath.Glob(filepath.Join(w.dir, "node", "volumes", kept, "*")); err != nil || len(disks) == 0 {
		w.Errorf("deleting the retained volume's object took its data: %v, %v", disks, err)
	}
}

func staticVolumes(w *world) {
	dir, name := w.TempDir(), w.ns
	node := w.field("nodes", ".items[0].metadata.name")
	volume := func(suffix, source, more string) string {
		return fmt.Sprintf("{apiVersion: v1, kind: PersistentVolume, metadata: {name: %s-%s, labels: {for: %s}}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: %s}}\n---\n", name, suffix, name, more+", "+source)
	}
	affinity := "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]}]}}"
	w.apply(volume("host", "hostPath: {path: "+dir+"}", "Recycle") +
		volume("local", "local: {path: "+dir+"}, "+fmt.Sprintf(affinity, node), "Delete") +
		volume("far", "local: {path: /none}, "+fmt.Sprintf(affinity, "elsewhere"), "Retain"))
	w.Cleanup(func() { w.k("delete", "pv", "-l", "for="+name, "--timeout=60s") })
	w.phase("pv/"+name+"-host", "Available")
	for _, v := range []string{"host", "local", "far"} {
		w.apply(claimOf(v, "1Mi", fmt.Sprintf(", storageClassName: '', volumeName: %s-%s", name, v)))
		w.phase("pvc/"+v, "Bound")
	}
	if got := w.field("pvc/host", ".status.capacity.storage"); got != "1Gi" {
		w.Errorf("the claim has %s of its volume", got)
	}
	w.apply(pod("host", busybox, "echo written > /v/file; exit 0", shareV, withClaim("host")))
	w.prints("host")
	w.apply(pod("local", busybox, "cat /v/file; exit 0", shareV, withClaim("local")))
	w.prints("local", "written")
	w.apply(pod("far", busybox, "exit 0", shareV, withClaim("far")))
	w.eventually("the scheduler says why", func() error {
		return want(w.field("pod/far", ".status.conditions[0].message"), "0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity.")
	})
	w.k("delete", "pod", "--all")
	w.k("delete", "pvc", "--all")
	w.phase("pv/"+name+"-host", "Failed")
	w.phase("pv/"+name+"-local", "Failed")
	w.phase("pv/"+name+"-far", "Released")
	if err := want(w.field("pv/"+name+"-host", ".status.message"), "No recycler plugin found for the volume!"); err != nil {
		w.Error(err)
	}
}

func ephemeralVolumes(w *world) {
	w.apply(pod("scratch", busybox, "echo x > /v/x && /bin/busybox df /v; exit 0", shareV,
		"volumes: [{name: v, ephemeral: {volumeClaimTemplate: {metadata: {labels: {a: b}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Mi}}}}}}]"))
	w.prints("scratch", "/v")
	if got := w.field("pvc/scratch-v", ".metadata.ownerReferences[0].name") + w.field("pvc/scratch-v", ".metadata.labels.a"); got != "scratchb" {
		w.Errorf("owner and label of the claim are %s", got)
	}
	w.k("delete", "pod", "scratch")
	w.eventually("the claim goes with its pod", func() error {
		if out, err := w.try("get", "pvc", "scratch-v"); err == nil {
			return fmt.Errorf("%w: %s", errStill, out)
		}
		return nil
	})
}

func oncePod(w *world) {
	w.apply(strings.Replace(claimOf("alone", "8Mi", ""), "ReadWriteOnce", "ReadWriteOncePod", 1) + pod("first", busybox, idle, shareV, withClaim("alone")))
	w.ready("condition=Ready", "pod/first")
	w.apply(pod("second", busybox, "echo mine; exit 0", shareV, withClaim("alone")))
	w.eventually("the scheduler says why", func() error {
		return want(w.field("pod/second", ".status.conditions[0].message"), "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod")
	})
	w.k("delete", "pod", "first")
	w.prints("second", "mine")
}

func storageRefusals(w *world) {
	w.apply(pod("nothing", busybox, "exit 0", shareV, withClaim("nothing")) +
		strings.Replace(claimOf("many", "8Mi", ""), "ReadWriteOnce", "ReadWriteMany", 1) + pod("many", busybox, "exit 0", shareV, withClaim("many")) +
		claimOf("huge", "1Pi", "") + pod("huge", busybox, "exit 0", shareV, withClaim("huge")) +
		claimOf("nowhere", "8Mi", ", storageClassName: nowhere") + pod("nowhere", busybox, "exit 0", shareV, withClaim("nowhere")))
	for object, words := range map[string]string{
		"pod/huge":    "node(s) did not have enough free storage",
		"pod/nothing": `persistentvolumeclaim "nothing" not found`,
		"pvc/many":    "spec.accessModes: only ReadWriteOnce and ReadWriteOncePod are supported, the claim has [ReadWriteMany]",
		"pvc/nowhere": `storageclass.storage.k8s.io "nowhere" not found`,
		"pod/nowhere": "pod has unbound immediate PersistentVolumeClaims",
	} {
		w.eventually(object+" says why", func() error { return want(w.k("describe", object), words) })
	}
}

func claimMounts(w *world) {
	w.apply(claimOf("parts", "8Mi", ""))
	w.apply(pod("parts", busybox, "echo in > /sub/file; cat /v/below/file; echo x > /ro/x || echo refused; exit 0",
		"volumeMounts: [{name: v, mountPath: /v}, {name: v, mountPath: /sub, subPath: below}, {name: ro, mountPath: /ro}]",
		"volumes: [{name: v, persistentVolumeClaim: {claimName: parts}}, {name: ro, persistentVolumeClaim: {claimName: parts, readOnly: true}}]"))
	w.prints("parts", "in", "refused")
}

func statefulClaims(w *world) {
	w.apply(fmt.Sprintf(`
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: c, image: "%s", command: [/bin/busybox, sh, -c, "hostname >> /data/starts; %s"], volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Mi}}}
`, busybox, idle))
	w.k("rollout", "status", "statefulset/db", "--timeout=60s")
	before := w.field("pod/db-1", ".metadata.uid")
	w.k("delete", "pod", "db-1")
	w.eventually("another db-1 has the data of the first", func() error {
		if uid := w.field("pods -l app=db", `.items[?(@.metadata.name=="db-1")].metadata.uid`); uid == before || uid == "" {
			return errStill
		}
		out, err := w.inPod("db-1", "cat /data/starts")
		if err != nil {
			return err
		}
		return want(strings.ReplaceAll(out, "\n", " "), "db-1 db-1")
	})
	if out, err := w.inPod("db-0", "cat /data/starts"); err != nil || out != "db-0" {
		w.Errorf("db-0 has %q, %v", out, err)
	}
	if n := len(strings.Fields(w.field("pvc", ".items[*].metadata.name"))); n != 2 {
		w.Errorf("%d claims", n)
	}
}
