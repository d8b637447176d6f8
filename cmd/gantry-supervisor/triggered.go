package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/autofs"
)

// ready takes what the kernel asks. There is one request at most for a trigger, so two for a container.
func (t *triggers) ready(uint32) {
	for {
		r, ok, err := t.fs.Next()
		if err != nil {
			t.s.log.Printf("triggers: %v", err)
			return
		}
		if !ok {
			return
		}
		go t.answer(r)
	}
}

// answer mounts what a trigger stands for, and lets those go on who have looked.
func (t *triggers) answer(r autofs.Request) {
	t.busy.Lock()
	defer t.busy.Unlock()
	err := t.mount(r)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ESRCH) { // the container has ended meanwhile
		t.s.log.Printf("mount for trigger %s: %v", r.Name, err)
	}
	if err := t.fs.Answer(r, err != nil); err != nil {
		t.s.log.Printf("answer to trigger %s: %v", r.Name, err)
	}
}

// mount mounts in the namespace of whoever has looked and, if that has not the trigger, in the container's: then somebody looks into
// it from outside.
func (t *triggers) mount(r autofs.Request) error {
	kind := filepath.Ext(r.Name)
	var at unix.Stat_t
	if err := unix.Stat(filepath.Join(t.dir, r.Name), &at); err != nil {
		return err
	}
	var seen []*task
	defer func() {
		for _, k := range seen {
			k.close()
		}
	}()
	rec, err := t.s.readRecord(strings.TrimSuffix(r.Name, kind))
	if err == nil && rec.PID != 0 { // else it is being started, and nobody else can look yet
		if first, err := openTask(rec.PID); err == nil {
			seen = append(seen, first)
			if started, err := first.started(); err != nil || started != rec.StartTime {
				return unix.ESRCH
			}
		}
	}
	looker, err := openTask(r.TID)
	if err == nil {
		seen = append([]*task{looker}, seen...)
	}
	if len(seen) == 0 {
		return unix.ESRCH
	}
	return onMounts(func() error {
		var parts []part
		var err error
		switch kind {
		case triggerPTS:
			parts, err = ptsParts()
		case triggerNet:
			parts, err = netParts(seen[len(seen)-1], t.s.facts.rootDir)
		default:
			err = unsupported("trigger %q", r.Name)
		}
		defer func() {
			for _, p := range parts {
				p.cover.close()
			}
		}()
		if err != nil {
			return err
		}
		for _, k := range seen {
			points, err := k.points(t.dev, "/"+r.Name)
			if err == nil && len(points) > 0 {
				return k.visit(func(root int) error { return coverAll(root, points, &at, parts) })
			}
		}
		return fs.ErrNotExist
	})
}

// part is something that is mounted for a trigger.
type part struct {
	cover *cover
	// rel is where it belongs below the top of its file system; it has a trigger of its own there, or comes with another.
	rel     string
	trigger bool
}

// ptsParts are terminals of the container's own: else those of all would be in one directory.
func ptsParts() ([]part, error) {
	fd, err := newPTS()
	if err != nil {
		return nil, err
	}
	return []part{{cover: &cover{fd: fd}, trigger: true}}, nil
}

// netParts are the directories of the links in the sysfs of a task's network namespace, which is mounted on stage in the calling
// thread's mount namespace.
func netParts(k *task, stage string) (parts []part, err error) {
	if err := k.join("net", unix.CLONE_NEWNET); err != nil {
		return nil, err
	}
	fd, err := newMount("sysfs", unix.MOUNT_ATTR_RDONLY|sealedAttrs)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	if err := moveTo(fd, stage); err != nil {
		return nil, err
	}
	links, err := os.ReadDir(filepath.Join(stage, sysClassNet))
	if err != nil {
		return nil, err
	}
	parts = []part{{rel: sysClassNet, trigger: true}, {rel: sysVirtualNet, trigger: true}}
	known := map[string]bool{sysVirtualNet: true}
	for _, l := range links {
		to, err := os.Readlink(filepath.Join(stage, sysClassNet, l.Name()))
		if err != nil {
			continue // no link, or gone meanwhile
		}
		if rel := filepath.Dir(filepath.Join(sysClassNet, to)); !known[rel] { // that of hardware
			known[rel] = true
			parts = append(parts, part{rel: rel})
		}
	}
	for i := range parts {
		if parts[i].cover, err = newCover(filepath.Join(stage, parts[i].rel), unix.MOUNT_ATTR_RDONLY|sealedAttrs); err != nil {
			return parts[:i], err
		}
	}
	return parts, nil
}

// coverAll puts parts over the triggers at these points below root, which nobody may have led elsewhere: what is there must be the
// trigger itself. What is covered already stays.
func coverAll(root int, points []string, trigger *unix.Stat_t, parts []part) error {
	put := func(p part, path string, trigger *unix.Stat_t) error {
		how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS}
		at, err := unix.Openat2(root, path, &how)
		if err != nil {
			return &os.PathError{Op: "open", Path: path, Err: err}
		}
		defer unix.Close(at)
		var st unix.Stat_t
		if err := unix.Fstat(at, &st); err != nil {
			return os.NewSyscallError("fstat", err)
		}
		if trigger != nil && (st.Dev != trigger.Dev || st.Ino != trigger.Ino) {
			return nil
		}
		return p.cover.putAt(at, "")
	}
	for _, point := range points {
		for _, p := range parts {
			top, ok := strings.CutSuffix(point, "/"+p.rel)
			if p.rel == "" {
				ok = true
			}
			if !ok || !p.trigger {
				continue
			}
			if err := put(p, point, trigger); err != nil {
				return err
			}
			for _, other := range parts {
				if p.rel == sysClassNet && !other.trigger {
					if err := ignoreMissing(put(other, top+"/"+other.rel, nil)); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}
