package registry

import (
	"github.com/prometheus/client_golang/prometheus"

	"gantry.dev/gantry/internal/admit"
)

// policyMetrics count evaluations of one sort of policies under upstream's names. Names are those that users gave; a process
// counts the policies of all its clusters.
type policyMetrics struct {
	total   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	// labels are the values of a check, in order.
	labels func(admit.Check) []string
}

func newPolicyMetrics(sort string, names []string, labels func(admit.Check) []string) *policyMetrics {
	return &policyMetrics{labels: labels,
		total: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_" + sort + "_admission_policy_check_total",
			Help: "Evaluations of expressions of " + sort + " admission policies, by policy, binding and error."}, names),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "apiserver_" + sort + "_admission_policy_check_duration_seconds",
			Help:    "Time of evaluations of expressions of " + sort + " admission policies.",
			Buckets: []float64{0.0000005, 0.001, 0.01, 0.1, 1.0}}, names)}
}

func newValidatingMetrics() *policyMetrics {
	return newPolicyMetrics("validating", []string{"policy", "policy_binding", "error_type", "enforcement_action"},
		func(c admit.Check) []string { return []string{c.Policy, c.Binding, c.Error, c.Action} })
}

func newMutatingMetrics() *policyMetrics {
	return newPolicyMetrics("mutating", []string{"policy", "policy_binding", "error_type"},
		func(c admit.Check) []string { return []string{c.Policy, c.Binding, c.Error} })
}

func (m *policyMetrics) note(c admit.Check) {
	values := m.labels(c)
	m.total.WithLabelValues(values...).Inc()
	m.seconds.WithLabelValues(values...).Observe(c.Took.Seconds())
}

// checked counts a check: what has an action is a validating policy's.
func (d *dynamic) checked(c admit.Check) {
	if c.Action != "" {
		d.validating.note(c)
	} else {
		d.mutating.note(c)
	}
}
