package container

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// linkedLayer is an image that leads everywhere by links.
func linkedLayer(t *testing.T, links map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for at, to := range links {
		at = filepath.Join(dir, at)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, at); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Mounts go where the links of an image lead within its root, and nowhere else.
func TestMountsThroughLinks(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mounted\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	outside := t.TempDir()
	links := linkedLayer(t, map[string]string{
		"etc/dangling": "../gone/deep/file", "out": "/../../../../../.." + outside, "kernel": "/proc", "devices": "/dev", "etc/loop": "loop", "run/here": "/tmp", "whole": "/",
	})
	for _, tt := range []struct {
		name, dest, script, want string
	}{
		{"a link that leads nowhere", "/etc/dangling", "cat /gone/deep/file", "mounted"},
		{"a link to a directory", "/run/here/new", "cat /tmp/new", "mounted"},
		{"a link that climbs", "/out/x", "cat " + outside + "/x", "mounted"},
		{"directories that are not there", "/a/b/c", "cat /a/b/c; stat -c %a /a/b", "mounted\nstdout: 755"},
		{"dots", "/tmp/../a/./d", "cat /a/d", "mounted"},
		{"in /dev", "/dev/some/file", "cat /dev/some/file; ls / | grep -c gantry", "mounted\nstdout: 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := script(t, o, "c-"+strings.NewReplacer(" ", "-", "/", "-").Replace(tt.name), tt.script)
			s.Layers = append([]string{}, s.Layers[0], links)
			s.Mounts = []Mount{{Source: file, Destination: tt.dest}}
			if got, _ := run(t, n, s); !strings.Contains(got, tt.want) {
				t.Errorf("log %q lacks %q", got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, dest, want string }{
		{"a link to /proc", "/kernel/self/x", "/proc"},
		{"a link to /dev", "/devices/x", "/dev"},
		{"a link to itself", "/etc/loop", "too many levels of symbolic links"},
		{"in /sys", "/sys/nothing/here", "/sys/nothing/here"},
		{"a link to the root", "/whole", "root"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := script(t, o, "c-"+strings.NewReplacer(" ", "-", "/", "-").Replace(tt.name), "true")
			s.Layers = append([]string{}, s.Layers[0], links)
			s.Mounts = []Mount{{Source: file, Destination: tt.dest}}
			if err := n.Start(testContext(t), s); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("something was made outside of the root: %v, %v", left, err)
	}
}

// A system directory that is a link does not bring /sys elsewhere.
func TestSysIsNoLink(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	s := script(t, o, "c", "true")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "elsewhere"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("elsewhere", filepath.Join(dir, "sys")); err != nil {
		t.Fatal(err)
	}
	s.Layers = []string{layer(t), dir}
	if err := n.Start(testContext(t), s); err == nil || !strings.Contains(err.Error(), "/sys") {
		t.Errorf("got error %v", err)
	}
}

// Mount points that an image lacks are made once for all containers of a kind, over directories that stay as the image has them,
// and a read-only root needs no writable layer.
func TestMountPointsAreShared(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	image := t.TempDir()
	closed := filepath.Join(image, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(closed, 1000, 1001); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mounted\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		readonly bool
		want     string
	}{
		{"writable", false, "mounted\nstdout: 700 1000\nstdout: yes"}, {"again", false, "mounted\nstdout: 700 1000\nstdout: yes"},
		{"read-only", true, "mounted\nstdout: 700 1000\nstderr: touch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := script(t, o, "c-"+tt.name, "cat /closed/new/file; stat -c '%a %u' /closed; touch /closed/x && echo yes")
			s.Layers, s.ReadOnlyRootfs = []string{s.Layers[0], image}, tt.readonly
			s.Mounts = []Mount{{Source: file, Destination: "/closed/new/file"}}
			if got, _ := run(t, n, s); !strings.Contains(got, tt.want) {
				t.Errorf("log %q lacks %q", got, tt.want)
			}
			upper := filepath.Join(n.layerDir(s.ID), "upper")
			if _, err := os.Stat(filepath.Join(upper, "closed", "new")); err == nil {
				t.Error("the container made its mount point itself")
			}
			if _, err := os.Stat(upper); (err == nil) == tt.readonly {
				t.Errorf("its writable layer: %v", err)
			}
		})
	}
	kinds, err := os.ReadDir(filepath.Join(o.DataDir, "points"))
	if err != nil || len(kinds) != 1 {
		t.Errorf("there are %d layers of mount points, want one for all: %v", len(kinds), err)
	}
}
