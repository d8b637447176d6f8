// Package auditlog keeps the audit log: it takes the events of the API server and brings them to a file that it rotates,
// to a webhook, or to both. What is to be said about which request is the policy's affair, upstream's audit.k8s.io/v1
// Policy, which it reads from a file.
//
// A request never waits for a disk or a network: events go through a queue of bounded length and bytes, and what finds it
// full is dropped and counted (apiserver_audit_error_total), as upstream's batch mode does.
package auditlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

// The forms in which a file can hold events.
const (
	FormatJSON   = "json"
	FormatLegacy = "legacy"
)

// Options say where events go, in the words of kube-apiserver's flags.
type Options struct {
	PolicyFile string
	// LogPath is the file; "-" is standard output, "" none.
	LogPath string
	// LogMaxSize in megabytes is when the file is rotated; LogMaxAge in days and LogMaxBackups bound what is kept of old
	// files; zero keeps all.
	LogMaxSize, LogMaxAge, LogMaxBackups int
	LogCompress                          bool
	LogFormat                            string
	// WebhookConfig is a kubeconfig of the server that takes lists of events, "" for none.
	WebhookConfig string
}

// Enabled reports whether anything is to be written anywhere.
func (o *Options) Enabled() bool {
	return o.PolicyFile != "" && (o.LogPath != "" || o.WebhookConfig != "")
}

// check refuses what would be ignored, or cannot be meant.
func (o *Options) check() error {
	switch {
	case o.PolicyFile == "" && o.LogPath == "" && o.WebhookConfig == "":
		return nil // off
	case o.PolicyFile == "":
		return errors.New("--audit-log-path and --audit-webhook-config-file need --audit-policy-file: without a policy nothing is recorded")
	case o.LogPath == "" && o.WebhookConfig == "":
		return errors.New("--audit-policy-file needs --audit-log-path or --audit-webhook-config-file: nobody would hear of the events")
	case !slices.Contains([]string{FormatJSON, FormatLegacy}, o.LogFormat):
		return fmt.Errorf("--audit-log-format %q: want %s or %s", o.LogFormat, FormatJSON, FormatLegacy)
	case o.LogMaxSize < 0 || o.LogMaxAge < 0 || o.LogMaxBackups < 0:
		return errors.New("--audit-log-maxsize, --audit-log-maxage and --audit-log-maxbackup must not be negative")
	}
	return nil
}

// Log is an open audit log. It is the policy and the sink of one API server, and safe for concurrent use.
type Log struct {
	policy   audit.PolicyRuleEvaluator
	backends []*backend

	events   prometheus.Counter
	levels   *prometheus.CounterVec
	failures *prometheus.CounterVec
}

var (
	_ audit.Sink                = (*Log)(nil)
	_ audit.PolicyRuleEvaluator = (*Log)(nil)
)

// Open reads the policy and opens the places. It returns nil if the options ask for none.
func Open(o Options, log *slog.Logger) (*Log, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if !o.Enabled() {
		return nil, nil
	}
	p, err := policy.LoadPolicyFromFile(o.PolicyFile)
	if err != nil {
		return nil, fmt.Errorf("audit policy: %w", err)
	}
	l := &Log{policy: policy.NewPolicyRuleEvaluator(p),
		events: prometheus.NewCounter(prometheus.CounterOpts{Name: "apiserver_audit_event_total", Help: "Audit events made."}),
		levels: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_audit_level_total", Help: "Requests by the level at which the policy has them audited."}, []string{"level"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_audit_error_total",
			Help: "Audit events lost: the queue was full, or the place could not be written."}, []string{"plugin"}),
	}
	if o.LogPath != "" {
		w, err := openFile(o)
		if err != nil {
			return nil, err
		}
		l.add("log", w, encoder(o.LogFormat), log)
	}
	if o.WebhookConfig != "" {
		w, err := openWebhook(o.WebhookConfig)
		if err != nil {
			return nil, err
		}
		l.add("webhook", w, encoder(FormatJSON), log)
	}
	return l, nil
}

func (l *Log) add(name string, to place, encode func(*auditinternal.Event) ([]byte, error), log *slog.Logger) {
	l.backends = append(l.backends, &backend{name: name, to: to, encode: encode, lost: l.failures.WithLabelValues(name), log: log, queue: newQueue()})
}

// Collectors are the log's metrics, under upstream's names.
func (l *Log) Collectors() []prometheus.Collector {
	return []prometheus.Collector{l.events, l.levels, l.failures}
}

// EvaluatePolicyRule implements audit.PolicyRuleEvaluator.
func (l *Log) EvaluatePolicyRule(at authorizer.Attributes) audit.RequestAuditConfig {
	c := l.policy.EvaluatePolicyRule(at)
	l.levels.WithLabelValues(string(c.Level)).Inc()
	return c
}

// ProcessEvents implements audit.Sink: events are encoded here, as their owner goes on with them, and queued.
func (l *Log) ProcessEvents(events ...*auditinternal.Event) bool {
	for _, ev := range events {
		l.events.Inc()
		for _, b := range l.backends {
			b.take(ev)
		}
	}
	return true // a lost event is no reason to refuse a request
}

// Run brings events to their places until Close has been called and the queues are empty, or ctx has ended.
func (l *Log) Run(ctx context.Context) error {
	var g errgroup.Group
	for _, b := range l.backends {
		g.Go(func() error { return b.run(ctx) })
	}
	return g.Wait()
}

// Close says that no more events come.
func (l *Log) Close() {
	for _, b := range l.backends {
		b.queue.close()
	}
}

// encoder turns an event into a line.
func encoder(format string) func(*auditinternal.Event) ([]byte, error) {
	if format == FormatLegacy {
		return func(ev *auditinternal.Event) ([]byte, error) {
			return []byte(strings.ReplaceAll(audit.EventString(ev), "\n", " ") + "\n"), nil
		}
	}
	codec := audit.Codecs.LegacyCodec(auditv1.SchemeGroupVersion)
	return func(ev *auditinternal.Event) ([]byte, error) { return encodeEvent(codec, ev) }
}
