package container

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gantry.dev/gantry/internal/driver/container/wire"
)

func (n *Native) loadSandboxes() error {
	entries, err := os.ReadDir(filepath.Join(n.opts.RunDir, "sandboxes"))
	if err != nil {
		return fmt.Errorf("list sandboxes: %w", err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		body, err := os.ReadFile(filepath.Join(n.opts.RunDir, "sandboxes", e.Name()))
		if err != nil {
			return fmt.Errorf("read sandbox: %w", err)
		}
		sb := &sandbox{}
		if err := json.Unmarshal(body, sb); err != nil {
			return fmt.Errorf("sandbox %s: %w", e.Name(), err)
		}
		n.sandboxes[sb.Config.ID] = sb
	}
	return nil
}

// openNamespaces opens what a container of the sandbox has to join.
func (n *Native) openNamespaces(sb *sandbox) (names []string, files []*os.File, err error) {
	err = n.inHolder(func() error {
		for _, k := range sb.ownKinds() {
			name := sb.Config.ID
			if k == kindNet {
				name = sb.NetNS
			}
			f, err := openPin(k, name)
			if err != nil {
				return err
			}
			names, files = append(names, string(k)), append(files, f)
		}
		return nil
	})
	if err != nil {
		wire.CloseAll(files)
		return nil, nil, err
	}
	return names, files, nil
}

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
