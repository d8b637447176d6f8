package image

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"
)

// attributes of a directory that a layer implies must be those of the layers below.
type attributes struct {
	mode     uint32 // with setuid, setgid, sticky
	uid, gid uint32
}

func attributesOf(st fs.FileInfo) attributes {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return attributes{mode: uint32(st.Mode().Perm())} // no layer is on a file system without
	}
	return attributes{sys.Mode & 0o7777, sys.Uid, sys.Gid}
}

// adoptParents gives the directory to use for each layer of an image: the layer itself, or, if directories that it
// implies have other attributes in the layers below, a variant of it with those. A variant is named by the layer and
// the changes, shared like a layer, and costs its directories only: its files are hard links.
func (j *job) adoptParents(rec *record, pins []v1.Hash) error {
	var below []string
	for i := range rec.Layers {
		l := &rec.Layers[i]
		info, ok, err := j.s.hasLayer(l.DiffID)
		if err != nil || !ok {
			return errors.Join(err, because(Internal, fmt.Errorf("layer %s is not there", l.DiffID)))
		}
		changes, err := changedParents(j.s.layerFiles(l.DiffID), info.Implied, below)
		if err != nil {
			return fmt.Errorf("compare layer %s with those below: %w", l.DiffID, err)
		}
		if len(changes) > 0 {
			id := variantID(l.DiffID, info.Implied, changes)
			pins = append(pins, id)
			if err := j.pin(pins); err != nil {
				return err
			}
			if err := j.addVariant(id, l.DiffID, changes); err != nil {
				return fmt.Errorf("make a variant of layer %s: %w", l.DiffID, err)
			}
			l.Variant = &id
		}
		below = append(below, j.s.layerFiles(l.dir()))
	}
	return nil
}

// changedParents finds which implied directories of a layer have other attributes below, and which those are.
func changedParents(layer string, implied, below []string) (map[string]attributes, error) {
	if len(implied) == 0 || len(below) == 0 {
		return nil, nil
	}
	lower, err := openLayers(below)
	if err != nil {
		return nil, err
	}
	defer lower.close()
	changes := map[string]attributes{}
	for _, dir := range implied {
		want, ok, err := lower.dirAttributes(dir)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		have, err := os.Lstat(filepath.Join(layer, dir))
		if err != nil {
			return nil, err
		}
		if have.IsDir() && attributesOf(have) != want {
			changes[dir] = want
		}
	}
	return changes, nil
}

// variantID is the digest of what the variant is. order lists the keys of changes, and perhaps more.
func variantID(layer v1.Hash, order []string, changes map[string]attributes) v1.Hash {
	var b strings.Builder
	fmt.Fprintf(&b, "layer variant of %s\n", layer)
	for _, dir := range order {
		if a, ok := changes[dir]; ok {
			fmt.Fprintf(&b, "%q %o %d %d\n", dir, a.mode, a.uid, a.gid)
		}
	}
	return digestOf([]byte(b.String()))
}

// addVariant makes a variant present.
func (j *job) addVariant(id, layer v1.Hash, changes map[string]attributes) error {
	if _, ok, err := j.s.hasLayer(id); ok || err != nil {
		return err
	}
	tmp := filepath.Join(j.dir, id.Hex)
	root := filepath.Join(tmp, "fs")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return err
	}
	if err := linkTree(j.s.layerFiles(layer), root); err != nil {
		return err
	}
	for dir, a := range changes {
		path := filepath.Join(root, dir)
		if err := errors.Join(unix.Lchown(path, int(a.uid), int(a.gid)), unix.Chmod(path, a.mode)); err != nil {
			return fmt.Errorf("set attributes of /%s: %w", dir, err)
		}
	}
	if err := os.Link(filepath.Join(j.s.layerDir(layer), "layer.json"), filepath.Join(tmp, "layer.json")); err != nil {
		return err
	}
	return j.publishLayer(tmp, id)
}

// linkTree makes dst a copy of the directory src: directories are new, with all attributes, everything else is a hard
// link. Both are ours alone, so nobody puts symlinks in the way.
func linkTree(src, dst string) error {
	st, err := os.Lstat(src)
	if err != nil {
		return err
	}
	if err := os.Mkdir(dst, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(src)
	if err != nil {
		return err
	}
	for _, e := range entries {
		from, to := filepath.Join(src, e.Name()), filepath.Join(dst, e.Name())
		if e.IsDir() {
			err = linkTree(from, to)
		} else {
			err = os.Link(from, to)
		}
		if err != nil {
			return err
		}
	}
	if err := copyXattrs(src, dst); err != nil {
		return fmt.Errorf("copy extended attributes of %s: %w", src, err)
	}
	a := attributesOf(st)
	return errors.Join(unix.Lchown(dst, int(a.uid), int(a.gid)), unix.Chmod(dst, a.mode), os.Chtimes(dst, st.ModTime(), st.ModTime()))
}

// xattrLimit is the kernel's bound on a list of names and on a value.
const xattrLimit = 64 << 10

// copyXattrs copies all extended attributes; the mark of an opaque directory is one.
func copyXattrs(src, dst string) error {
	buf := make([]byte, xattrLimit)
	n, err := unix.Llistxattr(src, buf)
	if errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	if err != nil {
		return err
	}
	value := make([]byte, xattrLimit)
	for name := range strings.SplitSeq(strings.TrimSuffix(string(buf[:n]), "\x00"), "\x00") {
		if name == "" {
			continue
		}
		n, err := unix.Lgetxattr(src, name, value)
		if err != nil {
			return err
		}
		if err := unix.Lsetxattr(dst, name, value[:n], 0); err != nil {
			return err
		}
	}
	return nil
}
