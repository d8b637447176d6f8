package container

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The kernel keeps something in each memory cgroup for each file system that is mounted anywhere: ten thousand containers pay for
// each other's. So a container has few file systems that no other has.
func TestFileSystemsOfItsOwn(t *testing.T) {
	needTriggers(t)
	o := testOptions(t)
	n := openNative(t, o)
	for _, tt := range []struct {
		name string
		edit func(*Spec)
		want []string
	}{
		{"usual", func(*Spec) {}, []string{"mqueue", "overlay", "proc"}},
		// The root of its own: in a shared one, what one container locks would be locked for the other.
		{"read-only", func(s *Spec) { s.ReadOnlyRootfs = true }, []string{"mqueue", "overlay", "proc"}},
		{"with a terminal", func(s *Spec) { s.TTY = true }, []string{"devpts", "mqueue", "overlay", "proc"}},
		{"looks at links", func(s *Spec) { s.Args[2] = "cat /sys/class/net/lo/mtu; " + s.Args[2] }, []string{"mqueue", "overlay", "proc", "sysfs"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var seen []map[string]string
			for _, pod := range []string{"one-", "two-"} {
				id := pod + strings.ReplaceAll(tt.name, " ", "-")
				mustSandbox(t, n, SandboxConfig{ID: id})
				// It goes on: the numbers of file systems that are gone are given again.
				s := script(t, o, id, "cat /proc/self/mountinfo > /data/mounts && touch /data/done && sleep 1000")
				data := t.TempDir()
				s.Sandbox, s.Mounts = id, []Mount{{Source: data, Destination: "/data"}}
				tt.edit(&s)
				mustStart(t, n, s)
				awaitFile(t, filepath.Join(data, "done"))
				seen = append(seen, fileSystems(t, filepath.Join(data, "mounts")))
			}
			var own []string
			for device, kind := range seen[0] {
				if seen[1][device] == "" {
					own = append(own, kind)
				}
			}
			slices.Sort(own)
			if !slices.Equal(own, tt.want) {
				t.Errorf("a container has %v of its own, want %v", own, tt.want)
			}
		})
	}
}

// fileSystems are the types of those in a file of mountinfo by their devices.
func fileSystems(t *testing.T, path string) map[string]string {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(body)) {
		mount, kind, ok := strings.Cut(line, " - ")
		f := strings.Fields(mount)
		if !ok || len(f) < 5 {
			t.Fatalf("not a line of mountinfo: %q", line)
		}
		out[f[2]] = strings.Fields(kind)[0]
	}
	return out
}
