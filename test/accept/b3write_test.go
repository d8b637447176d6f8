package accept

import (
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func patchTypes(w *world) {
	const d = "/apis/apps/v1/namespaces/%s/deployments/patched"
	path := fmt.Sprintf(d, w.ns)
	w.k("create", "deployment", "patched", "--image=web:1", "--replicas=0")
	for _, c := range []struct{ kind, body, word string }{
		{"application/json-patch+json", `[{"op":"add","path":"/metadata/labels/json","value":"yes"}]`, `"json":"yes"`},
		{"application/merge-patch+json", `{"metadata":{"labels":{"merge":"yes","app":null}}}`, `"merge":"yes"`},
		{"application/strategic-merge-patch+json", `{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"busybox:1"}]}}}}`, `"image":"web:1"`},
		{"application/apply-patch+yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: patched, labels: {applied: 'yes'}}\n", `"applied":"yes"`},
	} {
		url := path
		if strings.Contains(c.kind, "apply") {
			url += "?fieldManager=test"
		}
		w.call("PATCH", url, c.body, "Content-Type: "+c.kind).is(w, 200, c.word)
	}
	got := w.call("GET", path, "").is(w, 200, `"json":"yes"`, `"merge":"yes"`, `"applied":"yes"`, `"image":"busybox:1"`, `"image":"web:1"`)
	if _, ok := w.object(got).Labels["app"]; ok {
		w.Error("null in a merge patch removed nothing")
	}
	w.call("PATCH", path, `[{"op":"test","path":"/metadata/name","value":"other"}]`, "Content-Type: application/json-patch+json").is(w, 422)
	w.call("PATCH", path, `{}`, "Content-Type: application/json").is(w, 415)
	w.call("PATCH", path, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: patched}\n", "Content-Type: application/apply-patch+yaml").is(w, 422, "fieldManager")
	// Applying what is not there makes it.
	w.call("PATCH", "configmaps/applied?fieldManager=test", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {a: '1'}\n", "Content-Type: application/apply-patch+yaml").is(w, 201, `"operation":"Apply"`)
	w.k("delete", "deployment/patched", "configmap/applied")
}

func dryRun(w *world) {
	w.call("POST", "configmaps?dryRun=All", configMap("dry", "", "")).is(w, 201, `"uid":`)
	w.call("GET", "configmaps/dry", "").is(w, 404)
	rev := w.object(w.call("POST", "configmaps", configMap("wet", `"a":"1"`, "")).is(w, 201)).ResourceVersion
	w.call("PUT", "configmaps/wet?dryRun=All", configMap("wet", `"a":"2"`, "")).is(w, 200, `"a":"2"`)
	w.call("PATCH", "configmaps/wet?dryRun=All", `{"data":{"a":"3"}}`, "Content-Type: application/merge-patch+json").is(w, 200, `"a":"3"`)
	w.call("DELETE", "configmaps/wet?dryRun=All", "").is(w, 200)
	w.call("DELETE", "configmaps?dryRun=All", "").is(w, 200)
	if a := w.call("GET", "configmaps/wet", "").is(w, 200, `"a":"1"`); w.object(a).ResourceVersion != rev {
		w.Error("a dry run left a revision")
	}
	w.call("POST", "configmaps?dryRun=Some", configMap("dry", "", "")).is(w, 422, "dryRun")
	w.k("delete", "configmap", "wet")
}

func finalizers(w *world) {
	w.call("POST", "configmaps", configMap("held", "", `,"finalizers":["example.test/hold","example.test/more"]`)).is(w, 201)
	w.call("DELETE", "configmaps/held", "").is(w, 200, `"deletionTimestamp":`)
	w.call("PATCH", "configmaps/held", `{"metadata":{"finalizers":["example.test/hold","example.test/new"]}}`, "Content-Type: application/merge-patch+json").is(w, 422, "no new finalizers can be added")
	w.call("PATCH", "configmaps/held", `{"metadata":{"finalizers":["example.test/hold"]}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	w.call("GET", "configmaps/held", "").is(w, 200, `"deletionTimestamp":`)
	w.call("PATCH", "configmaps/held", `{"metadata":{"finalizers":null}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	w.call("GET", "configmaps/held", "").is(w, 404, "NotFound")
}

func owners(w *world) {
	family := func(name, finalizer string) {
		uid := w.object(w.call("POST", "configmaps", configMap(name, "", "")).is(w, 201)).UID
		w.call("POST", "configmaps", configMap(name+"-child", "", finalizer+`,"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"`+name+`","uid":"`+string(uid)+`","blockOwnerDeletion":true}]`)).is(w, 201)
	}
	gone := func(names ...string) {
		w.Helper()
		for _, name := range names {
			w.eventually(name+" goes", func() error {
				if _, err := w.try("get", "configmap", name); err == nil {
					return errStill
				}
				return nil
			})
		}
	}
	remove := func(name, policy string) answer {
		return w.call("DELETE", "configmaps/"+name, `{"propagationPolicy":"`+policy+`"}`)
	}
	family("background", "")
	remove("background", "Background").is(w, 200)
	w.call("GET", "configmaps/background", "").is(w, 404)
	gone("background-child")

	// In the foreground the owner stays until what it blocks on is gone.
	family("foreground", `,"finalizers":["example.test/hold"]`)
	remove("foreground", "Foreground").is(w, 200, "foregroundDeletion", "deletionTimestamp")
	w.eventually("the child goes first", func() error {
		return want(w.call("GET", "configmaps/foreground-child", "").body, "deletionTimestamp")
	})
	w.call("GET", "configmaps/foreground", "").is(w, 200, "foregroundDeletion")
	w.k("patch", "configmap", "foreground-child", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
	gone("foreground-child", "foreground")

	family("orphan", "")
	remove("orphan", "Orphan").is(w, 200)
	gone("orphan")
	w.eventually("the child is nobody's", func() error {
		if a := w.call("GET", "configmaps/orphan-child", ""); a.status != 200 || strings.Contains(a.body, "ownerReferences") {
			return fmt.Errorf("%d %s", a.status, a.body)
		}
		return nil
	})
	// One whose owner never was goes as well.
	w.call("POST", "configmaps", configMap("lost", "", `,"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"nobody","uid":"00000000-0000-0000-0000-000000000000"}]`)).is(w, 201)
	gone("lost")
	w.k("delete", "configmap", "orphan-child")
}

// subresources tries those that kubectl hides; exec, attach, port-forward and log are B2's.
func subresources(w *world) {
	path := "/apis/apps/v1/namespaces/" + w.ns + "/deployments/subs"
	w.k("create", "deployment", "subs", "--image=web:1", "--replicas=0")
	w.k("rollout", "status", "deployment/subs", "--timeout=60s")
	w.call("GET", path+"/scale", "").is(w, 200, `"kind":"Scale"`, `"apiVersion":"autoscaling/v1"`, `"selector":"app=subs"`)
	w.call("PATCH", path+"/scale", `{"spec":{"replicas":2}}`, "Content-Type: application/merge-patch+json").is(w, 200, `"replicas":2`)
	w.eventually("two pods", func() error { return want(w.field("deployment/subs", ".status.readyReplicas"), "2") })
	// Spec and status are written by different doors.
	w.call("PATCH", path, `{"status":{"replicas":77}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	w.call("PATCH", path+"/status", `{"spec":{"replicas":55},"status":{"conditions":[{"type":"Test","status":"True"}]}}`, "Content-Type: application/merge-patch+json").is(w, 200, `"type":"Test"`)
	if got := w.field("deployment/subs", "['.spec.replicas','.status.replicas']"); strings.Contains(got, "77") || strings.Contains(got, "55") {
		w.Errorf("the doors are open to each other: %s", got)
	}

	// Eviction asks the budget.
	c, ctx := w.client(), w.Context()
	one := w.field("pods -l app=subs", ".items[0].metadata.name")
	w.k("create", "poddisruptionbudget", "subs", "--selector=app=subs", "--min-available=2")
	w.eventually("the budget knows its pods", func() error {
		return want(w.field("poddisruptionbudget/subs", ".status['currentHealthy','disruptionsAllowed']"), "2 0")
	})
	evict := func() error {
		return c.PolicyV1().Evictions(w.ns).Evict(ctx, &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: one, Namespace: w.ns}})
	}
	if err := evict(); !apierrors.IsTooManyRequests(err) || want(err.Error(), "disruption budget") != nil {
		w.Errorf("an eviction against the budget: %v", err)
	}
	w.k("patch", "poddisruptionbudget", "subs", "--type=merge", "-p", `{"spec":{"minAvailable":1}}`)
	w.eventually("the budget allows one", evict)
	w.k("delete", "deployment/subs", "poddisruptionbudget/subs")

	// Binding does what the scheduler does.
	w.apply(strings.Replace(pod("bound", busybox, "echo bound", "", "schedulerName: nobody"), "labels:", "labels:", 1))
	node := w.field("nodes", ".items[0].metadata.name")
	bind := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: "bound"}, Target: corev1.ObjectReference{Kind: "Node", Name: node}}
	if err := c.CoreV1().Pods(w.ns).Bind(ctx, bind, metav1.CreateOptions{}); err != nil {
		w.Fatal(err)
	}
	w.prints("bound", "bound")
	if err := c.CoreV1().Pods(w.ns).Bind(ctx, bind, metav1.CreateOptions{}); !apierrors.IsConflict(err) {
		w.Errorf("binding again: %v", err)
	}
	if a := w.call("GET", "pods/bound/log?timestamps=true", "").is(w, 200, "Z bound"); !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		w.Errorf("a log is %s", a.header.Get("Content-Type"))
	}
}

func admissions(w *world) {
	w.refused([]string{`namespaces "nowhere" not found`}, "create", "configmap", "x", "-n", "nowhere")
	w.k("create", "namespace", w.ns+"-ending")
	w.k("-n", w.ns+"-ending", "apply", "-f", w.file("held.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.test/hold]}\n"))
	w.k("delete", "namespace", w.ns+"-ending", "--wait=false")
	w.refused([]string{"because it is being terminated"}, "create", "configmap", "x", "-n", w.ns+"-ending")
	w.k("-n", w.ns+"-ending", "patch", "configmap", "held", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
	w.k("wait", "namespace/"+w.ns+"-ending", "--for=delete", "--timeout=60s")

	w.k("create", "configmap", "root-ca-was-here")
	if err := want(w.field("configmap/kube-root-ca.crt", ".data"), "BEGIN CERTIFICATE"); err != nil {
		w.Error(err)
	}
	w.apply("apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: " + w.ns + "}\nvalue: 4711\n")
	w.Cleanup(func() { w.k("delete", "priorityclass", w.ns) })
	w.apply(pod("admitted", busybox, idle, "", "priorityClassName: "+w.ns))
	for path, words := range map[string][]string{
		".spec.priority":           {"4711"},
		".spec.serviceAccountName": {"default"},
		".spec.tolerations":        {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "300"},
		".spec.volumes":            {"kube-api-access-", "kube-root-ca.crt", `"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}`},
		".spec.containers[0]":      {"/var/run/secrets/kubernetes.io/serviceaccount"},
	} {
		if err := want(w.field("pod/admitted", path), words...); err != nil {
			w.Errorf("%s: %v", path, err)
		}
	}
	refuse := func(spec string, words ...string) {
		w.Helper()
		if _, err := w.tryKubectl(pod("refused", busybox, idle, "", spec), "-n", w.ns, "create", "-f", "-"); err == nil {
			w.Errorf("a pod with %s was let in", spec)
		} else if err := errors.Join(want(err.Error(), words...)); err != nil {
			w.Error(err)
		}
	}
	refuse("priorityClassName: nobody", "Forbidden", `no PriorityClass with name nobody was found`)
	refuse("serviceAccountName: nobody", "Forbidden", `serviceaccount "nobody" not found`)
	w.k("delete", "pod", "admitted", "--timeout=60s")
}
