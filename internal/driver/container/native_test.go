package container

import (
	"io"
	"strings"
	"testing"
)

func TestStartLogExitExec(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod", Hostname: "web-0"})

	s := script(t, o, "one", "echo out $(hostname) $$; echo err >&2; exit 7")
	mustStart(t, n, s)
	st := mustWait(t, n, "one")
	if st.ExitCode != 7 || st.Unknown || st.OOMKilled || st.Signal != 0 {
		t.Errorf("status %+v, want exit code 7", st)
	}
	text := logText(t, s.LogPath)
	for _, want := range []string{"stdout: out web-0 1\n", "stderr: err\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("log %q lacks %q", text, want)
		}
	}

	mustStart(t, n, script(t, o, "two", "exec sleep 1000"))
	p, err := n.Exec(ctx, "two", ExecSpec{Args: []string{"sh", "-c", "cat; echo no >&2; exit 3"}, Stdin: true, Stdout: true, Stderr: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	io.WriteString(p.Stdin(), "hello")
	p.Stdin().Close()
	out, _ := io.ReadAll(p.Stdout())
	errs, _ := io.ReadAll(p.Stderr())
	exit, err := p.Wait(ctx)
	if string(out) != "hello" || string(errs) != "no\n" || err != nil || exit.Code != 3 {
		t.Errorf("exec: %q %q %+v %v", out, errs, exit, err)
	}
	if err := n.Signal(ctx, "two", 9); err != nil {
		t.Fatal(err)
	}
	if st := mustWait(t, n, "two"); st.ExitCode != 137 || st.Signal != 9 {
		t.Errorf("status %+v, want 137", st)
	}
	if err := n.RemoveSandbox(ctx, "pod"); err != nil {
		t.Fatal(err)
	}
	if all, err := n.List(ctx); err != nil || len(all) != 0 {
		t.Errorf("list after removal: %v, %v", all, err)
	}
}
