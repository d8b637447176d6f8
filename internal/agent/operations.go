package agent

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gantry.dev/gantry/internal/driver/container"
)

// operations counts and times what is asked of the container runtime, by kubelet's names.
type operations struct {
	total, errors *prometheus.CounterVec
	took          *prometheus.HistogramVec
}

func newOperations() operations {
	of := []string{"operation_type"}
	return operations{
		total:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kubelet_runtime_operations_total", Help: "Cumulative number of runtime operations by operation type."}, of),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kubelet_runtime_operations_errors_total", Help: "Cumulative number of runtime operation errors by operation type."}, of),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kubelet_runtime_operations_duration_seconds", Help: "Duration in seconds of runtime operations. Broken down by operation type.",
			Buckets: prometheus.ExponentialBuckets(.005, 2.5, 14)}, of),
	}
}

func (o operations) collectors() []prometheus.Collector {
	return []prometheus.Collector{o.total, o.errors, o.took}
}

// done notes an operation that began at a time.
func (o operations) done(operation string, begun time.Time, err error) {
	o.total.WithLabelValues(operation).Inc()
	o.took.WithLabelValues(operation).Observe(time.Since(begun).Seconds())
	if err != nil {
		o.errors.WithLabelValues(operation).Inc()
	}
}

// countedRuntime is a runtime whose operations are counted.
type countedRuntime struct {
	container.Runtime
	ops operations
}

// CreateSandbox implements container.Runtime.
func (r countedRuntime) CreateSandbox(ctx context.Context, c container.SandboxConfig) (err error) {
	defer func(begun time.Time) { r.ops.done("run_podsandbox", begun, err) }(time.Now())
	return r.Runtime.CreateSandbox(ctx, c)
}

// RemoveSandbox implements container.Runtime.
func (r countedRuntime) RemoveSandbox(ctx context.Context, id string) (err error) {
	defer func(begun time.Time) { r.ops.done("remove_podsandbox", begun, err) }(time.Now())
	return r.Runtime.RemoveSandbox(ctx, id)
}

// Start implements container.Runtime. To create and to start is one step here.
func (r countedRuntime) Start(ctx context.Context, spec container.Spec) (err error) {
	defer func(begun time.Time) { r.ops.done("start_container", begun, err) }(time.Now())
	return r.Runtime.Start(ctx, spec)
}

// Signal implements container.Runtime.
func (r countedRuntime) Signal(ctx context.Context, id string, signal int) (err error) {
	defer func(begun time.Time) { r.ops.done("stop_container", begun, err) }(time.Now())
	return r.Runtime.Signal(ctx, id, signal)
}

// Kill implements container.Runtime.
func (r countedRuntime) Kill(ctx context.Context, id string) (err error) {
	defer func(begun time.Time) { r.ops.done("stop_container", begun, err) }(time.Now())
	return r.Runtime.Kill(ctx, id)
}

// Remove implements container.Runtime.
func (r countedRuntime) Remove(ctx context.Context, id string) (err error) {
	defer func(begun time.Time) { r.ops.done("remove_container", begun, err) }(time.Now())
	return r.Runtime.Remove(ctx, id)
}

// Status implements container.Runtime.
func (r countedRuntime) Status(ctx context.Context, id string) (st container.Status, err error) {
	defer func(begun time.Time) { r.ops.done("container_status", begun, err) }(time.Now())
	return r.Runtime.Status(ctx, id)
}

// List implements container.Runtime.
func (r countedRuntime) List(ctx context.Context) (list []container.Status, err error) {
	defer func(begun time.Time) { r.ops.done("list_containers", begun, err) }(time.Now())
	return r.Runtime.List(ctx)
}

// Exec implements container.Runtime.
func (r countedRuntime) Exec(ctx context.Context, id string, e container.ExecSpec) (p container.Process, err error) {
	defer func(begun time.Time) { r.ops.done("exec_sync", begun, err) }(time.Now())
	return r.Runtime.Exec(ctx, id, e)
}

// Update implements container.Runtime.
func (r countedRuntime) Update(ctx context.Context, id string, res container.Resources) (err error) {
	defer func(begun time.Time) { r.ops.done("update_container", begun, err) }(time.Now())
	return r.Runtime.Update(ctx, id, res)
}
