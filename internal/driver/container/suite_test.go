package container

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"
)

// The seam's contract, on both implementations.
func TestSuite(t *testing.T) {
	t.Run("native", func(t *testing.T) {
		o := testOptions(t)
		n := openNative(t, o)
		suite(t, n, "", func(id string) Spec { return script(t, o, id, "exec sleep 1000") })
	})
	for _, h := range testHandlers(t) {
		t.Run(h.Name, func(t *testing.T) {
			o := testOptions(t)
			o.Handlers = []Handler{h}
			n := openNative(t, o)
			suite(t, n, h.Name, func(id string) Spec { return script(t, o, id, "exec sleep 1000") })
		})
	}
	t.Run("fake", func(t *testing.T) {
		f := NewFake(time.Now)
		f.OnExec = func(_ string, e ExecSpec, fio *FakeIO) int {
			io.Copy(fio.Stdout, fio.Stdin)
			return 3
		}
		suite(t, f, "", func(id string) Spec { return Spec{ID: id, Sandbox: "pod"} })
	})
}

// suite holds for the sandboxes of one handler.
func suite(t *testing.T, r Runtime, handler string, sleeper func(id string) Spec) {
	ctx := testContext(t)
	is := func(what string, err, want error) {
		t.Helper()
		if !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("%s: error %v, want %v", what, err, want)
		}
	}
	labels := map[string]string{"k": "v"}
	is("start without a sandbox", r.Start(ctx, sleeper("a")), ErrNotFound)
	is("create sandbox", r.CreateSandbox(ctx, SandboxConfig{ID: "pod", Labels: labels, Handler: handler}), nil)
	is("no such runtime", r.CreateSandbox(ctx, SandboxConfig{ID: "x", Handler: "none"}), ErrUnsupported)
	is("create it again", r.CreateSandbox(ctx, SandboxConfig{ID: "pod"}), ErrExists)
	is("a host's sysctl", r.CreateSandbox(ctx, SandboxConfig{ID: "x", Sysctls: map[string]string{"vm.swappiness": "1"}}), ErrUnsupported)
	is("its network namespace", r.CreateNetNS(ctx, "pod"), ErrExists)
	is("no such pooled namespace", r.CreateSandbox(ctx, SandboxConfig{ID: "x", NetNS: "none"}), ErrNotFound)

	a := sleeper("a")
	a.Labels = labels
	is("start", r.Start(ctx, a), nil)
	is("start again", r.Start(ctx, a), ErrExists)
	is("start another", r.Start(ctx, sleeper("b")), nil)
	st, err := r.Status(ctx, "a")
	if err != nil || st.State != Running || st.Labels["k"] != "v" || st.PID == 0 || st.StartedAt.IsZero() {
		t.Errorf("status %+v, %v", st, err)
	}
	events := r.Events(ctx)

	p, err := r.Exec(ctx, "a", ExecSpec{Args: []string{"sh", "-c", "cat; exit 3"}, Stdin: true, Stdout: true})
	is("exec", err, nil)
	io.WriteString(p.Stdin(), "through")
	p.Stdin().Close()
	if out, err := io.ReadAll(p.Stdout()); string(out) != "through" || err != nil {
		t.Errorf("exec: %q, %v", out, err)
	}
	if exit, err := p.Wait(ctx); err != nil || exit.Code != 3 {
		t.Errorf("exec: %+v, %v", exit, err)
	}
	is("resize without a terminal", p.Resize(1, 1), ErrUnsupported)
	p.Close()

	att, err := r.Attach(ctx, "a", AttachSpec{Stdout: true, Stderr: true})
	is("attach", err, nil)
	is("kill", r.Kill(ctx, "a"), nil)
	if exit, err := att.Wait(ctx); err != nil || exit.Code != 137 {
		t.Errorf("attached: %+v, %v", exit, err)
	}
	att.Close()
	if st, err := r.Wait(ctx, "a"); err != nil || st.State != Exited || st.ExitCode != 137 || st.Signal != 9 || st.FinishedAt.IsZero() {
		t.Errorf("wait: %+v, %v", st, err)
	}
	if ev := <-events; ev.ID != "a" || ev.ExitCode != 137 {
		t.Errorf("event %+v", ev)
	}
	if ev := <-r.Events(ctx); ev.ID != "a" {
		t.Errorf("first event of a late subscriber: %+v", ev)
	}
	is("signal after the end", r.Signal(ctx, "a", 15), ErrNotRunning)
	_, err = r.Exec(ctx, "a", ExecSpec{Args: []string{"true"}})
	is("exec after the end", err, ErrNotRunning)
	_, err = r.Attach(ctx, "a", AttachSpec{})
	is("attach after the end", err, ErrNotRunning)

	is("remove", r.Remove(ctx, "a"), nil)
	is("remove again", r.Remove(ctx, "a"), nil)
	_, err = r.Wait(ctx, "a")
	is("wait for what is gone", err, ErrNotFound)
	_, err = r.Stats(ctx, "a")
	is("stats of what is gone", err, ErrNotFound)
	_, err = r.Stats(ctx, "b")
	is("stats", err, nil)
	waited := make(chan error, 1)
	go func() {
		st, err := r.Wait(ctx, "b")
		if err == nil && st.ExitCode != 137 {
			err = fmt.Errorf("exit code %d", st.ExitCode)
		}
		waited <- err
	}()
	later := r.Events(ctx)
	is("remove while it runs", r.Remove(ctx, "b"), nil)
	if ev := <-later; ev.ID != "b" || ev.ExitCode != 137 {
		t.Errorf("event of what was removed: %+v", ev)
	}
	if err := <-waited; err != nil && !errors.Is(err, ErrNotFound) { // it may have come too late
		t.Errorf("waited for what was removed: %v", err)
	}
	is("start with the name of one that was removed", r.Start(ctx, sleeper("b")), nil)
	is("remove sandbox", r.RemoveSandbox(ctx, "pod"), nil)
	is("remove sandbox again", r.RemoveSandbox(ctx, "pod"), nil)
	all, err := r.List(ctx)
	names, nerr := r.ListNetNS(ctx)
	sandboxes, serr := r.ListSandboxes(ctx)
	if len(all)+len(names)+len(sandboxes) != 0 || errors.Join(err, nerr, serr) != nil {
		t.Errorf("left: %v %v %v, %v %v %v", all, names, sandboxes, err, nerr, serr)
	}
}
