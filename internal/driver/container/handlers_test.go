package container

import (
	"cmp"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// testHandlers are the runtimes that this machine has. GANTRY_RUNSC names a runsc that is not in the PATH.
func testHandlers(t testing.TB) (out []Handler) {
	for name, program := range map[string]string{"runc": "runc", "gvisor": cmp.Or(os.Getenv("GANTRY_RUNSC"), "runsc")} {
		path, err := exec.LookPath(program)
		if err != nil {
			t.Logf("without %s: %v", name, err)
			continue
		}
		h := Handler{Name: name, OCI: &OCIHandler{Path: path}}
		if name == "gvisor" {
			h.OCI.OwnKernel, h.OCI.Args = true, []string{"--overlay2=none"} // the root is an overlay already
		}
		out = append(out, h)
	}
	if vm := testMachine(t); vm != nil {
		out = append(out, Handler{Name: "microvm", MicroVM: vm})
	}
	return append(out, Handler{Name: "exec", Exec: &ExecHandler{}})
}

// testMachine is a machine with the kernel that GANTRY_VM_KERNEL names, and its modules GANTRY_VM_MODULES; else with the newest of Debian's
// for clouds that is installed. The processor is emulated unless GANTRY_VM_ACCEL says otherwise: a KVM that is there may not run it.
func testMachine(t testing.TB) *MicroVMHandler {
	kernel, modules := os.Getenv("GANTRY_VM_KERNEL"), os.Getenv("GANTRY_VM_MODULES")
	if kernel == "" {
		installed, _ := filepath.Glob("/boot/vmlinuz-*-cloud-amd64") // the pattern is good
		if len(installed) == 0 {
			t.Log("without microvm: no kernel in GANTRY_VM_KERNEL")
			return nil
		}
		kernel = installed[len(installed)-1]
		modules = "/lib/modules/" + strings.TrimPrefix(filepath.Base(kernel), "vmlinuz-")
	}
	if _, err := exec.LookPath("qemu-system-x86_64"); err != nil {
		t.Logf("without microvm: %v", err)
		return nil
	}
	return &MicroVMHandler{Kernel: kernel, Modules: modules, Accel: cmp.Or(os.Getenv("GANTRY_VM_ACCEL"), "tcg")}
}

// What a container sees and does is the same whoever has made it.
func TestHandlers(t *testing.T) {
	for _, h := range testHandlers(t) {
		t.Run(h.Name, func(t *testing.T) {
			o := testOptions(t)
			o.Handlers = []Handler{h}
			n := openNative(t, o)
			ctx := testContext(t)
			mustSandbox(t, n, SandboxConfig{ID: "pod", Hostname: "web-0", Handler: h.Name, Resources: Resources{PIDs: 500}})
			s := script(t, o, "one", "echo $(hostname) $(id -u):$(id -g) $(cat /v/file) > /dev/stdout; echo no >&2; touch /v/mine && echo wrote; exit 7")
			s.UID, s.GID = 1000, 1001
			vol := filepath.Join(o.DataDir, "vol")
			if err := os.MkdirAll(vol, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(vol, "file"), []byte("volume"), 0o644); err != nil {
				t.Fatal(err)
			}
			s.Mounts = append(s.Mounts, Mount{Source: vol, Destination: "/v", ReadOnly: true})
			mustStart(t, n, s)
			st := mustWait(t, n, "one")
			if st.ExitCode != 7 || st.Signal != 0 || st.Unknown {
				t.Errorf("status %+v", st)
			}
			text := logText(t, s.LogPath)
			if !strings.Contains(text, "stdout: web-0 1000:1001 volume\n") || !strings.Contains(text, "stderr: no\n") || strings.Contains(text, "wrote") {
				t.Errorf("log %q", text)
			}

			missing := script(t, o, "missing", "")
			missing.Args = []string{"/nothing/here"}
			if err := n.Start(ctx, missing); err == nil || !strings.Contains(err.Error(), "/nothing/here") {
				t.Errorf("a program that is not there: %v", err)
			}
			if all, err := n.List(ctx); err != nil || len(all) != 1 {
				t.Errorf("after a failed start: %+v, %v", all, err)
			}

			tty := script(t, o, "tty", "stty size; read line; echo got $line; sleep 1000")
			tty.TTY, tty.Stdin, tty.Width, tty.Height = true, true, 80, 25
			mustStart(t, n, tty)
			p, err := n.Attach(ctx, "tty", AttachSpec{Stdin: true, Stdout: true})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			io.WriteString(p.Stdin(), "word\n")
			await(t, "the terminal's answer", func() bool {
				body, _ := os.ReadFile(tty.LogPath) // it may not be there yet
				return strings.Contains(string(body), "got word")
			})
			e, err := n.Exec(ctx, "tty", ExecSpec{Args: []string{"sh", "-c", "test -t 0 && echo a terminal"}, TTY: true, Stdin: true, Stdout: true})
			if err != nil {
				t.Fatal(err)
			}
			if out, _ := io.ReadAll(e.Stdout()); !strings.Contains(string(out), "a terminal") {
				t.Errorf("exec with a terminal: %q", out)
			}
			if exit, err := e.Wait(ctx); err != nil || exit.Code != 0 {
				t.Errorf("exec with a terminal: %+v, %v", exit, err)
			}
			e.Close()
			e, err = n.Exec(ctx, "tty", ExecSpec{Args: []string{"sleep", "4321"}})
			if err != nil {
				t.Fatal(err)
			}
			e.Close() // the client goes away
			await(t, "the end of an exec whose client has gone", func() bool {
				ps, err := n.Exec(ctx, "tty", ExecSpec{Args: []string{"ps"}, Stdout: true})
				if err != nil {
					t.Fatal(err)
				}
				defer ps.Close()
				out, _ := io.ReadAll(ps.Stdout())
				return !strings.Contains(string(out), "4321")
			})

			traps := script(t, o, "traps", "trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.05; done")
			mustStart(t, n, traps)
			await(t, "the trap", func() bool {
				body, _ := os.ReadFile(traps.LogPath)
				return strings.Contains(string(body), "ready")
			})
			if err := n.Signal(ctx, "traps", 15); err != nil {
				t.Fatal(err)
			}
			if st := mustWait(t, n, "traps"); st.ExitCode != 3 {
				t.Errorf("after SIGTERM: %+v", st)
			}
			if st, err := n.Status(ctx, "tty"); err != nil || st.State != Running {
				t.Errorf("the other container: %+v, %v", st, err)
			}

			// The supervisor dies; the next one knows the container, its log goes on, and its end is seen.
			stays := script(t, o, "stays", "while ! test -e /v/go; do sleep 0.05; done; echo after; exit 42")
			stays.Mounts = []Mount{{Source: vol, Destination: "/v"}}
			mustStart(t, n, stays)
			killProcess(t, supervisorPID(t, n))
			if st, err := n.Status(ctx, "stays"); err != nil || st.State != Running { // waits for the new supervisor
				t.Fatalf("after the supervisor's death: %+v, %v", st, err)
			}
			touch(t, filepath.Join(vol, "go"))
			if st := mustWait(t, n, "stays"); st.ExitCode != 42 || st.Unknown {
				t.Errorf("after the supervisor's death: %+v", st)
			}
			if got := logText(t, stays.LogPath); got != "stdout: after\n" {
				t.Errorf("log %q", got)
			}
			if err := n.RemoveSandbox(ctx, "pod"); err != nil {
				t.Fatal(err)
			}
			left, err := filepath.Glob(filepath.Join(o.RunDir, "sup", "*", "oci", "*", "*"))
			left = slices.DeleteFunc(left, func(p string) bool { return filepath.Base(p) == "null-netns" }) // runsc's own, one for all
			if err != nil || len(left) > 0 {
				t.Errorf("left %v, %v", left, err)
			}
		})
	}
}

// A raw program is the machine's, and sees none of its secrets; an artifact lies beside it.
func TestHostFiles(t *testing.T) {
	o := testOptions(t)
	o.Handlers = []Handler{{Name: "exec", Exec: &ExecHandler{}}}
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod", Handler: "exec"})
	s := script(t, o, "c", "")
	artifact := filepath.Join(o.DataDir, "artifact")
	if err := os.MkdirAll(filepath.Join(artifact, "app"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(artifact, "app", "run"), []byte("#!/bin/sh\nls / /etc; readlink /proc/self/exe; id -un; touch /usr/x /app/x; ls /app\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.Layers, s.Args, s.Env = []string{artifact}, []string{"/app/run"}, []string{"PATH=/usr/bin:/bin"}
	mustStart(t, n, s)
	st, text := mustWait(t, n, "c"), logText(t, s.LogPath)
	words := strings.Fields(text)
	for _, want := range []string{"app", "usr", "passwd", "root", "Read-only", "x"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %v", want, words)
		}
	}
	for _, secret := range []string{"shadow", "ssh", "home", "work"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q in %v", secret, words)
		}
	}
	if st.ExitCode != 0 {
		t.Errorf("status %+v", st)
	}
	if _, err := os.Stat("/usr/x"); err == nil {
		t.Error("it has written to the machine")
	}
}

func TestParseHandlers(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"good", "handlers:\n- {name: a, oci: {path: /bin/sh, args: [--x]}}\n- {name: b, exec: {}}\n- {name: c, cri: {endpoint: unix:///x}}", ""},
		{"empty", "", ""},
		{"unknown field", "handlers:\n- {name: a, docker: {}}", "docker"},
		{"two kinds", "handlers:\n- {name: a, exec: {}, cri: {endpoint: x}}", "handlers[0].name: a: want exactly one"},
		{"no kind", "handlers:\n- {name: a}", "want exactly one"},
		{"bad name", "handlers:\n- {name: A, exec: {}}", "handlers[0].name"},
		{"twice", "handlers:\n- {name: a, exec: {}}\n- {name: a, exec: {}}", "handlers[1].name"},
		{"relative", "handlers:\n- {name: a, oci: {path: runc}}", "handlers[0].oci.path"},
		{"missing program", "handlers:\n- {name: a, oci: {path: /nothing}}", "handlers[0].oci.path"},
		{"no program", "handlers:\n- {name: a, oci: {path: /etc/passwd}}", "not a program"},
		{"root", "handlers:\n- {name: a, exec: {hostPaths: [/]}}", "handlers[0].exec.hostPaths[0]"},
		{"no kernel", "handlers:\n- {name: a, microvm: {}}", "handlers[0].microvm.kernel"},
		{"missing modules", "handlers:\n- {name: a, microvm: {kernel: /bin/sh, modules: /nothing}}", "handlers[0].microvm.modules"},
		{"unknown accelerator", "handlers:\n- {name: a, microvm: {kernel: /bin/sh, accel: hax}}", "handlers[0].microvm.accel"},
		{"too many processors", "handlers:\n- {name: a, microvm: {kernel: /bin/sh, cpus: 1000}}", "handlers[0].microvm.cpus"},
		{"too small a machine", "handlers:\n- {name: a, microvm: {kernel: /bin/sh, memory: 1Mi}}", "handlers[0].microvm.memory"},
		{"no endpoint", "handlers:\n- {name: a, cri: {}}", "handlers[0].cri.endpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseHandlers([]byte(c.text))
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
