package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/autofs"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// What few containers look at is mounted when they do: in its place is a directory of an autofs, and whoever looks into it waits until
// we have mounted over it what he looks for (triggered.go). Each file system that a container does not have is one for which no memory
// cgroup of the machine has to keep anything (ADR 26).

// What a trigger stands for; the trigger of a container is its id with this after it.
const (
	triggerPTS = ".pts" // the terminals: a devpts of the container's own on /dev/pts
	triggerNet = ".net" // the links of its network namespace, in sysfs
)

// triggerAttrs are those of the mounts of triggers. Nobody else can write to them anyway.
const triggerAttrs = unix.MOUNT_ATTR_RDONLY | sealedAttrs

// triggers is the autofs of a supervisor. A nil one has none: all is mounted at once.
type triggers struct {
	s    *server
	dir  string // where it is mounted, in our mount namespace only
	sys  string // the sysfs that all containers see; "" if each needs its own
	fs   *autofs.FS
	dev  uint64
	busy sync.Mutex // held while one is answered: they would wait for each other in the kernel

	mu   sync.Mutex
	made map[string]bool // the directories
}

// Names of what a program before this one, or the agent, has left open.
const (
	heirTriggers = "triggers" // a detached mount of the autofs
	heirLooks    = "looks"    // the pipe through which the kernel asks
)

// openTriggers begins to serve the autofs that the agent, or the program before this one, has left. The lock of the directory is held.
func (s *server) openTriggers(left handover) (*triggers, error) {
	t := &triggers{s: s, dir: filepath.Join(s.dir, "triggers"), made: map[string]bool{}}
	if err := os.MkdirAll(t.dir, 0o700); err != nil {
		return nil, err
	}
	mounted, err := isMountPoint(t.dir)
	if err != nil {
		return nil, err
	}
	if !mounted {
		given := left[heirTriggers]
		if given == nil {
			return nil, errors.New("no autofs came from the agent")
		}
		defer given.Close()
		if err := moveTo(int(given.Fd()), t.dir); err != nil {
			return nil, err
		}
	}
	if looks := left[heirLooks]; mounted && looks != nil {
		t.fs, err = autofs.Resume(t.dir, int(looks.Fd()))
	} else {
		t.fs, err = autofs.Serve(t.dir)
	}
	if err != nil {
		return nil, err
	}
	if t.sys, err = mountShownSys(filepath.Join(s.dir, "sys")); err != nil {
		s.log.Printf("each container has a sysfs of its own: %v", err)
	}
	var st unix.Stat_t
	entries, rerr := os.ReadDir(t.dir)
	if err := errors.Join(unix.Stat(t.dir, &st), rerr); err != nil {
		return nil, errors.Join(err, t.fs.Close())
	}
	for _, e := range entries {
		t.made[e.Name()] = true
	}
	t.dev = st.Dev
	if err := s.loop.add(t.fs.Events(), unix.EPOLLIN, t); err != nil {
		return nil, errors.Join(err, t.fs.Close())
	}
	return t, nil
}

// sweep removes the triggers of containers that are no more.
func (t *triggers) sweep() {
	if t == nil {
		return
	}
	t.mu.Lock()
	var ids []string
	for name := range t.made {
		ids = append(ids, strings.TrimSuffix(name, filepath.Ext(name)))
	}
	t.mu.Unlock()
	for _, id := range ids {
		if _, err := os.Stat(t.s.recordPath(id)); errors.Is(err, fs.ErrNotExist) {
			t.remove(id)
		}
	}
}

// triggered are the directories for a container: "" for what is mounted at once.
type triggered struct {
	pts, net string
}

// forContainer makes the triggers of a container that is placed. What has a terminal will look at its terminals, and what is mounted in
// such a place needs it to be there; without a network namespace of its own a container has the host's sysfs.
func (t *triggers) forContainer(st *wire.Start, ownNet bool) (out triggered) {
	if t == nil {
		return out
	}
	inside := func(top string) bool {
		for _, m := range st.Spec.Mounts {
			if beneath(filepath.Clean(m.Destination), top) {
				return true
			}
		}
		return false
	}
	var err error
	if !st.Spec.TTY && !inside("/dev/pts") {
		out.pts, err = t.make(st.Spec.ID + triggerPTS)
	}
	if err == nil && ownNet && t.sys != "" && !inside("/sys") {
		out.net, err = t.make(st.Spec.ID + triggerNet)
	}
	if err != nil {
		t.s.log.Printf("container %s has more file systems than it needs: %v", st.Spec.ID, err)
	}
	return out
}

// make makes a trigger.
func (t *triggers) make(name string) (string, error) {
	path := filepath.Join(t.dir, name)
	if err := makeDir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.made[name] = true
	return path, nil
}

// remove removes those of a container.
func (t *triggers) remove(id string) {
	if t == nil {
		return
	}
	for _, kind := range []string{triggerPTS, triggerNet} {
		t.mu.Lock()
		made := t.made[id+kind]
		delete(t.made, id+kind)
		t.mu.Unlock()
		if !made {
			continue // the kernel would remember that there is none
		}
		if err := unix.Rmdir(filepath.Join(t.dir, id+kind)); err != nil {
			t.s.log.Printf("container %s: %v", id, fmt.Errorf("remove its trigger %s: %w", kind, err))
		}
	}
}

// leave lets nobody wait any more.
func (t *triggers) leave() {
	if t == nil {
		return
	}
	if err := t.fs.Close(); err != nil {
		t.s.log.Printf("triggers: %v", err)
	}
}

// park lets the program after this one answer: what is being answered is finished first.
func (t *triggers) park() *os.File {
	t.busy.Lock() // and never unlocked
	t.s.loop.remove(t.fs.Events())
	return os.NewFile(uintptr(t.fs.Events()), heirLooks)
}
