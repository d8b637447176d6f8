package bench

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// holdings is how much of each kind of thing the processes of a node hold, and how much there is on the machine for it.
type holdings map[string]int

func (h holdings) kinds() []string { return slices.Sorted(maps.Keys(h)) }

// slackOf is how much more of a kind there may be after many pods than before, because it comes and goes by itself: descriptors
// that the collector closes, threads and goroutines that idle for a while. What leaks grows with the pods.
var slackOf = holdings{"descriptors": 40, "threads": 25, "goroutines": 30, "supervisors' descriptors": 40, "supervisors' threads": 25, "mounts": 4, "files": 20, "links": 16, "cgroups": 4, "namespaces": 16}

// holdings counts.
func (d *density) holdings(ctx context.Context) (holdings, error) {
	h := holdings{}
	_, supervisors, err := d.processes()
	if err != nil {
		return nil, err
	}
	count := func(what, path string) {
		entries, e := os.ReadDir(path)
		if e != nil && err == nil {
			err = e
		}
		h[what] += len(entries)
	}
	lines := func(what, path string) {
		text, e := os.ReadFile(path)
		if e != nil && err == nil {
			err = e
		}
		h[what] += strings.Count(string(text), "\n")
	}
	daemon := fmt.Sprintf("/proc/%d/", d.pid)
	count("descriptors", daemon+"fd")
	count("threads", daemon+"task")
	lines("mounts", daemon+"mountinfo")
	lines("links", daemon+"net/dev")
	for _, pid := range supervisors {
		own := fmt.Sprintf("/proc/%d/", pid)
		count("supervisors' descriptors", own+"fd")
		count("supervisors' threads", own+"task")
		lines("mounts", own+"mountinfo")
	}
	if err != nil {
		return nil, fmt.Errorf("counting what the node holds: %w", err)
	}
	run := "/run/gantry-" + d.id
	for what, roots := range map[string][]string{
		"files":   {d.node.data + "/node", run, run + "-volumes"},
		"cgroups": {groupRoot("gantry-" + d.id)},
	} {
		for _, root := range roots {
			err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
				switch {
				case err != nil:
					return ignoreGone(err)
				case what == "files" || e.IsDir():
					h[what]++
				}
				return nil
			})
			if err != nil {
				return nil, fmt.Errorf("counting %s: %w", what, err)
			}
		}
	}
	pins, err := pinned(run+"/holder", true)
	if err != nil {
		return nil, err
	}
	h["namespaces"] = len(pins)
	h["goroutines"], err = d.goroutines(ctx)
	return h, err
}

// goroutines are those of the gantry process, from the profile that it serves.
func (d *density) goroutines(ctx context.Context) (n int, err error) {
	res, err := d.c.open(ctx, 0, "/debug/pprof/goroutine?debug=1", mediaJSON)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Sscanf(line, "goroutine profile: total %d", &n); err != nil {
		return 0, fmt.Errorf("a profile of goroutines begins %q: %w", line, err)
	}
	return n, nil
}
