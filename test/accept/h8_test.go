package accept

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// H8: devices of a plugin, which runs in a pod as vendors' plugins do.
func TestH8(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17445"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	sockets := filepath.Join(in.dir, "plugins")
	if _, err := in.gantry("up", "--listen", in.listen, "--device-plugin-dir", sockets); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	// A resource that somebody else puts on the Node is there to stay, and all of it can be had.
	w.k("patch", "node", w.field("nodes", ".items[0].metadata.name"), "--subresource=status", "--patch", `{"status":{"capacity":{"example.com/dongle":"5"}}}`)
	w.apply(pod("plugin", busybox, "exec /bin/tool devices /plugins", "volumeMounts: [{name: plugins, mountPath: /plugins}]", "volumes: [{name: plugins, hostPath: {path: "+sockets+"}}], restartPolicy: Always"))
	offers := func(want string) {
		t.Helper()
		w.eventually("the node offers "+want, func() error {
			if got := w.field("nodes", `.items[0].status.allocatable.example\.com/null`); got != want {
				return fmt.Errorf("it offers %q", got)
			}
			return nil
		})
	}
	offers("3")
	if got := w.field("nodes", `.items[0].status.allocatable.example\.com/dongle`); got != "5" {
		t.Errorf("of 5 dongles %q are left", got)
	}
	asks := func(n int) string { return fmt.Sprintf("resources: {limits: {example.com/null: %d}}", n) }
	const idle = "trap 'exit 0' TERM; echo $NULLS; ls /dev | grep null.; while :; do /bin/busybox sleep 1000 & wait; done"
	w.apply(pod("two", busybox, idle, asks(2), "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/two")
	w.eventually("it has two devices", func() error { return want(w.k("logs", "two"), "null0,null1\nnull0\nnull1") })
	w.apply(pod("more", busybox, "echo $NULLS", asks(2), ""))
	w.eventually("more than there are waits", func() error {
		return want(w.field("pod/more", `.status.conditions[?(@.type=="PodScheduled")].message`), "Insufficient example.com/null")
	})
	w.apply(pod("one", busybox, "echo $NULLS > /dev/null2 && echo $NULLS", asks(1), ""))
	w.prints("one", "null2")

	if out, err := w.inPod("two", "kill 1"); err != nil {
		t.Log("the shell went with it:", out, err)
	}
	w.eventually("a container that is restarted keeps its devices", func() error {
		return errors.Join(want(w.field("pod/two", ".status.containerStatuses[0].restartCount"), "1"), want(w.k("logs", "two"), "null0,null1"))
	})
	w.k("delete", "pod", "two")
	w.eventually("those who waited get them", func() error {
		return want(w.field("pod/more", ".status.phase"), "Succeeded")
	})
	if got := strings.TrimSpace(w.k("logs", "more")); len(strings.Split(got, ",")) != 2 {
		t.Errorf("it has %q", got)
	}
	w.k("delete", "pod", "plugin")
	offers("0")
}
