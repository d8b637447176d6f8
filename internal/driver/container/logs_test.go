package container

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestLogRotation(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	s := script(t, o, "c", "i=0; while [ $i -lt 1000 ]; do echo line $i; i=$((i+1)); done")
	s.LogMaxBytes, s.LogMaxFiles = 10_000, 3
	mustStart(t, n, s)
	mustWait(t, n, "c")
	total := ""
	for _, suffix := range []string{".2", ".1", ""} {
		info, err := os.Stat(s.LogPath + suffix)
		if err != nil || info.Size() > 10_000 {
			t.Fatalf("log%s: %+v, %v", suffix, info, err)
		}
		total += logText(t, s.LogPath+suffix)
	}
	if !strings.HasSuffix(total, "stdout: line 998\nstdout: line 999\n") {
		t.Errorf("the end is %q", total[max(0, len(total)-100):])
	}
	if _, err := os.Stat(s.LogPath + ".3"); !os.IsNotExist(err) {
		t.Errorf("a fourth file: %v", err)
	}
}

// A container fills its FIFO while the supervisor stands still, blocks, and loses nothing.
func TestStoppedSupervisor(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	gate := filepath.Join(o.DataDir, "gate")
	if err := os.Mkdir(gate, 0o777); err != nil {
		t.Fatal(err)
	}
	// 100 KiB fit while nobody reads; 400 KiB do not.
	s := script(t, o, "c", "touch /gate/ready; until test -e /gate/go; do sleep 0.01; done; yes 0123456789abcde | head -6400; touch /gate/fit; yes 0123456789abcde | head -25600; touch /gate/through")
	s.Mounts = []Mount{{Source: gate, Destination: "/gate"}}
	mustStart(t, n, s)
	awaitFile(t, filepath.Join(gate, "ready"))
	sup := supervisorPID(t, n)
	if err := unix.Kill(sup, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	touch(t, filepath.Join(gate, "go"))
	awaitFile(t, filepath.Join(gate, "fit"))
	if _, err := os.Stat(filepath.Join(gate, "through")); err == nil {
		t.Error("400 KiB went into a FIFO that nobody reads")
	}
	if err := unix.Kill(sup, unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if st := mustWait(t, n, "c"); st.ExitCode != 0 {
		t.Errorf("status %+v", st)
	}
	if lines := strings.Count(logText(t, s.LogPath), "0123456789abcde\n"); lines != 32000 {
		t.Errorf("%d lines, want 32000", lines)
	}
}

// A full disk costs lines, not the container; they are counted, and no line is cut in half.
func TestFullLogDisk(t *testing.T) {
	o := testOptions(t)
	disk := filepath.Join(o.DataDir, "disk")
	if err := os.Mkdir(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("gantry-test", disk, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("mount a small tmpfs: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(disk, unix.MNT_DETACH) })
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	s := script(t, o, "c", "i=0; while [ $i -lt 5000 ]; do echo line $i is written; i=$((i+1)); done; exit 9")
	s.LogPath = filepath.Join(disk, "c.log")
	mustStart(t, n, s)
	st := mustWait(t, n, "c")
	if st.ExitCode != 9 || st.DroppedLogLines == 0 {
		t.Errorf("status %+v, want dropped lines", st)
	}
	kept := logText(t, s.LogPath)
	if got := int64(strings.Count(kept, "\n")) + st.DroppedLogLines; got != 5000 {
		t.Errorf("%d lines in all, want 5000", got)
	}
	for line := range strings.Lines(kept) {
		if !strings.HasSuffix(line, "is written\n") {
			t.Fatalf("half a line: %q", line)
		}
	}
}

// Many containers write at once, and long lines come as partial ones.
func TestManyLogs(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	specs := make([]Spec, 10)
	for i := range specs {
		specs[i] = script(t, o, fmt.Sprint("c", i), "head -c 40000 /dev/zero | tr '\\0' x; echo; printf end")
		mustStart(t, n, specs[i])
	}
	for _, s := range specs {
		mustWait(t, n, s.ID)
		raw, err := os.ReadFile(s.LogPath)
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		if strings.Count(text, " P ") != 3 || strings.Count(text, "x") != 40000 || !strings.HasSuffix(text, " stdout P end\n") {
			t.Errorf("%s: %d partial lines, %d bytes, end %q", s.ID, strings.Count(text, " P "), strings.Count(text, "x"), text[len(text)-30:])
		}
	}
}
