package testimage

import (
	"archive/tar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// busyboxPath is where Debian's busybox-static installs itself.
const busyboxPath = "/bin/busybox"

// Busybox is an image of a static busybox with all of its applets in /bin, the accounts root, daemon and nobody, and
// the usual empty directories. The test is skipped where busybox is not installed.
func Busybox(t testing.TB, extra ...Entry) v1.Image {
	t.Helper()
	return Image(t, v1.Config{Cmd: []string{"/bin/sh"}, Env: []string{"PATH=/bin:/usr/bin"}}, BusyboxLayer(t), Layer(t, extra...))
}

// BusyboxLayer is the base layer of Busybox.
func BusyboxLayer(t testing.TB) v1.Layer {
	t.Helper()
	binary, err := os.ReadFile(busyboxPath)
	if err != nil {
		t.Skipf("no static busybox (apt-get install busybox-static): %v", err)
	}
	applets, err := exec.Command(busyboxPath, "--list").Output()
	if err != nil {
		t.Fatalf("list busybox applets: %v", err)
	}
	entries := []Entry{
		Dir("bin", 0o755), Dir("dev", 0o755), Dir("etc", 0o755), Dir("home", 0o755), Dir("proc", 0o555), Dir("root", 0o700),
		Dir("sys", 0o555), Dir("tmp", 0o1777), Dir("usr", 0o755), Dir("usr/bin", 0o755), Dir("var", 0o755),
		{Header: tar.Header{Typeflag: tar.TypeReg, Name: "bin/busybox", Mode: 0o755}, Data: binary},
		File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\n", 0o644),
		File("etc/group", "root:x:0:\ndaemon:x:1:\nusers:x:100:daemon\nnogroup:x:65534:\n", 0o644),
	}
	for applet := range strings.FieldsSeq(string(applets)) {
		if applet != "busybox" {
			entries = append(entries, Hardlink("bin/"+applet, "bin/busybox", 0o755))
		}
	}
	return Layer(t, entries...)
}

// Program is an image of one static Go program, the package at path (an import path or a directory), as /program.
func Program(t testing.TB, path string, config v1.Config) v1.Image {
	t.Helper()
	out := filepath.Join(t.TempDir(), "program")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, path)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", path, err, msg)
	}
	binary, err := os.ReadFile(out)
	if err != nil {
		t.Fatalf("build %s: %v", path, err)
	}
	if config.Entrypoint == nil {
		config.Entrypoint = []string{"/program"}
	}
	return Image(t, config, Layer(t, Entry{Header: tar.Header{Typeflag: tar.TypeReg, Name: "program", Mode: 0o755}, Data: binary}))
}

// Source is Program for a single Go file that needs the standard library only.
func Source(t testing.TB, code string, config v1.Config) v1.Image {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	return Program(t, file, config)
}
