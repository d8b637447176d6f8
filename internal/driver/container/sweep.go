package container

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sweep removes what an interrupted CreateSandbox has left: what has a sandbox's name and no record. Network
// namespaces stay, for a pool may own them: see ListNetNS.
func (n *Native) sweep() error {
	err := n.inHolder(func() error {
		var errs []error
		for _, k := range []kind{kindIPC, kindUTS, kindUser} {
			entries, err := os.ReadDir("/" + string(k))
			if k == kindUser && errors.Is(err, fs.ErrNotExist) {
				continue // none was ever made
			}
			if err != nil {
				return fmt.Errorf("list %s namespaces: %w", k, err)
			}
			for _, e := range entries {
				if n.sandboxes[e.Name()] == nil {
					errs = append(errs, unpin(k, e.Name()))
				}
			}
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	shm, err := os.ReadDir(filepath.Join(n.opts.RunDir, shmDir))
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	for _, e := range shm {
		if n.sandboxes[e.Name()] == nil {
			if err := os.RemoveAll(n.shmPath(e.Name())); err != nil {
				return fmt.Errorf("sweep: %w", err)
			}
		}
	}
	for _, root := range n.cg.roots {
		entries, err := os.ReadDir(filepath.Join(root, cgroupRoot(n.opts.Instance)))
		if err != nil {
			continue // no cgroup of this instance in this hierarchy
		}
		for _, e := range entries {
			id, isPod := strings.CutPrefix(e.Name(), "pod")
			if isPod && e.IsDir() && n.sandboxes[id] == nil {
				if err := n.cg.removeTree(n.podCgroup(id)); err != nil {
					return fmt.Errorf("sweep: %w", err)
				}
			}
		}
	}
	return nil
}

// sweepLayers removes writable layers of containers of which no supervisor has a record: the machine went down, and the records with it.
// A record is written before its layer and removed after it, so one that is being started meanwhile has both.
func (n *Native) sweepLayers() error {
	layers, err := os.ReadDir(filepath.Join(n.opts.DataDir, "containers"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweep writable layers: %w", err)
	}
	records, err := filepath.Glob(filepath.Join(n.opts.RunDir, "sup", "*", "c", "*.json*"))
	if err != nil {
		return fmt.Errorf("sweep writable layers: %w", err)
	}
	known := map[string]bool{}
	for _, r := range records {
		id, _, _ := strings.Cut(filepath.Base(r), ".json")
		known[id] = true
	}
	for _, l := range layers {
		if known[l.Name()] {
			continue
		}
		if err := os.RemoveAll(n.layerDir(l.Name())); err != nil {
			return fmt.Errorf("sweep writable layers: %w", err)
		}
	}
	return nil
}
