package bench

import (
	"io"
	"testing"
)

// BenchmarkSched runs the workloads of the scheduler without a server, for profiles: -bench 'Sched/^BorgMix$' -cpuprofile FILE.
func BenchmarkSched(b *testing.B) {
	for _, w := range Workloads() {
		b.Run(w.Name, func(b *testing.B) {
			cfg := Config{Dir: b.TempDir(), Log: io.Discard, Report: func(f Figure) { b.ReportMetric(f.Value, f.Metric) }}
			for b.Loop() {
				if err := Scheduler(b.Context(), cfg, Sched{Workload: w}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
