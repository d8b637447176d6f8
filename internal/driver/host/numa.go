package host

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// NUMANode is a part of the machine that has memory of its own.
type NUMANode struct {
	ID int
	// Memory is in bytes, with what is kept in huge pages; HugePages are bytes by the size of a page in bytes.
	Memory    uint64
	HugePages map[int64]uint64
	// Distances are those to all nodes, in their order; nil if the machine does not tell.
	Distances []uint64
}

// NUMANodes reads the nodes of the machine, in order. One that does not tell of nodes is one.
func NUMANodes() ([]NUMANode, error) { return readNodes("/sys/devices/system/node", "/proc/meminfo") }

func readNodes(root, meminfo string) ([]NUMANode, error) {
	dirs, err := filepath.Glob(filepath.Join(root, "node[0-9]*"))
	if err != nil {
		return nil, err
	}
	if len(dirs) == 0 {
		total, err := readTotal(meminfo)
		return []NUMANode{{Memory: total}}, err
	}
	var out []NUMANode
	for _, dir := range dirs {
		id, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), "node"))
		if err != nil {
			continue // another file
		}
		n := NUMANode{ID: id, HugePages: map[int64]uint64{}}
		if n.Memory, err = readTotal(filepath.Join(dir, "meminfo")); err != nil {
			return nil, err
		}
		if text, err := os.ReadFile(filepath.Join(dir, "distance")); err == nil {
			for _, f := range strings.Fields(string(text)) {
				d, err := strconv.ParseUint(f, 10, 64)
				if err != nil {
					return nil, fmt.Errorf("reading the distances of NUMA node %d: %w", id, err)
				}
				n.Distances = append(n.Distances, d)
			}
		}
		sizes, err := filepath.Glob(filepath.Join(dir, "hugepages/hugepages-*kB"))
		if err != nil {
			return nil, err
		}
		for _, s := range sizes {
			var kib int64
			if _, err := fmt.Sscanf(filepath.Base(s), "hugepages-%dkB", &kib); err != nil {
				continue
			}
			pages, err := readNumber(filepath.Join(s, "nr_hugepages"))
			if err != nil {
				return nil, fmt.Errorf("reading the huge pages of NUMA node %d: %w", id, err)
			}
			n.HugePages[kib<<10] = uint64(pages) * uint64(kib) << 10
		}
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b NUMANode) int { return a.ID - b.ID })
	return out, nil
}

// readTotal is the figure of the line "MemTotal: 16 kB", or "Node 0 MemTotal: 16 kB", in bytes.
func readTotal(path string) (uint64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("reading the memory of the machine: %w", err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if _, after, ok := strings.Cut(lines.Text(), "MemTotal:"); ok {
			var kib uint64
			if _, err := fmt.Sscan(after, &kib); err != nil {
				return 0, fmt.Errorf("reading %s: %w", path, err)
			}
			return kib << 10, nil
		}
	}
	return 0, fmt.Errorf("reading %s: it has no MemTotal", path)
}
