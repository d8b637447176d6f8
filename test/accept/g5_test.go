package accept

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// G5: tenants share a cluster: in turns while all want more than there is, and by elastic quotas that lend what is idle.
func TestG5(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16471")
	in.start(t, "server", "--listen", in.listen)
	w := worldIn(t, in)
	w.ownNodes(2)
	w.definitions("elasticquotas.scheduling.x-k8s.io")
	deploy := func(w *world, ns, name string, n int) {
		w = w.in(ns)
		w.apply(fmt.Sprintf(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {replicas: %d, selector: {matchLabels: {app: %s}},
			template: {metadata: {labels: {app: %s}}, spec: {nodeSelector: {own: "yes"}, containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}}}`, name, n, name, name))
	}
	placed := func(w *world, ns, want string) {
		w.Helper()
		w.eventually(ns+" has "+want+" pods on nodes", func() error {
			if got := fmt.Sprint(len(strings.Fields(w.field("pods -n "+ns, ".items[*].spec.nodeName")))); got != want {
				return fmt.Errorf("it has %s", got)
			}
			return nil
		})
	}
	t.Run("those who want more than there is get equal shares", func(t *testing.T) {
		w := w.sub(t)
		for _, ns := range []string{"g5-many", "g5-few"} {
			w.k("create", "namespace", ns)
		}
		w.k("cordon", "own-0", "own-1")
		deploy(w, "g5-many", "many", 30)
		deploy(w, "g5-few", "few", 5)
		w.eventually("35 pods", func() error {
			if n := len(strings.Fields(w.field("pods -A -l app", ".items[*].metadata.name"))); n != 35 {
				return fmt.Errorf("%d pods", n)
			}
			return nil
		})
		w.k("uncordon", "own-0", "own-1")
		placed(w, "g5-few", "4")
		placed(w, "g5-many", "4")
		w.k("delete", "namespace", "g5-many", "g5-few", "--wait=true")
	})
	t.Run("what is lent comes back", func(t *testing.T) {
		w := w.sub(t)
		for _, ns := range []string{"g5-a", "g5-b"} {
			w.k("create", "namespace", ns)
			w.in(ns).apply(`{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: ElasticQuota, metadata: {name: share}, spec: {min: {cpu: 4}, max: {cpu: 7}}}`)
		}
		deploy(w, "g5-a", "a", 9)
		placed(w, "g5-a", "7")
		w.eventually("a reason", func() error {
			return want(w.field("pods -n g5-a", `.items[*].status.conditions[?(@.type=="PodScheduled")].message`), "elastic quota g5-a/share is exceeded: 8 cpu of at most 7")
		})
		const why = "it has to wait: elastic quota g5-a/share is exceeded: 8 cpu of at most 7"
		late := strings.Fields(w.field("pods -n g5-a --field-selector=spec.nodeName=", ".items[*].metadata.name"))
		if len(late) != 2 {
			w.Fatalf("waiting are %v", late)
		}
		if out, err := w.gantry("explain", "pod/"+late[0], "-n", "g5-a"); err != nil || want(out, why, "but for that it would go to own-") != nil {
			w.Errorf("%v: %s", err, out)
		}
		file := filepath.Join(w.TempDir(), "pod.yaml")
		write(w.T, file, pod("more", busybox, "true", "resources: {requests: {cpu: 1}}", ""))
		if out, err := w.gantry("explain", "-n", "g5-a", "-f", file, "--dry-run"); err != nil || want(out, "1 pod(s) would wait", why) != nil {
			w.Errorf("%v: %s", err, out)
		}
		deploy(w, "g5-b", "b", 5)
		placed(w, "g5-b", "4")
		placed(w, "g5-a", "4")
		w.eventually("the quotas say what is used", func() error {
			if got := w.field("elasticquota/share -n g5-b", ".status.used.cpu"); got != "4" {
				return fmt.Errorf("cpu %q", got)
			}
			return nil
		})
		w.k("delete", "deployment/b", "-n", "g5-b")
		placed(w, "g5-a", "7")
	})
}

// in is the world as it is in another namespace.
func (w *world) in(ns string) *world { return &world{w.T, w.instance, ns} }
