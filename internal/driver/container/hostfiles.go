package container

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// HostImage is the name of an image with nothing in it, which is always present: Pods whose program is one of the machine's use it.
const HostImage = "gantry.dev/host"

// DefaultHostPaths are what a raw program sees of the machine: programs, libraries and what they need to be found and to check
// certificates, but no secrets, homes or data. What is not there is left out.
func DefaultHostPaths() []string {
	return []string{
		"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/opt",
		"/etc/alternatives", "/etc/ca-certificates*", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki", "/etc/java*",
		"/etc/ld.so.cache", "/etc/ld.so.conf*", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/localtime",
		"/etc/protocols", "/etc/services", "/etc/mime.types",
	}
}

// hostDirs are made in the root of a raw program, so that what is mounted and written has a place.
var hostDirs = [...]string{"etc", "tmp", "var/tmp", "run", "proc", "sys", "dev", "root"}

// hostRoot is the lowest layer of a handler's containers, and what of the machine is mounted over it.
type hostRoot struct {
	layer  string
	mounts []Mount
}

// openHostRoot makes the layer anew: the machine may have changed. Running containers keep what they have.
func openHostRoot(dir string, h *ExecHandler) (*hostRoot, error) {
	r := &hostRoot{layer: dir}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for _, d := range hostDirs {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return nil, err
		}
	}
	for _, d := range []string{"tmp", "var/tmp"} {
		if err := os.Chmod(filepath.Join(dir, d), 0o777|os.ModeSticky); err != nil {
			return nil, err
		}
	}
	patterns := h.HostPaths
	if len(patterns) == 0 {
		patterns = DefaultHostPaths()
	}
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 && len(h.HostPaths) > 0 {
			return nil, fmt.Errorf("exec.hostPaths: %s: %w", p, fs.ErrNotExist)
		}
		slices.Sort(found)
		for _, path := range found {
			if err := r.show(filepath.Clean(path)); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// show makes a path of the machine visible: a link as a link, anything else as a mount.
func (r *hostRoot) show(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink == 0 {
		r.mounts = append(r.mounts, Mount{
			Destination: path, Source: path, ReadOnly: true, RecursiveReadOnly: info.IsDir(), NoDev: true, Propagation: PropagationHostToContainer,
		})
		return nil
	}
	target, err := os.Readlink(path)
	if err != nil {
		return err
	}
	at := filepath.Join(r.layer, path)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Symlink(target, at)
}

// under puts the machine below an artifact: the artifact's files lie over the layer, its volumes over the mounts.
func (r *hostRoot) under(spec Spec) Spec {
	spec.Layers = append([]string{r.layer}, spec.Layers...)
	var mounts []Mount
	for _, m := range r.mounts {
		taken := slices.ContainsFunc(spec.Mounts, func(o Mount) bool { return filepath.Clean(o.Destination) == m.Destination })
		if !taken {
			mounts = append(mounts, m)
		}
	}
	spec.Mounts = append(mounts, spec.Mounts...)
	return spec
}

// openHostRoots prepares the handlers that run programs of the machine.
func (n *Native) openHostRoots() error {
	n.hostRoots = map[string]*hostRoot{}
	for _, h := range n.opts.Handlers {
		if h.Exec == nil {
			continue
		}
		r, err := openHostRoot(filepath.Join(n.opts.DataDir, "exec", h.Name), h.Exec)
		if err != nil {
			return fmt.Errorf("runtime %q: %w", h.Name, err)
		}
		n.hostRoots[h.Name] = r
	}
	return nil
}
