package accept

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// B5: the controllers, as their users see them. Rollouts are C8's.
func TestB5(t *testing.T) {
	w := newWorld(t)
	t.Run("service account and root CA in every namespace", func(t *testing.T) {
		w.eventually("the CA", func() error {
			out, err := w.try("get", "configmap", "kube-root-ca.crt", "-o", `jsonpath={.data.ca\.crt}`)
			return errors.Join(err, want(out, "BEGIN CERTIFICATE"))
		})
		w.k("delete", "serviceaccount", "default")
		w.eventually("the account comes back", func() error {
			_, err := w.try("get", "serviceaccount", "default")
			return err
		})
	})
	t.Run("a replica set keeps its number", func(t *testing.T) {
		w.apply(strings.ReplaceAll(webManifest, "replicas: 2", "replicas: 3"))
		w.k("rollout", "status", "deployment/web", "--timeout=60s")
		victim := w.field("pods -l app=web", ".items[0].metadata.name")
		w.k("delete", "pod", victim, "--timeout=60s")
		w.k("rollout", "status", "deployment/web", "--timeout=60s")
		w.eventually("three without the victim", func() error {
			names := w.k("get", "pods", "-l", "app=web", "-o", "name")
			if strings.Contains(names, victim) || strings.Count(names, "pod/") != 3 {
				return fmt.Errorf("pods: %s", names)
			}
			return nil
		})
	})
	t.Run("endpoints and slices follow", func(t *testing.T) {
		w.eventually("three addresses in both", func() error {
			slices := w.field("endpointslices -l kubernetes.io/service-name=web", ".items[*].endpoints[?(@.conditions.ready==true)].addresses[0]")
			eps := w.field("endpoints/web", ".subsets[*].addresses[*].ip")
			if len(strings.Fields(slices)) != 3 || len(strings.Fields(eps)) != 3 {
				return fmt.Errorf("slices %q, endpoints %q", slices, eps)
			}
			return nil
		})
	})
	t.Run("a budget refuses evictions", func(t *testing.T) {
		w.apply(`{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}}`)
		w.eventually("the budget's status", func() error { return want(w.field("pdb/web", ".status.currentHealthy"), "3") })
		pod := w.field("pods -l app=web", ".items[0].metadata.name")
		eviction := fmt.Sprintf(`{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":%q,"namespace":%q}}`, pod, w.ns)
		_, err := w.tryKubectl(eviction, "create", "--raw", "/api/v1/namespaces/"+w.ns+"/pods/"+pod+"/eviction", "-f", "-")
		if err == nil || want(err.Error(), "Cannot evict pod as it would violate the pod's disruption budget") != nil {
			t.Fatalf("eviction under a full budget: %v", err)
		}
		w.k("delete", "pdb", "web")
	})
	t.Run("orphans live on, others are collected", func(t *testing.T) {
		rs := w.field("replicasets -l app=web", ".items[0].metadata.name")
		w.k("delete", "deployment", "web", "--cascade=orphan", "--timeout=60s")
		w.eventually("the set has no owner", func() error {
			if o := w.field("replicaset/"+rs, ".metadata.ownerReferences"); o != "" {
				return fmt.Errorf("%w: %s", errStill, o)
			}
			return nil
		})
		w.k("delete", "replicaset", rs, "--cascade=foreground", "--timeout=60s")
		if left := w.k("get", "pods", "-l", "app=web", "-o", "name"); left != "" {
			t.Fatalf("a foreground deletion returned before its pods were gone: %s", left)
		}
	})
	t.Run("a namespace goes with all that is in it", func(t *testing.T) {
		ns := w.ns + "-doomed"
		w.k("create", "namespace", ns)
		w.k("-n", ns, "create", "configmap", "held")
		w.k("-n", ns, "patch", "configmap", "held", "--type=merge", "-p", `{"metadata":{"finalizers":["example.com/hold"]}}`)
		w.k("delete", "namespace", ns, "--wait=false")
		w.eventually("the condition that says what blocks", func() error {
			return want(w.field("namespace/"+ns, `.status.conditions[?(@.status=="True")].message`), "example.com/hold")
		})
		w.k("-n", ns, "patch", "configmap", "held", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
		w.k("wait", "--for=delete", "namespace/"+ns, "--timeout=60s")
	})
	t.Run("a silent node", func(t *testing.T) {
		in := newInstance(t, "127.0.0.1:16453")
		in.start(t, "server", "--listen", in.listen)
		agent := in.start(t, "agent")
		if err := in.images(); err != nil {
			t.Fatal(err)
		}
		w := worldIn(t, in)
		w.apply(webManifest)
		w.k("rollout", "status", "deployment/web", "--timeout=60s")
		ready := func() string {
			return w.field("endpointslices -l kubernetes.io/service-name=web", ".items[*].endpoints[?(@.conditions.ready==true)].addresses[0]")
		}
		agent.kill(t)
		w.eventually("the node is unknown", func() error {
			return want(w.field("nodes", `.items[0].status.conditions[?(@.type=="Ready")].status`), "Unknown")
		})
		w.eventually("its taints", func() error {
			return want(w.field("nodes", ".items[0].spec.taints[*].key"), "node.kubernetes.io/unreachable")
		})
		w.eventually("no endpoint is ready", func() error {
			if left := ready(); left != "" {
				return fmt.Errorf("%w: %s", errStill, left)
			}
			return nil
		})
		in.start(t, "agent")
		w.eventually("the taints go", func() error {
			if left := w.field("nodes", ".items[0].spec.taints"); left != "" {
				return fmt.Errorf("%w: %s", errStill, left)
			}
			return nil
		})
		w.eventually("the same pods serve again", func() error {
			if n := len(strings.Fields(ready())); n != 2 {
				return fmt.Errorf("%d ready endpoints", n)
			}
			return nil
		})
	})
}
