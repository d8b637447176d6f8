package container

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// UserNamespaces is a Runtime that can give a sandbox a user namespace.
type UserNamespaces interface {
	// CreateUserNS makes a user namespace of that name with the ids given, and the network, IPC and UTS namespaces that belong to
	// it: only in namespaces of its own can root of a user namespace do anything. CreateSandbox with the same name and ids takes
	// them over; until then RemoveNetNS removes them all. It answers ErrExists like CreateNetNS.
	CreateUserNS(ctx context.Context, name string, ids IDMap) error
}

var _ UserNamespaces = (*Native)(nil)

// belonging are the namespaces that are made together with a user namespace.
var belonging = [...]kind{kindUser, kindIPC, kindUTS, kindNet}

// CreateUserNS implements UserNamespaces.
func (n *Native) CreateUserNS(_ context.Context, name string, ids IDMap) error {
	if err := checkName(name); err != nil {
		return fmt.Errorf("user namespace: %w", err)
	}
	if ids.HostID == 0 || ids.Size == 0 || uint64(ids.HostID)+uint64(ids.Size) > 1<<32 {
		return fmt.Errorf("user namespace %s: ids from %d, %d of them: %w", name, ids.HostID, ids.Size, ErrUnsupported)
	}
	there := true
	err := n.inHolder(func() error {
		for _, k := range belonging {
			f, err := openPin(k, name)
			if err != nil {
				there = false
				continue
			}
			f.Close()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if there {
		return fmt.Errorf("user namespace %s: %w", name, ErrExists)
	}
	return n.makeUserNS(name, ids)
}

// makeUserNS starts a process in new namespaces, pins them, and ends it: a thread of this process could not be in a user
// namespace of its own.
func (n *Native) makeUserNS(name string, ids IDMap) error {
	binary, err := os.Open(n.opts.Binary)
	if err != nil {
		return fmt.Errorf("user namespace %s: %w", name, err)
	}
	defer binary.Close()
	// It is executed with the ids of the namespace, to which the directories above it may be closed.
	cmd := exec.Command("/proc/self/fd/3", wire.PodInitVerb)
	cmd.Dir, cmd.Env, cmd.ExtraFiles = "/", []string{}, []*os.File{binary}
	mapped := []syscall.SysProcIDMap{{ContainerID: 0, HostID: int(ids.HostID), Size: int(ids.Size)}}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setsid: true, Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
		UidMappings: mapped, GidMappings: mapped, GidMappingsEnableSetgroups: true, Credential: &syscall.Credential{Uid: 0, Gid: 0},
		Pdeathsig: unix.SIGKILL,
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("user namespace %s: %w", name, err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	err = n.inHolder(func() error {
		for _, k := range belonging {
			if err := errors.Join(unpin(k, name), pinOf(k, name, cmd.Process.Pid)); err != nil {
				return err
			}
		}
		f, err := openPin(kindNet, name)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := unix.Setns(int(f.Fd()), unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("join network namespace: %w", err)
		}
		return loopbackUp()
	})
	if err != nil {
		return fmt.Errorf("user namespace %s: %w", name, errors.Join(err, n.inHolder(func() error { return unpinAll(name) })))
	}
	return nil
}

// pinOf pins a namespace of a process; the calling thread is in the holder.
func pinOf(k kind, name string, pid int) error {
	if err := os.MkdirAll("/"+string(k), 0o700); err != nil {
		return fmt.Errorf("pin %s namespace: %w", k, err)
	}
	f, err := os.OpenFile(k.pin(name), os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("pin %s namespace: %w", k, err)
	}
	f.Close()
	if err := unix.Mount("/proc/"+strconv.Itoa(pid)+"/ns/"+string(k), k.pin(name), "", unix.MS_BIND, ""); err != nil {
		_ = os.Remove(k.pin(name))
		return fmt.Errorf("pin %s namespace: %w", k, err)
	}
	return nil
}

// unpinAll lets go of a user namespace and of what belongs to it; the calling thread is in the holder.
func unpinAll(name string) error {
	var errs []error
	for _, k := range belonging {
		errs = append(errs, unpin(k, name))
	}
	return errors.Join(errs...)
}

// hasUserNS says whether there is a user namespace of that name; the calling thread is in the holder.
func hasUserNS(name string) bool {
	f, err := openPin(kindUser, name)
	if err == nil {
		f.Close()
	}
	return err == nil
}

// joinPinned puts the calling thread, which is in the holder, into a pinned namespace.
func joinPinned(k kind, name string) error {
	f, err := openPin(k, name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.Setns(int(f.Fd()), k.flag()); err != nil {
		return fmt.Errorf("join %s namespace %s: %w", k, name, err)
	}
	return nil
}

// mapMount shows what is in a detached mount with the ids of a user namespace: what belongs to root there belongs to root here. A file
// system that cannot do that is refused, unless it can only be read.
func mapMount(mount, userns *os.File, m *Mount) error {
	attr := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: uint64(userns.Fd())}
	err := unix.MountSetattr(int(mount.Fd()), "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, attr)
	if errors.Is(err, unix.EINVAL) && m.ReadOnly {
		return nil
	}
	if errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("its file system, or one mounted below it, does not support ID mapped mounts, which pods with hostUsers: false need: %w", ErrUnsupported)
	}
	if err != nil {
		return fmt.Errorf("mapping its ids: %w", err)
	}
	return nil
}
