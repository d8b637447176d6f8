package accept

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// G8: the descheduler moves pods to where they are better off, and leaves those alone that a budget protects.
func TestG8(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16472")
	policy := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(policy, []byte(`apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
maxNoOfPodsToEvictTotal: 10
profiles:
- name: default
  pluginConfig:
  - {name: RemovePodsViolatingNodeTaints, args: {includedTaints: [leave]}}
  plugins:
    deschedule: {enabled: [RemovePodsViolatingNodeTaints]}
    balance: {enabled: [RemoveDuplicates]}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	in.start(t, "server", "--listen", in.listen, "--descheduler-policy", policy, "--descheduling-interval", "2s")
	w := worldIn(t, in)
	w.ownNodes(2)
	app := func(w *world, name string, n int) {
		w.apply(fmt.Sprintf(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {replicas: %d, selector: {matchLabels: {app: %s}},
			template: {metadata: {labels: {app: %s}}, spec: {nodeSelector: {own: "yes"}, containers: [{name: c, image: i}]}}}}`, name, n, name, name))
		w.k("rollout", "status", "deployment/"+name, "--timeout=60s")
	}
	on := func(w *world, app, node string) int {
		return strings.Count(" "+w.field("pods -l app="+app, ".items[*].spec.nodeName")+" ", node)
	}
	t.Run("pods of one kind are spread when a node comes back", func(t *testing.T) {
		w := w.sub(t)
		w.k("cordon", "own-1")
		app(w, "dup", 4)
		if n := on(w, "dup", "own-0"); n != 4 {
			t.Fatalf("%d pods of 4 on the only node", n)
		}
		w.k("uncordon", "own-1")
		w.eventually("two pods each", func() error {
			if a, b := on(w, "dup", "own-0"), on(w, "dup", "own-1"); a != 2 || b != 2 {
				return fmt.Errorf("%d and %d", a, b)
			}
			return nil
		})
		w.eventually("an event that says why", func() error {
			return want(w.k("get", "events", "--field-selector=reason=RemoveDuplicates"), "pod evicted from own-0 node by the descheduler: its node has 4 pods of its kind, 2 would be its share")
		})
	})
	t.Run("a budget is honoured, and people are told", func(t *testing.T) {
		w := w.sub(t)
		w.apply(`{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: dup}, spec: {minAvailable: 4, selector: {matchLabels: {app: dup}}}}`)
		w.eventually("the budget allows nothing", func() error {
			if got := w.field("pdb/dup", ".status.currentHealthy"); got != "4" {
				return fmt.Errorf("%s healthy", got)
			}
			return nil
		})
		before := w.field("pods -l app=dup", ".items[*].metadata.uid")
		w.k("taint", "node", "own-0", "leave=now:NoSchedule")
		app(w, "free", 1) // whatever runs meanwhile
		w.eventually("explain says what would be done", func() error {
			out, err := run(t.Context(), "", binary(), "explain", "node/own-0", "--data-dir", in.dir)
			return errorsOr(err, want(out, "descheduler: would evict none of its pods"))
		})
		if after := w.field("pods -l app=dup", ".items[*].metadata.uid"); after != before {
			t.Errorf("pods went although their budget allows none: %s, then %s", before, after)
		}
		w.k("delete", "pdb/dup")
		w.eventually("all pods have left", func() error {
			if n := on(w, "dup", "own-0"); n != 0 {
				return fmt.Errorf("%d are there", n)
			}
			return nil
		})
	})
	t.Run("a bad policy is refused at the start", func(t *testing.T) {
		bad := filepath.Join(t.TempDir(), "bad.yaml")
		if err := os.WriteFile(bad, []byte("apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\nprofiles: [{name: p, plugins: {balance: {enabled: [Tidy]}}}]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := run(t.Context(), "", binary(), "server", "--data-dir", t.TempDir(), "--listen", "127.0.0.1:16473", "--descheduler-policy", bad)
		if err == nil || want(out+err.Error(), `profiles[0] "p": plugins.balance: there is no strategy "Tidy"`) != nil {
			t.Errorf("the server said %q, %v", out, err)
		}
	})
}
