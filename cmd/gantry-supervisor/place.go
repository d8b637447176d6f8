package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	securejoin "github.com/cyphar/filepath-securejoin"
	pathrs "github.com/cyphar/filepath-securejoin/pathrs-lite"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// Most containers find everything in its place when their init begins: the launching thread has mounted /sys and the volumes where
// they belong in the new root, one call for each, and has put /dev together. Only /proc, which needs the PID namespace, and /dev
// as a whole are left to libcontainer, which would make a /dev of its own if it did not see that there is one.
// libcontainer would do the same in the init with a hundred system calls for each mount, as it has to work on every kernel and in
// namespaces of users.

// placed says whether a container is one of those. What is mounted at /proc or over /sys, travels between namespaces, or belongs
// to a user namespace or another runtime is left to libcontainer.
func placed(s *wire.Start) bool {
	if !stagedDev(s) {
		return false
	}
	for _, m := range s.Spec.Mounts {
		dest := filepath.Clean(m.Destination)
		if m.Tmpfs || m.Propagation != wire.PropagationNone || !filepath.IsAbs(dest) || dest == "/" || dest == "/sys" ||
			beneath(dest, "/proc") || beneath(dest, "/sys/fs/cgroup") {
			return false
		}
	}
	return true
}

// beneath says whether a clean path is top or in it.
func beneath(path, top string) bool {
	rest, ok := strings.CutPrefix(path, top)
	return ok && (rest == "" || rest[0] == '/')
}

// place puts everything into the root that the calling thread has mounted. The thread has joined the container's namespaces.
func (s *server) place(st *wire.Start, fds map[string]*os.File) error {
	f := &s.facts
	root, err := newPlacer(f.rootDir, "proc", "dev")
	if err != nil {
		return err
	}
	defer root.root.Close()
	lazy := s.triggers.forContainer(st, fds[wire.FDNet] != nil)
	if err := root.sys(st, f, s.triggers, lazy.net); err != nil {
		return err
	}
	dir := devDir(f.devices, st.Spec.ID)
	if err := stageDev(st, dir, lazy.pts); err != nil {
		return fmt.Errorf("prepare /dev: %w", err)
	}
	dev, err := newPlacer(dir)
	if err != nil {
		return err
	}
	defer dev.root.Close()
	for i, m := range st.Spec.Mounts {
		p, dest := root, filepath.Clean(m.Destination)
		if beneath(dest, "/dev") {
			p, dest = dev, strings.TrimPrefix(dest, "/dev")
		}
		if err := p.volume(m, dest, fds[wire.FDMount(i)]); err != nil {
			return fmt.Errorf("mount %s: %w", m.Destination, err)
		}
	}
	return nil
}

// placer puts mounts into a root that nothing runs in yet; what is in the root may lead anywhere all the same.
type placer struct {
	root *os.File
	// covered are directories of the root over which something is mounted later.
	covered []string
}

func newPlacer(dir string, covered ...string) (*placer, error) {
	root, err := os.OpenFile(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return &placer{root, covered}, nil
}

// sys mounts /sys, with a trigger that which all containers see, and in it the container's groups of cgroup version 1.
func (p *placer) sys(st *wire.Start, f *hostFacts, t *triggers, trigger string) error {
	if err := p.sysfs(t, trigger); err != nil {
		return err
	}
	if !stagedCgroup(st, f.cgroupV2) {
		return nil
	}
	const top, attrs = "/sys/fs/cgroup", unix.MOUNT_ATTR_RDONLY | sealedAttrs
	if err := p.bind(filepath.Join(f.fixed, fixedGroups), top, attrs); err != nil {
		return err
	}
	for _, h := range f.groups {
		from, err := h.shown(st)
		if err == nil && from != "" {
			err = p.bind(from, filepath.Join(top, filepath.Base(h.mountPoint)), attrs)
		}
		if err != nil {
			return fmt.Errorf("prepare %s: %w", top, err)
		}
	}
	return nil
}

func (p *placer) sysfs(t *triggers, trigger string) error {
	const attrs = unix.MOUNT_ATTR_RDONLY | sealedAttrs
	if trigger == "" {
		fd, err := newMount("sysfs", attrs)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		return p.put(fd, "/sys", true)
	}
	return errors.Join(p.bind(t.sys, "/sys", attrs),
		p.bind(trigger, filepath.Join("/sys", sysClassNet), triggerAttrs), p.bind(trigger, filepath.Join("/sys", sysVirtualNet), triggerAttrs))
}

// volume puts one of the container's own mounts in its place.
func (p *placer) volume(m wire.Mount, dest string, f *os.File) error {
	if f == nil {
		return errors.New("no descriptor came for it")
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	fd := int(f.Fd())
	// What is mounted on the host later must not come, nor go back.
	if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &unix.MountAttr{Propagation: unix.MS_PRIVATE}); err != nil {
		return fmt.Errorf("mount attributes: %w", err)
	}
	if attrs := mountAttrs(m); attrs != 0 {
		if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: attrs}); err != nil {
			return fmt.Errorf("mount attributes: %w", err)
		}
	}
	if m.RecursiveReadOnly {
		if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}); err != nil {
			return fmt.Errorf("mount attributes: %w", err)
		}
	}
	return p.put(fd, dest, info.IsDir())
}

func mountAttrs(m wire.Mount) (attrs uint64) {
	for _, f := range []struct {
		on   bool
		attr uint64
	}{{m.ReadOnly, unix.MOUNT_ATTR_RDONLY}, {m.NoExec, unix.MOUNT_ATTR_NOEXEC}, {m.NoDev, unix.MOUNT_ATTR_NODEV}, {m.NoSuid, unix.MOUNT_ATTR_NOSUID}} {
		if f.on {
			attrs |= f.attr
		}
	}
	return attrs
}

// bind puts a copy of a directory's mount somewhere.
func (p *placer) bind(from, dest string, attrs uint64) error {
	c, err := newCover(from, attrs)
	if err != nil {
		return err
	}
	defer c.close()
	return p.put(c.fd, dest, true)
}

// put attaches a detached mount, and makes its mount point if there is none.
func (p *placer) put(fd int, dest string, dir bool) error {
	at, err := p.open(dest)
	if errors.Is(err, unix.ENOENT) {
		at, err = p.make(dest, dir)
	}
	if err != nil {
		return fmt.Errorf("mount point %s: %w", dest, err)
	}
	defer at.Close()
	if err := p.check(at, dest); err != nil {
		return err
	}
	if info, err := at.Stat(); err == nil && info.IsDir() != dir { // the kernel says no more than that it is invalid
		return fmt.Errorf("mount on %s: %s", dest, map[bool]string{true: "a directory cannot be mounted onto a file", false: "a file cannot be mounted onto a directory"}[dir])
	}
	if err := unix.MoveMount(fd, "", int(at.Fd()), "", unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH); err != nil {
		return fmt.Errorf("mount on %s: %w", dest, err)
	}
	return nil
}

// openTries bounds how often a path is looked up that changes meanwhile: it may lie in a volume of a running container.
const openTries = 128

// open looks a path up with the root as the kernel's limit. /sys must not lead elsewhere.
func (p *placer) open(dest string) (*os.File, error) {
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS}
	if dest == "/sys" {
		how.Resolve |= unix.RESOLVE_NO_SYMLINKS
	}
	for range openTries {
		fd, err := unix.Openat2(int(p.root.Fd()), dest, &how)
		if err == nil {
			return os.NewFile(uintptr(fd), dest), nil
		}
		if !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
			return nil, err
		}
	}
	return nil, unix.EAGAIN
}

// make makes a mount point: a directory, or an empty file with the directories that it needs. A link that leads nowhere is followed
// within the root, as the path would be then.
func (p *placer) make(dest string, dir bool) (*os.File, error) {
	full, err := securejoin.SecureJoin(p.root.Name(), dest)
	if err != nil {
		return nil, err
	}
	rel := strings.TrimPrefix(full, p.root.Name())
	if dir {
		return pathrs.MkdirAllHandle(p.root, rel, 0o755)
	}
	parent, err := pathrs.MkdirAllHandle(p.root, filepath.Dir(rel), 0o755)
	if err != nil {
		return nil, err
	}
	defer parent.Close()
	fd, err := unix.Openat(int(parent.Fd()), filepath.Base(rel), unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o644)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), dest), nil
}

// check refuses a mount point that a link has led to the root itself, or to where something is mounted over it later.
func (p *placer) check(at *os.File, dest string) error {
	path, err := os.Readlink(fmt.Sprintf("/proc/thread-self/fd/%d", at.Fd()))
	if err != nil {
		return err
	}
	rel, ok := strings.CutPrefix(path, p.root.Name()+"/")
	if !ok {
		return fmt.Errorf("mount point %s is not in the container's root", dest)
	}
	for _, dir := range p.covered {
		if beneath(rel, dir) {
			return fmt.Errorf("mount point %s leads to /%s", dest, dir)
		}
	}
	return nil
}

// newMount makes a file system of its own, detached. Options are names and values; a flag has no value.
func newMount(kind string, attrs int, options ...string) (int, error) {
	fs, err := unix.Fsopen(kind, unix.FSOPEN_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("fsopen %s: %w", kind, err)
	}
	defer unix.Close(fs)
	for _, o := range options {
		name, value, ok := strings.Cut(o, "=")
		if ok {
			err = unix.FsconfigSetString(fs, name, value)
		} else {
			err = unix.FsconfigSetFlag(fs, name)
		}
		if err != nil {
			return -1, fmt.Errorf("option %s of %s: %w", o, kind, err)
		}
	}
	if err := unix.FsconfigCreate(fs); err != nil {
		return -1, fmt.Errorf("create %s: %w", kind, err)
	}
	fd, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, attrs)
	if err != nil {
		return -1, fmt.Errorf("fsmount %s: %w", kind, err)
	}
	return fd, nil
}
