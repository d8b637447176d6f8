package image

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// symlinkLimit is how many symlinks one lookup follows: what the kernel allows.
const symlinkLimit = 40

// openInLayers opens a regular file of an image without mounting it, as overlayfs would find it: the topmost layer
// wins, whiteouts hide, opaque directories end the search. Symlinks are resolved within the image, with "/" as its
// root; nothing outside of the layers can be reached. The file may be absent: fs.ErrNotExist.
func openInLayers(layers []string, name string) (*os.File, error) {
	l, err := openLayers(layers)
	if err != nil {
		return nil, err
	}
	defer l.close()
	return l.open(name)
}

// layerFS is the layers of an image, the topmost first.
type layerFS struct{ roots []layerRoot }

type layerRoot struct {
	*os.Root
	dir string
}

func openLayers(layers []string) (*layerFS, error) {
	l := &layerFS{}
	for _, dir := range slices.Backward(layers) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			l.close()
			return nil, fmt.Errorf("open layer: %w", err)
		}
		l.roots = append(l.roots, layerRoot{root, dir})
	}
	return l, nil
}

// dirAttributes gives the attributes of a directory as they show, and whether it is one. No symlinks are followed.
func (l *layerFS) dirAttributes(name string) (attributes, bool, error) {
	at, in := ".", l.roots
	var here found
	for _, c := range split(name) {
		at = path.Join(at, c)
		var err error
		here, in, err = lookup(in, at)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !here.info.IsDir() {
			return attributes{}, false, nil
		}
		if err != nil {
			return attributes{}, false, err
		}
	}
	return attributesOf(here.info), true, nil
}

func (l *layerFS) close() {
	for _, r := range l.roots {
		r.Close()
	}
}

func (l *layerFS) open(name string) (*os.File, error) {
	todo := split(name) // components still to walk
	at := "."           // the real directory reached so far: no symlinks in it, in any layer of in
	in := l.roots       // the layers in which that directory exists and shows
	links := 0
	for len(todo) > 0 {
		if todo[0] == ".." { // only from symlinks; walk again from the root, where ".." stays
			todo = append(split(path.Dir("/"+at)), todo[1:]...)
			at, in = ".", l.roots
			continue
		}
		next := path.Join(at, todo[0])
		rest := todo[1:]
		here, dirs, err := lookup(in, next)
		if err != nil {
			return nil, err
		}
		switch {
		case here.info.IsDir():
			at, in, todo = next, dirs, rest
		case here.info.Mode()&fs.ModeSymlink != 0:
			if links++; links > symlinkLimit {
				return nil, &fs.PathError{Op: "open", Path: name, Err: unix.ELOOP}
			}
			target, err := here.root.Readlink(next)
			if err != nil {
				return nil, err
			}
			if path.IsAbs(target) {
				at, in = ".", l.roots
			}
			todo = append(split(target), rest...)
		case here.info.Mode().IsRegular() && len(rest) == 0:
			return here.root.Open(next)
		default: // a device, a pipe, or a file where a directory should be
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: unix.EISDIR}
}

// found is what a path is in the topmost layer that has it.
type found struct {
	root layerRoot
	info fs.FileInfo
}

// lookup finds what name is in the merged view of layers, and, for a directory, which layers make it up. The parent
// of name is a directory in all of them.
func lookup(layers []layerRoot, name string) (found, []layerRoot, error) {
	var first *found
	var dirs []layerRoot
	for _, r := range layers {
		st, err := r.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return found{}, nil, err
		}
		if first != nil && !st.IsDir() || isWhiteout(st) {
			break // hides what is below
		}
		if first == nil {
			first = &found{r, st}
		}
		if !st.IsDir() {
			break
		}
		dirs = append(dirs, r)
		if isOpaque(path.Join(r.dir, name)) {
			break
		}
	}
	if first == nil {
		return found{}, nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return *first, dirs, nil
}

// isWhiteout recognises overlayfs's mark of a removed file: a character device 0/0.
func isWhiteout(st fs.FileInfo) bool {
	sys, ok := st.Sys().(*syscall.Stat_t)
	return ok && st.Mode()&fs.ModeCharDevice != 0 && sys.Rdev == 0
}

// isOpaque recognises overlayfs's mark of a directory that hides those below it.
func isOpaque(dir string) bool {
	var v [1]byte
	n, err := unix.Lgetxattr(dir, "trusted.overlay.opaque", v[:])
	return err == nil && n == 1 && v[0] == 'y'
}

// split gives the components of a path, ".." included, "." and empty ones not.
func split(name string) []string {
	var out []string
	for c := range strings.SplitSeq(name, "/") {
		if c != "" && c != "." {
			out = append(out, c)
		}
	}
	return out
}
