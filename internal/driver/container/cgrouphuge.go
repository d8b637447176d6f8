package container

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// limitHugePages bounds the huge pages of a Pod, where the kernel counts them: in version 2, in a hierarchy of version 1, or, on a
// hybrid host, in the version 2 hierarchy beside those. Elsewhere only the machine's number of pages bounds them.
func (h hierarchies) limitHugePages(cgroup string, pages map[string]int64) error {
	if len(pages) == 0 {
		return nil
	}
	file := "max"
	dir := h.dir("hugetlb", cgroup)
	switch {
	case h.v2:
	case dir != "":
		file = "limit_in_bytes"
	case h.unified != "":
		var err error
		if dir, err = h.unifiedHugePages(cgroup); dir == "" || err != nil {
			return err
		}
	default:
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("create cgroup: %w", err)
	}
	for size, bytes := range pages {
		name := "hugetlb." + size + "." + file
		err := os.WriteFile(filepath.Join(dir, name), []byte(strconv.FormatInt(bytes, 10)), 0)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) { // not delegated to us: there is no such file to make
			continue
		}
		if err != nil {
			return fmt.Errorf("limit %s of cgroup %s to %d: %w", name, cgroup, bytes, err)
		}
	}
	return nil
}

// unifiedHugePages lets a cgroup of the version 2 hierarchy beside others count huge pages; "" if the kernel does not do so there.
func (h hierarchies) unifiedHugePages(cgroup string) (string, error) {
	have, err := os.ReadFile(filepath.Join(h.unified, "cgroup.controllers"))
	if err != nil {
		return "", fmt.Errorf("cgroup controllers: %w", err)
	}
	if !slices.Contains(strings.Fields(string(have)), "hugetlb") {
		return "", nil
	}
	dir := h.unified
	for _, part := range append([]string{""}, strings.Split(strings.Trim(filepath.Dir(cgroup), "/"), "/")...) {
		dir = filepath.Join(dir, part)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("create cgroup: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+hugetlb"), 0); err != nil {
			return "", fmt.Errorf("count huge pages in cgroup %s: %w", dir, err)
		}
	}
	return filepath.Join(h.unified, cgroup), nil
}
