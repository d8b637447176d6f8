package accept

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// G7: claims for devices, and where the pods of a manifest would go.
func TestG7(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16467")
	in.start(t, "server", "--listen", in.listen, "--sim-nodes", "3")
	w := worldIn(t, in)
	w.eventually("3 nodes", func() error {
		if n := strings.Count(w.field("nodes", ".items[*].status.conditions[?(@.type==\"Ready\")].status"), "True"); n != 3 {
			return fmt.Errorf("%d nodes are ready", n)
		}
		return nil
	})
	nodes := strings.Fields(w.field("nodes", ".items[*].metadata.name"))
	w.apply(`{apiVersion: resource.k8s.io/v1, kind: DeviceClass, metadata: {name: gpu}, spec: {selectors: [{cel: {expression: 'device.driver == "gpu.example.com"'}}]}}`)
	for _, n := range nodes[:2] {
		w.apply(`{apiVersion: resource.k8s.io/v1, kind: ResourceSlice, metadata: {name: gpus-` + n + `}, spec: {driver: gpu.example.com, nodeName: ` + n + `,
			pool: {name: ` + n + `, generation: 1, resourceSliceCount: 1}, devices: [{name: g0, attributes: {memory: {int: 16}}}, {name: g1, attributes: {memory: {int: 80}}}]}}`)
	}
	const template = `{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {name: big}, spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu,
		selectors: [{cel: {expression: 'device.attributes["gpu.example.com"].memory >= 80'}}]}}]}}}}`
	const trainer = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: train}, spec: {replicas: %d, selector: {matchLabels: {app: train}}, template: {metadata: {labels: {app: train}},
		spec: {terminationGracePeriodSeconds: 0, resourceClaims: [{name: d, resourceClaimTemplateName: big}], containers: [{name: c, image: i, resources: {claims: [{name: d}]}}]}}}}`

	t.Run("a manifest is explained before it exists", func(t *testing.T) {
		w := worldIn(t, in)
		w.apply(template)
		file := filepath.Join(t.TempDir(), "train.yaml")
		if err := os.WriteFile(file, []byte(fmt.Sprintf(trainer, 3)+"\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := w.gantry("explain", "-f", file, "--dry-run", "-n", w.ns)
		for _, word := range []string{"Deployment " + w.ns + "/train", "2 pod(s) would go to " + nodes[0] + " (1), " + nodes[1] + " (1)", "1 pod(s) would wait",
			"3 node(s) refused by DynamicResources: cannot allocate all claims", "ConfigMap c has no pods"} {
			if err != nil || !strings.Contains(out, word) {
				t.Errorf("explain says %q, %v; want %q", out, err, word)
			}
		}
		if left := w.k("get", "deployments,resourceclaims,pods", "-o", "name"); left != "" {
			t.Errorf("the dry run has left %s", left)
		}
		// What the manifest brings itself counts as there: its namespace, the account that its pods have, and their claims.
		w.apply(`{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: g7-later}, provisioner: g7.example.com, volumeBindingMode: WaitForFirstConsumer}`)
		whole := filepath.Join(t.TempDir(), "whole.yaml")
		write(t, whole, `{apiVersion: v1, kind: Namespace, metadata: {name: g7-new}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: runner, namespace: g7-new}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: g7-new}, spec: {storageClassName: g7-later, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: uses, namespace: g7-new}, spec: {serviceAccountName: runner, volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], containers: [{name: c, image: i}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: lacks, namespace: g7-new}, spec: {volumes: [{name: d, persistentVolumeClaim: {claimName: other}}], containers: [{name: c, image: i}]}}
`)
		out, err = w.gantry("explain", "-f", whole, "--dry-run")
		if err := errorsOr(err, want(out, "Pod g7-new/uses", "1 pod(s) would go to", "Pod g7-new/lacks", "1 pod(s) would wait", `persistentvolumeclaim "other" not found`)); err != nil {
			t.Error(err)
		}
		if left := w.k("get", "namespace", "g7-new", "--ignore-not-found", "-o", "name"); left != "" {
			t.Errorf("the dry run has left %s", left)
		}
		if out, err := w.gantry("explain", "-f", file); err == nil {
			t.Errorf("without --dry-run: %s", out)
		}
	})
	t.Run("pods get the devices that their claims select", func(t *testing.T) {
		w := worldIn(t, in)
		w.apply(template)
		w.apply(fmt.Sprintf(trainer, 3))
		w.eventually("two pods with devices, one without", func() error {
			out := w.field("resourceclaims", ".items[*].status.allocation.devices.results[*].device")
			if out != "g1 g1" {
				return fmt.Errorf("allocated: %s", out)
			}
			message := w.field("pods", ".items[*].status.conditions[?(@.reason==\"Unschedulable\")].message")
			if !strings.HasPrefix(message, "0/3 nodes are available: 3 cannot allocate all claims.") {
				return fmt.Errorf("it waits because %q", message)
			}
			return nil
		})
		w.k("scale", "deployment/train", "--replicas=0")
		w.eventually("no claims", func() error {
			if out := w.k("get", "resourceclaims", "-o", "name"); out != "" {
				return fmt.Errorf("there are %s", out)
			}
			return nil
		})
	})
	t.Run("a claim is shared and given back", func(t *testing.T) {
		w := worldIn(t, in)
		w.apply(`{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: {name: mine}, spec: {devices: {requests: [{name: r, firstAvailable: [
			{name: huge, deviceClassName: gpu, selectors: [{cel: {expression: 'device.attributes["gpu.example.com"].memory > 100'}}]}, {name: any, deviceClassName: gpu, count: 2}]}]}}}`)
		for _, p := range []string{"a", "b"} {
			w.apply(`{apiVersion: v1, kind: Pod, metadata: {name: ` + p + `}, spec: {terminationGracePeriodSeconds: 0, resourceClaims: [{name: d, resourceClaimName: mine}], containers: [{name: c, image: i}]}}`)
			w.ready("condition=PodScheduled", "pod/"+p)
		}
		if got := w.field("resourceclaim/mine", ".status.allocation.devices.results[*].request"); got != "r/any r/any" {
			t.Errorf("allocated for %s", got)
		}
		if a, b := w.field("pod/a", ".spec.nodeName"), w.field("pod/b", ".spec.nodeName"); a != b {
			t.Errorf("the pods of one claim are on %s and %s", a, b)
		}
		w.k("delete", "pod", "a", "b", "--wait=true")
		w.eventually("nothing allocated", func() error {
			if got := w.field("resourceclaim/mine", ".status"); got != "" && got != "{}" {
				return fmt.Errorf("status %s", got)
			}
			if got := w.field("resourceclaim/mine", ".status.reservedFor"); got != "" {
				return fmt.Errorf("reserved for %s", got)
			}
			return nil
		})
	})
}
