package accept

import (
	"errors"
	"strings"
	"testing"
)

// H13: pods that write more than they may are evicted: into their own layer, into a volume, or both together.
func TestH13(t *testing.T) {
	w := newWorld(t)
	fill := func(path string) string {
		return "/bin/busybox dd if=/dev/zero of=" + path + " bs=1M count=10 2>/dev/null; " + strings.Replace(idle, "exit 0", "exit 3", 1) // one that ended well would have succeeded
	}
	const mount = "volumeMounts: [{name: v, mountPath: /v}]"
	limit := func(size string) string { return "resources: {limits: {ephemeral-storage: " + size + "}}" }
	w.apply(pod("layer", busybox, fill("/file"), limit("5Mi"), ""))
	w.apply(pod("volume", busybox, fill("/v/file"), mount, "volumes: [{name: v, emptyDir: {sizeLimit: 5Mi}}]"))
	w.apply(pod("sum", busybox, fill("/v/file"), limit("5Mi")+", "+mount, "volumes: [{name: v, emptyDir: {}}]"))
	w.apply(pod("modest", busybox, fill("/file"), limit("1Gi"), ""))
	for name, why := range map[string]string{
		"layer":  "Pod ephemeral local storage usage exceeds the total limit of containers 5Mi.",
		"volume": `Usage of EmptyDir volume "v" exceeds the limit "5Mi".`,
		"sum":    "Pod ephemeral local storage usage exceeds the total limit of containers 5Mi.",
	} {
		w.eventually(name+" is evicted", func() error {
			return errors.Join(want(w.field("pod/"+name, ".status.phase"), "Failed"), want(w.field("pod/"+name, ".status.reason"), "Evicted"),
				want(w.field("pod/"+name, ".status.message"), why))
		})
	}
	if phase := w.field("pod/modest", ".status.phase"); phase != "Running" {
		t.Errorf("a pod within its limit is %s", phase)
	}
}
