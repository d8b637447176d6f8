package container

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"

	"gantry.dev/gantry/internal/driver/container/initrd"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// MicroVMHandler has each Pod in a virtual machine of QEMU's microvm type, with a kernel that the user gives. The supervisor's program
// is the runtime (its verb "vm"), and process 1 of the machine.
type MicroVMHandler struct {
	Kernel string `json:"kernel"` // a bzImage or an ELF image with PVH
	// Modules is the directory of the kernel's modules, /lib/modules/VERSION; empty if it has all built in that a machine needs
	// (initrd.Modules).
	Modules string `json:"modules,omitempty"`
	// Accel is kvm, the default, or tcg: QEMU emulates the processor, which needs no hardware and is slow.
	Accel     string `json:"accel,omitempty"`
	QEMU      string `json:"qemu,omitempty"`      // empty: qemu-system-x86_64 of the PATH
	Virtiofsd string `json:"virtiofsd,omitempty"` // empty: where distributions have it
	// Memory and CPUs are those of Pods without limits. Empty is 256Mi, and 1.
	Memory *resource.Quantity `json:"memory,omitempty"`
	CPUs   int                `json:"cpus,omitempty"`
}

const (
	defaultMachineMemory = 256 << 20
	// maxMachineCPUs is QEMU's bound of a microvm.
	maxMachineCPUs = 288
	// machineOverhead is what is charged to a Pod beside the machine's memory: QEMU, virtiofsd and the monitor (docs/runtimes.md).
	// An emulated processor also needs room for what it has translated.
	machineOverhead  = 64 << 20
	emulatorOverhead = 128 << 20
	// minMachineMemory lets a kernel of a distribution start, with process 1 and a small container.
	minMachineMemory = 96 << 20
)

// machine is a handler's machine on this host.
type machine struct {
	binary, initrd, qemu, virtiofsd string
}

func (m *MicroVMHandler) check() error {
	for _, f := range []struct{ field, path string }{{"kernel", m.Kernel}, {"modules", m.Modules}, {"qemu", m.QEMU}, {"virtiofsd", m.Virtiofsd}} {
		if f.path == "" && f.field != "kernel" {
			continue
		}
		if !filepath.IsAbs(f.path) {
			return fmt.Errorf("%s: %q: want an absolute path", f.field, f.path)
		}
		if _, err := os.Stat(f.path); err != nil {
			return fmt.Errorf("%s: %w", f.field, err)
		}
	}
	switch {
	case m.Accel != "" && m.Accel != "kvm" && m.Accel != "tcg":
		return fmt.Errorf("accel: %q: want kvm or tcg", m.Accel)
	case m.CPUs < 0 || m.CPUs > maxMachineCPUs:
		return fmt.Errorf("cpus: %d: want 1 to %d", m.CPUs, maxMachineCPUs)
	case m.Memory != nil && m.Memory.Value() < minMachineMemory:
		return fmt.Errorf("memory: %s: want %d Mi or more", m.Memory, minMachineMemory>>20)
	}
	return nil
}

// openMachines finds the programs of machines and makes their initial file systems.
func (n *Native) openMachines() error {
	for i := range n.opts.Handlers {
		h := &n.opts.Handlers[i]
		if h.MicroVM == nil {
			continue
		}
		m, err := n.openMachine(h)
		if err != nil {
			return fmt.Errorf("runtime %q: microvm.%w", h.Name, err)
		}
		h.machine = m
	}
	return nil
}

func (n *Native) openMachine(h *Handler) (m *machine, err error) {
	c := h.MicroVM
	m = &machine{binary: n.opts.Binary, initrd: filepath.Join(n.opts.DataDir, "microvm", h.Name+".cpio")}
	if m.qemu, err = program(c.QEMU, "qemu-system-x86_64"); err != nil {
		return nil, fmt.Errorf("qemu: %w", err)
	}
	// Where Debian, Fedora and others have it; newer ones have one written in Rust.
	if m.virtiofsd, err = program(c.Virtiofsd, "virtiofsd", "/usr/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd"); err != nil {
		return nil, fmt.Errorf("virtiofsd: %w", err)
	}
	if c.accel() == "kvm" {
		f, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
		if err != nil {
			return nil, fmt.Errorf("accel: this machine has no KVM that could be used, and \"tcg\" was not asked for: %w", err)
		}
		f.Close()
	}
	if err := os.MkdirAll(filepath.Dir(m.initrd), 0o700); err != nil {
		return nil, fmt.Errorf("kernel: %w", err)
	}
	if err := initrd.Write(m.initrd, m.binary, c.Modules); err != nil {
		return nil, fmt.Errorf("modules: %w", err)
	}
	return m, nil
}

// program is the configured path, or the first of the names that is there.
func program(path string, names ...string) (string, error) {
	if path != "" {
		return path, nil
	}
	var errs []error
	for _, name := range names {
		found, err := exec.LookPath(name)
		if err == nil {
			return found, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}

func (m *MicroVMHandler) accel() string { return cmp.Or(m.Accel, "kvm") }

// overhead is what a Pod is charged beside its machine's memory.
func (m *MicroVMHandler) overhead() int64 {
	if m.accel() == "tcg" {
		return emulatorOverhead
	}
	return machineOverhead
}

// memoryFor is the memory of a Pod's machine: its limit without what the machine itself costs.
func (m *MicroVMHandler) memoryFor(r Resources) int64 {
	memory := int64(defaultMachineMemory)
	if m.Memory != nil {
		memory = m.Memory.Value()
	}
	if r.MemoryBytes > 0 {
		memory = r.MemoryBytes - m.overhead()
	}
	return memory &^ (1<<20 - 1) // QEMU counts in mebibytes
}

// cpusFor are the processors of a Pod's machine: its limit, rounded up.
func (m *MicroVMHandler) cpusFor(r Resources) int64 {
	if r.CPUQuota <= 0 {
		return int64(max(m.CPUs, 1))
	}
	period := int64(cmp.Or(r.CPUPeriod, 100_000))
	return min((r.CPUQuota+period-1)/period, maxMachineCPUs)
}

// machineOf is what a supervisor is told of a Pod's machine.
func (h *Handler) machineOf(c *SandboxConfig) *wire.OCI {
	m, v := h.machine, h.MicroVM
	return &wire.OCI{
		Handler: h.Name, Path: m.binary, Kernel: c.ID + kernelSuffix, Hostname: c.Hostname, Limits: true, SharePID: c.SharePID,
		Args: []string{
			"vm", "--kernel", v.Kernel, "--initrd", m.initrd, "--qemu", m.qemu, "--virtiofsd", m.virtiofsd, "--accel", v.accel(),
			"--memory", strconv.FormatInt(v.memoryFor(c.Resources), 10), "--cpus", strconv.FormatInt(v.cpusFor(c.Resources), 10),
		},
	}
}

// checkMachine refuses what a machine cannot have.
func (h *Handler) checkMachine(c SandboxConfig) error {
	switch memory := h.MicroVM.memoryFor(c.Resources); {
	case c.HostNetwork:
		return Lacks(h.Name, "hostNetwork: its network is a machine's own")
	case memory < minMachineMemory:
		return fmt.Errorf("runtime %q: a memory limit of %d Mi leaves %d Mi for the machine, which needs %d: raise it, or the RuntimeClass's overhead.podFixed",
			h.Name, c.Resources.MemoryBytes>>20, memory>>20, minMachineMemory>>20)
	}
	return nil
}

// checkContainer refuses what a runtime cannot do for a container.
func (h *Handler) checkContainer(s *Spec) error {
	if h == nil || h.MicroVM == nil {
		return nil
	}
	if len(s.Devices) > 0 && !s.Privileged {
		return Lacks(h.Name, "devices of the host ("+s.Devices[0].HostPath+")")
	}
	for _, m := range s.Mounts {
		if m.Propagation != PropagationNone {
			return Lacks(h.Name, "mount propagation of "+m.Destination)
		}
	}
	return nil
}
