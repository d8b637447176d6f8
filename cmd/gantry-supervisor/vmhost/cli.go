// Package vmhost runs the containers of a Pod in a virtual machine of QEMU. To the supervisor it is an OCI runtime with a kernel of its
// own, as gVisor's runsc is: the same program, under the verb "vm", with runc's command line.
//
// The first container of a Pod is the machine: "run" leaves a monitor, the parent of QEMU and of the process that serves it files.
// The Pod's own containers are made by the machine's process 1 (package vmguest). "wait" stands for each.
// It reads and writes its state directory (--root), the bundle that it is given, the namespaces of its caller and cgroups.
package vmhost

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Verb is the first argument of this program.
const Verb = "vm"

// monitorVerb is the verb of the monitor, which "run" starts.
const monitorVerb = "monitor"

// command is one run of the program.
type command struct {
	machine Machine
	root    string
	log     string

	bundle, pidFile, consoleSocket, process, insidePID string
	all, force                                         bool
	pid                                                int
}

// Main runs one command and returns its exit status. Errors go to the log that the caller named.
func Main(args []string) int {
	var c command
	code, err := c.run(args)
	if err == nil {
		return code
	}
	line, _ := json.Marshal(map[string]string{"level": "error", "msg": err.Error()}) // of strings: cannot fail
	if f, ferr := os.OpenFile(c.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); ferr == nil {
		fmt.Fprintln(f, string(line))
		f.Close()
	}
	fmt.Fprintln(os.Stderr, "gantry vm:", err)
	return 1
}

func (c *command) run(args []string) (int, error) {
	if len(args) > 0 && args[0] == monitorVerb {
		return 0, monitor()
	}
	f := flag.NewFlagSet(Verb, flag.ContinueOnError)
	m := &c.machine
	f.StringVar(&m.Kernel, "kernel", "", "the machine's kernel")
	f.StringVar(&m.Initrd, "initrd", "", "its initial file system, with this program in it")
	f.StringVar(&m.QEMU, "qemu", "", "QEMU's program")
	f.StringVar(&m.Virtiofsd, "virtiofsd", "", "the program that serves files to the machine")
	f.StringVar(&m.Accel, "accel", "", "kvm or tcg")
	f.Int64Var(&m.Memory, "memory", 0, "bytes of memory")
	f.IntVar(&m.CPUs, "cpus", 1, "processors")
	f.StringVar(&c.root, "root", "", "state directory")
	f.StringVar(&c.log, "log", "", "where errors are told")
	f.String("log-format", "json", "the only one")
	if err := f.Parse(args); err != nil {
		return 0, err
	}
	if f.NArg() == 0 {
		return 0, errors.New("no command")
	}
	verb := f.Arg(0)
	sub := flag.NewFlagSet(verb, flag.ContinueOnError)
	sub.StringVar(&c.bundle, "bundle", "", "directory with config.json")
	sub.StringVar(&c.pidFile, "pid-file", "", "where the number of the process that is left goes")
	sub.StringVar(&c.consoleSocket, "console-socket", "", "where the master of a terminal goes")
	sub.StringVar(&c.process, "process", "", "file with the process to start")
	sub.StringVar(&c.insidePID, "internal-pid-file", "", "where its number in the machine goes")
	sub.Bool("detach", true, "do not wait: nothing else is possible")
	sub.BoolVar(&c.all, "all", false, "all processes of the container")
	sub.BoolVar(&c.force, "force", false, "kill it first")
	sub.IntVar(&c.pid, "pid", 0, "a process of the container")
	if err := sub.Parse(f.Args()[1:]); err != nil {
		return 0, err
	}
	if sub.NArg() == 0 {
		return 0, fmt.Errorf("%s: no container", verb)
	}
	id := sub.Arg(0)
	switch verb {
	case "run":
		return 0, c.runMachine(id)
	case "create":
		return 0, c.create(id)
	case "start":
		return 0, c.start(id)
	case "exec":
		return 0, c.exec(id)
	case "wait":
		return 0, c.wait(id)
	case holdVerb:
		return c.hold(id)
	case "kill":
		n, err := strconv.Atoi(sub.Arg(1))
		if err != nil {
			return 0, fmt.Errorf("kill: signal %q is no number", sub.Arg(1))
		}
		return 0, c.kill(id, n)
	case "delete":
		return 0, c.delete(id)
	}
	return 0, fmt.Errorf("no such command: %s", verb)
}

// state is what is kept of a container: which machine it is in.
type state struct {
	Machine string // the container that is the machine
	PID     int    // of the monitor, in the machine's own state
}

func (c *command) stateDir(id string) string { return filepath.Join(c.root, id) }

func (c *command) writeState(id string, s state) error {
	if err := os.MkdirAll(c.stateDir(id), 0o700); err != nil {
		return err
	}
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.stateDir(id), "state.json"), body, 0o600)
}

func (c *command) readState(id string) (s state, err error) {
	body, err := os.ReadFile(filepath.Join(c.stateDir(id), "state.json"))
	if err != nil {
		return s, fmt.Errorf("container %s: %w", id, err)
	}
	return s, json.Unmarshal(body, &s)
}

func readJSON(path string, v any) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func writeNumber(path string, n int) error {
	if path == "" {
		return nil
	}
	return os.WriteFile(path, []byte(strconv.Itoa(n)), 0o600)
}
