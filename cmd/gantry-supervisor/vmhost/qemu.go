package vmhost

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// tailSize is how much of what a program or a machine's console says is kept, for the error that tells why it ended.
const tailSize = 4 << 10

// filesSocket is where QEMU finds the process that serves files, below the working directory.
const filesSocket = filesDir + "/sock"

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - tailSize; over > 0 {
		t.text = bytes.Clone(t.text[over:])
	}
	return len(p), nil
}

// last is the last lines, as one.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.FieldsFunc(string(t.text), func(r rune) bool { return r == '\n' || r == '\r' })
	return strings.Join(lines[max(0, len(lines)-5):], "; ")
}

// hypervisor is QEMU and the process that serves it files. Both die with the thread that has started them.
type hypervisor struct {
	port    net.Conn // to the machine's process 1
	said    tail
	console tail
	ended   chan struct{} // closed when one of them has ended
	once    sync.Once
}

// startHypervisor starts both. tap is the machine's network, nil for none. The working directory is the machine's state directory: the
// whole path may be longer than a socket's can be. The calling goroutine must be locked to its thread, and go on.
func startHypervisor(m *Machine, tap *tap) (*hypervisor, error) {
	h := &hypervisor{ended: make(chan struct{})}
	share, err := filepath.Abs(shareDir)
	if err != nil {
		return nil, err
	}
	listening, err := net.ListenUnix("unix", &net.UnixAddr{Name: filesSocket, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("serve files: %w", err)
	}
	listening.SetUnlinkOnClose(false)
	defer listening.Close()
	files, err := listening.File()
	if err != nil {
		return nil, fmt.Errorf("serve files: %w", err)
	}
	defer files.Close()
	// Descriptors are left as they are: a node may not be able to raise its limit. One is used for each file that the machine knows.
	if err := h.start([]*os.File{files}, m.Virtiofsd, "--fd=3", "-f", "--rlimit-nofile=0",
		"-o", "source="+share, "-o", "sandbox=chroot", "-o", "cache=auto", "-o", "xattr", "-o", "log_level=warn"); err != nil {
		return nil, fmt.Errorf("serve files: %w", err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("serial port: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "port"), os.NewFile(uintptr(pair[1]), "port")
	defer ours.Close()
	defer theirs.Close()
	if h.port, err = net.FileConn(ours); err != nil {
		return nil, fmt.Errorf("serial port: %w", err)
	}
	console, consoleEnd, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	defer consoleEnd.Close()
	go func() {
		defer console.Close()
		_, _ = console.WriteTo(&h.console)
	}()
	extra := []*os.File{theirs, consoleEnd}
	args := qemuArgs(m)
	if tap != nil {
		extra = append(extra, tap.file)
		args = append(args, "-netdev", "tap,id=net,fd=5", "-device", "virtio-net-device,netdev=net,mac="+tap.guestMAC.String())
	}
	if err := h.start(extra, m.QEMU, args...); err != nil {
		return nil, fmt.Errorf("start QEMU: %w", err)
	}
	return h, nil
}

// qemuArgs are QEMU's arguments. Its descriptors are 3 the serial port and 4 the console.
func qemuArgs(m *Machine) []string {
	cpu, clock := "host", ""
	if m.Accel == "tcg" {
		cpu = "max"
		if khz := tscKHz(); khz > 0 {
			clock = fmt.Sprintf(" tsc_early_khz=%d", khz)
		}
	}
	memory := strconv.FormatInt(m.Memory, 10)
	return []string{
		"-nodefaults", "-no-user-config", "-nographic", "-no-reboot", "-sandbox", "on,spawn=deny,obsolete=deny",
		"-M", "microvm,rtc=on,accel=" + m.Accel + ",memory-backend=ram", "-global", "virtio-mmio.force-legacy=false",
		"-cpu", cpu, "-smp", strconv.Itoa(m.CPUs),
		"-m", strconv.FormatInt(m.Memory>>20, 10), "-object", "memory-backend-memfd,id=ram,share=on,size=" + memory,
		"-kernel", m.Kernel, "-initrd", m.Initrd, "-append", "console=ttyS0 quiet panic=-1 reboot=t tsc=reliable" + clock,
		"-chardev", "file,id=console,path=/dev/fd/4", "-serial", "chardev:console",
		"-device", "virtio-serial-device", "-chardev", "socket,id=port,fd=3", "-device", "virtserialport,chardev=port,name=" + vmlink.PortName,
		"-chardev", "socket,id=files,path=" + filesSocket, "-device", "vhost-user-fs-device,chardev=files,tag=" + vmlink.Tag,
	}
}

// start starts one program, whose last words are kept and whose end is told.
func (h *hypervisor) start(files []*os.File, path string, args ...string) error {
	cmd := exec.Command(path, args...)
	cmd.ExtraFiles, cmd.Stdout, cmd.Stderr = files, &h.said, &h.said
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: unix.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		err := cmd.Wait()
		fmt.Fprintf(&h.said, "\n%s: %v", path, errors.Join(err))
		h.once.Do(func() { close(h.ended) })
	}()
	return nil
}

// why is what is known of an end.
func (h *hypervisor) why() string {
	out := h.said.last()
	if c := h.console.last(); c != "" {
		out += "; console: " + c
	}
	return out
}
