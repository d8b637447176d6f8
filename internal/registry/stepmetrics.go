package registry

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apiserver/pkg/admission"
)

// stepMetrics take the time of the two halves of admission, all rules of each together, under upstream's name.
type stepMetrics struct {
	seconds *prometheus.HistogramVec
	of      map[stepKey]prometheus.Observer
}

// stepKey is what the time of a step is told apart by.
type stepKey struct {
	op       admission.Operation
	validate bool
	rejected bool
}

func newStepMetrics() *stepMetrics {
	m := &stepMetrics{of: map[stepKey]prometheus.Observer{}, seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "apiserver_admission_step_admission_duration_seconds", Help: "Time of the steps of admission, by operation and whether the write was refused.",
		Buckets: []float64{0.005, 0.025, 0.1, 0.5, 1.0, 2.5}}, []string{"type", "operation", "rejected"})}
	for _, op := range []admission.Operation{admission.Create, admission.Update, admission.Delete, admission.Connect} {
		for _, validate := range []bool{false, true} {
			for _, rejected := range []bool{false, true} {
				kind := "admit"
				if validate {
					kind = "validate"
				}
				m.of[stepKey{op, validate, rejected}] = m.seconds.WithLabelValues(kind, string(op), strconv.FormatBool(rejected))
			}
		}
	}
	return m
}

// note counts a step that has ended with an error, or without one.
func (m *stepMetrics) note(op admission.Operation, validate bool, took time.Duration, err error) {
	if o := m.of[stepKey{op, validate, err != nil}]; o != nil {
		o.Observe(took.Seconds())
	}
}
