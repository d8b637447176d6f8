// Package bench measures a whole Gantry from outside: how it starts and idles, how fast its store commits, how fast its
// API answers. It starts instances of its own in temporary directories, as programs, or takes a running one by its
// kubeconfig, and reports figures.
//
// It writes only into those temporary directories and, on a running instance, into a namespace that it removes again. It
// judges nothing: goals and comparisons are docs/performance.md's.
package bench

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// Figure is one measured value: the line of `gantry bench --json`.
type Figure struct {
	Bench  string         `json:"bench"`
	Metric string         `json:"metric"`
	Value  float64        `json:"value"`
	Unit   string         `json:"unit"`
	Params map[string]any `json:"params"`
}

// Config says what to measure and where the figures go.
type Config struct {
	// Binary is the gantry that is started.
	Binary string
	// Dir is where temporary directories are made; it decides which disk is measured.
	Dir string
	// Kubeconfig, if not empty, names a running instance to measure instead.
	Kubeconfig string
	// PIDs are the processes of that instance, if they run here: their memory and CPU time are measured.
	PIDs []int
	// Scale makes the loads smaller, for trying a measurement out; 1 is the measurement.
	Scale float64
	// Image is what pods run; empty takes a tiny program of our own, which only an instance of our own has.
	Image string
	// Step bounds the time of one measurement.
	Step time.Duration
	// Pods says whether pods can be run: that needs root and a network that may be changed.
	Pods bool
	// Rows are the parts of API's measurement (APIRows) that are wanted; empty wants all.
	Rows []string
	// Log is told what goes on, for people.
	Log io.Writer
	// Report gets each figure when it is known.
	Report func(Figure)
}

func (c Config) say(format string, args ...any) { fmt.Fprintf(c.Log, format+"\n", args...) }

func (c Config) wants(row string) bool { return len(c.Rows) == 0 || slices.Contains(c.Rows, row) }

// scaled is a count of things under Scale.
func (c Config) scaled(n int) int {
	if c.Scale == 0 {
		return n
	}
	return max(1, int(float64(n)*c.Scale))
}

// scaledTime is a time of waiting under Scale, of which a moment always remains.
func (c Config) scaledTime(d time.Duration) time.Duration {
	if c.Scale == 0 {
		return d
	}
	return max(time.Second, time.Duration(float64(d)*c.Scale))
}

// sheet reports the figures of one benchmark.
type sheet struct {
	cfg  Config
	name string
}

func (s sheet) add(metric string, value float64, unit string, params map[string]any) {
	if params == nil {
		params = map[string]any{}
	}
	s.cfg.Report(Figure{s.name, metric, value, unit, params})
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func mib(bytes uint64) float64 { return float64(bytes) / (1 << 20) }

// quantile is the value below which the part q of sorted durations lies.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return quantile(d, 0.5)
}
