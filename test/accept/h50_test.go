package accept

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// cyclePods come and go in a test; `gantry bench node --cycles 1000` is the measurement.
const cyclePods = 60

// H50: what pods that came and went have used is given back: mounts, namespaces, cgroups, links, files, descriptors, goroutines.
func TestH50(t *testing.T) {
	out, err := run(t.Context(), "", binary(), "bench", "node", "--cycles", fmt.Sprint(cyclePods), "--json", "--dir", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	leaked, held := -1.0, map[any]bool{}
	lines := bufio.NewScanner(strings.NewReader(out))
	for lines.Scan() {
		var f struct {
			Metric string
			Value  float64
			Params map[string]any
		}
		if json.Unmarshal(lines.Bytes(), &f) != nil {
			continue
		}
		switch f.Metric {
		case "leaked":
			leaked = f.Value
		case "held":
			held[f.Params["what"]] = true
		}
	}
	for _, what := range []string{"mounts", "namespaces", "cgroups", "links", "files", "descriptors", "goroutines", "supervisors' descriptors"} {
		if !held[what] {
			t.Errorf("%s are not counted", what)
		}
	}
	if leaked != 0 {
		t.Errorf("%v things are left:\n%s", leaked, out)
	}
}
