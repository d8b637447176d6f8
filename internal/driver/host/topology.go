package host

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"k8s.io/utils/cpuset"
)

// CPU is one of the machine that is online, with where it is. A core is named by the lowest of its CPUs, Cache is the last-level cache.
type CPU struct {
	ID, Core, Socket, NUMA, Cache int
}

// CPUs reads the CPUs that are online. A machine that does not tell of sockets and nodes has one of each.
func CPUs() ([]CPU, error) { return readCPUs("/sys/devices/system") }

func readCPUs(root string) ([]CPU, error) {
	online, err := readSet(filepath.Join(root, "cpu/online"))
	if err != nil {
		return nil, fmt.Errorf("reading the CPUs of the machine: %w", err)
	}
	node := map[int]int{}
	nodes, err := filepath.Glob(filepath.Join(root, "node/node[0-9]*"))
	if err != nil {
		return nil, err
	}
	for _, dir := range nodes {
		id, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), "node"))
		if err != nil {
			continue
		}
		set, err := readSet(filepath.Join(dir, "cpulist"))
		if err != nil {
			return nil, fmt.Errorf("reading the CPUs of NUMA node %d: %w", id, err)
		}
		for _, c := range set.List() {
			node[c] = id
		}
	}
	var out []CPU
	lowest := map[[2]int]int{} // by socket and number of the core, which are not unique on their own
	for _, id := range online.List() {
		at := filepath.Join(root, "cpu", "cpu"+strconv.Itoa(id), "topology")
		core, err := readNumber(filepath.Join(at, "core_id"))
		if err != nil {
			core = id // a core of its own
		}
		socket, err := readNumber(filepath.Join(at, "physical_package_id"))
		if err != nil || socket < 0 {
			socket = 0
		}
		if _, known := lowest[[2]int{socket, core}]; !known {
			lowest[[2]int{socket, core}] = id
		}
		// The third level is the one that cores share on all machines that have such a cache.
		cache, err := readNumber(filepath.Join(root, "cpu", "cpu"+strconv.Itoa(id), "cache/index3/id"))
		if err != nil {
			cache = socket
		}
		out = append(out, CPU{ID: id, Core: lowest[[2]int{socket, core}], Socket: socket, NUMA: node[id], Cache: cache})
	}
	return out, nil
}

func readSet(path string) (cpuset.CPUSet, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return cpuset.CPUSet{}, err
	}
	return cpuset.Parse(strings.TrimSpace(string(b)))
}

func readNumber(path string) (int, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(b)))
}
