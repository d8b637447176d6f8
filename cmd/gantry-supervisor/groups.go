package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/opencontainers/cgroups"
	"github.com/opencontainers/cgroups/fs"
	"github.com/opencontainers/cgroups/manager"
	"github.com/opencontainers/runc/libcontainer"
	"github.com/opencontainers/runc/libcontainer/configs"
	"github.com/opencontainers/runc/libcontainer/configs/validate"
)

// With cgroup version 1 a container has a directory only in hierarchies that limit or count something for it. In the others it
// stays with the supervisor that has cloned it: each directory is 8 KiB of the kernel's memory, three locks of all cgroups for a
// start, and for each cpuset that goes the kernel looks at all that there are. Before, libcontainer made ten of them here.

// always are the controllers that have something to say of every container.
func always() []string { return []string{"devices", "memory", "cpu", "cpuacct", "pids", "blkio"} }

// cpusetName is the controller that containers get when they are bound to processors or memory nodes.
const cpusetName = "cpuset"

// wanted says whether a cgroup with these resources has a directory of its own for a controller, or for several that are mounted
// together.
func wanted(r *cgroups.Resources, names ...string) bool {
	for _, n := range names {
		if slices.Contains(always(), n) || n == cpusetName && (r.CpusetCpus != "" || r.CpusetMems != "") {
			return true
		}
	}
	return false
}

// groupRoots are the mount points of version 1 by controller, as package cgroups knows them.
var groupRoots = sync.OnceValues(func() (map[string]string, error) {
	m, err := manager.New(&cgroups.Cgroup{Path: "/", Resources: &cgroups.Resources{}})
	if err != nil {
		return nil, err
	}
	return maps.Clone(m.GetPaths()), nil
})

// present says whether a hierarchy has a cgroup, or its Pod's, already: from an agent that limits huge pages, another runtime, or a
// supervisor before this one. Cgroups are /INSTANCE/POD or /INSTANCE/POD/CONTAINER.
func present(mountPoint, cgroup string) bool {
	parts := strings.SplitN(strings.Trim(cgroup, "/"), "/", 3)
	if len(parts) > 2 {
		parts = parts[:2]
	}
	return cgroups.PathExists(filepath.Join(mountPoint, filepath.Join(parts...)))
}

// groupPaths are a cgroup's directories by controller: those that it wants, and those that are present.
func groupPaths(cgroup string, r *cgroups.Resources) (map[string]string, error) {
	roots, err := groupRoots()
	if err != nil {
		return nil, err
	}
	together := map[string]bool{}
	for name, root := range roots {
		together[root] = together[root] || wanted(r, name)
	}
	out := map[string]string{}
	for name, root := range roots {
		if together[root] || present(root, cgroup) {
			out[name] = filepath.Join(root, cgroup)
		}
	}
	return out, nil
}

// managerFor is manager.New, but for what groupPaths leaves out.
func managerFor(c *cgroups.Cgroup) (cgroups.Manager, error) {
	if cgroups.IsCgroup2UnifiedMode() {
		return manager.New(c)
	}
	paths, err := groupPaths(c.Path, c.Resources)
	if err != nil {
		return nil, err
	}
	return manager.NewWithPaths(c, paths)
}

// newContainer is libcontainer.Create, which would make a cgroup in every hierarchy: a container that is loaded may have fewer.
func newContainer(dir, id string, cfg *configs.Config) (*libcontainer.Container, error) {
	if cgroups.IsCgroup2UnifiedMode() {
		return libcontainer.Create(dir, id, cfg)
	}
	if err := validate.Validate(cfg); err != nil {
		return nil, err
	}
	paths, err := groupPaths(cfg.Cgroups.Path, cfg.Cgroups.Resources)
	if err != nil {
		return nil, fmt.Errorf("cgroup %s: %w", cfg.Cgroups.Path, err)
	}
	if err := vacant(paths); err != nil {
		return nil, err
	}
	if err := os.Mkdir(filepath.Join(dir, id), 0o711); err != nil {
		return nil, err
	}
	return loadContainer(dir, &libcontainer.State{BaseState: libcontainer.BaseState{ID: id, Config: *cfg}, CgroupPaths: paths})
}

// vacant refuses a cgroup in which something runs.
func vacant(paths map[string]string) error {
	for _, name := range always() {
		dir := paths[name]
		if dir == "" || !cgroups.PathExists(dir) {
			continue
		}
		pids, err := cgroups.GetAllPids(dir)
		if len(pids) != 0 {
			return fmt.Errorf("cgroup %s is not empty: %d processes", dir, len(pids))
		}
		return ignoreMissing(err)
	}
	return nil
}

// loadContainer loads a container from a state that is written to its directory, which exists.
func loadContainer(dir string, state *libcontainer.State) (*libcontainer.Container, error) {
	body, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, state.ID, "state.json"), body, 0o600); err != nil {
		return nil, err
	}
	return libcontainer.Load(dir, state.ID)
}

// moveRounds bounds how often a container's processes are listed while they are moved: those that are forked meanwhile come later.
const moveRounds = 100

// bindCPUs gives a running container a cpuset of its own, if its new resources want one and it has none yet.
func bindCPUs(cgroup string, r *cgroups.Resources) error {
	if cgroups.IsCgroup2UnifiedMode() || !wanted(&cgroups.Resources{CpusetCpus: r.CpusetCpus, CpusetMems: r.CpusetMems}, cpusetName) {
		return nil
	}
	paths, err := groupPaths(cgroup, r)
	if err != nil {
		return err
	}
	dir := paths[cpusetName]
	if dir == "" || cgroups.PathExists(dir) {
		return nil
	}
	for range moveRounds {
		moved := false
		pids, err := cgroups.GetAllPids(paths["devices"])
		if err != nil {
			return err
		}
		for _, pid := range pids {
			there, err := cgroups.ParseCgroupFile(fmt.Sprintf("/proc/%d/cgroup", pid))
			if err != nil || filepath.Clean(there[cpusetName]) == filepath.Clean(cgroup) {
				continue // ended meanwhile, or there already
			}
			moved = true
			if err := new(fs.CpusetGroup).Apply(dir, r, pid); err != nil && cgroups.PathExists(filepath.Join("/proc", fmt.Sprint(pid))) {
				return err
			}
		}
		if !moved {
			return nil
		}
	}
	return fmt.Errorf("processes of cgroup %s are made faster than they are bound to processors", cgroup)
}
