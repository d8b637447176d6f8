package volume

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
)

func open(t *testing.T) *Manager {
	t.Helper()
	dir := t.TempDir()
	m, err := Open(Config{Dir: filepath.Join(dir, "pods"), Memory: filepath.Join(dir, "memory")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFilesAreSwitchedAtOnce(t *testing.T) {
	m := open(t)
	files := Files{"a": {Data: []byte("1"), Mode: 0o400}, "sub/b": {Data: []byte("2"), Mode: 0o644}}
	path, changed, err := m.WriteFiles("u1", "conf", files, nil)
	if err != nil || !changed {
		t.Fatal(changed, err)
	}
	if content(t, path+"/a") != "1" || content(t, path+"/sub/b") != "2" {
		t.Error("the content is another")
	}
	if info, err := os.Stat(path + "/a"); err != nil || info.Mode().Perm() != 0o400 {
		t.Errorf("mode: %v %v", info, err)
	}
	if link, err := os.Readlink(path + "/a"); err != nil || link != "..data/a" {
		t.Errorf("link: %q %v", link, err)
	}
	generation, err := os.Readlink(path + "/..data")
	if err != nil || !strings.HasPrefix(generation, "..20") {
		t.Errorf("generation: %q %v", generation, err)
	}
	if _, changed, err := m.WriteFiles("u1", "conf", files, nil); err != nil || changed {
		t.Errorf("writing the same again: %t %v", changed, err)
	}
	_, changed, err = m.WriteFiles("u1", "conf", Files{"c": {Data: []byte("3"), Mode: 0o644}}, nil)
	if err != nil || !changed {
		t.Fatal(changed, err)
	}
	var names []string
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) != 3 || !slices.Contains(names, "..data") || !slices.Contains(names, "c") || slices.Contains(names, generation) {
		t.Errorf("after the update: %v", names)
	}
}

func TestBadPaths(t *testing.T) {
	m := open(t)
	for _, p := range []string{"", "/etc/passwd", "../x", "a/../../x", "..data", "a/./b"} {
		if _, _, err := m.WriteFiles("u1", "conf", Files{p: {}}, nil); err == nil {
			t.Errorf("%q was accepted", p)
		}
	}
}

func TestItems(t *testing.T) {
	data := map[string][]byte{"a": []byte("1"), "b": []byte("2")}
	mode := int32(0o600)
	files, err := NewFiles(data, []corev1.KeyToPath{{Key: "a", Path: "x/y", Mode: &mode}}, 0o644, false, "config")
	if err != nil || len(files) != 1 || files["x/y"].Mode != 0o600 {
		t.Errorf("%+v %v", files, err)
	}
	if _, err := NewFiles(data, []corev1.KeyToPath{{Key: "none", Path: "x"}}, 0o644, false, "config"); err == nil || err.Error() != "references non-existent config key: none" {
		t.Errorf("error: %v", err)
	}
}

func TestEmptyDir(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounts and owners need root")
	}
	m := open(t)
	gid := int64(4242)
	path, err := m.EmptyDir("u1", "tmp", corev1.StorageMediumDefault, 0, Group{GID: &gid})
	if err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil || st.Gid != 4242 || st.Mode&0o7777 != 0o2777 {
		t.Errorf("owner: %d %o %v", st.Gid, st.Mode, err)
	}
	memory, err := m.EmptyDir("u1", "mem", corev1.StorageMediumMemory, 1<<20, Group{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(memory+"/big", make([]byte, 2<<20), 0o600); err == nil {
		t.Error("the size is not bounded")
	}
	if err := os.WriteFile(memory+"/keep", []byte("x"), 0o600); err == nil {
		t.Error("a full file system took a file")
	}
	if err := os.Remove(memory + "/big"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(memory+"/keep", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.EmptyDir("u1", "mem", corev1.StorageMediumMemory, 1<<20, Group{}); err != nil || content(t, memory+"/keep") != "x" {
		t.Errorf("repeating it: %v", err)
	}
	if pods, err := m.Pods(); err != nil || !slices.Equal(pods, []string{"u1"}) {
		t.Errorf("pods: %v %v", pods, err)
	}
	if err := m.Remove("u1"); err != nil {
		t.Fatal(err)
	}
	if mounts, err := mountsBelow(m.cfg.Dir); err != nil || len(mounts) > 0 {
		t.Errorf("mounts are left: %v %v", mounts, err)
	}
	if err := m.Remove("u1"); err != nil {
		t.Errorf("removing twice: %v", err)
	}
}

func TestSubPath(t *testing.T) {
	dir := t.TempDir()
	outside := t.TempDir()
	for link, to := range map[string]string{"abs": outside, "rel": "../../../../.." + outside, "in": "real"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	for sub, want := range map[string]string{"real": "/real", "in": "/real", "new/deep": "/new/deep", "in/new": "/real/new"} {
		got, err := SubPath(dir, sub, true)
		if err != nil || got != dir+want {
			t.Errorf("%s: %q %v", sub, got, err)
		}
	}
	for _, sub := range []string{"abs", "rel", "abs/x"} {
		got, err := SubPath(dir, sub, true)
		if err == nil && !strings.HasPrefix(got, dir+"/") {
			t.Errorf("%s leads to %s", sub, got)
		}
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
		t.Errorf("something was made outside: %v %v", entries, err)
	}
	for _, sub := range []string{"..", "../x", "/etc", "a/../../x"} {
		if got, err := SubPath(dir, sub, true); err == nil {
			t.Errorf("%s leads to %s", sub, got)
		}
	}
	if _, err := SubPath(dir, "missing", false); err == nil {
		t.Error("a missing path was made that nobody asked for")
	}
}

func TestHostPath(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		kind corev1.HostPathType
		ok   bool
	}{
		{dir, corev1.HostPathDirectory, true}, {file, corev1.HostPathDirectory, false}, {file, corev1.HostPathFile, true},
		{dir + "/none", corev1.HostPathDirectory, false}, {dir + "/made", corev1.HostPathDirectoryOrCreate, true},
		{dir + "/made-file", corev1.HostPathFileOrCreate, true}, {file, corev1.HostPathSocket, false}, {"/dev/null", corev1.HostPathCharDev, true},
		{"/dev/null", corev1.HostPathBlockDev, false}, {dir + "/unset", corev1.HostPathUnset, true},
	} {
		_, err := HostPath(&corev1.HostPathVolumeSource{Path: c.path, Type: &c.kind})
		if (err == nil) != c.ok {
			t.Errorf("%s as %q: %v", c.path, c.kind, err)
		}
	}
}
