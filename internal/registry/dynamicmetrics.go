package registry

import (
	"context"
	"errors"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	webhookutil "k8s.io/apiserver/pkg/util/webhook"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/admit/webhook"
)

// hookMetrics count calls of webhooks under upstream's names. Names are those that users gave; a process counts the
// webhooks of all its clusters.
type hookMetrics struct {
	seconds  *prometheus.HistogramVec
	requests *prometheus.CounterVec
	refused  *prometheus.CounterVec
	forgiven *prometheus.CounterVec
}

func newHookMetrics() *hookMetrics {
	return &hookMetrics{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "apiserver_admission_webhook_admission_duration_seconds",
			Help:    "Time of calls of admission webhooks, by name, operation, and whether the write was refused.",
			Buckets: []float64{0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10, 25}}, []string{"name", "type", "operation", "rejected"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_admission_webhook_request_total",
			Help: "Calls of admission webhooks, by name, operation, code of the answer, and whether the write was refused."},
			[]string{"name", "type", "operation", "code", "rejected"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_admission_webhook_rejection_count",
			Help: "Writes that admission webhooks refused, by name, operation, kind of error, and code."},
			[]string{"name", "type", "operation", "error_type", "rejection_code"}),
		forgiven: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_admission_webhook_fail_open_count",
			Help: "Calls that failed of webhooks whose failure policy forgives it, by name."}, []string{"name", "type"}),
	}
}

// Collectors are the metrics of the write path.
func (r *Registry) Collectors() []prometheus.Collector {
	return []prometheus.Collector{r.dynamic.metrics.seconds, r.dynamic.metrics.requests, r.dynamic.metrics.refused, r.dynamic.metrics.forgiven, r.dynamic.steps.seconds,
		r.dynamic.validating.total, r.dynamic.validating.seconds, r.dynamic.mutating.total, r.dynamic.mutating.seconds}
}

// maxCode is where upstream folds longer codes into one, so that webhooks cannot make up series.
const maxCode = 600

// observer returns what counts the ends of calls of one step.
func (r *Registry) observer(c *admit.Case, kind string) func(*webhook.Question, error) {
	return func(q *webhook.Question, failure error) {
		m, op := r.dynamic.metrics, string(c.GetOperation())
		code, why := 200, "no_error"
		var call *webhookutil.ErrCallingWebhook
		var no *webhookutil.ErrWebhookRejection
		switch {
		case failure == nil:
		case errors.As(failure, &call):
			code, why = statusCode(call.Status), "calling_webhook_error"
		case errors.As(failure, &no):
			code = statusCode(no.Status)
		default:
			code, why = 0, "apiserver_internal_error"
		}
		rejected := failure != nil && q.Final(failure) != nil
		ended := call != nil && errors.Is(call.Reason, context.Canceled) // by the client: not the webhook's fault
		text := strconv.Itoa(min(code, maxCode))
		m.requests.WithLabelValues(q.Name(), kind, op, text, strconv.FormatBool(rejected)).Inc()
		m.seconds.WithLabelValues(q.Name(), kind, op, strconv.FormatBool(rejected)).Observe(q.Took.Seconds())
		switch {
		case ended:
		case rejected:
			m.refused.WithLabelValues(q.Name(), kind, op, why, text).Inc()
		case failure != nil:
			m.forgiven.WithLabelValues(q.Name(), kind).Inc()
		}
	}
}

func statusCode(s *apierrors.StatusError) int {
	if s == nil {
		return 0
	}
	return int(s.ErrStatus.Code)
}
