package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// The mount points that an image lacks are the same for all containers of the image with the same mounts. They are made once, as a
// layer that lies over the image's: else each container would make a dozen files in its own. A container with a read-only root then
// needs no writable layer at all. It has a file system of its own all the same: in one that is shared, files that one container
// locks would be locked for the others.

// maxPoints bounds the layers of mount points that are kept on a node: each has some empty files and directories. Containers
// beyond them make their own.
const maxPoints = 1000

// rootPlan is how the root of a container comes to be.
type rootPlan struct {
	layers []string // the image's, and the one of mount points on top if there is one
	sealed bool     // there is no writable layer
}

// planRoot decides how.
func (s *server) planRoot(st *wire.Start, fds map[string]*os.File) rootPlan {
	plan := rootPlan{layers: st.Spec.Layers}
	if !placed(st) || len(plan.layers) == 0 {
		return plan
	}
	dir := filepath.Join(filepath.Dir(filepath.Dir(st.DataDir)), "points")
	points, err := s.points.of(dir, plan.layers, mountPoints(st, fds), s.makePoints)
	if err != nil {
		s.log.Printf("layer of mount points: %v", err)
	}
	if points != "" {
		plan.layers = append(slices.Clone(plan.layers), points)
		plan.sealed = st.Spec.ReadOnlyRootfs && takesLayers()
	}
	return plan
}

// makeWritable makes what the container writes to. A sealed root has only the directory by which others find the container.
func (p *rootPlan) makeWritable(st *wire.Start) error {
	if !p.sealed {
		return makeWritable(st.DataDir, st.IDs)
	}
	if err := os.MkdirAll(st.DataDir, 0o755); err != nil {
		return fmt.Errorf("directory of the container: %w", err)
	}
	return nil
}

// mount mounts the root on target in the calling thread's mount namespace; layers are the plan's, as they are seen there.
func (p *rootPlan) mount(layers []string, dataDir, target, stage string) error {
	if p.sealed {
		return mountOverlay(layers, "", target)
	}
	return mountRoot(layers, dataDir, target, stage)
}

// takesLayers says whether the kernel's overlay takes layers one by one; the old way needs a writable layer.
func takesLayers() bool {
	fs, err := unix.Fsopen("overlay", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return false
	}
	defer unix.Close(fs)
	return unix.FsconfigSetString(fs, "lowerdir+", "/") == nil
}

// mountPoint is where something is mounted in a root.
type mountPoint struct {
	path string
	dir  bool
}

// mountPoints are those of a container that lie in its root, and not in what is mounted there.
func mountPoints(st *wire.Start, fds map[string]*os.File) []mountPoint {
	points := []mountPoint{{"/proc", true}, {"/sys", true}, {"/dev", true}}
	var above []string
	add := func(path string, dir bool) {
		path = filepath.Clean(path)
		inside := func(top string) bool { return beneath(path, top) }
		if beneath(path, "/proc") || beneath(path, "/sys") || beneath(path, "/dev") || slices.ContainsFunc(above, inside) {
			return
		}
		points = append(points, mountPoint{path, dir})
	}
	for i, m := range st.Spec.Mounts {
		info, err := fds[wire.FDMount(i)].Stat()
		if err != nil {
			continue // its mount says so
		}
		add(m.Destination, info.IsDir())
		above = append(above, filepath.Clean(m.Destination))
	}
	if cwd := filepath.Clean(st.Spec.Cwd); filepath.IsAbs(cwd) && cwd != "/" {
		add(cwd, true) // the init makes it if it is not there
	}
	return points
}

// pointLayers are the layers of mount points by what they are for.
type pointLayers struct {
	mu    sync.Mutex
	known map[string]func() (string, error)
}

// of is the layer for an image and its mount points below dir; make makes it there once. Empty, without an error, if there are too
// many already.
func (p *pointLayers) of(dir string, layers []string, points []mountPoint, make func(dir string, layers []string, points []mountPoint) error) (string, error) {
	h := sha256.New()
	for _, l := range layers {
		fmt.Fprintf(h, "%q ", l)
	}
	for _, m := range points {
		fmt.Fprintf(h, "%q %t ", m.path, m.dir)
	}
	at := filepath.Join(dir, hex.EncodeToString(h.Sum(nil)[:16]))
	p.mu.Lock()
	if p.known == nil {
		p.known = map[string]func() (string, error){}
	}
	layer := p.known[at]
	if layer == nil {
		layer = sync.OnceValues(func() (string, error) {
			if _, err := os.Stat(at); err == nil {
				return at, nil // of an earlier supervisor, or another one
			}
			if there, err := os.ReadDir(dir); err == nil && len(there) >= maxPoints {
				return "", nil
			}
			if err := make(at, layers, points); err != nil {
				return "", err
			}
			return at, nil
		})
		if len(p.known) < maxPoints {
			p.known[at] = layer
		}
	}
	p.mu.Unlock()
	return layer()
}

// makePoints makes a layer of mount points: what an overlay over the image copies up and makes when they are made in it, so that
// directories of the image keep their owners and modes.
func (s *server) makePoints(at string, layers []string, points []mountPoint) error {
	tmp := at + "." + filepath.Base(s.dir) + ".new"
	if err := os.RemoveAll(tmp); err != nil {
		return err
	}
	if err := makeWritable(tmp, nil); err != nil {
		return err
	}
	err := onMounts(func() error {
		if err := mountRoot(layers, tmp, s.facts.rootDir, s.facts.stage); err != nil {
			return err
		}
		p, err := newPlacer(s.facts.rootDir)
		if err != nil {
			return err
		}
		defer p.root.Close()
		for _, m := range points {
			p.ensure(m)
		}
		return nil
	})
	if err == nil {
		err = os.Rename(filepath.Join(tmp, "upper"), at)
	}
	if errors.Is(err, fs.ErrExist) || errors.Is(err, unix.ENOTEMPTY) {
		err = nil // another supervisor was faster
	}
	return errors.Join(err, os.RemoveAll(tmp))
}

// ensure makes a mount point that is not there. What cannot be made is left to whoever mounts there, whose error says why.
func (p *placer) ensure(m mountPoint) {
	at, err := p.open(m.path)
	if errors.Is(err, unix.ENOENT) {
		at, err = p.make(m.path, m.dir)
	}
	if err == nil {
		at.Close()
	}
}

// onMounts runs f on a thread with a mount namespace of its own, which ends with it.
func onMounts(f func() error) error {
	return onThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
			return fmt.Errorf("unshare mount namespace: %w", err)
		}
		return f()
	})
}
