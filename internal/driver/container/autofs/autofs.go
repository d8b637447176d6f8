// Package autofs speaks with the kernel's file system of that name: to look into one of its directories is to ask the process that
// serves it to mount something there, and to wait until it has. A directory that is bound elsewhere asks wherever it is bound, and
// what is mounted over it in one mount namespace is not in another. It reads and writes the file system that it is given and /dev/autofs.
package autofs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Device is through which a file system gets a new server.
const Device = "/dev/autofs"

// Calls of the kernel, see linux/auto_fs.h and linux/auto_dev-ioctl.h.
const (
	iocReady     = 0x9360     // AUTOFS_IOC_READY: go on
	iocFail      = 0x9361     // AUTOFS_IOC_FAIL: ENOENT for whoever waits
	iocCatatonic = 0x9362     // AUTOFS_IOC_CATATONIC: nobody serves it, so nobody waits
	iocSetPipe   = 0xc0189378 // AUTOFS_DEV_IOCTL_SETPIPEFD: who asks serves it
)

// devCall is struct autofs_dev_ioctl.
type devCall struct {
	major, minor, size uint32
	fd                 int32
	pipe, _            int32
}

// Mount mounts a new one on a directory. Nobody serves it yet: its directories are empty ones.
func Mount(dir string) error {
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return os.NewSyscallError("pipe", err)
	}
	defer unix.Close(pipe[0])
	defer unix.Close(pipe[1])
	options := "minproto=5,maxproto=5,indirect,fd=" + strconv.Itoa(pipe[1])
	if err := unix.Mount("triggers", dir, "autofs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, options); err != nil {
		return fmt.Errorf("mount autofs on %s: %w", dir, err)
	}
	root, err := os.Open(dir)
	if err == nil {
		err = call(root, iocCatatonic, 0)
		root.Close()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("autofs on %s: %w", dir, err), unix.Unmount(dir, unix.MNT_DETACH))
	}
	return nil
}

// FS is one that this process serves. Its process group is the one that sees plain directories and never waits.
type FS struct {
	root   *os.File
	events int
}

// Serve makes this process the server of what is mounted on a directory. Whoever waits for an earlier one gets ENOENT.
func Serve(dir string) (*FS, error) {
	root, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	f := &FS{root: root}
	if err := errors.Join(call(root, iocCatatonic, 0), f.connect()); err != nil {
		root.Close()
		return nil, fmt.Errorf("serve autofs on %s: %w", dir, err)
	}
	return f, nil
}

// connect gives the kernel a pipe to ask through.
func (f *FS) connect() error {
	dev, err := os.Open(Device)
	if err != nil {
		return err
	}
	defer dev.Close()
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return os.NewSyscallError("pipe", err)
	}
	unix.CloseOnExec(pipe[0])
	defer unix.Close(pipe[1])
	// What the kernel holds is open for reading as well, so that the pipe never lacks a reader: the kernel asks in the name of
	// whoever has looked, and SIGPIPE would be the end of that process when this one has died. So it waits for the next server.
	both, err := unix.Open("/proc/thread-self/fd/"+strconv.Itoa(pipe[1]), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		unix.Close(pipe[0])
		return fmt.Errorf("open pipe: %w", err)
	}
	defer unix.Close(both)
	arg := devCall{major: 1, fd: int32(f.root.Fd()), pipe: int32(both)}
	arg.size = uint32(unsafe.Sizeof(arg))
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, dev.Fd(), iocSetPipe, uintptr(unsafe.Pointer(&arg))); errno != 0 {
		unix.Close(pipe[0])
		return os.NewSyscallError("ioctl "+Device, errno)
	}
	f.events = pipe[0]
	return nil
}

// Resume goes on serving what an earlier program of this process has served; it owns events.
func Resume(dir string, events int) (*FS, error) {
	root, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(events, true); err != nil {
		root.Close()
		return nil, os.NewSyscallError("fcntl", err)
	}
	return &FS{root, events}, nil
}

// Close lets nobody wait any more: the directories are empty ones.
func (f *FS) Close() error {
	err := call(f.root, iocCatatonic, 0)
	unix.Close(f.events)
	return errors.Join(err, f.root.Close())
}

// Events is the descriptor, non-blocking, that can be read when there is a Request. It stays the file system's.
func (f *FS) Events() int { return f.events }

// Request is that somebody has looked at a directory, and waits. Others who look meanwhile wait with him.
type Request struct {
	token uint32
	Name  string // of the directory
	TID   int    // the thread that was the first to look
}

// What is where in struct autofs_v5_packet.
const (
	packetToken = 8
	packetTID   = 32
	packetLen   = 40
	packetName  = 44
	packetBytes = 304
)

// Next returns the next request; ok is false if there is none now.
func (f *FS) Next() (r Request, ok bool, err error) {
	buf := make([]byte, packetBytes)
	n, err := unix.Read(f.events, buf)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
		return r, false, nil
	}
	if err != nil {
		return r, false, os.NewSyscallError("read", err)
	}
	return decode(buf[:n])
}

// decode reads a packet.
func decode(b []byte) (r Request, ok bool, err error) {
	if len(b) < packetName {
		return r, false, fmt.Errorf("autofs asks in %d bytes", len(b))
	}
	e := binary.NativeEndian
	name := b[packetName:]
	if size := int(e.Uint32(b[packetLen:])); size <= len(name) {
		name = name[:size]
	}
	return Request{token: e.Uint32(b[packetToken:]), TID: int(e.Uint32(b[packetTID:])), Name: string(name)}, true, nil
}

// Answer lets those go on who wait: to what is mounted there now or, if that failed, with ENOENT.
func (f *FS) Answer(r Request, failed bool) error {
	cmd := uint(iocReady)
	if failed {
		cmd = iocFail
	}
	return call(f.root, cmd, uintptr(r.token))
}

func call(root *os.File, cmd uint, arg uintptr) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, root.Fd(), uintptr(cmd), arg); errno != 0 {
		return os.NewSyscallError("ioctl of autofs", errno)
	}
	return nil
}
