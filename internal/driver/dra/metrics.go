package dra

import (
	"context"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

// anyDriver stands for all drivers together in the number of claims.
const anyDriver = "<any>"

// tally is what a Manager counts, by kubelet's names.
type tally struct {
	operations, calls *prometheus.HistogramVec
}

func newTally() tally {
	buckets := prometheus.ExponentialBucketsRange(.1, 40, 15) // kubelet's: calls end after 45 seconds
	return tally{
		operations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dra_operations_duration_seconds", Buckets: buckets,
			Help: "Latency histogram in seconds for the duration of handling all ResourceClaims referenced by a pod when the pod starts or stops. Identified by the name of the operation (PrepareResources or UnprepareResources) and separated by the success of the operation. The number of failed operations is provided through the histogram's overall count.",
		}, []string{"operation_name", "is_error"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dra_grpc_operations_duration_seconds", Help: "Duration in seconds of the DRA gRPC operations", Buckets: buckets,
		}, []string{"driver_name", "method_name", "grpc_status_code"}),
	}
}

// Handled counts an operation on all claims of a pod: "PrepareResources" or "UnprepareResources".
func (m *Manager) Handled(operation string, took time.Duration, err error) {
	m.tally.operations.WithLabelValues(operation, strconv.FormatBool(err != nil)).Observe(took.Seconds())
}

// measured counts the calls to a driver.
func (t tally) measured(driver string) grpc.DialOption {
	return grpc.WithUnaryInterceptor(func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		begun := time.Now()
		err := invoke(ctx, method, req, reply, conn, opts...)
		t.calls.WithLabelValues(driver, method, status.Code(err).String()).Observe(time.Since(begun).Seconds())
		return err
	})
}

// Metrics are what the Manager counts.
func (m *Manager) Metrics() []prometheus.Collector {
	return []prometheus.Collector{m.tally.operations, m.tally.calls, (*claimsInUse)(m)}
}

// claimsInUse counts the prepared claims when it is asked.
type claimsInUse Manager

var inUse = prometheus.NewDesc("dra_resource_claims_in_use",
	"The number of ResourceClaims that are currently in use on the node, by driver name (driver_name label value) and across all drivers (special value <any> for driver_name). Note that the sum of all by-driver counts is not the total number of in-use ResourceClaims because the same ResourceClaim might use devices from different drivers. Instead, use the count for the <any> driver_name.",
	[]string{"driver_name"}, nil)

// Describe implements prometheus.Collector.
func (*claimsInUse) Describe(to chan<- *prometheus.Desc) { to <- inUse }

// Collect implements prometheus.Collector.
func (c *claimsInUse) Collect(to chan<- prometheus.Metric) {
	m, counts := (*Manager)(c), map[string]int{anyDriver: 0}
	m.mu.Lock()
	for _, claim := range m.claims {
		if !claim.prepared {
			continue
		}
		counts[anyDriver]++
		for _, name := range claim.Drivers {
			counts[name]++
		}
	}
	m.mu.Unlock()
	for name, n := range counts {
		to <- prometheus.MustNewConstMetric(inUse, prometheus.GaugeValue, float64(n), name)
	}
}
