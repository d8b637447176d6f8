package accept

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// H10: pods in user namespaces, and mounts that travel between host and container.
func TestH10(t *testing.T) {
	w := newWorld(t)
	t.Run("users", func(t *testing.T) { w.sub(t).userNamespaces() })
	t.Run("propagation", func(t *testing.T) { w.sub(t).propagation() })
}

func (w *world) userNamespaces() {
	host := filepath.Join(w.TempDir(), "host")
	if err := os.Mkdir(host, 0o755); err != nil {
		w.Fatal(err)
	}
	write(w.T, filepath.Join(host, "of-root"), "secret of root\n")
	w.apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: words}\ndata: {word: hello}\n")
	const users = "hostUsers: false"
	// What root of the namespace is for itself: root, of a range that is not the host's, over a file system of its own.
	w.apply(pod("root", busybox, strings.Join([]string{
		"set -e", "/bin/busybox id -u", "/bin/busybox awk '{print \"map\", ($2 > 0), $3}' /proc/self/uid_map", "/bin/busybox stat -c 'busybox %u' /bin/busybox",
		"echo x > /made && /bin/busybox stat -c 'made %u:%g' /made", "/bin/busybox chown 1000:2000 /made && /bin/busybox stat -c 'given %u:%g' /made",
		"echo y > /vol/f && /bin/busybox stat -c 'volume %u' /vol/f", "cat /host/of-root", "echo z > /host/from-pod", "cat /etc/words/word", "/bin/busybox stat -c 'word %u' /etc/words/word",
		"/bin/busybox hostname", "cat /etc/resolv.conf | /bin/busybox grep -c nameserver", "echo null > /dev/null", "/bin/busybox mount -t tmpfs none /mnt 2>&1 || echo no mount",
		"/bin/busybox ifconfig eth0 | /bin/busybox grep -c inet", "echo out > /dev/stdout", "echo m > /dev/shm/m", "/bin/busybox ls /sys/class/net", "echo last words > /dev/termination-log",
	}, "; "), "volumeMounts: [{name: v, mountPath: /vol}, {name: h, mountPath: /host}, {name: c, mountPath: /etc/words}]",
		users+", volumes: [{name: v, emptyDir: {}}, {name: h, hostPath: {path: "+host+"}}, {name: c, configMap: {name: words}}]"))
	w.prints("root", "0\nmap 1 65536\nbusybox 0\nmade 0:0\ngiven 1000:2000\nvolume 0\nsecret of root\nhelloword 0\nroot\n1\n", "out\neth0\nlo")
	if got := w.field("pod/root", ".status.containerStatuses[0].state.terminated.message"); got != "last words" {
		w.Errorf("its last words are %q", got)
	}
	var st unix.Stat_t
	if err := unix.Stat(filepath.Join(host, "from-pod"), &st); err != nil || st.Uid != 0 {
		w.Errorf("what root wrote into a volume belongs to %d, %v", st.Uid, err)
	}

	w.apply(pod("stays", busybox, "echo map $(cat /proc/self/uid_map); "+idle, "readinessProbe: {exec: {command: [/bin/busybox, \"true\"]}, periodSeconds: 1}", users+", shareProcessNamespace: true, restartPolicy: Always, securityContext: {runAsUser: 1234, fsGroup: 4321}"))
	w.apply(pod("plain", busybox, idle, "", "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/stays", "pod/plain")
	if out := w.k("exec", "stays", "--", "/bin/busybox", "id"); want(out, "uid=1234", "4321") != nil {
		w.Errorf("a process of exec is %s", out)
	}
	if out := w.k("exec", "stays", "--", "/bin/busybox", "ps", "-o", "pid,user,args"); want(out, "pod-init") != nil {
		w.Errorf("its processes are %s", out)
	}
	// On the host its processes are of the range.
	logs := strings.Fields(w.k("logs", "stays"))
	if len(logs) != 4 {
		w.Fatalf("its map is %q", logs)
	}
	found := false
	all, err := processes("sleep", "1000")
	if err != nil {
		w.Fatal(err)
	}
	for pid := range all {
		var st unix.Stat_t
		if err := unix.Stat(fmt.Sprintf("/proc/%d", pid), &st); err == nil {
			var base uint32
			if _, err := fmt.Sscan(logs[2], &base); err == nil && st.Uid == base+1234 {
				found = true
			}
		}
	}
	if !found {
		w.Errorf("no process of the host has the user %s + 1234: %v", logs[2], all)
	}
	w.eventually("it answers over the network", func() error {
		ip := w.field("pod/stays", ".status.podIP")
		if ip == "" {
			return errors.New("no address")
		}
		_, err := w.inPod("plain", "/bin/busybox ping -c 1 -W 5 "+ip)
		return err
	})

	// procMount is the kernel's own, which only a user namespace may have.
	w.apply(pod("proc", busybox, "/bin/busybox mount | /bin/busybox grep -c ' /proc/' ; /bin/busybox unshare -m -p -f -r true 2>&1; true", "securityContext: {procMount: Unmasked}", users))
	w.prints("proc", "0\n")
	w.refused([]string{"hostUsers"}, "run", "x", "--image=busybox:1", "--overrides={\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":\"busybox:1\",\"securityContext\":{\"procMount\":\"Unmasked\"}}]}}")
	w.k("delete", "pod", "--all")
}

// propagation mounts on the one side and looks on the other.
func (w *world) propagation() {
	shared := filepath.Join(w.TempDir(), "shared")
	inner := filepath.Join(shared, "inner")
	if err := errors.Join(os.Mkdir(shared, 0o755), unix.Mount(shared, shared, "", unix.MS_BIND, ""), unix.Mount("", shared, "", unix.MS_SHARED, "")); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = unix.Unmount(shared, unix.MNT_DETACH) })
	if err := os.Mkdir(inner, 0o755); err != nil {
		w.Fatal(err)
	}
	volume := "volumes: [{name: v, hostPath: {path: " + shared + "}}], restartPolicy: Always"
	mount := func(how string) string {
		return "volumeMounts: [{name: v, mountPath: /v, mountPropagation: " + how + "}]"
	}
	w.apply(pod("both", busybox, "/bin/busybox mount -t tmpfs both /v/inner && echo from both > /v/inner/both; "+idle, mount("Bidirectional")+", securityContext: {privileged: true}", volume))
	w.apply(pod("follows", busybox, idle, mount("HostToContainer"), volume))
	w.apply(pod("apart", busybox, idle, mount("None"), "volumes: [{name: v, hostPath: {path: "+shared+"}}], restartPolicy: Always, initContainers: [{name: first, image: \""+busybox+"\", command: [/bin/busybox, \"true\"]}]"))
	w.ready("condition=Ready", "pod/both", "pod/follows", "pod/apart")
	w.eventually("a mount of the pod is seen on the host", func() error {
		b, err := os.ReadFile(filepath.Join(inner, "both"))
		return errors.Join(err, want(string(b), "from both"))
	})
	w.eventually("and in the pod that follows", func() error {
		out, err := w.inPod("follows", "cat /v/inner/both")
		return errors.Join(err, want(out, "from both"))
	})
	other := filepath.Join(shared, "other")
	if err := errors.Join(os.Mkdir(other, 0o755), unix.Mount("t", other, "tmpfs", 0, "")); err != nil {
		w.Fatal(err)
	}
	write(w.T, filepath.Join(other, "host"), "from the host\n")
	for _, name := range []string{"both", "follows"} {
		w.eventually("a mount of the host is seen in "+name, func() error {
			out, err := w.inPod(name, "cat /v/other/host")
			return errors.Join(err, want(out, "from the host"))
		})
	}
	if out, err := w.inPod("apart", "ls /v/other"); err != nil || out != "" {
		w.Errorf("a pod that wants no mounts of others sees %q, %v", out, err)
	}
	private := w.TempDir()
	if err := errors.Join(unix.Mount(private, private, "", unix.MS_BIND, ""), unix.Mount("", private, "", unix.MS_PRIVATE, "")); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = unix.Unmount(private, unix.MNT_DETACH) })
	w.apply(pod("cannot", busybox, "true", mount("Bidirectional")+", securityContext: {privileged: true}", "volumes: [{name: v, hostPath: {path: "+private+"}}]"))
	w.eventually("what the host does not share is refused", func() error {
		return want(w.field("pod/cannot", ".status.containerStatuses[0].state.waiting.message"), "is not a shared mount")
	})
	w.k("delete", "pod", "--all", "--grace-period=1")
	w.eventually("the mount of the pod can go", func() error { return unix.Unmount(inner, 0) })
}
