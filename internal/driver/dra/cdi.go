package dra

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// DefaultCDI are the directories of CDI files that the specification names; files of the last win.
func DefaultCDI() []string { return []string{"/etc/cdi", "/var/run/cdi"} }

// maxCDI bounds one CDI file: a driver that describes 10,000 devices needs a few megabytes.
const maxCDI = 16 << 20

// Edits are what a CDI device changes in a container; what we do not do is refused by name.
type Edits struct {
	Env            []string   `json:"env,omitempty"`
	DeviceNodes    []CDINode  `json:"deviceNodes,omitempty"`
	Mounts         []CDIMount `json:"mounts,omitempty"`
	AdditionalGIDs []uint32   `json:"additionalGids,omitempty"`
	Hooks          []any      `json:"hooks,omitempty"`
	IntelRDT       any        `json:"intelRdt,omitempty"`
	NetDevices     []any      `json:"netDevices,omitempty"`
}

// CDINode is a device node.
type CDINode struct {
	Path        string `json:"path"`
	HostPath    string `json:"hostPath,omitempty"` // empty is Path
	Permissions string `json:"permissions,omitempty"`
}

// CDIMount is a bind mount.
type CDIMount struct {
	HostPath      string   `json:"hostPath"`
	ContainerPath string   `json:"containerPath"`
	Options       []string `json:"options,omitempty"`
	Type          string   `json:"type,omitempty"`
}

// cdiFile is a CDI specification.
type cdiFile struct {
	Version string `json:"cdiVersion"`
	Kind    string `json:"kind"`
	Devices []struct {
		Name  string `json:"name"`
		Edits Edits  `json:"containerEdits"`
	} `json:"devices"`
	Edits Edits `json:"containerEdits"`
}

// Edits are what CDI devices ("vendor.example/class=name") change in a container.
func (m *Manager) Edits(names []string) (Edits, error) { return ReadEdits(m.c.CDI, names) }

// ReadEdits looks devices up in the CDI files of directories. Each file's common edits count once.
func ReadEdits(dirs, names []string) (out Edits, err error) {
	if len(names) == 0 {
		return out, nil
	}
	missing := slices.Clone(names)
	var broken []error
	for _, dir := range slices.Backward(dirs) {
		files, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return out, fmt.Errorf("CDI: %w", err)
		}
		for _, f := range files {
			if ext := filepath.Ext(f.Name()); len(missing) == 0 || ext != ".json" && ext != ".yaml" {
				continue
			}
			spec, err := readCDI(filepath.Join(dir, f.Name()))
			if err != nil {
				broken = append(broken, err) // another file's fault, unless a device is missing in the end
				continue
			}
			if missing, err = spec.take(missing, &out); err != nil {
				return out, err
			}
		}
	}
	if len(missing) > 0 {
		return out, errors.Join(fmt.Errorf("unresolvable CDI devices %s", strings.Join(missing, ", ")), errors.Join(broken...))
	}
	return out, nil
}

func readCDI(path string) (*cdiFile, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxCDI {
		err = fmt.Errorf("%s: larger than %d bytes", path, maxCDI)
	}
	if err != nil {
		return nil, fmt.Errorf("CDI: %w", err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("CDI: %w", err)
	}
	var f cdiFile
	if err := yaml.Unmarshal(body, &f); err != nil {
		return nil, fmt.Errorf("CDI: %s: %w", path, err)
	}
	if f.Kind == "" || f.Version == "" {
		return nil, fmt.Errorf("CDI: %s: no kind or cdiVersion", path)
	}
	return &f, nil
}

// take adds the edits of those of the devices that the file has, and returns the others.
func (f *cdiFile) take(names []string, to *Edits) (rest []string, err error) {
	found := false
	for _, name := range names {
		i := slices.IndexFunc(f.Devices, func(d struct {
			Name  string `json:"name"`
			Edits Edits  `json:"containerEdits"`
		}) bool {
			return f.Kind+"="+d.Name == name
		})
		if i < 0 {
			rest = append(rest, name)
			continue
		}
		found = true
		if err := to.add(&f.Devices[i].Edits); err != nil {
			return nil, fmt.Errorf("CDI device %s: %w", name, err)
		}
	}
	if found {
		if err := to.add(&f.Edits); err != nil {
			return nil, fmt.Errorf("CDI devices of %s: %w", f.Kind, err)
		}
	}
	return rest, nil
}

func (e *Edits) add(o *Edits) error {
	switch {
	case len(o.Hooks) > 0:
		return errors.New("containerEdits.hooks is not supported on this node")
	case o.IntelRDT != nil:
		return errors.New("containerEdits.intelRdt is not supported on this node")
	case len(o.NetDevices) > 0:
		return errors.New("containerEdits.netDevices is not supported on this node")
	}
	for _, m := range o.Mounts {
		if m.Type != "" && m.Type != "bind" && m.Type != "none" {
			return fmt.Errorf("containerEdits.mounts: type %q is not supported on this node", m.Type)
		}
	}
	e.Env, e.DeviceNodes = append(e.Env, o.Env...), append(e.DeviceNodes, o.DeviceNodes...)
	e.Mounts, e.AdditionalGIDs = append(e.Mounts, o.Mounts...), append(e.AdditionalGIDs, o.AdditionalGIDs...)
	return nil
}
