package vmhost

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/opencontainers/cgroups"
	_ "github.com/opencontainers/cgroups/devices" // lets managers set device rules
	"github.com/opencontainers/cgroups/manager"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// Machine is what a virtual machine is made of.
type Machine struct {
	Kernel, Initrd  string
	QEMU, Virtiofsd string
	Accel           string
	Memory          int64 // bytes
	CPUs            int
	Hostname        string
}

// order is what the monitor is told on its standard input.
type order struct {
	Machine
	Dir    string // where it listens, and nothing else is
	OwnNet bool   // the network namespace is the Pod's, not the host's
}

// runMachine starts the monitor of a machine and returns when the machine answers.
func (c *command) runMachine(id string) error {
	var spec specs.Spec
	if err := readJSON(filepath.Join(c.bundle, "config.json"), &spec); err != nil {
		return err
	}
	if err := os.MkdirAll(c.stateDir(id), 0o700); err != nil {
		return err
	}
	o := order{Machine: c.machine, Dir: c.stateDir(id)}
	o.Hostname = spec.Hostname
	o.OwnNet = slices.ContainsFunc(spec.Linux.Namespaces, func(ns specs.LinuxNamespace) bool {
		return ns.Type == specs.NetworkNamespace && ns.Path != ""
	})
	in, theirs, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close()
	cmd := exec.Command("/proc/self/exe", Verb, monitorVerb)
	cmd.Env, cmd.Dir, cmd.ExtraFiles = os.Environ(), "/", []*os.File{theirs}
	orders, err := cmd.StdinPipe()
	if err != nil {
		theirs.Close()
		return err
	}
	// A mount namespace of its own, in which the machine's files are put together.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Cloneflags: syscall.CLONE_NEWNS}
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		return fmt.Errorf("start the machine's monitor: %w", err)
	}
	err = c.supervise(id, &spec, cmd.Process.Pid, func() error {
		if err := json.NewEncoder(orders).Encode(o); err != nil {
			return err
		}
		if err := orders.Close(); err != nil {
			return err
		}
		var said struct{ Error string }
		if err := json.NewDecoder(in).Decode(&said); err != nil {
			return fmt.Errorf("the machine's monitor has ended: %w", err)
		}
		if said.Error != "" {
			return fmt.Errorf("start the machine: %s", said.Error)
		}
		return nil
	})
	if err != nil {
		_ = cmd.Process.Kill() // gone already, most likely
		_ = cmd.Wait()
	}
	return err
}

// supervise puts the monitor into its cgroup before go on is called, so that all that it starts is charged there.
func (c *command) supervise(id string, spec *specs.Spec, pid int, goOn func() error) error {
	m, err := manager.New(&cgroups.Cgroup{Path: spec.Linux.CgroupsPath, Resources: &cgroups.Resources{}})
	if err != nil {
		return fmt.Errorf("cgroup %s: %w", spec.Linux.CgroupsPath, err)
	}
	if err := m.Apply(pid); err != nil {
		return fmt.Errorf("join cgroup %s: %w", spec.Linux.CgroupsPath, err)
	}
	if err := goOn(); err != nil {
		return err
	}
	if err := c.writeState(id, state{Machine: id, PID: pid}); err != nil {
		return err
	}
	return writeNumber(c.pidFile, pid)
}
