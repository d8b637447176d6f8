package accept

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// F2: StatefulSets and DaemonSets with real pods.
func TestF2(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"StatefulSet in order", setOrder}, {"StatefulSet parallel", setParallel}, {"StatefulSet update, history and undo", setRollout},
		{"StatefulSet names survive", setNames},
		{"StatefulSet orphans find an heir", setOrphans}, {"StatefulSet claims go with their pods", setClaims},
		{"DaemonSet on its nodes", daemonPlaces}, {"DaemonSet update, history and undo", daemonRollout},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// workload is the manifest of a set of pods that idle and tell their readiness by a file. spec is further fields of the
// set, a line each; pod is further fields of its pods in flow style.
func workload(kind, name, pod string, spec ...string) string {
	script, err := json.Marshal(idle)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`
apiVersion: apps/v1
kind: %s
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  %s
  template:
    metadata: {labels: {app: %s}}
    spec: {terminationGracePeriodSeconds: 1, %s containers: [{name: c, image: %q, command: [/bin/busybox, sh, -c, %s], env: [{name: V, value: "1"}]}]}
---
`, kind, name, name, strings.Join(spec, "\n  "), name, pod, busybox, script)
}

// set applies a manifest and takes what it makes away when the test ends.
func (w *world) set(kind, name, manifest string) {
	w.Helper()
	w.Cleanup(func() { _, _ = w.try("delete", kind, name, "--ignore-not-found") }) // the namespace goes at the latest
	w.apply(manifest)
}

// rolled waits until a rollout has ended.
func (w *world) rolled(object string) string {
	w.Helper()
	return w.k("rollout", "status", object, "--timeout=80s")
}

// podsOf are the pods of an app in the order of their names.
func (w *world) podsOf(app string) []corev1.Pod {
	w.Helper()
	l, err := w.client().CoreV1().Pods(w.ns).List(w.Context(), metav1.ListOptions{LabelSelector: "app=" + app})
	if err != nil {
		w.Fatal(err)
	}
	slices.SortFunc(l.Items, func(a, b corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
	return l.Items
}

func namesOf(pods []corev1.Pod) string {
	var out []string
	for _, p := range pods {
		out = append(out, p.Name)
	}
	return strings.Join(out, " ")
}

// leaving returns the names of the next n pods of an app that go, in order, once do has been done.
func (w *world) leaving(app string, n int, do func()) (gone []string) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	c := w.client().CoreV1().Pods(w.ns)
	l, err := c.List(ctx, metav1.ListOptions{LabelSelector: "app=" + app})
	if err != nil {
		w.Fatal(err)
	}
	events, err := c.Watch(ctx, metav1.ListOptions{LabelSelector: "app=" + app, ResourceVersion: l.ResourceVersion})
	if err != nil {
		w.Fatal(err)
	}
	defer events.Stop()
	do()
	for ev := range events.ResultChan() {
		if ev.Type != watch.Deleted {
			continue
		}
		if gone = append(gone, ev.Object.(*corev1.Pod).Name); len(gone) == n {
			return gone
		}
	}
	w.Fatalf("only %v have gone", gone)
	return nil
}

func setOrder(w *world) {
	w.set("statefulset", "db", workload("StatefulSet", "db", "", "replicas: 3", "serviceName: db"))
	w.rolled("statefulset/db")
	pods := w.podsOf("db")
	if got := namesOf(pods); got != "db-0 db-1 db-2" {
		w.Fatalf("pods %s", got)
	}
	for i := 1; i < len(pods); i++ {
		for _, c := range pods[i-1].Status.Conditions {
			if c.Type == corev1.PodReady && pods[i].CreationTimestamp.Before(&c.LastTransitionTime) {
				w.Errorf("%s was created at %v, before %s was ready at %v", pods[i].Name, pods[i].CreationTimestamp, pods[i-1].Name, c.LastTransitionTime)
			}
		}
		if pods[i].Labels["statefulset.kubernetes.io/pod-name"] != pods[i].Name || pods[i].Labels["apps.kubernetes.io/pod-index"] != fmt.Sprint(i) {
			w.Errorf("labels %v", pods[i].Labels)
		}
	}
	if gone := w.leaving("db", 2, func() { w.k("scale", "statefulset/db", "--replicas=1") }); strings.Join(gone, " ") != "db-2 db-1" {
		w.Errorf("went in the order %v", gone)
	}
	w.eventually("one replica in the status", func() error { return want(w.field("statefulset/db", ".status.replicas"), "1") })
	if err := want(w.k("describe", "statefulset", "db"), "Create Pod db-0 in StatefulSet db successful", "Delete Pod db-2 in StatefulSet db successful"); err != nil {
		w.Error(err)
	}
}

func setParallel(w *world) {
	w.set("statefulset", "many", workload("StatefulSet", "many", "nodeSelector: {nowhere: here},", "replicas: 4", "serviceName: many", "podManagementPolicy: Parallel"))
	// None of them can run, and yet all are there.
	w.eventually("four pods", func() error { return want(namesOf(w.podsOf("many")), "many-0 many-1 many-2 many-3") })
}

func setRollout(w *world) {
	w.set("statefulset", "roll", workload("StatefulSet", "roll", "", "replicas: 2", "serviceName: roll"))
	w.rolled("statefulset/roll")
	if gone := w.leaving("roll", 2, func() { w.k("set", "env", "statefulset/roll", "V=2") }); strings.Join(gone, " ") != "roll-1 roll-0" {
		w.Errorf("updated in the order %v", gone)
	}
	w.rolled("statefulset/roll")
	if v, err := w.inPod("roll-0", "echo $V"); err != nil || v != "2" {
		w.Errorf("updated pod says %q, %v", v, err)
	}
	if err := want(w.k("rollout", "history", "statefulset/roll"), "REVISION", "1", "2"); err != nil {
		w.Error(err)
	}
	if err := want(w.k("rollout", "history", "statefulset/roll", "--revision=1"), "V:\t1"); err != nil {
		w.Error(err)
	}
	w.k("rollout", "undo", "statefulset/roll")
	w.rolled("statefulset/roll")
	if v, err := w.inPod("roll-1", "echo $V"); err != nil || v != "1" {
		w.Errorf("pod of the undone update says %q, %v", v, err)
	}
	if got := strings.Fields(w.k("rollout", "history", "statefulset/roll")); !slices.Contains(got, "3") || slices.Contains(got, "1") {
		w.Errorf("history after undo %q", got)
	}
	// A partition holds the others back.
	w.k("patch", "statefulset/roll", "-p", `{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}`)
	w.k("set", "env", "statefulset/roll", "V=3")
	if err := want(w.rolled("statefulset/roll"), "partitioned roll out complete: 1 new pods"); err != nil {
		w.Error(err)
	}
	for pod, want := range map[string]string{"roll-0": "1", "roll-1": "3"} {
		if v, err := w.inPod(pod, "echo $V"); err != nil || v != want {
			w.Errorf("%s says %q, %v; want %s", pod, v, err, want)
		}
	}
}

func setNames(w *world) {
	w.set("service", "id", `
apiVersion: v1
kind: Service
metadata: {name: id}
spec: {clusterIP: None, selector: {app: id}, ports: [{port: 80}]}
---
`)
	w.set("statefulset", "id", workload("StatefulSet", "id", "", "replicas: 2", "serviceName: id"))
	w.rolled("statefulset/id")
	before := w.podsOf("id")
	w.k("delete", "pods", "-l", "app=id")
	w.eventually("both again", func() error {
		after := w.podsOf("id")
		if namesOf(after) != "id-0 id-1" || after[0].UID == before[0].UID || after[1].UID == before[1].UID {
			return fmt.Errorf("pods %s", namesOf(after))
		}
		return nil
	})
	w.rolled("statefulset/id")
	if h, err := w.inPod("id-1", "hostname"); err != nil || h != "id-1" {
		w.Errorf("hostname %q, %v", h, err)
	}
	ip := w.field("pod/id-1", ".status.podIP")
	w.eventually("the name of a pod", func() error {
		out, err := w.inPod("id-0", "/bin/busybox nslookup id-1.id."+w.ns+".svc.cluster.local")
		if err != nil {
			return err
		}
		return want(out, ip)
	})
}

// setOrphans deletes a set without its pods; another of its name and shape takes them over.
func setOrphans(w *world) {
	manifest := workload("StatefulSet", "heir", "", "replicas: 2", "serviceName: heir")
	w.set("statefulset", "heir", manifest)
	w.rolled("statefulset/heir")
	before := w.podsOf("heir")
	w.k("delete", "statefulset", "heir", "--cascade=orphan")
	w.apply(manifest)
	w.eventually("the pods' new owner", func() error {
		after := w.podsOf("heir")
		uid := w.field("statefulset/heir", ".metadata.uid")
		for i, p := range after {
			if ref := metav1.GetControllerOf(&p); p.UID != before[i].UID || ref == nil || string(ref.UID) != uid {
				return fmt.Errorf("%s belongs to %v", p.Name, ref)
			}
		}
		return want(w.field("statefulset/heir", ".status.readyReplicas"), "2")
	})
	if got := strings.Count(w.field("controllerrevisions -l app=heir", ".items[*].metadata.name"), "heir-"); got != 1 {
		w.Errorf("%d revisions", got)
	}
}

// setClaims: claims outlive their pods, but not the scaling down or the deletion of a set that says so.
func setClaims(w *world) {
	m := workload("StatefulSet", "disk", "", "replicas: 2", "serviceName: disk", "persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Delete}",
		"volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 16Mi}}}}]")
	w.set("statefulset", "disk", strings.Replace(m, "{name: c, ", "{name: c, volumeMounts: [{name: data, mountPath: /data}], ", 1))
	w.rolled("statefulset/disk")
	if out, err := w.inPod("disk-1", "echo kept > /data/f"); err != nil {
		w.Fatal(out, err)
	}
	w.k("delete", "pod", "disk-1")
	w.rolled("statefulset/disk")
	if got, err := w.inPod("disk-1", "cat /data/f"); err != nil || got != "kept" {
		w.Errorf("the next pod reads %q, %v", got, err)
	}
	claims := func(want string) {
		w.Helper()
		w.eventually("claims "+want, func() error {
			if got := w.field("pvc -l app=disk", ".items[*].metadata.name"); got != want {
				return fmt.Errorf("there are %q", got)
			}
			return nil
		})
	}
	w.k("scale", "statefulset/disk", "--replicas=1")
	claims("data-disk-0")
	w.k("scale", "statefulset/disk", "--replicas=2")
	w.rolled("statefulset/disk")
	if _, err := w.inPod("disk-1", "test ! -e /data/f"); err != nil {
		w.Errorf("the new claim has the old data: %v", err)
	}
	w.k("delete", "statefulset", "disk")
	claims("")
}

func daemonPlaces(w *world) {
	node := w.field("nodes", ".items[0].metadata.name")
	w.Cleanup(func() { _, _ = w.try("label", "node", node, "f2-") })
	w.set("daemonset", "agent", workload("DaemonSet", "agent", "nodeSelector: {f2: here},"))
	w.eventually("a status", func() error {
		return want(w.field("daemonset/agent", ".status.observedGeneration")+"/"+w.field("daemonset/agent", ".status.desiredNumberScheduled"), "1/0")
	})
	w.k("label", "node", node, "f2=here")
	w.eventually("a pod", func() error {
		return want(w.field("daemonset/agent", ".status.desiredNumberScheduled")+"/"+w.field("daemonset/agent", ".status.numberAvailable"), "1/1")
	})
	p := w.podsOf("agent")[0]
	if p.Spec.NodeName != node || p.Labels["controller-revision-hash"] == "" {
		w.Errorf("pod on %s with labels %v", p.Spec.NodeName, p.Labels)
	}
	w.k("delete", "pod", p.Name)
	w.eventually("another pod", func() error {
		if pods := w.podsOf("agent"); len(pods) != 1 || pods[0].Name == p.Name {
			return fmt.Errorf("pods %s", namesOf(pods))
		}
		return nil
	})
	w.rolled("daemonset/agent")
	w.k("label", "node", node, "f2-")
	w.eventually("no pod", func() error {
		if pods := w.podsOf("agent"); len(pods) > 0 {
			return fmt.Errorf("pods %s", namesOf(pods))
		}
		return nil
	})
}

func daemonRollout(w *world) {
	w.set("daemonset", "tool", workload("DaemonSet", "tool", ""))
	w.rolled("daemonset/tool")
	w.k("set", "env", "daemonset/tool", "V=2")
	w.rolled("daemonset/tool")
	says := func(v string) {
		w.Helper()
		w.eventually("version "+v, func() error {
			pods := w.podsOf("tool")
			if len(pods) != 1 {
				return fmt.Errorf("pods %s", namesOf(pods))
			}
			got, err := w.inPod(pods[0].Name, "echo $V")
			if err != nil {
				return err
			}
			return want(got, v)
		})
	}
	says("2")
	if err := want(w.k("rollout", "history", "daemonset/tool", "--revision=1"), "V:\t1"); err != nil {
		w.Error(err)
	}
	w.k("rollout", "undo", "daemonset/tool", "--to-revision=1")
	w.rolled("daemonset/tool")
	says("1")
	if got := strings.Fields(w.k("rollout", "history", "daemonset/tool")); !slices.Contains(got, "3") {
		w.Errorf("history after undo %q", got)
	}
	// With a surge the old pod goes when the new one is available.
	w.k("patch", "daemonset/tool", "-p", `{"spec":{"updateStrategy":{"rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}}}`)
	old := w.podsOf("tool")[0]
	w.leaving("tool", 1, func() { w.k("set", "env", "daemonset/tool", "V=3") })
	fresh := w.podsOf("tool")
	if len(fresh) != 1 || fresh[0].Name == old.Name || fresh[0].CreationTimestamp.IsZero() {
		w.Errorf("after the old pod went: %s", namesOf(fresh))
	}
	says("3")
}
