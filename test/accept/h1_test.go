package accept

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// densityPods is small enough for any machine; `gantry bench density --pods 10000` is the measurement.
const densityPods = 150

// H1: a node filled with pods: all of them run, are reached, logged, executed in and restarted, and nothing is left of them.
func TestH1(t *testing.T) {
	out, err := run(t.Context(), "", binary(), "bench", "density", "--pods", fmt.Sprint(densityPods), "--scale", "0.05", "--json", "--dir", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	lines := bufio.NewScanner(strings.NewReader(out))
	for lines.Scan() {
		var f struct {
			Bench, Metric string
			Value         float64
		}
		if json.Unmarshal(lines.Bytes(), &f) == nil && f.Bench == "density" {
			got[f.Metric] = f.Value
		}
	}
	for _, metric := range []string{"running", "overhead_kib_per_pod", "starts_per_s", "idle_cpu_percent", "delete_all_s", "leftovers", "kill_restart_p50_ms"} {
		if _, ok := got[metric]; !ok {
			t.Errorf("no figure %s in:\n%s", metric, out)
		}
	}
	if got["running"] != densityPods || got["leftovers"] != 0 {
		t.Errorf("running %v of %d, leftovers %v:\n%s", got["running"], densityPods, got["leftovers"], out)
	}
}
