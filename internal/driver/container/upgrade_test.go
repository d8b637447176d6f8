package container

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Another gantry finds the supervisors of the one before: they go on as the new program, in the same process, and neither
// containers nor terminals notice.
func TestUpgrade(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod", SharePID: true})
	gate := filepath.Join(o.DataDir, "gate")
	if err := os.Mkdir(gate, 0o777); err != nil {
		t.Fatal(err)
	}
	s := script(t, o, "plain", "printf begun; touch /gate/ready; until test -e /gate/go; do sleep 0.01; done; echo -ended; exit 11")
	s.Mounts = []Mount{{Source: gate, Destination: "/gate"}}
	mustStart(t, n, s)
	tty := script(t, o, "tty", "read x; echo got $x; exit 12")
	tty.TTY, tty.Stdin = true, true
	mustStart(t, n, tty)
	awaitFile(t, filepath.Join(gate, "ready"))
	sup := supervisorPID(t, n)
	n.Close()

	o.Binary = otherBinary(t, o)
	n = openNative(t, o)
	if now := supervisorPID(t, n); now != sup {
		t.Errorf("supervisor %d was replaced by %d", sup, now)
	}
	ctx := testContext(t)
	a, err := n.Attach(ctx, "tty", AttachSpec{Stdin: true, Stdout: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	io.WriteString(a.Stdin(), "it\n")
	if out, _ := io.ReadAll(a.Stdout()); !strings.Contains(string(out), "got it") {
		t.Errorf("terminal: %q", out)
	}
	touch(t, filepath.Join(gate, "go"))
	for id, want := range map[string]int{"plain": 11, "tty": 12} {
		if st := mustWait(t, n, id); st.ExitCode != want || st.Unknown {
			t.Errorf("status %+v, want %d", st, want)
		}
	}
	raw, err := os.ReadFile(s.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(raw); !strings.Contains(text, " stdout P begun\n") || !strings.HasSuffix(text, " stdout F -ended\n") {
		t.Errorf("log %q", text)
	}
	mustStart(t, n, script(t, o, "third", "exit 0"))
	mustWait(t, n, "third")
}

// otherBinary is the same program under another name, so one that a supervisor is to become.
func otherBinary(t *testing.T, o Options) string {
	t.Helper()
	body, err := os.ReadFile(o.Binary)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.DataDir, "newer")
	if err := os.WriteFile(path, body, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
