package container

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// kind is a sort of namespace that is pinned; its name is the directory in the holder and the name in /proc/PID/ns.
type kind string

const (
	kindNet kind = "net"
	kindIPC kind = "ipc"
	kindUTS kind = "uts"
	// kindUser namespaces are made by CreateUserNS only.
	kindUser kind = "user"
)

func (k kind) flag() int {
	switch k {
	case kindNet:
		return unix.CLONE_NEWNET
	case kindIPC:
		return unix.CLONE_NEWIPC
	case kindUser:
		return unix.CLONE_NEWUSER
	default:
		return unix.CLONE_NEWUTS
	}
}

// pin is the path of a pin in the holder.
func (k kind) pin(name string) string { return path.Join("/", string(k), name) }

// pinNew puts the calling thread, which is in the holder, into a new namespace and pins it.
func pinNew(k kind, name string) error {
	if err := unix.Unshare(k.flag()); err != nil {
		return fmt.Errorf("unshare %s namespace: %w", k, err)
	}
	f, err := os.OpenFile(k.pin(name), os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("pin %s namespace: %w", k, err)
	}
	f.Close()
	if err := unix.Mount("/proc/thread-self/ns/"+string(k), k.pin(name), "", unix.MS_BIND, ""); err != nil {
		_ = os.Remove(k.pin(name))
		return fmt.Errorf("pin %s namespace: %w", k, err)
	}
	return nil
}

// unpin lets go of a namespace; the calling thread is in the holder. A pin that is not there is no error.
func unpin(k kind, name string) error {
	if err := unix.Unmount(k.pin(name), unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("unpin %s namespace %s: %w", k, name, err)
	}
	return ignoreMissing(os.Remove(k.pin(name)))
}

// openPin opens a pinned namespace; the calling thread is in the holder.
func openPin(k kind, name string) (*os.File, error) {
	f, err := os.Open(k.pin(name))
	if err == nil {
		var st unix.Statfs_t
		if err = unix.Fstatfs(int(f.Fd()), &st); err == nil && st.Type != nsfsMagic {
			err = fs.ErrNotExist // a crash came between the file and its mount
		}
		if err != nil {
			f.Close()
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s namespace %s: %w", k, name, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s namespace: %w", k, err)
	}
	return f, nil
}

// CreateNetNS implements Runtime.
func (n *Native) CreateNetNS(_ context.Context, name string) error {
	if err := checkName(name); err != nil {
		return fmt.Errorf("network namespace: %w", err)
	}
	return n.inHolder(func() error { return newNetNS(name) })
}

// newNetNS makes a network namespace with its loopback up; the calling thread is in the holder and then in it.
func newNetNS(name string) error {
	if f, err := openPin(kindNet, name); err == nil {
		f.Close()
		return fmt.Errorf("network namespace %s: %w", name, ErrExists)
	}
	if err := unpin(kindNet, name); err != nil {
		return err
	}
	if err := pinNew(kindNet, name); err != nil {
		return err
	}
	if err := loopbackUp(); err != nil {
		return errors.Join(err, unpin(kindNet, name))
	}
	return nil
}

// loopbackUp sets lo up in the calling thread's network namespace.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("set lo up: %w", err)
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req); err != nil {
		return fmt.Errorf("set lo up: %w", err)
	}
	return nil
}

// OpenNetNS implements Runtime.
func (n *Native) OpenNetNS(_ context.Context, name string) (f *os.File, err error) {
	if err := checkName(name); err != nil {
		return nil, fmt.Errorf("network namespace: %w", err)
	}
	err = n.inHolder(func() (err error) {
		f, err = openPin(kindNet, name)
		return err
	})
	return f, err
}

// ListNetNS implements Runtime.
func (n *Native) ListNetNS(context.Context) (names []string, err error) {
	err = n.inHolder(func() error {
		entries, err := os.ReadDir("/net")
		if err != nil {
			return fmt.Errorf("list network namespaces: %w", err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return nil
	})
	return names, err
}

// RemoveNetNS implements Runtime.
func (n *Native) RemoveNetNS(_ context.Context, name string) error {
	if err := checkName(name); err != nil {
		return fmt.Errorf("network namespace: %w", err)
	}
	n.mu.Lock()
	owned := n.sandboxes[name] != nil
	n.mu.Unlock()
	return n.inHolder(func() error {
		if !owned && hasUserNS(name) {
			return unpinAll(name)
		}
		return unpin(kindNet, name)
	})
}

// namespacedSysctl says in which namespace a kernel parameter lives.
func namespacedSysctl(name string) (kind, bool) {
	switch {
	case strings.HasPrefix(name, "net."):
		return kindNet, true
	case strings.HasPrefix(name, "kernel.shm"), strings.HasPrefix(name, "kernel.msg"), name == "kernel.sem", strings.HasPrefix(name, "fs.mqueue."):
		return kindIPC, true
	}
	return "", false
}

// writeSysctl sets a kernel parameter of the calling thread's namespaces; the thread is in the holder.
func writeSysctl(name, value string) error {
	// A name may have slashes for dots and, in an interface's name, dots for slashes.
	p := strings.NewReplacer(".", "/", "/", ".").Replace(name)
	if p != path.Clean(p) || strings.HasPrefix(p, "..") {
		return fmt.Errorf("sysctl %s: not a name", name)
	}
	if err := os.WriteFile("/proc/sys/"+p, []byte(value), 0); err != nil {
		return fmt.Errorf("sysctl %s: %w", name, err)
	}
	return nil
}
