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
