package container

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// loadSandboxes reads the records of an earlier process. One that says nothing is set aside: what it spoke of belongs to nobody then, and
// is swept away, which must not keep all others from going on.
func (n *Native) loadSandboxes() error {
	entries, err := os.ReadDir(filepath.Join(n.opts.RunDir, "sandboxes"))
	if err != nil {
		return fmt.Errorf("list sandboxes: %w", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json.new") { // an earlier process died in the middle of it
			if err := os.Remove(filepath.Join(n.opts.RunDir, "sandboxes", e.Name())); err != nil {
				return fmt.Errorf("remove half a record of a sandbox: %w", err)
			}
		}
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		body, err := os.ReadFile(filepath.Join(n.opts.RunDir, "sandboxes", e.Name()))
		if err != nil {
			return fmt.Errorf("read sandbox: %w", err)
		}
		sb := &sandbox{}
		if err := sb.decode(body, e.Name()); err != nil {
			n.log.Error("the record of a sandbox is set aside, its pod is made anew", "file", e.Name(), "err", err)
			path := filepath.Join(n.opts.RunDir, "sandboxes", e.Name())
			if err := os.Rename(path, path+".bad"); err != nil {
				return fmt.Errorf("set aside the record of a sandbox: %w", err)
			}
			continue
		}
		n.sandboxes[sb.Config.ID] = sb
	}
	return nil
}

// decode reads a record, which has to be that of the sandbox that its file is named after.
func (sb *sandbox) decode(body []byte, file string) error {
	if err := json.Unmarshal(body, sb); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	if sb.Config.ID+".json" != file {
		return fmt.Errorf("it is that of sandbox %q", sb.Config.ID)
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
