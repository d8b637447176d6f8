package apiserver

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/token"
)

// doorMetrics count what happens to requests before they reach their handlers, and how they end badly, under upstream's
// names. What every request counts in is looked up once, when the server is made.
type doorMetrics struct {
	known, unknown outcome // authentication
	allowed, none  outcome // authorization
	users          map[string]prometheus.Counter
	others         prometheus.Counter // users of no special name
	emails         prometheus.Counter
	certificates   prometheus.Histogram
	tokens, stale  prometheus.Counter

	handshakes   prometheus.Counter
	aborts       *prometheus.CounterVec
	terminations *prometheus.CounterVec
	bodies       *prometheus.HistogramVec
	validation   map[string]prometheus.Observer
	initial      *prometheus.HistogramVec
	lists, read  *prometheus.CounterVec
}

// outcome counts the requests for which a question was answered in one way, and the time that took.
type outcome struct {
	count   prometheus.Counter
	seconds prometheus.Observer
}

func (o outcome) note(took time.Duration) {
	o.count.Inc()
	o.seconds.Observe(took.Seconds())
}

// knownUsers are those whom upstream names in its metrics; all others are counted together.
var knownUsers = []string{"admin", "client", "kube_proxy", "kubelet", "system:serviceaccount:kube-system:default"} //nolint:gochecknoglobals // never changed

func newDoorMetrics(reg prometheus.Registerer) *doorMetrics {
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
		reg.MustRegister(c)
		return c
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		reg.MustRegister(c)
		return c
	}
	histograms := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
		reg.MustRegister(h)
		return h
	}
	decision := prometheus.ExponentialBuckets(0.001, 2, 15)
	who := counters("authentication_attempts", "Attempts to find out who sends a request, by result.", "result")
	whoTook := histograms("authentication_duration_seconds", "Time to find out who sends a request, by result.", decision, "result")
	may := counters("authorization_attempts_total", "Questions whether a user may do what a request is for, by result.", "result")
	mayTook := histograms("authorization_duration_seconds", "Time to find out whether a user may do what a request is for, by result.", decision, "result")
	users := counters("authenticated_user_requests", "Requests of known users, by name; most names count together.", "username")
	validation := histograms("field_validation_request_duration_seconds", "Time to answer writes, by how they want their fields looked at.",
		[]float64{.05, .1, .2, .4, .6, .8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60}, "field_validation")
	m := &doorMetrics{
		known:   outcome{who.WithLabelValues("success"), whoTook.WithLabelValues("success")},
		unknown: outcome{who.WithLabelValues("error"), whoTook.WithLabelValues("error")},
		allowed: outcome{may.WithLabelValues("allowed"), mayTook.WithLabelValues("allowed")},
		none:    outcome{may.WithLabelValues("no-opinion"), mayTook.WithLabelValues("no-opinion")},
		users:   map[string]prometheus.Counter{}, others: users.WithLabelValues("other"), emails: users.WithLabelValues("email_id"),
		certificates: histograms("apiserver_client_certificate_expiration_seconds", "Remaining life of the certificates with which clients come.",
			[]float64{0, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 345600, 604800, 2592000, 7776000, 15552000, 31104000}).WithLabelValues().(prometheus.Histogram),
		tokens: counter("serviceaccount_valid_tokens_total", "Valid tokens of service accounts that were used."),
		stale:  counter("serviceaccount_stale_tokens_total", "Tokens of service accounts that were used after their clients should have fetched new ones."),

		handshakes: counter("apiserver_tls_handshake_errors_total", "Connections that were given up because of a TLS handshake that failed."),
		aborts: counters("apiserver_request_aborts_total", "Requests whose answers were broken off.",
			"verb", "group", "version", "resource", "subresource", "scope"),
		terminations: counters("apiserver_request_terminations_total", "Requests that the server ended in self-defence: too many, or too long.",
			"verb", "group", "version", "resource", "subresource", "scope", "component", "code"),
		bodies: histograms("apiserver_request_body_size_bytes", "Bytes of the bodies of requests.",
			prometheus.LinearBuckets(50_000, 100_000, 31), "group", "resource", "verb"),
		validation: map[string]prometheus.Observer{},
		lists:      counters("apiserver_cache_list_total", "Lists that were answered from memory, as all are.", "group", "resource", "index"),
		read:       counters("apiserver_cache_list_returned_objects_total", "Objects in lists.", "group", "resource"),
		initial: histograms("apiserver_watch_list_duration_seconds", "Time until watches that begin with the state have sent it.",
			[]float64{.05, .1, .2, .4, .6, .8, 1, 2, 4, 6, 8, 10, 15, 20, 30, 45, 60}, "group", "version", "resource", "scope"),
	}
	for _, name := range knownUsers {
		m.users[name] = users.WithLabelValues(name)
	}
	for _, directive := range []string{"", "Ignore", "Warn", "Strict"} {
		m.validation[directive] = validation.WithLabelValues(directive)
	}
	return m
}

// authenticated counts an attempt to find out who sends a request.
func (m *doorMetrics) authenticated(u user.Info, took time.Duration) {
	if u == nil {
		m.unknown.note(took)
		return
	}
	m.known.note(took)
	switch c, ok := m.users[u.GetName()]; {
	case ok:
		c.Inc()
	case strings.Contains(u.GetName(), "@"):
		m.emails.Inc()
	default:
		m.others.Inc()
	}
}

// authorized counts an answer of authorization.
func (m *doorMetrics) authorized(err error, took time.Duration) {
	if err == nil {
		m.allowed.note(took)
		return
	}
	m.none.note(took)
}

// token counts a token that held.
func (m *doorMetrics) token(c *token.Claims, now time.Time) {
	if w := c.WarnAfter; w != nil && now.After(w.Time()) {
		m.stale.Inc()
		return
	}
	m.tokens.Inc()
}

// body counts the size of a request's body.
func (m *doorMetrics) body(c *call, n int) {
	if c.kind == nil {
		return
	}
	verb := c.verb
	if verb == "deletecollection" {
		verb = "delete_collection" // upstream's spelling, here alone
	}
	m.bodies.WithLabelValues(c.group, c.resource, verb).Observe(float64(n))
}

// written counts the time of a write by how it wanted its fields looked at.
func (m *doorMetrics) written(c *call, took time.Duration) {
	switch c.verb {
	case "create", "update", "patch":
		if o, ok := m.validation[c.q.get("fieldValidation")]; ok { // clients make up words
			o.Observe(took.Seconds())
		}
	}
}

// terminated counts a request that the server sends away to protect itself.
func (m *doorMetrics) terminated(p place, code int) {
	m.terminations.WithLabelValues(append(p.labels(), strconv.Itoa(code))...).Inc()
}

// listed counts a list that was answered. Names of indexes are upstream's; here the order of names serves all.
func (m *doorMetrics) listed(c *call, objects int) {
	m.lists.WithLabelValues(c.group, c.resource, "").Inc()
	m.read.WithLabelValues(c.group, c.resource).Add(float64(objects))
}

// aborted counts an answer that was broken off.
func (m *doorMetrics) aborted(p place) {
	m.aborts.WithLabelValues(p.verb, p.group, p.version, p.resource, p.sub, p.scope).Inc()
}

// handshakeErrors counts the lines in which the HTTP server tells of handshakes that failed, which is all that it says of them,
// and passes on what it says.
type handshakeErrors struct {
	count prometheus.Counter
	next  func(line string)
}

// Write implements io.Writer.
func (h handshakeErrors) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	if strings.Contains(text, "TLS handshake error") {
		h.count.Inc()
	}
	h.next(text)
	return len(line), nil
}
