package container

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A program of an image with capabilities of its own (what setcap writes) has them whoever runs it, and unless privileges may not grow.
func TestFileCapabilities(t *testing.T) {
	for _, h := range append(testHandlers(t), Handler{Name: ""}) {
		name := h.Name
		if name == "" {
			name = "native"
		}
		t.Run(name, func(t *testing.T) {
			o := testOptions(t)
			if h.Name != "" {
				o.Handlers = []Handler{h}
			}
			n := openNative(t, o)
			mustSandbox(t, n, SandboxConfig{ID: "pod", Handler: h.Name})
			own := t.TempDir()
			if err := os.Chmod(own, 0o755); err != nil {
				t.Fatal(err)
			}
			capable(t, filepath.Join(own, "busybox-capable"), unix.CAP_NET_BIND_SERVICE)
			for _, c := range []struct {
				id, want string
				noNew    bool
			}{{"may", "0000000000000400", false}, {"may-not", "0000000000000000", true}} {
				s := script(t, o, c.id, "exec /busybox-capable awk '/CapEff/{print $2}' /proc/self/status")
				s.Layers, s.UID, s.GID, s.NoNewPrivileges = append([]string{own}, s.Layers...), 1000, 1000, c.noNew
				if got, st := run(t, n, s); got != "stdout: "+c.want+"\n" {
					t.Errorf("%s: effective capabilities %q, %+v; want %s", c.id, got, st, c.want)
				}
			}
		})
	}
}

// capable makes a busybox that may do one thing more than whoever runs it.
func capable(t *testing.T, path string, capability uint) {
	t.Helper()
	b, err := os.ReadFile("/bin/busybox")
	if err != nil {
		t.Skip(err)
	}
	if err := os.WriteFile(path, b, 0o755); err != nil {
		t.Fatal(err)
	}
	// struct vfs_cap_data of linux/capability.h: version 2 and "effective", then permitted and inheritable, the low words first.
	const version2, effective = 0x02000000, 1
	value := make([]byte, 20)
	binary.LittleEndian.PutUint32(value, version2|effective)
	binary.LittleEndian.PutUint32(value[4:], 1<<capability)
	if err := unix.Setxattr(path, "security.capability", value, 0); err != nil {
		t.Skipf("file capabilities: %v", err)
	}
}
